"""What the team writes to everybody who comes, and whom it has to call."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.roles import ADMINISTRATORS, COURSE_TEAM, EDITORS, FACILITATORS
from core.mail import FinishedMessage
from core.models import AuditEntry, OutgoingMail
from tests import factories as make
from tests import web
from workshops import due, operations
from workshops.calls import ToCall, to_call
from workshops.models import Booking, Call, CourseRun, Offer, Session, TeamMessage
from workshops.operations.messages import SAME_MESSAGE
from workshops.rules import NOTICE_DELAY, NotPossible

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

TOLD = make.NOW + NOTICE_DELAY


def write(
    run: CourseRun,
    session: Session | None = None,
    *,
    text: str = "Bitte Ladekabel mitbringen.",
    **fields: Any,
) -> TeamMessage:
    return operations.write_to_participants(
        run=run,
        session=session,
        **{"subject": "Ladekabel", "text": text, "at": make.NOW, "by": None, **fields},
    )


def recipients(kind: str = "team_message") -> list[str]:
    found = OutgoingMail.objects.filter(kind=kind).order_by("recipient")
    return list(found.values_list("recipient", flat=True))


def waits(session: Session, name: str = "Paul", **fields: Any) -> Booking:
    fields.setdefault("email", f"{name.lower()}@example.org")
    return operations.join_waiting_list(
        run=session.run, session=session, party=make.party(name, **fields), at=make.NOW
    )


def by_phone(session: Session, name: str = "Karl", **fields: Any) -> Booking:
    return make.book(session, name, email="", phone="+4951234567", **fields)


def about(at: datetime = make.NOW) -> list[tuple[str, str]]:
    return [(call.about, call.booking.code) for call in to_call(at)]


# Messages ---------------------------------------------------------------------------------------------


def test_everybody_on_a_date_gets_one_mail_and_who_is_offered_a_seat_none() -> None:
    run = make.run(capacity=2)
    first, second = run.sessions.order_by("starts_at")[:2]
    make.book(first, "Erna", "Rolf", email="erna@example.org")
    make.book(second, "Ida", email="ida@example.org")
    offered = waits(first)
    message = write(run, first)
    assert recipients() == ["erna@example.org"]
    assert (message.session, message.sent_at) == (first, make.NOW)
    operations.cancel_booking(booking=Booking.objects.get(person__email="erna@example.org"), at=make.NOW)
    offered.refresh_from_db()
    assert offered.state == Booking.State.OFFERED
    with pytest.raises(NotPossible):
        write(run, first, text="Noch etwas.")


def test_to_a_run_it_goes_to_who_has_a_date_ahead() -> None:
    run = make.run()
    first, second = run.sessions.order_by("starts_at")[:2]
    make.book(first, email="gone@example.org")
    make.book(second, email="comes@example.org")
    write(run, at=first.ends_at)
    assert recipients() == ["comes@example.org"]


def test_a_button_pressed_twice_sends_once_and_the_same_words_later_are_a_new_message() -> None:
    run = make.run()
    make.book(make.first(run))
    assert write(run) == write(run, at=make.NOW + SAME_MESSAGE - timedelta(seconds=1))
    assert len(recipients()) == 1
    assert write(run, text="Etwas anderes.") != write(run, at=make.NOW + SAME_MESSAGE)
    assert len(recipients()) == 3


@pytest.mark.parametrize(("language", "word"), [("de", "Buchung"), ("en", "booking")])
def test_the_frame_is_in_the_readers_language_and_the_words_are_no_markup(language: str, word: str) -> None:
    run = make.run()
    booking = make.book(make.first(run), language=language)
    write(run, text="Zeile <b>eins</b>\nZeile zwei & mehr", subject="Kabel & Co")
    row = OutgoingMail.objects.get(kind="team_message")
    message = FinishedMessage(bytes(row.content or b""), row.recipient).parsed
    html, text = message.get_body(["html"]), message.get_body(["plain"])
    assert html is not None
    assert text is not None
    assert "Zeile &lt;b&gt;eins&lt;/b&gt;<br>Zeile zwei &amp; mehr" in html.get_content()
    assert "Zeile <b>eins</b>\nZeile zwei & mehr" in text.get_content().replace("\r", "")
    assert str(message["Subject"]).endswith(": Kabel & Co")
    for body in (html, text):
        assert word in body.get_content()
        assert str(booking.public_id) in body.get_content()


def test_it_is_written_down_without_the_words() -> None:
    run, editor = make.run(), make.staff(COURSE_TEAM)
    make.book(make.first(run))
    write(run, by=editor)
    entry = AuditEntry.objects.get(verb="write_to_participants")
    assert (entry.user, entry.detail) == (editor, {"bookings": 1})


# Calls ------------------------------------------------------------------------------------------------


def test_an_offer_stands_on_the_list_until_they_are_reached_and_then_their_time_runs() -> None:
    session = make.session(capacity=1)
    taken = make.book(session)
    waiting = waits(session, "Karl", email="", phone="+4951234567")
    operations.cancel_booking(booking=taken, at=make.NOW)
    offer = waiting.offers.get()
    assert about() == [(Call.About.OFFER, waiting.code)]
    note = {"booking": waiting, "about": Call.About.OFFER, "about_id": offer.pk, "by": None}
    operations.note_call(**note, reached=False, at=make.NOW)
    offer.refresh_from_db()
    assert (offer.reached_at, to_call(make.NOW)[0].tried) == (None, make.NOW)
    for _ in range(2):
        operations.note_call(**note, reached=True, at=make.in_minutes(5))
    offer.refresh_from_db()
    assert offer.reached_at == make.in_minutes(5)
    assert offer.deadline is not None
    assert about() == []
    assert Call.objects.count() == 2


def test_an_offer_that_is_over_cannot_be_noted_as_reached() -> None:
    session = make.session(capacity=1)
    taken = make.book(session)
    waiting = waits(session, "Karl", email="", phone="+4951234567")
    operations.cancel_booking(booking=taken, at=make.NOW)
    offer = waiting.offers.get()
    operations.cancel_booking(booking=waiting, at=make.NOW)
    with pytest.raises(NotPossible):
        operations.note_call(
            booking=waiting, about=Call.About.OFFER, about_id=offer.pk, reached=True, at=make.NOW, by=None
        )
    assert not Call.objects.exists()


def test_several_dates_cancelled_in_one_act_are_one_call() -> None:
    run = make.run(booking_mode="series")
    booking = make.book_series(run, email="", phone="+4951234567")
    make.book_series(run)
    operations.cancel_run(run=run, reason="Krank", at=make.NOW, by=None)
    assert about() == []
    due.send_notices(TOLD)
    (call,) = to_call(TOLD)
    assert (call.about, call.booking, len(call.lines), call.detail) == (
        Call.About.NOTICE,
        booking,
        3,
        "Krank",
    )
    reach(call, at=TOLD)
    assert about(TOLD) == []
    assert about(make.first(run).starts_at) == []


def reach(call: ToCall, at: datetime) -> None:
    operations.note_call(
        booking=call.booking, about=call.about, about_id=call.about_id, reached=True, at=at, by=None
    )


def test_whoever_booked_after_the_change_or_has_gone_is_not_called() -> None:
    session = make.session()
    gone = by_phone(session, "Karl")
    operations.move_session(
        session=session,
        starts_at=session.starts_at + timedelta(hours=1),
        ends_at=session.ends_at + timedelta(hours=1),
        room=session.room,
        reason="Der Raum ist belegt",
        at=make.NOW,
        by=None,
    )
    by_phone(session, "Ida", at=make.in_minutes(1))
    due.send_notices(TOLD)
    assert about(TOLD) == [(Call.About.NOTICE, gone.code)]
    operations.cancel_booking(booking=gone, at=TOLD)
    assert about(TOLD) == []


def test_a_message_stands_on_the_list_until_the_date_is_over() -> None:
    session = make.session()
    booking = by_phone(session)
    make.book(session)
    write(session.run, session)
    assert about() == [(Call.About.MESSAGE, booking.code)]
    assert to_call(make.NOW)[0].lines == ["Bitte Ladekabel mitbringen."]
    assert about(session.ends_at) == []


def test_whose_mail_was_given_up_is_called_about_that_and_about_nothing_else() -> None:
    session = make.session()
    booking = make.book(session)
    write(session.run, session)
    mails = OutgoingMail.objects.filter(subject_id=str(booking.public_id))
    mails.filter(kind="booking_confirmed").update(state=OutgoingMail.State.FAILED, content=None)
    assert about() == []
    mails.filter(kind="team_message").update(state=OutgoingMail.State.FAILED, content=None)
    (call,) = to_call(make.NOW)
    assert (call.about, call.mail_failed) == (Call.About.MESSAGE, True)


def test_are_you_coming_stands_on_the_list_until_they_answer() -> None:
    session = make.session(asks_to_confirm=True, first_date=date(2027, 2, 10))
    booking = by_phone(session)
    make.book(session)
    at = datetime(2027, 2, 3, 8, tzinfo=make.BERLIN)
    due.ask_whether_coming(at)
    assert about(at) == [(Call.About.COMING, booking.code)]
    operations.say_coming(booking=booking, at=at)
    assert about(at) == []


def test_the_most_urgent_stand_first() -> None:
    later = make.session(first_date=date(2027, 2, 10))
    soon = make.session(first_date=date(2027, 1, 14))
    for session in (later, soon):
        by_phone(session)
        write(session.run, session)
    assert [call.booking.session for call in to_call(make.NOW)] == [soon, later]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_so_many_queries_whatever_its_length(count: int) -> None:
    session = make.session(asks_to_confirm=True)
    for number in range(count):
        by_phone(session, f"Gast {number}")
    write(session.run, session)
    write(session.run, session, text="Noch etwas.")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert len(to_call(make.NOW)) == 2 * count
    assert len(queries) == 9


# The team's pages -------------------------------------------------------------------------------------


def test_a_message_is_shown_with_its_readers_before_it_is_sent(team: Client, editor: User) -> None:
    session = make.session()
    make.book(session, "Erna", email="erna@example.org")
    karl = by_phone(session)
    url = f"/admin/booking/write-date/{session.pk}/"
    words = {"subject": "Kabel", "text": "Bitte ein Ladekabel\r\nmitbringen."}
    assert team.get(url).status_code == 200
    assert team.post(url, {"subject": "", "text": " "}).status_code == 422
    preview = web.words(team.post(url, words))
    for expected in ("Erna", "Karl", "05123 4567", "mitbringen."):
        assert expected in preview
    assert not TeamMessage.objects.exists()
    again = web.page(team.post(url, {**words, "step": "back"}))
    assert again.select_one("input[name=subject]")["value"] == "Kabel"
    for _ in range(2):
        assert team.post(url, {**words, "step": "confirm"}).status_code == 302
    message = TeamMessage.objects.get()
    assert (message.by, message.text) == (editor, "Bitte ein Ladekabel\nmitbringen.")
    page = web.words(team.get("/admin/booking/calls/"))
    assert str(karl.person and karl.person.name) in page
    assert "Bitte ein Ladekabel" in page


def test_where_nobody_comes_there_is_nobody_to_write_to(team: Client) -> None:
    run = make.run()
    url = f"/admin/booking/write/{run.pk}/"
    words = {"subject": "Kabel", "text": "Text"}
    assert not web.page(team.post(url, words)).select("button[value=confirm]")
    assert team.post(url, {**words, "step": "confirm"}).status_code == 409


def test_calls_are_noted_with_who_made_them(team: Client, editor: User) -> None:
    session = make.session()
    booking = by_phone(session)
    message = write(session.run, session)
    form = {"booking": booking.pk, "about": "message", "about_id": message.pk}
    team.post("/admin/booking/calls/", {**form, "act": "tried"})
    assert len(to_call(make.NOW)) == 1
    team.post("/admin/booking/calls/", {**form, "act": "reached"})
    assert to_call(make.NOW) == []
    team.post("/admin/booking/calls/", {**form, "act": "reached"})
    assert list(Call.objects.values_list("by", "reached").order_by("pk")) == [
        (editor.pk, False),
        (editor.pk, True),
    ]
    page = web.words(team.get(f"/admin/booking/inspect/{booking.pk}/"))
    assert page.count(str(Call.About.MESSAGE.label)) == 2


@pytest.mark.parametrize("tampered", [{"about": "x"}, {"about_id": "9" * 40}, {"booking": ""}, {"act": "x"}])
def test_a_tampered_note_changes_nothing(team: Client, tampered: dict[str, str]) -> None:
    session = make.session()
    booking = by_phone(session)
    message = write(session.run, session)
    form = {"booking": booking.pk, "about": "message", "about_id": message.pk, "act": "reached"}
    assert team.post("/admin/booking/calls/", {**form, **tampered}).status_code in (302, 404)
    assert not Call.objects.exists()


def test_somebody_who_telephones_says_whether_they_come(team: Client) -> None:
    session = make.session(asks_to_confirm=True)
    karl, ida = by_phone(session), by_phone(session, "Ida")
    Booking.objects.update(asked_at=make.NOW)
    for booking, act in ((karl, "coming"), (ida, "not_coming")):
        team.post(
            "/admin/booking/calls/", {"booking": booking.pk, "about": "coming", "about_id": 0, "act": act}
        )
        booking.refresh_from_db()
    assert (karl.coming_at, ida.state) == (make.NOW, Booking.State.CANCELLED)


def test_a_waiting_list_shows_order_and_offers_and_is_answered_for_them(team: Client) -> None:
    session = make.session(capacity=1)
    taken = make.book(session)
    karl = waits(session, "Karl", email="", phone="+4951234567")
    ida, rolf = waits(session, "Ida"), waits(session, "Rolf")
    operations.cancel_booking(booking=taken, at=make.NOW)
    page = web.page(team.get("/admin/booking/waiting/"))
    cells = [row.select("td")[0].get_text(strip=True) for row in page.select("main tbody tr")]
    assert cells[1:] == ["1", "2"]
    url = f"/admin/booking/waiting/{session.run_id}/"
    assert team.get(url).status_code == 200
    team.post(url, {"booking": karl.pk, "act": "reached"})
    assert karl.offers.get().deadline is not None
    team.post(url, {"booking": karl.pk, "act": "leave"})
    team.post(url, {"booking": ida.pk, "act": "accept"})
    team.post(url, {"booking": rolf.pk, "act": "remove"})
    states = {row.pk: row.state for row in Booking.objects.all()}
    assert (states[karl.pk], states[ida.pk], states[rolf.pk]) == ("cancelled", "confirmed", "cancelled")
    assert not web.page(team.get(url)).select("main tbody tr")
    # Twice, or too late: told, never an error.
    for act in ("accept", "pass", "leave", "remove", "reached", "x"):
        assert team.post(url, {"booking": karl.pk, "act": act}).status_code == 302
    assert Offer.objects.filter(state="accepted").count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_waiting_lists_take_so_many_queries_whatever_their_length(count: int) -> None:
    from workshops.admin.waiting import waiting_lists

    session = make.session(capacity=1)
    make.book(session)
    for number in range(count):
        waits(session, f"Gast{number}")
    with CaptureQueriesContext(connection) as queries:
        (line,) = waiting_lists()
    assert [party.place for party in line.parties] == list(range(1, count + 1))
    assert len(queries) == 2


def test_groups_that_ask_are_answered(team: Client) -> None:
    session = make.session(groups="ask", capacity=3)
    asked = [
        operations.book(
            run=session.run,
            session=session,
            party=make.party("", "", group_name=name, email=f"{name}@example.org"),
            at=make.NOW,
        )
        for name in ("7a", "7b")
    ]
    assert "7a" in web.words(team.get("/admin/booking/requests/"))
    for booking, act in ((asked[0], "accept"), (asked[1], "accept"), (asked[1], "refuse")):
        team.post("/admin/booking/requests/", {"booking": booking.pk, "act": act})
    assert [row.state for row in Booking.objects.order_by("pk")] == ["confirmed", "cancelled"]
    assert not web.page(team.get("/admin/booking/requests/")).select("main tbody tr")


def test_the_teams_front_page_counts_what_waits(team: Client) -> None:
    session = make.session(capacity=2, groups="ask")
    by_phone(session)
    write(session.run, session)
    make.book(session)
    waits(session)
    page = web.page(team.get("/admin/"))
    links = {str(a["href"]) for a in page.select(".team-panel__todo a")}
    assert {"/admin/booking/calls/", "/admin/booking/waiting/"} <= links


PAGES = ["waiting/", "waiting/{run}/", "calls/", "requests/", "write/{run}/", "write-date/{session}/"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("role", "may"), [(COURSE_TEAM, True), (ADMINISTRATORS, True), (EDITORS, False), (FACILITATORS, False)]
)
def test_only_course_team_and_administrators_see_who_waits(role: str, may: bool, page: str) -> None:
    session = make.session(capacity=1)
    make.book(session)
    booking = waits(session)
    url = "/admin/booking/" + page.format(run=session.run_id, session=session.pk)
    client = web.signed_in(make.staff(role))
    assert (client.get(url).status_code == 200) is may
    answered = client.post(url, {"booking": booking.pk, "act": "remove", "subject": "a", "text": "b"})
    assert may or answered.status_code in (302, 403)
    if not may:
        assert booking.state == Booking.objects.get(pk=booking.pk).state
        menu = web.page(client.get("/admin/"))
        assert not menu.select(f"a[href='{url}']")


def test_looking_at_people_is_written_down(team: Client) -> None:
    session = make.session(capacity=1)
    by_phone(session)
    waits(session)
    write(session.run, session)
    AuditEntry.objects.all().delete()
    team.get("/admin/booking/waiting/")
    team.get("/admin/booking/calls/")
    assert sorted(AuditEntry.objects.values_list("verb", flat=True)) == [
        "view_call_list",
        "view_waiting_list",
    ]
