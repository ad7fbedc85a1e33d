"""For the tests: as hostile as possible, on SQLite in a file or on what `DATABASE_URL` and `CACHE_URL` name."""

import atexit
import shutil
import sys
import tempfile
from pathlib import Path
from types import FrameType

from config.environment import caches, database

from .base import *  # noqa: F403
from .base import BASE_DIR, INSTALLED_APPS, LOGGING, TEMPLATES

DEBUG = False
SECRET_KEY = "only-for-tests"  # noqa: S105
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver", "werkstatt.example.org"]
BASE_URL = "https://werkstatt.example.org"
WAGTAILADMIN_BASE_URL = BASE_URL

INSTALLED_APPS = ["demo", "tests.e2e.rule_panel", *INSTALLED_APPS]

# A file of its own, not shared memory: threads that race must race for a real lock.
SCRATCH = Path(tempfile.mkdtemp(prefix="werkstatt-test-"))
atexit.register(shutil.rmtree, SCRATCH, ignore_errors=True)
DATABASES = {"default": database(f"sqlite:///{SCRATCH / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(SCRATCH / "test.sqlite3")}
elif not DATABASES["default"]["NAME"]:
    DATABASES["default"]["NAME"] = "werkstatt"
CACHES = caches()
# What has just been changed must be seen at once; the tests of `core.nearby` set its seconds themselves.
CACHES["nearby"]["TIMEOUT"] = 0
# The same with Redis and without, so that a page asks the same; `tests/core/test_sessions.py` tries the other.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
# A browser that is driven is as fast as a robot.
GUARD_FASTEST = 0

MEDIA_ROOT = SCRATCH / "media"
STATIC_ROOT = SCRATCH / "static"
STATIC_ROOT.mkdir()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
BOUNCE_MAILBOX = None
BOUNCE_SECRET = ""
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ROOT_URLCONF = "config.urls_dev"


class UndefinedVariable(str):
    """Makes a variable that does not exist an error in our own templates, and empty in everybody else's.

    It is the empty string. Only where a variable is missing does Django ask whether it is empty, or
    ({% blocktranslate %}) whether the name shall be put into it.
    """

    __slots__ = ()

    def __bool__(self) -> bool:
        asking = sys._getframe(1)
        if "string_if_invalid" in asking.f_locals:
            _refuse(str(asking.f_locals["self"].var), asking)
        return False

    def __contains__(self, part: str) -> bool:
        asking = sys._getframe(1)
        if asking.f_code.co_name == "render_value":
            _refuse(asking.f_locals["key"], asking)
        return super().__contains__(part)


def _refuse(missing: str, frame: FrameType | None) -> None:
    while frame := frame.f_back if frame else None:
        node = frame.f_locals.get("self")
        if frame.f_code.co_name == "render_annotated" and getattr(node, "origin", None):
            if node.origin.name.startswith(str(BASE_DIR / "templates")):
                raise LookupError(f"Undefined template variable {missing} in {node.origin.name}")
            return


TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UndefinedVariable()

LOGGING["loggers"]["wagtail"] = {"level": "WARNING"}
