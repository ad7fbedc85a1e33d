"""From a rule to its dates. Pure: no ORM, no clock, no active time zone.

A rule speaks of the clock on the wall: "Wednesdays at 14:00" is 14:00 in summer and in winter. So the rule
is walked in naive local time and every start is turned into a UTC instant by itself. Two edge cases follow
`zoneinfo` with ``fold=0``: a time that does not exist (02:30 in the night the clocks go forward) becomes the
instant the old offset gives (03:30 summer time), a time that exists twice is the first of the two.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import dateutil.rrule
import recurrence

LIMIT = 1000
"""How many dates one pattern may make unless the caller says otherwise."""
MAX_YEARS = 10
"""No pattern with an end is followed further than this many years from its first date."""

EARLIEST, LATEST = date(1970, 1, 1), date(2200, 1, 1)
"""First dates outside are typing errors (0026, 20261), and time zones know nothing about them."""

_CALENDAR_CYCLE = 400
"""After 400 years the Gregorian calendar repeats: same leap years, same weekdays."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a date of the rule does not take place, with the name people know ("Herbstferien")."""

    kind: Literal["closed", "holidays", "public_holiday"]
    name: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """When something takes place, on the wall clock of `zone`.

    `rule` None or empty means once, on `first_date`. `first_date` is where the rule starts counting; it is
    a date of the rule only if the rule hits it. `duration` is elapsed time. With `further_times` each
    date has several starts.
    """

    rule: recurrence.Recurrence | None
    first_date: date
    start_time: time
    duration: timedelta
    zone: ZoneInfo
    further_times: tuple[time, ...] = ()

    @property
    def start_times(self) -> tuple[time, ...]:
        """All starts of one date, in order."""
        return tuple(sorted({self.start_time, *self.further_times}))


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One date that takes place: `date` is local, the instants are UTC.

    `ends_at` is `starts_at` plus the elapsed duration, also over midnight and over a clock change.
    """

    date: date
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Skipped:
    """One local date the rule hits but on which nothing takes place."""

    date: date
    reason: Reason


@dataclass(frozen=True, slots=True)
class DateSpan:
    """Local dates from `first` to `last`, both included. Raises ValueError if `last` comes first."""

    first: date
    last: date
    reason: Reason

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("A span ends before it begins.")


@dataclass(frozen=True, slots=True)
class Expansion:
    """The dates of a pattern in order, and those left out with the reason.

    `open_ended`: the rule itself has no end. `is_complete`: a later `through` would add nothing.
    """

    occurrences: tuple[Occurrence, ...]
    skipped: tuple[Skipped, ...]
    open_ended: bool
    is_complete: bool


class ExpansionError(ValueError):
    """A pattern that cannot be turned into dates; `wording.describe_problem` says it to people."""


class TooManyDates(ExpansionError):
    """The pattern makes more dates than `limit`."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"The pattern makes more than {limit} dates.")
        self.limit = limit


class NoDates(ExpansionError):
    """The rule does not hit a single date, however far one looks."""

    def __init__(self) -> None:
        super().__init__("The rule hits no date.")


class ImplausibleStart(ExpansionError):
    """The first date is not one of our time."""

    def __init__(self) -> None:
        super().__init__(f"The first date is not between {EARLIEST} and {LATEST}.")


type Skip = Callable[[date], Reason | None]


def never(day: date) -> None:
    """Skip nothing."""


def expand(
    pattern: Pattern,
    *,
    through: date,
    skip: Skip = never,
    before: date | None = None,
    limit: int = LIMIT,
) -> Expansion:
    """All dates of `pattern` in order, every start of each, without those for which `skip` gives a reason.

    A rule without end stops at `through` (local date, included). A rule with COUNT or UNTIL runs to its own
    end even beyond `through`, though not further than ten years from the first date: a series is announced as
    a whole. COUNT counts dates that take place, so skipped ones do not use it up. Nothing reaches `before`
    (local date, excluded), the first date of the segment that follows. `skip` is asked with
    the local date of the start, also where a session ends after midnight.

    Raises TooManyDates if more than `limit` dates take place, NoDates if the rule hits no date at all,
    ImplausibleStart for a first date that must be a typing error.
    """
    if not EARLIEST <= pattern.first_date <= LATEST:
        raise ImplausibleStart
    rule = _only_rule(pattern)
    open_ended = rule is not None and rule.count is None and rule.until is None
    last = through if open_ended else _ten_years_after(pattern.first_date)
    until = _until(pattern, rule)
    wanted = rule.count if rule is not None else None

    times = pattern.start_times
    taking_place = 0
    occurrences: list[Occurrence] = []
    skipped: list[Skipped] = []
    is_complete = True
    hit = False
    for day in rule_days(pattern.first_date, rule, last=last):
        starts = [datetime.combine(day, start, pattern.zone).astimezone(UTC) for start in times]
        if until is not None and starts[0] > until:
            break
        hit = True
        if wanted is not None and taking_place >= wanted:
            break
        if before is not None and day >= before:
            break
        if day > last:
            is_complete = False
            break
        if reason := skip(day):
            skipped.append(Skipped(day, reason))
            continue
        taking_place += 1
        if len(occurrences) + len(starts) > limit:
            raise TooManyDates(limit)
        occurrences += [Occurrence(day, start, start + pattern.duration) for start in starts]
    if not hit:
        raise NoDates
    return Expansion(tuple(occurrences), tuple(skipped), open_ended, is_complete)


def skipping(*, spans: Iterable[DateSpan], public_holidays: Mapping[date, str] | None = None) -> Skip:
    """A `skip` for `expand`: the reason for a date, or None.

    Where several apply, a closed house comes first, then the public holiday (the more precise name), then
    holidays. Answers are kept, so share one `skip` among all patterns of the same venue.
    """
    order = {"closed": 0, "public_holiday": 1, "holidays": 2}
    ranked = sorted(spans, key=lambda span: order[span.reason.kind])
    named = {day: Reason("public_holiday", name) for day, name in (public_holidays or {}).items()}
    known: dict[date, Reason | None] = {}

    def find(day: date) -> Reason | None:
        found = next((span.reason for span in ranked if span.first <= day <= span.last), None)
        if day in named and (found is None or found.kind == "holidays"):
            return named[day]
        return found

    def skip(day: date) -> Reason | None:
        try:
            return known[day]
        except KeyError:
            reason = known[day] = find(day)
            return reason

    return skip


def _only_rule(pattern: Pattern) -> recurrence.Rule | None:
    if not pattern.rule:
        return None
    others = pattern.rule.exrules or pattern.rule.rdates or pattern.rule.exdates
    if others or len(pattern.rule.rrules) != 1:
        raise ValueError("A pattern holds one RRULE and nothing else; check_rule() tells people.")
    return pattern.rule.rrules[0]


def _until(pattern: Pattern, rule: recurrence.Rule | None) -> datetime | None:
    if rule is None or rule.until is None:
        return None
    until: datetime = rule.until
    return until if until.tzinfo else until.replace(tzinfo=pattern.zone)


def first_hit(first_date: date, rule: recurrence.Rule | None) -> date | None:
    """The first local date the rule hits from `first_date` on, whatever falls on it; None where it hits none that
    a pattern would be followed to, or where `first_date` must be a typing error."""
    if not EARLIEST <= first_date <= LATEST:
        return None
    last = _ten_years_after(first_date)
    day = next(rule_days(first_date, rule, last=last), None)
    return day if day is not None and day <= last else None


def _ten_years_after(day: date) -> date:
    if day.month == 2 and day.day == 29:
        day = day.replace(day=28)
    return day.replace(year=day.year + MAX_YEARS)


def _shift(first: int, last: int) -> int:
    """So many years later the calendar is the same, from the year `first` to `last` at least.

    The same is: the same weekdays and leap years. The later, the sooner dateutil gives up: in the year 9999.
    """
    if first >= 2000 and last <= 2099 and last - first <= 70:
        # From 2000 to 2099, as from 9901 to 9999, every fourth year is a leap year.
        for year in range(date.max.year - (last - first), 9900, -1):
            if year % 4 == first % 4 and date(year, 1, 1).weekday() == date(first, 1, 1).weekday():
                return year - first
    return (date.max.year - last) // _CALENDAR_CYCLE * _CALENDAR_CYCLE


def rule_days(first_date: date, rule: recurrence.Rule | None, *, last: date) -> Iterator[date]:
    """Every local date the rule hits from `first_date` to `last`, without regard to COUNT and UNTIL.

    It may be followed by later ones, of which only one thing is true: that they are later. dateutil looks for a
    date until the year 9999: for a rule that hits none, eight seconds from today. So the rule is walked as many
    years later as there is room for, and the dates are brought back; that leaves it some decades to search, and
    400 years at most.
    """
    if rule is None:
        yield first_date
        return
    shift = _shift(first_date.year, max(first_date, last).year)
    start = first_date.replace(year=first_date.year + shift)
    walked = dateutil.rrule.rrule(
        rule.freq,
        dtstart=datetime.combine(start, time()),
        interval=rule.interval,
        wkst=rule.wkst if rule.wkst is not None else dateutil.rrule.MO,
        bysetpos=rule.bysetpos or None,
        bymonth=rule.bymonth or None,
        bymonthday=rule.bymonthday or None,
        byyearday=rule.byyearday or None,
        byweekno=rule.byweekno or None,
        byweekday=rule.byday or None,
    )
    for moment in walked:
        yield date(moment.year - shift, moment.month, moment.day)
