"""What a parent or guardian signs for somebody under 18: a page to print, filled in as far as we know."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from workshops.emails import course_in
from workshops.models import Booking
from workshops.record import Record
from workshops.views.own import with_link


@require_safe
@with_link(Booking.LINK_PURPOSE)
def consent(request: HttpRequest, booking: Booking) -> HttpResponse:
    """Two sheets for each child: that they may take part, and, apart from it and free to leave out, pictures.

    Without anybody under 18 in the booking there is nothing to sign, and no such page.
    """
    children = list(booking.participants.exclude(guardian=None).select_related("guardian"))
    if not children:
        return render(request, "workshops/booking/gone.html", status=404)
    course = course_in(booking.run.course, translation.get_language() or "de")
    return render(
        request,
        "workshops/booking/consent.html",
        {
            "booking": booking,
            "run": booking.run,
            "course": course,
            "sessions": Record(booking, at=timezone.now()).sessions,
            "children": children,
            "booking_url": reverse("workshops:booking", args=[booking.public_id, booking.token]),
        },
    )
