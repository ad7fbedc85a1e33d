"""What somebody answered while booking does not outlive its time."""

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from config.environment import session_engine
from core import due
from tests import factories as make
from tests.workshops.visitor import Visitor

pytestmark = pytest.mark.django_db


def test_answers_of_a_booking_nobody_finished_are_erased_with_their_session() -> None:
    store = SessionStore()
    store["bookings"] = {"termin:1": {"personen": [{"name": "Erna Meier"}]}}
    store.set_expiry(7200)
    store.save()

    due.do_all(at=timezone.now() + timedelta(minutes=119))
    assert Session.objects.filter(pk=store.session_key).exists()
    due.do_all(at=timezone.now() + timedelta(minutes=121))
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    ("url", "engine"), [("", "db"), ("locmemcache://", "db"), ("redis://127.0.0.1:6379/1", "cached_db")]
)
def test_sessions_lie_in_redis_too_where_there_is_one(
    url: str, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CACHE_URL", url)
    if not url:
        monkeypatch.delenv("CACHE_URL")
    assert session_engine() == f"django.contrib.sessions.backends.{engine}"


def test_answers_are_read_from_the_cache_and_are_there_without_it(settings: Settings) -> None:
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
    visitor = Visitor(make.session())
    visitor.answer_all("Erna Meier")
    with CaptureQueriesContext(connection) as asked:
        assert "Erna Meier" in visitor.get("pruefen").content.decode()
    assert not [query for query in asked.captured_queries if "django_session" in query["sql"]]
    caches["shared"].clear()
    assert "Erna Meier" in visitor.get("pruefen").content.decode()
