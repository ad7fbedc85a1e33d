"""Copying runs to new dates: what would come of it, and doing it. Copies are drafts of their own."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timetable.expansion import ExpansionError, Pattern
from timetable.rules import rule_text
from timetable.wording import describe_problem
from timetable.zone import local_date
from workshops.copying import NoFirstDate, Original, copied, first_day, original, proposed_number
from workshops.models import CourseRun, Schedule, Session, Term
from workshops.operations.days_off import DaysOff
from workshops.operations.drafts import Draft, create_drafts, find_conflicts, plan_drafts
from workshops.operations.keeping import Extras, pools_of, questions_of
from workshops.rules import NotPossible

MOST_COPIES = 200

NOT_COPIED = frozenset(
    {
        "id",
        "public_id",
        "number",
        "state",
        "version",
        "term",
        "publish_with_term",
        "web_opens_at",
        "phone_opens_at",
        "decide_on",
        "decided_at",
        "planned_through",
        "created_at",
        "changed_at",
    }
)
"""The fields of a run that a copy has of its own; everything else is taken over."""


class CopiesHaveChanged(NotPossible):
    """A run, its days off or the way it is copied is no longer what the editor saw."""

    def __init__(self) -> None:
        super().__init__(gettext_lazy("The dates have changed since you looked at them. Please look again."))


@dataclass(slots=True)
class Copy:
    """A run and what would be made of it. `seen` stands for all of that and is compared before it is done."""

    source: CourseRun
    draft: Draft
    notes: list[str] = field(default_factory=list)
    seen: str = ""


def plan_copies(
    *,
    runs: Collection[int],
    origin: date,
    start: date,
    term: Term | None,
    at: datetime,
    numbers: Mapping[int, str] | None = None,
    chosen: Collection[int] | None = None,
) -> list[Copy]:
    """What copying the runs with these keys would make, in the order of their first dates. Writes nothing.

    A run keeps its distance from `origin` in the span that begins on `start`. Course numbers that are not given
    are proposed; nobody has checked those that are. Conflicts are looked for among the `chosen` ones (None: all).
    Takes a fixed number of queries. Raises NotPossible for more than MOST_COPIES.
    """
    copies = _copies(runs=runs, origin=origin, start=start, term=term, at=at, numbers=numbers)
    find_conflicts([copy.draft for copy in copies if chosen is None or copy.source.pk in chosen])
    return copies


@transaction.atomic
def copy_runs(
    *,
    runs: Collection[int],
    origin: date,
    start: date,
    term: Term | None,
    numbers: Mapping[int, str],
    seen: Mapping[int, str],
    at: datetime,
    by: AbstractBaseUser | None,
) -> list[CourseRun]:
    """Makes a draft of each of these runs in the new span, all or none, and returns them.

    `seen` are the marks of the copies as an editor saw them. Raises CopiesHaveChanged where one is no longer
    true, NumberTaken where two runs would have one course number, NotPossible where one cannot be copied.
    """
    copies = _copies(runs=runs, origin=origin, start=start, term=term, at=at, numbers=numbers)
    if not copies or any(seen.get(copy.source.pk) != copy.seen for copy in copies):
        raise CopiesHaveChanged
    return create_drafts([copy.draft for copy in copies], verb="copy_runs", at=at, by=by)


def first_day_of(runs: Collection[CourseRun]) -> date:
    """The earliest day on which one of these runs was to begin. They have schedules, and those are at hand."""
    return min(first_day(run.schedules.all()[0].pattern) for run in runs)


def _copies(
    *,
    runs: Collection[int],
    origin: date,
    start: date,
    term: Term | None,
    at: datetime,
    numbers: Mapping[int, str] | None,
) -> list[Copy]:
    if len(runs) > MOST_COPIES:
        sentence = gettext_lazy("At most %(most)s runs can be copied at once. Please choose fewer.")
        raise NotPossible(sentence % {"most": MOST_COPIES})
    rows = (
        CourseRun.objects.filter(pk__in=runs)
        .select_related("course")
        .prefetch_related(
            "schedules__room__venue",
            "schedules__facilitators",
            "equipment_needs",
            "pools",
            "questions__choices",
        )
    )
    sources = sorted((run for run in rows if run.schedules.all()), key=_place)
    numbers = _numbers(sources, origin, start) if numbers is None else numbers
    days = DaysOff.load(at)
    planned = _planned_days(sources)
    copies = []
    for source in sources:
        copy = _copy(source, days=days, origin=origin, start=start, planned=planned[source.pk])
        copy.draft.run.number, copy.draft.run.term = numbers.get(source.pk, ""), term
        copies.append(copy)
    plan_drafts([copy.draft for copy in copies], days=days, at=at)
    for copy in copies:
        copy.seen = _mark(copy)
    return copies


def _copy(source: CourseRun, *, days: DaysOff, origin: date, start: date, planned: Collection[date]) -> Copy:
    schedules = list(source.schedules.all())
    last = schedules[-1]
    run = CourseRun(**_values(source))
    schedule = Schedule(
        first_date=start,
        start_time=last.start_time,
        duration_minutes=last.duration_minutes,
        room=last.room,
        online_url=last.online_url,
        further_times=last.further_times,
        note=last.note,
    )
    draft = Draft(
        key=source.pk,
        run=run,
        schedule=schedule,
        facilitators=list(last.facilitators.all()),
        extras=Extras(pools_of(source), questions_of(source)),
        pieces={need.equipment_id: need.pieces for need in source.equipment_needs.all()},
        detail={"copied_from": source.number},
    )
    copy = Copy(source, draft, _notes(schedules))
    try:
        segments = days.segments(source, schedules)
        old = original(segments, through=days.through, planned=planned)
        pattern = copied(old, origin=origin, start=start, skip=segments[-1].skip)
    except ExpansionError as problem:
        draft.problem = describe_problem(problem)
    except NoFirstDate:
        draft.problem = _("There is not a single date that fits this rule from the first date on.")
    else:
        _set_dates(copy, pattern, old)
    return copy


def _planned_days(sources: Sequence[CourseRun]) -> dict[int, set[date]]:
    """For each run the local days its rule has ever been carried out for, those cancelled since included."""
    found: dict[int, set[date]] = defaultdict(set)
    rows = Session.objects.filter(run__in=[source.pk for source in sources])
    for run, planned_for in rows.order_by().values_list("run_id", "planned_for"):
        if planned_for is not None:
            found[run].add(local_date(planned_for))
    return found


def _set_dates(copy: Copy, pattern: Pattern, old: Original) -> None:
    draft = copy.draft
    draft.schedule.first_date = pattern.first_date
    if pattern.rule:
        draft.schedule.rule = pattern.rule
    if copy.source.decide_on:
        try:
            draft.run.decide_on = copy.source.decide_on + (pattern.first_date - old.first_day)
        except OverflowError:
            draft.problem = _("The first date cannot be right. Please check the year.")


def _values(run: CourseRun) -> dict[str, Any]:
    """What a copy takes over, by the names of the fields; of a text in several languages each language."""
    return {f.name: getattr(run, f.name) for f in run._meta.concrete_fields if f.name not in NOT_COPIED}


def _notes(schedules: Sequence[Schedule]) -> list[str]:
    """What an editor would not expect of the copy."""
    last = schedules[-1]
    notes = []
    if len(schedules) > 1:
        sentence = _(
            "Was changed on %(day)s; the copy has the time, room and people from then on throughout."
        )
        notes.append(sentence % {"day": date_format(last.first_date, "SHORT_DATE_FORMAT")})
    if last.room and last.room.is_archived:
        notes.append(_("The room is no longer in use: %(room)s.") % {"room": last.room})
    gone = [somebody.name for somebody in last.facilitators.all() if somebody.is_archived]
    if gone:
        notes.append(_("No longer teaches: %(names)s.") % {"names": ", ".join(gone)})
    return notes


def _numbers(sources: Sequence[CourseRun], origin: date, start: date) -> dict[int, str]:
    """A number for each copy that no run and no other copy has."""
    taken = {number.lower() for number in CourseRun.objects.values_list("number", flat=True)}
    found = {}
    for source in sorted(sources, key=lambda run: run.number):
        number = proposed_number(source.number, taken=taken, old_year=origin.year, new_year=start.year)
        taken.add(number.lower())
        found[source.pk] = number
    return found


def _mark(copy: Copy) -> str:
    schedule = copy.draft.schedule
    parts = [copy.source.version, schedule.first_date, rule_text(schedule.rule), *copy.draft.plan.dates]
    return sha256("|".join(map(str, parts)).encode()).hexdigest()[:16]


def _place(run: CourseRun) -> tuple[date, str]:
    return min(schedule.first_date for schedule in run.schedules.all()), run.number
