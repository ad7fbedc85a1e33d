"""Finds what is due in the programme; each find is one operation."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from django.core.cache import cache
from django.db.models import Model, Q

from core.models import HouseSettings
from places.models import RoomUse
from timetable.zone import local_date
from workshops import asking, operations
from workshops.models import Booking, CourseRun, Notice, Offer, Session, Term
from workshops.operations.coming import (
    firm_soon,
    is_to_be_asked,
    is_to_be_asked_again,
    is_to_be_reminded,
)
from workshops.operations.next_run import runs_with_hopeful
from workshops.rules import NotPossible

DAY = 24 * 60 * 60

logger = logging.getLogger(__name__)


def expire_holds(at: datetime) -> int:
    """Frees seats that nobody confirmed in time."""
    due = Booking.objects.filter(state=Booking.State.HELD, hold_until__lte=at).order_by("hold_until")
    return _one_by_one(due, lambda booking: operations.expire_hold(booking=booking, at=at))


def release_pools(at: datetime) -> int:
    """Makes kept seats everybody's where their day has come; returns the number of releases."""
    running = CourseRun.objects.filter(state=CourseRun.State.PUBLISHED, pools__isnull=False).distinct()
    return _one_by_one(running.order_by("pk"), lambda run: operations.release_pools(run=run, at=at))


def expire_offers(at: datetime) -> int:
    """Gives seats on that were not accepted in time."""
    due = Offer.objects.open().filter(Q(deadline__lte=at) | Q(last_call__lte=at)).order_by("made_at", "pk")
    return _one_by_one(due, lambda offer: operations.expire_offer(offer=offer, at=at))


def end_waiting(at: datetime) -> int:
    """Ends waiting for which nothing can come any more; returns for how many."""
    begun = Q(session__starts_at__lte=at) | Q(session__state=Session.State.CANCELLED)
    series = Q(session=None) & (
        Q(run__sessions__starts_at__lte=at) | ~Q(run__state=CourseRun.State.PUBLISHED)
    )
    waiting = Booking.objects.filter(state__in=[Booking.State.WAITING, Booking.State.REQUESTED])
    due = waiting.filter(begun | series | Q(run__state=CourseRun.State.CANCELLED)).distinct().order_by("pk")
    return _one_by_one(due, lambda booking: operations.end_waiting(booking=booking, at=at))


def offer_seats(at: datetime) -> int:
    """Offers free seats to those who wait; returns the number of offers."""
    waiting = Booking.objects.filter(state=Booking.State.WAITING).select_related("run", "session")
    first = {(booking.run_id, booking.session_id): booking for booking in waiting.order_by("-pk")}
    return _one_by_one(
        first.values(),
        lambda booking: operations.offer_seats(run=booking.run, session=booking.session, at=at),
    )


def offer_next_runs(at: datetime) -> int:
    """Offers seats in a next run to those who waited in vain; returns the number of offers."""
    return _one_by_one(runs_with_hopeful(at), lambda run: operations.offer_next_run(run=run, at=at))


def ask_whether_coming(at: datetime) -> int:
    """Asks a week before, and once more; returns the number of questions."""
    soon = list(firm_soon(at, days=asking.ASKED).filter(run__asks_to_confirm=True))
    first = [booking for booking in soon if is_to_be_asked(booking, at)]
    again = [booking for booking in soon if is_to_be_asked_again(booking, at)]
    return _one_by_one(
        first, lambda booking: operations.ask_whether_coming(booking=booking, at=at)
    ) + _one_by_one(again, lambda booking: operations.ask_again(booking=booking, at=at))


def pass_silent_on(at: datetime) -> int:
    """Gives on the seats of those who were asked and did not answer; returns of how many bookings."""
    soon = firm_soon(at, days=asking.PASSED_ON)
    silent = soon.filter(run__asks_to_confirm=True, asked_at__isnull=False, coming_at=None)
    return _one_by_one(silent, lambda booking: operations.pass_silent_on(booking=booking, at=at))


def remind(at: datetime) -> int:
    """Reminds people of their date; returns the number of mails."""
    days = HouseSettings.load().reminder_days
    if not days:
        return 0
    soon = firm_soon(at, days=days).filter(person__isnull=False).exclude(person__email="")
    due = [booking for booking in soon if is_to_be_reminded(booking, days=days, at=at)]
    return _one_by_one(due, lambda booking: operations.remind(booking=booking, at=at))


def send_notices(at: datetime) -> int:
    """Tells people about changes whose ten minutes are over; returns the number of mails."""
    due = Notice.objects.open().filter(send_after__lte=at).order_by("send_after")
    return _one_by_one(due, lambda notice: operations.send_notice(notice=notice, at=at))


def extend_horizons(at: datetime) -> int:
    """Keeps runs without an end filled up to the horizon, once a day each; returns the number of new dates."""
    lacking = CourseRun.objects.filter(
        state=CourseRun.State.PUBLISHED, planned_through__lt=operations.horizon(at)
    )
    return _one_by_one(lacking.order_by("pk"), lambda run: operations.extend_run(run=run, at=at))


def extend_room_uses(at: datetime) -> int:
    """Keeps other uses of rooms without an end filled up to the horizon; returns the number of new dates."""
    lacking = RoomUse.objects.filter(planned_through__lt=operations.horizon(at))
    return _one_by_one(lacking.order_by("pk"), lambda use: operations.extend_room_use(use=use, at=at))


def keep_printed(at: datetime) -> int:
    """Keeps what the printed programme says of each term whose copy day is over; returns the number of terms."""
    waiting = Term.objects.filter(printed_at=None, is_archived=False, copy_date__lt=local_date(at)).order_by(
        "pk"
    )

    def keep(term: Term) -> int:
        return operations.keep_printed(term=term, at=at, by=None) is not None

    return _one_by_one(waiting, keep)


def publish_terms(at: datetime) -> int:
    """Publishes the drafts that are ready once their term's day has come; returns the number of runs.

    One that cannot be published holds up no other. Why stands on the term's page; it is tried again in every
    round and logged once a day.
    """
    ready = CourseRun.objects.filter(
        state=CourseRun.State.DRAFT,
        publish_with_term=True,
        term__is_archived=False,
        term__publish_at__lte=at,
    ).order_by("pk")

    def publish(run: CourseRun) -> int:
        try:
            return operations.publish_with_term(run=run, at=at)
        except NotPossible as problem:
            if cache.add(f"not-published:{run.pk}:{local_date(at)}", True, DAY):
                logger.warning("Run %s is not published with its term: %s", run.number, problem)
            return 0

    return _one_by_one(ready, publish)


def _one_by_one[M: Model](rows: Iterable[M], work: Callable[[M], int]) -> int:
    """The sum of what `work` returns. A row that fails is logged and holds up no other; then its error is raised."""
    done, failed = 0, None
    for row in rows:
        try:
            done += work(row)
        except Exception as error:
            logger.exception("Due work on %s %s failed.", row._meta.label, row.pk)
            failed = error
    if failed:
        raise failed
    return done
