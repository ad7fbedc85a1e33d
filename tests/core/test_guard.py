"""The guard's parts: the signed time, counting on the cache all workers share, and what it forgets."""

import os
import subprocess
import sys
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.http import QueryDict
from django.test import RequestFactory
from pytest_django import Settings

from core import guard
from core.guard import Guard, age_of, often, stamp
from core.models import HouseSettings
from tests import factories as make

ROOT = Path(__file__).resolve().parent.parent.parent
FAR = "198.51.100.7"


# The signed time --------------------------------------------------------------------------------------


def test_a_stamp_tells_its_age() -> None:
    text = stamp("book", "key", make.NOW)
    assert age_of(text, "book", "key", make.NOW) == timedelta(0)
    assert age_of(text, "book", "key", make.NOW + timedelta(days=400)) == timedelta(days=400)


@pytest.mark.parametrize(
    "tampered",
    [
        lambda text: "",
        lambda text: "nonsense",
        lambda text: text[:-1],
        lambda text: str(int(text[:10]) - 60) + text[10:],
        lambda text: "-" + text,
        lambda text: text.replace(".", ""),
        lambda text: "²" + text,
        lambda text: "9" * 5000 + text[10:],
    ],
)
def test_a_stamp_that_is_not_ours_has_no_age(tampered: Any) -> None:
    assert age_of(tampered(stamp("book", "key", make.NOW)), "book", "key", make.NOW) is None


def test_a_stamp_counts_for_nothing_else_and_not_from_the_future() -> None:
    text = stamp("book", "key", make.NOW)
    assert age_of(text, "waiting", "key", make.NOW) is None
    assert age_of(text, "book", "other", make.NOW) is None
    assert age_of(text, "book", "key", make.NOW - timedelta(seconds=2)) is None


# One form ---------------------------------------------------------------------------------------------


class Form:
    """A form of the site as somebody sends it."""

    def __init__(self, **meta: str) -> None:
        self.meta = {"REMOTE_ADDR": FAR, **meta}

    def guard(self, at: datetime, **sent: str) -> Guard:
        return Guard(RequestFactory().post("/", sent, **self.meta), "waiting", at=at)

    def send(
        self, *contacts: str, at: datetime = make.NOW, waited: float = 60, **sent: str
    ) -> frozenset[str]:
        seen = stamp("shown:waiting", "", at - timedelta(seconds=waited))
        return self.guard(at, **{"shown": seen, **sent}).doubts(*contacts)


@pytest.fixture(autouse=True)
def limits(settings: Settings) -> None:
    settings.GUARD_FASTEST, settings.GUARD_PER_ADDRESS, settings.GUARD_PER_CONTACT = 2, 3, 2


@pytest.mark.django_db
class TestDoubts:
    def test_a_person_is_not_doubted(self, clock: time_machine.Traveller) -> None:
        assert not Form().send("erna@example.org", waited=2)

    def test_a_form_left_open_for_days_is_no_reason(self, clock: time_machine.Traveller) -> None:
        assert not Form().send(waited=3 * 24 * 3600)

    def test_too_fast_is(self, clock: time_machine.Traveller) -> None:
        assert Form().send(waited=1) == {"time"}

    @pytest.mark.parametrize("shown", ["", "1799658000.forged", "x"])
    def test_a_form_nobody_was_shown_is(self, clock: time_machine.Traveller, shown: str) -> None:
        assert Form().send(shown=shown) == {"time"}

    def test_the_field_to_be_left_empty_is(self, clock: time_machine.Traveller) -> None:
        assert Form().send(website="https://spam.example") == {"trap"}

    def test_coming_too_often_from_one_address_is(self, clock: time_machine.Traveller) -> None:
        assert [Form().send() for _ in range(5)] == [set(), set(), set(), {"address"}, {"address"}]
        assert not Form(REMOTE_ADDR="198.51.100.8").send()

    def test_coming_too_often_for_one_contact_is(self, clock: time_machine.Traveller) -> None:
        sent = [
            Form(REMOTE_ADDR=f"198.51.100.{n}").send("Erna@example.org" if n else "erna@example.org", "")
            for n in range(3)
        ]
        assert sent == [set(), set(), {"contact"}]
        assert not Form(REMOTE_ADDR="198.51.100.9").send("paul@example.org")

    def test_after_an_hour_nobody_came_often(self, clock: time_machine.Traveller) -> None:
        for _ in range(4):
            doubts = Form().send()
        assert doubts
        clock.shift(timedelta(hours=1))
        assert not Form().send(at=make.NOW + timedelta(hours=1))

    def test_one_more_click_answers_everything(self, clock: time_machine.Traveller) -> None:
        for _ in range(9):
            assert not Form().send(website="x", shown="", person=Form().guard(make.NOW).proof)

    def test_the_click_counts_for_two_hours_and_for_this_form(self, clock: time_machine.Traveller) -> None:
        proof = Form().guard(make.NOW).proof
        elsewhere = Guard(RequestFactory().post("/"), "other", at=make.NOW).proof
        assert not Form().send(website="x", person=proof, at=make.NOW + timedelta(minutes=119))
        assert Form().send(website="x", person=proof, at=make.NOW + timedelta(hours=2))
        assert Form().send(website="x", person=elsewhere)
        # The signed time every form carries is no answer.
        assert Form().send(website="x", person=Form().guard(make.NOW).shown)

    @pytest.mark.parametrize("address", [FAR, "2001:db8::77", f"::ffff:{FAR}"])
    def test_the_house_itself_is_never_asked(self, clock: time_machine.Traveller, address: str) -> None:
        HouseSettings.objects.create(trusted_networks="198.51.100.0/24\n2001:db8::/32")
        for _ in range(5):
            assert not Form(REMOTE_ADDR=address).send("erna@example.org", website="x", shown="")
        assert Form(REMOTE_ADDR="203.0.113.1").send(website="x")
        # Nor can somebody outside pretend to sit in it.
        assert Form(REMOTE_ADDR="203.0.113.1", HTTP_X_FORWARDED_FOR=FAR).send(website="x")

    def test_behind_our_proxy_the_visitors_address_counts(
        self, clock: time_machine.Traveller, settings: Settings
    ) -> None:
        settings.TRUSTED_PROXIES = 1
        for n in range(8):
            assert not Form(REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=f"192.0.2.{n}").send()

    def test_without_a_cache_people_are_let_through(
        self, clock: time_machine.Traveller, settings: Settings, caplog: pytest.LogCaptureFixture
    ) -> None:
        settings.CACHES = {
            **settings.CACHES,
            "shared": {
                "BACKEND": "django.core.cache.backends.redis.RedisCache",
                "LOCATION": "redis://127.0.0.1:1/0",
            },
        }
        for _ in range(5):
            assert not Form().send("erna@example.org")
        assert "does not answer" in caplog.text

    def test_the_page_sends_again_what_was_sent_but_nothing_of_the_guard(self) -> None:
        sent = QueryDict("name=Erna&topic=1&topic=2&website=x&shown=y&person=z&csrfmiddlewaretoken=t")
        request = RequestFactory().post(
            "/", sent.urlencode(), content_type="application/x-www-form-urlencoded"
        )
        assert Guard(request, "waiting", at=make.NOW).kept == [
            ("name", "Erna"),
            ("topic", "1"),
            ("topic", "2"),
        ]

    def test_the_page_asks_with_one_button(self) -> None:
        answer = Form().guard(make.NOW, name="Erna <b>").ask(button="Ja")
        assert answer.status_code == 200
        content = answer.content.decode()
        assert 'name="name" value="Erna &lt;b&gt;"' in content
        assert content.count("kern-btn") >= 1
        assert 'name="person" value="' in content


# Counting ---------------------------------------------------------------------------------------------

COUNT = """
import django; django.setup()
from django.utils import timezone
from core.guard import often
for _ in range(3):
    print(len(often("book", {"address:198.51.100.7": 5}, timezone.now())))
"""


@pytest.mark.django_db(transaction=True)
def test_two_workers_count_together() -> None:
    """On the cache of a town: Redis where it is configured, else the table in the database."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        address = f"sqlite:///{database['NAME']}"
    else:
        at = f"{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}"
        address = f"postgres://{at}/{database['NAME']}"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "SECRET_KEY": uuid.uuid4().hex,
        "ALLOWED_HOSTS": "werkstatt.example.org",
        "BASE_URL": "https://werkstatt.example.org",
        "DATABASE_URL": address,
        "EMAIL_URL": "smtp://127.0.0.1:1",
    }
    found = []
    purpose = f"test {uuid.uuid4().hex}"
    for _worker in range(2):
        done = subprocess.run(
            [sys.executable, "-c", COUNT.replace('"book"', repr(purpose))],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        found += done.stdout.split()
    assert found == ["0", "0", "0", "0", "0", "1"]


@pytest.mark.django_db
class TestInTheDatabase:
    @pytest.fixture(autouse=True)
    def table(self, settings: Settings) -> None:
        settings.CACHES = {
            **settings.CACHES,
            "shared": {
                "BACKEND": "django.core.cache.backends.db.DatabaseCache",
                "LOCATION": "core_sharedcache",
            },
        }
        # Where the cache is Redis, nobody has made it.
        call_command("createcachetable", verbosity=0)
        caches["shared"].clear()

    def rows(self) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT cache_key, value FROM core_sharedcache")
            return [f"{key} {value}" for key, value in cursor.fetchall()]

    def test_no_address_and_no_contact_is_readable(self, clock: time_machine.Traveller) -> None:
        often("book", {f"address:{FAR}": 1, "contact:erna@example.org": 1}, make.NOW)
        kept = " ".join(self.rows())
        assert len(self.rows()) == 3
        assert FAR not in kept
        assert "erna" not in kept

    def test_the_same_address_has_another_key_on_another_day(self, clock: time_machine.Traveller) -> None:
        often("book", {"address": 1}, make.NOW)
        before = set(self.rows())
        clock.shift(timedelta(days=1))
        often("book", {"address": 1}, make.NOW + timedelta(days=1))
        assert len(set(self.rows()) - before) == 2

    def test_due_work_deletes_counts_after_the_hour_and_the_salt_after_the_day(
        self, clock: time_machine.Traveller
    ) -> None:
        often("book", {"address": 1, "contact": 1}, make.NOW)
        assert guard.forget(make.NOW) == 0
        assert guard.forget(make.NOW + timedelta(hours=1, seconds=1)) == 2
        assert guard.forget(make.NOW + timedelta(days=1, seconds=1)) == 1
        assert self.rows() == []
