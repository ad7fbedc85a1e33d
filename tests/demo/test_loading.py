"""The demo as it is loaded. Each load takes some seconds, so what belongs together is looked at together."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db.models import Count, F, Q
from django.test import Client
from django.utils import timezone
from wagtail.images.models import Image
from wagtail.models import Page

from accounts.models import User
from accounts.roles import ROLES
from core import due
from core.models import OutgoingMail
from demo.town import PASSWORD
from places.models import OpeningHours, Venue
from showroom.models import ExhibitPage, on_show
from tests import factories, web
from timetable.rules import rule_text
from workshops.models import AccessNeed, Booking, CoursePage, CourseRun, Notice, Schedule, Seat, Session
from workshops.programme import listed, next_with_free_seats

BERLIN = ZoneInfo("Europe/Berlin")
ON_AN_ORDINARY_DAY = datetime(2027, 1, 13, 12, tzinfo=BERLIN)
ADDRESSES = [
    "/",
    "/programm/",
    "/ausprobieren/",
    "/besuch/",
    "/datenschutz/",
    "/en/",
    "/en/programme/",
    "/en/try/",
]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_house")]


@pytest.fixture
def day(request: pytest.FixtureRequest) -> Iterator[datetime]:
    noon = datetime.fromisoformat(request.param).replace(hour=12, tzinfo=BERLIN)
    with time_machine.travel(noon, tick=False):
        yield noon


def load(**options: Any) -> str:
    said = StringIO()
    call_command("load_demo", stdout=said, **options)
    return said.getvalue()


def rows() -> dict[str, int]:
    return {
        model._meta.label: model._base_manager.count() for model in apps.get_models() if model._meta.managed
    }


def test_the_town_is_complete_and_a_second_load_changes_nothing() -> None:
    with time_machine.travel(ON_AN_ORDINARY_DAY, tick=False):
        load()
        the_town_has_what_was_asked_for()
        every_way_of_booking_and_every_state_occurs()
        all_kinds_of_rule_occur()
        counters_are_those_of_the_rows()
        everybody_can_sign_in()
        before = rows()
        assert "nothing has been loaded" in load(if_empty=True)
        with pytest.raises(CommandError):
            load()
        assert rows() == before
        only_fresh_mails_go_out()


def the_town_has_what_was_asked_for() -> None:
    german = Q(locale__language_code="de")
    assert Venue.objects.count() == 3
    assert OpeningHours.objects.values("venue").distinct().count() == 3
    assert all(
        venue.access_notes_de and venue.access_notes_en and venue.image for venue in Venue.objects.all()
    )
    assert ExhibitPage.objects.filter(german).live().count() == 12
    assert CoursePage.objects.filter(german).live().count() == 14
    assert CourseRun.objects.count() == 20
    assert CourseRun.objects.filter(state="draft").count() == 1
    assert not Image.objects.filter(description="").exists()
    for model in (ExhibitPage, CoursePage):
        assert not model.objects.filter(Q(image=None) | Q(teaser="") | Q(topics=None)).exists()
    # Every page stands in the English tree too, translated or as an alias; some of each.
    english = Page.objects.filter(locale__language_code="en", live=True)
    assert english.count() == Page.objects.filter(german, depth__gt=1, live=True).count()
    assert english.filter(alias_of=None).count() >= 9
    assert english.exclude(alias_of=None).count() >= 9


def every_way_of_booking_and_every_state_occurs() -> None:
    assert set(CourseRun.objects.values_list("booking_mode", flat=True)) == set(CourseRun.Mode.values)
    states = Counter(Booking.objects.values_list("state", flat=True))
    assert set(states) == set(Booking.State.values)
    assert sum(states.values()) >= 60
    assert set(Booking.objects.values_list("channel", flat=True)) == set(Booking.Channel.values)
    assert Booking.objects.filter(person__email="").exists()
    assert Booking.objects.annotate(people=Count("participants")).filter(people__gt=1).exists()
    assert AccessNeed.objects.filter(consented_at__isnull=False).exists()
    assert CourseRun.objects.filter(hold_until_confirmed=True).exists()
    assert CourseRun.objects.filter(price__gt=0, price_reduced__gt=0, material_cost__gt=0).exists()
    full = Session.objects.filter(seats_taken=F("capacity"), starts_at__gt=timezone.now())
    assert set(full.values_list("run__booking_mode", flat=True)) == {"single", "series"}
    assert set(Notice.objects.values_list("kind", flat=True)) == {"cancelled", "moved"}
    assert Session.objects.filter(state="cancelled", starts_at__gt=timezone.now()).exclude(reason="").exists()


def all_kinds_of_rule_occur() -> None:
    texts = [rule_text(schedule.rule) for schedule in Schedule.objects.all()]
    assert len(texts) == 20
    assert "" in texts
    parts = "INTERVAL=2 BYDAY=1SA BYDAY=-1FR BYMONTHDAY=13 BYDAY=TU,TH DAILY COUNT=10 UNTIL="
    assert [part for part in parts.split() if not any(part in text for text in texts)] == []
    assert Schedule.objects.filter(room=None).exclude(online_url="").exists()
    # The pupils' surgery does not meet in the holidays, and ten sessions are ten.
    pupils = CourseRun.objects.get(number="S101")
    assert pupils.skip_holidays
    ten = CourseRun.objects.get(number="S110")
    assert ten.sessions.count() == 10


def counters_are_those_of_the_rows() -> None:
    for session in Session.objects.annotate(taken=Count("seats", filter=Q(seats__state__in=Seat.TAKEN))):
        assert session.seats_taken == session.taken


def everybody_can_sign_in() -> None:
    for group in ROLES:
        user = User.objects.get(groups__name=group)
        assert user.check_password(PASSWORD)
        assert user.email.endswith("@example.org")
        assert user.has_perm("wagtailadmin.access_admin")


def only_fresh_mails_go_out() -> None:
    """Nothing of the weeks before is sent after all, and the mail box is not empty."""
    at = timezone.now()
    waiting = OutgoingMail.objects.filter(state=OutgoingMail.State.WAITING)
    assert {"confirm_request", "session_cancelled", "session_moved"} <= set(
        waiting.values_list("kind", flat=True)
    )
    assert 1 <= waiting.count() <= 12
    assert all((at - mail.created_at).total_seconds() <= 86_400 for mail in waiting)
    before = OutgoingMail.objects.count()
    due.do_all(at=at)
    assert not waiting.all().exists()
    assert OutgoingMail.objects.count() == before
    assert set(Booking.objects.values_list("state", flat=True)) == set(Booking.State.values)


@pytest.mark.parametrize("day", ["2026-12-24", "2027-07-01", "2028-02-29"], indirect=True)
def test_never_empty_whatever_the_day(day: datetime, client: Client) -> None:
    load()
    assert len(next_with_free_seats(at=day, limit=6)) == 6
    current, coming = on_show(ExhibitPage.objects.filter(locale__language_code="de"), on=day.date())
    assert len(current) >= 6
    assert len(coming) >= 3
    assert listed(day).count() > 40
    assert Booking.objects.count() >= 60
    assert set(Booking.objects.values_list("state", flat=True)) == set(Booking.State.values)
    children = CourseRun.objects.get(number="F501").sessions.order_by("starts_at")
    assert [timezone.localtime(session.starts_at).weekday() for session in children] == [0, 1, 2, 3, 4]
    assert children[0].starts_at > day
    for address in ADDRESSES:
        response = client.get(address)
        assert response.status_code == 200, address
        assert len(web.words(response)) > 200, address


def test_a_site_that_is_in_use_is_left_alone() -> None:
    factories.site()
    before = rows()
    with pytest.raises(CommandError):
        load()
    assert "nothing has been loaded" in load(if_empty=True)
    assert rows() == before


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(CommandError):
        load(on="tomorrow")
