"""One function per message. Each writes a finished mail beside what it tells of; due work sends it.

Somebody without an e-mail address gets none: the functions then do nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from wagtail.models import Locale

from core import mail
from workshops import calendars
from workshops.costs import booking_cost_lines
from workshops.messages import words_about
from workshops.minimum import minimum_sentence
from workshops.models import Booking, CoursePage, Notice, RunChange, Session


def booking_confirmed(*, booking: Booking, at: datetime) -> None:
    """The booking is firm: dates, code, place, how to cancel, and the dates as a file."""
    _write("booking_confirmed", booking, at, with_dates=True)


def confirm_request(*, booking: Booking, at: datetime) -> None:
    """The seat is held until the link in this mail is used."""
    _write("confirm_request", booking, at)


def booking_cancelled(*, booking: Booking, at: datetime) -> None:
    """The visitor's own cancellation has arrived."""
    _write("booking_cancelled", booking, at)


def hold_expired(*, booking: Booking, at: datetime) -> None:
    """Nobody used the link in time, the seat is free again."""
    _write("hold_expired", booking, at)


def run_takes_place(*, booking: Booking, at: datetime) -> None:
    """Enough people come: what was open when it was booked has been decided."""
    _write("run_takes_place", booking, at, with_dates=True)


def sessions_changed(*, notices: Sequence[Notice], booking: Booking, at: datetime) -> None:
    """Dates somebody booked have been cancelled, moved or added by the team: one mail for one act."""
    kinds = {notice.kind for notice in notices}
    change = notices[0].change
    if change is not None and change.kind == RunChange.Kind.CANCELLED:
        template = "run_cancelled"
    elif len(notices) == 1 and kinds != {Notice.Kind.ADDED}:
        template = "session_cancelled" if kinds == {Notice.Kind.CANCELLED} else "session_moved"
    else:
        template = "dates_changed"
    _write(
        template,
        booking,
        at,
        with_dates=kinds != {Notice.Kind.CANCELLED},
        notice=notices[0],
        notices=notices,
        all_cancelled=kinds == {Notice.Kind.CANCELLED},
    )


def _write(template: str, booking: Booking, at: datetime, *, with_dates: bool = False, **more: Any) -> None:
    person = booking.person
    if person is None or not person.email:
        return
    with translation.override(person.language):
        course = course_in(booking.run.course, person.language)
        sessions = sessions_of(booking)
        attachments = []
        if with_dates:
            content = calendars.booking_calendar(sessions, course=course, language=person.language)
            attachments.append(
                mail.Attachment("termine.ics", content, "text/calendar; method=PUBLISH; charset=utf-8")
            )
        args = [booking.public_id, booking.token]
        context = {
            "booking": booking,
            "run": booking.run,
            "course": course,
            "sessions": sessions,
            "participants": list(booking.participants.select_related("generation")),
            "person": person,
            "cost_lines": booking_cost_lines(booking),
            "minimum": minimum_sentence(booking.run, at=at),
            "booking_url": settings.BASE_URL + reverse("workshops:booking", args=args),
            "cancel_url": settings.BASE_URL + reverse("workshops:booking_cancel", args=args),
            "confirm_url": settings.BASE_URL
            + reverse("workshops:booking_confirm", args=[booking.public_id, booking.confirm_token]),
            "notice": None,
            **more,
        }
        words = words_about(
            person=person,
            run=booking.run,
            course=course,
            sessions=sessions,
            booking=booking,
            notice=more.get("notice"),
        )
    mail.write(
        template=template,
        recipient=person.email,
        language=person.language,
        context=context,
        words=words,
        about=booking,
        at=at,
        attachments=attachments,
    )


def sessions_of(booking: Booking) -> list[Session]:
    """Every date the booking has or had a seat on, in order."""
    sessions = Session.objects.filter(seats__participant__booking=booking).distinct().with_places()
    return list(sessions.order_by("starts_at", "pk"))


def course_in(course: CoursePage, language: str) -> CoursePage:
    """The course's page in that language, or in its own where there is none."""
    if course.locale.language_code == language:
        return course
    locale = Locale.objects.filter(language_code=language).first()
    return (course.get_translation_or_none(locale) if locale else None) or course
