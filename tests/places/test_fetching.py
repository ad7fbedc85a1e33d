"""Fetching a calendar: from a real server over TLS, and never from inside the house."""

import http.server
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from places import fetching
from places.fetching import NotFetched, fetch, is_public

PEM = Path(__file__).parent / "localhost.pem"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        port = self.server.server_address[1]
        moved = {
            "/moved": f"https://localhost:{port}/calendar.ics",
            "/elsewhere": f"https://127.0.0.1:{port}/calendar.ics",
            "/plain": f"http://localhost:{port}/calendar.ics",
            "/round": "/round",
        }
        if self.path in moved:
            self.send_response(302)
            self.send_header("Location", moved[self.path])
            self.end_headers()
            return
        if self.path == "/missing":
            self.send_error(404)
            return
        if self.path == "/drip":
            # A header that never ends, a byte at a time: each byte comes before any pause is too long.
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not self.server.closing.wait(0.05):  # type: ignore[attr-defined]
                self.wfile.write(b"x")
                self.wfile.flush()
            return
        self.send_response(200)
        self.end_headers()
        if self.path == "/huge":
            for _ in range(6):
                self.wfile.write(b"x" * 1024 * 1024)
        elif self.path == "/slow":
            self.wfile.write(b"BEGIN")
            self.wfile.flush()
            self.server.closing.wait(30)  # type: ignore[attr-defined]
        else:
            self.wfile.write(b"BEGIN:VCALENDAR")

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.closing = threading.Event()  # type: ignore[attr-defined]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)
    made.handle_error = lambda *args: None  # type: ignore[method-assign]
    made.socket = context.wrap_socket(made.socket, server_side=True)
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield f"https://localhost:{made.server_address[1]}"
    made.closing.set()  # type: ignore[attr-defined]
    made.shutdown()
    made.server_close()


def get(url: str) -> bytes:
    """As an editor's fetch, but this machine is allowed and its certificate known."""
    return fetch(
        url,
        look_up=lambda host, port: ["127.0.0.1"],
        may_connect=lambda address: True,
        context=ssl.create_default_context(cafile=str(PEM)),
    )


def test_a_file_is_fetched_also_by_way_of_a_redirect_on_the_same_host(server: str) -> None:
    assert get(f"{server}/calendar.ics") == b"BEGIN:VCALENDAR"
    assert get(f"{server}/moved") == b"BEGIN:VCALENDAR"


@pytest.mark.parametrize("path", ["elsewhere", "plain", "round", "missing", "huge"])
def test_what_is_not_fetched_says_why(server: str, path: str) -> None:
    with pytest.raises(NotFetched) as problem:
        get(f"{server}/{path}")
    assert len(problem.value.sentence) > 10


def test_a_server_that_does_not_finish_is_left(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 0.5)
    with pytest.raises(NotFetched):
        get(f"{server}/slow")


@pytest.mark.parametrize("path", ["drip", "slow"])
def test_a_server_that_drips_is_left_when_the_time_for_all_of_it_is_over(
    server: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 0.6)
    begun = time.monotonic()
    with pytest.raises(NotFetched, match="zu lange"):
        get(f"{server}/{path}")
    assert time.monotonic() - begun < 5


def test_a_name_that_is_looked_up_for_ever_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 0.3)
    never = threading.Event()

    def look_up(host: str, port: int) -> list[str]:
        never.wait(30)
        return ["93.184.216.34"]

    with pytest.raises(NotFetched, match="zu lange"):
        fetch("https://example.org/", look_up=look_up)
    never.set()


def test_a_name_nobody_knows_says_so() -> None:
    def look_up(host: str, port: int) -> list[str]:
        raise OSError("Name or service not known")

    with pytest.raises(NotFetched, match="abzurufen"):
        fetch("https://gibtsnicht.example.org/", look_up=look_up)


def test_a_certificate_that_does_not_fit_is_refused(server: str) -> None:
    with pytest.raises(NotFetched):
        fetch(server, look_up=lambda host, port: ["127.0.0.1"], may_connect=lambda address: True)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/a.ics",
        "ftp://example.org/a.ics",
        "file:///etc/passwd",
        "https://user:secret@example.org/a.ics",
        "https://",
        "https://[::1",
        "https://example.org:99999/",
        "",
    ],
)
def test_only_plain_https_addresses_are_asked(url: str) -> None:
    def nobody(host: str, port: int) -> list[str]:
        raise AssertionError("nothing is looked up")

    with pytest.raises(NotFetched):
        fetch(url, look_up=nobody)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "64:ff9b:1::1",
        "64:ff9b::7f00:1",
        "::7f00:1",
        "2001:0:7f00:1::",
        "fec0::1",
        "not an address",
    ],
)
def test_nothing_is_fetched_from_inside(address: str) -> None:
    assert not is_public(address)
    with pytest.raises(NotFetched, match="privat"):
        fetch("https://intern.example.org/", look_up=lambda host, port: ["93.184.216.34", address])


def test_public_addresses_are_public() -> None:
    assert is_public("93.184.216.34")
    assert is_public("2606:2800:220:1:248:1893:25c8:1946")
