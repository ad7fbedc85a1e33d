"""Codes that can be read out on the telephone."""

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import factories as make
from workshops.codes import DIGITS, NOUNS, new_code, normalise
from workshops.models import Booking

CODE = re.compile(r"[A-Z][a-z]+-[A-Z][a-z]+-[0-9]{2}")


def test_a_code_is_two_different_nouns_and_two_digits() -> None:
    for code in (new_code() for _ in range(500)):
        assert CODE.fullmatch(code), code
        first, second, digits = code.split("-")
        assert first in NOUNS
        assert second in NOUNS
        assert first != second
        assert set(digits) <= set(DIGITS)


def test_no_digit_looks_or_sounds_like_another_sign() -> None:
    """0 and o, 1 and l, and on a bad line zwei and drei."""
    assert not set(DIGITS) & set("013")
    assert len(set(DIGITS)) == len(DIGITS)


def test_nouns_are_plain_letters_and_each_is_there_once() -> None:
    assert all(re.fullmatch(r"[A-Z][a-z]{2,9}", noun) for noun in NOUNS)
    assert [noun for noun, count in Counter(NOUNS).items() if count > 1] == []


def test_there_are_codes_for_many_years() -> None:
    assert len(NOUNS) * (len(NOUNS) - 1) * len(DIGITS) ** 2 > 1_000_000
    assert len({new_code() for _ in range(500)}) > 490


def test_a_code_fits_its_column() -> None:
    longest = 2 * max(map(len, NOUNS)) + len("--47")
    assert longest <= Booking._meta.get_field("code").max_length  # type: ignore[operator]


@pytest.mark.parametrize(
    "typed",
    [
        "Apfel-Laterne-47",
        "apfel-laterne-47",
        "APFEL LATERNE 47",
        "  Apfel   Laterne 4 7 ",
        "Apfel – Laterne – 47",
        "Apfel\u2011Laterne\u201147",
        "Apfel, Laterne, 47.",
        "Apfel/Laterne/47",
        "Apfel\tLaterne\n47",
        "Apfel Laterne47",
        "47 Apfel Laterne",
        "\uff21\uff50\uff46\uff45\uff4c Laterne \uff14\uff17",
    ],
    ids=ascii,
)
def test_near_spellings_are_the_same_code(typed: str) -> None:
    assert normalise(typed) == "Apfel-Laterne-47"


@pytest.mark.parametrize("code", ["Mais-Mango-24", "Zebra-Ampel-99", "Wolke-Abend-55"])
def test_a_code_is_its_own_normal_spelling(code: str) -> None:
    assert normalise(code) == normalise(code.upper()) == normalise(code.replace("-", " ").lower()) == code


@given(st.text(max_size=60))
def test_whatever_is_typed_has_a_normal_spelling_that_stays(typed: str) -> None:
    assert normalise(normalise(typed)) == normalise(typed)


@pytest.mark.django_db
def test_every_booking_has_a_code_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    session = make.session()
    first = make.book(session)
    drawn = iter([first.code, first.code, "Apfel-Laterne-47"])
    monkeypatch.setattr("workshops.codes.new_code", lambda: next(drawn))
    assert make.book(session).code == "Apfel-Laterne-47"


def test_no_two_nouns_differ_by_one_letter() -> None:
    """Kanne and Tanne, Hase and Vase: on the telephone they are one word."""
    by_shape = Counter(
        shape
        for noun in NOUNS
        for shape in {noun.lower()[:i] + "?" + noun.lower()[i + 1 :] for i in range(len(noun))}
    )
    assert [shape for shape, count in by_shape.items() if count > 1] == []
