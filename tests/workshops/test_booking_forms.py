"""The questions on the way to a seat: bad input is answered and what was typed is kept."""

from urllib.parse import quote_from_bytes

import pytest

from tests import factories as make
from tests import web
from tests.workshops.visitor import Visitor, needs, people, typed
from workshops.models import AccessNeed, Participant
from workshops.rules import MOST_PEOPLE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


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
