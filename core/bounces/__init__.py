"""Mails that came back: one way to say so, whoever says it (a mailbox, a mail provider's call)."""

import re
from datetime import datetime
from enum import StrEnum

from core.forms import clean_line
from core.models import OutgoingMail

LONGEST_REASON = 300

# What a Message-ID of ours may look like; anything else some databases cannot even be asked for.
_POSSIBLE = re.compile(r"<[\x21-\x7e]{1,198}>")


class Kind(StrEnum):
    PERMANENT = "permanent"
    """It has not arrived and will not."""
    TEMPORARY = "temporary"
    """It is late; somebody still tries."""


def record(*, message_id: str, kind: Kind, reason: str, at: datetime) -> bool:
    """Notes at the mail with that Message-ID that it came back or is late; returns whether it is one of ours.

    Safe to say twice and at once: the first time it came back counts, and what comes back is no longer late.
    The reason is cut and loses every address it quotes.
    """
    mails = OutgoingMail.objects.filter(message_id=message_id)
    if not _POSSIBLE.fullmatch(message_id) or not mails.exists():
        return False
    values: dict[str, object] = {"bounce_reason": readable(reason) or kind.value}
    if kind == Kind.PERMANENT:
        values["bounced_at"] = at
    mails.filter(bounced_at=None).update(**values)
    return True


def readable(reason: str) -> str:
    """The reason on one line, short, without addresses."""
    words = clean_line(reason).split()
    return " ".join("…" if "@" in word else word for word in words)[:LONGEST_REASON].strip()
