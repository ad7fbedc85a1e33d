"""Carrying out a plan: makes the rows what it says and notes whom to tell. Called inside an operation."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from workshops.models import (
    Booking,
    CourseRun,
    Notice,
    PoolRelease,
    RunChange,
    Schedule,
    Seat,
    SeatPool,
    Session,
)
from workshops.models.sessions import new_uid
from workshops.operations.capacity import capacity_of, helpers_coming
from workshops.operations.counting import houses, kind_of, seated
from workshops.operations.days_off import horizon
from workshops.planning import Plan
from workshops.rules import NOTICE_DELAY, NotPossible
from workshops.seats import Claim, fits, joined_by


@dataclass(frozen=True, slots=True)
class OwnChoices:
    """The sessions (by key) that have a note, or people who teach, of their own: other than their schedule's."""

    note: frozenset[int] = frozenset()
    facilitators: frozenset[int] = frozenset()


def own_choices(run: CourseRun) -> OwnChoices:
    """What the team chose for single dates. Ask before the schedules are saved."""
    if run.pk is None:
        return OwnChoices()
    schedules = {schedule.pk: schedule for schedule in run.schedules.prefetch_related("facilitators")}
    usual = {pk: {f.pk for f in schedule.facilitators.all()} for pk, schedule in schedules.items()}
    rows = list(run.sessions.filter(schedule__isnull=False).prefetch_related("facilitators"))
    return OwnChoices(
        note=frozenset(row.pk for row in rows if row.note != schedules[row.schedule_id or 0].note),
        facilitators=frozenset(
            row.pk for row in rows if {f.pk for f in row.facilitators.all()} != usual[row.schedule_id or 0]
        ),
    )


def carry_out(
    *,
    run: CourseRun,
    schedules: Sequence[Schedule],
    planned: Plan,
    change: RunChange,
    at: datetime,
    own: OwnChoices = OwnChoices(),
) -> None:
    """Makes the rows of a published run what the decided plan says; the schedules have been saved.

    Raises NotPossible where people are to be told and the change gives no reason.
    """
    rows = {row.pk: row for row in run.sessions.order_by("pk")}
    before = {pk: _state(row) for pk, row in rows.items()}
    by_key = {schedule.first_date: schedule for schedule in schedules}
    people = {schedule.pk: list(schedule.facilitators.all()) for schedule in schedules}

    helpers = helpers_coming(rows.values())
    for session in planned.dropped:
        withdraw(rows[session.key])  # type: ignore[index]
    _forget_notices(planned, at)
    for session in planned.cancelled:
        row = rows[session.key]  # type: ignore[index]
        row.state, row.reason, row.planned_for = Session.State.CANCELLED, change.reason, None
    for session in planned.extra:
        rows[session.key].planned_for = None  # type: ignore[index]
    # Out of the way first: two sessions may change places, and each instant is planned once.
    moving: list[Any] = [m.session.key for m in planned.moved]
    moving += [s.key for s in (*planned.cancelled, *planned.extra)]
    run.sessions.filter(pk__in=moving).update(planned_for=None)
    for move in planned.moved:
        row, schedule = rows[move.session.key], by_key[move.to.segment]  # type: ignore[index]
        row.state, row.reason = Session.State.PLANNED, change.reason if move.session.tells else ""
        row.starts_at, row.ends_at = move.to.occurrence.starts_at, move.to.occurrence.ends_at
        row.room_id, row.online_url = schedule.room_id, schedule.online_url

    stays = list(rows.values())
    for row in stays:
        if row.starts_at > at and not row.is_cancelled:
            row.capacity = capacity_of(run, helpers=helpers.get(row.pk, 0), taken=row.seats_taken)
        goal = planned.planned.get(row.pk)
        if goal is None or row.starts_at <= at:
            continue
        schedule = by_key[goal.segment]  # type: ignore[index]
        row.planned_for = goal.occurrence.starts_at
        row.schedule = schedule
        if row.pk not in own.note:
            row.note = schedule.note
    _save_changed(stays, before, at)
    _teach([row for row in stays if row.pk not in own.facilitators], planned, by_key, people, at)
    _tell(planned, rows, before, change, at)
    revived = [rows[m.session.key] for m in planned.moved if m.session.is_cancelled]  # type: ignore[index]
    add_new(run=run, schedules=schedules, planned=planned, at=at, change=change, revived=revived)


def add_new(
    *,
    run: CourseRun,
    schedules: Sequence[Schedule],
    planned: Plan,
    at: datetime,
    change: RunChange | None = None,
    revived: Sequence[Session] = (),
) -> None:
    """Makes the plan's new sessions, and seats in them for who has booked the whole series.

    `revived` are those that take place again: nobody has a seat there yet.
    """
    by_first_date = {schedule.first_date: schedule for schedule in schedules}
    sessions = []
    for new in planned.new:
        schedule, occurrence = by_first_date[new.segment], new.occurrence  # type: ignore[index]
        sessions.append(
            new_session(
                run=run,
                schedule=schedule,
                planned_for=occurrence.starts_at,
                starts_at=occurrence.starts_at,
                ends_at=occurrence.ends_at,
                room_id=schedule.room_id,
                online_url=schedule.online_url,
                note=schedule.note,
                at=at,
            )
        )
    Session.objects.bulk_create(sessions)
    people = {schedule.pk: list(schedule.facilitators.all()) for schedule in schedules}
    teaching = Session.facilitators.through
    teaching.objects.bulk_create(
        teaching(session_id=session.pk, facilitator_id=somebody.pk)
        for session in sessions
        for somebody in people[session.schedule_id or 0]
    )
    if run.is_series and (sessions or revived):
        join_series(run=run, sessions=[*revived, *sessions], change=change, at=at)
    run.planned_through = horizon(at) if planned.open_ended else None
    run.save(update_fields=["planned_through"])


def new_session(*, run: CourseRun, at: datetime, **fields: Any) -> Session:
    """A session of this run, not saved yet."""
    public_id = uuid.uuid4()
    return Session(
        public_id=public_id,
        uid=new_uid(public_id),
        created_at=at,
        changed_at=at,
        run=run,
        capacity=capacity_of(run),
        **fields,
    )


def join_series(
    *, run: CourseRun, sessions: Sequence[Session], change: RunChange | None, at: datetime
) -> list[Booking]:
    """Seats on further dates for every booking of a series, the earliest first; returns those that do not fit.

    Nobody has a seat on these dates yet; the run's sessions are locked, and here its bookings too, so that none
    is confirmed or given back meanwhile. Whoever gets a seat is told of the date with the change. Where seats
    depend on helpers, there are as many as are taken until some have signed up.
    """
    left_out = []
    # One house stands for them all: they are empty, and each is like the other.
    for session in sessions:
        session.run = run
    _release_like_siblings(run, sessions, at)
    line = [houses([session])[session.pk] for session in sessions]
    if run.seats_per_helper is not None:
        line = [replace(house, capacity=run.capacity) for house in line]
    bookings = run.bookings.filter(state__in=Booking.ACTIVE, session=None).order_by("created_at", "pk")
    taken = 0
    seats = []
    for booking in bookings.select_for_update():
        people = seated(booking)
        # What is lent, or to be prepared, was found for them; where a new date lacks it, the team is told.
        claims = [Claim(kind_of(somebody.generation_id, booking.channel)) for somebody in people]
        if not fits(line, claims):
            left_out.append(booking)
            continue
        line = joined_by(line, claims)
        taken += len(people)
        state = Seat.OF_BOOKING[booking.state]
        seats += [
            Seat(participant=somebody, session=session, state=state)
            for somebody in people
            for session in sessions
        ]
    if not seats:
        return left_out
    Seat.objects.bulk_create(seats)
    counted: dict[str, Any] = {"seats_taken": F("seats_taken") + taken}
    if run.seats_per_helper is not None:
        counted["capacity"] = Greatest("capacity", counted["seats_taken"])
    Session.objects.filter(pk__in=[s.pk for s in sessions]).update(**counted)
    if change is not None:
        for session in sessions:
            session.seats_taken = taken
            tell(session, Notice.Kind.ADDED, change, at=at)
    return left_out


def _release_like_siblings(run: CourseRun, sessions: Sequence[Session], at: datetime) -> None:
    """A pool released for a series is released for the dates it gets later, too."""
    pools = SeatPool.objects.filter(run=run, releases__isnull=False).distinct()
    releases = [
        PoolRelease(pool=pool, session=session, released_at=at) for pool in pools for session in sessions
    ]
    PoolRelease.objects.bulk_create(releases, ignore_conflicts=True)


def tell(
    session: Session, kind: str, change: RunChange, before: dict[str, Any] | None = None, *, at: datetime
) -> Notice:
    """Notes that people are told of this session's change in ten minutes; `before` is how it was (default: is)."""
    before = before or _state(session)
    return Notice.objects.create(
        session=session,
        change=change,
        kind=kind,
        reason=change.reason,
        old_starts_at=before["starts_at"],
        old_ends_at=before["ends_at"],
        old_room_id=before["room_id"],
        old_online_url=before["online_url"],
        old_reason=before["reason"],
        by_id=change.by_id,
        created_at=at,
        send_after=at + NOTICE_DELAY,
    )


def tell_instead(
    session: Session, kind: str, change: RunChange, before: dict[str, Any], *, at: datetime
) -> Notice | None:
    """As `tell`, and what people have not been told of yet is told with it.

    The earlier notice gives way; where everything is as it was before that, nothing is left to tell. Raises
    NotPossible without a reason.
    """
    if not change.reason.strip():
        raise NotPossible(_("Please give a reason; people will be told."))
    earlier = session.notices.open().select_for_update().first()
    if earlier is None:
        return tell(session, kind, change, before, at=at)
    earlier.undone_at = at
    earlier.save(update_fields=["undone_at"])
    if earlier.kind == Notice.Kind.ADDED:
        return None if kind == Notice.Kind.CANCELLED else tell(session, earlier.kind, change, before, at=at)
    before = {
        "starts_at": earlier.old_starts_at,
        "ends_at": earlier.old_ends_at,
        "room_id": earlier.old_room_id,
        "online_url": earlier.old_online_url,
        "reason": earlier.old_reason,
    }
    if kind == Notice.Kind.MOVED and all(
        getattr(session, name) == before[name] for name in ("starts_at", "ends_at", "room_id", "online_url")
    ):
        return None
    return tell(session, kind, change, before, at=at)


_KEPT = (
    "state",
    "reason",
    "planned_for",
    "starts_at",
    "ends_at",
    "room_id",
    "online_url",
    "capacity",
    "schedule_id",
    "note",
)
# What a calendar shows; the rest changes without a new revision of the entry.
_PUBLIC = ("state", "reason", "starts_at", "ends_at", "room_id", "online_url", "note", "capacity")


def _state(session: Session) -> dict[str, Any]:
    return {name: getattr(session, name) for name in _KEPT}


def withdraw(row: Session) -> None:
    """A date nobody has booked goes: out of the lists, and cancelled in the calendars, from which nothing vanishes.

    It keeps its planned instant, so that it comes back as itself where a rule plans it again. Not saved yet.
    """
    row.state, row.reason = Session.State.CANCELLED, ""


def withdraw_all(sessions: QuerySet[Session], *, at: datetime) -> None:
    """The same for rows as they stand, in one query. The caller holds their run."""
    sessions.update(state=Session.State.CANCELLED, reason="", sequence=F("sequence") + 1, changed_at=at)


def _forget_notices(planned: Plan, at: datetime) -> None:
    """An earlier change of a date that now goes, or moves on, and that concerns nobody is not to be undone."""
    changing = [*planned.dropped, *(move.session for move in planned.moved if not move.session.tells)]
    keys: list[Any] = [session.key for session in changing]
    Notice.objects.open().filter(session__in=keys).update(undone_at=at)


def _save_changed(rows: Iterable[Session], before: dict[int, dict[str, Any]], at: datetime) -> None:
    changed = []
    for row in rows:
        now, then = _state(row), before[row.pk]
        if now == then:
            continue
        if any(now[name] != then[name] for name in _PUBLIC):
            row.sequence += 1
            row.changed_at = at
        changed.append(row)
    names = [name.removesuffix("_id") for name in _KEPT]
    Session.objects.bulk_update(changed, [*names, "sequence", "changed_at"])


def _teach(
    rows: Iterable[Session],
    planned: Plan,
    by_key: dict[Any, Schedule],
    people: dict[int, list[Any]],
    at: datetime,
) -> None:
    """Who teaches follows the schedule on dates to come."""
    teaching = Session.facilitators.through
    follow = {
        row.pk: [somebody.pk for somebody in people[by_key[goal.segment].pk]]
        for row in rows
        if row.starts_at > at and (goal := planned.planned.get(row.pk)) is not None
    }
    present = {
        (row.session_id, row.facilitator_id): row.pk for row in teaching.objects.filter(session__in=follow)
    }
    wanted = {(session, somebody) for session, who in follow.items() for somebody in who}
    teaching.objects.filter(pk__in=[pk for pair, pk in present.items() if pair not in wanted]).delete()
    teaching.objects.bulk_create(
        teaching(session_id=session, facilitator_id=somebody)
        for session, somebody in sorted(wanted - present.keys())
    )


def _tell(
    planned: Plan,
    rows: dict[int, Session],
    before: dict[int, dict[str, Any]],
    change: RunChange,
    at: datetime,
) -> None:
    """Whoever has a seat or helps on a date that moved or goes is told."""
    for move in planned.moved:
        if move.session.tells:
            key: Any = move.session.key
            tell_instead(rows[key], Notice.Kind.MOVED, change, before[key], at=at)
    for session in planned.cancelled:
        key = session.key
        tell_instead(rows[key], Notice.Kind.CANCELLED, change, before[key], at=at)


def _tell_helpers(
    planned: Plan,
    rows: dict[int, Session],
    before: dict[int, dict[str, Any]],
    change: RunChange,
    helpers: Mapping[int, int],
    at: datetime,
) -> None:
    """Whoever helps on a date nobody has booked is told too when it moves or goes; that needs no reason."""
    for move in planned.moved:
        key: Any = move.session.key
        if helpers.get(key) and not move.session.booked:
            tell_instead(rows[key], Notice.Kind.MOVED, change, before[key], at=at)
    for session in planned.dropped:
        key = session.key
        if helpers.get(key):
            tell_instead(rows[key], Notice.Kind.CANCELLED, change, before[key], at=at)
