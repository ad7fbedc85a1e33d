"""The team reads runs from a spreadsheet: every fault or every date first, then all drafts or none."""

import csv
import io
from datetime import date, time
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from core.models import AuditEntry
from tests import factories as make
from tests import web
from tests.workshops.sheets import row, separated, workbook
from workshops import operations
from workshops.models import CoursePage, CourseRun, RunChange, Schedule, Term
from workshops.spreadsheets.reading import read_sheet
from workshops.spreadsheets.rows import read_rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

URL = "/admin/courserun/import/"


@pytest.fixture
def house() -> CoursePage:
    """What the rows of `tests.workshops.sheets` name."""
    make.room(venue=make.venue("Alte Post"), name="Saal")
    return make.course("Tablet für Neugierige")


def upload(team: Client, content: bytes, name: str = "liste.xlsx") -> Any:
    return team.post(URL, {"file": SimpleUploadedFile(name, content)})


def confirm(team: Client, shown: Any) -> Any:
    return team.post(URL, {"cells": web.hidden_fields(shown)["cells"][0]})


def told(response: Any) -> list[tuple[str, ...]]:
    """Row, column and sentence of every fault on the page."""
    table = web.page(response).select_one("main table")
    rows = table.select("tbody tr") if table else []
    return [tuple(cell.get_text(strip=True) for cell in line.find_all(["td", "th"])) for line in rows]


def is_untouched() -> bool:
    return not any(model.objects.exists() for model in (CourseRun, Schedule, RunChange, AuditEntry))


class TestReading:
    def test_everything_is_shown_and_then_made_as_drafts(
        self, team: Client, editor: User, house: CoursePage
    ) -> None:
        Term.objects.create(name="Frühjahr 2027", first_date=date(2027, 1, 4), last_date=date(2027, 7, 1))
        hanne, ali = make.facilitator(), make.facilitator("Ali Kaya")
        make.closure(date(2027, 2, 1), name="Umbau")
        headings, cells = row(
            Zusatz="Abend",
            Semester="frühjahr 2027",
            Dauer="120",
            Wiederholung="alle 2 Wochen",
            Anzahl_Termine=4,
            Kursleitung="Ali Kaya, Hanne Brandt",
            Preis="45,00",
            Ermäßigt=22.5,
            Material="3",
            Nicht_an_Feiertagen="nein",
            Nicht_in_den_Ferien="ja",
            Aufbau=15,
            Abbau="10 min",
            Mindestzahl=4,
            Entscheidungstag="11.1.2027",
        )
        shown = upload(team, workbook([headings, cells]))
        assert shown.status_code == 200
        said = web.words(shown)
        for words in (
            "Umbau",
            "18. Jan",
            "15. Feb",
            "4 Termine",
            "Ali Kaya",
            "1 Durchgang als Entwurf anlegen",
        ):
            assert words in said, words
        assert is_untouched()
        response = confirm(team, shown)
        assert response.headers["Location"] == "/admin/courserun/?state=draft"
        run = CourseRun.objects.get()
        schedule = run.schedules.get()
        assert (run.state, run.number, run.course, run.booking_mode) == ("draft", "W27-1", house, "series")
        assert (run.title_suffix_de, run.capacity, run.term.name) == ("Abend", 8, "Frühjahr 2027")
        assert (run.price, run.price_reduced, run.material_cost) == (45, 22.5, 3)
        assert (run.skip_public_holidays, run.skip_holidays) == (False, True)
        assert (run.setup_minutes, run.teardown_minutes) == (15, 10)
        assert (run.minimum, run.decide_on) == (4, date(2027, 1, 11))
        assert (schedule.first_date, schedule.start_time, schedule.duration_minutes) == (
            date(2027, 1, 18),
            time(14),
            120,
        )
        assert schedule.room.name == "Saal"
        assert set(schedule.facilitators.all()) == {hanne, ali}
        change = run.changes.get()
        assert (change.kind, change.by, change.detail["row"]) == ("created", editor, 2)
        assert "Zeile 2" in web.words(team.get(f"/admin/courserun/dates/{run.pk}/"))
        entry = AuditEntry.objects.get()
        assert (entry.verb, entry.user_id, entry.detail) == ("import_runs", editor.pk, {"runs": ["W27-1"]})
        operations.publish_run(run=run, at=make.NOW, by=None)
        assert [s.starts_at.astimezone(make.BERLIN).date() for s in run.sessions.all()] == [
            date(2027, 1, 18),
            date(2027, 2, 15),
            date(2027, 3, 1),
            date(2027, 3, 15),
        ]

    def test_a_row_with_the_least_there_must_be(self, team: Client, house: CoursePage) -> None:
        confirm(team, upload(team, separated(row(Buchungsart="offener Treff", Plätze="")), "liste.csv"))
        run = CourseRun.objects.get()
        assert (run.booking_mode, run.capacity, run.skip_public_holidays) == ("drop_in", None, True)
        assert run.schedules.get().duration_minutes == 90
        assert not run.schedules.get().rule

    def test_conflicts_are_shown_and_do_not_hinder(self, team: Client, house: CoursePage) -> None:
        there = make.run(course=house, first_date=date(2027, 1, 18), rule="", number="Z-9")
        there.sessions.update(room=make.Room.objects.get(name="Saal"))
        headings, cells = row()
        shown = upload(team, workbook([headings, cells, ["W27-2", *cells[1:]]]))
        boxes = [box.get_text(" ") for box in web.page(shown).select(".plan__draft")]
        assert all("Z-9" in box for box in boxes)
        assert "W27-2" in boxes[0]
        assert "W27-1" in boxes[1]
        confirm(team, shown)
        assert CourseRun.objects.filter(state="draft").count() == 2

    def test_courses_rooms_and_people_are_found_by_all_their_names(
        self, team: Client, house: CoursePage
    ) -> None:
        make.room(venue=make.venue("Bücherei"), name="Saal")
        headings, cells = row(Angebot=house.slug, Raum="saal (ALTE POST)")
        shown = upload(team, workbook([headings, cells]))
        assert shown.status_code == 200, told(shown)
        confirm(team, shown)
        assert CourseRun.objects.get().schedules.get().room.venue.name == "Alte Post"

    def test_runs_hang_on_the_page_in_the_default_language(self, team: Client, house: CoursePage) -> None:
        make.translated(house, title="Tablets for the curious")
        response = upload(team, separated(row(Angebot="Tablets for the curious")))
        assert told(response)[0][1] == "Angebot"
        confirm(team, upload(team, separated(row())))
        assert CourseRun.objects.get().course == house


class TestFaults:
    @pytest.mark.parametrize(
        ("changed", "column", "words"),
        [
            ({"Angebot": "Tablet für Neugierge"}, "Angebot", "Ist „Tablet für Neugierige“ gemeint?"),
            ({"Angebot": "Töpfern"}, "Angebot", "gibt es nicht"),
            ({"Raum": "Werkstatt"}, "Raum", "gibt es nicht"),
            ({"Kursleitung": "Hanne Brand"}, "Kursleitung", "Hanne Brandt"),
            ({"Semester": "Herbst"}, "Semester", "gibt es nicht"),
            ({"Kursnummer": "D-1"}, "Kursnummer", "vergeben"),
            ({"Kursnummer": "x" * 21}, "Kursnummer", "20"),
            ({"Zusatz": "x" * 81}, "Zusatz", "80"),
            ({"Plätze": "0"}, "Plätze", "1"),
            ({"Plätze": "1001"}, "Plätze", "1000"),
            ({"Preis": "123456"}, "Preis", "7"),
            ({"Dauer": "3"}, "Dauer", "5"),
            ({"Dauer": "2000"}, "Dauer", "1440"),
            ({"Aufbau": "241"}, "Aufbau", "240"),
            ({"Mindestzahl": "0", "Entscheidungstag": "1.1.2027"}, "Mindestzahl", "1"),
            ({"Raum": "", "Online-Adresse": "keine"}, "Online-Adresse", "gültige Adresse"),
            ({"Wiederholung": "wöchentlich"}, "Wiederholung", "Ende"),
            ({"Erster_Termin": "19.1.2026"}, "Erster Termin", "Kein einziger Termin"),
            ({"Wiederholung": "täglich", "Letzter_Tag": "1.1.2030"}, "Wiederholung", "500"),
        ],
    )
    def test_each_is_named_by_row_and_column(
        self, team: Client, house: CoursePage, changed: dict[str, str], column: str, words: str
    ) -> None:
        make.facilitator()
        make.run(number="D-1")
        before = CourseRun.objects.count()
        headings, cells = row(**changed)
        response = upload(team, separated([headings, cells]))
        assert response.status_code == 422
        ((place, named, sentence),) = told(response)
        assert (place, named) == ("2", column)
        assert words in sentence
        assert "cells" not in web.hidden_fields(response)
        assert CourseRun.objects.count() == before

    def test_rows_without_a_fault_are_shown_beside_those_with_one(
        self, team: Client, house: CoursePage
    ) -> None:
        headings, cells = row()
        response = upload(
            team, workbook([headings, cells, [], ["W27-1", *cells[1:]], ["W27-3", "Töpfern", *cells[2:]]])
        )
        assert [fault[:2] for fault in told(response)] == [("4", "Kursnummer"), ("5", "Angebot")]
        assert "Zeile 2" in told(response)[0][2]
        assert [h.get_text() for h in web.page(response).select(".plan__draft h3")] == [
            "W27-1 Tablet für Neugierige"
        ]
        assert is_untouched()

    def test_what_is_called_the_same_is_not_guessed(self, team: Client, house: CoursePage) -> None:
        make.course(house.title)
        make.room(name="Saal")
        make.facilitator()
        make.facilitator()
        response = upload(team, separated(row(Kursleitung="Hanne Brandt")))
        assert [fault[1] for fault in told(response)] == ["Angebot", "Raum", "Kursleitung"]

    def test_what_is_archived_is_not_there(self, team: Client, house: CoursePage) -> None:
        make.Room.objects.update(is_archived=True)
        assert told(upload(team, separated(row())))[0][1] == "Raum"

    @pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"<html>", b"PK\x03\x04kaputt", b"a;b\r\n1;2\r\n"])
    def test_a_file_that_is_no_list_is_answered_beside_the_field(self, team: Client, content: bytes) -> None:
        response = upload(team, content)
        assert response.status_code == 422
        assert web.page(response).select(".error-message")

    def test_no_file_at_all_is_answered(self, team: Client) -> None:
        assert team.post(URL, {}).status_code == 422
        assert team.post(URL, {"file": "text"}).status_code == 422

    def test_a_file_too_large_is_not_read(self, team: Client) -> None:
        response = upload(team, b"x" * (2 * 1024 * 1024 + 5))
        assert response.status_code == 422
        assert "2 MB" in web.words(response)

    def test_very_many_faults_are_told_with_their_number(self, team: Client, house: CoursePage) -> None:
        headings, _cells = row()
        response = upload(team, separated([headings, *[[str(n)] + ["x"] * 6 for n in range(60)]]))
        assert len(told(response)) == 200
        assert "und 160 weitere" in web.words(response)

    def test_unknown_names_are_compared_only_so_often(self, house: CoursePage) -> None:
        headings, cells = row()
        lines = [[f"N-{n}", f"Tablet für Neugierge{n}", *cells[2:]] for n in range(30)]
        reading = read_rows(read_sheet(separated([headings, *lines])))
        checked = operations.check_rows(reading.rows, at=make.NOW)
        guessed = [fault for fault in checked.faults if "gemeint" in fault.sentence]
        assert (len(guessed), len(checked.faults)) == (20, 30)


class TestAllOrNone:
    def test_what_was_checked_is_checked_anew(self, team: Client, house: CoursePage) -> None:
        headings, cells = row()
        shown = upload(team, workbook([headings, cells, ["W27-2", *cells[1:]]]))
        make.run(course=house, number="W27-2")
        response = confirm(team, shown)
        assert response.status_code == 409
        assert told(response)[0][:2] == ("3", "Kursnummer")
        assert not CourseRun.objects.filter(number="W27-1").exists()

    def test_two_clicks_make_each_run_once(self, team: Client, house: CoursePage) -> None:
        shown = upload(team, separated(row()))
        assert confirm(team, shown).status_code == 302
        assert confirm(team, shown).status_code == 409
        assert CourseRun.objects.count() == 1

    def test_a_number_taken_at_the_same_moment_leaves_nothing(self, house: CoursePage, editor: User) -> None:
        headings, cells = row()
        reading = read_rows(read_sheet(separated([headings, cells, ["W27-2", *cells[1:]]])))
        before = CourseRun.objects.count(), RunChange.objects.count(), AuditEntry.objects.count()
        made: list[CourseRun] = []

        def somebody_else(execute: Any, sql: str, *rest: Any) -> Any:
            if sql.startswith('INSERT INTO "workshops_courserun"') and not made:
                made.append(CourseRun(course=house, number="W27-2", capacity=1))
                made[0].save()
            return execute(sql, *rest)

        with connection.execute_wrapper(somebody_else), pytest.raises(operations.NumberTaken):
            operations.import_runs(rows=reading.rows, at=make.NOW, by=editor)
        assert made
        assert (CourseRun.objects.count(), RunChange.objects.count(), AuditEntry.objects.count()) == before

    def test_tampered_or_borrowed_cells_are_not_read(self, team: Client, house: CoursePage) -> None:
        packed = web.hidden_fields(upload(team, separated(row())))["cells"][0]
        for cells in ("", "x", packed[:-3], packed[::-1]):
            assert team.post(URL, {"cells": cells}).status_code == 302
        other = web.signed_in(make.staff("Kursteam"))
        assert other.post(URL, {"cells": packed}).status_code in (302, 403)
        assert is_untouched()

    def test_a_page_left_open_too_long_is_told_so(self, team: Client, house: CoursePage, clock: Any) -> None:
        shown = upload(team, separated(row()))
        packed = web.hidden_fields(shown)["cells"][0]
        clock.shift(61 * 60)
        team.force_login(team_user(team))
        assert team.post(URL, {"cells": packed}).status_code == 302
        assert is_untouched()

    def test_the_number_of_queries_does_not_grow(self, house: CoursePage, editor: User) -> None:
        found = []
        for size in (1, 3):
            lines = []
            for n in range(size):
                who = make.facilitator(f"Name {size}-{n}")
                lines.append(row(Kursnummer=f"{size}-{n}", Kursleitung=who.name)[1])
            reading = read_rows(read_sheet(separated([row(Kursleitung="")[0], *lines])))
            operations.check_rows(reading.rows, at=make.NOW)  # languages and content types are known then
            with CaptureQueriesContext(connection) as checked:
                operations.check_rows(reading.rows, at=make.NOW)
            with CaptureQueriesContext(connection) as imported:
                operations.import_runs(rows=reading.rows, at=make.NOW, by=editor)
            found.append((len(checked), len(imported)))
        assert found == [(14, 24)] * 2


def team_user(client: Client) -> Any:
    return User.objects.get(pk=client.session["_auth_user_id"])


class TestTemplate:
    def test_its_own_example_can_be_read(self, team: Client, house: CoursePage) -> None:
        make.facilitator()
        Term.objects.create(name="Frühjahr 2027", first_date=date(2027, 1, 4), last_date=date(2027, 7, 1))
        for kind in ("xlsx", "csv"):
            file = team.get(f"{URL}template.{kind}")
            assert file.status_code == 200
            assert f".{kind}" in file.headers["Content-Disposition"]
            shown = upload(team, file.content)
            assert shown.status_code == 200, told(shown)
            confirm(team, shown)
            run = CourseRun.objects.get()
            assert run.schedules.get().rule.rrules[0].count == 10
            assert (run.term.name, run.price_reduced) == ("Frühjahr 2027", 22.5)
            Schedule.objects.all().delete()
            CourseRun.objects.all().delete()

    def test_titles_that_look_like_formulas_are_text(self, team: Client, house: CoursePage) -> None:
        house.title = "=1+1"
        make.publish(house)
        content = team.get(f"{URL}template.csv").content
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
        assert rows[1][1] == "'=1+1"
        for kind in ("xlsx", "csv"):
            assert upload(team, team.get(f"{URL}template.{kind}").content).status_code == 200

    def test_courses_of_one_title_are_listed_by_their_short_names(self, house: CoursePage) -> None:
        other = make.course(house.title)
        lists = operations.importing.lists_of_names()
        assert set(lists.course) == {house.slug, other.slug}

    def test_an_empty_house_has_a_template_too(self, team: Client) -> None:
        for kind in ("xlsx", "csv"):
            assert team.get(f"{URL}template.{kind}").status_code == 200
        assert team.get(f"{URL}template.exe").status_code == 404


class TestWho:
    def test_only_who_may_make_runs_reads_them_in(self, house: CoursePage) -> None:
        looks_on = web.signed_in(make.staff("Redaktion"))
        for response in (
            looks_on.get(URL),
            upload(looks_on, separated(row())),
            looks_on.get(f"{URL}template.csv"),
        ):
            assert response.status_code in (302, 403)
        page = str(web.page(looks_on.get("/admin/courserun/")))
        assert URL not in page
        assert "copy-several" not in page

    def test_the_list_of_runs_leads_there(self, team: Client) -> None:
        page = web.page(team.get("/admin/courserun/"))
        assert page.select_one(f"a[href='{URL}']")
        assert page.select_one("a[href='/admin/courserun/copy-several/']")
