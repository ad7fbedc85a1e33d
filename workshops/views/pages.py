"""Pages that only read."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.aliases import in_active_language
from core.models import Generation
from core.nearby import same_for_all_readers
from places.models import Venue
from workshops.costs import cost_lines
from workshops.deadlines import last_call
from workshops.minimum import minimum_sentence
from workshops.models import CoursePage, CourseRun, Session
from workshops.programme import asked_generation, attach, feed_links, kept_sentences, opening_sentence
from workshops.rules import waits_for_helpers
from workshops.seat_wording import age_words, conditions


@require_safe
@same_for_all_readers
def session(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One date with everything somebody needs who comes."""
    at = timezone.now()
    found = get_object_or_404(
        Session.objects.public().with_places().with_series(at).prefetch_related("facilitators"),
        public_id=public_id,
    )
    generation = asked_generation(request)
    attach([found], at=at, generation=generation)
    return render(
        request,
        "workshops/session.html",
        {
            "session": found,
            "course": found.course,
            "run": found.run,
            "venue": found.venue,
            "room": found.room,
            "availability": found.availability,
            "opening": opening_sentence(found.run, at=at) if found.availability.status == "not_open" else "",
            "cost_lines": cost_lines(found.run),
            "minimum": minimum_sentence(found.run, at=at),
            "ages": age_words(found.run),
            "kept": kept_sentences([found], at=at).get(found.run_id, ""),
            "conditions": conditions(found.run),
            "last_hours": at >= last_call(found.starts_at),
            "waits_for_helpers": waits_for_helpers(found),
            "facilitators": found.facilitators.all(),
            "ics_url": reverse("workshops:session_ics", args=[found.public_id]),
            "content_lang": found.course.content_lang,
        },
    )


@require_safe
def subscribe(request: HttpRequest) -> HttpResponse:
    """Every calendar there is to subscribe to."""
    found = (
        CoursePage.objects.live()
        .public()
        .filter(runs__state__in=CourseRun.VISIBLE)
        .distinct()
        .order_by("title")
    )
    courses = list(found)
    shown = in_active_language(courses, CoursePage)
    groups = [
        {
            "title": _("The whole programme"),
            "feeds": [{"title": _("All dates"), **_links("workshops:feed_programme")}],
        },
        {
            "title": _("By generation"),
            "feeds": [
                {"title": generation.name, **_links("workshops:feed_generation", generation.pk)}
                for generation in Generation.objects.all()
            ],
        },
        {
            "title": _("By place"),
            "feeds": [
                {"title": venue.name, **_links("workshops:feed_venue", venue.pk)}
                for venue in Venue.objects.in_use()
            ],
        },
        {
            "title": _("By course"),
            "feeds": [
                {
                    "title": shown[course.translation_key].title,
                    "lang": shown[course.translation_key].content_lang,
                    **_links("workshops:feed_course", course.pk),
                }
                for course in courses
            ],
        },
    ]
    return render(request, "workshops/subscribe.html", {"feeds": groups})


def _links(name: str, *args: int) -> dict[str, str]:
    links = feed_links(name, *args)
    return {"url": links["feed_url"], "webcal_url": links["webcal_url"]}
