"""A term's own work: publishing on its day, keeping what is printed, and what has changed since."""

import logging
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from core import due
from core.models import AuditEntry, HouseSettings
from tests import factories as make
from tests import web
from tests.workshops.test_printed import wall
from tests.workshops.test_race import at_once
from timetable.rules import parse_rule
from workshops import due as workshop_due
from workshops import history, operations
from workshops.models import CourseRun, PrintedRun, RunChange, Session, Term
from workshops.operations.days_off import horizon
from workshops.printed import Change, Kind, from_data
from workshops.rules import NotPossible

pytestmark = pytest.mark.django_db

THE_DAY = make.NOW + timedelta(days=1)
AFTER_COPY_DAY = datetime(2027, 1, 12, 23, 0, tzinfo=UTC)
"""Midnight in the house, at the end of 12 January."""


def term(**fields: Any) -> Term:
    return make.term(**{"publish_at": THE_DAY, "copy_date": date(2027, 1, 12), **fields})


def draft(term: Term, **fields: Any) -> CourseRun:
    """Three Wednesdays that wait for their term."""
    ready = {"publish_with_term": True, "first_date": date(2027, 1, 20), "published": False}
    return make.run(term=term, **{**ready, **fields})


def state(run: CourseRun) -> str:
    return CourseRun.objects.get(pk=run.pk).state


def edit(run: CourseRun, at: datetime, *, facilitators: Any = (), **changed: Any) -> None:
    """What an editor does who opens the form, changes something and saves."""
    run = CourseRun.objects.get(pk=run.pk)
    schedule = run.schedules.get()
    for name, value in changed.items():
        setattr(schedule if hasattr(schedule, name) else run, name, value)
    operations.save_run(run=run, schedule=schedule, facilitators=facilitators, at=at, by=None)


class TestPublishing:
    def test_what_is_ready_is_published_at_the_very_instant_and_nothing_else(self) -> None:
        spring = term()
        ready, not_ready = draft(spring), draft(spring, publish_with_term=False)
        other = draft(term(publish_at=None))
        assert workshop_due.publish_terms(THE_DAY - timedelta(microseconds=1)) == 0
        assert workshop_due.publish_terms(THE_DAY) == 1
        assert [state(run) for run in (ready, not_ready, other)] == ["published", "draft", "draft"]
        assert ready.sessions.count() == 3
        assert workshop_due.publish_terms(THE_DAY) == 0

    def test_it_stands_in_the_runs_history_as_nobodys_doing(self) -> None:
        spring = term(name="Spring 27")
        run = draft(spring)
        due.do_all(at=THE_DAY)
        change = run.changes.get(kind=RunChange.Kind.PUBLISHED)
        assert change.by is None
        assert "Spring 27" in history.sentences(change)[0]
        entry = AuditEntry.objects.get(verb="publish_run", subject_id=str(run.public_id))
        assert entry.actor == AuditEntry.Actor.SYSTEM

    def test_one_that_cannot_be_published_holds_up_no_other_and_is_tried_until_it_works(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        spring = term()
        blocked, fine = draft(spring), draft(spring)
        blocked.course.unpublish()
        with caplog.at_level(logging.WARNING):
            for _round in range(3):
                workshop_due.publish_terms(THE_DAY)
        assert [state(blocked), state(fine)] == ["draft", "published"]
        assert [blocked.number in record.getMessage() for record in caplog.records] == [True]
        (line,) = [line for line in operations.readiness(spring, at=THE_DAY) if line.run == blocked]
        assert line.obstacles == [
            web.in_german("The course has not been published yet. Please publish its page first.")
        ]
        make.publish(blocked.course)
        assert workshop_due.publish_terms(THE_DAY + timedelta(days=3)) == 1
        assert state(blocked) == "published"

    def test_a_conflict_the_house_refuses_waits_until_it_is_gone(self) -> None:
        HouseSettings.objects.update_or_create(defaults={"block_conflicts": True})
        room = make.room()
        there = make.run(room=room, first_date=date(2027, 1, 20))
        spring = term()
        run = draft(spring, room=room)
        assert workshop_due.publish_terms(THE_DAY) == 0
        (line,) = operations.readiness(spring, at=THE_DAY)
        assert len(line.conflicts) == 3
        assert line.obstacles
        operations.archive_run(run=there, at=THE_DAY, by=None)
        assert workshop_due.publish_terms(THE_DAY) == 1
        assert state(run) == "published"

    def test_neither_a_run_without_a_plan_nor_a_hostile_rule_holds_up_another(self) -> None:
        spring = term()
        empty, hostile, fine = draft(spring), draft(spring), draft(spring)
        empty.schedules.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE workshops_schedule SET rule = %s WHERE run_id = %s",
                ["RRULE:FREQ=SECONDLY", hostile.pk],
            )
        assert due.do_all(at=THE_DAY)["terms"] == 1
        assert [state(run) for run in (empty, hostile, fine)] == ["draft", "draft", "published"]
        lines = {line.run: line for line in operations.readiness(spring, at=THE_DAY)}
        assert lines[empty].obstacles
        assert lines[hostile].obstacles

    def test_an_archived_term_publishes_nothing(self) -> None:
        run = draft(term(is_archived=True))
        assert workshop_due.publish_terms(THE_DAY) == 0
        assert operations.publish_with_term(run=run, at=THE_DAY) is False
        assert state(run) == "draft"

    def test_who_is_unmarked_at_the_last_moment_stays_a_draft(self) -> None:
        run = draft(term())
        operations.mark_ready(runs=[run], ready=False, at=make.NOW, by=None)
        assert operations.publish_with_term(run=run, at=THE_DAY) is False
        assert state(run) == "draft"


class TestReady:
    def test_marking_counts_drafts_once_and_writes_it_down(self) -> None:
        spring = term()
        run, done = draft(spring, publish_with_term=False), make.run(term=spring)
        user = make.staff()
        assert operations.mark_ready(runs=[run, done], ready=True, at=make.NOW, by=user) == 1
        assert operations.mark_ready(runs=[run, done], ready=True, at=make.NOW, by=user) == 0
        run.refresh_from_db()
        assert (run.publish_with_term, run.version) == (True, 2)
        change = run.changes.first()
        assert change is not None
        assert (change.by, change.detail) == (user, {"fields": ["publish_with_term"]})

    def test_somebody_with_the_run_open_in_a_form_is_told(self) -> None:
        run = draft(term(), publish_with_term=False)
        opened = CourseRun.objects.get(pk=run.pk)
        operations.mark_ready(runs=[run], ready=True, at=make.NOW, by=None)
        with pytest.raises(operations.RunHasChanged):
            operations.save_run(
                run=opened,
                schedule=opened.schedules.get(),
                facilitators=[],
                at=make.NOW,
                by=None,
                expected_version=opened.version,
            )

    def test_what_is_in_the_way_is_what_publishing_refuses(self) -> None:
        spring = term()
        runs = [
            draft(spring),
            draft(spring, first_date=date(2027, 1, 4), rule=""),
            draft(spring, booking_mode="series", rule="RRULE:FREQ=WEEKLY"),
            draft(spring),
        ]
        runs[3].course.unpublish()
        lines = {line.run.pk: line for line in operations.readiness(spring, at=make.NOW)}
        assert [bool(lines[run.pk].obstacles) for run in runs] == [False, True, True, True]
        for run in runs[1:]:
            with pytest.raises(NotPossible) as problem:
                operations.publish_run(run=run, at=make.NOW, by=None)
            assert lines[run.pk].obstacles == [str(problem.value)]

    def test_two_drafts_in_one_room_see_each_other(self) -> None:
        spring, room = term(), make.room()
        for _ in range(2):
            draft(spring, room=room, rule="")
        lines = operations.readiness(spring, at=make.NOW)
        assert [len(line.conflicts) for line in lines] == [1, 1]
        assert [line.obstacles for line in lines] == [[], []]
        assert lines[0].run.number in lines[1].conflicts[0][1]
        assert lines[1].run.number in lines[0].conflicts[0][1]

    def test_the_number_of_queries_is_fixed(self) -> None:
        spring = term()

        def asked() -> int:
            with CaptureQueriesContext(connection) as captured:
                operations.readiness(spring, at=make.NOW)
            return len(captured)

        draft(spring, facilitators=[make.facilitator()])
        make.run(term=spring, facilitators=[make.facilitator()])
        first = asked()
        for _ in range(2):
            draft(spring, facilitators=[make.facilitator()])
            make.run(term=spring, facilitators=[make.facilitator()])
        assert [first, asked()] == [READINESS_QUERIES] * 2


READINESS_QUERIES = 26


class TestCopyDay:
    def test_it_is_kept_at_local_midnight_and_once(self) -> None:
        spring = term()
        make.run(term=spring)
        assert workshop_due.keep_printed(AFTER_COPY_DAY - timedelta(microseconds=1)) == 0
        assert workshop_due.keep_printed(AFTER_COPY_DAY) == 1
        spring.refresh_from_db()
        assert spring.printed_at == AFTER_COPY_DAY
        assert workshop_due.keep_printed(AFTER_COPY_DAY + timedelta(days=1)) == 0
        assert operations.keep_printed(term=spring, at=AFTER_COPY_DAY + timedelta(days=1), by=None) is None
        spring.refresh_from_db()
        assert spring.printed_at == AFTER_COPY_DAY

    @pytest.mark.parametrize(
        ("copy_date", "midnight"),
        [
            (date(2027, 3, 27), datetime(2027, 3, 27, 23, tzinfo=UTC)),
            (date(2027, 3, 28), datetime(2027, 3, 28, 22, tzinfo=UTC)),
            (date(2027, 10, 30), datetime(2027, 10, 30, 22, tzinfo=UTC)),
            (date(2027, 10, 31), datetime(2027, 10, 31, 23, tzinfo=UTC)),
        ],
    )
    def test_midnight_is_the_houses_also_when_the_clocks_change(
        self, copy_date: date, midnight: datetime
    ) -> None:
        term(copy_date=copy_date, last_date=date(2027, 12, 31))
        assert workshop_due.keep_printed(midnight - timedelta(microseconds=1)) == 0
        assert workshop_due.keep_printed(midnight) == 1

    def test_what_is_published_or_ready_is_kept_with_all_that_is_printed(self) -> None:
        spring = term()
        hanne = make.facilitator("Hanne Brandt")
        course = make.course("Fotos ordnen")
        room = make.room(venue=make.venue("Alte Post"), name="Werkraum")
        run = make.run(
            term=spring,
            course=course,
            title_suffix="am Abend",
            facilitators=[hanne],
            room=room,
            price="12.50",
            rule="RRULE:FREQ=WEEKLY;COUNT=2",
        )
        operations.cancel_session(session=make.first(run), reason="Krank", at=make.NOW, by=None)
        ready, unready = draft(spring, room=room), draft(spring, publish_with_term=False)
        operations.keep_printed(term=spring, at=make.NOW, by=make.staff())
        kept = {row.run_id: from_data(row.content) for row in spring.printed_runs.all()}
        assert unready.pk not in kept
        facts = kept[run.pk]
        assert (facts.number, facts.title, facts.seats) == (run.number, "Fotos ordnen – am Abend", 8)
        assert (facts.mode, facts.cost.price) == ("single", "12.50")
        first, second = facts.dates
        assert (first.cancelled, second.cancelled) == (True, False)
        assert (first.starts, first.ends) == (wall("2027-01-13 14:00"), wall("2027-01-13 15:30"))
        assert (second.room, second.people) == ("Werkraum, Alte Post", ("Hanne Brandt",))
        days = ("2027-01-20 14:00", "2027-01-27 14:00", "2027-02-03 14:00")
        assert [day.starts for day in kept[ready.pk].dates] == [wall(day) for day in days]

    def test_the_team_may_do_it_earlier_and_again(self) -> None:
        spring, user = term(), make.staff()
        run = make.run(term=spring)
        assert operations.keep_printed(term=spring, at=make.NOW, by=user) == 1
        edit(run, make.NOW, capacity=9)
        assert operations.changes_since_print(spring, at=make.NOW)
        assert workshop_due.keep_printed(AFTER_COPY_DAY) == 0
        spring.refresh_from_db()
        assert spring.printed_at == make.NOW
        assert operations.keep_printed(term=spring, at=AFTER_COPY_DAY, by=user) == 1
        assert operations.changes_since_print(spring, at=AFTER_COPY_DAY) == []
        assert PrintedRun.objects.count() == 1
        assert AuditEntry.objects.filter(verb="keep_printed", user_id=user.pk).count() == 2

    def test_the_language_of_who_does_it_leaves_no_trace(self) -> None:
        spring = term()
        make.run(term=spring, title_suffix_de="Abend", title_suffix_en="evening")
        with translation.override("en"):
            operations.keep_printed(term=spring, at=make.NOW, by=make.staff())
        with translation.override("de"):
            assert operations.changes_since_print(spring, at=make.NOW) == []
        assert from_data(PrintedRun.objects.get().content).title.endswith("Abend")


class TestChanges:
    @pytest.fixture
    def spring(self) -> Term:
        return term()

    def changes(self, spring: Term, at: datetime = AFTER_COPY_DAY) -> list[Change]:
        found = operations.changes_since_print(spring, at=at)
        return [change for entry in found for change in entry.changes]

    def printed(self, spring: Term) -> None:
        operations.keep_printed(term=spring, at=make.NOW, by=make.staff())

    def test_nothing_has_changed(self, spring: Term) -> None:
        for fields in (
            {},
            {"booking_mode": "series"},
            {"rule": "RRULE:FREQ=WEEKLY"},
            {"online_url": "https://x.de/"},
        ):
            make.run(term=spring, **fields)
            draft(spring, **({} if "rule" not in fields else {"rule": "RRULE:FREQ=DAILY"}))
        self.printed(spring)
        assert self.changes(spring, make.NOW) == []

    def test_publishing_what_was_ready_is_no_change(self, spring: Term) -> None:
        for rule in ("RRULE:FREQ=WEEKLY;COUNT=3", "RRULE:FREQ=WEEKLY"):
            draft(spring, rule=rule, facilitators=[make.facilitator()])
        self.printed(spring)
        assert workshop_due.publish_terms(THE_DAY) == 2
        assert self.changes(spring, THE_DAY) == []
        due.do_all(at=THE_DAY + timedelta(days=60))
        assert self.changes(spring, THE_DAY + timedelta(days=60)) == []

    def test_the_team_s_own_changes_of_dates_are_told(self, spring: Term) -> None:
        run = make.run(term=spring, first_date=date(2027, 1, 20))
        self.printed(spring)
        first, second, third = run.sessions.order_by("starts_at")
        operations.move_session(
            session=first,
            starts_at=datetime(2027, 2, 26, 9, tzinfo=UTC),
            ends_at=datetime(2027, 2, 26, 10, tzinfo=UTC),
            room=first.room,
            reason="Fest",
            at=make.NOW,
            by=None,
        )
        operations.cancel_session(session=second, reason="Krank", at=make.NOW, by=None)
        operations.move_session(
            session=third,
            starts_at=third.starts_at,
            ends_at=third.ends_at,
            room=make.room(name="Saal"),
            reason="Platz",
            at=make.NOW,
            by=None,
        )
        assert [c.kind for c in self.changes(spring)] == [Kind.ROOM, Kind.MOVED, Kind.CANCELLED]
        room, moved, cancelled = self.changes(spring)
        assert room.dates == (wall("2027-02-03 14:00"),)
        assert (moved.old.starts, moved.new.starts) == (wall("2027-01-20 14:00"), wall("2027-02-26 10:00"))
        assert cancelled.old.starts == wall("2027-01-27 14:00")

    def test_a_changed_rule_is_told_as_moves(self, spring: Term) -> None:
        published, ready = make.run(term=spring, first_date=date(2027, 1, 20)), draft(spring)
        self.printed(spring)
        for run in (published, ready):
            edit(run, make.NOW, start_time=time(15), first_date=date(2027, 1, 21))
        found = operations.changes_since_print(spring, at=make.NOW)
        assert [[c.kind for c in entry.changes] for entry in found] == [[Kind.MOVED]] * 2
        assert [len(entry.changes[0].further) for entry in found] == [2, 2]

    def test_a_shorter_rule_and_an_extra_date(self, spring: Term) -> None:
        run = make.run(term=spring, first_date=date(2027, 1, 20))
        self.printed(spring)
        edit(run, make.NOW, rule=parse_rule("RRULE:FREQ=WEEKLY;COUNT=2"))
        operations.add_session(
            run=run,
            starts_at=datetime(2027, 4, 7, 12, tzinfo=UTC),
            ends_at=datetime(2027, 4, 7, 13, tzinfo=UTC),
            room=make.room(),
            at=make.NOW,
            by=None,
        )
        assert [c.kind for c in self.changes(spring)] == [Kind.CANCELLED, Kind.NEW]

    def test_who_teaches_what_it_costs_seats_title_and_number(self, spring: Term) -> None:
        run = make.run(term=spring, facilitators=[make.facilitator("Hanne")])
        self.printed(spring)
        edit(
            run,
            make.NOW,
            facilitators=[make.facilitator("Ida")],
            price="5.00",
            capacity=9,
            number="Z1",
            title_suffix="neu",
        )
        kinds = [c.kind for c in self.changes(spring, make.NOW)]
        assert kinds == [Kind.NUMBER, Kind.TITLE, Kind.SEATS, Kind.COST, Kind.PEOPLE]
        assert self.changes(spring, make.NOW)[-1] == Change(Kind.PEOPLE, ("Hanne",), ("Ida",))

    def test_new_runs_and_runs_that_are_no_more(self, spring: Term) -> None:
        gone, archived, held_back, late = (make.run(term=spring, number=f"A{n}") for n in range(4))
        CourseRun.objects.filter(pk__in=[held_back.pk, late.pk]).update(state="draft", publish_with_term=True)
        Session.objects.filter(run__in=[held_back, late]).delete()
        self.printed(spring)
        CourseRun.objects.filter(pk=gone.pk).update(state="cancelled")
        operations.archive_run(run=archived, at=make.NOW, by=None)
        CourseRun.objects.filter(pk=archived.pk).update(changed_at=make.NOW)
        operations.mark_ready(runs=[held_back], ready=False, at=make.NOW, by=None)
        new = make.run(term=spring, number="B1")
        draft(spring, publish_with_term=False)
        found = operations.changes_since_print(spring, at=make.NOW)
        assert [(e.run.pk, [c.kind for c in e.changes]) for e in found] == [
            (gone.pk, [Kind.RUN_CANCELLED]),
            (archived.pk, [Kind.RUN_WITHDRAWN]),
            (held_back.pk, [Kind.NOT_PUBLISHED]),
            (new.pk, [Kind.NEW_RUN]),
        ]
        long_after = operations.changes_since_print(spring, at=THE_DAY + timedelta(days=200))
        assert [c.kind for e in long_after if e.run == archived for c in e.changes] == [Kind.RUN_WITHDRAWN]
        found = operations.changes_since_print(spring, at=THE_DAY)
        assert [c.kind for e in found if e.run == late for c in e.changes] == [Kind.NOT_PUBLISHED]

    def test_a_run_archived_when_all_was_over_has_not_changed(self, spring: Term) -> None:
        run = make.run(term=spring, rule="")
        self.printed(spring)
        later = make.NOW + timedelta(days=30)
        operations.archive_run(run=run, at=later, by=None)
        CourseRun.objects.filter(pk=run.pk).update(changed_at=later)
        assert self.changes(spring, later) == []

    def test_a_run_that_went_to_another_term_is_still_compared(self, spring: Term) -> None:
        run = make.run(term=spring)
        self.printed(spring)
        edit(run, make.NOW, term=make.term(), capacity=9)
        assert [c.kind for c in self.changes(spring, make.NOW)] == [Kind.SEATS]

    def test_a_run_without_an_end_is_printed_no_further_than_its_term(self, spring: Term) -> None:
        run = make.run(term=spring, rule="RRULE:FREQ=WEEKLY")
        self.printed(spring)
        printed = from_data(PrintedRun.objects.get().content).dates
        assert printed[-1].starts == wall("2027-06-30 14:00")
        assert len(printed) < run.sessions.count()
        in_autumn = run.sessions.get(
            starts_at__gt=datetime(2027, 10, 5, tzinfo=UTC), starts_at__lt=datetime(2027, 10, 8, tzinfo=UTC)
        )
        operations.cancel_session(session=in_autumn, reason="Fest", at=make.NOW, by=None)
        assert self.changes(spring, make.NOW) == []

    def test_runs_without_an_end_are_printed_to_the_end_of_the_term_beyond_the_horizon(
        self, spring: Term
    ) -> None:
        HouseSettings.objects.update_or_create(defaults={"horizon_months": 1})
        published = make.run(term=spring, rule="RRULE:FREQ=WEEKLY")
        ready = draft(spring, rule="RRULE:FREQ=WEEKLY", publish_with_term=True)
        assert horizon(make.NOW) < spring.last_date
        self.printed(spring)
        for run in (published, ready):
            last = from_data(PrintedRun.objects.get(run=run).content).dates[-1]
            assert last.starts == wall("2027-06-30 14:00")
        for days in (1, *range(7, 190, 14)):
            at = make.NOW + timedelta(days=days)
            due.do_all(at=at)
            assert self.changes(spring, at) == [], days

    def test_the_order_is_that_of_course_numbers(self, spring: Term) -> None:
        for number in ("K10", "K2", "A1"):
            make.run(term=spring, number=number)
        self.printed(spring)
        CourseRun.objects.update(capacity=20)
        found = operations.changes_since_print(spring, at=make.NOW)
        assert [entry.number for entry in found] == ["A1", "K2", "K10"]

    def test_the_number_of_queries_is_fixed(self, spring: Term) -> None:
        def asked() -> int:
            self.printed(spring)
            CourseRun.objects.update(capacity=20)
            with CaptureQueriesContext(connection) as captured:
                assert operations.changes_since_print(spring, at=make.NOW)
            CourseRun.objects.update(capacity=8)
            return len(captured)

        def add() -> None:
            draft(spring, facilitators=[make.facilitator()])
            make.run(term=spring, facilitators=[make.facilitator()])

        add()
        first = asked()
        add()
        add()
        assert [first, asked()] == [CHANGES_QUERIES] * 2


CHANGES_QUERIES = 9


@pytest.mark.django_db(transaction=True)
def test_due_work_of_several_at_once_prints_and_publishes_once() -> None:
    spring = term()
    runs = [draft(spring) for _ in range(4)]
    at = AFTER_COPY_DAY

    def round_of_work() -> tuple[int, int]:
        return workshop_due.keep_printed(at), workshop_due.publish_terms(at)

    results = at_once([round_of_work] * 4)
    assert [sum(each) for each in zip(*results, strict=True)] == [1, 4]
    assert PrintedRun.objects.count() == 4
    for run in runs:
        assert state(run) == "published"
        assert run.sessions.count() == 3
        assert run.changes.filter(kind=RunChange.Kind.PUBLISHED).count() == 1
