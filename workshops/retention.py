"""Until when what people told us is kept, and how it is erased. Numbers stay: rows without names."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q
from django.db.models.functions import Coalesce

from core import audit, mail
from core.retention import Retention, declare
from workshops.models import AccessNeed, Booking, Guardian, Helper, Participant, Person, TeamMessage
from workshops.operations.next_run import hopeful

NEEDS_KEPT = timedelta(days=7)
BOOKINGS_KEPT = timedelta(days=90)
ARCHIVED_HELPERS_KEPT = timedelta(days=90)
IDLE_HELPERS_KEPT = timedelta(days=730)


def _erase_needs(at: datetime) -> int:
    until = at - NEEDS_KEPT
    over = AccessNeed.objects.annotate(last=Max("participant__seats__session__ends_at"))
    done = over.filter(Q(last__lt=until) | Q(participant__booking__ended_at__lt=until)).values_list(
        "pk", flat=True
    )
    return AccessNeed.objects.filter(pk__in=list(done)).delete()[0]


def _erase_bookings(at: datetime) -> int:
    until = at - BOOKINGS_KEPT
    bookings = Booking.objects.filter(erased_at=None).annotate(
        last=Max("participants__seats__session__ends_at")
    )
    over = bookings.filter(Q(last__lt=until) | Q(ended_at__lt=until))
    due = list(over.exclude(pk__in=hopeful(at).values("pk")).values_list("pk", flat=True))
    return sum(erase_booking(booking_id=pk, at=at) for pk in due)


def _erase_helpers(at: datetime) -> int:
    helpers = Helper.objects.annotate(last=Coalesce(Max("shifts__session__ends_at"), "created_at"))
    archived = Q(is_archived=True, last__lt=at - ARCHIVED_HELPERS_KEPT)
    over = list(helpers.filter(archived | Q(last__lt=at - IDLE_HELPERS_KEPT)))
    mail.forget(subject_ids=[str(helper.public_id) for helper in over])
    for helper in over:
        audit.record(verb="erase_helper", subject=helper, at=at, system=True)
    Helper.objects.filter(pk__in=[helper.pk for helper in over]).delete()
    return len(over)


def _erase_messages(at: datetime) -> int:
    messages = TeamMessage.objects.annotate(last=Max("run__sessions__ends_at"))
    over = messages.filter(Q(last__lt=at - BOOKINGS_KEPT) | Q(last=None)).values_list("pk", flat=True)
    return TeamMessage.objects.filter(pk__in=list(over)).delete()[0]


@transaction.atomic
def erase_booking(*, booking_id: int, at: datetime) -> bool:
    """Takes everything personal out of one booking, with its mails; the row stays for the numbers.

    Returns False where that has been done already.
    """
    booking = Booking.objects.select_for_update().get(pk=booking_id)
    if booking.erased_at is not None:
        return False
    # Locked: of two bookings erased at once, one is the last; and nobody books with a person who is being erased.
    person = Person.objects.select_for_update().filter(pk=booking.person_id).first()
    AccessNeed.objects.filter(participant__booking=booking).delete()
    Guardian.objects.filter(participant__booking=booking).delete()
    booking.participants.update(name="")
    booking.person = None
    booking.group_name = ""
    booking.erased_at = at
    booking.link_version += 1
    booking.save(update_fields=["person", "group_name", "erased_at", "link_version"])
    if person is not None and not person.bookings.exists():
        person.delete()
    mail.forget(subject_ids=[str(booking.public_id)])
    audit.record(verb="erase_booking", subject=booking, at=at, system=True)
    return True


declare(
    Retention(
        models=(AccessNeed,),
        purpose="to prepare the room for somebody, with their explicit consent (Art. 9 (2) a GDPR)",
        kept="until seven days after the last date",
        erase=_erase_needs,
    )
)
declare(
    Retention(
        models=(Person, Booking, Participant, Guardian),
        purpose="to carry out a booking and to reach people when something changes (Art. 6 (1) b GDPR)",
        kept="until 90 days after the last date, or after the booking was cancelled; of those who waited in vain and "
        "want to be asked first for the next run, 12 months",
        erase=_erase_bookings,
    )
)
declare(
    Retention(
        models=(Helper,),
        purpose="to ask helpers for dates and to reach them (Art. 6 (1) b GDPR)",
        kept="until 90 days after the last date of somebody archived, or two years without a date",
        erase=_erase_helpers,
    )
)
declare(
    Retention(
        models=(TeamMessage,),
        purpose="to tell everybody on a course of something, and to know what they were told",
        kept="until 90 days after the last date of the run",
        erase=_erase_messages,
    )
)
