"""When people are asked whether they come, and reminded of a date. Local days. Pure: no ORM, no clock.

What was asked or answered before the day of asking was about another day, since dates can move: it does not count.
"""

from datetime import datetime, time, timedelta

from timetable.zone import local_date, local_instant
from workshops.deadlines import last_call

ASKED = 7
"""So many days before a date, or the first of a series, people are asked whether they come."""

ASKED_LATEST = 6
"""Whoever was not asked by then is not asked any more: too little time would be left to answer."""

ASKED_AGAIN = 5
"""So many days before those are asked once more who have not answered."""

PASSED_ON = 3
"""From so many days before on the seat of whoever has not answered is passed on."""

TIME_TO_ANSWER = timedelta(days=3)
TIME_AFTER_REMINDER = timedelta(days=1)
"""So much time lies between being asked, and asked again, and losing the seat, also where the site was down."""


def days_before(begins: datetime, at: datetime) -> int:
    """How many local days lie between that instant and the day it begins; negative once it is over."""
    return (local_date(begins) - local_date(at)).days


def first_instant(begins: datetime, days: int) -> datetime:
    """The local midnight with which the day begins that lies so many days before."""
    return local_instant(local_date(begins) - timedelta(days=days), time())


def counts(said: datetime | None, begins: datetime, *, days: int = ASKED) -> bool:
    """Whether something asked or said is about this date, and not about the day on which it once was."""
    return said is not None and said >= first_instant(begins, days)


def is_to_be_asked(*, begins: datetime, booked: datetime, asked: datetime | None, at: datetime) -> bool:
    """Whether to ask now. Who booked on the day of asking, or later, has just said that they come."""
    if not ASKED_LATEST <= days_before(begins, at) <= ASKED or counts(asked, begins):
        return False
    return booked < first_instant(begins, ASKED)


def is_to_be_asked_again(
    *,
    begins: datetime,
    asked: datetime | None,
    asked_again: datetime | None,
    coming: datetime | None,
    at: datetime,
) -> bool:
    """Whether to ask once more: only between the fifth day and the one before seats are passed on."""
    if not PASSED_ON < days_before(begins, at) <= ASKED_AGAIN:
        return False
    return counts(asked, begins) and not counts(asked_again, begins) and not counts(coming, begins)


def is_passed_on(
    *,
    begins: datetime,
    reached: datetime | None,
    reminded: datetime | None,
    coming: datetime | None,
    at: datetime,
) -> bool:
    """Whether the seat goes to somebody else: they were reached in time, reminded in time, and said nothing.

    In the last 24 hours nobody loses a seat any more.
    """
    if days_before(begins, at) > PASSED_ON or at >= last_call(begins) or counts(coming, begins):
        return False
    if reached is None or reminded is None:
        return False
    return reached + TIME_TO_ANSWER <= at and reminded + TIME_AFTER_REMINDER <= at


def is_to_be_reminded(
    *, begins: datetime, booked: datetime, reminded: datetime | None, days: int, at: datetime
) -> bool:
    """Whether to remind somebody of a date so many `days` before; 0 is never.

    Not of what they booked within these days, and once, unless the date has moved since.
    """
    if not days or begins <= at or days_before(begins, at) > days:
        return False
    return booked < first_instant(begins, days) and not counts(reminded, begins, days=days)


def answer_by(begins: datetime) -> datetime:
    """The last day on which an answer is sure to keep the seat, as an instant of it."""
    return local_instant(local_date(begins) - timedelta(days=PASSED_ON + 1), time(12))
