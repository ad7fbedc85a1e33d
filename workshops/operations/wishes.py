"""What people want who wait."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from core import audit
from workshops.models import Booking
from workshops.operations.seating import lock_booking
from workshops.rules import check_want_next_run


@transaction.atomic
def want_next_run(
    *, booking: Booking, wants: bool, at: datetime, by: AbstractBaseUser | None = None
) -> Booking:
    """Whether somebody who waits is asked first for the next run. Done twice it changes nothing. Raises NotPossible."""
    booking = lock_booking(booking, at=at)
    check_want_next_run(booking)
    if booking.wants_next_run != wants:
        booking.wants_next_run = wants
        booking.save(update_fields=["wants_next_run"])
        audit.record(verb="want_next_run", subject=booking, at=at, by=by, wants=wants)
    return booking
