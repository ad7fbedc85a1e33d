"""What was done to a run, written as plain data and read as sentences: who, when, what."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from places.models import Room
from timetable.rules import rule_text
from timetable.zone import house_zone
from workshops.models import CourseRun, Facilitator, RunChange, Schedule
from workshops.planning import Plan

_NOT_TOLD = {"id", "public_id", "version", "state", "planned_through", "created_at", "changed_at", "run"}


class Spot(NamedTuple):
    """When and where a date is; `room` is a key, None online."""

    starts_at: datetime
    ends_at: datetime | None
    room: int | None


def write(
    *,
    run: CourseRun,
    kind: str,
    at: datetime,
    by: AbstractBaseUser | None,
    reason: str = "",
    fields: Iterable[str] = (),
    plan: Plan | None = None,
    **detail: Any,
) -> RunChange:
    """Keeps one act of the team with what came of it. Call it inside the act's transaction.

    Raises nothing; `detail` must hold no names of people who booked.
    """
    made = entry(run=run, kind=kind, at=at, by=by, reason=reason, fields=fields, plan=plan, **detail)
    made.save()
    return made


def entry(
    *,
    run: CourseRun,
    kind: str,
    at: datetime,
    by: AbstractBaseUser | None,
    reason: str = "",
    fields: Iterable[str] = (),
    plan: Plan | None = None,
    **detail: Any,
) -> RunChange:
    """What `write` keeps, not saved yet: for acts on many runs."""
    if fields:
        detail["fields"] = list(fields)
    if plan is not None:
        detail |= _of_plan(plan)
    return RunChange(run=run, kind=kind, at=at, by_id=by.pk if by else None, reason=reason, detail=detail)


def of_moves(moves: Iterable[tuple[Spot, Spot]]) -> dict[str, Any]:
    """What `write` keeps of dates that begin, end or are somewhere else than before. At most one query."""
    moves = sorted(moves, key=lambda move: move[0].starts_at)
    rooms: dict[tuple[int | None, int | None], list[str]] = defaultdict(list)
    for old, new in moves:
        if old.room != new.room:
            rooms[old.room, new.room].append(new.starts_at.isoformat())
    keys = {key for both in rooms for key in both if key is not None}
    names = {room.pk: str(room) for room in Room.objects.select_related("venue").filter(pk__in=keys)}
    detail: dict[str, Any] = {
        "moved": [
            [old.starts_at.isoformat(), new.starts_at.isoformat()]
            for old, new in moves
            if old.starts_at != new.starts_at
        ],
        "ends": [
            [new.starts_at.isoformat(), old.ends_at.isoformat(), new.ends_at.isoformat()]
            for old, new in moves
            if old.ends_at and new.ends_at and old.starts_at == new.starts_at and old.ends_at != new.ends_at
        ],
        "rooms": [
            [names.get(old or 0, ""), names.get(new or 0, ""), days] for (old, new), days in rooms.items()
        ],
    }
    return {name: value for name, value in detail.items() if value}


def changed_fields(
    current: CourseRun, changed: CourseRun, schedule: Schedule, facilitators: Iterable[Facilitator]
) -> list[str]:
    """The names of fields in which a run and its schedule differ from what is stored."""
    found = [name for name in _names(CourseRun) if getattr(current, name) != getattr(changed, name)]
    old = Schedule.objects.filter(pk=schedule.pk).first()
    if old is not None:
        for name in _names(Schedule):
            now, then = getattr(schedule, name), getattr(old, name)
            if name == "rule":
                now, then = rule_text(now), rule_text(then)
            if now != then:
                found.append(f"schedule.{name}")
        if {f.pk for f in facilitators} != set(old.facilitators.values_list("pk", flat=True)):
            found.append("schedule.facilitators")
    return found


def sentences(change: RunChange) -> list[str]:
    """What came of a change, in the active language."""
    detail = change.detail
    found = []
    if term := detail.get("term"):
        found.append(_("with the term %(term)s") % {"term": term})
    if number := detail.get("copied_from"):
        found.append(_("Copied from %(number)s") % {"number": number})
    if row := detail.get("row"):
        found.append(_("Read from row %(row)s of a spreadsheet") % {"row": row})
    if labels := [_label(name) for name in detail.get("fields", ())]:
        found.append(_("Changed: %(fields)s") % {"fields": ", ".join(labels)})
    if "equipment" in detail:
        things = ", ".join(f"{pieces} × {name}" for name, pieces in detail["equipment"])
        found.append(_("Equipment: %(things)s") % {"things": things or "–"})
    for name, words in _counted(detail):
        if detail.get(name):
            found.append(words % {"n": detail[name]})
    found += [
        _("moved: %(old)s → %(new)s") % {"old": _when(old), "new": _when(new)}
        for old, new in detail.get("moved", ())
    ]
    found += [
        _("%(day)s: ends at %(new)s, not at %(old)s")
        % {"day": _when(day), "old": _local(old, "H:i"), "new": _local(new, "H:i")}
        for day, old, new in detail.get("ends", ())
    ]
    for old, new, days in detail.get("rooms", ()):
        values = {"old": old or _("online"), "new": new or _("online")}
        on = ", ".join(_local(day, _("j M")) for day in days)
        found.append(_("Room on %(days)s: %(old)s → %(new)s") % {**values, "days": on})
    found += [_("cancelled: %(day)s") % {"day": _when(day)} for day in detail.get("cancelled", ())]
    found += [_("added: %(day)s") % {"day": _when(day)} for day in detail.get("added", ())]
    found += [_("takes place again: %(day)s") % {"day": _when(day)} for day in detail.get("again", ())]
    return found


def _counted(detail: dict[str, Any]) -> list[tuple[str, str]]:
    new, dropped, extra = (detail.get(name, 0) for name in ("new", "dropped", "extra"))
    return [
        ("new", ngettext("%(n)s new date", "%(n)s new dates", new)),
        (
            "dropped",
            ngettext("%(n)s date without bookings went", "%(n)s dates without bookings went", dropped),
        ),
        ("extra", ngettext("%(n)s kept as an extra date", "%(n)s kept as extra dates", extra)),
    ]


def _of_plan(plan: Plan) -> dict[str, Any]:
    moved = [move for move in plan.moved if not move.session.is_cancelled]
    detail: dict[str, Any] = {
        # What comes back is new to whoever reads this.
        "new": len(plan.new) + len(plan.moved) - len(moved),
        "dropped": len(plan.dropped),
        "extra": len(plan.extra),
        **of_moves(
            (_spot(move.session, move.session.place), _spot(move.to.occurrence, move.place)) for move in moved
        ),
        "cancelled": [session.starts_at.isoformat() for session in plan.cancelled],
    }
    return {name: value for name, value in detail.items() if value}


def _spot(of: Any, place: Any) -> Spot:
    return Spot(of.starts_at, of.ends_at, place[0] if place else None)


def _names(model: type[CourseRun] | type[Schedule]) -> list[str]:
    return [
        field.attname
        for field in model._meta.concrete_fields
        if field.name not in _NOT_TOLD and not getattr(field, "translated_field", None)
    ]


def _label(name: str) -> str:
    model: Any = Schedule if name.startswith("schedule.") else CourseRun
    field = model._meta.get_field(name.removeprefix("schedule.").removesuffix("_id"))
    if field.one_to_many:
        return str(field.related_model._meta.verbose_name_plural)
    return str(field.verbose_name)


def _when(text: str) -> str:
    return _local(text, _("D, j M Y, H:i"))


def _local(text: str, wanted: str) -> str:
    return date_format(timezone.localtime(datetime.fromisoformat(text), house_zone()), wanted)
