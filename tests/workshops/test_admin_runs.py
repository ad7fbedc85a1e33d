"""A run: the exact dates before anything is written, changed by one editor at a time, never deleted."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from core.models import AuditEntry
from places.models import Closure
from tests import factories as make
from tests import web
from tests.workshops.run_form import NEW, dates, fields, keys, typed
from workshops import operations
from workshops.models import CourseRun, Helper, HelperShift, Notice, Schedule, Session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


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
        assert list(run.schedules.get().facilitators.all()) == [someone]
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

    def test_only_the_page_in_the_default_language_is_offered(self, team: Client) -> None:
        course = make.course()
        make.translated(course, title="In English")
        page = web.page(team.get(NEW))
        assert "In English" not in page.get_text()
        assert course.title in page.get_text()
        assert team.post(NEW, fields(make.in_language(course))).status_code == 422

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
        assert [s.starts_at.day for s in run.sessions.taking_place()] == [13, 27]
        assert "20." not in web.words(team.get(f"/admin/courserun/dates/{run.pk}/")).partition("Verlauf")[0]
        assert run.sessions.get(starts_at=kept.starts_at).uid == kept.uid

    def test_where_somebody_only_helps_a_reason_is_asked_for_too(self, team: Client) -> None:
        run = make.run()
        helper = Helper.objects.create(name="Kim", email="kim@example.org")
        HelperShift.objects.create(helper=helper, session=make.first(run), changed_at=make.NOW)
        data = typed(run, start_time="15:00")
        preview = team.post(self.edit(run), data)
        assert "Kim: kim@example.org" in web.words(preview)
        refused = team.post(self.edit(run), {**data, **keys(preview), "step": "confirm"})
        assert refused.status_code == 422
        assert not Notice.objects.exists()
        done = team.post(
            self.edit(run), {**data, **keys(preview), "step": "confirm", "reason": "Der Bus fährt später."}
        )
        assert done.status_code == 302
        assert Notice.objects.get().session == make.first(run)

    def test_a_booking_made_meanwhile_is_shown_and_what_was_answered_stays(self, team: Client) -> None:
        run = make.run()
        session = make.first(run)
        make.book(session, "Erna Meier")
        url = f"/admin/courserun/edit/{run.pk}/"
        data = typed(run, start_time="16:00")
        preview = team.post(url, data)
        make.book(session, "Ida Kern")
        answers = {f"decision-{session.pk}": "cancel", "reason": "Später"}
        again = web.page(team.post(url, {**data, **keys(preview), **answers, "step": "confirm"}))
        assert not run.changes.filter(kind="changed").exists()
        assert "Ida Kern" in again.get_text()
        assert [field["value"] for field in again.select("input[name='reason']")] == ["Später"]
        assert [field["value"] for field in again.select("input[type=radio][checked]")] == ["cancel"]

    def test_the_second_editor_is_told_of_a_single_date_moved_meanwhile(self, team: Client) -> None:
        run = make.run()
        data = typed(run, start_time="15:00")
        preview = team.post(self.edit(run), data)
        operations.cancel_session(session=make.first(run), reason="Krank", at=make.NOW, by=None)
        before = list(run.sessions.values())
        shown_again = team.post(self.edit(run), {**data, **keys(preview), "step": "confirm"})
        # First the plan is shown anew, then the older version is refused.
        assert "haben sich geändert" in web.page(shown_again).get_text()
        told = team.post(self.edit(run), {**data, **keys(shown_again), "step": "confirm"})
        assert told.status_code == 409
        assert list(run.sessions.values()) == before

    def test_seats_and_way_of_booking_stay_under_people(self, team: Client) -> None:
        run = make.run()
        make.book(make.first(run), "Erna Meier", "Paul Meier")
        for changed in ({"capacity": "1"}, {"booking_mode": "drop_in"}):
            response = team.post(self.edit(run), typed(run, **changed))
            assert response.status_code == 422, changed
            assert web.page(response).select(".help-critical")
        run.refresh_from_db()
        assert (run.capacity, run.booking_mode) == (8, "single")

    def test_for_every_booked_date_that_changes_somebody_decides_and_gives_a_reason(
        self, team: Client
    ) -> None:
        run = make.run()
        booked, free, _last = run.sessions.order_by("starts_at")
        make.book(booked, "Erna Meier", email="erna@example.org")
        data = typed(run, rule_weekdays=["3"], first_date="2027-01-14")
        preview = team.post(self.edit(run), data)
        page = web.page(preview)
        assert [str(f["value"]) for f in page.select(f"input[name='decision-{booked.pk}']")] == [
            "move",
            "keep",
            "cancel",
        ]
        assert not page.select(f"input[name='decision-{free.pk}']")
        assert "erna@example.org" in web.words(preview)
        confirm = {**data, **keys(preview), "step": "confirm"}
        for answer in (
            {},
            {"reason": "Lehrgang"},
            {f"decision-{booked.pk}": "move"},
            {f"decision-{booked.pk}": "auction", "reason": "Lehrgang"},
        ):
            response = team.post(self.edit(run), {**confirm, **answer})
            assert response.status_code == 422, answer
            assert web.page(response).select(".error-message"), answer
            assert [s.starts_at.day for s in run.sessions.all()] == [13, 20, 27]
        team.post(self.edit(run), {**confirm, f"decision-{booked.pk}": "keep", "reason": ""})
        assert [s.starts_at.day for s in run.sessions.all()] == [13, 14, 21, 28]

    def test_somebody_who_books_between_preview_and_saving_is_not_passed_over(self, team: Client) -> None:
        run = make.run()
        data = typed(run, rule_weekdays=["3"], first_date="2027-01-14")
        preview = team.post(self.edit(run), data)
        make.book(make.first(run))
        again = team.post(self.edit(run), {**data, **keys(preview), "step": "confirm"})
        assert again.status_code == 200
        assert web.page(again).select("fieldset.plan__question")
        assert [s.starts_at.day for s in run.sessions.all()] == [13, 20, 27]

    def test_a_closure_entered_after_people_booked_asks_what_becomes_of_the_date(self, team: Client) -> None:
        run = make.run()
        session = make.first(run)
        make.book(session)
        day = session.starts_at.date()
        Closure.objects.create(kind="closed", name="Rohrbruch", first_date=day, last_date=day)
        data = typed(run, price="3")
        preview = team.post(self.edit(run), data)
        assert "Rohrbruch" in web.words(preview)
        answer = {f"decision-{session.pk}": "keep", "step": "confirm"}
        assert team.post(self.edit(run), {**data, **keys(preview), **answer}).status_code == 302
        session.refresh_from_db()
        assert session.state == "planned"

    def test_from_here_on_keeps_what_is_before(self, team: Client) -> None:
        run = make.run()
        second = run.sessions.order_by("starts_at")[1]
        url = f"{self.edit(run)}?from={second.pk}"
        form = web.page(team.get(url))
        assert form.select_one("[name='rule_count']")["value"] == "2"  # type: ignore[index]
        saal = make.room(name="Saal")
        data = typed(run, first_date="2027-01-20", rule_count="2", room=saal.pk)
        preview = team.post(url, data)
        assert "Saal" in web.words(preview)
        assert team.post(url, {**data, **keys(preview), "step": "confirm"}).status_code == 302
        assert [s.room.name for s in run.sessions.all()] == ["Werkraum", "Saal", "Saal"]
        page = team.get(f"/admin/courserun/dates/{run.pk}/")
        assert web.in_german("Change the plan from %(day)s").split("%")[0].strip() in page.content.decode()
        first_plan = run.schedules.order_by("first_date")[0]
        assert team.get(f"{self.edit(run)}?schedule={first_plan.pk}").status_code == 200

    def test_from_a_date_that_has_begun_or_is_extra_nothing_follows(self, team: Client) -> None:
        run = make.run()
        session = make.first(run)
        run.sessions.filter(pk=session.pk).update(planned_for=None)
        response = team.get(f"{self.edit(run)}?from={session.pk}")
        assert response.status_code == 302
        for query in ("from=99999999", "from=abc", "schedule=99999", "schedule=%F0"):
            assert team.get(f"{self.edit(run)}?{query}").status_code == 404

    def test_the_dates_are_shown_while_somebody_types(self, team: Client) -> None:
        data = fields(make.course(), step="dates")
        response = team.post(NEW, data)
        found = web.page(response).select("ol.plan__dates li")
        assert len(found) == 3
        assert not web.page(response).select("form")
        unfinished = team.post(NEW, {**data, "start_time": ""})
        assert unfinished.status_code == 200
        assert not web.page(unfinished).select("ol li")
        assert not CourseRun.objects.exists()

    def test_who_did_what_when_is_shown(self, team: Client, editor: User) -> None:
        run = make.run()
        self.confirm(team, run, typed(run, start_time="15:30"))
        said = web.words(team.get(f"/admin/courserun/dates/{run.pk}/"))
        assert str(editor) in said
        assert "15:30" in said

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

    def test_there_is_no_way_to_delete_a_run_and_wagtails_own_copy_is_not_offered(self, team: Client) -> None:
        run = make.run()
        assert team.get(f"/admin/courserun/delete/{run.pk}/").status_code == 404
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
