"""The choices an editor has for a rule, and the way between them and the stored rule. Pure.

What cannot be said with these choices is not touched: `parts_of` answers None for it.
"""

from dataclasses import dataclass, replace
from datetime import date, time
from itertools import product
from typing import Literal
from zoneinfo import ZoneInfo

import recurrence

from timetable.rules import until_date, until_for

type Repeats = Literal["once", "daily", "weekly", "monthly_date", "monthly_weekday"]
type Ends = Literal["never", "until", "count"]

POSITIONS = (1, 2, 3, 4, -1)
"""The weeks of a month one can choose; -1 is the last."""


@dataclass(frozen=True, slots=True)
class Parts:
    """One rule in an editor's words.

    `weekdays` are 0 (Monday) to 6, sorted; none with "weekly" means the weekday of the first date.
    `month_day` is 1 to 31; None means the day of the first date. `positions` is a subset of POSITIONS in
    that order. `until` is a local date, included. Fields that do not belong to `repeats` and `ends` keep
    their defaults.
    """

    repeats: Repeats = "once"
    every: int = 1
    weekdays: tuple[int, ...] = ()
    month_day: int | None = None
    positions: tuple[int, ...] = ()
    ends: Ends = "never"
    until: date | None = None
    count: int | None = None


def rule_of(parts: Parts, *, zone: ZoneInfo) -> recurrence.Recurrence:
    """The rule to store. Unchecked: `check_rule` says whether it may be."""
    frequencies = {
        "daily": recurrence.DAILY,
        "weekly": recurrence.WEEKLY,
        "monthly_date": recurrence.MONTHLY,
        "monthly_weekday": recurrence.MONTHLY,
    }
    if parts.repeats == "once":
        return recurrence.Recurrence(include_dtstart=False)
    days = [recurrence.Weekday(day) for day in parts.weekdays]
    if parts.repeats == "monthly_weekday":
        days = [day(position) for position, day in product(parts.positions, days)]
    rule = recurrence.Rule(
        frequencies[parts.repeats],
        interval=parts.every,
        count=parts.count if parts.ends == "count" else None,
        until=until_for(parts.until, zone) if parts.ends == "until" and parts.until else None,
        byday=days if parts.repeats in ("weekly", "monthly_weekday") else [],
        bymonthday=[parts.month_day] if parts.repeats == "monthly_date" and parts.month_day else [],
    )
    return recurrence.Recurrence(rrules=[rule], include_dtstart=False)


def parts_of(rule: recurrence.Recurrence | None, *, zone: ZoneInfo) -> Parts | None:
    """The choices that say exactly what `rule` says, or None where no choices do."""
    if not rule:
        return Parts()
    if rule.dtstart or rule.dtend or rule.exrules or rule.rdates or rule.exdates or len(rule.rrules) != 1:
        return None
    only = rule.rrules[0]
    if any((only.bysetpos, only.bymonth, only.byyearday, only.byweekno)):
        return None
    if any((only.byhour, only.byminute, only.bysecond)) or (only.wkst and only.interval != 1):
        return None
    parts = _repeats(only)
    return _with_end(parts, rule, zone) if parts else None


def _repeats(rule: recurrence.Rule) -> Parts | None:
    days = [recurrence.to_weekday(day) for day in rule.byday]
    numbers = tuple(sorted({day.number for day in days}))
    indexes = {day.index or 0 for day in days}
    every = rule.interval
    if rule.freq == recurrence.DAILY and not days and not rule.bymonthday:
        return Parts("daily", every)
    if rule.freq == recurrence.WEEKLY and not rule.bymonthday and indexes <= {0}:
        return Parts("weekly", every, weekdays=numbers)
    if rule.freq == recurrence.MONTHLY and not days and len(rule.bymonthday) <= 1:
        month_day = rule.bymonthday[0] if rule.bymonthday else None
        if month_day is None or month_day > 0:
            return Parts("monthly_date", every, month_day=month_day)
    if rule.freq == recurrence.MONTHLY and days and not rule.bymonthday and indexes <= set(POSITIONS):
        positions = tuple(position for position in POSITIONS if position in indexes)
        if {(day.index, day.number) for day in days} == set(product(positions, numbers)):
            return Parts("monthly_weekday", every, weekdays=numbers, positions=positions)
    return None


def _with_end(parts: Parts, rule: recurrence.Recurrence, zone: ZoneInfo) -> Parts | None:
    only = rule.rrules[0]
    if only.count is not None and only.until is not None:
        return None
    if only.count is not None:
        return replace(parts, ends="count", count=only.count)
    if only.until is None:
        return parts
    if only.until.tzinfo is None or only.until.astimezone(zone).time() != time(23, 59, 59):
        return None
    return replace(parts, ends="until", until=until_date(rule, zone))
