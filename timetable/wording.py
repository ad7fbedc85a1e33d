"""Rules, times and problems in words, in the active language. Never raises because of a rule."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import recurrence
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from timetable.expansion import ExpansionError, ImplausibleStart, NoDates, TooManyDates
from timetable.rules import until_date

_MINUTE = timedelta(minutes=1)


def describe_rule(
    rule: recurrence.Recurrence | None,
    *,
    first_date: date | None,
    zone: ZoneInfo,
    cut_after: date | None = None,
) -> str:
    """`rule` as part of a sentence: "jede 2. Woche am Mittwoch, bis 30. Juni 2027".

    `first_date` (local) supplies the weekday or day that the rule leaves to it; without one the words stay
    open ("wöchentlich"). UNTIL is read on the clock of `zone`. Where something else follows, `cut_after` is the last
    day on which the rule counts, and is said in place of a later end. A rule for which there are no words gets a
    general sentence that still says how often and until when.
    """
    if not rule:
        return _("once, on %(date)s") % {"date": day_text(first_date)} if first_date else _("once")
    if len(rule.rrules) != 1 or rule.exrules or rule.rdates or rule.exdates:
        return _("by a rule of its own")
    only = rule.rrules[0]
    try:
        words = _repeats(only, first_date) or _general(only)
        return words + _months(only) + _end(rule, zone, cut_after)
    except (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError):
        return _("by a rule of its own")


def describe_times(start: time, duration: timedelta, *, further: Iterable[time] = ()) -> str:
    """From when to when on the wall clock: "14:00 bis 15:30 Uhr". `duration` is elapsed time.

    With further starts on the same day: all of them and how long each is, "14:00 und 14:30 Uhr, je 30 Minuten".
    """
    starts = sorted({start, *further})
    if len(starts) > 1:
        values = {"times": _and([f"{item:%H:%M}" for item in starts]), "minutes": duration // _MINUTE}
        return pgettext("times of day", "%(times)s, %(minutes)s minutes each") % values
    if not duration:
        return pgettext("time of day", "%(start)s") % {"start": f"{start:%H:%M}"}
    end = datetime.combine(date(2001, 1, 1), start) + duration
    values = {"start": f"{start:%H:%M}", "end": f"{end:%H:%M}", "days": (end.date() - date(2001, 1, 1)).days}
    if not values["days"]:
        return pgettext("time of day", "%(start)s to %(end)s") % values
    if values["days"] == 1:
        return pgettext("time of day", "%(start)s to %(end)s on the next day") % values
    return pgettext("time of day", "%(start)s to %(end)s, %(days)s days later") % values


def describe_problem(problem: ExpansionError) -> str:
    """Why `expand` refused, as a sentence to stand beside the rule."""
    match problem:
        case TooManyDates(limit=limit):
            return _("This makes more than %(limit)s dates. Choose an earlier end or fewer dates.") % {
                "limit": limit
            }
        case NoDates():
            return _("There is not a single date that fits this rule from the first date on.")
        case ImplausibleStart():
            return _("The first date cannot be right. Please check the year.")
    return _("No dates can be made from this rule.")


def day_text(day: date) -> str:
    """A date in full, "30. Juni 2027"."""
    return date_format(day, pgettext("date format", "j F Y"))


def _repeats(rule: recurrence.Rule, first_date: date | None) -> str:
    """The words for a rule without its end, or "" where there are none."""
    if rule.byyearday or rule.byweekno or rule.byhour or rule.byminute or rule.bysecond:
        return ""
    every = {"n": rule.interval}
    weekdays = [recurrence.to_weekday(day) for day in rule.byday]
    if rule.bysetpos:
        if (
            rule.freq != recurrence.MONTHLY
            or len(rule.bysetpos) != 1
            or len(weekdays) != 1
            or weekdays[0].index
        ):
            return ""
        weekdays = [weekdays[0](rule.bysetpos[0])]
    if rule.freq == recurrence.DAILY and not weekdays and not rule.bymonthday:
        return _("daily") if rule.interval == 1 else _("every %(n)s days") % every
    if rule.freq == recurrence.WEEKLY and not rule.bymonthday and not any(day.index for day in weekdays):
        return _weekly(rule, sorted({day.number for day in weekdays}), first_date)
    if rule.freq == recurrence.MONTHLY:
        return _monthly(rule, weekdays, first_date)
    if rule.freq == recurrence.YEARLY:
        return _yearly(rule, weekdays, first_date)
    return ""


def _weekly(rule: recurrence.Rule, days: list[int], first_date: date | None) -> str:
    every = {"n": rule.interval}
    if not days and first_date:
        days = [first_date.weekday()]
    if not days:
        return _("weekly") if rule.interval == 1 else _("every %(n)s weeks") % every
    names = _and([str(WEEKDAYS[day]) for day in days])
    if rule.interval == 1 and days == [0, 1, 2, 3, 4]:
        return _("from Monday to Friday")
    if rule.interval == 1:
        return _("every %(weekdays)s") % {"weekdays": names}
    return _("every %(n)s weeks on %(weekdays)s") % {**every, "weekdays": names}


def _monthly(rule: recurrence.Rule, weekdays: list[recurrence.Weekday], first_date: date | None) -> str:
    every = {"n": rule.interval}
    if weekdays:
        days = _positions(weekdays)
        if not days or rule.bymonthday:
            return ""
        if rule.interval == 1:
            return _("on the %(days)s of the month") % {"days": days}
        return _("every %(n)s months on the %(days)s of the month") % {**every, "days": days}
    numbers = rule.bymonthday or ([first_date.day] if first_date else [])
    if not numbers:
        return _("monthly") if rule.interval == 1 else _("every %(n)s months") % every
    days = _month_days(numbers)
    if not days:
        return ""
    if rule.interval == 1:
        return _("on the %(days)s of every month") % {"days": days}
    return _("every %(n)s months on the %(days)s") % {**every, "days": days}


def _yearly(rule: recurrence.Rule, weekdays: list[recurrence.Weekday], first_date: date | None) -> str:
    if len(rule.bymonth) > 1 or (weekdays and rule.bymonthday) or any(day < 0 for day in rule.bymonthday):
        return ""
    month = rule.bymonth[0] if rule.bymonth else None
    numbers = list(rule.bymonthday)
    if not weekdays and not numbers and first_date:
        numbers = [first_date.day]
        month = month or first_date.month
    if month is None:
        return ""
    days = _positions(weekdays) if weekdays else _month_days(numbers)
    if not days:
        return ""
    values = {"n": rule.interval, "days": days, "month": str(MONTHS[month])}
    if weekdays and rule.interval == 1:
        return _("every year on the %(days)s in %(month)s") % values
    if weekdays:
        return _("every %(n)s years on the %(days)s in %(month)s") % values
    if rule.interval == 1:
        return _("every year on the %(days)s of %(month)s") % values
    return _("every %(n)s years on the %(days)s of %(month)s") % values


def _general(rule: recurrence.Rule) -> str:
    words = {
        recurrence.DAILY: _("on certain days, by a rule of its own"),
        recurrence.WEEKLY: _("in certain weeks, by a rule of its own"),
        recurrence.MONTHLY: _("in certain months, by a rule of its own"),
        recurrence.YEARLY: _("in certain years, by a rule of its own"),
    }
    return words.get(rule.freq) or _("by a rule of its own")


def _months(rule: recurrence.Rule) -> str:
    if not rule.bymonth or rule.freq == recurrence.YEARLY:
        return ""
    names = _and([str(MONTHS[month]) for month in sorted(set(rule.bymonth))])
    return _(", only in %(months)s") % {"months": names}


def _end(rule: recurrence.Recurrence, zone: ZoneInfo, cut_after: date | None) -> str:
    count = rule.rrules[0].count
    if count is not None and cut_after is None:
        return ngettext(", %(count)s date", ", %(count)s dates", count) % {"count": count}
    ends = [day for day in (until_date(rule, zone), cut_after) if day]
    last = min(ends, default=None)
    return _(", until %(date)s") % {"date": day_text(last)} if last else ""


def _and(items: list[str]) -> str:
    if len(items) < 2:
        return "".join(items)
    return pgettext("end of a list", "%(items)s and %(last)s") % {
        "items": ", ".join(items[:-1]),
        "last": items[-1],
    }


def _positions(weekdays: list[recurrence.Weekday]) -> str:
    """ "first and third Tuesday"; one weekday after the other, "" if a position has no word."""
    words = {
        1: pgettext("weekday of the month", "first"),
        2: pgettext("weekday of the month", "second"),
        3: pgettext("weekday of the month", "third"),
        4: pgettext("weekday of the month", "fourth"),
        5: pgettext("weekday of the month", "fifth"),
        -1: pgettext("weekday of the month", "last"),
        -2: pgettext("weekday of the month", "second last"),
    }
    if any(day.index not in words for day in weekdays):
        return ""
    phrases = []
    for number in sorted({day.number for day in weekdays}):
        indexes = {day.index for day in weekdays if day.number == number}
        which = _and([word for index, word in words.items() if index in indexes])
        phrases.append(f"{which} {WEEKDAYS[number]}")
    return _and(phrases)


def _month_days(numbers: list[int]) -> str:
    if any(number < -2 for number in numbers):
        return ""
    ordered = sorted({number for number in numbers if number > 0})
    words = [_ordinal(number) for number in ordered]
    if -2 in numbers:
        words.append(pgettext("day of the month", "last day but one"))
    if -1 in numbers:
        words.append(pgettext("day of the month", "last day"))
    return _and(words)


def _ordinal(number: int) -> str:
    values = {"n": number}
    if number % 100 not in (11, 12, 13):
        match number % 10:
            case 1:
                return pgettext("ordinal number", "%(n)sst") % values
            case 2:
                return pgettext("ordinal number", "%(n)snd") % values
            case 3:
                return pgettext("ordinal number", "%(n)srd") % values
    return pgettext("ordinal number", "%(n)sth") % values
