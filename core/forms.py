"""Fields that every form of the site uses."""

import re
import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

# Of the characters nobody sees, which turn the reading direction or hide text, only those that join letters stay.
_JOINERS = "\u200c\u200d"
LONGEST_KEY = 18
"""Digits of a row's key; longer numbers some databases cannot hold."""


TOO_LONG = _("This is too long: %(limit_value)d characters at most.")


def clean_line(text: str) -> str:
    """The text on one line, composed (NFC), without control characters, invisible ones and stray white space."""
    kept = (
        " " if char.isspace() else char
        for char in unicodedata.normalize("NFC", text)
        if char.isspace() or char in _JOINERS or unicodedata.category(char) not in ("Cc", "Cf", "Cs")
    )
    return " ".join("".join(kept).split()).strip(_JOINERS)


def clean_lines(text: str) -> str:
    """The text line by line as `clean_line` does it, with at most one empty line between two paragraphs."""
    lines = "\n".join(clean_line(line) for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


class LineField(forms.CharField):
    """A text of one line; control characters and surplus white space go quietly."""

    default_error_messages = {"max_length": TOO_LONG}

    def to_python(self, value: Any) -> Any:
        return clean_line(super().to_python(value) or "")


class LinesField(forms.CharField):
    """A text of several lines, each cleaned as that of a `LineField` is."""

    widget = forms.Textarea
    default_error_messages = {"max_length": TOO_LONG}

    def to_python(self, value: Any) -> Any:
        return clean_lines(super().to_python(value) or "")


class RowsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several rows; a key that no database can hold is no choice, and no error 500."""

    def clean(self, value: Any) -> Any:
        for key in map(str, value or ()):
            if not key.isdecimal() or len(key) > LONGEST_KEY:
                raise forms.ValidationError(
                    self.error_messages["invalid_pk_value"], code="invalid_pk_value", params={"pk": key[:20]}
                )
        return super().clean(value)
