"""Robots at the last step of a booking: one more click, and never a refusal."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from pytest_django import Settings

from core.models import HouseSettings
from tests import factories as make
from tests import web
from tests.workshops.visitor import Visitor, nothing_is_booked
from workshops.models import Booking, Participant

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(settings: Settings, clock: time_machine.Traveller) -> Visitor:
    """Somebody before the last button."""
    settings.GUARD_FASTEST = 2
    visitor = Visitor(make.session())
    visitor.answer_all("Erna Meier", "Karl Meier")
    return visitor


def form_of(response: Any) -> dict[str, str]:
    """What the page's one form sends, its button included."""
    fields = web.page(response).select("main form [name]")
    return {str(field["name"]): str(field.get("value", "")) for field in fields}


def asks(response: Any) -> bool:
    return (
        response.status_code == 200
        and web.in_german("One more click: are you a person?") in web.words(response)
        and set(form_of(response)) == {"csrfmiddlewaretoken", "person"}
    )


def test_a_person_books_without_being_asked(visitor: Visitor, clock: time_machine.Traveller) -> None:
    sent = form_of(visitor.get("pruefen"))
    assert set(sent) == {"csrfmiddlewaretoken", "website", "shown"}
    clock.shift(timedelta(seconds=2))
    assert "/buchung/" in visitor.client.post(visitor.url("pruefen"), sent).headers["Location"]


def test_the_trap_says_what_it_is_to_those_who_meet_it(visitor: Visitor) -> None:
    page = web.page(visitor.get("pruefen"))
    [field] = page.select("input[name=website]")
    assert page.select(f"label[for={field['id']}]")[0].text == web.in_german("Please leave this field empty")
    assert (field["tabindex"], field["autocomplete"], field["type"]) == ("-1", "off", "text")
    hidden = [
        parent for parent in field.parents if parent.has_attr("hidden") or parent.has_attr("aria-hidden")
    ]
    assert not hidden


@pytest.mark.parametrize(
    "changed",
    [{"website": "https://spam.example"}, {"shown": ""}, {"shown": "1799658000.AAAAAAAAAAAAAAAAAAAAAA"}],
)
def test_suspicion_leads_to_one_more_click_with_all_answers(
    visitor: Visitor, clock: time_machine.Traveller, changed: dict[str, str]
) -> None:
    sent = form_of(visitor.get("pruefen"))
    clock.shift(timedelta(minutes=1))
    asked = visitor.client.post(visitor.url("pruefen"), {**sent, **changed})
    assert asks(asked)
    assert nothing_is_booked()
    clicked = visitor.client.post(visitor.url("pruefen"), form_of(asked))
    assert "/buchung/" in clicked.headers["Location"]
    assert set(Participant.objects.values_list("name", flat=True)) == {"Erna Meier", "Karl Meier"}


def test_the_first_form_in_no_time_is_asked_and_in_time_is_not(
    visitor: Visitor, clock: time_machine.Traveller
) -> None:
    sent = form_of(visitor.get("pruefen"))
    clock.shift(timedelta(seconds=1))
    assert asks(visitor.client.post(visitor.url("pruefen"), sent))
    # Back, and the same button once more: now they have been seen for long enough.
    clock.shift(timedelta(seconds=9))
    assert visitor.client.post(visitor.url("pruefen"), sent).status_code == 302
    assert Booking.objects.count() == 1


def test_going_back_after_the_click_leads_to_the_booking(visitor: Visitor) -> None:
    asked = visitor.client.post(visitor.url("pruefen"), {"website": "x"})
    done = visitor.client.post(visitor.url("pruefen"), form_of(asked))
    for again in (
        visitor.client.post(visitor.url("pruefen"), form_of(asked)),
        visitor.client.post(visitor.url("pruefen"), {"website": "x"}),
        visitor.get("pruefen"),
    ):
        assert again.headers["Location"] == done.headers["Location"]
    assert Booking.objects.count() == 1


def test_the_stamp_of_somebody_else_is_no_answer(visitor: Visitor, clock: time_machine.Traveller) -> None:
    other = Visitor(make.session())
    other.answer_all("Paul")
    seen = form_of(other.get("pruefen"))
    proof = form_of(other.client.post(other.url("pruefen"), {}))
    clock.shift(timedelta(minutes=1))
    assert asks(visitor.client.post(visitor.url("pruefen"), seen))
    assert asks(visitor.client.post(visitor.url("pruefen"), proof))
    assert nothing_is_booked()


def test_who_has_to_pay_reads_so_on_the_button(settings: Settings) -> None:
    visitor = Visitor(make.session(price="20.00"))
    visitor.answer_all()
    said = web.words(visitor.client.post(visitor.url("pruefen"), {}))
    assert web.in_german("Book with obligation to pay") in said
    assert "20" in said


def test_many_on_one_wifi_are_asked_and_all_of_them_book(settings: Settings) -> None:
    settings.GUARD_PER_ADDRESS = 3
    session = make.session(capacity=8)
    asked = 0
    for number in range(6):
        visitor = Visitor(session)
        visitor.client.defaults["REMOTE_ADDR"] = "198.51.100.7"
        visitor.answer_all(f"Gast {number}", email=f"gast{number}@example.org")
        answer = visitor.post("pruefen")
        if asks(answer):
            asked += 1
            answer = visitor.client.post(visitor.url("pruefen"), form_of(answer))
        assert answer.status_code == 302
    assert (asked, Booking.objects.count()) == (3, 6)


@pytest.mark.parametrize("address", ["198.51.100.7", "2001:db8::7"])
def test_in_the_house_nobody_is_asked(settings: Settings, address: str) -> None:
    settings.GUARD_PER_ADDRESS = 0
    HouseSettings.objects.create(trusted_networks="198.51.100.0/24\n2001:db8::/64")
    visitor = Visitor(make.session())
    visitor.client.defaults["REMOTE_ADDR"] = address
    visitor.answer_all()
    assert visitor.client.post(visitor.url("pruefen"), {"website": "x"}).status_code == 302
