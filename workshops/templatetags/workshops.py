"""What templates of lower apps show of the programme: a picture's way back from exhibit to course."""

from django import template
from django.utils import timezone

from core.aliases import in_active_language
from showroom.models import ExhibitPage
from workshops.models import CoursePage
from workshops.programme import next_sessions

register = template.Library()


@register.simple_tag
def related_courses(exhibit: ExhibitPage) -> list[CoursePage]:
    """The courses that go with an exhibit, in the active language, each with its `next_session` or None."""
    live = CoursePage.objects.live().public().filter(exhibits__translation_key=exhibit.translation_key)
    by_key = in_active_language(
        live.filter(alias_of=None).select_related("image", "locale").distinct(), CoursePage
    )
    upcoming = next_sessions(by_key.values(), at=timezone.now())
    for key, course in by_key.items():
        course.next_session = upcoming.get(key)  # type: ignore[attr-defined]
    return list(by_key.values())
