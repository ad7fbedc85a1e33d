"""Rooms taken for what is not a course."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from core import audit
from places.models import Room, RoomUse, RoomUseDate
from timetable.expansion import expand
from workshops.conflicts import Slot
from workshops.operations.conflicts import check_blocking
from workshops.operations.plans import horizon
from workshops.planning import MOST_SESSIONS


def plan_room_use(*, use: RoomUse, at: datetime) -> list[Slot]:
    """The dates to come of another use, saved or not. Raises what `timetable.expansion.expand` raises."""
    expansion = expand(use.pattern, through=horizon(at), limit=MOST_SESSIONS)
    return [
        Slot(
            run=f"use {use.pk}",
            starts_at=occurrence.starts_at,
            ends_at=occurrence.ends_at,
            room=use.room_id,
        )
        for occurrence in expansion.occurrences
        if occurrence.starts_at > at
    ]


@transaction.atomic
def save_room_use(*, use: RoomUse, at: datetime, by: AbstractBaseUser | None) -> int:
    """Saves another use and makes its dates to come; those over stay. Returns how many there are to come.

    Raises ConflictFound where the house refuses conflicts, and what `expand` raises.
    """
    is_new = use.pk is None
    slots = plan_room_use(use=use, at=at)
    list(Room.objects.select_for_update(no_key=True).filter(pk=use.room_id))
    if not is_new:
        use.dates.filter(starts_at__gt=at).delete()
    check_blocking(slots)
    use.planned_through = horizon(at) if _is_open(use) else None
    use.save()
    RoomUseDate.objects.bulk_create(
        (
            RoomUseDate(use=use, room_id=use.room_id, starts_at=slot.starts_at, ends_at=slot.ends_at)
            for slot in slots
        ),
        ignore_conflicts=True,
    )
    audit.record(verb="create_room_use" if is_new else "change_room_use", subject=use, at=at, by=by)
    return len(slots)


@transaction.atomic
def extend_room_use(*, use: RoomUse, at: datetime) -> int:
    """Adds the dates of a use without an end up to the horizon and returns how many. Done twice, none."""
    use = RoomUse.objects.select_for_update().get(pk=use.pk)
    known = set(use.dates.values_list("starts_at", flat=True))
    new = [slot for slot in plan_room_use(use=use, at=at) if slot.starts_at not in known]
    RoomUseDate.objects.bulk_create(
        RoomUseDate(use=use, room_id=use.room_id, starts_at=slot.starts_at, ends_at=slot.ends_at)
        for slot in new
    )
    use.planned_through = horizon(at)
    use.save(update_fields=["planned_through"])
    return len(new)


def _is_open(use: RoomUse) -> bool:
    if not use.rule:
        return False
    rule = use.rule.rrules[0]
    return rule.count is None and rule.until is None
