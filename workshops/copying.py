"""When a copied run takes place, and what it is called. Pure: no ORM, no clock.

A copy keeps the weekday, the hour, the distance from the start of the span it lay in, and the number of
dates. Which days are skipped is asked anew: the holidays of the new span are not those of the old one.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count

import recurrence

from timetable.expansion import Pattern, Skip, expand, first_hit, never
from workshops.planning import Segment

WEEK = timedelta(days=7)
FURTHEST_WEEKS = 52
"""A single date that falls on a day off goes on week by week, at most so far."""

_DIGITS = re.compile(r"([0-9]+)([^0-9]*)$")


class NoFirstDate(ValueError):
    """From the new start on there is no day on which the copy could begin."""


@dataclass(frozen=True, slots=True)
class Original:
    """A run as it was planned: its first day, all its dates, and the state it had in the end.

    `dates` is the number of local days it was planned to have, None where it has no end.
    """

    first_day: date
    last: Pattern
    dates: int | None


def first_day(pattern: Pattern) -> date:
    """The first day the rule hits, whether or not somebody meets on it; its first date where it hits none."""
    rule = pattern.rule.rrules[0] if pattern.rule else None
    return first_hit(pattern.first_date, rule) or pattern.first_date


def original(segments: Sequence[Segment], *, through: date, planned: Collection[date] = ()) -> Original:
    """A run by its schedules in order of their first dates; `through` ends what has no end.

    `planned` are the local days it was once planned for. Where a rule ends on a day, those that have fallen out
    since, because the house is closed, were dates of the course as well.

    What changed "from here on" is what the course became, so the last schedule counts for the whole; where
    that is a single date, the rule of the one before it goes on. Raises what `timetable.expansion.expand` does.
    """
    last = segments[-1].pattern
    if not last.rule:
        rules = [segment.pattern.rule for segment in segments if segment.pattern.rule]
        last = replace(last, rule=rules[-1] if rules else None)
    days: set[date] = set()
    fallen_out: set[date] = set()
    open_ended = False
    for segment, following in zip(segments, [*segments[1:], None], strict=True):
        before = following.pattern.first_date if following else None
        expansion = expand(segment.pattern, through=through, skip=segment.skip, before=before)
        days |= {occurrence.date for occurrence in expansion.occurrences}
        fallen_out |= {skipped.date for skipped in expansion.skipped} & set(planned)
        open_ended = expansion.open_ended
    if last.rule and last.rule.rrules[0].until:
        days |= fallen_out
    dates: int | None = max(1, len(days))
    if open_ended:
        dates = None
    elif len(segments) == 1 and last.rule and last.rule.rrules[0].count:
        dates = last.rule.rrules[0].count
    return Original(first_day(segments[0].pattern), last, dates)


def copied(old: Original, *, origin: date, start: date, skip: Skip = never) -> Pattern:
    """The pattern of a copy in the span that begins on `start`, as the old run lay in that from `origin` on.

    It begins on the same weekday, as many whole weeks after the start; a monthly rule on its first day from
    there on. Only a single date needs to know of the days to `skip`: it goes on to the next week. A run without
    an end that began before its span begins with the new one. Raises NoFirstDate where no day is left.
    """
    weeks = (old.first_day - origin).days // 7
    if old.dates is None:
        weeks = max(0, weeks)
    try:
        earliest = start + weeks * WEEK
        own_day = first_day(old.last)
        first = earliest + timedelta(days=(own_day.weekday() - earliest.weekday()) % 7)
        rule = _rule(old, own_day)
        if rule is None:
            weeks_on = (first + n * WEEK for n in range(FURTHEST_WEEKS + 1))
            first = next((day for day in weeks_on if not skip(day)), first)
            return replace(old.last, rule=None, first_date=first)
        if rule.freq in (recurrence.MONTHLY, recurrence.YEARLY):
            # By the day of the month, or "the first Saturday": no weekday to look for beforehand.
            hit = first_hit(earliest, rule)
        else:
            hit = first_hit(first, rule)
    except OverflowError:
        raise NoFirstDate from None
    if hit is None:
        raise NoFirstDate
    made = recurrence.Recurrence(rrules=[rule], include_dtstart=False)
    return replace(old.last, rule=made, first_date=hit)


def proposed_number(
    number: str,
    *,
    taken: Collection[str],
    old_year: int | None = None,
    new_year: int | None = None,
    most: int = 20,
) -> str:
    """A course number for a copy that is not among `taken`, which are compared in small letters.

    Where the number names the year of the old span, as 2027 or 27, it names that of the new one; else, and
    where that is taken too, its last digits are counted up. At most `most` characters long.
    """
    if old_year and new_year and (of_year := _with_year(number, old_year, new_year)):
        if of_year.lower() not in taken and len(of_year) <= most:
            return of_year
        number = of_year
    match = _DIGITS.search(number)
    head, digits, tail = (number, "1", "") if match is None else (number[: match.start()], *match.groups())
    if match is None:
        head = f"{head}-" if head and not head.endswith(("-", " ", "/")) else head
    for n in count(int(digits) + 1):
        counted = f"{n:0{len(digits)}}" + tail
        candidate = head[: max(0, most - len(counted))] + counted[:most]
        if candidate.lower() not in taken:
            return candidate
    raise AssertionError("one can always count on")


def _rule(old: Original, own_day: date) -> recurrence.Rule | None:
    """The rule of the copy: an end becomes a number of dates, and what the first date used to say is said."""
    if not old.last.rule:
        return None
    rule = old.last.rule.rrules[0]
    values = {name: getattr(rule, name) for name in ("interval", "wkst", *recurrence.Rule.byparams)}
    by_day_of_month = not (rule.byday or rule.bymonthday or rule.byyearday or rule.byweekno)
    if by_day_of_month and rule.freq in (recurrence.MONTHLY, recurrence.YEARLY):
        values["bymonthday"] = [own_day.day]
        if rule.freq == recurrence.YEARLY and not rule.bymonth:
            values["bymonth"] = [own_day.month]
    return recurrence.Rule(rule.freq, count=old.dates, **values)


def _with_year(number: str, old: int, new: int) -> str:
    """The number with the year of the new span; "" where it does not name that of the old one, or they are one."""
    for then, now in ((f"{old:04}", f"{new:04}"), (f"{old % 100:02}", f"{new % 100:02}")):
        found = re.search(rf"(?<![0-9]){then}(?![0-9])", number)
        if found and then != now:
            return number[: found.start()] + now + number[found.end() :]
    return ""
