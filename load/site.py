"""The site as a town runs it: a migrated database, gunicorn with two workers, and due work beside it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPConnection

from django.core.management import call_command
from django.utils import timezone

from load.customers import HOST
from scripts.demo import ROOT, collect_static, end
from tests import factories as make
from tests.machine import compile_catalogue
from tests.mailserver import free_port
from workshops.models import CourseRun

SECONDS_TO_START = 60


def build() -> None:
    """An empty house with a programme, in the database of the environment."""
    compile_catalogue()
    collect_static()
    call_command("migrate", verbosity=0, interactive=False)
    make.programme()


def course_run(**fields: object) -> CourseRun:
    """A published run whose dates begin in two weeks."""
    at = timezone.now()
    return make.run(first_date=timezone.localdate(at) + timedelta(days=14), at=at, **fields)  # type: ignore[arg-type]


def way_to(run: CourseRun) -> list[str]:
    """The pages somebody opens to book: course, and the beginning of the booking."""
    if run.is_series:
        return [run.course.get_url(), f"/buchen/durchgang/{run.public_id}/"]
    return [run.course.get_url(), f"/buchen/termin/{run.sessions.get().public_id}/"]


class Site:
    """The running processes. Only those started here are ever killed."""

    def __init__(self, **environment: str) -> None:
        self.address = ("127.0.0.1", free_port())
        self.environment = {**os.environ, "BIND": f"127.0.0.1:{self.address[1]}", **environment}
        self.children: dict[str, subprocess.Popen[bytes]] = {}

    def start_server(self) -> None:
        command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--config=config/gunicorn.py"]
        self._start("server", [*command, "--no-control-socket", "--log-level=critical"])
        ends = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < ends:
            try:
                connection = HTTPConnection(*self.address, timeout=5)
                connection.request("GET", "/", headers={"Host": HOST, "X-Forwarded-Proto": "https"})
                if connection.getresponse().status == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise TimeoutError("The site does not answer.")

    def start_due(self) -> None:
        self._start("due", [sys.executable, "manage.py", "due", "--loop", "--pause=0.2"])

    def workers(self) -> list[int]:
        listed = subprocess.run(
            ["pgrep", "-P", str(self.children["server"].pid)], capture_output=True, text=True, check=False
        )
        return [int(pid) for pid in listed.stdout.split()]

    def kill_worker(self, pid: int) -> None:
        os.kill(pid, signal.SIGKILL)

    def kill_due(self) -> None:
        child = self.children.pop("due")
        child.kill()
        child.wait()

    def _start(self, name: str, command: list[str]) -> None:
        quiet = (
            {} if "VERBOSE" in os.environ else {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        )
        self.children[name] = subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.environment,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            **quiet,  # type: ignore[arg-type]
        )


@contextmanager
def serving(**environment: str) -> Iterator[Site]:
    site = Site(**environment)
    try:
        site.start_server()
        yield site
    finally:
        end(site.children)
