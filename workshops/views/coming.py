"""Do you come? Two answers, opened by the link in the mail; a button gives them."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from workshops import operations, rules
from workshops.emails import course_in
from workshops.models import Booking
from workshops.record import Record
from workshops.views.own import own_url, with_link


@require_http_methods(["GET", "HEAD", "POST"])
@with_link(Booking.LINK_PURPOSE)
def yes(request: HttpRequest, booking: Booking) -> HttpResponse:
    """They come: a button, and thanks."""
    problem = None
    if request.method == "POST":
        try:
            operations.say_coming(booking=booking, at=timezone.now())
        except rules.NotPossible as error:
            problem = error.sentence
        else:
            return redirect(f"{own_url(booking, 'coming')}?danke")
    thanks = "danke" in request.GET and booking.coming_at is not None
    title = _("Thank you, see you soon!") if thanks else _("Are you coming?")
    context = {**_context(booking, title), "problem": problem, "thanks": thanks}
    return render(request, "workshops/booking/coming.html", context, status=409 if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@with_link(Booking.LINK_PURPOSE)
def no(request: HttpRequest, booking: Booking) -> HttpResponse:
    """They do not come: a button that gives the seat back."""
    problem = None
    if request.method == "POST":
        try:
            operations.say_not_coming(booking=booking, at=timezone.now())
        except rules.NotPossible as error:
            problem = error.sentence
        else:
            return redirect(f"{own_url(booking)}?abgesagt")
    context = {**_context(booking, _("You cannot come?")), "problem": problem}
    return render(request, "workshops/booking/coming_not.html", context, status=409 if problem else 200)


def _context(booking: Booking, title: str) -> dict[str, Any]:
    course = course_in(booking.run.course, translation.get_language() or settings.LANGUAGE_CODE)
    at = timezone.now()
    record = Record(booking, at=at)
    firm = booking.state == Booking.State.CONFIRMED
    sessions = record.sessions
    ahead = [session for session in sessions if session.starts_at > at and not session.is_cancelled]
    return {
        "booking": booking,
        "run": booking.run,
        "course": course,
        "title": title,
        "sessions": sessions,
        "begins": (ahead or sessions)[0] if sessions else None,
        "participants": booking.participants.all(),
        "can_answer": firm and rules.can_cancel(booking, last_start=record.last_start, at=at),
        "booking_url": own_url(booking),
        "coming_url": own_url(booking, "coming"),
        "not_coming_url": own_url(booking, "not_coming"),
    }
