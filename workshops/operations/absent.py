"""Somebody who has booked a series cannot come once."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit
from workshops.models import Booking, Participant, Seat, Session
from workshops.operations.counting import claim_of, houses, things_in
from workshops.operations.seating import give_seats, lock_booking, take_back_seats
from workshops.rules import NotPossible, check_absent
from workshops.seats import fits


@transaction.atomic
def report_absent(
    *, participant: Participant, session: Session, at: datetime, by: AbstractBaseUser | None = None
) -> Seat:
    """Frees one person's seat on one date of a series. Others may book it where the run allows a taste of it.

    Done twice it changes nothing. Raises NotPossible where there is no seat, or the date has begun.
    """
    booking = lock_booking(participant.booking, at=at)
    session = booking.run.sessions.get(pk=session.pk)
    seat = _seat(participant, session)
    if seat.state == Seat.State.ABSENT:
        return seat
    check_absent(booking, seat, session, at=at)
    take_back_seats(booking, at, people=[participant], sessions=[session], state=Seat.State.ABSENT)
    audit.record(verb="report_absent", subject=booking, at=at, by=by, session=session.pk)
    seat.refresh_from_db()
    return seat


@transaction.atomic
def come_after_all(
    *, participant: Participant, session: Session, at: datetime, by: AbstractBaseUser | None = None
) -> Seat:
    """Takes the absence back where the seat is still free. Done twice it changes nothing. Raises NotPossible."""
    booking = lock_booking(participant.booking, at=at)
    session = booking.run.sessions.select_related("run").get(pk=session.pk)
    seat = _seat(participant, session)
    if seat.state in Seat.TAKEN:
        return seat
    if seat.state != Seat.State.ABSENT or booking.state not in Booking.ACTIVE:
        raise NotPossible(_("There is no seat on this date any more."))
    if session.is_cancelled or session.starts_at <= at:
        raise NotPossible(_("This date is over, or does not take place."))
    if _sits_elsewhere(booking, participant, session):
        raise NotPossible(_("This person has another seat on this date by now."))
    claims = [claim_of(participant, channel=booking.channel)]
    if not fits([houses([session], things=things_in(claims))[session.pk]], claims):
        raise NotPossible(_("Somebody else has taken the seat on this date."))
    give_seats(booking, [session], [participant])
    audit.record(verb="come_after_all", subject=booking, at=at, by=by, session=session.pk)
    return _seat(participant, session)


def _sits_elsewhere(booking: Booking, participant: Participant, session: Session) -> bool:
    """Whether the same person, by name and contact, has booked this date once more while they were absent."""
    person = booking.person
    if person is None or not participant.name:
        return False
    others = Participant.objects.exclude(pk=participant.pk).filter(
        booking__person__email=person.email,
        booking__person__phone=person.phone,
        seats__session=session,
        seats__state__in=Seat.TAKEN,
    )
    return participant.name.casefold() in {name.casefold() for name in others.values_list("name", flat=True)}


def _seat(participant: Participant, session: Session) -> Seat:
    seat = Seat.objects.filter(participant=participant, session=session).first()
    if seat is None:
        raise NotPossible(_("There is no seat on this date any more."))
    return seat
