"""First refusal: who waited until the end is offered a seat in the next run of the course before others can book."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet

from core import audit
from workshops.deadlines import offer_deadline
from workshops.models import Booking, CourseRun, Participant, RunChange, RunChoice, Session
from workshops.opening import opening
from workshops.operations.counting import Kind, claim_of, seated
from workshops.operations.seating import lock_target, new_code
from workshops.operations.waiting import Line, can_be_offered, make_offer, open_days, pass_on
from workshops.rules import NotPossible, check_party
from workshops.seats import Claim

ASKED_FIRST_FOR = timedelta(days=365)
"""So long after they waited in vain people are asked first; then they are forgotten."""


def hopeful(at: datetime) -> QuerySet[Booking]:
    """Who waited until the end, wants to be asked first, and has not been, the longest waiting first.

    Somebody who waited several times has been asked with the first of them.
    """
    asked = Booking.objects.filter(
        follows__isnull=False,
        person=OuterRef("person"),
        run__course__translation_key=OuterRef("run__course__translation_key"),
        created_at__gte=OuterRef("ended_at"),
    )
    missed = Booking.objects.filter(
        state=Booking.State.MISSED,
        wants_next_run=True,
        waiting_since__isnull=False,
        person__isnull=False,
        erased_at=None,
        followed_by=None,
        ended_at__gt=at - ASKED_FIRST_FOR,
    )
    return missed.exclude(Exists(asked)).order_by("waiting_since", "pk")


@transaction.atomic
def offer_next_run(*, run: CourseRun, at: datetime) -> int:
    """Offers seats of a published run to those who waited in vain in an earlier one. Returns how many offers.

    In the order in which they waited, behind those who wait in this run already; of single dates the earliest with
    room and time to answer. Who has a seat or a place in line here is left out, and nobody is asked twice. The
    sessions are locked first, then the bookings in the order of their keys.
    """
    if run.is_drop_in or run.state != CourseRun.State.PUBLISHED:
        return 0
    run = CourseRun.objects.select_related("course", "term").get(pk=run.pk)
    sessions = lock_target(run=run, session=None, at=at)
    for row in sessions:
        row.run = run
    found = _asked_first_for(run, at)
    list(found.order_by("pk").select_for_update(of=("self",)))
    # Read again: of two runs published at once, the second sees whom the first has asked.
    rows = found.select_related("person").prefetch_related(
        "participants__access_need", "participants__choices__question", "participants__guardian"
    )
    choices = {
        (choice.question.text, choice.text): choice
        for choice in RunChoice.objects.filter(question__run=run).select_related("question")
    }
    hopefuls = [_Hopeful(run, row, choices) for row in rows]
    hopefuls = [somebody for somebody in hopefuls if somebody.may_come and not somebody.is_known]
    targets = _Targets(run, sessions, [claim for one in hopefuls for claim in one.claims], at)
    made = 0
    for somebody in hopefuls:
        # Somebody who waited for several dates is asked once.
        if not somebody.is_known and (target := targets.first_with_room(somebody.claims)):
            booking = somebody.follow(target.session, at)
            make_offer(
                booking,
                seated(booking),
                target.sessions,
                deadline=target.deadline,
                begins=target.begins,
                at=at,
            )
            target.line.admit(somebody.claims)
            made += 1
    return made


def runs_with_hopeful(at: datetime) -> QuerySet[CourseRun]:
    """Published runs with a date to come, of courses in which somebody waited in vain."""
    waited = hopeful(at).filter(run__course__translation_key=OuterRef("course__translation_key"))
    coming = Session.objects.filter(run=OuterRef("pk"), starts_at__gt=at).taking_place()
    runs = CourseRun.objects.filter(state=CourseRun.State.PUBLISHED)
    runs = runs.exclude(booking_mode=CourseRun.Mode.DROP_IN)
    return runs.filter(Exists(waited.exclude(run=OuterRef("pk"))), Exists(coming)).order_by("pk")


def _asked_first_for(run: CourseRun, at: datetime) -> QuerySet[Booking]:
    """For whom this is a next run: it was published after their waiting ended, or is not open to all yet."""
    found = hopeful(at).filter(run__course__translation_key=run.course.translation_key).exclude(run=run)
    if not opening(run).is_open(at):
        return found
    published = run.changes.filter(kind=RunChange.Kind.PUBLISHED).aggregate(last=Max("at"))["last"]
    return found.filter(ended_at__lte=published) if published else found.none()


@dataclass(frozen=True, slots=True)
class _Target:
    """The series, or one date, with what is free there."""

    session: Session | None
    sessions: list[Session]
    begins: datetime
    deadline: datetime
    line: Line


class _Targets:
    """What could be offered in a run, the earliest first. What is free on a date is counted when it is asked for."""

    def __init__(
        self, run: CourseRun, sessions: list[Session], claims: list[Claim[Kind]], at: datetime
    ) -> None:
        self.run, self.claims, self.at = run, claims, at
        self.left = [(None, sessions)] if run.is_series else [(one, [one]) for one in sessions]
        self.known: list[_Target] = []

    def first_with_room(self, claims: list[Claim[Kind]]) -> _Target | None:
        for target in self.known:
            if target.line.fits(claims):
                return target
        while self.left:
            found = self._look_at(*self.left.pop(0))
            if found is not None:
                self.known.append(found)
                if found.line.fits(claims):
                    return found
        return None

    def _look_at(self, session: Session | None, sessions: list[Session]) -> _Target | None:
        if not can_be_offered(self.run, sessions, self.at):
            return None
        begins = sessions[0].starts_at
        deadline = offer_deadline(
            self.at, begins=begins, is_open=open_days(sessions[0], self.at).__contains__
        )
        if deadline is None:
            return None
        line = pass_on(run=self.run, sessions=sessions, session=session, at=self.at, claims=self.claims)
        return _Target(session, sessions, begins, deadline, line)


class _Hopeful:
    """A party that waited in vain, as it would come to this run."""

    def __init__(self, run: CourseRun, missed: Booking, choices: Mapping[tuple[str, str], RunChoice]) -> None:
        self.run, self.missed = run, missed
        self.people = list(missed.participants.all())
        # The same answers, where the next run asks the same.
        self.choices = {
            somebody.pk: [
                choices[key]
                for choice in somebody.choices.all()
                if (key := (choice.question.text, choice.text)) in choices
            ]
            for somebody in self.people
        }

    @property
    def claims(self) -> list[Claim[Kind]]:
        return [
            claim_of(somebody, channel=self.missed.channel, choices=self.choices[somebody.pk])
            for somebody in self.people
            if not somebody.is_carer
        ]

    @property
    def may_come(self) -> bool:
        """Whether the run takes a party like this."""
        try:
            check_party(self.run, people=len(self.claims), is_group=self.missed.is_group)
        except NotPossible:
            return False
        return bool(self.claims)

    @property
    def is_known(self) -> bool:
        """Whether one of them has a seat or waits here already, or they have been asked."""
        person = self.missed.person
        if person is None:
            return True
        theirs = Booking.objects.filter(run=self.run, person__email=person.email, person__phone=person.phone)
        if theirs.filter(follows__isnull=False, person=person).exists():
            return True
        alive = theirs.filter(state__in=Booking.ALIVE)
        if self.missed.group_name:
            return alive.filter(group_name=self.missed.group_name).exists()
        names = {somebody.name.casefold() for somebody in self.people}
        known = Participant.objects.filter(booking__in=alive).values_list("name", flat=True)
        return any(name and name.casefold() in names for name in known)

    def follow(self, session: Session | None, at: datetime) -> Booking:
        """A booking of this run with the same people, not offered anything yet."""
        missed, run = self.missed, self.run
        booking = Booking.objects.create(
            code=new_code(),
            run=run,
            session=session,
            person=missed.person,
            state=Booking.State.OFFERED,
            channel=missed.channel,
            created_at=at,
            group_name=missed.group_name,
            follows=missed,
            price=run.price,
            material_cost=run.material_cost,
        )
        for somebody in self.people:
            again = Participant.objects.create(
                booking=booking,
                name=somebody.name,
                generation_id=somebody.generation_id,
                is_carer=somebody.is_carer,
            )
            again.choices.set(self.choices[somebody.pk])
            for told in ("access_need", "guardian"):
                if (row := getattr(somebody, told, None)) is not None:
                    row.pk, row._state.adding, row.participant = None, True, again
                    row.save()
        audit.record(verb="offer_next_run", subject=booking, at=at, system=True)
        return booking
