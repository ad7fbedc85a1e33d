"""What holds for every test: database, cache, browser and what counts as skipped."""

import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_django
import time_machine
from hypothesis import settings as hypothesis_settings

from tests import machine

hypothesis_settings.register_profile("dev", deadline=None)
hypothesis_settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis_settings.register_profile("thorough", deadline=None, max_examples=3000)
hypothesis_settings.load_profile(
    # In CI the same examples every time: a commit that passed passes again. Elsewhere new ones are found.
    os.environ.get("HYPOTHESIS_PROFILE", "ci" if machine.COMPLETE or os.environ.get("CI") else "dev")
)

collect_ignore = [] if machine.chromium() else ["e2e"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database-only", action="store_true", help="leave out tests that do not touch the database"
    )


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings

    if machine.COMPLETE and not machine.chromium():
        raise pytest.UsageError(machine.NO_BROWSER)
    if not hasattr(config, "workerinput"):
        machine.compile_catalogue()
    for cache in settings.CACHES.values():
        cache["KEY_FUNCTION"] = "tests.machine.cache_key"
    do_not_wait_for_the_disk(settings.DATABASES["default"])


def do_not_wait_for_the_disk(database: dict[str, Any]) -> None:
    """The locks are those of a town; only a power cut would be noticed."""
    options = database.setdefault("OPTIONS", {})
    if database["ENGINE"].endswith("sqlite3"):
        options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
    elif database["ENGINE"].endswith("postgresql"):
        options["options"] = f"{options.get('options', '')} -c synchronous_commit=off".strip()


def pytest_unconfigure(config: pytest.Config) -> None:
    from django.conf import settings

    shutil.rmtree(settings.SCRATCH, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests with real transactions start with what `django_db_setup` wrote.

    Such a test empties every table when it ends; without this the next one would find no root page.
    """
    for item in items:
        if uses_transactions(item):
            item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True), append=False)
    if config.getoption("--database-only"):
        deselected = [item for item in items if not uses_database(item)]
        items[:] = [item for item in items if uses_database(item)]
        config.hook.pytest_deselected(items=deselected)


def uses_transactions(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    fixtures = getattr(item, "fixturenames", ())
    return bool(marker and marker.kwargs.get("transaction")) or bool(
        {"transactional_db", "live_server"}.intersection(fixtures)
    )


def uses_database(item: pytest.Item) -> bool:
    fixtures = getattr(item, "fixturenames", ())
    return bool(item.get_closest_marker("django_db")) or "db" in fixtures or uses_transactions(item)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not machine.chromium():
        terminalreporter.write_line(machine.NO_BROWSER)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if machine.COMPLETE and reporter and reporter.stats.get("skipped") and not session.exitstatus:
        reporter.write_line("\nTests were skipped, and TEST_COMPLETE=1 says that all must run.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb: bool, django_db_modify_db_settings: None) -> bool:
    """On SQLite: start from a migrated database that an earlier run kept, if the migrations are still the same."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    if not database["ENGINE"].endswith("sqlite3") or not machine.kept_database().is_file():
        return django_db_keepdb
    shutil.copyfile(machine.kept_database(), database["TEST"]["NAME"])
    return True


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> None:
    """Every test finds the house built: home page and programme in both languages (`empty_house` clears it).

    Publishing them anew for each test took more time than the tests themselves.
    """
    from django.db import connection

    from tests import factories

    with django_db_blocker.unblock():
        if connection.vendor == "sqlite" and not machine.kept_database().is_file():
            machine.keep_database(connection)
        with time_machine.travel(factories.NOW - timedelta(days=30), tick=False):
            factories.programme()
        if hasattr(connection, "_test_serialized_contents"):
            connection._test_serialized_contents = connection.creation.serialize_db_to_string()


@pytest.fixture
def empty_house(db: None) -> None:
    """No page, as on the day of installation."""
    from wagtail.models import Page

    Page.objects.get(depth=1).get_children().delete()


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    machine.forget_cache()
    yield
    machine.forget_cache()


@pytest.fixture(autouse=True)
def german() -> Iterator[None]:
    """Every test begins in German: a page fetched in English leaves its language behind in the thread."""
    from django.utils import translation

    translation.deactivate()
    yield
    translation.deactivate()


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The clock stands still at `tests.factories.NOW`; `clock.shift(...)` moves it on."""
    from tests.factories import NOW

    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller
