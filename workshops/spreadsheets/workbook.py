"""The cells of an .xlsx file, with openpyxl; measured before it is unpacked."""

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from workshops.spreadsheets.sheet import (
    LAST_LINE,
    MOST_COLUMNS,
    Cell,
    Line,
    Merged,
    Sheet,
    UnreadableSheet,
    clean_text,
    kept,
)

MOST_UNPACKED = 8 * 1024 * 1024
"""So large may the text inside become; 500 full rows are one tenth of that."""
MOST_MARKS = 150_000
"""So many tags; each takes openpyxl some ten microseconds."""
MOST_OTHER_MARKS = 15_000
"""So many of them may be something else than cells and texts: formats, names, merged cells. They take longer."""
MOST_PARTS = 1000
MOST_FORMULAS = 500
"""Each is read by itself; more are a calculation and no list."""

_FORMULA = re.compile(rb"<(?:\w{1,20}:)?f[\s/>]")
_MERGED = re.compile(
    rb"<(?:\w{1,20}:)?mergeCell\s[^<>]{0,120}?ref\s*=\s*[\"']([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}([0-9]{1,7}))"
)
_FAR_CELL = re.compile(
    rb"<(?:\w{1,20}:)?c\s[^<>]{0,120}?r\s*=\s*[\"']([A-Z]{1,7})([0-9]{1,12})[\"'][^<>]{0,120}>\s*<(?:\w{1,20}:)?(?:v|is|f)[\s>]"
)
_OTHER_MARK = re.compile(rb"<(?!/?(?:\w{1,20}:)?(?:c|v|t|r|f|is|si|row)[\s/>])")
_ROW = re.compile(rb"<(?:\w{1,20}:)?row[\s>]")


def _damaged() -> str:
    return _("This .xlsx file is damaged and cannot be read. Please save it anew and upload it again.")


def _too_much() -> str:
    return _("There is far more in this file than a list of runs. Please use the template.")


def read(content: bytes) -> Sheet:
    """The first sheet that is not hidden, with its empty rows left out. Raises UnreadableSheet."""
    _measure(content)
    # openpyxl raises whatever comes of a file that is not what it says.
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if not sheets:
            raise UnreadableSheet(_("Every sheet of this file is hidden."))
        raw = book._archive.read(sheets[0]._worksheet_path)
        _measure_sheet(raw)
        lines = _lines(sheets[0])
        merged = tuple(Merged(found[1].decode(), int(found[2])) for found in _MERGED.finditer(raw))
    except UnreadableSheet:
        raise
    except Exception as problem:
        raise UnreadableSheet(_damaged()) from problem
    return Sheet(tuple(kept(lines)), str(sheets[0].title), merged)


def _measure(content: bytes) -> None:
    """What the file says it unpacks to; zipfile never reads more of a part than that."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if any(part.flag_bits & 1 for part in parts):
                raise UnreadableSheet(
                    _("This file is protected by a password. Please save it without one and upload it again.")
                )
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise UnreadableSheet(_too_much())
            if "xl/workbook.xml" not in names:
                if "xl/workbook.bin" in names or "content.xml" in names:
                    raise UnreadableSheet(
                        _(
                            "This kind of spreadsheet is not read. Please save it as .xlsx and upload it again."
                        )
                    )
                raise UnreadableSheet(_("This is no spreadsheet. Please upload an .xlsx or CSV file."))
            _check_markup(archive.read(part) for part in parts)
    except UnreadableSheet:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError):
        raise UnreadableSheet(_damaged()) from None


def _check_markup(parts: Iterable[bytes]) -> None:
    """No spreadsheet declares a document type, and only with one can a few letters become many."""
    marks = others = 0
    for markup in parts:
        wide = markup.startswith((b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<"))
        if wide or b"<!DOCTYPE" in markup or b"<!ENTITY" in markup:
            raise UnreadableSheet(_damaged())
        marks += markup.count(b"<")
        if marks > MOST_MARKS:
            raise UnreadableSheet(_too_much())
        others += sum(1 for _mark in _OTHER_MARK.finditer(markup))
        if others > MOST_OTHER_MARKS:
            raise UnreadableSheet(_too_much())


def _measure_sheet(markup: bytes) -> None:
    if len(_FORMULA.findall(markup)) > MOST_FORMULAS:
        raise UnreadableSheet(
            _("This sheet has more than %(most)s formulas. Please copy it and paste the values only.")
            % {"most": MOST_FORMULAS}
        )
    for column, row in _FAR_CELL.findall(markup):
        if int(row) > LAST_LINE or len(column) > 2:
            raise UnreadableSheet(
                _(
                    "Something stands far outside the list, in cell %(cell)s. Please clear it or use the template."
                )
                % {"cell": f"{column.decode()}{row.decode()}"}
            )
    if len(_ROW.findall(markup)) > LAST_LINE:
        raise UnreadableSheet(_("This sheet has more than %(most)s rows.") % {"most": LAST_LINE})


def _lines(sheet: Any) -> list[Line]:
    found = []
    sheet.reset_dimensions()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rows = sheet.iter_rows(max_row=LAST_LINE, max_col=MOST_COLUMNS + 1)
        for number, row in enumerate(rows, start=1):
            cells = tuple(_cell(one) for one in row)
            if any(cell.text for cell in cells):
                found.append(Line(number, cells))
    return found


def _cell(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return Cell()
    if cell.data_type == "f":
        return Cell(clean_text(str(value)) or "=", "formula")
    if cell.data_type == "e":
        return Cell(clean_text(str(value)), "error")
    match value:
        case bool():
            return Cell("1" if value else "0", "number")
        case int():
            return Cell(str(value) if abs(value) < 10**15 else "?", "number")
        case float():
            whole = value.is_integer() and abs(value) < 10**15
            return Cell(str(int(value)) if whole else repr(value), "number")
        case datetime():
            return Cell(_date_text(value), "date")
        case date():
            return Cell(value.isoformat(), "date")
        case time():
            return Cell(f"{_to_minute(value):%H:%M}", "time")
        case timedelta():
            minutes = round(value.total_seconds() / 60)
            return Cell(f"{minutes // 60}:{minutes % 60:02}", "time")
    return Cell(clean_text(str(value)))


def _date_text(value: datetime) -> str:
    return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")


def _to_minute(value: time) -> time:
    """Excel's times are fractions of a day and may miss the minute by a hair."""
    minutes = round((value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6) / 60)
    return time(minutes // 60 % 24, minutes % 60)
