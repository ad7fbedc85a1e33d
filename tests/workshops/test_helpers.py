"""Helping on a date: signing up, giving it away, being sick; seats per helper; who is told."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest

from core import due
from core.models import AuditEntry, OutgoingMail
from tests import factories as make
from workshops import operations
from workshops.conflicts import Kind
from workshops.models import Booking, CourseRun, Helper, HelperShift, Notice, Session
from workshops.operations import Decisions, Full
from workshops.operations.conflicts import open_conflicts
from workshops.operations.helpers import lacking_helpers
from workshops.retention import ARCHIVED_HELPERS_KEPT
from workshops.rules import NOTICE_DELAY, NotPossible

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

State = HelperShift.State
TELLING = make.NOW + NOTICE_DELAY


def helped(**fields: Any) -> Session:
    """A date that wants two helpers."""
    return make.session(**{"helpers_wanted": 2, **fields})


def sign_up(helper: Helper, session: Session, at: Any = make.NOW) -> HelperShift:
    return operations.sign_up(helper=helper, session=session, at=at)


def states(session: Session) -> list[str]:
    return list(session.shifts.order_by("pk").values_list("state", flat=True))


def seats(session: Session) -> tuple[int | None, int]:
    session.refresh_from_db()
    return session.capacity, session.seats_taken


def mails(kind: str) -> list[str]:
    return list(OutgoingMail.objects.filter(kind=kind).order_by("pk").values_list("recipient", flat=True))


# Signing up -------------------------------------------------------------------------------------------


def test_somebody_signs_up_and_gets_a_mail_with_the_date_and_their_link() -> None:
    session, mia = helped(), make.helper("Mia", email="mia@example.org")
    sign_up(mia, session)
    assert states(session) == [State.SIGNED_UP]
    mail = OutgoingMail.objects.get(kind="helper_signed_up")
    assert mail.recipient == "mia@example.org"
    text = bytes(mail.content or b"").decode()
    assert f"/helfen/{mia.public_id}/{mia.token}/" in text.replace("=\r\n", "")
    assert "termine.ics" in text
    entry = AuditEntry.objects.get(verb="sign_up_helper")
    assert (entry.subject_id, entry.actor) == (str(mia.public_id), AuditEntry.Actor.VISITOR)


def test_signing_up_twice_changes_nothing() -> None:
    session, mia = helped(), make.helper()
    first = sign_up(mia, session)
    assert sign_up(mia, session).pk == first.pk
    assert len(mails("helper_signed_up")) == 1


def test_no_more_help_than_are_wanted() -> None:
    session = helped()
    for _ in range(2):
        sign_up(make.helper(), session)
    with pytest.raises(NotPossible, match="genug Menschen"):
        sign_up(make.helper(), session)
    assert len(states(session)) == 2


def test_somebody_with_a_telephone_only_gets_no_mail() -> None:
    sign_up(make.helper(email="", phone="+4951234567"), helped())
    assert not OutgoingMail.objects.exists()


def test_where_helping_is_not_possible_it_is_refused_with_the_reason() -> None:
    cancelled, wanted_none, draft = helped(), helped(helpers_wanted=0), helped()
    operations.cancel_session(session=cancelled, reason="Krank", at=make.NOW, by=None)
    CourseRun.objects.filter(pk=draft.run_id).update(state="archived")
    begun, session = helped(), helped()
    for where, who, at, words in (
        (cancelled, make.helper(), make.NOW, "abgesagt"),
        (wanted_none, make.helper(), make.NOW, "niemand gesucht"),
        (draft, make.helper(), make.NOW, "niemand gesucht"),
        (begun, make.helper(), begun.starts_at, "begonnen"),
        (session, make.helper(is_archived=True), make.NOW, "nicht mehr auf unserer Liste"),
    ):
        with pytest.raises(NotPossible, match=words):
            sign_up(who, where, at)
    assert not HelperShift.objects.exists()


def test_nobody_helps_on_two_dates_at_the_same_time() -> None:
    mia = make.helper()
    sign_up(mia, helped(start_time=time(14, 0)))
    overlapping, after = helped(start_time=time(15, 0)), helped(start_time=time(15, 30))
    with pytest.raises(NotPossible, match="zur selben Zeit"):
        sign_up(mia, overlapping)
    sign_up(mia, after)
    assert mia.shifts.count() == 2


def test_a_cancelled_date_is_not_in_the_way_of_another() -> None:
    mia, first = make.helper(), helped()
    sign_up(mia, first)
    operations.cancel_session(session=first, reason="Krank", at=make.NOW, by=None)
    sign_up(mia, helped())


# Giving a date away -----------------------------------------------------------------------------------


def test_who_looks_for_a_substitute_comes_until_somebody_takes_over_and_both_are_told() -> None:
    session = helped(helpers_wanted=1)
    mia, tom = make.helper(email="mia@example.org"), make.helper("Tom Klein", email="tom@example.org")
    sign_up(mia, session)
    operations.look_for_substitute(helper=mia, session=session, at=make.NOW)
    assert states(session) == [State.LOOKING]
    with pytest.raises(NotPossible):
        sign_up(tom, session)
    operations.take_over(helper=tom, session=session, at=make.NOW)
    assert states(session) == [State.WITHDRAWN, State.SIGNED_UP]
    told = OutgoingMail.objects.filter(kind="helper_taken_over").order_by("pk")
    assert [mail.recipient for mail in told] == ["tom@example.org", "mia@example.org"]
    new, old = (bytes(mail.content or b"").decode() for mail in told)
    assert ("termine.ics" in new, "termine.ics" in old) == (True, False)
    assert "Mia Jung" not in new
    assert "Tom Klein" not in old


def test_of_several_who_look_the_one_who_looked_first_is_freed() -> None:
    session, late, early = helped(), make.helper(), make.helper()
    for somebody in (late, early):
        sign_up(somebody, session)
    operations.look_for_substitute(helper=early, session=session, at=make.NOW)
    operations.look_for_substitute(helper=late, session=session, at=make.in_minutes(1))
    operations.take_over(helper=make.helper(), session=session, at=make.in_minutes(2))
    assert early.shifts.get().state == State.WITHDRAWN
    assert late.shifts.get().state == State.LOOKING


def test_taking_over_is_refused_where_it_makes_no_sense() -> None:
    session, mia, tom = helped(), make.helper(), make.helper()
    for somebody in (mia, tom):
        sign_up(somebody, session)
    ida = make.helper()
    with pytest.raises(NotPossible, match="jemand anderes"):
        operations.take_over(helper=ida, session=session, at=make.NOW)
    operations.look_for_substitute(helper=mia, session=session, at=make.NOW)
    with pytest.raises(NotPossible, match="jemand anderes"):
        operations.take_over(helper=mia, session=session, at=make.NOW)
    with pytest.raises(NotPossible, match="selbst"):
        operations.take_over(helper=tom, session=session, at=make.NOW)
    sign_up(ida, helped())
    with pytest.raises(NotPossible, match="zur selben Zeit"):
        operations.take_over(helper=ida, session=session, at=make.NOW)
    with pytest.raises(NotPossible, match="begonnen"):
        operations.take_over(helper=make.helper(), session=session, at=session.starts_at)
    assert states(session) == [State.LOOKING, State.SIGNED_UP]


def test_looking_is_taken_back() -> None:
    session, mia = helped(), make.helper()
    sign_up(mia, session)
    operations.look_for_substitute(helper=mia, session=session, at=make.NOW)
    operations.take_back(helper=mia, session=session, at=make.NOW)
    assert states(session) == [State.SIGNED_UP]
    with pytest.raises(NotPossible):
        operations.take_back(helper=mia, session=session, at=make.NOW)


@pytest.mark.parametrize(
    "act", [operations.look_for_substitute, operations.report_sick, operations.take_back]
)
def test_who_is_not_on_a_date_has_nothing_to_give_away(act: Callable[..., Any]) -> None:
    session = helped()
    with pytest.raises(NotPossible):
        act(helper=make.helper(), session=session, at=make.NOW)
    assert states(session) == []


@pytest.mark.parametrize(
    "act", [operations.look_for_substitute, operations.report_sick, operations.take_back]
)
def test_once_a_date_has_begun_nothing_about_it_changes(act: Callable[..., Any]) -> None:
    session, mia = helped(), make.helper()
    sign_up(mia, session)
    with pytest.raises(NotPossible, match="begonnen"):
        act(helper=mia, session=session, at=session.starts_at)
    assert states(session) == [State.SIGNED_UP]


# Being sick -------------------------------------------------------------------------------------------


def test_a_place_of_somebody_sick_is_free_at_once_and_the_team_sees_it() -> None:
    session, mia = helped(helpers_wanted=1), make.helper()
    sign_up(mia, session)
    assert not lacking_helpers(make.NOW).exists()
    operations.report_sick(helper=mia, session=session, at=make.NOW)
    assert list(lacking_helpers(make.NOW)) == [session]
    (conflict,) = open_conflicts(at=make.NOW, through=make.NOW + timedelta(days=30))
    assert (conflict.kind, conflict.slot.key, conflict.number) == (Kind.HELPERS, session.pk, 1)


def test_who_is_well_again_comes_while_the_place_is_free_and_not_after() -> None:
    session, mia = helped(helpers_wanted=1), make.helper()
    sign_up(mia, session)
    operations.report_sick(helper=mia, session=session, at=make.NOW)
    operations.take_back(helper=mia, session=session, at=make.NOW)
    assert states(session) == [State.SIGNED_UP]
    operations.report_sick(helper=mia, session=session, at=make.NOW)
    sign_up(make.helper(), session)
    with pytest.raises(NotPossible, match="genug Menschen"):
        operations.take_back(helper=mia, session=session, at=make.NOW)
    assert states(session) == [State.SICK, State.SIGNED_UP]


def test_who_helps_elsewhere_meanwhile_does_not_come_back() -> None:
    session, mia = helped(), make.helper()
    sign_up(mia, session)
    operations.report_sick(helper=mia, session=session, at=make.NOW)
    sign_up(mia, helped())
    with pytest.raises(NotPossible, match="zur selben Zeit"):
        operations.take_back(helper=mia, session=session, at=make.NOW)


def test_the_team_takes_somebody_out_and_they_are_told() -> None:
    session, mia = helped(), make.helper(email="mia@example.org")
    sign_up(mia, session)
    operations.take_out(helper=mia, session=session, at=make.NOW, by=make.staff())
    assert states(session) == [State.WITHDRAWN]
    assert mails("helper_taken_out") == ["mia@example.org"]
    with pytest.raises(NotPossible):
        operations.take_out(helper=mia, session=session, at=make.NOW, by=None)


# Seats per helper -------------------------------------------------------------------------------------


def test_each_helper_brings_seats_up_to_those_of_the_run() -> None:
    session = helped(helpers_wanted=3, seats_per_helper=3, capacity=8)
    assert seats(session) == (0, 0)
    with pytest.raises(NotPossible, match="noch keine Plätze"):
        make.book(session)
    found = []
    for _ in range(3):
        sign_up(make.helper(), session)
        found.append(seats(session)[0])
    assert found == [3, 6, 8]
    for number in range(4):
        make.book(session, f"Gast {number}", f"Begleitung {number}")
    with pytest.raises(Full):
        make.book(session)


def test_nobody_loses_a_seat_when_a_helper_is_sick_and_it_is_a_conflict() -> None:
    session = helped(helpers_wanted=2, seats_per_helper=4, first_date=date(2027, 3, 3))
    mia = make.helper()
    for somebody in (mia, make.helper()):
        sign_up(somebody, session)
    make.book(session, *[f"Gast {n}" for n in range(5)])
    assert open_conflicts(at=make.NOW, through=make.NOW + timedelta(days=90)) == []
    operations.report_sick(helper=mia, session=session, at=make.NOW)
    assert seats(session) == (5, 5)
    (conflict,) = open_conflicts(at=make.NOW, through=make.NOW + timedelta(days=90))
    assert (conflict.kind, conflict.number) == (Kind.HELPERS, 1)
    operations.take_back(helper=mia, session=session, at=make.NOW)
    assert seats(session) == (8, 5)


def test_long_before_a_date_it_is_no_conflict_that_nobody_has_signed_up() -> None:
    helped(seats_per_helper=4, first_date=date(2027, 3, 3))
    assert open_conflicts(at=make.NOW, through=make.NOW + timedelta(days=90)) == []


@pytest.mark.parametrize("how", ["cancelled", "expired"])
def test_seats_given_back_are_not_sold_again_where_a_helper_is_missing(how: str) -> None:
    session = helped(helpers_wanted=2, seats_per_helper=4, hold_until_confirmed=how == "expired")
    mia = make.helper()
    for somebody in (mia, make.helper()):
        sign_up(somebody, session)
    first = make.book(session, *[f"Gast {n}" for n in range(5)])
    operations.report_sick(helper=mia, session=session, at=make.NOW)
    assert seats(session) == (5, 5)
    if how == "cancelled":
        operations.cancel_booking(booking=first, at=make.NOW)
    else:
        assert first.hold_until is not None
        operations.expire_hold(booking=Booking.objects.get(pk=first.pk), at=first.hold_until)
    assert seats(session) == (4, 0)


def test_changing_a_run_counts_its_helpers_anew() -> None:
    run = make.run(helpers_wanted=3, seats_per_helper=2, rule="RRULE:FREQ=WEEKLY;COUNT=2")
    first, second = run.sessions.order_by("starts_at")
    sign_up(make.helper(), first)
    run.refresh_from_db()
    run.seats_per_helper = 5
    save(run)
    assert [seats(s)[0] for s in (first, second)] == [5, 0]
    run.seats_per_helper = None
    save(run)
    assert [seats(s)[0] for s in (first, second)] == [8, 8]


@pytest.mark.parametrize("whole", [False, True], ids=["one date", "the whole run"])
def test_a_cancellation_taken_back_counts_the_helpers_of_now(whole: bool) -> None:
    run = make.run(helpers_wanted=2, seats_per_helper=2, rule="RRULE:FREQ=WEEKLY;COUNT=2")
    session, _other = run.sessions.order_by("starts_at")
    sign_up(make.helper(), session)
    if whole:
        change = operations.cancel_run(run=run, reason="Krank", at=make.NOW, by=None)
    else:
        notice = operations.cancel_session(session=session, reason="Krank", at=make.NOW, by=None)
    CourseRun.objects.filter(pk=run.pk).update(seats_per_helper=3)
    if whole:
        operations.undo_change(change=change, at=make.in_minutes(1), by=None)
    else:
        operations.undo_notice(notice=notice, at=make.in_minutes(1), by=None)
    assert seats(session) == (3, 0)


def save(run: CourseRun, **changed: Any) -> None:
    schedule = run.schedules.get()
    for name, value in changed.items():
        setattr(schedule, name, value)
    why = Decisions({}, "Der Bus fährt später.")
    operations.save_run(run=run, schedule=schedule, facilitators=[], at=make.NOW, by=None, decisions=why)
    run.refresh_from_db()


def test_whoever_booked_a_series_keeps_their_seat_on_an_extra_date_without_helpers() -> None:
    run = make.run(helpers_wanted=1, seats_per_helper=4, booking_mode="series")
    for session in run.sessions.all():
        sign_up(make.helper(), session)
    make.book_series(run, "Erna", "Paul")
    like = make.first(run)
    session, left_out = operations.add_session(
        run=run,
        starts_at=like.starts_at + timedelta(days=1),
        ends_at=like.ends_at + timedelta(days=1),
        room=like.room,
        at=make.NOW,
        by=None,
    )
    assert left_out == []
    assert seats(session) == (2, 2)
    assert make.taken_matches_rows(run)
    with pytest.raises(Full):
        make.book_series(run)


# Telling helpers --------------------------------------------------------------------------------------


def test_helpers_are_told_with_the_same_notice_when_the_team_moves_or_cancels() -> None:
    session, mia = helped(), make.helper(email="mia@example.org")
    sign_up(mia, session)
    sign_up(make.helper(email="", phone="+4951234567"), session)
    sick = make.helper(email="sick@example.org")
    operations.cancel_session(session=session, reason="Heizung", at=make.NOW, by=None)
    due.do_all(at=TELLING - timedelta(seconds=1))
    assert not mails("helper_dates_changed")
    due.do_all(at=TELLING)
    assert mails("helper_dates_changed") == ["mia@example.org"]
    assert sick.email not in mails("helper_dates_changed")
    due.do_all(at=TELLING + NOTICE_DELAY)
    assert len(mails("helper_dates_changed")) == 1


def test_a_whole_run_cancelled_is_one_mail_to_each_helper() -> None:
    run, mia = make.run(helpers_wanted=1), make.helper(email="mia@example.org")
    for session in run.sessions.all():
        sign_up(mia, session)
    operations.cancel_run(run=run, reason="Zu wenige", at=make.NOW, by=None)
    due.do_all(at=TELLING)
    assert mails("helper_dates_changed") == ["mia@example.org"]


def test_who_changes_something_before_the_mails_go_out_is_told_all_the_same() -> None:
    session, mia = helped(), make.helper(email="mia@example.org")
    sign_up(mia, session)
    operations.move_session(
        session=session,
        starts_at=session.starts_at + timedelta(hours=1),
        ends_at=session.ends_at + timedelta(hours=1),
        room=session.room,
        reason="Raum",
        at=make.NOW,
        by=None,
    )
    operations.look_for_substitute(helper=mia, session=session, at=make.in_minutes(5))
    due.do_all(at=TELLING)
    assert mails("helper_dates_changed") == ["mia@example.org"]


def test_an_undone_change_is_told_to_no_helper() -> None:
    session = helped()
    sign_up(make.helper(), session)
    notice = operations.cancel_session(session=session, reason="Heizung", at=make.NOW, by=None)
    operations.undo_notice(notice=notice, at=make.in_minutes(1), by=None)
    due.do_all(at=TELLING)
    assert not mails("helper_dates_changed")


def test_helpers_of_a_date_nobody_booked_are_told_when_the_rule_moves_or_drops_it() -> None:
    run, mia = make.run(helpers_wanted=1), make.helper(email="mia@example.org")
    sessions = list(run.sessions.order_by("starts_at"))
    for session in sessions:
        sign_up(mia, session)
    run.refresh_from_db()
    save(run, start_time=time(16, 0))
    assert {notice.kind for notice in Notice.objects.all()} == {Notice.Kind.MOVED}
    due.do_all(at=TELLING)
    assert len(mails("helper_dates_changed")) == 1
    later = make.in_minutes(20)
    schedule = run.schedules.get()
    schedule.rule = "RRULE:FREQ=WEEKLY;COUNT=2"
    why = Decisions({}, "Es kommen zu wenige.")
    operations.save_run(run=run, schedule=schedule, facilitators=[], at=later, by=None, decisions=why)
    last = sessions[-1]
    last.refresh_from_db()
    assert last.state == Session.State.CANCELLED
    due.do_all(at=later + NOTICE_DELAY)
    assert len(mails("helper_dates_changed")) == 2
    # The rule comes back: a new date takes the place of the one that was called off.
    schedule.rule = "RRULE:FREQ=WEEKLY;COUNT=3"
    run.refresh_from_db()
    operations.save_run(run=run, schedule=schedule, facilitators=[], at=later + NOTICE_DELAY, by=None)
    assert run.sessions.taking_place().count() == 3  # type: ignore[attr-defined]


def test_a_booked_date_moved_by_the_rule_needs_a_reason_and_tells_both() -> None:
    run, mia = make.run(helpers_wanted=1, rule=""), make.helper(email="mia@example.org")
    session = run.sessions.get()
    sign_up(mia, session)
    make.book(session, email="erna@example.org")
    run.refresh_from_db()
    schedule = run.schedules.get()
    schedule.start_time = time(16, 0)
    decisions = {session.pk: "move"}
    with pytest.raises(NotPossible, match="Grund"):
        operations.save_run(
            run=run, schedule=schedule, facilitators=[], at=make.NOW, by=None, decisions=Decisions(decisions)
        )
    run.refresh_from_db()
    operations.save_run(
        run=run,
        schedule=schedule,
        facilitators=[],
        at=make.NOW,
        by=None,
        decisions=Decisions(decisions, "Raum belegt"),
    )
    due.do_all(at=TELLING)
    assert mails("session_moved") == ["erna@example.org"]
    assert mails("helper_dates_changed") == ["mia@example.org"]


# Asking -----------------------------------------------------------------------------------------------


def ask(run: CourseRun, *helpers: Helper, at: Any = make.NOW) -> Any:
    return operations.ask_helpers(run=run, helpers=helpers, at=at, by=None)


def test_helpers_are_asked_by_mail_once_a_day_and_run() -> None:
    run, other = make.run(helpers_wanted=1), make.run(helpers_wanted=1)
    mia, called = make.helper(email="mia@example.org"), make.helper(email="", phone="+4951234567")
    asked = ask(run, mia, called)
    assert (asked.by_mail, asked.by_phone, asked.already) == ([mia], [called], [])
    asked = ask(run, mia, at=make.in_minutes(60))
    assert (asked.by_mail, asked.already) == ([], [mia])
    assert ask(other, mia).by_mail == [mia]
    assert ask(run, mia, at=make.NOW + timedelta(days=1)).by_mail == [mia]
    assert mails("helper_asked") == ["mia@example.org"] * 3
    assert AuditEntry.objects.filter(verb="ask_helper").count() == 3
    assert mia.requests.get(run=run).asked_at == make.NOW + timedelta(days=1)


def test_the_mail_names_the_dates_that_lack_somebody_and_no_others() -> None:
    run, mia = make.run(helpers_wanted=1), make.helper()
    first, second, third = run.sessions.order_by("starts_at")
    sign_up(make.helper(), first)
    operations.cancel_session(session=third, reason="Krank", at=make.NOW, by=None)
    ask(run, mia)
    text = bytes(OutgoingMail.objects.get(kind="helper_asked").content or b"").decode()
    assert "20. Januar 2027" in text
    assert "13. Januar" not in text
    assert "27. Januar" not in text
    sign_up(make.helper(), second)
    with pytest.raises(NotPossible, match="fehlt jemand"):
        ask(run, mia)


def test_of_many_dates_the_first_ten_stand_in_the_mail() -> None:
    run = make.run(helpers_wanted=1, rule="RRULE:FREQ=DAILY;COUNT=12", first_date=date(2027, 2, 1))
    ask(run, make.helper())
    text = bytes(OutgoingMail.objects.get(kind="helper_asked").content or b"").decode()
    assert "10. Februar 2027" in text
    assert "11. Februar 2027" not in text
    assert "Es gibt weitere Termine" in text


def test_an_archived_helper_is_not_asked() -> None:
    asked = ask(make.run(helpers_wanted=1), make.helper(is_archived=True))
    assert (asked.by_mail, asked.by_phone) == ([], [])


# Erasure ----------------------------------------------------------------------------------------------


def test_an_archived_helper_is_erased_in_time_with_their_shifts_and_the_dates_stay() -> None:
    session, mia = helped(), make.helper()
    sign_up(mia, session)
    Helper.objects.filter(pk=mia.pk).update(is_archived=True)
    due.do_all(at=session.ends_at + ARCHIVED_HELPERS_KEPT)
    assert Helper.objects.exists()
    due.do_all(at=session.ends_at + ARCHIVED_HELPERS_KEPT + timedelta(seconds=1))
    assert not Helper.objects.exists()
    assert not OutgoingMail.objects.filter(subject_id=str(mia.public_id)).exists()
    assert AuditEntry.objects.filter(verb="erase_helper", subject_id=str(mia.public_id)).count() == 1
    assert Session.objects.filter(pk=session.pk).exists()
