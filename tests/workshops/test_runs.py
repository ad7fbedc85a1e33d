"""Making, publishing, changing, extending and archiving a run."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import recurrence
from django.utils import translation

from core import due
from core.models import AuditEntry, HouseSettings, OutgoingMail
from tests import factories as make
from timetable.expansion import NoDates, TooManyDates
from timetable.rules import parse_rule
from timetable.zone import house_zone, local_instant
from workshops import history, operations
from workshops.models import CourseRun, Notice, Schedule, Seat, Session
from workshops.operations import DecisionMissing, Decisions, RunHasChanged, RunIsBooked
from workshops.operations.plans import NOTHING_DECIDED
from workshops.planning import Decision, Move, Plan
from workshops.rules import NotPossible

pytestmark = pytest.mark.django_db

IMPOSSIBLE = recurrence.deserialize("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")
RUN_FIELDS = {field.name for field in CourseRun._meta.fields}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def edit(
    run: CourseRun,
    *,
    at: datetime = make.NOW,
    version: int | None = None,
    decisions: Decisions = NOTHING_DECIDED,
    **changes: Any,
) -> Plan:
    """What an editor does who opens the form, changes something and saves."""
    opened = CourseRun.objects.get(pk=run.pk)
    schedule = opened.schedules.get()
    for name, value in changes.items():
        setattr(opened if name in RUN_FIELDS else schedule, name, value)
    return operations.save_run(
        run=opened,
        schedule=schedule,
        facilitators=schedule.facilitators.all(),
        at=at,
        by=None,
        expected_version=version,
        decisions=decisions,
    )


def all_of(planned: Plan, decision: Decision, reason: str = "Anderer Tag") -> Decisions:
    """The same answer to every question of a plan."""
    keys = [q.session.key if isinstance(q, Move) else q.key for q in planned.questions]
    return Decisions(dict.fromkeys(keys, decision), reason)


def foresee(run: CourseRun, *, at: datetime = make.NOW, **changes: Any) -> Plan:
    """What an editor is shown before anything is written."""
    opened = CourseRun.objects.get(pk=run.pk)
    schedule = opened.schedules.get()
    for name, value in changes.items():
        setattr(opened if name in RUN_FIELDS else schedule, name, value)
    return operations.plan_change(run=opened, schedule=schedule, at=at)


def dates(run: CourseRun) -> list[date]:
    """The local dates that take place."""
    return [start.date() for start in starts(run)]


def starts(run: CourseRun) -> list[datetime]:
    found = run.sessions.taking_place().order_by("starts_at").values_list("starts_at", flat=True)  # type: ignore[attr-defined]
    return [start.astimezone(house_zone()) for start in found]


def as_rows(run: CourseRun) -> list[dict[str, Any]]:
    return [*CourseRun.objects.filter(pk=run.pk).values(), *run.schedules.values(), *run.sessions.values()]


def weekly(count: int, weekday: str = "WE") -> str:
    return f"RRULE:FREQ=WEEKLY;BYDAY={weekday};COUNT={count}"


# What is left out -------------------------------------------------------------------------------------


def test_ten_dates_are_ten_that_take_place() -> None:
    make.closure(date(2027, 1, 20), date(2027, 1, 27))
    make.closure(date(2027, 3, 22), date(2027, 4, 3), kind="holidays", name="Osterferien")
    run = make.run(rule=weekly(10), skip_holidays=True)
    assert len(dates(run)) == 10
    assert not {date(2027, 1, 20), date(2027, 1, 27), date(2027, 3, 24), date(2027, 3, 31)} & set(dates(run))
    assert dates(run)[-1] == date(2027, 4, 14)


def test_a_closed_house_is_closed_to_every_run() -> None:
    make.closure(date(2027, 1, 20))
    run = make.run(rule=weekly(2), skip_holidays=False, skip_public_holidays=False)
    assert dates(run) == [date(2027, 1, 13), date(2027, 1, 27)]


@pytest.mark.parametrize(("skips", "second"), [(True, date(2027, 1, 27)), (False, date(2027, 1, 20))])
def test_a_run_meets_in_the_holidays_unless_it_skips_them(skips: bool, second: date) -> None:
    make.closure(date(2027, 1, 18), date(2027, 1, 22), kind="holidays", name="Ferien")
    assert dates(make.run(rule=weekly(2), skip_holidays=skips))[1] == second


@pytest.mark.parametrize(("skips", "second"), [(True, date(2027, 4, 5)), (False, date(2027, 3, 29))])
def test_a_run_meets_on_public_holidays_unless_it_skips_them(skips: bool, second: date) -> None:
    """Easter Monday 2027 is 29 March."""
    run = make.run(rule=weekly(2, "MO"), first_date=date(2027, 3, 22), skip_public_holidays=skips)
    assert dates(run)[1] == second


@pytest.mark.parametrize(("state", "first"), [("NI", date(2027, 5, 27)), ("BY", date(2027, 6, 3))])
def test_public_holidays_are_those_of_the_federal_state(state: str, first: date) -> None:
    """Corpus Christi, 27 May 2027, is one in Bavaria and none in Lower Saxony."""
    house = HouseSettings.load()
    house.federal_state = state
    house.save()
    run = make.run(rule=weekly(1, "TH"), first_date=date(2027, 5, 27), skip_public_holidays=True)
    assert dates(run) == [first]


def test_a_closure_holds_in_its_own_house_and_online_goes_on() -> None:
    here, elsewhere = make.venue(), make.venue("Bücherei")
    make.closure(date(2027, 1, 13), venue=here)
    closed = make.run(rule=weekly(1), room=make.room(venue=here))
    open_house = make.run(rule=weekly(1), room=make.room(venue=elsewhere))
    online = make.run(rule=weekly(1), online_url="https://treffen.example.org/abc")
    assert dates(closed) == [date(2027, 1, 20)]
    assert dates(open_house) == dates(online) == [date(2027, 1, 13)]


def test_the_plan_says_what_is_skipped_and_why_before_anything_is_written() -> None:
    make.closure(date(2027, 1, 20), name="Wasserschaden")
    run = make.run(rule=weekly(2), published=False)
    planned = operations.plan_run(run=run, schedules=list(run.schedules.all()), at=make.NOW)
    assert [session.occurrence.date for session in planned.new] == [date(2027, 1, 13), date(2027, 1, 27)]
    assert [(skip.date, skip.reason.kind, skip.reason.name) for skip in planned.skipped] == [
        (date(2027, 1, 20), "closed", "Wasserschaden")
    ]
    assert not Session.objects.exists()


# The rows ---------------------------------------------------------------------------------------------


def test_the_local_hour_stays_across_both_clock_changes() -> None:
    spring = make.run(rule=weekly(6), first_date=date(2027, 3, 10), start_time=time(17))
    autumn = make.run(rule=weekly(6), first_date=date(2027, 10, 13), start_time=time(17))
    for run, utc_hours in ((spring, [16, 16, 16, 15, 15, 15]), (autumn, [15, 15, 15, 16, 16, 16])):
        rows = run.sessions.order_by("starts_at")
        assert [session.starts_at.hour for session in rows] == utc_hours
        assert {start.time() for start in starts(run)} == {time(17)}
        assert {session.ends_at - session.starts_at for session in rows} == {timedelta(minutes=90)}


def test_a_session_may_run_past_midnight() -> None:
    session = make.session(start_time=time(22, 30), minutes=180)
    assert session.ends_at == local_instant(date(2027, 1, 14), time(1, 30))


def test_an_online_run_has_sessions_without_a_room() -> None:
    session = make.session(online_url="https://treffen.example.org/abc")
    assert session.room is None
    assert session.is_online
    assert session.online_url == "https://treffen.example.org/abc"


def test_every_session_has_an_identity_of_its_own_that_names_no_site() -> None:
    sessions = list(make.run(rule=weekly(5)).sessions.all())
    assert len({session.uid for session in sessions}) == 5
    assert all(session.uid == f"{session.public_id}@digital-werkstatt" for session in sessions)


def test_a_run_belongs_to_its_course_in_every_language() -> None:
    run = make.run()
    assert list(CourseRun.objects.of(make.in_language(run.course, "en"))) == [run]
    assert list(CourseRun.objects.of(make.course("Anderes"))) == []


# Publishing -------------------------------------------------------------------------------------------


def test_a_draft_has_no_dates_and_publishing_makes_them_once() -> None:
    run = make.run(published=False)
    assert not run.sessions.exists()
    operations.publish_run(run=run, at=make.NOW, by=None)
    assert run.sessions.count() == 3
    with pytest.raises(NotPossible, match="already"):
        operations.publish_run(run=run, at=make.NOW, by=None)
    assert run.sessions.count() == 3
    assert AuditEntry.objects.get(verb="publish_run").detail == {"dates": 3}


def test_dates_already_past_are_not_made_on_publishing() -> None:
    run = make.run(rule=weekly(4), first_date=date(2026, 12, 30))
    assert dates(run) == [date(2027, 1, 13), date(2027, 1, 20)]


def test_a_run_all_over_is_not_published() -> None:
    run = make.run(rule=weekly(2), first_date=date(2026, 12, 2), published=False)
    with pytest.raises(NotPossible, match="ahead"):
        operations.publish_run(run=run, at=make.NOW, by=None)
    run.refresh_from_db()
    assert run.state == CourseRun.State.DRAFT


def test_a_run_of_an_unpublished_course_is_not_published() -> None:
    run = make.run(published=False)
    run.course.unpublish()
    with pytest.raises(NotPossible, match="publish its page"):
        operations.publish_run(run=run, at=make.NOW, by=None)
    assert not run.sessions.exists()


def test_a_series_without_an_end_is_refused_on_publishing_and_on_changing() -> None:
    endless = make.run(booking_mode="series", rule="RRULE:FREQ=WEEKLY", published=False)
    with pytest.raises(NotPossible, match="needs an end"):
        operations.publish_run(run=endless, at=make.NOW, by=None)
    assert not endless.sessions.exists()

    published = make.run(booking_mode="series", rule=weekly(3))
    before = as_rows(published)
    with pytest.raises(NotPossible, match="needs an end"):
        edit(published, rule=parse_rule("RRULE:FREQ=WEEKLY"))
    assert as_rows(published) == before


def test_a_run_with_far_too_many_dates_writes_nothing() -> None:
    house = HouseSettings.load()
    house.horizon_months = 36
    house.save()
    with pytest.raises(TooManyDates):
        make.run(rule="RRULE:FREQ=DAILY", published=False)
    assert not CourseRun.objects.exists()
    assert not Schedule.objects.exists()


def test_a_rule_that_hits_no_date_leaves_a_published_run_as_it_was() -> None:
    run = make.run()
    before = as_rows(run)
    with pytest.raises(NoDates):
        edit(run, title_suffix="neu", rule=IMPOSSIBLE)
    assert as_rows(run) == before


# Changing ---------------------------------------------------------------------------------------------


def test_of_two_editors_the_second_is_told_and_writes_nothing() -> None:
    run = make.run()
    opened = run.version
    edit(run, version=opened, title_suffix="Abendgruppe")
    before = as_rows(run)
    with pytest.raises(RunHasChanged):
        edit(run, version=opened, title_suffix="Morgengruppe", start_time=time(9))
    assert as_rows(run) == before
    edit(run, version=opened + 1, title_suffix="Morgengruppe")
    run.refresh_from_db()
    assert (run.title_suffix, run.version) == ("Morgengruppe", opened + 2)


def test_an_unbooked_published_run_follows_its_schedule() -> None:
    run = make.run(rule=weekly(4))
    before = {session.starts_at: session.public_id for session in run.sessions.all()}
    planned = edit(run, rule=parse_rule("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=WE;COUNT=3"))
    assert dates(run) == [date(2027, 1, 13), date(2027, 1, 27), date(2027, 2, 10)]
    assert (len(planned.new), len(planned.kept), len(planned.dropped)) == (1, 2, 2)
    # The two that went stay in calendars, as cancelled.
    rows = {s.starts_at: (s.public_id, s.is_withdrawn) for s in run.sessions.all() if s.starts_at in before}
    assert {start: public_id for start, (public_id, _gone) in rows.items()} == before
    assert [rows[start][1] for start in sorted(rows)] == [False, True, False, True]


def test_what_stays_takes_the_new_room_length_and_seats_and_says_so_to_calendars() -> None:
    run, room, at = make.run(rule=weekly(2)), make.room(name="Saal"), make.in_minutes(5)
    edit(run, at=at, room=room, duration_minutes=120, capacity=20)
    for session in run.sessions.all():
        assert session.room == room
        assert session.ends_at - session.starts_at == timedelta(hours=2)
        assert (session.capacity, session.sequence, session.changed_at) == (20, 1, at)


def test_the_past_of_a_run_is_never_touched() -> None:
    run = make.run(rule=weekly(3))
    past = run.sessions.order_by("starts_at").values()[0]
    edit(run, at=make.NOW + timedelta(days=4), start_time=time(9), room=make.room(), capacity=3)
    assert past in list(run.sessions.values())
    assert [start.hour for start in starts(run)] == [14, 9, 9]


def test_saving_without_a_change_leaves_every_date_as_it_is() -> None:
    run = make.run(rule=weekly(3))
    operations.cancel_booking(booking=make.book(first(run)), at=make.NOW)
    edit(run, rule=parse_rule("RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=1"), first_date=date(2027, 1, 20))
    before = list(run.sessions.values())
    edit(run, at=make.in_minutes(5))
    edit(run, at=make.in_minutes(6), cost_note="Umsonst")
    assert list(run.sessions.values()) == before
    assert [row["sequence"] for row in before if row["state"] == "cancelled"] == [1, 1]


def test_a_drop_in_has_no_limit_however_often_it_is_saved() -> None:
    run = make.run(booking_mode="drop_in", capacity=8)
    edit(run, cost_note="Umsonst")
    assert set(run.sessions.values_list("capacity", "sequence")) == {(None, 0)}


def test_a_date_that_has_been_public_is_cancelled_instead_of_deleted() -> None:
    run = make.run(rule=weekly(2))
    once_booked, never_booked = run.sessions.order_by("starts_at")
    operations.cancel_booking(booking=make.book(once_booked), at=make.NOW)
    edit(run, first_date=date(2027, 1, 27))
    for gone in (once_booked, never_booked):
        gone.refresh_from_db()
        assert (gone.is_withdrawn, gone.sequence, gone.seats_taken) == (True, 1, 0)
    assert dates(run) == [date(2027, 1, 27), date(2027, 2, 3)]
    assert Seat.objects.filter(session=once_booked).count() == 1


def test_a_date_cancelled_by_a_rule_takes_place_again_when_the_rule_comes_back() -> None:
    run = make.run(rule=weekly(2))
    operations.cancel_booking(booking=make.book(first(run)), at=make.NOW)
    edit(run, first_date=date(2027, 1, 20))
    assert first(run).is_cancelled
    edit(run, first_date=date(2027, 1, 13))
    assert dates(run) == [date(2027, 1, 13), date(2027, 1, 20)]
    assert first(run).sequence == 2


def test_a_date_the_team_cancelled_stays_cancelled_whatever_becomes_of_the_rule() -> None:
    run = make.run(rule=weekly(2))
    session = first(run)
    operations.cancel_session(session=session, reason="Heizung defekt", at=make.NOW, by=None)
    edit(run, rule=parse_rule(weekly(2, "TH")))
    edit(run, rule=parse_rule(weekly(2)))
    session.refresh_from_db()
    assert (session.is_cancelled, session.reason, session.sequence) == (True, "Heizung defekt", 1)
    assert dates(run) == [date(2027, 1, 20)]


def test_a_date_the_team_moved_stays_moved_when_something_else_changes() -> None:
    run, saal = make.run(rule=weekly(2)), make.room(name="Saal")
    session = first(run)
    moved = {"starts_at": session.starts_at, "ends_at": session.ends_at + timedelta(hours=1), "room": saal}
    operations.move_session(session=session, **moved, reason="Mehr Platz", at=make.NOW, by=None)  # type: ignore[arg-type]
    edit(run, at=make.in_minutes(20), capacity=20)
    session.refresh_from_db()
    assert (session.starts_at, session.ends_at, session.room) == tuple(moved.values())
    assert session.capacity == 20


@pytest.mark.parametrize(
    "change",
    [{"rule": parse_rule(weekly(3, "TH"))}, {"first_date": date(2027, 1, 20)}, {"start_time": time(15)}],
    ids=lambda change: next(iter(change)),
)
def test_booked_dates_do_not_start_at_another_time_before_somebody_has_decided(
    change: dict[str, Any],
) -> None:
    run = make.run(rule=weekly(3))
    make.book(first(run))
    before = as_rows(run)
    assert len(foresee(run, **change).questions) == 1
    with pytest.raises(DecisionMissing):
        edit(run, title_suffix="neu", **change)
    assert as_rows(run) == before


@pytest.mark.parametrize(
    "change",
    [{"booking_mode": "drop_in"}, {"capacity": 1}],
    ids=lambda change: next(iter(change)),
)
def test_seats_and_way_of_booking_do_not_change_under_people(change: dict[str, Any]) -> None:
    run = make.run(rule=weekly(3))
    make.book(first(run), "Erna Meier", "Paul Meier")
    before = as_rows(run)
    with pytest.raises(RunIsBooked):
        edit(run, title_suffix="neu", **change)
    assert as_rows(run) == before
    edit(run, capacity=2)
    assert set(run.sessions.values_list("capacity", flat=True)) == {2}


def test_people_move_with_their_date_and_are_told_once_in_one_mail() -> None:
    run = make.run(rule=weekly(3), booking_mode="series")
    booking = make.book_series(run)
    uids = set(run.sessions.values_list("uid", flat=True))
    change = {"rule": parse_rule(weekly(3, "TH")), "start_time": time(10)}
    edit(run, decisions=all_of(foresee(run, **change), Decision.MOVE), **change)
    assert starts(run)[0] == datetime(2027, 1, 14, 10, tzinfo=house_zone())
    assert set(run.sessions.values_list("uid", flat=True)) == uids
    assert Seat.objects.taken().filter(participant__booking=booking).count() == 3
    assert make.taken_matches_rows(run)
    due.do_all(at=make.in_minutes(11))
    assert OutgoingMail.objects.filter(kind="dates_changed").count() == 1


def test_people_keep_their_date_as_an_extra_one_beside_the_new() -> None:
    run = make.run(rule=weekly(2))
    session = first(run)
    make.book(session)
    change = {"rule": parse_rule(weekly(2, "TH"))}
    edit(run, decisions=all_of(foresee(run, **change), Decision.KEEP), **change)
    assert dates(run) == [date(2027, 1, day) for day in (13, 14, 21)]
    session.refresh_from_db()
    assert session.planned_for is None
    assert not foresee(run).questions
    assert foresee(run).changes_nothing


def test_a_booked_date_is_cancelled_by_decision_and_people_are_told_why() -> None:
    run = make.run(rule=weekly(2))
    session = first(run)
    make.book(session)
    change = {"first_date": date(2027, 1, 20)}
    decisions = all_of(foresee(run, **change), Decision.CANCEL, "Lehrgang")
    edit(run, decisions=decisions, **change)
    session.refresh_from_db()
    assert (session.state, session.reason, session.planned_for) == ("cancelled", "Lehrgang", None)
    assert session.seats_taken == 1
    due.do_all(at=make.in_minutes(11))
    assert OutgoingMail.objects.filter(kind="session_cancelled").count() == 1
    # The rule may come back: then it is another date.
    edit(run, at=make.in_minutes(12), first_date=date(2027, 1, 13))
    assert dates(run) == [date(2027, 1, day) for day in (13, 20, 27)][: len(dates(run))]
    session.refresh_from_db()
    assert session.is_cancelled


def test_nobody_is_told_without_a_reason() -> None:
    run = make.run(rule=weekly(2))
    make.book(first(run))
    before = as_rows(run)
    with pytest.raises(NotPossible, match="reason"):
        edit(run, room=make.room(name="Saal"))
    assert as_rows(run) == before


def test_another_room_is_told_to_those_who_booked_and_to_nobody_else() -> None:
    run, saal = make.run(rule=weekly(3)), make.room(name="Saal")
    make.book(first(run))
    edit(run, room=saal, decisions=Decisions({}, "Mehr Platz"))
    assert set(run.sessions.values_list("room", flat=True)) == {saal.pk}
    assert Notice.objects.count() == 1
    due.do_all(at=make.in_minutes(11))
    assert OutgoingMail.objects.filter(kind="session_moved").count() == 1


def test_a_change_taken_back_before_anybody_was_told_leaves_nothing_to_tell() -> None:
    run = make.run(rule=weekly(2))
    make.book(first(run))
    old = run.schedules.get().room
    edit(run, room=make.room(name="Saal"), decisions=Decisions({}, "Mehr Platz"))
    edit(run, at=make.in_minutes(5), room=old, decisions=Decisions({}, "Doch nicht"))
    assert not Notice.objects.open().exists()
    due.do_all(at=make.in_minutes(30))
    assert OutgoingMail.objects.filter(kind="session_moved").count() == 0


def test_a_series_made_longer_takes_everybody_along() -> None:
    run = make.run(rule=weekly(2), booking_mode="series", capacity=3)
    make.book_series(run, "Erna Meier", "Paul Meier")
    edit(run, rule=parse_rule(weekly(4)))
    assert [session.seats_taken for session in run.sessions.all()] == [2, 2, 2, 2]
    assert make.taken_matches_rows(run)
    due.do_all(at=make.in_minutes(11))
    assert OutgoingMail.objects.filter(kind="dates_changed").count() == 1


def test_several_starts_a_day_are_dates_of_their_own() -> None:
    run = make.run(rule=weekly(2), minutes=30, further_times="14:30, 15:00")
    assert [(s.date(), s.time()) for s in starts(run)][:3] == [
        (date(2027, 1, 13), time(14)),
        (date(2027, 1, 13), time(14, 30)),
        (date(2027, 1, 13), time(15)),
    ]
    assert run.sessions.count() == 6


def test_what_does_not_touch_dates_can_be_changed_on_a_booked_run() -> None:
    run = make.run(rule=weekly(3))
    make.book(first(run))
    before = list(run.sessions.values())
    edit(run, price="5.00", cost_note="Kaffee inbegriffen")
    run.refresh_from_db()
    assert (str(run.price), run.cost_note) == ("5.00", "Kaffee inbegriffen")
    assert list(run.sessions.values()) == before


def test_a_closure_entered_later_takes_no_booked_date_away_in_silence() -> None:
    run = make.run(rule=weekly(3))
    session = first(run)
    make.book(session)
    make.closure(date(2027, 1, 13))
    planned = foresee(run, cost_note="Umsonst")
    assert [question.key for question in planned.questions] == [session.pk]
    with pytest.raises(DecisionMissing):
        edit(run, cost_note="Umsonst")
    edit(run, cost_note="Umsonst", decisions=all_of(planned, Decision.KEEP))
    # The closed day does not count: three dates take place by the rule, and the kept one.
    assert dates(run) == [date(2027, 1, 13), date(2027, 1, 20), date(2027, 1, 27), date(2027, 2, 3)]
    assert OutgoingMail.objects.count() == 1


def test_a_moved_date_of_a_booked_run_stays_where_people_were_told() -> None:
    run, saal = make.run(rule=weekly(3)), make.room(name="Saal")
    session = first(run)
    make.book(session)
    operations.move_session(
        session=session,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        room=saal,
        reason="Mehr Platz",
        at=make.NOW,
        by=None,
    )
    edit(run, at=make.in_minutes(30), cost_note="Umsonst")
    session.refresh_from_db()
    assert (session.room, session.sequence) == (saal, 1)


# From here on -----------------------------------------------------------------------------------------


def go_on(
    run: CourseRun, session: Session, *, at: datetime = make.NOW, reason: str = "", **changes: Any
) -> Plan:
    """What an editor does who changes a run from one of its dates on."""
    opened = CourseRun.objects.get(pk=run.pk)
    schedule = operations.segment_from(run=opened, session=session, at=at)
    for name, value in changes.items():
        setattr(schedule, name, value)
    planned = operations.plan_change(run=opened, schedule=schedule, at=at)
    return operations.save_run(
        run=opened,
        schedule=schedule,
        facilitators=[],
        at=at,
        by=None,
        decisions=all_of(planned, Decision.MOVE, reason),
    )


def test_from_here_on_another_room_leaves_what_is_before_and_every_identity() -> None:
    run, saal = make.run(rule=weekly(5), booking_mode="series"), make.room(name="Saal")
    make.book_series(run)
    before = list(run.sessions.order_by("starts_at").values_list("uid", "starts_at", "seats_taken"))
    go_on(run, run.sessions.order_by("starts_at")[2], room=saal, reason="Mehr Platz")
    rooms = list(run.sessions.order_by("starts_at").values_list("room__name", flat=True))
    assert rooms == ["Werkraum"] * 2 + ["Saal"] * 3
    assert list(run.sessions.order_by("starts_at").values_list("uid", "starts_at", "seats_taken")) == before
    assert [str(s.first_date) for s in run.schedules.all()] == ["2027-01-13", "2027-01-27"]
    assert [s.schedule.first_date for s in run.sessions.all()] == [date(2027, 1, 13)] * 2 + [
        date(2027, 1, 27)
    ] * 3
    due.do_all(at=make.in_minutes(11))
    assert OutgoingMail.objects.filter(kind="dates_changed").count() == 1


def test_a_second_change_from_an_earlier_date_takes_the_place_of_the_first() -> None:
    run = make.run(rule=weekly(6))
    rows = list(run.sessions.order_by("starts_at"))
    go_on(run, rows[4], start_time=time(17))
    go_on(run, rows[2], start_time=time(10))
    assert [start.hour for start in starts(run)] == [14, 14, 10, 10, 10, 10]
    assert [s.pk for s in run.sessions.order_by("starts_at")] == [row.pk for row in rows]
    assert run.schedules.count() == 2


def test_from_the_first_date_on_is_the_whole_plan_and_makes_no_second_one() -> None:
    run = make.run(rule=weekly(3))
    go_on(run, first(run), start_time=time(10))
    assert run.schedules.count() == 1
    assert [start.hour for start in starts(run)] == [10, 10, 10]


def test_a_segment_does_not_cross_its_neighbours() -> None:
    run = make.run(rule=weekly(6))
    go_on(run, run.sessions.order_by("starts_at")[3], start_time=time(17))
    opened, schedule = CourseRun.objects.get(pk=run.pk), run.schedules.order_by("first_date")[0]
    schedule.first_date = date(2027, 3, 1)
    with pytest.raises(NotPossible, match="another plan"):
        operations.plan_change(run=opened, schedule=schedule, at=make.NOW)


def test_an_open_run_goes_on_without_an_end_after_a_change_from_here_on() -> None:
    run = make.run(rule="RRULE:FREQ=WEEKLY;BYDAY=WE")
    count = run.sessions.count()
    go_on(run, run.sessions.order_by("starts_at")[2], start_time=time(17))
    assert run.sessions.count() == count
    assert due.do_all(at=make.NOW + timedelta(days=7))["horizon"] == 1


def test_what_was_done_to_a_run_can_be_read() -> None:
    run = make.run(rule=weekly(3))
    edit(run, start_time=time(15), title_suffix="Abendgruppe")
    with translation.override("de"):
        found = [history.sentences(change) for change in run.changes.all()]
    assert run.changes.first().kind == "changed"
    assert any("13." in sentence for sentence in found[0])
    assert len(run.changes.first().detail["moved"]) == 3


def test_another_room_or_length_is_told_as_such_and_not_as_a_move() -> None:
    run = make.run(rule=weekly(3), room=make.room(name="Werkraum"))
    edit(run, room=make.room(name="Saal"))
    edit(run, duration_minutes=120)
    ends, rooms = ([*history.sentences(change)] for change in run.changes.all()[:2])
    assert [
        line for line in rooms if "Werkraum" in line and "Saal" in line and "13 Jan, 20 Jan, 27 Jan" in line
    ]
    assert len([line for line in ends if "16:00" in line and "15:30" in line]) == 3
    assert not [line for line in [*ends, *rooms] if "moved" in line]


# Without an end ---------------------------------------------------------------------------------------


def test_a_run_without_an_end_is_filled_to_the_horizon_and_extended_once_a_day() -> None:
    run = make.run(rule="RRULE:FREQ=WEEKLY;BYDAY=WE")
    assert dates(run)[-1] == date(2028, 1, 5)  # the last Wednesday within twelve months
    assert run.planned_through == date(2028, 1, 11)
    assert due.do_all(at=make.NOW)["horizon"] == 0

    next_day = make.NOW + timedelta(days=1)
    assert due.do_all(at=next_day)["horizon"] == 1
    assert dates(run)[-1] == date(2028, 1, 12)
    rows = as_rows(run)
    assert due.do_all(at=next_day)["horizon"] == 0
    assert as_rows(run) == rows


def test_extending_never_takes_a_date_away() -> None:
    run = make.run(rule="RRULE:FREQ=WEEKLY;BYDAY=WE")
    before = set(run.sessions.values_list("public_id", flat=True))
    make.closure(date(2027, 6, 1), date(2028, 1, 16))
    assert operations.extend_run(run=run, at=make.NOW + timedelta(days=14)) == 1
    assert before < set(run.sessions.values_list("public_id", flat=True))


def test_a_daily_run_goes_on_for_years() -> None:
    run = make.run(rule="RRULE:FREQ=DAILY", first_date=date(2027, 1, 12))
    later = make.NOW + timedelta(days=200)
    assert operations.extend_run(run=run, at=later) == 201  # one leap day
    assert due.do_all(at=later)["horizon"] == 0


def test_a_run_with_an_end_and_a_draft_are_not_extended() -> None:
    ended, draft = make.run(rule=weekly(3)), make.run(rule="RRULE:FREQ=WEEKLY", published=False)
    assert ended.planned_through is None
    assert due.do_all(at=make.NOW + timedelta(days=60))["horizon"] == 0
    assert ended.sessions.count() == 3
    assert not draft.sessions.exists()
    assert operations.extend_run(run=draft, at=make.NOW) == 0


def test_one_run_that_cannot_be_extended_holds_up_no_other() -> None:
    before, broken, after = (make.run(rule="RRULE:FREQ=WEEKLY;BYDAY=WE") for _ in range(3))
    broken.schedules.update(rule=IMPOSSIBLE)
    assert due.do_all(at=make.NOW + timedelta(days=1))["horizon"] == -1
    assert dates(before)[-1] == dates(after)[-1] == date(2028, 1, 12)
    assert dates(broken)[-1] == date(2028, 1, 5)


# Archiving --------------------------------------------------------------------------------------------


def test_a_run_is_not_archived_while_somebody_is_to_come() -> None:
    run = make.run()
    booking = make.book(first(run))
    with pytest.raises(NotPossible, match="People have booked"):
        operations.archive_run(run=run, at=make.NOW, by=None)
    operations.cancel_booking(booking=booking, at=make.NOW)
    operations.archive_run(run=run, at=make.NOW, by=None)
    run.refresh_from_db()
    assert run.state == CourseRun.State.ARCHIVED
    assert run.sessions.count() == 3
    assert not Session.objects.public().filter(run=run).exists()


def test_an_archived_run_can_no_longer_be_changed() -> None:
    run = make.run()
    operations.archive_run(run=run, at=make.NOW, by=None)
    before = as_rows(run)
    with pytest.raises(NotPossible, match="over"):
        edit(run, title_suffix="neu")
    with pytest.raises(NotPossible):
        operations.publish_run(run=run, at=make.NOW, by=None)
    assert as_rows(run) == before


def first(run: CourseRun) -> Session:
    return run.sessions.order_by("starts_at")[0]
