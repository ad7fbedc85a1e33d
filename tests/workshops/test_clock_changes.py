"""Times in the hour that is left out and in the one that comes twice; dates that run past midnight."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.test import Client

from tests import factories as make
from tests import web
from tests.workshops import run_form
from timetable.zone import clock_shows, local_instant
from workshops import operations
from workshops.models import Notice

SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)
NIGHT = {"start_time": "02:30", "rule_repeats": "once", "duration_minutes": "60"}


@pytest.mark.parametrize(
    ("day", "at", "shown"),
    [
        (SPRING, time(1, 59), "once"),
        (SPRING, time(2), "never"),
        (SPRING, time(2, 59), "never"),
        (SPRING, time(3), "once"),
        (AUTUMN, time(1, 59), "once"),
        (AUTUMN, time(2), "twice"),
        (AUTUMN, time(2, 59), "twice"),
        (AUTUMN, time(3), "once"),
        (date(2027, 3, 27), time(2, 30), "once"),
    ],
)
def test_how_often_the_clock_shows_a_time(day: date, at: time, shown: str) -> None:
    assert clock_shows(day, at) == shown


@pytest.mark.django_db
@pytest.mark.usefixtures("clock")
class TestForms:
    def preview(self, team: Client, day: date) -> str:
        course = make.course()
        return web.words(
            team.post(run_form.NEW, run_form.fields(course, **NIGHT, first_date=day.isoformat()))
        )

    def test_the_plan_says_when_a_date_begins_whose_time_does_not_exist(self, team: Client) -> None:
        said = self.preview(team, SPRING)
        assert "02:30 gibt es nicht" in said
        assert "03:30–04:30" in said

    def test_the_plan_says_which_of_two_hours_is_meant(self, team: Client) -> None:
        said = self.preview(team, AUTUMN)
        assert "zweimal" in said
        assert "02:30–02:30" in said  # sixty minutes later the clock shows the same

    def test_a_single_date_is_not_put_into_the_hour_that_is_left_out(self, team: Client) -> None:
        session = make.session()
        typed = {
            "date": SPRING.isoformat(),
            "start_time": "02:30",
            "duration_minutes": "60",
            "room": session.room_id,
            "reason": "x",
        }
        for url in (
            f"/admin/courserun/date/{session.pk}/move/",
            f"/admin/courserun/dates/{session.run_id}/add/",
        ):
            response = team.post(url, typed)
            assert response.status_code == 422, url
            assert "gibt es nicht" in web.words(response)

    def test_a_date_in_the_hour_that_comes_twice_is_not_moved_by_looking_at_it(self, team: Client) -> None:
        session = make.session(first_date=AUTUMN, start_time=time(2, 30), minutes=60)
        response = team.post(
            f"/admin/courserun/date/{session.pk}/move/",
            {
                "date": AUTUMN.isoformat(),
                "start_time": "02:30",
                "duration_minutes": "60",
                "room": session.room_id,
                "note": "Mit Taschenlampe",
            },
        )
        assert response.status_code == 302
        assert not Notice.objects.exists()
        session.refresh_from_db()
        assert (session.note, session.starts_at) == (
            "Mit Taschenlampe",
            datetime(2027, 10, 31, 0, 30, tzinfo=UTC),
        )


@pytest.mark.django_db
class TestRows:
    def test_a_date_past_midnight_lasts_as_long_as_it_lasts_when_the_clocks_change(self) -> None:
        for day in (SPRING, AUTUMN):
            session = make.session(first_date=day - timedelta(days=1), start_time=time(22), minutes=360)
            assert session.ends_at - session.starts_at == timedelta(hours=6)
            assert session.starts_at.astimezone(make.BERLIN).time() == time(22)

    def test_a_closed_day_does_not_end_what_began_the_evening_before(self) -> None:
        make.closure(date(2027, 1, 14))
        run = make.run(rule="RRULE:FREQ=WEEKLY;BYDAY=WE,TH;COUNT=2", start_time=time(22), minutes=240)
        assert [s.starts_at.astimezone(make.BERLIN).day for s in run.sessions.all()] == [13, 20]

    def test_what_runs_past_midnight_collides_in_the_morning(self) -> None:
        room = make.room()
        make.run(rule="", room=room, start_time=time(22), minutes=240)
        morning = make.run(
            rule="", room=room, first_date=date(2027, 1, 14), start_time=time(1, 30), published=False
        )
        found = operations.conflicts_of(
            operations.conflicts.slots_of(
                run=morning,
                schedules=list(morning.schedules.all()),
                plan=operations.plan_run(run=morning, schedules=list(morning.schedules.all()), at=make.NOW),
                at=make.NOW,
            )
        )
        assert [c.kind.value for c in found] == ["room"]

    def test_moving_to_another_day_keeps_the_time_on_the_wall_across_the_change(self) -> None:
        session = make.session(first_date=SPRING - timedelta(days=1))
        operations.resolve_hits(
            cancel=[], move={session.pk: SPRING + timedelta(days=1)}, reason="Umbau", at=make.NOW, by=None
        )
        session.refresh_from_db()
        assert session.starts_at == local_instant(SPRING + timedelta(days=1), time(14))
