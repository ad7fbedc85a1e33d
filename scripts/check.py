"""Runs every check that needs no test run, two at a time, and shows the output of those that fail.

Exit code 1 where one failed. Names given on the command line choose among them: `make check ARGS="types lint"`.
"""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

# Stand-ins for what a town sets; nothing is connected to.
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "Zj3vT9qLw7xRb2KfY8mNc5HsPd4GtQ6aUeVo1iXnBkWlMzJrEy",
    "ALLOWED_HOSTS": "werkstatt.example.org",
    "BASE_URL": "https://werkstatt.example.org",
    "DATABASE_URL": "sqlite://:memory:",
    "EMAIL_URL": "smtp+tls://user:password@mail.example.org:587",
    "CACHE_URL": "redis://cache.example.org:6379/0",
}
TEST = {"DJANGO_SETTINGS_MODULE": "config.settings.test"}


class Check(NamedTuple):
    name: str
    command: list[str]
    environment: dict[str, str] = {}


class Outcome(NamedTuple):
    code: int
    output: str
    seconds: float


def program(name: str, *arguments: str) -> list[str]:
    return [str(BIN / name), *arguments]


def manage(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]


def templates(ending: str) -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in ROOT.glob(f"templates/**/*{ending}"))


def checks() -> list[Check]:
    """The checks, the longest first."""
    return [
        Check("types", program("mypy")),
        Check("translations", [sys.executable, "scripts/messages.py", "--check"], TEST),
        Check("deployment", manage("check", "--deploy", "--fail-level", "WARNING"), PRODUCTION),
        Check("system", manage("check", "--fail-level", "WARNING"), TEST),
        Check("migrations", manage("makemigrations", "--check", "--dry-run"), TEST),
        Check("imports", program("lint-imports", "--no-logo")),
        Check("template lint", program("djlint", "--lint", "--quiet", "templates")),
        Check("template format", program("djade", "--check", "--target-version", "6.1", *templates(".html"))),
        Check("lint", program("ruff", "check", "--quiet", "--output-format", "concise")),
        Check("format", program("ruff", "format", "--check", "--quiet")),
    ]


def run(check: Check) -> Outcome:
    started = time.monotonic()
    # What a developer's shell says about databases and caches must not decide what is checked.
    outer = {name: value for name, value in os.environ.items() if name not in PRODUCTION}
    done = subprocess.run(
        check.command,
        cwd=ROOT,
        env={**outer, **check.environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Outcome(done.returncode, done.stdout.strip(), time.monotonic() - started)


def main() -> int:
    wanted = sys.argv[1:]
    todo = [check for check in checks() if not wanted or check.name in wanted]
    unknown = set(wanted) - {check.name for check in todo}
    if unknown:
        sys.exit(
            f"There is no check {', '.join(sorted(unknown))}; there are {', '.join(c.name for c in checks())}."
        )
    failed = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        running = {pool.submit(run, check): check for check in todo}
        for done in as_completed(running):
            check, outcome = running[done], done.result()
            print(
                f"{'ok' if outcome.code == 0 else 'FAILED':<7}{check.name:<18}{outcome.seconds:5.1f} s",
                flush=True,
            )
            if outcome.code:
                failed.append(check.name)
                print(outcome.output or "(no output)", flush=True)
    if failed:
        print(f"\n{len(failed)} of {len(todo)} checks failed: {', '.join(failed)}")
        return 1
    print(f"All {len(todo)} checks passed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
