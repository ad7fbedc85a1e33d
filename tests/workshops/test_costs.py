"""What a course costs, in the words of the reader."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from tests import factories as make
from workshops.costs import booking_cost_lines, cost_lines, euros
from workshops.models import Booking, CourseRun

FREE = {"price": Decimal(0), "material_cost": Decimal(0), "price_reduced": None}


@pytest.mark.parametrize(
    ("amount", "german", "english"),
    [
        ("12.5", "12,50 €", "12.50 €"),
        ("0.05", "0,05 €", "0.05 €"),
        ("7", "7,00 €", "7.00 €"),
        ("99999.99", "99999,99 €", "99999.99 €"),
    ],
)
def test_an_amount_is_written_as_the_language_does(amount: str, german: str, english: str) -> None:
    with translation.override("de"):
        assert euros(Decimal(amount)) == german
    with translation.override("en"):
        assert euros(Decimal(amount)) == english


def lines(**fields: Any) -> list[str]:
    with translation.override("en"):
        return cost_lines(CourseRun(**{**FREE, **fields}))


def test_what_costs_nothing_says_so() -> None:
    assert lines() == ["Free of charge"]
    assert lines(cost_note="Eine Spende hilft.") == ["Free of charge", "Eine Spende hilft."]


def test_price_reduction_material_and_note_stand_in_this_order() -> None:
    assert lines(
        price=Decimal(20),
        price_reduced=Decimal("12.5"),
        material_cost=Decimal(3),
        cost_note="Mit Sozialpass.",
    ) == [
        "20.00 € per person",
        "Reduced: 12.50 € per person",
        "Material: 3.00 € per person",
        "Mit Sozialpass.",
        "You pay on site.",
    ]


def test_material_alone_is_a_price() -> None:
    assert lines(material_cost=Decimal(3)) == ["Material: 3.00 € per person", "You pay on site."]


def test_reduced_to_nothing_is_still_named() -> None:
    assert "Reduced: 0.00 € per person" in lines(price=Decimal(5), price_reduced=Decimal(0))


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_line_is_in_the_language_of_the_reader(language: str) -> None:
    run = CourseRun(**{**FREE, "price": Decimal(5)})
    with translation.override(language):
        assert ("Sie" in cost_lines(run)[-1]) == (language == "de")


@pytest.mark.django_db
def test_a_booking_keeps_the_price_it_was_made_at() -> None:
    session = make.session(price=Decimal(5), material_cost=Decimal(2))
    booking = make.book(session)
    CourseRun.objects.update(price=Decimal(50), material_cost=Decimal(0))
    booking = Booking.objects.get(pk=booking.pk)
    with translation.override("en"):
        assert booking_cost_lines(booking) == [
            "5.00 € per person",
            "Material: 2.00 € per person",
            "You pay on site.",
        ]


@pytest.mark.django_db
def test_a_free_booking_names_no_cost() -> None:
    booking = make.book(make.session())
    assert not booking.has_price
    assert booking_cost_lines(booking) == []
