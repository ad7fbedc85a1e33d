"""Kept seats, questions and what else the form of a run sets about seats: saved in one act, or not at all."""

from typing import Any

import pytest
from django.test import Client

from core.models import Generation
from places.models import Equipment
from tests import factories as make
from tests import web
from tests.workshops.run_form import NEW, fields, keys, typed
from workshops import history, operations
from workshops.models import CourseRun, Participant, RunChoice, SeatPool
from workshops.operations import Answer, AnswerIsChosen, Extras, Guest, Kept, Question
from workshops.operations.keeping import questions_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

QUESTION = {
    "question-0-de": "Welches Telefon?",
    "question-0-en": "Which telephone?",
    "question-0-0-de": "Android",
    "question-0-1-de": "Leihgerät",
    "question-0-1-en": "Loan device",
}


@pytest.fixture
def young() -> Generation:
    return make.generation("Junge Menschen", side=Generation.Side.YOUNG)


def confirm(team: Client, url: str, data: dict[str, object], **more: object) -> Any:
    preview = team.post(url, data)
    assert preview.status_code == 200, web.words(preview)
    return team.post(url, {**data, **keys(preview), "step": "confirm", **more})


def edit(run: CourseRun) -> str:
    return f"/admin/courserun/edit/{run.pk}/"


def pools(run: CourseRun) -> set[tuple[int | None, int, int]]:
    return set(run.pools.values_list("generation", "seats", "release_days"))


class TestKeptSeats:
    def test_a_new_run_is_saved_with_the_seats_it_keeps(self, team: Client, young: Generation) -> None:
        data = fields(
            make.course(),
            **{f"pool-{young.pk}-seats": "4", f"pool-{young.pk}-days": "10", "pool-desk-seats": "2"},
        )
        confirm(team, NEW, data, act="publish")
        assert pools(CourseRun.objects.get()) == {(young.pk, 4, 10), (None, 2, 7)}

    def test_they_change_and_go_with_the_run_and_the_history_says_so(
        self, team: Client, young: Generation
    ) -> None:
        run = make.run()
        operations.set_pools(run=run, pools=[Kept(young.pk, 4), Kept(None, 2)], at=make.NOW, by=None)
        confirm(team, edit(run), typed(run, **{f"pool-{young.pk}-seats": "3", "pool-desk-seats": ""}))
        assert pools(run) == {(young.pk, 3, 7)}
        change = run.changes.latest("pk")
        assert change.detail["fields"] == ["pools"]
        assert str(SeatPool._meta.verbose_name_plural) in history.sentences(change)[0]

    def test_saving_anything_else_leaves_them_as_they_are(self, team: Client, young: Generation) -> None:
        run = make.run()
        operations.set_pools(run=run, pools=[Kept(young.pk, 4, 3)], at=make.NOW, by=None)
        page = web.page(team.get(edit(run)))
        shown = {str(i["name"]): str(i.get("value", "")) for i in page.select("input[name^=pool-]")}
        assert shown[f"pool-{young.pk}-seats"] == "4"
        confirm(team, edit(run), typed(run, price="5", **shown))
        assert pools(run) == {(young.pk, 4, 3)}

    def test_more_than_there_are_is_said_beside_the_rows(self, team: Client, young: Generation) -> None:
        response = team.post(NEW, fields(make.course(), **{f"pool-{young.pk}-seats": "9"}))
        assert response.status_code == 422
        assert web.page(response).select(".plan__fold[open] .help-critical")
        assert not CourseRun.objects.exists()

    def test_what_the_seats_taken_leave_no_room_for_is_refused_with_the_numbers(
        self, team: Client, young: Generation
    ) -> None:
        run = make.run(capacity=2)
        make.book(make.first(run))
        response = team.post(edit(run), typed(run, **{f"pool-{young.pk}-seats": "2"}))
        assert response.status_code == 422
        assert "13.01.2027" in web.words(response)
        assert not pools(run)

    def test_fewer_seats_and_smaller_pools_go_together(self, team: Client, young: Generation) -> None:
        run = make.run(capacity=8)
        operations.set_pools(run=run, pools=[Kept(young.pk, 6)], at=make.NOW, by=None)
        confirm(team, edit(run), typed(run, capacity="4", **{f"pool-{young.pk}-seats": "2"}))
        assert pools(run) == {(young.pk, 2, 7)}
        assert set(run.sessions.values_list("capacity", flat=True)) == {4}

    def test_the_second_of_two_editors_is_told_and_writes_nothing(
        self, team: Client, young: Generation
    ) -> None:
        run = make.run()
        data = typed(run, **{f"pool-{young.pk}-seats": "2"})
        preview = team.post(edit(run), data)
        confirm(team, edit(run), typed(run, **{f"pool-{young.pk}-seats": "5"}))
        response = team.post(edit(run), {**data, **keys(preview), "step": "confirm"})
        assert response.status_code == 409
        assert pools(run) == {(young.pk, 5, 7)}

    @pytest.mark.parametrize("changed", [{"booking_mode": "drop_in"}, {"is_tandem": "on"}])
    def test_neither_a_drop_in_nor_a_tandem_keeps_seats(
        self, team: Client, young: Generation, changed: dict[str, str]
    ) -> None:
        response = team.post(NEW, fields(make.course(), **changed, **{f"pool-{young.pk}-seats": "2"}))
        assert response.status_code == 422

    @pytest.mark.parametrize("bad", ["-1", "zwei", "1001", "9" * 30])
    def test_bad_numbers_are_answered_beside_the_field(
        self, team: Client, young: Generation, bad: str
    ) -> None:
        response = team.post(NEW, fields(make.course(), **{f"pool-{young.pk}-seats": bad}))
        assert response.status_code == 422
        assert web.page(response).select(".plan__pools .error-message")


class TestQuestions:
    def test_they_are_saved_with_their_answers_and_what_these_lend(self, team: Client) -> None:
        phones = Equipment.objects.create(name="Leih-Smartphones", pieces=3)
        data = fields(make.course(), **QUESTION, **{"question-0-1-equipment": phones.pk})
        confirm(team, NEW, data, act="draft")
        question = CourseRun.objects.get().questions.get()
        assert (question.text_de, question.text_en) == ("Welches Telefon?", "Which telephone?")
        assert list(question.choices.values_list("text_de", "text_en", "equipment")) == [
            ("Android", "", None),
            ("Leihgerät", "Loan device", phones.pk),
        ]

    @pytest.mark.parametrize("missing", ["question-0-de", "question-0-0-de"])
    def test_a_question_needs_words_and_two_answers(self, team: Client, missing: str) -> None:
        data = fields(make.course(), **{**QUESTION, missing: ""})
        response = team.post(NEW, data)
        assert response.status_code == 422
        assert web.page(response).select(".plan__fold[open] .w-field__errors")

    def test_what_people_have_chosen_can_be_renamed_but_does_not_go(self, team: Client) -> None:
        run = make.run()
        asked = Question("Welches Telefon?", answers=[Answer("Android"), Answer("Leihgerät")])
        save(run, asked)
        chosen = RunChoice.objects.get(text_de="Android")
        guests = [Guest(name="Erna Meier", choices=[chosen.pk])]
        make.book(make.first(run), guests=guests)
        confirm(
            team,
            edit(run),
            typed(
                run,
                version=CourseRun.objects.get().version,
                **{**QUESTION, "question-0-0-de": "Ein Androide"},
            ),
        )
        chosen.refresh_from_db()
        assert chosen.text_de == "Ein Androide"
        assert Participant.objects.get().choices.get() == chosen
        gone = dict.fromkeys(QUESTION, "")
        response = confirm(team, edit(run), typed(run, version=CourseRun.objects.get().version, **gone))
        assert response.status_code == 409
        assert "Ein Androide" in web.words(response)
        assert run.questions.count() == 1

    def test_an_answer_that_lends_something_lends_it_to_those_who_chose_it(self) -> None:
        phones = Equipment.objects.create(name="Leih-Smartphones", pieces=3)
        run = make.run()
        save(
            run, Question("Gerät?", answers=[Answer("Eigenes"), Answer("Leihgerät", equipment_id=phones.pk)])
        )
        chosen = RunChoice.objects.get(equipment=phones)
        make.book(make.first(run), guests=[Guest(name="Erna Meier", choices=[chosen.pk])])
        kept = questions_of(CourseRun.objects.get())
        without = [
            Question(q.text_de, answers=[Answer(a.text_de, key=a.key) for a in q.answers], key=q.key)
            for q in kept
        ]
        with pytest.raises(AnswerIsChosen):
            save(CourseRun.objects.get(), *without)
        chosen.refresh_from_db()
        assert chosen.equipment == phones


def save(run: CourseRun, *questions: Question) -> None:
    schedule = run.schedules.get()
    operations.save_run(
        run=run,
        schedule=schedule,
        facilitators=[],
        at=make.NOW,
        by=None,
        extras=Extras((), questions),
    )


class TestTheRest:
    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"taster_seats": "on"}, "taster_seats"),
            ({"booking_mode": "series", "most_bookings": "2"}, "most_bookings"),
            ({"groups": "book", "largest_group": "9"}, "largest_group"),
            ({"largest_group": "5"}, "largest_group"),
            ({"min_age": "14", "max_age": "10"}, "max_age"),
            ({"is_tandem": "on", "capacity": "7"}, "capacity"),
            ({"is_tandem": "on", "booking_mode": "drop_in"}, "is_tandem"),
        ],
    )
    def test_what_does_not_go_together_is_said_beside_the_field(
        self, team: Client, changed: dict[str, str], field: str
    ) -> None:
        response = team.post(NEW, fields(make.course(), **changed))
        assert response.status_code == 422
        marked = web.page(response).select(".w-field__errors:has(.error-message)")
        fields_ = [error.find_parent(class_="w-field__wrapper") for error in marked]
        assert any(one and one.select(f"[name='{field}']") for one in fields_)

    def test_what_is_set_is_read_without_unfolding(self, team: Client) -> None:
        run = make.run(min_age=10, max_age=14, groups="ask", closes_hours=24)
        folds = web.page(team.get(edit(run))).select(".plan__fold:not([open]) > summary")
        folded = [fold.get_text(" ", strip=True) for fold in folds]
        assert any("10" in text and "14" in text for text in folded)
        assert any("24" in text for text in folded)
        groups = next(text for text in folded if web.in_german("groups ask, and the team answers") in text)
        assert groups.count(web.in_german("School classes and clubs")) == 1
        assert len(folded) == 5

    def test_all_of_it_is_saved_and_told_in_the_history(self, team: Client) -> None:
        run = make.run(booking_mode="series")
        set_ = {
            "taster_seats": "on",
            "asks_to_confirm": "on",
            "min_age": "10",
            "groups": "ask",
            "closes_hours": "5",
            "has_waiting_list": "",
        }
        confirm(team, edit(run), typed(run, booking_mode="series", **set_))
        run.refresh_from_db()
        assert (run.taster_seats, run.asks_to_confirm, run.min_age, run.groups) == (True, True, 10, "ask")
        assert not run.has_waiting_list
        told = history.sentences(run.changes.latest("pk"))[0]
        assert str(CourseRun._meta.get_field("min_age").verbose_name) in told


class TestTandem:
    @pytest.fixture
    def data(self, young: Generation) -> dict[str, object]:
        make.generation("Ab 60", side=Generation.Side.OLD)
        return fields(make.course(), is_tandem="on", facilitators=[make.facilitator().pk])

    def test_it_is_published_where_everything_is_there(self, team: Client, data: dict[str, object]) -> None:
        confirm(team, NEW, data, act="publish")
        assert CourseRun.objects.get().state == CourseRun.State.PUBLISHED

    @pytest.mark.parametrize(
        "missing", [{"facilitators": []}, {"room": "", "online_url": "https://example.org/treffen"}]
    )
    def test_it_stays_a_draft_without_a_room_or_a_facilitator(
        self, team: Client, data: dict[str, object], missing: dict[str, object]
    ) -> None:
        confirm(team, NEW, {**data, **missing}, act="publish")
        assert CourseRun.objects.get().state == CourseRun.State.DRAFT

    def test_it_stays_a_draft_without_generations_of_both_sides(
        self, team: Client, data: dict[str, object]
    ) -> None:
        Generation.objects.filter(name="Ab 60").update(side="")
        confirm(team, NEW, data, act="publish")
        assert CourseRun.objects.get().state == CourseRun.State.DRAFT

    def test_a_published_one_keeps_its_facilitator(self, team: Client, data: dict[str, object]) -> None:
        confirm(team, NEW, data, act="publish")
        run = CourseRun.objects.get()
        response = team.post(edit(run), {**data, "facilitators": [], "version": run.version})
        assert response.status_code == 422


def test_copies_take_kept_seats_and_questions_along(young: Generation) -> None:
    phones = Equipment.objects.create(name="Leih-Smartphones", pieces=3)
    run = make.run()
    operations.set_pools(run=run, pools=[Kept(young.pk, 4, 3), Kept(None, 1)], at=make.NOW, by=None)
    question = Question("Gerät?", "Device?", [Answer("Eigenes"), Answer("Leihgerät", "Loan", phones.pk)])
    operations.save_run(
        run=run,
        schedule=run.schedules.get(),
        facilitators=[],
        at=make.NOW,
        by=None,
        extras=Extras([Kept(young.pk, 4, 3), Kept(None, 1)], [question]),
    )
    first = run.schedules.get().first_date
    about: dict[str, Any] = {
        "runs": [run.pk],
        "origin": first,
        "start": first.replace(month=5, day=5),
        "term": None,
        "at": make.NOW,
    }
    (planned,) = operations.plan_copies(**about)
    (made,) = operations.copy_runs(
        **about,
        numbers={run.pk: planned.draft.run.number},
        seen={run.pk: planned.seen},
        by=None,
    )
    assert pools(made) == pools(run)
    (asked,) = questions_of(made)
    assert [(a.text_de, a.text_en, a.equipment_id) for a in asked.answers] == [
        ("Eigenes", "", None),
        ("Leihgerät", "Loan", phones.pk),
    ]
    assert run.questions.get().pk != made.questions.get().pk
