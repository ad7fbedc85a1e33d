"""Fetching a calendar from an address an editor names, and from nowhere else.

Plain `http.client` with our own connection: the name is resolved once, every address it has must be a public
one, and the connection goes to the address that was checked. HTTP libraries resolve by themselves, so between
their look and ours a name could come to mean this machine (DNS rebinding).
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.utils.translation import gettext_lazy as _

MOST_BYTES = 5 * 1024 * 1024
SECONDS = 10.0
"""For all of it together: looking up, connecting, redirects and reading."""
MOST_REDIRECTS = 3

_TOO_SLOW = _("The address took too long to answer.")

Resolve = Callable[[str, int], list[str]]

_HIDES_ANOTHER = [ipaddress.ip_network(text) for text in ("::/96", "64:ff9b::/96", "2001::/32")]
"""IPv6 networks whose addresses stand for an IPv4 address somebody else translates them to."""


class NotFetched(Exception):
    """Nothing came of an address; `sentence` says why to people."""

    def __init__(self, sentence: object) -> None:
        super().__init__(str(sentence))
        self.sentence = str(sentence)


def resolve(host: str, port: int) -> list[str]:
    """The addresses a name stands for, as the machine looks them up."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public network: not private, local, shared, mapped or reserved."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        if any(found in network for network in _HIDES_ANOTHER):
            return False
        if found.is_site_local:
            return False
        found = found.ipv4_mapped or found.sixtofour or found
    return found.is_global and not found.is_multicast


def fetch(
    url: str,
    *,
    look_up: Resolve = resolve,
    may_connect: Callable[[str], bool] = is_public,
    context: ssl.SSLContext | None = None,
) -> bytes:
    """What lies at an https address: at most 5 MB, within ten seconds, redirects on the same host only.

    The ten seconds are for all of it, however slowly names, headers or the file come. Raises NotFetched with a
    sentence for everything that goes wrong.
    """
    deadline = time.monotonic() + SECONDS
    host = ""
    for _step in range(MOST_REDIRECTS + 1):
        try:
            parts = urlsplit(url)
            port = parts.port or 443
        except ValueError:
            raise NotFetched(_("This is not an address.")) from None
        if parts.scheme != "https" or not parts.hostname or parts.username or parts.password:
            raise NotFetched(_("The address must begin with https:// and hold no password."))
        if host and parts.netloc.lower() != host:
            raise NotFetched(
                _("The address leads on to another host. Please enter that one, if you trust it.")
            )
        host = parts.netloc.lower()
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            status, location, content = _get(
                parts.hostname, port, path, deadline, look_up, may_connect, context
            )
        except TimeoutError:
            raise NotFetched(_TOO_SLOW) from None
        except (OSError, http.client.HTTPException, UnicodeError, ValueError):
            raise NotFetched(
                _("Nothing could be fetched from this address. Is it right, and is it there?")
            ) from None
        if status in (301, 302, 303, 307, 308) and location:
            url = urljoin(url, location)
            continue
        if status != 200:
            raise NotFetched(_("The address answered with an error (%(status)s).") % {"status": status})
        return content
    raise NotFetched(_("The address leads on and on."))


def _get(
    host: str,
    port: int,
    path: str,
    deadline: float,
    look_up: Resolve,
    may_connect: Callable[[str], bool],
    context: ssl.SSLContext | None,
) -> tuple[int, str, bytes]:
    addresses = _looked_up(host, port, look_up, deadline)
    if not addresses or not all(may_connect(address) for address in addresses):
        raise NotFetched(_("This address leads into a private network; nothing is fetched from there."))
    connection = _Pinned(host, port, addresses[0], deadline, context or ssl.create_default_context())
    try:
        connection.request(
            "GET", path, headers={"Accept": "text/calendar", "User-Agent": "Digital-Werkstatt"}
        )
        # The connection forgets a response after which the server closes, so it is closed by itself.
        with closing(connection.getresponse()) as response:
            content = bytearray()
            while response.status == 200 and (part := response.read1(65536)):
                content += part
                if len(content) > MOST_BYTES:
                    raise NotFetched(_("The file is larger than 5 MB."))
            return response.status, response.getheader("Location") or "", bytes(content)
    finally:
        connection.close()
        if connection.tls is not None:
            connection.tls.close()


def _looked_up(host: str, port: int, look_up: Resolve, deadline: float) -> list[str]:
    """What `look_up` finds in time. The machine's own look-up knows no limit, so a thread waits for it."""
    found: list[list[str] | Exception] = []

    def work() -> None:
        try:
            found.append(look_up(host, port))
        except Exception as problem:
            found.append(problem)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(_left(deadline))
    if not found:
        raise NotFetched(_TOO_SLOW)
    if isinstance(found[0], Exception):
        raise found[0]
    return found[0]


class _Hurried(ssl.SSLSocket):
    """A socket that waits for nothing longer than until its deadline, however often it is read."""

    deadline: float

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(_left(self.deadline))
        return super().recv_into(*args, **kwargs)


class _Pinned(http.client.HTTPSConnection):
    """A connection to one address, with the certificate checked against the name, until a deadline."""

    def __init__(self, host: str, port: int, address: str, deadline: float, context: ssl.SSLContext) -> None:
        super().__init__(host, port, context=context)
        context.sslsocket_class = _Hurried
        self._address, self._context_for_name, self._deadline = address, context, deadline
        self.tls: ssl.SSLSocket | None = None

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), _left(self._deadline))
        # http.client forgets its socket once a server says that it will close.
        try:
            plain.settimeout(_left(self._deadline))
            made: Any = self._context_for_name.wrap_socket(plain, server_hostname=self.host)
            made.deadline = self._deadline
            self.sock = self.tls = made
        except BaseException:
            plain.close()
            raise


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise NotFetched(_TOO_SLOW)
    return left
