"""A booking's own page. Whoever has the link may open that one booking, and nothing else."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from workshops import calendars, operations, rules
from workshops.costs import booking_cost_lines
from workshops.emails import course_in
from workshops.minimum import minimum_sentence
from workshops.models import Booking
from workshops.partners import partners_of
from workshops.record import Record, run_nearby
from workshops.standing import standing
from workshops.views.feeds import calendar_response
from workshops.views.links import opened_by_link

DONE = {
    "geaendert": _("Your change has been saved."),
    "weiter": _("Thank you for telling us. The seat goes to somebody else, and you wait on."),
}
"""What has just been done, by what the address says."""

GIVING_UP = {
    "waiting": _("Leave the waiting list?"),
    "offered": _("Leave the waiting list?"),
    "offer_over": _("Leave the waiting list?"),
    "requested": _("Withdraw the request?"),
}
"""What somebody is asked before they give it up, by how things stand."""

GIVEN_UP = ("unconfirmed", "cancelled", "left", "lapsed", "withdrawn")
"""Those in which nothing is left to give up: their own page says so, where a page that asks would raise doubts."""

OFFERED_AGAIN = _("Nobody else waits at the moment, so we offer you the seat once more.")


def with_link(purpose: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Opens the booking a link of that purpose is for."""

    def find(public_id: UUID, token: str) -> Booking | None:
        bookings = Booking.objects.select_related("person")
        found = bookings.filter(public_id=public_id, erased_at=None).first()
        if found is None or not found.opens_with(token, purpose=purpose):
            return None
        found.run = run_nearby(found.run_id)
        return found

    return opened_by_link(find, gone="workshops/booking/gone.html")


@require_safe
@with_link(Booking.LINK_PURPOSE)
def booking(request: HttpRequest, booking: Booking) -> HttpResponse:
    """The booking as it stands: the confirmation, a record for those without e-mail, and what can be done about it."""
    return show(request, booking)


@require_http_methods(["GET", "HEAD", "POST"])
@with_link(Booking.LINK_PURPOSE)
def cancel(request: HttpRequest, booking: Booking) -> HttpResponse:
    """Asks whether to cancel, or to leave the waiting list, and does."""
    problem = None
    if request.method == "POST":
        try:
            operations.cancel_booking(booking=booking, at=timezone.now())
        except rules.NotPossible as error:
            problem = error.sentence
        else:
            return redirect(f"{own_url(booking)}?abgesagt")
    context = {**page_context(booking), "problem": problem}
    if problem is None and context["standing"].name in GIVEN_UP:
        return redirect(own_url(booking))
    context["title"] = GIVING_UP.get(context["standing"].name, _("Cancel this booking?"))
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
            return redirect(f"{own_url(booking)}?gebucht")
    elif booking.state == Booking.State.CONFIRMED:
        return redirect(own_url(booking))
    context = {**page_context(booking), "problem": problem}
    context["title"] = _("Confirm your booking")
    return render(request, "workshops/booking/confirm.html", context, status=409 if problem else 200)


@require_safe
@with_link(Booking.LINK_PURPOSE)
def calendar(request: HttpRequest, booking: Booking) -> HttpResponse:
    """The dates on which somebody comes, as a file. Where no seat is theirs there is none, and their page says why."""
    if booking.state not in (Booking.State.HELD, Booking.State.CONFIRMED):
        return redirect(own_url(booking))
    language = _language()
    course = course_in(booking.run.course, language)
    record = Record(booking, at=timezone.now())
    content = calendars.booking_calendar(record.attended, course=course, language=language)
    return calendar_response(content, filename="termine.ics", attachment=True)


def show(request: HttpRequest, booking: Booking, *, problem: str | Promise | None = None) -> HttpResponse:
    """The booking's page, or with a `problem` what could not be done and how things are."""
    context = page_context(booking)
    context["problem"] = problem
    context["just_booked"] = "gebucht" in request.GET and context["standing"].name in ("held", "confirmed")
    context["just_cancelled"] = "abgesagt" in request.GET and not booking.is_active
    context["done"] = next((sentence for key, sentence in DONE.items() if key in request.GET), None)
    if context["done"] and context["standing"].name == "offered":
        context["done"] = OFFERED_AGAIN
    return render(request, "workshops/booking/detail.html", context, status=409 if problem else 200)


def act(request: HttpRequest, booking: Booking, do: Callable[[], object], *, then: str) -> HttpResponse:
    """Does one thing and shows the booking again; with a sentence where it is not possible."""
    try:
        do()
    except rules.NotPossible as error:
        booking.refresh_from_db()
        return show(request, booking, problem=error.sentence)
    return redirect(f"{own_url(booking)}?{then}")


def page_context(booking: Booking) -> dict[str, Any]:
    """What every page about a booking shows."""
    at = timezone.now()
    course = course_in(booking.run.course, _language())
    record = Record(booking, at=at)
    sessions = record.sessions
    ahead = [session for session in sessions if session.starts_at > at and not session.is_cancelled]
    firm = booking.state == Booking.State.CONFIRMED
    absent = record.absent if firm else {}
    stands = standing(booking, sessions, at=at)
    return {
        "booking": booking,
        "standing": stands,
        "participants": record.people,
        "partners": partners_of(booking),
        "has_minors": any(hasattr(somebody, "guardian") for somebody in record.people),
        "sessions": sessions,
        "dates": [(session, absent.get(session.pk, [])) for session in sessions],
        "course": course,
        # Without the request: Wagtail would look for the site it is for.
        "course_url": course.get_url(),
        "run": booking.run,
        "cost_lines": booking_cost_lines(booking),
        "has_parts": booking.in_parts and booking.parts.filter(state__in=Booking.ACTIVE).exists(),
        "minimum": minimum_sentence(booking.run, at=at),
        "can_cancel": rules.can_cancel(booking, last_start=record.last_start, at=at),
        "refusal": _refusal(booking, begins=ahead[0].starts_at if ahead else None, at=at),
        "can_be_absent": bool(firm and booking.run.is_series and booking.session_id is None and ahead),
        "just_booked": False,
        "just_cancelled": False,
        "is_waiting": stands.name == "held",
        "content_lang": course.content_lang,
        "booking_url": own_url(booking),
        "ics_url": own_url(booking, "ics"),
        **{f"{name}_url": own_url(booking, name) for name in LINKS},
    }


LINKS = ("cancel", "accept", "decline", "take_seat", "parts", "next_run", "people", "absence", "consent")
"""The pages of a booking that its own page leads to, each as `<name>_url`."""


def own_url(booking: Booking, page: str = "") -> str:
    """The address of a booking's page, or of one of those that belong to it."""
    name = f"workshops:booking_{page}" if page else "workshops:booking"
    return reverse(name, args=[booking.public_id, booking.token])


def _refusal(booking: Booking, *, begins: datetime | None, at: datetime) -> str | Promise | None:
    """Why nobody can be changed in it; None where they can."""
    try:
        rules.check_change_people(booking, begins=begins, at=at)
    except rules.NotPossible as problem:
        return problem.sentence
    return None


def _language() -> str:
    return translation.get_language() or settings.LANGUAGE_CODE
