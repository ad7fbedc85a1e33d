"""What the team writes to everybody who has booked a run, or one of its dates."""

from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit
from workshops import emails
from workshops.models import CourseRun, Session, TeamMessage
from workshops.models.sessions import SessionQuerySet
from workshops.operations.telling import coming_on
from workshops.rules import NotPossible

SAME_MESSAGE = timedelta(minutes=10)
"""The same words to the same people within this time are one message: a button was pressed twice."""


@transaction.atomic
def write_to_participants(
    *,
    run: CourseRun,
    session: Session | None,
    subject: str,
    text: str,
    at: datetime,
    by: AbstractBaseUser | None,
) -> TeamMessage:
    """Writes to everybody who comes on this date, or on a date of the run that is not over (None).

    One mail to each booking, in the frame of its language; who has no e-mail address stands on the call list.
    Sent twice it is one message. Raises NotPossible where nobody comes.
    """
    # Two clicks on the button come one after the other. The key is left to those who book.
    run = CourseRun.objects.select_for_update(no_key=True).get(pk=run.pk)
    same = TeamMessage.objects.filter(run=run, session=session, subject=subject, text=text)
    if done := same.filter(sent_at__gt=at - SAME_MESSAGE).first():
        return done
    bookings = coming_on(dates_of(run, session, at=at))
    if not bookings:
        raise NotPossible(_("Nobody has booked, so there is nobody to write to."))
    message = TeamMessage.objects.create(
        run=run, session=session, subject=subject, text=text, by_id=by.pk if by else None, sent_at=at
    )
    for booking in bookings:
        emails.team_message(booking=booking, message=message, at=at)
    audit.record(verb="write_to_participants", subject=message, at=at, by=by, bookings=len(bookings))
    return message


def dates_of(run: CourseRun, session: Session | None, *, at: datetime) -> SessionQuerySet:
    """The dates whose people a message is for: that one, whenever it was, or those of the run that are not over."""
    if session is not None:
        return Session.objects.filter(pk=session.pk)
    return Session.objects.filter(run=run).announced().upcoming(at)
