"""The one process beside the site: once, and until it is ended."""

import os
import signal
import subprocess
import sys
from datetime import datetime
from io import StringIO
from pathlib import Path
from queue import Empty

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from core import due
from core.models import OutgoingMail
from tests import factories as make
from tests.mailserver import WAIT, Delivered, Postbox, serving

ROOT = Path(__file__).resolve().parent.parent.parent


def broken(at: datetime) -> int:
    raise RuntimeError("broken on purpose")


def nothing(at: datetime) -> int:
    return 0


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> dict[str, due.DueWork]:
    """An empty list of due work for this test."""
    own: dict[str, due.DueWork] = {}
    monkeypatch.setattr(due, "_registry", own)
    return own


# In this process --------------------------------------------------------------------------------------


def test_one_broken_piece_holds_up_no_other(
    registry: dict[str, due.DueWork], caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[datetime] = []
    due.register("before", lambda at: seen.append(at) or 2)  # type: ignore[func-returns-value]
    due.register("broken", broken)
    due.register("after", lambda at: seen.append(at) or 3)  # type: ignore[func-returns-value]
    assert due.do_all(at=make.NOW) == {"before": 2, "broken": -1, "after": 3}
    assert seen == [make.NOW, make.NOW]
    assert "broken on purpose" in caplog.text


def test_mail_goes_last_so_that_what_others_write_leaves_in_the_same_round(
    registry: dict[str, due.DueWork],
) -> None:
    order: list[str] = []
    for name in ("mail", "holds", "notices"):
        due.register(name, lambda at, name=name: order.append(name) or 1)  # type: ignore[misc]
    due.do_all(at=make.NOW)
    assert order == ["holds", "notices", "mail"]


def test_everything_that_falls_due_is_registered() -> None:
    assert set(due._registry) >= {"holds", "notices", "horizon", "mail", "retention"}


def test_once_says_what_was_done(registry: dict[str, due.DueWork]) -> None:
    due.register("fruitful", lambda at: 3)
    due.register("idle", nothing)
    out = StringIO()
    call_command("due", stdout=out)
    assert out.getvalue() == "fruitful: 3\n"


def test_once_with_nothing_to_do_is_silent(registry: dict[str, due.DueWork]) -> None:
    due.register("idle", nothing)
    out = StringIO()
    call_command("due", stdout=out)
    assert out.getvalue() == ""


def test_once_with_a_broken_piece_does_the_rest_and_ends_with_an_error(
    registry: dict[str, due.DueWork],
) -> None:
    due.register("broken", broken)
    due.register("fruitful", lambda at: 3)
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("due", stdout=out)
    assert ended.value.code == 1
    assert out.getvalue() == "broken: -1, fruitful: 3\n"


@pytest.mark.django_db
def test_a_round_with_all_real_work_on_an_empty_house_does_nothing() -> None:
    assert set(due.do_all(at=make.NOW).values()) == {0}


# As a process of its own ------------------------------------------------------------------------------


def process(port: int, *arguments: str) -> "subprocess.Popen[str]":
    """`manage.py due` with the settings of a town, on the database of this test."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        address = f"sqlite:///{database['NAME']}"
    else:
        at = f"{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}"
        address = f"postgres://{at}/{database['NAME']}"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "SECRET_KEY": "only-for-tests",
        "ALLOWED_HOSTS": "werkstatt.example.org",
        "BASE_URL": "https://werkstatt.example.org",
        "DATABASE_URL": address,
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
    }
    return subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), "due", *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def arrival(box: Postbox, worker: "subprocess.Popen[str]") -> Delivered:
    """The next message; where none comes, the test fails with what the process had to say."""
    try:
        return box.next()
    except Empty:
        worker.kill()
        pytest.fail(worker.communicate()[1])


def booked(recipient: str) -> None:
    """A booking made just now: the process has a clock of its own."""
    make.book(make.session(), email=recipient)
    OutgoingMail.objects.filter(recipient=recipient).update(
        created_at=timezone.now(), not_before=timezone.now()
    )


@pytest.mark.django_db(transaction=True)
def test_once_sends_what_is_waiting_and_ends() -> None:
    booked("erna@example.org")
    box = Postbox()
    with serving(box) as port:
        worker = process(port)
        out, err = worker.communicate(timeout=WAIT)
    assert (worker.returncode, "Traceback" in err) == (0, False), err
    assert "mail: 1" in out
    assert [each.recipients for each in box.all] == [["erna@example.org"]]
    assert OutgoingMail.objects.get().state == OutgoingMail.State.SENT


@pytest.mark.django_db(transaction=True)
def test_the_loop_goes_on_until_it_is_ended_and_ends_at_once() -> None:
    booked("first@example.org")
    box = Postbox()
    with serving(box) as port:
        worker = process(port, "--loop", "--pause", "0.1")
        try:
            assert arrival(box, worker).recipients == ["first@example.org"]
            booked("second@example.org")
            assert arrival(box, worker).recipients == ["second@example.org"]
            assert worker.poll() is None
            worker.send_signal(signal.SIGTERM)
            _out, err = worker.communicate(timeout=WAIT)
        finally:
            worker.kill()
    assert (worker.returncode, "Traceback" in err) == (0, False), err
    # It finished the round it was in: what was handed over is noted.
    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {OutgoingMail.State.SENT}
