"""The room plan of a month with 2,000 sessions."""

from collections.abc import Iterator
from datetime import date, timedelta

from benchmarks.rows import AT, sessions
from benchmarks.timing import best, milliseconds, queries, row, table
from tests import factories as make
from workshops.admin.plan_blocks import blocks_of
from workshops.models import Session


def run() -> Iterator[str]:
    first, last = date(2027, 3, 1), date(2027, 3, 31)
    start = AT.replace(month=3, day=1, hour=8)
    for number in range(20):
        one = make.run(rule="", at=AT, facilitators=[make.facilitator(f"Name {number}")])
        sessions(one, [start + timedelta(days=n // 4, hours=n % 4 * 2) for n in range(100)])
    span = Session.objects.filter(starts_at__gte=start, starts_at__lt=start + timedelta(days=31))

    def bare() -> int:
        return len(span.values_list("pk", "starts_at", "ends_at", "room"))

    def month() -> None:
        blocks_of(first, last, venue=None, facilitator=None, changes_uses=True, at=AT)

    base, ours = best(bare), best(month, rounds=3)
    yield from table("what", "time", "ratio", "queries")
    yield row(f"one bare query over the {bare()} sessions", milliseconds(base), "1.0", queries(bare))
    yield row("the plan with conflicts", milliseconds(ours), f"{ours / base:.1f}", queries(month))
