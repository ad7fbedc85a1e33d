"""The processor time of one complete booking, page by page, as multiples of a bare Django page.

The WSGI application is called in this process, so neither server nor customer counts. First as in a rush, when others
have asked for the same within seconds; then as for somebody alone, for whom nothing is kept. What due work does for
the order afterwards is told apart. PRICED=1 shows in which functions the time is spent.
"""

import cProfile
import io
import logging
import os
import pstats
import time
from collections import defaultdict
from collections.abc import Iterator
from statistics import median
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings
from django.utils import timezone

from benchmarks import bare
from benchmarks.timing import milliseconds, row, table
from config.environment import session_engine
from core.mail import write_due
from load.customers import HOST, Customer
from load.site import course_run, way_to
from tests import factories as make
from workshops.models import Person

BLOCKS = 4
ORDERS = 10
WARM = 3
"""The first orders fill caches."""
PAGES = 200


class InProcess(Customer):
    """A customer who asks the application itself, and notes the processor time of every answer."""

    handler: WSGIHandler
    costs: "list[tuple[str, float]]"
    profile: cProfile.Profile | None = None

    def _ask(self, method: str, path: str, fields: dict[str, str] | None) -> tuple[int, str, str]:
        body = urlencode(fields).encode() if fields is not None else b""
        parts, answer = urlsplit(path), {}
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": parts.path.encode().decode("latin-1"),
            "QUERY_STRING": parts.query,
            "SERVER_NAME": HOST,
            "SERVER_PORT": "443",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": f"10.0.{self.number // 250}.{self.number % 250}",
            "HTTP_HOST": HOST,
            "HTTP_REFERER": f"https://{HOST}{path}",
            "HTTP_COOKIE": "; ".join(f"{name}={morsel.value}" for name, morsel in self.cookies.items()),
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "https",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }

        def start(status: str, headers: list[tuple[str, str]], _exc: object = None) -> None:
            answer["status"], answer["headers"] = int(status.split()[0]), headers

        begun = time.process_time()
        if self.profile:
            self.profile.enable()
        response = self.handler(environ, start)
        content = b"".join(response)
        response.close()
        if self.profile:
            self.profile.disable()
        self.costs.append((f"{method} {_step(parts.path)}", time.process_time() - begun))
        headers = answer["headers"]
        for name, value in headers:
            if name == "Set-Cookie":
                self.cookies.load(value)
        location = dict(headers).get("Location", "").removeprefix(f"https://{HOST}")
        return answer["status"], location, content.decode()


def _step(path: str) -> str:
    parts = [part for part in path.split("/") if part]
    if "buchung" in parts:
        return "the booking's own page"
    if "buchen" in parts:
        return parts[-1] if len(parts) > 3 else "begin"
    return "the course"


def run() -> Iterator[str]:
    Person.objects.bulk_create(
        Person(name=f"Gast {n}", email=f"g{n}@example.org", created_at=make.NOW) for n in range(bare.ROWS)
    )
    logging.getLogger().setLevel(logging.WARNING)
    for title, fields in (
        ("one date", {"rule": ""}),
        ("a series of ten", {"booking_mode": "series", "rule": "RRULE:FREQ=WEEKLY;COUNT=10"}),
    ):
        for when, seconds in (("in a rush", 5), ("alone", 0)):
            wanted = course_run(capacity=4 * BLOCKS * ORDERS, **fields)
            yield from _orders(f"{title}, {when}", way_to(wanted), seconds=seconds)


def _orders(title: str, way: list[str], *, seconds: int) -> Iterator[str]:
    """Bare pages and orders in turns: other work on the machine then disturbs both alike."""
    profile = cProfile.Profile() if os.environ.get("PRICED") else None
    seen: defaultdict[str, list[float]] = defaultdict(list)
    bases, wholes, letters = [], [], []
    for block in range(BLOCKS):
        bases += _bare_pages()
        with _as_in_a_town(seconds):
            handler = WSGIHandler()
            for number in range(-WARM, ORDERS):
                customer = _customer(1000 * block + number + WARM, way)
                customer.handler = handler
                customer.profile = profile if number >= 0 else None
                customer.book(None)
                assert customer.outcome == "booked", customer.outcome
                if number >= 0:
                    wholes.append(sum(cost for _name, cost in customer.costs))
                    for name, cost in customer.costs:
                        seen[name].append(cost)
            begun = time.process_time()
            letters.append((begun, write_due(timezone.now()), time.process_time()))
    base, order = median(bases), median(wholes)
    letter = median((ended - begun) / written for begun, written, ended in letters)
    yield from table(f"a booking of {title}", "processor time", "bare pages")
    yield row("the bare page", milliseconds(base), "1.0")
    for name, costs in seen.items():
        yield row(name, milliseconds(median(costs)), f"{median(costs) / base:.1f}")
    yield row(f"**all {len(seen)} answers**", milliseconds(order), f"**{order / base:.1f}**")
    yield row("due work: the mail of one order, written", milliseconds(letter), f"{letter / base:.1f}")
    yield ""
    if profile:
        out = io.StringIO()
        pstats.Stats(profile, stream=out).sort_stats("cumulative").print_stats(70)
        yield out.getvalue()


def _as_in_a_town(seconds: int) -> override_settings:
    """Without what is hostile in the settings of the tests and costs time, and with what is kept for `seconds`."""
    [templates] = settings.TEMPLATES
    options = {name: value for name, value in templates["OPTIONS"].items() if name != "string_if_invalid"}
    kept = {**settings.CACHES["nearby"], "TIMEOUT": seconds}
    return override_settings(
        TEMPLATES=[{**templates, "OPTIONS": options}],
        CACHES={**settings.CACHES, "nearby": kept},
        SESSION_ENGINE=session_engine(),
    )


def _bare_pages() -> list[float]:
    """Processor seconds of bare pages."""
    with override_settings(**bare.SETTINGS):
        bare.forget()
        customer = _customer(0, [])
        customer.handler = WSGIHandler()
        for _ in range(PAGES):
            _status, _location, html = customer.ask("GET", "/")
        assert 19_000 < len(html) < 22_000, len(html)
    return [cost for _name, cost in customer.costs[PAGES // 10 :]]


def _customer(number: int, way: list[str]) -> InProcess:
    made = InProcess(number, ("", 0), way)
    made.costs = []
    return made
