"""Addresses: who asked, behind how many proxies, and from which network."""

from ipaddress import ip_address

import pytest
from django.core.exceptions import ValidationError

from core.models import HouseSettings
from core.networks import check_networks, client_address, household, is_within, read_networks

FAR, NEAR, OURS = "198.51.100.7", "203.0.113.9", "10.0.0.1"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "remote", "expected"),
    [
        (0, "", FAR, FAR),
        # Nobody of ours wrote this header.
        (0, NEAR, FAR, FAR),
        (1, FAR, OURS, FAR),
        # A visitor made up the first entry; our proxy added the second.
        (1, f"{NEAR}, {FAR}", OURS, FAR),
        (2, f"{NEAR}, {FAR}, 10.0.0.2", OURS, FAR),
        # Fewer entries than proxies: the nearest to the visitor that there is.
        (2, FAR, OURS, FAR),
        (1, "", FAR, FAR),
        (1, " , ", FAR, FAR),
        (1, "unknown", OURS, None),
        (0, "", "", None),
        (0, "", "127.0.0.1", None),
        (0, "", "::1", None),
        (0, "", f"::ffff:{FAR}", FAR),
        (0, "", "::ffff:127.0.0.1", None),
        (1, "2001:db8::5", OURS, "2001:db8::5"),
    ],
)
def test_the_address_is_the_one_our_own_proxies_vouch_for(
    proxies: int, forwarded: str, remote: str, expected: str | None
) -> None:
    meta = {"REMOTE_ADDR": remote, "HTTP_X_FORWARDED_FOR": forwarded}
    found = client_address(meta, proxies=proxies)
    assert (found and str(found)) == expected


def test_devices_of_one_household_are_one() -> None:
    assert household(ip_address("2001:db8:0:1::5")) == household(ip_address("2001:db8:0:1:ffff::9"))
    assert household(ip_address("2001:db8:0:1::5")) != household(ip_address("2001:db8:0:2::5"))
    assert household(ip_address(FAR)) != household(ip_address("198.51.100.8"))


def test_networks_are_read_one_a_line() -> None:
    networks = read_networks(" 198.51.100.0/24 \n\n2001:db8::/48\r\n203.0.113.9\n")
    assert is_within(ip_address(FAR), networks)
    assert is_within(ip_address("2001:db8:0:77::1"), networks)
    assert is_within(ip_address(NEAR), networks)
    assert not is_within(ip_address("203.0.113.10"), networks)
    assert not is_within(ip_address("2001:db8:1::1"), networks)
    assert not is_within(None, networks)


@pytest.mark.parametrize(
    "text", ["198.51.100.0/33", "werkstatt.example.org", "1.2.3", "10.0.0.0/8, 10.1.0.0/16"]
)
def test_what_is_no_network_is_named(text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        check_networks(f"203.0.113.0/24\n{text}")
    assert text in refused.value.messages[0]


@pytest.mark.parametrize("text", ["0.0.0.0/0", "::/0"])
def test_everybody_is_no_network(text: str) -> None:
    with pytest.raises(ValidationError):
        check_networks(text)


def test_the_house_refuses_a_wrong_network_where_it_is_typed() -> None:
    with pytest.raises(ValidationError) as refused:
        HouseSettings(trusted_networks="nonsense").clean_fields()
    assert set(refused.value.message_dict) == {"trusted_networks"}
