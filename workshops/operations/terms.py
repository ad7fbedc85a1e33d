"""Terms: which of their runs are ready, publishing them on their day, and what stands in the way."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import audit
from core.models import HouseSettings
from timetable.expansion import ExpansionError
from timetable.wording import describe_problem
from timetable.zone import house_zone
from workshops import history
from workshops.conflicts import Conflict, Slot
from workshops.models import CourseRun, RunChange, Schedule, Session, Term
from workshops.operations.conflicts import Wording, conflicts_of, slots_of_sessions
from workshops.operations.days_off import DaysOff
from workshops.operations.runs import lock_run, publish_run
from workshops.planning import Plan, Present, plan
from workshops.printed import number_key
from workshops.rules import NotPossible, check_publish


@dataclass(frozen=True, slots=True)
class Foreseen:
    """The dates a run's schedules would make, or in words why there are none."""

    plan: Plan = field(default_factory=Plan)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Readiness:
    """A run of a term: its dates, and what still keeps it from being published.

    `begins` are the instants of its dates that take place, or would. `conflicts` are sentences with the instant
    of the date; they are obstacles only where the house refuses them.
    """

    run: CourseRun
    begins: Sequence[datetime]
    obstacles: Sequence[str]
    conflicts: Sequence[tuple[datetime, str]]

    @property
    def is_draft(self) -> bool:
        return self.run.state == CourseRun.State.DRAFT


def with_dates(runs: QuerySet[CourseRun]) -> QuerySet[CourseRun]:
    """Runs with all that `foresee`, `readiness` and the printed programme read of them."""
    sessions = Session.objects.select_related("room__venue").prefetch_related("facilitators")
    schedules = Schedule.objects.select_related("room__venue").prefetch_related("facilitators")
    return runs.select_related("course", "term").prefetch_related(
        Prefetch("sessions", sessions.order_by("starts_at", "pk")),
        Prefetch("schedules", schedules.order_by("first_date")),
        "equipment_needs",
    )


def foresee(runs: Iterable[CourseRun], *, at: datetime, through: date | None = None) -> dict[int, Foreseen]:
    """By the key of each run (see `with_dates`) the dates that are still to be made.

    Runs without an end are planned up to the horizon, or `through` where that lies later. Two queries,
    whatever the number of runs.
    """
    off = DaysOff.load(at)
    last = max(off.through, through or off.through)
    found = {}
    for run in runs:
        schedules = list(run.schedules.all())
        if not schedules:
            found[run.pk] = Foreseen()
            continue
        present = [
            Present(key=s.pk, planned_for=s.planned_for, starts_at=s.starts_at) for s in run.sessions.all()
        ]
        try:
            planned = plan(segments=off.segments(run, schedules), present=present, through=last, at=at)
        except ExpansionError as problem:
            found[run.pk] = Foreseen(problem=describe_problem(problem))
        else:
            found[run.pk] = Foreseen(planned)
    return found


def readiness(term: Term, *, at: datetime) -> list[Readiness]:
    """The runs of a term in order of their Kursnummern, in a fixed number of queries."""
    runs = sorted(with_dates(term.runs.all()), key=lambda run: number_key(run.number))
    drafts = [run for run in runs if run.state == CourseRun.State.DRAFT]
    foreseen = foresee(drafts, at=at)
    published = [run for run in runs if run.state == CourseRun.State.PUBLISHED]
    coming = [s for run in published for s in run.sessions.all() if not s.is_cancelled and s.starts_at > at]
    slots = [slot for run in drafts for slot in _slots(run, foreseen[run.pk].plan)]
    slots += slots_of_sessions(coming)
    conflicts = conflicts_of(slots)
    wording = Wording(conflicts)
    by_run: dict[Any, list[Conflict]] = defaultdict(list)
    for conflict in _from_both_sides(conflicts, slots):
        by_run[conflict.slot.run].append(conflict)
    refuses = HouseSettings.load().block_conflicts
    return [
        Readiness(
            run=run,
            begins=_begins(run, foreseen.get(run.pk)),
            obstacles=_obstacles(run, foreseen.get(run.pk), by_run[run.pk] if refuses else ()),
            conflicts=wording.lines(by_run[run.pk]),
        )
        for run in runs
    ]


@transaction.atomic
def mark_ready(*, runs: Collection[CourseRun], ready: bool, at: datetime, by: AbstractBaseUser | None) -> int:
    """Marks drafts as ready to be published with their term, or takes that back; returns how many changed.

    Runs that are no drafts any more, and those that are so marked already, are left alone.
    """
    changed = 0
    for run in sorted(runs, key=lambda run: run.pk):
        current = lock_run(run)
        if current.state != CourseRun.State.DRAFT or current.publish_with_term == ready:
            continue
        current.publish_with_term = ready
        current.version += 1
        current.save(update_fields=["publish_with_term", "version", "changed_at"])
        kind = RunChange.Kind.CHANGED
        history.write(run=current, kind=kind, at=at, by=by, fields=["publish_with_term"])
        audit.record(verb="mark_run_ready", subject=current, at=at, by=by, ready=ready)
        changed += 1
    return changed


@transaction.atomic
def publish_with_term(*, run: CourseRun, at: datetime) -> bool:
    """Publishes a draft whose term's day has come. Returns whether it did; done twice it changes nothing.

    Raises what `publish_run` raises; the run then stays ready and can be tried again.
    """
    run = lock_run(run)
    term = Term.objects.filter(pk=run.term_id or 0, is_archived=False, publish_at__lte=at).first()
    if term is None or run.state != CourseRun.State.DRAFT or not run.publish_with_term:
        return False
    publish_run(run=run, at=at, by=None, with_term=term.name)
    return True


def _begins(run: CourseRun, foreseen: Foreseen | None) -> list[datetime]:
    if foreseen is not None:
        return [new.occurrence.starts_at for new in foreseen.plan.new]
    return [session.starts_at for session in run.sessions.all() if not session.is_cancelled]


def _obstacles(run: CourseRun, foreseen: Foreseen | None, conflicts: Sequence[Conflict]) -> list[str]:
    """Why a draft could not be published now, in words."""
    if foreseen is None:
        return []
    if foreseen.problem:
        return [foreseen.problem]
    found = []
    try:
        check_publish(run, foreseen.plan)
    except NotPossible as problem:
        found.append(str(problem.sentence))
    if any(conflict.is_blocking for conflict in conflicts):
        found.append(_("The house refuses conflicts of rooms and facilitators, and there are some."))
    return found


def _slots(run: CourseRun, planned: Plan) -> list[Slot]:
    """The dates of a draft as conflicts see them."""
    schedules = {schedule.first_date: schedule for schedule in run.schedules.all()}
    people = {key: frozenset(f.pk for f in s.facilitators.all()) for key, s in schedules.items()}
    needs = {need.equipment_id: need.pieces for need in run.equipment_needs.all()}
    found = []
    for new in planned.new:
        schedule = schedules[new.segment]  # type: ignore[index]
        local = new.occurrence.starts_at.astimezone(house_zone())
        found.append(
            Slot(
                run=run.pk,
                starts_at=new.occurrence.starts_at,
                ends_at=new.occurrence.ends_at,
                room=schedule.room_id,
                venue=schedule.venue_id,
                setup=timedelta(minutes=run.setup_minutes),
                teardown=timedelta(minutes=run.teardown_minutes),
                people=0 if run.is_drop_in else run.capacity or 0,
                facilitators=people[schedule.first_date],
                equipment=needs,
                label=f"{run.number} {run.course.title}, {date_format(local, _('j M, H:i'))}",
            )
        )
    return found


def _from_both_sides(conflicts: Iterable[Conflict], slots: Collection[Slot]) -> list[Conflict]:
    """Between two dates of the term the later names the conflict; here each of them does."""
    own = set(map(id, slots))
    found = list(conflicts)
    for conflict in conflicts:
        other = conflict.seen_from_other()
        if other is not None and id(other.slot) in own:
            found.append(other)
    return sorted(found, key=lambda conflict: conflict.slot.starts_at)
