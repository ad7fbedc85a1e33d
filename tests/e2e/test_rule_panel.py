"""The rule field in Wagtail's inline panels: a row added by the button works like one that was there."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from tests import factories as make
from tests.e2e.rule_panel.models import Diary, DiaryRule
from timetable.rules import rule_text

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def a_site_with_a_panel(transactional_db: None, settings: Any) -> Iterator[None]:
    """Its tables are there for as long as a test takes."""
    settings.ROOT_URLCONF = "tests.e2e.rule_panel.urls"
    models = (Diary, DiaryRule)
    with connection.schema_editor() as editor:
        for model in models:
            editor.create_model(model)
    yield
    with connection.schema_editor() as editor:
        for model in reversed(models):
            editor.delete_model(model)


@pytest.fixture
def panel(page: Page, sign_in: Callable[..., None]) -> Page:
    sign_in(page, make.staff(superuser=True))
    page.goto("/admin/diary/")
    page.locator("[name=name]").fill("Kalender")
    return page


def add_row(page: Page, number: int) -> None:
    page.get_by_role("button", name="Regel hinzufügen").click()
    expect(page.locator(f"[name=rules-{number}-title]")).to_be_visible()


def part(page: Page, row: int, name: str) -> Any:
    return page.locator(f"#id_rules-{row}-rule .rule-field__part--{name}")


def stored() -> dict[str, str]:
    return {row.title: rule_text(row.rule) for row in DiaryRule.objects.all()}


def test_two_rows_added_by_the_button_are_saved_each_with_its_own_rule(panel: Page) -> None:
    add_row(panel, 0)
    panel.locator("[name=rules-0-title]").fill("Wöchentlich")
    part(panel, 0, "repeats").get_by_label("Wöchentlich").check()
    part(panel, 0, "weekdays").get_by_label("Mittwoch").check()
    part(panel, 0, "ends").get_by_label("Nach einer Anzahl von Terminen").check()
    part(panel, 0, "count").get_by_role("textbox").fill("5")
    add_row(panel, 1)
    # The new row begins by itself: the first keeps what was chosen there.
    expect(part(panel, 0, "repeats").get_by_label("Wöchentlich")).to_be_checked()
    expect(part(panel, 1, "repeats").locator("[value=once]")).to_be_checked()
    panel.locator("[name=rules-1-title]").fill("Monatlich")
    part(panel, 1, "repeats").locator("[value=monthly_date]").check()
    part(panel, 1, "month-day").get_by_role("textbox").fill("13")
    part(panel, 1, "ends").locator("[value=never]").check()
    panel.locator("#w-editor-form button[type=submit]").click()
    panel.wait_for_url("**/admin/")
    assert stored() == {
        "Wöchentlich": "RRULE:FREQ=WEEKLY;COUNT=5;BYDAY=WE",
        "Monatlich": "RRULE:FREQ=MONTHLY;BYMONTHDAY=13",
    }
    # Both come back as they were, and changing one leaves the other.
    panel.goto(f"/admin/diary/{Diary.objects.get().pk}/")
    expect(part(panel, 0, "count").get_by_role("textbox")).to_have_value("5")
    expect(part(panel, 1, "month-day").get_by_role("textbox")).to_have_value("13")
    part(panel, 1, "month-day").get_by_role("textbox").fill("14")
    panel.locator("#w-editor-form button[type=submit]").click()
    panel.wait_for_url("**/admin/")
    assert stored() == {
        "Wöchentlich": "RRULE:FREQ=WEEKLY;COUNT=5;BYDAY=WE",
        "Monatlich": "RRULE:FREQ=MONTHLY;BYMONTHDAY=14",
    }


def test_what_does_not_matter_is_hidden_in_each_row_by_itself(panel: Page) -> None:
    add_row(panel, 0)
    add_row(panel, 1)
    part(panel, 0, "repeats").locator("[value=weekly]").check()
    part(panel, 1, "repeats").locator("[value=monthly_date]").check()
    expect(part(panel, 0, "weekdays")).to_be_visible()
    expect(part(panel, 0, "month-day")).to_be_hidden()
    expect(part(panel, 1, "weekdays")).to_be_hidden()
    expect(part(panel, 1, "month-day")).to_be_visible()
    part(panel, 1, "repeats").locator("[value=once]").check()
    expect(part(panel, 1, "month-day")).to_be_hidden()
    expect(part(panel, 0, "weekdays")).to_be_visible()


def test_names_ids_and_labels_of_the_rows_are_their_own(panel: Page) -> None:
    add_row(panel, 0)
    add_row(panel, 1)
    found = panel.evaluate(
        """() => {
          const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
          const inputs = [...document.querySelectorAll(".rule-field input:not([type=hidden])")];
          const refs = [...document.querySelectorAll(".rule-field [aria-describedby]")]
            .flatMap((e) => e.getAttribute("aria-describedby").split(" "));
          return {
            twice: ids.filter((id, n) => ids.indexOf(id) !== n),
            left: [...document.querySelectorAll(".rule-field, .rule-field *")].filter((e) =>
              [...e.attributes].some((a) => a.value.includes("__prefix__"))).length,
            unlabelled: inputs.filter((e) => !e.labels.length).map((e) => e.id),
            rows: [...new Set(inputs.map((e) => e.name.split("-")[1]))],
            count: inputs.length,
            lost: refs.filter((id) => !document.getElementById(id)),
          };
        }"""
    )
    assert found["twice"] == []
    assert found["left"] == 0
    assert found["unlabelled"] == []
    assert found["rows"] == ["0", "1"]
    assert found["count"] % 2 == 0
    assert found["lost"] == []


def test_an_added_row_is_filled_in_by_keyboard_alone(panel: Page) -> None:
    def tab_to(selector: str) -> None:
        for _ in range(120):
            panel.keyboard.press("Tab")
            if panel.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"The keyboard does not reach {selector}.")

    panel.locator("[name=name]").focus()
    tab_to("#id_rules-ADD")
    panel.keyboard.press("Enter")
    expect(panel.locator("[name=rules-0-title]")).to_be_visible()
    panel.locator("[name=name]").focus()
    tab_to("[name=rules-0-title]")
    panel.keyboard.type("Täglich")
    tab_to("[name=rules-0-rule_repeats]")
    panel.keyboard.press("ArrowDown")
    expect(part(panel, 0, "repeats").locator("[value=daily]")).to_be_checked()
    tab_to("[name=rules-0-rule_every]")
    panel.keyboard.press("ControlOrMeta+a")
    panel.keyboard.type("2")
    tab_to("[name=rules-0-rule_ends]")
    expect(part(panel, 0, "ends").locator("[value=never]")).to_be_checked()
    tab_to("#w-editor-form button[type=submit]")
    panel.keyboard.press("Enter")
    panel.wait_for_url("**/admin/")
    assert stored() == {"Täglich": "RRULE:FREQ=DAILY;INTERVAL=2"}


def test_a_fault_is_said_in_the_row_it_is_in_and_what_was_typed_stays(panel: Page) -> None:
    for number, count in enumerate(("5", "viele")):
        add_row(panel, number)
        panel.locator(f"[name=rules-{number}-title]").fill(f"Regel {number}")
        part(panel, number, "repeats").locator("[value=weekly]").check()
        part(panel, number, "ends").locator("[value=count]").check()
        part(panel, number, "count").get_by_role("textbox").fill(count)
    panel.locator("#w-editor-form button[type=submit]").click()
    expect(part(panel, 1, "count").locator(".rule-field__errors")).to_be_visible()
    expect(part(panel, 1, "count").get_by_role("textbox")).to_have_value("viele")
    assert part(panel, 0, "count").locator(".rule-field__errors").count() == 0
    expect(part(panel, 0, "count").get_by_role("textbox")).to_have_value("5")
    assert not DiaryRule.objects.exists()
