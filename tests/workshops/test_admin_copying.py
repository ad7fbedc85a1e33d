"""The team copies runs: one preview of everything, then all drafts or none."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.models import User
from core.models import AuditEntry
from places.models import Equipment, OpeningHours
from tests import factories as make
from tests import web
from workshops import operations
from workshops.models import CourseRun, EquipmentNeed, RunChange, Schedule, Session, Term
from workshops.rules import NotPossible

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def term(name: str, first: date, **fields: Any) -> Term:
    return Term.objects.create(name=name, first_date=first, last_date=first + timedelta(days=150), **fields)


@pytest.fixture
def spring() -> Term:
    return term("Frühjahr 2027", date(2027, 1, 11))


@pytest.fixture
def autumn() -> Term:
    return term("Herbst 2027", date(2027, 9, 6))


def url_of(run: CourseRun) -> str:
    return f"/admin/courserun/copy/{run.pk}/"


def typed(runs: list[CourseRun], preview: Any = None, **more: Any) -> dict[str, Any]:
    """The form as the preview sends it back, everything ticked."""
    data: dict[str, Any] = {"runs": [run.pk for run in runs], **more}
    if preview is not None:
        document = web.page(preview)
        hidden = web.hidden_fields(preview)
        for run in runs:
            data[f"seen-{run.pk}"] = hidden[f"seen-{run.pk}"][0]
            data.setdefault(f"take-{run.pk}", "on")
            number = document.select_one(f"[name=number-{run.pk}]")
            assert number is not None
            data.setdefault(f"number-{run.pk}", number["value"])
    return data


def confirm(team: Client, url: str, runs: list[CourseRun], **more: Any) -> Any:
    preview = team.post(url, typed(runs, **more))
    assert preview.status_code == 200, web.words(preview)
    return team.post(url, {**typed(runs, preview, **more), "step": "confirm"})


def drafts() -> Any:
    return CourseRun.objects.filter(state="draft").order_by("pk")


class TestOneRun:
    def test_what_may_lie_outside_the_opening_hours_may_so_as_a_copy(
        self, team: Client, autumn: Term
    ) -> None:
        room = make.room(name="Saal")
        OpeningHours.objects.create(venue=room.venue, weekday=2, opens=time(8), closes=time(12))
        for outside, said in ((False, 3), (True, 0)):
            run = make.run(room=room, outside_hours=outside, start_time=time(18 if outside else 14))
            preview = web.words(team.post(url_of(run), typed([run], term=autumn.pk)))
            assert preview.count(web.in_german("This is outside the opening hours.")) == said, outside

    def test_everything_a_run_is_comes_along_and_nothing_that_happened_to_it(
        self, team: Client, editor: User, autumn: Term
    ) -> None:
        hanne = make.facilitator()
        run = make.run(
            number="W27-1",
            facilitators=[hanne],
            booking_mode="series",
            title_suffix_de="Abend",
            title_suffix_en="evening",
            price="4.50",
            setup_minutes=15,
            minimum=4,
            decide_on=date(2027, 1, 6),
            helpers_wanted=2,
            further_times="16:00",
            publish_with_term=True,
            web_opens_at=datetime(2027, 1, 1, tzinfo=UTC),
        )
        tablets = Equipment.objects.create(name="Tablets", pieces=12)
        EquipmentNeed.objects.create(run=run, equipment=tablets, pieces=8)
        make.book_series(run)
        CourseRun.objects.filter(pk=run.pk).update(seats_per_helper=4)
        run.refresh_from_db()
        response = confirm(team, url_of(run), [run], term=autumn.pk)
        copy = drafts().get()
        assert response.headers["Location"] == f"/admin/courserun/dates/{copy.pk}/"
        for field in CourseRun._meta.concrete_fields:
            if field.name not in operations.copying.NOT_COPIED:
                assert getattr(copy, field.attname) == getattr(run, field.attname) or field.name == "price"
        assert (copy.title_suffix_de, copy.title_suffix_en) == ("Abend", "evening")
        assert (copy.number, copy.term, copy.version, copy.publish_with_term) == ("W27-2", autumn, 1, False)
        assert copy.web_opens_at is None
        assert copy.decide_on == date(2027, 9, 1)  # a week before the first date, as before
        schedule = copy.schedules.get()
        assert (schedule.first_date, schedule.room_id) == (date(2027, 9, 8), run.schedules.get().room_id)
        assert [str(time) for time in schedule.further_times] == ["16:00:00"]
        assert list(schedule.facilitators.all()) == [hanne]
        assert list(copy.equipment_needs.values_list("equipment", "pieces")) == [(tablets.pk, 8)]
        assert not copy.sessions.exists()
        assert not copy.bookings.exists()
        change = copy.changes.get()
        assert (change.kind, change.by, change.detail["copied_from"]) == ("created", editor, "W27-1")
        entry = AuditEntry.objects.get(verb="copy_runs")
        assert (entry.user_id, entry.detail) == (editor.pk, {"runs": ["W27-2"]})
        assert "W27-1" in web.words(team.get(response.headers["Location"]))

    def test_nothing_is_written_before_it_is_confirmed(self, team: Client, autumn: Term) -> None:
        run = make.run()
        make.closure(date(2027, 9, 15), name="Stadtfest")
        before = (CourseRun.objects.count(), Schedule.objects.count(), RunChange.objects.count())
        preview = team.post(url_of(run), typed([run], term=autumn.pk))
        said = web.words(preview)
        assert "Stadtfest" in said
        assert "8. Sep" in said
        assert "29. Sep" in said
        assert (CourseRun.objects.count(), Schedule.objects.count(), RunChange.objects.count()) == before

    def test_published_the_copy_has_the_dates_of_the_preview(self, team: Client) -> None:
        run = make.run(rule="RRULE:FREQ=WEEKLY;UNTIL=20270127T225959Z")
        make.closure(date(2027, 9, 15))
        confirm(team, url_of(run), [run], start="2027-09-06")
        copy = drafts().get()
        operations.publish_run(run=copy, at=make.NOW, by=None)
        assert [s.starts_at.astimezone(make.BERLIN).isoformat() for s in copy.sessions.all()] == [
            "2027-09-08T14:00:00+02:00",
            "2027-09-22T14:00:00+02:00",
            "2027-09-29T14:00:00+02:00",
        ]

    def test_a_text_in_one_language_does_not_wander_into_the_other(self) -> None:
        run = make.run(title_suffix_de="Abend")
        with translation.override("en"):
            (copy,) = operations.plan_copies(
                runs=[run.pk], origin=date(2027, 1, 13), start=date(2027, 9, 8), term=None, at=make.NOW
            )
        assert (copy.draft.run.title_suffix_de, copy.draft.run.title_suffix_en or "") == ("Abend", "")

    def test_times_of_one_run_that_overlap_are_told_once(self) -> None:
        run = make.run(rule="", further_times="14:30", published=False)
        (copy,) = operations.plan_copies(
            runs=[run.pk], origin=date(2027, 1, 13), start=date(2027, 9, 8), term=None, at=make.NOW
        )
        assert [conflict.kind for conflict in copy.draft.conflicts] == ["room"]

    def test_a_date_that_fell_out_since_was_still_a_date_of_the_course(self, team: Client) -> None:
        run = make.run(rule="RRULE:FREQ=WEEKLY;UNTIL=20270203T225959Z")
        second = run.sessions.order_by("starts_at")[1]
        make.closure(second.starts_at.date(), name="Wasserschaden")
        operations.cancel_session(session=second, reason="Wasserschaden", at=make.NOW, by=None)
        confirm(team, url_of(run), [run], start="2027-09-06")
        assert drafts().get().schedules.get().rule.rrules[0].count == 4

    def test_the_last_plan_counts_and_the_page_says_so(self, team: Client) -> None:
        run = make.run(rule="RRULE:FREQ=WEEKLY;COUNT=4")
        third = run.sessions.order_by("starts_at")[2]
        segment = operations.segment_from(run=run, session=third, at=make.NOW)
        segment.room = make.room(name="Saal")
        run.refresh_from_db()
        operations.save_run(run=run, schedule=segment, facilitators=[], at=make.NOW, by=None)
        preview = team.post(url_of(run), typed([run], start="2027-09-06"))
        said = web.words(preview)
        assert "27.01.2027" in said
        assert "Saal" in said
        confirm(team, url_of(run), [run], start="2027-09-06")
        schedule = drafts().get().schedules.get()
        assert (schedule.room, schedule.first_date) == (segment.room, date(2027, 9, 8))
        assert schedule.rule.rrules[0].count == 4

    def test_neither_term_nor_day_or_nonsense_is_answered(self, team: Client) -> None:
        run = make.run()
        for fields in (
            {},
            {"start": "morgen"},
            {"term": "999"},
            {"start": "2027-09-06", "runs": ["999"]},
            {"start": "2027-09-06", "runs": ["abc"]},
            {"start": "2027-09-06", "runs": ["9" * 30]},
            {"start": "2027-09-06", "runs": []},
        ):
            response = team.post(url_of(run), {"runs": [run.pk], **fields})
            assert response.status_code == 422, fields
            assert web.page(response).select(".error-message"), fields

    @pytest.mark.parametrize("start", ["0001-01-01", "0026-01-01", "9999-12-31", "2027-01-01", "2500-01-01"])
    def test_a_day_that_cannot_be_right_is_shown_and_refused(self, team: Client, start: str) -> None:
        run = make.run(rule="", minimum=3, decide_on=date(2027, 1, 6), first_date=date(2027, 1, 12))
        if start == "2027-01-01":
            start = "2026-12-01"
        preview = team.post(url_of(run), typed([run], start=start))
        assert preview.status_code == 200
        assert web.page(preview).select(".help-critical")
        response = team.post(url_of(run), {**typed([run], preview, start=start), "step": "confirm"})
        assert response.status_code == 422
        assert not drafts().exists()


class TestSeveral:
    def test_a_term_is_copied_as_it_lay(self, team: Client, spring: Term, autumn: Term) -> None:
        runs = [
            make.run(term=spring, number="27-1"),
            make.run(term=spring, number="27-2", first_date=date(2027, 2, 12), rule=""),
            make.run(
                term=spring,
                number="27-3",
                first_date=date(2027, 2, 6),
                rule="RRULE:FREQ=MONTHLY;BYDAY=1SA;COUNT=3",
            ),
        ]
        response = confirm(team, f"/admin/courserun/copy-term/{spring.pk}/", runs, term=autumn.pk)
        assert response.headers["Location"] == "/admin/courserun/?state=draft"
        assert list(drafts().values_list("number", "schedules__first_date", "term")) == [
            ("27-4", date(2027, 9, 8), autumn.pk),
            ("27-6", date(2027, 10, 2), autumn.pk),
            ("27-5", date(2027, 10, 8), autumn.pk),
        ]

    def test_all_runs_of_a_term_can_be_chosen_and_cancelled_ones_are_not_ticked(
        self, team: Client, spring: Term
    ) -> None:
        stays, gone = make.run(term=spring), make.run(term=spring)
        CourseRun.objects.filter(pk=gone.pk).update(state="cancelled")
        elsewhere = make.run()
        page = web.page(team.get(f"/admin/courserun/copy-term/{spring.pk}/"))
        ticks = {str(i["value"]): i.has_attr("checked") for i in page.select("input[name=runs]")}
        assert ticks == {str(stays.pk): True, str(gone.pk): False}
        assert elsewhere.number not in page.get_text()

    def test_the_runs_of_a_course_count_from_the_earliest_chosen(self, team: Client) -> None:
        course = make.course()
        first = make.run(course=course, first_date=date(2027, 1, 13))
        second = make.run(course=course, first_date=date(2027, 1, 27))
        archived = make.run(course=course, published=False)
        operations.archive_run(run=archived, at=make.NOW, by=None)
        url = f"/admin/courserun/copy-course/{course.pk}/"
        offered = {str(i["value"]) for i in web.page(team.get(url)).select("input[name=runs]")}
        assert offered == {str(first.pk), str(second.pk)}
        assert str(course.pk) in str(web.page(team.get("/admin/courserun/copy-several/")))
        confirm(team, url, [first, second], start="2027-09-08")
        dates = set(drafts().values_list("schedules__first_date", flat=True))
        assert dates == {date(2027, 9, 8), date(2027, 9, 22)}
        drafts().update(state="archived")
        confirm(team, url, [second], start="2027-09-08")
        assert drafts().get().schedules.get().first_date == date(2027, 9, 8)

    def test_copies_that_collide_with_each_other_or_with_what_is_there_say_so(
        self, team: Client, autumn: Term
    ) -> None:
        course, room, hanne = make.course(), make.room(), make.facilitator()
        one = make.run(course=course, room=room, number="A-1", rule="")
        other = make.run(course=course, number="A-5", rule="", facilitators=[hanne])
        other.schedules.update(room=room)
        there = make.run(number="Z-9", rule="", first_date=date(2027, 9, 8), facilitators=[hanne])
        url = f"/admin/courserun/copy-course/{course.pk}/"
        preview = team.post(url, typed([one, other], term=autumn.pk))
        boxes = [box.get_text(" ") for box in web.page(preview).select(".plan__draft")]
        assert len(boxes) == 2
        assert "A-6" in boxes[0]  # the number of the other copy
        assert "A-2" in boxes[1]
        assert there.number in boxes[1]
        assert there.number not in boxes[0]
        data = {**typed([one, other], preview, term=autumn.pk), "step": "look"}
        del data[f"take-{other.pk}"]
        again = web.page(team.post(url, data))
        assert not again.select(".plan__conflicts")
        assert again.select_one(f"[name=take-{one.pk}][checked]")
        assert not again.select_one(f"[name=take-{other.pk}][checked]")

    def test_one_that_is_not_ticked_is_not_copied_and_moves_nobody(self, team: Client) -> None:
        course = make.course()
        first = make.run(course=course, first_date=date(2027, 1, 13))
        second = make.run(course=course, first_date=date(2027, 1, 27))
        url = f"/admin/courserun/copy-course/{course.pk}/"
        preview = team.post(url, typed([first, second], start="2027-09-08"))
        data = typed([first, second], preview, start="2027-09-08")
        del data[f"take-{first.pk}"]
        team.post(url, {**data, "step": "confirm"})
        copy = drafts().get()
        assert copy.schedules.get().first_date == date(2027, 9, 22)

    def test_a_number_that_is_missing_taken_or_double_stands_beside_its_field(self, team: Client) -> None:
        course = make.course()
        runs = [make.run(course=course), make.run(course=course)]
        url = f"/admin/courserun/copy-course/{course.pk}/"
        preview = team.post(url, typed(runs, start="2027-09-08"))
        data = {**typed(runs, preview, start="2027-09-08"), "step": "confirm"}
        name = f"number-{runs[0].pk}"
        for number in ("", "  ", runs[1].number, data[f"number-{runs[1].pk}"], "x" * 21):
            response = team.post(url, {**data, name: number})
            assert response.status_code == 422, number
            document = web.page(response)
            assert document.select(".error-message"), number
            if number.strip():
                assert document.select_one(f"[name={name}][value='{number}']"), number
        assert not drafts().exists()
        nothing = {key: value for key, value in data.items() if not key.startswith("take-")}
        assert team.post(url, nothing).status_code == 422

    def test_all_or_none(self, editor: User) -> None:
        """The last number is taken at the moment of writing: the runs before it are not made either."""
        runs = [make.run(number=f"A-{n}") for n in (1, 2)]
        wish = {"runs": [run.pk for run in runs], "origin": date(2027, 1, 13), "start": date(2027, 9, 8)}
        copies = operations.plan_copies(**wish, term=None, at=make.NOW)
        seen = {copy.source.pk: copy.seen for copy in copies}
        before = CourseRun.objects.count(), RunChange.objects.count(), AuditEntry.objects.count()
        for numbers in ({runs[0].pk: "B-1", runs[1].pk: "A-1"}, {runs[0].pk: "B-1", runs[1].pk: "B-1"}):
            with pytest.raises(operations.NumberTaken):
                operations.copy_runs(**wish, term=None, numbers=numbers, seen=seen, at=make.NOW, by=editor)
            assert (
                CourseRun.objects.count(),
                RunChange.objects.count(),
                AuditEntry.objects.count(),
            ) == before

    def test_what_has_changed_since_it_was_shown_is_shown_again(self, team: Client) -> None:
        run = make.run()
        preview = team.post(url_of(run), typed([run], start="2027-09-08"))
        data = {**typed([run], preview, start="2027-09-08"), "step": "confirm"}
        make.closure(date(2027, 9, 15), name="Stadtfest")
        again = team.post(url_of(run), data)
        assert again.status_code == 200
        assert "Stadtfest" in web.words(again)
        for mark in ("", "ü", "0" * 16):
            assert team.post(url_of(run), {**data, f"seen-{run.pk}": mark}).status_code == 200
        assert not drafts().exists()
        team.post(url_of(run), {**typed([run], again, start="2027-09-08"), "step": "confirm"})
        assert drafts().exists()

    def test_two_clicks_make_one_copy(self, team: Client) -> None:
        run = make.run()
        preview = team.post(url_of(run), typed([run], start="2027-09-08"))
        data = {**typed([run], preview, start="2027-09-08"), "step": "confirm"}
        assert team.post(url_of(run), data).status_code == 302
        assert team.post(url_of(run), data).status_code == 422
        assert drafts().count() == 1

    def test_going_back_keeps_what_was_chosen(self, team: Client, autumn: Term) -> None:
        run = make.run()
        back = web.page(team.post(url_of(run), typed([run], term=autumn.pk, step="back")))
        assert back.select_one(f"option[value='{autumn.pk}'][selected]")

    def test_too_many_at_once_are_refused_with_the_limit(
        self, team: Client, spring: Term, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        runs = [make.run(term=spring) for _ in range(3)]
        monkeypatch.setattr("workshops.admin.copying.MOST_COPIES", 2)
        monkeypatch.setattr("workshops.operations.copying.MOST_COPIES", 2)
        response = team.post(f"/admin/courserun/copy-term/{spring.pk}/", typed(runs, start="2027-09-06"))
        assert response.status_code == 422
        assert "2 Durchgänge" in web.words(response)
        with pytest.raises(NotPossible):
            operations.plan_copies(
                runs=[run.pk for run in runs],
                origin=date(2027, 1, 13),
                start=date(2027, 9, 6),
                term=None,
                at=make.NOW,
            )

    def test_a_batch_of_too_many_dates_is_cut_off_not_waited_for(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("workshops.operations.drafts.MOST_DATES", 4)
        runs = [make.run(rule="RRULE:FREQ=WEEKLY;COUNT=3", published=False) for _ in range(4)]
        copies = operations.plan_copies(
            runs=[run.pk for run in runs],
            origin=date(2027, 1, 13),
            start=date(2027, 9, 8),
            term=None,
            at=make.NOW,
        )
        assert [bool(copy.draft.problem) for copy in copies] == [False, False, True, True]

    def test_a_column_filled_down_is_not_compared_date_by_date(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("workshops.operations.drafts.MOST_PAIRS", 8)
        room = make.room()
        runs = [make.run(rule="", room=room, published=False) for _ in range(3)]
        copies = operations.plan_copies(
            runs=[run.pk for run in runs],
            origin=date(2027, 1, 13),
            start=date(2027, 9, 8),
            term=None,
            at=make.NOW,
        )
        assert all(copy.draft.problem for copy in copies)
        assert not any(copy.draft.conflicts for copy in copies)

    def test_the_number_of_queries_does_not_grow(self, editor: User, spring: Term, autumn: Term) -> None:
        found = []
        for size in (1, 3):
            runs = [make.run(term=spring, facilitators=[make.facilitator()]) for _ in range(size)]
            tablets = Equipment.objects.create(name=f"Tablets {size}", pieces=2)
            for run in runs:
                EquipmentNeed.objects.create(run=run, equipment=tablets, pieces=1)
            wish = {
                "runs": [run.pk for run in runs],
                "origin": spring.first_date,
                "start": autumn.first_date,
                "term": autumn,
                "at": make.NOW,
            }
            with CaptureQueriesContext(connection) as planned:
                copies = operations.plan_copies(**wish)
            numbers = {copy.source.pk: copy.draft.run.number for copy in copies}
            seen = {copy.source.pk: copy.seen for copy in copies}
            with CaptureQueriesContext(connection) as copied:
                operations.copy_runs(**wish, numbers=numbers, seen=seen, by=editor)
            found.append((len(planned), len(copied)))
        assert found == [(21, 22)] * 2


class TestWho:
    def test_only_who_may_make_runs_copies_them(self, spring: Term) -> None:
        run = make.run(term=spring)
        looks_on = web.signed_in(make.staff("Redaktion"))
        for url in (
            url_of(run),
            f"/admin/courserun/copy-course/{run.course_id}/",
            f"/admin/courserun/copy-term/{spring.pk}/",
            "/admin/courserun/copy-several/",
        ):
            assert looks_on.get(url).status_code in (302, 403), url
            assert looks_on.post(url, typed([run], start="2027-09-06")).status_code in (302, 403, 405), url
        assert "copy/" not in str(web.page(looks_on.get(f"/admin/courserun/dates/{run.pk}/")).main)

    def test_what_does_not_exist_is_not_found(self, team: Client) -> None:
        for what in ("copy", "copy-course", "copy-term"):
            assert team.get(f"/admin/courserun/{what}/99999/").status_code == 404

    def test_a_run_leads_to_its_copy(self, team: Client) -> None:
        run = make.run()
        page = web.page(team.get(f"/admin/courserun/dates/{run.pk}/"))
        assert page.select_one(f"a[href='{url_of(run)}']")
        assert team.get(url_of(run)).status_code == 200
        assert not Session.objects.exclude(run=run).exists()
