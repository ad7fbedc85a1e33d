"""A booking's mail once more, for somebody who has forgotten that they booked."""

from datetime import datetime, timedelta

from django.db import transaction

from core import audit
from core.models import OutgoingMail
from workshops import emails
from workshops.models import Booking

PAUSE = timedelta(hours=1)
"""Not more often than this, or a stranger could fill somebody's mailbox by booking in their name."""


@transaction.atomic
def send_again(*, booking: Booking, at: datetime) -> bool:
    """Writes the mail that says how a booking stands. Returns whether one goes out.

    None does where there is no address, nothing is to come of the booking, or it has had a mail within the hour.
    """
    booking = Booking.objects.select_for_update(of=("self",)).select_related("person").get(pk=booking.pk)
    if booking.person is None or not booking.person.email or booking.state not in Booking.ALIVE:
        return False
    mails = OutgoingMail.objects.filter(subject_id=str(booking.public_id))
    if mails.filter(created_at__gt=at - PAUSE).exists():
        return False
    match booking.state:
        case Booking.State.HELD:
            emails.confirm_request(booking=booking, at=at)
        case Booking.State.WAITING:
            emails.waiting(booking=booking, at=at)
        case Booking.State.REQUESTED:
            emails.request_received(booking=booking, at=at)
        case Booking.State.OFFERED:
            emails.seat_offered(booking=booking, offer=booking.offers.open().get(), at=at)
        case _:
            emails.booking_confirmed(booking=booking, at=at)
    audit.record(verb="send_booking_again", subject=booking, at=at)
    return True
