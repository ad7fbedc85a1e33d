"""What stands in the room plan: dates, other uses, absences; cut where a day ends."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from places.models import Room, RoomUseDate, Venue
from timetable.zone import local_instant
from workshops.days import hours_on, local_days, on_days
from workshops.desk import conflict_sentences
from workshops.models import CourseRun, Facilitator, Session


@dataclass(slots=True)
class Block:
    """One thing that takes a room or a person. Instants are UTC; `short` names it where there is little space."""

    starts_at: datetime
    ends_at: datetime
    title: str
    kind: str
    room: str = ""
    room_id: int | None = None
    short: str = ""
    url: str = ""
    seats: str = ""
    people: str = ""
    is_cancelled: bool = False
    conflicts: list[str] = field(default_factory=list)

    def cells(self, first: date, last: date) -> "Iterator[Cell]":
        """A part of it for each local day it touches, within these."""
        for day in local_days(self.starts_at, self.ends_at):
            if first <= day <= last:
                yield Cell(self, day)


@dataclass(frozen=True, slots=True)
class Cell:
    """A block as it stands on one local day."""

    block: Block
    day: date

    @property
    def begins(self) -> str:
        """When it begins, or how far it goes where it began the day before."""
        begins, _ends = hours_on(self.day, self.block.starts_at, self.block.ends_at)
        return f"{begins:%H:%M}" if begins else self.hours

    @property
    def hours(self) -> str:
        """From when to when on this day, in words where it began before or goes on."""
        if self.block.kind == "absence":
            return ""
        begins, ends = hours_on(self.day, self.block.starts_at, self.block.ends_at)
        if begins and ends:
            return f"{begins:%H:%M}–{ends:%H:%M}"
        if begins:
            return _("from %(time)s") % {"time": f"{begins:%H:%M}"}
        if ends:
            return _("until %(time)s") % {"time": f"{ends:%H:%M}"}
        return _("all day")


def blocks_of(
    first: date,
    last: date,
    *,
    venue: Venue | None,
    facilitator: Facilitator | None,
    changes_uses: bool,
    at: datetime,
) -> list[Block]:
    """What takes which room on these local days, in order of time. Takes a fixed number of queries.

    Other uses lead to their form for whoever may change them.
    """
    sessions = on_days(Session.objects.on_the_books(at), first, last)
    uses = on_days(RoomUseDate.objects.select_related("use"), first, last)
    if venue:
        sessions, uses = sessions.filter(room__venue=venue), uses.filter(room__venue=venue)
    if facilitator:
        sessions, uses = sessions.filter(facilitators=facilitator), uses.none()
    rooms = {room.pk: str(room) for room in Room.objects.select_related("venue")}
    blocks = [*_dates(list(sessions.prefetch_related("facilitators")), rooms)]
    for use in uses:
        url = reverse("roomuse:edit", args=[use.use_id]) if changes_uses else ""
        room, name = rooms[use.room_id], use.use.name
        blocks.append(Block(use.starts_at, use.ends_at, name, "use", room, use.room_id, short=name, url=url))
    return sorted(blocks, key=lambda block: (block.starts_at, block.room))


def _dates(sessions: list[Session], rooms: dict[int, str]) -> Iterator[Block]:
    """Of thousands of dates, each run is read once and not with each date."""
    runs = CourseRun.objects.filter(pk__in={session.run_id for session in sessions})
    known = {pk: (number, title) for pk, number, title in runs.values_list("pk", "number", "course__title")}
    in_the_way = conflict_sentences([session for session in sessions if not session.is_cancelled])
    for session in sessions:
        number, title = known[session.run_id]
        yield Block(
            session.starts_at,
            session.ends_at,
            title=f"{title} ({number})",
            kind="course",
            room=rooms[session.room_id] if session.room_id else _("online"),
            room_id=session.room_id,
            short=number,
            url=reverse("courserun:dates", args=[session.run_id]),
            seats=f"{session.seats_taken}/{session.capacity}" if session.capacity else "",
            people=", ".join(somebody.name for somebody in session.facilitators.all()),
            is_cancelled=session.is_cancelled,
            conflicts=in_the_way.get(session.pk, []),
        )


def absences_of(facilitator: Facilitator, first: date, last: date) -> list[Block]:
    """When a person is away on these local days, as blocks of whole days."""
    found = facilitator.absences.filter(last_date__gte=first, first_date__lte=last)
    return [
        Block(
            local_instant(absence.first_date, time()),
            local_instant(absence.last_date + timedelta(days=1), time()),
            title=_("absent"),
            kind="absence",
            short=_("absent"),
            people=facilitator.name,
        )
        for absence in found
    ]
