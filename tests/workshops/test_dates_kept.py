"""What a date that has been public keeps, what an older form may overwrite, and what undoing brings back."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from core.models import HouseSettings
from tests import factories as make
from timetable.expansion import TooManyDates
from timetable.rules import parse_rule, rule_text
from timetable.zone import house_zone, local_instant
from workshops import due, history, operations
from workshops.models import CourseRun, Facilitator, Helper, HelperShift, Notice, Schedule, Session
from workshops.operations import ConflictFound, Decisions, RunHasChanged, RunIsBooked, Scope
from workshops.operations.conflicts import slots_of
from workshops.operations.plans import effective_schedules
from workshops.planning import MOST_SESSIONS, Decision, Move, Plan
from workshops.rules import NotPossible

pytestmark = pytest.mark.django_db

RUN_FIELDS = {field.name for field in CourseRun._meta.fields}
WEEKLY = "RRULE:FREQ=WEEKLY;BYDAY=WE;COUNT={}"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def opened(run: CourseRun, **changes: Any) -> tuple[CourseRun, Schedule]:
    """Run and last schedule as an editor has them in a form, changed."""
    current = CourseRun.objects.get(pk=run.pk)
    schedule = current.schedules.order_by("first_date").last()
    assert schedule is not None
    for name, value in changes.items():
        setattr(current if name in RUN_FIELDS else schedule, name, value)
    return current, schedule


def save(
    run: CourseRun,
    schedule: Schedule,
    *,
    at: datetime = make.NOW,
    decision: Decision = Decision.MOVE,
    facilitators: list[Facilitator] | None = None,
    **more: Any,
) -> Plan:
    planned = operations.plan_change(run=run, schedule=schedule, at=at)
    answers = {q.session.key if isinstance(q, Move) else q.key: decision for q in planned.questions}
    return operations.save_run(
        run=run,
        schedule=schedule,
        facilitators=facilitators or [],
        at=at,
        by=None,
        decisions=Decisions(answers, "Anderer Plan"),
        **more,
    )


def edit(
    run: CourseRun, *, at: datetime = make.NOW, decision: Decision = Decision.MOVE, **changes: Any
) -> Plan:
    return save(*opened(run, **changes), at=at, decision=decision)


def go_on(run: CourseRun, session: Session, **changes: Any) -> Schedule:
    """A segment from a session on, not saved."""
    schedule = operations.segment_from(run=CourseRun.objects.get(pk=run.pk), session=session, at=make.NOW)
    for name, value in changes.items():
        setattr(schedule, name, value)
    return schedule


def ordered(run: CourseRun) -> list[Session]:
    return list(run.sessions.order_by("starts_at", "pk"))


def coming(run: CourseRun) -> list[datetime]:
    rows = run.sessions.taking_place().order_by("starts_at")  # type: ignore[attr-defined]
    return [row.starts_at.astimezone(house_zone()) for row in rows]


def refuse_conflicts() -> None:
    house = HouseSettings.load()
    house.block_conflicts = True
    house.save()


# What has been public ---------------------------------------------------------------------------------


def test_a_date_a_rule_gives_up_stays_in_the_feed_as_cancelled_and_leaves_the_lists(
    client: Client, clock: Any
) -> None:
    run = make.run(rule=WEEKLY.format(3))
    last = ordered(run)[-1]
    page = client.get(run.course.url)
    assert b"27. Januar" in page.content
    edit(run, rule=parse_rule(WEEKLY.format(2)))
    feed = client.get("/kalender/programm.ics").content.decode().replace("\r\n ", "")
    entry = next(part for part in feed.split("BEGIN:VEVENT") if last.uid in part)
    assert "STATUS:CANCELLED" in entry
    assert "SEQUENCE:1" in entry
    assert b"27. Januar" not in client.get(run.course.url).content
    assert client.get(last.get_absolute_url()).status_code == 200


def test_a_date_that_comes_back_is_itself_again_and_reads_as_new() -> None:
    run = make.run(rule=WEEKLY.format(3))
    uid = ordered(run)[-1].uid
    edit(run, rule=parse_rule(WEEKLY.format(2)))
    planned = edit(run, rule=parse_rule(WEEKLY.format(3)))
    assert [s.uid for s in ordered(run)][-1] == uid
    assert len(coming(run)) == 3
    assert [m.session.is_cancelled for m in planned.moved] == [True]
    assert "1 new date" in history.sentences(run.changes.first())


def test_a_date_given_up_takes_no_other_ones_place_in_its_week() -> None:
    run = make.run(rule="RRULE:FREQ=WEEKLY;BYDAY=TU,WE;COUNT=2", first_date=date(2027, 1, 12))
    tuesday, wednesday = ordered(run)
    edit(run, rule=parse_rule(WEEKLY.format(1)))
    edit(run, rule=parse_rule("RRULE:FREQ=WEEKLY;BYDAY=TH;COUNT=1"))
    wednesday.refresh_from_db()
    tuesday.refresh_from_db()
    assert wednesday.starts_at.astimezone(house_zone()).date() == date(2027, 1, 14)
    assert not wednesday.is_cancelled
    assert tuesday.is_withdrawn


def test_who_booked_a_series_meanwhile_has_a_seat_on_a_date_that_comes_back() -> None:
    run = make.run(rule=WEEKLY.format(3), booking_mode="series", capacity=3)
    edit(run, rule=parse_rule(WEEKLY.format(2)))
    make.book_series(run, "Erna Meier", "Paul Meier")
    edit(run, rule=parse_rule(WEEKLY.format(4)))
    assert [s.seats_taken for s in ordered(run)] == [2, 2, 2, 2]
    assert make.taken_matches_rows(run)
    assert sorted(Notice.objects.values_list("kind", flat=True)) == ["added", "added"]


def test_an_archived_run_ends_in_calendars_as_cancelled(client: Client, clock: Any) -> None:
    run = make.run(rule=WEEKLY.format(2))
    operations.archive_run(run=run, at=make.NOW, by=None)
    feed = client.get("/kalender/programm.ics").content.decode()
    assert feed.count("STATUS:CANCELLED") == 2
    assert all(session.is_withdrawn and session.sequence == 1 for session in ordered(run))


def test_helpers_on_a_date_that_goes_or_moves_are_told() -> None:
    run = make.run(rule=WEEKLY.format(3))
    helper = Helper.objects.create(name="Kim", email="kim@example.org")
    for session in ordered(run)[1:]:
        HelperShift.objects.create(helper=helper, session=session, changed_at=make.NOW)
    going = ordered(run)[2]
    with pytest.raises(NotPossible, match="reason"):
        operations.save_run(
            run=opened(run)[0],
            schedule=opened(run, rule=parse_rule(WEEKLY.format(2)))[1],
            facilitators=[],
            at=make.NOW,
            by=None,
        )
    edit(run, rule=parse_rule(WEEKLY.format(2)), start_time=time(15))
    assert sorted(Notice.objects.values_list("kind", flat=True)) == ["cancelled", "moved"]
    going.refresh_from_db()
    assert (going.is_cancelled, going.reason) == (True, "Anderer Plan")


# Older forms ------------------------------------------------------------------------------------------


def cancel_one(run: CourseRun) -> None:
    operations.cancel_session(session=ordered(run)[1], reason="Krank", at=make.NOW, by=None)


def move_one(run: CourseRun) -> None:
    session = ordered(run)[1]
    later = timedelta(days=1)
    operations.move_session(
        session=session,
        starts_at=session.starts_at + later,
        ends_at=session.ends_at + later,
        room=session.room,
        reason="Lehrgang",
        at=make.NOW,
        by=None,
    )


def note_one(run: CourseRun) -> None:
    operations.change_details(
        session=ordered(run)[1], facilitators=[], note="Bitte Ladegerät mitbringen", at=make.NOW, by=None
    )


def undo_one(run: CourseRun) -> None:
    operations.undo_notice(notice=Notice.objects.get(), at=make.NOW, by=None)


@pytest.mark.parametrize("act", [cancel_one, move_one, note_one, undo_one], ids=lambda act: act.__name__)
def test_whatever_happens_to_a_date_while_a_form_is_open_the_second_is_told(act: Any) -> None:
    run = make.run(rule=WEEKLY.format(3))
    if act is undo_one:
        cancel_one(run)
    form, schedule = opened(run, start_time=time(9))
    act(run)
    before = list(run.sessions.values())
    with pytest.raises(RunHasChanged):
        save(form, schedule, expected_version=form.version)
    assert list(run.sessions.values()) == before


def test_a_form_does_not_write_back_what_is_no_editors_to_say() -> None:
    run = make.run(rule="RRULE:FREQ=WEEKLY;BYDAY=WE")
    form, schedule = opened(run, cost_note="Umsonst")
    decided = make.in_minutes(3)
    CourseRun.objects.filter(pk=run.pk).update(decided_at=decided)
    save(form, schedule)
    run.refresh_from_db()
    assert (run.decided_at, run.cost_note) == (decided, "Umsonst")


def test_people_given_as_they_come_are_saved_and_told_apart() -> None:
    run, hanne = make.run(rule=WEEKLY.format(1)), make.facilitator()
    form, schedule = opened(run)
    operations.save_run(run=form, schedule=schedule, facilitators=iter([hanne]), at=make.NOW, by=None)
    assert list(ordered(run)[0].facilitators.all()) == [hanne]
    assert run.changes.first().detail["fields"] == ["schedule.facilitators"]


# Undoing ----------------------------------------------------------------------------------------------


def test_undoing_is_refused_where_somebody_else_has_taken_the_hour_and_the_house_refuses_that() -> None:
    refuse_conflicts()
    room = make.room()
    run = make.run(rule="", room=room)
    notice = operations.cancel_session(session=ordered(run)[0], reason="Krank", at=make.NOW, by=None)
    other = make.run(rule="", room=room)
    with pytest.raises(ConflictFound, match="13 Jan"):
        operations.undo_notice(notice=notice, at=make.in_minutes(1), by=None)
    notice.refresh_from_db()
    assert notice.undone_at is None
    operations.archive_run(run=other, at=make.NOW, by=None)
    operations.undo_notice(notice=notice, at=make.in_minutes(1), by=None)
    assert len(coming(run)) == 1


def test_a_move_is_not_undone_into_an_hour_that_is_taken() -> None:
    refuse_conflicts()
    room = make.room()
    run = make.run(rule=WEEKLY.format(3), room=room)
    move_one(run)
    make.run(rule="", room=room, first_date=date(2027, 1, 20))
    with pytest.raises(ConflictFound):
        undo_one(run)


def test_undoing_a_move_from_the_net_into_a_room_brings_the_address_back() -> None:
    run = make.run(rule=WEEKLY.format(1), online_url="https://treffen.example.org/a")
    make.book(ordered(run)[0])
    edit(run, room=make.room(), online_url="")
    (session,) = ordered(run)
    assert (session.is_online, session.online_url) == (False, "")
    undo_one(run)
    session.refresh_from_db()
    assert (session.is_online, session.online_url) == (True, "https://treffen.example.org/a")


def test_a_date_cancelled_by_a_decision_and_undone_is_an_extra_date_with_its_people() -> None:
    run = make.run(rule=WEEKLY.format(2))
    session = ordered(run)[0]
    make.book(session)
    edit(run, rule=parse_rule("RRULE:FREQ=WEEKLY;BYDAY=TH;COUNT=2"), decision=Decision.CANCEL)
    undo_one(run)
    session.refresh_from_db()
    assert (session.is_cancelled, session.planned_for, session.seats_taken) == (False, None, 1)
    assert [start.day for start in coming(run)] == [13, 14, 21]
    form, schedule = opened(run)
    assert operations.plan_change(run=form, schedule=schedule, at=make.NOW).changes_nothing


def test_seats_do_not_shrink_under_people_whose_cancelled_date_can_still_come_back() -> None:
    run = make.run(rule=WEEKLY.format(1), capacity=3)
    make.book(ordered(run)[0], "Erna Meier", "Paul Meier")
    notice = operations.cancel_session(session=ordered(run)[0], reason="Krank", at=make.NOW, by=None)
    with pytest.raises(RunIsBooked):
        edit(run, capacity=1)
    with pytest.raises(RunIsBooked):
        edit(run, booking_mode="drop_in")
    operations.send_notice(notice=notice, at=make.in_minutes(10))
    edit(run, at=make.in_minutes(11), capacity=1)


def test_a_rule_changed_meanwhile_is_not_made_endless_again_by_undoing() -> None:
    run = make.run(rule="RRULE:FREQ=WEEKLY;BYDAY=WE")
    change = operations.cancel_sessions(
        session=ordered(run)[2], scope=Scope.FOLLOWING, reason="Krank", at=make.NOW, by=None
    )
    edit(run, rule=parse_rule("RRULE:FREQ=WEEKLY;BYDAY=WE;UNTIL=20270303T225959Z"))
    operations.undo_change(change=change, at=make.in_minutes(1), by=None)
    assert "UNTIL=20270303" in rule_text(run.schedules.get().rule)


def test_undoing_one_of_several_leaves_the_rule_ended_until_all_are_undone() -> None:
    run = make.run(rule="RRULE:FREQ=WEEKLY;BYDAY=WE")
    rule = rule_text(run.schedules.get().rule)
    change = operations.cancel_sessions(
        session=ordered(run)[2], scope=Scope.FOLLOWING, reason="Krank", at=make.NOW, by=None
    )
    notice = change.notices.order_by("session__starts_at").first()
    assert notice is not None
    operations.undo_notice(notice=notice, at=make.in_minutes(1), by=None)
    assert "UNTIL" in rule_text(run.schedules.get().rule)
    operations.undo_change(change=change, at=make.in_minutes(2), by=None)
    assert rule_text(run.schedules.get().rule) == rule
    run.refresh_from_db()
    assert run.planned_through == date(2028, 1, 11)
    assert due.extend_horizons(make.NOW + timedelta(days=7)) == 1


def test_dates_that_cannot_be_cancelled_together_are_named() -> None:
    run = make.run(rule=WEEKLY.format(3))
    move_one(run)
    with pytest.raises(NotPossible, match=r"21\. January 2027.*just been changed"):
        operations.cancel_sessions(
            session=ordered(run)[0], scope=Scope.ALL, reason="Krank", at=make.NOW, by=None
        )


def test_a_date_is_not_moved_onto_another_of_its_run() -> None:
    run = make.run(rule=WEEKLY.format(2))
    first, second = ordered(run)
    with pytest.raises(NotPossible, match="already"):
        operations.move_session(
            session=first,
            starts_at=second.starts_at,
            ends_at=second.ends_at,
            room=first.room,
            reason="x",
            at=make.NOW,
            by=None,
        )


# Who teaches after the plan ---------------------------------------------------------------------------


def teachers(run: CourseRun, schedule: Schedule, facilitators: list[Facilitator]) -> list[set[str]]:
    """Who would teach on each date, as the conflicts of a change see it."""
    form = CourseRun.objects.get(pk=run.pk)
    slots = slots_of(
        run=form,
        schedules=effective_schedules(form, schedule),
        plan=operations.plan_change(run=form, schedule=schedule, at=make.NOW),
        facilitators=[f.pk for f in facilitators],
        changed=schedule,
        at=make.NOW,
    )
    names = dict(Facilitator.objects.values_list("pk", "name"))
    return [{names[pk] for pk in s.facilitators} for s in sorted(slots, key=lambda s: s.starts_at)]


def test_each_date_is_looked_at_with_the_people_who_will_teach_it() -> None:
    hanne, cem, vera = (make.facilitator(name) for name in ("Hanne", "Cem", "Vera"))
    run = make.run(rule=WEEKLY.format(4), facilitators=[hanne])
    substitute = ordered(run)[3]
    operations.change_details(session=substitute, facilitators=[vera], note="", at=make.NOW, by=None)
    segment = go_on(run, ordered(run)[2], start_time=time(9))
    expected = [{"Hanne"}, {"Hanne"}, {"Cem"}, {"Vera"}]
    assert teachers(run, segment, [cem]) == expected
    save(CourseRun.objects.get(pk=run.pk), segment, facilitators=[cem])
    assert [{f.name for f in s.facilitators.all()} for s in ordered(run)] == expected


def test_a_conflict_of_a_segment_that_is_not_changed_refuses_nothing_it_has_not_caused() -> None:
    """Hanne teaches elsewhere at nine; only the dates at two are hers."""
    hanne, cem = make.facilitator("Hanne"), make.facilitator("Cem")
    make.run(rule=WEEKLY.format(4), start_time=time(9), facilitators=[hanne])
    run = make.run(rule=WEEKLY.format(4), facilitators=[hanne])
    refuse_conflicts()
    segment = go_on(run, ordered(run)[2], start_time=time(9))
    with pytest.raises(ConflictFound):
        save(CourseRun.objects.get(pk=run.pk), segment, facilitators=[hanne])
    save(
        CourseRun.objects.get(pk=run.pk), go_on(run, ordered(run)[2], start_time=time(9)), facilitators=[cem]
    )
    first = run.schedules.order_by("first_date")[0]
    # The first plan gets a note; its dates stay Hanne's, and those of the second Cem's.
    first.note = "Mit Kaffee"
    save(CourseRun.objects.get(pk=run.pk), first, facilitators=[hanne])
    assert [s.note for s in ordered(run)] == ["Mit Kaffee", "Mit Kaffee", "", ""]


# Rules ------------------------------------------------------------------------------------------------


def test_the_limit_speaks_of_new_dates_and_says_its_number() -> None:
    run = make.run(rule=WEEKLY.format(3))
    with pytest.raises(TooManyDates) as problem:
        edit(run, rule=parse_rule("RRULE:FREQ=DAILY;COUNT=400"), further_times="15:00, 16:00")
    assert problem.value.limit == MOST_SESSIONS


def test_dates_that_are_over_do_not_count_towards_the_limit() -> None:
    run = make.run(rule="RRULE:FREQ=DAILY", first_date=date(2025, 6, 1))
    assert run.sessions.count() == 366


def test_a_run_without_an_end_goes_on_after_ten_years() -> None:
    run = make.run(
        rule="RRULE:FREQ=MONTHLY;BYDAY=+1WE", first_date=date(2016, 1, 1), skip_public_holidays=True
    )
    assert coming(run)[-1].date() == date(2028, 1, 5)


@pytest.mark.parametrize("first", [date(2026, 12, 21), date(2090, 12, 18)])
def test_public_holidays_are_known_as_far_as_a_rule_reaches(first: date) -> None:
    run = make.run(
        rule="RRULE:FREQ=DAILY;COUNT=14", first_date=first, skip_public_holidays=True, published=False
    )
    planned = operations.plan_run(
        run=run, schedules=list(run.schedules.all()), at=make.NOW - timedelta(days=30)
    )
    assert {(skip.date.month, skip.date.day) for skip in planned.skipped} == {(12, 25), (12, 26), (1, 1)}


def test_publishing_a_rule_that_has_become_impossible_is_refused_with_a_sentence() -> None:
    run = make.run(rule="RRULE:FREQ=DAILY", published=False)
    house = HouseSettings.load()
    house.horizon_months = 24
    house.save()
    with pytest.raises(NotPossible, match="500"):
        operations.publish_run(run=run, at=make.NOW, by=None)


def test_a_segment_never_takes_the_place_of_a_plan_whose_dates_are_over() -> None:
    run = make.run(rule=WEEKLY.format(4))
    later = make.NOW + timedelta(days=8)
    segment = operations.segment_from(run=run, session=ordered(run)[2], at=later)
    segment.first_date = date(2027, 1, 4)
    with pytest.raises(NotPossible, match="over"):
        operations.plan_change(run=run, schedule=segment, at=later)


def test_a_kept_extra_date_and_the_horizon_get_along() -> None:
    """Dates made by due work may collide; the report says so, and nothing holds them up."""
    room = make.room()
    run = make.run(rule="RRULE:FREQ=WEEKLY;BYDAY=WE", room=room)
    at = make.NOW + timedelta(days=7)
    make.run(rule="", room=room, first_date=date(2028, 1, 12), at=make.NOW)
    refuse_conflicts()
    assert operations.extend_run(run=run, at=at) == 1
    found = operations.open_conflicts(at=at, through=at + timedelta(days=400))
    assert {c.slot.starts_at for c in found} == {local_instant(date(2028, 1, 12), time(14))}


def test_a_date_that_goes_does_not_come_back_by_undoing_what_was_done_to_it_before() -> None:
    run = make.run(rule=WEEKLY.format(2))
    move_one(run)
    notice = Notice.objects.get()
    edit(run, rule=parse_rule(WEEKLY.format(1)))
    with pytest.raises(NotPossible, match="undone already"):
        operations.undo_notice(notice=notice, at=make.NOW, by=None)
    assert [s.is_withdrawn for s in ordered(run)] == [False, True]


def test_a_date_of_an_archived_run_is_not_brought_back() -> None:
    run = make.run(rule=WEEKLY.format(2))
    cancel_one(run)
    operations.archive_run(run=run, at=make.NOW, by=None)
    with pytest.raises(NotPossible, match="over"):
        undo_one(run)


def test_a_segment_may_begin_on_the_day_of_the_one_whose_place_it_takes() -> None:
    run = make.run(rule=WEEKLY.format(5))
    rows = ordered(run)
    save(CourseRun.objects.get(pk=run.pk), go_on(run, rows[3], start_time=time(17)))
    segment = go_on(run, rows[1], start_time=time(9))
    segment.first_date = date(2027, 2, 3)
    save(CourseRun.objects.get(pk=run.pk), segment)
    assert [schedule.first_date for schedule in run.schedules.all()] == [date(2027, 1, 13), date(2027, 2, 3)]
    assert [start.hour for start in coming(run)] == [14, 14, 14, 9, 9, 9, 9]
    assert [s.pk for s in ordered(run)][:5] == [row.pk for row in rows]


def test_a_note_of_one_date_stays_when_the_note_of_all_changes() -> None:
    run = make.run(rule=WEEKLY.format(2))
    note_one(run)
    edit(run, note="Mit Kaffee")
    assert [s.note for s in ordered(run)] == ["Mit Kaffee", "Bitte Ladegerät mitbringen"]
