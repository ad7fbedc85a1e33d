"""What the printed programme says of a run, and what has changed since. Pure: no ORM, no clock.

Everything is a fact as it stands on paper: local wall-clock times without a zone, names as they were
published. Two states of a run go in, changes come out; `workshops.printed_wording` says them.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

type Pair = tuple["DateFacts", "DateFacts"]


@dataclass(frozen=True, slots=True)
class DateFacts:
    """One date. `id` is the session's, empty where it is not made yet; `planned_for` the rule's own instant.

    `room` is empty online. `people` are the published names of who teaches, in order.
    """

    starts: datetime
    ends: datetime
    room: str = ""
    people: tuple[str, ...] = ()
    cancelled: bool = False
    id: str = ""
    planned_for: str = ""


@dataclass(frozen=True, slots=True)
class CostFacts:
    """What is paid, in euros as text, so that it can be kept."""

    price: str = "0.00"
    reduced: str | None = None
    material: str = "0.00"
    note: str = ""


@dataclass(frozen=True, slots=True)
class RunFacts:
    """One run. `span` holds the first and last day printed of a run without an end, else None."""

    number: str
    title: str
    mode: str = ""
    seats: int | None = None
    cost: CostFacts = field(default_factory=CostFacts)
    dates: tuple[DateFacts, ...] = ()
    span: tuple[date, date] | None = None

    def within_span(self) -> "RunFacts":
        """The same with the dates that are printed."""
        return replace(self, dates=tuple(day for day in self.dates if _is_within(day, self.span)))


class Standing(StrEnum):
    """What has become of a run as a whole."""

    OFFERED = "offered"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"
    UNPUBLISHED = "unpublished"


class Kind(StrEnum):
    NEW_RUN = "new_run"
    RUN_CANCELLED = "run_cancelled"
    RUN_WITHDRAWN = "run_withdrawn"
    NOT_PUBLISHED = "not_published"
    NUMBER = "number"
    TITLE = "title"
    MODE = "mode"
    SEATS = "seats"
    COST = "cost"
    PEOPLE = "people"
    ROOM = "room"
    MOVED = "moved"
    CANCELLED = "cancelled"
    REINSTATED = "reinstated"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference, with how it was and how it is.

    For dates `old` and `new` are the dates' facts. `dates` are the beginnings (as they are now) of the dates
    on which room or people differ; none where that is so on every date. `further` are the dates, as pairs of how
    they were and are, to which the same happened: the same weekday, hour and distance.
    """

    kind: Kind
    old: Any = None
    new: Any = None
    dates: tuple[datetime, ...] = ()
    further: tuple[tuple[DateFacts | None, DateFacts | None], ...] = ()


def compare(printed: RunFacts | None, now: RunFacts, standing: Standing = Standing.OFFERED) -> list[Change]:
    """Every difference between what was printed of a run and how it is, those of the whole run first.

    A date is the same date while its session is the same, however far it moves. What was printed before its
    session was made is known by the instant its rule planned it for, by its beginning, or by its week.
    """
    match standing:
        case Standing.CANCELLED:
            return [Change(Kind.RUN_CANCELLED)]
        case Standing.WITHDRAWN:
            return [Change(Kind.RUN_WITHDRAWN)]
        case Standing.UNPUBLISHED:
            return [Change(Kind.NOT_PUBLISHED)]
    if printed is None:
        return [Change(Kind.NEW_RUN, new=now.within_span())]
    found = [
        Change(kind, old, new)
        for kind, old, new in (
            (Kind.NUMBER, printed.number, now.number),
            (Kind.TITLE, printed.title, now.title),
            (Kind.MODE, printed.mode, now.mode),
            (Kind.SEATS, printed.seats, now.seats),
            (Kind.COST, printed.cost, now.cost),
        )
        if old != new
    ]
    pairs, gone, added = _pair(printed.dates, now.dates)
    take_place = [(old, new) for old, new in pairs if not old.cancelled and not new.cancelled]
    for kind, fact in ((Kind.PEOPLE, _people), (Kind.ROOM, _room)):
        found += _together(kind, take_place, fact)
    return [*found, *_alike(sorted(_of_dates(pairs, gone, added, printed.span), key=_when))]


def number_key(number: str) -> tuple[Any, ...]:
    """Sorts Kursnummern as people do: K2 before K10."""
    return tuple(int(part) if part.isdecimal() else part.casefold() for part in re.split(r"(\d+)", number))


def as_data(facts: RunFacts) -> dict[str, Any]:
    """The facts as JSON can hold them."""
    data = asdict(facts)
    for day in data["dates"]:
        day["starts"], day["ends"] = day["starts"].isoformat(), day["ends"].isoformat()
    data["span"] = [day.isoformat() for day in facts.span] if facts.span else None
    return data


def from_data(data: dict[str, Any]) -> RunFacts:
    """The facts that `as_data` has kept."""
    dates = tuple(
        DateFacts(
            **{
                **day,
                "starts": datetime.fromisoformat(day["starts"]),
                "ends": datetime.fromisoformat(day["ends"]),
                "people": tuple(day["people"]),
            }
        )
        for day in data["dates"]
    )
    span = data["span"] and tuple(date.fromisoformat(day) for day in data["span"])
    return RunFacts(**{**data, "cost": CostFacts(**data["cost"]), "dates": dates, "span": span})


def _people(day: DateFacts) -> tuple[str, ...]:
    return day.people


def _room(day: DateFacts) -> str:
    return day.room


def _together(kind: Kind, pairs: Sequence[Pair], fact: Callable[[DateFacts], Any]) -> list[Change]:
    """One change for all dates on which the same became the same."""
    groups: dict[Any, list[DateFacts]] = defaultdict(list)
    for old, new in pairs:
        if fact(old) != fact(new):
            groups[fact(old), fact(new)].append(new)
    changes = []
    for (before, after), days in groups.items():
        on = () if len(days) == len(pairs) else tuple(sorted(day.starts for day in days))
        changes.append(Change(kind, before, after, on))
    return changes


def _of_dates(
    pairs: Iterable[Pair],
    gone: Iterable[DateFacts],
    added: Iterable[DateFacts],
    span: tuple[date, date] | None,
) -> list[Change]:
    changes = [Change(Kind.CANCELLED, old) for old in gone if not old.cancelled]
    for old, new in pairs:
        if old.cancelled and not new.cancelled:
            changes.append(Change(Kind.REINSTATED, old, new))
        elif new.cancelled and not old.cancelled:
            changes.append(Change(Kind.CANCELLED, old, new))
        elif not new.cancelled and (old.starts, old.ends) != (new.starts, new.ends):
            changes.append(Change(Kind.MOVED, old, new))
    for new in added:
        if not new.cancelled and _is_within(new, span):
            changes.append(Change(Kind.NEW, new=new))
    return changes


def _alike(changes: Iterable[Change]) -> list[Change]:
    """One change for all dates to which the same happened: what was changed from a date on is one line to read."""
    groups: dict[Any, list[Change]] = defaultdict(list)
    for change in changes:
        groups[_pattern(change)].append(change)
    return [
        replace(first, further=tuple((change.old, change.new) for change in rest))
        for first, *rest in groups.values()
    ]


def _pattern(change: Change) -> tuple[Any, ...]:
    if change.kind == Kind.MOVED:
        return change.kind, _rhythm(change.old), _rhythm(change.new), change.new.starts - change.old.starts
    if change.kind == Kind.CANCELLED:
        return change.kind, _rhythm(change.old)
    return change.kind, _rhythm(change.new), change.new.room


def _rhythm(day: DateFacts) -> tuple[Any, ...]:
    """Weekday, hour and length; a date past midnight is one of its own."""
    alone = day.starts if day.ends.date() > day.starts.date() else None
    return day.starts.weekday(), day.starts.time(), day.ends - day.starts, alone


def _is_within(day: DateFacts, span: tuple[date, date] | None) -> bool:
    return span is None or span[0] <= day.starts.date() <= span[1]


def _when(change: Change) -> tuple[datetime, str]:
    day: DateFacts = change.old or change.new
    return day.starts, change.kind


def _pair(
    printed: Sequence[DateFacts], now: Sequence[DateFacts]
) -> tuple[list[Pair], list[DateFacts], list[DateFacts]]:
    """Dates with what has become of them, those that are no more, and those that are new."""
    left = sorted(printed, key=_planned_first)
    right = sorted(now, key=_planned_first)
    pairs: list[Pair] = []
    for key in (lambda day: day.id, lambda day: day.planned_for, lambda day: day.starts):
        there: dict[Any, list[DateFacts]] = defaultdict(list)
        for day in right:
            if key(day):
                there[key(day)].append(day)
        matched = [(day, there[key(day)].pop(0)) for day in left if there.get(key(day))]
        pairs += matched
        left = _without(left, [old for old, _new in matched])
        right = _without(right, [new for _old, new in matched])
    by_week: dict[tuple[int, int], list[DateFacts]] = defaultdict(list)
    for day in right:
        if not day.cancelled:
            by_week[day.starts.isocalendar()[:2]].append(day)
    for day in [day for day in left if not day.cancelled]:
        near = by_week[day.starts.isocalendar()[:2]]
        if near:
            best = min(near, key=lambda other: (abs(other.starts - day.starts), other.starts))
            near.remove(best)
            pairs.append((day, best))
            left, right = _without(left, [day]), _without(right, [best])
    return pairs, left, right


def _planned_first(day: DateFacts) -> tuple[bool, datetime]:
    return day.cancelled, day.starts


def _without(days: Sequence[DateFacts], taken: Iterable[DateFacts]) -> list[DateFacts]:
    keys = {id(day) for day in taken}
    return [day for day in days if id(day) not in keys]
