"""When people who teach cannot: entered by themselves."""

from datetime import date, datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from core import audit
from workshops.days import on_days
from workshops.models import CourseRun, Facilitator, FacilitatorAbsence, Session
from workshops.rules import check_absence, check_remove_absence


def dates_in_absence(
    *, facilitator: Facilitator, first_date: date, last_date: date, at: datetime
) -> list[Session]:
    """The dates to come of theirs that an absence would fall on, in order of time.

    Raises NotPossible where the days make no sense.
    """
    check_absence(first_date, last_date, at=at)
    own = Session.objects.taking_place().not_begun(at)
    own = own.filter(facilitators=facilitator, run__state=CourseRun.State.PUBLISHED)
    return list(on_days(own.with_places(), first_date, last_date))


@transaction.atomic
def add_absence(
    *, facilitator: Facilitator, first_date: date, last_date: date, at: datetime, by: AbstractBaseUser
) -> FacilitatorAbsence:
    """Writes down local days, both inclusive, on which somebody cannot teach; twice the same is one.

    Dates of theirs stay as they are: the team sees the conflict. Raises NotPossible where the days make no sense.
    """
    check_absence(first_date, last_date, at=at)
    Facilitator.objects.select_for_update(no_key=True).get(pk=facilitator.pk)
    absence, is_new = facilitator.absences.get_or_create(first_date=first_date, last_date=last_date)
    if is_new:
        audit.record(verb="add_absence", subject=absence, at=at, by=by)
    return absence


@transaction.atomic
def remove_absence(*, absence: FacilitatorAbsence, at: datetime, by: AbstractBaseUser) -> None:
    """Takes an absence back. Raises NotPossible where it is over."""
    check_remove_absence(absence, at=at)
    audit.record(verb="remove_absence", subject=absence, at=at, by=by)
    absence.delete()
