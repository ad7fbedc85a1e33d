"""Reads the environment. Everything that differs between two machines comes through here."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()

SQLITE_OPTIONS = {
    # Take the write lock at the start of a transaction: a rush of bookings waits its turn
    # instead of failing with "database is locked" when a read lock cannot be upgraded.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    # FULL, not NORMAL: after a power cut the last bookings must still be there.
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
}


def database(default: str) -> dict[str, Any]:
    """The settings of the default database, from `DATABASE_URL`."""
    config: dict[str, Any] = env.db_url("DATABASE_URL", default=default)
    if config["ENGINE"].endswith("sqlite3"):
        # Ours is Django's, with turns for those who write.
        config["ENGINE"] = "config.sqlite3"
        config["OPTIONS"] = {**SQLITE_OPTIONS, **config.get("OPTIONS", {})}
    # Opening one anew for every page costs as much as the page.
    config.setdefault("CONN_MAX_AGE", 60)
    config.setdefault("CONN_HEALTH_CHECKS", True)
    return config


def caches() -> dict[str, dict[str, Any]]:
    """The settings of the caches, two of them on Redis where `CACHE_URL` names it.

    Without it `default` is local memory, and `shared`, what all workers must see alike, a database table. What is
    kept for a few seconds only (`core.nearby`) lies in the memory of each process, as nothing else is so near.
    """
    seconds = env.int("NEARBY_SECONDS", default=5)
    nearby = {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "nearby",
        "TIMEOUT": seconds,
        "OPTIONS": {"MAX_ENTRIES": 500},
    }
    config: dict[str, Any] = env.cache_url("CACHE_URL", default="locmemcache://")
    if config["BACKEND"].endswith("locmem.LocMemCache"):
        # Django's 300 entries would not hold the calendar entries of one programme.
        config.setdefault("OPTIONS", {})["MAX_ENTRIES"] = 10_000
        table = "django.core.cache.backends.db.DatabaseCache"
        options = {"MAX_ENTRIES": 100_000}
        return {
            "default": config,
            "shared": {"BACKEND": table, "LOCATION": "core_sharedcache", "OPTIONS": options},
            "nearby": nearby,
        }
    # environ still names a client of django-redis; Django's own backend needs no such thing.
    config["BACKEND"] = "django.core.cache.backends.redis.RedisCache"
    config.pop("OPTIONS", None)
    return {"default": config, "shared": {**config}, "nearby": nearby}


def session_engine() -> str:
    """Where sessions lie: in the database, and where there is Redis a copy there, which saves every page a query."""
    has_redis = caches()["shared"]["BACKEND"].endswith("RedisCache")
    return f"django.contrib.sessions.backends.{'cached_db' if has_redis else 'db'}"


def mailers(default: str) -> dict[str, Any]:
    """Django 6.1's `MAILERS` from `EMAIL_URL`; environ still answers in the old names."""
    old = env.email_url("EMAIL_URL", default=default)
    backend: str = old["EMAIL_BACKEND"]
    options: dict[str, Any] = {}
    if backend.endswith("smtp.EmailBackend"):
        options = {
            "host": old["EMAIL_HOST"],
            "port": old["EMAIL_PORT"] or (465 if old.get("EMAIL_USE_SSL") else 25),
            "username": old["EMAIL_HOST_USER"] or "",
            "password": old["EMAIL_HOST_PASSWORD"] or "",
            "use_tls": old.get("EMAIL_USE_TLS", False),
            "use_ssl": old.get("EMAIL_USE_SSL", False),
            "timeout": 20,
        }
    elif backend.endswith("filebased.EmailBackend"):
        options = {"file_path": "/" + old["EMAIL_FILE_PATH"].lstrip("/")}
    return {"default": {"BACKEND": backend, "OPTIONS": options}}


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A folder on an IMAP server."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str
    is_secure: bool


def mailbox() -> Mailbox | None:
    """The mailbox that undelivered mails come back to, from `BOUNCE_URL`; None where nothing is set.

    `imap://` speaks without encryption and is for a server on the same machine.
    """
    url = env("BOUNCE_URL", default="")
    if not url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("imap", "imaps") or not (parts.hostname and parts.username and parts.password):
        raise ImproperlyConfigured("BOUNCE_URL must look like imaps://user:password@host/INBOX.")
    is_secure = parts.scheme == "imaps"
    return Mailbox(
        host=parts.hostname,
        port=port or (993 if is_secure else 143),
        user=unquote(parts.username),
        password=unquote(parts.password),
        folder=unquote(parts.path.strip("/")) or "INBOX",
        is_secure=is_secure,
    )
