"""An editor puts the house's words into a mail and sees, before saving, what becomes of them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.models import MessageWording
from tests import factories as make
from tests.e2e.conftest import OpenPage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_words_are_previewed_before_they_are_saved(
    javascript: bool,
    open_page: OpenPage,
    sign_in: Callable[..., None],
    screenshot: Callable[[Page, str], Path],
) -> None:
    make.site()
    page = open_page(java_script_enabled=javascript)
    sign_in(page, make.staff("Redaktion"))
    page.goto("/admin/messagewording/")
    if javascript:
        screenshot(page, "editor-messages")
    page.locator("a[href$='/booking_confirmed/de/']").click()
    page.locator("[name=opening]").fill("Schön, dass Sie kommen, {name}!\n\nIhr Code: {code}.")
    page.locator("button[name=preview]").click()
    mail = page.frame_locator("iframe")
    expect(mail.get_by_text("Schön, dass Sie kommen, Erna Meier!")).to_be_visible()
    expect(mail.get_by_text("D1234")).to_be_visible()
    expect(page.locator("pre")).to_contain_text("Ihr Code: Apfel-Laterne-47.")
    assert not MessageWording.objects.exists()
    if javascript:
        screenshot(page, "editor-message")
    page.locator("form[method=post] button:not([name])").last.click()
    page.wait_for_url("**/admin/messagewording/")
    assert MessageWording.objects.get().opening == "Schön, dass Sie kommen, {name}!\n\nIhr Code: {code}."
