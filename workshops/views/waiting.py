"""What somebody on a waiting list can do by their link: answer an offer, take a seat, choose how to wait."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from workshops import operations
from workshops.models import Booking
from workshops.views.own import act, own_url, page_context, show, with_link


@require_http_methods(["GET", "HEAD", "POST"])
@with_link(Booking.LINK_PURPOSE)
def accept(request: HttpRequest, booking: Booking) -> HttpResponse:
    """Asks whether to take the seat that is offered, and does. Opening the link alone takes nothing."""
    if request.method == "POST":
        return act(
            request,
            booking,
            lambda: operations.accept_offer(booking=booking, at=timezone.now()),
            then="gebucht",
        )
    if booking.state == Booking.State.CONFIRMED:
        return redirect(own_url(booking))
    return _about_offer(request, booking, "accept.html", title=_("Take the seat?"))


@require_http_methods(["GET", "HEAD", "POST"])
@with_link(Booking.LINK_PURPOSE)
def decline(request: HttpRequest, booking: Booking) -> HttpResponse:
    """Asks whether to wait on or to leave the list, and gives the offered seat to the next."""
    if request.method != "POST":
        return _about_offer(request, booking, "decline.html", title=_("You do not want this seat?"))
    stay = request.POST.get("stay") == "1"
    return act(
        request,
        booking,
        lambda: operations.decline_offer(booking=booking, stay=stay, at=timezone.now()),
        then="weiter" if stay else "abgesagt",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@with_link(Booking.LINK_PURPOSE)
def take_seat(request: HttpRequest, booking: Booking) -> HttpResponse:
    """Takes a free seat in the last hours."""
    if request.method != "POST":
        return redirect(own_url(booking))
    return act(
        request,
        booking,
        lambda: operations.take_seat(booking=booking, at=timezone.now()),
        then="gebucht",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@with_link(Booking.LINK_PURPOSE)
def parts(request: HttpRequest, booking: Booking) -> HttpResponse:
    """A party that has been passed comes in parts, or waits on together."""
    if request.method != "POST":
        return redirect(own_url(booking))
    in_parts = request.POST.get("in_parts") == "1"
    return act(
        request,
        booking,
        lambda: operations.come_in_parts(booking=booking, in_parts=in_parts, at=timezone.now()),
        then="geaendert",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@with_link(Booking.LINK_PURPOSE)
def next_run(request: HttpRequest, booking: Booking) -> HttpResponse:
    """Whether somebody is asked first for the next run."""
    if request.method != "POST":
        return redirect(own_url(booking))
    wants = request.POST.get("wants") == "1"
    return act(
        request,
        booking,
        lambda: operations.want_next_run(booking=booking, wants=wants, at=timezone.now()),
        then="geaendert",
    )


def _about_offer(request: HttpRequest, booking: Booking, template: str, *, title: str) -> HttpResponse:
    context = {**page_context(booking), "title": title}
    if context["standing"].offer is None:
        return show(request, booking, problem=_("This offer is over. Below you read where you stand now."))
    return render(request, f"workshops/booking/{template}", context)
