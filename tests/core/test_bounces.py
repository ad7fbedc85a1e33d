"""Mails that came back: reports of many makes, a real mailbox, a provider's call, and what the team sees of it."""

import imaplib
import json
import random
import ssl
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts.roles import ADMINISTRATORS, COURSE_TEAM
from config.environment import Mailbox
from config.environment import mailbox as mailbox_from_environment
from core import bounces
from core.bounces import Kind, mailbox, reports
from core.bounces.webhook import MOST, MOST_BYTES
from core.models import OutgoingMail
from tests import factories as make
from tests import machine, web
from tests.core import bounce_corpus as corpus
from tests.imapserver import Folder, serving
from tests.mailserver import free_port, silent
from workshops.models import Booking

ID = "<0123456789abcdef0123456789abcdef@example.org>"
HOOK = "/zustellung/"
RIGHT = "lang-und-geheim"


def a_mail(*, phone: str = "") -> OutgoingMail:
    """A confirmation that has been sent."""
    booking = make.book(make.session(), "Erna Meier", email="erna@example.net", phone=phone)
    row = OutgoingMail.objects.get(subject_id=str(booking.public_id))
    row.state, row.content, row.sent_at = OutgoingMail.State.SENT, None, make.NOW
    row.save()
    return row


# What a report says -----------------------------------------------------------------------------------

REPORTS: dict[str, tuple[bytes, Kind, str]] = {
    "Postfix": (corpus.dsn(ID), Kind.PERMANENT, "User unknown"),
    "headers only": (corpus.dsn(ID, returned="text/rfc822-headers"), Kind.PERMANENT, "User unknown"),
    "late": (corpus.dsn(ID, action="delayed", status="4.4.1"), Kind.TEMPORARY, "4.4.1"),
    "given up after days": (corpus.dsn(ID, action="failed", status="4.4.7"), Kind.PERMANENT, "4.4.7"),
    "no action, 5": (corpus.dsn(ID, action="", status="5.2.2"), Kind.PERMANENT, "5.2.2"),
    "no action, 4": (corpus.dsn(ID, action="", status="4.2.2"), Kind.TEMPORARY, "4.2.2"),
    "shouting": (corpus.dsn(ID, action=" FAILED "), Kind.PERMANENT, "User unknown"),
    "Exchange": (corpus.exchange(ID), Kind.PERMANENT, "RecipientNotFound"),
    "Exim": (corpus.exim(ID), Kind.PERMANENT, "550 mailbox unavailable"),
    "Exim, late": (corpus.exim(ID, late=True), Kind.TEMPORARY, "delayed 24 hours"),
    "qmail": (corpus.qmail(ID), Kind.PERMANENT, "#5.1.1"),
    "quoted": (corpus.quoted(ID), Kind.PERMANENT, "552 5.2.2"),
    "answering": (corpus.answering(ID), Kind.TEMPORARY, "451 4.3.0"),
    "line ends of the line": (corpus.exim(ID).replace(b"\n", b"\r\n"), Kind.PERMANENT, "550 mailbox"),
}


@pytest.mark.parametrize("name", REPORTS)
def test_reports_of_many_makes_are_understood(name: str) -> None:
    content, kind, reason = REPORTS[name]
    report = reports.read(content)
    assert report is not None
    assert ID in report.message_ids
    assert report.kind == kind
    assert reason in report.reason


NONE_AT_ALL: dict[str, bytes] = {
    "somebody on holiday": corpus.vacation(ID),
    "a receipt": corpus.receipt(ID),
    "delivered": corpus.dsn(ID, action="delivered", status="2.0.0"),
    "passed on": corpus.dsn(ID, action="relayed", status="2.0.0"),
    "an answer": f"From: erna@example.net\nIn-Reply-To: {ID}\n\nDanke! 5.1.1 550".encode(),
    "a report that names nothing": corpus.exim("").replace(b"Message-ID:", b"X-Nothing:"),
    "nothing": b"",
    "no headers": b"\n\n550 5.1.1 " + ID.encode(),
}


@pytest.mark.parametrize("name", NONE_AT_ALL)
def test_what_is_no_report_is_left_alone(name: str) -> None:
    assert reports.read(NONE_AT_ALL[name]) is None


def test_the_returned_mails_own_words_are_no_verdict() -> None:
    late = corpus.answering(ID).replace(b"\n\n451", b"\n\n451") + b"\n" + corpus.RETURNED.encode()
    report = reports.read(late)
    assert report is not None
    assert report.kind == Kind.TEMPORARY


HOSTILE: dict[str, Callable[[], bytes]] = {
    "bytes": lambda: random.Random(1).randbytes(300_000),
    "one line": lambda: b"From: postmaster@x\n\n" + b"a" * 2_000_000,
    "brackets": lambda: b"From: postmaster@x\n\n" + b"Message-ID: " + b"<" * 300_000,
    "marks": lambda: b"From: postmaster@x\n\n" + b"> " * 150_000 + b"Message-ID",
    "lines of marks": lambda: b"From: postmaster@x\n\n" + (b">" * 60 + b"\n") * 5_000,
    "dots": lambda: b"From: postmaster@x\n\n" + b"5." * 150_000,
    "header": lambda: b"From: postmaster@x\nSubject: " + b"=?utf-8?q?" * 30_000 + b"\n\nx",
    "folds": lambda: b"From: postmaster@x\nReferences: " + b"\n <a@b>" * 30_000 + b"\n\n550",
    "headers": lambda: b"X: y\n" * 60_000 + b"From: postmaster@x\n\n",
    "many identities": lambda: b"From: postmaster@x\n\n550\n" + b"Message-ID: <a%d@b>\n" * 10_000,
    "no status block": lambda: b"Content-Type: message/delivery-status\nFrom: postmaster@x\n\n",
    "nothing returned": lambda: b"Content-Type: message/rfc822\nFrom: postmaster@x\n\n",
    "odd charset": lambda: (
        b"From: postmaster@x\nContent-Type: text/plain; charset=\x00\xff\n\n550 " + ID.encode()
    ),
    "NUL": lambda: corpus.dsn(ID.replace("0", "\0")),
    "boundary of nothing": lambda: b"Content-Type: multipart/report; boundary=\nFrom: postmaster@x\n\n--\n--",
    "nested": lambda: b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3_000)
    ),
    "nested messages": lambda: b"Content-Type: message/rfc822\n\n" * 8_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_message_is_read_no_further_than_needed(name: str) -> None:
    try:
        report = reports.read(HOSTILE[name]())
    except RecursionError:
        assert name.startswith("nested")
        return
    assert report is None or len(report.message_ids) <= reports.MOST_IDS


def test_a_report_cut_anywhere_is_no_crash() -> None:
    for content, _kind, _reason in REPORTS.values():
        for end in range(0, len(content), 37):
            reports.read(content[:end])


def test_a_huge_returned_mail_hides_nothing() -> None:
    content = corpus.dsn(ID) + b"x" * 3_000_000
    report = reports.read(content)
    assert report is not None
    assert report.message_ids[0] == ID


# What is noted ----------------------------------------------------------------------------------------


@pytest.mark.django_db
class TestRecording:
    def test_it_is_noted_once_and_the_first_time_counts(self) -> None:
        row = a_mail()
        later = make.NOW + timedelta(hours=1)
        for at, reason in ((make.NOW, "unbekannt"), (later, "immer noch")):
            assert bounces.record(message_id=row.message_id, kind=Kind.PERMANENT, reason=reason, at=at)
        assert bounces.record(message_id=row.message_id, kind=Kind.TEMPORARY, reason="spät", at=later)
        row.refresh_from_db()
        assert (row.bounced_at, row.bounce_reason) == (make.NOW, "unbekannt")
        assert row.did_not_arrive

    def test_what_is_late_has_not_come_back_and_may_still_do_so(self) -> None:
        row = a_mail()
        bounces.record(message_id=row.message_id, kind=Kind.TEMPORARY, reason="", at=make.NOW)
        row.refresh_from_db()
        assert (row.bounced_at, row.bounce_reason) == (None, "temporary")
        assert not row.did_not_arrive
        bounces.record(message_id=row.message_id, kind=Kind.PERMANENT, reason="", at=make.NOW)
        row.refresh_from_db()
        assert (row.bounced_at, row.bounce_reason) == (make.NOW, "permanent")

    @pytest.mark.parametrize(
        ("told", "kept"),
        [
            ("550 <erna@example.net>: unknown", "550 … unknown"),
            ("a@b@c  erna@bücher.example,", "… …"),
            ("eins\r\nzwei\x00\u202e\ud800drei", "eins zweidrei"),
            ("x" * 5000, "x" * 300),
            ("ä " * 5000, ("ä " * 150).strip()),
            ("@" * 300_000, "…"),
        ],
    )
    def test_a_reason_is_short_and_quotes_no_address(self, told: str, kept: str) -> None:
        row = a_mail()
        bounces.record(message_id=row.message_id, kind=Kind.PERMANENT, reason=told, at=make.NOW)
        row.refresh_from_db()
        assert row.bounce_reason == kept

    @pytest.mark.parametrize(
        "message_id", [ID, "", "<>", "\x00", "<a\x00@b>", "<\ud800@b>", "x" * 5000, "<ä@b>"]
    )
    def test_what_is_not_ours_is_ignored(self, message_id: str) -> None:
        row = a_mail()
        assert not bounces.record(message_id=message_id, kind=Kind.PERMANENT, reason="x", at=make.NOW)
        row.refresh_from_db()
        assert row.bounced_at is None


# The mailbox ------------------------------------------------------------------------------------------


def read(port: int, *, at: Any = make.NOW, is_secure: bool = False, **fields: Any) -> int:
    """One look, as due work has it, at a time when one is due."""
    from django.conf import settings

    machine.forget_cache()
    known = {"user": "werkstatt", "password": "geheim", "folder": "INBOX", **fields}
    settings.BOUNCE_MAILBOX = Mailbox(host="localhost", port=port, is_secure=is_secure, **known)
    return mailbox.read_due(at)


@pytest.mark.django_db
@pytest.mark.usefixtures("no_mailbox")
class TestMailbox:
    @pytest.fixture
    def no_mailbox(self, settings: Settings) -> None:
        settings.BOUNCE_MAILBOX = None

    def test_reports_are_noted_and_read_once(self) -> None:
        one, two, late, fine = a_mail(), a_mail(), a_mail(), a_mail()
        folder = Folder(
            [
                corpus.dsn(one.message_id),
                corpus.exim(two.message_id),
                corpus.dsn(late.message_id, action="delayed", status="4.4.1"),
                corpus.dsn(ID),
            ]
        )
        with serving(folder) as port:
            assert read(port) == 3
            assert sorted(folder.handed_out) == [1, 2, 3, 4]
            assert read(port) == 0
            assert sorted(folder.handed_out) == [1, 2, 3, 4]
        assert folder.seen == {1, 2, 3, 4}
        found = dict(OutgoingMail.objects.values_list("pk", "bounced_at"))
        assert found == {one.pk: make.NOW, two.pk: make.NOW, late.pk: None, fine.pk: None}

    def test_what_people_write_stays_unread_and_unopened(self) -> None:
        row = a_mail()
        folder = Folder([corpus.vacation(row.message_id), b"From: erna@example.net\nSubject: Frage\n\nHallo"])
        with serving(folder) as port:
            assert read(port) == 0
        assert folder.handed_out == []
        assert folder.seen == set()

    def test_one_that_cannot_be_read_holds_up_no_other_and_is_not_tried_again(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        first, last = a_mail(), a_mail()
        nested = b"From: mailer-daemon@x\n" + HOSTILE["nested"]()
        folder = Folder([corpus.dsn(first.message_id), nested, None, corpus.dsn(last.message_id)])
        with serving(folder) as port:
            assert read(port) == 2
        assert folder.seen == {1, 2, 4}
        assert "RecursionError" in caplog.text

    def test_a_huge_one_is_not_fetched_whole(self) -> None:
        row = a_mail()
        folder = Folder([corpus.dsn(row.message_id) + b"x" * 5_000_000])
        with serving(folder) as port:
            assert read(port) == 1
        assert f"<0.{reports.MOST_BYTES}>" in " ".join(folder.commands)

    def test_a_line_that_breaks_loses_nothing(self) -> None:
        rows = [a_mail() for _ in range(3)]
        folder = Folder([corpus.dsn(row.message_id) for row in rows], hangs_up_after=2)
        with serving(folder) as port:
            with pytest.raises((OSError, imaplib.IMAP4.error)):
                read(port)
            assert len(folder.seen) == 2
            folder.hangs_up_after = None
            assert read(port) == 1
        assert not OutgoingMail.objects.filter(bounced_at=None).exists()

    def test_of_many_the_newest_are_read_first(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(mailbox, "MOST", 2)
        rows = [a_mail() for _ in range(3)]
        folder = Folder([corpus.dsn(row.message_id) for row in rows])
        with serving(folder) as port:
            assert read(port) == 2
            assert folder.handed_out == [3, 2]
            assert read(port) == 1

    def test_a_look_ends_in_time_for_other_work(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(mailbox, "LONGEST_LOOK", -1)
        folder = Folder([corpus.dsn(a_mail().message_id)])
        with serving(folder) as port:
            assert read(port) == 0
        assert folder.seen == set()

    def test_it_is_looked_at_every_five_minutes_and_only_where_there_is_one(self, settings: Settings) -> None:
        folder = Folder([])
        assert mailbox.read_due(make.NOW) == 0
        with serving(folder) as port:
            read(port)
            mailbox.read_due(make.NOW)
        assert len([command for command in folder.commands if command.startswith("LOGIN")]) == 1

    @pytest.mark.parametrize("wrong", [{"password": "falsch"}, {"folder": "Nicht da"}])
    def test_a_closed_mailbox_is_said_without_the_password(self, wrong: dict[str, str]) -> None:
        with serving(Folder([])) as port, pytest.raises(imaplib.IMAP4.error) as raised:
            read(port, **wrong)
        assert "falsch" not in str(raised.value)

    def test_a_server_that_is_away_or_silent_is_waited_for_only_so_long(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(mailbox, "TIMEOUT", 0.3)
        with pytest.raises(OSError):
            read(free_port())
        with silent() as port, pytest.raises(OSError):
            read(port)

    def test_a_server_nobody_vouches_for_gets_no_password(self) -> None:
        certificate = str(Path(__file__).parent.parent / "places" / "localhost.pem")
        folder = Folder([])
        with serving(folder, certificate=certificate) as port, pytest.raises(ssl.SSLError):
            read(port, is_secure=True)
        assert folder.commands == []


class TestAddressOfTheMailbox:
    def test_it_is_read_from_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BOUNCE_URL", "imaps://post%40haus:ge%2Fheim@mail.example.org/Zur%C3%BCck/Mails")
        found = mailbox_from_environment()
        assert found == Mailbox("mail.example.org", 993, "post@haus", "ge/heim", "Zurück/Mails", True)
        assert "heim" not in repr(found)
        monkeypatch.setenv("BOUNCE_URL", "imap://post:geheim@localhost:1143")
        assert mailbox_from_environment() == Mailbox("localhost", 1143, "post", "geheim", "INBOX", False)
        for nothing in ("", None):
            monkeypatch.setenv("BOUNCE_URL", "") if nothing == "" else monkeypatch.delenv("BOUNCE_URL")
            assert mailbox_from_environment() is None

    @pytest.mark.parametrize(
        "url",
        ["pop3://a:geheim@h", "imaps://h/INBOX", "imaps://a@h", "x", "imaps://a:geheim@h:port", "imaps://["],
    )
    def test_what_cannot_be_understood_is_said_without_the_password(
        self, url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("BOUNCE_URL", url)
        with pytest.raises(ImproperlyConfigured, match="BOUNCE_URL must look like") as raised:
            mailbox_from_environment()
        assert "geheim" not in str(raised.value)


# The provider's call ----------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.usefixtures("clock")
class TestWebhook:
    @pytest.fixture(autouse=True)
    def open_to_providers(self, settings: Settings) -> None:
        settings.BOUNCE_SECRET = RIGHT

    def tell(self, data: Any, *, secret: str | None = RIGHT, **more: Any) -> Any:
        body = data if isinstance(data, (bytes, str)) else json.dumps(data)
        headers = {} if secret is None else {"X-Bounce-Secret": secret}
        client = Client(enforce_csrf_checks=True)
        return client.post(HOOK, body, content_type="application/json", headers=headers, **more)

    @pytest.mark.parametrize("brackets", [True, False])
    @pytest.mark.parametrize("several", [True, False])
    def test_what_a_provider_tells_is_noted(self, brackets: bool, several: bool) -> None:
        row, other = a_mail(), a_mail()
        message_id = row.message_id if brackets else row.message_id.strip("<>")
        entry = {"message_id": message_id, "kind": "permanent", "reason": "550 erna@example.net"}
        late = {"message_id": other.message_id, "kind": "temporary"}
        assert self.tell([entry, late] if several else entry).status_code == 204
        row.refresh_from_db()
        other.refresh_from_db()
        assert (row.bounced_at, row.bounce_reason) == (make.NOW, "550 …")
        assert (other.bounced_at, other.bounce_reason) == (None, "temporary" if several else "")

    def test_it_does_not_tell_what_is_ours(self) -> None:
        row = a_mail()
        for message_id in (row.message_id, ID, "\x00", "\ud800", "x" * 1000):
            response = self.tell({"message_id": message_id, "kind": "temporary"})
            assert (response.status_code, response.content) == (204, b"")

    def test_without_a_secret_there_is_no_such_address(self, settings: Settings) -> None:
        settings.BOUNCE_SECRET = ""
        make.site()
        for secret in (None, "", "x"):
            assert self.tell({}, secret=secret).status_code == 404
        assert Client().get(HOOK).status_code == 404

    @pytest.mark.parametrize("secret", [None, "", RIGHT[:-1], RIGHT.upper(), RIGHT + "ü", "x" * 5000])
    def test_without_the_right_secret_it_is_closed(self, secret: str | None) -> None:
        row = a_mail()
        entry = {"message_id": row.message_id, "kind": "permanent"}
        assert self.tell(entry, secret=secret).status_code == 403
        row.refresh_from_db()
        assert row.bounced_at is None

    def test_only_posting_is_possible(self) -> None:
        response = Client().get(HOOK)
        assert (response.status_code, response.headers["Allow"]) == (405, "POST")

    @pytest.mark.parametrize(
        "body",
        [
            "",
            "{",
            b"\xff\xfe",
            "[" * 200_000,
            "1",
            '"x"',
            "null",
            "[[]]",
            "{}",
            '{"message_id": "<a@b>"}',
            '{"message_id": "", "kind": "permanent"}',
            '{"message_id": 1, "kind": "permanent"}',
            '{"message_id": "<a@b>", "kind": "dead"}',
            '{"message_id": "<a@b>", "kind": ["permanent"]}',
            '{"message_id": "<a@b>", "kind": "permanent", "reason": {}}',
            '{"message_id": "<a@b>", "kind": "permanent", "reason": null}',
            json.dumps([{"message_id": "<a@b>", "kind": "permanent"}] * (MOST + 1)),
        ],
        ids=lambda body: str(body[:60]),
    )
    def test_what_cannot_be_understood_is_answered_with_a_sentence(self, body: str | bytes) -> None:
        response = self.tell(body)
        assert response.status_code == 400
        assert response.content.endswith(b".")
        assert response.headers["Content-Type"].startswith("text/plain")

    def test_all_or_none(self) -> None:
        row = a_mail()
        good = {"message_id": row.message_id, "kind": "permanent"}
        assert self.tell([good, {}]).status_code == 400
        row.refresh_from_db()
        assert row.bounced_at is None

    def test_too_much_is_refused(self) -> None:
        assert self.tell(" " * MOST_BYTES + "[]").status_code == 413
        assert self.tell("[]" + " " * (MOST_BYTES - 2)).status_code == 204


# What the team sees -----------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.usefixtures("clock")
class TestSeen:
    @pytest.fixture
    def team(self) -> Client:
        make.site()
        return web.signed_in(make.staff(COURSE_TEAM))

    def page_of(self, row: OutgoingMail) -> str:
        booking = Booking.objects.get(public_id=row.subject_id)
        return f"/admin/booking/inspect/{booking.pk}/"

    def test_a_mail_that_came_back_is_a_warning_with_the_telephone(self, team: Client) -> None:
        row = a_mail(phone="+4951234567")
        warning = web.page(team.get(self.page_of(row))).select(".help-critical")
        assert warning == []
        bounces.record(message_id=row.message_id, kind=Kind.TEMPORARY, reason="4.4.1 später", at=make.NOW)
        document = web.page(team.get(self.page_of(row)))
        assert document.select(".help-critical") == []
        assert "4.4.1 später" in document.get_text()
        bounces.record(message_id=row.message_id, kind=Kind.PERMANENT, reason="5.1.1 weg", at=make.NOW)
        document = web.page(team.get(self.page_of(row)))
        [box] = document.select(".help-critical")
        assert [a["href"] for a in box.select("a")] == ["tel:+4951234567"]
        assert "5.1.1 weg" in document.get_text()

    def test_so_is_one_that_could_not_be_sent_and_a_missing_telephone_is_said(self, team: Client) -> None:
        row = a_mail()
        OutgoingMail.objects.update(state=OutgoingMail.State.FAILED)
        [box] = web.page(team.get(self.page_of(row))).select(".help-critical")
        assert box.select("a") == []

    def test_the_mails_of_other_bookings_are_not_among_them(self, team: Client) -> None:
        row, other = a_mail(), a_mail()
        bounces.record(message_id=other.message_id, kind=Kind.PERMANENT, reason="x", at=make.NOW)
        assert web.page(team.get(self.page_of(row))).select(".help-critical") == []

    def test_it_costs_one_question_however_many_mails_there_are(self, team: Client) -> None:
        row = a_mail()
        team.get(self.page_of(row))
        counts = []
        for count in (0, 2):
            for _ in range(count):
                OutgoingMail.objects.create(
                    message_id=f"<{OutgoingMail.objects.count()}@x>",
                    kind="gibt es nicht mehr",
                    subject_id=row.subject_id,
                    state=OutgoingMail.State.SENT,
                    created_at=make.NOW,
                    not_before=make.NOW,
                )
            with CaptureQueriesContext(connection) as asked:
                response = team.get(self.page_of(row))
            counts.append(len(asked))
        assert "gibt es nicht mehr" in web.words(response)
        assert counts[0] == counts[1]

    def test_administrators_find_those_that_came_back_in_the_list(self) -> None:
        make.site()
        row = a_mail()
        a_mail()
        bounces.record(message_id=row.message_id, kind=Kind.PERMANENT, reason="5.1.1 weg", at=make.NOW)
        boss = web.signed_in(make.staff(ADMINISTRATORS))
        for query, count in (("", 2), ("?came_back=true", 1), ("?came_back=false", 1), ("?came_back=x", 2)):
            rows = web.page(boss.get(f"/admin/outgoingmail/{query}")).select("main table.listing tbody tr")
            assert len(rows) == count, query
        assert "5.1.1 weg" in web.words(boss.get("/admin/outgoingmail/?came_back=true"))
