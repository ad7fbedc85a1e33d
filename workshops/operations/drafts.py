"""Many new runs at once, each with one schedule: what dates they would get, what is in the way, and making them.

What copying and reading from a spreadsheet share. Nothing here is published: a draft has no dates yet.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core import audit
from timetable.expansion import ExpansionError
from timetable.wording import describe_problem
from timetable.zone import local_date
from workshops import history
from workshops.conflicts import Conflict, Slot
from workshops.models import CourseRun, EquipmentNeed, Facilitator, RunChange, Schedule, SeatPool
from workshops.operations.conflicts import conflicts_of
from workshops.operations.days_off import DaysOff
from workshops.operations.keeping import Extras, add_questions, pool_rows
from workshops.planning import Plan, plan
from workshops.rules import NotPossible

MOST_DATES = 10_000
"""So many dates of one batch are looked at; a large house has half of that in a year."""
MOST_PAIRS = 100_000
"""So many pairs of dates of one batch may share a room, or a facilitator, and a day; more is a column filled down."""


@dataclass(slots=True)
class Draft:
    """A run to be made. Neither `run` nor `schedule` has been saved.

    `key` names it in its batch, `pieces` are what it needs of which equipment, by key, `extras` the seats it keeps
    and the questions it asks. `problem` is why it cannot
    be made, as a sentence; "" where it can.
    """

    key: Hashable
    run: CourseRun
    schedule: Schedule
    facilitators: Sequence[Facilitator] = ()
    pieces: dict[int, int] = field(default_factory=dict)
    extras: Extras = field(default_factory=Extras)
    detail: dict[str, Any] = field(default_factory=dict)
    plan: Plan = field(default_factory=Plan)
    conflicts: list[Conflict] = field(default_factory=list)
    problem: str = ""


class NumberTaken(NotPossible):
    """Another run has one of these course numbers."""

    def __init__(self, number: str = "") -> None:
        self.number = number
        if number:
            super().__init__(
                _("The course number %(number)s is taken. Nothing has been saved.") % {"number": number}
            )
        else:
            super().__init__(_("A course number has been taken in the meantime. Nothing has been saved."))


def plan_drafts(drafts: Sequence[Draft], *, days: DaysOff, at: datetime) -> None:
    """Gives each draft its dates or the problem with them. No queries where rooms are at hand. Writes nothing."""
    left = MOST_DATES
    for draft in drafts:
        if draft.problem:
            continue
        if left <= 0:
            draft.problem = str(
                _("All of these together are too many dates. Please take fewer runs at once.")
            )
            continue
        try:
            segments = days.segments(draft.run, [draft.schedule])
            draft.plan = plan(segments=segments, present=(), through=days.through, at=at)
        except ExpansionError as problem:
            draft.problem = describe_problem(problem)
            continue
        left -= len(draft.plan.new)
        if not draft.plan.new:
            draft.problem = str(_("Not a single date lies ahead. Please check first date and rule."))
        elif draft.run.is_series and draft.plan.open_ended:
            draft.problem = str(_("A series needs an end: a last day, or a number of dates."))


def find_conflicts(drafts: Sequence[Draft]) -> None:
    """Gives each draft what is in the way of its dates: everything that is planned, and the rest of the batch.

    In a fixed number of queries. Two drafts that collide both say so.
    """
    _check_crowding(drafts)
    slots = {id(slot): (slot, draft) for draft in drafts if not draft.problem for slot in _slots(draft)}
    for draft in drafts:
        draft.conflicts = []
    for conflict in conflicts_of([slot for slot, _draft in slots.values()]):
        slots[id(conflict.slot)][1].conflicts.append(conflict)
        other = conflict.seen_from_other()
        if other is not None and id(other.slot) in slots and other.slot.run != conflict.slot.run:
            slots[id(other.slot)][1].conflicts.append(other)
    for draft in drafts:
        draft.conflicts.sort(key=lambda conflict: conflict.slot.starts_at)


def create_drafts(
    drafts: Sequence[Draft], *, verb: str, at: datetime, by: AbstractBaseUser | None
) -> list[CourseRun]:
    """Makes all of these runs or none, in a fixed number of queries. Call it inside an operation.

    Raises NotPossible where a draft has a problem, and NumberTaken, also where somebody takes a number at the
    same moment.
    """
    for draft in drafts:
        if draft.problem:
            raise NotPossible(f"{draft.run.number}: {draft.problem}")
    numbers = Counter(draft.run.number for draft in drafts)
    taken = CourseRun.objects.filter(number__in=numbers).values_list("number", flat=True)
    for number in [*taken, *(number for number, times in numbers.items() if times > 1)]:
        raise NumberTaken(number)
    try:
        with transaction.atomic():
            runs = CourseRun.objects.bulk_create([draft.run for draft in drafts])
    except IntegrityError:
        raise NumberTaken from None
    for draft in drafts:
        draft.schedule.run = draft.run
    Schedule.objects.bulk_create([draft.schedule for draft in drafts])
    teaching = Schedule.facilitators.through
    teaching.objects.bulk_create(
        teaching(schedule_id=draft.schedule.pk, facilitator_id=somebody.pk)
        for draft in drafts
        for somebody in draft.facilitators
    )
    EquipmentNeed.objects.bulk_create(
        EquipmentNeed(run=draft.run, equipment_id=thing, pieces=pieces)
        for draft in drafts
        for thing, pieces in draft.pieces.items()
    )
    SeatPool.objects.bulk_create(
        row for draft in drafts for row in pool_rows(draft.run, draft.extras.pools, anew=True)
    )
    add_questions((draft.run, question) for draft in drafts for question in draft.extras.questions)
    RunChange.objects.bulk_create(
        history.entry(
            run=draft.run, kind=RunChange.Kind.CREATED, at=at, by=by, plan=draft.plan, **draft.detail
        )
        for draft in drafts
    )
    if runs:
        audit.record(verb=verb, subject=runs[0], at=at, by=by, runs=[run.number for run in runs])
    return runs


def _slots(draft: Draft) -> Iterable[Slot]:
    """The dates of a draft, as conflicts are looked for."""
    run, schedule = draft.run, draft.schedule
    for new in draft.plan.new:
        yield Slot(
            run=("draft", draft.key),
            starts_at=new.occurrence.starts_at,
            ends_at=new.occurrence.ends_at,
            room=schedule.room_id,
            venue=schedule.venue_id,
            outside_hours=run.outside_hours,
            setup=timedelta(minutes=run.setup_minutes),
            teardown=timedelta(minutes=run.teardown_minutes),
            people=0 if run.is_drop_in else run.capacity or 0,
            facilitators=frozenset(somebody.pk for somebody in draft.facilitators),
            equipment=draft.pieces,
            label=f"{run.number} {run.course.title}",
        )


def _check_crowding(drafts: Collection[Draft]) -> None:
    """Every date is compared with those near it, so there may not be any number of them near each other."""
    days: dict[Hashable, Counter[Hashable]] = defaultdict(Counter)
    for draft in drafts:
        shelves = [("room", draft.schedule.room_id)] if draft.schedule.room_id else []
        shelves += [("facilitator", somebody.pk) for somebody in draft.facilitators]
        for new in draft.plan.new if not draft.problem else ():
            for shelf in shelves:
                days[shelf, local_date(new.occurrence.starts_at)][draft.key] += 1
    pairs = sum(counts.total() ** 2 for counts in days.values())
    crowded: set[Hashable] = set()
    for counts in sorted(days.values(), key=Counter.total, reverse=True):
        if pairs <= MOST_PAIRS:
            break
        crowded |= counts.keys()
        pairs -= counts.total() ** 2
    sentence = _("Too many of these runs lie on the same days in one room or with one facilitator.")
    for draft in drafts:
        if draft.key in crowded:
            draft.problem = str(sentence)
