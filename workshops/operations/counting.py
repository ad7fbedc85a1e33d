"""Who sits where: the rows behind `workshops.seats`. Read under the lock of the sessions, they are final."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from core.models import Generation
from timetable.zone import local_date
from workshops.models import (
    AccessNeed,
    Booking,
    CourseRun,
    EquipmentNeed,
    Participant,
    RunChoice,
    Seat,
    SeatPool,
    Session,
)
from workshops.rules import NotPossible
from workshops.seats import Claim, House, Pool, unfilled

WHEELCHAIR = "wheelchair"
HEARING_LOOP = "hearing loop"


class PoolsDoNotFit(NotPossible):
    """The seats taken on some date leave no room for the seats to be kept."""


class Kind(NamedTuple):
    """What pools tell participants apart by."""

    generation_id: int | None = None
    at_desk: bool = False


class Device(NamedTuple):
    """A piece of equipment that is lent."""

    equipment_id: int


def houses(
    sessions: Sequence[Session],
    *,
    things: Iterable[Hashable] = (),
    instead: Sequence[SeatPool] | None = None,
) -> dict[int, House[Kind]]:
    """The seats of each session (by key), and how many are left of the `things` asked for.

    `instead` are pools, saved or not, to count with as if there were no others. One query where no seats are kept,
    and at most four more; three more for things. Sessions need their `run`.
    """
    runs = {session.run_id: session.run for session in sessions}
    pools = _pools(runs.values(), instead)
    released = set()
    if any(pools.values()):
        kept = SeatPool.objects.filter(releases__session__in=list(sessions))
        released = set(kept.values_list("pk", "releases__session"))
    taken = _taken([session for session in sessions if pools[session.run_id]])
    left = _left(sessions, set(things)) if things else {}
    return {
        session.pk: House(
            capacity=session.capacity,
            taken=taken.get(session.pk) or {Kind(): session.seats_taken},
            pools=[pool for key, pool in pools[session.run_id] if (key, session.pk) not in released],
            left=left.get(session.pk, {}),
        )
        for session in sessions
    }


def check_sound(sessions: Sequence[Session], *, instead: Sequence[SeatPool] | None = None) -> None:
    """Raises PoolsDoNotFit where the formula does not hold on one of these sessions. They are locked."""
    rows = houses(sessions, instead=instead)
    for session in sessions:
        house = rows[session.pk]
        if not house.is_sound:
            raise PoolsDoNotFit(
                _(
                    "On %(day)s %(taken)s of %(capacity)s seats are taken, and %(kept)s more would be kept. "
                    "That is more than there are."
                )
                % {
                    "day": f"{local_date(session.starts_at):%d.%m.%Y}",
                    "taken": sum(house.taken.values()),
                    "capacity": house.capacity,
                    "kept": unfilled(house.pools, house.taken),
                }
            )


def claims_of(booking: Booking) -> list[Claim[Kind]]:
    """What the people of a booking take, in their order; those who only accompany somebody take nothing."""
    return [claim_of(participant, channel=booking.channel) for participant in seated(booking)]


def seated(booking: Booking) -> list[Participant]:
    """The participants of a booking who take a seat, with what is counted about them."""
    people = booking.participants.filter(is_carer=False).select_related("access_need")
    return list(people.prefetch_related("choices").order_by("pk"))


def claim_of(
    participant: Participant, *, channel: str, choices: Iterable[RunChoice] | None = None
) -> Claim[Kind]:
    """What somebody who came by that channel takes, with their answers, or with other `choices`."""
    need: AccessNeed | None = getattr(participant, "access_need", None)
    return Claim(
        kind_of(participant.generation_id, channel),
        things_of(
            wheelchair=bool(need and need.wheelchair),
            hearing_loop=bool(need and need.hearing_loop),
            choices=participant.choices.all() if choices is None else choices,
        ),
    )


def kind_of(generation_id: int | None, channel: str) -> Kind:
    return Kind(generation_id, channel != Booking.Channel.WEB)


def things_of(*, wheelchair: bool, hearing_loop: bool, choices: Iterable[RunChoice]) -> frozenset[Hashable]:
    """What one participant needs of things that are counted."""
    things: set[Hashable] = {Device(choice.equipment_id) for choice in choices if choice.equipment_id}
    if wheelchair:
        things.add(WHEELCHAIR)
    if hearing_loop:
        things.add(HEARING_LOOP)
    return frozenset(things)


def things_in(claims: Iterable[Claim[Kind]]) -> set[Hashable]:
    return {need for claim in claims for need in claim.needs}


def _pools(
    runs: Iterable[CourseRun], instead: Sequence[SeatPool] | None = None
) -> dict[int, list[tuple[int | None, Pool[Kind]]]]:
    """The pools of each run with their keys. In a tandem each side has half of the seats, for good."""
    found: dict[int, list[tuple[int | None, Pool[Kind]]]] = {run.pk: [] for run in runs}
    rows = list(SeatPool.objects.filter(run__in=list(found))) if instead is None else instead
    tandems = [run for run in runs if run.is_tandem]
    if not rows and not tandems:
        return found
    sides: dict[int | None, str] = {None: ""}
    sides.update(Generation.objects.order_by().values_list("pk", "side"))
    for row in rows:
        found[row.run_id].append((row.pk, Pool(row.seats, _admitted(row, sides))))
    for run in tandems:
        for side in Generation.Side:
            kinds = frozenset(
                Kind(pk, desk) for pk, of in sides.items() for desk in (False, True) if of == side
            )
            found[run.pk].append((None, Pool((run.capacity or 0) // 2, kinds)))
    return found


def _admitted(pool: SeatPool, generations: Iterable[int | None]) -> frozenset[Kind]:
    if pool.for_desk:
        return frozenset(Kind(generation, at_desk=True) for generation in generations)
    return frozenset(Kind(pool.generation_id, at_desk) for at_desk in (False, True))


def _taken(sessions: Sequence[Session]) -> dict[int, Counter[Kind]]:
    if not sessions:
        return {}
    found: dict[int, Counter[Kind]] = defaultdict(Counter)
    rows = (
        Seat.objects.taken()
        .filter(session__in=list(sessions))
        .order_by()
        .values_list("session_id", "participant__generation_id", "participant__booking__channel")
        .annotate(count=Count("pk"))
    )
    for session_id, generation_id, channel, count in rows:
        found[session_id][kind_of(generation_id, channel)] += count
    return found


def _left(sessions: Sequence[Session], things: set[Hashable]) -> dict[int, dict[Hashable, int]]:
    """How many of these things are left on each session; what there is enough of is not named."""
    seats = Seat.objects.taken().filter(session__in=list(sessions)).order_by().values("session_id")
    of_people = {
        row["session_id"]: row
        for row in seats.annotate(
            wheelchairs=Count("pk", filter=Q(participant__access_need__wheelchair=True)),
            loops=Count("pk", filter=Q(participant__access_need__hearing_loop=True)),
        )
    }
    lent: Counter[tuple[int, int]] = Counter()
    for row in (
        seats.filter(participant__choices__equipment__isnull=False)
        .annotate(pieces=Count("pk"))
        .values("session_id", "participant__choices__equipment", "pieces")
    ):
        lent[row["session_id"], row["participant__choices__equipment"]] = row["pieces"]
    pieces = _pieces({session.run_id for session in sessions})
    rooms = {
        s.pk: s.room
        for s in Session.objects.filter(pk__in=[s.pk for s in sessions]).select_related("room__venue")
    }
    found: dict[int, dict[Hashable, int]] = {}
    for session in sessions:
        here: dict[Hashable, int] = {}
        people = of_people.get(session.pk, {"wheelchairs": 0, "loops": 0})
        room = rooms[session.pk]
        if room is not None:
            here[WHEELCHAIR] = room.wheelchairs - people["wheelchairs"]
            if room.hearing_loops is not None:
                here[HEARING_LOOP] = room.hearing_loops - people["loops"]
        for thing in things:
            if isinstance(thing, Device):
                there_are = pieces.get((session.run_id, thing.equipment_id), 0)
                here[thing] = there_are - lent[session.pk, thing.equipment_id]
        found[session.pk] = here
    return found


def _pieces(runs: set[int]) -> dict[tuple[int, int], int]:
    """How many pieces a run can lend: those it has asked for, else all there are."""
    offered = RunChoice.objects.filter(question__run__in=runs, equipment__isnull=False)
    pieces = {
        (run, equipment): count
        for run, equipment, count in offered.values_list("question__run", "equipment", "equipment__pieces")
    }
    asked = EquipmentNeed.objects.filter(run__in=runs).values_list("run", "equipment", "pieces")
    return pieces | {(run, equipment): count for run, equipment, count in asked}
