"""Somebody who has booked a series cannot come once: the seat is a taste of it for others."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import translation

from tests import factories as make
from tests.factories import NOW
from workshops import operations
from workshops.models import Booking, CourseRun, Seat
from workshops.operations import Full
from workshops.rules import NotPossible

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def run() -> CourseRun:
    return make.run(booking_mode="series", capacity=1, taster_seats=True)


@pytest.fixture
def booking(run: CourseRun) -> Booking:
    return make.book_series(run, "Erna Meier")


def test_the_seat_of_somebody_absent_can_be_booked_for_that_date_only(
    run: CourseRun, booking: Booking
) -> None:
    first, second, _third = run.sessions.order_by("starts_at")
    with pytest.raises(Full):
        make.book(first)
    erna = booking.participants.get()
    operations.report_absent(participant=erna, session=first, at=NOW)
    assert operations.report_absent(participant=erna, session=first, at=NOW).state == Seat.State.ABSENT
    taste = make.book(first, "Jo Kern")
    assert list(taste.participants.get().seats.values_list("session", flat=True)) == [first.pk]
    with pytest.raises(Full):
        make.book(second)
    with pytest.raises(NotPossible, match="else has taken"):
        operations.come_after_all(participant=erna, session=first, at=NOW)
    operations.cancel_booking(booking=taste, at=NOW)
    assert operations.come_after_all(participant=erna, session=first, at=NOW).state == Seat.State.BOOKED
    assert operations.come_after_all(participant=erna, session=first, at=NOW).state == Seat.State.BOOKED
    assert make.taken_matches_rows(run)


def test_who_has_booked_the_date_once_more_does_not_come_twice() -> None:
    run = make.run(booking_mode="series", capacity=2, taster_seats=True)
    erna = make.book_series(run, "Erna Meier", email="erna@example.org").participants.get()
    first = make.first(run)
    operations.report_absent(participant=erna, session=first, at=NOW)
    again = make.book(first, "erna meier", email="erna@example.org")
    with pytest.raises(NotPossible, match="another seat"):
        operations.come_after_all(participant=erna, session=first, at=NOW)
    operations.cancel_booking(booking=again, at=NOW)
    assert operations.come_after_all(participant=erna, session=first, at=NOW).state == Seat.State.BOOKED


def test_a_free_seat_of_a_series_is_not_sold_by_the_date() -> None:
    run = make.run(booking_mode="series", capacity=5, taster_seats=True)
    with pytest.raises(Full):
        make.book(make.first(run))


def test_without_tasters_a_series_is_booked_as_a_whole() -> None:
    run = make.run(booking_mode="series", capacity=1)
    booking = make.book_series(run)
    first = make.first(run)
    operations.report_absent(participant=booking.participants.get(), session=first, at=NOW)
    with pytest.raises(NotPossible, match="another way"):
        make.book(first)


def test_an_extra_date_is_not_for_who_only_had_a_taste(run: CourseRun, booking: Booking) -> None:
    first = make.first(run)
    operations.report_absent(participant=booking.participants.get(), session=first, at=NOW)
    taste = make.book(first)
    start = first.starts_at + timedelta(days=100)
    extra, left_out = operations.add_session(
        run=run, starts_at=start, ends_at=start + timedelta(hours=1), room=first.room, at=NOW, by=None
    )
    assert left_out == []
    assert extra.seats.get().participant.booking == booking
    assert not extra.seats.filter(participant__booking=taste).exists()


def test_nobody_is_absent_from_what_is_over_or_from_a_single_date(run: CourseRun, booking: Booking) -> None:
    first = make.first(run)
    with pytest.raises(NotPossible, match="over"):
        operations.report_absent(
            participant=booking.participants.get(), session=first, at=first.starts_at + timedelta(minutes=1)
        )
    single = make.book(make.session())
    seat = Seat.objects.get(participant__booking=single)
    with pytest.raises(NotPossible, match="single date"):
        operations.report_absent(participant=seat.participant, session=seat.session, at=NOW)
