"""A real SMTP server on this machine, as obliging or as broken as a test wants it."""

import email
import email.policy
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from queue import Queue
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

WAIT = 120
"""So many seconds a test waits at most for something that another process or thread does."""


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Delivered:
    """One message as it came over the line."""

    sender: str
    recipients: list[str]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        parsed = email.message_from_bytes(self.content, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed


@dataclass
class Postbox:
    """What the server does with mail. `at_rcpt` and `at_data` are its answers, or "hang up"."""

    at_rcpt: str = "250 OK"
    at_data: str = "250 OK"
    refused: set[str] = field(default_factory=set)
    keeps: bool = True
    arrived: "Queue[Delivered]" = field(default_factory=Queue)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.at_rcpt == "hang up":
            return self._hang_up(server)
        if address in self.refused:
            return "550 5.1.1 no such mailbox here: " + address
        if self.at_rcpt.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.at_rcpt

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.keeps and (self.at_data.startswith("2") or self.at_data == "hang up after keeping it"):
            content = envelope.original_content or b""
            self.arrived.put(Delivered(envelope.mail_from or "", list(envelope.rcpt_tos), content))
        return self._hang_up(server) if self.at_data.startswith("hang up") else self.at_data

    @property
    def all(self) -> list[Delivered]:
        """Everything that has arrived so far."""
        return list(self.arrived.queue)

    def next(self) -> Delivered:
        """The next message; waits for it."""
        return self.arrived.get(timeout=WAIT)

    @staticmethod
    def _hang_up(server: SMTP) -> str:
        assert server.transport is not None
        server.transport.abort()
        return "421 bye"


@contextmanager
def serving(postbox: Postbox, *, port: int | None = None) -> Iterator[int]:
    """The server, for as long as the block lasts; gives its port."""
    controller = Controller(postbox, hostname="127.0.0.1", port=port or free_port())
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@contextmanager
def silent() -> Iterator[int]:
    """A server that takes connections and never says a word; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def mailer(port: int, *, timeout: float = WAIT) -> dict[str, Any]:
    """Django's `MAILERS` for it."""
    backend = "django.core.mail.backends.smtp.EmailBackend"
    return {
        "default": {"BACKEND": backend, "OPTIONS": {"host": "127.0.0.1", "port": port, "timeout": timeout}}
    }
