"""The whole way on a running site: editor → publish → visitor → book → mail → confirm → feed → cancel → feed."""

import email
import email.policy
import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import icalendar
import pytest
from django.core import mail as outbox
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from core import due
from tests import factories as make
from workshops.models import Booking, CoursePage, CourseRun, Session

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "geheim-genug-fuer-den-test"


def _feed(page: Page, path: str) -> icalendar.Calendar:
    answer = page.request.get(path)
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    return icalendar.Calendar.from_ical(answer.body())


def _mail_path(kind: str) -> str:
    """Sends what is due and returns the address of that kind in the newest mail, without its host."""
    due.do_all(at=timezone.now())
    message = email.message_from_bytes(outbox.outbox[-1].message().as_bytes(), policy=email.policy.default)
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    found = re.findall(rf"https://\S+/{kind}", text) or re.findall(r"https://\S+/buchung/\S+", text)
    return urlsplit(found[0]).path


def test_from_the_editors_desk_to_the_visitors_calendar_and_back(
    page: Page, open_page: Callable[..., Page], screenshot: Callable[[Page, str], object]
) -> None:
    programme = make.programme()
    make.room(venue=make.venue(name="Alte Post"), name="Werkraum")
    User.objects.create_superuser("redaktion@example.org", PASSWORD)

    # The editor signs in at the one address, writes the course and publishes it.
    page.goto("/admin/")
    expect(page).to_have_url(re.compile("/anmelden/"))
    page.get_by_label("E-Mail").fill("redaktion@example.org")
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden").click()
    page.goto(f"/admin/pages/add/workshops/coursepage/{programme.pk}/")
    page.get_by_role("textbox", name="Titel", exact=False).first.fill("Fotos vom Handy sichern")
    page.get_by_role("textbox", name="Kurztext").fill(
        "Wir zeigen Ihnen, wie Ihre Bilder nicht verloren gehen."
    )
    page.locator("footer [data-w-dropdown-target='toggle']").click()
    page.get_by_role("button", name="Veröffentlichen", exact=True).click()
    page.wait_for_url("**/admin/pages/*/")
    course = CoursePage.objects.get(title="Fotos vom Handy sichern", alias_of=None)
    assert course.live

    # A run on every second Wednesday, three dates, each held until confirmed.
    first = timezone.localdate() + timedelta(days=(2 - timezone.localdate().weekday()) % 7 + 7)
    page.goto("/admin/courserun/new/")
    page.get_by_role("combobox", name="Angebot").select_option(label="Fotos vom Handy sichern")
    page.get_by_role("textbox", name="Kursnummer").fill("F-101")
    page.get_by_role("textbox", name="Erster Termin").fill(f"{first:%d.%m.%Y}")
    page.get_by_role("textbox", name="Beginnt um").fill("14:00")
    page.get_by_label("Wöchentlich").check()
    page.get_by_label("In welchem Abstand", exact=False).fill("2")
    page.get_by_label("Mittwoch").check()
    page.get_by_label("Nach einer Anzahl von Terminen").check()
    page.get_by_role("textbox", name="Anzahl der Termine").fill("3")
    page.get_by_role("combobox", name="Raum").select_option(label="Werkraum (Alte Post)")
    page.get_by_label("Nicht an Feiertagen").uncheck()
    page.get_by_role("spinbutton", name="Plätze", exact=True).fill("2")
    for fold in page.locator(".plan__fold > summary").all():
        fold.click()
    page.get_by_label("Platz freihalten", exact=False).check()
    page.get_by_role("button", name="Termine anzeigen").click()
    expect(page.get_by_text("3 neue Termine")).to_be_visible()
    assert not CourseRun.objects.exists()
    screenshot(page, "editor-preview")
    page.get_by_role("button", name="Veröffentlichen").click()
    expect(page.get_by_text("ist mit 3 Terminen veröffentlicht")).to_be_visible()
    run = CourseRun.objects.get(number="F-101")
    session = run.sessions.order_by("starts_at").first()
    assert session is not None
    assert timezone.localtime(session.starts_at).date() == first
    assert timezone.localtime(session.starts_at).hour == 14

    # A visitor finds it by its number, without JavaScript, and books for two.
    visitor = open_page(java_script_enabled=False)
    visitor.goto("/programm/")
    visitor.get_by_label("Suche").fill("F-101")
    visitor.get_by_role("button", name="Suche").click()
    visitor.get_by_role("link", name="Fotos vom Handy sichern").first.click()
    visitor.get_by_role("link", name=re.compile("Platz buchen")).first.click()
    visitor.get_by_label("Vor- und Nachname").fill("Erna Meier")
    visitor.get_by_role("button", name="Es kommt noch jemand mit", exact=False).click()
    visitor.get_by_label("Vor- und Nachname").nth(1).fill("Paul Meier")
    visitor.get_by_role("button", name="Weiter").last.click()
    visitor.get_by_label("E-Mail").fill("erna.meier@gmial.com")
    visitor.get_by_role("button", name="Weiter").click()
    visitor.get_by_role("button", name="Ja", exact=False).click()
    visitor.get_by_role("button", name="Weiter").last.click()
    expect(visitor.get_by_text("erna.meier@gmail.com")).to_be_visible()
    visitor.get_by_role("button", name="Verbindlich buchen").click()
    booking = Booking.objects.get()
    expect(visitor.get_by_text(booking.code)).to_be_visible()
    assert booking.state == Booking.State.HELD

    # The mail's link confirms it; only the button does.
    confirm = _mail_path("bestaetigen/")
    visitor.goto(confirm)
    booking.refresh_from_db()
    assert booking.state == Booking.State.HELD
    visitor.get_by_role("button", name="Verbindlich buchen").click()
    booking.refresh_from_db()
    assert booking.state == Booking.State.CONFIRMED
    visitor.goto("/programm/?q=F-101")
    expect(visitor.get_by_text("Ausgebucht").first).to_be_visible()

    # A calendar app subscribes; the team cancels a date; the calendar says so under the same UID.
    feed = f"/kalender/angebot/{course.pk}.ics"
    before = {str(event["UID"]): event for event in _feed(visitor, feed).walk("VEVENT")}
    assert len(before) == 3
    assert before[session.uid].decoded("DTSTART") == session.starts_at
    page.goto(f"/admin/courserun/dates/{run.pk}/")
    page.get_by_role("link", name=re.compile("Termin am .* absagen")).first.click()
    page.get_by_role("textbox", name="Grund").fill("Die Kursleitung ist krank.")
    page.get_by_role("button", name="Sehen, wer benachrichtigt wird").click()
    expect(page.get_by_text("1 Buchung wird per E-Mail benachrichtigt")).to_be_visible()
    assert not Session.objects.get(pk=session.pk).is_cancelled
    page.get_by_role("button", name="Diesen Termin absagen").click()
    expect(page.get_by_role("button", name="Rückgängig machen")).to_be_visible()
    after = {str(event["UID"]): event for event in _feed(visitor, feed).walk("VEVENT")}
    assert set(after) == set(before)
    assert after[session.uid]["STATUS"] == "CANCELLED"
    assert after[session.uid]["SEQUENCE"] > before[session.uid]["SEQUENCE"]

    # Undone within ten minutes: as if nothing had been. Nobody was told.
    page.get_by_role("button", name="Rückgängig machen").click()
    again = {str(event["UID"]): event for event in _feed(visitor, feed).walk("VEVENT")}
    assert again[session.uid]["STATUS"] == "CONFIRMED"
    sent = len(outbox.outbox)
    due.do_all(at=timezone.now() + timedelta(minutes=11))
    assert [m.subject for m in outbox.outbox[sent:] if "Fällt aus" in m.subject] == []

    # The visitor cancels through the link in the mail, and the seats are free again.
    visitor.goto(_mail_path("absagen/"))
    visitor.get_by_role("button", name=re.compile("absagen", re.I)).click()
    booking.refresh_from_db()
    assert booking.state == Booking.State.CANCELLED
    visitor.goto("/programm/?q=F-101")
    expect(visitor.get_by_text("2 Plätze frei").first).to_be_visible()
