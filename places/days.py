"""What is unusual about days, and when a place is open, in words for people."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import translation
from django.utils.translation import gettext as _

from core.models import HouseSettings
from places.models import Closure, OpeningHours, Venue
from timetable.holidays import public_holidays


@dataclass(frozen=True, slots=True)
class Unusual:
    """One thing about a local day. `venue` is the place it is about, None for everywhere."""

    kind: str
    name: str
    venue: Venue | None = None

    @property
    def is_closed(self) -> bool:
        return self.kind == Closure.Kind.CLOSED

    def __str__(self) -> str:
        """In the active language, with the place where it holds at one only."""
        match self.kind:
            case Closure.Kind.CLOSED:
                sentence = _("closed: %(name)s") % {"name": self.name}
            case Closure.Kind.HOLIDAYS:
                sentence = _("holidays: %(name)s") % {"name": self.name}
            case _:
                sentence = _("public holiday: %(name)s") % {"name": self.name}
        return f"{sentence} ({self.venue.name})" if self.venue else sentence


def unusual_days(first: date, last: date, *, venue: Venue | None = None) -> dict[date, list[Unusual]]:
    """Closures, public holidays and holidays of these local days, both inclusive; of one place, or of all.

    What closes a house comes first. At most two queries.
    """
    found: dict[date, list[Unusual]] = defaultdict(list)
    state, language = HouseSettings.load().federal_state, translation.get_language() or "de"
    years = range(first.year, last.year + 1)
    for day, name in public_holidays(state=state, years=years, language=language).items():
        if first <= day <= last:
            found[day].append(Unusual("public_holiday", name))
    closures = Closure.objects.filter(last_date__gte=first, first_date__lte=last).select_related("venue")
    for closure in closures.at(venue.pk) if venue else closures:
        whose = None if venue else closure.venue
        for day in days_between(max(first, closure.first_date), min(last, closure.last_date)):
            found[day].append(Unusual(closure.kind, closure.name, whose))
    for of_day in found.values():
        of_day.sort(key=lambda one: not one.is_closed)
    return found


class OpenDays:
    """The local days on which a place is open; online (None) those on which the house is, Monday to Friday.

    A place that names no hours is open from Monday to Friday. Closed on public holidays and when a closure says
    so. At most three queries, when it is made.
    """

    def __init__(self, venue: Venue | None, *, first: date, last: date) -> None:
        hours = OpeningHours.objects.filter(venue=venue) if venue else OpeningHours.objects.none()
        self.weekdays = set(hours.values_list("weekday", flat=True)) or set(range(5))
        years = range(first.year, last.year + 1)
        self.closed = set(public_holidays(state=HouseSettings.load().federal_state, years=years))
        closures = Closure.objects.at(venue.pk if venue else None).filter(
            kind=Closure.Kind.CLOSED, last_date__gte=first, first_date__lte=last
        )
        for closure in closures:
            self.closed.update(days_between(max(first, closure.first_date), min(last, closure.last_date)))

    def __contains__(self, day: date) -> bool:
        return day.weekday() in self.weekdays and day not in self.closed


def days_between(first: date, last: date) -> list[date]:
    """Both inclusive."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def opening_in_words(hours: Iterable[OpeningHours], day: date) -> str:
    """When a place is open on that local day: "10:00–12:00, 14:00–18:00", "" where it is not."""
    spans = [row for row in hours if row.weekday == day.weekday()]
    return ", ".join(f"{row.opens:%H:%M}–{row.closes:%H:%M}" for row in spans)
