"""Whose request this is: addresses and networks. Pure."""

from collections.abc import Iterable, Mapping
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

type Address = IPv4Address | IPv6Address
type Network = IPv4Network | IPv6Network

HOUSEHOLD = 64
"""Bits of an IPv6 address that one household has in common; the rest its devices choose anew every day."""


def read_networks(text: str) -> list[Network]:
    """The networks of a text with one a line, such as `192.0.2.0/24`; a single address is a network of one.

    Raises ValueError with the line that is none.
    """
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        try:
            found.append(ip_network(line, strict=False))
        except ValueError:
            raise ValueError(line) from None
    return found


def check_networks(text: str) -> None:
    """A model field's validator: networks, and none that is everybody."""
    try:
        networks = read_networks(text)
    except ValueError as problem:
        raise ValidationError(
            _("“%(line)s” is no network. One a line, such as 192.0.2.0/24 or 2001:db8::/48."),
            params={"line": str(problem)},
        ) from problem
    if any(network.prefixlen == 0 for network in networks):
        raise ValidationError(_("That would be everybody on the internet."))


def client_address(meta: Mapping[str, str], *, proxies: int) -> Address | None:
    """Where a request comes from, behind so many proxies of our own; None where nobody can tell.

    Each proxy adds to X-Forwarded-For whom it was asked by, so only the last entries are true:
    what stands before them a visitor may have made up. This machine itself is a proxy nobody told us of.
    """
    chain = [part.strip() for part in meta.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    chain.append(meta.get("REMOTE_ADDR", ""))
    try:
        address = ip_address(chain[-1 - min(proxies, len(chain) - 1)])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return None if address.is_loopback else address


def household(address: Address) -> str:
    """What all devices of one household have in common, as far as an address tells."""
    if isinstance(address, IPv6Address):
        return str(ip_network((address, HOUSEHOLD), strict=False))
    return str(address)


def is_within(address: Address | None, networks: Iterable[Network]) -> bool:
    return address is not None and any(address in network for network in networks)
