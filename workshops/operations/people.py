"""Who comes: somebody gets another name or generation, comes as well, or does not come after all.

The contact stays who booked; the seats of a date that has begun stay as they are.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core import audit
from workshops import emails
from workshops.models import Booking, Participant, RunChoice, Seat, Session
from workshops.operations.bookings import Full, Guest, add_participant, seats_are_free
from workshops.operations.counting import claim_of, houses
from workshops.operations.seating import give_seats, lock_booking, lock_target, take_back_seats
from workshops.operations.tandems import match_tandems
from workshops.operations.waiting import pass_on
from workshops.rules import NotPossible, check_book, check_change_people, check_party, check_wait
from workshops.seats import fits


@transaction.atomic
def change_participant(
    *,
    participant: Participant,
    name: str,
    generation_id: int | None,
    is_carer: bool,
    at: datetime,
    by: AbstractBaseUser | None = None,
) -> Participant:
    """Gives somebody another name or generation, or makes them somebody who accompanies others and takes no seat.

    Done twice it changes nothing. Raises Full where they need a seat now and there is none, NotPossible where the
    seats that are left are kept for another generation, nobody would take a seat, or the name is there already.
    """
    booking, sessions = _open(participant.booking, at)
    somebody = booking.participants.get(pk=participant.pk)
    new = {"name": name, "generation_id": generation_id, "is_carer": is_carer}
    changed = {field for field, value in new.items() if getattr(somebody, field) != value}
    if not changed:
        return somebody
    if "name" in changed:
        _check_name(booking, sessions, name, but=somebody)
    if is_carer:
        _check_others_sit(booking, sessions, somebody)
    elif somebody.is_carer:
        _check_one_more(booking, sessions)
    for field, value in new.items():
        setattr(somebody, field, value)
    somebody.save(update_fields=["name", "generation", "is_carer"])
    if "is_carer" in changed and is_carer:
        take_back_seats(booking, at, people=[somebody])
    elif "is_carer" in changed:
        _give_seat(booking, sessions, somebody, at)
    elif "generation_id" in changed and booking.state == Booking.State.CONFIRMED:
        _check_kept_seats(sessions)
    _done("change_participant", booking, at, by, changed=sorted(changed))
    return somebody


@transaction.atomic
def add_companion(
    *, booking: Booking, guest: Guest, at: datetime, by: AbstractBaseUser | None = None
) -> Participant:
    """Somebody comes as well: on every date ahead, or into the party that waits, which keeps its place.

    Who waits is offered what is free first. Raises Full where there is no seat, or NotPossible.
    """
    booking, sessions = _open(booking, at)
    _check_name(booking, sessions, guest.name)
    if not guest.is_carer:
        _check_may_join(booking, sessions, at)
        _check_one_more(booking, sessions)
    choices = RunChoice.objects.filter(question__run=booking.run, pk__in=guest.choices)
    somebody = add_participant(booking, guest, at=at, choices={choice.pk: choice for choice in choices})
    if not guest.is_carer:
        _give_seat(booking, sessions, somebody, at)
    _done("add_companion", booking, at, by, carer=guest.is_carer)
    return somebody


@transaction.atomic
def remove_participant(*, participant: Participant, at: datetime, by: AbstractBaseUser | None = None) -> bool:
    """Somebody does not come after all: their seats go to who waits, and what they told is erased.

    Whoever has sat on a date that has begun stays on record for it. Returns whether there was anything to do.
    Raises NotPossible for the last one with a seat: then the booking is to be cancelled.
    """
    booking, sessions = _open(participant.booking, at)
    somebody = booking.participants.filter(pk=participant.pk).first()
    if somebody is None:
        return False
    _check_others_sit(booking, sessions, somebody)
    take_back_seats(booking, at, people=[somebody])
    somebody.seats.filter(session__in=sessions).update(state=Seat.State.RELEASED)
    if booking.run.is_tandem:
        match_tandems(run=booking.run, session=booking.session, at=at)
    if not somebody.seats.taken().exists():
        somebody.delete()
    _done("remove_participant", booking, at, by)
    return True


def _open(booking: Booking, at: datetime) -> tuple[Booking, list[Session]]:
    """The booking, locked, and its dates to come in their order. Raises NotPossible where nobody can be changed."""
    booking = lock_booking(booking, at=at)
    sessions = lock_target(run=booking.run, session=booking.session, at=at)
    if booking.state not in Booking.WITHOUT_SEATS:
        seats = Seat.objects.filter(participant__booking=booking).exclude(state=Seat.State.RELEASED)
        own = set(seats.values_list("session", flat=True))
        sessions = [session for session in sessions if session.pk in own]
    ahead = [session for session in sessions if session.starts_at > at and not session.is_cancelled]
    check_change_people(booking, begins=ahead[0].starts_at if ahead else None, at=at)
    return booking, ahead


def _coming(booking: Booking, sessions: Sequence[Session]) -> QuerySet[Participant]:
    """Those in the booking who take a seat and have not left it."""
    people = booking.participants.filter(is_carer=False)
    if booking.state == Booking.State.CONFIRMED:
        seats = Seat.objects.filter(session__in=sessions).exclude(state=Seat.State.RELEASED)
        people = people.filter(pk__in=seats.values("participant"))
    return people


def _check_name(
    booking: Booking, sessions: Sequence[Session], name: str, *, but: Participant | None = None
) -> None:
    """Nobody is twice in a booking, or with another booking of the same contact on the same date."""
    here = Q(pk__in=_coming(booking, sessions)) | Q(booking=booking, is_carer=True)
    if (person := booking.person) is not None:
        theirs = Booking.objects.filter(
            run=booking.run, person__email=person.email, person__phone=person.phone
        )
        here |= Q(booking__in=theirs, seats__session__in=sessions, seats__state__in=Seat.TAKEN)
        waiting = theirs.filter(session=booking.session, state=Booking.State.WAITING)
        here |= Q(booking__in=waiting)
    same = Participant.objects.filter(here)
    if but is not None:
        same = same.exclude(pk=but.pk)
    if name.casefold() in {one.casefold() for one in same.values_list("name", flat=True)}:
        raise NotPossible(_("Somebody of this name is on this date already. Please tell them apart."))


def _check_others_sit(booking: Booking, sessions: Sequence[Session], somebody: Participant) -> None:
    """Somebody takes a seat, or the booking is to be cancelled."""
    if not _coming(booking, sessions).exclude(pk=somebody.pk).exists():
        raise NotPossible(_("Somebody has to take a seat. If nobody comes, please cancel the booking."))


def _check_may_join(booking: Booking, sessions: list[Session], at: datetime) -> None:
    run = booking.run
    if run.is_series and booking.session_id is not None:
        raise NotPossible(_("Please book a seat of their own for somebody else."))
    begun = run.is_series and run.has_begun(at)
    check_book(run, sessions, begun=begun, at=at, channel=booking.channel)


def _check_one_more(booking: Booking, sessions: Sequence[Session]) -> None:
    people = _coming(booking, sessions).count() + 1
    check_party(booking.run, people=people, is_group=False, channel=booking.channel)
    if booking.state == Booking.State.WAITING:
        check_wait(booking.run, people=people)


def _give_seat(booking: Booking, sessions: list[Session], somebody: Participant, at: datetime) -> None:
    """A seat on every date ahead, behind whoever waits; nothing for a party that waits itself. Raises Full."""
    if booking.state == Booking.State.WAITING:
        return
    run, claims = booking.run, [claim_of(somebody, channel=booking.channel)]
    target = lock_target(run=run, session=booking.session, at=at)
    line = pass_on(run=run, sessions=target, session=booking.session, at=at, claims=claims)
    wanted = {session.pk for session in sessions}
    own = [house for session, house in zip(target, line.houses, strict=True) if session.pk in wanted]
    if not fits(own, claims):
        raise Full(0)
    give_seats(booking, sessions, [somebody])
    line.admit(claims)


def _check_kept_seats(sessions: Sequence[Session]) -> None:
    if not all(house.is_sound for house in houses(sessions).values()):
        raise NotPossible(
            _("The seats that are left are kept for another generation. Please call us; we will find a way.")
        )


def _done(verb: str, booking: Booking, at: datetime, by: AbstractBaseUser | None, **facts: Any) -> None:
    audit.record(verb=verb, subject=booking, at=at, by=by, **facts)
    emails.booking_changed(booking=booking, at=at)
    seats_are_free(booking, at)
