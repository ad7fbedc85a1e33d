"""What stands in the way of planned dates: gathers rows for `workshops.conflicts`; refuses where the house does."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.models import HouseSettings
from places.models import Closure, Equipment, OpeningHours, Room, RoomUseDate
from timetable.zone import house_zone, local_date
from workshops.conflicts import REACH, Conflict, House, Kind, Slot, Span, find
from workshops.models import (
    CourseRun,
    EquipmentNeed,
    Facilitator,
    FacilitatorAbsence,
    Schedule,
    Session,
)
from workshops.planning import Plan
from workshops.rules import NotPossible

HELPERS_NEEDED_WITHIN = timedelta(days=14)
"""So long before a date it is a conflict that helpers are missing; before that there is time to find some."""


class ConflictFound(NotPossible):
    """The house refuses such conflicts. `conflicts` are those in the way."""

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        super().__init__(
            gettext_lazy("This cannot be: %(problem)s")
            % {"problem": Wording(conflicts).sentence(conflicts[0])}
        )
        self.conflicts = conflicts


def conflicts_of(slots: Collection[Slot], *, gone: Collection[Any] = ()) -> list[Conflict]:
    """The conflicts of these dates with everything that is planned, in a fixed number of queries.

    `gone` are the keys of sessions that will no longer be there. Dates are found through the indexes of room,
    facilitator and equipment; nothing is scanned.
    """
    if not slots:
        return []
    return find(slots, _house(slots), gone=gone)


def check_blocking(slots: Collection[Slot], *, gone: Collection[Any] = ()) -> None:
    """Raises ConflictFound where the house refuses conflicts of rooms and facilitators and there is one.

    Call it inside the operation that writes: it locks rooms and facilitators in the order of their keys, so
    that of two who plan the same hour at once the second sees the first.
    """
    if not slots or not HouseSettings.load().block_conflicts:
        return
    rooms = {slot.room for slot in slots if slot.room is not None}
    people = {somebody for slot in slots for somebody in slot.facilitators}
    list(Room.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=rooms).order_by("pk"))
    list(Facilitator.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk"))
    blocking = [conflict for conflict in conflicts_of(slots, gone=gone) if conflict.is_blocking]
    if blocking:
        raise ConflictFound(blocking)


def open_conflicts(*, at: datetime, through: datetime) -> list[Conflict]:
    """All conflicts of dates to come until that instant, in a fixed number of queries."""
    coming = Session.objects.taking_place().filter(
        starts_at__gt=at, starts_at__lte=through, run__state=CourseRun.State.PUBLISHED
    )
    return conflicts_of(_slots(coming, helpers_until=at + HELPERS_NEEDED_WITHIN))


def slots_of(
    *, run: CourseRun, schedules: Iterable[Schedule], plan: Plan, facilitators: Collection[int], at: datetime
) -> list[Slot]:
    """The dates to come as a plan would have them, before anything is written.

    `facilitators` are the keys of those who are to teach on dates that follow a schedule.
    """
    by_key = {schedule.first_date: schedule for schedule in schedules}
    sessions = run.sessions.select_related("room").prefetch_related("facilitators") if run.pk else ()
    rows = {row.pk: row for row in sessions}
    needs = {}
    if run.pk:
        needs = dict(run.equipment_needs.values_list("equipment", "pieces"))
    common: dict[str, Any] = {
        "run": run.pk or "new",
        "setup": timedelta(minutes=run.setup_minutes),
        "teardown": timedelta(minutes=run.teardown_minutes),
        "people": 0 if run.is_drop_in else run.capacity or 0,
        "equipment": needs,
    }
    found = []
    for key, starts_at, ends_at, segment in [
        *((None, n.occurrence.starts_at, n.occurrence.ends_at, n.segment) for n in plan.new),
        *(
            (m.session.key, m.to.occurrence.starts_at, m.to.occurrence.ends_at, m.to.segment)
            for m in plan.moved
        ),
    ]:
        schedule = by_key[segment]  # type: ignore[index]
        found.append(
            Slot(
                key=key,
                starts_at=starts_at,
                ends_at=ends_at,
                room=schedule.room_id,
                venue=schedule.venue_id,
                facilitators=frozenset(facilitators),
                **common,
            )
        )
    for session in (*plan.kept, *plan.extra):
        row = rows.get(session.key)  # type: ignore[call-overload]
        if row is None or row.is_cancelled or row.starts_at <= at:
            continue
        follows = session.key in plan.planned and not session.is_fixed
        found.append(
            Slot(
                key=row.pk,
                starts_at=row.starts_at,
                ends_at=row.ends_at,
                room=row.room_id,
                venue=row.room and row.room.venue_id,
                facilitators=frozenset(facilitators if follows else (f.pk for f in row.facilitators.all())),
                **common,
            )
        )
    return found


def gone_with(plan: Plan) -> list[Any]:
    """The keys of the sessions a plan takes away: they are no longer in the way of others."""
    return [session.key for session in (*plan.dropped, *plan.cancelled)]


def slots_of_sessions(sessions: Collection[Session]) -> list[Slot]:
    """Sessions as they are; with who teaches them and what they need, in three queries."""
    keys = [session.pk for session in sessions]
    return _slots(Session.objects.filter(pk__in=keys)) if keys else []


def slot_of(session: Session, *, facilitators: Iterable[int], **changed: Any) -> Slot:
    """One session as it is to be."""
    run = session.run
    room = changed.get("room", session.room)
    return Slot(
        run=run.pk,
        key=session.pk,
        starts_at=changed.get("starts_at", session.starts_at),
        ends_at=changed.get("ends_at", session.ends_at),
        room=room and room.pk,
        venue=room and room.venue_id,
        setup=timedelta(minutes=run.setup_minutes),
        teardown=timedelta(minutes=run.teardown_minutes),
        people=0 if run.is_drop_in else session.capacity or 0,
        facilitators=frozenset(facilitators),
        equipment=dict(run.equipment_needs.values_list("equipment", "pieces")),
    )


class Wording:
    """Conflicts as sentences, in the active language; names are looked up once."""

    def __init__(self, conflicts: Collection[Conflict]) -> None:
        kinds = {Kind.FACILITATOR, Kind.ABSENT}
        people = {c.who for c in conflicts if c.kind in kinds and c.who is not None}
        things = {c.who for c in conflicts if c.kind == Kind.EQUIPMENT and c.who is not None}
        rooms = {c.slot.room for c in conflicts if c.slot.room is not None}
        self._people = dict(Facilitator.objects.filter(pk__in=people).values_list("pk", "name"))
        self._things = {thing.pk: thing.name for thing in Equipment.objects.filter(pk__in=things)}
        self._rooms = {room.pk: room.name for room in Room.objects.filter(pk__in=rooms)}

    def sentence(self, conflict: Conflict) -> str:
        """What is in the way of the date, without the date itself."""
        values = {
            "room": self._rooms.get(conflict.slot.room or 0, ""),
            "who": (self._things if conflict.kind == Kind.EQUIPMENT else self._people).get(
                conflict.who or 0, ""
            ),
            "other": conflict.other.label if conflict.other else "",
            "text": conflict.text,
            "n": conflict.number,
            "people": conflict.slot.people,
        }
        match conflict.kind:
            case Kind.ROOM:
                return _("%(room)s is taken by %(other)s.") % values
            case Kind.OTHER_USE:
                return _("%(room)s is taken: %(text)s.") % values
            case Kind.TOO_SMALL:
                return _("%(room)s holds %(n)s people, %(people)s have a seat.") % values
            case Kind.FACILITATOR:
                return _("%(who)s teaches at the same time: %(other)s.") % values
            case Kind.ABSENT:
                return _("%(who)s is absent.") % values
            case Kind.CLOSED:
                return _("The house is closed: %(text)s.") % values
            case Kind.NOT_OPEN:
                return _("This is outside the opening hours.")
            case Kind.EQUIPMENT:
                return (
                    ngettext(
                        "%(n)s piece too few: %(who)s.", "%(n)s pieces too few: %(who)s.", conflict.number
                    )
                    % values
                )
            case Kind.HELPERS:
                return (
                    ngettext("%(n)s helper is missing.", "%(n)s helpers are missing.", conflict.number)
                    % values
                )

    def lines(self, conflicts: Iterable[Conflict]) -> list[tuple[datetime, str]]:
        """Each date with what is in its way."""
        return [(conflict.slot.starts_at, self.sentence(conflict)) for conflict in conflicts]


def _house(slots: Collection[Slot]) -> House:
    first = min(slot.starts_at for slot in slots) - REACH
    last = max(slot.ends_at for slot in slots) + REACH
    days = (local_date(first), local_date(last))
    rooms = {slot.room for slot in slots if slot.room is not None}
    people = {somebody for slot in slots for somebody in slot.facilitators}
    things = {thing for slot in slots for thing in slot.equipment}
    near = Session.objects.taking_place().filter(
        starts_at__range=(first, last), run__state=CourseRun.State.PUBLISHED
    )
    present: dict[Any, Slot] = {}
    for rows in (
        near.filter(room__in=rooms) if rooms else near.none(),
        near.filter(
            pk__in=Session.facilitators.through.objects.filter(facilitator__in=people).values("session")
        )
        if people
        else near.none(),
        near.filter(run__in=EquipmentNeed.objects.filter(equipment__in=things).values("run"))
        if things
        else near.none(),
    ):
        present |= {slot.key: slot for slot in _slots(rows)}

    uses: dict[int | None, list[Span]] = defaultdict(list)
    dates = RoomUseDate.objects.filter(room__in=rooms, starts_at__range=(first, last)).select_related("use")
    for taken in dates:
        uses[taken.room_id].append(Span(taken.starts_at, taken.ends_at, taken.use.name))
    absences: dict[int, list[tuple[date, date]]] = defaultdict(list)
    for absence in FacilitatorAbsence.objects.filter(
        facilitator__in=people, last_date__gte=days[0], first_date__lte=days[1]
    ):
        absences[absence.facilitator_id].append((absence.first_date, absence.last_date))
    closures: dict[int | None, list[tuple[date, date, str]]] = defaultdict(list)
    for closure in Closure.objects.filter(
        kind=Closure.Kind.CLOSED, last_date__gte=days[0], first_date__lte=days[1]
    ):
        closures[closure.venue_id].append((closure.first_date, closure.last_date, closure.name))
    hours: dict[Any, dict[int, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for row in OpeningHours.objects.all():
        hours[row.venue_id][row.weekday].append((row.opens, row.closes))
    return House(
        zone=house_zone(),
        slots=list(present.values()),
        uses=uses,
        room_capacity=dict(Room.objects.filter(pk__in=rooms).values_list("pk", "capacity")),
        absences=absences,
        closures=closures,
        opening_hours={venue: dict(days) for venue, days in hours.items()},
        stock=dict(Equipment.objects.filter(pk__in=things).values_list("pk", "pieces")),
    )


def _slots(sessions: Any, *, helpers_until: datetime | None = None) -> list[Slot]:
    """Sessions as slots, with who teaches and what they need, in three queries."""
    rows = sessions.select_related("run__course", "room").prefetch_related("facilitators")
    if helpers_until is not None:
        rows = rows.with_helpers()
    rows = list(rows)
    needs: dict[int, dict[Any, int]] = defaultdict(dict)
    for need in EquipmentNeed.objects.filter(run__in={row.run_id for row in rows}):
        needs[need.run_id][need.equipment_id] = need.pieces
    return [
        Slot(
            run=row.run_id,
            key=row.pk,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            room=row.room_id,
            venue=row.room.venue_id if row.room else None,
            setup=timedelta(minutes=row.run.setup_minutes),
            teardown=timedelta(minutes=row.run.teardown_minutes),
            people=row.capacity or 0,
            facilitators=frozenset(f.pk for f in row.facilitators.all()),
            equipment=needs[row.run_id],
            helpers_missing=_missing(row, helpers_until) if helpers_until is not None else 0,
            label=f"{row.run.number} {row.run.course.title}, "
            + date_format(localtime(row.starts_at, house_zone()), _("j M, H:i")),
        )
        for row in rows
    ]


def _missing(session: Session, helpers_until: datetime) -> int:
    """How many helpers a date lacks, if it begins by then; any later, how many it lacks for the seats taken."""
    per_helper = session.run.seats_per_helper
    for_seats = ceil(session.seats_taken / per_helper) - session.helpers_coming if per_helper else 0
    return max(for_seats, session.helpers_missing if session.starts_at <= helpers_until else 0, 0)
