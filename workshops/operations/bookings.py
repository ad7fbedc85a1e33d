"""Booking a seat, confirming, cancelling, and letting go of what nobody confirmed."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Count, F, Max
from django.utils.translation import gettext_lazy as _

from core import audit
from workshops import codes, emails
from workshops.models import AccessNeed, Booking, CourseRun, Participant, Person, Seat, Session
from workshops.operations.capacity import fit_capacity
from workshops.rules import HOLD, MOST_PEOPLE, NotPossible, check_book, check_cancel
from workshops.seats import House


class Full(NotPossible):
    """The party does not fit. `free` is how many would, at the least free of the sessions."""

    def __init__(self, free: int) -> None:
        super().__init__(
            _("There are not enough free seats any more.") if free else _("All seats have been taken.")
        )
        self.free = free


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who comes. `need` is what to prepare; given only with explicit consent."""

    name: str
    generation_id: int | None = None
    need: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """Everybody in one booking, and how to reach one of them. One of `email` and `phone` (E.164) is given."""

    guests: Sequence[Guest]
    email: str = ""
    phone: str = ""
    language: str = "de"


@transaction.atomic
def book(
    *,
    run: CourseRun,
    session: Session | None,
    party: Party,
    at: datetime,
    submission_key: str | None = None,
    channel: str = Booking.Channel.WEB,
    by: AbstractBaseUser | None = None,
) -> Booking:
    """Books seats for the whole party or for nobody: in `session`, or in what remains of a series (None).

    Firm at once, unless the run holds seats until the link in the mail is used. The same
    `submission_key` books once, however often it is sent. Locks the sessions in the order of their
    keys, then counts, then writes, so that two who want the last seat get it one after the other.
    Raises Full, or NotPossible with what else forbids it.
    """
    if not party.guests or not (party.email or party.phone):
        raise ValueError("A party needs a guest and a way to reach them.")
    if len(party.guests) > MOST_PEOPLE:
        raise NotPossible(_("For so many people please call us; we will find a way."))
    sessions = _lock(run=run, session=session, at=at)
    if submission_key and (done := Booking.objects.filter(submission_key=submission_key).first()):
        return done
    run = CourseRun.objects.select_related("course", "term").get(pk=run.pk)
    begun = run.is_series and run.sessions.taking_place().filter(starts_at__lte=at).exists()
    check_book(run, sessions, begun=begun, at=at, channel=channel)
    _check_new_here(sessions, party)
    _check_fits(sessions, party)

    held = run.hold_until_confirmed and channel == Booking.Channel.WEB
    # Somebody without e-mail cannot use a link: the seat waits until the team has called.
    hold_until = min(at + HOLD, sessions[0].starts_at) if held and party.email else None
    booking = Booking.objects.create(
        code=_new_code(),
        run=run,
        person=_person(party, at),
        state=Booking.State.HELD if held else Booking.State.CONFIRMED,
        channel=channel,
        created_at=at,
        hold_until=hold_until,
        confirmed_at=None if held else at,
        price=run.price,
        material_cost=run.material_cost,
        submission_key=submission_key,
    )
    seat_state = Seat.State.HELD if held else Seat.State.BOOKED
    for guest in party.guests:
        participant = Participant.objects.create(
            booking=booking, name=guest.name, generation_id=guest.generation_id
        )
        if guest.need:
            AccessNeed.objects.create(participant=participant, text=guest.need, consented_at=at)
        Seat.objects.bulk_create(
            Seat(participant=participant, session=booked, state=seat_state) for booked in sessions
        )
    Session.objects.filter(pk__in=[s.pk for s in sessions]).update(
        seats_taken=F("seats_taken") + len(party.guests)
    )
    audit.record(verb="book", subject=booking, at=at, by=by, people=len(party.guests), held=held)
    if held:
        emails.confirm_request(booking=booking, at=at)
    else:
        emails.booking_confirmed(booking=booking, at=at)
    return booking


@transaction.atomic
def confirm_booking(*, booking: Booking, at: datetime, by: AbstractBaseUser | None = None) -> Booking:
    """Makes a held booking firm. Done twice it changes nothing. Raises NotPossible once the hold is over."""
    booking = Booking.objects.select_for_update().get(pk=booking.pk)
    if booking.state == Booking.State.CONFIRMED:
        return booking
    if booking.state != Booking.State.HELD or (booking.hold_until and booking.hold_until <= at):
        raise NotPossible(_("The time to confirm is over. Please book again if there are seats left."))
    booking.state, booking.confirmed_at, booking.hold_until = Booking.State.CONFIRMED, at, None
    booking.save(update_fields=["state", "confirmed_at", "hold_until"])
    Seat.objects.filter(participant__booking=booking, state=Seat.State.HELD).update(state=Seat.State.BOOKED)
    audit.record(verb="confirm_booking", subject=booking, at=at, by=by)
    emails.booking_confirmed(booking=booking, at=at)
    return booking


@transaction.atomic
def cancel_booking(*, booking: Booking, at: datetime, by: AbstractBaseUser | None = None) -> Booking:
    """Gives back every seat of the booking on dates to come. Done twice it changes nothing.

    Raises NotPossible where nothing lies ahead.
    """
    booking = _lock_booking(booking)
    if booking.state == Booking.State.CANCELLED:
        return booking
    check_cancel(booking, last_start=last_start(booking), at=at)
    _release(booking, at)
    _end(booking, Booking.State.CANCELLED, at)
    audit.record(verb="cancel_booking", subject=booking, at=at, by=by)
    emails.booking_cancelled(booking=booking, at=at)
    return booking


@transaction.atomic
def expire_hold(*, booking: Booking, at: datetime) -> bool:
    """Frees the seats of a booking nobody confirmed in time. Returns whether there was anything to do."""
    booking = _lock_booking(booking)
    if booking.state != Booking.State.HELD or booking.hold_until is None or booking.hold_until > at:
        return False
    _release(booking, at, begun_too=True)
    _end(booking, Booking.State.EXPIRED, at)
    audit.record(verb="expire_hold", subject=booking, at=at, system=True)
    emails.hold_expired(booking=booking, at=at)
    return True


def last_start(booking: Booking) -> datetime | None:
    """When the last date begins that this booking has a seat on."""
    taken = Session.objects.filter(seats__participant__booking=booking, seats__state__in=Seat.TAKEN)
    last: datetime | None = taken.aggregate(last=Max("starts_at"))["last"]
    return last


def _lock(*, run: CourseRun, session: Session | None, at: datetime) -> list[Session]:
    """The sessions to be booked, locked in the order of their keys and returned in the order of their dates."""
    sessions = Session.objects.filter(run=run)
    if session is not None:
        sessions = sessions.filter(pk=session.pk)
    else:
        sessions = sessions.taking_place().not_begun(at)
    if (session is None) != run.is_series:
        raise NotPossible(_("This course is booked in another way."))
    locked = sessions.select_for_update().order_by("pk")
    return sorted(locked, key=lambda s: (s.starts_at, s.pk))


def _lock_booking(booking: Booking) -> Booking:
    """The booking, with its sessions locked first: the same order as in `book`, so nobody waits in a ring."""
    sessions = Session.objects.filter(seats__participant__booking=booking).values("pk")
    list(Session.objects.filter(pk__in=sessions).select_for_update().order_by("pk"))
    return Booking.objects.select_for_update().get(pk=booking.pk)


def _check_fits(sessions: Sequence[Session], party: Party) -> None:
    taken: defaultdict[int, Counter[int | None]] = defaultdict(Counter)
    rows = (
        Seat.objects.taken()
        .filter(session__in=sessions)
        .values("session_id", "participant__generation_id")
        .annotate(count=Count("pk"))
    )
    for row in rows:
        taken[row["session_id"]][row["participant__generation_id"]] = row["count"]
    kinds = [guest.generation_id for guest in party.guests]
    least = None
    for session in sessions:
        house = House(session.capacity, taken[session.pk])
        if not house.fits(kinds):
            free = house.free_for(None) or 0
            least = free if least is None else min(least, free)
    if least is not None:
        raise Full(least)


def _check_new_here(sessions: Iterable[Session], party: Party) -> None:
    """Nobody sits twice in one session; a person is name plus contact, since couples share an address."""
    same = Participant.objects.filter(seats__session__in=list(sessions), seats__state__in=Seat.TAKEN)
    same = same.filter(booking__person__email=party.email, booking__person__phone=party.phone)
    known = {name.casefold() for name in same.values_list("name", flat=True)}
    if any(guest.name.casefold() in known for guest in party.guests):
        raise NotPossible(
            _("You have booked this already. You find your booking through the link in the mail, or call us.")
        )


def _person(party: Party, at: datetime) -> Person:
    """The person with exactly this name and contact, or a new one. Locked, so that nobody erases them meanwhile."""
    name = party.guests[0].name
    known = Person.objects.filter(name=name, email=party.email, phone=party.phone, language=party.language)
    return known.select_for_update(no_key=True).first() or Person.objects.create(
        name=name, email=party.email, phone=party.phone, language=party.language, created_at=at
    )


def _new_code() -> str:
    while Booking.objects.filter(code=(code := codes.new_code())).exists():
        pass
    return code


def _release(booking: Booking, at: datetime, *, begun_too: bool = False) -> None:
    seats = Seat.objects.taken().filter(participant__booking=booking)
    if not begun_too:
        seats = seats.filter(session__starts_at__gt=at)
    counts = Counter(seats.values_list("session_id", flat=True))
    seats.update(state=Seat.State.RELEASED)
    by_count: defaultdict[int, list[int]] = defaultdict(list)
    for session_id, count in counts.items():
        by_count[count].append(session_id)
    for count, ids in by_count.items():
        Session.objects.filter(pk__in=ids).update(seats_taken=F("seats_taken") - count)
    fit_capacity(counts)


def _end(booking: Booking, state: str, at: datetime) -> None:
    booking.state, booking.ended_at, booking.hold_until = state, at, None
    booking.save(update_fields=["state", "ended_at", "hold_until"])
