"""What somebody on a waiting list sees and can do by their link; anything twice or out of order gets a clear page."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from bs4 import Tag
from django.test import Client
from django.urls import reverse
from django.utils import translation

from core import due
from core.models import OutgoingMail
from tests import factories as make
from tests import web
from tests.workshops.waiting_list import FAR, full_date, offered, person_url, url, wait
from workshops import operations
from workshops.models import Booking, Offer
from workshops.operations import Guest
from workshops.standing import TITLES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NEW_PAGES = (
    "booking_accept",
    "booking_decline",
    "booking_take_seat",
    "booking_parts",
    "booking_next_run",
    "booking_people",
    "booking_companion",
    "booking_absence",
)


def addresses(booking: Booking) -> dict[str, str]:
    somebody = booking.participants.all()[0]
    found = {name: url(name, booking) for name in NEW_PAGES}
    return found | {name: person_url(name, somebody) for name in ("booking_person", "booking_remove")}


def buttons(response: object) -> list[str]:
    return [str(button.get("value", "")) for button in web.page(response).select("main form button")]


def heading(response: object) -> str:
    found = web.page(response).h1
    assert isinstance(found, Tag)
    return " ".join(found.get_text(" ").split())


def state(booking: Booking) -> str:
    booking.refresh_from_db()
    return booking.state


class TestStates:
    def test_who_waits_reads_which_place_they_have(self) -> None:
        session, _ = full_date()
        wait(session, "Jan Kunz")
        booking = wait(session, "Erna Meier")
        page = Client().get(url("booking", booking))
        assert web.in_german("Place %(place)s on the waiting list", place=2) in web.words(page)
        assert not web.page(page).select(f"a[href='{url('booking_ics', booking)}']")
        assert web.page(page).select(f"a[href='{url('booking_cancel', booking)}']")

    def test_who_has_no_address_is_told_that_we_call(self) -> None:
        session, _ = full_date()
        booking = wait(session, email="", phone="+4951234567")
        said = web.words(Client().get(url("booking", booking)))
        assert web.in_german("As soon as a seat is free for you, we call you.") in said
        assert web.in_german("As soon as a seat is free for you, we write to you.") not in said

    def test_an_offer_says_until_when_in_the_time_of_the_house(self) -> None:
        booking = offered()
        page = Client().get(url("booking", booking))
        # 48 hours from Monday 10:00.
        assert "13. Januar, 10:00" in web.words(page)
        forms = web.page(page).select(f"form[method='post'][action='{url('booking_accept', booking)}']")
        assert len(forms) == 1
        assert web.page(page).select(f"a[href='{url('booking_decline', booking)}']")

    def test_an_offer_to_part_of_a_party_names_who_is_meant(self) -> None:
        session, [first, _second] = full_date(2)
        whole = wait(session, "Erna Meier", "Paul Meier")
        operations.come_in_parts(booking=whole, in_parts=True, at=make.NOW)
        operations.cancel_booking(booking=first, at=make.NOW)
        part = Booking.objects.get(part_of=whole)
        for name in ("booking", "booking_accept"):
            said = web.words(Client().get(url(name, part)))
            assert "Erna Meier" in said
            assert "Paul Meier" not in said
            assert web.in_german("The others keep their place on the waiting list.") in said
        said = web.words(Client().get(url("booking", whole)))
        assert "Paul Meier" in said
        assert "Erna Meier" not in said
        own = web.in_german(
            "For some of you there is room already. They have a booking of their own, with a code and a link of its own."
        )
        assert own in said
        operations.cancel_booking(booking=part, at=make.NOW)
        assert own not in web.words(Client().get(url("booking", whole)))

    def test_an_offer_without_a_deadline_says_that_we_call_and_until_when_at_most(self) -> None:
        booking = offered(email="", phone="+4951234567")
        offer = booking.offers.get()
        assert offer.deadline is None
        assert "2. März, 14:00" in web.words(Client().get(url("booking", booking)))

    def test_a_request_says_that_nothing_is_booked(self) -> None:
        session = make.session(groups="ask", first_date=FAR)
        booking = make.book(session, guests=[Guest("")] * 3, contact="Frau Lehr", group_name="Klasse 3b")
        page = Client().get(url("booking", booking))
        assert heading(page) == web.in_german("Your request has arrived")
        assert "Klasse 3b: 3" in web.words(page)
        Client().post(url("booking_cancel", booking))
        assert state(booking) == Booking.State.CANCELLED
        assert heading(Client().get(url("booking", booking))) == web.in_german("This request is closed")

    def test_who_waited_in_vain_chooses_whether_to_be_asked_for_the_next_run(
        self, clock: time_machine.Traveller
    ) -> None:
        session, _ = full_date()
        booking = wait(session)
        clock.move_to(session.starts_at)
        before = Client().get(url("booking", booking))
        due.do_all(at=datetime.now(UTC))
        assert state(booking) == Booking.State.MISSED
        page = Client().get(url("booking", booking))
        assert heading(page) == heading(before) == web.in_german("No seat became free this time")
        assert buttons(page) == ["0"]
        response = Client().post(url("booking_next_run", booking), {"wants": "0"})
        assert response["Location"] == url("booking", booking) + "?geaendert"
        assert buttons(Client().get(url("booking", booking))) == ["1"]
        booking.refresh_from_db()
        assert not booking.wants_next_run

    def test_every_state_has_a_page_with_its_own_heading(self) -> None:
        booking = make.book(make.session())
        seen = set()
        for name in Booking.State:
            Booking.objects.filter(pk=booking.pk).update(state=name, waiting_since=make.NOW)
            page = Client().get(url("booking", booking))
            assert page.status_code == 200
            assert booking.code in web.words(page)
            seen.add(heading(page))
        assert len(seen) == len(Booking.State)
        with translation.override("de"):
            assert seen <= {str(title) for title in TITLES.values()}

    def test_there_is_a_calendar_file_only_where_a_seat_is_theirs(self) -> None:
        for booking in (offered(), wait(full_date()[0])):
            assert Client().get(url("booking_ics", booking))["Location"] == url("booking", booking)


class TestAnswering:
    def test_opening_the_links_of_the_mail_answers_nothing(self) -> None:
        booking = offered()
        before = list(Offer.objects.values())
        for name in ("booking_accept", "booking_decline"):
            for _ in range(2):
                page = Client().get(url(name, booking))
                assert page.status_code == 200
                assert web.page(page).select("main form[method='post'] button")
        assert list(Offer.objects.values()) == before

    def test_accepting_makes_the_seat_firm_and_twice_is_as_good_as_once(self) -> None:
        booking = offered()
        for _ in range(2):
            response = Client().post(url("booking_accept", booking))
            assert response["Location"] == url("booking", booking) + "?gebucht"
        assert state(booking) == Booking.State.CONFIRMED
        assert (
            OutgoingMail.objects.filter(kind="booking_confirmed", subject_id=str(booking.public_id)).count()
            == 1
        )
        assert heading(Client().get(url("booking", booking) + "?gebucht")) == web.in_german(
            "Thank you! Your booking is firm."
        )
        assert Client().get(url("booking_accept", booking))["Location"] == url("booking", booking)

    def test_declining_asks_whether_to_wait_on(self) -> None:
        booking = offered()
        assert buttons(Client().get(url("booking_decline", booking))) == ["1", "0"]
        for _ in range(2):
            response = Client().post(url("booking_decline", booking), {"stay": "1"})
            assert response["Location"] == url("booking", booking) + "?weiter"
        # Alone on the list, so that it is offered the same seat again.
        booking.refresh_from_db()
        assert booking.offers.count() <= 3

    def test_who_leaves_with_the_offer_is_off_the_list_and_told(self) -> None:
        booking = offered()
        response = Client().post(url("booking_decline", booking), {"stay": "0"})
        assert state(booking) == Booking.State.CANCELLED
        assert heading(Client().get(response["Location"])) == web.in_german(
            "You are no longer on the waiting list"
        )
        assert OutgoingMail.objects.filter(kind="waiting_left").count() == 1

    def test_with_the_last_offer_there_is_nothing_to_wait_for(self) -> None:
        booking = offered()
        for _ in range(2):
            Offer.objects.create(
                booking=booking,
                run=booking.run,
                person=booking.person,
                state="expired",
                made_at=make.NOW,
                last_call=make.NOW,
            )
        assert buttons(Client().get(url("booking_decline", booking))) == ["0"]
        Client().post(url("booking_decline", booking), {"stay": "1"})
        assert state(booking) == Booking.State.CANCELLED

    @pytest.mark.parametrize("swept", [False, True])
    def test_an_offer_that_is_over_cannot_be_accepted_and_the_page_says_where_they_stand(
        self, swept: bool, clock: time_machine.Traveller
    ) -> None:
        booking = offered()
        other = wait(booking.run.sessions.get(), "Jan Kunz")
        clock.move_to(booking.offers.get().until)
        if swept:
            due.do_all(at=datetime.now(UTC))
            assert state(other) == Booking.State.OFFERED
        for response in (
            Client().get(url("booking_accept", booking)),
            Client().post(url("booking_accept", booking)),
            Client().get(url("booking_decline", booking)),
        ):
            assert response.status_code == 409
            assert web.page(response).select(".errors[role='alert']")
            expected = "You are on the waiting list" if swept else "The time for your offer is over"
            assert heading(response) == web.in_german(expected)
        assert state(booking) == (Booking.State.WAITING if swept else Booking.State.OFFERED)

    def test_declining_after_accepting_and_accepting_after_leaving_change_nothing(self) -> None:
        taken = offered()
        Client().post(url("booking_accept", taken))
        response = Client().post(url("booking_decline", taken), {"stay": "1"})
        assert (response.status_code, state(taken)) == (409, Booking.State.CONFIRMED)
        left = offered()
        Client().post(url("booking_cancel", left))
        response = Client().post(url("booking_accept", left))
        assert (response.status_code, state(left)) == (409, Booking.State.CANCELLED)
        assert left.run.sessions.get().seats_taken == 0

    def test_a_cancelled_date_cannot_be_accepted_any_more(self) -> None:
        booking = offered()
        operations.cancel_session(session=booking.run.sessions.get(), reason="Krank", at=make.NOW, by=None)
        response = Client().post(url("booking_accept", booking))
        assert response.status_code == 409
        assert state(booking) != Booking.State.CONFIRMED

    def test_whoever_takes_a_seat_that_costs_something_is_told_so(self) -> None:
        session, [seat] = full_date(price="12.50")
        booking = wait(session)
        operations.cancel_booking(booking=seat, at=make.NOW)
        for name in ("booking", "booking_accept"):
            said = web.words(Client().get(url(name, booking)))
            assert web.in_german("Book with obligation to pay") in said
            assert "12,50 €" in said


class TestWaiting:
    def test_leaving_is_one_button_and_a_mail_says_so(self) -> None:
        session, _ = full_date()
        booking = wait(session)
        page = Client().get(url("booking_cancel", booking))
        assert heading(page) == web.in_german("Leave the waiting list?")
        assert len(buttons(page)) == 1
        for _ in range(2):
            assert Client().post(url("booking_cancel", booking)).status_code == 302
        assert state(booking) == Booking.State.CANCELLED
        assert heading(Client().get(url("booking", booking))) == web.in_german(
            "You are no longer on the waiting list"
        )
        assert list(
            OutgoingMail.objects.filter(subject_id=str(booking.public_id))
            .exclude(kind="waiting")
            .values_list("kind", flat=True)
        ) == ["waiting_left"]

    def test_a_party_that_was_passed_twice_chooses_to_come_in_parts(self) -> None:
        session, seats = full_date(3)
        party = wait(session, "Erna Meier", "Paul Meier")
        assert not web.page(Client().get(url("booking", party))).select("#teilen")
        for seat in seats[:2]:
            single = wait(session, "Jan Kunz")
            operations.cancel_booking(booking=seat, at=make.NOW)
            assert state(single) == Booking.State.OFFERED
        assert party.passed_told_at is None
        assert web.page(Client().get(url("booking", party))).select("#teilen")
        Client().post(url("booking_parts", party), {"in_parts": "1"})
        party.refresh_from_db()
        assert party.in_parts
        Client().post(url("booking_parts", party), {"in_parts": "0"})
        party.refresh_from_db()
        assert not party.in_parts

    def test_in_the_last_24_hours_a_free_seat_is_for_whoever_comes_first(
        self, clock: time_machine.Traveller
    ) -> None:
        session, [seat] = full_date()
        first, second = wait(session, "Erna Meier"), wait(session, "Jan Kunz")
        assert Client().post(url("booking_take_seat", second)).status_code == 409
        writes = web.in_german("As soon as a seat is free for you, we write to you.")
        assert writes in web.words(Client().get(url("booking", second)))
        clock.move_to(session.starts_at - timedelta(hours=3))
        assert not web.page(Client().get(url("booking", second))).select("#jetzt")
        assert writes not in web.words(Client().get(url("booking", second)))
        operations.cancel_booking(booking=seat, at=datetime.now(UTC))
        assert web.page(Client().get(url("booking", first))).select("#jetzt")
        for _ in range(2):
            assert Client().post(url("booking_take_seat", second)).status_code == 302
        assert state(second) == Booking.State.CONFIRMED
        late = Client().post(url("booking_take_seat", first))
        assert (late.status_code, state(first)) == (409, Booking.State.WAITING)
        assert not web.page(late).select("#jetzt")

    def test_nobody_takes_a_seat_on_a_date_that_is_cancelled(self, clock: time_machine.Traveller) -> None:
        session, [seat] = full_date()
        booking = wait(session)
        clock.move_to(session.starts_at - timedelta(hours=3))
        at = datetime.now(UTC)
        operations.cancel_booking(booking=seat, at=at)
        operations.cancel_session(session=session, reason="Krank", at=at, by=None)
        assert Client().post(url("booking_take_seat", booking)).status_code == 409
        assert state(booking) == Booking.State.WAITING

    def test_what_is_only_done_leads_back_to_the_page_when_it_is_opened(self) -> None:
        booking = wait(full_date()[0])
        for name in ("booking_take_seat", "booking_parts", "booking_next_run"):
            assert Client().get(url(name, booking))["Location"] == url("booking", booking)

    def test_choosing_after_leaving_the_list_says_so(self) -> None:
        booking = wait(full_date()[0])
        operations.cancel_booking(booking=booking, at=make.NOW)
        for name in ("booking_take_seat", "booking_parts", "booking_next_run"):
            response = Client().post(url(name, booking), {"in_parts": "1", "wants": "0"})
            assert response.status_code == 409
            assert web.page(response).select(".errors[role='alert']")


class TestLinks:
    @pytest.fixture
    def booking(self) -> Booking:
        return offered("Erna Meier", "Paul Meier")

    def test_a_foreign_cut_or_swapped_token_opens_nothing(self, booking: Booking) -> None:
        other = make.book(make.session())
        right = booking.token
        pages = addresses(booking)
        before = list(Booking.objects.values()), list(Offer.objects.values())
        for token in (other.token, booking.confirm_token, right[:-1], right + "A", right[::-1], "x"):
            for address in pages.values():
                wrong = address.replace(f"/{right}/", f"/{token}/")
                for response in (Client().get(wrong), Client().post(wrong)):
                    assert response.status_code in (404, 405), wrong
                    assert booking.code not in response.content.decode()
        assert (list(Booking.objects.values()), list(Offer.objects.values())) == before

    def test_nothing_gets_into_caches_search_engines_or_referrers_and_no_cookie_is_needed(
        self, booking: Booking
    ) -> None:
        client = Client(enforce_csrf_checks=True)
        for name, address in addresses(booking).items():
            for response in (client.get(address), client.post(address, headers={"origin": "null"})):
                assert response.status_code in (200, 302, 405, 409), name
                if response.status_code == 405:
                    continue
                assert response["Referrer-Policy"] == "no-referrer"
                assert "noindex" in response["X-Robots-Tag"]
                assert "no-store" in response["Cache-Control"]
        assert not client.cookies

    def test_somebody_of_another_booking_is_not_reached_through_this_one(self, booking: Booking) -> None:
        other = make.book(make.session(), "Ida Kunz", "Jan Kunz")
        mine = make.book(make.session(), "Erna Meier", "Paul Meier")
        theirs = other.participants.all()[0]
        for name in ("booking_person", "booking_remove"):
            address = reverse(f"workshops:{name}", args=[mine.public_id, mine.token, theirs.pk])
            for response in (Client().get(address), Client().post(address, {"name": "Anders"})):
                assert "Ida Kunz" not in response.content.decode()
        assert {p.name for p in other.participants.all()} == {"Ida Kunz", "Jan Kunz"}
