"""The pages on which somebody changes who comes, and says who is absent on which date."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from tests import factories as make
from tests import web
from tests.workshops.waiting_list import full_date, person_url, url, wait
from workshops import operations
from workshops.models import Booking, Participant, Seat
from workshops.operations import Guest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def names(booking: Booking) -> list[str]:
    return list(booking.participants.order_by("pk").values_list("name", flat=True))


def one(booking: Booking, name: str) -> Participant:
    return booking.participants.get(name=name)


def series(*people: str, **fields: Any) -> Booking:
    return make.book_series(make.run(booking_mode="series", **fields), *people)


class TestPeople:
    def test_of_a_group_nobody_is_listed_who_has_no_name(self) -> None:
        session = make.session(groups="book", capacity=5)
        booking = make.book(session, guests=[Guest(""), Guest("")], group_name="Klasse 7b")
        response = Client().get(url("booking_people", booking))
        assert not web.page(response).select("main dt")
        said = web.words(response)
        assert "Klasse 7b: 2 Personen" in said
        assert web.in_german("Please call us if something about your group changes.") in said

    def test_each_can_be_changed_and_one_more_can_come(self) -> None:
        booking = make.book(make.session(), "Erna Meier", "Paul Meier")
        page = web.page(Client().get(url("booking_people", booking)))
        for somebody in booking.participants.all():
            assert page.select(f"a[href='{person_url('booking_person', somebody)}']")
        assert page.select(f"a[href='{url('booking_companion', booking)}']")

    def test_another_name_and_generation_are_saved(self) -> None:
        booking = make.book(make.session(), "Erna Maier")
        generation = make.generation("Ab 60")
        address = person_url("booking_person", one(booking, "Erna Maier"))
        form = web.page(Client().get(address))
        assert form.select("input[name='name'][value='Erna Maier']")
        response = Client().post(address, {"name": " Erna\u202e Meier ", "generation": generation.pk})
        assert response["Location"] == url("booking_people", booking) + "?geaendert"
        assert names(booking) == ["Erna Meier"]
        assert booking.participants.get().generation == generation
        said = web.words(Client().get(response["Location"]))
        assert web.in_german("Your change has been saved.") in said

    @pytest.mark.parametrize("name", ["", " ", "x" * 121])
    def test_a_name_that_is_none_gets_a_sentence_beside_the_field(self, name: str) -> None:
        booking = make.book(make.session(), "Erna Meier")
        for address in (
            person_url("booking_person", booking.participants.get()),
            url("booking_companion", booking),
        ):
            page = web.page(Client().post(address, {"name": name, "generation": ""}))
            assert page.select(".errors[role='alert'] a[href='#id_name']")
            assert page.title is not None
            assert page.title.get_text().strip().startswith(web.in_german("Error:"))
        assert names(booking) == ["Erna Meier"]

    def test_what_is_not_possible_is_said_above_the_list(self) -> None:
        _session, [booking] = full_date()
        response = Client().post(url("booking_companion", booking), {"name": "Paul Meier"})
        assert response.status_code == 409
        assert web.page(response).select(".errors[role='alert']")
        assert names(booking) == ["Gast 0"]

    def test_one_more_answers_what_the_run_asks(self) -> None:
        session = make.session()
        question = session.run.questions.create(text="Welches Handy?")
        android = question.choices.create(text="Android")
        booking = make.book(session, "Erna Meier")
        address = url("booking_companion", booking)
        assert web.page(Client().post(address, {"name": "Paul Meier"})).select(".errors[role='alert']")
        Client().post(address, {"name": "Paul Meier", f"question_{question.pk}": android.pk})
        assert list(one(booking, "Paul Meier").choices.all()) == [android]
        Client().post(address, {"name": "Ida Kunz", "is_carer": "on"})
        assert one(booking, "Ida Kunz").is_carer

    def test_where_young_people_may_come_one_more_is_entered_on_the_telephone(self) -> None:
        booking = make.book(make.session(min_age=10, max_age=16), "Erna Meier")
        page = Client().post(url("booking_companion", booking), {"name": "Paul Meier"})
        assert not web.page(page).select("main form")
        assert names(booking) == ["Erna Meier"]

    def test_taking_somebody_out_asks_first_and_twice_is_as_good_as_once(self) -> None:
        booking = make.book(make.session(), "Erna Meier", "Paul Meier")
        address = person_url("booking_remove", one(booking, "Paul Meier"))
        assert len(web.page(Client().get(address)).select("main form[method='post'] button")) == 1
        assert names(booking) == ["Erna Meier", "Paul Meier"]
        for _ in range(2):
            assert Client().post(address)["Location"].startswith(url("booking_people", booking))
        assert names(booking) == ["Erna Meier"]
        assert Client().get(address)["Location"] == url("booking_people", booking)

    def test_the_own_page_leads_here_only_where_something_can_be_changed(self) -> None:
        booking = make.book(make.session(), "Erna Meier")
        link = f"a[href='{url('booking_people', booking)}']"
        assert web.page(Client().get(url("booking", booking))).select(link)
        operations.cancel_booking(booking=booking, at=make.NOW)
        assert not web.page(Client().get(url("booking", booking))).select(link)
        response = Client().get(url("booking_people", booking))
        assert response.status_code == 409
        assert not web.page(response).select(f"a[href='{url('booking_companion', booking)}']")

    def test_who_waits_reads_that_the_place_stays(self) -> None:
        session, _ = full_date(2)
        booking = wait(session, "Erna Meier")
        said = web.words(Client().get(url("booking_people", booking)))
        sentence = "Whatever you change here: you keep your place on the waiting list."
        assert web.in_german(sentence) in said
        Client().post(url("booking_companion", booking), {"name": "Paul Meier"})
        assert names(booking) == ["Erna Meier", "Paul Meier"]


class TestAbsence:
    def report(self, somebody: Participant, session: Any, act: str = "abwesend") -> Any:
        data = {"person": somebody.pk, "date": session.public_id, "act": act}
        return Client().post(url("booking_absence", somebody.booking), data)

    def test_one_person_is_absent_on_one_date_and_comes_after_all(self) -> None:
        booking = series("Erna Meier", "Paul Meier")
        first, erna = make.first(booking.run), one(booking, "Erna Meier")
        page = web.page(Client().get(url("booking_absence", booking)))
        assert len(page.select("main form")) == 6
        for _ in range(2):
            response = self.report(erna, first)
            assert response["Location"] == url("booking_absence", booking) + "?geaendert"
        assert Seat.objects.get(participant=erna, session=first).state == Seat.State.ABSENT
        first.refresh_from_db()
        assert first.seats_taken == 1
        own = web.words(Client().get(url("booking", booking)))
        assert own.count(f"{web.in_german('Not there:')} Erna Meier") == 1
        self.report(erna, first, "doch")
        assert Seat.objects.get(participant=erna, session=first).state == Seat.State.BOOKED
        assert make.taken_matches_rows(booking.run)

    def test_who_comes_after_all_finds_the_seat_taken_and_reads_so(self) -> None:
        booking = series("Erna Meier", capacity=1, taster_seats=True)
        first, erna = make.first(booking.run), one(booking, "Erna Meier")
        self.report(erna, first)
        first.refresh_from_db()
        make.book(first, "Jan Kunz")
        response = self.report(erna, first, "doch")
        assert response.status_code == 409
        said = web.words(response)
        assert web.in_german("Somebody else has taken the seat on this date.") in said

    def test_the_calendar_file_leaves_out_a_date_on_which_nobody_of_them_is_there(self) -> None:
        booking = series("Erna Meier", "Paul Meier")
        first = make.first(booking.run)

        def dates() -> set[str]:
            content = Client().get(url("booking_ics", booking)).content
            return {str(event["UID"]) for event in Calendar.from_ical(content).walk("VEVENT")}

        self.report(one(booking, "Erna Meier"), first)
        assert first.uid in dates()
        self.report(one(booking, "Paul Meier"), first)
        assert dates() == set(booking.run.sessions.exclude(pk=first.pk).values_list("uid", flat=True))

    def test_a_date_that_has_begun_is_no_longer_there_to_choose(self, clock: time_machine.Traveller) -> None:
        booking = series("Erna Meier")
        first = make.first(booking.run)
        clock.move_to(first.starts_at + timedelta(minutes=1))
        page = web.page(Client().get(url("booking_absence", booking)))
        assert len(page.select("main form")) == 2
        assert self.report(one(booking, "Erna Meier"), first).status_code == 409

    def test_a_single_date_is_cancelled_instead(self) -> None:
        booking = make.book(make.session())
        assert Client().get(url("booking_absence", booking)).status_code == 409
        response = self.report(booking.participants.get(), booking.run.sessions.get())
        assert response.status_code == 409
        assert Seat.objects.get().state == Seat.State.BOOKED

    @pytest.mark.parametrize(
        "changed", [{"act": "löschen"}, {"person": "9" * 30}, {"date": "x"}, {"person": "", "date": ""}]
    )
    def test_a_tampered_form_changes_nothing(self, changed: dict[str, str]) -> None:
        booking = series("Erna Meier")
        other = series("Jan Kunz")
        good = {
            "person": str(booking.participants.get().pk),
            "date": str(make.first(booking.run).public_id),
            "act": "abwesend",
        }
        foreign = {
            "person": str(other.participants.get().pk),
            "date": str(make.first(other.run).public_id),
        }
        for data in ({**good, **changed}, {**good, **foreign}):
            assert Client().post(url("booking_absence", booking), data).status_code == 409
        assert set(Seat.objects.values_list("state", flat=True)) == {Seat.State.BOOKED}


def test_somebody_who_only_accompanies_is_shown_as_such() -> None:
    booking = make.book(make.session(), guests=[Guest("Erna Meier"), Guest("Paul Meier", is_carer=True)])
    sentence = web.in_german("accompanies somebody, without a seat of their own")
    for name in ("booking", "booking_people"):
        assert web.words(Client().get(url(name, booking))).count(sentence) == 1


@pytest.mark.parametrize(
    ("name", "queries"), [("booking", 11), ("booking_people", 11), ("booking_absence", 12)]
)
def test_a_page_asks_as_often_for_three_people_on_three_dates_as_for_one(name: str, queries: int) -> None:
    small = series("Erna Meier", rule="RRULE:FREQ=WEEKLY;COUNT=1")
    large = series("Erna Meier", "Paul Meier", "Ida Kunz", rule="RRULE:FREQ=WEEKLY;COUNT=3")
    for booking in (small, large):
        TestAbsence().report(one(booking, "Erna Meier"), make.first(booking.run))
        client = Client()
        client.get(url(name, booking))
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url(name, booking)).status_code == 200
        assert len(captured) == queries
