"""For a developer and for the demo: everything under `var/`, mails as files, nothing to configure."""

from config.environment import caches, database, env, mailers

from .base import *  # noqa: F403
from .base import INSTALLED_APPS, VAR_DIR

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY", default="only-for-development-never-for-a-town")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
BASE_URL = env("BASE_URL", default=f"http://localhost:{env('PORT', default='8000')}")
WAGTAILADMIN_BASE_URL = BASE_URL

INSTALLED_APPS = ["demo", *INSTALLED_APPS]
VAR_DIR.mkdir(exist_ok=True)
DATABASES = {"default": database(f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
CACHES = caches()
MAIL_DIR = VAR_DIR / "mail"
MAIL_DIR.mkdir(exist_ok=True)
MAILERS = mailers(f"filemail://{MAIL_DIR}")
ROOT_URLCONF = "config.urls_dev"
