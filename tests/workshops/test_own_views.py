"""A booking's own pages: whoever has the link may open that one booking, and nothing else."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import translation
from icalendar import Calendar

from core import due
from core.models import AuditEntry, HouseSettings, OutgoingMail
from tests import factories as make
from tests import web
from workshops import operations
from workshops.models import (
    AccessNeed,
    Booking,
    Participant,
    Person,
    RunChoice,
    RunQuestion,
    Seat,
    Session,
)
from workshops.operations import Guest
from workshops.retention import erase_booking

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PAGES = ("booking", "booking_cancel", "booking_confirm", "booking_ics")


def url(name: str, booking: Booking, token: str | None = None, language: str = "de") -> str:
    if token is None:
        token = booking.confirm_token if name == "booking_confirm" else booking.token
    with translation.override(language):
        return reverse(f"workshops:{name}", args=[booking.public_id, token])


def held(**fields: Any) -> Booking:
    return make.book(make.session(hold_until_confirmed=True, **fields), "Erna Meier")


def everything() -> list[list[dict[str, Any]]]:
    """All rows that a booking touches."""
    models: list[type[Model]] = [
        Booking,
        Person,
        Participant,
        AccessNeed,
        Seat,
        Session,
        OutgoingMail,
        AuditEntry,
    ]
    return [list(model._default_manager.order_by("pk").values()) for model in models]


class TestWithTheLink:
    def test_it_shows_the_whole_booking(self) -> None:
        session = make.session(price="12.50", capacity=9)
        guests = [
            Guest("Erna Meier", make.generation("Ab 60").pk, need="Bitte große Schrift"),
            Guest("Paul Meier"),
        ]
        booking = make.book(session, guests=guests, email="erna@example.org")
        said = web.words(Client().get(url("booking", booking)))
        for expected in (
            booking.code,
            "Erna Meier",
            "Ab 60",
            "Bitte große Schrift",
            "Paul Meier",
            "erna@example.org",
            "12,50 €",
            session.run.number,
            session.run.course.title,
            "Alte Post, Werkraum",
            "Markt 1",
        ):
            assert expected in said
        assert said.count(web.in_german("We prepare:")) == 1

    def test_it_says_what_is_prepared_that_is_counted_and_what_they_chose(self) -> None:
        session = make.session(room=make.room(wheelchair_places=2, loop_sets=1))
        question = RunQuestion.objects.create(run=session.run, text="Welches Telefon?")
        phone = RunChoice.objects.create(question=question, text="Ich leihe eines")
        guests = [
            Guest("Erna Meier", wheelchair=True, hearing_loop=True, choices=[phone.pk]),
            Guest("Paul Meier", is_carer=True),
        ]
        booking = make.book(session, guests=guests)
        said = web.words(Client().get(url("booking", booking)))
        for expected in ("wheelchair place", "hearing loop set"):
            assert web.in_german(expected) in said
        assert "Ich leihe eines" in said

    def test_of_a_group_it_says_how_many_take_a_seat_and_how_many_accompany_them(self) -> None:
        session = make.session(groups="book", capacity=5, room=make.room(wheelchair_places=2))
        guests = [Guest("", wheelchair=True), Guest(""), Guest("", is_carer=True)]
        booking = make.book(session, guests=guests, group_name="Klasse 7b")
        for name in ("booking", "booking_cancel", "booking_coming"):
            assert "2 Personen, dazu 1 Begleitperson ohne Platz" in web.words(
                Client().get(url(name, booking))
            )
        assert web.in_german("wheelchair place") in web.words(Client().get(url("booking", booking)))

    def test_it_can_be_printed_and_found_again(self) -> None:
        booking = make.book(make.session())
        first = Client().get(url("booking", booking) + "?gebucht")
        assert web.page(first).select("button[data-print][hidden]")
        assert web.page(first).select("script[type='module'][src*='js/print']")
        assert booking.code in web.words(Client().get(url("booking", booking)))

    def test_the_price_stays_what_it_was_when_it_was_booked(self) -> None:
        booking = make.book(make.session(price="12.50"))
        type(booking.run).objects.filter(pk=booking.run_id).update(price="77.70")
        said = web.words(Client().get(url("booking", booking)))
        assert "12,50 €" in said
        assert "77,70" not in said

    def test_only_somebody_with_a_firm_booking_learns_the_address_of_an_online_meeting(self) -> None:
        firm = make.book(make.session(online_url="https://meet.example.org/geheim"))
        assert "https://meet.example.org/geheim" in web.words(Client().get(url("booking", firm)))
        waiting = held(online_url="https://meet.example.org/geheim")
        assert b"geheim" not in Client().get(url("booking", waiting)).content
        operations.cancel_booking(booking=firm, at=make.NOW)
        assert b"geheim" not in Client().get(url("booking", firm)).content

    def test_its_dates_are_a_file_to_keep(self) -> None:
        booking = make.book_series(make.run(booking_mode="series", rule="RRULE:FREQ=WEEKLY;COUNT=3"))
        make.run(course=booking.run.course)
        response = Client().get(url("booking_ics", booking))
        assert response["Content-Type"] == "text/calendar; charset=utf-8"
        found = Calendar.from_ical(response.content).walk("VEVENT")
        assert {(str(e["UID"]), e["DTSTART"].dt.astimezone(UTC)) for e in found} == set(
            booking.run.sessions.values_list("uid", "starts_at")
        )
        assert b"SOURCE" not in response.content

    def test_a_cancelled_date_is_said_to_be_cancelled(self) -> None:
        booking = make.book(make.session())
        operations.cancel_session(
            session=booking.run.sessions.get(), reason="Die Heizung ist kaputt", at=make.NOW, by=None
        )
        assert "Die Heizung ist kaputt" in web.words(Client().get(url("booking", booking)))

    def test_it_speaks_the_language_of_its_address(self) -> None:
        booking = make.book(make.session())
        page = web.page(Client().get(url("booking", booking, language="en")))
        assert page.html is not None
        assert page.html["lang"] == "en"
        assert page.select(f"main a[lang='de'][href='/en/programm/{booking.run.course.slug}/']")

    def test_somebody_without_an_address_is_not_told_of_a_mail(self) -> None:
        booking = make.book(make.session(hold_until_confirmed=True), email="", phone="+4951234567")
        said = web.words(Client().get(url("booking", booking)))
        assert (
            web.in_german(
                "We have sent you an e-mail with a link. Your booking is firm once you have used it."
            )
            not in said
        )
        assert booking.code in said


class TestWithoutTheLink:
    @pytest.mark.parametrize("name", PAGES)
    def test_a_foreign_cut_or_swapped_token_opens_nothing(self, name: str) -> None:
        mine, other = held(), held()
        right = mine.confirm_token if name == "booking_confirm" else mine.token
        swapped = mine.token if name == "booking_confirm" else mine.confirm_token
        wrong = [
            other.token,
            other.confirm_token,
            swapped,
            right[:-1],
            right + "A",
            right[::-1],
            right.swapcase(),
            "x",
            "ü" * 9,
            "%00",
            "..",
            right + "=",
        ]
        before = everything()
        for token in wrong:
            address = url(name, mine, token)
            for response in (Client().get(address), Client().post(address)):
                assert response.status_code in (404, 405), token
                assert mine.code not in response.content.decode()
            gone = Client().get(address)
            if token != "..":
                assert web.in_german("This link is no longer valid") in web.words(gone), token
        assert everything() == before

    def test_an_unknown_booking_looks_the_same_as_a_wrong_token(self) -> None:
        booking = make.book(make.session())
        unknown = Client().get(f"/buchung/00000000-0000-4000-8000-000000000000/{booking.token}/")
        wrong = Client().get(url("booking", booking, "x" * 22))
        assert (unknown.status_code, web.words(unknown)) == (wrong.status_code, web.words(wrong))

    def test_links_given_out_before_can_be_revoked(self) -> None:
        booking = make.book(make.session())
        before = url("booking", booking)
        Booking.objects.filter(pk=booking.pk).update(link_version=2)
        assert Client().get(before).status_code == 404

    def test_an_erased_booking_is_gone_for_good(self) -> None:
        booking = make.book(make.session())
        address = url("booking", booking)
        erase_booking(booking_id=booking.pk, at=make.NOW)
        booking.refresh_from_db()
        for link in (
            address,
            url("booking", booking),
            url("booking_ics", booking),
            url("booking_cancel", booking),
        ):
            assert Client().get(link).status_code == 404

    def test_the_link_to_confirm_is_another_one_and_stands_in_the_mail_only(self) -> None:
        booking = held()
        assert booking.confirm_token != booking.token
        for name in PAGES:
            page = Client().get(url(name, booking))
            if name != "booking_confirm":
                assert booking.confirm_token.encode() not in page.content
        content = OutgoingMail.objects.get().content
        assert content is not None
        assert booking.confirm_token in bytes(content).decode().replace("=\r\n", "")

    def test_the_code_alone_opens_nothing(self) -> None:
        booking = make.book(make.session())
        for address in (
            f"/buchung/{booking.code}/",
            f"/buchung/{booking.public_id}/",
            url("booking", booking, booking.code),
        ):
            assert Client().get(address).status_code == 404


class TestHeaders:
    @pytest.mark.parametrize("name", PAGES)
    @pytest.mark.parametrize("wrong", [False, True])
    def test_nothing_of_it_gets_into_caches_search_engines_or_referrers(self, name: str, wrong: bool) -> None:
        response = Client().get(url(name, held(), "x" * 22 if wrong else None))
        assert response.status_code == (404 if wrong else 200)
        assert response["Referrer-Policy"] == "no-referrer"
        assert "noindex" in response["X-Robots-Tag"]
        for directive in ("no-store", "private"):
            assert directive in response["Cache-Control"]
        assert "ETag" not in response

    def test_redirects_are_as_tight_lipped(self) -> None:
        booking = held()
        for name in ("booking_confirm", "booking_cancel"):
            response = Client().post(url(name, booking))
            assert response.status_code == 302
            assert response["Referrer-Policy"] == "no-referrer"
            assert "no-store" in response["Cache-Control"]

    def test_what_is_fetched_along_with_the_page_is_the_sites_own(self) -> None:
        document = web.page(Client().get(url("booking", make.book(make.session()))))
        assert all(web.is_own(address) for address in web.resources(document))


class TestReading:
    @pytest.mark.parametrize("name", PAGES)
    @pytest.mark.parametrize("method", ["get", "head"])
    def test_opening_a_link_changes_nothing(self, name: str, method: str) -> None:
        booking = held()
        before = everything()
        for query in ("", "?gebucht", "?abgesagt", "?act=cancel"):
            assert getattr(Client(), method)(url(name, booking) + query).status_code == 200
        assert everything() == before

    def test_what_only_reads_takes_no_post(self) -> None:
        booking = make.book(make.session())
        for name in ("booking", "booking_ics"):
            assert Client().post(url(name, booking)).status_code == 405


class TestCancelling:
    def test_the_button_cancels_and_gives_the_seat_back(self) -> None:
        booking = make.book(make.session(capacity=1), email="erna@example.org")
        client = Client()
        page = client.get(url("booking_cancel", booking))
        assert len(web.page(page).select("main form[method='post'] button[type='submit']")) == 1
        response = client.post(url("booking_cancel", booking))
        assert response["Location"] == url("booking", booking) + "?abgesagt"
        booking.refresh_from_db()
        session = booking.run.sessions.get()
        assert (booking.state, session.seats_taken) == (Booking.State.CANCELLED, 0)
        assert OutgoingMail.objects.filter(kind="booking_cancelled").count() == 1
        shown = client.get(response["Location"])
        assert web.in_german("This booking is cancelled") in web.words(shown)
        assert not web.page(shown).select(f"a[href='{url('booking_cancel', booking)}']")

    def test_cancelling_twice_is_as_good_as_once(self) -> None:
        booking = make.book(make.session())
        for _ in range(2):
            assert Client().post(url("booking_cancel", booking)).status_code == 302
        assert OutgoingMail.objects.filter(kind="booking_cancelled").count() == 1
        assert booking.run.sessions.get().seats_taken == 0

    def test_the_link_in_an_old_mail_says_that_it_is_cancelled_already(self) -> None:
        booking = make.book(make.session())
        operations.cancel_booking(booking=booking, at=make.NOW)
        page = Client().get(url("booking_cancel", booking), follow=True)
        assert page.redirect_chain == [(url("booking", booking), 302)]
        assert web.in_german("This booking is cancelled") in web.words(page)

    def test_what_has_begun_cannot_be_cancelled_and_the_page_says_so(
        self, clock: time_machine.Traveller
    ) -> None:
        booking = make.book(make.session())
        clock.move_to(booking.run.sessions.get().starts_at)
        response = Client().post(url("booking_cancel", booking))
        assert response.status_code == 409
        assert web.page(response).select(".errors[role='alert']")
        booking.refresh_from_db()
        assert booking.state == Booking.State.CONFIRMED
        assert not web.page(Client().get(url("booking", booking))).select(
            f"a[href='{url('booking_cancel', booking)}']"
        )

    def test_it_needs_no_cookie_since_the_link_itself_is_the_key(self) -> None:
        booking = make.book(make.session())
        client = Client(enforce_csrf_checks=True)
        page = client.get(url("booking_cancel", booking))
        assert not page.cookies
        response = client.post(url("booking_cancel", booking), headers={"origin": "null"})
        assert response.status_code == 302
        assert not client.cookies
        booking.refresh_from_db()
        assert booking.state == Booking.State.CANCELLED

    def test_cancelling_one_booking_leaves_the_others(self) -> None:
        session = make.session()
        mine, other = make.book(session), make.book(session)
        Client().post(url("booking_cancel", mine))
        other.refresh_from_db()
        session.refresh_from_db()
        assert other.state == Booking.State.CONFIRMED
        assert session.seats_taken == 1


class TestConfirming:
    def test_the_button_makes_a_held_booking_firm(self) -> None:
        booking = held()
        page = Client().get(url("booking_confirm", booking))
        assert web.page(page).select("main form[method='post']")
        response = Client().post(url("booking_confirm", booking))
        assert response["Location"] == url("booking", booking) + "?gebucht"
        booking.refresh_from_db()
        assert booking.state == Booking.State.CONFIRMED
        assert OutgoingMail.objects.filter(kind="booking_confirmed").count() == 1

    def test_confirming_twice_is_as_good_as_once(self) -> None:
        booking = held()
        for _ in range(2):
            assert Client().post(url("booking_confirm", booking)).status_code == 302
        assert OutgoingMail.objects.filter(kind="booking_confirmed").count() == 1
        assert Client().get(url("booking_confirm", booking))["Location"] == url("booking", booking)

    @pytest.mark.parametrize("swept", [False, True])
    def test_too_late_says_so_and_gives_no_seat(self, swept: bool, clock: time_machine.Traveller) -> None:
        booking = held()
        assert booking.hold_until is not None
        clock.move_to(booking.hold_until)
        if swept:
            due.do_all(at=datetime.now(UTC))
        page = Client().get(url("booking_confirm", booking))
        assert page.status_code == 200
        assert not web.page(page).select("main form")
        response = Client().post(url("booking_confirm", booking))
        assert response.status_code == 409
        assert web.page(response).select(".errors[role='alert']")
        booking.refresh_from_db()
        assert booking.state == (Booking.State.EXPIRED if swept else Booking.State.HELD)
        assert web.in_german("This booking was not confirmed in time") in web.words(
            Client().get(url("booking", booking))
        )

    def test_a_cancelled_booking_cannot_be_confirmed_any_more(self) -> None:
        booking = held()
        operations.cancel_booking(booking=booking, at=make.NOW)
        assert Client().post(url("booking_confirm", booking)).status_code == 409
        booking.refresh_from_db()
        assert booking.state == Booking.State.CANCELLED

    def test_whoever_confirms_a_price_is_told_that_it_has_to_be_paid(self) -> None:
        said = web.words(Client().get(url("booking_confirm", held(price="5"))))
        assert web.in_german("Book with obligation to pay") in said


def test_the_links_in_the_mail_open_the_booking_and_nothing_else() -> None:
    from core.mail import FinishedMessage, write_due

    booking, other = make.book(make.session(), email="erna@example.org"), make.book(make.session())
    write_due(make.NOW)
    row = OutgoingMail.objects.get(recipient="erna@example.org")
    assert row.content is not None
    text = FinishedMessage(bytes(row.content), row.recipient).parsed.get_body(("plain",))
    assert text is not None
    links = [word.strip("<>.,") for word in text.get_content().split() if "/buchung/" in word]
    assert links
    for link in links:
        path = link.removeprefix("https://werkstatt.example.org")
        assert str(booking.public_id) in path
        assert Client().get(path).status_code == 200
        assert Client().get(path.replace(str(booking.public_id), str(other.public_id))).status_code == 404


def test_the_house_telephone_stands_on_every_page(clock: time_machine.Traveller) -> None:
    house = HouseSettings.load()
    house.phone = "05123 111"
    house.save()
    booking = held()
    for name in ("booking", "booking_cancel", "booking_confirm"):
        for token in (None, "x" * 22):
            response = Client().get(url(name, booking, token))
            assert web.page(response).select("main a[href='tel:05123111']"), (name, token)
    clock.shift(timedelta(days=30))
    assert Client().get(url("booking", booking)).status_code == 200
