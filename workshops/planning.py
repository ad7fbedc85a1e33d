"""What a run's schedules make of its dates. Pure: no ORM, no clock.

Schedules, the days to skip and the sessions there are go in; what is kept, new and no longer
planned comes out. Nothing here decides about people: operations do.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from timetable.expansion import Occurrence, Pattern, Skip, Skipped, expand

MOST_SESSIONS = 500
"""A run with more new dates than this is a slip of the keyboard. Those there are do not count: a daily run
without an end has more of them every year."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One schedule of a run and the days on which it does not meet. `key` names the schedule."""

    key: Hashable
    pattern: Pattern
    skip: Skip


@dataclass(frozen=True, slots=True)
class Present:
    """A session there already is, known by the instant (UTC) its rule planned it for; None is an extra date."""

    key: Hashable
    planned_for: datetime | None
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session to be made, and the schedule it comes from."""

    segment: Hashable
    occurrence: Occurrence


@dataclass(frozen=True, slots=True)
class Plan:
    """What carrying out the schedules would change.

    `dropped` lists only sessions still to come that the schedules no longer plan; extra dates and
    the past are always kept.
    """

    new: tuple[NewSession, ...]
    kept: tuple[Present, ...]
    dropped: tuple[Present, ...]
    skipped: tuple[Skipped, ...]
    open_ended: bool

    @property
    def dates(self) -> tuple[datetime, ...]:
        """Every start (UTC) there will be, past ones included, in order."""
        return tuple(
            sorted([session.occurrence.starts_at for session in self.new] + [s.starts_at for s in self.kept])
        )


def plan(*, segments: Sequence[Segment], present: Iterable[Present], through: date, at: datetime) -> Plan:
    """The plan for schedules in order of their first dates; each ends where the next begins.

    Schedules without an end go on until `through` (local, inclusive). Dates already past at `at`
    are not made anew. Raises what `timetable.expansion.expand` raises.
    """
    present = list(present)
    limit = MOST_SESSIONS + len(present)
    wanted: dict[datetime, NewSession] = {}
    skipped: list[Skipped] = []
    open_ended = False
    for segment, following in zip(segments, [*segments[1:], None], strict=True):
        before = following.pattern.first_date if following else None
        expansion = expand(segment.pattern, through=through, skip=segment.skip, before=before, limit=limit)
        skipped += expansion.skipped
        open_ended = expansion.open_ended if following is None else open_ended
        for occurrence in expansion.occurrences:
            wanted[occurrence.starts_at] = NewSession(segment.key, occurrence)

    kept, dropped = [], []
    for session in present:
        if session.planned_for is None or session.planned_for in wanted or session.starts_at <= at:
            kept.append(session)
        else:
            dropped.append(session)
    known = {session.planned_for for session in kept}
    new = [s for start, s in sorted(wanted.items()) if start not in known and start > at]
    return Plan(tuple(new), tuple(kept), tuple(dropped), tuple(skipped), open_ended)
