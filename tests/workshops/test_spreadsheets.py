"""Spreadsheets as they come: what is understood, and a clear sentence for what is not. No database."""

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import load_workbook

from tests.workshops.sheets import HEADINGS, ROW, as_excel_writes, replaced, row, separated, workbook
from timetable.rules import rule_text
from workshops.spreadsheets import template
from workshops.spreadsheets import workbook as xlsx
from workshops.spreadsheets.cells import BadCell, amount_of, date_of, minutes_of, number_of, time_of
from workshops.spreadsheets.columns import COLUMNS, column_for
from workshops.spreadsheets.reading import read_sheet
from workshops.spreadsheets.rows import Fault, Reading, read_rows
from workshops.spreadsheets.sheet import LAST_LINE, MOST_BYTES, MOST_ROWS, Cell, UnreadableSheet

SHEET = "xl/worksheets/sheet1.xml"


def read(content: bytes) -> Reading:
    return read_rows(read_sheet(content))


def only(**changed: Any) -> Any:
    """The one row of a file, read as CSV."""
    (found,) = read(separated(row(**changed))).rows
    return found


def faults(reading: Reading) -> list[Fault]:
    return [*reading.faults, *(fault for one in reading.rows for fault in one.faults)]


def refusal(content: bytes) -> str:
    with pytest.raises(UnreadableSheet) as raised:
        read(content)
    assert raised.value.sentence.endswith("."), raised.value.sentence
    return raised.value.sentence


def ends_well(act: Callable[[], object]) -> bool:
    """Whether it answers, or refuses with a sentence; anything else is raised."""
    try:
        act()
    except (UnreadableSheet, BadCell) as problem:
        return problem.sentence.endswith(".")
    return True


class TestFiles:
    @pytest.mark.parametrize("separator", [";", ",", "\t"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
    def test_csv_is_read_however_it_was_saved(self, separator: str, encoding: str) -> None:
        reading = read(separated([HEADINGS, ROW], by=separator, encoding=encoding))
        assert not faults(reading)
        assert reading.rows[0].values["course"] == "Tablet für Neugierige"

    def test_both_kinds_of_file_give_the_same(self) -> None:
        real = [*ROW[:4], date(2027, 1, 18), time(14, 0), ROW[6]]
        assert read(workbook([HEADINGS, real])).rows == read(separated([HEADINGS, ROW])).rows

    def test_texts_are_found_where_excel_keeps_them(self) -> None:
        content = as_excel_writes(workbook([HEADINGS, ROW]))
        assert b"inlineStr" not in zipfile.ZipFile(io.BytesIO(content)).read(SHEET)
        assert read(content).rows == read(separated([HEADINGS, ROW])).rows

    def test_the_name_of_the_file_is_not_asked(self) -> None:
        assert read(workbook([HEADINGS, ROW])).rows == read(separated([HEADINGS, ROW])).rows

    @pytest.mark.parametrize(
        ("content", "word"),
        [
            (b"", "nichts"),
            (b" \r\n \r\n", "nichts"),
            (b"\xef\xbb\xbf", "nichts"),
            (b";;;\r\n;;;\r\n", "nichts"),
            (b"%PDF-1.7 \xe2\xe3", "PDF"),
            (b"<!DOCTYPE html><html><table><tr><td>Kursnummer", "Webseite"),
            (b"\xef\xbb\xbf  <html xmlns:x='urn:schemas-microsoft-com:office:excel'>", "Webseite"),
            (b"<?xml version='1.0'?><Workbook/>", "Webseite"),
            (b"{\\rtf1\\ansi Kursnummer}", "keine Tabelle"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "xls"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "Passwort"),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "keine Tabelle"),
            (b"Kursnummer;Angebot" + b"x" * 300 + b"\0", "keine Tabelle"),
            (b"PK\x03\x04" + b"x" * 100, "beschädigt"),
            (b"x" * (MOST_BYTES + 1), "2 MB"),
            ("Gruß;Prüfung".encode("cp850"), "Buchstaben"),
            ("Präsenz;Möbel".encode("cp850"), "Buchstaben"),
            ("Größe;Übung;Fuß".encode("mac_roman"), "Buchstaben"),
            ("Kursnummer;Škoda".encode("cp1250"), "Buchstaben"),
            (b"\xef\xbb\xbfKursnummer;Pl\xe4tze", "Buchstaben"),
            (b"\xff\xfeK\0u\0r", "Buchstaben"),
            (b'Kursnummer;Angebot\r\n1;"offen\r\n', "Zeile 2"),
            (b'Kursnummer;Angebot\r\n1;"zu"viel\r\n', "Zeile 2"),
            (b"Name;Ort\r\nErna;Lindenau\r\n", "Überschriften"),
            (separated([HEADINGS]), "Unter den Überschriften"),
            (separated([HEADINGS, ["x"] * 61]), "60 Spalten"),
            (b"Kursnummer;Angebot;Raum" + b"\n" * LAST_LINE + b"x", "Zeilen"),
        ],
    )
    def test_what_cannot_be_read_is_answered_with_a_sentence(self, content: bytes, word: str) -> None:
        assert word in refusal(content)

    def test_too_many_rows_are_refused_with_the_limit_and_formatted_ones_do_not_count(self) -> None:
        rows = [[f"W27-{n}", *ROW[1:]] for n in range(MOST_ROWS)]
        assert len(read(separated([HEADINGS, *rows])).rows) == MOST_ROWS
        assert "500" in refusal(separated([HEADINGS, *rows, ROW]))
        assert "500" in refusal(workbook([HEADINGS, *rows, ROW]))
        empty = b";;;;;;\r\n" * 60_000
        assert len(read(separated([HEADINGS, ROW]) + empty).rows) == 1

    def test_rows_are_counted_as_the_spreadsheet_counts(self) -> None:
        content = separated(
            [
                ["Programm"],
                HEADINGS,
                [],
                [*ROW[:1], '"Zwei\r\nZeilen"', *ROW[2:]],
                ["x", *ROW[1:4], "bald", *ROW[5:]],
            ]
        )
        reading = read(content)
        assert [one.number for one in reading.rows] == [4, 5]
        assert reading.rows[0].values["course"] == "Zwei Zeilen"
        assert [(fault.row, fault.column) for fault in faults(reading)] == [(5, "Erster Termin")]
        with_sep = b"sep=,\r\n" + separated([HEADINGS, ROW], by=",")
        assert read(with_sep).rows[0].number == 2

    @given(st.binary(max_size=400))
    @example(b"PK\x03\x04")
    @example(b"\xff\xfe\x00\xd8")
    @example(b'"')
    def test_whatever_the_bytes_are_the_answer_is_rows_or_a_sentence(self, content: bytes) -> None:
        assert ends_well(lambda: read(content))

    @given(st.integers(0, 10**6), st.binary(min_size=1, max_size=8))
    def test_a_workbook_broken_anywhere_is_answered(self, place: int, junk: bytes) -> None:
        content = workbook([HEADINGS, ROW])
        place %= len(content)
        assert ends_well(lambda: read(content[:place] + junk + content[place + len(junk) :]))


class TestWorkbooks:
    def test_formulas_are_named_by_cell_whatever_they_once_came_to(self) -> None:
        def change(book: Any, sheet: Any) -> None:
            sheet["D2"] = "=4+4"

        with_value = replaced(
            workbook([HEADINGS, ROW], change=change),
            SHEET,
            lambda xml: xml.replace(b"<f>4+4</f><v />", b"<f>4+4</f><v>8</v>").replace(b"<v/>", b"<v>8</v>"),
        )
        for content in (workbook([HEADINGS, ROW], change=change), with_value):
            (fault,) = [f for f in faults(read(content)) if "Formel" in f.sentence]
            assert (fault.row, fault.column) == (2, "Plätze")
            assert "D2" in fault.sentence
        (fault,) = faults(read(separated(row(Angebot="=A1"))))
        assert (fault.row, fault.column) == (2, "Angebot")

    def test_a_text_that_looks_like_a_formula_stays_text(self) -> None:
        def change(book: Any, sheet: Any) -> None:
            sheet["B2"] = "=Spaß"
            sheet["B2"].data_type = "s"

        assert read(workbook([HEADINGS, ROW], change=change)).rows[0].values["course"] == "=Spaß"
        assert only(Angebot="'=Spaß").values["course"] == "=Spaß"

    def test_errors_are_named(self) -> None:
        def change(book: Any, sheet: Any) -> None:
            sheet["D2"] = "#REF!"

        (fault, *_more) = faults(read(workbook([HEADINGS, ROW], change=change)))
        assert "#REF!" in fault.sentence

    def test_merged_cells_are_refused_below_the_headings_and_harmless_above(self) -> None:
        def below(book: Any, sheet: Any) -> None:
            sheet.merge_cells("G2:G3")

        def above(book: Any, sheet: Any) -> None:
            sheet.merge_cells("A1:F1")

        assert "G2:G3" in refusal(workbook([HEADINGS, ROW, ["W27-2", *ROW[1:]]], change=below))
        reading = read(workbook([["Programm Frühjahr 2027"], [], HEADINGS, ROW], change=above))
        assert not faults(reading)
        assert reading.rows[0].number == 4

    def test_hidden_sheets_are_passed_over(self) -> None:
        def hide_first(book: Any, sheet: Any) -> None:
            sheet.sheet_state = "hidden"
            other = book.create_sheet("Gut")
            other.append(HEADINGS)
            other.append(ROW)

        sheet = read_sheet(workbook([["Notizen"]], change=hide_first))
        assert sheet.name == "Gut"
        assert len(read_rows(sheet).rows) == 1

        def hide_all(book: Any, sheet: Any) -> None:
            sheet.sheet_state = "veryHidden"

        hidden = replaced(
            workbook([HEADINGS, ROW]),
            "xl/workbook.xml",
            lambda xml: xml.replace(b'state="visible"', b'state="hidden"'),
        )
        assert "ausgeblendet" in refusal(hidden)

    def test_real_dates_times_and_numbers_are_understood(self) -> None:
        headings = [*HEADINGS, "Dauer", "Preis", "Nicht an Feiertagen"]
        cells = [
            4711,
            "Kurs",
            "Reihe",
            8.0,
            datetime(2027, 1, 18),  # noqa: DTZ001  a spreadsheet knows no zones
            14.5 / 24,
            "R",
            timedelta(minutes=75),
            4.1,
            False,
        ]
        (found,) = read(workbook([headings, cells])).rows
        assert not found.faults
        assert found.values == {
            "number": "4711",
            "course": "Kurs",
            "mode": "series",
            "capacity": 8,
            "first_date": date(2027, 1, 18),
            "start_time": time(14, 30),
            "room": "R",
            "duration": 75,
            "price": Decimal("4.10"),
            "skip_public_holidays": False,
        }

    def test_a_date_with_a_time_or_a_bare_number_is_not_guessed_at(self) -> None:
        for value in (datetime(2027, 1, 18, 14, 30), 46405):  # noqa: DTZ001
            cells = [*ROW[:4], value, *ROW[5:]]
            assert [fault.column for fault in faults(read(workbook([HEADINGS, cells])))] == ["Erster Termin"]

    def test_what_unpacks_to_far_more_is_refused_before_it_is_unpacked(self) -> None:
        content = workbook([HEADINGS, ROW])
        bomb = replaced(content, SHEET, lambda xml: xml + b" " * (xlsx.MOST_UNPACKED + 1))
        assert len(bomb) < 50_000
        assert "viel mehr" in refusal(bomb)
        tags = replaced(
            content,
            SHEET,
            lambda xml: xml.replace(b"</sheetData>", b"<row/>" * xlsx.MOST_MARKS + b"</sheetData>"),
        )
        assert "viel mehr" in refusal(tags)
        merged = b"</sheetData>" + b'<mergeCell ref="A1:B1"/>' * xlsx.MOST_OTHER_MARKS
        others = replaced(content, SHEET, lambda xml: xml.replace(b"</sheetData>", merged))
        assert "viel mehr" in refusal(others)
        many = io.BytesIO(content)
        with zipfile.ZipFile(many, "a") as archive:
            for number in range(xlsx.MOST_PARTS):
                archive.writestr(f"x/{number}", b"")
        assert "viel mehr" in refusal(many.getvalue())

    def test_cells_far_outside_and_rows_without_end_are_refused(self) -> None:
        content = workbook([HEADINGS, ROW])
        for cell, row_number in (("A1048576", 1048576), ("A99999999999", 99999999999), ("XFD2", 2)):
            far = f'<row r="{row_number}"><c r="{cell}"><v>1</v></c></row></sheetData>'.encode()
            moved = replaced(content, SHEET, lambda xml, far=far: xml.replace(b"</sheetData>", far))
            assert cell in refusal(moved)
        empty = b'<row r="1048576"></row></sheetData>'
        reading = read(replaced(content, SHEET, lambda xml: xml.replace(b"</sheetData>", empty)))
        assert len(reading.rows) == 1

    def test_more_formulas_than_a_list_has_are_not_read_one_by_one(self) -> None:
        formula = b'<c r="A1"><f t="shared" si="0"/></c>' * (xlsx.MOST_FORMULAS + 1)
        changed = replaced(
            workbook([HEADINGS, ROW]), SHEET, lambda xml: xml.replace(b"</row>", formula + b"</row>", 1)
        )
        assert "Formeln" in refusal(changed)

    @pytest.mark.parametrize(
        "prolog",
        [
            b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>',
            b'<!DOCTYPE x SYSTEM "http://a.example.org/">',
            "<?xml version='1.0'?>".encode("utf-16"),
        ],
    )
    def test_declared_entities_and_other_letters_are_refused(self, prolog: bytes) -> None:
        content = replaced(workbook([HEADINGS, ROW]), SHEET, lambda xml: prolog + xml)
        assert "beschädigt" in refusal(content)

    def test_other_kinds_of_spreadsheets_are_named(self) -> None:
        for part, word in (
            ("content.xml", ".xlsx"),
            ("xl/workbook.bin", ".xlsx"),
            ("word/document.xml", "keine"),
        ):
            content = io.BytesIO()
            with zipfile.ZipFile(content, "w") as archive:
                archive.writestr(part, b"x")
            assert word in refusal(content.getvalue())

    def test_a_locked_archive_is_a_password(self) -> None:
        content = bytearray(workbook([HEADINGS, ROW]))
        place = content.index(b"PK\x01\x02")
        content[place + 8] |= 1
        assert "Passwort" in refusal(bytes(content))


class TestHeadings:
    def test_they_are_found_in_any_order_case_and_language(self) -> None:
        content = separated(
            [
                ["RAUM ", "plätze:", "how it is booked", "kurs-nr.", "Erster  Termin", "angebot", "Uhrzeit"],
                ["R", "8", "single dates", "1", "18.1.27", "Kurs", "9"],
            ]
        )
        reading = read(content)
        assert not faults(reading)
        assert reading.rows[0].values["start_time"] == time(9)

    def test_unknown_missing_and_double_ones_are_named(self) -> None:
        headings = ["Kursnummer", "Angebot", "Angebot", "Pläze", "Wetter", "Raum", "Erster Termin", ""]
        content = separated([headings, ["1", "Kurs", "Kurs", "8", "schön", "R", "18.1.2027", "x"]])
        found = {fault.column: fault.sentence for fault in read(content).faults}
        assert "zweimal" in found["Angebot"]
        assert "Plätze" in found["Pläze"]
        assert "nicht bekannt" in found["Wetter"]
        assert "fehlt" in found["Buchungsart"]
        assert "fehlt" in found["Beginn"]
        assert "Überschrift" in found["H"]
        assert {fault.row for fault in read(content).faults} == {1}

    def test_every_heading_leads_to_its_own_column(self) -> None:
        for column in COLUMNS:
            assert column_for(str(column.heading)) is column
            for other in column.others:
                assert column_for(other) is column, other


class TestCells:
    @pytest.mark.parametrize(
        "text",
        [
            "18.1.2027",
            "18.01.27",
            "2027-01-18",
            "18. 1. 2027",
            "Mo, 18.01.2027",
            "Montag 18.01.2027",
            "2027-01-18 00:00",
        ],
    )
    def test_dates(self, text: str) -> None:
        assert date_of(Cell(text)) == date(2027, 1, 18)

    @pytest.mark.parametrize(
        "text", ["bald", "30.2.2027", "18.1.", "1/18/2027", "0026-01-01", "1.1.2101", "46405", "18.13.2027"]
    )
    def test_no_dates(self, text: str) -> None:
        with pytest.raises(BadCell):
            date_of(Cell(text))

    @pytest.mark.parametrize(
        ("text", "kind", "expected"),
        [
            ("14:00", "text", time(14)),
            ("14.00 Uhr", "text", time(14)),
            ("14 Uhr", "text", time(14)),
            ("9", "text", time(9)),
            ("9:30:00", "text", time(9, 30)),
            ("14:00", "time", time(14)),
            ("0.5833333333333334", "number", time(14)),
            ("0.5", "number", time(12)),
            ("0", "number", time(0)),
            ("25:00", "text", None),
            ("14:60", "text", None),
            ("nachmittags", "text", None),
            ("0.99999", "number", time(0)),
        ],
    )
    def test_times(self, text: str, kind: Any, expected: time | None) -> None:
        if expected is None:
            with pytest.raises(BadCell):
                time_of(Cell(text, kind))
        else:
            assert time_of(Cell(text, kind)) == expected

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("90", 90),
            ("90 Minuten", 90),
            ("90 min", 90),
            ("1:30", 90),
            ("1:30 Std.", 90),
            ("1,5 Std.", 90),
            ("2 h", 120),
            ("kurz", None),
            ("-90", None),
        ],
    )
    def test_lengths(self, text: str, expected: int | None) -> None:
        if expected is None:
            with pytest.raises(BadCell):
                minutes_of(Cell(text))
        else:
            assert minutes_of(Cell(text)) == expected

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("4,50", "4.50"),
            ("4.50 €", "4.50"),
            ("1.200,00", "1200"),
            ("1.200", "1200"),
            ("12,-", "12"),
            ("0", "0"),
            ("12,505", None),
            ("-3", None),
            ("gratis", None),
            ("9" * 12, None),
            ("1,2,3", None),
        ],
    )
    def test_amounts(self, text: str, expected: str | None) -> None:
        if expected is None:
            with pytest.raises(BadCell):
                amount_of(Cell(text))
        else:
            assert amount_of(Cell(text)) == Decimal(expected)

    @pytest.mark.parametrize("text", ["8,5", "acht", "-1", "1e3", "12345678901"])
    def test_no_whole_numbers(self, text: str) -> None:
        with pytest.raises(BadCell):
            number_of(Cell(text))

    @given(st.text(max_size=30))
    def test_whatever_stands_in_a_cell_is_read_or_answered(self, text: str) -> None:
        for column in COLUMNS:
            for kind in ("text", "number", "date", "time"):
                assert ends_well(lambda c=column, k=kind: c.read(Cell(text, k)))

    def test_invisible_characters_and_stray_spaces_go(self) -> None:
        found = only(Kursnummer="\u00a0W27-1\u200b ", Plätze=" 8\u00a0", Preis="4,50\u00a0€")
        assert (found.values["number"], found.values["capacity"], found.values["price"]) == (
            "W27-1",
            8,
            Decimal("4.50"),
        )
        assert not found.faults


class TestRows:
    @pytest.mark.parametrize(
        ("changed", "rule"),
        [
            ({}, ""),
            ({"Wiederholung": "einmal"}, ""),
            ({"Wiederholung": "einmal", "Wochentage": "Mo", "Anzahl_Termine": "1"}, ""),
            ({"Wiederholung": "wöchentlich", "Anzahl_Termine": "10"}, "RRULE:FREQ=WEEKLY;COUNT=10"),
            (
                {"Wiederholung": "alle 2 Wochen", "Wochentage": "Mo, Mi", "Anzahl_Termine": "4"},
                "RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=MO,WE",
            ),
            (
                {"Wiederholung": "täglich", "Letzter_Tag": "22.1.2027"},
                "RRULE:FREQ=DAILY;UNTIL=20270122T225959Z",
            ),
            (
                {"Wiederholung": "täglich", "Wochentage": "Mo-Fr", "Anzahl_Termine": "5"},
                "RRULE:FREQ=WEEKLY;COUNT=5;BYDAY=MO,TU,WE,TH,FR",
            ),
            (
                {"Wiederholung": "monatlich am 3. Montag", "Anzahl_Termine": "3"},
                "RRULE:FREQ=MONTHLY;COUNT=3;BYDAY=3MO",
            ),
            (
                {"Wiederholung": "monatlich am 18.", "Anzahl_Termine": "3"},
                "RRULE:FREQ=MONTHLY;COUNT=3;BYMONTHDAY=18",
            ),
            ({"Wiederholung": "monatlich", "Anzahl_Termine": "3"}, "RRULE:FREQ=MONTHLY;COUNT=3"),
        ],
    )
    def test_how_it_repeats(self, changed: dict[str, str], rule: str) -> None:
        found = only(**changed)
        assert not found.faults
        assert rule_text(found.rule) == rule

    @pytest.mark.parametrize(
        ("changed", "column"),
        [
            ({"Plätze": ""}, "Plätze"),
            ({"Raum": ""}, "Raum"),
            ({"Kursnummer": ""}, "Kursnummer"),
            ({"Buchungsart": "irgendwie"}, "Buchungsart"),
            ({"Wiederholung": "wöchentlich", "Wochentage": "Di", "Anzahl_Termine": "2"}, "Wochentage"),
            (
                {"Wiederholung": "wöchentlich", "Anzahl_Termine": "2", "Letzter_Tag": "1.2.2027"},
                "Letzter Tag",
            ),
            ({"Wiederholung": "wöchentlich", "Letzter_Tag": "1.1.2027"}, "Letzter Tag"),
            ({"Wiederholung": "wöchentlich", "Anzahl_Termine": "501"}, "Anzahl Termine"),
            ({"Wiederholung": "wöchentlich", "Anzahl_Termine": "0"}, "Anzahl Termine"),
            ({"Anzahl_Termine": "5"}, "Wiederholung"),
            ({"Letzter_Tag": "1.2.2027"}, "Wiederholung"),
            ({"Wiederholung": "ab und zu"}, "Wiederholung"),
            ({"Wiederholung": "monatlich am 1. Samstag", "Anzahl_Termine": "2"}, "Erster Termin"),
            ({"Wiederholung": "monatlich am 15.", "Anzahl_Termine": "2"}, "Erster Termin"),
            ({"Preis": "10", "Ermäßigt": "12"}, "Ermäßigt"),
            ({"Ermäßigt": "5"}, "Ermäßigt"),
            ({"Mindestzahl": "4"}, "Entscheidungstag"),
        ],
    )
    def test_what_does_not_go_together_is_told_once(self, changed: dict[str, str], column: str) -> None:
        (fault,) = only(**changed).faults
        assert (fault.row, fault.column) == (2, column)

    def test_every_fault_of_every_row_is_told(self) -> None:
        content = separated(
            [HEADINGS, ["", "", "", "x", "bald", "nie", ""], ["2", "K", "Reihe", "-", "1.2.2027", "9", "R"]]
        )
        found = [(fault.row, fault.column) for fault in faults(read(content))]
        assert found == [
            (2, "Kursnummer"),
            (2, "Angebot"),
            (2, "Buchungsart"),
            (2, "Plätze"),
            (2, "Erster Termin"),
            (2, "Beginn"),
            (2, "Raum"),
            (3, "Plätze"),
        ]

    def test_names_are_divided_by_commas_and_online_is_no_room(self) -> None:
        found = only(
            Kursleitung='"Hanne Brandt, Ali Kaya ;Hanne Brandt"',
            Raum="online",
            **{"Online-Adresse": "https://a.example.org/"},
        )
        assert found.values["facilitators"] == ("Hanne Brandt", "Ali Kaya")
        assert "room" not in found.values
        assert not found.faults


class TestTemplate:
    LISTS = template.Lists(
        course=['=HYPERLINK("http://x")', "Tablet"],
        term=["+Frühjahr"],
        room=["-1 (Keller)"],
        facilitators=["@Hanne"],
    )

    def test_csv_opens_in_a_german_excel_and_reads_back(self) -> None:
        content = template.as_csv(template.example(self.LISTS, first_date=date(2027, 1, 18)))
        assert content.startswith(b"\xef\xbb\xbf")
        headings, cells = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
        assert headings == [str(column.heading) for column in COLUMNS]
        assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@")]
        (found,) = read(content).rows
        assert not found.faults
        assert found.values["course"] == '=HYPERLINK("http://x")'
        assert found.values["room"] == "-1 (Keller)"

    def test_the_workbook_has_no_formula_and_reads_back(self) -> None:
        row_ = template.example(self.LISTS, first_date=date(2027, 1, 18))
        content = template.as_workbook(row_, self.LISTS)
        book = load_workbook(io.BytesIO(content))
        assert [sheet.title for sheet in book.worksheets] == ["Durchgänge", "Erklärung"]
        cells = [cell for sheet in book.worksheets for line in sheet.iter_rows() for cell in line]
        assert not [cell for cell in cells if cell.data_type == "f"]
        risky = [cell for cell in cells if str(cell.value)[:1] in ("=", "+", "-", "@")]
        assert len(risky) == 8
        assert all(cell.quotePrefix and cell.data_type == "s" for cell in risky)
        explained = {line[0].value for line in book["Erklärung"].iter_rows()}
        assert explained >= {str(column.heading) for column in COLUMNS}
        for lists in (self.LISTS, template.Lists()):
            example_ = template.example(lists, first_date=date(2027, 1, 18))
            (found,) = read(template.as_workbook(example_, lists)).rows
            assert not found.faults
            assert found == read(template.as_csv(example_)).rows[0]

    def test_the_lists_hold_what_may_be_chosen(self) -> None:
        content = template.as_workbook(template.example(self.LISTS, first_date=date(2027, 1, 18)), self.LISTS)
        sheet = load_workbook(io.BytesIO(content))["Erklärung"]
        columns = {
            cell.value: [
                row_[0].value for row_ in sheet.iter_rows(min_row=2, min_col=cell.column, max_col=cell.column)
            ]
            for cell in sheet[1]
        }
        assert columns["Liste: Angebot"][:2] == ['=HYPERLINK("http://x")', "Tablet"]
        assert columns["Liste: Buchungsart"][:3] == ["Reihe", "Einzeltermine", "offener Treff"]
        assert columns["Liste: Kursleitung"][0] == "@Hanne"


def test_the_headings_are_there_in_every_language() -> None:
    assert {code for code, _name in settings.LANGUAGES} >= {"de", "en"}
    assert column_for("Course number") is column_for("Kursnummer") is not None
