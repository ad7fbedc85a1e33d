"""What a stored rule may hold, and how text becomes one.

A rule is one RRULE after RFC 5545 and nothing else: no DTSTART, EXDATE or RDATE. Where it starts is the
schedule's first date, exceptions are sessions of their own. UNTIL is the last second of a day on the venue's
clock, written in UTC, so that nobody's active time zone can move it.

Compare rules by `rule_text`, never with ``==``: the library compares hashes, and in Python
``hash(-1) == hash(-2)``, so "the last Friday" would equal "the second last Friday".
"""

import re
from datetime import UTC, date, datetime, time
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import dateutil.rrule
import recurrence
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from timetable.zone import house_zone

MAX_LENGTH = 500
MAX_COUNT = 500
MAX_INTERVAL = 99
FIRST_YEAR, LAST_YEAR = 1970, 2200
"""An end outside is a typing error (0027, 20271)."""

_LINE = re.compile(r"RRULE:[A-Z0-9=;,+\-]+")
_INSTANT = re.compile(r"\d{8}T\d{6}Z")
_END_OF_DAY = time(23, 59, 59)
_FREQUENCIES = (recurrence.DAILY, recurrence.WEEKLY, recurrence.MONTHLY, recurrence.YEARLY)
# Within 28 years every kind of year occurs: leap or not, beginning on any weekday. These are the last that
# dateutil can reach, so that it gives up soon.
_ANY_YEAR = datetime(9971, 1, 1)  # noqa: DTZ001  local time


def until_for(day: date, zone: ZoneInfo) -> datetime:
    """The UNTIL that lets a rule run to the end of `day` in `zone`, as a UTC instant.

    Raises OverflowError in the first and last year of the calendar.
    """
    return datetime.combine(day, _END_OF_DAY, zone).astimezone(UTC)


def until_date(rule: recurrence.Recurrence | None, zone: ZoneInfo) -> date | None:
    """The last local date in `zone` that the rule's UNTIL allows; None without an UNTIL."""
    until = rule.rrules[0].until if rule and rule.rrules else None
    if until is None:
        return None
    if until.tzinfo is None:
        local: datetime = until
    else:
        local = until.astimezone(zone)
    return local.date()


def rule_text(rule: recurrence.Recurrence | None) -> str:
    """The rule as it is stored; "" for a rule that takes place once. Two rules are equal if this is.

    Raises django's ValidationError for a rule that cannot be written.
    """
    if not rule:
        return ""
    try:
        return str(recurrence.serialize(rule))
    except (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError):
        _refuse(_("This rule cannot be read."), "unreadable")


def parse_rule(text: str) -> recurrence.Recurrence:
    """The rule written in `text`, checked; an empty one for blank text.

    Whatever the text holds, the only exception is django's ValidationError with a sentence for people.
    """
    text = text.strip()
    if not text:
        return recurrence.Recurrence(include_dtstart=False)
    if len(text) > MAX_LENGTH:
        _refuse(_("This rule is too long."), "too_long")
    if not _LINE.fullmatch(text):
        if re.search(r"^(DTSTART|DTEND|EXDATE|EXRULE|RDATE)\b", text, re.MULTILINE):
            _refuse(_ONE_RULE, "one_rule")
        _refuse(_("This rule cannot be read."), "unreadable")
    parts = [part.partition("=") for part in text.removeprefix("RRULE:").split(";") if part]
    names = [name for name, _sign, _value in parts]
    if len(names) != len(set(names)):
        _refuse(_("This rule cannot be read."), "unreadable")
    if any(name == "UNTIL" and not _INSTANT.fullmatch(value) for name, _sign, value in parts):
        _refuse(_BAD_UNTIL, "until")
    try:
        rule = recurrence.deserialize(text, include_dtstart=False)
    except (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError, ValidationError):
        _refuse(_("This rule cannot be read."), "unreadable")
    check_rule(rule)
    return rule


def check_rule(rule: recurrence.Recurrence | None, *, zone: ZoneInfo | None = None) -> None:
    """Raise django's ValidationError, with a sentence for people, unless `rule` may be stored.

    `zone` is where UNTIL must be the end of a day (default: the venue's). Says nothing about a rule that is
    possible but misses every date from a certain first date on; `expand` finds that.
    """
    if not rule:
        return
    try:
        _check(rule, zone or house_zone())
    except (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError):
        _refuse(_("This rule cannot be read."), "unreadable")
    if len(rule_text(rule)) > MAX_LENGTH:
        _refuse(_("This rule is too long."), "too_long")


_ONE_RULE = _("Only one repeating rule can be kept here, without extra dates or exceptions.")
_BAD_UNTIL = _("The last day of this rule is not a date that exists.")
_NOT_SUPPORTED = _("This rule uses parts that are not supported here.")


def _refuse(message: Any, code: str, **params: Any) -> NoReturn:
    raise ValidationError(message, code=code, params=params or None)


def _check(value: recurrence.Recurrence, zone: ZoneInfo) -> None:
    extras = (value.dtstart, value.dtend, value.exrules, value.rdates, value.exdates)
    if any(extras) or len(value.rrules) != 1:
        _refuse(_ONE_RULE, "one_rule")
    rule = value.rrules[0]
    if rule.freq not in _FREQUENCIES:
        _refuse(_("A rule can repeat daily, weekly, monthly or yearly, not more often."), "frequency")
    if not 1 <= int(rule.interval) <= MAX_INTERVAL:
        _refuse(_("The interval must be between 1 and %(max)s."), "interval", max=MAX_INTERVAL)
    _check_end(rule, zone)
    _check_parts(rule)
    if not _is_possible(rule):
        _refuse(_("There is no date that fits this rule."), "impossible")


def _check_end(rule: recurrence.Rule, zone: ZoneInfo) -> None:
    if rule.count is not None and rule.until is not None:
        _refuse(_("A rule ends on a date or after a number of dates, not both."), "two_ends")
    if rule.count is not None and not 1 <= int(rule.count) <= MAX_COUNT:
        _refuse(_("The number of dates must be between 1 and %(max)s."), "count", max=MAX_COUNT)
    if rule.until is not None:
        if not isinstance(rule.until, datetime) or rule.until.tzinfo is None:
            _refuse(_BAD_UNTIL, "until")
        if not FIRST_YEAR <= rule.until.year <= LAST_YEAR:
            _refuse(_("The last day cannot be right. Please check the year."), "until_year")
        if rule.until.astimezone(zone).time() != _END_OF_DAY:
            _refuse(_("A rule must end at the end of a day."), "until")


def _check_parts(rule: recurrence.Rule) -> None:
    if any((rule.byhour, rule.byminute, rule.bysecond, rule.byyearday, rule.byweekno)):
        _refuse(_NOT_SUPPORTED, "unsupported")
    if rule.wkst is not None and not 0 <= int(getattr(rule.wkst, "number", rule.wkst)) <= 6:
        _refuse(_NOT_SUPPORTED, "unsupported")
    furthest = {recurrence.MONTHLY: 5, recurrence.YEARLY: 53}.get(rule.freq, 0)
    for weekday in map(recurrence.to_weekday, rule.byday):
        if not 0 <= weekday.number <= 6 or abs(weekday.index or 0) > furthest:
            _refuse(_NOT_SUPPORTED, "unsupported")
    in_range = (
        all(1 <= month <= 12 for month in rule.bymonth)
        and all(-4 <= day <= 31 and day for day in rule.bymonthday)  # below -4 the library cannot store
        and all(abs(position) <= 366 and position for position in rule.bysetpos)
    )
    if not in_range:
        _refuse(_NOT_SUPPORTED, "unsupported")


def _is_possible(rule: recurrence.Rule) -> bool:
    """Whether some date fits. Every n-th period is among all periods, so the interval does not matter."""
    walked = dateutil.rrule.rrule(
        rule.freq,
        dtstart=_ANY_YEAR,
        bysetpos=rule.bysetpos or None,
        bymonth=rule.bymonth or None,
        bymonthday=rule.bymonthday or None,
        byweekday=rule.byday or None,
    )
    return next(iter(walked), None) is not None
