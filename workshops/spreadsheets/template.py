"""The list to fill in, as a workbook and as CSV for a German Excel. Nothing in it is ever a formula."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook
from openpyxl.cell import Cell as WorkbookCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from workshops.spreadsheets.columns import COLUMNS, MODES
from workshops.spreadsheets.sheet import MOST_ROWS, clean_text

_BOLD = Font(bold=True)
_TINTED = PatternFill("solid", fgColor="E2F5FC")


@dataclass(frozen=True, slots=True)
class Lists:
    """What may stand in the columns that name something there is."""

    course: Sequence[str] = ()
    term: Sequence[str] = ()
    room: Sequence[str] = ()
    facilitators: Sequence[str] = ()

    def by_column(self) -> dict[str, list[str]]:
        """Also the ways of booking, which are always the same."""
        modes = [str(name) for name, _others in MODES.values()]
        return {
            "course": list(self.course),
            "term": list(self.term),
            "mode": modes,
            "room": list(self.room),
            "facilitators": list(self.facilitators),
        }


def example(lists: Lists, *, first_date: date) -> dict[str, Any]:
    """A row as somebody would fill it in, with what there is in the house; ten times, weekly."""
    found = {
        "number": _("EXAMPLE-1"),
        "course": next(iter(lists.course), _("Title of the course")),
        "title_suffix": _("morning group"),
        "term": next(iter(lists.term), ""),
        "mode": str(MODES["series"][0]),
        "capacity": 8,
        "first_date": first_date,
        "start_time": time(10, 0),
        "duration": 90,
        "repeats": pgettext("in a spreadsheet", "weekly"),
        "count": 10,
        "room": next(iter(lists.room), ""),
        "online_url": "" if lists.room else "https://example.org/",
        "facilitators": ", ".join(lists.facilitators[:1]),
        "price": 45,
        "price_reduced": 22.5,
        "skip_public_holidays": pgettext("in a spreadsheet", "yes"),
        "skip_holidays": pgettext("in a spreadsheet", "no"),
    }
    return {column.name: found.get(column.name, "") for column in COLUMNS}


def as_csv(row: Mapping[str, Any]) -> bytes:
    """Headings and the example, with semicolons and a mark of UTF-8, as a German Excel expects it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow([str(column.heading) for column in COLUMNS])
    writer.writerow([_csv_text(row[column.name]) for column in COLUMNS])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def as_workbook(row: Mapping[str, Any], lists: Lists) -> bytes:
    """A sheet to fill in with the example, and one that explains the columns and lists what may stand in them."""
    book = Workbook()
    sheet = book.active
    sheet.title = _("Runs")
    for place, column in enumerate(COLUMNS, start=1):
        heading = _put(sheet.cell(1, place), str(column.heading))
        heading.font, heading.fill = _BOLD, _TINTED
        _put(sheet.cell(2, place), row[column.name])
        sheet.column_dimensions[get_column_letter(place)].width = max(14, len(str(column.heading)) + 4)
    sheet.freeze_panes = "A2"
    places = _explain(book.create_sheet(_("Explanation")), lists)
    _offer(sheet, places)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _explain(sheet: Any, lists: Lists) -> dict[str, str]:
    """Fills the second sheet; returns for each column with a list where on it the list stands."""
    headings = [_("Column"), _("What stands in it"), _("Needed")]
    for place, text in enumerate(headings, start=1):
        _put(sheet.cell(1, place), text).font = _BOLD
    for number, column in enumerate(COLUMNS, start=2):
        _put(sheet.cell(number, 1), str(column.heading)).font = _BOLD
        _put(sheet.cell(number, 2), str(column.explanation)).alignment = Alignment(
            wrap_text=True, vertical="top"
        )
        _put(sheet.cell(number, 3), pgettext("in a spreadsheet", "yes") if column.is_required else "")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 60
    headings_of = {column.name: str(column.heading) for column in COLUMNS}
    places = {}
    for place, (name, words) in enumerate(lists.by_column().items(), start=5):
        letter = get_column_letter(place)
        _put(sheet.cell(1, place), _("List: %(heading)s") % {"heading": headings_of[name]}).font = _BOLD
        for number, word in enumerate(words, start=2):
            _put(sheet.cell(number, place), word)
        sheet.column_dimensions[letter].width = 32
        if words:
            title = sheet.title.replace("'", "''")
            places[name] = f"'{title}'!${letter}$2:${letter}${len(words) + 1}"
    return places


def _offer(sheet: Any, places: Mapping[str, str]) -> None:
    """Lists to choose from in the cells; other words can still be typed, and are checked on reading."""
    for place, column in enumerate(COLUMNS, start=1):
        if column.name in places and column.name != "facilitators":
            offer = DataValidation(type="list", formula1=places[column.name], allow_blank=True)
            offer.showErrorMessage = False
            letter = get_column_letter(place)
            offer.add(f"{letter}2:{letter}{MOST_ROWS + 1}")
            sheet.add_data_validation(offer)


def _put(cell: WorkbookCell, value: Any) -> WorkbookCell:
    """Text stays text, also where it begins like a formula and somebody edits the cell."""
    if value == "":
        return cell
    if isinstance(value, str):
        cell.value = clean_text(value)
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(("=", "+", "-", "@"))
        return cell
    cell.value = value
    if isinstance(value, date):
        cell.number_format = "DD.MM.YYYY"
    elif isinstance(value, time):
        cell.number_format = "HH:MM"
    return cell


def _csv_text(value: Any) -> str:
    match value:
        case date():
            return date_format(value, "d.m.Y")
        case time():
            return f"{value:%H:%M}"
        case float():
            return f"{value:.2f}".replace(".", ",")
    text = str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
