"""What the machine that runs the tests has, and what keeps two test runs on it apart."""

import itertools
import os
import shutil
import uuid
from pathlib import Path

COMPLETE = os.environ.get("TEST_COMPLETE") == "1"
"""Everything has to run (CI): what is missing or skipped is a failure."""

NO_BROWSER = "There is no Chromium on this machine (CHROMIUM=/path/to/it names one): browser tests are left out."

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
