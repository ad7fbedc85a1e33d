"""Heute, Meine Termine and the public occupancy on a running site; pictures for the guide are taken here."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from places.models import Equipment, Room, RoomUse
from tests import factories as make
from tests.e2e.conftest import OpenPage
from timetable.zone import house_zone
from workshops import operations
from workshops.models import EquipmentNeed, Facilitator, Helper, HelperShift, Session
from workshops.operations import Guest

pytestmark = pytest.mark.django_db(transaction=True)


def tomorrow() -> datetime:
    return timezone.localtime(timezone.now(), house_zone()) + timedelta(days=1)


@pytest.fixture
def room(transactional_db: None) -> Room:
    return make.room(venue=make.venue("Alte Post", slug="alte-post"), name="Werkraum")


@pytest.fixture
def hanne(transactional_db: None) -> Facilitator:
    return Facilitator.objects.create(name="Hanne Brandt", user=make.staff("Kursleitung"))


@pytest.fixture
def session(room: Room, hanne: Facilitator) -> Session:
    """Tomorrow at six: three people, one of two helpers, a council beside it."""
    at = timezone.now()
    made = make.first(
        make.run(
            rule="",
            at=at,
            course=make.course("Tablet für Neugierige"),
            room=room,
            first_date=tomorrow().date(),
            start_time=time(18),
            facilitators=[hanne],
            number="T-101",
            setup_minutes=30,
            helpers_wanted=2,
        )
    )
    generation = make.generation("Ab 60")
    make.book(
        made, guests=[Guest("Erna Meier", generation.pk, need="Große Schrift"), Guest("Paul Meier")], at=at
    )
    make.book(made, "Ida Kunz", at=at, phone="+4951234567", email="")
    somebody = Helper.objects.create(name="Leo Schmidt", email="leo@example.org")
    HelperShift.objects.create(helper=somebody, session=made, changed_at=at)
    thing = Equipment.objects.create(name="Tablets", pieces=12)
    EquipmentNeed.objects.create(run=made.run, equipment=thing, pieces=8)
    saal = make.room(venue=room.venue, name="Saal")
    use = RoomUse(room=saal, name="Ratssitzung", first_date=tomorrow().date(), start_time=time(19))
    operations.save_room_use(use=use, at=at, by=None)
    return made


@pytest.fixture
def picture(request: pytest.FixtureRequest, screenshot: Callable[[Page, str], Path]) -> Callable[..., None]:
    """Takes a picture where the page has its script: Wagtail's frame is bare without."""

    def take(page: Page, name: str) -> None:
        if "with JavaScript" in request.node.name:
            screenshot(page, name)

    return take


def is_printed(page: Page, selector: str) -> bool:
    return bool(page.locator(selector).first.is_visible())


def test_the_desk_reads_tomorrow_and_prints_a_sheet(
    any_page: Page, sign_in: Callable[..., None], session: Session, picture: Callable[..., None]
) -> None:
    page = any_page
    page.set_viewport_size({"width": 1024, "height": 768})
    sign_in(page, make.staff("Kursteam"))
    page.goto("/admin/courserun/today/")
    page.get_by_role("link", name="Tag danach").click()
    card = page.get_by_role("article", name="Tablet für Neugierige")
    for words in ("18:00–19:30", "Aufbau ab 17:30", "es passen noch 5 dazu", "1 fehlt", "8 × Tablets"):
        expect(card.get_by_text(words, exact=False).first).to_be_visible()
    rows = card.get_by_role("row")
    expect(rows).to_have_count(4)
    expect(rows.nth(1)).to_contain_text("Große Schrift")
    expect(rows.nth(2)).to_contain_text("05123 4567")
    expect(page.get_by_text("Ratssitzung")).to_be_visible()
    picture(page, "editor-today")
    page.emulate_media(media="print")
    assert is_printed(page, "text=Unterschrift")
    assert is_printed(page, "text=Erna Meier")
    for hidden in ("text=Große Schrift", "text=05123 4567", "text=Ratssitzung", "text=Tag danach"):
        assert not is_printed(page, hidden), hidden


def test_somebody_who_teaches_finds_who_comes_and_says_when_they_cannot(
    any_page: Page,
    live_server: Any,
    hanne: Facilitator,
    session: Session,
    picture: Callable[..., None],
) -> None:
    page = any_page
    assert hanne.user is not None
    page.goto("/anmelden/")
    page.locator("[name=username]").fill(hanne.user.email)
    page.locator("[name=password]").fill("ein langes Passwort")
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/admin/meine-termine/")
    picture(page, "editor-my-dates")
    page.get_by_role("link", name="Tablet für Neugierige").click()
    names = page.get_by_role("table").get_by_role("rowheader")
    expect(names).to_have_text(["Erna Meier Ab 60", "Ida Kunz", "Paul Meier"], use_inner_text=True)
    expect(page.get_by_text("Große Schrift")).to_be_visible()
    expect(page.get_by_text("05123 4567")).to_have_count(0)
    page.get_by_role("link", name="Zurück zu meinen Terminen").click()
    for name in ("first_date", "last_date"):
        page.locator(f"[name={name}]").fill(tomorrow().date().isoformat())
        page.keyboard.press("Tab")
    page.get_by_role("button", name="Abwesenheit eintragen").press("Enter")
    expect(page.get_by_role("alert").get_by_text("T-101")).to_be_visible()
    assert not hanne.absences.exists()
    page.get_by_role("button", name="Trotzdem eintragen").click()
    expect(page.get_by_text("Ihre Abwesenheit ist eingetragen.")).to_be_visible()
    page.get_by_role("button", name="Abwesenheit ab", exact=False).click()
    expect(page.get_by_text("Die Abwesenheit ist entfernt.")).to_be_visible()
    assert not hanne.absences.exists()


def test_everybody_sees_when_the_rooms_are_taken_and_not_for_what(
    open_page: OpenPage, session: Session, screenshot: Callable[[Page, str], Path]
) -> None:
    page = open_page(viewport={"width": 320, "height": 640}, has_touch=True, is_mobile=True)
    page.goto(session.get_absolute_url())
    page.get_by_role("link", name="Wann die Räume hier belegt sind").click()
    day = page.get_by_role("region").filter(has=page.locator(f"#tag-{tomorrow().date()}"))
    expect(day.get_by_role("link", name="Tablet für Neugierige")).to_be_visible()
    expect(day.get_by_text("19:00–21:00")).to_be_visible()
    expect(day.get_by_text("belegt")).to_be_visible()
    expect(page.get_by_text("Ratssitzung")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    screenshot(page, "occupancy-phone")
    page.get_by_role("link", name="Woche danach").first.click()
    expect(page.get_by_role("heading", level=2).first).to_be_visible()


def test_the_room_plan_stays_readable_on_a_phone(
    phone: Page, sign_in: Callable[..., None], session: Session
) -> None:
    sign_in(phone, make.staff("Kursteam"))
    phone.goto(f"/admin/courserun/plan/?day={tomorrow().date()}")
    region = phone.get_by_role("region").first
    region.evaluate("element => { element.scrollLeft = element.scrollWidth }")
    # The names of the rooms stay in sight.
    box = phone.get_by_role("rowheader", name="Werkraum").first.bounding_box()
    assert box is not None
    assert 0 <= box["x"] < 60
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
