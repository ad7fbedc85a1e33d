"""Finds what is due in the programme; each find is one operation."""

from datetime import datetime

from workshops import operations
from workshops.models import Booking, CourseRun, Notice


def expire_holds(at: datetime) -> int:
    """Frees seats that nobody confirmed in time."""
    due = Booking.objects.filter(state=Booking.State.HELD, hold_until__lte=at).order_by("hold_until")
    return sum(operations.expire_hold(booking=booking, at=at) for booking in due)


def send_notices(at: datetime) -> int:
    """Tells people about changes whose ten minutes are over."""
    due = Notice.objects.open().filter(send_after__lte=at).order_by("send_after")
    for notice in due:
        operations.send_notice(notice=notice, at=at)
    return len(due)


def extend_horizons(at: datetime) -> int:
    """Keeps runs without an end filled up to the horizon, once a day each; returns the number of new dates."""
    lacking = CourseRun.objects.filter(
        state=CourseRun.State.PUBLISHED, planned_through__lt=operations.horizon(at)
    )
    return sum(operations.extend_run(run=run, at=at) for run in lacking)
