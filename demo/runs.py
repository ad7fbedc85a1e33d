"""The runs of the courses and what the team changes about their dates, by the real operations."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
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
from timetable.zone import house_zone, local_date, local_instant
from workshops import due, operations
from workshops.models import CourseRun, Schedule, Session
from workshops.opening import opening
from workshops.rules import NOTICE_DELAY

A_DAY = timedelta(days=1)
AS_IS = (
    "booking_note_de",
    "booking_note_en",
    "cost_note_de",
    "cost_note_en",
    "groups",
    "title_suffix_de",
    "title_suffix_en",
)
MONEY = ("price", "price_reduced", "material_cost")
NUMBERS = (
    "setup_minutes",
    "teardown_minutes",
    "minimum",
    "helpers_wanted",
    "seats_per_helper",
    "closes_hours",
    "most_per_booking",
    "most_bookings",
    "largest_group",
    "min_age",
    "max_age",
)
OPENING = {"web_opens": "web_opens_at", "phone_opens": "phone_opens_at"}
SWITCHES = (
    "join_late",
    "hold_until_confirmed",
    "skip_holidays",
    "outside_hours",
    "has_waiting_list",
    "taster_seats",
    "is_tandem",
    "asks_to_confirm",
)


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
    """Enters when each run is written, published and decided about, and what is changed about it later."""
    for slug, content in programme.tree.content.items():
        for written in content.get("runs", ()):
            _enter(programme, slug, written)


def _enter(programme: Programme, slug: str, written: Mapping[str, Any]) -> None:
    run, schedule = _run(programme, slug, written), _schedule(programme, written)

    def enter(word: Any, act: Callable[..., None], *about: Any) -> datetime:
        moment = days.moment(word, at=programme.at, zone=house_zone())
        programme.diary.enter(moment, partial(act, programme, run, *about))
        return moment

    when = _written(programme, run, written)
    programme.diary.enter(when, partial(_write, programme, run, schedule, written))
    if written.get("state") != "draft":
        published = _published(programme, run, written)
        opens = opening(run).phone or published
        programme.bookable_from[run.number] = max(published, opens)
        programme.diary.enter(published, partial(_publish, programme, run))
    if "decided" in written:
        enter(written["decided"], _decide)
    for change in written.get("changes", ()):
        enter(change["made"], _change, change)
    if "archived" in written:
        enter(written["archived"], _archive)


def _run(programme: Programme, slug: str, written: Mapping[str, Any]) -> CourseRun:
    names = (*AS_IS, *NUMBERS, *SWITCHES)
    fields: dict[str, Any] = {name: written[name] for name in names if name in written}
    fields |= {name: Decimal(written[name]) for name in MONEY if name in written}
    for word, name in OPENING.items():
        if word in written:
            fields[name] = days.moment(written[word], at=programme.at, zone=house_zone())
    if "decide_on" in written:
        fields["decide_on"] = days.day(written["decide_on"], today=programme.today)
    run = CourseRun(
        course=programme.tree.pages[slug],
        number=written["number"],
        booking_mode=written["mode"],
        capacity=written.get("capacity"),
        term=programme.tree.town.terms[written.get("term", "running")],
        publish_with_term=written.get("ready", "published" not in written),
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
        further_times=written.get("further_times", ""),
        room=room,
        online_url=written.get("online_url", ""),
    )


def _written(programme: Programme, run: CourseRun, written: Mapping[str, Any]) -> datetime:
    """The day before it must be there: for the printed programme, or to be published by itself."""
    if "written" in written:
        return days.moment(written["written"], at=programme.at, zone=house_zone())
    if "published" in written:
        return _published(programme, run, written) - A_DAY
    return datetime.combine(run.term.copy_date - A_DAY, time(9), house_zone())


def _published(programme: Programme, run: CourseRun, written: Mapping[str, Any]) -> datetime:
    """With its term, where it does not say otherwise."""
    if "published" in written:
        return days.moment(written["published"], at=programme.at, zone=house_zone())
    return run.term.publish_at


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


def _write(
    programme: Programme, run: CourseRun, schedule: Schedule, written: Mapping[str, Any], at: datetime
) -> None:
    run.full_clean()
    if not schedule.rule:
        _put_on_an_open_day(run, schedule, at)
    schedule.clean_fields(exclude=["run"])
    town = programme.tree.town
    operations.save_run(
        run=run,
        schedule=schedule,
        facilitators=[town.facilitators[key] for key in written["facilitators"]],
        at=at,
        by=town.users["Kursteam"],
        extras=_extras(programme, written),
    )
    if "equipment" in written:
        needs = {town.equipment[key].pk: pieces for key, pieces in written["equipment"].items()}
        operations.equip_run(run=run, needs=needs, at=at, by=town.users["Kursteam"])


def _extras(programme: Programme, written: Mapping[str, Any]) -> operations.Extras:
    """The seats a run keeps and what it asks."""
    town = programme.tree.town
    pools = [
        operations.Kept(
            town.generations[pool["generation"]].pk if "generation" in pool else None,
            pool["seats"],
            pool["days"],
        )
        for pool in written.get("kept", ())
    ]
    questions = [
        operations.Question(
            question["de"],
            question["en"],
            [
                operations.Answer(
                    answer["de"],
                    answer["en"],
                    town.equipment[answer["lends"]].pk if "lends" in answer else None,
                )
                for answer in question["answers"]
            ],
        )
        for question in written.get("questions", ())
    ]
    return operations.Extras(pools, questions)


def _put_on_an_open_day(run: CourseRun, schedule: Schedule, at: datetime) -> None:
    """Moves a single date on by weeks while the house is closed on its day."""
    while not operations.plan_run(run=run, schedules=[schedule], at=at).new:
        schedule.first_date += timedelta(weeks=1)


def _publish(programme: Programme, run: CourseRun, at: datetime) -> None:
    if run.publish_with_term:
        operations.publish_with_term(run=run, at=at)
    else:
        operations.publish_run(run=run, at=at, by=programme.tree.town.users["Kursteam"])


def _decide(programme: Programme, run: CourseRun, at: datetime) -> None:
    operations.decide_run(run=run, at=at, by=programme.tree.town.users["Kursteam"])


def _archive(programme: Programme, run: CourseRun, at: datetime) -> None:
    operations.archive_run(run=run, at=at, by=programme.tree.town.users["Kursteam"])


def _change(programme: Programme, run: CourseRun, change: Mapping[str, Any], at: datetime) -> None:
    """One act on the dates of a run. Raises ValueError for one it does not know."""
    match change:
        case {"cancel": reason}:
            operations.cancel_session(
                session=programme.session(run.number, change["session"]),
                reason=reason,
                at=at,
                by=programme.tree.town.users["Kursteam"],
            )
        case {"move": _reason}:
            _move(programme, run, change, at)
        case {"from_here_on": _reason}:
            _go_on_otherwise(programme, run, change, at)
        case {"extra": _note}:
            _add(programme, run, change, at)
        case _:
            raise ValueError(f"This change is not known: {sorted(change)}")
    programme.diary.enter(at + NOTICE_DELAY, _tell)


def _move(programme: Programme, run: CourseRun, change: Mapping[str, Any], at: datetime) -> None:
    session = programme.session(run.number, change["session"])
    starts_at = local_instant(local_date(session.starts_at), time.fromisoformat(change["time"]))
    operations.move_session(
        session=session,
        starts_at=starts_at,
        ends_at=starts_at + (session.ends_at - session.starts_at),
        room=programme.tree.town.rooms[change["room"]],
        reason=change["move"],
        at=at,
        by=programme.tree.town.users["Kursteam"],
    )


def _go_on_otherwise(programme: Programme, run: CourseRun, change: Mapping[str, Any], at: datetime) -> None:
    """From one of its dates on the run begins at another hour or meets elsewhere. Nobody may have booked that."""
    run = CourseRun.objects.get(pk=run.pk)
    schedule = operations.segment_from(
        run=run, session=programme.session(run.number, change["session"]), at=at
    )
    before = schedule.continues or schedule
    if "time" in change:
        schedule.start_time = time.fromisoformat(change["time"])
    if "room" in change:
        schedule.room = programme.tree.town.rooms[change["room"]]
    schedule.full_clean()
    operations.save_run(
        run=run,
        schedule=schedule,
        facilitators=list(before.facilitators.all()),
        at=at,
        by=programme.tree.town.users["Kursteam"],
        expected_version=run.version,
        decisions=operations.Decisions({}, reason=change["from_here_on"]),
    )


def _add(programme: Programme, run: CourseRun, change: Mapping[str, Any], at: datetime) -> None:
    town = programme.tree.town
    extra = Schedule(
        first_date=days.day(change["on"], today=programme.today),
        start_time=time.fromisoformat(change["time"]),
        duration_minutes=change["minutes"],
        room=town.rooms[change["room"]],
    )
    # Planned as a run of its own, for that one day; of this run it is one date more.
    _put_on_an_open_day(CourseRun(), extra, at)
    starts_at = local_instant(extra.first_date, extra.start_time)
    operations.add_session(
        run=run,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=extra.duration_minutes),
        room=extra.room,
        facilitators=[town.facilitators[key] for key in change["facilitators"]],
        note=change["extra"],
        at=at,
        by=town.users["Kursteam"],
    )


def _tell(at: datetime) -> None:
    due.send_notices(at)
