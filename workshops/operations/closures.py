"""Which dates closures hit, and what becomes of them."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from places.models import Closure
from timetable.zone import house_zone, local_date, local_instant
from workshops import history
from workshops.conflicts import Conflict, Slot
from workshops.models import CourseRun, RunChange, Session
from workshops.operations.conflicts import check_blocking, conflicts_of, slots_of_sessions
from workshops.operations.runs import count_change, lock_run
from workshops.operations.sessions import (
    cancel_row,
    check_free,
    check_moves,
    check_new_time,
    move_row,
    named,
)
from workshops.rules import check_change_session


def hit_by(closures: Collection[Closure], *, at: datetime) -> list[Session]:
    """The dates to come that begin on a closed day; on holidays only those of runs that skip them.

    Two queries, however many closures there are.
    """
    if not closures:
        return []
    begins = local_instant(min(closure.first_date for closure in closures), time())
    ends = local_instant(max(closure.last_date for closure in closures) + timedelta(days=1), time())
    coming = Session.objects.taking_place().not_begun(at).filter(run__state=CourseRun.State.PUBLISHED)
    rows = coming.filter(starts_at__gte=begins, starts_at__lt=ends).values_list(
        "pk", "starts_at", "room__venue", "run__skip_holidays"
    )
    spans = _spans(closures)
    keys = [
        pk
        for pk, starts_at, venue, skips in rows
        if _is_hit(spans, day=local_date(starts_at), venue=venue, skips_holidays=skips)
    ]
    hit = Session.objects.filter(pk__in=keys).select_related("run__course", "room__venue")
    return list(hit.order_by("starts_at", "pk"))


def conflicts_after_hits(*, cancel: Iterable[Session], move: Mapping[int, date]) -> list[Conflict]:
    """What would be in the way of the dates that move, before anything is written; arguments as `resolve_hits`."""
    sessions = list(Session.objects.filter(pk__in=move))
    goals = {session.pk: _moved_to(session, move[session.pk]) for session in sessions}
    return conflicts_of(_at_goals(sessions, goals), gone=[session.pk for session in cancel])


@transaction.atomic
def resolve_hits(
    *,
    cancel: Iterable[Session],
    move: Mapping[int, date],
    reason: str,
    at: datetime,
    by: AbstractBaseUser | None,
) -> list[RunChange]:
    """Cancels and moves dates that closures hit, all or none: one act for each run, one mail for each booking.

    `move` gives the new local day by the session's key; time of day, length and room stay. Raises NotPossible,
    naming the date, where one of them can no longer be changed or meets another date of its run; ConflictFound
    where the house refuses conflicts.
    """
    going = {session.pk for session in cancel}
    keys = going | move.keys()
    runs = CourseRun.objects.filter(sessions__in=keys).distinct().order_by("pk")
    chosen = {run: list(run.sessions.filter(pk__in=keys).order_by("pk")) for run in map(lock_run, runs)}
    goals = {s.pk: _moved_to(s, move[s.pk]) for rows in chosen.values() for s in rows if s.pk not in going}
    check_blocking(
        _at_goals([s for rows in chosen.values() for s in rows if s.pk in goals], goals), gone=going
    )
    return [_resolve(run, rows, goals, reason, at, by) for run, rows in chosen.items()]


def _resolve(
    run: CourseRun,
    rows: Sequence[Session],
    goals: Mapping[int, tuple[datetime, datetime]],
    reason: str,
    at: datetime,
    by: AbstractBaseUser | None,
) -> RunChange:
    moved = [[s.starts_at.isoformat(), goals[s.pk][0].isoformat()] for s in rows if s.pk in goals]
    change = history.write(
        run=run,
        kind=RunChange.Kind.DATES_CHANGED if moved else RunChange.Kind.DATES_CANCELLED,
        at=at,
        by=by,
        reason=reason,
        cancelled=sorted(s.starts_at.isoformat() for s in rows if s.pk not in goals),
        moved=sorted(moved),
    )
    for session in rows:
        with named(session):
            check_change_session(session, at=at)
            if session.pk not in goals:
                cancel_row(session, change, at, by)
                continue
            starts_at, ends_at = goals[session.pk]
            check_new_time(starts_at, at=at)
            check_moves(session, starts_at, ends_at, session.room)
            check_free(run, starts_at, besides=[session.pk])
            move_row(session, change, starts_at=starts_at, ends_at=ends_at, room=session.room, at=at, by=by)
    count_change(run)
    return change


def _moved_to(session: Session, day: date) -> tuple[datetime, datetime]:
    """The same time of day on another day, for the same elapsed time; in UTC."""
    clock = session.starts_at.astimezone(house_zone()).time()
    starts_at = local_instant(day, clock).astimezone(UTC)
    return starts_at, starts_at + (session.ends_at - session.starts_at)


def _at_goals(sessions: Sequence[Session], goals: Mapping[int, tuple[datetime, datetime]]) -> list[Slot]:
    slots = slots_of_sessions(sessions)
    return [replace(s, starts_at=goals[s.key][0], ends_at=goals[s.key][1]) for s in slots]  # type: ignore[index]


type _Spans = Mapping[tuple[int | None, str], Sequence[tuple[date, date]]]


def _spans(closures: Iterable[Closure]) -> _Spans:
    """Per place and kind the closed days as spans that do not touch, in order."""
    found: dict[Any, list[tuple[date, date]]] = defaultdict(list)
    for closure in sorted(closures, key=lambda closure: closure.first_date):
        spans = found[closure.venue_id, closure.kind]
        if spans and closure.first_date <= spans[-1][1] + timedelta(days=1):
            spans[-1] = (spans[-1][0], max(spans[-1][1], closure.last_date))
        else:
            spans.append((closure.first_date, closure.last_date))
    return found


def _is_hit(spans: _Spans, *, day: date, venue: int | None, skips_holidays: bool) -> bool:
    kinds = [Closure.Kind.CLOSED, *([Closure.Kind.HOLIDAYS] if skips_holidays else [])]
    for place in dict.fromkeys((None, venue)):
        for kind in kinds:
            days = spans.get((place, kind), ())
            last = bisect_right(days, (day, date.max)) - 1
            if last >= 0 and day <= days[last][1]:
                return True
    return False
