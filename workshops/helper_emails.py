"""One function per message to helpers, as in `workshops.emails`. Somebody without e-mail gets none."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from core import mail
from workshops import calendars
from workshops.emails import course_in
from workshops.messages import words_about
from workshops.models import Helper, Notice, Session

MOST_NAMED = 10
"""So many dates stand in a mail that asks for help; the helper's page shows all."""


def asked(*, helper: Helper, sessions: Sequence[Session], at: datetime) -> None:
    """Would you help on one of these dates? All are of one run; the first are named."""
    _write("helper_asked", helper, sessions[:MOST_NAMED], at, has_more=len(sessions) > MOST_NAMED)


def signed_up(*, helper: Helper, session: Session, at: datetime) -> None:
    """You help on this date; with the date as a file."""
    _write("helper_signed_up", helper, [session], at, with_dates=True)


def taken_over(*, helper: Helper, session: Session, has_it_now: bool, at: datetime) -> None:
    """A date has gone from one helper to another; both are told, neither by the other's name."""
    _write("helper_taken_over", helper, [session], at, with_dates=has_it_now, has_it_now=has_it_now)


def taken_out(*, helper: Helper, session: Session, at: datetime) -> None:
    """The team has taken somebody off a date."""
    _write("helper_taken_out", helper, [session], at)


def dates_changed(*, helper: Helper, notices: Sequence[Notice], at: datetime) -> None:
    """Dates somebody helps on have been moved or cancelled: one mail for one act."""
    _write("helper_dates_changed", helper, [notice.session for notice in notices], at, notices=notices)


def _write(
    template: str,
    helper: Helper,
    sessions: Sequence[Session],
    at: datetime,
    *,
    with_dates: bool = False,
    **more: Any,
) -> None:
    if not helper.email:
        return
    with translation.override(helper.language):
        course = course_in(sessions[0].run.course, helper.language)
        attachments = []
        if with_dates:
            content = calendars.booking_calendar(sessions, course=course, language=helper.language)
            attachments.append(
                mail.Attachment("termine.ics", content, "text/calendar; method=PUBLISH; charset=utf-8")
            )
        words = words_about(person=helper, run=sessions[0].run, course=course, sessions=sessions)
        url = settings.BASE_URL + reverse("workshops:helper", args=[helper.public_id, helper.token])
    mail.write(
        template=template,
        recipient=helper.email,
        letter=mail.Letter(
            language=helper.language,
            context={
                "person": helper,
                "course": course,
                "run": sessions[0].run,
                "sessions": sessions,
                "helper_url": url,
                **more,
            },
            words=words,
            attachments=attachments,
        ),
        about=helper,
        at=at,
    )
