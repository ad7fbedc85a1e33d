"""On which local days people are asked, asked again, reminded, and lose a seat they said nothing about."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.factories import BERLIN
from workshops import asking

BEGINS = datetime(2027, 2, 10, 14, 0, tzinfo=BERLIN)


def local(day: int, hour: int = 0, minute: int = 0, *, month: int = 2) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=BERLIN)


def asked(at: datetime, **fields: Any) -> bool:
    return asking.is_to_be_asked(
        **{"begins": BEGINS, "booked": local(1, month=1), "asked": None, "at": at, **fields}
    )


def again(at: datetime, **fields: Any) -> bool:
    known = {"asked": local(3, 9), "asked_again": None, "coming": None}
    return asking.is_to_be_asked_again(**{"begins": BEGINS, **known, "at": at, **fields})


def passed_on(at: datetime, **fields: Any) -> bool:
    known = {"reached": local(3, 9), "reminded": local(5, 9), "coming": None}
    return asking.is_passed_on(**{"begins": BEGINS, **known, "at": at, **fields})


def reminded(at: datetime, **fields: Any) -> bool:
    known = {"booked": local(1, month=1), "reminded": None, "days": 2}
    return asking.is_to_be_reminded(**{"begins": BEGINS, **known, "at": at, **fields})


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (local(2, 23, 59), False),
        (local(3), True),
        (local(4, 23, 59), True),
        (local(5), False),
    ],
)
def test_people_are_asked_on_the_seventh_local_day_before_or_the_day_after(
    at: datetime, expected: bool
) -> None:
    assert asked(at) is expected


def test_who_booked_on_the_day_of_asking_or_later_has_just_said_so() -> None:
    assert asked(local(3, 12), booked=local(3) - timedelta(seconds=1))
    assert not asked(local(3, 12), booked=local(3))


def test_nobody_is_asked_twice_about_one_day_and_once_more_about_another() -> None:
    assert not asked(local(3, 12), asked=local(3))
    assert asked(local(3, 12), asked=local(2, 23, 59))


@pytest.mark.parametrize(
    ("at", "expected"),
    [(local(4, 23, 59), False), (local(5), True), (local(6, 23, 59), True), (local(7), False)],
)
def test_the_second_question_falls_between_the_fifth_and_the_fourth_day(at: datetime, expected: bool) -> None:
    assert again(at) is expected


@pytest.mark.parametrize(
    "known",
    [{"asked": None}, {"asked": local(2)}, {"coming": local(4)}, {"asked_again": local(5)}],
    ids=["never asked", "asked about another day", "has answered", "asked again already"],
)
def test_there_is_no_second_question_for(known: dict[str, Any]) -> None:
    assert not again(local(5, 12), **known)


def test_an_answer_about_another_day_is_no_answer() -> None:
    assert again(local(5, 12), coming=local(2, 12))
    assert passed_on(local(7, 12), coming=local(2, 12))


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (local(6, 23, 59), False),
        (local(7), True),
        (local(9, 13, 59), True),
        (local(9, 14, 0), False),
    ],
    ids=["the day before", "from midnight on", "before the last 24 hours", "in the last 24 hours"],
)
def test_a_seat_is_passed_on_from_the_third_day_until_a_day_before(at: datetime, expected: bool) -> None:
    assert passed_on(at) is expected


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"reached": None}, False),
        ({"reminded": None}, False),
        ({"coming": local(6)}, False),
        ({"reached": local(4, 12, 1)}, False),
        ({"reached": local(4, 12)}, True),
        ({"reminded": local(6, 12, 1)}, False),
        ({"reminded": local(6, 12)}, True),
    ],
)
def test_nobody_loses_a_seat_who_was_not_reached_in_time(known: dict[str, Any], expected: bool) -> None:
    assert passed_on(local(7, 12), **known) is expected


def test_the_day_named_in_the_mail_is_the_last_before_seats_are_passed_on() -> None:
    by = asking.answer_by(BEGINS)
    assert by.date() == local(6).date()
    assert not passed_on(local(6, 23, 59))


@pytest.mark.parametrize(
    ("at", "expected"),
    [(local(7, 23, 59), False), (local(8), True), (local(10, 13, 59), True), (local(10, 14), False)],
)
def test_the_reminder_comes_two_local_days_before_and_never_after_the_start(
    at: datetime, expected: bool
) -> None:
    assert reminded(at) is expected


def test_nobody_is_reminded_of_what_they_have_just_booked_or_where_the_house_reminds_nobody() -> None:
    assert reminded(local(9), booked=local(8) - timedelta(seconds=1))
    assert not reminded(local(9), booked=local(8))
    assert not reminded(local(9), days=0)


def test_nobody_is_reminded_twice_of_one_day() -> None:
    assert not reminded(local(9), reminded=local(8))
    assert reminded(local(9), reminded=local(7, 23, 59))


@pytest.mark.parametrize(
    ("begins", "midnight"),
    [
        # The clocks go forward on 28 March and back on 31 October 2027.
        (local(30, 14, month=3), datetime(2027, 3, 22, 23, 0, tzinfo=UTC)),
        (local(2, 14, month=11), datetime(2027, 10, 25, 22, 0, tzinfo=UTC)),
    ],
    ids=["spring", "autumn"],
)
def test_days_are_those_of_the_houses_clock_also_where_it_changes(
    begins: datetime, midnight: datetime
) -> None:
    assert asking.first_instant(begins, asking.ASKED) == midnight
    assert asked(midnight, begins=begins)
    assert not asked(midnight - timedelta(seconds=1), begins=begins)
