"""Are you coming? Asking, the answers, passing silent people's seats on, and the reminder."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core import mail
from core.models import AuditEntry, HouseSettings, OutgoingMail
from tests import factories as make
from tests import web
from workshops import due, operations
from workshops.models import Booking, Call, CourseRun, Seat, Session
from workshops.rules import NotPossible

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

DAY = date(2027, 2, 10)


def local(day: int, hour: int = 8) -> datetime:
    return datetime(2027, 2, day, hour, tzinfo=make.BERLIN)


def asking(**fields: Any) -> Session:
    """A date on Wednesday, 10 February, 14:00, about which people are asked a week before."""
    return make.session(first_date=DAY, **{"asks_to_confirm": True, **fields})


def rounds(*instants: datetime) -> None:
    """Due work at these instants, and the mails it wrote."""
    for at in instants:
        due.ask_whether_coming(at)
        due.pass_silent_on(at)
        mail.send_due(at)


def state(booking: Booking) -> str:
    booking.refresh_from_db()
    return str(booking.state)


def mails(kind: str) -> int:
    return OutgoingMail.objects.filter(kind=kind).count()


def test_people_are_asked_a_week_before_and_once_more_and_then_the_seat_is_passed_on() -> None:
    session = asking(capacity=1)
    booking = make.book(session)
    waiting = operations.join_waiting_list(
        run=session.run, session=session, party=make.party("Paul", email="paul@example.org"), at=make.NOW
    )
    rounds(local(2, 23))
    assert mails("coming") == 0
    for _ in range(2):
        rounds(local(3))
    assert (mails("coming"), mails("coming_again")) == (1, 0)
    for _ in range(2):
        rounds(local(5))
    assert mails("coming_again") == 1
    rounds(local(6, 23))
    assert state(booking) == Booking.State.CONFIRMED
    rounds(local(7))
    assert state(booking) == Booking.State.EXPIRED
    assert mails("coming_passed_on") == 1
    assert state(waiting) == Booking.State.OFFERED
    assert make.taken_matches_rows(session.run)
    assert AuditEntry.objects.filter(verb="pass_silent_on", actor="system").count() == 1


def test_who_answers_keeps_the_seat_and_is_not_asked_again() -> None:
    booking = make.book(asking())
    rounds(local(3))
    for _ in range(2):
        operations.say_coming(booking=booking, at=local(4))
    rounds(local(5), local(7), local(8))
    booking.refresh_from_db()
    assert (booking.state, booking.coming_at) == (Booking.State.CONFIRMED, local(4))
    assert mails("coming_again") == 0
    assert AuditEntry.objects.filter(verb="say_coming").count() == 1


def test_who_cannot_come_gives_the_seat_back_and_may_say_so_twice() -> None:
    session = asking()
    booking = make.book(session)
    rounds(local(3))
    for _ in range(2):
        operations.say_not_coming(booking=booking, at=local(4))
    assert state(booking) == Booking.State.CANCELLED
    session.refresh_from_db()
    assert session.seats_taken == 0
    assert (mails("booking_cancelled"), AuditEntry.objects.filter(verb="say_not_coming").count()) == (1, 1)


def test_after_the_seat_is_gone_nobody_can_say_that_they_come() -> None:
    booking = make.book(asking())
    operations.cancel_booking(booking=booking, at=make.NOW)
    with pytest.raises(NotPossible):
        operations.say_coming(booking=booking, at=make.NOW)
    late = make.book(asking())
    with pytest.raises(NotPossible):
        operations.say_coming(booking=late, at=local(11))


@pytest.mark.parametrize(
    "fields",
    [{"asks_to_confirm": False}, {"booked": local(3, 1)}],
    ids=["off", "booked on the day of asking"],
)
def test_some_are_not_asked(fields: dict[str, Any]) -> None:
    booked = fields.pop("booked", make.NOW)
    booking = make.book(asking(**fields), at=booked)
    rounds(local(3), local(4), local(5), local(7), local(8))
    assert state(booking) == Booking.State.CONFIRMED
    assert OutgoingMail.objects.filter(kind__startswith="coming").count() == 0


def test_only_firm_bookings_are_asked() -> None:
    session = asking(hold_until_confirmed=True)
    make.book(session, at=local(2))
    rounds(local(3))
    assert mails("coming") == 0


def test_a_series_is_asked_about_its_first_date_only() -> None:
    run = make.run(booking_mode="series", first_date=DAY, asks_to_confirm=True)
    booking = make.book_series(run)
    rounds(local(3), local(5))
    operations.say_coming(booking=booking, at=local(5))
    rounds(local(10), local(12), local(14), local(20))
    assert (mails("coming"), mails("coming_again")) == (1, 1)
    assert state(booking) == Booking.State.CONFIRMED


def test_where_the_mail_was_never_handed_over_nobody_loses_a_seat() -> None:
    failed, waits = make.book(asking()), make.book(asking())
    due.ask_whether_coming(local(3))
    due.ask_whether_coming(local(5))
    theirs = OutgoingMail.objects.filter(subject_id=str(failed.public_id))
    theirs.update(state=OutgoingMail.State.FAILED, content=None)
    for at in (local(7), local(8), local(9)):
        assert due.pass_silent_on(at) == 0
    assert (state(failed), state(waits)) == (Booking.State.CONFIRMED, Booking.State.CONFIRMED)


def test_where_the_site_was_down_between_the_questions_nobody_loses_a_seat() -> None:
    booking = make.book(asking())
    rounds(local(4, 23), local(7), local(8), local(9))
    assert mails("coming_again") == 0
    assert state(booking) == Booking.State.CONFIRMED


def test_a_mail_handed_over_late_leaves_three_days_to_answer() -> None:
    booking = make.book(asking())
    due.ask_whether_coming(local(3))
    mail.send_due(local(5))
    rounds(local(5, 9), local(7, 12))
    assert state(booking) == Booking.State.CONFIRMED
    rounds(local(8, 9))
    assert state(booking) == Booking.State.EXPIRED


def test_somebody_without_e_mail_loses_the_seat_only_three_days_after_a_call_that_reached_them() -> None:
    booking = make.book(asking(), email="", phone="+4951234567")
    rounds(local(3), local(5), local(7))
    assert state(booking) == Booking.State.CONFIRMED
    note = partial(operations.note_call, booking=booking, about=Call.About.COMING, about_id=0, by=None)
    note(reached=False, at=local(4))
    rounds(local(8))
    assert state(booking) == Booking.State.CONFIRMED
    note(reached=True, at=local(5, 9))
    rounds(local(8))
    assert state(booking) == Booking.State.CONFIRMED
    rounds(local(8, 9))
    assert state(booking) == Booking.State.EXPIRED


def test_whoever_was_asked_about_a_date_that_then_moves_is_asked_anew() -> None:
    session = asking()
    booking = make.book(session)
    rounds(local(3))
    Session.objects.filter(pk=session.pk).update(
        starts_at=session.starts_at + timedelta(days=10), ends_at=session.ends_at + timedelta(days=10)
    )
    rounds(local(5), local(7), local(8), local(9))
    assert state(booking) == Booking.State.CONFIRMED
    rounds(local(13))
    assert mails("coming") == 2


def test_nobody_is_asked_about_a_date_that_does_not_take_place() -> None:
    session = asking()
    make.book(session)
    operations.cancel_session(session=session, reason="Krank", at=make.NOW, by=None)
    rounds(local(3))
    assert mails("coming") == 0


# The pages --------------------------------------------------------------------------------------------


def page_url(name: str, booking: Booking) -> str:
    return reverse(f"workshops:{name}", args=[booking.public_id, booking.token])


def test_a_link_in_the_mail_changes_nothing_and_the_button_answers() -> None:
    booking = make.book(asking())
    rounds(local(3))
    for name in ("booking_coming", "booking_not_coming"):
        assert Client().get(page_url(name, booking)).status_code == 200
    booking.refresh_from_db()
    assert (booking.state, booking.coming_at) == (Booking.State.CONFIRMED, None)
    response = Client(enforce_csrf_checks=True).post(page_url("booking_coming", booking))
    assert response.status_code == 302
    booking.refresh_from_db()
    assert booking.coming_at == make.NOW
    assert web.page(Client().get(response.headers["Location"])).select_one(".done h1")


def test_no_gives_the_seat_back_and_a_second_no_is_no_error() -> None:
    booking = make.book(asking())
    for _ in range(2):
        response = Client().post(page_url("booking_not_coming", booking))
        assert response.headers["Location"] == page_url("booking", booking) + "?abgesagt"
    assert state(booking) == Booking.State.CANCELLED
    answer = Client().post(page_url("booking_coming", booking))
    assert answer.status_code == 409
    for name in ("booking_coming", "booking_not_coming"):
        assert not web.page(Client().get(page_url(name, booking))).select("main form")


def test_a_link_that_was_cut_off_opens_nothing() -> None:
    booking = make.book(asking())
    for name in ("booking_coming", "booking_not_coming"):
        url = reverse(f"workshops:{name}", args=[booking.public_id, booking.token[:-2]])
        assert Client().get(url).status_code == Client().post(url).status_code == 404


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_mail_has_both_buttons_in_text_and_html_and_the_telephone(language: str) -> None:
    house = HouseSettings.load()
    house.phone = "05123 4567"
    house.save()
    booking = make.book(asking(), language=language)
    due.ask_whether_coming(local(3))
    due.ask_whether_coming(local(5))
    for kind in ("coming", "coming_again"):
        message = mail.FinishedMessage(
            bytes(OutgoingMail.objects.get(kind=kind).content or b""), "x@example.org"
        ).parsed
        for part in ("plain", "html"):
            body = message.get_body([part])
            assert body is not None
            text = body.get_content()
            for expected in ("/kommen/", "/nicht-kommen/", "05123 4567"):
                assert expected in text, (kind, part, expected)
            assert ("6. Februar 2027" if language == "de" else "6 February 2027") in text
    assert booking.token


def test_what_is_asked_stands_above_the_dates_of_a_long_series() -> None:
    run = make.run(
        booking_mode="series", first_date=DAY, rule="RRULE:FREQ=WEEKLY;COUNT=10", asks_to_confirm=True
    )
    booking = make.book_series(run, "Erna Meier", "Paul Meier")
    for name in ("booking_coming", "booking_not_coming"):
        page = web.page(Client().get(reverse(f"workshops:{name}", args=[booking.public_id, booking.token])))
        shown = [element.name for element in page.select("main time, main form")]
        assert shown[:2] == ["time", "form"]
        assert shown.count("time") == 11


# The reminder -----------------------------------------------------------------------------------------


def remind_on(*instants: datetime) -> int:
    return sum(due.remind(at) for at in instants)


def test_people_are_reminded_two_days_before_once() -> None:
    make.book(asking(asks_to_confirm=False))
    assert remind_on(local(7, 23)) == 0
    assert remind_on(local(8), local(8, 9), local(9)) == 1
    assert mails("reminder") == 1


def test_a_series_reminds_of_its_first_date() -> None:
    make.book_series(make.run(booking_mode="series", first_date=DAY))
    assert remind_on(local(8), local(15), local(16)) == 1


@pytest.mark.parametrize("days", [0, 1, 5])
def test_the_house_says_how_many_days_before(days: int) -> None:
    house = HouseSettings.load()
    house.reminder_days = days
    house.save()
    make.book(asking())
    assert remind_on(local(10 - days - 1, 23)) == 0
    assert remind_on(local(10 - days)) == (1 if days else 0)


def test_only_who_has_a_firm_seat_an_address_and_booked_before_is_reminded() -> None:
    session = asking(capacity=2)
    late = make.book(session, at=local(8, 1))
    make.book(session, email="", phone="+4951234567")
    operations.join_waiting_list(
        run=session.run, session=session, party=make.party("Paul", email="paul@example.org"), at=make.NOW
    )
    make.book(asking(hold_until_confirmed=True), at=local(7))
    gone = make.book(asking())
    operations.cancel_booking(booking=gone, at=make.NOW)
    assert remind_on(local(8), local(9)) == 0
    assert late.state == Booking.State.CONFIRMED


def test_a_moved_date_is_reminded_of_on_its_new_day_too() -> None:
    session = asking()
    make.book(session)
    assert remind_on(local(8)) == 1
    Session.objects.filter(pk=session.pk).update(
        starts_at=session.starts_at + timedelta(days=7), ends_at=session.ends_at + timedelta(days=7)
    )
    assert remind_on(local(9), local(14), local(15), local(16)) == 1


def test_nothing_is_offered_or_asked_in_a_run_that_was_cancelled() -> None:
    session = asking()
    make.book(session)
    CourseRun.objects.filter(pk=session.run_id).update(state=CourseRun.State.CANCELLED)
    rounds(local(3))
    assert remind_on(local(8)) == mails("coming") == 0
    assert Seat.objects.filter(state=Seat.State.BOOKED).count() == 1
