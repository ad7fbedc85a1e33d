"""Links that carry a right: whoever has the link may open that one thing, and nothing else.

The last part is an HMAC over purpose, public id and a version kept on the row. Nothing secret is
stored; raising the version makes every link given out before worthless.
"""

import base64
import hashlib
import hmac
import logging
import re

from django.conf import settings
from django.utils.crypto import constant_time_compare

# 128 bits: long enough that guessing is hopeless, short enough for one line of a mail.
LENGTH = 16


def sign(*, purpose: str, public_id: object, version: int) -> str:
    """The signature for a link, 22 characters that are safe in an address."""
    key = hashlib.sha256(b"werkstatt.links:" + settings.SECRET_KEY.encode()).digest()
    message = f"{purpose}:{public_id}:{version}".encode()
    digest = hmac.new(key, message, hashlib.sha256).digest()[:LENGTH]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def is_valid(signature: str, *, purpose: str, public_id: object, version: int) -> bool:
    """Whether the signature opens that thing in its present version; takes the same time either way."""
    return constant_time_compare(signature, sign(purpose=purpose, public_id=public_id, version=version))


_LINK = re.compile(r"(/(?:buchung|helfen|meine-buchungen)/[0-9a-f-]{36}/)[\w-]{10,}")


def mask(text: str) -> str:
    """The text with every such link made useless."""
    return _LINK.sub(r"\1…", text)


class MaskLinks(logging.Filter):
    """Keeps links that carry a right out of the logs."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = mask(record.getMessage())
        record.args = ()
        return True
