"""From rules to dates: whatever the rule, against plain dateutil in naive local time."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, takewhile

import pytest
from dateutil.rrule import rrulestr
from django.utils import timezone
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.timetable.rules import BERLIN, first_dates, local_days, pattern, rule_texts, start_times
from timetable.expansion import NoDates, Reason, expand, rule_days
from timetable.rules import parse_rule, until_for

YEAR = timedelta(days=366)
SKIPPED = Reason("holidays", "Ferien")
ZONES = ["UTC", "America/New_York", "Pacific/Auckland"]


def plain(text: str, first_date: date, start: time) -> list[datetime]:
    """What dateutil makes of the rule on the wall clock, for a little more than a year."""
    end = datetime.combine(first_date, time.max) + YEAR
    walked = rrulestr(f"RRULE:{text}", dtstart=datetime.combine(first_date, start))
    return list(takewhile(lambda moment: moment <= end, walked))


def as_utc(local: datetime) -> datetime:
    return local.replace(tzinfo=BERLIN).astimezone(UTC)


@given(rule_texts(), first_dates, start_times)
def test_an_open_rule_makes_what_dateutil_makes(text, first_date, start):
    expected = plain(text, first_date, start)
    try:
        made = expand(pattern(text, first_date, start), through=first_date + YEAR)
    except NoDates:
        assert not expected
        return
    assert [occurrence.starts_at for occurrence in made.occurrences] == [as_utc(each) for each in expected]
    assert [occurrence.date for occurrence in made.occurrences] == [each.date() for each in expected]


@given(rule_texts(), first_dates, start_times, st.integers(1, 30))
def test_a_count_without_skips_is_dateutils_count(text, first_date, start, count):
    expected = plain(f"{text};COUNT={count}", first_date, start)
    assume(expected)
    made = expand(pattern(f"{text};COUNT={count}", first_date, start), through=first_date)
    within = [each.starts_at for each in made.occurrences if each.date <= first_date + YEAR]
    assert within == [as_utc(each) for each in expected]
    assert len(made.occurrences) <= count


@given(rule_texts(), first_dates, start_times, st.integers(0, 300))
def test_until_is_the_last_day_included(text, first_date, start, days):
    last = first_date + timedelta(days=days)
    ended = f"{text};UNTIL={until_for(last, BERLIN):%Y%m%dT%H%M%SZ}"
    expected = [each for each in plain(text, first_date, start) if each.date() <= last]
    try:
        made = expand(pattern(ended, first_date, start), through=first_date)
    except NoDates:
        assert not expected
        return
    assert [occurrence.starts_at for occurrence in made.occurrences] == [as_utc(each) for each in expected]


@given(rule_texts(interval=2), first_dates, st.integers(1, 20), st.sets(st.integers(0, 2)), st.integers(3, 5))
def test_a_count_with_skips_gives_exactly_so_many(text, first_date, count, remainders, modulus):
    assume("YEARLY" not in text)
    plan = pattern(f"{text};COUNT={count}", first_date)

    def skip(day: date) -> Reason | None:
        return SKIPPED if day.toordinal() % modulus in remainders else None

    made = expand(plan, through=first_date, skip=skip)
    days = local_days(made.occurrences)
    left_out = [skipped.date for skipped in made.skipped]
    if made.is_complete:
        assert len(days) == count
    else:  # so much is left out that ten years do not do
        assert len(days) < count
    assert not any(skip(day) for day in days)
    assert all(skip(day) for day in left_out)
    unending = rrulestr(f"RRULE:{text}", dtstart=datetime.combine(first_date, time(14)))
    assert sorted(days + left_out) == [each.date() for each in islice(unending, len(days) + len(left_out))]


@given(rule_texts(), first_dates, start_times, st.integers(0, 200))
def test_the_segment_that_follows_cuts_off_its_dates_and_no_others(text, first_date, start, days):
    plan = pattern(text, first_date, start)
    change = first_date + timedelta(days=days)
    try:
        whole = expand(plan, through=first_date + YEAR).occurrences
    except NoDates:
        return
    head = expand(plan, through=first_date + YEAR, before=change).occurrences
    assert head == tuple(each for each in whole if each.date < change)


@pytest.mark.parametrize("zone", ZONES)
@given(text=rule_texts(), first_date=first_dates, start=start_times)
def test_nobodys_active_time_zone_moves_a_date(zone, text, first_date, start):
    ended = f"{text};UNTIL={until_for(first_date + timedelta(days=200), BERLIN):%Y%m%dT%H%M%SZ}"

    def made():
        try:
            return expand(pattern(ended, first_date, start), through=first_date)
        except NoDates:
            return None

    with timezone.override(zone):
        elsewhere = made()
    assert elsewhere == made()


@given(rule_texts(), first_dates, start_times, st.integers(1, 2000))
def test_dates_come_in_order_and_last_as_long_as_they_should(text, first_date, start, minutes):
    try:
        made = expand(
            pattern(text, first_date, start, minutes=minutes), through=first_date + YEAR
        ).occurrences
    except NoDates:
        return
    assert list(made) == sorted(made, key=lambda each: each.starts_at)
    assert all(each.ends_at - each.starts_at == timedelta(minutes=minutes) for each in made)
    assert all(each.starts_at.tzinfo is UTC for each in made)


@given(rule_texts(), st.dates(date(1900, 1, 1), date(2150, 1, 1)), st.integers(0, 80))
@settings(max_examples=60)
def test_from_whatever_year_to_whatever_year_the_days_are_those_of_the_calendar(text, first_date, years):
    """Rules are walked in another century, whose calendar must be the same for as long as it is asked for."""
    last = date(first_date.year + years, 12, 31)
    rule = parse_rule(f"RRULE:{text}").rrules[0]
    walked = rrulestr(f"RRULE:{text}", dtstart=datetime.combine(first_date, time()))
    expected = takewhile(lambda day: day <= last, (moment.date() for moment in walked))
    found = takewhile(lambda day: day <= last, rule_days(first_date, rule, last=last))
    assert list(islice(found, 2000)) == list(islice(expected, 2000))
