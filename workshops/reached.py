"""Who has been told of something: by a mail that was handed over, or by a call."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Min, Q, QuerySet

from core.models import OutgoingMail
from workshops.models import Booking, Call


def handed_over() -> QuerySet[OutgoingMail]:
    """Mails that the mail server took and that did not come back."""
    return OutgoingMail.objects.filter(state=OutgoingMail.State.SENT, bounced_at=None)


def undelivered() -> QuerySet[OutgoingMail]:
    """Mails that nobody has read: given up, or come back."""
    return OutgoingMail.objects.filter(Q(state=OutgoingMail.State.FAILED) | Q(bounced_at__isnull=False))


def mailed_at(booking: Booking, *, kinds: Iterable[str], since: datetime) -> datetime | None:
    """When the first mail of these kinds, written since then, was handed over."""
    mails = handed_over().filter(
        subject_id=str(booking.public_id), kind__in=list(kinds), created_at__gte=since
    )
    first: datetime | None = mails.aggregate(first=Min("sent_at"))["first"]
    return first


def called_at(booking: Booking, *, about: str, since: datetime) -> datetime | None:
    """When the team first reached them by telephone about this, since then."""
    calls = Call.objects.filter(booking=booking, about=about, reached=True, at__gte=since)
    first: datetime | None = calls.aggregate(first=Min("at"))["first"]
    return first
