"""Two who change dates at once, on the configured database: one wins, the other is told, and nobody waits for ever."""

from collections.abc import Callable
from datetime import date, time, timedelta
from functools import partial
from typing import Any

import pytest

from core.models import HouseSettings
from places.models import Room, RoomUse
from tests import factories as make
from tests.workshops.test_race import at_once
from timetable.rules import parse_rule
from workshops import due, operations
from workshops.models import CourseRun, Facilitator, Session
from workshops.operations import ConflictFound, Full, RunHasChanged, Scope
from workshops.rules import NotPossible

pytestmark = pytest.mark.django_db(transaction=True)

WEEKLY = "RRULE:FREQ=WEEKLY;BYDAY=WE;COUNT={}"


def outcomes(results: list[Any]) -> dict[str, int]:
    """How often each kind of result came. Whatever nobody foresaw (a deadlock) is named with its text."""
    found: dict[str, int] = {}
    for result in results:
        if isinstance(result, (ConflictFound, Full, RunHasChanged)):
            name = type(result).__name__
        elif isinstance(result, NotPossible):
            name = "told"
        else:
            name = repr(result) if isinstance(result, Exception) else "done"
        found[name] = found.get(name, 0) + 1
    return found


def strict() -> None:
    house = HouseSettings.load()
    house.block_conflicts = True
    house.save()


def save(
    run: CourseRun, *, people: list[Facilitator] | None = None, version: int | None = None, **changes: Any
) -> None:
    opened = CourseRun.objects.get(pk=run.pk)
    schedule = opened.schedules.get()
    for name, value in changes.items():
        setattr(schedule, name, value)
    operations.save_run(
        run=opened,
        schedule=schedule,
        facilitators=people or [],
        at=make.NOW,
        by=None,
        expected_version=version,
        decisions=operations.Decisions({}, "Anderer Plan"),
    )


def shift(session: Session, hours: int) -> None:
    later = timedelta(hours=hours)
    operations.move_session(
        session=session,
        starts_at=session.starts_at + later,
        ends_at=session.ends_at + later,
        room=session.room,
        reason="Lehrgang",
        at=make.NOW,
        by=None,
    )


def test_two_dates_moved_into_the_same_room_and_hour_at_once() -> None:
    strict()
    room = make.room()
    sessions = [make.session(room=room, first_date=date(2027, 1, 13 + n)) for n in range(5)]

    def go(session: Session) -> None:
        day = make.first(sessions[0].run).starts_at + timedelta(days=30)
        operations.move_session(
            session=session,
            starts_at=day,
            ends_at=day + timedelta(minutes=90),
            room=room,
            reason="Lehrgang",
            at=make.NOW,
            by=None,
        )

    assert outcomes(at_once([partial(go, s) for s in sessions])) == {"done": 1, "ConflictFound": 4}


def test_a_room_wanted_by_a_course_and_by_the_council_at_once() -> None:
    strict()
    room = make.room()
    drafts = [make.run(room=room, rule="", published=False) for _ in range(3)]

    def use() -> None:
        council = RoomUse(
            room=room, name="Rat", first_date=date(2027, 1, 13), start_time=time(14), rule=parse_rule("")
        )
        operations.save_room_use(use=council, at=make.NOW, by=None)

    acts: list[Callable[[], Any]] = [
        partial(operations.publish_run, run=r, at=make.NOW, by=None) for r in drafts
    ]
    assert outcomes(at_once([*acts, use, use])) == {"done": 1, "ConflictFound": 4}


def test_people_who_teach_are_taken_once_though_everybody_names_them_in_another_order() -> None:
    strict()
    hanne, cem = make.facilitator("Hanne"), make.facilitator("Cem")
    runs = [make.run(rule=WEEKLY.format(3)) for _ in range(4)]
    acts = [partial(save, run, people=[hanne, cem] if n % 2 else [cem, hanne]) for n, run in enumerate(runs)]
    assert outcomes(at_once(acts)) == {"done": 1, "ConflictFound": 3}


def test_a_whole_run_and_one_of_its_dates_changed_at_once_by_two_with_the_same_form() -> None:
    run = make.run(rule=WEEKLY.format(3))
    session = make.first(run)
    results = at_once(
        [partial(save, run, version=run.version, start_time=time(9)), partial(shift, session, 2)]
    )
    found = outcomes(results)
    # Whoever is first wins. The form is told of the moved date; a moved date goes on from where it is then.
    assert found.get("done", 0) >= 1
    assert found.keys() <= {"done", "RunHasChanged"}
    run.refresh_from_db()
    assert run.version == 2 + found["done"]


def everything(run: CourseRun, other: CourseRun, room: Room) -> list[Callable[[], Any]]:
    """What may happen in a house at the same moment, each taking its locks in its own way."""
    first, second, *_rest = run.sessions.order_by("starts_at")
    (of_other, *_more) = other.sessions.order_by("starts_at")
    coming = list(Session.objects.filter(run__in=[run, other]).order_by("-pk")[:4])

    def use() -> None:
        council = RoomUse(
            room=room,
            name="Rat",
            first_date=date(2027, 3, 1),
            start_time=time(7),
            rule=parse_rule(WEEKLY.format(9)),
        )
        operations.save_room_use(use=council, at=make.NOW, by=None)

    def undo() -> None:
        change = operations.cancel_sessions(
            session=second, scope=Scope.ONE, reason="Krank", at=make.NOW, by=None
        )
        operations.undo_change(change=change, at=make.NOW, by=None)

    def series() -> None:
        operations.cancel_booking(booking=make.book_series(other), at=make.NOW)

    def extra() -> None:
        day = make.NOW + timedelta(days=100)
        operations.add_session(
            run=other, starts_at=day, ends_at=day + timedelta(hours=1), room=room, at=make.NOW, by=None
        )

    return [
        partial(save, run, start_time=time(9)),
        partial(save, other, start_time=time(11)),
        partial(shift, first, 1),
        partial(shift, of_other, 3),
        partial(operations.cancel_selected, sessions=coming, reason="Krank", at=make.NOW, by=None),
        partial(
            operations.resolve_hits,
            cancel=[second],
            move={of_other.pk: date(2027, 4, 1)},
            reason="Umbau",
            at=make.NOW,
            by=None,
        ),
        partial(make.book, first),
        partial(make.book, second),
        series,
        undo,
        use,
        extra,
        partial(due.send_notices, make.NOW + timedelta(minutes=11)),
        partial(due.extend_horizons, make.NOW + timedelta(days=9)),
    ]


@pytest.mark.parametrize("turn", range(3))
def test_whatever_happens_at_once_nobody_waits_for_somebody_who_waits_for_them(turn: int) -> None:
    strict()
    room, hanne = make.room(), make.facilitator()
    run = make.run(rule=WEEKLY.format(6), room=room, facilitators=[hanne], capacity=50)
    other = make.run(
        rule="RRULE:FREQ=WEEKLY;BYDAY=TH;COUNT=6",
        first_date=date(2027, 1, 14),
        room=room,
        facilitators=[hanne],
        booking_mode="series",
        capacity=50,
    )
    make.run(rule="RRULE:FREQ=WEEKLY;BYDAY=FR", room=make.room(), facilitators=[hanne])
    acts = everything(run, other, room)
    acts = acts[turn * 4 :] + acts[: turn * 4]
    found = outcomes(at_once(acts * 2))
    assert found.keys() <= {"done", "told", "ConflictFound", "Full", "RunHasChanged"}, found
    assert sum(found.values()) == len(acts) * 2
    assert make.taken_matches_rows(run)
    assert make.taken_matches_rows(other)
