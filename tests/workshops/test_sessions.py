"""Cancelling and moving one date, undoing it, and telling the people."""

import email
import email.policy
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import icalendar
import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from core import due
from core.models import AuditEntry, OutgoingMail
from places.models import Room
from tests import factories as make
from workshops import operations
from workshops.models import Booking, Notice, Person, Seat, Session
from workshops.operations.telling import to_be_told
from workshops.rules import NOTICE_DELAY, NotPossible, can_undo

pytestmark = pytest.mark.django_db

TELLING = make.NOW + NOTICE_DELAY
JUST_BEFORE = TELLING - timedelta(seconds=1)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def cancel(session: Session, *, reason: str = "Krank", at: datetime = make.NOW) -> Notice:
    return operations.cancel_session(session=session, reason=reason, at=at, by=None)


def move(session: Session, *, days: int = 1, at: datetime = make.NOW, **changes: Any) -> Notice:
    wanted = {
        "starts_at": session.starts_at + timedelta(days=days),
        "ends_at": session.ends_at + timedelta(days=days),
        "room": session.room,
        "reason": "Wasserschaden",
        **changes,
    }
    return operations.move_session(session=session, at=at, by=None, **wanted)


def told(kind: str) -> list[str]:
    """Who was written to about a change, in order of writing."""
    return list(OutgoingMail.objects.filter(kind=kind).order_by("pk").values_list("recipient", flat=True))


def text_of(mail: OutgoingMail) -> str:
    message = email.message_from_bytes(bytes(mail.content or b""), policy=email.policy.default)
    return message.get_body(("plain",)).get_content()  # type: ignore[union-attr]


# The change itself ------------------------------------------------------------------------------------


def test_a_cancelled_date_stays_as_cancelled_with_the_same_identity_and_its_seats() -> None:
    session = make.session()
    make.book(session, "Erna Meier", "Paul Meier")
    before = Session.objects.get(pk=session.pk)
    cancel(session, reason="Heizung defekt")
    session.refresh_from_db()
    assert (session.state, session.reason) == (Session.State.CANCELLED, "Heizung defekt")
    assert (session.uid, session.public_id) == (before.uid, before.public_id)
    assert session.sequence == before.sequence + 1
    assert session.changed_at == make.NOW
    assert session.seats_taken == 2
    assert make.taken_matches_rows(session.run)
    assert session in Session.objects.public()


def test_a_moved_date_keeps_people_counter_and_identity() -> None:
    session, saal = make.session(), make.room(name="Saal")
    make.book(session, "Erna Meier", "Paul Meier")
    before = Session.objects.get(pk=session.pk)
    move(session, room=saal)
    session.refresh_from_db()
    assert session.starts_at == before.starts_at + timedelta(days=1)
    assert session.room == saal
    assert (session.uid, session.planned_for) == (before.uid, before.planned_for)
    assert (session.sequence, session.seats_taken) == (1, 2)
    assert Seat.objects.filter(session=session, state=Seat.State.BOOKED).count() == 2


def test_cancelling_one_date_of_a_series_leaves_the_others() -> None:
    run = make.run(booking_mode="series")
    booking = make.book_series(run)
    second = run.sessions.order_by("starts_at")[1]
    cancel(second)
    assert list(run.sessions.order_by("starts_at").values_list("state", "seats_taken")) == [
        ("planned", 1),
        ("cancelled", 1),
        ("planned", 1),
    ]
    due.do_all(at=TELLING)
    assert told("session_cancelled") == [booking.person.email]  # type: ignore[union-attr]


def test_nobody_books_a_cancelled_date() -> None:
    session = make.session()
    cancel(session)
    with pytest.raises(NotPossible, match="cancelled"):
        make.book(session)


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_change_needs_a_reason(reason: str) -> None:
    session = make.session()
    with pytest.raises(NotPossible, match="reason"):
        cancel(session, reason=reason)
    with pytest.raises(NotPossible, match="reason"):
        move(session, reason=reason)
    session.refresh_from_db()
    assert (session.state, session.sequence) == (Session.State.PLANNED, 0)
    assert not Notice.objects.exists()


def test_what_has_begun_or_is_cancelled_is_not_changed() -> None:
    begun, cancelled = make.session(), make.session()
    cancel(cancelled)
    for session, at in ((begun, begun.starts_at), (cancelled, make.NOW)):
        before = Session.objects.filter(pk=session.pk).values().get()
        with pytest.raises(NotPossible):
            cancel(session, at=at)
        with pytest.raises(NotPossible):
            move(session, at=at)
        assert Session.objects.filter(pk=session.pk).values().get() == before


def test_a_move_that_makes_no_sense_is_refused() -> None:
    session = make.session()
    before = Session.objects.filter(pk=session.pk).values().get()
    nonsense: list[dict[str, Any]] = [
        {"days": -3},
        {"ends_at": session.starts_at},
        {"room": None},
        {"days": 0},
    ]
    for changes in nonsense:
        with pytest.raises(NotPossible):
            move(session, **changes)
    assert Session.objects.filter(pk=session.pk).values().get() == before
    assert not Notice.objects.exists()


# Telling ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("change", "kind"), [(cancel, "session_cancelled"), (move, "session_moved")])
def test_people_are_told_after_ten_minutes_and_once(change: Any, kind: str) -> None:
    session = make.session()
    make.book(session, "Erna Meier", "Paul Meier", email="meier@example.org")
    make.book(session, "Ida Kunz", email="kunz@example.org")
    change(session)
    due.do_all(at=JUST_BEFORE)
    assert told(kind) == []
    due.do_all(at=TELLING)
    assert told(kind) == ["meier@example.org", "kunz@example.org"]
    due.do_all(at=TELLING + timedelta(days=1))
    assert operations.send_notice(notice=Notice.objects.get(), at=TELLING) == 0
    assert told(kind) == ["meier@example.org", "kunz@example.org"]
    assert Notice.objects.get().sent_at == TELLING
    assert AuditEntry.objects.get(verb="send_notice").detail == {"mails": 2}


def test_the_mail_names_both_dates_by_the_clock_in_the_house_and_carries_the_new_one() -> None:
    session = make.session()
    make.book(session)
    notice = move(session, reason="Maler im Haus")
    operations.send_notice(notice=notice, at=TELLING)
    mail = OutgoingMail.objects.get(kind="session_moved")
    text = text_of(mail)
    assert "13. Januar 2027, 14:00" in text
    assert "14. Januar 2027, 14:00" in text
    assert "Maler im Haus" in text

    message = email.message_from_bytes(bytes(mail.content or b""), policy=email.policy.default)
    [part] = message.iter_attachments()
    [event] = icalendar.Calendar.from_ical(part.get_content()).walk("VEVENT")  # type: ignore[attr-defined]
    session.refresh_from_db()
    assert (event["UID"], event["SEQUENCE"]) == (session.uid, 1)
    assert event.start == session.starts_at


def test_everybody_reads_it_in_the_language_they_booked_in() -> None:
    session = make.session()
    make.book(session, email="erna@example.org", language="de")
    make.book(session, email="john@example.org", language="en")
    operations.send_notice(notice=cancel(session), at=TELLING)
    german, english = OutgoingMail.objects.filter(kind="session_cancelled").order_by("pk")
    assert "Grund: Krank" in text_of(german)
    assert "Reason: Krank" in text_of(english)


def test_who_books_after_the_move_knows_the_new_date_and_is_not_told() -> None:
    session = make.session()
    make.book(session, email="before@example.org")
    move(session)
    make.book(session, email="after@example.org", at=make.in_minutes(3))
    due.do_all(at=TELLING)
    assert told("session_moved") == ["before@example.org"]


def test_who_has_no_mail_is_on_the_list_for_the_telephone() -> None:
    session = make.session()
    by_phone = make.book(session, email="", phone="+495123456")
    by_mail = make.book(session, email="erna@example.org")
    notice = cancel(session)
    assert to_be_told(session, before=notice.created_at) == [by_phone, by_mail]
    assert operations.send_notice(notice=notice, at=TELLING) == 1
    assert told("session_cancelled") == ["erna@example.org"]


def test_who_has_cancelled_is_not_told_and_who_holds_a_seat_is() -> None:
    session = make.session(hold_until_confirmed=True)
    gone = make.book(session, email="gone@example.org")
    make.book(session, email="holding@example.org")
    notice = cancel(session)
    operations.cancel_booking(booking=gone, at=make.in_minutes(2))
    operations.send_notice(notice=notice, at=TELLING)
    assert told("session_cancelled") == ["holding@example.org"]


def test_people_of_another_date_are_not_told() -> None:
    run = make.run()
    first, second, _third = run.sessions.order_by("starts_at")
    make.book(first, email="first@example.org")
    make.book(second, email="second@example.org")
    cancel(second)
    due.do_all(at=TELLING)
    assert told("session_cancelled") == ["second@example.org"]


def test_one_notice_that_cannot_be_written_holds_up_no_other() -> None:
    broken, sound = make.session(), make.session()
    make.book(broken, email="broken@example.org")
    make.book(sound, email="sound@example.org")
    cancel(broken)
    cancel(sound)
    Person.objects.filter(email="broken@example.org").update(email="two\nlines@example.org")
    assert due.do_all(at=TELLING)["notices"] == -1
    assert told("session_cancelled") == ["sound@example.org"]
    assert Notice.objects.open().get().session == broken


# Undoing ----------------------------------------------------------------------------------------------


def test_a_cancellation_is_undone_before_anybody_is_told() -> None:
    session = make.session()
    make.book(session)
    notice = cancel(session)
    assert can_undo(notice, at=JUST_BEFORE)
    operations.undo_notice(notice=notice, at=JUST_BEFORE, by=None)
    session.refresh_from_db()
    assert (session.state, session.reason, session.sequence) == (Session.State.PLANNED, "", 2)
    assert session.seats_taken == 1
    due.do_all(at=TELLING + timedelta(days=1))
    assert told("session_cancelled") == []
    make.book(session)


def test_a_move_is_undone_to_where_and_when_it_was() -> None:
    session = make.session()
    make.book(session)
    before = (session.starts_at, session.ends_at, session.room)
    operations.undo_notice(notice=move(session, room=make.room()), at=JUST_BEFORE, by=None)
    session.refresh_from_db()
    assert (session.starts_at, session.ends_at, session.room) == before
    assert session.sequence == 2
    assert due.do_all(at=TELLING)["notices"] == 0


def test_what_was_undone_can_be_read() -> None:
    moved, cancelled = make.session(), make.session()
    operations.undo_notice(notice=move(moved, room=make.room(name="Saal")), at=make.NOW, by=None)
    operations.undo_notice(notice=cancel(cancelled), at=make.NOW, by=None)
    back, again = (set(s.run.changes.get(kind="undone").detail) for s in (moved, cancelled))
    assert back == {"again", "moved", "rooms"}
    assert again == {"again"}


@pytest.mark.parametrize("sent", [False, True])
def test_nothing_is_undone_once_people_are_being_told(sent: bool) -> None:
    session = make.session()
    notice = cancel(session)
    if sent:
        operations.send_notice(notice=notice, at=TELLING)
    with pytest.raises(NotPossible, match="already"):
        operations.undo_notice(notice=notice, at=TELLING, by=None)
    session.refresh_from_db()
    assert session.is_cancelled
    assert Notice.objects.get().undone_at is None


def test_undoing_twice_changes_nothing_the_second_time() -> None:
    session = make.session()
    notice = cancel(session)
    operations.undo_notice(notice=notice, at=make.NOW, by=None)
    with pytest.raises(NotPossible, match="undone"):
        operations.undo_notice(notice=notice, at=make.NOW, by=None)
    session.refresh_from_db()
    assert session.sequence == 2


# Several changes --------------------------------------------------------------------------------------


def test_a_date_is_not_changed_twice_before_people_were_told_of_the_first() -> None:
    session = make.session()
    move(session)
    with pytest.raises(NotPossible, match="just been changed"):
        cancel(session)
    session.refresh_from_db()
    assert (session.state, session.sequence) == (Session.State.PLANNED, 1)
    second = Notice.objects.get()
    second.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save(force_insert=True)


def test_each_change_is_told_and_the_sequence_only_ever_rises() -> None:
    session = make.session()
    make.book(session, email="erna@example.org")
    sequences = []
    for minutes, change in ((0, move), (20, move), (40, cancel)):
        session.refresh_from_db()
        notice = change(session, at=make.in_minutes(minutes))
        operations.send_notice(notice=notice, at=make.in_minutes(minutes + 10))
        session.refresh_from_db()
        sequences.append(session.sequence)
    assert sequences == [1, 2, 3]
    assert told("session_moved") == ["erna@example.org"] * 2
    assert told("session_cancelled") == ["erna@example.org"]


def test_a_changed_date_can_still_be_given_back_by_the_visitor() -> None:
    session = make.session()
    booking = make.book(session)
    move(session)
    operations.cancel_booking(booking=booking, at=make.in_minutes(1))
    session.refresh_from_db()
    booking.refresh_from_db()
    assert (session.seats_taken, booking.state) == (0, Booking.State.CANCELLED)
    assert make.taken_matches_rows(session.run)


def test_an_online_date_moves_without_a_room() -> None:
    session = make.session(online_url="https://treffen.example.org/abc")
    move(session)
    session.refresh_from_db()
    assert session.is_online
    assert session.sequence == 1
    assert not Room.objects.exists()
