"""Taking times and counting queries."""

import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

ROUNDS = 7


def best(work: Callable[[], Any], *, rounds: int = ROUNDS) -> float:
    """The shortest of several runs in seconds: what the work takes where nothing else disturbs."""
    found = []
    for _round in range(rounds):
        begun = time.perf_counter()
        work()
        found.append(time.perf_counter() - begun)
    return min(found)


def queries(work: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


def row(*cells: object) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def table(*heads: str) -> list[str]:
    return [row(*heads), row(*("---" for _head in heads))]


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def explained(sql: str, params: tuple[Any, ...] = ()) -> list[str]:
    """How the database would find the rows."""
    with connection.cursor() as cursor:
        prefix = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
        cursor.execute(prefix + sql, params or None)
        return [" ".join(str(cell) for cell in line if isinstance(cell, str)) for line in cursor.fetchall()]
