"""Rules for the tests: written by hand, and drawn by Hypothesis."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import recurrence
from hypothesis import strategies as st

from timetable.expansion import Pattern
from timetable.parts import POSITIONS, Parts
from timetable.rules import parse_rule

BERLIN = ZoneInfo("Europe/Berlin")

first_dates = st.dates(date(2024, 1, 1), date(2032, 12, 31))
start_times = st.builds(time, st.integers(0, 23), st.integers(0, 59))


def rule(text: str) -> recurrence.Recurrence:
    return parse_rule(f"RRULE:{text}" if text else "")


def pattern(text: str, first_date: date, start: time = time(14), *, minutes: int = 90) -> Pattern:
    return Pattern(rule(text), first_date, start, timedelta(minutes=minutes), BERLIN)


def local_days(occurrences) -> list[date]:
    return [occurrence.starts_at.astimezone(BERLIN).date() for occurrence in occurrences]


def local_starts(occurrences) -> list[datetime]:
    return [occurrence.starts_at.astimezone(BERLIN).replace(tzinfo=None) for occurrence in occurrences]


@st.composite
def parts(draw: st.DrawFn) -> Parts:
    """Any choice an editor can make in the widget."""
    repeats = draw(st.sampled_from(["once", "daily", "weekly", "monthly_date", "monthly_weekday"]))
    if repeats == "once":
        return Parts()
    positions: set[int] = set()
    weekdays: set[int] = set()
    if repeats == "monthly_weekday":
        positions = draw(st.sets(st.sampled_from(POSITIONS), min_size=1))
    if repeats in ("weekly", "monthly_weekday"):
        weekdays = draw(st.sets(st.integers(0, 6), min_size=int(repeats != "weekly")))
    ends = draw(st.sampled_from(["never", "until", "count"]))
    return Parts(
        repeats,
        draw(st.integers(1, 99)),
        weekdays=tuple(sorted(weekdays)),
        month_day=draw(st.none() | st.integers(1, 31)) if repeats == "monthly_date" else None,
        positions=tuple(position for position in POSITIONS if position in positions),
        ends=ends,
        until=draw(st.dates(date(2024, 1, 1), date(2040, 12, 31))) if ends == "until" else None,
        count=draw(st.integers(1, 500)) if ends == "count" else None,
    )


@st.composite
def rule_texts(draw: st.DrawFn, *, interval: int = 6) -> str:
    """An RRULE without an end, also of kinds that the widget does not offer."""
    days = st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"])
    several = st.lists(days, min_size=1, max_size=4, unique=True).map(",".join)
    placed = st.builds("{}{}".format, st.sampled_from([1, 2, 3, 4, 5, -1, -2]), days)
    month_days = st.lists(st.sampled_from([1, 15, 28, 30, 31, -1]), min_size=1, max_size=3, unique=True)
    numbers = month_days.map(lambda found: ",".join(map(str, found)))
    kind = draw(
        st.sampled_from(
            [
                st.just("FREQ=DAILY"),
                st.just("FREQ=WEEKLY"),
                several.map("FREQ=WEEKLY;BYDAY={}".format),
                st.just("FREQ=MONTHLY"),
                numbers.map("FREQ=MONTHLY;BYMONTHDAY={}".format),
                placed.map("FREQ=MONTHLY;BYDAY={}".format),
                st.just("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
                st.just("FREQ=YEARLY"),
                st.builds("FREQ=YEARLY;BYMONTH={};BYDAY={}".format, st.integers(1, 12), placed),
            ]
        ).flatmap(lambda strategy: strategy)
    )
    return f"{kind};INTERVAL={draw(st.integers(1, interval))}"
