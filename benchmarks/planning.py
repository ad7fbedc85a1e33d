"""Foreseeing a change of a run with 200 sessions and 2,000 bookings, against one bare query over those rows."""

from collections.abc import Iterator
from datetime import time, timedelta

from benchmarks.rows import AT, bookings, schedule_of
from benchmarks.timing import best, milliseconds, queries, row, table
from tests import factories as make
from workshops import operations
from workshops.models import CourseRun, Seat


def run() -> Iterator[str]:
    big = make.run(rule="RRULE:FREQ=DAILY;COUNT=200", capacity=20, at=AT)
    bookings(list(big.sessions.all()), 2000)
    small = make.run(rule="RRULE:FREQ=DAILY;COUNT=2", at=AT)
    bookings(list(small.sessions.all()), 2)

    def bare() -> int:
        return len(Seat.objects.filter(session__run=big).values_list("pk", "state", "session__starts_at"))

    def foresee(one: CourseRun) -> None:
        opened = CourseRun.objects.get(pk=one.pk)
        schedule = schedule_of(opened)
        schedule.start_time = time(17)
        schedule.first_date += timedelta(days=1)
        operations.plan_change(run=opened, schedule=schedule, at=AT)

    foresee(big)
    base, ours = best(bare), best(lambda: foresee(big))
    yield from table("what", "time", "ratio", "queries")
    yield row(f"one bare query over the {bare()} seats", milliseconds(base), "1.0", queries(bare))
    yield row("the plan of a change", milliseconds(ours), f"{ours / base:.1f}", queries(lambda: foresee(big)))
    yield row("the same for a run with 2 sessions", "", "", queries(lambda: foresee(small)))
