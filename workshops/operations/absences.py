"""When people who teach cannot: entered by themselves."""

from datetime import date, datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit
from timetable.zone import local_date
from workshops.days import on_days
from workshops.models import CourseRun, Facilitator, FacilitatorAbsence, Session
from workshops.rules import NotPossible

LONGEST_ABSENCE = timedelta(days=366)


def dates_in_absence(
    *, facilitator: Facilitator, first_date: date, last_date: date, at: datetime
) -> list[Session]:
    """The dates to come of theirs that an absence would fall on, in order of time."""
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
    if last_date < first_date:
        raise NotPossible(_("The last day lies before the first."))
    if last_date < local_date(at):
        raise NotPossible(_("These days are over."))
    if last_date - first_date >= LONGEST_ABSENCE:
        raise NotPossible(_("An absence lasts a year at most."))
    Facilitator.objects.select_for_update(no_key=True).get(pk=facilitator.pk)
    absence, is_new = facilitator.absences.get_or_create(first_date=first_date, last_date=last_date)
    if is_new:
        audit.record(verb="add_absence", subject=absence, at=at, by=by)
    return absence


@transaction.atomic
def remove_absence(*, absence: FacilitatorAbsence, at: datetime, by: AbstractBaseUser) -> None:
    """Takes an absence back. Raises NotPossible where it is over."""
    if absence.last_date < local_date(at):
        raise NotPossible(_("These days are over."))
    audit.record(verb="remove_absence", subject=absence, at=at, by=by)
    absence.delete()
