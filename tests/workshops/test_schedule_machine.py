"""Any sequence of edits of a run: what people booked, what is over and what is the same stays."""

import contextlib
import os
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from places.models import Room
from tests import factories as make
from timetable.expansion import ExpansionError
from timetable.rules import parse_rule
from timetable.zone import house_zone
from workshops import due, operations
from workshops.models import Booking, CourseRun, Notice, Seat, Session
from workshops.operations import Decisions, Scope
from workshops.planning import Decision, Move, Plan
from workshops.rules import NotPossible

RULES = [
    "RRULE:FREQ=WEEKLY;COUNT=6",
    "RRULE:FREQ=WEEKLY;BYDAY=TU,TH;COUNT=8",
    "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;COUNT=4",
    "RRULE:FREQ=MONTHLY;BYDAY=+1SA;COUNT=4",
    "RRULE:FREQ=DAILY;INTERVAL=3;COUNT=7",
    "",
    "RRULE:FREQ=MONTHLY;BYDAY=+2WE",  # without an end; not for a series
]
FIRST = date(2027, 2, 24)  # five weeks before the clocks change
TIMES = [time(9), time(14, 30), time(22, 45)]
LISTED = ("pk", "uid", "starts_at", "ends_at", "room_id", "state", "seats_taken", "planned_for", "sequence")


class EditedRun(RuleBasedStateMachine):
    """One run, edited as people do it; the clock only goes forward."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.at = datetime(2027, 2, 1, 9, tzinfo=house_zone())
        self.rooms: list[Room] = []
        self.frozen: dict[int, dict[str, Any]] = {}
        self.booked: set[int] = set()
        self.uids: dict[int, str] = {}
        self.bookings: list[Booking] = []
        self.seats_changed = False

    @initialize(rule_text=st.sampled_from(RULES[:-1]), series=st.booleans())
    def begin(self, rule_text: str, series: bool) -> None:
        self.rooms = [make.room(name=name) for name in ("Werkraum", "Saal")]
        self.run = make.run(
            rule=rule_text,
            first_date=FIRST,
            room=self.rooms[0],
            at=self.at,
            booking_mode="series" if series else "single",
            capacity=6,
        )

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    def sessions(self) -> list[Session]:
        return list(self.run.sessions.order_by("starts_at", "pk"))

    def coming(self) -> list[Session]:
        return [s for s in self.sessions() if s.starts_at > self.at and not s.is_cancelled]

    def some_coming(self, data: st.DataObject) -> Session:
        return data.draw(st.sampled_from(self.coming()))

    @rule(days=st.integers(0, 12))
    def time_goes_on(self, days: int) -> None:
        self.at += timedelta(days=days, minutes=11)

    @precondition(lambda self: self.coming())
    @rule(data=st.data(), people=st.integers(1, 2))
    def somebody_books(self, data: st.DataObject, people: int) -> None:
        names = [f"Gast {n}" for n in range(people)]
        try:
            if self.run.is_series:
                made = make.book_series(CourseRun.objects.get(pk=self.run.pk), *names, at=self.at)
            else:
                made = make.book(self.some_coming(data), *names, at=self.at)
        except NotPossible:
            return
        self.bookings.append(made)

    @precondition(lambda self: self.bookings)
    @rule(data=st.data())
    def somebody_cancels(self, data: st.DataObject) -> None:
        with contextlib.suppress(NotPossible):
            operations.cancel_booking(booking=data.draw(st.sampled_from(self.bookings)), at=self.at)

    @rule(capacity=st.sampled_from([2, 4, 6, 9]))
    def there_are_other_seats(self, capacity: int) -> None:
        opened = CourseRun.objects.get(pk=self.run.pk)
        schedule = opened.schedules.order_by("first_date").last()
        assert schedule is not None
        opened.capacity = capacity
        self.seats_changed = True
        self.save(None, opened, schedule)
        self.run.refresh_from_db()

    @rule()
    def due_work_is_done(self) -> None:
        before = {s.pk: s.starts_at for s in self.sessions()}
        due.send_notices(self.at)
        made = due.extend_horizons(self.at)
        after = {s.pk: s.starts_at for s in self.sessions()}
        assert before.items() <= after.items()
        assert len(after) == len(before) + made

    @precondition(lambda self: self.undoable())
    @rule(data=st.data())
    def a_change_is_undone(self, data: st.DataObject) -> None:
        """People, time and place are as before the change, and nobody is told."""
        notice = data.draw(st.sampled_from(self.undoable()))
        session = operations.undo_notice(notice=notice, at=self.at, by=None)
        assert (session.starts_at, session.ends_at, session.room_id, session.state) == (
            notice.old_starts_at,
            notice.old_ends_at,
            notice.old_room_id,
            "planned",
        )
        assert not session.notices.open().exists()

    def undoable(self) -> list[Notice]:
        notices = Notice.objects.open().filter(send_after__gt=self.at).exclude(kind=Notice.Kind.ADDED)
        return list(notices.order_by("pk"))

    @precondition(lambda self: self.coming())
    @rule(data=st.data(), days=st.integers(-2, 9))
    def a_closure_is_resolved(self, data: st.DataObject, days: int) -> None:
        """What a closure hits is cancelled or moved, all or nothing."""
        session = self.some_coming(data)
        day = session.starts_at.astimezone(house_zone()).date()
        closure = make.closure(day, day + timedelta(days=8))
        hits = operations.hit_by([closure], at=self.at)
        assert session in hits
        move = {s.pk: day + timedelta(days=days + n) for n, s in enumerate(hits[::2])}
        before = {s.pk: (s.starts_at, s.state) for s in self.sessions()}
        try:
            operations.resolve_hits(
                cancel=[s for s in hits if s.pk not in move], move=move, reason="Umbau", at=self.at, by=None
            )
        except NotPossible:
            assert {s.pk: (s.starts_at, s.state) for s in self.sessions()} == before
            return
        for one in self.sessions():
            if one.pk in move:
                local = one.starts_at.astimezone(house_zone())
                assert (local.date(), one.state) == (move[one.pk], "planned")
            elif one in hits:
                assert one.is_cancelled

    @rule(
        data=st.data(),
        rule_text=st.sampled_from(RULES),
        start=st.sampled_from(TIMES),
        shift=st.integers(-3, 9),
        room=st.integers(0, 1),
    )
    def the_last_plan_changes(
        self, data: st.DataObject, rule_text: str, start: time, shift: int, room: int
    ) -> None:
        opened = CourseRun.objects.get(pk=self.run.pk)
        schedule = opened.schedules.order_by("first_date").last()
        assert schedule is not None
        schedule.rule, schedule.start_time, schedule.room = parse_rule(rule_text), start, self.rooms[room]
        schedule.first_date += timedelta(days=shift)
        self.save(data, opened, schedule)

    @precondition(lambda self: self.coming())
    @rule(data=st.data(), start=st.sampled_from(TIMES), room=st.integers(0, 1))
    def from_here_on(self, data: st.DataObject, start: time, room: int) -> None:
        opened = CourseRun.objects.get(pk=self.run.pk)
        try:
            schedule = operations.segment_from(run=opened, session=self.some_coming(data), at=self.at)
        except NotPossible:
            return
        schedule.start_time, schedule.room = start, self.rooms[room]
        self.save(data, opened, schedule)

    def save(self, data: st.DataObject | None, run: CourseRun, schedule: Any) -> None:
        try:
            planned = operations.plan_change(run=run, schedule=schedule, at=self.at)
        except (NotPossible, ExpansionError):
            return
        decisions = {}
        for question in planned.questions:
            is_move = isinstance(question, Move)
            session = question.session if is_move else question
            choices = list(Decision) if is_move else [Decision.KEEP, Decision.CANCEL]
            decisions[session.key] = data.draw(st.sampled_from(choices)) if data else choices[0]
        before = {session.pk: session for session in self.sessions()}
        try:
            done = operations.save_run(
                run=run,
                schedule=schedule,
                facilitators=[],
                at=self.at,
                by=None,
                decisions=Decisions(decisions, "Anderer Plan"),
                expected_version=run.version,
            )
        except NotPossible:
            assert {s.pk: s.starts_at for s in self.sessions()} == {
                pk: s.starts_at for pk, s in before.items()
            }
            return
        self.is_carried_out(done, before)

    def is_carried_out(self, done: Plan, before: dict[int, Session]) -> None:
        """(e) The rows are what the plan said."""
        after = {session.pk: session for session in self.sessions()}
        assert sorted(s.starts_at for pk, s in after.items() if pk not in before) == [
            new.occurrence.starts_at for new in done.new
        ]
        for move in done.moved:
            row = after[move.session.key]  # type: ignore[index]
            assert (row.starts_at, row.state) == (move.to.occurrence.starts_at, "planned")
        for session in (*done.kept, *done.extra):
            row, was = after[session.key], before[session.key]  # type: ignore[index]
            assert (row.starts_at, row.ends_at, row.room_id, row.state) == (
                was.starts_at,
                was.ends_at,
                was.room_id,
                was.state,
            )
        for session in done.cancelled:
            assert after[session.key].is_cancelled  # type: ignore[index]
        for session in done.dropped:
            assert after[session.key].is_withdrawn  # type: ignore[index]
        if done.changes_nothing:
            return
        # (e) Whoever opens the form again is shown what is there: carrying a plan out leaves nothing to do.
        opened = CourseRun.objects.get(pk=self.run.pk)
        again = operations.plan_run(run=opened, schedules=list(opened.schedules.all()), at=self.at)
        # What people kept as an extra date may be moved to a date of the plan later on, and no more than that.
        kept = {session.key for session in done.extra}
        assert not again.new
        assert not again.dropped
        assert {move.session.key for move in again.moved} <= kept

    @precondition(lambda self: self.coming())
    @rule(data=st.data(), scope=st.sampled_from(list(Scope)), undo=st.booleans())
    def dates_are_cancelled(self, data: st.DataObject, scope: Scope, undo: bool) -> None:
        try:
            change = operations.cancel_sessions(
                session=self.some_coming(data), scope=scope, reason="Krank", at=self.at, by=None
            )
        except NotPossible:
            return
        if undo:
            before = {s.pk for s in self.sessions() if s.is_cancelled}
            undone = operations.undo_change(change=change, at=self.at, by=None)
            assert {s.pk for s in self.sessions() if s.is_cancelled} == before - {s.pk for s in undone}

    @precondition(lambda self: self.coming())
    @rule(data=st.data(), days=st.integers(-2, 5))
    def one_date_moves(self, data: st.DataObject, days: int) -> None:
        session = self.some_coming(data)
        delta = timedelta(days=days, hours=1)
        try:
            operations.move_session(
                session=session,
                starts_at=session.starts_at + delta,
                ends_at=session.ends_at + delta,
                room=self.rooms[1],
                reason="Rohrbruch",
                at=self.at,
                by=None,
            )
        except NotPossible:
            return

    @rule(days=st.integers(1, 60))
    def a_date_is_added(self, days: int) -> None:
        start = self.at + timedelta(days=days)
        try:
            operations.add_session(
                run=self.run,
                starts_at=start,
                ends_at=start + timedelta(hours=1),
                room=self.rooms[0],
                at=self.at,
                by=None,
            )
        except NotPossible:
            return

    @rule(days=st.integers(1, 80))
    def the_house_closes(self, days: int) -> None:
        make.closure((self.at + timedelta(days=days)).date())

    @invariant()
    def what_is_over_never_changes(self) -> None:
        """(b) Once a date has begun, nothing about it changes any more."""
        if not self.rooms:
            return
        rows = {row["pk"]: row for row in self.run.sessions.values(*LISTED)}
        for pk, was in self.frozen.items():
            assert rows[pk] == was
        self.frozen = {pk: row for pk, row in rows.items() if row["starts_at"] <= self.at}

    @invariant()
    def whatever_was_booked_is_there(self) -> None:
        """(a) A booked date is never deleted; (c) whatever was public is there under the name it had."""
        if not self.rooms:
            return
        rows = dict(self.run.sessions.values_list("pk", "uid"))
        assert self.booked <= rows.keys()
        assert self.uids.items() <= rows.items()
        self.uids = rows
        self.booked |= set(Seat.objects.filter(session__run=self.run).values_list("session", flat=True))

    @invariant()
    def the_clock_on_the_wall_says_what_the_plan_says(self) -> None:
        """(d) Every date that follows its plan begins at the plan's time, summer and winter."""
        if not self.rooms:
            return
        for session in self.run.sessions.filter(schedule__isnull=False, starts_at__gt=self.at).select_related(
            "schedule"
        ):
            # One brought back by undoing is as it was before; the next plan asks what becomes of it.
            undone = session.notices.filter(undone_at__isnull=False).exists()
            if session.planned_for and not session.is_cancelled and not undone:
                local = session.planned_for.astimezone(house_zone())
                assert local.time() in {session.schedule.start_time, *session.schedule.further_times}  # type: ignore[union-attr]

    @invariant()
    def seats_are_counted_and_everybody_told_at_most_once(self) -> None:
        if not self.rooms:
            return
        assert make.taken_matches_rows(self.run)
        open_notices = list(Notice.objects.open().values_list("session", flat=True))
        assert len(open_notices) == len(set(open_notices))
        for session in self.sessions():
            assert not (session.is_withdrawn and session.seats_taken)
            if not session.is_cancelled and session.starts_at > self.at:
                assert session.capacity == CourseRun.objects.get(pk=self.run.pk).capacity or (
                    session.notices.exists()  # brought back by undoing
                )

    @invariant()
    def a_series_is_booked_as_a_whole(self) -> None:
        """Whoever has booked a series sits in all of its dates to come, or in none that was full."""
        if not self.rooms or not self.run.is_series:
            return
        for booking in self.bookings:
            booking.refresh_from_db()
            if not booking.is_active:
                continue
            people = booking.participants.count()
            for session in self.coming():
                taken = session.seats.filter(participant__booking=booking, state__in=Seat.TAKEN).count()
                assert taken in (0, people)
                if not taken:
                    assert session.capacity is not None
                    assert (
                        session.notices.exists()
                        or session.seats_taken + people > session.capacity
                        or (self.left_room(session))
                    )

    def left_room(self, session: Session) -> bool:
        """Somebody gave a seat back after the date was made, or seats were added: nobody is seated by itself."""
        return session.seats.exclude(state__in=Seat.TAKEN).exists() or self.seats_changed


@pytest.mark.django_db
def test_any_sequence_of_edits_keeps_what_people_rely_on() -> None:
    make.site()
    run_state_machine_as_test(
        EditedRun,
        settings=settings(
            max_examples=int(os.environ.get("MACHINE_EXAMPLES", "30")),
            stateful_step_count=int(os.environ.get("MACHINE_STEPS", "15")),
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
