"""Conflicts of one new run of 50 dates against 26,000 sessions: found by index, not by scan."""

from collections.abc import Iterator
from datetime import timedelta

from benchmarks.rows import AT, sessions
from benchmarks.timing import best, explained, milliseconds, queries, row, table
from tests import factories as make
from workshops.conflicts import REACH, Slot
from workshops.models import CourseRun, Session
from workshops.operations import conflicts_of


def run() -> Iterator[str]:
    rooms = [make.room(name=f"Raum {number}") for number in range(26)]
    for room in rooms:
        one = make.run(rule="", room=room, at=AT)
        sessions(one, [AT + timedelta(hours=8 * n) for n in range(1, 1000)])
    hanne = make.facilitator()
    slots = [
        Slot(
            "new",
            AT + timedelta(days=7 * n, hours=5),
            AT + timedelta(days=7 * n, hours=7),
            room=rooms[0].pk,
            venue=rooms[0].venue_id,
            facilitators=frozenset({hanne.pk}),
        )
        for n in range(50)
    ]
    span = (slots[0].starts_at - REACH, slots[-1].ends_at + REACH)
    near = Session.objects.filter(
        state="planned", starts_at__range=span, room__in=[rooms[0].pk], run__state=CourseRun.State.PUBLISHED
    )

    def bare() -> int:
        return len(near.values_list("pk", "starts_at", "ends_at"))

    def ours() -> None:
        conflicts_of(slots)

    base, found = best(bare), best(ours, rounds=3)
    yield from table("what", "time", "ratio", "queries")
    yield row(
        f"the bare indexed query over that room's {bare()} of {Session.objects.count()} sessions",
        milliseconds(base),
        "1.0",
        queries(bare),
    )
    yield row("the conflicts of 50 new dates", milliseconds(found), f"{found / base:.1f}", queries(ours))
    yield ""
    sql, params = near.values_list("pk").query.sql_with_params()
    yield "How the rows are found:"
    yield ""
    for line in explained(sql, params):
        yield f"    {line}"
