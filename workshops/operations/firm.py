"""What makes a booking firm, whichever way it came to be: held, offered, asked for, or simply booked."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser

from core import audit
from workshops import emails
from workshops.models import Booking, Seat
from workshops.operations.tandems import match_tandems


def make_firm(booking: Booking, *, verb: str, at: datetime, by: AbstractBaseUser | None) -> None:
    """Makes a locked booking firm with the seats it has; `verb` says in the log how that came about."""
    booking.state, booking.confirmed_at, booking.hold_until = Booking.State.CONFIRMED, at, None
    booking.save(update_fields=["state", "confirmed_at", "hold_until"])
    seats = Seat.objects.taken().filter(participant__booking=booking)
    seats.update(state=Seat.OF_BOOKING[booking.state])
    audit.record(verb=verb, subject=booking, at=at, by=by)
    told_firm(booking, at)


def told_firm(booking: Booking, at: datetime) -> None:
    """What follows where a booking is firm: it is confirmed by mail, and in a tandem somebody is found to learn with."""
    emails.booking_confirmed(booking=booking, at=at)
    if booking.run.is_tandem:
        match_tandems(run=booking.run, session=booking.session, at=at)
