"""One town, one time zone."""

from datetime import date, datetime, time
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
