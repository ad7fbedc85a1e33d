"""Booking a seat, confirming, cancelling, and letting go of what nobody confirmed."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import audit
from core.models import Generation
from workshops import emails
from workshops.models import (
    AccessNeed,
    Booking,
    CourseRun,
    Guardian,
    Offer,
    Participant,
    Person,
    RunChoice,
    Seat,
    Session,
)
from workshops.operations.counting import Kind, claim_of, kind_of, seated, things_of
from workshops.operations.firm import make_firm, told_firm
from workshops.operations.seating import (
    end,
    give_seats,
    last_start,
    lock_booking,
    lock_target,
    new_code,
    take_back_seats,
)
from workshops.operations.tandems import match_tandems
from workshops.operations.tasters import taster_seats_on
from workshops.operations.waiting import Line, pass_on
from workshops.rules import (
    HOLD,
    MOST_PEOPLE,
    NotPossible,
    check_book,
    check_cancel,
    check_party,
    check_tandem,
    check_wait,
)
from workshops.seats import Claim


class Full(NotPossible):
    """The party does not fit. `free` is how many seats there are for its first person on every session.

    `free_for` says so for each generation in the party (None: not told). Where there are seats enough, `lacking`
    names the things there are too few of.
    """

    def __init__(
        self,
        free: int,
        *,
        free_for: Mapping[int | None, int] | None = None,
        lacking: Iterable[Hashable] = (),
    ) -> None:
        self.free, self.free_for, self.lacking = free, dict(free_for or {}), frozenset(lacking)
        if self.lacking:
            sentence = _("There are seats, but not enough of what you need with them.")
        elif free:
            sentence = _("There are not enough free seats any more.")
        else:
            sentence = _("All seats have been taken.")
        super().__init__(sentence)

    @classmethod
    def of(cls, line: Line, claims: Sequence[Claim[Kind]]) -> "Full":
        """What this party lacks, which does not fit."""
        free_for = {claim.kind.generation_id: line.free_for(claim.kind) for claim in claims}
        free = line.free_for(claims[0].kind) if claims else 0
        return cls(free, free_for=free_for, lacking=line.lacking(claims))


class AlreadyBooked(NotPossible):
    """Refused because of what this person has booked: `booking`. A page must not say so to whoever asks."""

    def __init__(self, sentence: str | Promise, booking: Booking | None) -> None:
        super().__init__(sentence)
        self.booking = booking


@dataclass(frozen=True, slots=True)
class Charge:
    """Who answers for a guest under 18. `phone` is E.164."""

    name: str
    phone: str
    goes_home_alone: bool = False
    agrees_to_tandem: bool = False


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who comes. What is to be prepared is given only with explicit consent.

    A carer accompanies another guest and takes no seat. `choices` are the keys of answers to the run's questions.
    """

    name: str
    generation_id: int | None = None
    need: str = ""
    wheelchair: bool = False
    hearing_loop: bool = False
    is_carer: bool = False
    guardian: Charge | None = None
    choices: Sequence[int] = ()

    @property
    def tells_a_need(self) -> bool:
        return bool(self.need or self.wheelchair or self.hearing_loop)


@dataclass(frozen=True, slots=True)
class Party:
    """Everybody in one booking, and how to reach one of them. One of `email` and `phone` (E.164) is given.

    `contact` is who books, where that is none of the guests: for a parent, for a group. The people of a group
    have no names.
    """

    guests: Sequence[Guest]
    email: str = ""
    phone: str = ""
    language: str = "de"
    contact: str = ""
    group_name: str = ""

    @property
    def seated(self) -> list[Guest]:
        """Those who take a seat."""
        return [guest for guest in self.guests if not guest.is_carer]


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

    Firm at once, unless the run holds seats until the link in the mail is used, or is asked by a group and
    answers later. The same `submission_key` books once, however often it is sent. Locks the sessions in the order
    of their keys, then counts, then writes, so that two who want the last seat get it one after the other; who
    waits is offered what is free first. Raises Full, or NotPossible with what else forbids it.
    """
    request = _Request(run, session, party, at, channel)
    if done := request.done(submission_key):
        return done
    request.check()
    if party.group_name and request.run.groups == CourseRun.Groups.ASK and channel == Booking.Channel.WEB:
        return request.keep(Booking.State.REQUESTED, submission_key, by=by)
    line = request.check_fits()
    held = request.run.hold_until_confirmed and channel == Booking.Channel.WEB
    booking = request.keep(Booking.State.HELD if held else Booking.State.CONFIRMED, submission_key, by=by)
    line.admit(request.claims)
    if held:
        emails.confirm_request(booking=booking, at=at)
    else:
        told_firm(booking, at)
    return booking


@transaction.atomic
def join_waiting_list(
    *,
    run: CourseRun,
    session: Session | None,
    party: Party,
    at: datetime,
    submission_key: str | None = None,
    channel: str = Booking.Channel.WEB,
    by: AbstractBaseUser | None = None,
) -> Booking:
    """Puts a party on the waiting list of a date, or of a series (None). Once, as in `book`.

    Where there is room for it by now it is offered the seats at once. Raises NotPossible where it cannot wait here.
    """
    request = _Request(run, session, party, at, channel)
    if done := request.done(submission_key):
        return done
    request.check()
    if request.is_taster:
        raise NotPossible(_("Nobody can wait for a taster seat. Please look again soon, or call us."))
    check_wait(request.run, people=len(party.seated))
    booking = request.keep(Booking.State.WAITING, submission_key, by=by)
    emails.waiting(booking=booking, at=at)
    pass_on(run=request.run, sessions=request.sessions, session=session, at=at)
    booking.refresh_from_db()
    return booking


@transaction.atomic
def answer_request(*, booking: Booking, accept: bool, at: datetime, by: AbstractBaseUser | None) -> Booking:
    """The team's answer to a group that asked: seats for all of it, or a friendly no. Done twice it changes nothing.

    Raises Full where there is no room for it, NotPossible where it has been answered differently.
    """
    booking = lock_booking(booking, at=at)
    if booking.state == (Booking.State.CONFIRMED if accept else Booking.State.CANCELLED):
        return booking
    if booking.state != Booking.State.REQUESTED:
        raise NotPossible(_("This request has been answered, or withdrawn."))
    if not accept:
        end(booking, Booking.State.CANCELLED, at)
        audit.record(verb="refuse_request", subject=booking, at=at, by=by)
        emails.request_refused(booking=booking, at=at)
        return booking
    sessions = lock_target(run=booking.run, session=booking.session, at=at)
    people = seated(booking)
    claims = [claim_of(somebody, channel=booking.channel) for somebody in people]
    line = pass_on(run=booking.run, sessions=sessions, session=booking.session, at=at, claims=claims)
    if not line.fits(claims):
        raise Full.of(line, claims)
    booking.state = Booking.State.CONFIRMED
    give_seats(booking, sessions, people)
    line.admit(claims)
    make_firm(booking, verb="accept_request", at=at, by=by)
    return booking


@transaction.atomic
def confirm_booking(*, booking: Booking, at: datetime, by: AbstractBaseUser | None = None) -> Booking:
    """Makes a held booking firm. Done twice it changes nothing. Raises NotPossible once the hold is over."""
    booking = lock_booking(booking, at=at)
    if booking.state == Booking.State.CONFIRMED:
        return booking
    if booking.state != Booking.State.HELD or (booking.hold_until and booking.hold_until <= at):
        raise NotPossible(_("The time to confirm is over. Please book again if there are seats left."))
    make_firm(booking, verb="confirm_booking", at=at, by=by)
    return booking


@transaction.atomic
def cancel_booking(*, booking: Booking, at: datetime, by: AbstractBaseUser | None = None) -> Booking:
    """Gives back every seat of the booking on dates to come, or its place on the waiting list.

    What becomes free is offered to who waits. Done twice it changes nothing. Raises NotPossible where nothing
    lies ahead.
    """
    booking = lock_booking(booking, at=at)
    if booking.state == Booking.State.CANCELLED:
        return booking
    check_cancel(booking, last_start=last_start(booking), at=at)
    tell = {
        Booking.State.WAITING: emails.waiting_left,
        Booking.State.OFFERED: emails.waiting_left,
        Booking.State.REQUESTED: emails.request_withdrawn,
    }.get(Booking.State(booking.state), emails.booking_cancelled)
    give_up(booking, Booking.State.CANCELLED, at)
    audit.record(verb="cancel_booking", subject=booking, at=at, by=by)
    tell(booking=booking, at=at)
    return booking


@transaction.atomic
def expire_hold(*, booking: Booking, at: datetime) -> bool:
    """Frees the seats of a booking nobody confirmed in time. Returns whether there was anything to do."""
    booking = lock_booking(booking, at=at)
    if booking.state != Booking.State.HELD or booking.hold_until is None or booking.hold_until > at:
        return False
    give_up(booking, Booking.State.EXPIRED, at)
    audit.record(verb="expire_hold", subject=booking, at=at, system=True)
    emails.hold_expired(booking=booking, at=at)
    return True


def give_up(booking: Booking, state: str, at: datetime) -> None:
    """Ends a locked booking, takes its seats back and passes them on to who waits.

    Where a firm booking had a date that has begun, that seat stays: somebody sat on it.
    """
    begun_too = booking.state != Booking.State.CONFIRMED
    booking.offers.open().update(state=Offer.State.WITHDRAWN, ended_at=at)
    take_back_seats(booking, at, begun_too=begun_too)
    end(booking, state, at)
    seats_are_free(booking, at)


def seats_are_free(booking: Booking, at: datetime) -> None:
    """What follows where a locked booking gave seats back: partners are matched anew, who waits is offered them."""
    run = booking.run
    if run.is_tandem:
        match_tandems(run=run, session=booking.session, at=at)
    session = None if run.is_series else booking.session
    sessions = lock_target(run=run, session=session, at=at)
    pass_on(run=run, sessions=sessions, session=session, at=at)


@dataclass
class _Request:
    """Somebody who wants seats: the sessions are locked when it is made."""

    run: CourseRun
    session: Session | None
    party: Party
    at: datetime
    channel: str

    def __post_init__(self) -> None:
        party = self.party
        if not party.seated or not (party.email or party.phone):
            raise ValueError("A party needs a guest who takes a seat, and a way to reach them.")
        if len(party.guests) > MOST_PEOPLE and not party.group_name:
            raise NotPossible(_("For so many people please call us; we will find a way."))
        if self.session is None and not self.run.is_series:
            raise NotPossible(_("This course is booked in another way."))
        if self.session is not None and self.run.is_series and not self.run.taster_seats:
            raise NotPossible(_("This course is booked in another way."))
        self.sessions = lock_target(run=self.run, session=self.session, at=self.at)
        self.run = CourseRun.objects.select_related("term").get(pk=self.run.pk)
        for row in self.sessions:
            row.run = self.run
        choices = RunChoice.objects.filter(
            pk__in=[key for guest in party.guests for key in guest.choices], question__run=self.run
        )
        self.choices = (
            {choice.pk: choice for choice in choices} if any(g.choices for g in party.guests) else {}
        )

    def done(self, submission_key: str | None) -> Booking | None:
        """What the same form has become already."""
        made = Booking.objects.filter(submission_key=submission_key)
        return made.get() if submission_key and made.exists() else None

    @property
    def is_taster(self) -> bool:
        return self.session is not None and self.run.is_series

    def check(self) -> None:
        run, at = self.run, self.at
        begun = run.is_series and not self.is_taster and run.has_begun(at)
        check_book(run, self.sessions, begun=begun, at=at, channel=self.channel)
        check_party(
            run,
            people=len(self.party.seated),
            is_group=bool(self.party.group_name),
            channel=self.channel,
        )
        self._check_tandem()
        self._check_new_here()

    @property
    def claims(self) -> list[Claim[Kind]]:
        return [
            Claim(
                kind_of(guest.generation_id, self.channel),
                things_of(
                    wheelchair=guest.wheelchair,
                    hearing_loop=guest.hearing_loop,
                    choices=[self.choices[key] for key in guest.choices if key in self.choices],
                ),
            )
            for guest in self.party.seated
        ]

    def check_fits(self) -> Line:
        """The line in which the party may go next. Raises Full."""
        claims = self.claims
        line = pass_on(run=self.run, sessions=self.sessions, session=self.session, at=self.at, claims=claims)
        if self.is_taster:
            free = taster_seats_on(self.sessions).get(self.sessions[0].pk, 0)
            if len(claims) > free:
                raise Full(free)
        if not line.fits(claims):
            raise Full.of(line, claims)
        return line

    def keep(self, state: str, submission_key: str | None, *, by: AbstractBaseUser | None) -> Booking:
        """Writes the booking with its people, and their seats where the state has some."""
        at, run, party = self.at, self.run, self.party
        held = state == Booking.State.HELD
        # Somebody without e-mail cannot use a link: the seat waits until the team has called.
        hold_until = min(at + HOLD, self.sessions[0].starts_at) if held and party.email else None
        booking = Booking.objects.create(
            code=new_code(),
            run=run,
            session=self.session,
            person=self._person(),
            state=state,
            channel=self.channel,
            created_at=at,
            group_name=party.group_name,
            waiting_since=at if state == Booking.State.WAITING else None,
            hold_until=hold_until,
            confirmed_at=at if state == Booking.State.CONFIRMED else None,
            # A taste of a series costs nothing.
            price=0 if self.is_taster else run.price,
            material_cost=0 if self.is_taster else run.material_cost,
            submission_key=submission_key,
        )
        people = [add_participant(booking, guest, at=at, choices=self.choices) for guest in party.guests]
        if state in Seat.OF_BOOKING:
            give_seats(booking, self.sessions, [somebody for somebody in people if not somebody.is_carer])
        verb = {Booking.State.WAITING: "join_waiting_list", Booking.State.REQUESTED: "request_seats"}.get(
            Booking.State(state), "book"
        )
        audit.record(verb=verb, subject=booking, at=at, by=by, people=len(party.seated), held=held)
        if state == Booking.State.REQUESTED:
            emails.request_received(booking=booking, at=at)
        return booking

    def _check_tandem(self) -> None:
        if not self.run.is_tandem:
            return
        sides = dict(Generation.objects.values_list("pk", "side"))
        guests = self.party.seated
        check_tandem(
            self.run,
            sides=[sides.get(guest.generation_id or 0, "") for guest in guests],
            minors_agreed=[guest.guardian.agrees_to_tandem for guest in guests if guest.guardian],
        )

    def _check_new_here(self) -> None:
        """Nobody sits twice in one session, or waits twice for it; nobody has more dates than the run allows."""
        party = self.party
        bookings = Booking.objects.filter(
            run=self.run, state__in=Booking.ALIVE, person__email=party.email, person__phone=party.phone
        )
        if not bookings.exists():
            return
        same = Participant.objects.filter(booking__in=bookings)
        seated = same.filter(seats__session__in=self.sessions, seats__state__in=Seat.TAKEN)
        waiting = same.filter(
            booking__session=self.session, booking__state__in=[Booking.State.WAITING, Booking.State.REQUESTED]
        )
        known = {
            name.casefold(): key
            for name, key in (
                *seated.values_list("name", "booking"),
                *waiting.values_list("name", "booking"),
            )
        }
        twice = [known[name] for guest in party.guests if (name := guest.name.casefold()) in known and name]
        if not twice and party.group_name:
            twice = list(
                waiting.filter(booking__group_name=party.group_name).values_list("booking", flat=True)
            )
        if twice:
            raise AlreadyBooked(
                _(
                    "You have booked this already. You find your booking through the link in the mail, or call us."
                ),
                Booking.objects.get(pk=twice[0]),
            )
        most = self.run.most_bookings
        if most is None or self.run.is_series:
            return
        mine = bookings.filter(person__name=self._name, session__starts_at__gt=self.at)
        if mine.count() >= most:
            raise AlreadyBooked(
                _("You have booked as many dates of this course as one person can: %(count)s.")
                % {"count": most},
                mine.first(),
            )

    @property
    def _name(self) -> str:
        return self.party.contact or self.party.guests[0].name

    def _person(self) -> Person:
        """The person with exactly this name and contact, or a new one. Locked, so that nobody erases them meanwhile."""
        party = self.party
        who = {"name": self._name, "email": party.email, "phone": party.phone, "language": party.language}
        known = Person.objects.filter(**who).select_for_update(no_key=True).first()
        return known or Person.objects.create(**who, created_at=self.at)


def add_participant(
    booking: Booking, guest: Guest, *, at: datetime, choices: dict[int, RunChoice]
) -> Participant:
    """Writes one of the people of a booking, with what they told. They have no seat yet."""
    participant = Participant.objects.create(
        booking=booking, name=guest.name, generation_id=guest.generation_id, is_carer=guest.is_carer
    )
    if guest.tells_a_need:
        AccessNeed.objects.create(
            participant=participant,
            text=guest.need,
            wheelchair=guest.wheelchair,
            hearing_loop=guest.hearing_loop,
            consented_at=at,
        )
    if charge := guest.guardian:
        Guardian.objects.create(
            participant=participant,
            name=charge.name,
            phone=charge.phone,
            goes_home_alone=charge.goes_home_alone,
            agrees_to_tandem=charge.agrees_to_tandem,
        )
    if chosen := [choices[key] for key in guest.choices if key in choices]:
        participant.choices.set(chosen)
    return participant
