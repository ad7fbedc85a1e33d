"""What a mail server's report says of a mail of ours. Pure; whoever wrote the report is not trusted.

Reads delivery reports (RFC 3464) and, as far as they quote the returned mail's Message-ID, those in a server's own
words. Answers of people and receipts are none.
"""

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from core.bounces import Kind

MOST_BYTES = 256 * 1024
"""So much of a report is read; what is returned in it may be longer."""
MOST_IDS = 20
_MOST_TEXT = 16 * 1024

_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{3,190}>")
_QUOTED_ID = re.compile(
    r"^[ >|]*Message-ID:\s*(<[\x21-\x3b\x3d\x3f-\x7e]{3,190}>)", re.IGNORECASE | re.MULTILINE
)
_DAEMON = re.compile(r"mailer-daemon|postmaster|mail delivery (?:sub)?system", re.IGNORECASE)
_STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?!\.?\d)")
_CODE = re.compile(r"\b[45]\d\d\b|\b[45]\.\d{1,3}\.\d{1,3}\b")
_STILL_TRYING = re.compile(
    r"delayed|not yet been delivered|will be retried|(?:keep|continue) (?:on )?trying|warning message only",
    re.IGNORECASE,
)
_GIVEN_UP = re.compile(r"permanent|giv(?:en|ing) up|retry time(?:out)? exceeded", re.IGNORECASE)
# Where the server's own words end and the returned mail begins.
_RETURNED = re.compile(
    r"^(?:-{3,}.*|[ >|]*(?:Received|Return-Path|Message-ID):.*)$", re.IGNORECASE | re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Report:
    """That a mail with one of these Message-IDs, the likeliest first, came back or is late."""

    message_ids: tuple[str, ...]
    kind: Kind
    reason: str


def read(content: bytes) -> Report | None:
    """The report in a message; None where it is none or names no mail.

    Nested beyond all measure it may raise RecursionError.
    """
    message = email.message_from_bytes(content[:MOST_BYTES])
    verdict = _of_report(message) or _of_own_words(message)
    ids = tuple(dict.fromkeys(_ids(message)))[:MOST_IDS]
    if verdict is None or not ids:
        return None
    kind, reason = verdict
    return Report(message_ids=ids, kind=kind, reason=reason)


type _Verdict = tuple[Kind, str] | None


def _of_report(message: Message) -> _Verdict:
    """What the fields of a delivery report say, of the first recipient it has bad news of."""
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = part.get_payload()
        for block in blocks if isinstance(blocks, list) else ():
            if isinstance(block, Message) and (found := _of_recipient(block)):
                return found
    return None


def _of_recipient(block: Message) -> _Verdict:
    action = str(block.get("Action", "")).strip().lower()
    status = _STATUS.search(str(block.get("Status", "")))
    code = status[0] if status else ""
    # Given up is given up, also where the last trouble was a passing one (4.x.x).
    if action == "failed" or (not action and code.startswith("5")):
        kind = Kind.PERMANENT
    elif action == "delayed" or (not action and code.startswith("4")):
        kind = Kind.TEMPORARY
    else:
        return None
    diagnosis = str(block.get("Diagnostic-Code", "")).partition(";")[2]
    return kind, f"{code} {diagnosis}"


def _of_own_words(message: Message) -> _Verdict:
    """What a mail server says in its own words; nothing where the sender is none, or it speaks of something else."""
    if message.get_content_type() == "multipart/report":
        return None
    if not _DAEMON.search(str(message.get("From", ""))) and "X-Failed-Recipients" not in message:
        return None
    said = _RETURNED.split("\n".join(_texts(message))[:_MOST_TEXT], maxsplit=1)[0]
    subject = str(message.get("Subject", ""))
    codes = {code[0] for code in _STATUS.findall(said)}
    late = _STILL_TRYING.search(f"{subject}\n{said}") or (codes == {"4"} and not _GIVEN_UP.search(said))
    reason = next((line for line in said.splitlines() if _CODE.search(line)), subject)
    return (Kind.TEMPORARY if late else Kind.PERMANENT), reason


def _ids(message: Message) -> Iterator[str]:
    """Every Message-ID the returned mail may have: its own headers first, then what the report answers to."""
    parts = list(message.walk())
    for part in parts:
        if part.get_content_type() == "message/rfc822" and part.is_multipart():
            returned = part.get_payload()
            if isinstance(returned, list) and isinstance(returned[0], Message):
                yield from _ID.findall(str(returned[0].get("Message-ID", "")))
        elif part.get_content_type() == "text/rfc822-headers":
            yield from _QUOTED_ID.findall(_text(part))
    for text in _texts(message):
        yield from _QUOTED_ID.findall(text)
    for name in ("X-Original-Message-ID", "In-Reply-To", "References"):
        yield from _ID.findall(str(message.get(name, ""))[:_MOST_TEXT])


def _texts(message: Message) -> Iterator[str]:
    for part in message.walk():
        if part.get_content_type() in ("text/plain", "text/html"):
            yield _text(part)


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode("latin-1").replace("\r\n", "\n") if isinstance(payload, bytes) else ""
