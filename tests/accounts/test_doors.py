"""People who only teach find one door of the team's area open: their own dates."""

from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.doors import OPEN
from accounts.models import User
from accounts.roles import COURSE_TEAM, EDITORS, FACILITATORS
from tests import factories as make
from tests import web
from workshops.models import Facilitator, Session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

MINE = "/admin/meine-termine/"


@pytest.fixture
def user() -> User:
    make.site()
    return make.staff(FACILITATORS)


@pytest.fixture
def hanne(user: User) -> Facilitator:
    return Facilitator.objects.create(name="Hanne Brandt", user=user)


@pytest.fixture
def own(user: User) -> Client:
    return web.signed_in(user)


def page_of(session: Session) -> str:
    return f"{MINE}termin/{session.public_id}/"


def admin_addresses() -> list[tuple[str, str]]:
    """Every address of the team's area that can be filled in, with the name of its view."""
    found = []

    def walk(patterns: list[Any], prefix: str, space: str) -> None:
        for pattern in patterns:
            route = prefix + str(pattern.pattern).lstrip("^").rstrip("$\\Z")
            if isinstance(pattern, URLResolver):
                inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
                walk(pattern.url_patterns, route, inner)
            elif isinstance(pattern, URLPattern) and "(" not in route:
                found.append((route, f"{space}{pattern.name}"))

    for pattern in get_resolver().url_patterns:
        if str(pattern.pattern) == "admin/":
            walk(pattern.url_patterns, "/admin/", "")
    return found


FILLERS = {
    "<int:": "1",
    "<str:": "1",
    "<slug:": "home",
    "<path:": "x",
    "<uuid:": "00000000-0000-0000-0000-000000000000",
}


def filled(route: str) -> str:
    parts = []
    for part in route.split("/"):
        value = next((filler for start, filler in FILLERS.items() if part.startswith(start)), None)
        parts.append(value or ("1" if part.startswith("<") else part))
    return "/".join(parts)


class TestNothingElse:
    def test_every_other_door_of_the_teams_area_leads_to_own_dates(
        self, own: Client, hanne: Facilitator
    ) -> None:
        addresses = admin_addresses()
        assert len(addresses) > 200
        names = {name for _route, name in addresses}
        assert {"courserun:today", "booking:inspect", "wagtailadmin_choose_page"} <= names
        # Names of other apps' doors change with their releases; one that is not there protects nothing.
        assert names >= OPEN
        for route, name in addresses:
            if name in OPEN or route in ("/admin/login/",):
                continue
            for answer in (own.get(filled(route)), own.post(filled(route))):
                assert answer.status_code == 302, route
                assert answer.headers["Location"] in (MINE, "/anmelden/"), route

    def test_not_by_script_either(self, own: Client, hanne: Facilitator) -> None:
        for url in ("/admin/api/main/pages/", "/admin/choose-page/", "/admin/booking/results/"):
            answer = own.get(url, headers={"x-requested-with": "XMLHttpRequest"})
            assert answer.status_code == 403, url

    def test_signing_in_leads_to_own_dates(self, user: User, hanne: Facilitator) -> None:
        client = Client()
        answer = client.post(
            "/anmelden/", {"username": user.email, "password": "ein langes Passwort"}, follow=True
        )
        assert answer.redirect_chain[-1][0] == MINE
        assert "Meine Termine" in web.words(answer)

    def test_the_menu_has_one_entry(self, own: Client, hanne: Facilitator) -> None:
        props = web.page(own.get(MINE)).find(id="wagtail-sidebar-props")
        assert props is not None
        assert MINE in props.get_text()
        for other in ("courserun", "booking", "pages", "images", "documents", "reports", "facilitator"):
            assert f"/admin/{other}/" not in props.get_text(), other

    def test_without_a_facilitator_there_is_a_sentence_and_nothing_to_see(
        self, own: Client, user: User
    ) -> None:
        session = make.session(facilitators=[make.facilitator()])
        assert "mit keiner Kursleitung verbunden" in web.words(own.get(MINE))
        assert own.get(page_of(session)).status_code == 404
        assert own.post(MINE, {"first_date": "2027-02-01", "last_date": "2027-02-01"}).status_code == 404

    def test_visitors_sign_in_first(self, hanne: Facilitator) -> None:
        session = make.session(facilitators=[hanne])
        for url in (MINE, page_of(session)):
            assert Client().get(url).headers["Location"].startswith("/anmelden/?next=")

    @pytest.mark.parametrize("role", [EDITORS, COURSE_TEAM])
    def test_somebody_of_the_team_who_also_teaches_has_both(self, role: str) -> None:
        user = make.staff(role, FACILITATORS)
        hanne = Facilitator.objects.create(name="Hanne Brandt", user=user)
        client, session = web.signed_in(user), make.session(facilitators=[hanne])
        assert client.get("/admin/").status_code == 200
        assert client.get("/admin/courserun/").status_code == 200
        assert MINE in client.get("/admin/").content.decode()
        assert client.get(page_of(session)).status_code == 200
        other = web.signed_in(make.staff(role))
        assert MINE not in other.get("/admin/").content.decode()
        assert other.get(page_of(session)).status_code == 404
