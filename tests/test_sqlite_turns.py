"""Writers on one SQLite file take turns: across threads and processes, and whatever dies meanwhile."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_django
from django.db import connection, transaction
from django.db.utils import OperationalError

from config.sqlite3.base import DatabaseWrapper

THREADS, EACH = 12, 40


_opened: list[DatabaseWrapper] = []


@pytest.fixture(autouse=True)
def close_all() -> Iterator[None]:
    yield
    while _opened:
        _opened.pop().close()


def connected(path: Path, *, timeout: float = 20) -> DatabaseWrapper:
    database: dict[str, Any] = {
        "TIME_ZONE": None,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": False,
        "AUTOCOMMIT": True,
        "ENGINE": "config.sqlite3",
        "NAME": str(path),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": timeout},
    }
    made = DatabaseWrapper(database, alias="default")
    made.inc_thread_sharing()
    _opened.append(made)
    return made


class Writing:
    """One transaction on a connection of its own, as `transaction.atomic` makes it."""

    def __init__(self, connection: DatabaseWrapper) -> None:
        self.connection = connection

    def __enter__(self) -> None:
        self.connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)

    def __exit__(self, kind: Any, *_: Any) -> None:
        (self.connection.rollback if kind else self.connection.commit)()
        self.connection.set_autocommit(True)


@pytest.fixture
def path(tmp_path: Path, close_all: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[Path]:
    """A database of its own; pytest-django counts it among those a test must ask for."""
    with django_db_blocker.unblock():
        yield _made(tmp_path)


def _made(tmp_path: Path) -> Path:
    path = tmp_path / "turns.sqlite3"
    first = connected(path)
    with first.cursor() as cursor:
        cursor.execute("CREATE TABLE counted (number integer)")
        cursor.execute("INSERT INTO counted VALUES (0)")
    first.close()
    return path


def count(connection: DatabaseWrapper) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM counted")
        return int(cursor.fetchone()[0])


def test_nobody_fails_and_nothing_is_lost_when_many_write(path: Path) -> None:
    errors: list[Exception] = []

    def work() -> None:
        connection = connected(path)
        try:
            for _ in range(EACH):
                with Writing(connection):
                    number = count(connection)
                    with connection.cursor() as cursor:
                        cursor.execute("UPDATE counted SET number = %s", [number + 1])
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert count(connected(path)) == THREADS * EACH


def test_who_gets_no_turn_in_time_is_told_and_may_try_again(path: Path) -> None:
    first, second = connected(path), connected(path, timeout=0.05)
    with Writing(first), pytest.raises(OperationalError, match="no turn in time"), Writing(second):
        pass
    second.set_autocommit(True)
    with Writing(second):
        pass


@pytest.mark.parametrize("ending", ["commit", "error", "close"])
def test_however_a_transaction_ends_the_next_has_its_turn(path: Path, ending: str) -> None:
    first, second = connected(path), connected(path, timeout=0.05)
    if ending == "close":
        first.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        first.close()
    elif ending == "error":
        with pytest.raises(ZeroDivisionError), Writing(first):
            raise ZeroDivisionError
    else:
        with Writing(first):
            pass
    with Writing(second):
        assert count(second) == 0


HOLD = """
import fcntl, os, time
turn = os.open({path!r}, os.O_RDWR | os.O_CREAT)
fcntl.flock(turn, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(600)
"""


def test_a_killed_process_gives_its_turn_back(path: Path) -> None:
    code = HOLD.format(path=f"{path}-turn")
    holder = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    waiting = connected(path, timeout=20)
    threading.Timer(0.1, os.kill, (holder.pid, signal.SIGKILL)).start()
    begun = time.monotonic()
    with Writing(waiting):
        assert count(waiting) == 0
    assert 0.05 < time.monotonic() - begun < 10
    holder.wait()
    holder.stdout.close()


@pytest.mark.django_db(transaction=True)
def test_the_site_itself_takes_turns() -> None:
    if connection.vendor != "sqlite":
        return
    with transaction.atomic():
        other = connected(Path(connection.settings_dict["NAME"]), timeout=0.05)
        with pytest.raises(OperationalError, match="no turn in time"), Writing(other):
            pass
