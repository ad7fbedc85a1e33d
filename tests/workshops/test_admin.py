"""The team's side: runs with their exact dates before anything is written, changed dates, bookings, kept pages."""

from datetime import date, time, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import ADMINISTRATORS, COURSE_TEAM
from core import due
from core.models import AuditEntry, OutgoingMail
from tests import factories as make
from tests import web
from workshops import operations
from workshops.models import Booking, CoursePage, CourseRun, Notice, Schedule, Session
from workshops.operations import Guest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def editor() -> User:
    make.site()
    return make.staff(COURSE_TEAM)


@pytest.fixture
def team(editor: User) -> Client:
    return web.signed_in(editor)


def fields(course: CoursePage, **changed: object) -> dict[str, object]:
    """A run as somebody fills it in: three Wednesdays at two o'clock."""
    return {
        "course": course.pk,
        "number": "W27-1",
        "booking_mode": "single",
        "capacity": "8",
        "price": "0",
        "material_cost": "0",
        "first_date": "2027-01-13",
        "start_time": "14:00",
        "duration_minutes": "90",
        "rule_repeats": "weekly",
        "rule_every": "1",
        "rule_ends": "count",
        "rule_count": "3",
        **(changed if "room" in changed else {"room": make.room().pk, **changed}),
    }


def typed(run: CourseRun, **changed: object) -> dict[str, object]:
    """What the form of an existing run sends back unchanged."""
    schedule = run.schedules.get()
    return fields(
        run.course,
        room=schedule.room_id,
        **{"number": run.number, "capacity": run.capacity, "version": run.version, **changed},
    )


def keys(response: Any) -> dict[str, str]:
    hidden = web.hidden_fields(response)
    return {name: hidden[name][0] for name in ("plan", "version")}


def dates(response: Any) -> list[str]:
    return [item.get_text(strip=True) for item in web.page(response).select("main ol.listing li")]


NEW = "/admin/courserun/new/"


class TestNewRun:
    def test_the_exact_dates_and_what_is_left_out_are_shown_before_anything_is_written(
        self, team: Client
    ) -> None:
        make.closure(date(2027, 1, 20), name="Wasserschaden")
        response = team.post(NEW, fields(make.course()))
        assert response.status_code == 200
        shown = dates(response)
        assert len(shown) == 3
        for day, text in zip(("13", "27", "3"), shown, strict=True):
            assert f"{day}. " in text or f" {day} " in text
            assert "14:00" in text
            assert "15:30" in text
        assert "Wasserschaden" in web.words(response)
        assert not CourseRun.objects.exists()
        assert not Schedule.objects.exists()
        assert not Session.objects.exists()

    def test_confirming_publishes_exactly_these_dates(self, team: Client, editor: User) -> None:
        course = make.course()
        someone = make.facilitator()
        data = fields(course, facilitators=[someone.pk])
        preview = team.post(NEW, data)
        response = team.post(NEW, {**data, **keys(preview), "step": "confirm", "act": "publish"})
        run = CourseRun.objects.get()
        assert response.headers["Location"] == f"/admin/courserun/dates/{run.pk}/"
        assert (run.state, run.number) == (CourseRun.State.PUBLISHED, "W27-1")
        assert [s.starts_at.astimezone(make.BERLIN).isoformat() for s in run.sessions.all()] == [
            "2027-01-13T14:00:00+01:00",
            "2027-01-20T14:00:00+01:00",
            "2027-01-27T14:00:00+01:00",
        ]
        assert list(run.facilitators.all()) == [someone]
        assert set(AuditEntry.objects.values_list("verb", "user_id")) == {
            ("create_run", editor.pk),
            ("publish_run", editor.pk),
        }
        assert team.get(response.headers["Location"]).status_code == 200

    def test_a_draft_has_no_dates_until_it_is_published(self, team: Client) -> None:
        data = fields(make.course())
        team.post(NEW, {**data, **keys(team.post(NEW, data)), "step": "confirm", "act": "draft"})
        run = CourseRun.objects.get()
        assert run.state == CourseRun.State.DRAFT
        assert not run.sessions.exists()
        url = f"/admin/courserun/dates/{run.pk}/"
        assert team.get(url).status_code == 200
        team.post(url, {"act": "publish"})
        assert run.sessions.count() == 3
        team.post(url, {"act": "publish"})
        assert run.sessions.count() == 3

    def test_going_back_keeps_what_was_typed(self, team: Client) -> None:
        data = fields(make.course(), number="W27-9", title_suffix_de="Abend", price="4.50", rule_count="7")
        preview = team.post(NEW, data)
        hidden = web.hidden_fields(preview)
        for name, value in data.items():
            assert hidden[name] == [str(value)] * len(hidden[name]), name
        back = team.post(NEW, {**data, "step": "back"})
        assert back.status_code == 200
        form = web.page(back)
        for name in ("number", "title_suffix_de", "first_date", "start_time", "rule_count", "capacity"):
            field = form.select_one(f"[name='{name}']")
            assert field is not None
            assert field["value"] in (str(data[name]), "13.01.2027"), name
        assert not CourseRun.objects.exists()

    def test_a_plan_that_has_changed_meanwhile_is_shown_again(self, team: Client) -> None:
        data = fields(make.course())
        preview = team.post(NEW, data)
        make.closure(date(2027, 1, 20), name="Wasserschaden")
        again = team.post(NEW, {**data, **keys(preview), "step": "confirm", "act": "publish"})
        assert again.status_code == 200
        assert "Wasserschaden" in web.words(again)
        assert not CourseRun.objects.exists()
        team.post(NEW, {**data, **keys(again), "step": "confirm", "act": "publish"})
        assert date(2027, 1, 20) not in {s.starts_at.date() for s in Session.objects.all()}

    def test_confirming_what_was_never_shown_writes_nothing(self, team: Client) -> None:
        data = fields(make.course())
        for key in (
            "",
            "0" * 16,
            "ü",
        ):
            response = team.post(NEW, {**data, "plan": key, "step": "confirm", "act": "publish"})
            assert response.status_code == 200
            assert not CourseRun.objects.exists()

    def test_a_run_of_an_unpublished_course_can_only_be_a_draft(self, team: Client) -> None:
        course = make.course()
        course.unpublish()
        data = fields(course)
        preview = team.post(NEW, data)
        assert not web.page(preview).select("button[value='publish']")
        team.post(NEW, {**data, **keys(preview), "step": "confirm", "act": "publish"})
        run = CourseRun.objects.get()
        assert run.state == CourseRun.State.DRAFT
        assert not Session.objects.exists()

    def test_a_run_hangs_on_the_page_in_the_default_language(self, team: Client) -> None:
        course = make.course()
        data = fields(make.in_language(course))
        team.post(NEW, {**data, **keys(team.post(NEW, data)), "step": "confirm", "act": "publish"})
        assert CourseRun.objects.get().course == course

    def test_a_run_without_an_end_says_so_and_reaches_to_the_horizon(self, team: Client) -> None:
        data = fields(make.course(), rule_ends="never")
        preview = team.post(NEW, data)
        assert web.in_german("without an end; further dates are added as time goes on") in web.words(preview)
        team.post(NEW, {**data, **keys(preview), "step": "confirm", "act": "publish"})
        last = Session.objects.last()
        assert last is not None
        assert date(2027, 12, 31) < last.starts_at.date() <= date(2028, 1, 11)

    def test_a_date_in_the_past_makes_no_dates_and_cannot_be_published(self, team: Client) -> None:
        data = fields(make.course(), first_date="2026-01-14", rule_repeats="once")
        preview = team.post(NEW, data)
        assert preview.status_code == 200
        assert dates(preview) == []
        assert not web.page(preview).select("button[value='publish']")


class TestBadInput:
    def test_a_hostile_rule_is_a_form_error(self, team: Client) -> None:
        data = fields(make.course())
        for rule in (
            "RRULE:FREQ=SECONDLY",
            "RRULE:FREQ=SECONDLY;COUNT=1000000",
            "RRULE:FREQ=MINUTELY",
            "RRULE:FREQ=WEEKLY;COUNT=1000000",
            "RRULE:FREQ=DAILY;COUNT=-1",
            "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
            "RRULE:FREQ=DAILY;UNTIL=99999999T999999Z",
            "RRULE:FREQ=DAILY;INTERVAL=0",
            "RRULE:FREQ=WEEKLY;BYDAY=XX",
            "DTSTART:20270101T000000Z\nRRULE:FREQ=DAILY",
            "RRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY",
            "RRULE:FREQ=DAILY\nEXDATE:20270101T000000Z",
            "RRULE:" + "X" * 5000,
            "\x00",
            "Unsinn",
            "{}",
        ):
            response = team.post(NEW, {**data, "rule_repeats": "keep", "rule_stored": rule})
            assert response.status_code == 422, rule
            assert web.page(response).select("#panel-schedule-content .error-message"), rule
            assert not CourseRun.objects.exists()

    def test_every_field_answers_bad_input_beside_it_and_keeps_the_rest(self, team: Client) -> None:
        data = fields(make.course(), number="W27-7")
        for name, value in (
            ("rule_count", "1000000"),
            ("rule_count", "0"),
            ("rule_count", "zehn"),
            ("rule_every", "0"),
            ("rule_repeats", "secondly"),
            ("first_date", "30.02.2027"),
            ("first_date", ""),
            ("first_date", "0000-00-00"),
            ("first_date", "99999-01-01"),
            ("start_time", "25:00"),
            ("start_time", ""),
            ("duration_minutes", "0"),
            ("duration_minutes", "100000"),
            ("duration_minutes", "-5"),
            ("number", ""),
            ("number", "x" * 21),
            ("title_suffix_de", "x" * 81),
            ("capacity", ""),
            ("capacity", "0"),
            ("capacity", "1001"),
            ("capacity", "31"),
            ("capacity", "9" * 40),
            ("price", "-1"),
            ("price", "1e9"),
            ("price", "NaN"),
            ("price_reduced", "5"),
            ("booking_mode", "auction"),
            ("course", "999999"),
            ("course", ""),
            ("course", "abc"),
            ("room", "999999"),
            ("room", ""),
            ("online_url", "javascript:alert(1)"),
            ("facilitators", "999999"),
        ):
            response = team.post(NEW, {**data, name: value})
            assert response.status_code == 422, (name, value)
            page = web.page(response)
            assert page.select(".error-message"), (name, value)
            if name != "number":
                field = page.select_one("input[name='number']")
                assert field is not None
                assert field["value"] == "W27-7"
            assert not CourseRun.objects.exists()

    def test_a_number_that_is_taken_is_refused(self, team: Client) -> None:
        run = make.run()
        response = team.post(NEW, fields(run.course, number=run.number))
        assert response.status_code == 422
        assert web.in_german("This number is taken.") in web.words(response)

    def test_a_series_without_an_end_is_refused(self, team: Client) -> None:
        response = team.post(NEW, fields(make.course(), booking_mode="series", rule_ends="never"))
        assert response.status_code == 422
        assert web.in_german("A series needs an end: a last day, or a number of dates.") in web.words(
            response
        )

    def test_a_drop_in_needs_no_seats(self, team: Client) -> None:
        data = fields(make.course(), booking_mode="drop_in", capacity="")
        team.post(NEW, {**data, **keys(team.post(NEW, data)), "step": "confirm", "act": "publish"})
        assert set(Session.objects.values_list("capacity", flat=True)) == {None}


class TestChangingARun:
    def edit(self, run: CourseRun) -> str:
        return f"/admin/courserun/edit/{run.pk}/"

    def confirm(self, team: Client, run: CourseRun, data: dict[str, object]) -> Any:
        preview = team.post(self.edit(run), data)
        assert preview.status_code == 200
        return team.post(self.edit(run), {**data, **keys(preview), "step": "confirm"})

    def test_the_form_shows_the_run_as_it_is(self, team: Client) -> None:
        run = make.run()
        page = web.page(team.get(self.edit(run)))
        values = {
            str(f["name"]): str(f.get("value", ""))
            for f in page.select("main input[name]:not([type='radio'])")
        }
        assert values["number"] == run.number
        assert values["rule_count"] == "3"
        assert values["version"] == str(run.version)

    def test_a_changed_rule_shows_what_goes_and_what_comes_and_then_does_it(self, team: Client) -> None:
        run = make.run()
        kept = run.sessions.first()
        assert kept is not None
        data = typed(run, rule_every="2", rule_count="2")
        preview = team.post(self.edit(run), data)
        assert "20" in web.words(preview)
        assert run.sessions.count() == 3
        self.confirm(team, run, data)
        assert [s.starts_at.day for s in run.sessions.all()] == [13, 27]
        assert run.sessions.get(starts_at=kept.starts_at).uid == kept.uid

    def test_the_dates_of_a_run_that_people_have_booked_stay(self, team: Client) -> None:
        run = make.run()
        session = run.sessions.first()
        assert session is not None
        make.book(session)
        for changed in (
            {"rule_count": "5"},
            {"start_time": "15:00"},
            {"room": make.room().pk},
            {"capacity": "9"},
            {"booking_mode": "series"},
            {"skip_holidays": "on"},
            {"first_date": "2027-01-20"},
        ):
            response = self.confirm(team, run, typed(run, **changed))
            assert response.status_code == 409, changed
            assert str(operations.RunIsBooked().sentence) in web.words(response) or web.in_german(
                "People have booked this run, so its dates and seats stay as they are. "
                "You can cancel or move single dates in the list of dates."
            ) in web.words(response)
        assert [s.starts_at.day for s in run.sessions.all()] == [13, 20, 27]
        run.refresh_from_db()
        assert (run.capacity, run.booking_mode) == (8, "single")

    def test_what_does_not_touch_the_dates_can_be_changed_after_booking(self, team: Client) -> None:
        run = make.run()
        session = run.sessions.first()
        assert session is not None
        make.book(session)
        response = self.confirm(team, run, typed(run, title_suffix_de="Abendgruppe", price="3"))
        assert response.status_code == 302
        run.refresh_from_db()
        assert (run.title_suffix, run.price, run.version) == ("Abendgruppe", 3, 3)

    def test_of_two_editors_the_second_is_told_and_nothing_of_theirs_is_written(self, team: Client) -> None:
        run = make.run()
        opened_by_both = typed(run)
        assert self.confirm(team, run, {**opened_by_both, "title_suffix_de": "Erste"}).status_code == 302
        response = self.confirm(team, run, {**opened_by_both, "title_suffix_de": "Zweite", "rule_count": "9"})
        assert response.status_code == 409
        assert web.in_german(
            "Somebody else has changed this run in the meantime. Please open it anew; nothing has been saved."
        ) in web.words(response)
        run.refresh_from_db()
        assert run.title_suffix == "Erste"
        assert run.sessions.count() == 3

    def test_a_tampered_version_is_no_error(self, team: Client) -> None:
        run = make.run()
        for version in (
            "",
            "abc",
            "-1",
            "9" * 5000,
            "²",
        ):
            response = self.confirm(team, run, typed(run, version=version))
            assert response.status_code in (302, 409)
            assert run.sessions.count() == 3

    def test_an_archived_run_can_no_longer_be_changed(self, team: Client) -> None:
        run = make.run()
        team.post(f"/admin/courserun/dates/{run.pk}/", {"act": "archive"})
        run.refresh_from_db()
        assert run.state == CourseRun.State.ARCHIVED
        assert self.confirm(team, run, typed(run, title_suffix_de="Neu")).status_code == 409

    def test_a_run_people_come_to_cannot_be_archived(self, team: Client) -> None:
        run = make.run()
        session = run.sessions.first()
        assert session is not None
        make.book(session)
        team.post(f"/admin/courserun/dates/{run.pk}/", {"act": "archive"})
        run.refresh_from_db()
        assert run.state == CourseRun.State.PUBLISHED

    def test_there_is_no_way_to_delete_or_copy_a_run(self, team: Client) -> None:
        run = make.run()
        for name in ("delete", "copy"):
            assert team.get(f"/admin/courserun/{name}/{run.pk}/").status_code == 404
        page = web.page(team.get("/admin/courserun/"))
        assert not page.select("a[href*='/delete/'], a[href*='/copy/']")


class TestListOfRuns:
    def test_runs_are_found_by_number_and_by_course(self, team: Client) -> None:
        first, second = make.run(course=make.course("Schach")), make.run(course=make.course("Fotos"))
        for query, expected in (
            (first.number, [first]),
            ("foto", [second]),
            ("", [second, first]),
            ("nichts", []),
        ):
            page = web.page(team.get("/admin/courserun/", {"q": query}))
            links = {str(a["href"]) for a in page.select("main a[href*='/dates/']")}
            assert links == {f"/admin/courserun/dates/{run.pk}/" for run in expected}

    def test_the_list_can_be_sorted_and_filtered(self, team: Client) -> None:
        make.run(published=False)
        run = make.run()
        for query in ("?ordering=next_date", "?ordering=-number", "?state=published", "?booking_mode=single"):
            assert (
                f"/admin/courserun/dates/{run.pk}/" in team.get(f"/admin/courserun/{query}").content.decode()
            )

    def test_a_long_list_asks_no_more_questions_than_a_short_one(self, team: Client) -> None:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        def asked(url: str) -> int:
            team.get(url)
            with CaptureQueriesContext(connection) as captured:
                assert team.get(url).status_code == 200
            return len(captured)

        run = make.run()
        dates_url = f"/admin/courserun/dates/{run.pk}/"
        make.book(run.sessions.first())  # type: ignore[arg-type]
        urls = ("/admin/courserun/", "/admin/booking/", dates_url)
        before = [asked(url) for url in urls]
        for _ in range(3):
            make.book(make.session(course=make.course()))
        make.further_sessions(run, 20)
        assert [asked(url) for url in urls] == before


class TestChangingADate:
    def cancel(self, session: Session) -> str:
        return f"/admin/courserun/date/{session.pk}/cancel/"

    def move(self, session: Session) -> str:
        return f"/admin/courserun/date/{session.pk}/move/"

    def test_a_preview_says_who_is_told_and_how(self, team: Client) -> None:
        session = make.session()
        make.book(session, "Erna Meier", email="erna@example.org")
        make.book(session, "Paul Kunz", email="", phone="+4951234567")
        gone = make.book(session, "Ida Weg")
        operations.cancel_booking(booking=gone, at=make.NOW)
        before = OutgoingMail.objects.count()
        response = team.post(self.cancel(session), {"reason": "Die Heizung ist kaputt"})
        assert response.status_code == 200
        said = web.words(response)
        for expected in (
            "Erna Meier",
            "erna@example.org",
            "Paul Kunz",
            "+4951234567",
            "Die Heizung ist kaputt",
        ):
            assert expected in said
        assert "Ida Weg" not in said
        session.refresh_from_db()
        assert session.state == Session.State.PLANNED
        assert not Notice.objects.exists()
        assert OutgoingMail.objects.count() == before

    def test_confirming_cancels_and_people_are_told_ten_minutes_later(
        self, team: Client, editor: User
    ) -> None:
        session = make.session()
        make.book(session, email="erna@example.org")
        response = team.post(self.cancel(session), {"reason": "Krank", "step": "confirm"})
        notice = Notice.objects.get()
        assert response.headers["Location"] == f"/admin/courserun/notice/{notice.pk}/"
        assert notice.by == editor
        session.refresh_from_db()
        assert (session.state, session.reason) == (Session.State.CANCELLED, "Krank")
        due.do_all(at=make.in_minutes(9.9))
        assert not OutgoingMail.objects.filter(kind="session_cancelled").exists()
        due.do_all(at=make.in_minutes(10))
        assert OutgoingMail.objects.filter(kind="session_cancelled").count() == 1

    def test_until_then_it_can_be_undone_and_nobody_is_told(
        self, team: Client, clock: time_machine.Traveller
    ) -> None:
        session = make.session()
        make.book(session)
        team.post(self.cancel(session), {"reason": "Krank", "step": "confirm"})
        url = f"/admin/courserun/notice/{Notice.objects.get().pk}/"
        assert web.page(team.get(url)).select("main form button[type='submit']")
        clock.shift(timedelta(minutes=9))
        assert team.post(url).headers["Location"] == f"/admin/courserun/dates/{session.run_id}/"
        session.refresh_from_db()
        assert (session.state, session.reason) == (Session.State.PLANNED, "")
        due.do_all(at=make.in_minutes(60))
        assert not OutgoingMail.objects.filter(kind="session_cancelled").exists()
        assert team.post(url).headers["Location"] == url

    def test_after_ten_minutes_it_can_no_longer_be_undone(
        self, team: Client, clock: time_machine.Traveller
    ) -> None:
        session = make.session()
        team.post(self.cancel(session), {"reason": "Krank", "step": "confirm"})
        url = f"/admin/courserun/notice/{Notice.objects.get().pk}/"
        clock.shift(timedelta(minutes=10))
        assert not web.page(team.get(url)).select("main form button[type='submit']")
        team.post(url)
        session.refresh_from_db()
        assert session.state == Session.State.CANCELLED

    def test_a_moved_date_keeps_its_people_and_its_uid(self, team: Client) -> None:
        session = make.session()
        make.book(session)
        room = make.room(name="Saal")
        data = {
            "date": "2027-01-14",
            "start_time": "16:30",
            "duration_minutes": "60",
            "room": room.pk,
            "reason": "Raum belegt",
        }
        preview = team.post(self.move(session), data)
        assert "16:30" in web.words(preview)
        assert "17:30" in web.words(preview)
        team.post(self.move(session), {**data, "step": "confirm"})
        moved = Session.objects.get()
        assert moved.starts_at.astimezone(make.BERLIN).isoformat() == "2027-01-14T16:30:00+01:00"
        assert moved.ends_at - moved.starts_at == timedelta(hours=1)
        assert (moved.uid, moved.room, moved.seats_taken) == (session.uid, room, 1)
        due.do_all(at=make.in_minutes(10))
        assert OutgoingMail.objects.filter(kind="session_moved").count() == 1

    def test_the_form_begins_with_the_date_as_it_is_and_refuses_to_change_nothing(self, team: Client) -> None:
        session = make.session(first_date=date(2027, 7, 14), start_time=time(9, 0))
        page = web.page(team.get(self.move(session)))
        values = {str(f["name"]): str(f.get("value", "")) for f in page.select("main input[name]")}
        assert values["start_time"].startswith("09:00")
        assert values["date"] in ("2027-07-14", "14.07.2027")
        assert session.room is not None
        data = {
            "date": values["date"],
            "start_time": values["start_time"],
            "duration_minutes": "90",
            "room": session.room.pk,
            "reason": "Nur so",
            "step": "confirm",
        }
        assert team.post(self.move(session), data).status_code == 409
        assert not Notice.objects.exists()

    def test_bad_input_is_answered_and_nothing_moves(self, team: Client) -> None:
        session = make.session()
        assert session.room is not None
        for changed, status in (
            ({"reason": ""}, 422),
            ({"reason": "\x00 \u202e"}, 422),
            ({"reason": "x" * 201}, 422),
            ({"date": "31.02.2027"}, 422),
            ({"date": ""}, 422),
            ({"start_time": "24:00"}, 422),
            ({"duration_minutes": "0"}, 422),
            ({"duration_minutes": "9999999"}, 422),
            ({"room": ""}, 422),
            ({"room": "999999"}, 422),
            ({"date": "2027-01-10"}, 409),
            ({"date": "9999-12-31", "start_time": "23:59", "duration_minutes": "1440"}, 422),
        ):
            data = {
                "date": "2027-01-14",
                "start_time": "16:30",
                "duration_minutes": "60",
                "room": session.room.pk,
                "reason": "Raum",
                "step": "confirm",
                **changed,
            }
            response = team.post(self.move(session), data)
            assert response.status_code == status
            assert web.page(response).select(".error-message, .help-critical")
            session.refresh_from_db()
            assert session.sequence == 0

    @pytest.mark.parametrize("what", ["cancelled", "begun", "just changed"])
    def test_what_can_no_longer_be_changed_says_so(
        self, what: str, team: Client, clock: time_machine.Traveller
    ) -> None:
        session = make.session()
        if what == "begun":
            clock.move_to(session.starts_at)
        else:
            operations.cancel_session(session=session, reason="Krank", at=make.NOW, by=None)
        if what == "just changed":
            operations.undo_notice(notice=Notice.objects.get(), at=make.NOW, by=None)
            session.refresh_from_db()
            starts_at = session.starts_at + timedelta(hours=1)
            operations.move_session(
                session=session,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=1),
                room=session.room,
                reason="Später",
                at=make.NOW,
                by=None,
            )
        else:
            assert team.get(self.cancel(session)).status_code == 302
        response = team.post(self.cancel(session), {"reason": "Noch einmal", "step": "confirm"})
        assert response.status_code == 409
        assert Notice.objects.filter(reason="Noch einmal").count() == 0

    def test_two_clicks_on_cancel_are_one_notice(self, team: Client) -> None:
        session = make.session()
        for _ in range(2):
            team.post(self.cancel(session), {"reason": "Krank", "step": "confirm"})
        assert Notice.objects.count() == 1

    def test_going_back_keeps_the_reason(self, team: Client) -> None:
        response = team.post(self.cancel(make.session()), {"reason": "Krank", "step": "back"})
        field = web.page(response).select_one("input[name='reason']")
        assert field is not None
        assert field["value"] == "Krank"

    def test_an_unknown_date_is_not_found(self, team: Client) -> None:
        for url in ("date/999/cancel/", "date/999/move/", "notice/999/", "dates/999/", "edit/999/"):
            assert team.get(f"/admin/courserun/{url}").status_code == 404


class TestBookings:
    def found(self, team: Client, query: str) -> set[int]:
        page = web.page(team.get("/admin/booking/", {"q": query}))
        return {
            int(str(a["href"]).rstrip("/").split("/")[-1]) for a in page.select("main a[href*='/inspect/']")
        }

    def test_a_booking_is_found_by_what_somebody_says_on_the_telephone(self, team: Client) -> None:
        session = make.session()
        booking = make.book(
            session, "Erna Meier", "Paul Schröder", email="erna@example.org", phone="+4951234567"
        )
        Booking.objects.filter(pk=booking.pk).update(code="Apfel-Laterne-47")
        other = make.book(make.session(), "Ida Kunz")
        Booking.objects.filter(pk=other.pk).update(code="Zebra-Kanne-22")
        for said in (
            "Apfel-Laterne-47",
            "apfel laterne 47",
            "APFEL  LATERNE-47",
            "apfel-laterne",
            "laterne 47",
            " Apfel ",
            "05123 4567",
            "0512-34567",
            "4567",
            "Meier",
            "erna meier",
            "Schröder",
            "erna@example",
            session.run.number,
        ):
            assert self.found(team, said) == {booking.pk}, said
        assert self.found(team, "") == {booking.pk, other.pk}
        assert self.found(team, "Birne") == set()

    def test_a_strange_search_finds_nothing_and_breaks_nothing(self, team: Client) -> None:
        make.book(make.session(), "Erna Meier", email="erna@example.org")
        for query in (
            "%",
            "_",
            "\x00",
            "'",
            '"',
            "*",
            "x" * 3000,
            "🙂",
            "-",
            "%ff",
        ):
            assert self.found(team, query) == set()

    def test_looking_at_a_booking_is_written_down(self, team: Client, editor: User) -> None:
        booking = make.book(make.session(), guests=[Guest("Erna Meier", need="Rollstuhl")])
        AuditEntry.objects.all().delete()
        response = team.get(f"/admin/booking/inspect/{booking.pk}/")
        for expected in (booking.code, "Erna Meier", "Rollstuhl"):
            assert expected in web.words(response)
        entry = AuditEntry.objects.get()
        assert (entry.verb, entry.user, entry.subject_id, entry.at) == (
            "view_booking",
            editor,
            str(booking.public_id),
            make.NOW,
        )
        assert "Erna" not in str(entry.detail)

    def test_the_team_cancels_and_confirms_for_somebody_who_calls(self, team: Client, editor: User) -> None:
        booking = make.book(make.session(hold_until_confirmed=True), email="", phone="+4951234567")
        url = f"/admin/booking/inspect/{booking.pk}/"
        team.post(url, {"act": "confirm"})
        booking.refresh_from_db()
        assert booking.state == Booking.State.CONFIRMED
        for _ in range(2):
            team.post(url, {"act": "cancel"})
        booking.refresh_from_db()
        assert booking.state == Booking.State.CANCELLED
        assert (
            AuditEntry.objects.filter(verb__in=["confirm_booking", "cancel_booking"], user=editor).count()
            == 2
        )
        team.post(url, {"act": "delete"})
        assert Booking.objects.filter(pk=booking.pk).exists()

    def test_an_erased_booking_can_still_be_looked_at(self, team: Client) -> None:
        from workshops.retention import erase_booking

        booking = make.book(make.session(), "Erna Meier")
        erase_booking(booking_id=booking.pk, at=make.NOW)
        response = team.get(f"/admin/booking/inspect/{booking.pk}/")
        assert "Erna" not in web.words(response)
        assert booking.code in web.words(response)
        assert team.get("/admin/booking/").status_code == 200

    def test_there_is_no_way_to_add_change_or_delete_one_by_hand(self, team: Client) -> None:
        booking = make.book(make.session())
        for name in ("new/", f"edit/{booking.pk}/", f"delete/{booking.pk}/", f"copy/{booking.pk}/"):
            assert team.get(f"/admin/booking/{name}").status_code == 404


class TestKeptPages:
    @pytest.fixture
    def boss(self) -> Client:
        make.site()
        return web.signed_in(make.staff(ADMINISTRATORS))

    def delete(self, client: Client, page: Any, *, bulk: bool) -> Any:
        if bulk:
            return client.post(f"/admin/bulk/wagtailcore/page/delete/?next=/admin/&id={page.pk}")
        return client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))

    @pytest.mark.parametrize("bulk", [False, True])
    @pytest.mark.parametrize("which", ["course", "its translation", "programme", "home"])
    def test_a_course_with_runs_and_whatever_lies_above_it_is_kept(
        self, boss: Client, which: str, bulk: bool
    ) -> None:
        run = make.run()
        page = {
            "course": run.course,
            "its translation": make.in_language(run.course),
            "programme": run.course.get_parent(),
            "home": make.site(),
        }[which]
        response = self.delete(boss, page, bulk=bulk)
        assert response.status_code in (302, 403)
        assert type(page).objects.filter(pk=page.pk).exists()
        assert CoursePage.objects.filter(pk=run.course_id).exists()
        follow = boss.get("/admin/")
        assert follow.status_code == 200

    @pytest.mark.parametrize("bulk", [False, True])
    def test_an_exhibit_that_was_on_show_is_kept_too(self, boss: Client, bulk: bool) -> None:
        exhibit = make.exhibit()
        make.showing(exhibit)
        for page in (exhibit, make.showroom()):
            assert self.delete(boss, page, bulk=bulk).status_code == 302
            assert type(page).objects.filter(pk=page.pk).exists()

    def test_the_editor_is_told_what_to_do_instead(self, boss: Client) -> None:
        run = make.run()
        self.delete(boss, run.course, bulk=False)
        assert run.course.title in web.words(boss.get("/admin/pages/"))

    @pytest.mark.parametrize("bulk", [False, True])
    def test_a_course_without_runs_can_be_deleted(self, boss: Client, bulk: bool) -> None:
        course = make.course()
        assert self.delete(boss, course, bulk=bulk).status_code == 302
        assert not CoursePage.objects.filter(pk=course.pk).exists()

    def test_unpublishing_takes_it_from_the_site_and_loses_nothing(self, boss: Client) -> None:
        run = make.run()
        boss.post(reverse("wagtailadmin_pages:unpublish", args=[run.course_id]))
        assert Client().get(f"/programm/{run.course.slug}/").status_code == 404
        assert run.sessions.count() == 3
        make.publish(CoursePage.objects.get(pk=run.course_id))
        assert Client().get(f"/programm/{run.course.slug}/").status_code == 200


class TestRowsBehindOtherRows:
    @pytest.mark.parametrize("kind", ["venue", "room", "generation", "station", "facilitator", "topic"])
    def test_deleting_what_others_need_is_no_crash(self, kind: str) -> None:
        generation, topic = make.generation(), make.topic()
        course = make.course(generations=[generation], topics=[topic])
        someone = make.facilitator()
        session = make.session(course=course, facilitators=[someone])
        booking = make.book(session, guests=[Guest("Erna", generation.pk)])
        showing = make.showing(make.exhibit())
        assert session.room is not None
        row: Any = {
            "venue": session.room.venue,
            "room": session.room,
            "generation": generation,
            "station": showing.station,
            "facilitator": someone,
            "topic": topic,
        }[kind]
        boss = web.signed_in(make.staff(superuser=True))
        url = f"/admin/{kind}/delete/{row.pk}/"
        assert boss.get(url).status_code in (200, 302)
        assert boss.post(url).status_code in (200, 302)
        booking.refresh_from_db()
        session.refresh_from_db()
        assert booking.participants.get().generation == generation
        if kind not in ("facilitator", "topic"):
            assert type(row).objects.filter(pk=row.pk).exists()


def test_the_admin_is_in_german_whatever_the_browser_prefers(team: Client) -> None:
    for header in ("de", "en", "fr"):
        page = web.page(team.get("/admin/", headers={"accept-language": header}))
        assert page.html is not None
        assert page.html["lang"] == "de"


def test_the_admin_shows_the_houses_time_to_everybody(team: Client, editor: User) -> None:
    from wagtail.users.models import UserProfile

    profile = UserProfile.get_for_user(editor)
    profile.current_time_zone = "America/New_York"
    profile.save()
    session = make.session(start_time=time(14, 0))
    assert "14:00" in web.words(team.get(f"/admin/courserun/dates/{session.run_id}/"))
