"""The visitor's way to a seat, through the browser's door, and everything that can go wrong on it."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation

from core.models import OutgoingMail
from tests import factories as make
from tests import web
from workshops import operations
from workshops.models import AccessNeed, Booking, CourseRun, Participant, Person, Seat, Session
from workshops.rules import MOST_PEOPLE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


class Visitor:
    """Somebody with a browser who books one thing."""

    def __init__(self, what: Session | CourseRun, client: Client | None = None, prefix: str = "") -> None:
        kind = "termin" if isinstance(what, Session) else "durchgang"
        self.base = f"{prefix}/buchen/{kind}/{what.public_id}/"
        self.client = client or Client()

    def get(self, step: str = "") -> Any:
        return self.client.get(self.url(step))

    def post(self, step: str, data: Any = None, **fields: object) -> Any:
        return self.client.post(self.url(step), data if data is not None else fields)

    def url(self, step: str) -> str:
        return self.base + (f"{step}/" if step else "")

    def people(self, *names: str, **more: object) -> Any:
        return self.post("personen", people(*names, **more))

    def contact(self, email: str = "", phone: str = "", **more: object) -> Any:
        return self.post("kontakt", email=email, phone=phone, **more)

    def needs(self, *texts: str, consent: bool = True) -> Any:
        return self.post("vorbereitung", needs(*texts, consent=consent))

    def answer_all(self, *names: str, email: str = "erna@example.org") -> None:
        """Everything but the last button."""
        names = names or ("Erna Meier",)
        assert self.get().status_code == 302
        assert self.people(*names).headers["Location"] == self.url("kontakt")
        assert self.contact(email).headers["Location"] == self.url("vorbereitung")
        assert self.needs(*[""] * len(names)).headers["Location"] == self.url("pruefen")


def people(*names: str, **more: object) -> dict[str, object]:
    fields: dict[str, object] = {"people-TOTAL_FORMS": len(names), "people-INITIAL_FORMS": 0}
    for number, name in enumerate(names):
        fields[f"people-{number}-name"] = name
        fields[f"people-{number}-generation"] = ""
    return {**fields, **more}


def needs(*texts: str, consent: bool = True) -> dict[str, object]:
    fields: dict[str, object] = {"needs-TOTAL_FORMS": len(texts), "needs-INITIAL_FORMS": 0}
    for number, text in enumerate(texts):
        fields[f"needs-{number}-need"] = text
        if consent and text:
            fields[f"needs-{number}-consent"] = "on"
    return fields


def typed(response: Any, prefix: str = "people") -> list[str]:
    """The names in the inputs of a page."""
    return [
        str(field.get("value", ""))
        for field in web.page(response).select(f"input[name^='{prefix}-'][name$='-name']")
    ]


def nothing_is_booked() -> bool:
    return not any(model.objects.exists() for model in (Booking, Person, Participant, Seat, OutgoingMail))


class TestTheWay:
    def test_a_date_is_booked_in_four_steps(self) -> None:
        generation = make.generation("Ab 60")
        session = make.session(price="12.50")
        visitor = Visitor(session)
        assert visitor.get().headers["Location"] == visitor.url("personen")
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
        assert web.page(visitor.get("pruefen")).select("aside time[datetime]") != []
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
        assert "+4951234567" in web.words(visitor.get("pruefen")).replace(" ", "")
        response = visitor.client.post(visitor.url("pruefen"), follow=True)
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
        content = OutgoingMail.objects.get().content
        assert content is not None
        assert b"Content-Language: en" in bytes(content)

    def test_a_run_that_is_abused_holds_the_seat_until_the_mail_is_answered(self) -> None:
        visitor = Visitor(make.session(hold_until_confirmed=True))
        visitor.answer_all()
        response = visitor.client.post(visitor.url("pruefen"), follow=True)
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


class TestPeople:
    def test_adding_somebody_keeps_what_was_typed_and_judges_nothing(self) -> None:
        visitor = Visitor(make.session())
        visitor.get()
        response = visitor.people("Erna Meier", "", add="1")
        assert response.status_code == 200
        assert typed(response) == ["Erna Meier", "", ""]
        assert not web.page(response).select(".errors, .kern-error")

    def test_removing_somebody_moves_the_others_up(self) -> None:
        generation = make.generation()
        visitor = Visitor(make.session())
        response = visitor.people("Erna", "Paul", "Ida", remove="1", **{"people-2-generation": generation.pk})
        assert typed(response) == ["Erna", "Ida"]
        chosen = web.page(response).select("input[type='radio'][checked]")
        assert [(field["name"], field["value"]) for field in chosen] == [
            ("people-0-generation", ""),
            ("people-1-generation", str(generation.pk)),
        ]

    def test_the_last_person_cannot_be_removed_and_not_everybody_fits_in_one_booking(self) -> None:
        visitor = Visitor(make.session(capacity=30))
        assert typed(visitor.people("Erna", remove="0")) == ["Erna"]
        crowd = [f"Gast {number}" for number in range(MOST_PEOPLE)]
        response = visitor.people(*crowd, add="1")
        assert typed(response) == crowd
        assert not web.page(response).select("button[name='add']")
        assert visitor.people(*crowd).status_code == 302
        assert visitor.people(*crowd, "Noch jemand").status_code == 200

    def test_an_empty_name_gets_a_sentence_beside_it(self) -> None:
        response = Visitor(make.session()).people("Erna Meier", "  ")
        assert response.status_code == 200
        assert typed(response)[0] == "Erna Meier"
        sentence = web.in_german("Please tell us the name of this person.")
        assert sentence in web.page(response).select_one("#id_people-1-name_error").get_text()  # type: ignore[union-attr]
        title = web.page(response).title
        assert title is not None
        assert title.get_text().strip().startswith(web.in_german("Error:"))

    def test_two_people_with_one_name_are_asked_about(self) -> None:
        response = Visitor(make.session()).people("Erna Meier", "erna  meier")
        assert response.status_code == 200
        assert web.page(response).select(".errors")

    @pytest.mark.parametrize(
        ("name", "kept"),
        [
            ("Er\x00na\x07 Meier", "Erna Meier"),
            ("\u202eErna\u2066 Meier\ufeff", "Erna Meier"),
            ("Erna\r\nBcc: x@example.org", "Erna Bcc: x@example.org"),
            ("  Erna \t Meier ", "Erna Meier"),
            ("Zoe\u0308 Müller", "Zoë Müller"),
            ("محمد علي", "محمد علي"),
            ("<b>Erna</b>", "<b>Erna</b>"),
        ],
    )
    def test_a_name_is_kept_on_one_line_without_invisible_signs(self, name: str, kept: str) -> None:
        visitor = Visitor(make.session())
        visitor.answer_all(name)
        page = visitor.get("pruefen")
        assert b"<b>Erna" not in page.content
        visitor.post("pruefen")
        assert Participant.objects.get().name == kept

    def test_a_name_that_is_too_long_is_refused_and_kept(self) -> None:
        response = Visitor(make.session()).people("x" * 121)
        assert response.status_code == 200
        assert typed(response) == ["x" * 121]
        assert web.page(response).select(".kern-error")

    def test_a_generation_that_does_not_exist_gets_a_sentence(self) -> None:
        visitor = Visitor(make.session())
        for generation in (
            "999999",
            "-1",
            "abc",
            "\x00",
            "1e5",
            "9" * 30,
            "9" * 5000,
            "1;2",
            "٣",
        ):
            response = visitor.people("Erna", **{"people-0-generation": generation})
            assert response.status_code == 200, generation
            assert web.page(response).select(".kern-error"), generation
            assert typed(response) == ["Erna"]

    def test_a_tampered_count_of_people_is_answered(self) -> None:
        visitor = Visitor(make.session())
        for total in (
            "",
            "-1",
            "0",
            str(10**9),
            "9" * 5000,
            "abc",
            "\x00",
            "1.5",
            None,
        ):
            for act in (
                {},
                {"add": "1"},
                {"remove": "0"},
            ):
                fields = {**people("Erna"), "people-TOTAL_FORMS": total, **act}
                if total is None:
                    del fields["people-TOTAL_FORMS"]
                response = visitor.post("personen", fields)
                assert response.status_code == 200, fields
                assert len(typed(response)) <= MOST_PEOPLE + 1

    def test_a_tampered_count_of_people_before_is_answered(self) -> None:
        session = make.session()
        for initial in (
            "-5",
            str(10**9),
            "abc",
            "",
            "3",
        ):
            visitor = Visitor(session)
            response = visitor.post("personen", {**people("Erna"), "people-INITIAL_FORMS": initial})
            assert response.status_code in (200, 302)
            assert typed(visitor.get("personen")) in (["Erna"], [""])

    def test_removing_somebody_who_is_not_there_removes_nobody(self) -> None:
        visitor = Visitor(make.session())
        for index in (
            "-1",
            "99",
            "abc",
            "",
            "٣",
            "²",
            "9" * 5000,
        ):
            assert typed(visitor.people("Erna", "Paul", remove=index)) == ["Erna", "Paul"], index

    def test_broken_bytes_become_a_name_that_can_be_read(self) -> None:
        visitor = Visitor(make.session())
        body = (
            "people-TOTAL_FORMS=1&people-INITIAL_FORMS=0&people-0-name=Er"
            + quote_from_bytes(b"\xff\xfe")
            + "na"
        )
        response = visitor.client.post(
            visitor.url("personen"), body, content_type="application/x-www-form-urlencoded"
        )
        assert response.status_code == 302
        assert typed(visitor.get("personen")) == ["Er��na"]

    def test_a_body_that_is_no_form_is_no_error_of_ours(self) -> None:
        visitor = Visitor(make.session())
        for content_type in (
            "multipart/form-data",
            "application/json",
            "text/plain",
        ):
            response = visitor.client.post(visitor.url("personen"), b"{]", content_type=content_type)
            assert response.status_code in (200, 400)


class TestContact:
    def test_one_of_both_is_enough_and_none_is_asked_for(self) -> None:
        visitor = Visitor(make.session())
        visitor.answer_all()
        sentence = web.in_german(
            "Please give an e-mail address or a telephone number. One of them is enough."
        )
        assert sentence in web.words(visitor.contact())
        assert visitor.contact(email="erna@example.org").status_code == 302
        assert visitor.contact(phone="05123 45678").status_code == 302
        assert visitor.contact(email="erna@example.org", phone="05123 45678").status_code == 302

    def test_what_cannot_be_right_gets_a_sentence_and_is_kept(self) -> None:
        visitor = Visitor(make.session())
        visitor.answer_all()
        for email, phone in (
            ("erna", ""),
            ("erna@", ""),
            ("@example.org", ""),
            ("a@b", ""),
            ("erna@example.org\nBcc: x@example.org", ""),
            ("x" * 250 + "@example.org", ""),
            ("\x00@example.org", ""),
            ("", "12"),
            ("", "abc"),
            ("", "0" * 41),
            ("", "+999999999999"),
            ("", "\x00"),
            ("erna@example.org", "12"),
        ):
            response = visitor.contact(email, phone)
            assert response.status_code == 200
            assert web.page(response).select(".kern-error")
            if "\x00" not in email + phone and "\n" not in email:
                fields = web.page(response).select("input[name='email'], input[name='phone']")
                assert [str(field.get("value", "")) for field in fields] == [email, phone]
            assert "erna@example.org" in web.words(visitor.get("pruefen"))

    def test_a_likely_typo_is_asked_about_and_the_answer_counts(self) -> None:
        visitor = Visitor(make.session())
        visitor.answer_all()
        asked = visitor.contact("anna@gmial.com")
        assert asked.status_code == 200
        assert "anna@gmail.com" in web.words(asked)
        buttons = [button["value"] for button in web.page(asked).select("button[name='typo']")]
        assert buttons == ["take", "keep"]
        assert visitor.contact("anna@gmial.com", typo="take").status_code == 302
        assert "anna@gmail.com" in web.words(visitor.get("pruefen"))
        assert visitor.contact("anna@gmial.com", typo="keep").status_code == 302
        assert "anna@gmial.com" in web.words(visitor.get("pruefen"))
        assert visitor.contact("anna@gmial.com", typo="maybe").status_code == 200

    def test_an_address_that_looks_right_is_not_asked_about(self) -> None:
        visitor = Visitor(make.session())
        visitor.answer_all()
        for email in (
            "a@gmail.com",
            "a@gmx.de",
            "a@lindenau.de",
            "a@web.de",
            "a@gmx.net",
        ):
            assert visitor.contact(email).status_code == 302


class TestNeeds:
    def test_a_note_without_consent_is_refused_and_kept_on_the_page_only(self) -> None:
        visitor = Visitor(make.session())
        visitor.answer_all()
        response = visitor.needs("Ich höre schlecht", consent=False)
        assert response.status_code == 200
        assert "Ich höre schlecht" in web.page(response).select_one("textarea").get_text()  # type: ignore[union-attr]
        assert web.page(response).select("#id_needs-0-consent_error")
        assert "Ich höre schlecht" not in str(dict(visitor.client.session))
        visitor.post("pruefen")
        assert not AccessNeed.objects.exists()

    def test_consent_is_never_given_beforehand(self) -> None:
        visitor = Visitor(make.session())
        visitor.answer_all("Erna", "Paul")
        fields = web.page(visitor.get("vorbereitung")).select("input[type='checkbox']")
        assert len(fields) == 2
        assert not any(field.has_attr("checked") for field in fields)

    def test_consent_without_a_note_keeps_nothing(self) -> None:
        visitor = Visitor(make.session())
        visitor.answer_all()
        visitor.post("vorbereitung", {**needs(""), "needs-0-consent": "on"})
        visitor.post("pruefen")
        assert not AccessNeed.objects.exists()

    @pytest.mark.parametrize("total", ["0", "-1", str(10**9), "abc", None])
    def test_a_tampered_count_changes_nothing(self, total: str | None) -> None:
        visitor = Visitor(make.session())
        visitor.answer_all("Erna", "Paul")
        fields = {**needs("Rollstuhl", "Schrift", "Fremd"), "needs-TOTAL_FORMS": total}
        if total is None:
            del fields["needs-TOTAL_FORMS"]
        assert visitor.post("vorbereitung", fields).status_code == 302
        visitor.post("pruefen")
        assert sorted(AccessNeed.objects.values_list("text", flat=True)) == ["Rollstuhl", "Schrift"]

    def test_a_note_that_is_too_long_is_refused_and_lines_are_kept(self) -> None:
        visitor = Visitor(make.session())
        visitor.answer_all()
        assert visitor.needs("x" * 501).status_code == 200
        visitor.needs("Eins\r\n\x07Zwei\u202e\n\n  Drei ")
        visitor.post("pruefen")
        assert AccessNeed.objects.get().text == "Eins\nZwei\nDrei"

    def test_a_note_stays_with_the_person_it_was_told_for(self) -> None:
        visitor = Visitor(make.session())
        visitor.answer_all("Erna", "Paul")
        visitor.needs("Rollstuhl", "")
        visitor.client.post(visitor.url("personen") + "?aendern", people("Paul", "Ida"))
        visitor.post("pruefen")
        assert not AccessNeed.objects.filter(participant__name="Paul").exists()

    def test_changed_people_are_asked_again_what_to_prepare(self) -> None:
        visitor = Visitor(make.session())
        visitor.answer_all("Erna", "Paul")
        visitor.needs("", "Schrift")
        changed = visitor.client.post(visitor.url("personen") + "?aendern", people("Paul", "Ida"))
        assert changed.headers["Location"] == visitor.url("vorbereitung") + "?aendern"
        asked = visitor.client.get(changed.headers["Location"])
        assert [field.get_text().strip() for field in web.page(asked).select("textarea")] == ["Schrift", ""]


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

    def test_the_same_person_is_told_that_they_have_booked_already(self) -> None:
        visitor = Visitor(make.session())
        for _ in range(2):
            visitor.answer_all("Erna", email="erna@example.org")
            response = visitor.post("pruefen")
        assert response.status_code == 409
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
        link = web.page(response).select_one(f"a[href='{visitor.url('personen')}']")
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
        for response in (visitor.get(step), visitor.post(step), visitor.get()):
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

    @pytest.mark.parametrize("state", ["draft", "cancelled", "archived"])
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
