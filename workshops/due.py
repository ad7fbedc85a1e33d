"""Finds what is due in the programme; each find is one operation."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from django.db.models import Model

from places.models import RoomUse
from workshops import operations
from workshops.models import Booking, CourseRun, Notice

logger = logging.getLogger(__name__)


def expire_holds(at: datetime) -> int:
    """Frees seats that nobody confirmed in time."""
    due = Booking.objects.filter(state=Booking.State.HELD, hold_until__lte=at).order_by("hold_until")
    return _one_by_one(due, lambda booking: operations.expire_hold(booking=booking, at=at))


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
