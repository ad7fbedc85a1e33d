"""The house's own words for its mails: what editors may write, what becomes of it, and the pages they write it on."""

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.template.loader import get_template
from django.template.loader_tags import BlockNode
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.roles import ADMINISTRATORS, COURSE_TEAM, EDITORS, FACILITATORS
from core import mail
from core.models import MessageWording, OutgoingMail
from core.wording import ALWAYS, PLACEHOLDERS, Message, Own, declare, declared, fill, problems
from tests import factories as make
from tests import web

TEMPLATES = settings.BASE_DIR / "templates" / "emails"
KINDS = sorted(declared())
LANGUAGES = [code for code, _name in settings.LANGUAGES]
LIST = "/admin/messagewording/"
CONFIRMED = f"{LIST}booking_confirmed/de/"


def rendered(kind: str, language: str = "de", **own: str) -> mail.Rendered:
    with translation.override(language):
        sample = declared()[kind].sample()
    return mail.render(kind, language=language, context=sample.context, words=sample.words, own=Own(**own))


def text_of(html: str) -> str:
    main = BeautifulSoup(html, "html.parser").main
    assert main is not None
    return " ".join(main.get_text(" ").split())


# Every kind -------------------------------------------------------------------------------------------


def test_every_mail_there_are_templates_for_is_declared_and_the_other_way_round() -> None:
    for end in ("_subject.txt", "_body.txt", "_body.html"):
        kinds = {path.name.removesuffix(end) for path in TEMPLATES.glob(f"*{end}")} - {"base"}
        assert kinds == set(KINDS), end


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_looked_at_and_leaves_nothing_open(kind: str, language: str) -> None:
    everything = " ".join(f"{{{name}}}" for name in declared()[kind].allowed)
    for own in ({}, {"subject": everything, "opening": f"{everything}\n\nUnd noch etwas."}):
        shown = rendered(kind, language, **own)
        for part in (shown.subject, shown.text, text_of(shown.html)):
            assert part.strip()
            assert not re.search(r"[{}]|%\(|None|\bTrue\b|<built-in", part), part
        assert "\n" not in shown.subject


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_a_sample_has_a_word_for_every_placeholder_and_reads_no_row(kind: str) -> None:
    with CaptureQueriesContext(connection) as asked, translation.override("de"):
        sample = declared()[kind].sample()
    assert len(asked) == 0
    own = set(declared()[kind].allowed) - {"haus", "telefon"}
    assert own <= sample.words.keys()
    assert all(sample.words[name] for name in own)


@pytest.mark.parametrize("kind", KINDS)
def test_every_mail_keeps_what_must_be_said_apart_from_its_opening(kind: str) -> None:
    for end in ("_body.txt", "_body.html"):
        template = get_template(f"emails/{kind}{end}").template  # type: ignore[attr-defined]
        assert {"opening", "body"} <= {node.name for node in template.nodelist.get_nodes_by_type(BlockNode)}


ABOUT_NO_COURSE = {"own_link", "people_erased"}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_an_own_opening_replaces_the_houses_and_nothing_else(kind: str) -> None:
    with translation.override("de"):
        sample = declared()[kind].sample()
    delivered = mail.as_delivered(kind, language="de", context=sample.context)
    before, after = rendered(kind), rendered(kind, opening="Ganz eigene Worte.")
    assert delivered.subject == before.subject == after.subject
    assert delivered.opening in before.text
    assert before.text.replace(delivered.opening, "Ganz eigene Worte.") == after.text
    assert "Ganz eigene Worte." in text_of(after.html)
    links = [
        [a["href"] for a in BeautifulSoup(shown.html, "html.parser").find_all("a")]
        for shown in (before, after)
    ]
    assert links[0] == links[1]
    # Whatever an editor writes, the mail still says which course it is about.
    if kind not in ABOUT_NO_COURSE:
        assert sample.words["kurs"] in after.text.partition("Ganz eigene Worte.")[2]


def test_a_message_cannot_name_a_placeholder_that_does_not_exist() -> None:
    message = declared()["booking_confirmed"]
    with pytest.raises(LookupError, match="adresse"):
        declare(Message(kind="x", title="x", when="x", placeholders=("adresse",), sample=message.sample))
    assert "x" not in declared()


# Filling in -------------------------------------------------------------------------------------------


def test_what_is_put_in_is_not_read_again() -> None:
    words = {"name": "{code} {{ name }} %(x)s {0.__class__}", "code": "geheim"}
    assert fill("Hallo {name}!", words) == f"Hallo {words['name']}!"


@pytest.mark.parametrize(
    ("written", "becomes"),
    [
        ("{name}", "Erna"),
        ("{ Name }", "Erna"),
        ("{NAME}{name}", "ErnaErna"),
        ("{code}", ""),
        ("{name.__class__}", "{name.__class__}"),
        ("{0}", "{0}"),
        ("{{ name }}", "{Erna}"),
        ("{% debug %}", "{% debug %}"),
        ("%(name)s $name", "%(name)s $name"),
    ],
)
def test_only_known_placeholders_mean_something(written: str, becomes: str) -> None:
    assert fill(written, {"name": "Erna"}) == becomes


@pytest.mark.parametrize(
    ("written", "near"),
    [("{nmae}", "{name}"), ("{Kursnummer}", "{nummer}"), ("{telefn}", "{telefon}"), ("{tremin}", "{termin}")],
)
def test_a_misspelt_placeholder_is_named_with_the_one_that_was_meant(written: str, near: str) -> None:
    [sentence] = problems(f"Am {written} um", tuple(PLACEHOLDERS))
    assert written in sentence
    assert near in sentence


def test_where_none_is_near_or_the_message_lacks_it_all_are_named() -> None:
    for written in ("{xyzqw}", "{code}", "{}", "{name.__class__.__mro__}"):
        [sentence] = problems(written, ALWAYS)
        assert written in sentence
    assert all(f"{{{name}}}" in problems("{code}", ALWAYS)[0] for name in ALWAYS)


@pytest.mark.parametrize("text", ["{name", "name}", "{{name}}", "{na\nme}", "}{"])
def test_a_bracket_that_stands_alone_is_refused(text: str) -> None:
    assert problems(text, ALWAYS)


def test_what_is_right_is_not_complained_about() -> None:
    assert problems("Hallo {name}, { Haus } und {TELEFON}: 50 % (ja) <b>", ALWAYS) == []


# In a mail --------------------------------------------------------------------------------------------


def sent(language: str = "de", name: str = "Erna Meier") -> mail.Rendered:
    booking = make.book(make.session(), name, email="erna@example.org", language=language)
    mail.write_due(make.NOW)
    row = OutgoingMail.objects.get(subject_id=str(booking.public_id))
    message = mail.FinishedMessage(bytes(row.content or b""), row.recipient).parsed
    return mail.Rendered(
        subject=str(message["Subject"]),
        text=message.get_body(("plain",)).get_content(),  # type: ignore[attr-defined]
        html=message.get_body(("html",)).get_content(),  # type: ignore[attr-defined]
    )


@pytest.mark.django_db
def test_an_editors_words_go_out_in_the_readers_language_only() -> None:
    MessageWording.objects.create(
        kind="booking_confirmed",
        language="de",
        subject="Bis bald, {name}",
        opening="Schön, dass Sie zu {kurs} kommen.\n\nIhr Code ist {code}.\nBis {termin} in {ort}!",
    )
    german, english = sent(), sent("en")
    assert german.subject == "Bis bald, Erna Meier"
    for part in (german.text, text_of(german.html)):
        assert "Schön, dass Sie zu Smartphone-Sprechstunde kommen." in part
        assert re.search(r"Bis Mittwoch, 13\. Januar 2027, 14:00 in Alte Post, Werkraum!", part)
        assert "Ihr Platz ist gebucht" not in part
        assert "Kursnummer" in part
        assert "Buchungscode" in part
    document = BeautifulSoup(german.html, "html.parser")
    assert [h1.get_text() for h1 in document.find_all("h1")] == ["Bis bald, Erna Meier"]
    assert any("Ihr Code ist" in p.get_text() and p.br for p in document.find_all("p"))
    assert english.subject == "Your booking: Smartphone-Sprechstunde"
    assert "Schön" not in english.text + english.html


@pytest.mark.django_db
def test_what_is_left_empty_is_as_delivered() -> None:
    wording = MessageWording.objects.create(kind="booking_confirmed", language="de", subject="Hurra")
    assert sent().subject == "Hurra"
    assert "Ihr Platz ist gebucht." in sent().text
    wording.subject, wording.opening = "{frist}", "{frist}\n\n{frist}"
    wording.save()
    assert sent().subject.startswith("Ihre Buchung")
    assert "Ihr Platz ist gebucht." in sent().text


@pytest.mark.django_db
def test_neither_editors_nor_names_write_markup_headers_or_templates() -> None:
    opening = "<b>Fett</b> {name} {% debug %} {{ booking }}"
    MessageWording.objects.create(
        kind="booking_confirmed", language="de", subject="A {name}\r\nBcc: boese@example.org", opening=opening
    )
    got = sent(name="{code} <script>alert(1)</script>")
    assert got.subject == "A {code} <script>alert(1)</script> Bcc: boese@example.org"
    assert "<b>Fett</b> {code} <script>alert(1)</script> {% debug %} {{ booking }}" in got.text
    assert "<script>" not in got.html
    assert "<b>Fett" not in got.html


@pytest.mark.django_db
def test_there_is_one_wording_per_kind_and_language() -> None:
    MessageWording.objects.create(kind="x", language="de")
    with pytest.raises(IntegrityError), transaction.atomic():
        MessageWording.objects.create(kind="x", language="de")


# The pages --------------------------------------------------------------------------------------------


@pytest.fixture
def editor() -> Client:
    make.site()
    return web.signed_in(make.staff(EDITORS))


@pytest.mark.django_db
class TestPages:
    def test_the_list_names_every_kind_and_says_what_has_been_changed(self, editor: Client) -> None:
        MessageWording.objects.create(kind="booking_confirmed", language="en", subject="Hello")
        document = web.page(editor.get(LIST))
        rows = document.select("main tbody tr")
        assert len(rows) == len(KINDS)
        changed = [
            a["href"] for a in document.select("main tbody li") for a in [a.a] if a and a.parent.strong
        ]
        assert changed == [f"{LIST}booking_confirmed/en/"]
        for link in document.select("main tbody a"):
            assert editor.get(str(link["href"])).status_code == 200

    def test_it_is_found_in_the_menu_by_those_who_may(self, editor: Client) -> None:
        for client, shown in (
            (editor, True),
            (web.signed_in(make.staff(ADMINISTRATORS)), True),
            (web.signed_in(make.staff(COURSE_TEAM)), False),
        ):
            props = web.page(client.get("/admin/")).find(id="wagtail-sidebar-props")
            assert props is not None
            assert (LIST in props.get_text()) is shown

    @pytest.mark.parametrize("role", [COURSE_TEAM, FACILITATORS])
    def test_others_write_nothing(self, role: str, editor: Client) -> None:
        client = web.signed_in(make.staff(role))
        assert client.post(CONFIRMED, {"subject": "Meins", "opening": ""}).status_code == 302
        assert not MessageWording.objects.exists()

    def test_words_are_kept_and_taken_back(self, editor: Client) -> None:
        data = {"subject": " Bis bald,\t{name} ", "opening": "Eins\r\n\r\n\r\n\r\nZwei\x00\u202e\r\nDrei "}
        assert editor.post(CONFIRMED, data).status_code == 302
        row = MessageWording.objects.get()
        assert (row.kind, row.language) == ("booking_confirmed", "de")
        assert (row.subject, row.opening) == ("Bis bald, {name}", "Eins\n\nZwei\nDrei")
        document = web.page(editor.get(CONFIRMED))
        assert document.select_one("[name=subject]")["value"] == "Bis bald, {name}"  # type: ignore[index]
        editor.post(CONFIRMED, {"subject": "Anders", "opening": ""})
        assert MessageWording.objects.get().subject == "Anders"
        editor.post(CONFIRMED, {"subject": "  ", "opening": "\n"})
        assert not MessageWording.objects.exists()

    def test_a_preview_shows_what_was_typed_and_keeps_nothing(self, editor: Client) -> None:
        data = {"subject": "Probe für {name}", "opening": "<i>Eins</i> {code}", "preview": "1"}
        response = editor.post(CONFIRMED, data)
        assert response.status_code == 200
        assert not MessageWording.objects.exists()
        document = web.page(response)
        frame = document.select_one("iframe")
        assert frame is not None
        assert not frame["sandbox"]
        inner = text_of(str(frame["srcdoc"]))
        text = document.select_one("pre").get_text()  # type: ignore[union-attr]
        for shown in (inner, text):
            assert "<i>Eins</i> Apfel-Laterne-47" in shown
        assert "Probe für Erna Meier" in web.words(response)
        assert document.select_one("[name=subject]")["value"] == "Probe für {name}"  # type: ignore[index]
        assert "Ihr Platz ist gebucht." in web.words(response)

    def test_the_page_shows_the_delivered_text_and_the_message_as_it_stands(self, editor: Client) -> None:
        MessageWording.objects.create(kind="booking_confirmed", language="en", opening="See you, {name}!")
        response = editor.get(f"{LIST}booking_confirmed/en/")
        document = web.page(response)
        assert "Your seat is booked." in web.words(response)
        assert "See you, Erna Meier!" in document.select_one("pre").get_text()  # type: ignore[union-attr]
        assert "See you, Erna Meier!" in str(document.select_one("iframe")["srcdoc"])  # type: ignore[index]
        for name in declared()["booking_confirmed"].allowed:
            assert f"{{{name}}}" in web.words(response)

    @pytest.mark.parametrize("button", ["", "preview"])
    @pytest.mark.parametrize("field", ["subject", "opening"])
    def test_a_placeholder_that_does_not_exist_is_refused_by_name(
        self, field: str, button: str, editor: Client
    ) -> None:
        data = {"subject": "", "opening": "", field: "Hallo {nmae}", button: "1"}
        response = editor.post(CONFIRMED, data)
        assert response.status_code == 422
        [error] = web.page(response).select(".error-message")
        assert "{nmae}" in error.get_text()
        assert "{name}" in error.get_text()
        assert not MessageWording.objects.exists()

    def test_a_placeholder_of_other_messages_is_refused_too(self, editor: Client) -> None:
        response = editor.post(f"{LIST}helper_signed_up/de/", {"subject": "{code}", "opening": ""})
        assert response.status_code == 422
        assert not MessageWording.objects.exists()

    @pytest.mark.parametrize(
        "data", [{}, {"subject": "x" * 151, "opening": "y"}, {"subject": "", "opening": "x" * 3001}]
    )
    def test_too_much_or_too_little_is_no_crash(self, data: dict[str, Any], editor: Client) -> None:
        assert editor.post(CONFIRMED, data).status_code == (422 if data else 302)
        assert not MessageWording.objects.exists()

    @pytest.mark.parametrize("which", ["nothing/de", "booking_confirmed/fr", "base/de", "../de"])
    def test_a_kind_or_language_there_is_not_is_not_found(self, which: str, editor: Client) -> None:
        for response in (editor.get(f"{LIST}{which}/"), editor.post(f"{LIST}{which}/", {"subject": "x"})):
            assert response.status_code == 404

    def test_the_list_asks_the_same_few_questions_whatever_has_been_changed(self, editor: Client) -> None:
        counts = []
        editor.get(LIST)
        for kinds in (KINDS[:1], KINDS[1:4]):
            MessageWording.objects.bulk_create(
                MessageWording(kind=kind, language="de", subject="x") for kind in kinds
            )
            with CaptureQueriesContext(connection) as asked:
                editor.get(LIST)
            counts.append(len(asked))
        assert counts == [11, 11]
