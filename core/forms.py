"""Fields that every form of the site uses."""

import unicodedata
from typing import Any

from django import forms

# Invisible characters that turn the reading direction or hide text; a name needs none of them.
_BIDI_CONTROLS = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def clean_line(text: str) -> str:
    """The text on one line, composed (NFC), without control characters and stray white space."""
    kept = (
        " " if char.isspace() else char
        for char in unicodedata.normalize("NFC", text)
        if char.isspace() or not (unicodedata.category(char) == "Cc" or char in _BIDI_CONTROLS)
    )
    return " ".join("".join(kept).split())


class LineField(forms.CharField):
    """A text of one line; control characters and surplus white space go quietly."""

    def to_python(self, value: Any) -> Any:
        return clean_line(super().to_python(value) or "")
