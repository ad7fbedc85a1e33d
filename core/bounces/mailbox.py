"""Reads the mailbox that reports of undelivered mails come to (`BOUNCE_URL`)."""

import imaplib
import logging
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

from django.conf import settings
from django.core.cache import cache

from config.environment import Mailbox
from core import bounces
from core.bounces import reports

logger = logging.getLogger(__name__)

PAUSE = 5 * 60
"""Seconds between two looks."""
TIMEOUT = 20
"""Seconds a server may be silent."""
LONGEST_LOOK = 60
"""Seconds after which the rest waits for the next look, so that other due work is not held up."""
MOST = 100
"""So many messages are read in one look, the newest first."""

# What people write is not even opened: the team may read the same mailbox.
_LOOKS_LIKE_ONE = (
    "UNSEEN OR OR FROM mailer-daemon FROM postmaster"
    " OR HEADER Content-Type delivery-status HEADER X-Failed-Recipients @"
)


def read_due(at: datetime) -> int:
    """Notes what has come back since the last look and returns how many of our mails that were.

    Does nothing without a mailbox, or within five minutes of the last look. A report is marked as seen only after
    it has been noted, so a killed process reads it again and nothing is lost; one that cannot be understood is
    logged, marked too, and holds up no other. Raises what the server's line raises (OSError, IMAP4.error).
    """
    mailbox: Mailbox | None = settings.BOUNCE_MAILBOX
    if mailbox is None or not cache.add("bounces-read", True, PAUSE):
        return 0
    with _opened(mailbox) as server:
        folder = mailbox.folder.replace("\\", "\\\\").replace('"', '\\"')
        _expect(server.select(f'"{folder}"'))
        [found] = _expect(server.uid("SEARCH", _LOOKS_LIKE_ONE))
        ends, noted = time.monotonic() + LONGEST_LOOK, 0
        for uid in reversed((found or b"").decode("ascii").split()[-MOST:]):
            if time.monotonic() > ends:
                break
            noted += _note(server, uid, at)
    return noted


@contextmanager
def _opened(mailbox: Mailbox) -> Iterator[imaplib.IMAP4]:
    """Signed in, and closed whatever happens; imaplib alone leaves the line open where it has broken."""
    server = _connect(mailbox)
    try:
        server.login(mailbox.user, mailbox.password)
        yield server
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            server.logout()
        with suppress(OSError):
            server.shutdown()


def _connect(mailbox: Mailbox) -> imaplib.IMAP4:
    if not mailbox.is_secure:
        return imaplib.IMAP4(mailbox.host, mailbox.port, timeout=TIMEOUT)
    context = ssl.create_default_context()
    return imaplib.IMAP4_SSL(mailbox.host, mailbox.port, ssl_context=context, timeout=TIMEOUT)


def _expect(answer: tuple[str, list[bytes | None]]) -> list[bytes | None]:
    if answer[0] != "OK":
        raise imaplib.IMAP4.error("The server refused.")
    return answer[1]


def _note(server: imaplib.IMAP4, uid: str, at: datetime) -> bool:
    answer, data = server.uid("FETCH", uid, f"(BODY.PEEK[]<0.{reports.MOST_BYTES}>)")
    content = next((bytes(part[1]) for part in data if isinstance(part, tuple)), None)
    if answer != "OK" or content is None:  # somebody has deleted it
        return False
    try:
        report = reports.read(content)
    except Exception as error:
        logger.warning("A report in the mailbox cannot be read: %s", type(error).__name__)
        _mark_seen(server, uid)
        return False
    if report is None:
        return False
    ours = any(
        bounces.record(message_id=one, kind=report.kind, reason=report.reason, at=at)
        for one in report.message_ids
    )
    _mark_seen(server, uid)
    return ours


def _mark_seen(server: imaplib.IMAP4, uid: str) -> None:
    server.uid("STORE", uid, "+FLAGS.SILENT", "(\\Seen)")
