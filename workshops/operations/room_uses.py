"""Rooms taken for what is not a course."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from core import audit
from places.models import RoomUse, RoomUseDate
from timetable.expansion import TooManyDates, expand
from workshops.conflicts import Slot
from workshops.operations.conflicts import check_blocking
from workshops.operations.days_off import horizon
from workshops.planning import MOST_SESSIONS, MOST_WALKED


def plan_room_use(*, use: RoomUse, at: datetime) -> list[Slot]:
    """The dates to come of another use, saved or not.

    Raises TooManyDates where these are more than MOST_SESSIONS, and what `timetable.expansion.expand` raises.
    """
    try:
        expansion = expand(use.pattern, through=horizon(at), limit=MOST_WALKED)
    except TooManyDates:
        raise TooManyDates(MOST_SESSIONS) from None
    slots = [
        Slot(
            run=f"use {use.pk}",
            starts_at=occurrence.starts_at,
            ends_at=occurrence.ends_at,
            room=use.room_id,
        )
        for occurrence in expansion.occurrences
        if occurrence.starts_at > at
    ]
    if len(slots) > MOST_SESSIONS:
        raise TooManyDates(MOST_SESSIONS)
    return slots


@transaction.atomic
def save_room_use(*, use: RoomUse, at: datetime, by: AbstractBaseUser | None) -> int:
    """Saves another use and makes its dates to come; those over stay. Returns how many there are to come.

    Raises ConflictFound where the house refuses conflicts, and what `plan_room_use` raises.
    """
    is_new = use.pk is None
    slots = plan_room_use(use=use, at=at)
    if not is_new:
        # Locked, so that due work does not add dates of the old rule meanwhile.
        list(RoomUse.objects.select_for_update().filter(pk=use.pk))
        use.dates.filter(starts_at__gt=at).delete()
    check_blocking(slots)
    use.planned_through = horizon(at) if _is_open(use) else None
    use.save()
    _make_dates(use, slots)
    audit.record(verb="create_room_use" if is_new else "change_room_use", subject=use, at=at, by=by)
    return len(slots)


@transaction.atomic
def extend_room_use(*, use: RoomUse, at: datetime) -> int:
    """Adds the dates of a use without an end up to the horizon and returns how many. Done twice, none.

    Conflicts do not hold it up: nobody is there to ask, and the report shows them.
    """
    use = RoomUse.objects.select_for_update().get(pk=use.pk)
    if not _is_open(use):
        return 0
    known = set(use.dates.values_list("starts_at", flat=True))
    new = [slot for slot in plan_room_use(use=use, at=at) if slot.starts_at not in known]
    _make_dates(use, new)
    use.planned_through = horizon(at)
    use.save(update_fields=["planned_through"])
    return len(new)


def _make_dates(use: RoomUse, slots: Iterable[Slot]) -> None:
    RoomUseDate.objects.bulk_create(
        RoomUseDate(use=use, room_id=use.room_id, starts_at=slot.starts_at, ends_at=slot.ends_at)
        for slot in slots
    )


def _is_open(use: RoomUse) -> bool:
    if not use.rule:
        return False
    rule = use.rule.rrules[0]
    return rule.count is None and rule.until is None
