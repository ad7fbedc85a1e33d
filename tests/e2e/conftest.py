"""A real browser on a real server: Chromium of this machine, driven by Playwright.

    def test_the_programme_can_be_filtered(page): page.goto("/programm/") …

`page` runs JavaScript, `plain_page` does not, `any_page` runs the test once with each; `phone` is the first on
a small screen. `open_page(**options)` makes more of them (options are Playwright's for a context).

A test fails when one of its pages asks another host for anything, logs an error or warning in the browser's
console (a violated Content-Security-Policy is one), throws in JavaScript, or meets a server error. Append a
part of the message to `expected_complaints` where that is what the test is about.
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import connection
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    sync_playwright,
)

from tests import machine

SCREENSHOTS = Path(settings.BASE_DIR) / "var" / "screenshots"
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
TALLEST = 2400
"""Taller pictures nobody looks at; longer pages are cut."""
ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
OpenPage = Callable[..., Page]
failed_pages: dict[str, list[Page]] = {}


@pytest.fixture(scope="session")
def chromium(django_db_setup: None) -> Iterator[Browser]:
    # Playwright keeps an event loop running in this thread. Django must not take that for asynchronous code,
    # and opens a new connection under it, which must know what to put back after a test (see ../conftest.py).
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    initial_rows = getattr(connection, "_test_serialized_contents", None)
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        if initial_rows is not None:
            connection._test_serialized_contents = initial_rows  # type: ignore[attr-defined]
        browser = playwright.chromium.launch(
            executable_path=machine.chromium(), headless=True, args=[*ARGUMENTS, *as_root]
        )
        yield browser
        browser.close()


@pytest.fixture
def expected_complaints() -> list[str]:
    return []


@pytest.fixture
def open_page(
    chromium: Browser, live_server: Any, expected_complaints: list[str], request: pytest.FixtureRequest
) -> Iterator[OpenPage]:
    """Opens a page in a browser profile of its own; relative addresses are the test server's."""
    contexts: list[BrowserContext] = []
    pages: list[Page] = []
    complaints: list[str] = []
    host = urlsplit(live_server.url).netloc

    def on_request(sent: Request) -> None:
        address = urlsplit(sent.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.netloc != host:
            complaints.append(f"request to another host: {sent.url}")

    def on_response(received: Response) -> None:
        if received.status >= 500:
            complaints.append(f"answer {received.status}: {received.url}")

    def on_console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(f"console {message.type}: {message.text} ({message.location.get('url', '')})")

    def open_page(**options: Any) -> Page:
        # A visitor's clock may stand in any zone; the dates are the town's.
        profile = {"locale": "de-DE", "timezone_id": "America/New_York", "viewport": DESKTOP, **options}
        context = chromium.new_context(base_url=live_server.url, **profile)
        context.set_default_timeout(10_000)
        contexts.append(context)
        context.on("request", on_request)
        context.on("response", on_response)
        context.on("console", on_console)
        context.on("weberror", lambda error: complaints.append(f"thrown: {error.error}"))
        page = context.new_page()
        pages.append(page)
        return page

    failed_pages[request.node.nodeid] = pages
    yield open_page
    failed_pages.pop(request.node.nodeid, None)
    for context in contexts:
        context.close()
    unexpected = [text for text in complaints if not any(part in text for part in expected_complaints)]
    if unexpected:
        pytest.fail("\n".join(unexpected), pytrace=False)


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    return open_page()


@pytest.fixture
def plain_page(open_page: OpenPage) -> Page:
    return open_page(java_script_enabled=False)


@pytest.fixture
def phone(open_page: OpenPage) -> Page:
    return open_page(viewport=PHONE, has_touch=True, is_mobile=True)


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def any_page(request: pytest.FixtureRequest, open_page: OpenPage) -> Page:
    return open_page(java_script_enabled=request.param)


@pytest.fixture
def sign_in(live_server: Any) -> Callable[[Page, AbstractBaseUser], None]:
    """Signs somebody in without the form: `sign_in(page, user)`."""

    def sign_in(page: Page, user: AbstractBaseUser) -> None:
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])

    return sign_in


@pytest.fixture
def screenshot() -> Callable[[Page, str], Path]:
    """Takes a picture of the whole page: `screenshot(page, "programme")` → var/screenshots/programme.png.

    Wagtail's pages scroll inside themselves, so the window grows for as long as that takes.
    """

    def take(page: Page, name: str) -> Path:
        path = SCREENSHOTS / f"{name}.png"
        window = page.viewport_size or DESKTOP
        height = page.evaluate(
            "Math.max(...[...document.querySelectorAll('html, main')].map(e => e.scrollHeight))"
        )
        page.set_viewport_size({**window, "height": min(max(window["height"], height), TALLEST)})
        page.screenshot(path=path, full_page=True, animations="disabled")
        page.set_viewport_size(window)
        return path

    return take


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Keeps a picture of what was on the screen when a test failed."""
    report = yield
    if report.when == "call" and report.failed:
        for number, page in enumerate(failed_pages.get(item.nodeid, [])):
            name = re.sub(r"\W+", "-", item.nodeid.split("/")[-1]).strip("-")
            path = SCREENSHOTS / f"failed-{name}-{number}.png"
            page.screenshot(path=path)
            report.sections.append(("screenshot", str(path.relative_to(settings.BASE_DIR))))
    return report
