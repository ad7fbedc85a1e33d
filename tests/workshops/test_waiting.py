"""The waiting list: the order, the offers and their time, groups that are passed, and the last day."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.utils import translation

from core.models import OutgoingMail
from tests import factories as make
from tests.factories import BERLIN, NOW
from workshops import due, operations
from workshops.models import Booking, CourseRun, Offer, Session
from workshops.operations import Full, Guest, Kept
from workshops.rules import NotPossible

pytestmark = pytest.mark.django_db

State = Booking.State
FIRST = datetime(2027, 2, 3, 14, tzinfo=BERLIN)  # a Wednesday, three weeks and two days after NOW


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def run() -> CourseRun:
    return make.run(rule="", first_date=FIRST.date(), capacity=2)


@pytest.fixture
def session(run: CourseRun) -> Session:
    return make.first(run)


def wait(session: Session, *names: str, at: datetime = NOW, **fields: object) -> Booking:
    fields.setdefault("email", f"wartet{make.next_number()}@example.org")
    party = make.party(*names, **fields)
    run = session.run
    target = None if run.is_series else session
    return operations.join_waiting_list(run=run, session=target, party=party, at=at)


def state(booking: Booking) -> str:
    return Booking.objects.get(pk=booking.pk).state


def states(*bookings: Booking) -> list[str]:
    return [state(booking) for booking in bookings]


def mails(booking: Booking) -> list[str]:
    found = OutgoingMail.objects.filter(subject_id=str(booking.public_id)).order_by("pk")
    return list(found.values_list("kind", flat=True))


def cancel(booking: Booking, at: datetime = NOW) -> None:
    operations.cancel_booking(booking=booking, at=at)


def hours(count: float) -> datetime:
    return NOW + timedelta(hours=count)


def test_a_seat_given_back_is_offered_to_who_waits_longest(session: Session) -> None:
    seat = make.book(session)
    make.book(session)
    first, second = wait(session), wait(session, at=hours(1))
    assert [b.place_in_line() for b in (first, second)] == [1, 2]
    assert mails(first) == ["waiting"]
    cancel(seat)
    assert states(first, second) == [State.OFFERED, State.WAITING]
    assert mails(first) == ["waiting", "seat_offered"]
    session.refresh_from_db()
    assert session.seats_taken == 2
    assert second.place_in_line() == 1


def test_who_joins_while_there_is_room_is_offered_it_at_once(session: Session) -> None:
    assert state(wait(session)) == State.OFFERED


def test_nobody_books_a_seat_that_is_offered_to_somebody_else(session: Session) -> None:
    seat = make.book(session)
    make.book(session)
    waiting = wait(session)
    cancel(seat)
    with pytest.raises(Full):
        make.book(session)
    booked = operations.accept_offer(booking=waiting, at=hours(1))
    assert booked.state == State.CONFIRMED
    assert operations.accept_offer(booking=waiting, at=hours(2)).state == State.CONFIRMED
    assert mails(waiting)[-1] == "booking_confirmed"
    assert mails(waiting).count("booking_confirmed") == 1
    assert make.taken_matches_rows(session.run)


def test_an_offer_that_is_not_answered_moves_on_and_its_owner_stands_at_the_end(session: Session) -> None:
    seat = make.book(session)
    make.book(session)
    first, second, third = wait(session), wait(session), wait(session)
    cancel(seat)
    offer = Offer.objects.get()
    assert offer.deadline == hours(48)  # from Monday to Wednesday
    assert due.expire_offers(hours(47)) == 0
    assert due.expire_offers(hours(48)) == 1
    assert states(first, second, third) == [State.WAITING, State.OFFERED, State.WAITING]
    first.refresh_from_db()
    assert [b.place_in_line() for b in (third, first)] == [1, 2]
    assert mails(first)[-1] == "offer_expired"
    with pytest.raises(NotPossible, match="over"):
        operations.accept_offer(booking=first, at=hours(49))


def test_after_three_offers_that_passed_somebody_has_left_the_list(session: Session) -> None:
    make.book(session, "Jo Kern", "Mia Kern")
    alone = wait(session)
    at = NOW
    seat = Booking.objects.filter(state=State.CONFIRMED).get()
    cancel(seat)
    for _offer in range(3):
        at = Offer.objects.open().get().deadline or at
        due.expire_offers(at)
    assert state(alone) == State.EXPIRED
    assert alone.offers.count() == 3
    session.refresh_from_db()
    assert session.seats_taken == 0


@pytest.mark.parametrize(("stay", "becomes"), [(True, State.WAITING), (False, State.CANCELLED)])
def test_a_declined_seat_goes_to_the_next(session: Session, stay: bool, becomes: str) -> None:
    seat = make.book(session)
    make.book(session)
    first, second = wait(session), wait(session)
    cancel(seat)
    operations.decline_offer(booking=first, stay=stay, at=hours(1))
    operations.decline_offer(booking=first, stay=stay, at=hours(1))
    assert states(first, second) == [becomes, State.OFFERED]
    assert make.taken_matches_rows(session.run)


def test_leaving_the_list_gives_back_what_is_offered(session: Session) -> None:
    seat = make.book(session)
    make.book(session)
    first, second = wait(session), wait(session)
    cancel(seat)
    cancel(first)
    assert states(first, second) == [State.CANCELLED, State.OFFERED]
    assert Offer.objects.get(booking=first).state == Offer.State.WITHDRAWN
    cancel(second)
    session.refresh_from_db()
    assert session.seats_taken == 1


def test_for_somebody_without_email_the_time_starts_when_they_have_been_reached(session: Session) -> None:
    seat = make.book(session)
    make.book(session)
    rosa = wait(session, "Rosa Alt", email="", phone="+495123456")
    cancel(seat)
    offer = rosa.offers.get()
    assert offer.deadline is None
    assert due.expire_offers(hours(24 * 10)) == 0
    operations.reach_offered(offer=offer, at=hours(24 * 10), by=None)
    offer.refresh_from_db()
    assert offer.deadline == hours(24 * 10 + 4 * 24)  # from a Thursday to Monday: the week-end does not count
    assert due.expire_offers(offer.deadline) == 1


def test_somebody_never_reached_blocks_no_seat_in_the_last_hours(session: Session) -> None:
    seat = make.book(session)
    make.book(session)
    rosa = wait(session, "Rosa Alt", email="", phone="+495123456")
    cancel(seat)
    assert due.expire_offers(FIRST - timedelta(hours=24)) == 1
    assert state(rosa) == State.WAITING
    make.book(session, at=FIRST - timedelta(hours=23))


def test_in_the_last_day_nothing_is_offered_and_whoever_comes_first_has_it(session: Session) -> None:
    seat = make.book(session)
    make.book(session)
    waiting = wait(session)
    with pytest.raises(NotPossible, match="order of the waiting list"):
        operations.take_seat(booking=waiting, at=hours(1))
    last_day = FIRST - timedelta(hours=23)
    cancel(seat, at=last_day)
    due.offer_seats(last_day)
    assert state(waiting) == State.WAITING
    assert operations.take_seat(booking=waiting, at=last_day).state == State.CONFIRMED
    operations.take_seat(booking=waiting, at=last_day)
    assert make.taken_matches_rows(session.run)
    late = wait(session, at=last_day)
    with pytest.raises(NotPossible, match="taken"):
        operations.take_seat(booking=late, at=last_day)


def test_nobody_has_two_offers_in_one_run(session: Session) -> None:
    run = make.run(rule="RRULE:FREQ=WEEKLY;COUNT=2", first_date=FIRST.date(), capacity=1)
    one, two = run.sessions.order_by("starts_at")
    seats = [make.book(date) for date in (one, two)]
    mine = [wait(date, "Jo Kern", email="jo@example.org") for date in (one, two)]
    other = wait(two)
    for seat in seats:
        cancel(seat)
    assert states(*mine, other) == [State.OFFERED, State.WAITING, State.OFFERED]


def test_a_group_waits_for_room_for_all_of_it_and_may_be_passed_twice() -> None:
    session = make.first(make.run(rule="", first_date=FIRST.date(), capacity=4))
    seats = [make.book(session) for _ in range(4)]
    group = wait(session, "Jo Kern", "Mia Kern")
    singles = [wait(session) for _ in range(4)]
    cancel(seats[0])
    cancel(seats[1])
    group.refresh_from_db()
    assert group.passed_over == 2
    assert mails(group) == ["waiting", "passed_over"]
    assert states(group, *singles) == [
        State.WAITING,
        State.OFFERED,
        State.OFFERED,
        State.WAITING,
        State.WAITING,
    ]
    # From the third time on seats are kept for it, also from those who come by.
    cancel(seats[2])
    assert states(group, singles[2]) == [State.WAITING, State.WAITING]
    with pytest.raises(Full):
        make.book(session)
    cancel(seats[3])
    assert states(group, singles[2]) == [State.OFFERED, State.WAITING]
    assert make.taken_matches_rows(session.run)


def test_seats_are_kept_for_a_group_until_seven_days_before() -> None:
    session = make.first(make.run(rule="", first_date=FIRST.date(), capacity=3))
    seats = [make.book(session) for _ in range(3)]
    group = wait(session, "Jo Kern", "Mia Kern")
    singles = [wait(session) for _ in range(3)]
    for seat in seats[:2]:
        cancel(seat)
    operations.decline_offer(booking=singles[0], stay=False, at=hours(1))
    assert states(group, *singles) == [State.WAITING, State.CANCELLED, State.OFFERED, State.WAITING]
    week_before = FIRST - timedelta(days=7)
    operations.accept_offer(booking=singles[1], at=hours(2))
    assert due.offer_seats(week_before - timedelta(minutes=1)) == 0
    assert due.offer_seats(week_before) == 1
    assert state(singles[2]) == State.OFFERED


def test_a_group_may_come_in_parts(session: Session) -> None:
    seat = make.book(session)
    make.book(session)
    group = wait(session, "Jo Kern", "Mia Kern")
    operations.come_in_parts(booking=group, in_parts=True, at=NOW)
    cancel(seat)
    part = Booking.objects.get(part_of=group)
    assert states(group, part) == [State.WAITING, State.OFFERED]
    assert [one.name for one in part.participants.all()] == ["Jo Kern"]
    assert [one.name for one in group.participants.all()] == ["Mia Kern"]
    assert part.waiting_since == Booking.objects.get(pk=group.pk).waiting_since
    operations.accept_offer(booking=part, at=hours(1))
    assert make.taken_matches_rows(session.run)


def test_newcomers_book_what_nobody_waiting_can_use() -> None:
    old = make.generation("Ab 60")
    session = make.first(make.run(rule="", first_date=FIRST.date(), capacity=2))
    operations.set_pools(run=session.run, pools=[Kept(old.pk, 1)], at=NOW, by=None)
    make.book(session)
    young = wait(session)
    assert state(young) == State.WAITING
    booked = make.book(session, guests=[Guest("Erna Meier", generation_id=old.pk)])
    assert booked.state == State.CONFIRMED


def test_seats_kept_for_some_are_everybodys_on_their_day_and_offered() -> None:
    old = make.generation("Ab 60")
    session = make.first(make.run(rule="", first_date=FIRST.date(), capacity=2))
    operations.set_pools(run=session.run, pools=[Kept(old.pk, 1, release_days=5)], at=NOW, by=None)
    make.book(session)
    waiting = wait(session)
    day = FIRST.replace(hour=0) - timedelta(days=5)
    assert due.release_pools(day - timedelta(minutes=1)) == 0
    assert due.release_pools(day) == 1
    assert due.release_pools(day) == 0
    assert state(waiting) == State.OFFERED
    # Once released they stay so, also where the date moves.
    session.refresh_from_db()
    operations.move_session(
        session=session,
        starts_at=session.starts_at + timedelta(days=20),
        ends_at=session.ends_at + timedelta(days=20),
        room=session.room,
        reason="verlegt",
        at=day,
        by=None,
    )
    cancel(waiting, at=day)
    assert make.book(session, at=day).state == State.CONFIRMED


def test_kept_seats_that_the_taken_ones_leave_no_room_for_are_refused_with_the_numbers() -> None:
    old = make.generation("Ab 60")
    session = make.first(make.run(rule="", first_date=FIRST.date(), capacity=4))
    for _ in range(3):
        make.book(session)
    with pytest.raises(operations.PoolsDoNotFit, match="3 of 4 seats are taken, and 2 more"):
        operations.set_pools(run=session.run, pools=[Kept(old.pk, 2)], at=NOW, by=None)
    assert not session.run.pools.exists()
    operations.set_pools(run=session.run, pools=[Kept(old.pk, 1)], at=NOW, by=None)
    with pytest.raises(Full):
        make.book(session)
    # They can be given up again, and then the seat is free.
    operations.set_pools(run=session.run, pools=[], at=NOW, by=None)
    make.book(session)


def test_a_wheelchair_place_is_waited_for_like_a_seat() -> None:
    room = make.room(wheelchair_places=1)
    session = make.first(make.run(rule="", first_date=FIRST.date(), capacity=5, room=room))
    there = make.book(session, guests=[Guest("Rosa Alt", wheelchair=True)])
    with pytest.raises(Full):
        make.book(session, guests=[Guest("Ali Can", wheelchair=True)])
    waiting = wait(session, guests=[Guest("Ali Can", wheelchair=True)])
    walking = wait(session, at=hours(1))
    assert states(waiting, walking) == [State.WAITING, State.OFFERED]
    cancel(there)
    assert state(waiting) == State.OFFERED


def test_who_waits_until_the_date_begins_has_missed_it_and_is_told_once(session: Session) -> None:
    make.book(session, "Jo Kern", "Mia Kern")
    waiting = wait(session)
    assert due.end_waiting(FIRST - timedelta(minutes=1)) == 0
    assert due.end_waiting(FIRST) == 1
    assert due.end_waiting(FIRST) == 0
    assert state(waiting) == State.MISSED
    assert mails(waiting) == ["waiting", "waiting_over"]


def test_a_cancelled_date_offers_nothing_and_ends_the_waiting_once_it_cannot_be_undone(
    session: Session,
) -> None:
    seat = make.book(session)
    make.book(session)
    waiting = wait(session)
    operations.cancel_session(session=session, reason="krank", at=NOW, by=None)
    cancel(seat)
    due.offer_seats(NOW)
    assert due.end_waiting(NOW) == 0
    assert state(waiting) == State.WAITING
    due.send_notices(make.in_minutes(11))
    assert due.end_waiting(make.in_minutes(11)) == 1
    assert state(waiting) == State.MISSED


def test_an_offer_on_a_date_that_is_cancelled_cannot_be_accepted(session: Session) -> None:
    waiting = wait(session)
    operations.cancel_session(session=session, reason="krank", at=NOW, by=None)
    with pytest.raises(NotPossible, match="cancelled"):
        operations.accept_offer(booking=waiting, at=hours(1))


def test_a_series_is_waited_for_as_a_whole() -> None:
    run = make.run(booking_mode="series", first_date=FIRST.date(), capacity=1)
    seat = make.book_series(run)
    waiting = wait(make.first(run))
    cancel(seat)
    assert state(waiting) == State.OFFERED
    operations.accept_offer(booking=waiting, at=hours(1))
    assert waiting.participants.get().seats.filter(state="booked").count() == 3
    assert make.taken_matches_rows(run)


def test_nobody_waits_twice_or_where_they_have_a_seat(session: Session) -> None:
    make.book(session, "Erna Meier", email="meier@example.org")
    make.book(session)
    with pytest.raises(NotPossible, match="already"):
        wait(session, "Erna Meier", email="meier@example.org")
    wait(session, "Paul Meier", email="meier@example.org")
    with pytest.raises(NotPossible, match="already"):
        wait(session, "Paul Meier", email="meier@example.org")


def test_more_than_there_are_seats_cannot_wait(session: Session) -> None:
    with pytest.raises(NotPossible, match="not so many seats"):
        wait(session, "Jo", "Mia", "Ali")
    assert not Booking.objects.exists()
