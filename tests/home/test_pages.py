"""The front door, plain pages, and every page type and building block once."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from accounts.roles import EDITORS
from core.blocks import BODY_BLOCKS
from core.models import BasePage, HouseSettings
from tests import factories as make
from tests import web
from workshops import operations
from workshops.models import CoursePage, Session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def body() -> list[tuple[str, Any]]:
    """One block of every kind."""
    picture = {
        "image": {"image": make.picture(), "decorative": False, "alt_text": "Zwei Hände"},
        "caption": "Am Tisch",
    }
    target = make.standard_page("Anfahrt")
    return [
        ("heading", "Was Sie ausprobieren können"),
        ("paragraph", f'<p>Ein <b>Absatz</b> mit <a linktype="page" id="{target.pk}">Verweis</a>.</p>'),
        ("picture", picture),
        ("facts", {"title": "Auf einen Blick", "facts": [{"term": "Kosten", "text": "keine"}]}),
        ("quote", {"quote": "Jetzt schreibe ich jeden Tag.", "source": "eine Besucherin"}),
        ("questions", {"title": "Fragen", "questions": [{"question": "Wann?", "answer": "<p>Immer.</p>"}]}),
        ("steps", {"title": "So geht es", "steps": ["Kommen", "Sehen"]}),
        ("call_to_action", {"text": "Zur Anfahrt", "page": target, "url": ""}),
        ("call_to_action", {"text": "Zum Rathaus", "page": None, "url": "https://rathaus.example.org/"}),
    ]


SAID = (
    "Was Sie ausprobieren können",
    "Absatz",
    "Am Tisch",
    "Auf einen Blick",
    "Kosten",
    "Jetzt schreibe ich jeden Tag.",
    "eine Besucherin",
    "Wann?",
    "Immer.",
    "So geht es",
    "Sehen",
    "Zur Anfahrt",
    "Zum Rathaus",
)


def page_of(model: type[BasePage]) -> BasePage:
    return {
        "HomePage": make.site,
        "StandardPage": make.standard_page,
        "ShowroomIndexPage": make.showroom,
        "ExhibitPage": make.exhibit,
        "ProgrammeIndexPage": make.programme,
        "CoursePage": make.course,
    }[model.__name__]()


PAGE_TYPES = [model for model in apps.get_models() if issubclass(model, BasePage)]


@pytest.mark.parametrize("model", PAGE_TYPES, ids=lambda model: model.__name__)
@pytest.mark.parametrize("full", [False, True], ids=["empty", "full"])
def test_every_page_type_can_be_shown_empty_and_full_in_both_languages(
    model: type[BasePage], full: bool
) -> None:
    page = page_of(model)
    if full:
        page.body = body()
        page.image = make.picture()
        page.teaser = "Kurz & gut <b>"
        make.publish(page)
    for url, language in ((page.get_url(), "de"), (make.in_language(page).get_url(), "en")):
        response = Client().get(url)
        assert response.status_code == 200
        document = web.page(response)
        assert document.html is not None
        assert document.html["lang"] == language
        assert page.title in document.get_text()
        if full:
            said = web.words(response)
            for expected in SAID:
                assert expected in said, expected
            assert b"Kurz &amp; gut &lt;b&gt;" in response.content
            assert document.select("main img[alt='Zwei Hände']")
            if language == "en":
                assert document.select("main [lang='de']")


@pytest.mark.parametrize("model", PAGE_TYPES, ids=lambda model: model.__name__)
def test_every_page_type_can_be_edited_and_previewed(model: type[BasePage]) -> None:
    page = page_of(model)
    page.body = body()
    make.publish(page)
    client = web.signed_in(make.staff(EDITORS))
    assert client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
    draft = client.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
    assert draft.status_code == 200
    assert "Auf einen Blick" in web.words(draft)


def test_every_block_has_a_preview() -> None:
    stream = make.site()._meta.get_field("body").stream_block
    client = web.signed_in(make.staff(EDITORS))
    for name, block in stream.child_blocks.items():
        response = client.get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix})
        assert response.status_code == 200, name
        assert web.page(response).body is not None
        if hasattr(block._meta_class, "preview_value"):
            assert web.words(response), name
    assert set(stream.child_blocks) == {name for name, _block in BODY_BLOCKS}


class TestHome:
    def test_it_shows_what_can_be_tried_now_and_the_next_dates_with_free_seats(self) -> None:
        shown, later = make.exhibit("Roboter"), make.exhibit("Drohne")
        make.showing(shown)
        make.showing(later, make.NOW.date() + timedelta(days=3))
        free, full = (
            make.session(course=make.course("Frei")),
            make.session(course=make.course("Voll"), capacity=1),
        )
        make.book(full)
        said = web.words(Client().get("/"))
        assert "Roboter" in said
        assert "Drohne" not in said
        assert "Frei" in said
        assert f"/termine/{full.public_id}/" not in Client().get("/").content.decode()
        assert f"/termine/{free.public_id}/" in Client().get("/").content.decode()

    def test_each_course_stands_there_once_with_its_next_date(self) -> None:
        run = make.run()
        course_links = web.page(Client().get("/")).select(".session__title a")
        assert [str(link["href"]) for link in course_links] == [run.course.get_url()]
        first = run.sessions.first()
        assert first is not None
        operations.cancel_session(session=first, reason="Krank", at=make.NOW, by=None)
        second = run.sessions.all()[1]
        assert f"/termine/{second.public_id}/" in Client().get("/").content.decode()

    def test_one_busy_course_does_not_push_the_others_out(self) -> None:
        run = make.run(rule="")
        make.further_sessions(run, 90)
        other = make.session(
            course=make.course("Ganz selten"), first_date=(make.NOW + timedelta(days=95)).date()
        )
        assert f"/termine/{other.public_id}/" in Client().get("/").content.decode()

    def test_a_series_that_cannot_be_joined_any_more_is_not_offered(
        self, clock: time_machine.Traveller
    ) -> None:
        run = make.run(booking_mode="series", course=make.course("Reihe"))
        assert "Reihe" in web.words(Client().get("/"))
        first = run.sessions.first()
        assert first is not None
        clock.move_to(first.ends_at)
        assert "Reihe" not in web.words(Client().get("/"))

    def test_nothing_on_show_and_no_date_still_is_a_page(self) -> None:
        make.site()
        response = Client().get("/")
        assert response.status_code == 200
        assert len(web.words(response)) > 100

    def test_the_house_stands_on_every_page(self) -> None:
        house = HouseSettings.load()
        house.house_name_de, house.house_name_en = "Haus am Markt", "House at the Market"
        house.phone, house.phone_hours_de, house.street = "05123 111", "Mo bis Fr 10 bis 17 Uhr", "Markt 1"
        house.save()
        make.site()
        german, english = (web.page(Client().get(url)).get_text(" ") for url in ("/", "/en/"))
        for expected in ("Haus am Markt", "05123 111", "Mo bis Fr 10 bis 17 Uhr", "Markt 1"):
            assert expected in german
        assert "House at the Market" in english


class TestFrame:
    def test_menus_follow_the_pages_in_the_readers_language(self) -> None:
        make.programme()
        make.showroom()
        imprint = make.standard_page("Impressum")
        page = web.page(Client().get("/"))
        assert [link.get_text(strip=True) for link in page.select("nav.nav a")] == [
            "Programm",
            "Ausprobieren",
        ]
        assert page.select(f"footer a[href='{imprint.get_url()}']")
        english = web.page(Client().get("/en/"))
        assert [str(link["href"]) for link in english.select("nav.nav a")] == [
            "/en/programm/",
            "/en/ausprobieren/",
        ]
        assert all(link["lang"] == "de" for link in english.select("nav.nav a"))
        make.translated(make.programme(), title="Programme")
        translated = web.page(Client().get("/en/")).select("nav.nav a")[0]
        assert (translated.get_text(strip=True), translated.get("lang")) == ("Programme", None)

    def test_the_page_one_is_on_is_marked(self) -> None:
        make.showroom()
        session = make.session()
        for url in ("/programm/", session.run.course.get_url(), f"/en{session.run.course.get_url()}"):
            current = web.page(Client().get(url)).select("nav.nav a[aria-current]")
            assert [link.get_text(strip=True) for link in current] == ["Programm"], url

    def test_unpublished_and_restricted_pages_are_in_no_menu(self) -> None:
        from wagtail.models import PageViewRestriction

        hidden, secret = make.standard_page("Versteckt"), make.standard_page("Intern")
        hidden.unpublish()
        PageViewRestriction.objects.create(page=secret, restriction_type="login")
        text = web.page(Client().get("/")).get_text()
        assert "Versteckt" not in text
        assert "Intern" not in text

    def test_a_page_that_is_not_there_says_so_in_the_frame(self) -> None:
        make.programme()
        for url in (
            "/gibt-es-nicht/",
            "/en/gibt-es-nicht/",
            "/termine/abc/",
            "/programm/x/y/z/",
        ):
            response = Client().get(url)
            assert response.status_code == 404
            page = web.page(response)
            assert page.select("nav.nav a[href$='/programm/']")
            assert page.html is not None
            assert page.html["lang"] == ("en" if url.startswith("/en/") else "de")

    def test_a_broken_address_is_not_found_and_no_fault_of_ours(self) -> None:
        make.programme()
        for url in (
            "/%00",
            "/programm/%00/",
            "/%ff%fe/",
            "/programm/?page=%00",
            "/" + "a/" * 300,
            "/x" * 2000,
        ):
            assert Client().get(url, follow=True).status_code in (200, 400, 404), url[:50]

    def test_a_site_without_any_page_answers_too(self) -> None:
        Page.objects.filter(depth__gt=1).delete()
        assert Client().get("/").status_code == 404
        assert Client().get("/kalender/").status_code == 200

    def test_other_pages_know_their_translation(self) -> None:
        page = make.standard_page("Impressum")
        make.translated(page, title="Imprint", slug="imprint")
        links = web.page(Client().get(page.get_url())).select("header a[hreflang='en']")
        assert [str(link["href"]) for link in links] == ["/en/imprint/"]
        assert dict(settings.LANGUAGES)["en"] == "English"


class TestSubscribe:
    def test_every_calendar_is_offered_as_link_and_as_address(self) -> None:
        generation, venue = make.generation("Ab 60"), make.venue("Bücherei")
        session = make.session()
        make.course("Ohne Termine")
        page = web.page(Client().get("/kalender/"))
        for path in (
            "programm.ics",
            f"angebot/{session.run.course_id}.ics",
            f"lernort/{venue.pk}.ics",
            f"generation/{generation.pk}.ics",
        ):
            assert page.select(f"a[href='webcal://werkstatt.example.org/kalender/{path}']"), path
            assert page.select(f"input[value='https://werkstatt.example.org/kalender/{path}']"), path
            assert Client().get(f"/kalender/{path}").status_code == 200
        assert "Ohne Termine" not in page.get_text()

    def test_each_course_stands_there_once_in_the_readers_language(self) -> None:
        session = make.session(course=make.course("Fotos ordnen"))
        make.session(course=session.run.course)
        make.translated(session.run.course, title="Sort your pictures")
        german, english = (web.page(Client().get(url)).get_text() for url in ("/kalender/", "/en/kalender/"))
        assert "Sort your pictures" not in german
        assert "Sort your pictures" in english
        assert Session.objects.count() == 2
        assert CoursePage.objects.count() == 2
