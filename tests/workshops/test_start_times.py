"""Several starts a day: each a date of its own, all of one plan."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from tests import factories as make
from tests import web
from tests.workshops import run_form
from workshops import operations
from workshops.models import CourseRun, Notice, Session
from workshops.operations import Decisions, Full
from workshops.operations.conflicts import Wording, slots_of
from workshops.programme import rule_sentence

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

WEDNESDAY, NEXT = date(2027, 1, 13), date(2027, 1, 20)


def consultation(**fields: Any) -> CourseRun:
    """Two Wednesdays with three half hours each, one seat in every one."""
    return make.run(
        **{
            "rule": "RRULE:FREQ=WEEKLY;COUNT=2",
            "minutes": 30,
            "further_times": "14:30, 15:00",
            "capacity": 1,
            **fields,
        }
    )


def starts(run: CourseRun) -> list[str]:
    found = run.sessions.filter(state="planned").order_by("starts_at")
    return [f"{session.starts_at.astimezone(make.BERLIN):%d. %H:%M}" for session in found]


def at(run: CourseRun, day: date, hour: int, minute: int = 0) -> Session:
    return run.sessions.get(starts_at=datetime.combine(day, time(hour, minute), make.BERLIN))


def save(run: CourseRun, *, reason: str = "", decisions: Any = (), **changed: Any) -> None:
    run.refresh_from_db()
    schedule = run.schedules.order_by("first_date").last()
    assert schedule is not None
    for name, value in changed.items():
        setattr(schedule, name, value)
    operations.save_run(
        run=run,
        schedule=schedule,
        facilitators=[],
        at=make.NOW,
        by=None,
        decisions=Decisions(dict(decisions), reason),
    )


def test_each_start_is_a_date_of_its_own_with_its_own_seats(client: Client) -> None:
    run = consultation()
    assert starts(run) == ["13. 14:00", "13. 14:30", "13. 15:00", "20. 14:00", "20. 14:30", "20. 15:00"]
    early, late = at(run, WEDNESDAY, 14), at(run, WEDNESDAY, 14, 30)
    make.book(early)
    with pytest.raises(Full):
        make.book(early)
    make.book(late)
    assert early.ends_at == late.starts_at
    links = web.page(client.get(run.course.url)).select("a[href^='/buchen/termin/']")
    books = [str(link["href"]) for link in links if "Warteliste" not in link.get_text()]
    free = run.sessions.filter(seats_taken=0).order_by("starts_at")
    assert books == [f"/buchen/termin/{session.public_id}/" for session in free]


def test_a_number_of_dates_counts_days_not_starts() -> None:
    run = consultation(rule="RRULE:FREQ=WEEKLY;COUNT=1")
    assert starts(run) == ["13. 14:00", "13. 14:30", "13. 15:00"]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("de", "14:00, 14:30 und 15:00 Uhr, je 30 Minuten"),
        ("en", "14:00, 14:30 and 15:00, 30 minutes each"),
    ],
)
def test_the_sentence_names_every_start(client: Client, language: str, expected: str) -> None:
    run = consultation()
    with translation.override(language):
        assert expected in rule_sentence(run.schedules.get())
    url = make.in_language(run.course, "en").url if language == "en" else run.course.url
    assert expected in web.words(client.get(url))


def test_a_start_before_the_first_is_named_in_order() -> None:
    run = consultation(further_times="13:00")
    with translation.override("de"):
        assert "13:00 und 14:00 Uhr, je 30 Minuten" in rule_sentence(run.schedules.get())
    assert starts(run)[:2] == ["13. 13:00", "13. 14:00"]


def test_one_start_moves_and_the_others_stay() -> None:
    run = consultation()
    session = at(run, WEDNESDAY, 14, 30)
    operations.move_session(
        session=session,
        starts_at=session.starts_at + timedelta(hours=2),
        ends_at=session.ends_at + timedelta(hours=2),
        room=session.room,
        reason="Arzttermin",
        at=make.NOW,
        by=None,
    )
    assert starts(run)[:3] == ["13. 14:00", "13. 15:00", "13. 16:30"]
    # What the team moved by hand stays there when the run is saved again.
    save(run, note="Handy mitbringen")
    assert starts(run)[:3] == ["13. 14:00", "13. 15:00", "13. 16:30"]


def test_a_start_that_is_added_is_new_and_touches_no_other() -> None:
    run = consultation()
    uids = set(run.sessions.values_list("uid", flat=True))
    booking = make.book(at(run, WEDNESDAY, 15))
    save(run, further_times="14:30, 15:00, 15:30")
    assert starts(run)[:4] == ["13. 14:00", "13. 14:30", "13. 15:00", "13. 15:30"]
    assert uids < set(run.sessions.values_list("uid", flat=True))
    assert not Notice.objects.exists()
    assert booking.participants.get().seats.get().session == at(run, WEDNESDAY, 15)


def test_a_start_that_is_taken_away_asks_about_its_people_only() -> None:
    run = consultation()
    gone = at(run, WEDNESDAY, 14, 30)
    make.book(gone)
    make.book(at(run, WEDNESDAY, 15))
    run.refresh_from_db()
    schedule = run.schedules.get()
    schedule.further_times = "15:00"
    plan = operations.plan_change(run=run, schedule=schedule, at=make.NOW)
    assert [question.key for question in plan.questions] == [gone.pk]  # type: ignore[union-attr]
    assert not plan.moved
    save(run, further_times="15:00", decisions={gone.pk: "cancel"}, reason="Zu viel")
    assert starts(run) == ["13. 14:00", "13. 15:00", "20. 14:00", "20. 15:00"]
    gone.refresh_from_db()
    assert gone.state == "cancelled"


def test_a_start_that_is_shifted_is_recognised_as_moved() -> None:
    run = consultation()
    shifted = at(run, WEDNESDAY, 14, 30)
    make.book(shifted)
    save(
        run,
        further_times="14:45, 15:15",
        start_time=time(14, 0),
        decisions={shifted.pk: "move"},
        reason="Pause",
    )
    shifted.refresh_from_db()
    assert f"{shifted.starts_at.astimezone(make.BERLIN):%H:%M}" == "14:45"
    assert (shifted.state, shifted.seats_taken) == ("planned", 1)
    assert starts(run)[:3] == ["13. 14:00", "13. 14:45", "13. 15:15"]


@pytest.mark.parametrize(("hour", "minute"), [(14, 0), (14, 30), (15, 0)])
def test_from_here_on_means_the_whole_day_whichever_start_was_chosen(hour: int, minute: int) -> None:
    run = consultation()
    segment = operations.segment_from(run=run, session=at(run, NEXT, hour, minute), at=make.NOW)
    assert (segment.pk, segment.first_date) == (None, NEXT)
    segment.start_time = time(10, 0)
    segment.further_times = [time(10, 30)]
    operations.save_run(run=run, schedule=segment, facilitators=[], at=make.NOW, by=None)
    assert starts(run) == ["13. 14:00", "13. 14:30", "13. 15:00", "20. 10:00", "20. 10:30"]


@pytest.mark.parametrize("minute", [0, 30])
def test_from_the_first_day_on_is_the_plan_itself_whichever_start_was_chosen(minute: int) -> None:
    run = consultation()
    segment = operations.segment_from(run=run, session=at(run, WEDNESDAY, 14, minute), at=make.NOW)
    assert segment.pk == run.schedules.get().pk
    segment.further_times = [time(14, 30)]
    operations.save_run(run=run, schedule=segment, facilitators=[], at=make.NOW, by=None)
    assert starts(run) == ["13. 14:00", "13. 14:30", "20. 14:00", "20. 14:30"]


def test_seats_per_helper_count_for_each_start() -> None:
    run = consultation(capacity=4, helpers_wanted=1, seats_per_helper=2)
    early, late = at(run, WEDNESDAY, 14), at(run, WEDNESDAY, 14, 30)
    mia = make.helper()
    operations.sign_up(helper=mia, session=early, at=make.NOW)
    operations.sign_up(helper=mia, session=late, at=make.NOW)
    assert list(run.sessions.order_by("starts_at").values_list("capacity", flat=True)) == [2, 2, 0, 0, 0, 0]


def test_the_whole_way_through_the_form(team: Client) -> None:
    course = make.course()
    data = run_form.fields(course, further_times="14.30 und 15 Uhr", duration_minutes="30", rule_count="1")
    preview = team.post(run_form.NEW, data)
    assert [line.split(",")[-1].strip()[:5] for line in run_form.dates(preview)] == [
        "14:00",
        "14:30",
        "15:00",
    ]
    assert "14:00, 14:30 und 15:00 Uhr" in web.words(preview)
    team.post(run_form.NEW, {**data, "step": "confirm", "act": "publish", **run_form.keys(preview)})
    run = CourseRun.objects.get()
    assert starts(run) == ["13. 14:00", "13. 14:30", "13. 15:00"]
    form = web.page(team.get(f"/admin/courserun/edit/{run.pk}/"))
    assert form.select_one("[name=further_times]")["value"] == "14:30, 15:00"  # type: ignore[index]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("halb drei", "„halb drei“ ist keine Uhrzeit"),
        ("25:00", "„25:00“ ist keine Uhrzeit"),
        ("14:30, 1x", "„1x“ ist keine Uhrzeit"),
        (", ".join(f"{h}:{m:02}" for h in range(10, 18) for m in range(0, 60, 15)), "mehr als 30"),
    ],
)
def test_what_is_no_time_is_refused_with_a_sentence_and_kept(team: Client, typed: str, sentence: str) -> None:
    response = team.post(run_form.NEW, run_form.fields(make.course(), further_times=typed))
    assert response.status_code == 422
    assert sentence in web.words(response)
    assert web.page(response).select_one("[name=further_times]")["value"] == typed  # type: ignore[index]
    assert not CourseRun.objects.exists()


def test_starts_that_run_into_each_other_say_so_by_their_hour() -> None:
    run = consultation(further_times="14:20", minutes=30, published=False)
    schedules = list(run.schedules.all())
    plan = operations.plan_run(run=run, schedules=schedules, at=make.NOW)
    found = operations.conflicts_of(slots_of(run=run, schedules=schedules, plan=plan, at=make.NOW))
    with translation.override("en"):
        lines = [sentence for _starts, sentence in Wording(found).lines(found)]
    assert "Werkraum is taken by another date of this run, 14:00." in lines
