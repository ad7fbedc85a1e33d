"""A booking's own pages. Whoever has the link may open that one booking, and nothing else."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods, require_safe

from workshops import calendars, operations, rules
from workshops.costs import booking_cost_lines
from workshops.emails import course_in, sessions_of
from workshops.minimum import minimum_sentence
from workshops.models import Booking
from workshops.operations.bookings import last_start
from workshops.views.feeds import calendar_response
from workshops.views.links import opened_by_link


def with_link(purpose: str) -> Callable[[Callable[[HttpRequest, Booking], HttpResponse]], Any]:
    """Opens the booking a link of that purpose is for."""

    def find(public_id: UUID, token: str) -> Booking | None:
        bookings = Booking.objects.select_related("run__course__locale", "person")
        found = bookings.filter(public_id=public_id, erased_at=None).first()
        return found if found is not None and found.opens_with(token, purpose=purpose) else None

    return opened_by_link(find, gone="workshops/booking/gone.html")


@require_safe
@with_link(Booking.LINK_PURPOSE)
def booking(request: HttpRequest, booking: Booking) -> HttpResponse:
    """The booking as it stands: the confirmation, a record for those without e-mail, and the way to cancel."""
    return render(
        request,
        "workshops/booking/detail.html",
        {
            **_context(booking),
            "just_booked": "gebucht" in request.GET,
            "just_cancelled": "abgesagt" in request.GET,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@with_link(Booking.LINK_PURPOSE)
def cancel(request: HttpRequest, booking: Booking) -> HttpResponse:
    """Asks whether to cancel, and does."""
    problem = None
    if request.method == "POST":
        try:
            operations.cancel_booking(booking=booking, at=timezone.now())
        except rules.NotPossible as error:
            problem = error.sentence
        else:
            return redirect(f"{_url('workshops:booking', booking)}?abgesagt")
    context = {**_context(booking), "problem": problem}
    return render(request, "workshops/booking/cancel.html", context, status=409 if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@with_link(Booking.CONFIRM_PURPOSE)
def confirm(request: HttpRequest, booking: Booking) -> HttpResponse:
    """Asks somebody whose seat is held to confirm, and does."""
    problem = None
    if request.method == "POST":
        try:
            operations.confirm_booking(booking=booking, at=timezone.now())
        except rules.NotPossible as error:
            problem = error.sentence
        else:
            return redirect(f"{_url('workshops:booking', booking)}?gebucht")
    elif booking.state == Booking.State.CONFIRMED:
        return redirect(_url("workshops:booking", booking))
    context = {**_context(booking), "problem": problem}
    return render(request, "workshops/booking/confirm.html", context, status=409 if problem else 200)


@require_safe
@with_link(Booking.LINK_PURPOSE)
def calendar(request: HttpRequest, booking: Booking) -> HttpResponse:
    """The booking's dates as a file."""
    language = _language()
    course = course_in(booking.run.course, language)
    content = calendars.booking_calendar(sessions_of(booking), course=course, language=language)
    return calendar_response(content, filename="termine.ics", attachment=True)


def _context(booking: Booking) -> dict[str, Any]:
    at = timezone.now()
    course = course_in(booking.run.course, _language())
    waiting = booking.state == Booking.State.HELD and (booking.hold_until is None or booking.hold_until > at)
    return {
        "booking": booking,
        "participants": list(booking.participants.select_related("generation", "access_need")),
        "sessions": sessions_of(booking),
        "course": course,
        "run": booking.run,
        "cost_lines": booking_cost_lines(booking),
        "minimum": minimum_sentence(booking.run, at=at),
        "can_cancel": rules.can_cancel(booking, last_start=last_start(booking), at=at),
        "just_booked": False,
        "just_cancelled": False,
        "booking_url": _url("workshops:booking", booking),
        "cancel_url": _url("workshops:booking_cancel", booking),
        "ics_url": _url("workshops:booking_ics", booking),
        "is_waiting": waiting,
        "content_lang": course.content_lang,
    }


def _url(name: str, booking: Booking) -> str:
    return reverse(name, args=[booking.public_id, booking.token])


def _language() -> str:
    return translation.get_language() or settings.LANGUAGE_CODE
