"""A term from its form to the printed list of changes, as an editor goes through it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from core import due
from tests import factories as make
from tests.web import in_german
from workshops import operations
from workshops.models import CourseRun, Term

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_term_is_entered_made_ready_published_printed_and_its_changes_listed(
    page: Page, sign_in: Callable[..., None], screenshot: Callable[[Page, str], Path]
) -> None:
    now, today = timezone.now(), timezone.localdate()
    sign_in(page, make.staff("Kursteam"))
    page.goto("/admin/term/new/")
    for name, value in (
        ("name", "Frühjahr"),
        ("first_date", today.isoformat()),
        ("last_date", (today + timedelta(days=180)).isoformat()),
        ("publish_at", f"{today + timedelta(days=2)} 08:00"),
        ("web_opens_at", f"{today + timedelta(days=1)} 09:00"),
    ):
        page.locator(f"[name={name}]").fill(value)
    page.keyboard.press("Escape")
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_text(in_german("Nobody can book before the programme is published."))).to_be_visible()
    screenshot(page, "term-form")
    page.locator("[name=web_opens_at]").fill(f"{today + timedelta(days=7)} 09:00")
    page.keyboard.press("Escape")
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_role("heading", name=in_german("Runs of this term"))).to_be_visible()

    term = Term.objects.get()
    room = make.room(venue=make.venue("Alte Post"), name="Werkraum")
    for number, title in ((10, "Tablet für Neugierige"), (2, "Fotos ordnen"), (7, "Sicher im Netz")):
        make.run(
            at=now,
            term=term,
            course=make.course(title),
            number=f"F-{number}",
            room=room,
            first_date=today + timedelta(days=10),
            facilitators=[make.facilitator(f"Hanne Brandt {number}")],
            published=False,
        )
    CourseRun.objects.get(number="F-7").course.unpublish()
    page.reload()
    page.get_by_role("checkbox", name="F-10").check()
    page.get_by_role("checkbox", name="F-7").check()
    page.get_by_role("button", name=in_german("The chosen runs are ready"), exact=True).click()
    page.get_by_role("button", name=f"{in_german('Ready')}: F-2", exact=True).click()
    expect(page.locator(".term__state")).to_have_count(3)
    screenshot(page, "term")

    page.get_by_role("link", name=in_german("Keep as printed")).click()
    page.get_by_role("button", name=in_german("Keep how things are now as printed")).click()
    expect(page.get_by_text(in_german("Everything is as it was printed."))).to_be_visible()

    due.do_all(at=now + timedelta(days=3))
    run = CourseRun.objects.get(number="F-10")
    assert run.state == CourseRun.State.PUBLISHED
    first, second, third = run.sessions.order_by("starts_at")
    operations.cancel_session(session=second, reason="Krank", at=now, by=None)
    operations.move_session(
        session=first,
        starts_at=first.starts_at + timedelta(days=1),
        ends_at=first.ends_at + timedelta(days=1),
        room=first.room,
        reason="Fest",
        at=now,
        by=None,
    )
    operations.change_details(
        session=third, facilitators=[make.facilitator("Ida Kern")], note="", at=now, by=None
    )
    page.reload()
    expect(page.locator(".printed__run")).to_have_count(1)
    expect(page.get_by_role("button", name=in_german("Print this list"))).to_be_visible()
    screenshot(page, "term-changes")
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name=in_german("Print this list"))).to_be_hidden()
    expect(page.get_by_role("navigation")).to_have_count(0)
    expect(page.get_by_role("heading", name="F-10 Tablet für Neugierige")).to_be_visible()
    screenshot(page, "term-changes-print")
