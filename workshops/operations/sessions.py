"""Changing single dates: cancelling, moving, adding, who teaches; undoing it, and telling the people."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from core import audit
from places.models import Room
from timetable.rules import rule_text, until_for
from timetable.zone import house_zone, local_date
from workshops import history
from workshops.models import Booking, CourseRun, Facilitator, Notice, RunChange, Session
from workshops.models.sessions import SessionQuerySet
from workshops.operations.carrying import join_series, new_session, tell
from workshops.operations.conflicts import check_blocking, slot_of
from workshops.operations.runs import count_change, lock_run
from workshops.rules import NotPossible, check_change_session


class Scope(StrEnum):
    """Which dates of a run an act is about."""

    ONE = "one"
    FOLLOWING = "following"
    """This one and all after it."""
    ALL = "all"
    """All that are still to come."""


@transaction.atomic
def cancel_session(*, session: Session, reason: str, at: datetime, by: AbstractBaseUser | None) -> Notice:
    """Cancels one session; it stays in lists and calendars as cancelled. People are told in ten minutes."""
    run = lock_run(session.run)
    session = run.sessions.get(pk=session.pk)
    check_change_session(session, at=at)
    change = history.write(
        run=run,
        kind=RunChange.Kind.DATES_CANCELLED,
        at=at,
        by=by,
        reason=reason,
        cancelled=[session.starts_at.isoformat()],
    )
    notice = cancel_row(session, change, at, by)
    count_change(run)
    return notice


@transaction.atomic
def cancel_sessions(
    *,
    session: Session,
    scope: Scope,
    reason: str,
    at: datetime,
    by: AbstractBaseUser | None,
) -> RunChange:
    """Cancels this session, this and all that follow, or all that are to come, as one act with one mail.

    A run without an end then ends, so that no further dates are added. Raises NotPossible, naming the date, where
    one of them has just been changed and people were not told yet.
    """
    run = lock_run(session.run)
    session = run.sessions.get(pk=session.pk)
    check_change_session(session, at=at)
    chosen = list(in_scope(session, scope, at=at).order_by("pk"))
    change = cancel_rows(
        run=run, sessions=chosen, kind=RunChange.Kind.DATES_CANCELLED, reason=reason, at=at, by=by
    )
    if scope != Scope.ONE:
        end_rule(run, change, before=min(chosen, key=lambda s: s.starts_at))
    count_change(run)
    return change


@transaction.atomic
def cancel_selected(
    *, sessions: Iterable[Session], reason: str, at: datetime, by: AbstractBaseUser | None
) -> list[RunChange]:
    """Cancels dates of whatever runs, all or none: one act, one mail for each booking, per run.

    Raises NotPossible, naming the date, where one of them has begun, was cancelled or has just been changed.
    """
    keys = {session.pk for session in sessions}
    runs = CourseRun.objects.filter(sessions__in=keys).distinct().order_by("pk")
    changes = []
    for run in [lock_run(run) for run in runs]:
        chosen = list(run.sessions.filter(pk__in=keys).order_by("pk"))
        for session in chosen:
            with named(session):
                check_change_session(session, at=at)
        kind = RunChange.Kind.DATES_CANCELLED
        changes.append(cancel_rows(run=run, sessions=chosen, kind=kind, reason=reason, at=at, by=by))
        count_change(run)
    return changes


@transaction.atomic
def move_session(
    *,
    session: Session,
    starts_at: datetime,
    ends_at: datetime,
    room: Room | None,
    reason: str,
    at: datetime,
    by: AbstractBaseUser | None,
    facilitators: Iterable[Facilitator] | None = None,
    note: str | None = None,
) -> Notice:
    """Moves one session with its people to another time or room; its UID stays. People are told in ten minutes.

    Raises NotPossible where nothing people would have to be told is changed; `change_details` is for the rest.
    """
    run = lock_run(session.run)
    session = run.sessions.get(pk=session.pk)
    check_change_session(session, at=at)
    _check_place_and_time(session, starts_at, ends_at, room, at)
    check_moves(session, starts_at, ends_at, room)
    check_free(run, starts_at, besides=[session.pk])
    people = session.facilitators.all() if facilitators is None else list(facilitators)
    slot = slot_of(
        session, facilitators=[f.pk for f in people], starts_at=starts_at, ends_at=ends_at, room=room
    )
    check_blocking([slot])
    change = history.write(
        run=run,
        kind=RunChange.Kind.DATES_CHANGED,
        at=at,
        by=by,
        reason=reason,
        **history.of_moves([(spot_of(session), history.Spot(starts_at, ends_at, room.pk if room else None))]),
    )
    if note is not None:
        session.note = note
    notice = move_row(session, change, starts_at=starts_at, ends_at=ends_at, room=room, at=at, by=by)
    if facilitators is not None:
        session.facilitators.set(people)
    count_change(run)
    return notice


@transaction.atomic
def change_details(
    *,
    session: Session,
    facilitators: Sequence[Facilitator],
    note: str,
    at: datetime,
    by: AbstractBaseUser | None,
) -> Session:
    """Changes who teaches one session, or its note. Nobody is written to; site and calendars say it at once."""
    run = lock_run(session.run)
    session = run.sessions.get(pk=session.pk)
    check_change_session(session, at=at)
    fields = []
    if session.note != note:
        session.note = note
        save_row(session, at)
        fields.append("schedule.note")
    if {f.pk for f in facilitators} != set(session.facilitators.values_list("pk", flat=True)):
        check_blocking([slot_of(session, facilitators=[f.pk for f in facilitators])])
        session.facilitators.set(facilitators)
        fields.append("schedule.facilitators")
    if fields:
        history.write(
            run=run,
            kind=RunChange.Kind.DATES_CHANGED,
            at=at,
            by=by,
            fields=fields,
            day=session.starts_at.isoformat(),
        )
        count_change(run)
    return session


@transaction.atomic
def add_session(
    *,
    run: CourseRun,
    starts_at: datetime,
    ends_at: datetime,
    room: Room | None,
    online_url: str = "",
    facilitators: Iterable[Facilitator] = (),
    note: str = "",
    at: datetime,
    by: AbstractBaseUser | None,
) -> tuple[Session, list[Booking]]:
    """Adds an extra date to a published run and returns it.

    Whoever has booked the whole series gets a seat there and is told in ten minutes; the bookings that do
    not fit are returned, for the team to talk to.
    """
    run = lock_run(run)
    if run.state != CourseRun.State.PUBLISHED:
        raise NotPossible(_("Only a published run can have an extra date."))
    session = new_session(
        run=run, starts_at=starts_at, ends_at=ends_at, room=room, online_url=online_url, note=note, at=at
    )
    _check_place_and_time(session, starts_at, ends_at, room, at)
    check_free(run, starts_at)
    facilitators = list(facilitators)
    check_blocking([slot_of(session, facilitators=[f.pk for f in facilitators])])
    session.save()
    session.facilitators.set(facilitators)
    change = history.write(
        run=run, kind=RunChange.Kind.DATE_ADDED, at=at, by=by, added=[starts_at.isoformat()]
    )
    left_out = join_series(run=run, sessions=[session], change=change, at=at) if run.is_series else []
    count_change(run)
    audit.record(verb="add_session", subject=session, at=at, by=by)
    return session, left_out


def in_scope(session: Session, scope: Scope, *, at: datetime) -> SessionQuerySet:
    """The sessions an act on this one is about: none that has begun, or is cancelled."""
    coming = session.run.sessions.taking_place().not_begun(at)
    if scope == Scope.ONE:
        return coming.filter(pk=session.pk)
    if scope == Scope.FOLLOWING:
        return coming.filter(starts_at__gte=session.starts_at)
    return coming


def _check_place_and_time(
    session: Session, starts_at: datetime, ends_at: datetime, room: Room | None, at: datetime
) -> None:
    check_new_time(starts_at, at=at)
    if ends_at <= starts_at:
        raise NotPossible(_("The end lies before the beginning."))
    if room is None and not session.online_url:
        raise NotPossible(_("Please choose a room."))


def cancel_rows(
    *,
    run: CourseRun,
    sessions: Sequence[Session],
    kind: str,
    reason: str,
    at: datetime,
    by: AbstractBaseUser | None,
) -> RunChange:
    """Cancels dates of a locked run as one act, whose entry in the history it returns. What forbids it names the date."""
    days = sorted(session.starts_at.isoformat() for session in sessions)
    change = history.write(run=run, kind=kind, at=at, by=by, reason=reason, cancelled=days)
    for session in sessions:
        with named(session):
            cancel_row(session, change, at, by)
    return change


def cancel_row(session: Session, change: RunChange, at: datetime, by: AbstractBaseUser | None) -> Notice:
    """Cancels one date as part of an act; the caller has locked it and checked that it can be cancelled."""
    notice = _notice(session, Notice.Kind.CANCELLED, change, at)
    session.state, session.reason = Session.State.CANCELLED, change.reason
    save_row(session, at)
    audit.record(verb="cancel_session", subject=session, at=at, by=by)
    return notice


def spot_of(session: Session) -> history.Spot:
    return history.Spot(session.starts_at, session.ends_at, session.room_id)


def move_row(
    session: Session,
    change: RunChange,
    *,
    starts_at: datetime,
    ends_at: datetime,
    room: Room | None,
    at: datetime,
    by: AbstractBaseUser | None,
) -> Notice:
    """Moves one date as part of an act; the caller has locked it and checked that it can go there."""
    notice = _notice(session, Notice.Kind.MOVED, change, at)
    session.starts_at, session.ends_at, session.room = starts_at, ends_at, room
    session.reason = change.reason
    save_row(session, at)
    audit.record(verb="move_session", subject=session, at=at, by=by)
    return notice


def check_new_time(starts_at: datetime, *, at: datetime) -> None:
    """Raises NotPossible where a date would begin at once or in the past."""
    if starts_at <= at:
        raise NotPossible(_("The new date lies in the past."))


def check_moves(session: Session, starts_at: datetime, ends_at: datetime, room: Room | None) -> None:
    """Raises NotPossible where a date would stay where and when it is."""
    if (starts_at, ends_at, room and room.pk) == (session.starts_at, session.ends_at, session.room_id):
        raise NotPossible(_("Nothing has been changed: time and room are the same as before."))


def check_free(run: CourseRun, starts_at: datetime, *, besides: Collection[int] = ()) -> None:
    """Raises NotPossible where this run has another date at that instant; those `besides` (keys) do not count."""
    if run.sessions.taking_place().filter(starts_at=starts_at).exclude(pk__in=besides).exists():
        raise NotPossible(_("This run has a date at that time already."))


@contextmanager
def named(session: Session) -> Iterator[None]:
    """Whatever is not possible in here is said with the run and the day of this session."""
    try:
        yield
    except NotPossible as problem:
        raise NotPossible(f"{session.run.number}, {day_of(session)}: {problem.sentence}") from problem


def _notice(session: Session, kind: str, change: RunChange, at: datetime) -> Notice:
    if not change.reason.strip():
        raise NotPossible(_("Please give a reason; people will be told."))
    if session.notices.open().exists():
        raise NotPossible(
            _("This date has just been changed. Undo that first, or wait until people were told.")
        )
    return tell(session, kind, change, at=at)


def end_rule(run: CourseRun, change: RunChange, *, before: Session) -> None:
    """A rule without an end stops with the day of this session; what it was is kept for undoing."""
    last = run.schedules.order_by("first_date").last()
    if last is None or not last.rule:
        return
    rule = last.rule.rrules[0]
    if rule.count is not None or rule.until is not None:
        return
    day = max(last.first_date, local_date(before.starts_at))
    rule.until = until_for(day, house_zone())
    last.save(update_fields=["rule"])
    change.detail["rule"] = {
        "schedule": last.pk,
        "ended": rule_text(last.rule),
        "planned_through": run.planned_through and str(run.planned_through),
    }
    change.save(update_fields=["detail"])
    run.planned_through = None
    run.save(update_fields=["planned_through"])


def day_of(session: Session) -> str:
    """The local day of a session, for sentences that name it."""
    return date_format(session.starts_at.astimezone(house_zone()), "j. F Y")


def save_row(session: Session, at: datetime) -> None:
    """Saves a session people see changed: a new revision of its calendar entry."""
    session.sequence += 1
    session.changed_at = at
    session.save()
