"""What stands in the way of planned dates: gathers rows for `workshops.conflicts`; refuses where the house does."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Value
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
    HelperShift,
    Schedule,
    Session,
)
from workshops.operations.carrying import own_choices
from workshops.planning import NewSession, Plan
from workshops.rules import NotPossible

HELPERS_NEEDED_WITHIN = timedelta(days=14)
"""So long before a date it is a conflict that helpers are missing; before that there is time to find some."""


class ConflictFound(NotPossible):
    """The house refuses such conflicts. `conflicts` are those in the way."""

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        day, sentence = Wording(conflicts).lines(conflicts[:1])[0]
        when = date_format(localtime(day, house_zone()), _("D, j M Y, H:i"))
        super().__init__(gettext_lazy("This cannot be: %(problem)s") % {"problem": f"{when}: {sentence}"})
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


def conflicts_of_session(session: Session, *, facilitators: Iterable[int], **changed: Any) -> list[Conflict]:
    """The conflicts of one date as it is to be; `changed` as in `slot_of`."""
    return conflicts_of([slot_of(session, facilitators=facilitators, **changed)])


def open_conflicts(*, at: datetime, through: datetime | None = None) -> list[Conflict]:
    """All conflicts of dates to come, or of those until that instant, in a fixed number of queries."""
    coming = Session.objects.taking_place().filter(starts_at__gt=at, run__state=CourseRun.State.PUBLISHED)
    if through is not None:
        coming = coming.filter(starts_at__lte=through)
    return conflicts_of(_slots(coming, helpers_until=at + HELPERS_NEEDED_WITHIN))


def slots_of(
    *,
    run: CourseRun,
    schedules: Iterable[Schedule],
    plan: Plan,
    at: datetime,
    facilitators: Collection[int] | None = None,
    changed: Schedule | None = None,
) -> list[Slot]:
    """The dates to come as a plan would have them, before anything is written. A fixed number of queries.

    On dates that follow a schedule its people teach, unless the team chose others for that one date.
    `facilitators` (keys) are those to be of the `changed` schedule, or of every one where none is named.
    """
    schedules = list(schedules)
    by_key = {schedule.first_date: schedule for schedule in schedules}
    teach = _teaching(schedules, facilitators, changed)
    rows: dict[Any, Session] = {}
    needs: dict[int, int] = {}
    if run.pk:
        rows = {r.pk: r for r in run.sessions.select_related("room").prefetch_related("facilitators")}
        needs = dict(run.equipment_needs.values_list("equipment", "pieces"))
    own = own_choices(run).facilitators
    common: dict[str, Any] = {
        "run": run.pk or "new",
        "outside_hours": run.outside_hours,
        "setup": timedelta(minutes=run.setup_minutes),
        "teardown": timedelta(minutes=run.teardown_minutes),
        "people": 0 if run.is_drop_in else run.capacity or 0,
        "equipment": needs,
    }

    def people(key: Any) -> frozenset[int]:
        goal = plan.planned.get(key)
        if goal is None or key in own:
            return frozenset(f.pk for f in rows[key].facilitators.all())
        return teach[goal.segment]

    found = []
    to_be: list[tuple[Any, NewSession]] = [(None, new) for new in plan.new]
    for key, new in [*to_be, *((move.session.key, move.to) for move in plan.moved)]:
        schedule = by_key[new.segment]  # type: ignore[index]
        found.append(
            Slot(
                key=key,
                starts_at=new.occurrence.starts_at,
                ends_at=new.occurrence.ends_at,
                room=schedule.room_id,
                venue=schedule.venue_id,
                facilitators=teach[new.segment] if key is None else people(key),
                **common,
            )
        )
    for session in (*plan.kept, *plan.extra):
        row = rows.get(session.key)
        if row is None or row.is_cancelled or row.starts_at <= at:
            continue
        found.append(
            Slot(
                key=row.pk,
                starts_at=row.starts_at,
                ends_at=row.ends_at,
                room=row.room_id,
                venue=row.room.venue_id if row.room else None,
                facilitators=people(row.pk),
                **common,
            )
        )
    return found


def _teaching(
    schedules: Sequence[Schedule], facilitators: Collection[int] | None, changed: Schedule | None
) -> dict[Any, frozenset[int]]:
    """Who teaches on the dates of each schedule, by its first date."""
    stored: dict[int, set[int]] = defaultdict(set)
    through = Schedule.facilitators.through.objects.filter(schedule__in=[s.pk for s in schedules if s.pk])
    for key, somebody in through.values_list("schedule", "facilitator"):
        stored[key].add(somebody)
    found = {}
    for schedule in schedules:
        is_meant = facilitators is not None and (changed is None or schedule is changed)
        found[schedule.first_date] = frozenset(
            facilitators or () if is_meant else stored.get(schedule.pk or 0, ())
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
        outside_hours=run.outside_hours,
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
            "other": self._other(conflict.other),
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
                few = ngettext(
                    "%(n)s piece too few: %(who)s.", "%(n)s pieces too few: %(who)s.", conflict.number
                )
                users = "; ".join(self._other(user) for user in conflict.users if user.label)
                also = _("At the same time: %(users)s.") % {"users": users} if users else ""
                return f"{few % values} {also}".rstrip()
            case Kind.HELPERS:
                return (
                    ngettext("%(n)s helper is missing.", "%(n)s helpers are missing.", conflict.number)
                    % values
                )

    def _other(self, other: Slot | Span | None) -> str:
        """What is in the way, with its hour where it is a date of a run; the day is that of the date itself.

        A date without a label is one of the run that is being planned: a further start, for example.
        """
        if not isinstance(other, Slot):
            return other.label if other else ""
        label = other.label or _("another date of this run")
        return f"{label}, {localtime(other.starts_at, house_zone()):%H:%M}"

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


def _slots(sessions: QuerySet[Session], *, helpers_until: datetime | None = None) -> list[Slot]:
    """Sessions as slots, with who teaches and what they need, in four queries.

    Plain values: making thousands of rows, runs and pages would take most of the time.
    """
    coming = Count("shifts", filter=Q(shifts__state__in=HelperShift.COMING), distinct=True)
    rows = list(
        sessions.order_by()
        .annotate(helpers=coming if helpers_until else Value(0))
        .values_list(
            "pk", "run", "starts_at", "ends_at", "room", "room__venue", "capacity", "seats_taken", "helpers"
        )
    )
    if not rows:
        return []
    keys, runs = [row[0] for row in rows], {row[1] for row in rows}
    teach: dict[int, set[int]] = defaultdict(set)
    through = Session.facilitators.through.objects.filter(session__in=keys)
    for session, somebody in through.values_list("session", "facilitator"):
        teach[session].add(somebody)
    needs: dict[int, dict[int, int]] = defaultdict(dict)
    for run, thing, pieces in EquipmentNeed.objects.filter(run__in=runs).values_list(
        "run", "equipment", "pieces"
    ):
        needs[run][thing] = pieces
    about = {
        row.pk: row
        for row in CourseRun.objects.filter(pk__in=runs)
        .annotate(title=F("course__title"))
        .only(
            "pk",
            "number",
            "setup_minutes",
            "teardown_minutes",
            "helpers_wanted",
            "seats_per_helper",
            "outside_hours",
        )
    }
    found = []
    for key, run, starts_at, ends_at, room, venue, capacity, taken, helpers in rows:
        of_run: Any = about[run]
        soon = helpers_until is not None and starts_at <= helpers_until
        found.append(
            Slot(
                run=run,
                key=key,
                starts_at=starts_at,
                ends_at=ends_at,
                room=room,
                venue=venue,
                outside_hours=of_run.outside_hours,
                setup=timedelta(minutes=of_run.setup_minutes),
                teardown=timedelta(minutes=of_run.teardown_minutes),
                people=capacity or 0,
                facilitators=frozenset(teach[key]),
                equipment=needs[run],
                helpers_missing=_missing(of_run, taken=taken, helpers=helpers, soon=soon)
                if helpers_until
                else 0,
                label=f"{of_run.number} {of_run.title}",
            )
        )
    return found


def _missing(run: CourseRun, *, taken: int, helpers: int, soon: bool) -> int:
    """How many helpers a date lacks: for the seats taken, and once it is soon, of those wanted."""
    for_seats = ceil(taken / run.seats_per_helper) if run.seats_per_helper else 0
    return max(for_seats - helpers, run.helpers_wanted - helpers if soon else 0, 0)
