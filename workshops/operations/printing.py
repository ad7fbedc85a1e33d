"""What the printed programme says: kept on the copy day, compared with how things are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import translation

from core import audit
from places.models import Room
from timetable.zone import house_zone, local_instant
from workshops.models import CourseRun, Facilitator, PrintedRun, Schedule, Session, Term
from workshops.operations.terms import Foreseen, foresee, with_dates
from workshops.planning import NewSession
from workshops.printed import (
    Change,
    CostFacts,
    DateFacts,
    RunFacts,
    Standing,
    as_data,
    compare,
    from_data,
    number_key,
)

MIDNIGHT = time()


@dataclass(frozen=True, slots=True)
class RunChanges:
    """A run with its differences to the printed programme, under the number and title that were printed."""

    run: CourseRun
    number: str
    title: str
    changes: list[Change]


def copy_day_is_over(term: Term, *, at: datetime) -> bool:
    """Whether the local day on which the copy goes to print has ended."""
    return term.copy_date is not None and local_instant(term.copy_date + timedelta(days=1), MIDNIGHT) <= at


@transaction.atomic
def keep_printed(*, term: Term, at: datetime, by: AbstractBaseUser | None) -> int | None:
    """Keeps what the programme says now of every run that is published or ready; returns how many.

    Somebody of the team may do it on any day and again: what was kept before gives way. By itself (nobody) it
    happens once, when the copy day is over; else, and done twice at once, it does nothing and returns None.
    """
    term = Term.objects.select_for_update(no_key=True).get(pk=term.pk)
    if by is None and (term.printed_at or term.is_archived or not copy_day_is_over(term, at=at)):
        return None
    runs = list(with_dates(term.runs.filter(_printable()).order_by("pk")))
    facts = facts_of(runs, term=term, at=at)
    term.printed_runs.all().delete()
    PrintedRun.objects.bulk_create(
        PrintedRun(term=term, run=run, content=as_data(facts[run.pk].within_span())) for run in runs
    )
    term.printed_at = at
    term.save(update_fields=["printed_at"])
    audit.record(verb="keep_printed", subject=term, at=at, by=by, system=by is None, runs=len(runs))
    return len(runs)


def changes_since_print(term: Term, *, at: datetime) -> list[RunChanges]:
    """Every run of the term that is not as it was printed, in order of Kursnummern, in a fixed number of queries.

    Compares with a run wherever it belongs now; one that is new counts from when it is published or ready.
    """
    printed = {row.run_id: from_data(row.content) for row in term.printed_runs.all()}
    runs = list(with_dates(_concerned(term, printed)))
    facts = facts_of(runs, term=term, at=at)
    found = []
    for run in runs:
        before, now = printed.get(run.pk), facts[run.pk]
        changes = compare(before, now, _standing(run, at))
        if changes:
            shown = before or now
            found.append(RunChanges(run, shown.number, shown.title, changes))
    return sorted(found, key=lambda entry: number_key(entry.number))


def facts_of(runs: Iterable[CourseRun], *, term: Term, at: datetime) -> dict[int, RunFacts]:
    """By the key of each run (see `with_dates`) what a programme printed now would say, in the default language."""
    runs = list(runs)
    to_be_made = [run for run in runs if _goes_on(run)]
    foreseen = foresee(to_be_made, at=at, through=term.last_date)
    with translation.override(settings.LANGUAGE_CODE):
        return {run.pk: _facts(run, foreseen.get(run.pk, Foreseen()), term) for run in runs}


def _goes_on(run: CourseRun) -> bool:
    """Whether there are dates of it still to be made."""
    if run.state == CourseRun.State.DRAFT:
        return True
    return run.state == CourseRun.State.PUBLISHED and run.planned_through is not None


def _printable() -> Q:
    ready = Q(state=CourseRun.State.DRAFT, publish_with_term=True)
    return Q(state=CourseRun.State.PUBLISHED) | ready


def _concerned(term: Term, printed: Iterable[int]) -> QuerySet[CourseRun]:
    return CourseRun.objects.filter(Q(pk__in=list(printed)) | Q(_printable(), term=term)).order_by("pk")


def _standing(run: CourseRun, at: datetime) -> Standing:
    if run.state == CourseRun.State.CANCELLED:
        return Standing.CANCELLED
    if run.state == CourseRun.State.ARCHIVED:
        # Archiving is the last change of a run: what was to come by then has been withdrawn with it.
        gone = any(s.is_withdrawn and s.starts_at > run.changed_at for s in run.sessions.all())
        return Standing.WITHDRAWN if gone else Standing.OFFERED
    if run.state == CourseRun.State.DRAFT:
        opens = run.term.publish_at if run.term else None
        waits = run.publish_with_term and run.term is not None and (opens is None or opens > at)
        return Standing.OFFERED if waits else Standing.UNPUBLISHED
    return Standing.OFFERED


def _facts(run: CourseRun, foreseen: Foreseen, term: Term) -> RunFacts:
    span = (term.first_date, term.last_date) if foreseen.plan.open_ended else None
    dates = [_made(session) for session in run.sessions.all()]
    schedules = {schedule.first_date: schedule for schedule in run.schedules.all()}
    dates += [
        _planned(new, schedules[new.segment])  # type: ignore[index]
        for new in foreseen.plan.new
        if run.planned_through is None or new.occurrence.date > run.planned_through
    ]
    title = f"{run.course.title} – {run.title_suffix}" if run.title_suffix else run.course.title
    return RunFacts(
        number=run.number,
        title=title,
        mode=run.booking_mode,
        seats=None if run.is_drop_in else run.capacity,
        cost=CostFacts(
            price=_amount(run.price),
            reduced=None if run.price_reduced is None else _amount(run.price_reduced),
            material=_amount(run.material_cost),
            note=run.cost_note,
        ),
        dates=tuple(dates),
        span=span,
    )


def _made(session: Session) -> DateFacts:
    return DateFacts(
        starts=_local(session.starts_at),
        ends=_local(session.ends_at),
        room=_place(session.room),
        people=_names(session.facilitators.all()),
        cancelled=session.is_cancelled,
        id=str(session.public_id),
        planned_for=session.planned_for.isoformat() if session.planned_for else "",
    )


def _planned(new: NewSession, schedule: Schedule) -> DateFacts:
    occurrence = new.occurrence
    return DateFacts(
        starts=_local(occurrence.starts_at),
        ends=_local(occurrence.ends_at),
        room=_place(schedule.room),
        people=_names(schedule.facilitators.all()),
        planned_for=occurrence.starts_at.isoformat(),
    )


def _local(instant: datetime) -> datetime:
    """As a clock on the wall of the house shows it."""
    return instant.astimezone(house_zone()).replace(tzinfo=None, fold=0)


def _place(room: Room | None) -> str:
    return f"{room.name}, {room.venue.name}" if room else ""


def _names(people: Iterable[Facilitator]) -> tuple[str, ...]:
    return tuple(sorted(somebody.name for somebody in people))


def _amount(amount: Decimal) -> str:
    return f"{amount:.2f}"
