"""Somebody who waits for a seat, for tests."""

import itertools
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import translation

from core.mail import FinishedMessage
from core.models import OutgoingMail
from tests import factories as make
from workshops import operations
from workshops.models import Booking, Participant, Session

FAR = date(2027, 3, 3)
"""A Wednesday far enough away for 48 hours and for kept seats."""

_numbers = itertools.count(1)


def full_date(capacity: int = 1, **fields: Any) -> tuple[Session, list[Booking]]:
    """A date without a free seat, and the bookings that fill it, one seat each."""
    session = make.session(**{"first_date": FAR, "capacity": capacity, **fields})
    return session, [make.book(session, f"Gast {number}") for number in range(capacity)]


def wait(session: Session, *names: str, at: datetime = make.NOW, **fields: Any) -> Booking:
    """A party on the waiting list; each call is somebody else unless an address is given."""
    fields.setdefault("email", f"wartet{next(_numbers)}@example.org")
    party = make.party(*names, **fields)
    return operations.join_waiting_list(run=session.run, session=session, party=party, at=at)


def offered(*names: str, **fields: Any) -> Booking:
    """A party that has been offered seats just now."""
    session, bookings = full_date(max(1, len(names)))
    booking = wait(session, *names, **fields)
    for seat in bookings:
        operations.cancel_booking(booking=seat, at=make.NOW)
    booking.refresh_from_db()
    assert booking.state == Booking.State.OFFERED
    return booking


def url(name: str, booking: Booking, *more: Any, token: str | None = None) -> str:
    with translation.override("de"):
        return reverse(f"workshops:{name}", args=[booking.public_id, token or booking.token, *more])


def person_url(name: str, somebody: Participant) -> str:
    return url(name, somebody.booking, somebody.pk)


def mail_text(kind: str, subtype: str = "plain") -> str:
    """What the newest mail of this kind says."""
    row = OutgoingMail.objects.filter(kind=kind).latest("pk")
    assert row.content is not None
    body = FinishedMessage(bytes(row.content), row.recipient).parsed.get_body((subtype,))
    assert body is not None
    return str(body.get_content())
