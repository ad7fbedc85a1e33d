"""An editor keeps seats and asks a question; visitors read for whom there is room. On a screen and on a phone."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from accounts.roles import COURSE_TEAM
from core.models import Generation
from places.models import Equipment
from tests import factories as make
from workshops import operations
from workshops.models import CourseRun, RunChoice
from workshops.operations import Guest, Kept

pytestmark = pytest.mark.django_db(transaction=True)

WIDTHS = [1280, 390, 320]


def new_run(**fields: object) -> CourseRun:
    at = timezone.now()
    first = timezone.localdate() + timedelta(days=21)
    return make.run(first_date=first, at=at, course=make.course("Fotos ordnen"), **fields)  # type: ignore[arg-type]


def is_wider_than_the_screen(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def test_seats_are_kept_and_a_question_is_asked(
    any_page: Page,
    sign_in: Callable[..., None],
    screenshot: Callable[[Page, str], Path],
) -> None:
    page = any_page
    make.site()
    young = make.generation("Junge Menschen")
    phones = Equipment.objects.create(name="Leih-Smartphones", pieces=3)
    run = new_run(capacity=12)
    sign_in(page, make.staff(COURSE_TEAM))
    page.goto(f"/admin/courserun/edit/{run.pk}/")
    for fold in page.locator(".plan__fold > summary").all():
        fold.click()
    page.locator(f"[name=pool-{young.pk}-seats]").fill("4")
    page.locator("[name=pool-desk-seats]").fill("2")
    page.locator("[name=question-0-de]").fill("Welches Smartphone bringen Sie mit?")
    page.locator("[name=question-0-0-de]").fill("Mein eigenes")
    page.locator("[name=question-0-1-de]").fill("Keines, ich leihe eines")
    page.locator("[name=question-0-1-equipment]").select_option(str(phones.pk))
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        screenshot(page, f"run-form-{width}")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.locator("form[data-live-dates] > p > button[type=submit]").click()
    page.locator("button[name=step][value=confirm]").click()
    page.wait_for_url("**/dates/**")
    assert set(run.pools.values_list("generation", "seats")) == {(young.pk, 4), (None, 2)}
    assert RunChoice.objects.get(equipment=phones).text_de == "Keines, ich leihe eines"


def test_visitors_read_for_whom_there_is_room(
    any_page: Page, screenshot: Callable[[Page, str], Path]
) -> None:
    page = any_page
    young = make.generation("Junge Menschen", side=Generation.Side.YOUNG)
    old = make.generation("Ab 60", side=Generation.Side.OLD)
    run = new_run(capacity=6, min_age=10, max_age=14, groups="ask", asks_to_confirm=True, closes_hours=24)
    operations.set_pools(run=run, pools=[Kept(young.pk, 3), Kept(None, 1)], at=timezone.now(), by=None)
    for _ in range(2):
        make.book(make.first(run), at=timezone.now(), guests=[Guest("Erna Meier", old.pk)])
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(run.course.get_url())
        assert not is_wider_than_the_screen(page)
        screenshot(page, f"kept-seats-{width}")
    page.goto(f"{run.course.get_url()}?generation={old.slug}")
    date = page.locator(".session").first
    assert date.locator(".availability--full").count() == 1
    button = date.locator("a[href*='/buchen/']")
    assert str(button.get_attribute("href")).endswith(f"?generation={old.slug}")
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= 44
