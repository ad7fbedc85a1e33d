"""What the team told people by telephone."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from core import audit
from workshops.models import Booking, Call
from workshops.operations.seating import lock_booking
from workshops.operations.waiting import reach_offered


@transaction.atomic
def note_call(
    *,
    booking: Booking,
    about: str,
    about_id: int,
    reached: bool,
    at: datetime,
    by: AbstractBaseUser | None,
) -> Call:
    """Notes that somebody was called about something; `about_id` is the row it was about, 0 for "are you coming?".

    Whoever was reached is off the call list, and noted once. Of an offer they know from now on: its time runs.
    Raises NotPossible where the offer is over.
    """
    booking = lock_booking(booking, at=at)
    calls = Call.objects.filter(booking=booking, about=about, about_id=about_id, reached=True)
    if about == Call.About.COMING and booking.asked_at:
        calls = calls.filter(at__gte=booking.asked_at)
    if done := calls.first():
        return done
    if about == Call.About.OFFER and reached:
        reach_offered(offer=booking.offers.get(pk=about_id), at=at, by=by)
    call = Call.objects.create(
        booking=booking, about=about, about_id=about_id, reached=reached, at=at, by_id=by.pk if by else None
    )
    audit.record(verb="note_call", subject=booking, at=at, by=by, about=about, reached=reached)
    return call
