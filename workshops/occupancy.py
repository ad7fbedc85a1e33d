"""When the rooms of a place are taken, as everybody may see it: our courses by name, all else only as taken."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Q

from places.days import Unusual, days_between, opening_in_words, unusual_days
from places.models import Room, RoomUseDate, Venue
from workshops.days import hours_on, local_days, on_days
from workshops.models import CourseRun, Session
from workshops.programme import attach_courses


@dataclass(frozen=True, slots=True)
class Taken:
    """A room taken on one local day. `session` is None for what nobody outside learns more of.

    `begins` and `ends` are None where it began the day before or goes on the day after.
    """

    begins: time | None
    ends: time | None
    session: Session | None = None


@dataclass(frozen=True, slots=True)
class RoomDay:
    room: Room
    taken: list[Taken]


@dataclass(frozen=True, slots=True)
class PlaceDay:
    """One local day of a place. `hours` is "" where it is not open, None where nobody has entered any."""

    date: date
    unusual: list[Unusual]
    hours: str | None
    rooms: list[RoomDay]

    @property
    def is_closed(self) -> bool:
        return any(one.is_closed for one in self.unusual)

    @property
    def shown_rooms(self) -> list[RoomDay]:
        """All rooms; where the house is not open only those that are taken all the same."""
        if self.is_closed or self.hours == "":
            return [room for room in self.rooms if room.taken]
        return self.rooms


def occupancy(venue: Venue, first: date, last: date, *, at: datetime) -> list[PlaceDay]:
    """The days of a place from first to last, both inclusive. Takes a fixed number of queries."""
    taken: dict[tuple[int, date], list[Taken]] = defaultdict(list)
    for room, starts_at, ends_at, session in _spans(venue, first, last, at):
        for day in local_days(starts_at, ends_at):
            taken[room, day].append(Taken(*hours_on(day, starts_at, ends_at), session))
    used = {room for room, _day in taken}
    rooms = list(venue.rooms.filter(Q(is_archived=False) | Q(pk__in=used)))
    unusual = unusual_days(first, last, venue=venue)
    hours = list(venue.opening_hours.all())
    return [
        PlaceDay(
            date=day,
            unusual=unusual.get(day, []),
            hours=opening_in_words(hours, day) if hours else None,
            rooms=[RoomDay(room, _in_order(taken[room.pk, day])) for room in rooms],
        )
        for day in days_between(first, last)
    ]


def _spans(
    venue: Venue, first: date, last: date, at: datetime
) -> Iterable[tuple[int, datetime, datetime, Session | None]]:
    """What takes which room from when to when; with the date itself where the public may know of it."""
    held = Session.objects.on_the_books(at) | Session.objects.filter(run__state=CourseRun.State.DRAFT)
    rows = list(on_days(held.at_venue(venue).with_places(), first, last))
    known = set(Session.objects.public().filter(pk__in=[r.pk for r in rows]).values_list("pk", flat=True))
    attach_courses([row for row in rows if row.pk in known])
    for row in rows:
        if row.room_id and (row.pk in known or not row.is_cancelled):
            yield row.room_id, row.starts_at, row.ends_at, row if row.pk in known else None
    # Of other uses not even the name is read.
    uses = on_days(RoomUseDate.objects.filter(room__venue=venue), first, last)
    for room, starts_at, ends_at in uses.values_list("room", "starts_at", "ends_at"):
        yield room, starts_at, ends_at, None


def _in_order(taken: list[Taken]) -> list[Taken]:
    return sorted(taken, key=lambda one: (one.begins or time.min, one.ends or time.max))
