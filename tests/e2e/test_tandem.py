"""Old and young in pairs, in the browser of those who come: one is lost, the other stays and is matched again."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests import factories as make
from workshops import operations
from workshops.models import Booking, Session
from workshops.operations import Guest

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def session(transactional_db: None) -> Session:
    run = make.run(
        at=timezone.now(),
        first_date=timezone.localdate() + timedelta(days=10),
        rule="",
        course=make.course("Zu zweit am Tablet"),
        is_tandem=True,
        capacity=4,
    )
    return make.first(run)


def own_page(booking: Booking) -> str:
    return f"/buchung/{booking.public_id}/{booking.token}/"


def test_a_tandem_that_loses_one_keeps_the_other_and_finds_somebody_new(
    page: Page, session: Session, screenshot: Callable[[Page, str], Path]
) -> None:
    sides = {generation.side: generation.pk for generation in make.Generation.objects.all()}

    def guest(name: str, side: str) -> dict[str, object]:
        return {"guests": [Guest(name, sides[side])], "at": timezone.now()}

    erna = make.book(session, **guest("Erna Meier", "old"))
    mia = make.book(session, **guest("Mia Jung", "young"))
    make.book(session, **guest("Rosa Alt", "old"))
    make.book(session, **guest("Ali Can", "young"))
    late = make.party(guests=[Guest("Kim Lee", sides["young"])], email="kim@example.org")
    waiting = operations.join_waiting_list(run=session.run, session=session, party=late, at=timezone.now())

    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(own_page(erna))
    expect(page.get_by_text("Erna Meier lernt mit Mia.")).to_be_visible()
    expect(page.get_by_text("Jung")).to_have_count(0)  # a first name, nothing more

    # Mia cancels, by the link in her mail.
    page.goto(own_page(mia))
    expect(page.get_by_text("Mia Jung lernt mit Erna.")).to_be_visible()
    page.get_by_role("link", name="Buchung absagen").click()
    page.locator("main form button[type=submit]").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("abgesagt")

    # Erna keeps her seat; the one that is free again is offered to the young person who waits.
    page.goto(own_page(erna))
    expect(page.get_by_text("Wir suchen jemanden, der mit Erna Meier lernt")).to_be_visible()
    screenshot(page, "tandem-lost")
    waiting.refresh_from_db()
    assert waiting.state == Booking.State.OFFERED
    page.goto(own_page(waiting))
    page.locator("form[action$='/annehmen/'] button").click()
    expect(page.get_by_text("Kim Lee lernt mit Erna.")).to_be_visible()
    page.goto(own_page(erna))
    expect(page.get_by_text("Erna Meier lernt mit Kim.")).to_be_visible()
    screenshot(page, "tandem-found-again")
