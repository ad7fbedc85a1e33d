"""Making a run, publishing its dates, changing and archiving it."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit
from core.models import Generation
from timetable.expansion import ExpansionError
from timetable.wording import describe_problem
from workshops import history
from workshops.models import CourseRun, Facilitator, RunChange, Schedule, Seat
from workshops.operations.carrying import add_new, carry_out, own_choices, withdraw_all
from workshops.operations.conflicts import check_blocking, gone_with, slots_of
from workshops.operations.keeping import (
    Extras,
    Question,
    pools_of,
    questions_of,
    write_pools,
    write_questions,
)
from workshops.operations.next_run import offer_next_run
from workshops.operations.plans import (
    NOTHING_DECIDED,
    Decisions,
    decided,
    effective_schedules,
    plan_change,
    plan_run,
)
from workshops.planning import Plan
from workshops.rules import NotPossible, check_end, check_pools, check_publish, check_tandem_run


class RunHasChanged(NotPossible):
    """Somebody else has changed the run since the form was opened."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Somebody else has changed this run in the meantime. Please open it anew; nothing has been saved."
            )
        )


@transaction.atomic
def save_run(
    *,
    run: CourseRun,
    schedule: Schedule,
    facilitators: Iterable[Facilitator],
    at: datetime,
    by: AbstractBaseUser | None,
    expected_version: int | None = None,
    decisions: Decisions = NOTHING_DECIDED,
    extras: Extras | None = None,
) -> Plan:
    """Saves a new or changed run with one of its schedules; a published run's dates follow at once.

    `extras` are the seats it keeps and the questions it asks; None leaves them as they are.

    A schedule that has not been saved is a new segment: the run goes on with it from its first date, and
    bookings, UIDs and everything before stay. Returns the plan that was carried out, or would be for a draft.

    Two editors at once: whoever saves second gets RunHasChanged, and nothing of theirs is written. Raises
    RunIsBooked, PoolsDoNotFit and NotPossible as `plan_change`, AnswerIsChosen where people have chosen what would
    go, ConflictFound where the house refuses conflicts, DecisionMissing where booked dates would start at another
    time or go and nobody decided what becomes of them, NotPossible where people would be told without a reason.
    """
    is_new = run.pk is None
    changed_fields: list[str] = []
    facilitators = list(facilitators)
    if not is_new:
        current = lock_run(run)
        if expected_version is not None and current.version != expected_version:
            raise RunHasChanged
        if current.state in (CourseRun.State.CANCELLED, CourseRun.State.ARCHIVED):
            raise NotPossible(_("This run is over and can no longer be changed."))
        for field in CourseRun._meta.concrete_fields:
            if not field.editable:  # what is no editor's to say may have changed since the form was sent
                setattr(run, field.attname, getattr(current, field.attname))
        run.version += 1
        changed_fields = history.changed_fields(current, run, schedule, facilitators)
        changed_fields += _changed_extras(run, extras)
    if extras:
        check_pools(run, [pool.seats for pool in extras.pools])
    planned = plan_change(run=run, schedule=schedule, at=at, pools=extras.pools if extras else None)
    is_public = run.state == CourseRun.State.PUBLISHED
    if is_public:
        planned = decided(planned, decisions)
        check_end(run, planned)
        _check_tandem(run, [schedule], led=bool(facilitators))
        slots = slots_of(
            run=run,
            schedules=effective_schedules(run, schedule),
            plan=planned,
            facilitators=[somebody.pk for somebody in facilitators],
            changed=schedule,
            at=at,
        )
        check_blocking(slots, gone=gone_with(planned))
    kind = RunChange.Kind.CREATED if is_new else RunChange.Kind.CHANGED
    if not is_new and schedule.pk is None:
        kind = RunChange.Kind.CHANGED_FROM
    schedules, own = effective_schedules(run, schedule), own_choices(run)
    run.save()
    schedule.run = run
    _take_place(schedule)
    schedule.save()
    schedule.facilitators.set(facilitators)
    if extras:
        write_pools(run, extras.pools)
        write_questions(run, extras.questions)
    change = history.write(
        run=run, kind=kind, at=at, by=by, reason=decisions.reason, fields=changed_fields, plan=planned
    )
    if is_public:
        carry_out(run=run, schedules=schedules, planned=planned, change=change, at=at, own=own)
    _remove_others(run, schedules)
    audit.record(verb="create_run" if is_new else "change_run", subject=run, at=at, by=by)
    return planned


@transaction.atomic
def publish_run(*, run: CourseRun, at: datetime, by: AbstractBaseUser | None, with_term: str = "") -> Plan:
    """Makes the dates of a draft and shows it to visitors. `with_term` names the term that brought it about.

    Before anybody can book it, those who waited in vain in an earlier run are offered seats (`offer_next_run`).
    Raises NotPossible as `rules.check_publish` and `rules.check_tandem_run` and where the rule cannot be carried out
    (any more), ConflictFound where the house refuses conflicts.
    """
    run = lock_run(run)
    schedules = list(run.schedules.select_related("room"))
    planned = Plan()
    if run.state == CourseRun.State.DRAFT and run.course.live and schedules:
        try:
            planned = plan_run(run=run, schedules=schedules, at=at)
        except ExpansionError as problem:
            raise NotPossible(describe_problem(problem)) from problem
    check_publish(run, planned)
    _check_tandem(run, schedules, led=not run.schedules.filter(facilitators=None).exists())
    check_blocking(slots_of(run=run, schedules=schedules, plan=planned, at=at))
    run.state = CourseRun.State.PUBLISHED
    run.version += 1
    run.save(update_fields=["state", "version", "changed_at"])
    told = {"term": with_term} if with_term else {}
    change = history.write(run=run, kind=RunChange.Kind.PUBLISHED, at=at, by=by, plan=planned, **told)
    carry_out(run=run, schedules=schedules, planned=planned, change=change, at=at)
    offer_next_run(run=run, at=at)
    audit.record(
        verb="publish_run", subject=run, at=at, by=by, system=bool(with_term), dates=len(planned.new)
    )
    return planned


@transaction.atomic
def extend_run(*, run: CourseRun, at: datetime) -> int:
    """Adds the dates of an open-ended run up to the horizon and returns how many. Never drops any.

    Conflicts do not hold it up, also where the house refuses them: nobody is there to ask. The report shows them.
    """
    run = lock_run(run)
    if run.state != CourseRun.State.PUBLISHED:
        return 0
    schedules = list(run.schedules.select_related("room"))
    planned = plan_run(run=run, schedules=schedules, at=at)
    add_new(run=run, schedules=schedules, planned=planned, at=at)
    return len(planned.new)


@transaction.atomic
def archive_run(*, run: CourseRun, at: datetime, by: AbstractBaseUser | None) -> None:
    """Takes a run out of the programme and keeps its rows; in calendars the dates to come stand as cancelled.

    Raises NotPossible while people are to come, and for a cancelled run until its last date is over: until then
    people look for it.
    """
    run = lock_run(run)
    if run.is_cancelled and run.sessions.filter(ends_at__gt=at).exists():
        raise NotPossible(
            _("This run is cancelled and stays on the site as cancelled until its last date is over.")
        )
    if (
        Seat.objects.taken()
        .filter(session__run=run, session__starts_at__gt=at, session__state="planned")
        .exists()
    ):
        raise NotPossible(_("People have booked dates to come. Please cancel these dates first."))
    withdraw_all(run.sessions.taking_place().not_begun(at), at=at)
    run.state = CourseRun.State.ARCHIVED
    run.version += 1
    run.save(update_fields=["state", "version", "changed_at"])
    history.write(run=run, kind=RunChange.Kind.ARCHIVED, at=at, by=by)
    audit.record(verb="archive_run", subject=run, at=at, by=by)


def lock_run(run: CourseRun) -> CourseRun:
    """The run as it is now. Its sessions are locked too, so that nobody books while it changes.

    The run is locked without its key: whoever books has the sessions and then needs that key, and the
    two would wait for each other.
    """
    current = CourseRun.objects.select_for_update(no_key=True).get(pk=run.pk)
    list(run.sessions.select_for_update().order_by("pk"))
    return current


def count_change(run: CourseRun) -> None:
    """Counts a change of a locked run, so that whoever has an older form open is told when they save."""
    run.version += 1
    run.save(update_fields=["version", "changed_at"])


def _check_tandem(run: CourseRun, schedules: Iterable[Schedule], *, led: bool) -> None:
    """`rules.check_tandem_run` with what is stored; a run without tandems costs no query."""
    if run.is_tandem:
        sides = set(Generation.objects.order_by().values_list("side", flat=True)) - {""}
        check_tandem_run(run, in_rooms=all(one.room_id for one in schedules), led=led, sides=sides)


def _changed_extras(run: CourseRun, extras: Extras | None) -> list[str]:
    """The names of what would change, as `history` tells them."""
    if extras is None:
        return []
    found = []
    if set(pools_of(run)) != set(extras.pools):
        found.append("pools")
    if _told(questions_of(run)) != _told(extras.questions):
        found.append("questions")
    return found


def _told(questions: Iterable[Question]) -> list[object]:
    return [(one.text_de, one.text_en, list(one.answers)) for one in questions]


def _take_place(schedule: Schedule) -> None:
    """A new segment that begins on the day of one whose place it takes becomes that row: a day has one plan."""
    if schedule.pk is None:
        same_day = Schedule.objects.filter(run=schedule.run_id, first_date=schedule.first_date)
        if (taken := same_day.values_list("pk", flat=True).first()) is not None:
            schedule.pk, schedule._state.adding = taken, False


def _remove_others(run: CourseRun, schedules: list[Schedule]) -> None:
    """A segment takes the place of those that began later; dates of theirs that stay go over to it."""
    gone = run.schedules.exclude(pk__in=[schedule.pk for schedule in schedules])
    run.sessions.filter(schedule__in=gone).update(schedule=schedules[-1])
    gone.delete()
