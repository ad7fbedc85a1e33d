"""Asking people whether they come, reminding them, and passing on the seats of those who do not answer."""

from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from core import audit
from core.models import HouseSettings
from workshops import asking, emails
from workshops.models import Booking, Call, CourseRun, Session
from workshops.operations.bookings import cancel_booking, give_up
from workshops.operations.seating import lock_booking
from workshops.reached import called_at, mailed_at
from workshops.rules import NotPossible


def firm(at: datetime) -> QuerySet[Booking]:
    """Bookings with seats that nobody holds or is offered, for what takes place and has not begun.

    Each has `begins`: of a series, its first date.
    """
    series = Session.objects.filter(run=OuterRef("run")).taking_place().order_by("starts_at")
    bookings = Booking.objects.filter(state=Booking.State.CONFIRMED, run__state=CourseRun.State.PUBLISHED)
    bookings = bookings.filter(Q(session=None) | Q(session__state=Session.State.PLANNED))
    begins = Coalesce("session__starts_at", Subquery(series.values("starts_at")[:1]))
    found = bookings.annotate(begins=begins)  # type: ignore[no-redef]
    return found.filter(Q(begins__gt=at)).order_by("begins", "pk")  # type: ignore[misc]


def firm_soon(at: datetime, *, days: int) -> QuerySet[Booking]:
    """Those of `firm` that begin within so many local days, and perhaps a few more."""
    return firm(at).filter(Q(begins__lt=at + timedelta(days=days + 2)))


@transaction.atomic
def ask_whether_coming(*, booking: Booking, at: datetime) -> bool:
    """Asks, a week before, somebody who booked earlier whether they come. Returns whether it did; once."""
    booking, begins = _lock(booking, at)
    if begins is None or not booking.run.asks_to_confirm or not is_to_be_asked(booking, at):
        return False
    booking.asked_at, booking.asked_again_at, booking.coming_at = at, None, None
    booking.save(update_fields=["asked_at", "asked_again_at", "coming_at"])
    audit.record(verb="ask_whether_coming", subject=booking, at=at, system=True)
    emails.coming(booking=booking, answer_by=asking.answer_by(begins), at=at)
    return True


@transaction.atomic
def ask_again(*, booking: Booking, at: datetime) -> bool:
    """Asks somebody once more who has not answered. Returns whether it did; once."""
    booking, begins = _lock(booking, at)
    if begins is None or not booking.run.asks_to_confirm or not is_to_be_asked_again(booking, at):
        return False
    booking.asked_again_at = at
    booking.save(update_fields=["asked_again_at"])
    audit.record(verb="ask_again", subject=booking, at=at, system=True)
    emails.coming_again(booking=booking, answer_by=asking.answer_by(begins), at=at)
    return True


@transaction.atomic
def say_coming(*, booking: Booking, at: datetime, by: AbstractBaseUser | None = None) -> Booking:
    """Notes that they come. Done twice it changes nothing. Raises NotPossible where there is no seat any more."""
    booking, begins = _lock(booking, at)
    if booking.state != Booking.State.CONFIRMED:
        raise NotPossible(_("Your seat has been given back. Please call us; perhaps there still is one."))
    if begins is None:
        raise NotPossible(_("This date is over, or does not take place."))
    if not asking.counts(booking.coming_at, begins):
        booking.coming_at = at
        booking.save(update_fields=["coming_at"])
        audit.record(verb="say_coming", subject=booking, at=at, by=by)
    return booking


@transaction.atomic
def say_not_coming(*, booking: Booking, at: datetime, by: AbstractBaseUser | None = None) -> Booking:
    """Cancels, as the answer of somebody who was asked: as `cancel_booking`, and written down as an answer."""
    was_firm = lock_booking(booking, at=at).state == Booking.State.CONFIRMED
    booking = cancel_booking(booking=booking, at=at, by=by)
    if was_firm:
        audit.record(verb="say_not_coming", subject=booking, at=at, by=by)
    return booking


@transaction.atomic
def pass_silent_on(*, booking: Booking, at: datetime) -> bool:
    """Gives on the seats of somebody who was reached, reminded and said nothing. Returns whether it did.

    Whoever was not reached keeps them. Reached is: a mail was handed over, or the team noted a call.
    """
    booking, begins = _lock(booking, at)
    if begins is None or not booking.run.asks_to_confirm or not asking.counts(booking.asked_at, begins):
        return False
    reached, reminded = _reached(booking)
    if not asking.is_passed_on(
        begins=begins, reached=reached, reminded=reminded, coming=booking.coming_at, at=at
    ):
        return False
    give_up(booking, Booking.State.EXPIRED, at)
    audit.record(verb="pass_silent_on", subject=booking, at=at, system=True)
    emails.passed_on(booking=booking, at=at)
    return True


@transaction.atomic
def remind(*, booking: Booking, at: datetime) -> bool:
    """Reminds somebody by mail of their date, or of the first of a series. Returns whether it did; once.

    Where the date has moved since, it reminds of the new day too.
    """
    booking, begins = _lock(booking, at)
    if begins is None or not (booking.person and booking.person.email):
        return False
    if not is_to_be_reminded(booking, days=HouseSettings.load().reminder_days, at=at):
        return False
    booking.reminded_at = at
    booking.save(update_fields=["reminded_at"])
    audit.record(verb="remind", subject=booking, at=at, system=True)
    emails.reminder(booking=booking, at=at)
    return True


def is_to_be_asked(booking: Booking, at: datetime) -> bool:
    """As `asking` says of a booking of `firm`."""
    return asking.is_to_be_asked(
        begins=booking.begins, booked=_booked(booking), asked=booking.asked_at, at=at
    )


def is_to_be_asked_again(booking: Booking, at: datetime) -> bool:
    """As `asking` says of a booking of `firm`."""
    return asking.is_to_be_asked_again(
        begins=booking.begins,
        asked=booking.asked_at,
        asked_again=booking.asked_again_at,
        coming=booking.coming_at,
        at=at,
    )


def is_to_be_reminded(booking: Booking, *, days: int, at: datetime) -> bool:
    """As `asking` says of a booking of `firm`."""
    return asking.is_to_be_reminded(
        begins=booking.begins, booked=_booked(booking), reminded=booking.reminded_at, days=days, at=at
    )


def _lock(booking: Booking, at: datetime) -> tuple[Booking, datetime | None]:
    """The booking, locked, and when it begins; None where it is not firm, or nothing of it lies ahead."""
    booking = lock_booking(booking, at=at)
    found = firm(at).filter(pk=booking.pk).first()
    if found is None:
        return booking, None
    booking.begins = found.begins
    return booking, found.begins


def _booked(booking: Booking) -> datetime:
    """When they last said that they want the seat."""
    return booking.confirmed_at or booking.created_at


def _reached(booking: Booking) -> tuple[datetime | None, datetime | None]:
    """When somebody who was asked was first reached, and when with the reminder; a call is both."""
    since = booking.asked_at
    if since is None:
        return None, None
    call = called_at(booking, about=Call.About.COMING, since=since)
    mail = mailed_at(booking, kinds=["coming", "coming_again"], since=since)
    reminder = mailed_at(booking, kinds=["coming_again"], since=since)
    return _earlier(call, mail), _earlier(call, reminder)


def _earlier(*instants: datetime | None) -> datetime | None:
    return min((one for one in instants if one is not None), default=None)
