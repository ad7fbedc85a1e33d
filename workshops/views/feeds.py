"""Calendars to subscribe to. Addressed by ids, which stay when things are renamed."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.models import Generation, HouseSettings
from places.models import Venue
from workshops import calendars
from workshops.emails import course_in
from workshops.models import CoursePage, Session
from workshops.models.sessions import SessionQuerySet
from workshops.programme import attach_courses

MAX_AGE = 15 * 60


@require_safe
def programme(request: HttpRequest) -> HttpResponse:
    """The whole programme."""
    return _feed(request, Session.objects.all(), title="")


@require_safe
def course(request: HttpRequest, pk: int) -> HttpResponse:
    """One course, with all its runs."""
    page = get_object_or_404(CoursePage.objects.live().public(), pk=pk)
    shown = course_in(page, translation.get_language() or settings.LANGUAGE_CODE)
    return _feed(
        request, Session.objects.filter(run__course__translation_key=page.translation_key), shown.title
    )


@require_safe
def venue(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything at one place."""
    place = get_object_or_404(Venue, pk=pk)
    return _feed(request, Session.objects.at_venue(place), place.name)


@require_safe
def generation(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything especially for one generation."""
    cohort = get_object_or_404(Generation, pk=pk)
    return _feed(request, Session.objects.for_generation(cohort), cohort.name)


@require_safe
def session(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One date as a file to keep."""
    sessions = Session.objects.public().with_places().filter(public_id=public_id)
    found = get_object_or_404(sessions)
    attach_courses([found], with_topics=True)
    language = translation.get_language() or settings.LANGUAGE_CODE
    content = calendars.booking_calendar([found], course=found.course, language=language)
    return calendar_response(content, filename=f"termin-{found.starts_at:%Y-%m-%d}.ics", attachment=True)


def _feed(request: HttpRequest, sessions: SessionQuerySet, title: str) -> HttpResponse:
    """Sessions from 30 days back to the horizon; 304 where the subscriber has them already."""
    at = timezone.now()
    language = translation.get_language() or settings.LANGUAGE_CODE
    house = HouseSettings.load().house_name
    name = f"{title} – {house}" if title else house
    source_url = settings.BASE_URL + request.path
    found = list(
        sessions.in_calendars()
        .with_places()
        .filter(ends_at__gt=calendars.feed_window(at))
        .order_by("starts_at", "pk")
    )
    attach_courses(found, with_topics=True)
    entries = calendars.events(found, language=language)
    etag = calendars.etag(entries, name=name, source_url=source_url)
    response = get_conditional_response(request, etag=etag)
    if response is None:
        description = _("Dates of the %(house)s, kept up to date.") % {"house": house}
        content = calendars.render(
            entries, name=name, description=description, source_url=source_url, language=language
        )
        response = calendar_response(content, filename="kalender.ics")
    response["ETag"] = etag
    patch_cache_control(response, public=True, max_age=MAX_AGE)
    return response


def calendar_response(content: bytes, *, filename: str, attachment: bool = False) -> HttpResponse:
    """An answer that calendar apps and browsers take for a calendar."""
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'{"attachment" if attachment else "inline"}; filename="{filename}"'
    return response
