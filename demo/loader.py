"""Loads the demo: a town with its house, pages, programme and the bookings of the weeks before."""

from datetime import datetime, timedelta

from django.core.management import call_command
from django.db import transaction
from django.db.models import F
from django.utils import translation
from wagtail.signal_handlers import disable_reference_index_auto_update

from core.models import OutgoingMail
from demo.bookings import enter_bookings
from demo.diary import Diary
from demo.helpers import enter_helpers
from demo.pages import build_pages
from demo.planning import enter_planning
from demo.runs import Programme, enter_runs
from demo.terms import enter_printing, write_terms
from demo.town import build_town
from home.models import HomePage
from places.models import Venue
from timetable.zone import house_zone
from workshops import due
from workshops.models import CourseRun

MAILS_LEFT_TO_SEND = timedelta(days=1)


class NotEmpty(Exception):
    """There is content already; the demo never mixes with it."""


def is_empty() -> bool:
    """Whether nobody has begun to use this site: neither home page nor place nor run."""
    return not (HomePage.objects.exists() or Venue.objects.exists() or CourseRun.objects.exists())


def load(*, at: datetime) -> None:
    """Fills an empty site, as if the town had used it until `at`. All or nothing: one transaction.

    Everything is dated from the local day of `at`, and the same `at` gives the same town, but for
    public ids and booking codes, which are random by design. Raises NotEmpty where there is content.
    """
    if not is_empty():
        raise NotEmpty
    with transaction.atomic(), translation.override("de"):
        # Which page uses which picture is noted once for all, not again on every save.
        with disable_reference_index_auto_update():
            _live_until(at)
        call_command("rebuild_references_index", verbosity=0)


def _live_until(at: datetime) -> None:
    today = at.astimezone(house_zone()).date()
    town = build_town(today=today)
    enter_planning(town, today=today, at=at)
    write_terms(town, today=today, at=at)
    tree = build_pages(town, today=today)
    programme = Programme(tree=tree, at=at, diary=Diary())
    enter_runs(programme)
    enter_printing(programme)
    enter_helpers(programme)
    enter_bookings(programme)
    programme.diary.carry_out(until=at)
    due.release_pools(at)
    due.extend_horizons(at)
    _forget_old_mail(at)


def _forget_old_mail(at: datetime) -> None:
    """What was to be told in the weeks before has been told.

    Only the last day's mails still go out, so that the demo's mail box has something to show: a request to
    confirm, a confirmation, a date that was moved and one that was cancelled.
    """
    old = OutgoingMail.objects.filter(state__in=OutgoingMail.PENDING, created_at__lt=at - MAILS_LEFT_TO_SEND)
    old.update(state=OutgoingMail.State.SENT, content=None, sent_at=F("created_at"), attempts=1)
