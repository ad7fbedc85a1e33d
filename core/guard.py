"""A guard against robots that never refuses a person.

A form carries a field that people leave empty and the signed time at which it was shown. A robot fills
the one and is too fast for the other, or it comes too often: from one address, or for one contact. All of
that happens to people too (autofill; twenty seniors on one Wi-Fi), so suspicion leads to one more button
and to nothing else. The house's own networks are never asked.

    guard = Guard(request, "waiting", at=at)
    if request.method == "POST" and form.is_valid():
        if guard.doubts(email, phone):
            return guard.ask(button=_("Yes, put me on the list"))
        …do it

and in the form's template, beside the CSRF token: {% include "components/guard.html" %}, with the guard in
the context as `guard`.

How often somebody came is counted on the cache all workers share, under keys that are worthless once the
day is over: hashed with a random salt of that day, which is then forgotten.
"""

import hashlib
import hmac
import logging
import secrets
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.links import is_valid, sign
from core.models import HouseSettings
from core.nearby import nearby
from core.networks import client_address, household, is_within, read_networks

logger = logging.getLogger(__name__)

TRAP, SHOWN, PROOF = FIELDS = ("website", "shown", "person")

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
PROOF_HOLDS = timedelta(hours=2)
"""So long the answer to the one more button counts; later it is asked again."""


class Guard:
    """What one request to one form gives away. `purpose` is the form; `key` what its answer counts for."""

    def __init__(self, request: HttpRequest, purpose: str, *, key: object = "", at: datetime) -> None:
        self.request = request
        self.purpose = purpose
        self.key = key
        self.at = at

    @property
    def shown(self) -> str:
        """The signed time, for the form."""
        return stamp(f"shown:{self.purpose}", self.key, self.at)

    @property
    def proof(self) -> str:
        """What the one more button says, signed."""
        return stamp(f"person:{self.purpose}", self.key, self.at)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What was sent, to be sent once more with the proof."""
        own = {*FIELDS, "csrfmiddlewaretoken"}
        sent = self.request.POST.lists()
        return [(name, value) for name, values in sent for value in values if name not in own]

    def doubts(self, *contacts: str) -> frozenset[str]:
        """Counts this attempt and says what speaks against a person; nothing where one more click answered that.

        `contacts` are the mail address and telephone number the form was sent for.
        """
        address = client_address(self.request.META, proxies=settings.TRUSTED_PROXIES)
        networks = read_networks(HouseSettings.nearby().trusted_networks)
        if is_within(address, networks):
            return frozenset()
        who = {f"address:{household(address)}": settings.GUARD_PER_ADDRESS} if address else {}
        who |= {
            f"contact:{contact.casefold()}": settings.GUARD_PER_CONTACT for contact in contacts if contact
        }
        found = {name.partition(":")[0] for name in often(self.purpose, who, self.at)}
        sent = self.request.POST
        age = age_of(sent.get(PROOF, ""), f"person:{self.purpose}", self.key, self.at)
        if age is not None and age < PROOF_HOLDS:
            return frozenset()
        if sent.get(TRAP):
            found.add("trap")
        age = age_of(sent.get(SHOWN, ""), f"shown:{self.purpose}", self.key, self.at)
        if age is None or age < timedelta(seconds=settings.GUARD_FASTEST):
            found.add("time")
        if found:
            logger.info("Guard: one more click for %s (%s).", self.purpose, ", ".join(sorted(found)))
        return frozenset(found)

    def ask(self, *, button: Any, template: str = "core/one_more_click.html", **context: Any) -> HttpResponse:
        """The page with the one more button, which sends everything again."""
        return render(self.request, template, {"guard": self, "button": button, **context})


def stamp(purpose: str, key: object, at: datetime) -> str:
    """The time, signed for one purpose."""
    seconds = int(at.timestamp())
    return f"{seconds}.{sign(purpose=f'guard:{purpose}', public_id=key, version=seconds)}"


def age_of(text: str, purpose: str, key: object, at: datetime) -> timedelta | None:
    """How long ago it was stamped; None where it was not by us, not for this, or lies ahead."""
    seconds, _dot, signature = text.partition(".")
    if not (seconds.isascii() and seconds.isdecimal() and len(seconds) < 12):
        return None
    if not is_valid(signature, purpose=f"guard:{purpose}", public_id=key, version=int(seconds)):
        return None
    age = int(at.timestamp()) - int(seconds)
    return timedelta(seconds=age) if age >= 0 else None


def often(purpose: str, limits: dict[str, int], at: datetime) -> list[str]:
    """Counts one more attempt for each name in this hour and returns those above their limit.

    Attempts at the very same moment may count as one: a limit is no lock. Without a cache nobody is above.
    """
    shared = caches["shared"]
    try:
        day = int(at.timestamp() // DAY.total_seconds())
        salt = nearby(f"salt:{day}", partial(_salt, day))
        hour = int(at.timestamp() // HOUR.total_seconds())
        keys = {name: _hashed(salt, f"{purpose}:{hour}:{name}") for name in limits}
        seen = shared.get_many(keys.values())
        counts = {name: seen.get(key, 0) + 1 for name, key in keys.items()}
        shared.set_many({keys[name]: count for name, count in counts.items()}, HOUR.total_seconds())
    except Exception:  # of whatever kind the cache is: people book without it
        logger.exception("Guard: the shared cache does not answer, nothing is counted.")
        return []
    return [name for name, count in counts.items() if count > limits[name]]


def _salt(day: int) -> str:
    """The random salt of that day (counted from 1970), which all workers share and which is gone when the day is."""
    shared, key = caches["shared"], f"guard:salt:{day}"
    salt: str | None = shared.get(key)
    if salt is None:
        shared.add(key, secrets.token_hex(16), DAY.total_seconds())
        salt = shared.get(key)
    if salt is None:
        raise LookupError("The shared cache keeps nothing.")
    return salt


def _hashed(salt: str, text: str) -> str:
    return "guard:" + hmac.new(salt.encode(), text.encode(), hashlib.sha256).hexdigest()[:32]


def forget(at: datetime) -> int:
    """Deletes what is over from the database's cache table; Redis does so by itself."""
    config = settings.CACHES["shared"]
    if not config["BACKEND"].endswith("DatabaseCache"):
        return 0
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(config["LOCATION"])
        over = connection.ops.adapt_datetimefield_value(at.replace(microsecond=0))
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [over])  # noqa: S608 - our own name
        return int(cursor.rowcount)
