"""A run with a minimum: what is doubtful, deciding that it takes place, cancelling it as a whole."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.models import User
from core import due
from core.mail import write_due
from core.models import AuditEntry, OutgoingMail
from tests import factories as make
from tests import web
from tests.workshops import run_form
from tests.workshops.visitor import Visitor
from workshops import operations
from workshops.minimum import minimum_sentence
from workshops.models import CourseRun, Notice, RunChange, Session
from workshops.operations.conflicts import open_conflicts
from workshops.rules import NOTICE_DELAY, NotPossible

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

TELLING = make.NOW + NOTICE_DELAY
DAY = date(2027, 1, 20)
LIST = "/admin/courserun/doubtful/"


def doubtful(**fields: Any) -> CourseRun:
    """A series of three Wednesdays that needs three people, decided on 20 January."""
    return make.run(**{"booking_mode": "series", "minimum": 3, "decide_on": DAY, **fields})


def decide(run: CourseRun, at: datetime = make.NOW, by: User | None = None) -> list[Any]:
    return operations.decide_run(run=run, at=at, by=by)


def cancel(run: CourseRun, *, reason: str = "Zu wenige", at: datetime = make.NOW) -> RunChange:
    return operations.cancel_run(run=run, reason=reason, at=at, by=None)


def mails(kind: str) -> list[str]:
    return list(
        OutgoingMail.objects.filter(kind=kind).order_by("recipient").values_list("recipient", flat=True)
    )


def text_of(mail: OutgoingMail) -> str:
    write_due(mail.created_at)
    mail.refresh_from_db()
    return bytes(mail.content or b"").decode()


# Deciding ---------------------------------------------------------------------------------------------


def test_everybody_who_booked_is_told_that_it_takes_place_and_it_is_written_down() -> None:
    run, editor = doubtful(), make.staff("Kursteam")
    make.book_series(run, "Erna", email="erna@example.org")
    make.book_series(run, "Paul", email="", phone="+4951234567")
    gone = make.book_series(run, "Ida", email="ida@example.org")
    operations.cancel_booking(booking=gone, at=make.NOW)
    told = decide(run, by=editor)
    run.refresh_from_db()
    assert (run.decided_at, run.version, run.state) == (make.NOW, 3, CourseRun.State.PUBLISHED)
    assert mails("run_takes_place") == ["erna@example.org"]
    assert [booking.person.phone for booking in told if not booking.person.email] == ["+4951234567"]
    change = run.changes.get(kind=RunChange.Kind.DECIDED)
    assert (change.at, change.by) == (make.NOW, editor)
    assert AuditEntry.objects.get(verb="decide_run").detail == {"bookings": 2}


def test_whoever_has_no_date_left_to_come_is_not_told() -> None:
    run = doubtful(booking_mode="single")
    first, second = run.sessions.order_by("starts_at")[:2]
    make.book(first, email="early@example.org")
    make.book(second, email="late@example.org")
    decide(run, at=first.starts_at)
    assert mails("run_takes_place") == ["late@example.org"]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [({"minimum": None}, "wie wenige"), ({"published": False}, "veröffentlichten")],
    ids=["without a minimum", "a draft"],
)
def test_where_nothing_is_open_nothing_is_decided(fields: dict[str, Any], reason: str) -> None:
    run = doubtful(**fields)
    with pytest.raises(NotPossible, match=reason):
        decide(run)
    run.refresh_from_db()
    assert run.decided_at is None


def test_it_is_decided_once() -> None:
    run = doubtful()
    make.book_series(run)
    decide(run)
    with pytest.raises(NotPossible, match="schon entschieden"):
        decide(run)
    assert len(mails("run_takes_place")) == 1


def test_nothing_is_decided_or_cancelled_by_itself() -> None:
    run = doubtful()
    make.book_series(run)
    due.do_all(at=datetime(2027, 1, 26, 12, tzinfo=UTC))
    run.refresh_from_db()
    assert (run.state, run.decided_at) == (CourseRun.State.PUBLISHED, None)
    assert not run.sessions.filter(state="cancelled").exists()


# What people read -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minimum", "days", "expected"),
    [
        (5, 0, "Findet statt ab 5 Personen. Entschieden wird am 20. Januar 2027; Sie erfahren es dann."),
        (1, 0, "Findet statt ab 1 Person. Entschieden wird am 20. Januar 2027; Sie erfahren es dann."),
        (5, 9, "Findet statt ab 5 Personen. Entschieden wird am 20. Januar 2027; Sie erfahren es dann."),
        (5, 10, "Findet statt ab 5 Personen. Wir entscheiden in den nächsten Tagen; Sie erfahren es dann."),
    ],
)
def test_the_minimum_in_words(minimum: int, days: int, expected: str) -> None:
    run = CourseRun(state="published", minimum=minimum, decide_on=DAY)
    with translation.override("de"):
        assert minimum_sentence(run, at=make.NOW + timedelta(days=days)) == expected


@pytest.mark.parametrize(
    "fields", [{"minimum": None}, {"decided_at": make.NOW}, {"state": "cancelled"}], ids=str
)
def test_once_nothing_is_open_nothing_is_said(fields: dict[str, Any]) -> None:
    run = CourseRun(**{"state": "published", "minimum": 5, "decide_on": DAY, **fields})
    assert minimum_sentence(run, at=make.NOW) == ""


def test_pages_and_mails_say_it_while_it_is_open(client: Client) -> None:
    run = doubtful()
    booking = make.book_series(run)
    sentence = "Findet statt ab 3 Personen. Entschieden wird am 20. Januar 2027"
    pages = [
        run.course.url,
        make.first(run).get_absolute_url(),
        f"/buchung/{booking.public_id}/{booking.token}/",
    ]
    for url in pages:
        assert sentence in web.words(client.get(url)), url
    confirmed = OutgoingMail.objects.get(kind="booking_confirmed")
    assert "Findet statt ab 3 Personen" in text_of(confirmed)
    decide(run)
    for url in pages:
        assert sentence not in web.words(client.get(url)), url
    make.book_series(run)
    assert "Findet statt ab" not in text_of(
        OutgoingMail.objects.filter(kind="booking_confirmed").latest("pk")
    )


def test_whoever_books_reads_it_before_the_last_button(client: Client) -> None:
    visitor = Visitor(doubtful(), client)
    visitor.answer_all()
    assert "Findet statt ab 3 Personen" in web.words(visitor.get("pruefen"))


# Cancelling a run -------------------------------------------------------------------------------------


def test_every_date_to_come_is_cancelled_in_one_act_with_one_mail() -> None:
    run = doubtful()
    make.book_series(run, email="erna@example.org")
    later = make.first(run).ends_at
    change = cancel(run, at=later)
    run.refresh_from_db()
    assert run.state == CourseRun.State.CANCELLED
    states = list(run.sessions.order_by("starts_at").values_list("state", "reason"))
    assert states == [("planned", ""), ("cancelled", "Zu wenige"), ("cancelled", "Zu wenige")]
    assert change.kind == RunChange.Kind.CANCELLED
    due.do_all(at=later + NOTICE_DELAY - timedelta(seconds=1))
    assert not mails("run_cancelled")
    due.do_all(at=later + NOTICE_DELAY)
    assert mails("run_cancelled") == ["erna@example.org"]
    due.do_all(at=later + 2 * NOTICE_DELAY)
    assert len(mails("run_cancelled")) == 1


def test_undone_in_time_all_is_as_before_and_nobody_is_told() -> None:
    run = make.run(rule="RRULE:FREQ=WEEKLY", minimum=3, decide_on=DAY)
    make.book(make.first(run))
    before = list(run.sessions.order_by("pk").values_list("state", "starts_at", "reason", "seats_taken"))
    through = run.planned_through
    change = cancel(run)
    schedule = run.schedules.get()
    assert schedule.rule.rrules[0].until is not None
    operations.undo_change(change=change, at=make.in_minutes(9), by=None)
    run.refresh_from_db()
    assert (run.state, run.planned_through) == (CourseRun.State.PUBLISHED, through)
    assert run.schedules.get().rule.rrules[0].until is None
    after = list(run.sessions.order_by("pk").values_list("state", "starts_at", "reason", "seats_taken"))
    assert after == before
    due.do_all(at=TELLING)
    assert not mails("run_cancelled")


def test_undoing_one_of_its_dates_undoes_the_whole() -> None:
    run = doubtful()
    change = cancel(run)
    operations.undo_notice(notice=change.notices.all()[0], at=make.in_minutes(1), by=None)
    run.refresh_from_db()
    assert run.state == CourseRun.State.PUBLISHED
    assert not run.sessions.filter(state="cancelled").exists()


def test_after_ten_minutes_it_stays_cancelled() -> None:
    run = doubtful()
    change = cancel(run)
    with pytest.raises(NotPossible):
        operations.undo_change(change=change, at=TELLING, by=None)
    run.refresh_from_db()
    assert run.state == CourseRun.State.CANCELLED


def test_what_cannot_be_cancelled_is_refused_and_nothing_is_half_done() -> None:
    draft, over, twice, moved = doubtful(published=False), doubtful(), doubtful(), doubtful()
    cancel(twice)
    first = make.first(moved)
    operations.move_session(
        session=first,
        starts_at=first.starts_at + timedelta(hours=1),
        ends_at=first.ends_at + timedelta(hours=1),
        room=first.room,
        reason="Raum",
        at=make.NOW,
        by=None,
    )
    last = over.sessions.order_by("starts_at").last()
    assert last is not None
    for run, at, words in (
        (draft, make.NOW, "veröffentlicht"),
        (over, last.starts_at, "keinen Termin mehr"),
        (twice, make.NOW, "schon abgesagt"),
        (moved, make.NOW, "13. Januar 2027"),
    ):
        with pytest.raises(NotPossible, match=words):
            cancel(run, at=at)
    with pytest.raises(NotPossible, match="Grund"):
        cancel(doubtful(), reason=" ")
    moved.refresh_from_db()
    assert moved.state == CourseRun.State.PUBLISHED
    assert not moved.sessions.filter(state="cancelled").exists()


def test_a_cancelled_run_is_neither_booked_nor_changed_nor_extended() -> None:
    run = make.run(rule="RRULE:FREQ=WEEKLY")
    session, count = make.first(run), run.sessions.count()
    cancel(run)
    with pytest.raises(NotPossible, match="abgesagt"):
        make.book(session)
    assert operations.extend_run(run=run, at=make.NOW + timedelta(days=90)) == 0
    with pytest.raises(NotPossible):
        run_form_saved(run)
    assert run.sessions.count() == count
    assert open_conflicts(at=make.NOW, through=make.NOW + timedelta(days=90)) == []


def run_form_saved(run: CourseRun) -> None:
    operations.save_run(
        run=CourseRun.objects.get(pk=run.pk),
        schedule=run.schedules.get(),
        facilitators=[],
        at=make.NOW,
        by=None,
    )


def test_a_cancelled_run_stays_on_its_page_in_the_programme_and_in_calendars(
    client: Client, clock: time_machine.Traveller
) -> None:
    run = doubtful()
    first = make.first(run)
    cancel(run)
    said = web.words(client.get(run.course.url))
    assert "Dieser Kurs fällt ganz aus" in said
    assert "Zu wenige" in said
    assert not web.page(client.get(run.course.url)).select("a[href^='/buchen/']")
    page = client.get(first.get_absolute_url())
    assert page.status_code == 200
    assert "Dieser Termin fällt aus" in web.words(page)
    assert run.course.title in web.words(client.get("/programm/"))
    for feed in ("/kalender/programm.ics", f"/kalender/angebot/{run.course.pk}.ics"):
        assert client.get(feed).content.count(b"STATUS:CANCELLED") == 3, feed
    assert run.course.title in web.words(client.get("/kalender/"))
    booking = client.get(f"/buchen/durchgang/{run.public_id}/")
    assert booking.status_code == 409
    assert "abgesagt" in web.words(booking)
    last = run.sessions.order_by("starts_at").last()
    assert last is not None
    clock.move_to(last.ends_at)
    assert "fällt ganz aus" not in web.words(client.get(run.course.url))


# The team's pages -------------------------------------------------------------------------------------


def test_the_list_begins_with_what_is_overdue_and_says_who_has_booked(team: Client) -> None:
    late = doubtful(decide_on=date(2027, 1, 8), course=make.course("Zu spät"), number="SPAET")
    soon = doubtful(decide_on=date(2027, 1, 12), course=make.course("Morgen"), booking_mode="single")
    make.book(soon.sessions.order_by("starts_at")[1], "Erna", "Paul")
    make.book_series(late, "Ida")
    settled, drafted = (
        doubtful(course=make.course("Sicher")),
        doubtful(course=make.course("Noch"), published=False),
    )
    decide(settled)
    response = team.get(LIST)
    rows = [" ".join(row.get_text(" ").split()) for row in web.page(response).select("main tbody tr")]
    assert "SPAET" in rows[0]
    assert "seit 3 Tagen überfällig" in rows[0]
    assert "1 von mindestens 3" in rows[0]
    assert soon.number in rows[1]
    assert "in 1 Tag" in rows[1]
    assert "0 von mindestens 3 am leersten Termin; 2 am vollsten" in rows[1]
    assert "Sicher" in rows[2]
    assert drafted.number not in web.words(response)


def test_the_list_asks_the_database_the_same_number_of_questions(team: Client) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert team.get(LIST).status_code == 200
        return len(captured)

    make.book_series(doubtful())
    decide(doubtful())
    team.get(LIST)
    one = count()
    for _ in range(2):
        make.book_series(doubtful())
        decide(doubtful())
    assert [one, count()] == [12, 12]


def test_deciding_shows_who_is_told_and_then_tells_them(team: Client, editor: User) -> None:
    run = doubtful()
    make.book_series(run, "Erna Meier", email="erna@example.org")
    called = make.book_series(run, "Paul Kunz", email="", phone="+4951234567")
    url = f"/admin/courserun/decide/{run.pk}/"
    said = web.words(team.get(url))
    assert "erna@example.org" in said
    assert "05123 4567" in said
    assert not mails("run_takes_place")
    response = team.post(url, follow=True)
    assert "findet statt" in web.words(response)
    assert called.code in response.content.decode()
    run.refresh_from_db()
    assert run.decided_at == make.NOW
    assert run.changes.get(kind="decided").by == editor
    assert "schon entschieden" in team.get(url, follow=True).content.decode()


def test_cancelling_asks_for_a_reason_shows_who_is_told_and_can_be_undone(team: Client) -> None:
    run = doubtful()
    make.book_series(run, "Erna Meier", email="erna@example.org")
    url = f"/admin/courserun/cancel/{run.pk}/"
    assert team.get(url).status_code == 200
    empty = team.post(url, {"reason": ""})
    assert empty.status_code == 422
    assert "Bitte geben Sie einen Grund an" in web.words(empty)
    preview = team.post(url, {"reason": "Zu wenige Anmeldungen"})
    said = web.words(preview)
    assert "erna@example.org" in said
    assert "3 Termine werden abgesagt" in said
    assert not Notice.objects.exists()
    back = team.post(url, {"reason": "Zu wenige Anmeldungen", "step": "back"})
    assert web.page(back).select_one("[name=reason]")["value"] == "Zu wenige Anmeldungen"  # type: ignore[index]
    response = team.post(url, {"reason": "Zu wenige Anmeldungen", "step": "confirm"})
    notice = response.headers["Location"]
    assert run.sessions.filter(state="cancelled").count() == 3
    assert team.post(notice).headers["Location"] == f"/admin/courserun/dates/{run.pk}/"
    run.refresh_from_db()
    assert run.state == CourseRun.State.PUBLISHED
    assert not run.sessions.filter(state="cancelled").exists()


def test_a_run_of_one_date_is_undone_from_its_notice_too(team: Client) -> None:
    run = doubtful(rule="")
    response = team.post(f"/admin/courserun/cancel/{run.pk}/", {"reason": "Krank", "step": "confirm"})
    team.post(response.headers["Location"])
    run.refresh_from_db()
    assert run.state == CourseRun.State.PUBLISHED
    assert Session.objects.get().state == "planned"


def test_a_run_that_cannot_be_cancelled_says_so_and_keeps_what_was_typed(team: Client) -> None:
    run = doubtful()
    first = make.first(run)
    operations.cancel_session(session=first, reason="Krank", at=make.NOW, by=None)
    second = run.sessions.order_by("starts_at")[1]
    operations.move_session(
        session=second,
        starts_at=second.starts_at + timedelta(hours=1),
        ends_at=second.ends_at + timedelta(hours=1),
        room=second.room,
        reason="Raum",
        at=make.NOW,
        by=None,
    )
    response = team.post(f"/admin/courserun/cancel/{run.pk}/", {"reason": "Zu wenige", "step": "confirm"})
    assert response.status_code == 409
    assert web.page(response).select_one("[name=reason]")["value"] == "Zu wenige"  # type: ignore[index]
    run.refresh_from_db()
    assert run.state == CourseRun.State.PUBLISHED


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"minimum": "5"}, "decide_on"),
        ({"minimum": "9", "decide_on": "2027-01-12"}, "minimum"),
        ({"minimum": "0", "decide_on": "2027-01-12"}, "minimum"),
        ({"minimum": "2", "decide_on": "2027-01-12", "booking_mode": "drop_in"}, "minimum"),
        ({"seats_per_helper": "2"}, "helpers_wanted"),
        ({"seats_per_helper": "2", "helpers_wanted": "2", "booking_mode": "drop_in"}, "seats_per_helper"),
    ],
)
def test_numbers_that_make_no_sense_are_refused_beside_their_field(
    team: Client, typed: dict[str, str], field: str
) -> None:
    response = team.post(run_form.NEW, run_form.fields(make.course(), **typed))
    assert response.status_code == 422
    marked = web.page(response).select_one(f"[name={field}][aria-invalid]") or web.page(response).select_one(
        f"#panel-child-{field}-errors, #id_{field}"
    )
    errors = response.context["forms"].run_form.errors
    assert set(errors) == {field}
    assert marked is not None
    assert not CourseRun.objects.exists()


@pytest.mark.parametrize("role", ["Redaktion", "Kursteam"])
def test_who_only_looks_neither_decides_nor_cancels(role: str) -> None:
    run = doubtful()
    client = web.signed_in(make.staff(role))
    may = role == "Kursteam"
    assert client.get(LIST).status_code == 200
    for name in ("decide", "cancel"):
        url = f"/admin/courserun/{name}/{run.pk}/"
        assert (client.get(url).status_code == 200) is may
        assert (url in client.get(LIST).content.decode()) is may
    if not may:
        client.post(f"/admin/courserun/decide/{run.pk}/")
        client.post(f"/admin/courserun/cancel/{run.pk}/", {"reason": "Nein", "step": "confirm"})
        run.refresh_from_db()
        assert (run.state, run.decided_at) == (CourseRun.State.PUBLISHED, None)


def test_a_cancelled_run_is_archived_once_its_last_date_is_over(team: Client) -> None:
    run = doubtful()
    cancel(run)
    last = run.sessions.order_by("starts_at").last()
    assert last is not None
    with pytest.raises(NotPossible, match="bis sein letzter Termin vorbei ist"):
        operations.archive_run(run=run, at=last.starts_at, by=None)
    operations.archive_run(run=run, at=last.ends_at, by=None)
    run.refresh_from_db()
    assert run.state == CourseRun.State.ARCHIVED
