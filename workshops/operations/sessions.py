"""Cancelling and moving one session, undoing it, and telling the people."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit
from places.models import Room
from workshops import emails
from workshops.models import Booking, Notice, Seat, Session
from workshops.rules import NOTICE_DELAY, NotPossible, check_change_session, check_undo


@transaction.atomic
def cancel_session(*, session: Session, reason: str, at: datetime, by: AbstractBaseUser | None) -> Notice:
    """Cancels one session; it stays in lists and calendars as cancelled. People are told in ten minutes."""
    session = Session.objects.select_for_update().get(pk=session.pk)
    check_change_session(session, at=at)
    notice = _notice(session, Notice.Kind.CANCELLED, reason, at, by)
    session.state, session.reason = Session.State.CANCELLED, reason
    _save(session, at)
    audit.record(verb="cancel_session", subject=session, at=at, by=by)
    return notice


@transaction.atomic
def move_session(
    *,
    session: Session,
    starts_at: datetime,
    ends_at: datetime,
    room: Room | None,
    reason: str,
    at: datetime,
    by: AbstractBaseUser | None,
) -> Notice:
    """Moves one session with its people to another time or room; its UID stays. People are told in ten minutes."""
    session = Session.objects.select_for_update().get(pk=session.pk)
    check_change_session(session, at=at)
    if starts_at <= at:
        raise NotPossible(_("The new date lies in the past."))
    if ends_at <= starts_at:
        raise NotPossible(_("The end lies before the beginning."))
    if room is None and not session.online_url:
        raise NotPossible(_("Please choose a room."))
    if (starts_at, ends_at, room and room.pk) == (session.starts_at, session.ends_at, session.room_id):
        raise NotPossible(_("Nothing has been changed: time and room are the same as before."))
    notice = _notice(session, Notice.Kind.MOVED, reason, at, by)
    session.starts_at, session.ends_at, session.room, session.reason = starts_at, ends_at, room, reason
    _save(session, at)
    audit.record(verb="move_session", subject=session, at=at, by=by)
    return notice


@transaction.atomic
def undo_notice(*, notice: Notice, at: datetime, by: AbstractBaseUser | None) -> Session:
    """Takes a change back before anybody has been told. Raises NotPossible after that."""
    session = Session.objects.select_for_update().get(pk=notice.session_id)
    notice = Notice.objects.select_for_update().get(pk=notice.pk)
    check_undo(notice, at=at)
    session.state, session.reason = Session.State.PLANNED, ""
    session.starts_at, session.ends_at, session.room = (
        notice.old_starts_at,
        notice.old_ends_at,
        notice.old_room,
    )
    _save(session, at)
    notice.undone_at = at
    notice.save(update_fields=["undone_at"])
    audit.record(verb="undo_" + notice.kind, subject=session, at=at, by=by)
    return session


@transaction.atomic
def send_notice(*, notice: Notice, at: datetime) -> int:
    """Writes the mails about a change whose ten minutes are over. Returns how many; done twice, none."""
    notice = Notice.objects.select_for_update().get(pk=notice.pk)
    if notice.sent_at or notice.undone_at or notice.send_after > at:
        return 0
    written = 0
    for booking in to_be_told(notice.session, before=notice.created_at):
        if booking.person and booking.person.email:
            emails.session_changed(notice=notice, booking=booking, at=at)
            written += 1
    notice.sent_at = at
    notice.save(update_fields=["sent_at"])
    audit.record(verb="send_notice", subject=notice.session, at=at, system=True, mails=written)
    return written


def to_be_told(session: Session, *, before: datetime | None = None) -> list[Booking]:
    """The bookings with a seat in this session, made before that instant: by mail, or by telephone."""
    bookings = Booking.objects.filter(
        state__in=Booking.ACTIVE,
        participants__seats__session=session,
        participants__seats__state__in=Seat.TAKEN,
    )
    if before is not None:
        bookings = bookings.filter(created_at__lte=before)
    return list(bookings.select_related("person").distinct().order_by("pk"))


def _notice(session: Session, kind: str, reason: str, at: datetime, by: AbstractBaseUser | None) -> Notice:
    if not reason.strip():
        raise NotPossible(_("Please give a reason; people will be told."))
    if session.notices.open().exists():
        raise NotPossible(
            _("This date has just been changed. Undo that first, or wait until people were told.")
        )
    return Notice.objects.create(
        session=session,
        kind=kind,
        reason=reason,
        old_starts_at=session.starts_at,
        old_ends_at=session.ends_at,
        old_room=session.room,
        by_id=by.pk if by else None,
        created_at=at,
        send_after=at + NOTICE_DELAY,
    )


def _save(session: Session, at: datetime) -> None:
    session.sequence += 1
    session.changed_at = at
    session.save()
