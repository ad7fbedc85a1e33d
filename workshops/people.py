"""Everybody who booked under one e-mail address, and the link that opens it all for an hour.

Several people may share an address: couples do. A link is made for one of them and opens what belongs to all.
"""

import string
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Prefetch, QuerySet
from django.utils.http import base36_to_int, int_to_base36

from core import links
from core.aliases import in_active_language
from workshops.models import Booking, CoursePage, Participant, Person, Seat, Session

LINK_HOLDS = timedelta(hours=1)
LINK_PURPOSE = "people"

_SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def address_key(email: str) -> str:
    """What two ways to write an address have in common: only A to Z may be large or small.

    Nothing further is folded: to a database ſ may be an S, but to a mail server it is somebody else.
    """
    return email.translate(_SMALL)


def people_at(email: str) -> list[Person]:
    """Everybody we know under that address, the newest first."""
    found = Person.objects.filter(email__iexact=email).order_by("-created_at", "-pk") if email else []
    return [person for person in found if address_key(person.email) == address_key(email)]


def link_token(person: Person, *, at: datetime) -> str:
    """What makes a link open everything under the person's address until an hour after `at`.

    Nothing is stored. The signature holds person, address and time, so a link dies with the person's row and
    with a change of the address.
    """
    issued = int(at.timestamp())
    return f"{int_to_base36(issued)}-{_sign(person, issued)}"


def opens(person: Person, token: str, *, at: datetime) -> bool:
    """Whether the token is one of the person's and not older than an hour."""
    written, _dash, signature = token.partition("-")
    try:
        issued = base36_to_int(written)
    except ValueError:
        return False
    age = at.timestamp() - issued
    is_ours = written == int_to_base36(issued)
    return is_ours and 0 <= age < LINK_HOLDS.total_seconds() and _is_signed(person, issued, signature)


def _signed_id(person: Person) -> str:
    return f"{person.public_id}:{address_key(person.email)}"


def _sign(person: Person, issued: int) -> str:
    return links.sign(purpose=LINK_PURPOSE, public_id=_signed_id(person), version=issued)


def _is_signed(person: Person, issued: int, signature: str) -> bool:
    return links.is_valid(signature, purpose=LINK_PURPOSE, public_id=_signed_id(person), version=issued)


@dataclass(frozen=True, slots=True)
class OwnBooking:
    """A booking in the list of somebody's bookings; `sessions` are its dates in order, whatever became of them."""

    booking: Booking
    course: CoursePage
    sessions: list[Session]

    def is_over(self, at: datetime) -> bool:
        """Whether nothing of it lies ahead: it has ended, or all its dates are over."""
        dates_over = bool(self.sessions) and all(session.ends_at <= at for session in self.sessions)
        return self.booking.ended_at is not None or dates_over


def bookings_of(people: Collection[Person]) -> QuerySet[Booking]:
    """Their bookings with all that belongs to them, the newest first, in a fixed number of queries."""
    seats = Seat.objects.select_related("session__room__venue").order_by("session__starts_at", "session__pk")
    participants = Participant.objects.select_related("generation", "access_need", "guardian")
    return (
        Booking.objects.filter(person__in=people, erased_at=None)
        .select_related(
            "person", "session__room__venue", "run__course__locale", "run__course__alias_of__locale"
        )
        .prefetch_related(
            Prefetch("participants", participants.prefetch_related("choices", Prefetch("seats", seats))),
            "offers",
            "calls",
        )
    )


def list_bookings(people: Collection[Person], *, at: datetime) -> tuple[list[OwnBooking], list[OwnBooking]]:
    """What lies ahead, the next first; and what is over or cancelled, the latest first."""
    bookings = list(bookings_of(people))
    courses = in_active_language([booking.run.course for booking in bookings], CoursePage)
    own = [
        OwnBooking(booking, courses[booking.run.course.translation_key], _dates(booking))
        for booking in bookings
    ]

    def begins(each: OwnBooking) -> datetime:
        ahead = [session.starts_at for session in each.sessions if session.ends_at > at]
        return min(ahead, default=each.booking.created_at)

    def ended(each: OwnBooking) -> datetime:
        last = [session.ends_at for session in each.sessions]
        return max(last, default=each.booking.created_at)

    coming = sorted((each for each in own if not each.is_over(at)), key=begins)
    over = sorted((each for each in own if each.is_over(at)), key=ended, reverse=True)
    return coming, over


def _dates(booking: Booking) -> list[Session]:
    sessions = {
        seat.session_id: seat.session
        for participant in booking.participants.all()
        for seat in participant.seats.all()
    }
    if not sessions and booking.session:
        sessions[booking.session.pk] = booking.session
    return sorted(sessions.values(), key=lambda session: (session.starts_at, session.pk))
