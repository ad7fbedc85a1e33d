"""The mails of the waiting list say in words what happens, until when, and lead to pages that only ask."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from core.models import HouseSettings, OutgoingMail
from tests import factories as make
from tests import web
from tests.workshops.waiting_list import FAR, full_date, mail_text, offered, wait
from workshops import operations
from workshops.models import Booking, Offer
from workshops.operations import Guest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def links(text: str) -> list[str]:
    return [
        found.removeprefix("https://werkstatt.example.org")
        for found in re.findall(r"https://\S+/buchung/\S+", text)
    ]


@pytest.fixture(autouse=True)
def telephone() -> None:
    house = HouseSettings.load()
    house.phone = "05123 111"
    house.save()


def test_who_joins_reads_their_place_code_and_how_to_leave() -> None:
    session, _ = full_date()
    wait(session)
    booking = wait(session)
    for text in (mail_text("waiting"), mail_text("waiting", "html")):
        assert web.in_german("Place %(place)s on the waiting list", place=2) in text
        assert booking.code in text
        assert "05123 111" in text
        assert "/absagen/" in text


def test_an_offer_leads_to_two_pages_that_only_ask() -> None:
    booking = offered()
    for kind in ("plain", "html"):
        text = mail_text("seat_offered", kind)
        assert "Guten Tag Erna Meier!" in text
        assert "Mittwoch, 13. Januar 2027, 10:00 Uhr" in text
        assert booking.code in text
        assert "05123 111" in text
    found = links(mail_text("seat_offered"))
    assert [link.rstrip("/").rpartition("/")[2] for link in found] == ["annehmen", "ablehnen"]
    for link in found:
        assert Client().get(link).status_code == 200
    booking.refresh_from_db()
    assert booking.state == Booking.State.OFFERED


def test_an_offer_to_part_of_a_party_names_who_is_meant() -> None:
    session, [first, _second] = full_date(2)
    whole = wait(session, "Erna Meier", "Paul Meier")
    operations.come_in_parts(booking=whole, in_parts=True, at=make.NOW)
    operations.cancel_booking(booking=first, at=make.NOW)
    text = mail_text("seat_offered")
    assert "Erna Meier" in text
    assert "Paul Meier" not in text
    assert web.in_german("The others keep their place on the waiting list.") in text


def test_an_offer_to_several_says_for_whom_the_seats_are() -> None:
    offered("Erna Meier", "Paul Meier")
    assert "Erna Meier, Paul Meier" in mail_text("seat_offered")


@pytest.mark.parametrize("offers", [1, 3])
def test_an_offer_that_ran_out_says_whether_they_wait_on(offers: int) -> None:
    booking = offered()
    wait(booking.run.sessions.get())
    for _ in range(offers - 1):
        Offer.objects.create(
            booking=booking,
            run=booking.run,
            person=booking.person,
            state="expired",
            made_at=make.NOW - timedelta(days=9),
            last_call=make.NOW,
        )
    offer = booking.offers.open().get()
    assert operations.expire_offer(offer=offer, at=offer.until)
    on = web.in_german(
        "You go on waiting, at the end of the list. As soon as a seat is free for you again, we write to you."
    )
    over = web.in_german(
        "This was our last offer to you for this date, so you are no longer on the waiting list. "
        "If you still want to come, please call us."
    )
    text = mail_text("offer_expired")
    assert (on in text, over in text) == (offers == 1, offers == 3)
    booking.refresh_from_db()
    assert booking.state == (Booking.State.WAITING if offers == 1 else Booking.State.EXPIRED)


@pytest.mark.parametrize("wants", [True, False])
def test_who_waited_in_vain_reads_of_the_next_run_only_where_they_want_to(wants: bool) -> None:
    session, _ = full_date()
    booking = wait(session)
    operations.want_next_run(booking=booking, wants=wants, at=make.NOW)
    operations.end_waiting(booking=booking, at=session.starts_at)
    sentence = web.in_german(
        "When this course is given again, we offer you a seat first, before everybody can book."
    )
    assert (sentence in mail_text("waiting_over")) is wants


def test_a_party_that_was_passed_reads_what_it_can_choose_and_where() -> None:
    session, seats = full_date(3)
    party = wait(session, "Erna Meier", "Paul Meier")
    for seat in seats[:2]:
        wait(session, "Jan Kunz")
        operations.cancel_booking(booking=seat, at=make.NOW)
    text = mail_text("passed_over")
    assert web.in_german("You choose on your page, now or later:") in text
    assert party.code in text
    assert str(party.public_id) in links(text)[0]


def test_a_group_reads_that_nothing_is_booked_and_its_number() -> None:
    session = make.session(groups="ask", first_date=FAR)
    guests = [Guest("")] * 3
    booking = make.book(session, guests=guests, contact="Frau Lehr", group_name="Klasse 3b")
    text = mail_text("request_received")
    assert "Klasse 3b: 3" in text
    assert booking.code in text
    operations.answer_request(booking=booking, accept=False, at=make.NOW, by=None)
    assert "Klasse 3b: 3" in mail_text("request_refused")


def test_a_request_taken_back_is_answered_so() -> None:
    session = make.session(groups="ask", first_date=FAR)
    booking = make.book(session, guests=[Guest("")] * 2, contact="Frau Lehr", group_name="Klasse 3b")
    operations.cancel_booking(booking=booking, at=make.NOW)
    assert OutgoingMail.objects.filter(kind="request_withdrawn").count() == 1
    assert not OutgoingMail.objects.filter(kind="booking_cancelled").exists()


def test_whoever_has_no_address_gets_none_of_them() -> None:
    booking = offered(email="", phone="+4951234567")
    assert not OutgoingMail.objects.filter(subject_id=str(booking.public_id)).exists()
