"""Days and times as the demo's content writes them: counted from the day it is loaded. Pure."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

WEEKDAYS = {"MO": 0, "TU": 1, "WE": 2, "TH": 3, "FR": 4, "SA": 5, "SU": 6}


def day(written: Any, *, today: date) -> date:
    """The local date that is meant.

    A date is itself. `{weeks, weekday}` is that weekday in the week so many weeks after `today`'s own,
    which begins on Monday; `{days}` is so many days after `today`. Raises ValueError for anything else.
    """
    if isinstance(written, date):
        return written
    if not isinstance(written, Mapping):
        raise ValueError(f"{written!r} is no day.")
    if "weeks" in written:
        monday = today - timedelta(days=today.weekday())
        return monday + timedelta(weeks=written["weeks"], days=WEEKDAYS[written.get("weekday", "MO")])
    if "days" in written:
        return today + timedelta(days=written["days"])
    raise ValueError(f"{written!r} is no day.")


def moment(
    written: Mapping[str, Any], *, at: datetime, zone: ZoneInfo, session: datetime | None = None
) -> datetime:
    """The instant that is meant.

    A day with `time` (local in `zone`), `{hours}` after `at`, or `{before}` so many days before the local
    date of `session`. Raises ValueError for what is counted from a session where there is none.
    """
    if "hours" in written:
        return at + timedelta(hours=written["hours"])
    if "before" in written:
        if session is None:
            raise ValueError("Only what belongs to a session lies before it.")
        on = session.astimezone(zone).date() - timedelta(days=written["before"])
    else:
        on = day(written, today=at.astimezone(zone).date())
    return datetime.combine(on, time.fromisoformat(written.get("time", "09:00")), zone)


def term_name(begins: date, *, after: int = 0) -> str:
    """What the semester is called that is so many `after` the one that begins on that day."""
    half_year = begins.year * 2 + (begins.month > 6) + after
    return f"{'Herbst' if half_year % 2 else 'Frühjahr'} {half_year // 2}"


def every_year(first: str, last: str, *, year: int) -> tuple[date, date]:
    """The span that begins in `year`, from two days written `MM-DD`; it may reach into the next year."""
    begins = date.fromisoformat(f"{year}-{first}")
    ends = date.fromisoformat(f"{year}-{last}")
    return begins, ends if ends >= begins else date.fromisoformat(f"{year + 1}-{last}")
