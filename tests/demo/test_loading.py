"""The demo as it is loaded. Each load takes some seconds, so what belongs together is looked at together."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, time, timedelta
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
from places.models import Equipment, OpeningHours, Venue
from showroom.models import ExhibitPage, on_show
from tests import factories, web
from timetable.rules import rule_text
from timetable.zone import local_instant
from workshops import operations
from workshops.conflicts import Kind as Conflict
from workshops.models import (
    AccessNeed,
    Booking,
    CoursePage,
    CourseRun,
    EquipmentNeed,
    Helper,
    HelperRequest,
    HelperShift,
    Notice,
    Participant,
    RunChange,
    Schedule,
    Seat,
    Session,
    Tandem,
    Term,
)
from workshops.opening import opening
from workshops.operations.tasters import taster_seats_on
from workshops.printed import Kind as Change
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
        the_semesters_are_in_full_swing()
        everything_about_scheduling_can_be_seen()
        everything_about_seats_can_be_seen()
        helpers_come_look_for_substitutes_and_are_sick()
        conflicts_are_few_and_various()
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
    assert CourseRun.objects.count() == 22
    assert CourseRun.objects.filter(state="draft").count() == 2
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
    assert set(states) >= {"waiting", "held", "confirmed", "cancelled", "expired"}
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
    assert len(texts) == 23  # one for each run, and one from which a run goes on otherwise
    assert "" in texts
    parts = "INTERVAL=2 BYDAY=1SA BYDAY=-1FR BYMONTHDAY=13 BYDAY=TU,TH DAILY COUNT=10 UNTIL="
    assert [part for part in parts.split() if not any(part in text for text in texts)] == []
    assert Schedule.objects.filter(room=None).exclude(online_url="").exists()
    # The pupils' surgery does not meet in the holidays, and ten sessions are ten.
    pupils = CourseRun.objects.get(number="S101")
    assert pupils.skip_holidays
    ten = CourseRun.objects.get(number="S110")
    assert ten.sessions.count() == 10


def the_semesters_are_in_full_swing() -> None:
    at = timezone.now()
    running, coming = Term.objects.order_by("first_date")
    assert (running.name, coming.name) == ("Herbst 2026", "Frühjahr 2027")
    assert running.first_date <= at.date() <= running.last_date == coming.first_date - timedelta(days=1)
    assert at - timedelta(weeks=6) > running.printed_at > local_instant(running.copy_date, time(23))
    assert coming.printed_at is None
    assert at.date() < coming.copy_date < coming.publish_at.date() < coming.first_date
    assert coming.publish_at < coming.phone_opens_at < coming.web_opens_at
    drafts = dict(coming.runs.values_list("number", "publish_with_term"))
    assert drafts == {"N802": False, "T402": True}
    assert not CourseRun.objects.filter(term=None).exists()
    changes = {entry.run.number: entry.changes for entry in operations.changes_since_print(running, at=at)}
    kinds = {change.kind for of_run in changes.values() for change in of_run}
    assert set(changes) == {"B301", "H901", "K201", "S102", "T401"}
    assert {Change.NEW_RUN, Change.CANCELLED, Change.NEW, Change.ROOM, Change.MOVED} <= kinds


def everything_about_scheduling_can_be_seen() -> None:
    at = timezone.now()
    opens = opening(CourseRun.objects.select_related("term").get(number="S121"))
    assert opens.phone < at < opens.web < at + timedelta(days=7)
    assert Booking.objects.filter(run__number="S121", channel="phone").exists()
    doubtful, decided = CourseRun.objects.get(number="G701"), CourseRun.objects.get(number="S120")
    assert doubtful.is_undecided
    assert at.date() < doubtful.decide_on <= at.date() + timedelta(days=14)
    taken = doubtful.sessions.values_list("seats_taken", flat=True)
    assert all(0 < count < doubtful.minimum for count in taken)
    assert decided.decided_at is not None
    assert OutgoingMail.objects.filter(kind="run_takes_place", state=OutgoingMail.State.SENT).exists()
    # Two starts on one day, two plans of one run, a date that no plan knows.
    local = [timezone.localtime(s.starts_at) for s in Session.objects.filter(run__number="O601")]
    assert {f"{start:%H:%M}" for start in local} == {"18:30", "19:00"}
    plans = CourseRun.objects.get(number="K201").schedules.all()
    assert [f"{plan.start_time:%H:%M}" for plan in plans] == ["15:00", "14:30"]
    change = RunChange.objects.get(run__number="K201", kind=RunChange.Kind.CHANGED_FROM)
    assert "Bürgerbus" in change.reason
    repairs = CourseRun.objects.get(number="B301")
    assert repairs.setup_minutes > 0
    assert repairs.teardown_minutes > 0
    extra = repairs.sessions.get(planned_for=None)
    assert extra.starts_at > at
    assert extra.note
    assert EquipmentNeed.objects.values("equipment").distinct().count() == Equipment.objects.count() == 3


def everything_about_seats_can_be_seen() -> None:
    runs = {run.number: run for run in CourseRun.objects.all()}
    assert runs["T401"].pools.filter(generation__slug="junge-menschen", seats=15).exists()
    assert runs["T401"].pools.filter(for_desk=True).exists()
    assert runs["G710"].is_tandem
    assert Tandem.objects.filter(run__number="G710", ended_at=None).count() == 4
    # Children learn with an adult they do not know only where a guardian has agreed.
    assert runs["G710"].may_have_minors
    children = Participant.objects.filter(booking__run__number="G710", generation__slug="kinder")
    assert list(children.values_list("guardian__agrees_to_tandem", flat=True)) == [True] * 4
    assert runs["S111"].questions.count() == 2
    assert Participant.objects.filter(booking__run__number="S111", choices__equipment__isnull=False).exists()
    assert (runs["F501"].min_age, runs["F501"].max_age) == (8, 14)
    children = Participant.objects.filter(booking__run__number="F501")
    assert children.exists()
    assert not children.filter(guardian=None).exists()
    assert list(taster_seats_on(runs["S110"].sessions.all()).values()) == [1]
    full = Session.objects.not_begun(timezone.now()).filter(run__number="S101").order_by("starts_at")[0]
    assert full.seats_taken == full.capacity
    assert full.bookings.filter(state="waiting").count() == 2


def helpers_come_look_for_substitutes_and_are_sick() -> None:
    at = timezone.now()
    assert Helper.objects.count() == 6
    assert Helper.objects.filter(email="").count() == 2
    coming = Session.objects.not_begun(at).filter(run__number="S101").with_helpers().order_by("starts_at")
    soon, then = coming[:2]
    assert (soon.helpers_coming, soon.helpers_sick) == (2, 1)
    assert (then.helpers_coming, then.helpers_looking) == (3, 1)
    assert HelperShift.objects.filter(session__starts_at__lt=at).exists()
    assert set(HelperRequest.objects.values_list("run__number", flat=True)) == {"S101"}
    by_helpers = Session.objects.not_begun(at).filter(run__number="S102", state=Session.State.PLANNED)
    assert set(by_helpers.values_list("capacity", flat=True)) == {4, 2, 0}


def conflicts_are_few_and_various() -> None:
    found = conflicts_that_teach(timezone.now())
    assert {conflict.kind for conflict in found} >= {
        Conflict.FACILITATOR,
        Conflict.ABSENT,
        Conflict.EQUIPMENT,
        Conflict.HELPERS,
    }


def conflicts_that_teach(at: datetime) -> list[Any]:
    """Those of the next three months; evenings lie outside the opening hours on purpose and are none."""
    return operations.open_conflicts(at=at, through=at + timedelta(days=92))


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
    assert {"confirm_request", "session_cancelled", "session_moved", "helper_dates_changed"} <= set(
        waiting.values_list("kind", flat=True)
    )
    assert 1 <= waiting.count() <= 12
    assert all((at - mail.created_at).total_seconds() <= 86_400 for mail in waiting)
    before = set(OutgoingMail.objects.values_list("pk", flat=True))
    due.do_all(at=at)
    assert not waiting.all().exists()
    new = OutgoingMail.objects.exclude(pk__in=before).values_list("kind", flat=True)
    assert set(new) <= {"reminder", "coming"}


@pytest.mark.parametrize("day", ["2026-12-24", "2027-07-01", "2028-02-29"], indirect=True)
def test_never_empty_whatever_the_day(day: datetime, client: Client) -> None:
    load()
    assert len(next_with_free_seats(at=day, limit=6)) == 6
    current, coming = on_show(ExhibitPage.objects.filter(locale__language_code="de"), on=day.date())
    assert len(current) >= 6
    assert len(coming) >= 3
    assert listed(day).count() > 40
    assert Booking.objects.count() >= 60
    assert 3 <= len(conflicts_that_teach(day)) <= 6
    assert all(operations.changes_since_print(term, at=day) for term in Term.objects.exclude(printed_at=None))
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
