"""What templates show of the programme: a picture's way back from exhibit to course, and how many come."""

from collections.abc import Collection

from django import template
from django.utils import timezone
from django.utils.translation import ngettext

from core.aliases import in_active_language
from showroom.models import ExhibitPage
from workshops.forms import readable_phone
from workshops.models import CoursePage, Participant
from workshops.programme import next_sessions

register = template.Library()
register.filter("telephone", readable_phone)


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


@register.filter
def how_many(people: Collection[Participant]) -> str:
    """How many come, and how many of them accompany somebody: those take no seat."""
    carers = sum(somebody.is_carer for somebody in people)
    seated = len(people) - carers
    words = [ngettext("One person", "%(counter)s people", seated) % {"counter": seated}]
    if carers:
        more = ngettext(
            "%(counter)s more accompanies them, without a seat",
            "%(counter)s more accompany them, without a seat",
            carers,
        )
        words.append(more % {"counter": carers})
    return ", ".join(words)
