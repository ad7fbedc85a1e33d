"""The waiting list: who is offered a free seat, in what order and for how long.

The rule, as `docs/waiting-list.md` tells it to people: first come, first served among those who fit. A party waits
until there is room for all of it, and smaller ones may pass it twice. Then it is told, and may choose to come in
parts; from the third time on seats are kept for it, until seven days before. A seat that becomes free is offered
with a deadline; whoever lets it pass stands at the end of the line, and after three offers leaves it. In the last
24 hours nothing is offered: a free seat is for whoever comes first.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core import audit
from places.days import OpenDays
from timetable.zone import local_date
from workshops import emails
from workshops.deadlines import FURTHEST, last_call, offer_deadline
from workshops.models import Booking, CourseRun, Offer, Participant, Seat, Session
from workshops.models.sessions import SessionQuerySet
from workshops.operations.counting import Kind, claim_of, claims_of, houses, seated, things_in
from workshops.operations.firm import make_firm
from workshops.operations.seating import (
    end,
    give_seats,
    lock_booking,
    lock_target,
    new_code,
    take_back_seats,
)
from workshops.rules import (
    KEPT_UNTIL,
    MOST_OFFERS,
    PASSES,
    NotPossible,
    check_accept,
    check_take_seat,
)
from workshops.seats import Claim, House, fits, joined_by, part_that_fits


@dataclass
class _Group:
    """A party in the line for which there is no room, or not for all of it."""

    booking: Booking
    claims: list[Claim[Kind]]
    is_kept_for: bool = False


class Line:
    """What a target has free for whoever comes next, behind the parties that had to step aside so far.

    The sessions are locked. Seats kept for a party that has been passed too often are not free for others.
    """

    def __init__(self, houses: list[House[Kind]], *, keeps: bool, at: datetime) -> None:
        self.houses, self.keeps, self.at = houses, keeps, at
        self.groups: list[_Group] = []

    def fits(self, claims: Sequence[Claim[Kind]]) -> bool:
        return fits(self.houses, claims)

    def part(self, claims: Sequence[Claim[Kind]]) -> list[int]:
        """The places in a party of those for whom there is room."""
        return part_that_fits(self.houses, claims)

    def free_for(self, kind: Kind) -> int:
        """How many of that kind there is room for on every session."""
        return min((house.free_for(kind) or 0 for house in self.houses), default=0)

    def lacking(self, claims: Sequence[Claim[Kind]]) -> set[Hashable]:
        """The things of which there are too few for a party, where there are seats enough for it."""
        if not self.fits([Claim(claim.kind) for claim in claims]):
            return set()
        wanted = things_in(claims)
        joined = joined_by(self.houses, claims)
        return {thing for thing in wanted if any(house.left.get(thing, 0) < 0 for house in joined)}

    def admit(self, claims: Sequence[Claim[Kind]]) -> None:
        """Lets a party that fits in, and notes whom it passed: those who had room for some of them."""
        passed = [group for group in self.groups if not group.is_kept_for and self.part(group.claims)]
        self.houses = joined_by(self.houses, claims)
        for group in passed:
            booking = group.booking
            booking.passed_over += 1
            if booking.passed_over >= PASSES and booking.passed_told_at is None:
                booking.passed_told_at = self.at
                emails.passed_over(booking=booking, at=self.at)
            booking.save(update_fields=["passed_over", "passed_told_at"])
            self._keep_for(group)

    def step_aside(self, booking: Booking, claims: list[Claim[Kind]]) -> None:
        """A party for which there is no room waits; seats are kept for one of several that was passed often enough."""
        if len(claims) > 1:
            group = _Group(booking, claims)
            self.groups.append(group)
            self._keep_for(group)

    def _keep_for(self, group: _Group) -> None:
        part = self.part(group.claims)
        if part and self.keeps and group.booking.passed_over >= PASSES:
            group.is_kept_for = True
            self.houses = joined_by(self.houses, [group.claims[place] for place in part])


def pass_on(
    *,
    run: CourseRun,
    sessions: Sequence[Session],
    session: Session | None,
    at: datetime,
    claims: Iterable[Claim[Kind]] = (),
) -> Line:
    """Offers what is free on a locked target to those who wait, in their order; returns what is left for others.

    `session` is the one date, or None for what remains of a series: `sessions`, in the order of their dates.
    `claims` are what will be asked about, so that the things they need are counted.
    """
    waiting = list(queue(run, session).select_for_update(of=("self",))) if run.has_waiting_list else []
    parties = [(booking, seated(booking)) for booking in waiting]
    claimed = [[claim_of(one, channel=booking.channel) for one in people] for booking, people in parties]
    wanted = things_in([*claims, *(claim for theirs in claimed for claim in theirs)])
    begins = sessions[0].starts_at if sessions else at
    line = Line(list(houses(sessions, things=wanted).values()), keeps=at < begins - KEPT_UNTIL, at=at)
    if not waiting or not can_be_offered(run, sessions, at):
        return line
    deadline = offer_deadline(at, begins=begins, is_open=open_days(sessions[0], at).__contains__)
    for (booking, people), theirs in zip(parties, claimed, strict=True):
        places = list(range(len(theirs))) if line.fits(theirs) else []
        if not places and booking.in_parts:
            places = line.part(theirs)
        if places and deadline and _is_entitled(booking):
            some = [people[place] for place in places]
            offered = booking if len(places) == len(theirs) else _split(booking, some)
            make_offer(offered, some, sessions, deadline=deadline, begins=begins, at=at)
            line.admit([theirs[place] for place in places])
            theirs = [claim for place, claim in enumerate(theirs) if place not in places]
        if theirs and not line.fits(theirs):
            line.step_aside(booking, theirs)
    return line


@transaction.atomic
def offer_seats(*, run: CourseRun, session: Session | None, at: datetime) -> int:
    """Offers what is free to those who wait for this date, or series (None). Returns how many offers it made."""
    sessions = lock_target(run=run, session=session, at=at)
    before = Offer.objects.filter(run=run).count()
    pass_on(run=sessions[0].run if sessions else run, sessions=sessions, session=session, at=at)
    return Offer.objects.filter(run=run).count() - before


@transaction.atomic
def accept_offer(*, booking: Booking, at: datetime, by: AbstractBaseUser | None = None) -> Booking:
    """Makes an offered seat firm. Done twice it changes nothing. Raises NotPossible once the offer is over."""
    booking = lock_booking(booking, at=at)
    if booking.state == Booking.State.CONFIRMED:
        return booking
    cancelled = not booking_sessions(booking).taking_place().exists()
    offer = check_accept(booking, booking.offers.open().first(), cancelled=cancelled, at=at)
    _close(offer, Offer.State.ACCEPTED, at)
    make_firm(booking, verb="accept_offer", at=at, by=by)
    return booking


@transaction.atomic
def decline_offer(
    *, booking: Booking, stay: bool, at: datetime, by: AbstractBaseUser | None = None
) -> Booking:
    """Gives an offered seat on to the next. Who wants to `stay` stands at the end of the line; else they leave it.

    Done twice it changes nothing. Raises NotPossible where nothing is offered.
    """
    booking = lock_booking(booking, at=at)
    offer = booking.offers.open().first()
    if offer is None:
        if booking.state in (Booking.State.WAITING, Booking.State.CANCELLED, Booking.State.EXPIRED):
            return booking
        raise NotPossible(_("No seat is offered to you at the moment."))
    _close(offer, Offer.State.DECLINED, at)
    audit.record(verb="decline_offer", subject=booking, at=at, by=by, stay=stay)
    _let_pass(booking, at, stay=stay, otherwise=Booking.State.CANCELLED)
    if booking.state == Booking.State.CANCELLED:
        emails.waiting_left(booking=booking, at=at)
    return booking


@transaction.atomic
def expire_offer(*, offer: Offer, at: datetime) -> bool:
    """Gives a seat on that was not accepted in time. Returns whether there was anything to do."""
    booking = lock_booking(offer.booking, at=at)
    offer = Offer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
    if offer.state != Offer.State.OPEN or offer.until > at:
        return False
    _close(offer, Offer.State.EXPIRED, at)
    audit.record(verb="expire_offer", subject=booking, at=at, system=True)
    _let_pass(booking, at, stay=True, otherwise=Booking.State.EXPIRED)
    emails.offer_expired(booking=booking, at=at)
    return True


@transaction.atomic
def reach_offered(*, offer: Offer, at: datetime, by: AbstractBaseUser | None) -> Offer:
    """Notes that somebody without e-mail knows of their offer: from now on its time runs. Once."""
    lock_booking(offer.booking, at=at)
    offer = Offer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
    if offer.state != Offer.State.OPEN:
        raise NotPossible(_("This offer is over."))
    if offer.reached_at is None:
        sessions = booking_sessions(offer.booking).not_begun(at).order_by("starts_at")
        first = sessions.select_related("room__venue").first()
        until = None
        if first is not None:
            until = offer_deadline(at, begins=first.starts_at, is_open=open_days(first, at).__contains__)
        offer.reached_at, offer.deadline = at, until or offer.last_call
        offer.save(update_fields=["reached_at", "deadline"])
        audit.record(verb="reach_offered", subject=offer.booking, at=at, by=by)
    return offer


@transaction.atomic
def come_in_parts(
    *, booking: Booking, in_parts: bool, at: datetime, by: AbstractBaseUser | None = None
) -> Booking:
    """A waiting party takes what there is and goes on waiting for the rest, or waits for room for all of it again."""
    booking = lock_booking(booking, at=at)
    if booking.state != Booking.State.WAITING:
        raise NotPossible(_("You are not on the waiting list any more."))
    if booking.in_parts != in_parts:
        booking.in_parts = in_parts
        booking.save(update_fields=["in_parts"])
        audit.record(verb="come_in_parts", subject=booking, at=at, by=by, in_parts=in_parts)
        _pass_on_for(booking, at)
        booking.refresh_from_db()
    return booking


@transaction.atomic
def take_seat(*, booking: Booking, at: datetime, by: AbstractBaseUser | None = None) -> Booking:
    """In the last 24 hours somebody waiting takes a seat that is free, as whoever comes first.

    Done twice it changes nothing. Raises NotPossible where there is no room, or it is too early or too late.
    """
    booking = lock_booking(booking, at=at)
    if booking.state == Booking.State.CONFIRMED:
        return booking
    sessions = lock_target(run=booking.run, session=booking.session, at=at)
    check_room(booking, sessions, at=at)
    people = seated(booking)
    booking.state = Booking.State.CONFIRMED
    give_seats(booking, sessions, people)
    make_firm(booking, verb="take_seat", at=at, by=by)
    return booking


def check_room(booking: Booking, sessions: Sequence[Session], *, at: datetime) -> None:
    """Raises NotPossible where somebody who waits for these sessions cannot take a seat by themselves now."""
    check_take_seat(booking, begins=sessions[0].starts_at if sessions else None, at=at)
    if not can_be_offered(booking.run, sessions, at):
        raise NotPossible(_("This date is over, or does not take place."))
    claims = claims_of(booking)
    if not fits(list(houses(sessions, things=things_in(claims)).values()), claims):
        raise NotPossible(_("All seats have been taken."))


@transaction.atomic
def end_waiting(*, booking: Booking, at: datetime) -> bool:
    """Ends a waiting for which nothing can come any more, and says so. Returns whether there was anything to do."""
    booking = lock_booking(booking, at=at)
    if booking.state not in (Booking.State.WAITING, Booking.State.REQUESTED):
        return False
    sessions = lock_target(run=booking.run, session=booking.session, at=at)
    if can_be_offered(booking.run, sessions, at) or _may_be_undone(booking):
        return False
    end(booking, Booking.State.MISSED, at)
    audit.record(verb="end_waiting", subject=booking, at=at, system=True)
    emails.waiting_over(booking=booking, at=at)
    return True


def queue(run: CourseRun, session: Session | None) -> QuerySet[Booking]:
    """Who waits for this date, or for the series (None), in the order in which seats are offered."""
    waiting = Booking.objects.filter(run=run, session=session, state=Booking.State.WAITING)
    return waiting.select_related("person").order_by("waiting_since", "pk")


def may_wait_on(booking: Booking) -> bool:
    """Whether somebody who lets an offer pass may stay on the list: it was not the last they are made."""
    return booking.offers.count() < MOST_OFFERS and booking.follows_id is None


def booking_sessions(booking: Booking) -> SessionQuerySet:
    """The dates on which a booking has seats."""
    return Session.objects.filter(seats__participant__booking=booking, seats__state__in=Seat.TAKEN).distinct()


def can_be_offered(run: CourseRun, sessions: Sequence[Session], at: datetime) -> bool:
    """Whether somebody new can come at all: the run is on, and no date is cancelled or has begun."""
    if run.state != CourseRun.State.PUBLISHED or not sessions:
        return False
    if any(row.is_cancelled or row.starts_at <= at for row in sessions):
        return False
    if not run.is_series or run.join_late:
        return True
    return not run.has_begun(at)


def _may_be_undone(booking: Booking) -> bool:
    """Whether the date that somebody waits for has been cancelled just now, and nobody been told yet."""
    return booking.session is not None and booking.session.notices.open().exists()


def _is_entitled(booking: Booking) -> bool:
    """Whether somebody who waits may be offered a seat: there are not too many offers, and none that is open."""
    if booking.person_id is None or booking.offers.count() >= MOST_OFFERS:
        return False
    return not Offer.objects.open().filter(run=booking.run_id, person=booking.person_id).exists()


def make_offer(
    booking: Booking,
    people: Sequence[Participant],
    sessions: Sequence[Session],
    *,
    deadline: datetime,
    begins: datetime,
    at: datetime,
) -> Offer:
    """Holds seats for these people of a locked booking on locked sessions, and tells them until when."""
    booking.state = Booking.State.OFFERED
    booking.save(update_fields=["state"])
    give_seats(booking, sessions, people)
    by_mail = bool(booking.person and booking.person.email)
    offer = Offer.objects.create(
        booking=booking,
        run=booking.run,
        person=booking.person,
        made_at=at,
        reached_at=at if by_mail else None,
        deadline=deadline if by_mail else None,
        last_call=last_call(begins),
    )
    audit.record(verb="offer_seat", subject=booking, at=at, system=True, people=len(people))
    emails.seat_offered(booking=booking, offer=offer, at=at)
    return offer


def _split(booking: Booking, some: Sequence[Participant]) -> Booking:
    """A booking of its own for some of a waiting party; the others keep their place."""
    part = Booking.objects.create(
        code=new_code(),
        run=booking.run,
        session=booking.session,
        person=booking.person,
        state=Booking.State.WAITING,
        channel=booking.channel,
        created_at=booking.created_at,
        group_name=booking.group_name,
        waiting_since=booking.waiting_since,
        part_of=booking,
        price=booking.price,
        material_cost=booking.material_cost,
    )
    booking.participants.filter(pk__in=[somebody.pk for somebody in some]).update(booking=part)
    return part


def _close(offer: Offer, state: str, at: datetime) -> None:
    offer.state, offer.ended_at = state, at
    offer.save(update_fields=["state", "ended_at"])


def _let_pass(booking: Booking, at: datetime, *, stay: bool, otherwise: str) -> None:
    """Takes an offered seat back and gives it on; the party goes to the end of the line, or leaves it."""
    # Nobody has sat on them, also where a date has begun by now.
    take_back_seats(booking, at, begun_too=True)
    if stay and may_wait_on(booking):
        booking.state, booking.waiting_since = Booking.State.WAITING, at
        booking.save(update_fields=["state", "waiting_since"])
    else:
        end(booking, otherwise, at)
    _pass_on_for(booking, at)


def _pass_on_for(booking: Booking, at: datetime) -> None:
    sessions = lock_target(run=booking.run, session=booking.session, at=at)
    pass_on(run=booking.run, sessions=sessions, session=booking.session, at=at)
    booking.refresh_from_db()


def open_days(session: Session, at: datetime) -> OpenDays:
    """The days on which the time of an offer made then for this date runs."""
    first = local_date(at)
    return OpenDays(session.venue, first=first, last=first + timedelta(days=FURTHEST))
