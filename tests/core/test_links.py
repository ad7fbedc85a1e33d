"""Links that carry a right: who has one opens that one thing, and nothing else."""

import io
import logging
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from core import links
from core.links import MaskLinks, mask
from tests import factories as make
from workshops.models import Booking

ONE = UUID("11111111-1111-4111-8111-111111111111")
OTHER = UUID("22222222-2222-4222-8222-222222222222")
SIGNATURE = {"purpose": "booking", "public_id": ONE, "version": 1}


def test_a_signature_opens_what_it_was_made_for() -> None:
    signature = links.sign(purpose="booking", public_id=ONE, version=1)
    assert links.is_valid(signature, purpose="booking", public_id=ONE, version=1)
    assert len(signature) == 22
    assert signature.isascii()


@pytest.mark.parametrize("other", [{"purpose": "confirm"}, {"public_id": OTHER}, {"version": 2}], ids=str)
def test_it_opens_nothing_else(other: dict[str, object]) -> None:
    signature = links.sign(purpose="booking", public_id=ONE, version=1)
    assert not links.is_valid(signature, **{**SIGNATURE, **other})  # type: ignore[arg-type]


@given(st.text(max_size=30))
def test_nothing_that_somebody_makes_up_opens_anything(typed: str) -> None:
    right = links.sign(purpose="booking", public_id=ONE, version=1)
    assert links.is_valid(typed, purpose="booking", public_id=ONE, version=1) == (typed == right)


@given(st.integers(0, 21), st.sampled_from(["cut", "changed", "longer"]))
def test_a_signature_cut_changed_or_lengthened_opens_nothing(place: int, how: str) -> None:
    right = links.sign(purpose="booking", public_id=ONE, version=1)
    other = "A" if right[place] != "A" else "B"
    typed = {
        "cut": right[:place],
        "changed": right[:place] + other + right[place + 1 :],
        "longer": right + right[place],
    }[how]
    assert not links.is_valid(typed, purpose="booking", public_id=ONE, version=1)


def test_parts_cannot_be_shifted_into_each_other() -> None:
    assert links.sign(purpose="booking", public_id="1:2", version=3) != links.sign(
        purpose="booking", public_id="1", version=23
    )
    assert (
        len({links.sign(purpose=purpose, public_id=ONE, version=1) for purpose in ("booking", "confirm")})
        == 2
    )


def test_another_installation_signs_differently(settings: Settings) -> None:
    signature = links.sign(purpose="booking", public_id=ONE, version=1)
    settings.SECRET_KEY = "another"
    assert not links.is_valid(signature, purpose="booking", public_id=ONE, version=1)


# On the site ------------------------------------------------------------------------------------------


def own_page(booking: Booking, token: str, name: str = "booking") -> str:
    return reverse(f"workshops:{name}", args=[booking.public_id, token])


@pytest.mark.django_db
def test_a_link_opens_its_booking_and_no_other(client: Client) -> None:
    session = make.session(hold_until_confirmed=True)
    mine, theirs = make.book(session, "Erna Meier"), make.book(session, "Paul Kunz")
    page = client.get(own_page(mine, mine.token))
    assert page.status_code == 200
    assert "Erna Meier" in page.content.decode()
    assert "Paul Kunz" not in page.content.decode()
    assert page["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page["Cache-Control"]
    assert "noindex" in page["X-Robots-Tag"]
    wrong = [
        own_page(theirs, mine.token),
        own_page(mine, mine.token[:-1]),
        own_page(mine, mine.confirm_token),
        own_page(mine, mine.token, "booking_confirm"),
        own_page(mine, theirs.token, "booking_cancel"),
        own_page(mine, mine.confirm_token, "booking_ics"),
        reverse("workshops:booking", args=[uuid4(), mine.token]),
    ]
    for address in wrong:
        response = client.get(address)
        assert response.status_code == 404, address
        assert "Meier" not in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["booking_cancel", "booking_confirm"])
def test_a_wrong_link_changes_nothing_by_post_either(client: Client, name: str) -> None:
    session = make.session(hold_until_confirmed=True)
    mine, theirs = make.book(session), make.book(session)
    for token in (theirs.token, theirs.confirm_token):
        assert client.post(own_page(mine, token, name)).status_code == 404
    mine.refresh_from_db()
    assert mine.state == Booking.State.HELD


@pytest.mark.django_db
def test_raising_the_version_makes_every_link_given_out_worthless(client: Client) -> None:
    booking = make.book(make.session())
    old = booking.token
    booking.link_version += 1
    booking.save(update_fields=["link_version"])
    assert client.get(own_page(booking, old)).status_code == 404
    assert client.get(own_page(booking, booking.token)).status_code == 200


# In the log -------------------------------------------------------------------------------------------


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged, as the console handler of the settings writes it."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(MaskLinks())
    handler.setFormatter(logging.Formatter("{levelname} {name}: {message}", style="{"))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.mark.parametrize(
    "prefix", ["", "/en", "https://werkstatt.example.org", "https://werkstatt.example.org/en"]
)
@pytest.mark.parametrize("suffix", ["/", "/absagen/", "/bestaetigen/", "/termine.ics", "?gebucht", ""])
def test_a_link_in_a_line_of_the_log_is_made_useless(prefix: str, suffix: str) -> None:
    signature = links.sign(purpose="booking", public_id=ONE, version=1)
    line = f"Not Found: {prefix}/buchung/{ONE}/{signature}{suffix} and more"
    assert signature not in mask(line)
    assert mask(line) == f"Not Found: {prefix}/buchung/{ONE}/…{suffix} and more"


def test_several_links_in_one_line_are_all_masked() -> None:
    signature = links.sign(purpose="booking", public_id=ONE, version=1)
    line = f"/buchung/{ONE}/{signature}/ from /buchung/{OTHER}/{signature}/absagen/"
    assert signature not in mask(line)


def test_other_addresses_stay_readable() -> None:
    line = "Not Found: /programm/smartphone-sprechstunde/?q=lang-genug-fuer-alles"
    assert mask(line) == line


def test_arguments_of_a_log_call_are_masked_too() -> None:
    signature = links.sign(purpose="booking", public_id=ONE, version=1)
    where = (f"/buchung/{ONE}/{signature}/",)
    record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, "Not Found: %s", where, None)
    assert MaskLinks().filter(record)
    assert record.getMessage() == f"Not Found: /buchung/{ONE}/…/"


@pytest.mark.django_db
def test_a_request_that_goes_wrong_leaves_no_link_in_the_log(client: Client, log: io.StringIO) -> None:
    booking = make.book(make.session())
    assert client.get(own_page(booking, booking.token) + "gibt-es-nicht/").status_code == 404
    assert client.get(own_page(booking, booking.confirm_token)).status_code == 404
    assert "/buchung/" in log.getvalue()
    assert booking.token not in log.getvalue()
    assert booking.confirm_token not in log.getvalue()


def test_the_console_of_every_installation_masks(settings: Settings) -> None:
    handlers = settings.LOGGING["handlers"].values()
    assert handlers
    assert all("mask_links" in handler["filters"] for handler in handlers)
