"""One town, one time zone."""

from datetime import UTC, date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from django.conf import settings


def house_zone() -> ZoneInfo:
    """The zone in which rules are meant and dates are shown, whatever zone is active or a browser has."""
    return ZoneInfo(settings.TIME_ZONE)


def local_date(instant: datetime) -> date:
    """The date in the house at that instant."""
    return instant.astimezone(house_zone()).date()


def local_instant(day: date, at: time) -> datetime:
    """That wall-clock time in the house on that date, as an aware datetime in the house's zone."""
    return datetime.combine(day, at, tzinfo=house_zone())


def clock_shows(day: date, at: time) -> Literal["once", "twice", "never"]:
    """How often the clock in the house shows that time on that date.

    Never in the hour that is left out when the clocks go forward: `local_instant` is then an hour later on the
    clock. Twice when they go back: it is the first of the two.
    """
    local = local_instant(day, at)
    if local.utcoffset() == local.replace(fold=1).utcoffset():
        return "once"
    return "twice" if local.astimezone(UTC).astimezone(house_zone()).time() == at else "never"
