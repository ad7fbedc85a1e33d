"""Closures taken over from a calendar file: what would change, and carrying it out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from core import audit
from core.models import HouseSettings
from places.models import Closure, Venue
from timetable.ics_reading import WholeDays
from timetable.zone import local_date


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What taking over these days would do. `vanished` were taken over before and are no longer in the file."""

    new: tuple[WholeDays, ...]
    changed: tuple[tuple[Closure, WholeDays], ...]
    unchanged: tuple[Closure, ...]
    vanished: tuple[Closure, ...]


def plan_import(*, days: Sequence[WholeDays], venue: Venue | None, kind: str, at: datetime) -> ImportPlan:
    """Compares the days of a file with what was taken over before, by UID. Writes nothing."""
    known = {
        closure.imported_uid: closure
        for closure in Closure.objects.exclude(imported_uid="").select_related("venue")
    }
    new, changed, unchanged = [], [], []
    for one in days:
        closure = known.get(one.uid)
        if closure is None:
            new.append(one)
        elif (closure.name, closure.first_date, closure.last_date, closure.kind, closure.venue) == (
            one.name,
            one.first,
            one.last,
            kind,
            venue,
        ):
            unchanged.append(closure)
        else:
            changed.append((closure, one))
    seen = {one.uid for one in days}
    of_this_file = {one.uid.partition("/")[0] for one in days}
    vanished = [
        closure
        for uid, closure in known.items()
        if uid not in seen
        and closure.last_date >= local_date(at)
        and (
            uid.partition("/")[0] in of_this_file
            or (closure.kind, closure.venue_id) == (kind, venue and venue.pk)
        )
    ]
    return ImportPlan(tuple(new), tuple(changed), tuple(unchanged), tuple(vanished))


@transaction.atomic
def import_closures(
    *,
    days: Sequence[WholeDays],
    venue: Venue | None,
    kind: str,
    remove: Collection[int],
    at: datetime,
    by: AbstractBaseUser | None,
) -> list[Closure]:
    """Takes over these days as closures, all or none, and removes those vanished ones an editor chose.

    The same file again changes what changed and doubles nothing, also where it is sent twice at once: imports
    wait for each other. Returns the closures made or changed. A fixed number of queries.
    """
    # There may be no closure yet to lock; the house's settings are always there.
    list(HouseSettings.objects.select_for_update(no_key=True).filter(pk=HouseSettings.load().pk))
    plan = plan_import(days=days, venue=venue, kind=kind, at=at)
    new = [
        Closure(
            imported_uid=one.uid,
            name=one.name,
            first_date=one.first,
            last_date=one.last,
            kind=kind,
            venue=venue,
        )
        for one in plan.new
    ]
    for closure, one in plan.changed:
        closure.name, closure.first_date, closure.last_date = one.name, one.first, one.last
        closure.kind, closure.venue = kind, venue
    changed = [closure for closure, _one in plan.changed]
    Closure.objects.bulk_create(new)
    Closure.objects.bulk_update(changed, ["name", "first_date", "last_date", "kind", "venue"])
    touched = [*new, *changed]
    gone = [closure for closure in plan.vanished if closure.pk in set(remove)]
    Closure.objects.filter(pk__in=[closure.pk for closure in gone]).delete()
    if touched or gone:
        subject = touched[0] if touched else Closure(pk=0)
        audit.record(
            verb="import_closures", subject=subject, at=at, by=by, changed=len(touched), removed=len(gone)
        )
    return touched
