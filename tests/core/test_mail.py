"""Mail as rows, sent to a real server that is well, unwell or not there."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import timedelta

import icalendar
import pytest
from django.db import IntegrityError, connections, transaction
from django.utils import timezone
from pytest_django import Settings

from config.environment import mailers as mailers_from_environment
from core import mail
from core.mail import LEASE, PAUSES, send_due
from core.models import OutgoingMail
from tests import factories as make
from tests.mailserver import Delivered, Postbox, free_port, mailer, serving, silent
from workshops import operations
from workshops.models import Booking, CoursePage

State = OutgoingMail.State


@pytest.fixture
def postbox(settings: Settings) -> Iterator[Postbox]:
    """A server that takes everything."""
    box = Postbox()
    with serving(box) as port:
        settings.MAILERS = mailer(port)
        yield box


def waiting(*, recipient: str = "erna@example.org", name: str = "Erna Meier") -> OutgoingMail:
    """The finished confirmation of a new booking."""
    booking = make.book(make.session(), name, email=recipient)
    mail.write_due(make.NOW)
    return OutgoingMail.objects.get(subject_id=str(booking.public_id))


def copies(original: OutgoingMail, count: int) -> list[OutgoingMail]:
    """More messages like that one, each with an identity of its own."""
    made = []
    for number in range(count):
        fields = {f.attname: getattr(original, f.attname) for f in original._meta.fields if f.name != "id"}
        identity = f"<{number}.{original.pk}@example.org>"
        content = bytes(original.content or b"").replace(original.message_id.encode(), identity.encode())
        made.append(OutgoingMail(**{**fields, "message_id": identity, "content": content}))
    return OutgoingMail.objects.bulk_create(made)


# Delivery ---------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_message_arrives_as_it_was_written_and_its_text_is_erased(postbox: Postbox) -> None:
    row = waiting()
    written = bytes(row.content or b"")
    assert send_due(make.NOW) == 1
    [delivered] = postbox.all
    assert delivered.recipients == ["erna@example.org"]
    assert delivered.sender == "werkstatt@example.org"
    assert delivered.content == written
    assert delivered.message["Message-ID"] == row.message_id
    assert delivered.message["Auto-Submitted"] == "auto-generated"
    row.refresh_from_db()
    assert (row.state, row.content, row.sent_at, row.attempts) == (State.SENT, None, make.NOW, 1)
    assert send_due(make.NOW + timedelta(days=1)) == 0
    assert len(postbox.all) == 1


@pytest.mark.django_db
def test_behind_a_slow_server_a_round_ends_before_its_leases_do(
    postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies(waiting(), 2)
    monkeypatch.setattr(mail, "LEASE", timedelta(microseconds=1))
    assert [send_due(make.NOW) for _round in range(4)] == [1, 1, 1, 0]
    assert len({one.message["Message-ID"] for one in postbox.all}) == 3


@pytest.mark.django_db
def test_umlauts_and_signs_survive_and_names_are_no_markup(postbox: Postbox) -> None:
    title = 'Größe & Übermut: „Fotos“ für Ältere – 5 €? <b>Ja</b> "sicher"'
    session = make.session(course=make.course(title), room=make.room(name="Bücherstübchen"))
    make.book(session, "Jürgen <script>alert(1)</script> Großmann", email="juergen@example.org")
    send_due(make.NOW)
    message = postbox.next().message
    assert message["Subject"] == f"Ihre Buchung: {title}"
    plain = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    html = message.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert title in plain
    assert "Bücherstübchen" in plain
    assert "Jürgen <script>alert(1)</script> Großmann" in plain
    assert "&amp; Übermut" in html
    assert "<script>" not in html
    assert "<b>Ja" not in html


@pytest.mark.django_db
def test_an_address_with_an_umlaut_in_its_domain_is_reached(postbox: Postbox) -> None:
    waiting(recipient="erna@bücher.example")
    assert send_due(make.NOW) == 1
    delivered = postbox.next()
    assert delivered.recipients == ["erna@xn--bcher-kva.example"]
    head, _, _ = delivered.content.partition(b"\r\n\r\n")
    assert head.isascii()
    assert delivered.message["To"] == "erna@xn--bcher-kva.example"


@pytest.mark.django_db
def test_the_dates_come_as_a_calendar_that_others_can_read(postbox: Postbox) -> None:
    run = make.run(booking_mode="series", course=make.course("Größere Schrift"))
    make.book_series(run)
    send_due(make.NOW)
    message = postbox.next().message
    assert message.get_content_type() == "multipart/mixed"
    [part] = message.iter_attachments()
    assert (part.get_content_type(), part.get_filename()) == ("text/calendar", "termine.ics")
    assert part.get_param("method") == "PUBLISH"
    assert part.get_param("charset").lower() == "utf-8"  # type: ignore[union-attr]
    parsed = icalendar.Calendar.from_ical(part.get_content())  # type: ignore[attr-defined]
    assert {(str(event["UID"]), event.start) for event in parsed.walk("VEVENT")} == {
        (session.uid, session.starts_at) for session in run.sessions.all()
    }
    assert {str(event["SUMMARY"]) for event in parsed.walk("VEVENT")} == {"Größere Schrift"}


@pytest.mark.django_db
def test_the_hour_is_that_of_the_house_whatever_zone_is_active(postbox: Postbox) -> None:
    with timezone.override("America/New_York"):
        waiting()
    send_due(make.NOW)
    plain = postbox.next().message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "14:00" in plain
    assert "08:00" not in plain


@pytest.mark.django_db
def test_a_message_waits_until_its_time(postbox: Postbox) -> None:
    row = waiting()
    OutgoingMail.objects.update(not_before=make.in_minutes(10))
    assert send_due(make.in_minutes(9)) == 0
    assert postbox.all == []
    assert send_due(make.in_minutes(10)) == 1
    assert postbox.next().message["Message-ID"] == row.message_id


@pytest.mark.django_db
def test_the_server_is_the_one_the_environment_names(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    box = Postbox()
    with serving(box) as port:
        monkeypatch.setenv("EMAIL_URL", f"smtp://127.0.0.1:{port}")
        settings.MAILERS = mailers_from_environment("")
        waiting()
        assert send_due(make.NOW) == 1
    assert len(box.all) == 1


# Trouble ----------------------------------------------------------------------------------------------

TROUBLE: dict[str, Callable[[], Postbox]] = {
    "mailbox busy": lambda: Postbox(at_rcpt="450 4.2.1 erna@example.org is busy"),
    "no such mailbox": lambda: Postbox(at_rcpt="550 5.1.1 erna@example.org unknown"),
    "try later": lambda: Postbox(at_data="451 4.3.0 try erna@example.org later"),
    "refused as spam": lambda: Postbox(at_data="554 5.7.1 spam for erna@example.org"),
    "hangs up before the text": lambda: Postbox(at_rcpt="hang up"),
    "hangs up half-way": lambda: Postbox(at_data="hang up"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("trouble", [*TROUBLE, "not there", "silent"])
def test_nothing_is_lost_whatever_is_wrong_with_the_server(trouble: str, settings: Settings) -> None:
    row = waiting()
    written = bytes(row.content or b"")
    port = free_port()
    broken = {"not there": nullcontext(port), "silent": silent()}.get(trouble) or serving(TROUBLE[trouble]())
    with broken as port:
        settings.MAILERS = mailer(port, timeout=0.3 if trouble == "silent" else 60)
        assert send_due(make.NOW) == 0
    row.refresh_from_db()
    assert (row.state, row.attempts) == (State.WAITING, 1)
    assert bytes(row.content or b"") == written
    assert row.not_before == make.NOW + PAUSES[0]
    assert row.last_error
    assert "erna" not in row.last_error

    box = Postbox()
    with serving(box) as port:
        settings.MAILERS = mailer(port)
        assert send_due(make.NOW + PAUSES[0] - timedelta(seconds=1)) == 0
        assert send_due(make.NOW + PAUSES[0]) == 1
    [delivered] = box.all
    assert delivered.message["Message-ID"] == row.message_id
    row.refresh_from_db()
    assert (row.state, row.content, row.last_error) == (State.SENT, None, "")


@pytest.mark.django_db
def test_it_is_tried_again_with_growing_pauses_and_given_up_after_the_last(settings: Settings) -> None:
    settings.MAILERS = mailer(free_port())
    row = waiting()
    at, pauses = make.NOW, []
    while row.state == State.WAITING:
        assert send_due(at) == 0
        row.refresh_from_db()
        pauses.append(row.not_before - at)
        at = row.not_before
    assert pauses[:-1] == PAUSES == sorted(PAUSES)
    assert timedelta(days=2) < sum(PAUSES, timedelta()) < timedelta(days=4)
    assert (row.state, row.content, row.attempts) == (State.FAILED, None, len(PAUSES) + 1)
    assert row.last_error == "ConnectionRefusedError"
    attempts = row.attempts
    assert send_due(at + timedelta(days=30)) == 0
    row.refresh_from_db()
    assert row.attempts == attempts


@pytest.mark.django_db
def test_a_copy_sent_because_the_answer_was_lost_carries_the_same_identity(settings: Settings) -> None:
    row = waiting()
    box = Postbox(at_data="hang up after keeping it")
    with serving(box) as port:
        settings.MAILERS = mailer(port)
        assert send_due(make.NOW) == 0
        box.at_data = "250 OK"
        assert send_due(make.NOW + PAUSES[0]) == 1
    first, second = box.all
    assert first.message["Message-ID"] == second.message["Message-ID"] == row.message_id


@pytest.mark.django_db
def test_one_refused_address_holds_up_no_other(postbox: Postbox) -> None:
    postbox.refused.add("gone@example.org")
    for address in ("first@example.org", "gone@example.org", "last@example.org"):
        waiting(recipient=address)
    assert send_due(make.NOW) == 2
    assert [each.recipients for each in postbox.all] == [["first@example.org"], ["last@example.org"]]
    assert OutgoingMail.objects.get(state=State.WAITING).recipient == "gone@example.org"


@pytest.mark.django_db
def test_a_server_that_does_not_answer_is_asked_once_a_round(settings: Settings) -> None:
    """Twenty seconds of waiting for each of two hundred mails would hold up all other due work."""
    copies(waiting(), 4)
    with silent() as port:
        settings.MAILERS = mailer(port, timeout=0.3)
        assert send_due(make.NOW) == 0
    assert sorted(OutgoingMail.objects.values_list("attempts", flat=True)) == [0, 0, 0, 0, 1]
    box = Postbox()
    with serving(box) as port:
        settings.MAILERS = mailer(port)
        assert send_due(make.NOW) == 4
        assert send_due(make.NOW + PAUSES[0]) == 1
    assert len(box.all) == 5


@pytest.mark.django_db
def test_what_a_killed_process_had_taken_goes_out_after_its_lease(postbox: Postbox) -> None:
    waiting()
    # What is left in the database when the process dies between taking and handing over.
    OutgoingMail.objects.update(not_before=make.NOW + LEASE, attempts=1)
    assert send_due(make.NOW + LEASE - timedelta(seconds=1)) == 0
    assert send_due(make.NOW + LEASE) == 1
    assert len(postbox.all) == 1


@pytest.mark.django_db
def test_what_is_forgotten_is_not_sent(postbox: Postbox) -> None:
    row, other = waiting(), waiting(recipient="other@example.org")
    assert mail.forget(subject_ids=[row.subject_id]) == 1
    assert send_due(make.NOW) == 1
    assert postbox.next().recipients == [other.recipient]


@pytest.mark.django_db
def test_the_text_is_kept_only_while_it_waits() -> None:
    row = waiting()
    with pytest.raises(IntegrityError), transaction.atomic():
        OutgoingMail.objects.filter(pk=row.pk).update(state=State.SENT)
    with pytest.raises(IntegrityError), transaction.atomic():
        OutgoingMail.objects.filter(pk=row.pk).update(content=None)
    assert OutgoingMail.objects.get().state == State.WAITING


# Noted, and written by due work ------------------------------------------------------------------------


def noted(**fields: str) -> OutgoingMail:
    """The confirmation of a new booking before due work has written it."""
    booking = make.book(make.session(), "Erna Meier", **{"email": "erna@example.org", **fields})
    return OutgoingMail.objects.get(subject_id=str(booking.public_id))


@pytest.mark.django_db
def test_what_is_noted_is_written_and_goes_out_under_the_identity_it_had(postbox: Postbox) -> None:
    row = noted()
    assert (row.state, row.content) == (State.TO_WRITE, None)
    assert send_due(make.NOW - timedelta(seconds=1)) == 0
    assert send_due(make.NOW) == 1
    assert identity(postbox.next()) == row.message_id
    assert mail.write_due(make.NOW) == 0


@pytest.mark.django_db
def test_what_cannot_be_written_waits_and_holds_up_no_other(
    postbox: Postbox, caplog: pytest.LogCaptureFixture
) -> None:
    row, other = noted(), waiting(recipient="other@example.org")
    OutgoingMail.objects.filter(pk=row.pk).update(
        state=State.TO_WRITE, content=None, subject_type="nobody.Knows"
    )
    at = make.NOW
    for attempts, pause in enumerate(PAUSES, start=1):
        send_due(at)
        row.refresh_from_db()
        assert (row.state, row.attempts, row.not_before) == (State.TO_WRITE, attempts, at + pause)
        at += pause
    assert postbox.next().recipients == [other.recipient]
    send_due(at)
    row.refresh_from_db()
    assert (row.state, row.last_error) == (State.FAILED, "KeyError")
    assert "could not be written" in caplog.text


@pytest.mark.django_db
def test_nobody_who_has_been_erased_is_written_to(postbox: Postbox) -> None:
    row = noted()
    Booking.objects.update(person=None)
    assert send_due(make.NOW) == 0
    assert not OutgoingMail.objects.filter(pk=row.pk).exists()
    assert mail.forget(subject_ids=[noted().subject_id]) == 1
    assert send_due(make.NOW) == 0


@pytest.mark.django_db
def test_what_is_cancelled_before_it_was_confirmed_in_writing_is_told_in_order(postbox: Postbox) -> None:
    row = noted()
    booking = Booking.objects.get(public_id=row.subject_id)
    operations.cancel_booking(booking=booking, at=make.NOW)
    assert send_due(make.NOW) == 2
    assert [str(each.message["Subject"]).partition(":")[0] for each in postbox.all] == [
        "Ihre Buchung",
        "Abgesagt",
    ]
    plain = postbox.all[0].message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert booking.code in plain


# Injection --------------------------------------------------------------------------------------------

LINE_ENDS = ["\r\n", "\n", "\r", "\u2028", "\x0b", "\x85"]


@pytest.mark.django_db
@pytest.mark.parametrize("end", LINE_ENDS, ids=repr)
def test_a_name_or_title_with_line_ends_makes_no_header(end: str, postbox: Postbox) -> None:
    evil = f"Erna{end}Bcc: boese@example.org{end}{end}Gewonnen!"
    session = make.session()
    CoursePage.objects.update(title=f"Fotos{end}Bcc: boese@example.org{end}X-Boese: ja")
    make.book(session, evil, email="erna@example.org")
    assert send_due(make.NOW) == 1
    delivered = postbox.next()
    assert delivered.recipients == ["erna@example.org"]
    assert delivered.message["To"] == "erna@example.org"
    assert delivered.message["Bcc"] is None
    assert delivered.message["X-Boese"] is None
    assert "\n" not in delivered.message["Subject"]
    assert "Fotos" in delivered.message["Subject"]


@pytest.mark.django_db
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"], ids=repr)
def test_an_address_with_line_ends_writes_nothing(end: str, postbox: Postbox) -> None:
    session = make.session()
    with pytest.raises(ValueError, match=r"newline|linefeed|header"):
        make.book(session, email=f"erna@example.org{end}Bcc: boese@example.org")
    assert not OutgoingMail.objects.exists()
    assert not Booking.objects.exists()
    session.refresh_from_db()
    assert session.seats_taken == 0


@pytest.mark.django_db
def test_several_addresses_in_one_field_reach_nobody_else(postbox: Postbox) -> None:
    row = waiting()
    OutgoingMail.objects.update(recipient="erna@example.org, boese@example.org")
    send_due(make.NOW)
    assert "boese@example.org" not in [address for each in postbox.all for address in each.recipients]
    row.refresh_from_db()
    assert row.state == State.WAITING


# At once ----------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("are_written", [True, False], ids=["finished", "noted"])
def test_several_senders_at_once_send_each_message_once(are_written: bool, postbox: Postbox) -> None:
    rows = copies(waiting(), 11) if are_written else [noted() for _number in range(12)][1:]
    start = threading.Barrier(4)

    def work(_number: int) -> int:
        try:
            start.wait(timeout=60)
            return send_due(make.NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        counts = list(threads.map(work, range(4)))
    assert sum(counts) == len(rows) + 1
    identities = Counter(identity(each) for each in postbox.all)
    assert set(identities.values()) == {1}
    assert len(identities) == len(rows) + 1
    assert set(OutgoingMail.objects.values_list("state", "attempts")) == {(State.SENT, 1)}


def identity(delivered: Delivered) -> str:
    return str(delivered.message["Message-ID"])
