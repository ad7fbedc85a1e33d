"""What every form does with a line of text."""

import pytest
from django import forms
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core.forms import LineField, LinesField, RowsField, clean_line
from core.models import Topic


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Erna Meier", "Erna Meier"),
        ("  Erna \t\n Meier  ", "Erna Meier"),
        ("Erna\r\nMeier\u2028\u2029\u0085x", "Erna Meier x"),
        ("Er\x00na\x1b[31m\x7f", "Erna[31m"),
        ("\u202eanrE\u202c \u2066x\u2069", "anrE x"),
        ("\u200fErna\u200e\u061c", "Erna"),
        ("\ufeffErna\u200b\u00ad\u2060", "Erna"),
        ("\u200b\u200d \u00ad", ""),
        ("\u00a0Erna\u2003Meier", "Erna Meier"),
        ("Zoe\u0308", "Zoë"),
        ("A\ud800B", "AB"),
        ("محمد علي", "محمد علي"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d🔬", "👩\u200d🔬"),
        ("", ""),
    ],
)
def test_a_line_keeps_what_can_be_read(typed: str, kept: str) -> None:
    assert clean_line(typed) == kept


@pytest.mark.parametrize("field", [LineField, LinesField])
def test_what_is_too_long_is_said_in_a_short_sentence(field: type[forms.CharField]) -> None:
    with pytest.raises(forms.ValidationError) as error, translation.override("de"):
        field(max_length=5).clean("zu lang")
    assert error.value.messages == ["Das ist zu lang: höchstens 5 Zeichen."]


@given(st.text())
def test_a_line_is_one_line_can_be_written_and_stays_as_it_is(typed: str) -> None:
    line = clean_line(typed)
    assert len(line.splitlines()) <= 1
    assert line == line.strip()
    assert "\x00" not in line
    assert clean_line(line) == line
    line.encode()


class OneLine(forms.Form):
    name = LineField(max_length=5)
    note = LineField(required=False)


@pytest.mark.parametrize("empty", ["", "   ", "\x00", "\u200b", "\n\n"])
def test_what_cannot_be_seen_is_no_answer(empty: str) -> None:
    form = OneLine({"name": empty, "note": empty})
    assert not form.is_valid()
    assert form.errors["name"].as_data()[0].code == "required"
    assert form.cleaned_data["note"] == ""


def test_the_length_is_that_of_what_is_kept() -> None:
    assert OneLine({"name": "  \x00Erna\u202e  "}).is_valid()
    assert not OneLine({"name": "Ernas Name"}).is_valid()


def test_a_field_that_was_not_sent_is_empty() -> None:
    form = OneLine({"name": "Erna"})
    assert form.is_valid()
    assert form.cleaned_data["note"] == ""


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["9" * 30, "-1", "eins", "1.5", ""])
def test_a_key_that_cannot_be_one_is_no_choice(key: str) -> None:
    field = RowsField(Topic.objects.all())
    with pytest.raises(forms.ValidationError):
        field.clean([key])
