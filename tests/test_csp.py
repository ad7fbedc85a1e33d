"""What pages may load and run: strict for visitors, Wagtail's own needs for the team."""

from typing import Any

import pytest
from django.test import Client

from accounts.roles import ADMINISTRATORS
from tests import factories as make
from tests import web

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

STRICT = {
    "default-src": {"'none'"},
    "script-src": {"'self'"},
    "style-src": {"'self'"},
    "font-src": {"'self'"},
    "connect-src": {"'self'"},
    "img-src": {"'self'", "data:"},
    "manifest-src": {"'self'"},
    "form-action": {"'self'"},
    "base-uri": {"'none'"},
    "frame-ancestors": {"'none'"},
}


def policy(response: Any) -> dict[str, set[str]]:
    parts = (part.split() for part in response.headers["Content-Security-Policy"].split(";"))
    return {name: set(values) for name, *values in parts}


def public_pages() -> list[Any]:
    """An answer of every kind that a visitor can get."""
    exhibit = make.exhibit(
        image=make.picture(),
        body=[("paragraph", "<p>Text</p>"), ("quote", {"quote": "Gut!", "source": "Erna"})],
    )
    make.showing(exhibit)
    session = make.session(course=make.course(image=make.picture()))
    run = make.run(booking_mode="series")
    booking = make.book(session)
    client = Client()
    booking_step = f"/buchen/termin/{session.public_id}/"
    own = f"/buchung/{booking.public_id}/{booking.token}/"
    urls = [
        "/",
        "/en/",
        "/programm/",
        "/programm/?weekday=9",
        session.run.course.get_url(),
        "/ausprobieren/",
        exhibit.get_url(),
        make.standard_page(body=[("heading", "Titel")]).get_url(),
        "/kalender/",
        f"/termine/{session.public_id}/",
        own,
        f"{own}absagen/",
        f"/buchung/{booking.public_id}/x/",
        f"/buchen/durchgang/{run.public_id}/",
        "/gibt-es-nicht/",
        "/anmelden/",
        "/anmelden/passwort/",
    ]
    answers = [client.get(url, follow=True) for url in urls]
    answers.append(client.post(f"{booking_step}personen/", {}))
    answers.append(Client(enforce_csrf_checks=True).post(f"{booking_step}personen/"))
    fields = {"people-TOTAL_FORMS": 1, "people-INITIAL_FORMS": 0, "people-0-name": "Erna"}
    client.post(f"{booking_step}personen/", fields)
    answers.append(client.post(f"{booking_step}kontakt/", {"email": "erna@gmial.com"}))
    client.post(f"{booking_step}kontakt/", {"email": "erna@example.org"})
    answers.append(client.get(f"{booking_step}vorbereitung/"))
    client.post(f"{booking_step}vorbereitung/", {"needs-TOTAL_FORMS": 1, "needs-INITIAL_FORMS": 0})
    answers.append(client.get(f"{booking_step}pruefen/"))
    return answers


def test_public_pages_are_strict_and_hold_nothing_inline() -> None:
    answers = public_pages()
    kinds = {response.status_code for response in answers}
    assert kinds == {200, 403, 404}
    for response in answers:
        where = response.request["PATH_INFO"]
        assert policy(response) == STRICT, where
        document = web.page(response)
        assert document.find_all("style") == [], where
        assert [s for s in document.find_all("script") if not s.get("src")] == [], where
        for element in document.find_all(True):
            inline = [name for name in element.attrs if name == "style" or name.startswith("on")]
            assert inline == [], (where, str(element)[:200])
            for name in ("href", "src", "action", "formaction"):
                assert not str(element.get(name, "")).lower().strip().startswith("javascript:"), where
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["X-Frame-Options"] == "DENY"
        assert response.headers["Referrer-Policy"] in ("same-origin", "no-referrer")


def test_every_public_page_has_one_heading_a_language_and_labels() -> None:
    for response in public_pages():
        where = response.request["PATH_INFO"]
        document = web.page(response)
        assert document.html is not None
        assert document.html["lang"] in ("de", "en"), where
        assert len(document.find_all("h1")) == 1, where
        ids = [element["id"] for element in document.find_all(id=True)]
        assert len(ids) == len(set(ids)), (where, sorted({i for i in ids if ids.count(i) > 1}))
        for field in document.select("input:not([type='hidden']), textarea, select"):
            labelled = field.get("aria-label") or document.select(f"label[for='{field.get('id')}']")
            assert labelled, (where, str(field))
        for name in ("aria-labelledby", "aria-describedby", "for"):
            for element in document.find_all(attrs={name: True}):
                for target in str(element[name]).split():
                    assert target in ids, (where, name, target)
        for picture in document.find_all("img"):
            assert picture.has_attr("alt"), (where, str(picture))


def test_the_admin_allows_what_wagtail_needs_and_no_other_host() -> None:
    make.site()
    client = web.signed_in(make.staff(ADMINISTRATORS))
    for url in ("/admin/", "/admin/courserun/new/", "/admin/pages/", "/admin/booking/"):
        response = client.get(url)
        assert response.status_code == 200
        found = policy(response)
        assert found["script-src"] == found["style-src"] == {"'self'", "'unsafe-inline'"}
        assert found["default-src"] == {"'none'"}
        for values in found.values():
            assert not any(value.startswith(("http", "*", "//")) for value in values)
        fetched = web.resources(web.page(response))
        assert [address for address in fetched if not web.is_own(address)] == []


def test_signing_in_does_not_loosen_the_site() -> None:
    make.site()
    client = web.signed_in(make.staff(ADMINISTRATORS))
    assert policy(client.get("/")) == STRICT
    assert "Content-Security-Policy" in client.get("/admin/gibt-es-nicht/").headers
