"""What a plan may and may not do to the dates of a run."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.timetable.rules import BERLIN, pattern
from timetable.expansion import Reason, Skip, TooManyDates
from workshops.planning import MOST_SESSIONS, Plan, Present, Segment, plan

DAY = timedelta(days=1)
BEGIN = date(2027, 1, 4)  # a Monday
THROUGH = date(2027, 5, 31)  # past a clock change
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
HOLIDAYS = Reason("holidays", "Ferien")


def skip_days(days: frozenset[date]) -> Skip:
    return lambda day: HOLIDAYS if day in days else None


def start_on(day: date, at: time) -> datetime:
    return datetime.combine(day, at, BERLIN).astimezone(UTC)


def days_from(first: date, last: date) -> list[date]:
    return [first + DAY * number for number in range((last - first).days + 1)]


@st.composite
def weekly_segments(draw: st.DrawFn) -> tuple[list[Segment], set[datetime]]:
    """Up to three schedules and, worked out day by day, the instants they stand for."""
    days_between = st.integers(1, 60)
    first_dates = [BEGIN + DAY * draw(st.integers(0, 20))]
    for _ in range(draw(st.integers(0, 2))):
        first_dates.append(first_dates[-1] + DAY * draw(days_between))
    segments, wanted = [], set()
    for number, first in enumerate(first_dates):
        weekdays = draw(st.sets(st.integers(0, 6), min_size=1, max_size=3))
        count = draw(st.none() | st.integers(1, 12))
        at = draw(st.sampled_from([time(9), time(14, 30), time(23, 15)]))
        off = draw(st.frozensets(st.sampled_from(days_from(BEGIN, THROUGH)), max_size=12))
        rule = "FREQ=WEEKLY;BYDAY=" + ",".join(WEEKDAYS[day] for day in sorted(weekdays))
        rule += f";COUNT={count}" if count else ""
        segments.append(Segment(f"schedule {number}", pattern(rule, first, at), skip_days(off)))

        last = first_dates[number + 1] - DAY if number + 1 < len(first_dates) else THROUGH
        # A count runs to its own end even beyond the horizon.
        end = last if count is None or number + 1 < len(first_dates) else last + timedelta(days=366)
        days = [day for day in days_from(first, end) if day.weekday() in weekdays and day not in off]
        wanted |= {start_on(day, at) for day in days[:count]}
    return segments, wanted


instants = st.integers(-10, 170).map(lambda days: start_on(BEGIN + DAY * days, time(12)))


@st.composite
def situations(draw: st.DrawFn) -> tuple[list[Segment], set[datetime], list[Present], datetime]:
    """Schedules, what they stand for, the sessions there are (some of them moved) and an instant."""
    segments, wanted = draw(weekly_segments())
    planned = draw(st.sets(st.sampled_from(sorted(wanted)), max_size=8)) if wanted else set()
    planned |= draw(st.sets(instants, max_size=4))  # dates that nobody plans any more
    present = []
    for key, instant in enumerate(sorted(planned)):
        moved = draw(st.sampled_from([0, 0, 0, -3, 5]))
        present.append(Present(key, instant, instant + DAY * moved))
    extra = draw(st.lists(instants, max_size=2))
    present += [Present(f"extra {key}", None, instant) for key, instant in enumerate(extra)]
    return segments, wanted, present, draw(instants)


def made(segments: list[Segment], present: list[Present], at: datetime) -> Plan:
    return plan(segments=segments, present=present, through=THROUGH, at=at)


def new_starts(planned: Plan) -> list[datetime]:
    return [session.occurrence.starts_at for session in planned.new]


@given(situations())
def test_what_is_new_or_kept_is_exactly_what_is_wanted_and_still_to_come(situation) -> None:
    segments, wanted, present, at = situation
    planned = made(segments, present, at)
    future = {start for start in wanted if start > at}
    kept = {session.planned_for for session in planned.kept}
    assert set(new_starts(planned)) == future - kept
    assert set(new_starts(planned)) | (kept & future) == future
    assert new_starts(planned) == sorted(set(new_starts(planned)))


@given(situations())
def test_every_session_is_kept_or_dropped_and_stays_itself(situation) -> None:
    segments, _wanted, present, at = situation
    planned = made(segments, present, at)
    assert sorted([*planned.kept, *planned.dropped], key=present.index) == present


@given(situations())
def test_the_past_extra_dates_and_what_is_still_wanted_are_kept(situation) -> None:
    segments, wanted, present, at = situation
    planned = made(segments, present, at)
    for session in planned.dropped:
        assert session.starts_at > at
        assert session.planned_for is not None
        assert session.planned_for not in wanted
    assert all(start > at for start in new_starts(planned))


@given(situations())
def test_planning_again_after_carrying_it_out_changes_nothing(situation) -> None:
    segments, _wanted, present, at = situation
    first = made(segments, present, at)
    carried_out = [
        *first.kept,
        *(Present(("new", start), start, start) for start in new_starts(first)),
    ]
    second = made(segments, carried_out, at)
    assert (second.new, second.dropped) == ((), ())
    assert list(second.kept) == carried_out
    assert second.dates == first.dates


@given(weekly_segments())
def test_a_schedule_ends_where_the_next_begins(found) -> None:
    segments, wanted = found
    planned = made(segments, [], start_on(BEGIN - DAY, time(12)))
    assert set(new_starts(planned)) == wanted
    limits = [segment.pattern.first_date for segment in segments] + [date.max]
    for number, segment in enumerate(segments):
        days = [session.occurrence.date for session in planned.new if session.segment == segment.key]
        assert all(limits[number] <= day < limits[number + 1] for day in days)


@given(weekly_segments())
def test_it_says_which_dates_were_skipped_and_why(found) -> None:
    segments, _wanted = found
    planned = made(segments, [], start_on(BEGIN, time()))
    taking_place = {start.astimezone(BERLIN).date() for start in planned.dates}
    for skipped in planned.skipped:
        assert skipped.reason == HOLIDAYS
        assert any(segment.skip(skipped.date) for segment in segments)
    # A date may be skipped by one schedule only where that schedule holds.
    assert not taking_place & {skipped.date for skipped in planned.skipped}


@pytest.mark.parametrize(("rules", "is_open"), [(["", ";COUNT=3"], False), ([";COUNT=3", ""], True)])
def test_only_the_last_schedule_leaves_a_run_open(rules: list[str], is_open: bool) -> None:
    segments = [
        Segment(number, pattern(f"FREQ=WEEKLY{end}", BEGIN + DAY * 28 * number), skip_days(frozenset()))
        for number, end in enumerate(rules)
    ]
    assert made(segments, [], start_on(BEGIN, time())).open_ended is is_open


def test_a_session_moved_away_from_its_date_is_not_made_a_second_time() -> None:
    segments = [Segment("all", pattern("FREQ=WEEKLY;COUNT=2", BEGIN), skip_days(frozenset()))]
    first, second = (start_on(BEGIN + DAY * days, time(14)) for days in (0, 7))
    present = [Present(1, first, first + DAY * 2)]
    assert new_starts(made(segments, present, first - DAY)) == [second]


def test_the_local_hour_stays_across_the_clock_change() -> None:
    segments = [Segment("all", pattern("FREQ=WEEKLY;COUNT=12", date(2027, 2, 1)), skip_days(frozenset()))]
    starts = new_starts(made(segments, [], start_on(BEGIN, time())))
    assert {start.astimezone(ZoneInfo("Europe/Berlin")).hour for start in starts} == {14}
    assert {start.hour for start in starts} == {12, 13}


def test_too_many_dates_are_a_slip_but_years_of_dates_there_are_do_not_count() -> None:
    """A daily run without an end grows past the limit one horizon at a time."""
    segments = [Segment("all", pattern("FREQ=DAILY", BEGIN), skip_days(frozenset()))]
    at = start_on(BEGIN, time())
    with pytest.raises(TooManyDates):
        plan(segments=segments, present=[], through=BEGIN + DAY * MOST_SESSIONS, at=at)
    held = [start_on(BEGIN + DAY * number, time(14)) for number in range(MOST_SESSIONS)]
    present = [Present(key, start, start) for key, start in enumerate(held)]
    later = plan(segments=segments, present=present, through=BEGIN + DAY * (MOST_SESSIONS + 9), at=at)
    assert len(later.new) == 10
