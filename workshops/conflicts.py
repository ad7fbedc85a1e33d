"""What stands in the way of dates: rooms, people, closures, opening hours, equipment. Pure: no ORM, no clock.

Dates to be and what is there go in, conflicts come out. `workshops.operations.conflicts` gathers the rows.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

LONGEST = timedelta(hours=24)
"""No date lasts longer (`Schedule.duration_minutes`)."""
MOST_SETUP = timedelta(hours=4)
REACH = LONGEST + 2 * MOST_SETUP
"""A date that begins so long before another cannot meet it."""


class Kind(StrEnum):
    ROOM = "room"
    OTHER_USE = "other_use"
    TOO_SMALL = "too_small"
    FACILITATOR = "facilitator"
    ABSENT = "absent"
    CLOSED = "closed"
    NOT_OPEN = "not_open"
    EQUIPMENT = "equipment"
    HELPERS = "helpers"


BLOCKING = frozenset({Kind.ROOM, Kind.OTHER_USE, Kind.FACILITATOR, Kind.ABSENT})
"""What a house may choose to refuse."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A date there is or is to be. Instants are UTC. `key` names the session, None where it is not made yet.

    Set-up and tear-down count between runs, not between dates of the same run.
    """

    run: Hashable
    starts_at: datetime
    ends_at: datetime
    key: Hashable = None
    room: int | None = None
    venue: int | None = None
    setup: timedelta = timedelta()
    teardown: timedelta = timedelta()
    people: int = 0
    facilitators: frozenset[int] = frozenset()
    equipment: Mapping[int, int] = field(default_factory=dict)
    helpers_missing: int = 0
    outside_hours: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """Something that takes a room, or a person, from one instant to another."""

    starts_at: datetime
    ends_at: datetime
    label: str = ""


@dataclass(frozen=True, slots=True)
class House:
    """All that dates can collide with. Days are local in `zone`."""

    zone: ZoneInfo
    slots: Sequence[Slot] = ()
    uses: Mapping[int | None, Sequence[Span]] = field(default_factory=dict)
    room_capacity: Mapping[int | None, int] = field(default_factory=dict)
    absences: Mapping[int, Sequence[tuple[date, date]]] = field(default_factory=dict)
    closures: Mapping[int | None, Sequence[tuple[date, date, str]]] = field(default_factory=dict)
    opening_hours: Mapping[int | None, Mapping[int, Sequence[tuple[time, time]]]] = field(
        default_factory=dict
    )
    stock: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Conflict:
    """One thing that stands in the way of one date. `who` names a facilitator or a kind of equipment.

    `users` are the dates that want the same equipment meanwhile.
    """

    kind: Kind
    slot: Slot
    other: Slot | Span | None = None
    who: int | None = None
    text: str = ""
    number: int = 0
    users: tuple[Slot, ...] = ()

    @property
    def is_blocking(self) -> bool:
        return self.kind in BLOCKING

    def seen_from_other(self) -> "Conflict | None":
        """The same for the other date, where two dates want the same room or person."""
        if self.kind in (Kind.ROOM, Kind.FACILITATOR) and isinstance(self.other, Slot):
            return replace(self, slot=self.other, other=self.slot)
        return None


def find(slots: Iterable[Slot], house: House, *, gone: Collection[Hashable] = ()) -> list[Conflict]:
    """Every conflict of these dates with the house and with each other, in order of the dates.

    A session in `house.slots` with the key of one of the dates is that date as it was, and does not count;
    nor do those that are `gone`.
    """
    slots = sorted(slots, key=lambda slot: slot.starts_at)
    replaced = {slot.key for slot in slots if slot.key is not None} | set(gone)
    there = [slot for slot in house.slots if slot.key not in replaced]
    index = _Index([*there, *slots])
    own = set(map(id, slots))
    found: list[Conflict] = []
    for slot in slots:
        for other in index.near(slot):
            if other is slot or (id(other) in own and _comes_first(slot, other)):
                continue
            found += _between(slot, other)
        found += _alone(slot, house)
        found += _equipment(slot, index, house)
    return found


class _Index:
    """Dates by room, facilitator and equipment, in order of their beginnings."""

    def __init__(self, slots: Collection[Slot]) -> None:
        self._rows: dict[Hashable, list[Slot]] = defaultdict(list)
        for slot in sorted(slots, key=lambda slot: slot.starts_at):
            for shelf in _shelves(slot):
                self._rows[shelf].append(slot)
        self._starts = {shelf: [slot.starts_at for slot in rows] for shelf, rows in self._rows.items()}

    def near(self, slot: Slot, *, shelves: Iterable[Hashable] | None = None) -> Iterator[Slot]:
        """Those that share something with this date and could meet it, each once."""
        seen = set()
        for shelf in _shelves(slot) if shelves is None else shelves:
            starts = self._starts.get(shelf, [])
            first = bisect_left(starts, slot.starts_at - REACH)
            last = bisect_right(starts, slot.ends_at + MOST_SETUP * 2)
            for other in self._rows.get(shelf, [])[first:last]:
                if id(other) not in seen:
                    seen.add(id(other))
                    yield other


def _shelves(slot: Slot) -> Iterator[Hashable]:
    if slot.room is not None:
        yield "room", slot.room
    for somebody in slot.facilitators:
        yield "facilitator", somebody
    for thing in slot.equipment:
        yield "equipment", thing


def _comes_first(slot: Slot, other: Slot) -> bool:
    """Of two dates asked about, the later one names the conflict."""
    return (slot.starts_at, id(slot)) < (other.starts_at, id(other))


def _between(slot: Slot, other: Slot) -> Iterator[Conflict]:
    if slot.room is not None and slot.room == other.room:
        same = slot.run == other.run
        begins = slot.starts_at - (timedelta() if same else slot.setup)
        ends = slot.ends_at + (timedelta() if same else slot.teardown)
        other_begins = other.starts_at - (timedelta() if same else other.setup)
        other_ends = other.ends_at + (timedelta() if same else other.teardown)
        if begins < other_ends and other_begins < ends:
            yield Conflict(Kind.ROOM, slot, other)
    if slot.starts_at < other.ends_at and other.starts_at < slot.ends_at:
        for somebody in sorted(slot.facilitators & other.facilitators, key=str):
            yield Conflict(Kind.FACILITATOR, slot, other, who=somebody)


def _alone(slot: Slot, house: House) -> Iterator[Conflict]:
    begins, ends = slot.starts_at - slot.setup, slot.ends_at + slot.teardown
    for use in house.uses.get(slot.room, ()) if slot.room is not None else ():
        if begins < use.ends_at and use.starts_at < ends:
            yield Conflict(Kind.OTHER_USE, slot, use, text=use.label)
    holds = house.room_capacity.get(slot.room)
    if holds is not None and slot.people > holds:
        yield Conflict(Kind.TOO_SMALL, slot, number=holds)
    first, last = _days(slot, house.zone)
    for somebody in sorted(slot.facilitators, key=str):
        if any(start <= last and first <= end for start, end in house.absences.get(somebody, ())):
            yield Conflict(Kind.ABSENT, slot, who=somebody)
    for where in dict.fromkeys((None, slot.venue)):
        for start, end, name in house.closures.get(where, ()):
            if start <= first <= end:
                yield Conflict(Kind.CLOSED, slot, text=name)
    hours_count = not slot.outside_hours and slot.venue in house.opening_hours
    if hours_count and not _is_open(slot, house.opening_hours[slot.venue], house.zone):
        yield Conflict(Kind.NOT_OPEN, slot)
    if slot.helpers_missing > 0:
        yield Conflict(Kind.HELPERS, slot, number=slot.helpers_missing)


def _equipment(slot: Slot, index: _Index, house: House) -> Iterator[Conflict]:
    """Over-lent is what is asked for at the same moment; the date itself is counted with those that meet it."""
    for thing, pieces in sorted(slot.equipment.items(), key=lambda item: str(item[0])):
        meeting = [
            other
            for other in index.near(slot, shelves=[("equipment", thing)])
            if other is not slot and other.starts_at < slot.ends_at and slot.starts_at < other.ends_at
        ]
        moments = {slot.starts_at, *(o.starts_at for o in meeting if o.starts_at > slot.starts_at)}
        most = max(
            pieces + sum(o.equipment[thing] for o in meeting if o.starts_at <= moment < o.ends_at)
            for moment in moments
        )
        over = most - house.stock.get(thing, 0)
        if over > 0:
            yield Conflict(Kind.EQUIPMENT, slot, who=thing, number=over, users=tuple(meeting))


def _days(slot: Slot, zone: ZoneInfo) -> tuple[date, date]:
    """The first and last local day of a date; one that ends at midnight does not touch the next day."""
    last = slot.ends_at - timedelta(microseconds=1)
    return slot.starts_at.astimezone(zone).date(), last.astimezone(zone).date()


def _is_open(slot: Slot, hours: Mapping[int, Sequence[tuple[time, time]]], zone: ZoneInfo) -> bool:
    begins, ends = slot.starts_at.astimezone(zone), slot.ends_at.astimezone(zone)
    if ends.date() > begins.date():
        return False
    spans = hours.get(begins.weekday(), ())
    return any(opens <= begins.time() and ends.time() <= closes for opens, closes in spans)
