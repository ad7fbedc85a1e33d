"""What a run's dates would become: gathers rows for `workshops.planning` and writes nothing."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from timetable.zone import house_zone, local_instant
from workshops.models import CourseRun, HelperShift, Notice, Schedule, Seat, Session
from workshops.operations.counting import check_sound
from workshops.operations.days_off import DaysOff
from workshops.operations.keeping import Kept, pool_rows
from workshops.planning import Decision, Plan, Present, Undecided, continued, decide, plan
from workshops.rules import NotPossible


class RunIsBooked(NotPossible):
    """What people who have booked rely on is not changed under them."""


class DecisionMissing(NotPossible):
    """People have booked a date about which nothing was decided."""

    def __init__(self) -> None:
        super().__init__(_("Please decide about every date that people have booked."))


@dataclass(frozen=True, slots=True)
class Decisions:
    """What an editor decided about booked dates, by the keys of the sessions, and the reason people read."""

    by_session: Mapping[Hashable, Decision]
    reason: str = ""


NOTHING_DECIDED = Decisions({})


def plan_run(*, run: CourseRun, schedules: Sequence[Schedule], at: datetime) -> Plan:
    """What these schedules would make of this run's dates, and which are skipped and why. Writes nothing.

    Neither run nor schedules need have been saved. Takes a fixed number of queries.
    Raises what `timetable.expansion.expand` raises.
    """
    days = DaysOff.load(at)
    segments = days.segments(run, schedules)
    return plan(segments=segments, present=_present(run), through=days.through, at=at)


def plan_change(
    *, run: CourseRun, schedule: Schedule, at: datetime, pools: Sequence[Kept] | None = None
) -> Plan:
    """What `save_run` would do to the dates of this run, new or changed. Writes nothing.

    A schedule that has not been saved is a new segment of a run that has others: it goes on from its first
    date and takes the place of all that begin later. `pools` are those the run is to keep, where they change too.
    `Plan.questions` are the booked dates an editor has to decide about. Raises RunIsBooked where seats or the way
    of booking would change under people who have booked, PoolsDoNotFit where they leave no room for kept seats,
    NotPossible where segments would cross or a plan with dates that are over would be lost, and what `plan_run`
    raises.
    """
    schedules = effective_schedules(run, schedule)
    if run.pk is not None:
        check_booked(CourseRun.objects.get(pk=run.pk), run, at=at, pools=pools)
        kept = [one.pk for one in schedules if one.pk is not None]
        if run.sessions.filter(starts_at__lte=at, schedule__isnull=False).exclude(schedule__in=kept).exists():
            raise NotPossible(_("The first date must lie after the dates that are over."))
    return plan_run(run=run, schedules=schedules, at=at)


def decided(planned: Plan, decisions: Decisions) -> Plan:
    """The plan with an editor's answers. Raises DecisionMissing."""
    try:
        return decide(planned, decisions.by_session)
    except Undecided:
        raise DecisionMissing from None


def effective_schedules(run: CourseRun, schedule: Schedule) -> list[Schedule]:
    """All schedules of a run once this one is saved, in order of their first dates.

    Raises NotPossible where a changed schedule would begin before the one it follows, or after the next.
    """
    others = [] if run.pk is None else list(run.schedules.exclude(pk=schedule.pk).select_related("room"))
    if schedule.pk is None:
        return [*(s for s in others if s.first_date < schedule.first_date), schedule]
    before = [s for s in others if (s.first_date, s.pk) < _place_in_order(schedule)]
    after = [s for s in others if s not in before]
    for other, is_wrong in (
        *((s, s.first_date >= schedule.first_date) for s in before),
        *((s, s.first_date <= schedule.first_date) for s in after),
    ):
        if is_wrong:
            sentence = _(
                "This run has another plan from %(day)s on. The first date must stay on its side of it."
            )
            raise NotPossible(sentence % {"day": date_format(other.first_date, "j. F Y")})
    return [*before, schedule, *after]


def segment_from(*, run: CourseRun, session: Session, at: datetime) -> Schedule:
    """A schedule with which this run could go on from this session: as before, until somebody changes it.

    It is the session's own schedule where nothing of that comes before, else a new one that is not saved. A
    number of dates becomes the number that remains. Raises NotPossible for a date without a rule, and for
    one that has begun.
    """
    if session.schedule_id is None or session.planned_for is None:
        raise NotPossible(_("This is an extra date; nothing follows from it. You can change it by itself."))
    if session.starts_at <= at:
        raise NotPossible(_("This date has begun or is over and can no longer be changed."))
    old = run.schedules.select_related("room").get(pk=session.schedule_id)
    day = session.planned_for.astimezone(house_zone()).date()
    # Of several starts a day, whichever was chosen, the whole day changes with it.
    if not run.sessions.filter(schedule=old, planned_for__lt=local_instant(day, time())).exists():
        return old
    days = DaysOff.load(at)
    (segment,) = days.segments(run, [old])
    new = Schedule(
        run=run,
        first_date=day,
        rule=continued(old.pattern, day=day, through=days.through, skip=segment.skip),
        start_time=old.start_time,
        further_times=old.further_times,
        duration_minutes=old.duration_minutes,
        room=old.room,
        online_url=old.online_url,
        note=old.note,
    )
    new.continues = old
    return new


def check_booked(
    current: CourseRun, changed: CourseRun, *, at: datetime, pools: Sequence[Kept] | None = None
) -> None:
    """Raises RunIsBooked where people have booked and course, seats or way of booking would change under them.

    Cancelled dates count as long as that can be undone. Raises PoolsDoNotFit where fewer seats, or these `pools`,
    leave no room for those that are kept.
    """
    alive = current.sessions.filter(
        Q(state=Session.State.PLANNED)
        | Exists(Notice.objects.open().filter(session=OuterRef("pk"), kind=Notice.Kind.CANCELLED))
    )
    if Seat.objects.taken().filter(session__in=alive.values("pk")).exists():
        if current.course_id != changed.course_id or current.booking_mode != changed.booking_mode:
            raise RunIsBooked(
                _("People have booked this run, so its course and the way it is booked stay as they are.")
            )
        most = alive.order_by("-seats_taken").values_list("seats_taken", flat=True)[0]
        if changed.capacity is not None and changed.capacity < most:
            raise RunIsBooked(
                _("%(taken)s seats have been taken on one date, so there cannot be only %(seats)s.")
                % {"taken": most, "seats": changed.capacity}
            )
    coming = list(alive.filter(starts_at__gt=at))
    for session in coming:
        session.run, session.capacity = changed, changed.capacity
    check_sound(coming, instead=None if pools is None else pool_rows(current, pools))


def _place_in_order(schedule: Schedule) -> tuple[date, int]:
    stored = Schedule.objects.get(pk=schedule.pk)
    return stored.first_date, stored.pk


def _present(run: CourseRun) -> list[Present]:
    if run.pk is None:
        return []
    by_team = Notice.objects.filter(session=OuterRef("pk"), kind=Notice.Kind.CANCELLED, undone_at=None)
    coming = Count("shifts", filter=Q(shifts__state__in=HelperShift.COMING))
    rows = run.sessions.select_related("schedule").annotate(cancelled_by_team=Exists(by_team), helping=coming)
    return [
        Present(
            key=row.pk,
            planned_for=row.planned_for,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            place=(row.room_id, row.online_url),
            booked=0 if row.is_cancelled else row.seats_taken,
            helping=0 if row.is_cancelled else row.helping,  # type: ignore[attr-defined]
            is_cancelled=row.is_cancelled,
            is_fixed=not row.is_cancelled and _is_fixed(row),
            revives=row.is_cancelled and not row.cancelled_by_team,  # type: ignore[attr-defined]
        )
        for row in rows
    ]


def _is_fixed(session: Session) -> bool:
    """Whether the team has put this one date elsewhere than its schedule says."""
    schedule = session.schedule
    if schedule is None or session.planned_for is None:
        return False
    return (
        session.starts_at != session.planned_for
        or session.ends_at - session.starts_at != timedelta(minutes=schedule.duration_minutes)
        or (session.room_id, session.online_url) != (schedule.room_id, schedule.online_url)
    )
