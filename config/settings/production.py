"""For a town. What has no safe default must be named in the environment; the sentence says which."""

from django.core.exceptions import ImproperlyConfigured

from config.environment import caches, database, env, mailers

from .base import *  # noqa: F403

WHAT_IT_IS = {
    "SECRET_KEY": "a long random text that signs links and sessions",
    "ALLOWED_HOSTS": "the host names the site answers to, separated by commas",
    "BASE_URL": "the address of the site, such as https://werkstatt.example.org",
    "DATABASE_URL": "the database, such as postgres://user:password@host/name or sqlite:////srv/werkstatt/db.sqlite3",
    "EMAIL_URL": "the mail server, such as smtp+tls://user:password@host:587",
}
for name, meaning in WHAT_IT_IS.items():
    if not env(name, default=""):
        raise ImproperlyConfigured(f"The environment variable {name} is missing: {meaning}.")

DEBUG = False
SECRET_KEY = env("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
BASE_URL = env("BASE_URL").rstrip("/")
WAGTAILADMIN_BASE_URL = BASE_URL
CSRF_TRUSTED_ORIGINS = [BASE_URL]

DATABASES = {"default": database("")}
CACHES = caches()
MAILERS = mailers("")

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=True)
SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=True)
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-werkstatt"
CSRF_COOKIE_SECURE = True
