"""Everything under one e-mail address: asking for the link, what it opens, the export, the erasure."""

import email
import email.policy
import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core import mail as outbox
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import due
from core.links import mask
from core.mail import write_due
from core.models import AuditEntry, HouseSettings, OutgoingMail
from tests import factories as make
from tests import web
from tests.workshops.waiting_list import offered
from workshops import operations
from workshops.forms import readable_phone
from workshops.models import (
    AccessNeed,
    Booking,
    Call,
    Guardian,
    Offer,
    Participant,
    Person,
    RunChoice,
    RunQuestion,
    Seat,
    Session,
)
from workshops.operations import Charge, Guest
from workshops.people import LINK_HOLDS, link_token, opens, people_at
from workshops.retention import erase_booking

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

ASK = "/meine-buchungen/"
ERNA = "erna@example.org"
PAGES = ("mine_list", "mine_kept", "mine_export", "mine_erase")
SECOND = timedelta(seconds=1)


def ask(address: str = ERNA, client: Client | None = None, path: str = ASK) -> Any:
    return (client or Client()).post(path, {"email": address})


def url(name: str, person: Person, token: str | None = None) -> str:
    return reverse(f"workshops:{name}", args=[person.public_id, token or link_token(person, at=make.NOW)])


def newest_mail() -> str:
    content = OutgoingMail.objects.filter(kind="own_link").order_by("pk").last().content  # type: ignore[union-attr]
    return text_of(bytes(content or b""))


def text_of(content: bytes) -> str:
    message = email.message_from_bytes(content, policy=email.policy.default)
    return str(message.get_body(("plain",)).get_content())  # type: ignore[union-attr]


def mailed_path() -> str:
    [found] = re.findall(r"https://\S+/meine-buchungen/\S+", newest_mail())
    return urlsplit(found).path


def person_of(booking: Booking) -> Person:
    assert booking.person is not None
    return booking.person


def link_mails() -> int:
    return OutgoingMail.objects.filter(kind="own_link").count()


def everything() -> list[list[dict[str, Any]]]:
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


class TestAskingForTheLink:
    def test_a_known_address_gets_a_mail_with_the_link(self) -> None:
        booking = make.book(make.session(), "Erna Meier", email=ERNA)
        assert ask().status_code == 302
        row = OutgoingMail.objects.get(kind="own_link")
        assert row.recipient == ERNA
        assert "Erna Meier" in newest_mail()
        assert booking.code in web.words(Client().get(mailed_path()))

    def test_nothing_is_written_for_an_unknown_address(self) -> None:
        make.book(make.session(), email=ERNA)
        before = everything()
        assert ask("fremd@example.org").status_code == 302
        assert everything() == before

    def test_known_and_unknown_addresses_get_the_same_answer_to_the_byte(self) -> None:
        make.book(make.session(), email=ERNA)
        answers = []
        for address in (ERNA, "fremd@example.org"):
            client = Client()
            posted = ask(address, client)
            page = client.get(posted["Location"])
            answers.append(
                (
                    posted.status_code,
                    posted.content,
                    dict(posted.headers),
                    page.status_code,
                    page.content,
                    dict(page.headers),
                    dict(client.cookies),
                )
            )
        assert answers[0] == answers[1]
        assert not answers[0][-1]

    def test_known_unknown_and_refused_addresses_cost_the_same_reads_and_writes(self) -> None:
        make.book(make.session(), email=ERNA)
        ask("warm@example.org")
        asked = []
        for address in (ERNA, "fremd@example.org", ERNA, ERNA, ERNA):
            with CaptureQueriesContext(connection) as queries:
                ask(address)
            asked.append([query["sql"].split()[0] for query in queries.captured_queries])
        assert asked[0].count("INSERT") == 1
        assert asked.count(asked[0]) == len(asked)
        assert link_mails() == 1

    def test_a_fresh_link_takes_the_place_of_one_still_waiting(self, clock: time_machine.Traveller) -> None:
        make.book(make.session(), email=ERNA)
        ask()
        clock.shift(60)
        ask()
        assert link_mails() == 1
        due.do_all(at=make.in_minutes(2))
        ask()
        assert set(OutgoingMail.objects.filter(kind="own_link").values_list("state", flat=True)) == {
            "sent",
            "waiting",
        }

    def test_an_address_gets_three_links_an_hour_and_the_answer_stays_the_same(
        self, clock: time_machine.Traveller
    ) -> None:
        make.book(make.session(), email=ERNA)
        answers = []
        for _time in range(5):
            answers.append(ask().headers["Location"])
            due.do_all(at=make.NOW)
        assert link_mails() == 3
        assert len(set(answers)) == 1
        ask("ERNA@EXAMPLE.ORG")
        assert link_mails() == 3
        clock.shift(timedelta(hours=1, seconds=1))
        ask()
        assert link_mails() == 4

    @pytest.mark.parametrize("typed", ["Erna@Example.ORG", "  erna@example.org \n", "ERNA@EXAMPLE.ORG"])
    def test_capitals_and_stray_space_do_not_matter_and_the_mail_goes_where_it_always_went(
        self, typed: str
    ) -> None:
        make.book(make.session(), email=ERNA)
        ask(typed)
        assert OutgoingMail.objects.get(kind="own_link").recipient == ERNA

    def test_an_address_booked_in_capitals_is_found_in_small_letters(self) -> None:
        make.book(make.session(), email="Erna.Meier@Example.ORG")
        ask("erna.meier@example.org")
        assert OutgoingMail.objects.get(kind="own_link").recipient == "Erna.Meier@Example.ORG"

    def test_a_letter_that_only_looks_alike_is_another_address(self) -> None:
        make.book(make.session(), email="susi@example.org")
        for look_alike in ("ſuſi@example.org", "susı@example.org", "s_si@example.org", "%@example.org"):
            ask(look_alike)
            assert people_at(look_alike) == []
        assert link_mails() == 0
        assert people_at("") == []

    @pytest.mark.parametrize(
        "typed",
        [
            "",
            "erna",
            "erna@",
            "erna@example.org\nBcc: alle@example.org",
            "erna@example.org\r\nBcc: alle@example.org",
            "erna@example.org, paul@example.org",
            f"{'e' * 300}@example.org",
            "🦊@example.org",
            "erna@exa\x00mple.org",
            "\u202eerna@example.org",
            "=erna",
        ],
    )
    def test_what_is_no_address_gets_a_sentence_and_keeps_what_was_typed(self, typed: str) -> None:
        make.book(make.session(), email=ERNA)
        response = ask(typed)
        assert response.status_code == 200
        page = web.page(response)
        assert page.select("[role='alert'] a[href='#id_email']")
        assert page.title is not None
        assert page.title.get_text().startswith(web.in_german("Error:"))
        assert link_mails() == 0

    def test_somebody_with_a_telephone_only_is_told_whom_to_call(self) -> None:
        HouseSettings.objects.update_or_create(pk=1, defaults={"phone": "05123 4567"})
        for path in (ASK, f"{ASK}?unterwegs"):
            assert "05123 4567" in web.words(Client().get(path))

    def test_it_needs_no_cookie_and_no_javascript(self) -> None:
        client = Client(enforce_csrf_checks=True)
        client.get(ASK)
        assert client.post(ASK, {"email": ERNA}, headers={"origin": "null"}).status_code == 302
        assert not client.cookies

    def test_it_is_found_from_every_page_and_from_a_link_that_opens_nothing(self) -> None:
        booking = make.book(make.session(), email=ERNA)
        assert web.page(Client().get("/programm/")).select(f"footer a[href='{ASK}']")
        gone = Client().get(reverse("workshops:booking", args=[booking.public_id, "x" * 22]))
        assert web.page(gone).select(f"main a[href='{ASK}']")
        write_due(make.NOW)
        content = OutgoingMail.objects.get(kind="booking_confirmed").content
        assert f"https://werkstatt.example.org{ASK}" in text_of(bytes(content or b""))

    def test_mail_and_link_speak_the_language_of_whoever_booked(self) -> None:
        make.book(make.session(), email=ERNA, language="en")
        ask()
        assert "everything that was booked with your e-mail address" in newest_mail()
        assert mailed_path().startswith("/en/meine-buchungen/")


class TestTheLink:
    @pytest.mark.parametrize("name", PAGES)
    def test_it_holds_for_an_hour(self, name: str, clock: time_machine.Traveller) -> None:
        person = person_of(make.book(make.session(), email=ERNA))
        link = url(name, person)
        clock.shift(LINK_HOLDS - SECOND)
        assert Client().get(link).status_code == 200
        clock.shift(SECOND)
        for response in (Client().get(link), Client().post(link)):
            assert response.status_code in (404, 405)
        gone = web.page(Client().get(link))
        assert gone.select(f"form[action='{ASK}'] input[name='email']")

    @pytest.mark.parametrize("name", PAGES)
    def test_cut_guessed_and_swapped_tokens_open_nothing(self, name: str) -> None:
        mine = make.book(make.session(), email=ERNA)
        other = make.book(make.session(), email="paul@example.org")
        person = person_of(mine)
        right = link_token(person, at=make.NOW)
        issued, _dash, signature = right.partition("-")
        wrong = [
            right[:-1],
            right + "A",
            right.upper(),
            "0" + right,
            "+" + right,
            signature,
            issued,
            f"{issued}-",
            f"-{signature}",
            f"zzzzzz-{signature}",
            f"{'z' * 20}-{signature}",
            "x",
            "ü" * 9,
            "١-" + signature,
            mine.token,
            mine.confirm_token,
            link_token(person_of(other), at=make.NOW),
            link_token(person, at=make.NOW + timedelta(hours=1)),
        ]
        before = everything()
        for token in wrong:
            for response in (Client().get(url(name, person, token)), Client().post(url(name, person, token))):
                assert response.status_code in (404, 405), token
                assert mine.code not in response.content.decode()
        assert everything() == before

    def test_the_link_opens_no_booking_and_a_bookings_link_opens_no_list(self) -> None:
        booking = make.book(make.session(), email=ERNA)
        token = link_token(person_of(booking), at=make.NOW)
        assert Client().get(reverse("workshops:booking", args=[booking.public_id, token])).status_code == 404
        swapped = reverse("workshops:mine_list", args=[booking.public_id, booking.token])
        assert Client().get(swapped).status_code == 404

    def test_it_dies_with_a_change_of_the_address(self) -> None:
        person = person_of(make.book(make.session(), email=ERNA))
        link = url("mine_list", person)
        Person.objects.update(email="neu@example.org")
        assert Client().get(link).status_code == 404

    def test_somebody_with_a_telephone_only_has_no_link(self) -> None:
        person = person_of(make.book(make.session(), email="", phone="+4951234567"))
        other = person_of(make.book(make.session(), email="", phone="+4951239999"))
        assert "5123" not in Client().get(url("mine_list", person)).content.decode()
        assert readable_phone(other.phone) not in Client().get(url("mine_kept", person)).content.decode()

    @pytest.mark.parametrize("name", PAGES)
    @pytest.mark.parametrize("wrong", [False, True])
    def test_nothing_of_it_gets_into_caches_search_engines_referrers_or_logs(
        self, name: str, wrong: bool
    ) -> None:
        person = person_of(make.book(make.session(), email=ERNA))
        response = Client().get(url(name, person, "1-" + "x" * 22 if wrong else None))
        assert response.status_code == (404 if wrong else 200)
        assert response["Referrer-Policy"] == "no-referrer"
        assert "noindex" in response["X-Robots-Tag"]
        for directive in ("no-store", "private"):
            assert directive in response["Cache-Control"]
        assert not response.cookies
        token = link_token(person, at=make.NOW)
        assert token not in mask(f"Not Found: /en{url(name, person, token)}")

    @pytest.mark.parametrize("name", PAGES)
    @pytest.mark.parametrize("method", ["get", "head"])
    def test_opening_it_changes_nothing(self, name: str, method: str) -> None:
        person = person_of(make.book(make.session(), email=ERNA))
        before = everything()
        assert getattr(Client(), method)(url(name, person)).status_code == 200
        assert everything() == before

    def test_what_only_reads_takes_no_post(self) -> None:
        person = person_of(make.book(make.session(), email=ERNA))
        for name in ("mine_list", "mine_kept", "mine_export"):
            assert Client().post(url(name, person)).status_code == 405

    def test_the_signature_says_the_time_it_was_made(self) -> None:
        person = person_of(make.book(make.session(), email=ERNA))
        later = make.NOW + timedelta(minutes=30)
        token = link_token(person, at=later)
        assert not opens(person, token, at=make.NOW)
        assert opens(person, token, at=later)
        assert opens(person, token, at=later + LINK_HOLDS - SECOND)
        assert not opens(person, token, at=later + LINK_HOLDS)


class TestTheList:
    def test_it_shows_what_lies_ahead_and_what_is_over_of_everybody_at_the_address(
        self, clock: time_machine.Traveller
    ) -> None:
        past = make.book(make.session(course=make.course("Gestern")), "Erna Meier", email=ERNA)
        late, soon = (
            make.book(
                make.session(course=make.course(title), first_date=make.NOW.date() + timedelta(days=days)),
                name,
                email=ERNA,
            )
            for title, days, name in (("Spaeter", 60, "Erna Meier"), ("Bald", 30, "Paul Meier"))
        )
        cancelled = make.book(make.session(course=make.course("Doch nicht")), email="Erna@Example.org")
        operations.cancel_booking(booking=cancelled, at=make.NOW)
        foreign = make.book(make.session(course=make.course("Fremd")), email="fremd@example.org")
        clock.shift(timedelta(days=10))
        ask()
        page = Client().get(mailed_path())
        document = web.page(page)
        coming, over = (
            [str(a["href"]) for a in document.select(f"section[aria-labelledby='{name}'] h3 a")]
            for name in ("kommend", "vorbei")
        )
        own = {
            b: reverse("workshops:booking", args=[b.public_id, b.token])
            for b in (past, late, soon, cancelled)
        }
        assert coming == [own[soon], own[late]]
        assert set(over) == {own[past], own[cancelled]}
        said = web.words(page)
        for booking in own:
            assert booking.code in said
        assert foreign.code not in said
        assert "Fremd" not in said
        for link in own.values():
            assert Client().get(link).status_code == 200

    def test_each_state_is_said(self) -> None:
        held = make.book(make.session(hold_until_confirmed=True), email=ERNA)
        cancelled = make.book(make.session(), email=ERNA)
        operations.cancel_booking(booking=cancelled, at=make.NOW)
        cancelled.refresh_from_db()
        said = web.words(Client().get(url("mine_list", person_of(held)))).casefold()
        for booking in (held, cancelled):
            assert str(booking.get_state_display()).casefold() in said

    def test_a_booking_without_dates_lies_ahead_until_it_has_ended(self) -> None:
        """As one on a waiting list may be."""
        booking = make.book(make.session(), email=ERNA)
        Seat.objects.all().delete()
        page = web.page(Client().get(url("mine_list", person_of(booking))))
        assert booking.code in page.select_one("section[aria-labelledby='kommend']").get_text()  # type: ignore[union-attr]

    def test_erased_bookings_are_gone(self) -> None:
        keeps, goes = (make.book(make.session(), email=ERNA) for _ in range(2))
        erase_booking(booking_id=goes.pk, at=make.NOW)
        said = web.words(Client().get(url("mine_list", person_of(keeps))))
        assert keeps.code in said
        assert goes.code not in said

    @pytest.mark.parametrize(("name", "queries"), [("mine_list", 12), ("mine_kept", 13), ("mine_erase", 12)])
    @pytest.mark.parametrize("count", [1, 3])
    def test_it_takes_the_same_queries_for_one_booking_and_for_many(
        self, name: str, queries: int, count: int, django_assert_num_queries: Any
    ) -> None:
        for number in range(count):
            session = make.session(course=make.course(f"Angebot {number}"))
            made = make.book(
                session, guests=[Guest("Erna Meier", need="Licht"), Guest(f"Paul {number}")], email=ERNA
            )
        link = url(name, person_of(made))
        Client().get(link)
        with django_assert_num_queries(queries):
            Client().get(link)


NEED = "Bitte einen Platz nah an der Tafel"


def couple() -> list[Booking]:
    """Two people at one address: she has booked for both, he for himself."""
    hers = make.book(
        make.session(price="12.50", material_cost="3.00"),
        guests=[Guest("Erna Meier", make.generation("Ab 60").pk, need=NEED), Guest("Paul Meier")],
        email=ERNA,
        phone="+4951234567",
    )
    return [hers, make.book(make.session(), "Paul Meier", email=ERNA)]


class TestTheExport:
    def kept(self, person: Person) -> Any:
        response = Client().get(url("mine_export", person))
        assert response["Content-Type"] == "application/json"
        assert response["Content-Disposition"].startswith("attachment")
        return json.loads(response.content)

    def test_it_holds_all_we_keep(self) -> None:
        hers, his = couple()
        due.do_all(at=make.NOW)
        kept = self.kept(person_of(hers))
        assert {person["name"] for person in kept["people"]} == {"Erna Meier", "Paul Meier"}
        assert {person["email"] for person in kept["people"]} == {ERNA}
        by_code = {booking["code"]: booking for booking in kept["bookings"]}
        assert set(by_code) == {hers.code, his.code}
        booking = by_code[hers.code]
        assert (booking["price_per_person"], booking["material_per_person"]) == ("12.50", "3.00")
        assert (booking["state"], booking["channel"]) == ("confirmed", "web")
        assert booking["booked_at"] == "2027-01-11T09:00:00Z"
        erna, paul = booking["participants"]
        assert (erna["name"], erna["generation"], erna["to_prepare"]) == ("Erna Meier", "Ab 60", NEED)
        assert erna["consent_given_at"] == "2027-01-11T09:00:00Z"
        assert (paul["to_prepare"], paul["consent_given_at"]) == ("", None)
        assert erna["dates"][0]["starts_at"] == "2027-01-13T13:00:00Z"
        assert {(mail["kind"], mail["state"], mail["to"]) for mail in kept["messages"]} == {
            ("booking_confirmed", "sent", ERNA)
        }
        assert {(entry["what"], entry["by"]) for entry in kept["log"]} == {("book", "visitor")}

    def test_it_knows_every_field_in_which_people_are_described(self) -> None:
        """A field that is new must be told to people too, or be named here."""
        ours = {
            "id", "public_id", "person", "run", "booking", "participant", "session", "link_version",
            "submission_key", "erased_at", "passed_over", "passed_told_at", "part_of", "follows",
        }  # fmt: skip
        told = {
            Person: {"name", "email", "phone", "language", "created_at"},
            Booking: {
                "code", "state", "channel", "created_at", "hold_until", "confirmed_at", "ended_at", "price",
                "material_cost", "group_name", "waiting_since", "in_parts", "wants_next_run", "asked_at",
                "asked_again_at", "coming_at", "reminded_at",
            },
            Participant: {"name", "generation", "is_carer"},
            Guardian: {"name", "phone", "goes_home_alone", "agrees_to_tandem"},
            AccessNeed: {"text", "wheelchair", "hearing_loop", "consented_at"},
            Seat: {"state"},
            Offer: {"state", "made_at", "reached_at", "deadline", "last_call", "ended_at"},
            Call: {"about", "about_id", "reached", "by", "at"},
        }  # fmt: skip
        for model, fields in told.items():
            assert {field.name for field in model._meta.local_fields} - ours == fields, model

    def test_nobody_elses_data_is_in_it(self) -> None:
        hers, _his = couple()
        other = make.book(hers.run.sessions.get(), "Ida Kunz", email="ida@example.org")
        for name in ("mine_export", "mine_kept"):
            said = Client().get(url(name, person_of(hers))).content.decode()
            assert hers.code in said
            assert "Kunz" not in said
            assert other.code not in said

    def test_the_page_to_print_says_the_same_in_words(self) -> None:
        hers, his = couple()
        response = Client().get(url("mine_kept", person_of(hers)))
        said = web.words(response)
        for told in (
            hers.code,
            his.code,
            "Erna Meier",
            "Paul Meier",
            ERNA,
            "05123 4567",
            "Ab 60",
            NEED,
            "12,50",
        ):
            assert told in said
        assert web.page(response).select("button[data-print][hidden]")

    def test_the_page_leaves_nothing_out_that_the_file_tells_of_people(self) -> None:
        room = make.room(wheelchair_places=2, loop_sets=2)
        session = make.session(min_age=10, max_age=17, groups="book", room=room)
        question = RunQuestion.objects.create(run=session.run, text="Welches Telefon?")
        phone = RunChoice.objects.create(question=question, text="Ich leihe eines")
        guests = [
            Guest(
                "Mia Brandt",
                wheelchair=True,
                hearing_loop=True,
                choices=[phone.pk],
                guardian=Charge("Jana Brandt", "+491761234567", goes_home_alone=True),
            ),
            Guest("Hilde Brandt", is_carer=True),
        ]
        booking = make.book(session, guests=guests, email=ERNA)
        said = web.words(Client().get(url("mine_kept", person_of(booking))))
        for told in ("Ich leihe eines", "Jana Brandt", "0176 1234567", "Deutsch"):
            assert told in said
        for words in (
            "wheelchair place",
            "hearing loop set",
            "May go home alone",
            "accompanies somebody, without a seat",
        ):
            assert web.in_german(words) in said

    def test_the_page_tells_of_waiting_offers_calls_and_questions(self) -> None:
        booking = offered("Mia", email=ERNA)
        Call.objects.create(booking=booking, about=Call.About.OFFER, reached=True, at=make.NOW)
        Booking.objects.filter(pk=booking.pk).update(
            asked_at=make.NOW,
            asked_again_at=make.NOW,
            coming_at=make.NOW,
            reminded_at=make.NOW,
            in_parts=True,
            group_name="Klasse 7b",
        )
        said = web.words(Client().get(url("mine_kept", person_of(booking))))
        assert "Klasse 7b" in said
        for words in (
            "Waiting list",
            "You come in parts.",
            "You wish to be asked first for the next run.",
            "Seats offered to you",
            "Calls to you",
            "Asked again:",
            "You said that you come:",
            "Reminded",
        ):
            assert web.in_german(words) in said


class TestErasing:
    def test_the_page_says_what_will_happen_and_does_nothing(self) -> None:
        hers, his = couple()
        page = Client().get(url("mine_erase", person_of(hers)))
        said = web.words(page)
        for told in (hers.code, his.code, "Erna Meier", "Paul Meier"):
            assert told in said
        assert len(web.page(page).select("main form[method='post'] button[type='submit']")) == 1
        assert Booking.objects.filter(erased_at=None).count() == 2

    def test_everything_is_gone_and_the_seats_are_free(self) -> None:
        hers, his = couple()
        person, link = person_of(hers), url("mine_erase", person_of(hers))
        ask()
        response = Client().post(link)
        assert response["Location"] == f"{ASK}?geloescht"
        assert Client().get(response["Location"]).status_code == 200
        for booking in (hers, his):
            booking.refresh_from_db()
            assert (booking.state, booking.person, booking.erased_at) == ("cancelled", None, make.NOW)
            session = booking.run.sessions.get()
            assert session.seats_taken == 0
            assert make.taken_matches_rows(booking.run)
            make.book(session, "Ida Kunz")
        assert not Person.objects.filter(email=ERNA).exists()
        assert not AccessNeed.objects.exists()
        assert set(Participant.objects.filter(booking__in=[hers, his]).values_list("name", flat=True)) == {""}
        for name in PAGES:
            assert Client().get(url(name, person)).status_code == 404

    def test_only_one_last_mail_goes_out_and_no_note_of_it_stays(self) -> None:
        hers, _his = couple()
        ask()
        Client().post(url("mine_erase", person_of(hers)))
        waiting = OutgoingMail.objects.get()
        assert (waiting.kind, waiting.recipient, waiting.subject_id) == ("people_erased", ERNA, "")
        outbox.outbox.clear()
        due.do_all(at=make.NOW)
        assert [message.to for message in outbox.outbox] == [[ERNA]]
        assert not OutgoingMail.objects.exists()

    def test_no_trace_of_the_people_stays_in_the_database(self) -> None:
        hers, _his = couple()
        Client().post(url("mine_erase", person_of(hers)))
        due.do_all(at=make.NOW)
        rows = json.dumps(everything(), default=str, ensure_ascii=False)
        for word in ("Erna", "Paul", "Meier", ERNA, "51234567", NEED):
            assert word not in rows
        [entry, *_more] = AuditEntry.objects.filter(verb="erase_person")
        assert entry.actor == AuditEntry.Actor.VISITOR

    def test_twice_is_as_good_as_once(self) -> None:
        hers, _his = couple()
        people = people_at(ERNA)
        assert operations.erase_people(people=people, at=make.NOW) == 2
        before = everything()
        assert operations.erase_people(people=people, at=make.NOW + SECOND) == 0
        assert Client().post(url("mine_erase", person_of(hers))).status_code == 404
        assert everything() == before

    def test_dates_that_are_over_stay_as_numbers(self, clock: time_machine.Traveller) -> None:
        run = make.run(booking_mode="series")
        booking = make.book_series(run, "Erna Meier", email=ERNA)
        clock.shift(timedelta(days=3))
        assert operations.erase_people(people=people_at(ERNA), at=make.NOW + timedelta(days=3)) == 1
        booking.refresh_from_db()
        assert booking.state == Booking.State.CANCELLED
        first, *later = run.sessions.order_by("starts_at")
        assert first.seats_taken == 1
        assert [session.seats_taken for session in later] == [0, 0]

    def test_a_booking_that_is_over_keeps_its_state(self, clock: time_machine.Traveller) -> None:
        booking = make.book(make.session(), email=ERNA)
        operations.erase_people(people=people_at(ERNA), at=make.NOW + timedelta(days=10))
        booking.refresh_from_db()
        assert booking.state == Booking.State.CONFIRMED
        assert booking.run.sessions.get().seats_taken == 1

    def test_a_held_seat_is_given_back(self) -> None:
        booking = make.book(make.session(hold_until_confirmed=True), email=ERNA)
        operations.erase_people(people=people_at(ERNA), at=make.NOW)
        booking.refresh_from_db()
        assert booking.state == Booking.State.CANCELLED
        assert booking.run.sessions.get().seats_taken == 0

    def test_others_stay_who_they_are(self) -> None:
        session = make.session()
        make.book(session, "Erna Meier", email=ERNA)
        other = make.book(session, "Erna Meier", email="erna.meier@example.org")
        operations.erase_people(people=people_at(ERNA), at=make.NOW)
        other.refresh_from_db()
        assert (other.state, person_of(other).name) == (Booking.State.CONFIRMED, "Erna Meier")
        assert OutgoingMail.objects.filter(subject_id=str(other.public_id)).exists()

    def test_whoever_books_again_is_somebody_new_and_the_old_link_stays_dead(self) -> None:
        session = make.session()
        old = url("mine_list", person_of(make.book(session, "Erna Meier", email=ERNA)))
        operations.erase_people(people=people_at(ERNA), at=make.NOW)
        again = make.book(session, "Erna Meier", email=ERNA)
        assert Client().get(old).status_code == 404
        assert Client().get(url("mine_list", person_of(again))).status_code == 200

    def test_the_team_erases_somebody_without_e_mail(self) -> None:
        user = make.staff("Kursteam")
        first, second = (
            make.book(make.session(), "Ida Kunz", email="", phone="+4951234567") for _ in range(2)
        )
        team = web.signed_in(user)
        address = f"/admin/booking/inspect/{first.pk}/"
        assert second.code in web.page(team.get(address)).get_text()
        assert team.post(address, {"act": "erase"}).status_code == 302
        for booking in (first, second):
            booking.refresh_from_db()
            assert booking.erased_at is not None
        assert not Person.objects.exists()
        assert AuditEntry.objects.get(verb="erase_person").user == user
        assert not OutgoingMail.objects.exists()
        assert team.post(address, {"act": "erase"}).status_code == 302
        assert 'value="erase"' not in team.get(address).content.decode()

    def test_whoever_may_only_look_erases_nobody(self) -> None:
        booking = make.book(make.session(), "Ida Kunz")
        web.signed_in(make.staff("Redaktion")).post(f"/admin/booking/inspect/{booking.pk}/", {"act": "erase"})
        booking.refresh_from_db()
        assert booking.erased_at is None
