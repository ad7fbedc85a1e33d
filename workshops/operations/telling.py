"""Telling the people who booked, or help, of a changed date once its ten minutes are over."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from core import audit
from workshops import emails, helper_emails
from workshops.models import Booking, Notice, Seat, Session
from workshops.operations.helpers import helpers_told


@transaction.atomic
def send_notice(*, notice: Notice, at: datetime) -> int:
    """Writes the mails about a change whose ten minutes are over. Returns how many; done twice, none.

    All dates of the same act are told in one mail to each booking.
    """
    # Only the notices are locked, and in the order in which undoing locks them.
    notices = Notice.objects.open().filter(send_after__lte=at).select_for_update(of=("self",))
    of_one_act = notices.filter(change=notice.change_id) if notice.change_id else notices.filter(pk=notice.pk)
    due = sorted(
        of_one_act.select_related("session").order_by("pk"), key=lambda one: (one.session.starts_at, one.pk)
    )
    told: dict[int, tuple[Booking, list[Notice]]] = {}
    for one in due:
        for booking in to_be_told(one.session, before=one.created_at):
            if booking.person and booking.person.email:
                told.setdefault(booking.pk, (booking, []))[1].append(one)
    for booking, changed in told.values():
        emails.sessions_changed(notices=changed, booking=booking, at=at)
    helping = helpers_told(due)
    for helper, changed in helping:
        helper_emails.dates_changed(helper=helper, notices=changed, at=at)
    for one in due:
        one.sent_at = at
        one.save(update_fields=["sent_at"])
    if due:
        mails = len(told) + len(helping)
        audit.record(verb="send_notice", subject=due[0].session, at=at, system=True, mails=mails)
    return len(told) + len(helping)


def to_be_told(session: Session, *, before: datetime | None = None) -> list[Booking]:
    """The bookings with a seat in this session, made before that instant: by mail, or by telephone."""
    return booked_on([session], before=before)


def booked_on(sessions: Iterable[Session], *, before: datetime | None = None) -> list[Booking]:
    """The bookings with a seat in one of these sessions, also an offered one, each once."""
    return _with_seats(sessions, Booking.ACTIVE, before)


def coming_on(sessions: Iterable[Session], *, before: datetime | None = None) -> list[Booking]:
    """The bookings of those who come: not those to whom a seat is only offered."""
    return _with_seats(sessions, (Booking.State.HELD, Booking.State.CONFIRMED), before)


def _with_seats(sessions: Iterable[Session], states: Iterable[str], before: datetime | None) -> list[Booking]:
    bookings = Booking.objects.filter(
        state__in=states,
        participants__seats__session__in=list(sessions),
        participants__seats__state__in=Seat.TAKEN,
    )
    if before is not None:
        bookings = bookings.filter(created_at__lte=before)
    return list(bookings.select_related("person").distinct().order_by("pk"))
