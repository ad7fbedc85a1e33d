"""Seats to taste a series: of those who cannot come once, for that date only (Schnupperplatz)."""

from collections.abc import Iterable

from django.db.models import Count, F, Q

from workshops.models import Seat, Session


def taster_seats_on(sessions: Iterable[Session]) -> dict[int, int]:
    """How many taster seats are free on each of these dates (by key); those without any are left out. One query.

    Whether a run gives such seats at all is said by its `taster_seats`; dates need their `capacity` and
    `seats_taken` to be those of now.
    """
    sessions = list(sessions)
    whole = Q(participant__booking__session=None)
    rows = (
        Seat.objects.filter(session__in=sessions)
        .order_by()
        .values("session_id")
        .annotate(
            absent=Count("pk", filter=whole & Q(state=Seat.State.ABSENT)),
            tasters=Count("pk", filter=Q(participant__booking__session=F("session"), state__in=Seat.TAKEN)),
        )
        .values_list("session_id", "absent", "tasters")
    )
    given = {session_id: absent - tasters for session_id, absent, tasters in rows}
    free = {s.pk: min(given.get(s.pk, 0), (s.capacity or 0) - s.seats_taken) for s in sessions}
    return {key: seats for key, seats in free.items() if seats > 0}
