"""Do you come? Two answers, opened by the link in the mail; a button gives them."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods

from workshops import operations, rules
from workshops.emails import course_in, sessions_of
from workshops.models import Booking
from workshops.operations.seating import last_start
from workshops.views.own import with_link


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
            return redirect(f"{_url('workshops:booking_coming', booking)}?danke")
    context = {**_context(booking), "problem": problem, "thanks": "danke" in request.GET}
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
            return redirect(f"{_url('workshops:booking', booking)}?abgesagt")
    context = {**_context(booking), "problem": problem}
    return render(request, "workshops/booking/coming_not.html", context, status=409 if problem else 200)


def _context(booking: Booking) -> dict[str, Any]:
    course = course_in(booking.run.course, translation.get_language() or settings.LANGUAGE_CODE)
    firm = booking.state == Booking.State.CONFIRMED
    return {
        "booking": booking,
        "run": booking.run,
        "course": course,
        "sessions": sessions_of(booking),
        "people": booking.participants.count(),
        "can_answer": firm and rules.can_cancel(booking, last_start=last_start(booking), at=timezone.now()),
        "booking_url": _url("workshops:booking", booking),
        "coming_url": _url("workshops:booking_coming", booking),
        "not_coming_url": _url("workshops:booking_not_coming", booking),
    }


def _url(name: str, booking: Booking) -> str:
    return reverse(name, args=[booking.public_id, booking.token])
