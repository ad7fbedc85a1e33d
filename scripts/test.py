"""Runs all tests on SQLite, then those that use the database again on PostgreSQL and Redis.

The second pass needs TEST_DATABASE_URL and TEST_CACHE_URL; where they are not set, one line says so. With
TEST_COMPLETE=1 (CI) everything has to run: missing addresses, a missing browser and skipped tests are
failures. Arguments go to pytest: `make test ARGS="-k feed -n0"`.
"""

import os
import subprocess
import sys
import time
import zlib
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ROOT / "var" / "reports"
COMPLETE = os.environ.get("TEST_COMPLETE") == "1"
# One test at a time goes to the process that is free: browser tests are long, others short. (The order of
# the whole list must stay: tests that empty the database come after those that roll back.)
PARALLEL = ["-n2", "--dist=load", "--maxschedchunk=1"]

# pytest's exit code where no test was left; no failure where the arguments choose among the tests.
NOTHING_CHOSEN = 5


class Result(NamedTuple):
    name: str
    code: int
    passed: int
    failed: int
    skipped: int
    seconds: float

    def __str__(self) -> str:
        if not self.passed + self.failed + self.skipped:
            return f"{self.name}: no report; pytest ended with code {self.code}"
        return f"{self.name}: {self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def run(name: str, addresses: dict[str, str], *options: str) -> Result:
    """One pass of pytest; its output is shown as it comes."""
    print(f"\n== Tests on {name}", flush=True)
    REPORTS.mkdir(parents=True, exist_ok=True)
    report = REPORTS / f"{name.split()[0].lower()}.xml"
    report.unlink(missing_ok=True)
    unwanted = ("DATABASE_URL", "CACHE_URL", "EMAIL_URL", "DJANGO_SETTINGS_MODULE")
    environment = {key: value for key, value in os.environ.items() if key not in unwanted}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        *PARALLEL,
        f"--junit-xml={report}",
        *options,
        *sys.argv[1:],
    ]
    started = time.monotonic()
    code = subprocess.run(command, cwd=ROOT, env={**environment, **addresses}, check=False).returncode
    passed = failed = skipped = 0
    if report.is_file():
        for suite in ElementTree.parse(report).iter("testsuite"):  # noqa: S314 - pytest just wrote it
            count = {key: int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")}
            failed += count["failures"] + count["errors"]
            skipped += count["skipped"]
            passed += count["tests"] - count["failures"] - count["errors"] - count["skipped"]
    if code == NOTHING_CHOSEN and sys.argv[1:]:
        code = 0
    return Result(name.split()[0], code, passed, failed, skipped, time.monotonic() - started)


def with_name(address: str) -> str:
    """The address with a database name; one of this folder's own where it has none."""
    parts = urlsplit(address)
    if parts.path.strip("/"):
        return address
    return parts._replace(path=f"/werkstatt_{zlib.crc32(str(ROOT).encode()):08x}").geturl()


def main() -> int:
    results = [run("SQLite", {})]
    database, cache = os.environ.get("TEST_DATABASE_URL"), os.environ.get("TEST_CACHE_URL")
    missing = ""
    if database and cache:
        addresses = {"DATABASE_URL": with_name(database), "CACHE_URL": cache}
        results.append(run("PostgreSQL and Redis", addresses, "--database-only"))
    else:
        missing = "PostgreSQL and Redis: not tested, TEST_DATABASE_URL and TEST_CACHE_URL are not both set."
    print()
    for result in results:
        print(f"{result.seconds:.0f} s, reports in var/reports/")
        print(result)
    if missing:
        print(missing)
    return 1 if any(result.code for result in results) or (COMPLETE and missing) else 0


if __name__ == "__main__":
    sys.exit(main())
