"""Booking, confirming, cancelling."""

from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.db import IntegrityError, transaction

from core import due
from core.models import AuditEntry, OutgoingMail
from tests import factories as make
from workshops import operations
from workshops.models import Booking, Person, Seat, Session
from workshops.operations import Full, Guest
from workshops.rules import HOLD, NotPossible

pytestmark = pytest.mark.django_db


def test_a_booking_is_firm_at_once_and_told_by_mail() -> None:
    session = make.session()
    booking = make.book(session, "Erna Meier", "Paul Meier", email="erna@example.org")

    session.refresh_from_db()
    assert booking.state == Booking.State.CONFIRMED
    assert session.seats_taken == 2
    assert make.taken_matches_rows(session.run)
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.recipient) == ("booking_confirmed", "erna@example.org")
    assert AuditEntry.objects.filter(verb="book", subject_id=str(booking.public_id)).count() == 1


def test_a_party_gets_all_its_seats_or_none() -> None:
    session = make.session(capacity=2)
    make.book(session, "Erna Meier")
    with pytest.raises(Full) as problem:
        make.book(session, "Jan Kunz", "Ida Kunz")
    assert problem.value.free == 1
    session.refresh_from_db()
    assert session.seats_taken == 1
    assert Booking.objects.count() == 1
    assert Person.objects.count() == 1


def test_a_full_session_refuses_the_next() -> None:
    session = make.session(capacity=1)
    make.book(session)
    with pytest.raises(Full):
        make.book(session)


def test_the_same_submission_books_once() -> None:
    session = make.session()
    first, second = (
        operations.book(
            run=session.run, session=session, party=make.party(), at=make.NOW, submission_key="twice"
        )
        for _ in range(2)
    )
    assert first == second
    session.refresh_from_db()
    assert session.seats_taken == 1
    assert OutgoingMail.objects.count() == 1


def test_nobody_sits_twice_in_one_session_but_couples_share_an_address() -> None:
    session = make.session()
    make.book(session, "Erna Meier", email="meier@example.org")
    with pytest.raises(NotPossible, match="schon gebucht"):
        make.book(session, "erna meier", email="meier@example.org")
    make.book(session, "Paul Meier", email="meier@example.org")
    session.refresh_from_db()
    assert session.seats_taken == 2


def test_somebody_with_a_telephone_only_gets_no_mail_and_a_firm_seat() -> None:
    booking = make.book(make.session(), email="", phone="+495123456")
    assert booking.state == Booking.State.CONFIRMED
    assert not OutgoingMail.objects.exists()


def test_a_series_is_booked_whole() -> None:
    run = make.run(booking_mode="series", rule="RRULE:FREQ=WEEKLY;COUNT=4")
    booking = make.book_series(run)
    assert Seat.objects.filter(participant__booking=booking).count() == 4
    assert set(run.sessions.values_list("seats_taken", flat=True)) == {1}


def test_a_series_is_as_full_as_its_fullest_date() -> None:
    run = make.run(booking_mode="series", capacity=2)
    last = run.sessions.last()
    assert last is not None
    Session.objects.filter(pk=last.pk).update(capacity=1)
    make.book_series(run)
    with pytest.raises(Full):
        make.book_series(run)


def test_a_series_that_has_begun_is_joined_only_where_the_run_allows_it() -> None:
    later = make.NOW + timedelta(days=5)
    closed = make.run(booking_mode="series")
    with pytest.raises(NotPossible, match="begonnen"):
        make.book_series(closed, at=later)
    open_run = make.run(booking_mode="series", join_late=True)
    booking = make.book_series(open_run, at=later)
    assert Seat.objects.filter(participant__booking=booking).count() == 2


@pytest.mark.parametrize("mode", ["series", "drop_in"])
def test_a_single_date_of_what_is_booked_otherwise_is_refused(mode: str) -> None:
    run = make.run(booking_mode=mode)
    with pytest.raises(NotPossible):
        make.book(run.sessions.first())  # type: ignore[arg-type]
    assert not Booking.objects.exists()


def test_a_date_that_has_begun_or_was_cancelled_is_refused() -> None:
    session = make.session()
    with pytest.raises(NotPossible, match="begonnen"):
        make.book(session, at=session.starts_at)
    operations.cancel_session(session=session, reason="Krank", at=make.NOW, by=None)
    with pytest.raises(NotPossible, match="abgesagt"):
        make.book(session)


def test_cancelling_gives_the_seats_back_and_twice_changes_nothing() -> None:
    session = make.session(capacity=1)
    booking = make.book(session)
    for _ in range(2):
        assert operations.cancel_booking(booking=booking, at=make.NOW).state == Booking.State.CANCELLED
    session.refresh_from_db()
    assert session.seats_taken == 0
    assert OutgoingMail.objects.filter(kind="booking_cancelled").count() == 1
    make.book(session)


def test_cancelling_a_series_midway_keeps_what_has_taken_place() -> None:
    run = make.run(booking_mode="series")
    booking = make.book_series(run)
    operations.cancel_booking(booking=booking, at=make.NOW + timedelta(days=5))
    assert list(run.sessions.values_list("seats_taken", flat=True)) == [1, 0, 0]
    assert make.taken_matches_rows(run)


def test_what_is_over_cannot_be_cancelled() -> None:
    session = make.session()
    booking = make.book(session)
    with pytest.raises(NotPossible):
        operations.cancel_booking(booking=booking, at=session.starts_at)
    session.refresh_from_db()
    assert session.seats_taken == 1


def test_a_held_seat_counts_until_the_hold_is_over() -> None:
    session = make.session(capacity=1, hold_until_confirmed=True)
    booking = make.book(session)
    assert booking.state == Booking.State.HELD
    with pytest.raises(Full):
        make.book(session)
    assert due.do_all(at=booking.hold_until - timedelta(seconds=1))["holds"] == 0  # type: ignore[operator]
    assert due.do_all(at=booking.hold_until)["holds"] == 1  # type: ignore[arg-type]
    booking.refresh_from_db()
    assert booking.state == Booking.State.EXPIRED
    make.book(session)


def test_a_hold_ends_when_the_date_begins() -> None:
    session = make.session(hold_until_confirmed=True)
    at = session.starts_at - timedelta(hours=3)
    assert make.book(session, at=at).hold_until == session.starts_at
    assert make.book(session, at=make.NOW).hold_until == min(make.NOW + HOLD, session.starts_at)


def test_confirming_in_time_makes_it_firm_and_too_late_is_refused() -> None:
    session = make.session(hold_until_confirmed=True)
    in_time, late = make.book(session), make.book(session)
    for _ in range(2):
        assert operations.confirm_booking(booking=in_time, at=make.NOW).state == Booking.State.CONFIRMED
    with pytest.raises(NotPossible):
        operations.confirm_booking(booking=late, at=late.hold_until)  # type: ignore[arg-type]
    assert OutgoingMail.objects.filter(kind="booking_confirmed").count() == 1
    assert Seat.objects.get(participant__booking=in_time).state == Seat.State.BOOKED


def test_nobody_without_mail_loses_a_held_seat_to_the_clock() -> None:
    booking = make.book(make.session(hold_until_confirmed=True), email="", phone="+495123456")
    assert (booking.state, booking.hold_until) == (Booking.State.HELD, None)
    due.do_all(at=make.NOW + HOLD * 2)
    booking.refresh_from_db()
    assert booking.state == Booking.State.HELD


def test_access_needs_are_kept_only_where_given() -> None:
    session = make.session()
    booking = make.book(session, guests=[Guest("Erna Meier", need="Rollstuhl"), Guest("Paul Meier")])
    needs = [getattr(p, "access_need", None) for p in booking.participants.all()]
    assert needs[0] is not None
    assert needs[0].text == "Rollstuhl"
    assert needs[1] is None


def test_the_database_itself_refuses_an_overbooked_session() -> None:
    session = make.session(capacity=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.filter(pk=session.pk).update(seats_taken=2)


def test_nothing_is_left_of_a_booking_whose_mail_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    session = make.session()

    def broken(**_: object) -> None:
        raise RuntimeError("no template")

    monkeypatch.setattr("workshops.emails.booking_confirmed", broken)
    with pytest.raises(RuntimeError):
        make.book(session)
    session.refresh_from_db()
    assert session.seats_taken == 0
    assert not Booking.objects.exists()


def test_every_mail_about_a_booking_that_stands_says_how_to_cancel_it() -> None:
    make.book(make.session(hold_until_confirmed=True))
    firm = make.book(make.session())
    session = firm.run.sessions.get()
    later = session.starts_at + timedelta(hours=1)
    operations.move_session(
        session=session,
        starts_at=later,
        ends_at=later + timedelta(hours=1),
        room=session.room,
        reason="Heizung",
        at=make.NOW,
        by=None,
    )
    due.do_all(at=make.in_minutes(10))
    operations.cancel_session(session=session, reason="Krank", at=make.in_minutes(11), by=None)
    due.do_all(at=make.in_minutes(21))
    assert len(outbox.outbox) == 4
    for message in outbox.outbox:
        parsed = message.message()
        for kind in ("plain", "html"):
            part = parsed.get_body((kind,))
            assert part is not None
            assert "/absagen/" in part.get_content(), (message.subject, kind)
