"""What the machine that runs the tests has, and what keeps two test runs on it apart."""

import hashlib
import itertools
import os
import shutil
import subprocess
import sys
import uuid
from functools import cache
from pathlib import Path

from django.db.backends.base.base import BaseDatabaseWrapper

ROOT = Path(__file__).resolve().parent.parent

COMPLETE = os.environ.get("TEST_COMPLETE") == "1"
"""Everything has to run (CI): what is missing or skipped is a failure."""

NO_BROWSER = (
    "There is no Chromium on this machine (CHROMIUM=/path/to/it names one): browser tests are left out."
)

CHROMIUMS = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
]


def chromium() -> str | None:
    """The path of a Chromium, or None. `CHROMIUM` in the environment names one, or is empty for "none"."""
    if "CHROMIUM" in os.environ:
        return shutil.which(os.environ["CHROMIUM"])
    home = [str(Path.home() / path.lstrip("/")) for path in CHROMIUMS if path.startswith("/")]
    return next((found for name in [*CHROMIUMS, *home] if (found := shutil.which(name))), None)


def compile_catalogue() -> None:
    """Compiles the German texts where they are newer than what was compiled, with the gettext of `.venv`."""
    source = ROOT / "locale" / "de" / "LC_MESSAGES" / "django.po"
    compiled = source.with_suffix(".mo")
    if not compiled.is_file() or compiled.stat().st_mtime < source.stat().st_mtime:
        msgfmt = shutil.which("msgfmt", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        subprocess.run([msgfmt or "msgfmt", "--check-format", "-o", compiled, source], check=True)


RUN = f"test-{uuid.uuid4().hex[:12]}"
_tests = itertools.count()
_current = "0"


def forget_cache() -> None:
    """From here on the cache is empty: every test has keys of its own, in all threads.

    Nothing is deleted, so test runs side by side on one Redis do not empty each other's cache.
    """
    global _current
    _current = str(next(_tests))


def cache_key(key: str, prefix: str, version: int) -> str:
    """Django's `KEY_FUNCTION`."""
    return f"{RUN}:{_current}:{prefix}:{version}:{key}"


@cache
def kept_database() -> Path:
    """Where a migrated, otherwise untouched SQLite database is kept; the name changes with every migration."""
    migrations = [*sorted(ROOT.glob("*/migrations/*.py")), ROOT / "requirements-dev.txt"]
    seen = hashlib.sha256()
    for path in migrations:
        seen.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return ROOT / "var" / "test" / f"{seen.hexdigest()[:16]}.sqlite3"


def keep_database(connection: BaseDatabaseWrapper) -> None:
    """Writes the database of `connection` to where the next run looks for it; older ones are deleted."""
    kept = kept_database()
    kept.parent.mkdir(parents=True, exist_ok=True)
    for old in kept.parent.glob("*.sqlite3"):
        old.unlink(missing_ok=True)
    new = kept.with_suffix(f".{os.getpid()}")
    new.unlink(missing_ok=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(new)])
    new.rename(kept)
