"""Helping from a telephone by a link, and a doubtful run that an editor cancels."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests import factories as make
from tests.e2e.conftest import PHONE, OpenPage
from workshops.models import CourseRun, Helper, HelperShift

pytestmark = pytest.mark.django_db(transaction=True)


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def link(helper: Helper) -> str:
    return reverse("workshops:helper", args=[helper.public_id, helper.token])


def fits(page: Page) -> bool:
    """Whether nothing sticks out to the side."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_a_pupil_signs_up_by_phone_and_another_takes_over(
    open_page: OpenPage, screenshot: Callable[[Page, str], Path]
) -> None:
    run = make.run(
        at=timezone.now(),
        course=make.course("Smartphone-Sprechstunde"),
        room=make.room(venue=make.venue("Alte Post"), name="Werkraum"),
        first_date=in_days(3),
        rule="RRULE:FREQ=WEEKLY;COUNT=3",
        helpers_wanted=1,
        seats_per_helper=3,
    )
    mia, tom = make.helper("Mia"), make.helper("Tom")
    small = {"viewport": {**PHONE, "width": 320}, "has_touch": True, "is_mobile": True}
    hers = open_page(**small)
    hers.goto(link(mia))
    hers.get_by_role("button", name="Ich helfe mit", exact=False).first.tap()
    expect(hers.get_by_text("Danke! Sie helfen an diesem Termin.")).to_be_visible()
    session = make.first(run)
    assert session.shifts.get().state == HelperShift.State.SIGNED_UP
    session.refresh_from_db()
    assert session.capacity == 3
    hers.get_by_role("button", name="Ich suche Vertretung", exact=False).tap()
    expect(hers.get_by_text("Sie suchen eine Vertretung.")).to_be_visible()
    assert fits(hers)
    screenshot(hers, "helper-phone")

    # The other has no JavaScript: nothing here needs it.
    his = open_page(java_script_enabled=False, **small)
    his.goto(link(tom))
    expect(his.get_by_text("Jemand sucht eine Vertretung.")).to_be_visible()
    his.get_by_role("button", name="Übernehmen", exact=False).tap()
    expect(his.get_by_text("Danke fürs Übernehmen!", exact=False)).to_be_visible()
    hers.reload()
    expect(hers.get_by_text("Sie haben sich noch für keinen Termin eingetragen.")).to_be_visible()
    assert list(session.shifts.order_by("pk").values_list("helper", "state")) == [
        (mia.pk, HelperShift.State.WITHDRAWN),
        (tom.pk, HelperShift.State.SIGNED_UP),
    ]


def test_an_editor_cancels_a_doubtful_run_and_sees_first_who_is_told(
    page: Page, sign_in: Callable[..., None], screenshot: Callable[[Page, str], Path]
) -> None:
    at = timezone.now()
    common = {"at": at, "booking_mode": "series", "minimum": 4, "first_date": in_days(14)}
    doubtful = make.run(
        course=make.course("Tablet für Neugierige"), number="T-101", decide_on=in_days(-2), **common
    )
    make.book_series(doubtful, "Erna Meier", "Paul Meier", at=at, email="erna@example.org")
    make.book_series(doubtful, "Ida Kunz", at=at, email="", phone="+4951234567")
    other = make.run(course=make.course("Fotobuch"), number="F-201", decide_on=in_days(5), **common)
    make.book_series(other, "Anna", "Bert", "Carla", "Dora", at=at)
    sign_in(page, make.staff("Kursteam"))
    page.goto("/admin/courserun/doubtful/")
    expect(page.get_by_text("seit 2 Tagen überfällig")).to_be_visible()
    screenshot(page, "editor-doubtful")
    page.get_by_role("link", name="Findet statt: F-201").click()
    page.get_by_role("button", name="Findet statt").click()
    expect(page.get_by_text("Durchgang F-201 findet statt", exact=False)).to_be_visible()

    page.goto("/admin/courserun/doubtful/")
    page.get_by_role("link", name="Den ganzen Durchgang T-101 absagen").click()
    page.get_by_role("textbox", name="Grund").fill("Leider haben sich zu wenige angemeldet.")
    page.get_by_role("button", name="Sehen, wer benachrichtigt wird").click()
    expect(page.get_by_text("erna@example.org")).to_be_visible()
    expect(page.get_by_text("05123 4567")).to_be_visible()
    screenshot(page, "editor-cancel-run")
    page.get_by_role("button", name="Den ganzen Durchgang absagen").click()
    expect(page.get_by_role("button", name="Rückgängig machen")).to_be_visible()
    doubtful.refresh_from_db()
    assert doubtful.state == CourseRun.State.CANCELLED
    assert doubtful.sessions.filter(state="cancelled").count() == 3
    page.goto(doubtful.course.url)
    expect(page.get_by_text("Dieser Kurs fällt ganz aus.")).to_be_visible()
    page.goto("/admin/courserun/doubtful/")
    expect(page.get_by_text("Kein Durchgang ist ungewiss", exact=False)).to_be_visible()


def test_the_team_asks_for_help_and_sees_who_comes(
    page: Page, sign_in: Callable[..., None], screenshot: Callable[[Page, str], Path]
) -> None:
    at, young = timezone.now(), make.generation("Junge Menschen")
    run = make.run(
        at=at,
        course=make.course("Smartphone-Sprechstunde"),
        first_date=in_days(3),
        helpers_wanted=2,
        number="S-301",
    )
    make.helper("Mia Jung", email="mia@example.org", generation=young)
    make.helper("Tom Klein", email="", phone="+4951234567", generation=young)
    sign_in(page, make.staff("Kursteam"))
    page.goto("/admin/courserun/conflicts/")
    page.get_by_role("link", name="Um Hilfe bitten").first.click()
    screenshot(page, "editor-ask-helpers")
    page.get_by_role("button", name="Zeigen, wer eine E-Mail bekommt").click()
    expect(page.get_by_text("mia@example.org")).to_be_visible()
    page.get_by_role("button", name="E-Mails verschicken").click()
    expect(page.get_by_text("1 Helfer:in wird per E-Mail gefragt.")).to_be_visible()
    page.get_by_role("combobox", name="Helfer:in").select_option(label="Tom Klein")
    page.get_by_role("combobox", name="Termin").select_option(index=1)
    page.get_by_role("button", name="Eintragen").click()
    expect(page.get_by_text("Tom Klein hilft an diesem Termin.")).to_be_visible()
    screenshot(page, "editor-helpers")
    assert make.first(run).shifts.get().helper.name == "Tom Klein"
    page.get_by_role("link", name="Tom Klein").first.click()
    screenshot(page, "editor-helper")
