"""Link lost → mail → all bookings → everything that is kept → erased: on a small phone and without JavaScript."""

import email
import email.policy
import json
import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core import mail as outbox
from django.utils import timezone
from playwright.sync_api import Page, expect

from core import due
from core.models import HouseSettings, OutgoingMail
from tests import factories as make
from workshops.models import Booking, Person
from workshops.operations import Guest

pytestmark = pytest.mark.django_db(transaction=True)

SMALL = {"width": 320, "height": 640}


def fits(page: Page) -> bool:
    """Nothing sticks out to the side."""
    page.wait_for_load_state()
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def newest_link() -> str:
    due.do_all(at=timezone.now())
    message = email.message_from_bytes(outbox.outbox[-1].message().as_bytes(), policy=email.policy.default)
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    [found] = re.findall(r"https://\S+/meine-buchungen/\S+", text)
    return urlsplit(found).path


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_from_a_lost_link_to_everything_erased(
    script: bool,
    open_page: Callable[..., Page],
    screenshot: Callable[[Page, str], object],
    expected_complaints: list[str],
) -> None:
    expected_complaints.append("404 (Not Found)")  # the old link, at the very end
    HouseSettings.objects.update_or_create(
        pk=1, defaults={"phone": "05123 45678", "phone_hours": "Montag bis Freitag, 9 bis 12 Uhr"}
    )
    at, day = timezone.now(), timezone.localdate() + timedelta(days=14)
    course = make.course("Smartphone von Anfang an")
    run = make.run(course=course, booking_mode="series", first_date=day, at=at, capacity=2)
    guests = [Guest("Erna Meier", need="Bitte große Schrift"), Guest("Paul Meier")]
    booking = make.book_series(run, guests=guests, email="erna.meier@example.org", at=at)
    past = make.run(course=make.course("Fotobuch"), rule="", first_date=day, at=at)
    make.book(past.sessions.get(), "Paul Meier", email="Erna.Meier@example.org", at=at)
    past.sessions.update(starts_at=at - timedelta(days=3, hours=2), ends_at=at - timedelta(days=3))

    page = open_page(viewport=SMALL, java_script_enabled=script)
    page.goto("/programm/")
    page.locator("footer a[href='/meine-buchungen/']").click()
    page.get_by_label("E-Mail").fill("ERNA.MEIER@example.org")
    assert fits(page)
    screenshot(page, "mine-ask")
    page.locator("main form button").click()
    page.wait_for_url("**/meine-buchungen/?unterwegs")
    assert fits(page)
    screenshot(page, "mine-sent")

    page.goto(newest_link())
    expect(page.get_by_role("heading", level=3)).to_have_count(2)
    expect(page.get_by_text(booking.code)).to_be_visible()
    assert fits(page)
    screenshot(page, "mine-list")
    here = page.url
    page.get_by_role("link", name="Smartphone von Anfang an").click()
    expect(page).to_have_url(re.compile("/buchung/"))
    expect(page.get_by_text("Bitte große Schrift")).to_be_visible()
    page.goto(here)

    page.locator("a[href$='/auskunft/']").click()
    expect(page.get_by_text("Bitte große Schrift")).to_be_visible()
    assert fits(page)
    screenshot(page, "mine-kept")
    kept = page.request.get(page.locator("a[href$='/auskunft.json']").get_attribute("href") or "")
    assert len(json.loads(kept.body())["bookings"]) == 2

    page.locator("a.back").click()
    page.locator("a[href$='/loeschen/']").click()
    expect(page.locator("main form button")).to_be_visible()
    assert fits(page)
    screenshot(page, "mine-erase")
    assert Booking.objects.filter(erased_at=None).count() == 2
    page.locator("main form button").click()
    page.wait_for_url("**/meine-buchungen/?geloescht")
    assert fits(page)
    screenshot(page, "mine-erased")
    assert not Person.objects.exists()
    assert set(run.sessions.values_list("seats_taken", flat=True)) == {0}
    sent = len(outbox.outbox)
    due.do_all(at=timezone.now())
    assert [message.to[0].lower() for message in outbox.outbox[sent:]] == ["erna.meier@example.org"]
    assert not OutgoingMail.objects.exists()

    page.goto(here)
    expect(page.get_by_label("E-Mail")).to_be_visible()
    assert fits(page)
    screenshot(page, "mine-gone")
