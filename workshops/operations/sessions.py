"""Changing single dates: cancelling, moving, adding, who teaches; undoing it, and telling the people."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from core import audit
from places.models import Room
from timetable.rules import until_for
from timetable.zone import house_zone, local_date
from workshops import emails, helper_emails, history
from workshops.models import Booking, CourseRun, Facilitator, Notice, RunChange, Schedule, Seat, Session
from workshops.models.sessions import SessionQuerySet
from workshops.operations.capacity import fit_capacity
from workshops.operations.carrying import join_series, new_session, tell
from workshops.operations.conflicts import check_blocking, slot_of
from workshops.operations.helpers import helpers_told
from workshops.operations.runs import lock_run
from workshops.rules import NotPossible, check_change_session, check_undo


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
    session = Session.objects.select_for_update().get(pk=session.pk)
    check_change_session(session, at=at)
    change = history.write(
        run=session.run,
        kind=RunChange.Kind.DATES_CANCELLED,
        at=at,
        by=by,
        reason=reason,
        cancelled=[session.starts_at.isoformat()],
    )
    return cancel_row(session, change, at, by)


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

    A run without an end then ends, so that no further dates are added. Raises NotPossible where one of the
    dates has just been changed and people were not told yet.
    """
    run = lock_run(session.run)
    session = run.sessions.get(pk=session.pk)
    check_change_session(session, at=at)
    chosen = list(in_scope(session, scope, at=at).select_for_update().order_by("pk"))
    change = history.write(
        run=run,
        kind=RunChange.Kind.DATES_CANCELLED,
        at=at,
        by=by,
        reason=reason,
        cancelled=sorted(s.starts_at.isoformat() for s in chosen),
    )
    for one in chosen:
        cancel_row(one, change, at, by)
    if scope != Scope.ONE:
        end_rule(run, change, before=min(chosen, key=lambda s: s.starts_at))
    run.version += 1
    run.save(update_fields=["version", "changed_at"])
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
        chosen = list(run.sessions.filter(pk__in=keys).select_for_update().order_by("pk"))
        change = history.write(
            run=run,
            kind=RunChange.Kind.DATES_CANCELLED,
            at=at,
            by=by,
            reason=reason,
            cancelled=sorted(s.starts_at.isoformat() for s in chosen),
        )
        for session in chosen:
            try:
                check_change_session(session, at=at)
                cancel_row(session, change, at, by)
            except NotPossible as problem:
                raise NotPossible(f"{run.number}, {day_of(session)}: {problem.sentence}") from problem
        run.version += 1
        run.save(update_fields=["version", "changed_at"])
        changes.append(change)
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
    session = Session.objects.select_for_update().get(pk=session.pk)
    check_change_session(session, at=at)
    _check_place_and_time(session, starts_at, ends_at, room, at)
    if (starts_at, ends_at, room and room.pk) == (session.starts_at, session.ends_at, session.room_id):
        raise NotPossible(_("Nothing has been changed: time and room are the same as before."))
    people = session.facilitators.all() if facilitators is None else facilitators
    slot = slot_of(
        session, facilitators=[f.pk for f in people], starts_at=starts_at, ends_at=ends_at, room=room
    )
    check_blocking([slot])
    change = history.write(
        run=session.run,
        kind=RunChange.Kind.DATES_CHANGED,
        at=at,
        by=by,
        reason=reason,
        moved=[[session.starts_at.isoformat(), starts_at.isoformat()]],
    )
    notice = _notice(session, Notice.Kind.MOVED, change, at)
    session.starts_at, session.ends_at, session.room, session.reason = starts_at, ends_at, room, reason
    if note is not None:
        session.note = note
    _save(session, at)
    if facilitators is not None:
        session.facilitators.set(facilitators)
    audit.record(verb="move_session", subject=session, at=at, by=by)
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
    session = Session.objects.select_for_update().get(pk=session.pk)
    check_change_session(session, at=at)
    fields = []
    if session.note != note:
        session.note = note
        _save(session, at)
        fields.append("schedule.note")
    if {f.pk for f in facilitators} != set(session.facilitators.values_list("pk", flat=True)):
        check_blocking([slot_of(session, facilitators=[f.pk for f in facilitators])])
        session.facilitators.set(facilitators)
        fields.append("schedule.facilitators")
    if fields:
        history.write(
            run=session.run,
            kind=RunChange.Kind.DATES_CHANGED,
            at=at,
            by=by,
            fields=fields,
            day=session.starts_at.isoformat(),
        )
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
    if run.sessions.taking_place().filter(starts_at=starts_at).exists():
        raise NotPossible(_("This run has a date at that time already."))
    facilitators = list(facilitators)
    check_blocking([slot_of(session, facilitators=[f.pk for f in facilitators])])
    session.save()
    session.facilitators.set(facilitators)
    change = history.write(
        run=run, kind=RunChange.Kind.DATE_ADDED, at=at, by=by, added=[starts_at.isoformat()]
    )
    left_out = join_series(run=run, sessions=[session], change=change, at=at) if run.is_series else []
    run.version += 1
    run.save(update_fields=["version", "changed_at"])
    audit.record(verb="add_session", subject=session, at=at, by=by)
    return session, left_out


@transaction.atomic
def undo_notice(*, notice: Notice, at: datetime, by: AbstractBaseUser | None) -> Session:
    """Takes a change back before anybody has been told. Raises NotPossible after that.

    Where a run was cancelled as a whole, all of it is taken back: half a run cannot take place.
    """
    if notice.change is not None and notice.change.kind == RunChange.Kind.CANCELLED:
        undo_change(change=notice.change, at=at, by=by)
        return Session.objects.get(pk=notice.session_id)
    session = Session.objects.select_for_update().get(pk=notice.session_id)
    notice = Notice.objects.select_for_update(of=("self",)).select_related("change").get(pk=notice.pk)
    check_undo(notice, at=at)
    _undo(session, notice, at, by)
    fit_capacity([session.pk])
    _reopen_rule(notice.change)
    history.write(run=session.run, kind=RunChange.Kind.UNDONE, at=at, by=by, added=_undone([session]))
    return session


@transaction.atomic
def undo_change(*, change: RunChange, at: datetime, by: AbstractBaseUser | None) -> list[Session]:
    """Takes back all that one act changed on dates, before anybody has been told. Raises NotPossible after that."""
    run = lock_run(change.run)
    notices = list(
        change.notices.open().select_for_update(of=("self",)).select_related("change").order_by("pk")
    )
    if not notices:
        raise NotPossible(_("There is nothing left to undo."))
    sessions = {session.pk: session for session in run.sessions.all()}
    for notice in notices:
        check_undo(notice, at=at)
        _undo(sessions[notice.session_id], notice, at, by)
    fit_capacity([notice.session_id for notice in notices])
    _reopen_rule(change)
    if change.kind == RunChange.Kind.CANCELLED and run.is_cancelled:
        run.state = CourseRun.State.PUBLISHED
        run.version += 1
        run.save(update_fields=["state", "version", "changed_at"])
    undone = [sessions[notice.session_id] for notice in notices]
    history.write(run=run, kind=RunChange.Kind.UNDONE, at=at, by=by, added=_undone(undone))
    return undone


@transaction.atomic
def send_notice(*, notice: Notice, at: datetime) -> int:
    """Writes the mails about a change whose ten minutes are over. Returns how many; done twice, none.

    All dates of the same act are told in one mail to each booking.
    """
    notices = Notice.objects.select_for_update().filter(sent_at=None, undone_at=None, send_after__lte=at)
    of_one_act = notices.filter(change=notice.change_id) if notice.change_id else notices.filter(pk=notice.pk)
    due = list(of_one_act.order_by("session__starts_at", "pk"))
    told: dict[int, tuple[Booking, list[Notice]]] = {}
    for one in due:
        for booking in to_be_told(one.session, before=one.created_at):
            if booking.person and booking.person.email:
                told.setdefault(booking.pk, (booking, []))[1].append(one)
    for booking, changed in told.values():
        emails.sessions_changed(notices=changed, booking=booking, at=at)
    helping = helpers_told(due)
    for helper, changed in helping:
        helper_emails.dates_changed(helper=helper, notices=changed, at=at)
    for one in due:
        one.sent_at = at
        one.save(update_fields=["sent_at"])
    if due:
        mails = len(told) + len(helping)
        audit.record(verb="send_notice", subject=due[0].session, at=at, system=True, mails=mails)
    return len(told) + len(helping)


def to_be_told(session: Session, *, before: datetime | None = None) -> list[Booking]:
    """The bookings with a seat in this session, made before that instant: by mail, or by telephone."""
    return booked_on([session], before=before)


def booked_on(sessions: Iterable[Session], *, before: datetime | None = None) -> list[Booking]:
    """The bookings with a seat in one of these sessions, each once."""
    bookings = Booking.objects.filter(
        state__in=Booking.ACTIVE,
        participants__seats__session__in=list(sessions),
        participants__seats__state__in=Seat.TAKEN,
    )
    if before is not None:
        bookings = bookings.filter(created_at__lte=before)
    return list(bookings.select_related("person").distinct().order_by("pk"))


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
    if starts_at <= at:
        raise NotPossible(_("The new date lies in the past."))
    if ends_at <= starts_at:
        raise NotPossible(_("The end lies before the beginning."))
    if room is None and not session.online_url:
        raise NotPossible(_("Please choose a room."))


def cancel_row(session: Session, change: RunChange, at: datetime, by: AbstractBaseUser | None) -> Notice:
    """Cancels one date as part of an act; the caller has locked it and checked that it can be cancelled."""
    notice = _notice(session, Notice.Kind.CANCELLED, change, at)
    session.state, session.reason = Session.State.CANCELLED, change.reason
    _save(session, at)
    audit.record(verb="cancel_session", subject=session, at=at, by=by)
    return notice


def _notice(session: Session, kind: str, change: RunChange, at: datetime) -> Notice:
    if not change.reason.strip():
        raise NotPossible(_("Please give a reason; people will be told."))
    if session.notices.open().exists():
        raise NotPossible(
            _("This date has just been changed. Undo that first, or wait until people were told.")
        )
    return tell(session, kind, change, at=at)


def end_rule(run: CourseRun, change: RunChange, *, before: Session) -> None:
    """A rule without an end stops on the day before this session, and is kept for undoing."""
    last = run.schedules.order_by("first_date").last()
    if last is None or not last.rule:
        return
    rule = last.rule.rrules[0]
    if rule.count is not None or rule.until is not None:
        return
    change.detail["rule"] = {"schedule": last.pk, "planned_through": str(run.planned_through)}
    change.save(update_fields=["detail"])
    day = max(last.first_date, local_date(before.starts_at))
    rule.until = until_for(day, house_zone())
    last.save(update_fields=["rule"])
    run.planned_through = None
    run.save(update_fields=["planned_through"])


def _reopen_rule(change: RunChange | None) -> None:
    kept = change.detail.pop("rule", None) if change else None
    if change is None or kept is None:
        return
    schedule = Schedule.objects.filter(pk=kept["schedule"], run=change.run_id).first()
    if schedule is not None and schedule.rule:
        schedule.rule.rrules[0].until = None
        schedule.save(update_fields=["rule"])
        CourseRun.objects.filter(pk=change.run_id).update(planned_through=kept["planned_through"])
    change.save(update_fields=["detail"])


def _undo(session: Session, notice: Notice, at: datetime, by: AbstractBaseUser | None) -> None:
    if notice.kind == Notice.Kind.ADDED:
        raise NotPossible(_("An added date is not undone but cancelled."))
    session.state, session.reason = Session.State.PLANNED, notice.old_reason
    session.starts_at, session.ends_at, session.room = (
        notice.old_starts_at,
        notice.old_ends_at,
        notice.old_room,
    )
    _save(session, at)
    notice.undone_at = at
    notice.save(update_fields=["undone_at"])
    audit.record(verb="undo_" + notice.kind, subject=session, at=at, by=by)


def day_of(session: Session) -> str:
    """The local day of a session, for sentences that name it."""
    return date_format(session.starts_at.astimezone(house_zone()), "j. F Y")


def _undone(sessions: Sequence[Session]) -> list[str]:
    return sorted(session.starts_at.isoformat() for session in sessions)


def _save(session: Session, at: datetime) -> None:
    session.sequence += 1
    session.changed_at = at
    session.save()
