"""Reads the demo's content files."""

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
CONTENT = FOLDER / "content"
PICTURES = FOLDER / "pictures"


def read(name: str) -> dict[str, Any]:
    """One file of `demo/content/`, by its name without `.toml`."""
    return tomllib.loads((CONTENT / f"{name}.toml").read_text(encoding="utf-8"), parse_float=Decimal)


def read_all(folder: str) -> dict[str, dict[str, Any]]:
    """All files of a folder by their names, in alphabetical order."""
    return {path.stem: read(f"{folder}/{path.stem}") for path in sorted((CONTENT / folder).glob("*.toml"))}
