"""From rules to dates: the cases one can name."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import recurrence

from tests.timetable.rules import BERLIN, local_days, local_starts, pattern
from timetable.expansion import (
    DateSpan,
    ImplausibleStart,
    NoDates,
    Occurrence,
    Pattern,
    Reason,
    Skipped,
    TooManyDates,
    expand,
    skipping,
)

HOLIDAYS = Reason("holidays", "Osterferien")
END_OF_2027 = date(2027, 12, 31)


@pytest.mark.parametrize("rule", [None, recurrence.Recurrence(include_dtstart=False)])
def test_without_a_rule_it_takes_place_once(rule):
    once = Pattern(rule, date(2027, 3, 3), time(18), timedelta(hours=2), BERLIN)
    expansion = expand(once, through=date(2027, 1, 1))
    assert expansion.occurrences == (
        Occurrence(
            date(2027, 3, 3),
            datetime(2027, 3, 3, 17, tzinfo=UTC),
            datetime(2027, 3, 3, 19, tzinfo=UTC),
        ),
    )
    assert expansion.is_complete
    assert not expansion.open_ended


def test_a_single_date_on_a_closed_day_is_skipped_with_the_reason():
    skip = skipping(spans=[DateSpan(date(2027, 3, 1), date(2027, 3, 5), Reason("closed", "Umbau"))])
    expansion = expand(pattern("", date(2027, 3, 3)), through=END_OF_2027, skip=skip)
    assert expansion.occurrences == ()
    assert expansion.skipped == (Skipped(date(2027, 3, 3), Reason("closed", "Umbau")),)


def test_the_first_date_counts_only_if_the_rule_hits_it():
    monday = date(2027, 1, 4)
    wednesdays = expand(pattern("FREQ=WEEKLY;BYDAY=WE;COUNT=2", monday), through=END_OF_2027)
    assert local_days(wednesdays.occurrences) == [date(2027, 1, 6), date(2027, 1, 13)]
    mondays = expand(pattern("FREQ=WEEKLY;BYDAY=MO;COUNT=2", monday), through=END_OF_2027)
    assert local_days(mondays.occurrences) == [monday, date(2027, 1, 11)]


def test_an_open_rule_stops_at_the_horizon_and_says_so():
    expansion = expand(pattern("FREQ=WEEKLY", date(2027, 1, 6)), through=date(2027, 1, 20))
    assert local_days(expansion.occurrences) == [date(2027, 1, 6), date(2027, 1, 13), date(2027, 1, 20)]
    assert expansion.open_ended
    assert not expansion.is_complete


def test_a_horizon_before_the_first_date_gives_nothing_yet():
    expansion = expand(pattern("FREQ=WEEKLY", date(2027, 1, 6)), through=date(2026, 12, 1))
    assert expansion.occurrences == ()
    assert not expansion.is_complete


@pytest.mark.parametrize("end", ["COUNT=40", "UNTIL=20271006T215959Z"])
def test_a_series_is_made_to_its_own_end_beyond_the_horizon(end):
    expansion = expand(pattern(f"FREQ=WEEKLY;{end}", date(2027, 1, 6)), through=date(2027, 2, 1))
    assert len(expansion.occurrences) == 40
    assert expansion.is_complete
    assert not expansion.open_ended


def test_until_includes_the_late_session_of_its_day():
    late = pattern("FREQ=DAILY;UNTIL=20270630T215959Z", date(2027, 6, 29), time(23, 59))
    assert local_days(expand(late, through=END_OF_2027).occurrences) == [date(2027, 6, 29), date(2027, 6, 30)]


def test_ten_dates_are_ten_that_take_place():
    easter = DateSpan(date(2027, 3, 22), date(2027, 4, 3), HOLIDAYS)
    expansion = expand(
        pattern("FREQ=WEEKLY;COUNT=10", date(2027, 2, 24)), through=END_OF_2027, skip=skipping(spans=[easter])
    )
    assert len(expansion.occurrences) == 10
    assert [skipped.date for skipped in expansion.skipped] == [date(2027, 3, 24), date(2027, 3, 31)]
    assert expansion.occurrences[-1].date == date(2027, 5, 12)


def test_a_first_date_in_the_holidays_moves_the_beginning():
    easter = DateSpan(date(2027, 3, 22), date(2027, 4, 3), HOLIDAYS)
    expansion = expand(
        pattern("FREQ=WEEKLY;COUNT=2", date(2027, 3, 24)), through=END_OF_2027, skip=skipping(spans=[easter])
    )
    assert local_days(expansion.occurrences) == [date(2027, 4, 7), date(2027, 4, 14)]


def test_the_next_segment_begins_where_this_one_ends():
    expansion = expand(
        pattern("FREQ=WEEKLY", date(2027, 1, 6)), through=END_OF_2027, before=date(2027, 1, 20)
    )
    assert local_days(expansion.occurrences) == [date(2027, 1, 6), date(2027, 1, 13)]
    assert expansion.is_complete


def test_a_segment_that_was_replaced_before_it_began_is_empty():
    expansion = expand(pattern("FREQ=WEEKLY", date(2027, 1, 6)), through=END_OF_2027, before=date(2027, 1, 6))
    assert expansion.occurrences == ()
    assert expansion.is_complete


def test_a_thousand_dates_are_the_limit():
    daily = pattern("FREQ=DAILY", date(2027, 1, 1))
    assert len(expand(daily, through=date(2027, 1, 1) + timedelta(days=999)).occurrences) == 1000
    with pytest.raises(TooManyDates) as caught:
        expand(daily, through=date(2027, 1, 1) + timedelta(days=1000))
    assert caught.value.limit == 1000


def test_a_lower_limit_is_kept_too():
    with pytest.raises(TooManyDates):
        expand(pattern("FREQ=WEEKLY;COUNT=4", date(2027, 1, 6)), through=END_OF_2027, limit=3)


def test_nothing_goes_further_than_ten_years():
    expansion = expand(pattern("FREQ=YEARLY;COUNT=50", date(2027, 1, 6)), through=date(2099, 1, 1))
    assert expansion.occurrences[-1].date == date(2037, 1, 6)
    assert not expansion.is_complete


def test_ten_years_from_the_29th_of_february():
    expansion = expand(pattern("FREQ=YEARLY;COUNT=50", date(2028, 2, 29)), through=date(2099, 1, 1))
    assert local_days(expansion.occurrences) == [date(2028, 2, 29), date(2032, 2, 29), date(2036, 2, 29)]


def test_a_house_that_is_always_closed_makes_no_date_and_ends():
    always = DateSpan(date.min, date.max, Reason("closed", "Geschlossen"))
    expansion = expand(
        pattern("FREQ=DAILY;COUNT=3", date(2027, 1, 1)), through=END_OF_2027, skip=skipping(spans=[always])
    )
    assert expansion.occurrences == ()
    assert not expansion.is_complete


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=DAILY;INTERVAL=7;BYDAY=TU",  # from a Monday on
        "FREQ=MONTHLY;INTERVAL=12;BYMONTH=2",  # from January on
        "FREQ=WEEKLY;UNTIL=20261231T225959Z",  # ends before it begins
    ],
)
def test_a_rule_that_misses_every_date_is_refused(text):
    with pytest.raises(NoDates):
        expand(pattern(text, date(2027, 1, 4)), through=END_OF_2027)


@pytest.mark.parametrize("year", [1, 26, 1969, 2201, 9999])
def test_a_first_date_with_a_mistyped_year_is_refused(year):
    with pytest.raises(ImplausibleStart):
        expand(pattern("FREQ=WEEKLY", date(year, 1, 4)), through=END_OF_2027)


def test_a_session_past_midnight_ends_on_the_next_day():
    night = expand(pattern("", date(2027, 6, 4), time(22), minutes=240), through=END_OF_2027).occurrences[0]
    assert night.date == date(2027, 6, 4)
    assert night.ends_at.astimezone(BERLIN).replace(tzinfo=None) == datetime.fromisoformat("2027-06-05T02:00")


def test_a_night_is_skipped_by_the_day_on_which_it_starts():
    next_day = DateSpan(date(2027, 6, 5), date(2027, 6, 5), HOLIDAYS)
    skip = skipping(spans=[next_day])
    expansion = expand(pattern("", date(2027, 6, 4), time(22), minutes=240), through=END_OF_2027, skip=skip)
    assert len(expansion.occurrences) == 1


def test_two_in_the_afternoon_stays_two_across_both_clock_changes():
    expansion = expand(pattern("FREQ=WEEKLY;COUNT=40", date(2027, 3, 17)), through=END_OF_2027)
    assert {start.time() for start in local_starts(expansion.occurrences)} == {time(14)}
    assert {occurrence.starts_at.hour for occurrence in expansion.occurrences} == {12, 13}


def test_a_time_that_does_not_exist_becomes_the_hour_after():
    expansion = expand(pattern("FREQ=DAILY;COUNT=3", date(2027, 3, 27), time(2, 30)), through=END_OF_2027)
    assert local_starts(expansion.occurrences) == [
        datetime.fromisoformat("2027-03-27T02:30"),
        datetime.fromisoformat("2027-03-28T03:30"),
        datetime.fromisoformat("2027-03-29T02:30"),
    ]


def test_a_time_that_exists_twice_is_the_first_of_the_two():
    expansion = expand(pattern("FREQ=DAILY;COUNT=3", date(2027, 10, 30), time(2, 30)), through=END_OF_2027)
    assert [occurrence.starts_at for occurrence in expansion.occurrences] == [
        datetime(2027, 10, 30, 0, 30, tzinfo=UTC),
        datetime(2027, 10, 31, 0, 30, tzinfo=UTC),
        datetime(2027, 11, 1, 1, 30, tzinfo=UTC),
    ]


def test_the_duration_is_elapsed_time_in_the_night_of_the_clock_change():
    night = expand(pattern("", date(2027, 10, 30), time(22), minutes=360), through=END_OF_2027).occurrences[0]
    assert night.ends_at - night.starts_at == timedelta(hours=6)
    assert night.ends_at.astimezone(BERLIN).replace(tzinfo=None) == datetime.fromisoformat("2027-10-31T03:00")


def test_a_pattern_holds_one_rule_and_nothing_else():
    two = recurrence.Recurrence(
        rrules=[recurrence.Rule(recurrence.DAILY), recurrence.Rule(recurrence.WEEKLY)], include_dtstart=False
    )
    with pytest.raises(ValueError):
        expand(Pattern(two, date(2027, 1, 1), time(14), timedelta(hours=1), BERLIN), through=END_OF_2027)
