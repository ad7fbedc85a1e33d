"""Weeks, months, and what takes place on which local day."""

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet

from places.days import days_between
from timetable.zone import local_date, local_instant
from workshops.conflicts import LONGEST

EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 1)
"""A page asked for days outside answers as if nothing had been asked: a slip of the keyboard."""


def week_of(day: date) -> tuple[date, date]:
    """Monday and Sunday."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def month_of(day: date) -> tuple[date, date]:
    """The first and the last."""
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


def local_days(starts_at: datetime, ends_at: datetime) -> list[date]:
    """The local days something touches; what ends at midnight does not touch the next."""
    return days_between(local_date(starts_at), local_date(ends_at - timedelta(microseconds=1)))


def on_days(rows: QuerySet[Any], first: date, last: date) -> QuerySet[Any]:
    """Those rows with `starts_at` and `ends_at` that touch these local days. Found by the index of `starts_at`."""
    begins, ends = local_instant(first, time()), local_instant(last + timedelta(days=1), time())
    return rows.filter(starts_at__gte=begins - LONGEST, starts_at__lt=ends, ends_at__gt=begins)


def hours_on(day: date, starts_at: datetime, ends_at: datetime) -> tuple[time | None, time | None]:
    """From when to when it takes that local day; None where it began before or goes on after it."""
    begins, midnight = local_instant(day, time()), local_instant(day + timedelta(days=1), time())
    zone = begins.tzinfo
    return (
        starts_at.astimezone(zone).time() if starts_at >= begins else None,
        ends_at.astimezone(zone).time() if ends_at <= midnight else None,
    )
