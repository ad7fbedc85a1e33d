"""SQLite whose writers take turns.

SQLite lets one transaction write at a time. Whoever waits asks again after ever longer pauses, so in a rush those who
have waited longest win least, and after the timeout some fail with "database is locked". Here each transaction first
takes the lock of a file beside the database; all who wait ask equally often, and nobody waits much longer than others.
The operating system gives the lock back when a process dies.
"""

import fcntl
import os
import time
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

PAUSE = 0.003
"""Seconds between two looks at the lock: a booking takes longer."""


class DatabaseWrapper(base.DatabaseWrapper):
    """One transaction at a time per database file, whatever process or thread it is in."""

    _turn: int | None = None

    def _start_transaction_under_autocommit(self) -> None:
        self._take_turn()
        try:
            super()._start_transaction_under_autocommit()
        except BaseException:
            self._end_turn()
            raise

    def _commit(self) -> Any:
        try:
            return super()._commit()
        finally:
            self._end_turn()

    def _rollback(self) -> Any:
        try:
            return super()._rollback()
        finally:
            self._end_turn()

    def _close(self) -> Any:
        try:
            return super()._close()
        finally:
            self._end_turn()

    def _take_turn(self) -> None:
        name = str(self.settings_dict["NAME"])
        if self.is_in_memory_db():
            return
        # Beside the database, never the file itself: closing that would drop the locks SQLite has on it.
        turn = os.open(f"{name}-turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        ends = time.monotonic() + self.settings_dict["OPTIONS"].get("timeout", 5)
        while True:
            try:
                fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > ends:
                    os.close(turn)
                    raise OperationalError("database is locked: no turn in time") from None
                time.sleep(PAUSE)
            else:
                self._turn = turn
                return

    def _end_turn(self) -> None:
        if self._turn is not None:
            os.close(self._turn)
            self._turn = None
