"""What a run needs on each of its dates."""

from collections.abc import Mapping
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit
from workshops import history
from workshops.models import CourseRun, EquipmentNeed, RunChange
from workshops.operations.runs import count_change, lock_run
from workshops.rules import NotPossible


@transaction.atomic
def equip_run(
    *, run: CourseRun, needs: Mapping[int, int], at: datetime, by: AbstractBaseUser | None
) -> CourseRun:
    """Sets the pieces a run needs, by the key of the equipment; what is not named it needs no longer.

    Where more is asked for than there is, the dates are shown as conflicts; nothing is refused for that. Raises
    NotPossible for a run that is over. Done twice it changes nothing.
    """
    run = lock_run(run)
    if run.state in (CourseRun.State.CANCELLED, CourseRun.State.ARCHIVED):
        raise NotPossible(_("This run is over and can no longer be changed."))
    if dict(run.equipment_needs.values_list("equipment", "pieces")) == dict(needs):
        return run
    run.equipment_needs.all().delete()
    EquipmentNeed.objects.bulk_create(
        EquipmentNeed(run=run, equipment_id=thing, pieces=pieces) for thing, pieces in needs.items()
    )
    named = run.equipment_needs.values_list("equipment__name", "pieces")
    history.write(
        run=run, kind=RunChange.Kind.CHANGED, at=at, by=by, equipment=[[name, n] for name, n in named]
    )
    count_change(run)
    audit.record(verb="equip_run", subject=run, at=at, by=by)
    return run
