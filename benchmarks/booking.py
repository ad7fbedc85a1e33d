"""Booking through the operation, against one bare INSERT in a transaction on the same database."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connections, transaction

from benchmarks.timing import milliseconds, queries, row, table
from tests import factories as make
from workshops.models import Person

COUNT = 80
AT_ONCE = 8


def run() -> Iterator[str]:
    date = make.session(capacity=3 * COUNT)
    series = make.run(booking_mode="series", rule="RRULE:FREQ=WEEKLY;COUNT=10", capacity=3 * COUNT)

    def bare() -> None:
        with transaction.atomic():
            Person.objects.create(name="Gast", email="gast@example.org", created_at=make.NOW)

    acts: dict[str, Callable[[], Any]] = {
        "one bare INSERT": bare,
        "a booking of one date": lambda: make.book(date),
        "a booking of a series of ten": lambda: make.book_series(series),
    }
    yield from table(
        "what", "a second", "ratio", "median", "99 of 100", f"a second, {AT_ONCE} at once", "queries"
    )
    base = 0.0
    for name, act in acts.items():
        act()
        busy = time.process_time()
        times = sorted(_timed(act) for _ in range(COUNT))
        busy = (time.process_time() - busy) / COUNT
        per_second = COUNT / sum(times)
        base = base or per_second
        yield row(
            name,
            f"{per_second:.0f}",
            f"{base / per_second:.1f}",
            milliseconds(times[COUNT // 2]),
            milliseconds(times[int(COUNT * 0.99)]),
            milliseconds(busy),
            f"{_at_once(act):.0f}",
            queries(act),
        )


def _timed(act: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def _at_once(act: Callable[[], Any]) -> float:
    """How many a second where several threads do it, each on a connection of its own."""

    def work(_number: int) -> None:
        try:
            for _ in range(COUNT // AT_ONCE):
                act()
        finally:
            connections.close_all()

    begun = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(work, range(AT_ONCE)))
    return COUNT / (time.perf_counter() - begun)
