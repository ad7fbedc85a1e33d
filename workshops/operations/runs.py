"""Making a run, publishing its dates, changing and archiving it."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from core import audit
from core.models import HouseSettings
from places.models import Closure
from timetable.expansion import skipping
from timetable.holidays import public_holidays
from timetable.rules import rule_text
from timetable.zone import local_date
from workshops.models import CourseRun, Facilitator, Notice, Schedule, Seat, Session
from workshops.models.sessions import new_uid
from workshops.planning import Plan, Present, Segment, plan
from workshops.rules import NotPossible


class RunHasChanged(NotPossible):
    """Somebody else has changed the run since the form was opened."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Somebody else has changed this run in the meantime. Please open it anew; nothing has been saved."
            )
        )


class RunIsBooked(NotPossible):
    """The dates of a run that people have booked are not remade."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "People have booked this run, so its dates and seats stay as they are. "
                "You can cancel or move single dates in the list of dates."
            )
        )


def plan_run(*, run: CourseRun, schedules: Sequence[Schedule], at: datetime) -> Plan:
    """The dates these schedules would make for this run, and which are skipped and why. Writes nothing.

    Neither run nor schedules need have been saved. Takes a fixed number of queries.
    Raises what `timetable.expansion.expand` raises.
    """
    house = HouseSettings.load()
    through = horizon(at)
    public = None
    if run.skip_public_holidays:
        years = range(min(s.first_date for s in schedules).year, through.year + 12)
        public = public_holidays(state=house.federal_state, years=years)
    kinds = [Closure.Kind.CLOSED, *([Closure.Kind.HOLIDAYS] if run.skip_holidays else [])]
    closures = list(Closure.objects.filter(kind__in=kinds))
    segments = []
    for schedule in sorted(schedules, key=lambda s: s.first_date):
        spans = [c.span for c in closures if c.venue_id is None or c.venue_id == schedule.venue_id]
        skip = skipping(spans=spans, public_holidays=public)
        segments.append(Segment(key=schedule.first_date, pattern=schedule.pattern, skip=skip))
    present = [Present(s.pk, s.planned_for, s.starts_at) for s in run.sessions.all()] if run.pk else []
    return plan(segments=segments, present=present, through=through, at=at)


def plan_change(*, run: CourseRun, schedule: Schedule, at: datetime) -> Plan:
    """What `save_run` would do to the dates of this run, new or changed. Writes nothing.

    Once people have booked, the dates stay as they are. Raises RunIsBooked where the change would
    touch them, and what `plan_run` raises.
    """
    planned = plan_run(run=run, schedules=[schedule], at=at)
    if run.pk is None or not _is_booked(run):
        return planned
    if _touches_dates(CourseRun.objects.get(pk=run.pk), run, schedule):
        raise RunIsBooked
    return replace(planned, new=(), kept=planned.kept + planned.dropped, dropped=())


def horizon(at: datetime) -> date:
    """The local date up to which runs without an end have their dates."""
    return add_months(local_date(at), HouseSettings.load().horizon_months)


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


@transaction.atomic
def save_run(
    *,
    run: CourseRun,
    schedule: Schedule,
    facilitators: Iterable[Facilitator],
    at: datetime,
    by: AbstractBaseUser | None,
    expected_version: int | None = None,
) -> Plan:
    """Saves a new or changed run with its schedule; a published run's dates follow at once.

    Two editors at once: whoever saves second gets RunHasChanged, and nothing of theirs is written.
    Raises RunIsBooked where dates, seats or the way of booking would change under people who have
    booked; whatever else is changed, the dates of such a run stay as they are, also where a closure
    has been entered since. Returns the plan that was carried out, or would be for a draft.
    """
    is_new = run.pk is None
    if not is_new:
        current = _lock(run)
        if expected_version is not None and current.version != expected_version:
            raise RunHasChanged
        if current.state in (CourseRun.State.CANCELLED, CourseRun.State.ARCHIVED):
            raise NotPossible(_("This run is over and can no longer be changed."))
        run.state, run.version = current.state, current.version + 1
    planned = plan_change(run=run, schedule=schedule, at=at)
    booked = not is_new and _is_booked(run)
    run.save()
    schedule.run = run
    schedule.save()
    schedule.facilitators.set(facilitators)
    if run.state == CourseRun.State.PUBLISHED and not booked:
        _check_end(run, planned)
        _carry_out(run=run, schedules=[schedule], planned=planned, at=at)
    audit.record(verb="create_run" if is_new else "change_run", subject=run, at=at, by=by)
    return planned


@transaction.atomic
def publish_run(*, run: CourseRun, at: datetime, by: AbstractBaseUser | None) -> Plan:
    """Makes the dates of a draft and shows it to visitors. Raises NotPossible where no date is to come."""
    run = _lock(run)
    if run.state != CourseRun.State.DRAFT:
        raise NotPossible(_("This run has been published already."))
    if not run.course.live:
        raise NotPossible(_("The course has not been published yet. Please publish its page first."))
    schedules = list(run.schedules.select_related("room"))
    planned = plan_run(run=run, schedules=schedules, at=at)
    if not planned.new:
        raise NotPossible(_("No date of this run lies ahead. Please check first date and rule."))
    _check_end(run, planned)
    run.state = CourseRun.State.PUBLISHED
    run.version += 1
    run.save(update_fields=["state", "version", "changed_at"])
    _carry_out(run=run, schedules=schedules, planned=planned, at=at)
    audit.record(verb="publish_run", subject=run, at=at, by=by, dates=len(planned.new))
    return planned


@transaction.atomic
def extend_run(*, run: CourseRun, at: datetime) -> int:
    """Adds the dates of an open-ended run up to the horizon and returns how many. Never drops any."""
    run = _lock(run)
    if run.state != CourseRun.State.PUBLISHED:
        return 0
    schedules = list(run.schedules.select_related("room"))
    planned = plan_run(run=run, schedules=schedules, at=at)
    _add(run=run, schedules=schedules, planned=planned, at=at)
    return len(planned.new)


@transaction.atomic
def archive_run(*, run: CourseRun, at: datetime, by: AbstractBaseUser | None) -> None:
    """Takes a run out of programme and calendar and keeps its rows. Raises NotPossible while people are to come."""
    run = _lock(run)
    if (
        Seat.objects.taken()
        .filter(session__run=run, session__starts_at__gt=at, session__state="planned")
        .exists()
    ):
        raise NotPossible(_("People have booked dates to come. Please cancel these dates first."))
    run.state = CourseRun.State.ARCHIVED
    run.version += 1
    run.save(update_fields=["state", "version", "changed_at"])
    audit.record(verb="archive_run", subject=run, at=at, by=by)


def _lock(run: CourseRun) -> CourseRun:
    """The run as it is now. Its sessions are locked too, so that nobody books while it changes.

    The run is locked without its key: whoever books has the sessions and then needs that key, and the
    two would wait for each other.
    """
    current = CourseRun.objects.select_for_update(no_key=True).get(pk=run.pk)
    list(run.sessions.select_for_update().order_by("pk"))
    return current


def _is_booked(run: CourseRun) -> bool:
    return Seat.objects.taken().filter(session__run=run).exists()


def _check_end(run: CourseRun, planned: Plan) -> None:
    if run.is_series and planned.open_ended:
        raise NotPossible(_("A series needs an end: a last day, or a number of dates."))


def _touches_dates(current: CourseRun, changed: CourseRun, schedule: Schedule) -> bool:
    old = current.schedules.order_by("first_date").last()
    run_fields = ("booking_mode", "capacity", "skip_holidays", "skip_public_holidays", "course_id")
    schedule_fields = ("first_date", "start_time", "duration_minutes", "room_id", "online_url")
    return (
        old is None
        or any(getattr(current, name) != getattr(changed, name) for name in run_fields)
        or any(getattr(old, name) != getattr(schedule, name) for name in schedule_fields)
        or rule_text(old.rule) != rule_text(schedule.rule)
    )


def _carry_out(*, run: CourseRun, schedules: Sequence[Schedule], planned: Plan, at: datetime) -> None:
    """Makes the rows what the plan says, for a run that nobody has booked."""
    coming = run.sessions.filter(starts_at__gt=at, planned_for__isnull=False)
    dropped = coming.filter(pk__in=[session.key for session in planned.dropped])
    # Once somebody had a seat there or the team changed it, the row stays: as cancelled, also in the calendars.
    has_history = Exists(Seat.objects.filter(session=OuterRef("pk"))) | Exists(
        Notice.objects.filter(session=OuterRef("pk"))
    )
    dropped.exclude(has_history).delete()
    for session in dropped.taking_place().order_by("pk"):
        session.state = Session.State.CANCELLED
        _save(session, at)

    by_team = Notice.objects.filter(session=OuterRef("pk"), undone_at=None)
    planned_again = coming.filter(pk__in=[session.key for session in planned.kept]).annotate(
        cancelled_by_team=Exists(by_team.filter(kind=Notice.Kind.CANCELLED)),
        moved_by_team=Exists(by_team.filter(kind=Notice.Kind.MOVED)),
    )
    by_id = {schedule.pk: schedule for schedule in schedules}
    for session in planned_again.order_by("pk"):
        _follow(session, by_id.get(session.schedule_id or 0), run, at)
    _add(run=run, schedules=schedules, planned=planned, at=at)


def _follow(session: Session, schedule: Schedule | None, run: CourseRun, at: datetime) -> None:
    """Brings a session that stays in line with its schedule's room, length and the run's seats.

    What the team decided for this one date goes before: it stays cancelled, or where and when it was
    moved to. One that an earlier rule had cancelled takes place again.
    """
    if schedule is None:
        return
    wanted: dict[str, Any] = {"capacity": _capacity(run), "online_url": schedule.online_url}
    if not session.cancelled_by_team:  # type: ignore[attr-defined]
        wanted["state"] = Session.State.PLANNED
    if not session.moved_by_team:  # type: ignore[attr-defined]
        wanted["room_id"] = schedule.room_id
        wanted["ends_at"] = session.starts_at + schedule.pattern.duration
    if any(getattr(session, name) != value for name, value in wanted.items()):
        for name, value in wanted.items():
            setattr(session, name, value)
        _save(session, at)


def _save(session: Session, at: datetime) -> None:
    session.sequence += 1
    session.changed_at = at
    session.save()


def _capacity(run: CourseRun) -> int | None:
    return None if run.is_drop_in else run.capacity


def _add(*, run: CourseRun, schedules: Sequence[Schedule], planned: Plan, at: datetime) -> None:
    by_first_date = {schedule.first_date: schedule for schedule in schedules}
    sessions = []
    for new in planned.new:
        schedule, occurrence, public_id = by_first_date[new.segment], new.occurrence, uuid.uuid4()  # type: ignore[index]
        sessions.append(
            Session(
                public_id=public_id,
                uid=new_uid(public_id),
                created_at=at,
                changed_at=at,
                run=run,
                schedule=schedule,
                planned_for=occurrence.starts_at,
                starts_at=occurrence.starts_at,
                ends_at=occurrence.ends_at,
                room_id=schedule.room_id,
                online_url=schedule.online_url,
                capacity=_capacity(run),
                note=schedule.note,
            )
        )
    Session.objects.bulk_create(sessions)
    teaching = Session.facilitators.through
    people = {schedule.pk: list(schedule.facilitators.all()) for schedule in schedules}
    teaching.objects.bulk_create(
        teaching(session_id=session.pk, facilitator_id=somebody.pk)
        for session in sessions
        for somebody in people[session.schedule_id or 0]
    )
    run.planned_through = horizon(at) if planned.open_ended else None
    run.save(update_fields=["planned_through"])
