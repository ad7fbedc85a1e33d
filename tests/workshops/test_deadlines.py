"""Until when an offered seat stands: on open days only, never into the last 24 hours."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from places.days import OpenDays
from places.models import OpeningHours
from tests import factories as make
from tests.factories import BERLIN
from timetable.zone import local_date
from workshops.deadlines import LAST_HOURS, OFFER_TIME, SHORTEST_OFFER, last_call, offer_deadline

NEW_YEAR = datetime(2027, 1, 1, tzinfo=UTC)
FAR = datetime(2027, 12, 1, 14, tzinfo=BERLIN)


def weekdays(day: date) -> bool:
    return day.weekday() < 5


def every_day(_day: date) -> bool:
    return True


@pytest.mark.parametrize(
    ("offered", "stands_until", "is_open"),
    [
        # A Friday evening's offer stands until Tuesday: six hours of Friday, Monday, 18 hours of Tuesday.
        ("2027-01-15T18:00+01:00", "2027-01-19T18:00+01:00", weekdays),
        ("2027-01-15T18:00+01:00", "2027-01-17T18:00+01:00", every_day),
        ("2027-01-16T11:00+01:00", "2027-01-20T00:00+01:00", weekdays),
        ("2027-01-12T09:00+01:00", "2027-01-14T09:00+01:00", weekdays),
        # The night on which the clocks go forward is an hour shorter: 48 hours are 48 hours.
        ("2027-03-27T12:00+01:00", "2027-03-29T13:00+02:00", every_day),
        ("2027-10-30T12:00+02:00", "2027-11-01T11:00+01:00", every_day),
    ],
)
def test_forty_eight_hours_are_counted_on_open_days(
    offered: str, stands_until: str, is_open: Callable[[date], bool]
) -> None:
    found = offer_deadline(datetime.fromisoformat(offered), begins=FAR, is_open=is_open)
    assert found == datetime.fromisoformat(stands_until)


def test_near_the_start_an_offer_is_shorter_and_in_the_end_there_is_none() -> None:
    begins = datetime(2027, 1, 15, 14, tzinfo=BERLIN)
    assert offer_deadline(begins - timedelta(hours=40), begins=begins, is_open=weekdays) == last_call(begins)
    shortest = LAST_HOURS + SHORTEST_OFFER
    assert offer_deadline(begins - shortest, begins=begins, is_open=weekdays) == last_call(begins)
    assert offer_deadline(begins - shortest + timedelta(seconds=1), begins=begins, is_open=weekdays) is None
    assert offer_deadline(begins + timedelta(hours=1), begins=begins, is_open=weekdays) is None


def test_a_house_that_never_opens_offers_until_the_last_call() -> None:
    begins = datetime(2028, 1, 15, 14, tzinfo=BERLIN)
    at = begins - timedelta(days=200)
    assert offer_deadline(at, begins=begins, is_open=lambda _day: False) == last_call(begins)


@given(
    st.integers(0, 365 * 24 * 60).map(lambda minutes: NEW_YEAR + timedelta(minutes=minutes)),
    st.sets(st.integers(0, 6), min_size=1),
    st.floats(0, 60),
)
def test_the_time_that_passes_on_open_days_is_48_hours(
    at: datetime, open_weekdays: set[int], days_ahead: float
) -> None:
    begins = at + timedelta(days=days_ahead)
    found = offer_deadline(at, begins=begins, is_open=lambda day: day.weekday() in open_weekdays)
    if found is None:
        assert begins - at < LAST_HOURS + SHORTEST_OFFER
        return
    assert at + SHORTEST_OFFER <= found <= begins - LAST_HOURS
    quarter = timedelta(minutes=15)
    passed = timedelta()
    moment = at
    while moment < found:
        if local_date(moment).weekday() in open_weekdays:
            passed += min(quarter, found - moment)
        moment += quarter
    # Counted in quarters of an hour, a midnight may fall into one.
    most = quarter * 10
    if found < begins - LAST_HOURS:
        assert abs(passed - OFFER_TIME) <= most
    else:
        assert passed <= OFFER_TIME + most


@pytest.mark.django_db
def test_a_place_is_open_when_it_says_so_and_not_on_holidays() -> None:
    venue = make.venue()
    OpeningHours.objects.create(venue=venue, weekday=5, opens="10:00", closes="14:00")
    make.closure(date(2027, 1, 16), kind="closed", name="Umbau")
    make.closure(date(2027, 1, 23), kind="holidays", name="Ferien")
    days = OpenDays(venue, first=date(2027, 1, 1), last=date(2027, 5, 31))
    assert date(2027, 1, 9) in days
    assert date(2027, 1, 16) not in days
    assert date(2027, 1, 23) in days
    assert date(2027, 1, 11) not in days
    assert date(2027, 5, 1) not in days  # a Saturday, and a public holiday


@pytest.mark.django_db
def test_a_place_without_hours_and_the_house_online_are_open_from_monday_to_friday() -> None:
    for venue in (make.venue(), None):
        days = OpenDays(venue, first=date(2027, 1, 1), last=date(2027, 1, 31))
        assert date(2027, 1, 1) not in days
        assert [day for n in range(4, 11) if (day := date(2027, 1, n)) in days] == [
            date(2027, 1, n) for n in range(4, 9)
        ]
