"""Who may do what when: one body for what a page offers and what an operation allows. No ORM, no clock.

`can_x` answers for templates; `check_x` raises `NotPossible` with a sentence for people.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from timetable.zone import local_date
from workshops.seats import House

if TYPE_CHECKING:
    from workshops.models import Booking, CourseRun, FacilitatorAbsence, Notice, Session

HOLD = timedelta(hours=48)
"""So long a seat is held for somebody who has not used the link in the mail yet."""

NOTICE_DELAY = timedelta(minutes=10)
"""So long a change can be undone before anybody is told."""

FEW = 3
"""From so few free seats on a page says how many are left in an urgent tone."""

MOST_PEOPLE = 10
"""So many people fit into one booking; more are a group, with whom the team talks."""

PARTICIPANTS_BEFORE = timedelta(days=14)
PARTICIPANTS_AFTER = timedelta(days=7)
"""So long before and after a date the people who teach it see who comes."""

NEEDS_AFTER = timedelta(days=1)
"""So long after it they see what was to be prepared."""

LONGEST_ABSENCE = timedelta(days=366)
ABSENCE_AHEAD = timedelta(days=3 * 366)

type Status = Literal["free", "few", "full", "cancelled", "past", "running", "drop_in", "closed"]


class NotPossible(Exception):
    """Something the state of things does not allow. `sentence` says so to people."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Availability:
    """What somebody can do about a session or run. `free` is None where there is no limit."""

    status: Status
    free: int | None
    label: str
    book_url: str = ""

    @property
    def bookable(self) -> bool:
        return self.status in ("free", "few")


def free_seats(capacity: int | None, taken: int) -> int | None:
    """How many more fit; None where there is no limit."""
    return House(capacity, {None: taken}).free_for(None)


def _by_free(free: int | None) -> tuple[Status, str]:
    if free is None:
        return "free", str(_("Seats free"))
    if free <= 0:
        return "full", str(_("Fully booked"))
    if free <= FEW:
        return "few", ngettext("Only %(count)s seat left", "Only %(count)s seats left", free) % {
            "count": free
        }
    return "free", ngettext("%(count)s seat free", "%(count)s seats free", free) % {"count": free}


def session_availability(session: "Session", *, at: datetime, book_url: str = "") -> Availability:
    """What can be done about one session.

    A session of a series is judged by the whole series: it needs `series_free` and `series_begun`
    from `SessionQuerySet.with_series`.
    """
    run = session.run
    if session.is_cancelled:
        return Availability("cancelled", 0, str(_("Cancelled")))
    if session.ends_at <= at:
        return Availability("past", 0, str(_("Over")))
    if run.is_drop_in:
        return Availability("drop_in", None, str(_("Just come by")))
    if run.is_series:
        return series_availability(
            run,
            free=session.series_free,
            begun=session.series_begun,
            at=at,
            book_url=book_url,
        )
    if session.starts_at <= at:
        return Availability("running", 0, str(_("Has begun")))
    free = free_seats(session.capacity, session.seats_taken)
    status, label = _by_free(free)
    return Availability(status, free, label, book_url)


def series_availability(
    run: "CourseRun", *, free: int | None, begun: bool, at: datetime, book_url: str = ""
) -> Availability:
    """What can be done about a series: `free` is the least on its remaining dates, None if none remain."""
    if free is None:
        return Availability("past", 0, str(_("Over")))
    if begun and not run.join_late:
        return Availability("running", 0, str(_("Has begun")))
    status, label = _by_free(free)
    return Availability(status, free, label, book_url)


def check_book(run: "CourseRun", sessions: "list[Session]", *, begun: bool, at: datetime) -> None:
    """Raises NotPossible where these sessions cannot be booked now, whatever their seats.

    `begun` says whether a date of the run has begun already; it counts for a series only.
    """
    if run.state != run.State.PUBLISHED or not run.course.live:
        raise NotPossible(_("This course cannot be booked at the moment."))
    if run.is_drop_in:
        raise NotPossible(_("This course needs no booking. Just come by."))
    if any(session.is_cancelled for session in sessions):
        raise NotPossible(_("This date has been cancelled."))
    if not sessions or any(session.starts_at <= at for session in sessions):
        raise NotPossible(_("This date is over or has begun."))
    if run.is_series and begun and not run.join_late:
        raise NotPossible(_("This series has begun and can no longer be joined."))


def check_cancel(booking: "Booking", *, last_start: datetime | None, at: datetime) -> None:
    """Raises NotPossible where there is nothing left to cancel; `last_start` is that of its last seat taken."""
    if not booking.is_active:
        raise NotPossible(_("This booking has been cancelled already."))
    if last_start is None or last_start <= at:
        raise NotPossible(_("The date has begun or is over. Please call us if something went wrong."))


def can_cancel(booking: "Booking", *, last_start: datetime | None, at: datetime) -> bool:
    """Whether `check_cancel` passes."""
    try:
        check_cancel(booking, last_start=last_start, at=at)
    except NotPossible:
        return False
    return True


def check_see_participants(session: "Session", *, at: datetime) -> None:
    """Raises NotPossible where those who teach a date do not see who comes: too early, too late, cancelled."""
    today = local_date(at)
    if session.is_cancelled:
        raise NotPossible(_("This date has been cancelled. Nobody comes."))
    if today < local_date(session.starts_at) - PARTICIPANTS_BEFORE:
        raise NotPossible(_("Who comes stands here from two weeks before the date."))
    if today > local_date(session.ends_at) + PARTICIPANTS_AFTER:
        raise NotPossible(_("Who came stood here until a week after the date."))


def can_see_needs(session: "Session", *, at: datetime) -> bool:
    """Whether those who teach a date see what is to be prepared for people. It may concern their health."""
    today = local_date(at)
    return (
        not session.is_cancelled
        and local_date(session.starts_at) - PARTICIPANTS_BEFORE <= today
        and today <= local_date(session.ends_at) + NEEDS_AFTER
    )


def check_absence(first_date: date, last_date: date, *, at: datetime) -> None:
    """Raises NotPossible where local days, both inclusive, cannot be entered as an absence."""
    if last_date < first_date:
        raise NotPossible(_("The last day lies before the first."))
    if last_date < local_date(at):
        raise NotPossible(_("These days are over."))
    if last_date - first_date >= LONGEST_ABSENCE:
        raise NotPossible(_("An absence lasts a year at most."))
    if first_date > local_date(at) + ABSENCE_AHEAD:
        raise NotPossible(_("These days lie too far ahead."))


def check_remove_absence(absence: "FacilitatorAbsence", *, at: datetime) -> None:
    """Raises NotPossible where an absence is over: it stays as it was."""
    if absence.last_date < local_date(at):
        raise NotPossible(_("These days are over."))


def check_change_session(session: "Session", *, at: datetime) -> None:
    """Raises NotPossible where an editor can no longer cancel or move a session."""
    if session.is_cancelled:
        raise NotPossible(_("This date has been cancelled already."))
    if session.starts_at <= at:
        raise NotPossible(_("This date has begun or is over and can no longer be changed."))


def check_undo(notice: "Notice", *, at: datetime) -> None:
    """Raises NotPossible where people have been told, or are being told."""
    if notice.undone_at:
        raise NotPossible(_("This change has been undone already."))
    if notice.sent_at or notice.send_after <= at:
        raise NotPossible(_("People have been told already. Please make a new change instead."))


def can_undo(notice: "Notice", *, at: datetime) -> bool:
    """Whether `check_undo` passes."""
    try:
        check_undo(notice, at=at)
    except NotPossible:
        return False
    return True
