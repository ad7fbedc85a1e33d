"""A taste of a series: the seat of somebody who is absent once, for that date only."""

from collections.abc import Iterable

from django.db.models import Count, Q

from workshops.models import Seat, Session


def taster_seats_on(sessions: Iterable[Session]) -> dict[int, int]:
    """How many can come on each of these dates (by key) only; those without a free seat are left out. One query."""
    keys = [session.pk for session in sessions]
    rows = (
        Session.objects.filter(pk__in=keys)
        .order_by()
        .annotate(
            absent=Count(
                "seats", filter=Q(seats__state=Seat.State.ABSENT, seats__participant__booking__session=None)
            ),
            tasting=Count(
                "seats",
                filter=Q(seats__state__in=Seat.TAKEN, seats__participant__booking__session__isnull=False),
            ),
        )
        .values_list("pk", "absent", "tasting", "capacity", "seats_taken")
    )
    free = {key: min(absent - tasting, (seats or 0) - taken) for key, absent, tasting, seats, taken in rows}
    return {key: count for key, count in free.items() if count > 0}
