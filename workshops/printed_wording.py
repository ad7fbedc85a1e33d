"""What has changed against the printed programme, as sentences in the active language."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workshops.costs import cost_lines
from workshops.models import CourseRun
from workshops.printed import Change, CostFacts, DateFacts, Kind, RunFacts


def sentences(change: Change) -> list[str]:
    """What to tell somebody who has the printed programme before them; a new run needs several."""
    match change.kind:
        case Kind.NEW_RUN:
            return _new_run(change.new)
        case Kind.RUN_CANCELLED:
            return [_("Does not take place.")]
        case Kind.RUN_WITHDRAWN:
            return [_("Is no longer offered.")]
        case Kind.NOT_PUBLISHED:
            return [_("Has not been published after all.")]
        case Kind.NUMBER:
            return [_("Course number: %(old)s → %(new)s") % _values(change.old, change.new)]
        case Kind.TITLE:
            return [_("Title: %(old)s → %(new)s") % _values(change.old, change.new)]
        case Kind.MODE:
            return [_("Booking: %(old)s → %(new)s") % _values(_mode(change.old), _mode(change.new))]
        case Kind.SEATS:
            return [_("Seats: %(old)s → %(new)s") % _values(_seats(change.old), _seats(change.new))]
        case Kind.COST:
            return [_("Cost: %(old)s → %(new)s") % _values(_cost(change.old), _cost(change.new))]
        case Kind.PEOPLE:
            return [_people(change)]
        case Kind.ROOM:
            return [_room(change)]
    return [_date(change)]


def _date(change: Change) -> str:
    old, new = change.old, change.new
    before = [old, *(pair[0] for pair in change.further)]
    now = [new, *(pair[1] for pair in change.further)]
    if change.kind == Kind.MOVED:
        if old.starts.date() == new.starts.date():
            values = {"day": _which(before), "old": _times(old), "new": _times(new)}
            return _("Other time on %(day)s: %(old)s → %(new)s") % values
        return _("Moved: %(old)s → %(new)s") % _values(_moments(before), _moments(now))
    if change.kind == Kind.CANCELLED:
        return _("Cancelled: %(date)s") % {"date": _moments(before)}
    if change.kind == Kind.REINSTATED:
        return _("Takes place after all: %(date)s") % {"date": _moments(now)}
    words = _("New dates: %(date)s") if change.further else _("New date: %(date)s")
    return words % {"date": f"{_moments(now)}, {_place(new.room)}"}


def _people(change: Change) -> str:
    values = _values(_names(change.old), _names(change.new))
    if not change.dates:
        return _("Facilitators: %(old)s → %(new)s") % values
    return _("Facilitators on %(days)s: %(old)s → %(new)s") % {**values, "days": _days(change.dates)}


def _room(change: Change) -> str:
    values = _values(_place(change.old), _place(change.new))
    if not change.dates:
        return _("Room: %(old)s → %(new)s") % values
    return _("Room on %(days)s: %(old)s → %(new)s") % {**values, "days": _days(change.dates)}


def _new_run(run: RunFacts) -> list[str]:
    days = [day for day in run.dates if not day.cancelled]
    count = ngettext("%(count)s date", "%(count)s dates", len(days)) % {"count": len(days)}
    found = [_("New in the programme: %(count)s") % {"count": count}]
    found += [f"{_moment(day)}, {_place(day.room)}" for day in days]
    if people := sorted({name for day in days for name in day.people}):
        found.append(_("Facilitators: %(names)s") % {"names": ", ".join(people)})
    found.append(_("Booking: %(how)s") % {"how": _mode(run.mode)})
    if run.seats is not None:
        found.append(_("Seats: %(seats)s") % {"seats": run.seats})
    return [*found, _("Cost: %(cost)s") % {"cost": _cost(run.cost)}]


def _values(old: object, new: object) -> dict[str, object]:
    return {"old": old, "new": new}


def _moments(days: Sequence[DateFacts]) -> str:
    """When dates are that share weekday and hour: "Mi, 2. Dez, 9. Dez, 10:00–12:00"."""
    return f"{_which(days)}, {_times(days[0])}"


def _which(days: Sequence[DateFacts]) -> str:
    starts = [day.starts for day in days]
    if len(starts) == 1:
        return _day(starts[0])
    return f"{date_format(starts[0], 'D')}, {_days(starts)}"


def _moment(day: DateFacts) -> str:
    return f"{_day(day.starts)}, {_times(day)}"


def _day(instant: datetime) -> str:
    return date_format(instant, _("D, j M Y"))


def _times(day: DateFacts) -> str:
    ends = date_format(day.ends, "H:i")
    if day.ends.date() != day.starts.date():
        ends = f"{_day(day.ends)}, {ends}"
    return f"{day.starts:%H:%M}–{ends}"


def _days(instants: Sequence[datetime]) -> str:
    return ", ".join(date_format(instant, _("j M")) for instant in instants)


def _place(room: str) -> str:
    return room or _("online")


def _names(people: Sequence[str]) -> str:
    return ", ".join(people) or _("nobody named")


def _mode(mode: str) -> str:
    return str(dict(CourseRun.Mode.choices).get(mode, mode))


def _seats(seats: int | None) -> str:
    return _("without a number") if seats is None else str(seats)


def _cost(cost: CostFacts) -> str:
    """As the course page says it; without the sentence that is the same for all."""
    run = CourseRun(
        price=Decimal(cost.price),
        price_reduced=None if cost.reduced is None else Decimal(cost.reduced),
        material_cost=Decimal(cost.material),
        cost_note=cost.note,
    )
    lines = [line for line in cost_lines(run) if line != _("You pay on site.")]
    return ", ".join(lines)
