"""Serves the demo: prepares what is missing, then runs the web server and the due work side by side.

Everything it writes lies under `var/`. One demo runs per folder at a time. Ctrl-C, SIGTERM or a closed
terminal end both processes; when one of them dies the other is ended too, with a message and exit code 1.

    python scripts/demo.py            prepare and serve
    python scripts/demo.py --reset    delete what the demo wrote, then the same
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
SECONDS_TO_END = 8
SECONDS_TO_START = 60
HOSTS = {socket.AF_INET: "127.0.0.1", socket.AF_INET6: "::1"}

WELCOME = """
  Die Digital-Werkstatt läuft.                    The Digital-Werkstatt is running.

  Website / Site                 {address}/
  Redaktion / Editors            {address}/admin/
      redaktion@example.org      Redaktion / content editor
      kursteam@example.org       Kursteam / course team
      verwaltung@example.org     Verwaltung / administrator
      kursleitung@example.org    Kursleitung / facilitator
      Passwort / password        werkstatt-demo   (für alle vier / for all four)
  Verschickte E-Mails / Mails    {address}/mails/   (var/mail/)

  Strg-C beendet alles; „make demo-reset“ beginnt von vorn.
  Ctrl-C ends everything; "make demo-reset" starts over.
"""


def say(text: str) -> None:
    print(f"== {text}", file=sys.stderr, flush=True)


def port() -> int:
    """The port asked for by `PORT`; ends with a sentence where it is no port or somebody else uses it."""
    text = os.environ.get("PORT") or "8000"
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        sys.exit(f"PORT must be a number from 1 to 65535, not {text!r}.")
    number = int(text)
    for family, host in HOSTS.items():
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((host, number))
        except PermissionError:
            sys.exit(f"Port {number} may not be used by you: choose another with “make demo PORT=8080”.")
        except OSError:
            if family == socket.AF_INET6 and not speaks_ipv6():
                continue
            sys.exit(f"Port {number} is in use: choose another with “make demo PORT={number % 65535 + 1}”.")
    return number


def speaks_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind((HOSTS[socket.AF_INET6], 0))
    except OSError:
        return False
    return True


def only_one() -> IO[str]:
    """Holds the lock of this folder's demo as long as the returned file stays open."""
    VAR.mkdir(exist_ok=True)
    lock = (VAR / "demo.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        sys.exit("The demo is already running from this folder: end it first (Ctrl-C where it was started).")
    return lock


def reset() -> None:
    """Deletes everything the demo wrote."""
    if os.environ.get("DATABASE_URL"):
        sys.exit("DATABASE_URL is set: the demo deletes only its own database. Please empty yours by hand.")
    say("Deleting the demo's database, pictures and mails")
    for path in VAR.glob("db.sqlite3*"):
        path.unlink()
    for name in ("media", "mail", "static"):
        shutil.rmtree(VAR / name, ignore_errors=True)


def prepare() -> None:
    """Brings the database, the demo content, the translations and the static files up to date."""
    import django
    from django.core.management import call_command

    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.dev"
    sys.path.insert(0, str(ROOT))
    catalogues = ["--locale", "de", "--ignore", ".*", "--ignore", "node_modules", "--ignore", "var"]
    django.setup()
    # Before anything is written: demo content is made of translated texts, too.
    call_command("compilemessages", *catalogues, verbosity=0)
    call_command("migrate", interactive=False, verbosity=0)
    collect_static()
    call_command("load_demo", if_empty=True)


def collect_static() -> None:
    """Builds `var/static`, unless it was built from the very same files."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    seen = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = Path(storage.path(path)).stat()
            seen.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    built_from = Path(settings.STATIC_ROOT) / ".built-from"
    if built_from.is_file() and built_from.read_text() == seen.hexdigest():
        return
    say("Building static files")
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    built_from.write_text(seen.hexdigest())


def start(number: int) -> dict[str, subprocess.Popen[bytes]]:
    """Starts the two processes, each in a process group of its own so that Ctrl-C reaches only us."""
    addresses = [f"127.0.0.1:{number}"]
    if speaks_ipv6():
        addresses.append(f"[::1]:{number}")
    server = [sys.executable, "-m", "gunicorn", "config.wsgi", "--config=config/gunicorn.py"]
    server += ["--no-control-socket", "--log-level=warning", "--graceful-timeout=3"]
    server += [f"--bind={address}" for address in addresses]
    due = [sys.executable, "manage.py", "due", "--loop"]
    return {
        name: subprocess.Popen(command, cwd=ROOT, start_new_session=True, stdin=subprocess.DEVNULL)
        for name, command in {"web server": server, "due work": due}.items()
    }


def end(children: dict[str, subprocess.Popen[bytes]]) -> None:
    """Asks every child to end and waits; what has not ended in time is killed with all it started."""
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + SECONDS_TO_END
    for child in children.values():
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(max(0.1, deadline - time.monotonic()))
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def answers(address: str) -> str | None:
    """What the site's first page answers: "" where all is well, a complaint, or None for no answer yet."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"{address}/", timeout=20):
            return ""
    except urllib.error.HTTPError as error:
        return f"The first page answers {error.code}; the reason stands above."
    except OSError:
        return None


def watch(children: dict[str, subprocess.Popen[bytes]], address: str, stopped: threading.Event) -> int:
    """Waits for the signal to stop, or for a child that died; returns the exit code."""
    started = time.monotonic()
    greeted = False
    while not stopped.wait(0.25):
        for name, child in children.items():
            if child.poll() is not None:
                say(
                    f"The process for the {name} has ended by itself (code {child.returncode}); all is ended."
                )
                return 1
        if greeted:
            continue
        complaint = answers(address)
        if complaint is None and time.monotonic() - started > SECONDS_TO_START:
            complaint = f"The site does not answer after {SECONDS_TO_START} seconds."
        if complaint is not None:
            print(WELCOME.format(address=address), flush=True)
            if complaint:
                say(complaint)
            greeted = True
    return 0


def main() -> int:
    lock = only_one()
    number = port()
    if "--reset" in sys.argv[1:]:
        reset()
    stopped = threading.Event()
    try:
        prepare()
        for wanted in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(wanted, lambda *_: stopped.set())
        children = start(number)
    except KeyboardInterrupt:
        say("Ended.")
        return 130
    try:
        code = watch(children, f"http://localhost:{number}", stopped)
    finally:
        end(children)
        lock.close()
    if code == 0:
        say("Ended.")
    return code


if __name__ == "__main__":
    sys.exit(main())
