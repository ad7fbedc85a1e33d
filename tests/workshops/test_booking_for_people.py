"""Booking as people do it: companions, carers, children, groups, questions, wheelchairs, the waiting list."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.models import Generation, OutgoingMail
from places.models import Equipment
from tests import factories as make
from tests import web
from tests.workshops.visitor import Visitor, needs, nothing_is_booked, people, typed
from workshops import operations
from workshops.models import (
    AccessNeed,
    Booking,
    CourseRun,
    EquipmentNeed,
    Guardian,
    Participant,
    RunChoice,
    RunQuestion,
    SeatPool,
    Session,
)
from workshops.rules import NotPossible

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

STEPS = ("personen", "kontakt", "vorbereitung", "pruefen")
CHILD = {
    "people-0-is_minor": "on",
    "people-0-guardian_name": "Rita Sommer",
    "people-0-guardian_phone": "05123 45678",
    "people-0-goes_home_alone": "no",
}


def question(run: CourseRun, text: str, *answers: str, lends: Equipment | None = None) -> list[RunChoice]:
    """A question with its answers; the last lends a device."""
    asked = RunQuestion.objects.create(run=run, text=text)
    return [
        RunChoice.objects.create(
            question=asked, text=answer, sort_order=place, equipment=lends if answer == answers[-1] else None
        )
        for place, answer in enumerate(answers)
    ]


def finish(visitor: Visitor, email: str = "erna@example.org", names: int = 1) -> Any:
    """The steps after the people."""
    assert visitor.contact(email).status_code == 302
    assert visitor.needs(*[""] * names).status_code == 302
    return visitor.post("pruefen")


def in_a_week(**fields: Any) -> Session:
    return make.session(**{"first_date": date(2027, 1, 20), **fields})


def fields_of(response: Any) -> set[str]:
    return {str(field["name"]) for field in web.page(response).select("main form [name]")}


class TestCarers:
    def test_who_only_accompanies_somebody_takes_no_seat(self) -> None:
        session = make.session(capacity=1)
        visitor = Visitor(session)
        visitor.people("Erna", "Mia", **{"people-1-is_carer": "on"})
        finish(visitor, names=2)
        session.refresh_from_db()
        assert session.seats_taken == 1
        assert Participant.objects.get(name="Mia").is_carer

    def test_somebody_alone_is_not_asked_whether_they_accompany_anybody(self) -> None:
        visitor = Visitor(make.session())
        assert "people-0-is_carer" not in fields_of(visitor.get("personen"))
        assert "people-0-is_carer" in fields_of(visitor.people("Erna", add="1"))
        visitor.people("Erna", **{"people-0-is_carer": "on"})
        finish(visitor)
        assert not Participant.objects.get().is_carer

    def test_a_party_of_nobody_but_carers_is_answered(self) -> None:
        visitor = Visitor(make.session())
        both = {"people-0-is_carer": "on", "people-1-is_carer": "on"}
        response = visitor.people("Erna", "Mia", **both)
        assert response.status_code == 200
        assert typed(response) == ["Erna", "Mia"]
        assert web.page(response).select(".errors li")

    def test_a_booking_is_for_as_many_as_the_run_allows_and_a_carer_may_still_come(self) -> None:
        visitor = Visitor(make.session(most_per_booking=2))
        response = visitor.people("Erna", "Paul", "Ida")
        assert response.status_code == 200
        assert web.page(response).select(".errors li")
        full = visitor.people("Erna", add="1")
        assert [button["value"] for button in web.page(full).select("button[name='add']")] == ["carer"]
        with_carer = visitor.people("Erna", "Paul", add="carer")
        assert web.page(with_carer).select_one("[name='people-2-is_carer'][checked]")
        assert visitor.people("Erna", "Paul", "Mia", **{"people-2-is_carer": "on"}).status_code == 302


class TestWhoBooks:
    def test_somebody_books_for_a_parent(self) -> None:
        visitor = Visitor(make.session())
        visitor.people("Erna Meier")
        visitor.contact("sohn@example.org", for_others="on", name="Jan Meier")
        assert "Jan Meier" in web.words(_after_needs(visitor))
        visitor.post("pruefen")
        booking = Booking.objects.get()
        assert booking.person is not None
        assert booking.person.name == "Jan Meier"
        assert [p.name for p in booking.participants.all()] == ["Erna Meier"]

    def test_whoever_books_for_others_tells_their_name(self) -> None:
        visitor = Visitor(make.session())
        visitor.people("Erna Meier")
        response = visitor.contact("sohn@example.org", for_others="on")
        assert response.status_code == 200
        assert web.page(response).select("#id_name_error")
        assert web.page(response).select_one("[name='email'][value='sohn@example.org']")

    def test_a_name_nobody_asked_for_is_not_kept_and_no_mistake(self) -> None:
        visitor = Visitor(make.session())
        visitor.people("Erna Meier")
        assert visitor.contact("erna@example.org", name="x" * 300).status_code == 302
        _after_needs(visitor)
        visitor.post("pruefen")
        booking = Booking.objects.get()
        assert booking.person is not None
        assert booking.person.name == "Erna Meier"


def _after_needs(visitor: Visitor) -> Any:
    visitor.needs("")
    return visitor.get("pruefen")


class TestUnder18:
    def test_nobody_is_asked_where_no_age_is_named(self) -> None:
        for run in (make.session(), make.session(min_age=18), make.session(is_tandem=True)):
            assert not any("guardian" in name for name in fields_of(Visitor(run).get("personen")))

    def test_a_child_comes_with_somebody_who_answers_for_it(self) -> None:
        visitor = Visitor(make.session(min_age=10, max_age=14 + 10))
        visitor.people("Kim Sommer", **CHILD)
        finish(visitor)
        guardian = Guardian.objects.get()
        assert (guardian.name, guardian.phone, guardian.goes_home_alone) == (
            "Rita Sommer",
            "+49512345678",
            False,
        )
        assert guardian.participant.name == "Kim Sommer"

    @pytest.mark.parametrize("missing", ["guardian_name", "guardian_phone", "goes_home_alone"])
    def test_what_is_missing_about_a_child_gets_a_sentence_and_the_rest_is_kept(self, missing: str) -> None:
        visitor = Visitor(make.session(min_age=10))
        response = visitor.people("Kim Sommer", **{**CHILD, f"people-0-{missing}": ""})
        assert response.status_code == 200
        assert web.page(response).select(f"#id_people-0-{missing}_error")
        assert web.page(response).select_one("[name='people-0-is_minor'][checked]")
        assert typed(response) == ["Kim Sommer"]

    def test_a_number_that_cannot_be_right_gets_a_sentence(self) -> None:
        visitor = Visitor(make.session(min_age=10))
        response = visitor.people("Kim", **{**CHILD, "people-0-guardian_phone": "12"})
        assert web.page(response).select("#id_people-0-guardian_phone_error")

    def test_of_somebody_of_age_nothing_is_kept_about_guardians(self) -> None:
        visitor = Visitor(make.session(min_age=10))
        visitor.people("Erna", **{**CHILD, "people-0-is_minor": "", "people-0-guardian_phone": "12"})
        finish(visitor)
        assert Participant.objects.exists()
        assert not Guardian.objects.exists()

    def test_where_only_children_are_meant_each_needs_a_guardian_but_no_carer_does(self) -> None:
        visitor = Visitor(make.session(max_age=14))
        assert "people-0-is_minor" not in fields_of(visitor.get("personen"))
        assert visitor.people("Kim").status_code == 200
        child = {**CHILD, "people-0-is_minor": "", "people-1-is_carer": "on"}
        assert visitor.people("Kim", "Rita Sommer", **child).status_code == 302

    def test_in_a_tandem_a_guardian_agrees_to_a_partner_they_do_not_know(self) -> None:
        young = make.generation("Jung")
        Generation.objects.update(side="young")
        visitor = Visitor(make.session(is_tandem=True, min_age=12))
        child = {**CHILD, "people-0-generation": young.pk}
        response = visitor.people("Kim", **child)
        assert web.page(response).select("#id_people-0-agrees_to_tandem_error")
        assert visitor.people("Kim", **child, **{"people-0-agrees_to_tandem": "on"}).status_code == 302
        finish(visitor)
        assert Guardian.objects.get().agrees_to_tandem

    def test_no_page_asks_for_a_date_of_birth(self) -> None:
        page = web.page(Visitor(make.session(min_age=10)).get("personen"))
        assert not page.select("input[type='date'], [autocomplete*='bday']")


class TestConsentForm:
    def test_the_page_of_a_booking_with_a_child_has_two_sheets_to_sign(self) -> None:
        visitor = Visitor(make.session(min_age=10))
        visitor.people("Kim Sommer", "Erna", **CHILD)
        finish(visitor, names=2)
        booking = Booking.objects.get()
        response = Client().get(f"/buchung/{booking.public_id}/{booking.token}/einverstaendnis/")
        sheets = web.page(response).select(".sheet")
        assert len(sheets) == 2
        assert all("Kim Sommer" in sheet.get_text() for sheet in sheets)
        assert "Rita Sommer" in sheets[0].get_text()
        assert "Erna" not in web.words(response)
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in response.headers["X-Robots-Tag"]

    def test_without_a_child_or_with_another_link_there_is_none(self) -> None:
        booking = make.book(make.session())
        page = f"/buchung/{booking.public_id}/{{}}/einverstaendnis/"
        assert Client().get(page.format(booking.token)).status_code == 404
        assert Client().get(page.format(booking.confirm_token)).status_code == 404


class TestTandem:
    def test_a_tandem_needs_the_generation_and_offers_those_with_a_side(self) -> None:
        old, young, other = (make.generation(name) for name in ("Ab 60", "Jung", "Familien"))
        Generation.objects.filter(pk=old.pk).update(side="old")
        Generation.objects.filter(pk=young.pk).update(side="young")
        visitor = Visitor(make.session(is_tandem=True))
        page = visitor.get("personen")
        offered = [f["value"] for f in web.page(page).select("[name='people-0-generation']")]
        assert offered == [str(old.pk), str(young.pk)]
        assert web.page(visitor.people("Erna")).select("#id_people-0-generation_error")
        other_side = visitor.people("Erna", **{"people-0-generation": other.pk})
        assert web.page(other_side).select("#id_people-0-generation_error")
        assert visitor.people("Erna", **{"people-0-generation": old.pk}).status_code == 302

    def test_for_whom_it_is_stands_above_the_question(self) -> None:
        for fields, sentence in (
            ({"is_tandem": True}, web.in_german("For adults: everybody is 18 or older.")),
            ({"min_age": 18}, web.in_german("For adults: everybody is 18 or older.")),
            (
                {"min_age": 10, "max_age": 14},
                web.in_german("For people aged %(youngest)s to %(oldest)s.", youngest=10, oldest=14),
            ),
        ):
            assert sentence in web.words(Visitor(make.session(**fields)).get("personen"))


class TestQuestions:
    def test_each_person_answers_and_a_carer_need_not(self) -> None:
        session = make.session()
        android, iphone = question(session.run, "Welches Handy?", "Android", "iPhone")
        visitor = Visitor(session)
        name = f"question_{android.question_id}"
        response = visitor.people("Erna", "Paul", **{f"people-0-{name}": android.pk})
        assert web.page(response).select(f"#id_people-1-{name}_error")
        # The summary above says which question it is about.
        assert [" ".join(error.text.split()) for error in web.page(response).select(".errors li")] == [
            "Person 2: Bitte wählen Sie eine der Antworten: Welches Handy?"
        ]
        assert web.page(response).select_one(f"[name='people-0-{name}'][value='{android.pk}'][checked]")
        answered = {
            f"people-0-{name}": android.pk,
            f"people-1-{name}": iphone.pk,
            "people-2-is_carer": "on",
        }
        assert visitor.people("Erna", "Paul", "Mia", **answered).status_code == 302
        visitor.contact("erna@example.org")
        visitor.needs("", "", "")
        assert "iPhone" in web.words(visitor.get("pruefen"))
        visitor.post("pruefen")
        chosen = Participant.objects.order_by("pk").values_list("name", "choices__text")
        assert list(chosen) == [("Erna", "Android"), ("Paul", "iPhone"), ("Mia", None)]

    def test_the_answer_of_another_run_is_none(self) -> None:
        session = make.session()
        mine = question(session.run, "Welches Handy?", "Android", "iPhone")
        foreign = question(make.run(), "Vorkenntnisse?", "Ja", "Nein")
        name = f"people-0-question_{mine[0].question_id}"
        for value in (foreign[0].pk, "abc", "9" * 5000, "\x00", "-1"):
            response = Visitor(session).people("Erna", **{name: value})
            assert web.page(response).select(f"#id_{name}_error"), value

    def test_a_device_that_is_lent_out_cannot_be_chosen(self) -> None:
        session = make.session()
        device = Equipment.objects.create(name="Tablets", pieces=1)
        own, lent = question(session.run, "Was bringen Sie mit?", "Eigenes", "Leihgerät", lends=device)
        make.book(session, guests=[operations.Guest(name="Ida", choices=[lent.pk])])
        visitor = Visitor(session)
        name = f"people-0-question_{own.question_id}"
        page = web.page(visitor.get("personen"))
        assert page.select_one(f"[name='{name}'][value='{lent.pk}'][disabled]")
        assert not page.select_one(f"[name='{name}'][value='{own.pk}'][disabled]")
        assert web.page(visitor.people("Erna", **{name: lent.pk})).select(f"#id_{name}_error")
        assert visitor.people("Erna", **{name: own.pk}).status_code == 302

    def test_a_device_gone_meanwhile_is_named_and_nothing_typed_is_lost(self) -> None:
        session = in_a_week()
        device = Equipment.objects.create(name="Tablets", pieces=5)
        EquipmentNeed.objects.create(run=session.run, equipment=device, pieces=1)
        own, lent = question(session.run, "Was bringen Sie mit?", "Eigenes", "Leihgerät", lends=device)
        visitor = Visitor(session)
        name = f"people-0-question_{own.question_id}"
        visitor.people("Erna", **{name: lent.pk})
        visitor.contact("erna@example.org")
        visitor.needs("")
        make.book(session, guests=[operations.Guest(name="Ida", choices=[lent.pk])])
        response = visitor.post("pruefen")
        assert response.status_code == 409
        assert "Leihgerät" in web.words(response)
        visitor.post("personen", people("Erna", **{name: own.pk}))
        assert visitor.post("pruefen").status_code == 302
        assert Participant.objects.filter(name="Erna", choices=own).exists()

    def test_questions_that_changed_meanwhile_are_asked_again(self) -> None:
        session = make.session()
        visitor = Visitor(session)
        visitor.answer_all("Erna")
        android, _iphone = question(session.run, "Welches Handy?", "Android", "iPhone")
        for asked in (visitor.get("pruefen"), visitor.post("pruefen")):
            assert asked.headers["Location"] == visitor.url("personen") + "?aendern&geaendert"
        assert nothing_is_booked()
        page = visitor.client.get(asked.headers["Location"])
        assert typed(page) == ["Erna"]
        assert web.page(page).select(".notice--warning")
        name = f"people-0-question_{android.question_id}"
        answered = visitor.client.post(asked.headers["Location"], people("Erna", **{name: android.pk}))
        assert answered.headers["Location"] == visitor.url("pruefen")
        assert visitor.post("pruefen").status_code == 302


class TestWhatIsPrepared:
    def room(self) -> Any:
        return make.room(venue=make.venue(wheelchair_places=1, hearing_loop=True), loop_sets=1)

    def test_places_and_loops_are_offered_where_the_room_has_them(self) -> None:
        for room, offered in ((self.room(), True), (make.room(), False)):
            visitor = Visitor(make.session(room=room))
            visitor.people("Erna")
            visitor.contact("erna@example.org")
            fields = fields_of(visitor.get("vorbereitung"))
            assert {"needs-0-wheelchair", "needs-0-hearing_loop"} <= fields or not offered
            assert ("needs-0-wheelchair" in fields) is offered

    def test_a_ticked_box_needs_consent_like_words_do(self) -> None:
        visitor = Visitor(make.session(room=self.room()))
        visitor.people("Erna")
        visitor.contact("erna@example.org")
        ticked = {**needs(""), "needs-0-wheelchair": "on", "needs-0-hearing_loop": "on"}
        response = visitor.post("vorbereitung", ticked)
        assert web.page(response).select("#id_needs-0-consent_error")
        assert web.page(response).select_one("[name='needs-0-wheelchair'][checked]")
        visitor.post("vorbereitung", {**ticked, "needs-0-consent": "on"})
        visitor.post("pruefen")
        told = AccessNeed.objects.get()
        assert (told.wheelchair, told.hearing_loop, told.text) == (True, True, "")

    def test_a_place_that_is_taken_meanwhile_is_named_as_what_is_missing(self) -> None:
        session = in_a_week(room=self.room())
        visitor = Visitor(session)
        visitor.people("Erna")
        visitor.contact("erna@example.org")
        visitor.post("vorbereitung", {**needs(""), "needs-0-wheelchair": "on", "needs-0-consent": "on"})
        make.book(session, guests=[operations.Guest(name="Ida", wheelchair=True)])
        response = visitor.post("pruefen")
        assert response.status_code == 409
        assert web.in_german("There are not enough places for wheelchairs left.") in web.words(response)
        assert web.page(response).select(f"a[href='{visitor.url('vorbereitung')}?aendern']")

    def test_what_a_room_does_not_have_cannot_be_ticked_by_a_tampered_form(self) -> None:
        visitor = Visitor(make.session())
        visitor.people("Erna")
        visitor.contact("erna@example.org")
        visitor.post("vorbereitung", {**needs(""), "needs-0-wheelchair": "on", "needs-0-consent": "on"})
        visitor.post("pruefen")
        assert Booking.objects.exists()
        assert not AccessNeed.objects.exists()


class TestGroups:
    def group(self, visitor: Visitor, **fields: object) -> Any:
        return visitor.post("gruppe", {"group_name": "Klasse 7b", "people": "12", **fields})

    def finish(self, visitor: Visitor) -> Any:
        visitor.contact("schule@example.org", name="Jutta Lehr")
        visitor.post("vorbereitung", needs(""))
        return visitor.post("pruefen")

    def test_a_class_books_with_a_number_instead_of_names(self) -> None:
        session = make.session(groups="book", capacity=20)
        visitor = Visitor(session)
        assert web.page(visitor.get("personen")).select(f"a[href='{visitor.url('gruppe')}']")
        assert self.group(visitor, carers="2").headers["Location"] == visitor.url("kontakt")
        self.finish(visitor)
        booking = Booking.objects.get()
        assert (booking.group_name, booking.state) == ("Klasse 7b", Booking.State.CONFIRMED)
        assert booking.person is not None
        assert booking.person.name == "Jutta Lehr"
        assert set(booking.participants.values_list("name", flat=True)) == {""}
        assert booking.participants.filter(is_carer=True).count() == 2
        session.refresh_from_db()
        assert session.seats_taken == 12

    def test_where_the_team_answers_a_group_asks_and_takes_no_seat(self) -> None:
        session = make.session(groups="ask", capacity=20)
        visitor = Visitor(session)
        self.group(visitor)
        done = self.finish(visitor)
        booking = Booking.objects.get()
        assert done.headers["Location"] == f"/buchung/{booking.public_id}/{booking.token}/?gebucht"
        assert booking.state == Booking.State.REQUESTED
        session.refresh_from_db()
        assert session.seats_taken == 0
        assert OutgoingMail.objects.get().kind == "request_received"

    def test_without_groups_there_is_no_such_page(self) -> None:
        visitor = Visitor(make.session())
        assert not web.page(visitor.get("personen")).select("a[href$='/gruppe/']")
        assert visitor.get("gruppe").status_code == self.group(visitor).status_code == 404

    @pytest.mark.parametrize(
        ("people", "largest"),
        [("1", None), ("21", None), ("11", 10), ("", None), ("viele", None), ("9" * 50, None)],
    )
    def test_a_number_that_cannot_be_gets_a_sentence_and_is_kept(
        self, people: str, largest: int | None
    ) -> None:
        visitor = Visitor(make.session(groups="book", capacity=20, largest_group=largest))
        response = self.group(visitor, people=people)
        assert web.page(response).select("#id_people_error")
        assert web.page(response).select_one("[name='group_name'][value='Klasse 7b']")

    def test_a_group_tells_whom_to_ask_for(self) -> None:
        visitor = Visitor(make.session(groups="book", capacity=20))
        self.group(visitor)
        asked = web.page(visitor.get("kontakt")).select_one("label[for='id_name']")
        assert asked is not None
        assert web.in_german("optional") not in asked.text
        assert web.page(visitor.contact("schule@example.org")).select("#id_name_error")

    def test_so_many_of_a_group_come_in_a_wheelchair(self) -> None:
        room = make.room(venue=make.venue(wheelchair_places=4))
        visitor = Visitor(make.session(groups="book", capacity=20, room=room))
        self.group(visitor)
        visitor.contact("schule@example.org", name="Jutta Lehr")
        told = {**needs(""), "needs-0-wheelchair": "3", "needs-0-consent": "on"}
        too_many = visitor.post("vorbereitung", {**told, "needs-0-wheelchair": "13"})
        assert web.page(too_many).select("#id_needs-0-wheelchair_error")
        visitor.post("vorbereitung", told)
        visitor.post("pruefen")
        assert AccessNeed.objects.filter(wheelchair=True).count() == 3

    def test_who_turns_from_people_to_a_group_and_back_books_what_they_said_last(self) -> None:
        visitor = Visitor(make.session(groups="book", capacity=20))
        visitor.answer_all("Erna")
        self.group(visitor)
        assert visitor.get("pruefen").headers["Location"] == visitor.url("kontakt")
        visitor.people("Erna", "Paul")
        visitor.contact("erna@example.org")
        visitor.needs("", "")
        visitor.post("pruefen")
        assert sorted(Participant.objects.values_list("name", flat=True)) == ["Erna", "Paul"]


class TestWaiting:
    def test_a_full_date_leads_to_the_waiting_list_by_the_same_steps(self) -> None:
        session = in_a_week(capacity=1)
        make.book(session)
        visitor = Visitor(session)
        full = visitor.get()
        assert full.status_code == 409
        assert web.page(full).select_one(f"form[method='post'][action='{visitor.url('warteliste')}']")
        assert visitor.get("personen").status_code == 409
        assert visitor.post("warteliste").headers["Location"] == visitor.url("personen")
        visitor.people("Erna")
        visitor.contact("erna@example.org")
        visitor.needs("")
        check = visitor.get("pruefen")
        assert web.in_german("Put me on the waiting list") in web.words(check)
        done = visitor.post("pruefen")
        booking = Booking.objects.get(participants__name="Erna")
        assert booking.state == Booking.State.WAITING
        assert done.headers["Location"].startswith(f"/buchung/{booking.public_id}/")
        assert booking.place_in_line() == 1
        assert visitor.post("pruefen").headers["Location"] == done.headers["Location"]
        assert Booking.objects.count() == 2

    def test_who_finds_it_full_at_the_last_button_keeps_everything_typed(self) -> None:
        session = in_a_week(capacity=1)
        visitor = Visitor(session)
        visitor.people("Erna")
        visitor.contact("erna@example.org")
        visitor.needs("Große Schrift")
        make.book(session)
        assert visitor.post("pruefen").status_code == 409
        assert visitor.post("warteliste").headers["Location"] == visitor.url("pruefen")
        assert "Große Schrift" in web.words(visitor.get("pruefen"))
        visitor.post("pruefen")
        booking = Booking.objects.get(participants__name="Erna")
        assert booking.state == Booking.State.WAITING
        assert AccessNeed.objects.get().text == "Große Schrift"

    def test_part_of_a_party_is_told_how_many_seats_there_are_for_whom(self) -> None:
        session = in_a_week(capacity=4)
        old, young = make.generation("Ab 60"), make.generation("Jung")
        SeatPool.objects.create(run=session.run, generation=young, seats=3, release_days=1)
        visitor = Visitor(session)
        visitor.people(
            "Erna", "Paul", "Kim", **{f"people-{n}-generation": g.pk for n, g in enumerate((old, old, young))}
        )
        response = finish(visitor, names=3)
        assert response.status_code == 409
        shown = [item.get_text(" ", strip=True) for item in web.page(response).select(".notice li")]
        assert len(shown) == 2
        assert "Ab 60" in shown[0]
        assert "1" in shown[0]
        assert "Jung" in shown[1]
        assert "4" in shown[1]

    def test_people_who_told_no_generation_are_told_how_many_seats_there_are(self) -> None:
        session = in_a_week(capacity=3)
        make.book(session)
        visitor = Visitor(session)
        visitor.answer_all("Erna", "Paul", "Ida")
        shown = web.page(visitor.post("pruefen")).select(".notice li")
        assert [item.get_text(strip=True)[0] for item in shown] == ["2"]

    def test_fewer_people_are_tried_as_a_booking_again(self) -> None:
        session = in_a_week(capacity=2)
        make.book(session)
        visitor = Visitor(session)
        visitor.answer_all("Erna", "Paul")
        assert visitor.post("pruefen").status_code == 409
        visitor.post("warteliste")
        visitor.people("Erna")
        visitor.needs("")
        visitor.post("pruefen")
        assert Booking.objects.get(participants__name="Erna").state == Booking.State.CONFIRMED

    def test_there_is_no_list_in_the_last_day_or_where_the_run_has_none(
        self, clock: time_machine.Traveller
    ) -> None:
        session, without = in_a_week(capacity=1), in_a_week(capacity=1, has_waiting_list=False)
        make.book(session)
        make.book(without)
        clock.move_to(session.starts_at - timedelta(hours=23))
        for date_ in (session, without):
            visitor = Visitor(date_)
            full = visitor.get()
            assert full.status_code == 409
            assert not web.page(full).select("form[action$='/warteliste/']")
            assert visitor.post("warteliste").headers["Location"] == visitor.url("")
            assert visitor.get("personen").status_code == 409

    def test_a_seat_given_back_meanwhile_is_offered_to_who_asks_for_the_list(self) -> None:
        session = in_a_week(capacity=1)
        booked = make.book(session)
        visitor = Visitor(session)
        visitor.post("warteliste")
        visitor.people("Erna")
        visitor.contact("erna@example.org")
        visitor.needs("")
        operations.cancel_booking(booking=booked, at=make.NOW)
        assert visitor.post("pruefen").status_code == 302
        assert Booking.objects.get(participants__name="Erna").state == Booking.State.OFFERED

    def test_the_page_that_says_that_it_is_full_leaves_no_cookie_for_long(self) -> None:
        session = in_a_week(capacity=1)
        make.book(session)
        visitor = Visitor(session)
        visitor.get()
        assert visitor.client.cookies["sessionid"]["max-age"] == 2 * 60 * 60

    def test_looking_at_the_address_of_the_list_puts_nobody_on_it(self) -> None:
        session = in_a_week(capacity=1)
        make.book(session)
        visitor = Visitor(session)
        assert visitor.get("warteliste").headers["Location"] == visitor.url("")
        assert visitor.get("personen").status_code == 409


class TestTasters:
    def series(self, **fields: Any) -> tuple[CourseRun, Session]:
        run = make.run(
            **{"booking_mode": "series", "taster_seats": True, "capacity": 2, "price": "40", **fields}
        )
        return run, make.first(run)

    def absent(self, run: CourseRun, session: Session) -> Booking:
        booking = make.book_series(run, "Ida")
        operations.report_absent(participant=booking.participants.get(), session=session, at=make.NOW)
        return booking

    def test_a_date_somebody_misses_is_booked_by_itself_and_costs_nothing(self) -> None:
        run, session = self.series()
        self.absent(run, session)
        visitor = Visitor(session)
        visitor.answer_all("Erna")
        said = web.words(visitor.get("pruefen"))
        assert web.in_german("Book now") in said
        visitor.post("pruefen")
        booking = Booking.objects.get(participants__name="Erna")
        assert (booking.session, booking.price, booking.state) == (session, 0, Booking.State.CONFIRMED)

    def test_without_an_absence_there_is_no_taster_seat_and_no_waiting_for_one(self) -> None:
        run, session = self.series()
        make.book_series(run)
        visitor = Visitor(session)
        full = visitor.get()
        assert full.status_code == 409
        assert not web.page(full).select("form[action$='/warteliste/']")
        with pytest.raises(NotPossible):
            operations.join_waiting_list(run=run, session=session, party=make.party(), at=make.NOW)

    def test_a_series_that_has_begun_can_still_be_tasted(self, clock: time_machine.Traveller) -> None:
        run, _first = self.series()
        second = run.sessions.order_by("starts_at")[1]
        self.absent(run, second)
        clock.move_to(second.starts_at - timedelta(days=2))
        visitor = Visitor(second)
        visitor.answer_all("Erna")
        assert visitor.post("pruefen").status_code == 302

    def test_free_taster_seats_are_counted_in_one_query(self) -> None:
        run, session = self.series(capacity=8)
        self.absent(run, session)
        self.absent(run, session)
        make.book(session, "Erna")
        for count in (1, 3):
            sessions = list(run.sessions.order_by("starts_at")[:count])
            with CaptureQueriesContext(connection) as captured:
                free = operations.taster_seats_on(sessions)
            assert len(captured) == 1
            assert free == {session.pk: 1}

    def test_where_a_run_gives_none_a_date_of_it_is_not_found(self) -> None:
        _run, session = self.series(taster_seats=False)
        assert Visitor(session).get().status_code == 404


class TestNothingLeaks:
    def books(self, visitor: Visitor, *names: str, email: str = "erna@example.org") -> Any:
        visitor.answer_all(*names, email=email)
        return visitor.post("pruefen")

    def test_a_stranger_does_not_learn_that_somebody_has_booked(self, clock: time_machine.Traveller) -> None:
        """Whether Erna sits here or has booked as much as she may: the page is the same to the letter."""
        seen = make.session()
        limited = make.run(most_bookings=1)
        first, second = limited.sessions.order_by("starts_at")[:2]
        self.books(Visitor(seen), "Erna")
        self.books(Visitor(first), "Erna")
        clock.shift(timedelta(hours=2))
        pages = [
            web.words(self.books(Visitor(target, Client()), "Erna")).replace(target.run.course.title, "")
            for target in (seen, second)
        ]
        assert pages[0] == pages[1]
        for sentence in ("You have booked this already", "You have booked as many dates"):
            assert web.in_german(sentence) not in pages[0]
        booking = Booking.objects.get(session=seen)
        assert booking.code not in pages[0]

    def test_whoever_forgot_gets_the_booking_once_more_by_mail(self, clock: time_machine.Traveller) -> None:
        session = make.session()
        self.books(Visitor(session), "Erna")
        clock.shift(timedelta(hours=2))
        visitor = Visitor(session, Client())
        for _time in range(2):
            assert self.books(visitor, "Erna").status_code == 409
        mails = OutgoingMail.objects.filter(kind="booking_confirmed", recipient="erna@example.org")
        assert mails.count() == 2
        assert Booking.objects.count() == 1

    @pytest.mark.parametrize(
        ("state", "kind"),
        [("waiting", "waiting"), ("held", "confirm_request"), ("requested", "request_received")],
    )
    def test_the_mail_says_how_it_stands(self, state: str, kind: str, clock: time_machine.Traveller) -> None:
        booking = make.book(make.session())
        Booking.objects.filter(pk=booking.pk).update(state=state, waiting_since=make.NOW)
        OutgoingMail.objects.all().delete()
        assert operations.send_again(booking=booking, at=make.NOW)
        assert OutgoingMail.objects.get().kind == kind
        assert not operations.send_again(booking=booking, at=make.in_minutes(59))
        assert operations.send_again(booking=booking, at=make.in_minutes(61))

    def test_an_offer_is_sent_again_as_an_offer(self) -> None:
        session = in_a_week(capacity=1)
        booked = make.book(session)
        waiting = operations.join_waiting_list(
            run=session.run, session=session, party=make.party("Paul"), at=make.NOW
        )
        operations.cancel_booking(booking=booked, at=make.NOW)
        OutgoingMail.objects.all().delete()
        assert operations.send_again(booking=waiting, at=make.NOW)
        assert OutgoingMail.objects.get().kind == "seat_offered"

    def test_in_the_browser_that_booked_just_now_the_booking_is_shown(self) -> None:
        visitor = Visitor(make.session())
        first = self.books(visitor, "Erna")
        assert self.books(visitor, "Erna").headers["Location"] == first.headers["Location"]
        assert OutgoingMail.objects.count() == 1

    def test_whoever_has_only_a_telephone_is_asked_to_call(self) -> None:
        session = make.session()
        for client in (Client(), Client()):
            visitor = Visitor(session, client)
            visitor.people("Erna")
            visitor.contact(phone="05123 45678")
            visitor.needs("")
            response = visitor.post("pruefen")
        assert response.status_code == 409
        assert Booking.objects.count() == 1
        assert not OutgoingMail.objects.exists()

    def test_a_group_that_asks_twice_is_answered_alike(self) -> None:
        session = make.session(groups="ask", capacity=20)
        for client in (Client(), Client()):
            visitor = Visitor(session, client)
            visitor.post("gruppe", {"group_name": "Klasse 7b", "people": "12"})
            visitor.contact("schule@example.org", name="Jutta Lehr")
            visitor.post("vorbereitung", needs(""))
            response = visitor.post("pruefen")
        assert response.status_code == 409
        assert Booking.objects.count() == 1


class TestBadInput:
    @pytest.mark.parametrize(
        "name", ["\u202eErna", "👵🏽 Erna", '=HYPERLINK("x")', "<script>alert(1)</script>", "Erna\nMeier"]
    )
    def test_what_is_no_name_for_machines_is_one_for_us(self, name: str) -> None:
        visitor = Visitor(make.session(min_age=10))
        visitor.people(name, **{**CHILD, "people-0-guardian_name": name})
        visitor.contact("erna@example.org", for_others="on", name=name)
        visitor.needs(name)
        assert b"<script>alert" not in visitor.get("pruefen").content
        assert visitor.post("pruefen").status_code == 302
        kept = Participant.objects.get().name
        assert kept == Guardian.objects.get().name == Booking.objects.get().person.name  # type: ignore[union-attr]
        assert "\n" not in kept
        assert "\u202e" not in kept

    @pytest.mark.parametrize("field", ["people-0-name", "people-0-guardian_name"])
    def test_three_hundred_letters_are_too_many_and_kept_on_the_page(self, field: str) -> None:
        visitor = Visitor(make.session(min_age=10))
        response = visitor.people("Kim", **{**CHILD, field: "x" * 300})
        assert response.status_code == 200
        assert web.page(response).select(f"#id_{field}_error")
        assert web.page(response).select_one(f"[name='{field}']")["value"] == "x" * 300  # type: ignore[index]

    def test_two_tabs_that_add_and_remove_people_book_what_was_said_last(self) -> None:
        visitor = Visitor(make.session())
        visitor.answer_all("Erna", "Paul")
        visitor.people("Erna")
        assert visitor.post("pruefen").status_code == 302
        assert [p.name for p in Participant.objects.all()] == ["Erna"]

    def test_answers_from_before_a_change_of_the_site_are_forgotten_quietly(self) -> None:
        visitor = Visitor(make.session())
        visitor.get()
        session = visitor.client.session
        session["bookings"] = {visitor.base: {"personen": [{"name": "Erna"}], "at": 1}}
        session.save()
        assert typed(visitor.get("personen")) == [""]


class TestCost:
    def test_every_step_asks_the_database_the_same_however_many_come(self) -> None:
        counts: dict[int, list[int]] = {}
        session = make.session(capacity=30)
        make.generation()
        for many in (1, 3):
            names = [f"Gast {number}" for number in range(many)]
            visitor = Visitor(session)
            visitor.answer_all(*names, email=f"gast{many}@example.org")
            visitor.get("personen")
            counts[many] = []
            for step in STEPS:
                with CaptureQueriesContext(connection) as captured:
                    assert visitor.get(step).status_code == 200
                counts[many].append(len(captured))
        assert counts[1] == counts[3] == [9, 9, 9, 9]
