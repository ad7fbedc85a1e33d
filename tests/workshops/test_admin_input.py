"""Whatever somebody types into the form of a run is answered beside the field."""

import pytest
from django.test import Client

from tests import factories as make
from tests import web
from tests.workshops.run_form import NEW, fields, keys
from workshops.models import CourseRun, Session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


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
            assert web.page(response).select(".rule-field__errors p, .error-message"), rule
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
            ("first_date", "9999-12-31"),
            ("first_date", "0001-01-01"),
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
            ("capacity", "9" * 40),
            ("price", "-1"),
            ("price", "1e9"),
            ("price", "NaN"),
            ("price_reduced", "5"),
            ("booking_mode", "auction"),
            ("course", "999999"),
            ("course", ""),
            ("course", "abc"),
            ("course", "9" * 20),
            ("room", "999999"),
            ("room", ""),
            ("online_url", "javascript:alert(1)"),
            ("facilitators", "999999"),
        ):
            response = team.post(NEW, {**data, name: value})
            assert response.status_code == 422, (name, value)
            page = web.page(response)
            general = web.in_german("Please look at the marked fields. Nothing has been saved yet.")
            said = [
                e.get_text(strip=True)
                for e in page.select(".error-message, .rule-field__errors p, .help-critical")
            ]
            assert [text for text in said if text and text != general], (name, value)
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

    def test_a_course_whose_number_no_database_can_hold_is_not_found(self, team: Client) -> None:
        assert team.get("/admin/courserun/copy-course/99999999999999999999/").status_code == 404

    @pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
    def test_days_at_the_ends_of_the_calendar_count_as_not_asked(self, team: Client, day: str) -> None:
        run = make.run()
        for name in ("first", "last"):
            response = team.get("/admin/courserun/all-dates/", {name: day})
            assert response.status_code == 200
            assert run.number in web.words(response)


@pytest.mark.django_db
def test_a_form_set_of_any_length_is_answered_at_once(team: Client) -> None:
    run = make.run()
    prefix = "equipment_needs-"
    data = {f"{prefix}TOTAL_FORMS": "9" * 20, f"{prefix}INITIAL_FORMS": "0"}
    answer = team.post(f"/admin/courserun/equipment/{run.pk}/", data)
    assert answer.status_code == 422
    assert answer.content.count(b"<fieldset") <= 40
    assert not run.equipment_needs.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["courserun/edit", "roomuse/edit"])
def test_no_row_has_the_key_nought(team: Client, address: str) -> None:
    assert team.get(f"/admin/{address}/0/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["courserun/dates", "booking/inspect"])
def test_nothing_is_done_to_what_is_not_there(team: Client, address: str) -> None:
    assert team.post(f"/admin/{address}/999999/").status_code == 404
