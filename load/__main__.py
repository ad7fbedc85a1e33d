"""A rush on the last seats, and everything that can die meanwhile: `python -m load [name …]`.

Runs on SQLite, and on the PostgreSQL server that TEST_DATABASE_URL names, each in a scratch database, with
the settings of a town, gunicorn with two workers and customers who walk the whole way over HTTP. Prints a table
of what happened; exit code 1 where a promise did not hold.

    python -m load                      everything
    python -m load single faults        only these
    CUSTOMERS=50 python -m load         smaller
    SEED=7 python -m load faults        the same kills once more, as far as chance lets itself be repeated
"""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent

# A town's settings; only the limits of the guard are raised: customers who are programs are fast.
SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": secrets.token_hex(32),
    "ALLOWED_HOSTS": "werkstatt.example.org",
    "BASE_URL": "https://werkstatt.example.org",
    "EMAIL_URL": "smtp://127.0.0.1:1",
    "TRUSTED_PROXIES": "1",
    "GUARD_FASTEST": "0",
}


@contextmanager
def sqlite() -> Iterator[str]:
    folder = tempfile.mkdtemp(prefix="werkstatt-load-")
    try:
        yield f"sqlite:///{folder}/db.sqlite3"
    finally:
        shutil.rmtree(folder)


@contextmanager
def postgresql(server: str) -> Iterator[str]:
    parts = urlsplit(server)
    name = f"werkstatt_load_{os.getpid()}"
    with psycopg.connect(parts._replace(path="/postgres").geturl(), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield parts._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def run(environment: dict[str, str]) -> int:
    """The scenarios on one database; ended in peace where this process is ended."""
    command = [sys.executable, "-m", "load.scenarios", *sys.argv[1:]]
    child = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
    try:
        return child.wait()
    finally:
        child.terminate()
        child.wait()


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    server = os.environ.get("TEST_DATABASE_URL")
    databases = {"SQLite": sqlite()}
    if server:
        databases["PostgreSQL"] = postgresql(server)
    codes = []
    for name, database in databases.items():
        print(f"\n## {name}\n", flush=True)
        with database as address:
            environment = {**os.environ, **SETTINGS, "DATABASE_URL": address}
            environment.pop("CACHE_URL", None)
            codes.append(run(environment))
    if not server:
        print("\nPostgreSQL: not run, TEST_DATABASE_URL is not set.")
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
