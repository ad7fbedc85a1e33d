"""How many seats a date has: as many as the run says, or so many for each helper who comes."""

from collections.abc import Iterable

from django.db.models import Count

from workshops.models import CourseRun, HelperShift, Session


def capacity_of(run: CourseRun, *, helpers: int = 0, taken: int = 0) -> int | None:
    """The seats of a date of this run with so many helpers; a drop-in has no number.

    Never fewer than are taken: who has a seat keeps it, and the date shows as a conflict for the team.
    """
    if run.is_drop_in or run.capacity is None:
        return None
    if run.seats_per_helper is None:
        return run.capacity
    return max(min(run.capacity, run.seats_per_helper * helpers), taken)


def helpers_coming(sessions: Iterable[Session]) -> dict[int, int]:
    """How many helpers come to each of these sessions (by key); those without any are left out. One query."""
    coming = HelperShift.objects.filter(session__in=list(sessions), state__in=HelperShift.COMING)
    return dict(coming.order_by().values_list("session").annotate(Count("pk")))


def fit_capacity(keys: Iterable[int]) -> None:
    """Brings the seats of these sessions (by key) in line with helpers and seats taken; they have been locked.

    Call it where helpers come or go, and where seats are given back. Sessions of runs that do not count
    seats by helpers are left alone.
    """
    counted = Session.objects.filter(pk__in=list(keys), run__seats_per_helper__isnull=False)
    rows = list(counted.select_related("run"))
    coming = helpers_coming(rows)
    changed = []
    for row in rows:
        seats = capacity_of(row.run, helpers=coming.get(row.pk, 0), taken=row.seats_taken)
        if seats != row.capacity:
            row.capacity = seats
            changed.append(row)
    Session.objects.bulk_update(changed, ["capacity"])
