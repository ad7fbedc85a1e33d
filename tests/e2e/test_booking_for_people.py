"""People of all sorts book: by keyboard, large, without JavaScript, with a child, as a class, on a small screen."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests import factories as make
from workshops.models import AccessNeed, Booking, Guardian, Participant, Session

pytestmark = pytest.mark.django_db(transaction=True)

ZOOMED = {"viewport": {"width": 640, "height": 450}, "device_scale_factor": 2}
"""What a browser makes of a window of 1280 × 900 at 200 %."""
NARROW = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}

OpenPage = Callable[..., Page]


def in_two_weeks() -> date:
    return timezone.localdate() + timedelta(days=14)


def a_date(**fields: object) -> Session:
    """A date in two weeks that can be booked by now."""
    return make.session(at=timezone.now(), first_date=in_two_weeks(), **fields)


def tab_to(page: Page, selector: str) -> None:
    """The Tab key alone, as somebody without a mouse; what has the focus can be seen."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            expect(page.locator(":focus")).to_be_in_viewport()
            return
    raise AssertionError(f"The keyboard does not reach {selector}.")


def fits_the_window(page: Page) -> bool:
    """Whether nothing must be scrolled sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def too_small_to_touch(page: Page) -> list[str]:
    """What somebody presses that is lower than 44 px."""
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll('main :is(button, input:not([tabindex]), .back)')].filter(e => e.checkVisibility()"
        " && !e.closest('[aria-hidden]') && e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML)"
    )
    return found


def test_a_senior_books_for_two_by_keyboard_at_200_percent(
    open_page: OpenPage, screenshot: Callable[[Page, str], object]
) -> None:
    room = make.room(venue=make.venue(wheelchair_places=2, hearing_loop=True))
    make.generation("Ab 60")
    session = a_date(room=room, capacity=4)
    page = open_page(**ZOOMED)
    page.goto(f"/termine/{session.public_id}/")
    tab_to(page, "main a[href*='/buchen/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/buchen/termin/**")

    tab_to(page, "[name='people-0-name']")
    page.keyboard.type("Erna Meier")
    tab_to(page, "[name='people-0-generation']")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Ab 60")).to_be_checked()
    tab_to(page, "button[name='add']")
    page.keyboard.press("Enter")
    expect(page.locator("[name='people-1-name']")).to_be_visible()
    tab_to(page, "[name='people-1-name']")
    page.keyboard.type("Mia Jung")
    tab_to(page, "[name='people-1-is_carer']")
    page.keyboard.press("Space")
    assert fits_the_window(page)
    screenshot(page, "booking-people-200")
    # Enter in a field continues, whatever buttons stand above "Continue".
    tab_to(page, "main button.kern-btn--primary")
    page.keyboard.press("Enter")
    page.wait_for_url("**/kontakt/")

    tab_to(page, "[name='email']")
    page.keyboard.type("erna.meier@example.org")
    page.keyboard.press("Enter")
    page.wait_for_url("**/vorbereitung/")

    tab_to(page, "[name='needs-0-wheelchair']")
    page.keyboard.press("Space")
    tab_to(page, "main button.kern-btn--primary")
    page.keyboard.press("Enter")
    # Without the consent there is a sentence, which has the focus and leads to the box.
    expect(page.locator(".errors")).to_be_focused()
    tab_to(page, ".errors a")
    page.keyboard.press("Enter")
    expect(page.locator("[name='needs-0-consent']")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("[name='needs-0-wheelchair']")).to_be_checked()
    tab_to(page, "main button.kern-btn--primary")
    page.keyboard.press("Enter")
    page.wait_for_url("**/pruefen/**")

    assert fits_the_window(page)
    screenshot(page, "booking-check-200")
    tab_to(page, "main button.kern-btn--primary")
    page.keyboard.press("Enter")
    page.wait_for_url("**/buchung/**")
    booking = Booking.objects.get()
    expect(page.get_by_text(booking.code)).to_be_visible()
    assert [(p.name, p.is_carer) for p in booking.participants.all()] == [
        ("Erna Meier", False),
        ("Mia Jung", True),
    ]
    assert AccessNeed.objects.get().wheelchair
    session.refresh_from_db()
    assert session.seats_taken == 1


def test_what_is_asked_only_of_some_shows_when_it_concerns_somebody(
    any_page: Page, screenshot: Callable[[Page, str], object]
) -> None:
    session = a_date(min_age=10)
    any_page.goto(f"/buchen/termin/{session.public_id}/")
    guardian = any_page.locator("[name='people-0-guardian_name']")
    expect(guardian).to_be_hidden()
    any_page.locator("[name='people-0-name']").fill("Kim Sommer")
    any_page.locator("[name='people-0-is_minor']").check()
    expect(guardian).to_be_visible()
    guardian.fill("Rita Sommer")
    any_page.locator("[name='people-0-guardian_phone']").fill("05123 45678")
    any_page.locator("main button.kern-btn--primary").click()
    # What is missing is named, and the box that shows the fields is still ticked.
    expect(any_page.locator("#id_people-0-goes_home_alone_error")).to_be_visible()
    expect(guardian).to_have_value("Rita Sommer")
    any_page.locator("[name='people-0-goes_home_alone'][value='yes']").check()
    any_page.locator("main button.kern-btn--primary").click()

    name = any_page.locator("[name='name']")
    expect(name).to_be_hidden()
    any_page.locator("[name='for_others']").check()
    name.fill("Rita Sommer")
    any_page.locator("[name='email']").fill("rita@example.org")
    any_page.locator("main button.kern-btn--primary").click()
    any_page.locator("main button.kern-btn--primary").click()
    any_page.locator("main button.kern-btn--primary").click()
    any_page.wait_for_url("**/buchung/**")
    assert Guardian.objects.get().goes_home_alone

    booking = Booking.objects.get()
    any_page.goto(f"/buchung/{booking.public_id}/{booking.token}/einverstaendnis/")
    any_page.emulate_media(media="print")
    expect(any_page.locator(".sheet").first).to_contain_text("Kim Sommer")
    expect(any_page.locator("nav").first).to_be_hidden()
    screenshot(any_page, "booking-consent-print")


def test_a_class_books_without_javascript(plain_page: Page) -> None:
    session = a_date(groups="ask", capacity=20)
    plain_page.goto(f"/buchen/termin/{session.public_id}/")
    plain_page.locator("main a[href$='/gruppe/']").click()
    plain_page.locator("[name='group_name']").fill("Klasse 7b")
    plain_page.locator("[name='people']").fill("zwölf")
    plain_page.locator("main button.kern-btn--primary").click()
    expect(plain_page.locator("#id_people_error")).to_be_visible()
    plain_page.locator("[name='people']").fill("12")
    plain_page.locator("[name='carers']").fill("2")
    plain_page.locator("main button.kern-btn--primary").click()
    plain_page.locator("[name='name']").fill("Jutta Lehr")
    plain_page.locator("[name='email']").fill("schule@example.org")
    for _step in range(3):
        plain_page.locator("main button.kern-btn--primary").click()
    plain_page.wait_for_url("**/buchung/**")
    booking = Booking.objects.get()
    assert (booking.state, booking.group_name) == (Booking.State.REQUESTED, "Klasse 7b")
    assert booking.participants.count() == 14


def test_from_a_full_date_to_the_waiting_list_without_javascript(
    plain_page: Page, expected_complaints: list[str]
) -> None:
    expected_complaints.append("409")
    session = a_date(capacity=1)
    make.book(session, "Ida", at=timezone.now())
    plain_page.goto(f"/buchen/termin/{session.public_id}/")
    plain_page.locator("form[action$='/warteliste/'] button").click()
    plain_page.locator("[name='people-0-name']").fill("Erna Meier")
    plain_page.locator("main button.kern-btn--primary").click()
    plain_page.locator("[name='email']").fill("erna@example.org")
    for _step in range(3):
        plain_page.locator("main button.kern-btn--primary").click()
    plain_page.wait_for_url("**/buchung/**")
    assert Participant.objects.get(name="Erna Meier").booking.state == Booking.State.WAITING


def test_every_step_fits_a_screen_of_320_pixels(
    open_page: OpenPage, screenshot: Callable[[Page, str], object], expected_complaints: list[str]
) -> None:
    expected_complaints.append("409")
    room = make.room(venue=make.venue(wheelchair_places=2, hearing_loop=True))
    make.generation("Menschen ab sechzig Jahren")
    session = a_date(room=room, capacity=4, min_age=10, groups="book")
    page = open_page(**NARROW)

    def look(name: str) -> None:
        assert fits_the_window(page), name
        assert too_small_to_touch(page) == [], name
        screenshot(page, f"booking-320-{name}")

    def go_on() -> None:
        page.locator("main button.kern-btn--primary").click()

    page.goto(f"/buchen/termin/{session.public_id}/")
    page.locator("[name='people-0-name']").fill("Kim Sommer-Donaudampfschifffahrtsgesellschaft")
    page.locator("[name='people-0-is_minor']").check()
    page.locator("main button[name='add']").click()
    go_on()
    expect(page.locator(".errors")).to_be_visible()
    look("people")
    page.locator("[name='people-0-guardian_name']").fill("Rita Sommer")
    page.locator("[name='people-0-guardian_phone']").fill("05123 45678")
    page.locator("[name='people-0-goes_home_alone'][value='no']").check()
    page.locator("[name='people-1-name']").fill("Mia Jung")
    go_on()
    page.locator("[name='for_others']").check()
    page.locator("[name='name']").fill("Rita Sommer")
    page.locator("[name='email']").fill("rita.sommer.mit.langer.adresse@example.org")
    look("contact")
    go_on()
    page.locator("[name='needs-0-wheelchair']").check()
    page.locator("[name='needs-0-consent']").check()
    look("needs")
    go_on()
    look("check")
    page.goto(page.url.replace("pruefen", "gruppe"))
    look("group")
    make.book(session, "Ida", "Ole", "Uwe", at=timezone.now())
    page.goto(page.url.replace("gruppe", "pruefen"))
    go_on()
    expect(page.locator("form[action$='/warteliste/']")).to_be_visible()
    look("full")
