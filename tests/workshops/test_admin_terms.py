"""Terms as the team works with them: form, page of a term, printed programme, and what bad input is told."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.roles import EDITORS
from core import due
from tests import factories as make
from tests import web
from tests.workshops.run_form import NEW, fields, keys, typed
from workshops import operations
from workshops.admin.term_forms import TermForm
from workshops.models import CourseRun, PrintedRun, Term
from workshops.viewsets import TermViewSet

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

ADD, LIST = "/admin/term/new/", "/admin/term/"


def page(term: Term) -> str:
    return f"/admin/term/page/{term.pk}/"


def changes(term: Term) -> str:
    return f"/admin/term/changes/{term.pk}/"


def keep(term: Term) -> str:
    return f"/admin/term/keep-printed/{term.pk}/"


def filled_in(**changed: object) -> dict[str, object]:
    """A term as somebody fills it in."""
    return {
        "name": "Frühjahr 2027",
        "first_date": "2027-02-01",
        "last_date": "2027-07-31",
        "copy_date": "2026-11-30",
        "publish_at": "2027-01-11 12:00",
        "web_opens_at": "2027-01-18 09:00",
        "phone_opens_at": "2027-01-14 09:00",
        **changed,
    }


class TestForm:
    def test_a_term_is_entered_and_changed(self, team: Client) -> None:
        response = team.post(ADD, filled_in())
        term = Term.objects.get()
        assert response.headers["Location"] == page(term)
        assert term.web_opens_at is not None
        assert term.web_opens_at.astimezone(make.BERLIN).isoformat() == "2027-01-18T09:00:00+01:00"
        said = web.words(team.get(page(term)))
        for expected in ("Frühjahr 2027", "18. Januar 2027", "14. Januar 2027", "30. November 2026"):
            assert expected in said
        team.post(f"/admin/term/edit/{term.pk}/", filled_in(name="Sommer", copy_date="", publish_at=""))
        term.refresh_from_db()
        assert (term.name, term.copy_date, term.publish_at) == ("Sommer", None, None)
        assert "Sommer" in web.words(team.get(LIST))

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"name": ""}, "name"),
            ({"name": "\x00\u202e"}, "name"),
            ({"name": "x" * 81}, "name"),
            ({"last_date": "2027-01-31"}, "last_date"),
            ({"last_date": "2072-07-31"}, "last_date"),
            ({"first_date": "0027-02-01"}, "first_date"),
            ({"first_date": "gestern"}, "first_date"),
            ({"first_date": ""}, "first_date"),
            ({"copy_date": "2027-08-01"}, "copy_date"),
            ({"copy_date": "9999-12-31"}, "copy_date"),
            ({"publish_at": "2027-01-18 09:01"}, "web_opens_at"),
            ({"publish_at": "2027-01-14 09:01"}, "phone_opens_at"),
            ({"publish_at": "2027-08-01 00:00"}, "publish_at"),
            ({"publish_at": "0001-01-01 00:00"}, "publish_at"),
            ({"web_opens_at": "9999-12-31 23:59"}, "web_opens_at"),
            ({"web_opens_at": "2027-03-28 02:30"}, "web_opens_at"),
            ({"phone_opens_at": "2027-08-01 09:00"}, "phone_opens_at"),
        ],
    )
    def test_what_cannot_be_gets_a_sentence_and_nothing_is_saved(
        self, team: Client, changed: dict[str, object], field: str
    ) -> None:
        response = team.post(ADD, filled_in(**changed))
        assert response.status_code == 200
        form = response.context["form"]
        assert field in form.errors
        assert all(form.errors[field])
        assert not Term.objects.exists()
        value = str(changed.get(field, ""))
        assert value in response.content.decode() or field == "name"

    def test_the_very_instant_of_publication_may_open_booking(self, team: Client) -> None:
        same = filled_in(web_opens_at="2027-01-11 12:00", phone_opens_at="2027-01-11 12:00")
        assert team.post(ADD, same).status_code == 302

    def test_a_name_is_given_once(self, team: Client) -> None:
        make.term("Frühjahr 2027")
        assert "name" in team.post(ADD, filled_in()).context["form"].errors
        assert Term.objects.count() == 1

    def test_saving_leaves_alone_what_was_kept_as_printed_meanwhile(self, team: Client) -> None:
        term = make.term()
        form_class = TermViewSet().get_form_class(for_update=True)
        assert issubclass(form_class, TermForm)
        form = form_class(filled_in(), instance=Term.objects.get(pk=term.pk))
        assert form.is_valid()
        operations.keep_printed(term=term, at=make.NOW, by=make.staff())
        form.save()
        term.refresh_from_db()
        assert (term.printed_at, term.name) == (make.NOW, "Frühjahr 2027")

    def test_a_term_with_runs_is_not_deleted_and_says_so(self) -> None:
        term = make.term()
        make.run(term=term)
        boss = web.signed_in(make.staff(superuser=True))
        boss.post(f"/admin/term/delete/{term.pk}/")
        assert Term.objects.filter(pk=term.pk).exists()


class TestRunForm:
    def test_ready_needs_a_term(self, team: Client) -> None:
        data = fields(make.course(), publish_with_term="on")
        response = team.post(NEW, data)
        assert response.status_code == 422
        assert web.in_german("Please choose the term with which it is published.") in web.words(response)
        assert team.post(NEW, {**data, "term": make.term().pk}).status_code == 200

    def test_a_run_keeps_the_term_that_has_been_archived(self, team: Client) -> None:
        term = make.term()
        run = make.run(term=term)
        Term.objects.update(is_archived=True)
        url = f"/admin/courserun/edit/{run.pk}/"
        data = typed(run, term=term.pk, capacity="9")
        preview = team.post(url, data)
        assert team.post(url, {**data, **keys(preview), "step": "confirm"}).status_code == 302
        run.refresh_from_db()
        assert (run.term, run.capacity) == (term, 9)
        assert not web.page(team.get(NEW)).select(f"option[value='{term.pk}']:-soup-contains('{term}')")

    @pytest.mark.parametrize("instant", ["0001-01-01 00:00", "9999-12-31 23:59", "2027-03-28 02:30"])
    def test_an_impossible_opening_is_told(self, team: Client, instant: str) -> None:
        assert team.post(NEW, fields(make.course(), web_opens_at=instant)).status_code == 422
        assert not CourseRun.objects.exists()

    def test_the_runs_page_leads_to_its_term_for_those_who_may_see_it(self, team: Client) -> None:
        term = make.term()
        run = make.run(term=term, published=False, publish_with_term=True)
        dates = f"/admin/courserun/dates/{run.pk}/"
        assert web.page(team.get(dates)).select(f"main a[href='{page(term)}']")
        reader = web.signed_in(make.staff(EDITORS))
        assert term.name in web.words(reader.get(dates))
        assert not web.page(reader.get(dates)).select(f"main a[href='{page(term)}']")

    def test_the_history_says_that_nobody_published_it(self, team: Client) -> None:
        term = make.term("Frühjahr 27", publish_at=make.NOW)
        run = make.run(term=term, published=False, publish_with_term=True)
        due.do_all(at=make.NOW)
        said = web.words(team.get(f"/admin/courserun/dates/{run.pk}/"))
        assert web.in_german("by itself") in said
        assert web.in_german("with the term %(term)s", term="Frühjahr 27") in said


class TestPage:
    def draft(self, term: Term, **fields: Any) -> CourseRun:
        return make.run(term=term, published=False, **fields)

    def test_every_run_stands_there_with_state_dates_seats_and_what_is_in_the_way(self, team: Client) -> None:
        term = make.term()
        published = make.run(term=term, capacity=17)
        unready = self.draft(term, rule="", first_date=date(2027, 1, 4))
        make.run()
        rows = web.page(team.get(page(term))).select("table.listing tbody tr")
        assert len(rows) == 2
        texts = [" ".join(row.get_text(" ").split()) for row in rows]
        for expected in (published.number, "17", "3 Termine", "13. Jan 2027", "27. Jan 2027"):
            assert expected in texts[0]
        assert unready.number in texts[1]
        sentence = "No date of this run lies ahead. Please check first date and rule."
        assert web.in_german(sentence) in texts[1]
        assert rows[1].select_one(f"a[href='/admin/courserun/dates/{unready.pk}/']")

    def test_an_empty_term_says_what_to_do(self, team: Client) -> None:
        sentence = "No run belongs to this term yet. A run is given its term in its form."
        assert web.in_german(sentence) in web.words(team.get(page(make.term())))

    def test_one_run_or_several_are_marked_and_it_is_taken_back(self, team: Client, editor: User) -> None:
        term = make.term(publish_at=make.NOW + timedelta(days=1))
        runs = [self.draft(term) for _ in range(3)]

        def ready() -> list[bool]:
            return [CourseRun.objects.get(pk=run.pk).publish_with_term for run in runs]

        assert team.post(page(term), {"only": f"{runs[0].pk}:yes"}).headers["Location"] == page(term)
        assert ready() == [True, False, False]
        team.post(page(term), {"runs": [runs[1].pk, runs[2].pk], "ready": "yes"})
        assert ready() == [True, True, True]
        team.post(page(term), {"runs": [runs[0].pk], "ready": "no"})
        assert ready() == [False, True, True]
        change = runs[0].changes.first()
        assert change is not None
        assert change.by == editor
        due.do_all(at=make.NOW + timedelta(days=1))
        states = [CourseRun.objects.get(pk=run.pk).state for run in runs]
        assert states == ["draft", "published", "published"]

    def test_bad_input_is_answered_on_the_page(self, team: Client) -> None:
        term = make.term()
        run, foreign = self.draft(term), self.draft(make.term())
        for data in (
            {},
            {"ready": "yes"},
            {"runs": [run.pk]},
            {"runs": [run.pk], "ready": "perhaps"},
            {"runs": [run.pk, foreign.pk], "ready": "yes"},
            {"runs": ["abc", "9" * 30], "ready": "yes"},
            {"only": f"{run.pk}"},
            {"only": "\x00:yes"},
        ):
            response = team.post(page(term), data)
            assert response.status_code == 422, data
            assert web.page(response).select_one("main [role='alert']"), data
        assert not CourseRun.objects.filter(publish_with_term=True).exists()
        response = team.post(page(term), {"runs": [run.pk]})
        assert web.page(response).select(f"input[name='runs'][value='{run.pk}'][checked]")

    def test_what_could_not_be_published_says_why_and_that_it_is_tried_again(self, team: Client) -> None:
        term = make.term(publish_at=make.NOW)
        run = self.draft(term, publish_with_term=True)
        run.course.unpublish()
        due.do_all(at=make.NOW)
        said = web.words(team.get(page(term)))
        sentence = "The course has not been published yet. Please publish its page first."
        assert web.in_german(sentence) in said
        assert web.page(team.get(page(term))).select(".help-warning")
        make.publish(run.course)
        due.do_all(at=make.NOW)
        assert not web.page(team.get(page(term))).select(".help-warning")

    @pytest.mark.parametrize(
        ("fields", "remarks"),
        [
            ({}, 1),
            ({"publish_at": make.NOW + timedelta(days=1)}, 0),
            ({"publish_at": make.NOW + timedelta(days=1), "copy_date": date(2027, 2, 1)}, 1),
            ({"is_archived": True}, 1),
        ],
    )
    def test_what_is_unusual_is_remarked(self, team: Client, fields: dict[str, Any], remarks: int) -> None:
        term = make.term(**fields)
        self.draft(term, publish_with_term=True)
        assert len(web.page(team.get(page(term))).select(".help-warning")) == remarks

    def test_a_term_that_does_not_exist_is_not_found(self, team: Client) -> None:
        for url in ("page", "changes", "keep-printed", "edit"):
            assert team.get(f"/admin/term/{url}/999/").status_code == 404

    def test_pages_ask_a_fixed_number_of_questions(self, team: Client) -> None:
        term = make.term()

        def asked(url: str) -> int:
            with CaptureQueriesContext(connection) as captured:
                assert team.get(url).status_code == 200
            return len(captured)

        found: dict[str, list[int]] = {page(term): [], changes(term): []}
        for count in (1, 2):
            for _ in range(count):
                make.run(term=term, facilitators=[make.facilitator()])
                self.draft(term, publish_with_term=True, facilitators=[make.facilitator()])
            operations.keep_printed(term=term, at=make.NOW, by=make.staff())
            CourseRun.objects.update(capacity=20 + count)
            for url, counts in found.items():
                asked(url)
                counts.append(asked(url))
        assert found == {page(term): [PAGE_QUERIES] * 2, changes(term): [CHANGES_QUERIES] * 2}


PAGE_QUERIES, CHANGES_QUERIES = 37, 20


class TestPrinted:
    def test_keeping_asks_first_and_then_keeps(self, team: Client, editor: User) -> None:
        term = make.term(copy_date=date(2027, 1, 20))
        make.run(term=term)
        assert "20. Januar 2027" in web.words(team.get(keep(term)))
        assert not PrintedRun.objects.exists()
        assert team.post(keep(term)).headers["Location"] == changes(term)
        assert PrintedRun.objects.count() == 1
        said = web.words(team.get(changes(term)))
        assert web.in_german("Everything is as it was printed.") in said
        assert web.page(team.get(keep(term))).select(".help-warning")

    def test_before_printing_the_list_says_when_it_will_be(self, team: Client) -> None:
        assert "20. Januar 2027" in web.words(team.get(changes(make.term(copy_date=date(2027, 1, 20)))))
        assert web.page(team.get(changes(make.term()))).select(".help-info")

    def test_every_change_stands_under_its_run_with_both_days_in_the_heading(
        self, team: Client, clock: time_machine.Traveller
    ) -> None:
        term = make.term("Frühjahr 2027")
        run = make.run(term=term, course=make.course("Fotos ordnen"), first_date=date(2027, 1, 20))
        unchanged = make.run(term=term)
        team.post(keep(term))
        operations.cancel_session(session=make.first(run), reason="Krank", at=make.NOW, by=None)
        clock.shift(timedelta(days=2))
        response = team.get(changes(term))
        (section,) = web.page(response).select(".printed__run")
        assert f"{run.number} Fotos ordnen" in section.h3.get_text()  # type: ignore[union-attr]
        assert "Mi, 20. Jan 2027, 14:00–15:30" in section.ul.get_text()  # type: ignore[union-attr]
        said = web.words(response)
        for expected in ("Frühjahr 2027", "11. Januar 2027", "13. Januar 2027"):
            assert expected in said
        assert unchanged.number not in said

    def test_the_list_can_be_printed(self, team: Client) -> None:
        term = make.term()
        team.post(keep(term))
        document = web.page(team.get(changes(term)))
        assert document.select("link[media='print'][href*='workshops/print']")
        assert document.select("main [data-print][hidden]")
        assert document.select("script[type='module'][src*='workshops/print']")

    def test_those_who_write_pages_see_none_of_it(self) -> None:
        term = make.term()
        reader = web.signed_in(make.staff(EDITORS))
        for url in (LIST, ADD, page(term), changes(term), keep(term)):
            assert reader.get(url).status_code == 302, url
            assert reader.post(url).status_code in (302, 403), url
        term.refresh_from_db()
        assert term.printed_at is None
