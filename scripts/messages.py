"""Brings `locale/de` up to date with the source; with `--check` says what is missing and writes nothing.

The check fails where a source string has no German, a translation is only a guess ("fuzzy"), stands for a
string that is gone, or cannot be compiled (a placeholder lost, for one).
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = Path("locale/de/LC_MESSAGES/django.po")
NOT_SOURCE = [".*", "node_modules", "var", "tests", "docs", "scripts", "requirements*"]
MANY = 40


def ignored() -> list[str]:
    return [f"--ignore={pattern}" for pattern in NOT_SOURCE]


def manage(root: Path, *arguments: str) -> None:
    """Runs a management command in `root`; shows what it printed only where it failed."""
    environment = {"DJANGO_SETTINGS_MODULE": "config.settings.test", **os.environ}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment.get('PATH', '')}"
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=root,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(done.stdout)


def make(root: Path, *options: str) -> None:
    (root / CATALOGUE).parent.mkdir(parents=True, exist_ok=True)
    manage(root, "makemessages", "--locale=de", "--no-wrap", "--add-location=file", *ignored(), *options)


def complaints() -> list[str]:
    """What keeps the catalogue from being complete, a sentence each."""
    from babel.messages.pofile import read_po

    with tempfile.TemporaryDirectory(prefix="werkstatt-messages-") as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(
            ROOT, copy, ignore=shutil.ignore_patterns(".*", "node_modules", "var", "*.mo", "pictures")
        )
        make(copy)
        manage(copy, "compilemessages", "--locale=de", *ignored())
        with (copy / CATALOGUE).open("rb") as file:
            catalogue = read_po(file, abort_invalid=True)
    found = []
    for message in catalogue:
        if not message.id:
            continue
        texts = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
        where = ", ".join(sorted({path for path, _ in message.locations}))
        if not all(texts):
            found.append(f"without German: {message.id!r} ({where})")
        elif message.fuzzy:
            found.append(f"only guessed (fuzzy): {message.id!r} ({where})")
    found += [f"no longer used: {message.id!r}" for message in catalogue.obsolete.values()]
    return found


def main() -> int:
    if "--check" not in sys.argv[1:]:
        make(ROOT, "--no-obsolete")
        manage(ROOT, "compilemessages", "--locale=de", *ignored())
        return 0
    found = complaints()
    for line in found[:MANY]:
        print(line)
    if len(found) > MANY:
        print(f"… and {len(found) - MANY} more")
    if found:
        print(
            f"{CATALOGUE}: {len(found)} entries; “make messages” adds and removes, the German is written by hand."
        )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
