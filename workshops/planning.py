"""What a run's schedules make of its dates. Pure: no ORM, no clock.

Schedules, the days to skip and the sessions there are go in; what is kept, moved, new and no longer
planned comes out. Nothing here decides about people: an editor does, with `decide`.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

import recurrence

from timetable.expansion import Occurrence, Pattern, Skip, Skipped, TooManyDates, expand

MOST_SESSIONS = 500
"""A change that makes more new dates than this is a slip of the keyboard. Those there are, and those over, do
not count: a daily run without an end has more of them every year."""

MOST_WALKED = 10_000
"""So many dates of one schedule are looked at, past ones included: ten years of three starts a day."""


class Decision(StrEnum):
    """What becomes of a date that people have booked and that the schedules no longer plan as it is."""

    MOVE = "move"
    """It takes its people to the new day or time."""
    KEEP = "keep"
    """It stays where it is, as an extra date."""
    CANCEL = "cancel"
    """It is cancelled and people are told."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One schedule of a run and the days on which it does not meet. `key` names the schedule, `place` where."""

    key: Hashable
    pattern: Pattern
    skip: Skip
    place: Hashable = None


@dataclass(frozen=True, slots=True)
class Present:
    """A session there already is, known by the instant (UTC) its rule planned it for; None is an extra date.

    `booked` counts the people in it, `helping` those who help on it; none where it is cancelled. `is_fixed`: the
    team has changed this one date by itself, so it stays where and when they put it. `revives`: cancelled, but
    only by an earlier rule.
    """

    key: Hashable
    planned_for: datetime | None
    starts_at: datetime
    ends_at: datetime | None = None
    place: Hashable = None
    booked: int = 0
    helping: int = 0
    is_cancelled: bool = False
    is_fixed: bool = False
    revives: bool = False

    @property
    def tells(self) -> bool:
        """Whether somebody has to be told where it changes."""
        return bool(self.booked or self.helping)


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session to be made, and the schedule it comes from."""

    segment: Hashable
    occurrence: Occurrence


@dataclass(frozen=True, slots=True)
class Move:
    """A session that stays the same one at another time, for another length or in another place."""

    session: Present
    to: NewSession
    place: Hashable = None

    @property
    def changes_start(self) -> bool:
        return self.session.starts_at != self.to.occurrence.starts_at


@dataclass(frozen=True, slots=True)
class Plan:
    """What carrying out the schedules would change.

    `moved` keep their identity and their people. `dropped` lists only sessions still to come that the
    schedules no longer plan; extra dates and the past are always kept. After `decide`, `extra` are those
    kept as extra dates and `cancelled` those of which people are told. `planned` names for each session
    that stays the instant and the schedule that plan it from now on.
    """

    new: tuple[NewSession, ...] = ()
    kept: tuple[Present, ...] = ()
    dropped: tuple[Present, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    open_ended: bool = False
    moved: tuple[Move, ...] = ()
    extra: tuple[Present, ...] = ()
    cancelled: tuple[Present, ...] = ()
    planned: Mapping[Hashable, NewSession] = field(default_factory=dict)

    @property
    def dates(self) -> tuple[datetime, ...]:
        """Every start (UTC) of what takes place or did, in order."""
        made = [session.occurrence.starts_at for session in self.new]
        stay = [one.starts_at for one in (*self.kept, *self.extra) if not one.is_cancelled]
        return tuple(sorted(made + stay + [move.to.occurrence.starts_at for move in self.moved]))

    @property
    def questions(self) -> tuple[Move | Present, ...]:
        """What an editor has to decide: booked sessions that would start at another time, or go."""
        moved = [move for move in self.moved if move.session.booked and move.changes_start]
        return (*moved, *(session for session in self.dropped if session.booked))

    @property
    def changes_nothing(self) -> bool:
        return not (self.new or self.moved or self.dropped or self.extra or self.cancelled)


class Undecided(ValueError):
    """Somebody has booked a session about which nothing was decided."""


def plan(*, segments: Sequence[Segment], present: Iterable[Present], through: date, at: datetime) -> Plan:
    """The plan for schedules in order of their first dates; each ends where the next begins.

    Schedules without an end go on until `through` (local, inclusive). Dates already past at `at`
    are not made anew, and sessions that have begun by then, or whose planned instant is over, never change.
    A session the rule no longer plans is moved to a new date of the same week (of the same month where the
    rule is a monthly one), the nearest first. One that an earlier rule cancelled comes back only where the
    rules plan that very instant again.

    Raises TooManyDates where more than MOST_SESSIONS dates would be made, and whatever else
    `timetable.expansion.expand` raises.
    """
    present = list(present)
    wanted, skipped, open_ended = _wanted(segments, through)
    planned = _anchored(present, wanted, at)
    loose = [one for one in present if one.key not in planned and not _never_changes(one, at)]
    taken = {goal.occurrence.starts_at for goal in planned.values()}
    free = {start: new for start, new in wanted.items() if start > at and start not in taken}
    for session, new in _match(loose, free, segments):
        planned[session.key] = new
        del free[new.occurrence.starts_at]
    if len(free) > MOST_SESSIONS:
        raise TooManyDates(MOST_SESSIONS)
    gone = {session.key for session in loose if session.key not in planned}
    stay, moved = _settled([one for one in present if one.key not in gone], planned, segments, at)
    return Plan(
        new=tuple(new for _start, new in sorted(free.items())),
        kept=tuple(stay),
        dropped=tuple(session for session in loose if session.key in gone),
        skipped=tuple(skipped),
        open_ended=open_ended,
        moved=tuple(moved),
        planned=planned,
    )


def decide(plan: Plan, decisions: Mapping[Hashable, Decision]) -> Plan:
    """The plan as it is carried out once an editor has answered its questions, by the sessions' keys.

    Whatever nobody has booked needs no answer; where somebody helps on a date that goes, it is cancelled, so
    that they are told. Raises Undecided where one is missing, and where a session
    should move for which there is no date.
    """
    new, extra, cancelled = list(plan.new), list(plan.extra), list(plan.cancelled)
    moved: list[Move] = []
    dropped: list[Present] = []
    planned = dict(plan.planned)
    for move in plan.moved:
        decision = Decision.MOVE
        if move in plan.questions:
            decision = _answer(decisions, move.session)
        if decision == Decision.MOVE:
            moved.append(move)
            continue
        (extra if decision == Decision.KEEP else cancelled).append(move.session)
        new.append(move.to)
        del planned[move.session.key]
    for session in plan.dropped:
        if not session.booked:
            (cancelled if session.helping else dropped).append(session)
            continue
        decision = _answer(decisions, session)
        if decision == Decision.MOVE:
            raise Undecided(session.key)
        (extra if decision == Decision.KEEP else cancelled).append(session)
    return replace(
        plan,
        new=tuple(sorted(new, key=lambda n: n.occurrence.starts_at)),
        moved=tuple(moved),
        dropped=tuple(dropped),
        extra=tuple(extra),
        cancelled=tuple(cancelled),
        planned=planned,
    )


def continued(pattern: Pattern, *, day: date, through: date, skip: Skip) -> recurrence.Recurrence | None:
    """The rule with which a new segment goes on from `day`: a number of dates becomes the number that remains.

    None where the pattern takes place once. The remaining number is at least 1.
    """
    if not pattern.rule:
        return None
    rule = pattern.rule.rrules[0]
    count = rule.count
    if count is not None:
        before = expand(pattern, through=through, skip=skip, before=day).occurrences
        count = max(1, count - len({occurrence.date for occurrence in before}))
    values = {name: getattr(rule, name) for name in ("interval", "wkst", "until", *recurrence.Rule.byparams)}
    return recurrence.Recurrence(
        rrules=[recurrence.Rule(rule.freq, count=count, **values)], include_dtstart=False
    )


def _wanted(
    segments: Sequence[Segment], through: date
) -> tuple[dict[datetime, NewSession], list[Skipped], bool]:
    """Everything the schedules plan, past dates included, by its instant."""
    wanted: dict[datetime, NewSession] = {}
    skipped: list[Skipped] = []
    open_ended = False
    for segment, following in zip(segments, [*segments[1:], None], strict=True):
        before = following.pattern.first_date if following else None
        try:
            found = expand(
                segment.pattern, through=through, skip=segment.skip, before=before, limit=MOST_WALKED
            )
        except TooManyDates:
            raise TooManyDates(MOST_SESSIONS) from None
        skipped += found.skipped
        open_ended = found.open_ended if following is None else open_ended
        for occurrence in found.occurrences:
            wanted[occurrence.starts_at] = NewSession(segment.key, occurrence)
    return wanted, skipped, open_ended


def _anchored(
    present: Sequence[Present], wanted: Mapping[datetime, NewSession], at: datetime
) -> dict[Hashable, NewSession]:
    """The sessions that the schedules plan for the very instant they were planned for, with that date.

    An extra date the rule now hits becomes one of its dates, unless another is that already.
    """
    taken = {one.planned_for for one in present}
    planned: dict[Hashable, NewSession] = {}
    for session in present:
        anchor = session.planned_for
        is_extra = anchor is None and session.starts_at > at and not session.is_cancelled
        if is_extra and session.starts_at not in taken:
            anchor = session.starts_at
            taken.add(anchor)
        if anchor is not None and anchor in wanted:
            planned[session.key] = wanted[anchor]
    return planned


def _settled(
    rows: Iterable[Present],
    planned: Mapping[Hashable, NewSession],
    segments: Sequence[Segment],
    at: datetime,
) -> tuple[list[Present], list[Move]]:
    """Those that stay as they are, and those that change time, length or place, in order of their starts."""
    places = {segment.key: segment.place for segment in segments}
    stay: list[Present] = []
    moved: list[Move] = []
    for session in sorted(rows, key=lambda one: one.starts_at):
        goal = planned.get(session.key)
        if goal is None or session.is_fixed or _is_settled(session, at) or _stands(session, goal, places):
            stay.append(session)
        else:
            moved.append(Move(session, goal, places[goal.segment]))
    return stay, moved


def _is_settled(session: Present, at: datetime) -> bool:
    """Begun or over, or cancelled for good: whatever plans it, nothing about it changes."""
    return session.starts_at <= at or (session.is_cancelled and not session.revives)


def _never_changes(session: Present, at: datetime) -> bool:
    """Whether it stays although no schedule plans it any more."""
    return (
        session.planned_for is None
        or session.planned_for <= at
        or session.is_cancelled
        or _is_settled(session, at)
    )


def _stands(session: Present, goal: NewSession, places: Mapping[Hashable, Hashable]) -> bool:
    occurrence = goal.occurrence
    return (session.starts_at, session.ends_at or occurrence.ends_at, session.place) == (
        occurrence.starts_at,
        occurrence.ends_at,
        places[goal.segment],
    ) and not session.revives


def _match(
    loose: Sequence[Present], free: Mapping[datetime, NewSession], segments: Sequence[Segment]
) -> list[tuple[Present, NewSession]]:
    """Pairs of sessions without a date and dates without a session, within the same week or month."""
    monthly = {
        segment.key
        for segment in segments
        if segment.pattern.rule and segment.pattern.rule.rrules[0].freq <= recurrence.MONTHLY
    }
    zone = segments[0].pattern.zone
    by_span: dict[tuple[int, ...], list[NewSession]] = defaultdict(list)
    for new in free.values():
        by_span[_span(new.occurrence.date, by_month=new.segment in monthly)].append(new)
    matches = []
    # Those with people choose first.
    for session in sorted(loose, key=lambda s: (not s.booked, s.planned_for or s.starts_at)):
        anchor = session.planned_for or session.starts_at
        day = anchor.astimezone(zone).date()
        spans = (by_span[_span(day, by_month=False)], by_span[_span(day, by_month=True)])
        near = [new for span in spans for new in span]
        if not near:
            continue
        best = min(near, key=lambda new: (abs(new.occurrence.starts_at - anchor), new.occurrence.starts_at))
        for span in spans:
            if best in span:
                span.remove(best)
        matches.append((session, best))
    return matches


def _span(day: date, *, by_month: bool) -> tuple[int, ...]:
    """The week (ISO 8601) or the month of a local date; the two never equal each other."""
    year, week, _weekday = day.isocalendar()
    return (day.year, day.month, 0) if by_month else (year, week)


def _answer(decisions: Mapping[Hashable, Decision], session: Present) -> Decision:
    try:
        return decisions[session.key]
    except KeyError:
        raise Undecided(session.key) from None
