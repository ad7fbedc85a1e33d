"""For whom there is room, as pages tell it. Reads rows and locks nothing; booking asks again, under the locks."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from core.models import Generation
from workshops.models import Booking, CourseRun, Participant, Session
from workshops.operations.counting import Kind, claim_of, houses, things_in
from workshops.operations.waiting import Line
from workshops.rules import KEPT_UNTIL, PASSES
from workshops.seat_wording import Left
from workshops.seats import Claim

type Target = tuple[int, int | None]
"""What is booked: a run and one of its dates, or what remains of it (None)."""


def vacancies(
    sessions: Sequence[Session], *, at: datetime, generation: Generation | None = None
) -> dict[int, Left]:
    """What is left for whom on each session (by key) whose run keeps seats; others are left out.

    The sessions come from `SessionQuerySet.with_series`; one of a series is told what is left of the series. With a
    `generation` the numbers are for that one. No query where no run keeps seats, else a fixed number.
    """
    kept = [s for s in sessions if s.seats_are_kept and not s.is_cancelled and not s.run.is_drop_in]
    if not kept:
        return {}
    lines = _lines([s for s in kept if not s.run.is_series], _remaining(kept, at), at=at)
    generations = list(Generation.objects.all())
    told: dict[Target, Left] = {
        target: _left(line, generations, asked=generation) for target, line in lines.items()
    }
    by_session = {s.pk: told.get(_target(s)) for s in kept}
    return {key: left for key, left in by_session.items() if left is not None}


def _target(session: Session) -> Target:
    return session.run_id, None if session.run.is_series else session.pk


def _remaining(kept: Sequence[Session], at: datetime) -> list[Session]:
    """The dates to come of the series among them."""
    runs: dict[int, CourseRun] = {s.run_id: s.run for s in kept if s.run.is_series}
    if not runs:
        return []
    rows = list(Session.objects.filter(run__in=list(runs)).taking_place().not_begun(at))
    for row in rows:
        row.run = runs[row.run_id]
    return rows


def _lines(single: Sequence[Session], of_series: Sequence[Session], *, at: datetime) -> dict[Target, Line]:
    """What newcomers find on each target: behind the parties that seats are kept for."""
    rows = [*single, *of_series]
    waiting = _passed(rows)
    claims = [claim for parties in waiting.values() for _booking, theirs in parties for claim in theirs]
    counted = houses(rows, things=things_in(claims))
    of_target: dict[Target, list[Session]] = defaultdict(list)
    for row in rows:
        of_target[_target(row)].append(row)
    lines = {}
    for target, theirs in of_target.items():
        begins = min(row.starts_at for row in theirs)
        line = Line([counted[row.pk] for row in theirs], keeps=at < begins - KEPT_UNTIL, at=at)
        for booking, claimed in waiting.get(target, ()):
            if not line.fits(claimed):
                line.step_aside(booking, claimed)
        lines[target] = line
    return lines


def _passed(sessions: Sequence[Session]) -> dict[Target, list[tuple[Booking, list[Claim[Kind]]]]]:
    """The parties that have been passed too often, in their order, with what they claim."""
    bookings = list(
        Booking.objects.filter(
            run__in={s.run_id for s in sessions if s.run.has_waiting_list},
            state=Booking.State.WAITING,
            passed_over__gte=PASSES,
        ).order_by("waiting_since", "pk")
    )
    people: dict[int, list[Participant]] = defaultdict(list)
    if bookings:
        seated = Participant.objects.filter(booking__in=bookings, is_carer=False).order_by("pk")
        for somebody in seated.select_related("access_need").prefetch_related("choices"):
            people[somebody.booking_id].append(somebody)
    found: dict[Target, list[tuple[Booking, list[Claim[Kind]]]]] = defaultdict(list)
    for booking in bookings:
        claims = [claim_of(somebody, channel=booking.channel) for somebody in people[booking.pk]]
        found[booking.run_id, booking.session_id].append((booking, claims))
    return found


def _left(line: Line, generations: Sequence[Generation], *, asked: Generation | None) -> Left:
    by_generation = {one.pk: line.free_for(Kind(one.pk)) for one in generations}
    of_all = line.free_for(Kind())
    keys = [None, *by_generation]
    by_phone = max(line.free_for(Kind(key, at_desk=True)) for key in keys) > 0
    if all(free == of_all for free in by_generation.values()):
        return Left(of_all, by_phone=by_phone)
    if asked is not None:
        mine = by_generation[asked.pk]
        phone = line.free_for(Kind(asked.pk, at_desk=True)) > 0
        return Left(mine, by_phone=phone, whom=str(asked.name))
    return Left(
        of_all,
        for_some=tuple(
            (str(one.name), by_generation[one.pk]) for one in generations if by_generation[one.pk] > of_all
        ),
        others=any(free <= of_all for free in by_generation.values()),
        by_phone=by_phone,
    )
