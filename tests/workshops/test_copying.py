"""Copied runs: the dates of a copy, its number, and that all are made or none."""

from datetime import UTC, date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timetable.expansion import DateSpan, Pattern, Reason, expand, skipping
from timetable.rules import parse_rule
from workshops.copying import Original, copied, original, proposed_number
from workshops.planning import Segment

BERLIN = ZoneInfo("Europe/Berlin")
THROUGH = date(2030, 1, 1)

days = st.dates(date(2026, 1, 1), date(2029, 12, 31))
times = st.times().map(lambda t: t.replace(second=0, microsecond=0))
WEEKLY = [
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;INTERVAL=2",
    "FREQ=WEEKLY;BYDAY=TU,TH",
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=3",
]
MONTHLY = ["FREQ=MONTHLY;BYDAY=1SA", "FREQ=MONTHLY;BYDAY=2TU,4TU", "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=MONTHLY"]


def pattern(rule: str, first_date: date, start: time = time(14), **more: object) -> Pattern:
    parsed = parse_rule(f"RRULE:{rule}") if rule else None
    return Pattern(parsed, first_date, start, timedelta(minutes=90), BERLIN, **more)  # type: ignore[arg-type]


def segment(one: Pattern, *spans: DateSpan) -> Segment:
    return Segment(one.first_date, one, skipping(spans=spans))


def off(first: date, last: date | None = None) -> DateSpan:
    return DateSpan(first, last or first, Reason("closed", "Umbau"))


def local_days(one: Pattern, *spans: DateSpan) -> list[date]:
    made = expand(one, through=THROUGH, skip=skipping(spans=spans))
    return sorted({occurrence.date for occurrence in made.occurrences})


spans = st.lists(st.tuples(days, st.integers(0, 20)), max_size=6).map(
    lambda found: [off(first, first + timedelta(days=length)) for first, length in found]
)


class TestDates:
    @given(
        rule=st.sampled_from(["", *WEEKLY, *MONTHLY]),
        end=st.integers(1, 15),
        first=days,
        start=days,
        before=st.integers(0, 60),
        hour=times,
        closed=spans,
    )
    def test_weekday_hour_and_number_stay_and_no_day_off_is_hit(
        self, rule: str, end: int, first: date, start: date, before: int, hour: time, closed: list[DateSpan]
    ) -> None:
        old = pattern(f"{rule};COUNT={end}" if rule else "", first, hour)
        skip = skipping(spans=closed)
        was = original([Segment("a", old, skip)], through=THROUGH)
        new = copied(was, origin=first - timedelta(days=before), start=start, skip=skip)
        made = expand(new, through=THROUGH, skip=skip)
        assert len({o.date for o in made.occurrences}) == (end if rule else 1)
        assert all(skip(o.date) is None for o in made.occurrences)
        walls = {o.starts_at.astimezone(BERLIN) for o in made.occurrences}
        exists = [w for w in walls if w.replace(fold=0).astimezone(UTC).astimezone(BERLIN).time() == hour]
        assert all(w.time() == hour for w in exists)
        assert len(walls - set(exists)) <= 1  # inside the hour that does not exist
        assert made.occurrences[0].date >= start
        if rule in ("FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2", ""):
            assert {o.date.weekday() for o in made.occurrences} == {first.weekday()}
        if rule == "FREQ=MONTHLY;BYDAY=1SA":
            assert all(o.date.weekday() == 5 and o.date.day <= 7 for o in made.occurrences)
        if rule == "FREQ=MONTHLY":
            assert {o.date.day for o in made.occurrences} == {first.day}

    @given(first=days, start=days, weeks=st.integers(0, 20), origin_before=st.integers(0, 6))
    def test_a_run_keeps_its_distance_in_weeks(
        self, first: date, start: date, weeks: int, origin_before: int
    ) -> None:
        was = Original(first, pattern("FREQ=WEEKLY;COUNT=3", first), 3)
        origin = first - timedelta(weeks=weeks, days=origin_before)
        new = copied(was, origin=origin, start=start)
        distance = (new.first_date - start).days
        assert distance // 7 == weeks
        assert new.first_date.weekday() == first.weekday()

    def test_a_rule_until_a_date_becomes_the_number_of_dates_it_made(self) -> None:
        old = pattern("FREQ=WEEKLY;UNTIL=20270308T225959Z", date(2027, 1, 11))
        was = original([segment(old, off(date(2027, 2, 1)))], through=THROUGH)
        assert was.dates == 8
        new = copied(was, origin=date(2027, 1, 11), start=date(2027, 9, 6))
        assert local_days(new, off(date(2027, 9, 20))) == [
            date(2027, 9, 6) + timedelta(weeks=n) for n in (0, 1, 3, 4, 5, 6, 7, 8)
        ]

    def test_one_without_an_end_stays_so_and_begins_with_the_new_span(self) -> None:
        was = original([segment(pattern("FREQ=WEEKLY", date(2025, 3, 5)))], through=THROUGH)
        new = copied(was, origin=date(2026, 9, 1), start=date(2027, 2, 1))
        assert new.first_date == date(2027, 2, 3)
        assert new.rule.rrules[0].count is None  # type: ignore[union-attr]
        assert new.rule.rrules[0].until is None  # type: ignore[union-attr]

    def test_a_series_before_its_span_stays_before_the_new_one(self) -> None:
        was = original([segment(pattern("FREQ=WEEKLY;COUNT=2", date(2026, 8, 26)))], through=THROUGH)
        new = copied(was, origin=date(2026, 9, 1), start=date(2027, 2, 1))
        assert new.first_date == date(2027, 1, 27)

    def test_the_last_plan_counts_for_the_whole(self) -> None:
        first = pattern("FREQ=WEEKLY;COUNT=10", date(2027, 1, 13))
        last = pattern("FREQ=WEEKLY;COUNT=6", date(2027, 2, 11), time(16))
        was = original([segment(first), segment(last)], through=THROUGH)
        assert was.dates == 11  # five Wednesdays, six Thursdays
        new = copied(was, origin=date(2027, 1, 11), start=date(2027, 9, 6))
        assert (new.first_date, new.start_time) == (date(2027, 9, 9), time(16))
        assert len(local_days(new)) == 11

    def test_a_last_plan_of_a_single_date_goes_on_with_the_rule_before_it(self) -> None:
        segments = [
            segment(pattern("FREQ=WEEKLY;COUNT=10", date(2027, 1, 13))),
            segment(pattern("", date(2027, 2, 11))),
        ]
        was = original(segments, through=THROUGH)
        assert was.dates == 6
        assert len(local_days(copied(was, origin=date(2027, 1, 11), start=date(2027, 9, 6)))) == 6

    def test_a_single_date_on_a_day_off_goes_on_to_the_next_week(self) -> None:
        was = original([segment(pattern("", date(2027, 1, 13)))], through=THROUGH)
        closed = off(date(2027, 9, 8), date(2027, 9, 19))
        new = copied(was, origin=date(2027, 1, 13), start=date(2027, 9, 6), skip=skipping(spans=[closed]))
        assert new.first_date == date(2027, 9, 22)
        for_ever = off(date(2027, 1, 1), date(2199, 1, 1))
        new = copied(was, origin=date(2027, 1, 13), start=date(2027, 9, 6), skip=skipping(spans=[for_ever]))
        assert new.first_date == date(2027, 9, 8)

    def test_several_times_a_day_count_as_one_date(self) -> None:
        old = pattern("FREQ=WEEKLY;COUNT=3", date(2027, 1, 13), further_times=(time(15), time(16)))
        was = original([segment(old)], through=THROUGH)
        new = copied(was, origin=date(2027, 1, 13), start=date(2027, 9, 6))
        assert was.dates == 3
        assert len(expand(new, through=THROUGH).occurrences) == 9

    def test_a_yearly_day_stays_that_day(self) -> None:
        was = original([segment(pattern("FREQ=YEARLY;COUNT=2", date(2027, 6, 5)))], through=THROUGH)
        new = copied(was, origin=date(2027, 6, 1), start=date(2028, 2, 1))
        assert local_days(new) == [date(2028, 6, 5), date(2029, 6, 5)]


class TestNumbers:
    @pytest.mark.parametrize(
        ("number", "years", "expected"),
        [
            ("D0001", (None, None), "D0002"),
            ("W27-101", (2027, 2028), "W28-101"),
            ("2027/4711", (2027, 2028), "2028/4711"),
            ("262-4711", (2026, 2027), "262-4712"),
            ("27-5", (2027, 2027), "27-6"),
            ("D099", (None, None), "D100"),
            ("D9 a", (None, None), "D10 a"),
            ("Chor", (None, None), "Chor-2"),
            ("ABCDEFGHIJKLMNOPQRST", (None, None), "ABCDEFGHIJKLMNOPQRS2"),
            ("ABCDEFGHIJKLMNOPQRS9", (None, None), "ABCDEFGHIJKLMNOPQR10"),
        ],
    )
    def test_a_number_is_counted_up(
        self, number: str, years: tuple[int | None, int | None], expected: str
    ) -> None:
        assert proposed_number(number, taken=set(), old_year=years[0], new_year=years[1]) == expected

    def test_a_year_that_is_taken_is_counted_up_as_well(self) -> None:
        assert proposed_number("W27-1", taken={"w28-1", "w28-2"}, old_year=2027, new_year=2028) == "W28-3"

    @given(st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=30), st.booleans())
    def test_no_two_copies_get_one_number_and_none_is_too_long(self, numbers: list[str], years: bool) -> None:
        taken = {number.lower() for number in numbers}
        for number in numbers:
            found = proposed_number(
                number, taken=taken, old_year=2027 if years else None, new_year=2028 if years else None
            )
            assert found.lower() not in taken
            assert 0 < len(found) <= 20
            taken.add(found.lower())
