"""The editors' work with dates on a running site; the pictures of the editor guide are taken here."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from places.models import Closure
from tests import factories as make
from tests.e2e.conftest import PHONE
from timetable.zone import house_zone
from workshops.models import CourseRun, Session

pytestmark = pytest.mark.django_db(transaction=True)


def next_wednesday() -> date:
    today = timezone.localdate()
    return today + timedelta(days=(2 - today.weekday()) % 7 + 7)


def local_days(run: CourseRun) -> list[date]:
    found = run.sessions.taking_place().order_by("starts_at")  # type: ignore[attr-defined]
    return [session.starts_at.astimezone(house_zone()).date() for session in found]


@pytest.fixture
def run(transactional_db: None) -> CourseRun:
    """A series of four Wednesdays that two people have booked."""
    made = make.run(
        at=timezone.now(),
        course=make.course("Tablet für Neugierige"),
        room=make.room(venue=make.venue("Alte Post"), name="Werkraum"),
        first_date=next_wednesday(),
        rule="RRULE:FREQ=WEEKLY;COUNT=4",
        booking_mode="series",
        number="T-101",
    )
    make.book_series(made, "Erna Meier", "Paul Meier", at=timezone.now(), email="erna@example.org")
    return made


def test_a_fortnightly_course_outside_the_school_holidays(
    page: Page, sign_in: Callable[..., None], screenshot: Callable[[Page, str], Path]
) -> None:
    make.course("Smartphone-Sprechstunde")
    make.room(venue=make.venue("Alte Post"), name="Werkraum")
    first = next_wednesday()
    make.closure(first + timedelta(days=14), kind="holidays", name="Herbstferien")
    sign_in(page, make.staff("Kursteam"))
    page.goto("/admin/courserun/new/")
    page.get_by_role("combobox", name="Angebot").select_option(label="Smartphone-Sprechstunde")
    page.get_by_role("textbox", name="Kursnummer").fill("S-101")
    page.get_by_role("textbox", name="Erster Termin").fill(f"{first:%d.%m.%Y}")
    page.get_by_role("textbox", name="Beginnt um").fill("14:00")
    page.get_by_label("Wöchentlich").check()
    page.get_by_label("In welchem Abstand", exact=False).fill("2")
    page.get_by_label("Nach einer Anzahl von Terminen").check()
    page.get_by_role("textbox", name="Anzahl der Termine").fill("3")
    page.get_by_role("combobox", name="Raum").select_option(label="Werkraum (Alte Post)")
    page.get_by_label("Nicht an Feiertagen").uncheck()
    page.get_by_role("spinbutton", name="Plätze", exact=True).fill("6")
    # The dates stand beside the form before anything is sent.
    live = page.get_by_role("region", name="Termine, die daraus werden")
    expect(live.get_by_text("3 neue Termine")).to_be_visible()
    page.get_by_label("Nicht in den Ferien").check()
    expect(live.get_by_text("Herbstferien")).to_be_visible()
    assert not CourseRun.objects.exists()
    page.get_by_role("button", name="Termine anzeigen").click()
    expect(page.get_by_role("button", name="Veröffentlichen")).to_be_visible()
    screenshot(page, "editor-new-dates")
    page.get_by_role("button", name="Veröffentlichen").click()
    expect(page.get_by_text("ist mit 3 Terminen veröffentlicht")).to_be_visible()
    assert local_days(CourseRun.objects.get()) == [first + timedelta(days=days) for days in (0, 28, 42)]


def test_a_picker_opens_where_the_keyboard_stays_and_nowhere_else(
    page: Page, sign_in: Callable[..., None]
) -> None:
    sign_in(page, make.staff("Kursteam"))
    page.clock.install()
    page.goto("/admin/courserun/new/")
    field = page.get_by_role("textbox", name="Erster Termin")
    pickers = page.locator(".xdsoft_datetimepicker:visible")
    field.focus()
    # Over the field of the hour, which has a picker too, to the next one.
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.clock.run_for(1000)
    expect(pickers).to_have_count(0)
    field.focus()
    page.clock.run_for(1000)
    expect(pickers).to_have_count(1)


def test_one_date_moves_with_its_people(
    page: Page, sign_in: Callable[..., None], run: CourseRun, screenshot: Callable[[Page, str], Path]
) -> None:
    sign_in(page, make.staff("Kursteam"))
    page.goto(f"/admin/courserun/dates/{run.pk}/")
    screenshot(page, "editor-run")
    page.get_by_role("link", name="Termin am", exact=False).filter(has_text="Ändern").nth(1).click()
    day = next_wednesday() + timedelta(days=8)
    page.locator("[name=date]").fill(f"{day:%d.%m.%Y}")
    page.keyboard.press("Tab")
    page.get_by_role("textbox", name="Grund").fill("Der Raum wird gestrichen.")
    page.get_by_role("button", name="Weiter").click()
    expect(page.get_by_text("erna@example.org")).to_be_visible()
    page.get_by_role("button", name="Diesen Termin verschieben").click()
    expect(page.get_by_role("button", name="Rückgängig machen")).to_be_visible()
    screenshot(page, "editor-undo")
    assert local_days(run)[1] == day


def test_from_here_on_another_room_by_keyboard_alone(
    page: Page, sign_in: Callable[..., None], run: CourseRun, screenshot: Callable[[Page, str], Path]
) -> None:
    saal = make.room(venue=make.venue("Bücherei"), name="Saal")
    sign_in(page, make.staff("Kursteam"))
    page.goto(f"/admin/courserun/dates/{run.pk}/")

    def tab_to(selector: str) -> None:
        for _ in range(200):
            page.keyboard.press("Tab")
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"The keyboard does not reach {selector}.")

    third = run.sessions.order_by("starts_at")[2]
    tab_to(f"a[href$='?from={third.pk}']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/edit/**")
    tab_to("select[name=room]")
    page.keyboard.type("Saal")
    tab_to("main form button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 Termine werden verschoben")).to_be_visible()
    tab_to("input[name=reason]")
    page.keyboard.type("Mehr Platz")
    screenshot(page, "editor-plan")
    tab_to("button[value=confirm]")
    page.keyboard.press("Enter")
    expect(page.get_by_text("ist gespeichert")).to_be_visible()
    rooms = list(run.sessions.order_by("starts_at").values_list("room", flat=True))
    assert rooms[2:] == [saal.pk] * 2
    assert saal.pk not in rooms[:2]


def test_on_a_telephone_nothing_is_pushed_out_of_sight(
    phone: Page, sign_in: Callable[..., None], run: CourseRun
) -> None:
    make.room(venue=make.venue("Mehrgenerationenhaus am alten Fährhof"), name="Gruppenraum im ersten Stock")
    sign_in(phone, make.staff("Kursteam"))
    for address in ("courserun/new", "roomuse/new"):
        phone.goto(f"/admin/{address}/")
        ends = phone.locator("main select").evaluate_all(
            "all => all.map(e => e.getBoundingClientRect().right)"
        )
        assert ends, address
        assert max(ends) <= PHONE["width"], address
    phone.goto(f"/admin/courserun/dates/{run.pk}/")
    dates = phone.get_by_role("region", name="Kommende Termine")
    cancel = dates.get_by_role("link", name="absagen").first
    cancel.scroll_into_view_if_needed()
    box = cancel.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= PHONE["width"]


def test_closures_are_taken_over_and_what_they_hit_is_resolved(
    page: Page,
    sign_in: Callable[..., None],
    run: CourseRun,
    screenshot: Callable[[Page, str], Path],
    tmp_path: Path,
) -> None:
    second = next_wednesday() + timedelta(days=7)
    file = tmp_path / "schliesszeiten.ics"
    file.write_text(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:putz\nSUMMARY:Grundreinigung\n"
        f"DTSTART;VALUE=DATE:{second:%Y%m%d}\nEND:VEVENT\nEND:VCALENDAR\n",
        encoding="utf-8",
    )
    sign_in(page, make.staff("Kursteam"))
    page.goto("/admin/closure/import/")
    page.get_by_label("Kalenderdatei").set_input_files(file)
    page.get_by_label("das Haus ist geschlossen", exact=False).check()
    page.get_by_role("button", name="Zeigen, was sich ändern würde").click()
    expect(page.get_by_text("Grundreinigung")).to_be_visible()
    assert not Closure.objects.exists()
    page.get_by_role("button", name="Übernehmen").click()
    expect(page.get_by_text("T-101")).to_be_visible()
    page.get_by_label("auf einen anderen Tag verschieben", exact=False).check()
    page.get_by_label("Neuer Termin").fill(f"{second + timedelta(days=2):%d.%m.%Y}")
    screenshot(page, "editor-hits")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Weiter").click()
    expect(page.get_by_text("erna@example.org")).to_be_visible()
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("1 Termin ist geändert")).to_be_visible()
    assert local_days(run)[1] == second + timedelta(days=2)
    assert Session.objects.filter(run=run, seats_taken=2).count() == 4


def test_the_room_plan_shows_the_week_and_what_collides(
    page: Page, sign_in: Callable[..., None], run: CourseRun, screenshot: Callable[[Page, str], Path]
) -> None:
    other = make.run(
        at=timezone.now(),
        course=make.course("Digitales Café"),
        room=make.first(run).room,
        first_date=next_wednesday(),
        rule="",
        number="K-201",
    )
    sign_in(page, make.staff("Kursteam"))
    page.goto(f"/admin/courserun/plan/?day={next_wednesday().isoformat()}")
    expect(page.locator(".room-plan__block--conflict")).to_have_count(2)
    screenshot(page, "editor-room-plan")
    page.get_by_role("link", name="2 Termine mit Konflikten").click()
    expect(page.get_by_text(other.number).first).to_be_visible()
