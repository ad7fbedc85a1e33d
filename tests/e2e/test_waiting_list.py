"""A waiting list from full to offer to accept, on a phone and without JavaScript."""

import email
import email.policy
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail as outbox
from django.utils import timezone
from playwright.sync_api import Page, expect

from core import due
from tests import factories as make
from tests import web
from workshops import operations
from workshops.models import Booking, Session

pytestmark = pytest.mark.django_db(transaction=True)

WIDTHS = (320, 390, 1280)


def _wait(session: Session, name: str, address: str) -> Booking:
    party = make.party(name, email=address)
    return operations.join_waiting_list(run=session.run, session=session, party=party, at=timezone.now())


def _path_in_mail_to(address: str, page: str) -> str:
    """Sends what is due and returns the address of that page in the newest mail to somebody, without its host."""
    due.do_all(at=timezone.now())
    sent = [message for message in outbox.outbox if message.to == [address]]
    parsed = email.message_from_bytes(sent[-1].message().as_bytes(), policy=email.policy.default)
    text = parsed.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    return urlsplit(re.findall(rf"https://\S+/buchung/\S+/{page}", text)[0]).path


def _press(page: Page, label: str, role: Any = "button") -> None:
    page.get_by_role(role, name=web.in_german(label), exact=True).click()


def _look(page: Page, screenshot: Callable[[Page, str], object], name: str) -> None:
    """A picture at every width; nothing is wider than the window, and every button has room for a finger."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        screenshot(page, f"{name}-{width}")
        for button in page.locator("main .kern-btn:visible").all():
            box = button.bounding_box()
            assert box is not None
            assert box["height"] >= 44, (name, width, button.inner_text())
            assert box["x"] + box["width"] <= width, (name, width, button.inner_text())
    page.set_viewport_size({"width": 390, "height": 800})


def test_a_seat_given_back_goes_to_whoever_waits_first(
    open_page: Callable[..., Page], screenshot: Callable[[Page, str], object]
) -> None:
    at = timezone.now()
    day = timezone.localdate() + timedelta(days=21)
    session = make.session(first_date=day, capacity=1, at=at)
    make.book(session, "Erna Meier", email="erna@example.org", at=at)
    jan = _wait(session, "Jan Kunz", "jan@example.org")
    ida = _wait(session, "Ida Brandt", "ida@example.org")
    page = open_page(
        viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True, java_script_enabled=False
    )

    # Ida is second in line.
    own = urlsplit(_path_in_mail_to("ida@example.org", "absagen/")).path.removesuffix("absagen/")
    page.goto(own)
    place = page.get_by_text(web.in_german("Place %(place)s on the waiting list", place=2))
    expect(place).to_be_visible()
    _look(page, screenshot, "waiting")

    # Erna gives her seat back.
    page.goto(_path_in_mail_to("erna@example.org", "absagen/"))
    _press(page, "Yes, cancel the booking")
    expect(page.get_by_role("heading", level=1)).to_have_text(web.in_german("This booking is cancelled"))

    # Jan gets a mail, opens the link, and nothing is booked by that.
    offer = _path_in_mail_to("jan@example.org", "annehmen/")
    page.goto(offer)
    jan.refresh_from_db()
    assert jan.state == Booking.State.OFFERED
    _look(page, screenshot, "offer-accept")
    _press(page, "No, thank you", "link")
    _look(page, screenshot, "offer-decline")
    page.get_by_role("link", name=web.in_german("Back: I would like to have the seat after all")).click()
    _look(page, screenshot, "offer")
    _press(page, "Yes, I take the seat")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        web.in_german("Thank you! Your booking is firm.")
    )
    jan.refresh_from_db()
    assert jan.state == Booking.State.CONFIRMED

    # The same link again leads to the booking; Ida is next.
    page.goto(offer)
    expect(page.get_by_text(jan.code)).to_be_visible()
    page.goto(own)
    expect(page.get_by_text(web.in_german("Place %(place)s on the waiting list", place=1))).to_be_visible()
    ida.refresh_from_db()
    assert ida.state == Booking.State.WAITING


def test_who_comes_is_changed_on_a_phone(
    open_page: Callable[..., Page], screenshot: Callable[[Page, str], object]
) -> None:
    at = timezone.now()
    day = timezone.localdate() + timedelta(days=21)
    run = make.run(first_date=day, booking_mode="series", at=at)
    booking = make.book_series(run, "Erna Maier", "Paul Meier", at=at)
    page = open_page(
        viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True, java_script_enabled=False
    )
    page.goto(f"/buchung/{booking.public_id}/{booking.token}/")
    _look(page, screenshot, "own-series")
    page.get_by_role("link", name=re.compile(web.in_german("Who is coming"))).click()
    _look(page, screenshot, "people")
    page.get_by_role("link", name=re.compile("Erna Maier")).click()
    page.get_by_label(web.in_german("First and last name")).fill("Erna Meier")
    _look(page, screenshot, "person")
    _press(page, "Save")
    expect(page.get_by_text(web.in_german("Your change has been saved."))).to_be_visible()
    _press(page, "Back to your booking", "link")
    _press(page, "Not there on one date?", "link")
    _look(page, screenshot, "absence")
    page.get_by_role("button", name=re.compile("Paul Meier")).first.click()
    expect(page.get_by_role("button", name=re.compile(web.in_german("I come after all")))).to_have_count(1)
    assert [person.name for person in booking.participants.all()] == ["Erna Meier", "Paul Meier"]
