"""Two at once, where people are asked, offered and written to: real connections, real transactions."""

from datetime import date, datetime
from functools import partial

import pytest

from core import mail
from core.models import OutgoingMail
from tests import factories as make
from tests.workshops.test_race import at_once
from workshops import due, operations
from workshops.models import Booking, Call, Offer, TeamMessage
from workshops.rules import NotPossible

pytestmark = pytest.mark.django_db(transaction=True)


def local(day: int) -> datetime:
    return datetime(2027, 2, day, 8, tzinfo=make.BERLIN)


def test_an_answer_and_the_passing_on_of_the_seat_come_one_after_the_other() -> None:
    session = make.session(first_date=date(2027, 2, 10), asks_to_confirm=True)
    bookings = [make.book(session) for _ in range(4)]
    for day in (3, 5):
        due.ask_whether_coming(local(day))
        mail.send_due(local(day))
    acts = []
    for booking in bookings:
        acts.append(partial(operations.say_coming, booking=booking, at=local(7)))
        acts.append(partial(operations.pass_silent_on, booking=booking, at=local(7)))
    results = at_once(acts)
    assert not [one for one in results if isinstance(one, Exception) and not isinstance(one, NotPossible)]
    for booking, said, passed in zip(bookings, results[::2], results[1::2], strict=True):
        booking.refresh_from_db()
        kept = booking.state == Booking.State.CONFIRMED
        assert kept == (booking.coming_at is not None) == isinstance(said, Booking) == (passed is False)
    session.refresh_from_db()
    assert make.taken_matches_rows(session.run)


def test_two_rounds_of_due_work_at_once_ask_and_remind_once() -> None:
    session = make.session(first_date=date(2027, 2, 10), asks_to_confirm=True)
    for _ in range(3):
        make.book(session)
    assert sum(at_once([partial(due.ask_whether_coming, local(3))] * 3)) == 3
    assert sum(at_once([partial(due.remind, local(8))] * 3)) == 3
    assert OutgoingMail.objects.filter(kind="coming").count() == 3
    assert OutgoingMail.objects.filter(kind="reminder").count() == 3


def test_two_next_runs_published_at_once_ask_everybody_once() -> None:
    session = make.session(capacity=1)
    make.book(session)
    for name in ("Paul", "Ida", "Rolf"):
        waiting = operations.join_waiting_list(
            run=session.run, session=session, party=make.party(name, email=f"{name}@example.org"), at=make.NOW
        )
        operations.end_waiting(booking=waiting, at=session.starts_at)
    runs = [
        make.run(course=session.run.course, first_date=date(2027, 2, 10), published=False) for _ in range(2)
    ]
    results = at_once(
        [partial(operations.publish_run, run=run, at=session.starts_at, by=None) for run in runs]
    )
    assert not [one for one in results if isinstance(one, Exception)]
    assert Offer.objects.count() == Booking.objects.filter(follows__isnull=False).count() == 3


def test_a_button_pressed_five_times_at_once_sends_one_message_and_notes_one_call() -> None:
    session = make.session()
    booking = make.book(session, email="", phone="+4951234567")
    make.book(session)
    write = partial(
        operations.write_to_participants,
        run=session.run,
        session=session,
        subject="Kabel",
        text="Bitte mitbringen.",
        at=make.NOW,
        by=None,
    )
    assert len({message.pk for message in at_once([write] * 5)}) == 1
    message = TeamMessage.objects.get()
    note = partial(
        operations.note_call,
        booking=booking,
        about=Call.About.MESSAGE,
        about_id=message.pk,
        reached=True,
        at=make.NOW,
        by=None,
    )
    assert len({call.pk for call in at_once([note] * 5)}) == 1
    assert OutgoingMail.objects.filter(kind="team_message").count() == 1
