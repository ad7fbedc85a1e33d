"""The room plan, the list of all dates, conflicts, other uses and absences, as the team sees them."""

from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import due
from core.models import OutgoingMail
from places.models import Equipment, RoomUse
from tests import factories as make
from tests import web
from workshops import operations
from workshops.models import CourseRun, FacilitatorAbsence

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PLAN, DATES = "/admin/courserun/plan/", "/admin/courserun/all-dates/"


class TestRoomPlan:
    def test_each_date_stands_in_its_room_on_its_day_and_once_more_underneath(self, team: Client) -> None:
        room = make.room(name="Saal")
        run = make.run(room=room, rule="", facilitators=[make.facilitator("Hanne Brandt")])
        page = web.page(team.get(PLAN))
        (block,) = page.select(".room-plan__block")
        row = block.find_parent("tr")
        assert row is not None
        assert "Saal" in row.th.get_text()  # type: ignore[union-attr]
        assert row.select("td").index(block.parent) == 2  # Wednesday
        day, line = page.select("table.agenda tbody tr")
        assert "Mittwoch, 13. Januar 2027" in day.get_text()
        for words in (run.number, "14:00", "15:30", "Saal", "Hanne Brandt"):
            assert words in line.get_text()

    def test_week_and_month_place_person_and_neighbours_can_be_chosen(self, team: Client) -> None:
        first, second = make.run(rule=""), make.run(rule="", facilitators=[make.facilitator("Ida Kern")])
        somebody = second.schedules.get().facilitators.get()
        place = make.first(first).room.venue  # type: ignore[union-attr]
        for query, expected in (
            ("", {first, second}),
            ("?view=month", {first, second}),
            ("?view=month&day=2027-01-31", {first, second}),
            ("?day=2027-01-18", set()),
            (f"?venue={place.pk}", {first}),
            (f"?facilitator={somebody.pk}", {second}),
            ("?day=gestern&venue=99999&view=year&facilitator=x", {first, second}),
            ("?day=0001-01-01", {first, second}),
            ("?day=9999-12-31", {first, second}),
        ):
            said = web.words(team.get(PLAN + query))
            assert {run for run in (first, second) if run.number in said} == expected, query
        page = web.page(team.get(PLAN))
        following = page.select(".room-plan__span a")[1]["href"]
        assert "2027-01-18" in str(following)

    def test_conflicts_other_uses_and_cancelled_dates_are_marked(self, team: Client) -> None:
        room = make.room()
        make.run(room=room, rule="")
        cancelled = make.run(room=room, rule="", start_time=time(9))
        operations.cancel_session(session=make.first(cancelled), reason="Krank", at=make.NOW, by=None)
        use = RoomUse(room=room, name="Ratssitzung", first_date=date(2027, 1, 13), start_time=time(15))
        operations.save_room_use(use=use, at=make.NOW, by=None)
        page = web.page(team.get(PLAN))
        assert len(page.select(".room-plan__block--conflict")) == 1
        assert len(page.select(".room-plan__block--cancelled")) == 1
        assert "Ratssitzung" in page.select_one(".room-plan__block--use").get_text()  # type: ignore[union-attr]

    def test_a_full_month_asks_no_more_questions_than_an_empty_one_with_a_date(self, team: Client) -> None:
        def asked() -> int:
            with CaptureQueriesContext(connection) as captured:
                assert team.get(PLAN + "?view=month").status_code == 200
            return len(captured)

        run = make.run(rule="", facilitators=[make.facilitator()])
        asked()
        before = asked()
        make.further_sessions(run, 15)
        make.run(facilitators=[make.facilitator()])
        assert asked() == before

    def test_what_a_room_is_used_for_is_nowhere_public(self, client: Client) -> None:
        room = make.room()
        use = RoomUse(
            room=room, name="Geheime Ratssitzung", first_date=date(2027, 1, 13), start_time=time(15)
        )
        operations.save_room_use(use=use, at=make.NOW, by=None)
        run = make.run(room=room)
        for url in ("/", "/programm/", run.course.url, "/kalender/", make.first(run).get_absolute_url()):
            assert "Geheime" not in client.get(url).content.decode()
        assert client.get(PLAN).status_code == 302


class TestAllDates:
    def test_dates_are_found_by_text_day_place_person_and_state(self, team: Client) -> None:
        first = make.run(course=make.course("Schach"), rule="")
        second = make.run(rule="", first_date=date(2027, 2, 3), facilitators=[make.facilitator()])
        operations.cancel_session(session=make.first(first), reason="Krank", at=make.NOW, by=None)
        somebody = second.schedules.get().facilitators.get()
        for query, expected in (
            ("", {first, second}),
            ("?q=schach", {first}),
            (f"?q={second.number}", {second}),
            ("?first=2027-02-01", {second}),
            ("?last=2027-01-31", {first}),
            (f"?facilitator={somebody.pk}", {second}),
            (f"?venue={make.first(second).room.venue_id}", {second}),  # type: ignore[union-attr]
            ("?state=cancelled", {first}),
            ("?first=abc&p=99&venue=x", {first, second}),
        ):
            said = web.words(team.get(DATES + query))
            assert {run for run in (first, second) if run.number in said} == expected, query

    def test_several_are_cancelled_together_or_not_at_all(self, team: Client) -> None:
        run, other = make.run(), make.run(rule="")
        make.book(make.first(run), email="erna@example.org")
        chosen = [session.pk for session in (*run.sessions.all(), *other.sessions.all())]
        for data in ({"reason": "Streik"}, {"sessions": chosen}, {"sessions": ["abc"], "reason": "Streik"}):
            assert team.post(DATES, data).status_code == 422, data
        data = {"sessions": chosen, "reason": "Streik"}
        assert "erna@example.org" in web.words(team.post(DATES, data))
        just_cancelled = make.first(other)
        operations.cancel_session(session=just_cancelled, reason="Krank", at=make.NOW, by=None)
        refused = team.post(DATES, {**data, "step": "confirm"})
        assert refused.status_code == 409
        assert other.number in web.words(refused)
        assert run.sessions.taking_place().count() == 3
        team.post(DATES, {**data, "sessions": chosen[:3], "step": "confirm"})
        assert run.sessions.taking_place().count() == 0
        assert run.changes.filter(kind="dates_cancelled").count() == 1
        due.do_all(at=make.in_minutes(11))
        assert (
            OutgoingMail.objects.filter(recipient="erna@example.org", kind="session_cancelled").count() == 1
        )


class TestWhatElse:
    def test_a_use_is_shown_with_its_dates_and_conflicts_and_follows_its_rule(self, team: Client) -> None:
        run = make.run(rule="")
        url = "/admin/roomuse/new/"
        data = {
            "name": "Reinigung",
            "room": make.first(run).room_id,
            "first_date": "2027-01-13",
            "start_time": "15:00",
            "duration_minutes": "60",
            "rule_repeats": "weekly",
            "rule_every": "1",
            "rule_ends": "never",
        }
        preview = team.post(url, {**data, "step": "look"})
        assert run.number in web.words(preview)
        assert not RoomUse.objects.exists()
        assert team.post(url, {**data, "step": "confirm"}).status_code == 302
        use = RoomUse.objects.get()
        count = use.dates.count()
        assert count == 52
        assert due.do_all(at=make.NOW + timedelta(days=7))["room uses"] == 1
        assert due.do_all(at=make.NOW + timedelta(days=7))["room uses"] == 0
        edit = f"/admin/roomuse/edit/{use.pk}/"
        assert team.get(edit).status_code == 200
        shorter = {**data, "rule_ends": "count", "rule_count": "2", "step": "confirm"}
        assert team.post(edit, shorter).status_code == 302
        assert use.dates.count() == 2
        for changed in ({"room": ""}, {"start_time": "25:00"}, {"rule_repeats": "secondly"}, {"name": ""}):
            assert team.post(url, {**data, **changed}).status_code == 422, changed

    def test_an_absence_and_a_conflict_report(self, team: Client) -> None:
        hanne = make.facilitator("Hanne Brandt")
        make.run(rule="", facilitators=[hanne])
        report = "/admin/courserun/conflicts/"
        assert not web.page(team.get(report)).select("table")
        data = {"facilitator": hanne.pk, "first_date": "2027-01-12", "last_date": "2027-01-14"}
        assert (
            team.post("/admin/facilitatorabsence/new/", {**data, "last_date": "2027-01-01"}).status_code
            == 200
        )
        assert not FacilitatorAbsence.objects.exists()
        team.post("/admin/facilitatorabsence/new/", data)
        assert "Hanne Brandt ist nicht da." in web.words(team.get(report))

    def test_equipment_asked_for(self, team: Client) -> None:
        run = make.run(rule="")
        tablets = Equipment.objects.create(name="Tablets", pieces=3)
        url = f"/admin/courserun/equipment/{run.pk}/"
        form = web.hidden_fields(team.get(url))
        data = {name: values[0] for name, values in form.items()}
        data |= {"equipment_needs-0-equipment": str(tablets.pk), "equipment_needs-0-pieces": "0"}
        assert team.post(url, data).status_code == 422
        assert team.post(url, {**data, "equipment_needs-0-pieces": "5"}).status_code == 302
        assert "2 Stück zu wenig: Tablets." in web.words(team.get("/admin/courserun/conflicts/"))

    def test_the_conflicts_stand_beside_the_dates_while_somebody_types(self, team: Client) -> None:
        from tests.workshops.run_form import NEW, fields

        there = make.run(rule="")
        data = fields(make.course(), room=make.first(there).room_id)
        for step in ("dates", ""):
            assert there.number in web.words(team.post(NEW, {**data, "step": step})), step
        assert CourseRun.objects.count() == 1

    def test_those_who_only_write_pages_see_the_plan_and_change_nothing(self) -> None:
        run = make.run()
        editor = web.signed_in(make.staff("Redaktion"))
        assert editor.get(PLAN).status_code == 200
        assert editor.post(
            DATES, {"sessions": [make.first(run).pk], "reason": "x", "step": "confirm"}
        ).status_code in (302, 403)
        for url in ("/admin/roomuse/new/", "/admin/closure/import/", f"/admin/courserun/equipment/{run.pk}/"):
            assert editor.get(url).status_code == 302, url
        assert run.sessions.taking_place().count() == 3
