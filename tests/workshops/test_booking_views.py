"""The visitor's way to a seat, and what can happen meanwhile."""

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from core import mail
from core.models import OutgoingMail
from tests import factories as make
from tests import web
from tests.workshops.visitor import Visitor, needs, nothing_is_booked, people, typed
from workshops import operations
from workshops.models import AccessNeed, Booking, CourseRun, Participant, Person, Seat

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


class TestTheWay:
    def test_a_date_is_booked_in_four_steps(self) -> None:
        generation = make.generation("Ab 60")
        session = make.session(price="12.50")
        visitor = Visitor(session)
        assert web.page(visitor.get()).select_one("form[method=post]")["action"] == visitor.url("personen")  # type: ignore[index]
        visitor.people("Erna Meier", "Paul Meier", **{"people-0-generation": generation.pk})
        visitor.contact("erna@example.org")
        visitor.needs("Bitte große Schrift", "")

        check = visitor.get("pruefen")
        said = web.words(check)
        for expected in (
            "Erna Meier",
            "Ab 60",
            "Paul Meier",
            "erna@example.org",
            "Bitte große Schrift",
            "12,50 €",
        ):
            assert expected in said
        assert web.in_german("Book with obligation to pay") in said
        assert web.page(check).select("input[type='checkbox']") == []
        assert nothing_is_booked()

        done = visitor.post("pruefen")
        booking = Booking.objects.get()
        assert done.headers["Location"] == f"/buchung/{booking.public_id}/{booking.token}/?gebucht"
        assert done.headers["Referrer-Policy"] == "no-referrer"
        assert booking.state == Booking.State.CONFIRMED
        assert booking.code in web.words(visitor.client.get(done.headers["Location"]))
        first, second = booking.participants.all()
        assert (first.name, first.generation, first.access_need.text) == (
            "Erna Meier",
            generation,
            "Bitte große Schrift",
        )
        assert (second.name, second.generation) == ("Paul Meier", None)
        assert first.access_need.consented_at == make.NOW
        assert not AccessNeed.objects.filter(participant=second).exists()
        session.refresh_from_db()
        assert session.seats_taken == 2
        mail = OutgoingMail.objects.get()
        assert (mail.kind, mail.recipient) == ("booking_confirmed", "erna@example.org")

    def test_a_series_is_booked_once_for_all_its_dates(self) -> None:
        run = make.run(booking_mode="series", rule="RRULE:FREQ=WEEKLY;COUNT=4")
        visitor = Visitor(run)
        visitor.answer_all()
        assert web.page(visitor.get("pruefen")).select("main time[datetime]") != []
        visitor.post("pruefen")
        assert Seat.objects.count() == 4

    def test_without_a_price_the_button_does_not_speak_of_paying(self) -> None:
        visitor = Visitor(make.session())
        visitor.answer_all()
        said = web.words(visitor.get("pruefen"))
        assert web.in_german("Book now") in said
        assert web.in_german("Book with obligation to pay") not in said

    def test_somebody_with_a_telephone_only_books_like_everybody_else(self) -> None:
        visitor = Visitor(make.session())
        visitor.answer_all()
        visitor.contact(phone="05123 / 4567-8")
        assert "05123 4567" in web.words(visitor.get("pruefen"))
        response = visitor.client.post(visitor.url("pruefen"), visitor.shown(), follow=True)
        booking = Booking.objects.get()
        assert booking.person is not None
        assert (booking.person.email, booking.person.phone) == ("", "+49512345678")
        assert booking.code in web.words(response)
        assert not OutgoingMail.objects.exists()

    def test_the_english_way_books_in_english(self) -> None:
        visitor = Visitor(make.session(), prefix="/en")
        visitor.answer_all()
        page = visitor.get("pruefen")
        assert "Is everything right?" in web.words(page)
        visitor.post("pruefen")
        person = Person.objects.get()
        assert person.language == "en"
        mail.write_due(timezone.now())
        content = OutgoingMail.objects.get().content
        assert content is not None
        assert b"Content-Language: en" in bytes(content)

    def test_a_run_that_is_abused_holds_the_seat_until_the_mail_is_answered(self) -> None:
        visitor = Visitor(make.session(hold_until_confirmed=True))
        visitor.answer_all()
        response = visitor.client.post(visitor.url("pruefen"), visitor.shown(), follow=True)
        booking = Booking.objects.get()
        assert booking.state == Booking.State.HELD
        assert OutgoingMail.objects.get().kind == "confirm_request"
        assert web.in_german("Please confirm your booking") in web.words(response)

    def test_the_house_can_be_called_from_every_step(self) -> None:
        from core.models import HouseSettings

        house = HouseSettings.load()
        house.phone = "05123 111"
        house.save()
        visitor = Visitor(make.session())
        visitor.answer_all()
        for step in ("personen", "kontakt", "vorbereitung", "pruefen"):
            assert web.page(visitor.get(step)).select("main a[href='tel:05123111']"), step

    def test_only_one_cookie_is_set_and_it_ends_after_two_hours(self) -> None:
        visitor = Visitor(make.session())
        visitor.answer_all()
        visitor.post("pruefen")
        assert set(visitor.client.cookies) == {"sessionid"}
        cookie = visitor.client.cookies["sessionid"]
        assert cookie["max-age"] == 2 * 60 * 60
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"

    def test_nothing_of_the_answers_is_kept_once_they_are_a_booking(self) -> None:
        visitor = Visitor(make.session())
        visitor.answer_all()
        assert "Erna Meier" in str(dict(visitor.client.session))
        visitor.post("pruefen")
        kept = str(dict(visitor.client.session))
        assert "Erna" not in kept
        assert "example.org" not in kept


class TestChanging:
    def test_every_answer_can_be_changed_and_leads_back_to_the_check(self) -> None:
        visitor = Visitor(make.session())
        visitor.answer_all("Erna")
        links = [str(link["href"]) for link in web.page(visitor.get("pruefen")).select(".summary__change a")]
        assert links == [visitor.url(step) + "?aendern" for step in ("personen", "kontakt", "vorbereitung")]
        assert typed(visitor.client.get(links[0])) == ["Erna"]
        for link, data in zip(
            links, (people("Erna"), {"email": "neu@example.org"}, needs("Schrift")), strict=True
        ):
            assert visitor.client.post(link, data).headers["Location"] == visitor.url("pruefen")
        said = web.words(visitor.get("pruefen"))
        assert "neu@example.org" in said
        assert "Schrift" in said

    def test_steps_out_of_order_lead_to_the_first_that_is_open(self) -> None:
        visitor = Visitor(make.session())
        for step in ("kontakt", "vorbereitung", "pruefen"):
            assert visitor.get(step).headers["Location"] == visitor.url("personen")
            assert visitor.post(step, email="x@example.org").headers["Location"] == visitor.url("personen")
        visitor.people("Erna")
        assert visitor.post("pruefen").headers["Location"] == visitor.url("kontakt")
        visitor.contact("erna@example.org")
        assert visitor.post("pruefen").headers["Location"] == visitor.url("vorbereitung")
        assert nothing_is_booked()

    def test_a_step_that_does_not_exist_is_not_found(self) -> None:
        assert Visitor(make.session()).get("bezahlen").status_code == 404

    def test_answers_are_forgotten_after_two_hours(self, clock: time_machine.Traveller) -> None:
        visitor = Visitor(make.session())
        visitor.answer_all()
        clock.shift(timedelta(hours=2, seconds=1))
        response = visitor.post("pruefen")
        assert response.headers["Location"] == visitor.url("personen")
        assert nothing_is_booked()
        assert typed(visitor.get("personen")) == [""]

    def test_answers_are_forgotten_after_two_hours_even_while_something_else_is_booked(
        self, clock: time_machine.Traveller
    ) -> None:
        client = Client()
        first, second = Visitor(make.session(), client), Visitor(make.session(), client)
        first.people("Erna")
        clock.shift(timedelta(hours=1, minutes=30))
        second.people("Paul")
        clock.shift(timedelta(minutes=31))
        assert typed(first.get("personen")) == [""]
        assert typed(second.get("personen")) == ["Paul"]
        second.people("Paul")
        assert "Erna" not in str(dict(client.session))

    def test_two_tabs_keep_their_answers_apart(self) -> None:
        client = Client()
        first, second = Visitor(make.session(), client), Visitor(make.session(), client)
        first.answer_all("Erna", email="erna@example.org")
        second.get()
        assert second.get("pruefen").headers["Location"] == second.url("personen")
        second.answer_all("Paul", email="paul@example.org")
        first.post("pruefen")
        second.post("pruefen")
        booked = Participant.objects.values_list("name", "seats__session__public_id")
        assert {(name, str(key)) for name, key in booked} == {
            ("Erna", first.base.split("/")[-2]),
            ("Paul", second.base.split("/")[-2]),
        }

    def test_beginning_again_keeps_the_answers_that_are_no_booking_yet(self) -> None:
        visitor = Visitor(make.session())
        visitor.people("Erna")
        visitor.get()
        assert typed(visitor.get("personen")) == ["Erna"]

    def test_nobody_sees_the_answers_of_somebody_else(self) -> None:
        session = make.session()
        Visitor(session).answer_all("Erna")
        assert typed(Visitor(session).get("personen")) == [""]


class TestBookingTwice:
    def test_two_submits_are_one_booking_and_one_mail(self) -> None:
        visitor = Visitor(make.session())
        visitor.answer_all()
        first, second = visitor.post("pruefen"), visitor.post("pruefen")
        assert first.headers["Location"] == second.headers["Location"]
        assert Booking.objects.count() == OutgoingMail.objects.count() == 1

    def test_two_submits_from_before_the_first_was_answered_are_one_booking(self) -> None:
        visitor = Visitor(make.session())
        visitor.answer_all()
        before = dict(visitor.client.session)
        first = visitor.post("pruefen")
        session = visitor.client.session
        session.update(before)
        session.save()
        assert visitor.post("pruefen").headers["Location"] == first.headers["Location"]
        assert Booking.objects.count() == OutgoingMail.objects.count() == 1

    def test_going_back_after_booking_leads_to_the_booking(self) -> None:
        visitor = Visitor(make.session())
        visitor.answer_all()
        done = visitor.post("pruefen")
        for step in ("personen", "kontakt", "pruefen"):
            assert visitor.get(step).headers["Location"] == done.headers["Location"]

    def test_a_second_booking_for_somebody_else_is_possible(self) -> None:
        visitor = Visitor(make.session())
        visitor.answer_all("Erna")
        visitor.post("pruefen")
        visitor.answer_all("Paul")
        visitor.post("pruefen")
        assert Booking.objects.count() == 2

    def test_the_same_person_books_once_and_is_led_to_what_they_have(self) -> None:
        session = make.session()
        visitor = Visitor(session)
        found = []
        for _ in range(2):
            visitor.answer_all("Erna", email="erna@example.org")
            found.append(visitor.post("pruefen").headers["Location"])
        assert found[0] == found[1]
        visitor.client.cookies.clear()
        visitor.answer_all("Erna", email="erna@example.org")
        assert visitor.post("pruefen").status_code == 409
        assert Booking.objects.count() == 1


class TestMeanwhile:
    def test_a_date_that_has_filled_up_says_so_and_names_others(self) -> None:
        course = make.course()
        session, other = make.session(course=course, capacity=1), make.session(course=course)
        visitor = Visitor(session)
        visitor.answer_all("Erna")
        make.book(session)
        response = visitor.post("pruefen")
        assert response.status_code == 409
        said = web.words(response)
        assert web.in_german("No seat left") in said
        assert web.page(response).select(f"a[href='/termine/{other.public_id}/']")
        assert not web.page(response).select(f"a[href='/buchen/termin/{session.public_id}/']")
        assert Booking.objects.count() == 1
        assert Participant.objects.filter(name="Erna").count() == 0

    def test_a_party_for_which_too_few_seats_are_left_can_become_smaller(self) -> None:
        session = make.session(capacity=2)
        visitor = Visitor(session)
        visitor.answer_all("Erna", "Paul")
        make.book(session)
        response = visitor.post("pruefen")
        assert response.status_code == 409
        link = web.page(response).select_one(f"a[href='{visitor.url('personen')}?aendern']")
        assert link is not None
        assert typed(visitor.get("personen")) == ["Erna", "Paul"]
        visitor.answer_all("Erna")
        visitor.post("pruefen")
        session.refresh_from_db()
        assert session.seats_taken == 2

    @pytest.mark.parametrize("step", ["personen", "kontakt", "vorbereitung", "pruefen"])
    @pytest.mark.parametrize("what", ["full", "cancelled", "begun"])
    def test_what_has_become_impossible_is_said_at_every_step(
        self, what: str, step: str, clock: time_machine.Traveller
    ) -> None:
        session = make.session(
            capacity=1, first_date=date(2027, 1, 11), start_time=make.NOW.time().replace(hour=11)
        )
        visitor = Visitor(session)
        visitor.answer_all("Erna")
        if what == "full":
            make.book(session)
        elif what == "cancelled":
            operations.cancel_session(session=session, reason="Krank", at=make.NOW, by=None)
        else:
            clock.move_to(session.starts_at)
        before = Booking.objects.count()
        answered = visitor.client.post(visitor.url(step), visitor.shown(), follow=True)
        for response in (visitor.get(step), answered, visitor.get()):
            assert response.status_code == 409
            assert len(web.words(response)) > 40
        assert Booking.objects.count() == before
        assert not Participant.objects.filter(name="Erna").exists()

    def test_a_course_that_was_unpublished_is_gone(self) -> None:
        session = make.session()
        visitor = Visitor(session)
        visitor.answer_all()
        session.run.course.unpublish()
        assert visitor.post("pruefen").status_code == 404
        assert nothing_is_booked()

    def test_a_series_that_has_begun_is_said_to_have_begun(self, clock: time_machine.Traveller) -> None:
        run = make.run(booking_mode="series")
        late = make.run(booking_mode="series", join_late=True)
        first = run.sessions.first()
        assert first is not None
        clock.move_to(first.starts_at + timedelta(hours=1))
        assert Visitor(run).get().status_code == 409
        visitor = Visitor(late)
        visitor.answer_all()
        visitor.post("pruefen")
        assert Seat.objects.count() == 2

    def test_a_series_that_is_over_is_said_to_be_over(self, clock: time_machine.Traveller) -> None:
        run = make.run(booking_mode="series")
        clock.shift(timedelta(days=60))
        response = Visitor(run).get()
        assert response.status_code == 409
        assert not response.cookies


class TestWhatIsNotBooked:
    def test_a_drop_in_says_that_no_booking_is_needed(self) -> None:
        session = make.session(booking_mode="drop_in", capacity=None)
        for response in (
            Visitor(session).get(),
            Visitor(session).get("personen"),
            Visitor(session).post("pruefen"),
        ):
            assert response.status_code == 409
            assert web.in_german("This course needs no booking. Just come by.") in web.words(response)
        assert nothing_is_booked()

    def test_a_date_of_a_series_and_a_run_of_single_dates_are_not_found(self) -> None:
        series, single = make.run(booking_mode="series"), make.run()
        first = series.sessions.first()
        assert first is not None
        assert Visitor(first).get().status_code == 404
        assert Visitor(single).get().status_code == 404

    @pytest.mark.parametrize("state", ["draft", "archived"])
    def test_what_is_not_published_is_not_found(self, state: str) -> None:
        session, run = make.session(), make.run(booking_mode="series")
        CourseRun.objects.filter(pk__in=[session.run_id, run.pk]).update(state=state)
        for visitor in (Visitor(session), Visitor(run)):
            assert visitor.get().status_code == visitor.get("personen").status_code == 404
            assert visitor.post("pruefen").status_code == 404

    def test_an_unknown_or_broken_address_is_not_found(self) -> None:
        make.site()
        for url in (
            "/buchen/termin/00000000-0000-4000-8000-000000000000/",
            "/buchen/durchgang/00000000-0000-4000-8000-000000000000/personen/",
            "/buchen/termin/abc/",
            "/buchen/haus/00000000-0000-4000-8000-000000000000/personen/",
        ):
            assert Client().get(url).status_code == 404

    def test_other_methods_are_refused(self) -> None:
        visitor = Visitor(make.session())
        assert visitor.client.post(visitor.url("")).status_code == 405
        assert visitor.client.put(visitor.url("personen")).status_code == 405
        assert visitor.client.head(visitor.url("personen")).status_code == 200


class TestForeignPages:
    def test_a_post_from_elsewhere_ends_on_a_page_that_can_be_read(self) -> None:
        visitor = Visitor(make.session(), Client(enforce_csrf_checks=True))
        response = visitor.people("Erna")
        assert response.status_code == 403
        assert web.in_german("Please start again") in web.words(response)
        assert web.page(response).select("main a[href]")

    def test_with_the_token_of_the_page_the_way_is_open(self) -> None:
        visitor = Visitor(make.session(), Client(enforce_csrf_checks=True))
        visitor.get()
        for step, data in (
            ("personen", people("Erna")),
            ("kontakt", {"email": "erna@example.org"}),
            ("vorbereitung", needs("")),
            ("pruefen", {}),
        ):
            token = web.hidden_fields(visitor.get(step))["csrfmiddlewaretoken"][0]
            assert visitor.post(step, {**data, "csrfmiddlewaretoken": token}).status_code == 302
        assert Booking.objects.count() == 1

    def test_answers_are_never_cached(self) -> None:
        visitor = Visitor(make.session())
        visitor.answer_all()
        for step in ("personen", "kontakt", "vorbereitung", "pruefen"):
            response = visitor.get(step)
            assert "no-store" in response.headers["Cache-Control"]
            assert web.page(response).select("meta[name='robots'][content='noindex']")


def test_links_to_book_lead_where_booking_begins() -> None:
    session = make.session()
    with translation.override("de"):
        assert reverse("workshops:book_session", args=[session.public_id]) == Visitor(session).base
