"""What is kept for some seconds: the same for everybody who only reads, never anything of anybody."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from wagtail.models import PageViewRestriction

from core.models import HouseSettings
from core.nearby import nearby, nearby_each
from tests import factories as make
from tests import web
from tests.workshops.visitor import Visitor
from workshops.models import Booking, Session

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def some_seconds(settings: Settings) -> Iterator[None]:
    """Kept for longer than any test takes; the time is over where a test clears it."""
    settings.CACHES = {**settings.CACHES, "nearby": {**settings.CACHES["nearby"], "TIMEOUT": 3600}}
    caches["nearby"].clear()
    yield
    caches["nearby"].clear()


def the_time_is_over() -> None:
    caches["nearby"].clear()


def heading(response: Any) -> str:
    found = web.page(response).h1
    assert found is not None
    return found.get_text(strip=True)


def renamed(session: Session, title: str) -> str:
    """The address of the course, which is called so from now on."""
    course = session.run.course
    course.title = title
    course.save_revision().publish()
    return str(course.url)


# The thing itself ----------------------------------------------------------------------------------------


def test_it_is_made_once_and_everybody_has_a_copy_of_their_own() -> None:
    made: list[list[str]] = []

    def make_it() -> list[str]:
        made.append(["fresh"])
        return made[-1]

    first = nearby("thing", make_it)
    first.append("changed")
    assert nearby("thing", make_it) == ["fresh"]
    assert len(made) == 1
    assert nearby("thing", make_it, anew=True) == ["fresh"]
    assert len(made) == 2


def test_of_several_only_what_is_missing_is_made() -> None:
    asked: list[list[int]] = []

    def make_them(keys: list[int]) -> dict[int, str]:
        asked.append(sorted(keys))
        return {key: f"number {key}" for key in keys}

    assert nearby_each("n", [1, 2], make_them) == {1: "number 1", 2: "number 2"}
    assert nearby_each("n", [2, 3], make_them) == {2: "number 2", 3: "number 3"}
    assert asked == [[1, 2], [3]]


# Pages ---------------------------------------------------------------------------------------------------


def test_a_page_stays_the_same_for_some_seconds_and_then_is_what_it_should_be() -> None:
    session = make.session()
    url = renamed(session, "Vorher")
    assert heading(Client().get(url)) == "Vorher"
    renamed(session, "Nachher")
    with CaptureQueriesContext(connection) as asked:
        assert heading(Client().get(url)) == "Vorher"
    assert len(asked) == 0
    the_time_is_over()
    assert heading(Client().get(url)) == "Nachher"


def test_who_changes_a_page_sees_the_change_at_once() -> None:
    session = make.session()
    url = renamed(session, "Vorher")
    editor = Client()
    editor.force_login(make.staff(superuser=True))
    for client in (Client(), editor):
        assert heading(client.get(url)) == "Vorher"
    renamed(session, "Nachher")
    HouseSettings.objects.update(phone="05123 4711")
    page = editor.get(url)
    assert heading(page) == "Nachher"
    assert "05123 4711" in page.content.decode()


def test_who_is_booking_reads_a_page_of_their_own() -> None:
    session = make.session()
    url = renamed(session, "Vorher")
    visitor = Visitor(session)
    Client().get(url)
    visitor.get()
    renamed(session, "Nachher")
    assert heading(visitor.client.get(url)) == "Nachher"


def test_languages_and_questions_are_kept_apart() -> None:
    session = make.session()
    url = f"/termine/{session.public_id}/"
    pages = [Client().get(address).content for address in (url, f"/en{url}", f"{url}?generation=x", url)]
    assert b'<html lang="de"' in pages[0]
    assert b'<html lang="en"' in pages[1]
    assert pages[3] == pages[0]
    assert len(set(pages[:3])) == 3


def test_what_is_not_found_or_asks_for_a_password_is_not_kept() -> None:
    session = make.session()
    url = renamed(session, "Intern")
    restriction = PageViewRestriction.objects.create(
        page=session.run.course, restriction_type=PageViewRestriction.PASSWORD, password="geheim"
    )
    tokens = {web.page(Client().get(url)).select_one("[name=csrfmiddlewaretoken]")["value"] for _ in range(3)}  # type: ignore[index]
    assert len(tokens) == 3
    restriction.delete()
    assert heading(Client().get(url)) == "Intern"


# Questions -----------------------------------------------------------------------------------------------


def test_everybody_sends_the_questions_with_a_token_of_their_own() -> None:
    session = make.session(capacity=5)
    visitors = [Visitor(session, Client(enforce_csrf_checks=True)) for _number in range(3)]
    tokens = set()
    for visitor in visitors:
        page = web.page(visitor.get())
        field = page.select_one("[name=csrfmiddlewaretoken]")
        assert field is not None
        tokens.add(field["value"])
        answer = visitor.people("Erna Meier", csrfmiddlewaretoken=field["value"])
        assert answer.headers["Location"] == visitor.url("kontakt")
    assert len(tokens) == 3
    stolen = Visitor(session, Client(enforce_csrf_checks=True))
    stolen.get()
    assert stolen.people("Erna Meier", csrfmiddlewaretoken=tokens.pop()).status_code == 403


def test_nothing_of_anybody_is_kept_on_the_whole_way() -> None:
    session = make.session(capacity=5)
    visitor = Visitor(session)
    visitor.client.get(session.run.course.url)
    visitor.answer_all("Gundula Zwirbelbart", "Zweite Zwirbelbart", email="zwirbelbart@example.org")
    for step in ("", "personen", "kontakt", "vorbereitung", "pruefen"):
        assert visitor.get(step).status_code == 200
    own = visitor.client.post(visitor.url("pruefen"), visitor.shown()).headers["Location"]
    assert b"Gundula Zwirbelbart" in visitor.client.get(own).content
    kept = caches["nearby"]
    assert len(kept._cache) > 5
    for name, value in kept._cache.items():
        assert b"wirbelbart" not in value, name
    token = Booking.objects.get().token
    assert not [name for name in kept._cache if token in name]


def test_another_starts_with_empty_questions() -> None:
    session = make.session(capacity=5)
    first, second = Visitor(session), Visitor(session)
    first.answer_all("Erna Meier")
    assert "Erna Meier" in first.get("personen").content.decode()
    assert "erna@example.org" in first.get("kontakt").content.decode()
    for step in ("", "personen"):
        assert "Erna Meier" not in second.get(step).content.decode()
    second.people("Jo Kern")
    assert "erna@example.org" not in second.get("kontakt").content.decode()


def test_the_last_button_asks_the_rows() -> None:
    session = make.session(capacity=1)
    late = Visitor(session)
    late.answer_all("Jo Kern", email="jo@example.org")
    make.book(session)
    assert late.get("pruefen").status_code == 200
    refused = late.post("pruefen")
    assert refused.status_code == 409
    assert Booking.objects.count() == 1
