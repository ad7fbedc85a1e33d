"""What a plan may and may not do to the dates of a run."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.timetable.rules import BERLIN, pattern
from timetable.expansion import Reason, Skip, TooManyDates
from workshops.planning import (
    MOST_SESSIONS,
    Decision,
    Move,
    Plan,
    Present,
    Segment,
    Undecided,
    continued,
    decide,
    plan,
)

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
        cancelled = draw(st.sampled_from([False, False, True]))
        present.append(
            Present(
                key,
                instant,
                instant + DAY * moved,
                instant + DAY * moved + timedelta(minutes=90),
                booked=0 if cancelled else draw(st.integers(0, 2)),
                is_cancelled=cancelled,
                is_fixed=bool(moved) and draw(st.booleans()),
            )
        )
    extra = draw(st.lists(instants, max_size=2))
    present += [Present(f"extra {key}", None, instant) for key, instant in enumerate(extra)]
    return segments, wanted, present, draw(instants)


def made(segments: list[Segment], present: list[Present], at: datetime) -> Plan:
    return plan(segments=segments, present=present, through=THROUGH, at=at)


def after(planned: Plan) -> list[Present]:
    """The sessions there are once a plan has been carried out."""
    rows = [*planned.kept, *(move.session for move in planned.moved)]
    starts = {move.session.key: move.to.occurrence for move in planned.moved}
    found = []
    for row in rows:
        goal = planned.planned.get(row.key)
        anchor = goal.occurrence.starts_at if goal else row.planned_for
        if goal := starts.get(row.key):
            row = replace(row, starts_at=goal.starts_at, ends_at=goal.ends_at)
        found.append(replace(row, planned_for=anchor))
    found += [replace(row, planned_for=None) for row in planned.extra]
    found += [replace(row, planned_for=None, is_cancelled=True, booked=0) for row in planned.cancelled]
    new = [session.occurrence for session in planned.new]
    return found + [Present(("new", o.starts_at), o.starts_at, o.starts_at, o.ends_at) for o in new]


def new_starts(planned: Plan) -> list[datetime]:
    return [session.occurrence.starts_at for session in planned.new]


@given(situations())
def test_what_is_new_or_kept_is_exactly_what_is_wanted_and_still_to_come(situation) -> None:
    segments, wanted, present, at = situation
    planned = made(segments, present, at)
    future = {start for start in wanted if start > at}
    kept = {goal.occurrence.starts_at for goal in planned.planned.values()}
    assert set(new_starts(planned)) == future - kept
    assert set(new_starts(planned)) | (kept & future) == future
    assert new_starts(planned) == sorted(set(new_starts(planned)))


@given(situations())
def test_every_session_is_kept_moved_or_dropped_and_stays_itself(situation) -> None:
    segments, _wanted, present, at = situation
    planned = made(segments, present, at)
    moved = [move.session for move in planned.moved]
    assert sorted([*planned.kept, *moved, *planned.dropped], key=present.index) == present


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
    carried_out = after(first)
    second = made(segments, carried_out, at)
    assert (second.new, second.dropped, second.moved) == ((), (), ())
    assert set(second.kept) == set(carried_out)
    assert second.dates == first.dates


@given(situations(), st.data())
def test_whatever_is_decided_every_booked_session_is_there_and_the_past_is_untouched(situation, data) -> None:
    segments, _wanted, present, at = situation
    open_plan = made(segments, present, at)
    decisions = {}
    for question in open_plan.questions:
        is_move = isinstance(question, Move)
        session = question.session if is_move else question
        decisions[session.key] = data.draw(
            st.sampled_from(list(Decision) if is_move else [Decision.KEEP, Decision.CANCEL])
        )
    planned = decide(open_plan, decisions)
    rows = {row.key: row for row in after(planned)}
    for session in present:
        if session.booked:
            assert session.key in rows
        if session.starts_at <= at:
            assert replace(rows[session.key], planned_for=session.planned_for) == session
    for key, decision in decisions.items():
        before = next(session for session in present if session.key == key)
        assert rows[key].is_cancelled == (decision == Decision.CANCEL)
        assert (rows[key].starts_at != before.starts_at) == (decision == Decision.MOVE)
    anchors = [row.planned_for for row in rows.values() if row.planned_for]
    assert len(anchors) == len(set(anchors))
    again = made(segments, list(rows.values()), at)
    assert again.changes_nothing or again.moved  # what was kept as extra may be moved on, never lost
    assert not again.dropped


@given(situations())
def test_no_booked_session_moves_or_goes_without_a_question(situation) -> None:
    segments, _wanted, present, at = situation
    planned = made(segments, present, at)
    asked = {q.session.key if isinstance(q, Move) else q.key for q in planned.questions}
    loses = {s.key for s in planned.dropped} | {m.session.key for m in planned.moved if m.changes_start}
    assert asked == {s.key for s in present if s.booked and s.key in loses}
    if asked:
        with pytest.raises(Undecided):
            decide(planned, {})


def weekly(start: date, rule: str, *, place: str = "Werkraum", at: time = time(14)) -> Segment:
    return Segment(place, pattern(rule, start, at), skip_days(frozenset()), place)


def there(segment: Segment, *, booked: int = 0, **fields) -> list[Present]:
    """The sessions a segment has made."""
    new = made([segment], [], start_on(BEGIN - DAY, time())).new
    return [
        Present(
            n,
            s.occurrence.starts_at,
            s.occurrence.starts_at,
            s.occurrence.ends_at,
            segment.place,
            booked,
            **fields,
        )
        for n, s in enumerate(new)
    ]


def test_another_weekday_moves_each_session_within_its_week() -> None:
    tuesdays = weekly(BEGIN, "FREQ=WEEKLY;BYDAY=TU;COUNT=3")
    thursdays = weekly(BEGIN, "FREQ=WEEKLY;BYDAY=TH;COUNT=3")
    planned = made([thursdays], there(tuesdays), start_on(BEGIN, time()))
    assert [(m.session.key, m.to.occurrence.starts_at - m.session.starts_at) for m in planned.moved] == [
        (number, DAY * 2) for number in range(3)
    ]
    assert (planned.new, planned.dropped, planned.kept) == ((), (), ())


def test_a_monthly_rule_moves_within_the_month() -> None:
    new_year = date(2027, 1, 1)
    first = weekly(new_year, "FREQ=MONTHLY;BYDAY=+1SA;COUNT=3")
    third = weekly(new_year, "FREQ=MONTHLY;BYDAY=+3SA;COUNT=3")
    at = start_on(new_year, time())
    rows = [
        Present(n, new.occurrence.starts_at, new.occurrence.starts_at)
        for n, new in enumerate(made([first], [], at).new)
    ]
    planned = made([third], rows, at)
    assert [m.session.key for m in planned.moved] == [0, 1, 2]


def test_fewer_dates_a_week_keep_the_nearest_and_people_choose_first() -> None:
    twice = weekly(BEGIN, "FREQ=WEEKLY;BYDAY=MO,FR;COUNT=2")
    monday, friday = there(twice)
    once = weekly(BEGIN, "FREQ=WEEKLY;BYDAY=TU;COUNT=1")
    at = start_on(BEGIN - DAY, time())
    assert made([once], [monday, friday], at).dropped == (friday,)
    booked = replace(friday, booked=2)
    assert made([once], [monday, booked], at).dropped == (monday,)


def test_another_room_is_a_move_without_a_question() -> None:
    rule = "FREQ=WEEKLY;COUNT=2"
    planned = made(
        [weekly(BEGIN, rule, place="Saal")], there(weekly(BEGIN, rule), booked=3), start_on(BEGIN, time())
    )
    assert [move.place for move in planned.moved] == ["Saal", "Saal"]
    assert planned.questions == ()


def test_what_the_team_changed_by_itself_stays_there_and_is_not_made_again() -> None:
    old, new = (weekly(BEGIN, f"FREQ=WEEKLY;BYDAY={day};COUNT=1") for day in ("TU", "TH"))
    (row,) = there(old)
    fixed = replace(row, starts_at=row.starts_at + DAY, is_fixed=True)
    planned = made([new], [fixed], start_on(BEGIN, time()))
    assert (planned.kept, planned.new, planned.moved) == ((fixed,), (), ())


def test_a_date_moved_past_its_planned_instant_stays_whatever_becomes_of_the_rule() -> None:
    tuesdays = weekly(BEGIN, "FREQ=WEEKLY;BYDAY=TU;COUNT=1")
    (row,) = there(tuesdays)
    later = replace(row, starts_at=row.starts_at + DAY * 20)
    mondays = weekly(BEGIN + DAY * 28, "FREQ=WEEKLY;BYDAY=MO;COUNT=1")
    planned = made([mondays], [later], row.starts_at + DAY)
    assert (planned.kept, planned.dropped, planned.moved) == ((later,), (), ())


def test_an_extra_date_the_rule_comes_to_hit_is_not_doubled() -> None:
    segment = weekly(BEGIN, "FREQ=WEEKLY;BYDAY=TU;COUNT=2")
    first, second = there(segment)
    extra = replace(first, planned_for=None)
    planned = made([segment], [extra], start_on(BEGIN, time()))
    assert new_starts(planned) == [second.starts_at]
    assert planned.planned[extra.key].occurrence.starts_at == first.starts_at


def test_a_segment_goes_on_with_the_number_of_dates_that_remains() -> None:
    whole = pattern("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;COUNT=10", BEGIN, time(14))
    skip = skip_days(frozenset({BEGIN + DAY * 14}))
    day = BEGIN + DAY * 56
    rest = replace(whole, rule=continued(whole, day=day, through=THROUGH, skip=skip), first_date=day)
    at = start_on(BEGIN - DAY, time())
    alone = plan(segments=[Segment(0, whole, skip)], present=[], through=THROUGH, at=at)
    split = plan(
        segments=[Segment(0, whole, skip), Segment(1, rest, skip)], present=[], through=THROUGH, at=at
    )
    assert split.dates == alone.dates
    assert len(split.dates) == 10


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


def test_a_date_that_begins_at_this_very_moment_is_over_and_not_made() -> None:
    segment = weekly(BEGIN, "FREQ=WEEKLY;BYDAY=TU;COUNT=2")
    first, second = there(segment)
    assert new_starts(made([segment], [], first.starts_at)) == [second.starts_at]
