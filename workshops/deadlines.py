"""How long a free seat is offered to somebody who waits. Pure: no ORM, no clock."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from timetable.zone import house_zone, local_date

OFFER_TIME = timedelta(hours=48)
"""So long an offer stands, counted on days on which the house is open."""

LAST_HOURS = timedelta(hours=24)
"""So long before the start nothing is offered any more: a free seat is for whoever comes first."""

SHORTEST_OFFER = timedelta(hours=3)
"""An offer that would stand for less is not made."""

FURTHEST = 90
"""Local days looked ahead for open ones. A house closed longer than that offers nothing."""


def last_call(begins: datetime) -> datetime:
    """The instant at which every offer ends, whoever has not been reached."""
    return begins - LAST_HOURS


def offer_deadline(at: datetime, *, begins: datetime, is_open: Callable[[date], bool]) -> datetime | None:
    """Until when an offer made `at` stands for something that `begins`; None where it is too late for one.

    The 48 hours run on open days only, each from midnight to midnight on the house's clock: what is offered
    on a Friday evening does not run out on a Sunday.
    """
    end = last_call(begins)
    if end - at < SHORTEST_OFFER:
        return None
    return min(end, _after(OFFER_TIME, at, is_open) or end)


def _after(span: timedelta, start: datetime, is_open: Callable[[date], bool]) -> datetime | None:
    for day in (local_date(start) + timedelta(days=n) for n in range(FURTHEST)):
        if not is_open(day):
            continue
        begins = max(start, _midnight(day))
        there_is = _midnight(day + timedelta(days=1)) - begins
        if span <= there_is:
            return begins + span
        span -= there_is
    return None


def _midnight(day: date) -> datetime:
    # In UTC, so that a difference counts hours that pass, also across a clock change.
    return datetime.combine(day, time.min, tzinfo=house_zone()).astimezone(UTC)
