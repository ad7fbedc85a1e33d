"""Somebody with a browser who books: reads each page's form, fills it in, presses its button.

Nothing here knows the steps of a booking beyond the names of a few fields, so that a step more changes nothing.
"""

import http.client
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

HOST = "werkstatt.example.org"
LAST_STEP = "/pruefen/"
BOOKED = "/buchung/"
MOST_PAGES = 40
TRIES = 40
"""So often a customer presses reload where the line is dead."""
PAUSE = 0.25
PATIENCE = 120
"""Seconds until a customer takes the line for dead."""


class Form(HTMLParser):
    """The last form of a page that is sent by POST: where to and what, when nothing is chosen; and the page's heading."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.buttons: list[dict[str, str]] = []
        self.found = False
        self.heading = self.action = ""
        self._within = self._in_heading = False
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        got = {name: value or "" for name, value in attributes}
        if tag == "h1":
            self._in_heading = True
        elif tag == "form":
            self._within = got.get("method", "get").lower() == "post"
            if self._within:
                self.found, self.fields, self.buttons = True, {}, []
                self.action = got.get("action", "")
        elif not self._within:
            return
        elif tag == "button":
            self.buttons.append(got)
        elif tag == "textarea" and got.get("name"):
            self.fields[got["name"]] = ""
        elif tag == "input" and got.get("name"):
            chosen = "checked" in got or got.get("type") not in ("radio", "checkbox")
            if chosen:
                self.fields[got["name"]] = got.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._within = False
        elif tag == "h1":
            self._in_heading = False

    def handle_data(self, data: str) -> None:
        if self._in_heading:
            self.heading = f"{self.heading} {data}".strip()

    def pressed(self) -> dict[str, str]:
        """What the last button sends: the one that leads on."""
        button = self.buttons[-1] if self.buttons else {}
        return {**self.fields, **({button["name"]: button.get("value", "")} if button.get("name") else {})}


@dataclass
class Customer:
    """One browser. `outcome` is how it ended; `accepted` the id of the booking it was led to."""

    number: int
    address: tuple[str, int]
    way: list[str]
    people: int = 1
    outcome: str = ""
    accepted: str = ""
    statuses: "Counter[int]" = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)
    pressed_at: float = 0
    done_at: float = 0
    cut: int = 0
    cookies: SimpleCookie = field(default_factory=SimpleCookie)

    @property
    def email(self) -> str:
        return f"gast{self.number}@example.org"

    @property
    def names(self) -> list[str]:
        return [f"Gast {self.number} {chr(ord('A') + place)}" for place in range(self.people)]

    def book(self, rush: threading.Barrier | None) -> None:
        """Walks the whole way. At the last button all who have come so far wait for each other."""
        waited = rush is None
        try:
            for page in self.way[:-1]:
                self.ask("GET", page)
            status, path, html = self.follow("GET", self.way[-1])
            for _page in range(MOST_PAGES):
                form = Form(html)
                if path.startswith(BOOKED):
                    self.outcome, self.accepted = "booked", path.split("/")[2]
                    return
                if status != 200 or not form.found:
                    self.outcome = f"{status} {form.heading}"
                    return
                if path.endswith(LAST_STEP) and not waited and rush:
                    waited = True
                    rush.wait()
                    self.pressed_at = time.perf_counter()
                status, path, html = self.follow("POST", form.action or path, self.filled(form))
            self.outcome = f"lost at {path}: {Form(html).heading}"
        except OSError as error:
            self.outcome = f"no answer ({type(error).__name__})"
        finally:
            self.done_at = time.perf_counter()
            if not waited and rush:
                rush.wait()

    def filled(self, form: Form) -> dict[str, str]:
        fields = form.pressed()
        if "people-TOTAL_FORMS" in fields:
            fields["people-TOTAL_FORMS"] = str(self.people)
            for place, name in enumerate(self.names):
                fields[f"people-{place}-name"] = name
        if "email" in fields:
            fields["email"] = self.email
        return fields

    def follow(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str, str]:
        """The page at the end of all redirects, and its path."""
        status, location, html = self.ask(method, path, fields)
        while status in (301, 302, 303):
            path = urlsplit(location).path
            if path.startswith(BOOKED):
                # Seen: from here on the booking is promised, whatever becomes of the next page.
                self.accepted = path.split("/")[2]
            status, location, html = self.ask("GET", location)
        return status, path, html

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str, str]:
        """One answer; where the line goes dead, the same again."""
        for last in range(TRIES, 0, -1):
            try:
                return self._ask(method, path, fields)
            except (OSError, http.client.HTTPException) as error:
                self.cut += 1
                if last == 1:
                    raise OSError(str(error)) from error
                time.sleep(PAUSE)
        raise AssertionError

    def _ask(self, method: str, path: str, fields: dict[str, str] | None) -> tuple[int, str, str]:
        # What a proxy that speaks TLS passes on.
        headers = {
            "Host": HOST,
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": f"10.{self.number >> 16 & 255}.{self.number >> 8 & 255}.{self.number & 255}",
            "Referer": f"https://{HOST}{path}",
            "Cookie": "; ".join(f"{name}={morsel.value}" for name, morsel in self.cookies.items()),
            "Connection": "close",
        }
        body = None
        if fields is not None:
            body = urlencode(fields)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        begun = time.perf_counter()
        connection = http.client.HTTPConnection(*self.address, timeout=PATIENCE)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            html = answer.read().decode()
        finally:
            connection.close()
        self.waits.append(time.perf_counter() - begun)
        self.statuses[answer.status] += 1
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            self.cookies.load(cookie)
        location = re.sub(rf"^https?://{re.escape(HOST)}", "", answer.headers.get("Location", ""))
        return answer.status, location, html


def all_at_once(customers: list[Customer], *, together: bool) -> None:
    """Everybody books; `together`: all press the last button at the same moment."""
    rush = threading.Barrier(len(customers)) if together else None
    threads = [threading.Thread(target=customer.book, args=(rush,), daemon=True) for customer in customers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
