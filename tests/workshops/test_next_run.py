"""Who waited in vain is offered a seat in the next run before anybody else can book it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from core.models import OutgoingMail
from tests import factories as make
from workshops import due, operations
from workshops.models import AccessNeed, Booking, CourseRun, Offer, Session
from workshops.operations import Charge, Full, Guest
from workshops.retention import _erase_bookings, erase_booking

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

OVER = datetime(2027, 1, 13, 14, 0, tzinfo=UTC)
"""When the first date of `full` has begun, and waiting for it ends."""

NEXT = datetime(2027, 1, 20, 9, 0, tzinfo=UTC)


def full(**fields: Any) -> Session:
    """A date of 13 January with one seat, and it is taken."""
    session = make.session(**{"capacity": 1, **fields})
    make.book(session)
    return session


def wait(session: Session, *names: str, at: datetime = make.NOW, **fields: Any) -> Booking:
    names = names or ("Paul",)
    fields.setdefault("email", f"{names[0].lower()}@example.org")
    return operations.join_waiting_list(
        run=session.run, session=session, party=make.party(*names, **fields), at=at
    )


def missed(session: Session, *names: str, at: datetime = make.NOW, **fields: Any) -> Booking:
    booking = wait(session, *names, at=at, **fields)
    operations.end_waiting(booking=booking, at=OVER)
    booking.refresh_from_db()
    assert booking.state == Booking.State.MISSED
    return booking


def next_run(session: Session, at: datetime = NEXT, **fields: Any) -> CourseRun:
    """The next run of the same course: by default single dates from 10 February, with two seats each."""
    return make.run(
        **{
            "course": session.run.course,
            "first_date": date(2027, 2, 10),
            "capacity": 2,
            "at": at,
            **fields,
        }
    )


def test_publishing_the_next_run_offers_a_seat_to_who_waited_in_vain() -> None:
    old = missed(full(), "Paul")
    run = next_run(full_session_of(old), price=5)
    booking = old.followed_by
    offer = booking.offers.get()
    assert (booking.run, booking.state, booking.session) == (run, Booking.State.OFFERED, make.first(run))
    assert (offer.state, offer.person, offer.made_at) == (Offer.State.OPEN, old.person, NEXT)
    assert offer.deadline == NEXT + timedelta(hours=48)
    assert (booking.price, booking.participants.get().name) == (run.price, "Paul")
    assert list(OutgoingMail.objects.filter(kind="next_run").values_list("recipient", flat=True)) == [
        "paul@example.org"
    ]
    accepted = operations.accept_offer(booking=booking, at=NEXT)
    assert accepted.state == Booking.State.CONFIRMED


def full_session_of(booking: Booking) -> Session:
    assert booking.session is not None
    return booking.session


def test_the_longest_waiting_come_first_and_newcomers_cannot_have_their_seats() -> None:
    session = full()
    later = missed(session, "Ida", at=make.in_minutes(2))
    sooner = missed(session, "Paul", at=make.in_minutes(1))
    third = missed(session, "Karl", at=make.in_minutes(3))
    run = next_run(session, booking_mode="series", capacity=2)
    assert [hasattr(row, "followed_by") for row in fresh(sooner, later, third)] == [True, True, False]
    with pytest.raises(Full):
        make.book_series(run, at=NEXT)
    operations.decline_offer(booking=fresh(sooner)[0].followed_by, stay=False, at=NEXT)
    assert due.offer_next_runs(NEXT) == 1
    assert fresh(third)[0].followed_by.state == Booking.State.OFFERED


def fresh(*bookings: Booking) -> list[Booking]:
    return [Booking.objects.get(pk=booking.pk) for booking in bookings]


def test_of_single_dates_it_is_the_earliest_with_room_and_time_to_answer() -> None:
    session = full()
    first, second = missed(session, "Paul"), missed(session, "Ida", at=make.in_minutes(1))
    at = datetime(2027, 2, 9, 12, 0, tzinfo=UTC)
    run = next_run(session, at=at, capacity=1)
    dates = list(run.sessions.order_by("starts_at"))
    # The first date begins in 25 hours: an offer would stand for one.
    assert [row.followed_by.session for row in fresh(first, second)] == dates[1:3]


def test_people_are_copied_with_what_they_told() -> None:
    ab60, charge = make.generation(), Charge(name="Rita", phone="+4951234567", goes_home_alone=True)
    guests = [
        Guest("Paul", ab60.pk, need="Ein Stuhl mit Lehne", hearing_loop=True, guardian=charge),
        Guest("Ida", is_carer=True),
    ]
    old = missed(full(), "Paul", guests=guests, email="paul@example.org")
    next_run(full_session_of(old), at=OVER, room=make.room(loop_sets=1))
    paul, ida = old.followed_by.participants.order_by("pk")
    assert (paul.generation, paul.is_carer, ida.is_carer) == (ab60, False, True)
    assert (paul.access_need.text, paul.access_need.hearing_loop) == ("Ein Stuhl mit Lehne", True)
    assert paul.access_need.consented_at == make.NOW
    assert (paul.guardian.name, paul.guardian.goes_home_alone) == ("Rita", True)
    assert AccessNeed.objects.count() == 2
    assert old.followed_by.participants.filter(seats__isnull=False).get() == paul


@pytest.mark.parametrize("how", ["decline", "decline and stay", "expire"])
def test_who_lets_it_pass_is_not_put_in_line_and_not_asked_again(how: str) -> None:
    old = missed(full(), "Paul")
    run = next_run(full_session_of(old))
    booking = old.followed_by
    if how == "expire":
        operations.expire_offer(offer=booking.offers.get(), at=NEXT + timedelta(days=3))
    else:
        operations.decline_offer(booking=booking, stay="stay" in how, at=NEXT)
    booking.refresh_from_db()
    assert booking.state in (Booking.State.CANCELLED, Booking.State.EXPIRED)
    assert due.offer_next_runs(NEXT + timedelta(days=3)) == 0
    next_run(full_session_of(old), at=NEXT + timedelta(days=4))
    assert Booking.objects.filter(person=old.person).count() == 2
    assert make.taken_matches_rows(run)


def test_due_work_done_again_and_publishing_another_run_ask_nobody_twice() -> None:
    session = full()
    old = missed(session, "Paul")
    next_run(session)
    assert due.offer_next_runs(NEXT) == 0
    next_run(session)
    assert Booking.objects.filter(follows__isnull=False).count() == 1
    assert Offer.objects.filter(person=old.person).count() == 1


def test_who_waited_for_two_dates_is_asked_once() -> None:
    run = make.run(capacity=1)
    one, two = run.sessions.order_by("starts_at")[:2]
    for session in (one, two):
        make.book(session)
        wait(session, "Paul")
    over = datetime(2027, 1, 28, 12, tzinfo=UTC)
    due.end_waiting(over)
    next_run(one, at=over)
    due.offer_next_runs(over)
    assert Booking.objects.filter(follows__isnull=False).count() == 1


@pytest.mark.parametrize(
    "why",
    ["does not want to", "erased", "another course", "too long ago", "has booked it", "group", "drop-in"],
)
def test_some_are_not_asked(why: str) -> None:
    session = full(groups="book")
    group = {"group_name": "7b"} if why == "group" else {}
    old = missed(session, "Paul", **group)
    fields: dict[str, Any] = {"at": NEXT}
    if why == "does not want to":
        Booking.objects.filter(pk=old.pk).update(wants_next_run=False)
    elif why == "erased":
        erase_booking(booking_id=old.pk, at=NEXT)
    elif why == "another course":
        fields["course"] = make.course("Fotos")
    elif why == "too long ago":
        Booking.objects.filter(pk=old.pk).update(ended_at=NEXT - timedelta(days=366))
    elif why == "drop-in":
        fields["booking_mode"] = "drop_in"
    elif why == "has booked it":
        fields.update(published=False)
    run = next_run(session, **fields)
    if why == "has booked it":
        Booking.objects.filter(pk=old.pk).update(wants_next_run=False)
        operations.publish_run(run=run, at=NEXT, by=None)
        run.refresh_from_db()
        make.book(make.first(run), "Paul", email="paul@example.org", at=NEXT)
        Booking.objects.filter(pk=old.pk).update(wants_next_run=True)
        assert due.offer_next_runs(NEXT) == 0
    assert not Booking.objects.filter(follows__isnull=False).exists()


def test_a_group_is_asked_where_groups_can_come() -> None:
    old = missed(full(groups="book", capacity=2), "", "", group_name="7b", email="schule@example.org")
    next_run(full_session_of(old), groups="book")
    assert (old.followed_by.group_name, old.followed_by.participants.count()) == ("7b", 2)


def test_a_run_that_was_public_before_they_missed_is_theirs_only_until_it_opens() -> None:
    session = full()
    opens = datetime(2027, 1, 18, 9, 0, tzinfo=UTC)
    open_already = next_run(session, at=make.NOW)
    not_open = next_run(session, at=make.NOW, web_opens_at=opens)
    old = missed(session, "Paul")
    assert due.offer_next_runs(opens) == 0
    assert due.offer_next_runs(opens - timedelta(seconds=1)) == 1
    assert old.followed_by.run == not_open
    assert not open_already.bookings.exists()


def test_the_course_is_the_same_in_whatever_language_its_page_is() -> None:
    session = full()
    old = missed(session, "Paul")
    english = make.translated(session.run.course, title="Phones")
    next_run(session, course=english)
    assert old.followed_by.run.course_id == english.pk


def test_who_waits_in_the_next_run_already_goes_before_those_of_an_earlier_one() -> None:
    session = full()
    opens = datetime(2027, 1, 18, 9, 0, tzinfo=UTC)
    run = next_run(session, at=make.NOW, booking_mode="series", capacity=1)
    taken = make.book_series(run)
    first = operations.join_waiting_list(
        run=run, session=None, party=make.party("Ida", email="ida@example.org"), at=make.NOW
    )
    CourseRun.objects.filter(pk=run.pk).update(web_opens_at=opens)
    old = missed(session, "Paul")
    operations.cancel_booking(booking=taken, at=OVER)
    assert due.offer_next_runs(OVER) == 0
    first.refresh_from_db()
    assert first.state == Booking.State.OFFERED
    assert not hasattr(fresh(old)[0], "followed_by")


def test_somebody_without_e_mail_has_time_once_they_have_been_reached() -> None:
    old = missed(full(), "Paul", email="", phone="+4951234567")
    next_run(full_session_of(old))
    offer = old.followed_by.offers.get()
    assert (offer.reached_at, offer.deadline) == (None, None)
    assert not OutgoingMail.objects.filter(kind="next_run").exists()


def test_where_offering_fails_nothing_is_published(monkeypatch: pytest.MonkeyPatch) -> None:
    session = full()
    old = missed(session, "Paul")
    run = next_run(session, published=False)

    def fail(**_: Any) -> None:
        raise RuntimeError("the mail could not be written")

    monkeypatch.setattr("workshops.emails.seat_offered", fail)
    with pytest.raises(RuntimeError):
        operations.publish_run(run=run, at=NEXT, by=None)
    run.refresh_from_db()
    assert (run.state, run.sessions.count()) == (CourseRun.State.DRAFT, 0)
    assert not hasattr(fresh(old)[0], "followed_by")
    monkeypatch.undo()
    operations.publish_run(run=run, at=NEXT, by=None)
    assert hasattr(fresh(old)[0], "followed_by")


def test_who_wants_to_be_asked_first_is_kept_for_a_year_and_others_are_not() -> None:
    session = full()
    hopes, does_not = missed(session, "Paul"), missed(session, "Ida")
    Booking.objects.filter(pk=does_not.pk).update(wants_next_run=False)
    _erase_bookings(OVER + timedelta(days=91))
    assert [row.erased_at is None for row in fresh(hopes, does_not)] == [True, False]
    _erase_bookings(OVER + timedelta(days=366))
    assert fresh(hopes)[0].erased_at is not None


def test_who_has_been_asked_is_kept_no_longer_than_others() -> None:
    session = full()
    hopes = missed(session, "Paul")
    next_run(session)
    _erase_bookings(OVER + timedelta(days=91))
    assert fresh(hopes)[0].erased_at is not None
