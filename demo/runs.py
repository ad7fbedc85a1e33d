"""The runs of the courses and what the team changes about their dates, by the real operations."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from core.models import HouseSettings
from demo import days
from demo.diary import Diary
from demo.pages import Tree
from places.models import Closure
from timetable.holidays import public_holidays
from timetable.rules import until_for
from timetable.zone import house_zone
from workshops import operations
from workshops.models import CourseRun, Notice, Schedule, Session
from workshops.rules import NOTICE_DELAY

BEFORE_IT_BEGINS = timedelta(weeks=3)
AT_LEAST_PUBLISHED = timedelta(weeks=2)
AS_IS = (
    "booking_note_de",
    "booking_note_en",
    "cost_note_de",
    "cost_note_en",
    "title_suffix_de",
    "title_suffix_en",
)
MONEY = ("price", "price_reduced", "material_cost")
SWITCHES = ("join_late", "hold_until_confirmed", "skip_holidays")


@dataclass(slots=True)
class Programme:
    """The runs by their Kursnummer, with the instant from which on each can be booked."""

    tree: Tree
    at: datetime
    diary: Diary
    runs: dict[str, CourseRun] = field(default_factory=dict)
    bookable_from: dict[str, datetime] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return self.at.astimezone(house_zone()).date()

    def session(self, number: str, index: int) -> Session:
        """0 is the next date of that run, -1 the last that is over.

        Where there is none that far, the nearest to it among those to come: on some days of the year
        holidays leave fewer.
        """
        sessions = list(self.runs[number].sessions.taking_place().order_by("starts_at", "pk"))
        over = [session for session in sessions if session.ends_at <= self.at]
        coming = [session for session in sessions if session.starts_at > self.at]
        if index < 0 and over:
            return over[max(index, -len(over))]
        if index < 0:
            index = 2
        return coming[min(index, len(coming) - 1)]


def enter_runs(programme: Programme) -> None:
    """Enters when each run is written and published, and what is changed about it later."""
    for slug, content in programme.tree.content.items():
        for written in content.get("runs", ()):
            run, schedule = _run(programme, slug, written), _schedule(programme, written)
            published = _published(programme, written, schedule)
            programme.diary.enter(
                published - timedelta(days=1),
                partial(_write, programme, run, schedule, written["facilitators"]),
            )
            if written.get("state") != "draft":
                programme.bookable_from[run.number] = published
                programme.diary.enter(published, partial(_publish, programme, run))
            for change in written.get("changes", ()):
                made = days.moment(change["made"], at=programme.at, zone=house_zone())
                programme.diary.enter(made, partial(_change, programme, run, change))
            if "archived" in written:
                archived = days.moment(written["archived"], at=programme.at, zone=house_zone())
                programme.diary.enter(archived, partial(_archive, programme, run))


def _run(programme: Programme, slug: str, written: Mapping[str, Any]) -> CourseRun:
    fields: dict[str, Any] = {name: written[name] for name in (*AS_IS, *SWITCHES) if name in written}
    fields |= {name: Decimal(written[name]) for name in MONEY if name in written}
    run = CourseRun(
        course=programme.tree.pages[slug],
        number=written["number"],
        booking_mode=written["mode"],
        capacity=written.get("capacity"),
        **fields,
    )
    programme.runs[run.number] = run
    return run


def _schedule(programme: Programme, written: Mapping[str, Any]) -> Schedule:
    rule = f"RRULE:{written['rule']}" if "rule" in written else ""
    if "until" in written:
        until = until_for(days.day(written["until"], today=programme.today), house_zone())
        rule += f";UNTIL={until:%Y%m%dT%H%M%SZ}"
    room = programme.tree.town.rooms[written["room"]] if "room" in written else None
    first = written["first"]
    return Schedule(
        first_date=next_holidays(programme.today)
        if "holiday" in first
        else days.day(first, today=programme.today),
        rule=rule,
        start_time=time.fromisoformat(written["time"]),
        duration_minutes=written["minutes"],
        room=room,
        online_url=written.get("online_url", ""),
    )


def _published(programme: Programme, written: Mapping[str, Any], schedule: Schedule) -> datetime:
    if "published" in written:
        on = days.day(written["published"], today=programme.today)
    else:
        on = min(schedule.first_date - BEFORE_IT_BEGINS, programme.today - AT_LEAST_PUBLISHED)
    return datetime.combine(on, time(9), house_zone())


def next_holidays(today: date) -> date:
    """The Monday of the next school holidays, ten days away or more, with five days on which all is open.

    Six weeks away where no such holidays are known.
    """
    holidays = Closure.objects.filter(kind=Closure.Kind.HOLIDAYS, last_date__gt=today)
    closed = Closure.objects.filter(kind=Closure.Kind.CLOSED).spans()
    years = range(today.year, today.year + 3)
    public = public_holidays(state=HouseSettings.load().federal_state, years=years)
    for span in holidays.order_by("first_date"):
        monday = span.first_date + timedelta(days=-span.first_date.weekday() % 7)
        while monday + timedelta(days=4) <= span.last_date:
            week = [monday + timedelta(days=n) for n in range(5)]
            is_open = not any(day in public or any(c.first <= day <= c.last for c in closed) for day in week)
            if is_open and monday >= today + timedelta(days=10):
                return monday
            monday += timedelta(weeks=1)
    return today + timedelta(weeks=6, days=-today.weekday())


def _write(programme: Programme, run: CourseRun, schedule: Schedule, who: list[str], at: datetime) -> None:
    run.full_clean()
    while not schedule.rule and not operations.plan_run(run=run, schedules=[schedule], at=at).new:
        schedule.first_date += timedelta(weeks=1)  # the house is closed that day
    schedule.clean_fields(exclude=["run"])
    operations.save_run(
        run=run,
        schedule=schedule,
        facilitators=[programme.tree.town.facilitators[key] for key in who],
        at=at,
        by=programme.tree.town.users["Kursteam"],
    )


def _publish(programme: Programme, run: CourseRun, at: datetime) -> None:
    operations.publish_run(run=run, at=at, by=programme.tree.town.users["Kursteam"])


def _archive(programme: Programme, run: CourseRun, at: datetime) -> None:
    operations.archive_run(run=run, at=at, by=programme.tree.town.users["Kursteam"])


def _change(programme: Programme, run: CourseRun, change: Mapping[str, Any], at: datetime) -> None:
    by = programme.tree.town.users["Kursteam"]
    session = programme.session(run.number, change["session"])
    if "cancel" in change:
        notice = operations.cancel_session(session=session, reason=change["cancel"], at=at, by=by)
    else:
        local = session.starts_at.astimezone(house_zone())
        starts_at = datetime.combine(
            local.date(), time.fromisoformat(change["time"]), house_zone()
        ).astimezone(UTC)
        notice = operations.move_session(
            session=session,
            starts_at=starts_at,
            ends_at=starts_at + (session.ends_at - session.starts_at),
            room=programme.tree.town.rooms[change["room"]],
            reason=change["move"],
            at=at,
            by=by,
        )
    programme.diary.enter(at + NOTICE_DELAY, partial(_tell, notice))


def _tell(notice: Notice, at: datetime) -> None:
    operations.send_notice(notice=notice, at=at)
