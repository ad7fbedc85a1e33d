"""Taking a change of dates back before anybody has been told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core import audit
from timetable.rules import rule_text
from workshops import history
from workshops.models import CourseRun, Notice, RunChange, Schedule, Session
from workshops.operations.capacity import fit_capacity
from workshops.operations.conflicts import check_blocking, slots_of_sessions
from workshops.operations.runs import count_change, lock_run
from workshops.operations.sessions import save_row, spot_of
from workshops.rules import NotPossible, check_undo


@transaction.atomic
def undo_notice(*, notice: Notice, at: datetime, by: AbstractBaseUser | None) -> Session:
    """Takes a change back before anybody has been told.

    Where a run was cancelled as a whole, all of it is taken back: half a run cannot take place. Raises NotPossible
    after that, and ConflictFound where the house refuses conflicts and somebody else has taken the room or the
    person meanwhile.
    """
    if notice.change is not None and notice.change.kind == RunChange.Kind.CANCELLED:
        undo_change(change=notice.change, at=at, by=by)
        return Session.objects.get(pk=notice.session_id)
    run = lock_run(notice.session.run)
    (session,) = _undo(run, Notice.objects.filter(pk=notice.pk), at, by)
    return session


@transaction.atomic
def undo_change(*, change: RunChange, at: datetime, by: AbstractBaseUser | None) -> list[Session]:
    """Takes back all that one act changed on dates, before anybody has been told. Raises as `undo_notice`."""
    return _undo(lock_run(change.run), change.notices.open(), at, by)


def _reopen_rule(change: RunChange | None) -> None:
    """Once all of an act has been undone, the rule it ended goes on; unless somebody has changed it since."""
    kept = change.detail.get("rule") if change else None
    if change is None or kept is None or change.notices.open().exists():
        return
    del change.detail["rule"]
    change.save(update_fields=["detail"])
    schedule = Schedule.objects.filter(pk=kept["schedule"], run=change.run_id).first()
    if schedule is not None and rule_text(schedule.rule) == kept["ended"]:
        schedule.rule.rrules[0].until = None
        schedule.save(update_fields=["rule"])
        CourseRun.objects.filter(pk=change.run_id).update(planned_through=kept["planned_through"])


def _undo(
    run: CourseRun, chosen: QuerySet[Notice], at: datetime, by: AbstractBaseUser | None
) -> list[Session]:
    """Puts the dates of these notices back to how they were; the run is locked."""
    if run.state == CourseRun.State.ARCHIVED:
        raise NotPossible(_("This run is over and can no longer be changed."))
    notices = list(chosen.select_for_update(of=("self",)).select_related("change", "old_room").order_by("pk"))
    if not notices:
        raise NotPossible(_("There is nothing left to undo."))
    for notice in notices:
        check_undo(notice, at=at)
        if notice.kind == Notice.Kind.ADDED:
            raise NotPossible(_("An added date is not undone but cancelled."))
    sessions = {s.pk: s for s in run.sessions.filter(pk__in=[notice.session_id for notice in notices])}
    _check_room_to_return(sessions, notices)
    before = {key: spot_of(session) for key, session in sessions.items()}
    for notice in notices:
        session = sessions[notice.session_id]
        session.state, session.reason = Session.State.PLANNED, notice.old_reason
        session.starts_at, session.ends_at = notice.old_starts_at, notice.old_ends_at
        session.room, session.online_url = notice.old_room, notice.old_online_url
        save_row(session, at)
        notice.undone_at = at
        notice.save(update_fields=["undone_at"])
        audit.record(verb="undo_" + notice.kind, subject=session, at=at, by=by)
    fit_capacity(sessions)
    for change in {notice.change for notice in notices}:
        _reopen_rule(change)
        if change and change.kind == RunChange.Kind.CANCELLED and run.is_cancelled:
            run.state = CourseRun.State.PUBLISHED
            run.save(update_fields=["state"])
    undone = [sessions[notice.session_id] for notice in notices]
    _write(run, notices, before, sessions, at, by)
    count_change(run)
    return undone


def _write(
    run: CourseRun,
    notices: Sequence[Notice],
    before: dict[int, history.Spot],
    sessions: dict[int, Session],
    at: datetime,
    by: AbstractBaseUser | None,
) -> None:
    """Keeps which dates take place again, and which are back where they were."""
    moved = [n.session_id for n in notices if n.kind == Notice.Kind.MOVED]
    again = [sessions[n.session_id] for n in notices if n.kind == Notice.Kind.CANCELLED]
    history.write(
        run=run,
        kind=RunChange.Kind.UNDONE,
        at=at,
        by=by,
        again=sorted(session.starts_at.isoformat() for session in again),
        **history.of_moves((before[key], spot_of(sessions[key])) for key in moved),
    )


def _check_room_to_return(sessions: dict[int, Session], notices: Sequence[Notice]) -> None:
    as_they_are = {slot.key: slot for slot in slots_of_sessions(list(sessions.values()))}
    check_blocking(
        [
            replace(
                as_they_are[notice.session_id],
                starts_at=notice.old_starts_at,
                ends_at=notice.old_ends_at,
                room=notice.old_room_id,
                venue=notice.old_room.venue_id if notice.old_room else None,
            )
            for notice in notices
        ]
    )
