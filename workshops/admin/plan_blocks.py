"""What stands in the room plan: dates, other uses, absences; cut where a day ends."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from places.models import RoomUseDate, Venue
from timetable.zone import local_instant
from workshops.days import hours_on, local_days, on_days
from workshops.desk import conflict_sentences
from workshops.models import Facilitator, Session


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
    uses = on_days(RoomUseDate.objects.select_related("use", "room__venue"), first, last)
    if venue:
        sessions, uses = sessions.filter(room__venue=venue), uses.filter(room__venue=venue)
    if facilitator:
        sessions, uses = sessions.filter(facilitators=facilitator), uses.none()
    rows = list(sessions.select_related("run__course", "room__venue").prefetch_related("facilitators"))
    in_the_way = conflict_sentences([row for row in rows if not row.is_cancelled])
    blocks = [
        Block(
            row.starts_at,
            row.ends_at,
            title=f"{row.run.course.title} ({row.run.number})",
            kind="course",
            room=str(row.room) if row.room else _("online"),
            room_id=row.room_id,
            short=row.run.number,
            url=reverse("courserun:dates", args=[row.run_id]),
            seats=f"{row.seats_taken}/{row.capacity}" if row.capacity else "",
            people=", ".join(somebody.name for somebody in row.facilitators.all()),
            is_cancelled=row.is_cancelled,
            conflicts=in_the_way.get(row.pk, []),
        )
        for row in rows
    ]
    blocks += [
        Block(
            use.starts_at,
            use.ends_at,
            title=use.use.name,
            kind="use",
            room=str(use.room),
            room_id=use.room_id,
            short=use.use.name,
            url=reverse("roomuse:edit", args=[use.use_id]) if changes_uses else "",
        )
        for use in uses
    ]
    return sorted(blocks, key=lambda block: (block.starts_at, block.room))


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
