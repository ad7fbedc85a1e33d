"""Whether a run takes place: the team decides that enough people come, or cancels it as a whole. Never automatic."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit
from workshops import emails, history
from workshops.models import Booking, CourseRun, RunChange
from workshops.operations.runs import count_change, lock_run
from workshops.operations.sessions import cancel_rows, end_rule
from workshops.operations.telling import coming_on
from workshops.rules import NotPossible, check_cancel_run, check_decide


@transaction.atomic
def decide_run(*, run: CourseRun, at: datetime, by: AbstractBaseUser | None) -> list[Booking]:
    """Decides that a run takes place however many have booked it, and tells everybody who has a date to come.

    All are told, since all were told when they booked that it was open. Returns their bookings: whoever has no
    e-mail address is to be called. Raises NotPossible where it has been decided, or there is nothing to decide.
    """
    run = lock_run(run)
    check_decide(run)
    run.decided_at = at
    run.save(update_fields=["decided_at"])
    count_change(run)
    told = coming_on(run.sessions.taking_place().not_begun(at))
    for booking in told:
        emails.run_takes_place(booking=booking, at=at)
    history.write(run=run, kind=RunChange.Kind.DECIDED, at=at, by=by)
    audit.record(verb="decide_run", subject=run, at=at, by=by, bookings=len(told))
    return told


@transaction.atomic
def cancel_run(*, run: CourseRun, reason: str, at: datetime, by: AbstractBaseUser | None) -> RunChange:
    """Cancels a whole run: every date to come, in one act and with one mail to each booking.

    People are told in ten minutes; until then `undo_change` takes it all back, the run's state too. The run
    stays on the site and in calendars as cancelled until its last date is over. Raises NotPossible where no
    date lies ahead, or one of them has just been changed and people were not told yet.
    """
    run = lock_run(run)
    check_cancel_run(run)
    coming = list(run.sessions.taking_place().not_begun(at).order_by("pk"))
    if not coming:
        raise NotPossible(_("No date of this run lies ahead, so there is nothing to cancel."))
    change = cancel_rows(run=run, sessions=coming, kind=RunChange.Kind.CANCELLED, reason=reason, at=at, by=by)
    end_rule(run, change, before=min(coming, key=lambda session: session.starts_at))
    run.state = CourseRun.State.CANCELLED
    run.save(update_fields=["state"])
    count_change(run)
    audit.record(verb="cancel_run", subject=run, at=at, by=by, dates=len(coming))
    return change
