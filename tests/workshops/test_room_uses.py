"""Rooms taken for what is not a course."""

from datetime import date, time, timedelta

import pytest

from places.models import RoomUse
from tests import factories as make
from timetable.expansion import TooManyDates
from timetable.rules import parse_rule
from workshops import due, operations

pytestmark = pytest.mark.django_db


def cleaning(rule: str = "RRULE:FREQ=DAILY", first_date: date = date(2027, 1, 11), hour: int = 18) -> RoomUse:
    use = RoomUse(
        room=make.room(),
        name="Reinigung",
        first_date=first_date,
        start_time=time(hour),
        duration_minutes=60,
        rule=parse_rule(rule),
    )
    operations.save_room_use(use=use, at=make.NOW, by=None)
    return use


def test_cleaning_every_day_goes_on_for_years() -> None:
    use = cleaning()
    for days in (100, 400, 700):
        assert due.extend_room_uses(make.NOW + timedelta(days=days)) > 0
        assert due.extend_room_uses(make.NOW + timedelta(days=days)) == 0
    assert use.dates.count() == 700 + 366


def test_what_began_years_ago_is_no_slip() -> None:
    assert cleaning(first_date=date(2024, 1, 1)).dates.count() == 366


def test_more_dates_than_anybody_means_are_refused_with_the_limit() -> None:
    use = cleaning("RRULE:FREQ=DAILY;COUNT=500")
    use.rule = parse_rule("RRULE:FREQ=DAILY;UNTIL=20290101T225959Z")
    with pytest.raises(TooManyDates) as problem:
        operations.save_room_use(use=use, at=make.NOW, by=None)
    assert problem.value.limit == 500
    assert RoomUse.objects.get().dates.count() == 500


def test_a_change_replaces_what_is_to_come_and_leaves_what_is_over() -> None:
    use = cleaning("RRULE:FREQ=DAILY;COUNT=5")
    later = make.NOW + timedelta(days=2)
    use.start_time = time(20)
    operations.save_room_use(use=use, at=later, by=None)
    hours = [one.starts_at.astimezone(make.BERLIN).hour for one in use.dates.order_by("starts_at")]
    assert hours == [18, 18, 20, 20, 20]


def test_one_that_has_ended_is_not_extended() -> None:
    use = cleaning()
    stale = RoomUse.objects.get()
    use.rule = parse_rule("RRULE:FREQ=DAILY;COUNT=3")
    operations.save_room_use(use=use, at=make.NOW, by=None)
    assert operations.extend_room_use(use=stale, at=make.NOW + timedelta(days=30)) == 0
    assert RoomUse.objects.get().planned_through is None
