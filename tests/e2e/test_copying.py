"""An editor copies a term and reads runs from a spreadsheet; the pictures of the editor guide are taken here."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests import factories as make
from tests.workshops.sheets import row, separated, workbook
from workshops.models import CourseRun, Term

pytestmark = pytest.mark.django_db(transaction=True)


def monday(weeks: int) -> date:
    """The Monday so many weeks ahead."""
    today = timezone.localdate()
    return today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)


def term(name: str, first: date) -> Term:
    return Term.objects.create(name=name, first_date=first, last_date=first + timedelta(weeks=20))


def test_a_term_is_copied_with_its_conflicts_seen_beforehand(
    any_page: Page,
    sign_in: Callable[..., None],
    screenshot: Callable[[Page, str], Path],
    request: pytest.FixtureRequest,
) -> None:
    page, at = any_page, timezone.now()
    page.set_viewport_size({"width": 1280, "height": 1200})
    old, new = term("Frühjahr", monday(1)), term("Herbst", monday(26))
    room = make.room(venue=make.venue("Alte Post"), name="Werkraum")
    rule = "RRULE:FREQ=WEEKLY;COUNT=3"
    common = {"at": at, "room": room, "rule": rule, "term": old}
    tablet = make.course("Tablet für Neugierige")
    make.run(course=tablet, number="K-101", first_date=monday(1) + timedelta(days=1), **common)
    make.run(
        course=make.course("Digitales Café"),
        number="K-102",
        first_date=monday(2) + timedelta(days=3),
        **common,
    )
    make.run(
        at=at,
        room=room,
        rule="",
        number="Z-9",
        course=make.course("Reparatur-Treff"),
        first_date=monday(26) + timedelta(days=1),
    )
    make.closure(monday(28) + timedelta(days=3), name="Stadtfest")
    sign_in(page, make.staff("Kursteam"))
    page.goto(f"/admin/courserun/copy-term/{old.pk}/")
    expect(page.get_by_label("K-101 Tablet", exact=False)).to_be_checked()
    page.get_by_role("combobox", name="Neues Semester").select_option(label="Herbst")
    page.get_by_role("button", name="Termine anzeigen").click()
    expect(page.get_by_text("2 Kopien: Herbst")).to_be_visible()
    expect(page.get_by_text("Werkraum ist belegt: Z-9", exact=False)).to_be_visible()
    numbers = page.get_by_role("textbox", name="Kursnummer der Kopie")
    expect(numbers.nth(0)).to_have_value("K-103")
    numbers.nth(0).fill("K-201")
    page.locator("summary").nth(1).click()
    expect(page.get_by_text("Stadtfest")).to_be_visible()
    if "without" not in request.node.name:
        screenshot(page, "editor-copy")
    assert CourseRun.objects.count() == 3
    page.get_by_role("button", name="Als Entwürfe anlegen").click()
    expect(page.get_by_text("2 Durchgänge sind als Entwürfe angelegt")).to_be_visible()
    expect(page.get_by_role("link", name="K-201")).to_be_visible()
    copies = CourseRun.objects.filter(state="draft", term=new).order_by("number")
    assert [(copy.number, copy.schedules.get().first_date) for copy in copies] == [
        ("K-104", monday(27) + timedelta(days=3)),
        ("K-201", monday(26) + timedelta(days=1)),
    ]


def test_runs_are_read_from_a_spreadsheet_that_is_corrected_once(
    page: Page,
    sign_in: Callable[..., None],
    screenshot: Callable[[Page, str], Path],
    expected_complaints: list[str],
    tmp_path: Path,
) -> None:
    expected_complaints.append("422")  # a file with a fault
    page.set_viewport_size({"width": 1280, "height": 1200})
    make.course("Tablet für Neugierige")
    make.room(venue=make.venue("Alte Post"), name="Saal")
    first = monday(4)
    right = {"Erster_Termin": f"{first:%d.%m.%Y}", "Wiederholung": "wöchentlich", "Anzahl_Termine": 3}
    headings, cells = row(**right)
    wrong = ["K-2", "Tablet für Neugierge", *cells[2:]]
    bad, good = tmp_path / "liste.csv", tmp_path / "liste.xlsx"
    bad.write_bytes(separated([headings, cells, wrong]))
    good.write_bytes(workbook([headings, cells, ["K-2", *cells[1:]]]))
    sign_in(page, make.staff("Kursteam"))
    page.goto("/admin/courserun/import/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Vorlage für Excel").click()
    assert download.value.suggested_filename == "Durchgänge.xlsx"
    page.get_by_label("Tabelle (.xlsx oder .csv)").set_input_files(bad)
    page.get_by_role("button", name="Datei prüfen").click()
    fault = page.get_by_role("row", name="3 Angebot", exact=False)
    expect(fault).to_contain_text("Ist „Tablet für Neugierige“ gemeint?")
    expect(page.get_by_role("button", name="als Entwurf anlegen", exact=False)).to_have_count(0)
    screenshot(page, "editor-import-faults")
    page.get_by_label("Tabelle (.xlsx oder .csv)").set_input_files(good)
    page.get_by_role("button", name="Datei prüfen").click()
    expect(page.get_by_role("heading", name="K-2 Tablet", exact=False)).to_be_visible()
    page.locator("summary").first.click()
    screenshot(page, "editor-import")
    assert not CourseRun.objects.exists()
    page.get_by_role("button", name="2 Durchgänge als Entwurf anlegen").click()
    expect(page.get_by_text("2 Durchgänge sind als Entwürfe angelegt")).to_be_visible()
    assert set(CourseRun.objects.values_list("number", "state")) == {("W27-1", "draft"), ("K-2", "draft")}
