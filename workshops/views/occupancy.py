"""The public page of a place's rooms: when they are taken."""

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from places.models import Venue
from timetable.zone import local_date
from workshops.days import week_of
from workshops.occupancy import occupancy

PAST, AHEAD = timedelta(weeks=4), timedelta(weeks=104)
"""So far back and ahead there are links; whatever lies outside counts as not asked."""

FOUND = timedelta(weeks=52)
"""So far ahead search engines are invited."""


@require_safe
def week(request: HttpRequest, slug: str) -> HttpResponse:
    """The week that holds `?woche=`; this week where it cannot be understood."""
    venue = get_object_or_404(Venue.objects.in_use(), slug=slug)
    at = timezone.now()
    today = local_date(at)
    first, last = week_of(_asked(request.GET.get("woche", ""), today) or today)
    return render(
        request,
        "workshops/occupancy.html",
        {
            "venue": venue,
            "first": first,
            "last": last,
            "today": today,
            "days": occupancy(venue, first, last, at=at),
            "before_url": _link(slug, first - timedelta(days=7), today),
            "after_url": _link(slug, first + timedelta(days=7), today),
            "is_found": "woche" not in request.GET or today - timedelta(days=7) < first <= today + FOUND,
            "others": [other for other in Venue.objects.in_use() if other.pk != venue.pk],
        },
    )


def _asked(text: str, today: date) -> date | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and _is_near(day, today) else None


def _is_near(day: date, today: date) -> bool:
    return today - PAST <= day <= today + AHEAD


def _link(slug: str, monday: date, today: date) -> str:
    """The week from that Monday on, "" where it lies too far away."""
    if not _is_near(monday, today):
        return ""
    return f"{reverse('workshops:occupancy', args=[slug])}?woche={monday.isoformat()}"
