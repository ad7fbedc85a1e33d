"""Fetching a calendar from an address an editor names, and from nowhere else.

Plain `http.client` with our own connection: the name is resolved once, every address it has must be a public
one, and the connection goes to the address that was checked. HTTP libraries resolve by themselves, so between
their look and ours a name could come to mean this machine (DNS rebinding).
"""

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import closing
from urllib.parse import urljoin, urlsplit

from django.utils.translation import gettext_lazy as _

MOST_BYTES = 5 * 1024 * 1024
SECONDS = 10.0
"""For all of it together: looking up, connecting, redirects and reading."""
MOST_REDIRECTS = 3

Resolve = Callable[[str, int], list[str]]


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
    if isinstance(found, ipaddress.IPv6Address) and (inner := found.ipv4_mapped or found.sixtofour):
        found = inner
    return found.is_global and not found.is_multicast


def fetch(
    url: str,
    *,
    look_up: Resolve = resolve,
    may_connect: Callable[[str], bool] = is_public,
    context: ssl.SSLContext | None = None,
) -> bytes:
    """What lies at an https address: at most 5 MB, within ten seconds, redirects on the same host only.

    Raises NotFetched with a sentence for everything that goes wrong.
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
    addresses = look_up(host, port)
    if not addresses or not all(may_connect(address) for address in addresses):
        raise NotFetched(_("This address leads into a private network; nothing is fetched from there."))
    connection = _Pinned(host, port, addresses[0], _left(deadline), context or ssl.create_default_context())
    try:
        connection.request(
            "GET", path, headers={"Accept": "text/calendar", "User-Agent": "Digital-Werkstatt"}
        )
        # The connection forgets a response after which the server closes, so it is closed by itself.
        with closing(connection.getresponse()) as response:
            content = bytearray()
            while response.status == 200:
                if connection.tls is not None:
                    connection.tls.settimeout(_left(deadline))
                part = response.read1(65536)
                if not part:
                    break
                content += part
                if len(content) > MOST_BYTES:
                    raise NotFetched(_("The file is larger than 5 MB."))
            return response.status, response.getheader("Location") or "", bytes(content)
    finally:
        connection.close()
        if connection.tls is not None:
            connection.tls.close()


class _Pinned(http.client.HTTPSConnection):
    """A connection to one address, with the certificate checked against the name."""

    def __init__(self, host: str, port: int, address: str, timeout: float, context: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=timeout, context=context)
        self._address, self._context_for_name = address, context
        self.tls: ssl.SSLSocket | None = None

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), self.timeout)
        # http.client forgets its socket once a server says that it will close.
        try:
            self.sock = self.tls = self._context_for_name.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise NotFetched(_("The address took too long to answer."))
    return left
