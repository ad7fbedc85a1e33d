"""Several times of one day: "14:00, 14:30 und 15 Uhr"."""

import re
from collections.abc import Iterable
from datetime import time

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MOST_TIMES = 30

_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?:\s*(?:uhr|h))?", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:[,;\n]|\bund\b|\band\b)\s*", re.IGNORECASE)


def parse_times(text: str) -> list[time]:
    """The times written in `text`, in order and each once; separated by commas, "und" or lines.

    Whatever the text holds, the only exception is django's ValidationError with a sentence for people.
    """
    found = set()
    for part in filter(None, _BETWEEN.split(text.strip())):
        match = _TIME.fullmatch(part)
        try:
            if not match:
                raise ValueError
            found.add(time(int(match[1]), int(match[2] or 0)))
        except ValueError:
            message = _("“%(part)s” is not a time. Write for example 14:30, 15:00.")
            raise ValidationError(message, code="time", params={"part": part[:20]}) from None
    if len(found) > MOST_TIMES:
        raise ValidationError(_("These are more than %(max)s times."), "too_many", {"max": MOST_TIMES})
    return sorted(found)


def times_text(times: Iterable[time]) -> str:
    """The times as they are stored and shown."""
    return ", ".join(f"{item:%H:%M}" for item in times)
