"""Seats kept for a generation or for the desk, and that they become everybody's in time."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from core import audit
from timetable.zone import local_date
from workshops.models import CourseRun, PoolRelease, SeatPool, Session
from workshops.operations.counting import check_sound
from workshops.operations.keeping import Kept, write_pools
from workshops.operations.runs import lock_run
from workshops.operations.waiting import pass_on
from workshops.rules import check_pools


@transaction.atomic
def set_pools(
    *, run: CourseRun, pools: Sequence[Kept], at: datetime, by: AbstractBaseUser | None
) -> CourseRun:
    """Keeps these seats of a run from now on, and no others; what becomes free is offered to who waits.

    A pool that was released on a date stays released there. Raises PoolsDoNotFit, with the numbers, where the
    seats taken on a date to come leave no room for them, NotPossible as `rules.check_pools`; then nothing is changed.
    """
    run = lock_run(run)
    check_pools(run, [pool.seats for pool in pools])
    write_pools(run, pools)
    sessions = coming_sessions(run, at)
    check_sound(sessions)
    audit.record(verb="set_pools", subject=run, at=at, by=by, seats=sum(pool.seats for pool in pools))
    for target, locked in targets(run, sessions):
        pass_on(run=run, sessions=locked, session=target, at=at)
    return run


@transaction.atomic
def release_pools(*, run: CourseRun, at: datetime) -> int:
    """Makes kept seats everybody's where their day has come, and offers them to who waits. Returns how many releases.

    For single dates each date counts for itself, for a series its first one. Done twice it changes nothing.
    """
    sessions = coming_sessions(run, at)
    pools = list(run.pools.all())
    there = set(PoolRelease.objects.filter(pool__in=pools).values_list("pool", "session"))
    first = run.sessions.taking_place().order_by("starts_at").first()
    made = []
    for pool in pools:
        for session in sessions:
            counts_from = first if run.is_series and first else session
            if (pool.pk, session.pk) not in there and is_due(pool, counts_from, at):
                made.append(PoolRelease(pool=pool, session=session, released_at=at))
    PoolRelease.objects.bulk_create(made)
    if made:
        audit.record(verb="release_pools", subject=run, at=at, system=True, releases=len(made))
        for target, locked in targets(run, sessions):
            pass_on(run=run, sessions=locked, session=target, at=at)
    return len(made)


def is_due(pool: SeatPool, session: Session, at: datetime) -> bool:
    """Whether a pool's seats are everybody's by now, counted in local days from this session."""
    return local_date(at) >= local_date(session.starts_at) - timedelta(days=pool.release_days)


def coming_sessions(run: CourseRun, at: datetime) -> list[Session]:
    """The dates to come of a run, locked in the order of their keys."""
    rows = list(run.sessions.taking_place().not_begun(at).select_for_update().order_by("pk"))
    for row in rows:
        row.run = run
    return sorted(rows, key=lambda row: (row.starts_at, row.pk))


def targets(run: CourseRun, sessions: Sequence[Session]) -> list[tuple[Session | None, list[Session]]]:
    """What people book or wait for: the series, or each date by itself; each with its sessions."""
    if run.is_series:
        return [(None, list(sessions))] if sessions else []
    return [(session, [session]) for session in sessions]
