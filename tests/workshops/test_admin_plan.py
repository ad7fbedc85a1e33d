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
BLOCK = ".room-plan__block"
DAY = date(2027, 1, 13)


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

    def test_what_goes_on_over_midnight_stands_on_both_days(self, team: Client) -> None:
        room = make.room()
        make.run(room=room, rule="", start_time=time(22), minutes=180)
        use = RoomUse(
            room=room,
            name="Schulfest",
            first_date=date(2027, 1, 17),
            start_time=time(23),
            duration_minutes=120,
        )
        operations.save_room_use(use=use, at=make.NOW, by=None)

        def hours(query: str) -> list[tuple[int, str]]:
            page = web.page(team.get(PLAN + query))
            cells = [page.select("tbody tr")[0].select("td").index(b.parent) for b in page.select(BLOCK)]
            return list(zip(cells, [t.get_text() for t in page.select(".room-plan__time")], strict=True))

        assert hours("") == [(2, "ab 22:00"), (3, "bis 01:00"), (6, "ab 23:00")]
        assert hours("?day=2027-01-18") == [(0, "bis 01:00")]
        assert hours("?view=month")[:2] == [(12, "22:00"), (13, "bis 01:00")]

    def test_a_persons_plan_shows_when_they_are_away(self, team: Client) -> None:
        hanne = make.facilitator("Hanne Brandt")
        make.run(rule="", facilitators=[hanne])
        hanne.absences.create(first_date=date(2027, 1, 16), last_date=date(2027, 1, 19))
        make.facilitator("Ida Kern").absences.create(first_date=DAY, last_date=DAY)
        page = web.page(team.get(f"{PLAN}?facilitator={hanne.pk}"))
        away = page.select(".room-plan__block--absence")
        row = away[0].find_parent("tr")
        assert row is not None
        assert [n for n, cell in enumerate(row.select("td")) if cell.select(BLOCK)] == [5, 6]
        assert len(page.select(".room-plan__table tbody tr")) == 2
        days = [th.get_text() for th in page.select(".agenda__day")]
        assert days == ["Mittwoch, 13. Januar 2027", "Samstag, 16. Januar 2027", "Sonntag, 17. Januar 2027"]
        assert not web.page(team.get(PLAN)).select(".room-plan__block--absence")

    def test_holidays_and_closures_stand_on_their_days(self, team: Client) -> None:
        place = make.venue("Alte Post")
        make.closure(date(2027, 1, 14), date(2027, 1, 15), name="Umbau", venue=place)
        make.closure(date(2027, 1, 15), kind="holidays", name="Winterferien")

        def unusual(query: str) -> dict[str, list[str]]:
            page = web.page(team.get(PLAN + query))
            heads = page.select("th.room-plan__day--unusual")
            return {
                str(th.select_one(".room-plan__date").get_text()): [  # type: ignore[union-attr]
                    one.get_text() for one in th.select(".room-plan__unusual")
                ]
                for th in heads
            }

        both = ["geschlossen: Umbau (Alte Post)", "Ferien: Winterferien"]
        assert unusual("") == {"14. Jan": both[:1], "15. Jan": both}
        assert unusual(f"?venue={place.pk}")["14. Jan"] == ["geschlossen: Umbau"]
        assert unusual(f"?venue={make.venue('Bücherei').pk}") == {"15. Jan": both[1:]}
        assert unusual("?view=month") == {"1.": ["Feiertag: Neujahr"], "14.": both[:1], "15.": both[:1]}
        said = web.page(team.get(PLAN + "?view=month")).select_one(".agenda")
        assert said is not None
        assert all(sentence in said.get_text() for sentence in (*both, "Feiertag: Neujahr"))

    def test_the_table_underneath_can_be_read_aloud(self, team: Client) -> None:
        run = make.run(facilitators=[make.facilitator()], room=make.room())
        make.run(room=make.first(run).room)
        page = web.page(team.get(PLAN + "?view=month"))
        assert [h.name for h in page.select("main h1, main h2")] == ["h1", "h2", "h2"]
        for table in page.select("main table"):
            named = table.get("aria-labelledby")
            assert table.caption or page.find(id=named)
            assert all(th.has_attr("scope") for th in table.select("th"))
        blocks = [b.get_text(" ") for b in page.select(BLOCK)]
        lines = page.select(".agenda tr:not(.agenda__day):not(thead tr)")
        assert len(blocks) == len(lines) == 6
        # What is only a sign above stands in words below.
        assert len(page.select(".room-plan__conflict .w-sr-only")) == 6
        assert all("belegt" in line.get_text() for line in lines)

    def test_moving_on_keeps_what_was_asked_and_a_room_is_taken_from_here(self, team: Client) -> None:
        run = make.run(rule="")
        room = make.first(run).room
        assert room is not None
        page = web.page(team.get(f"{PLAN}?view=month&venue={room.venue_id}&day=2027-01-13"))
        for link in page.select(".room-plan__span a"):
            assert "view=month" in str(link["href"])
            assert f"venue={room.venue_id}" in str(link["href"])
        (take,) = page.select(".room-plan__take")
        form = web.page(team.get(str(take["href"])))
        chosen = form.select_one("select[name=room] option[selected]")
        assert chosen is not None
        assert chosen["value"] == str(room.pk)
        assert form.select_one("input[name=first_date]")["value"] == "2027-01-01"  # type: ignore[index]
        assert team.get("/admin/roomuse/new/?room=x&day=gestern").status_code == 200
        editor = web.signed_in(make.staff("Redaktion"))
        assert not web.page(editor.get(PLAN)).select(".room-plan__take, a[href*=roomuse]")

    def test_an_archived_room_stays_while_it_holds_something(self, team: Client) -> None:
        run = make.run(rule="", room=make.room(name="Altbau"))
        make.room(name="Leer", is_archived=True)
        type(make.first(run).room).objects.filter(name="Altbau").update(is_archived=True)  # type: ignore[union-attr]
        rows = [th.get_text() for th in web.page(team.get(PLAN)).select(".room-plan__table tbody th")]
        assert any("Altbau" in row for row in rows)
        assert not any("Leer" in row for row in rows)

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
        make.book(make.first(second))
        somebody = second.schedules.get().facilitators.get()
        for query, expected in (
            ("", {first, second}),
            ("?q=schach", {first}),
            (f"?q={second.number}", {second}),
            ("?first=2027-02-01", {second}),
            ("?last=2027-01-31", {first}),
            (f"?facilitator={somebody.pk}", {second}),
            (f"?venue={make.first(second).room.venue_id}", {second}),  # type: ignore[union-attr]
            (f"?room={make.first(second).room_id}", {second}),
            ("?state=cancelled", {first}),
            ("?run_state=published", {first, second}),
            ("?run_state=cancelled", set()),
            ("?weekday=2", {first, second}),
            ("?weekday=3", set()),
            ("?booked=yes", {second}),
            ("?booked=no", {first}),
            ("?weekday=9&booked=maybe&state=x", {first, second}),
            ("?first=abc&p=99&venue=x", {first, second}),
        ):
            said = web.words(team.get(DATES + query))
            assert {run for run in (first, second) if run.number in said} == expected, query

    def test_the_pages_of_a_long_list_keep_what_was_asked(self, team: Client) -> None:
        run = make.run(rule="", room=make.room())
        make.further_sessions(run, 130)
        page = web.page(team.get(f"{DATES}?q={run.number}&booked=no"))
        assert len(page.select("input[type=checkbox][name=sessions]")) == 100
        (further,) = page.select("nav a[href*='p=2']")
        assert f"q={run.number}" in str(further["href"])
        assert "booked=no" in str(further["href"])
        rest = web.page(team.get(DATES + str(further["href"])))
        assert len(rest.select("input[type=checkbox][name=sessions]")) == 31
        assert all(th["scope"] == "col" for th in rest.select("table th"))
        chosen = {"sessions": make.first(run).pk, "reason": "Streik"}
        preview = web.page(team.post(f"{DATES}?q={run.number}&p=2", chosen))
        assert preview.select(f"a[href='{DATES}?q={run.number}&p=2']")

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
