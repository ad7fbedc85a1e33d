"""A spreadsheet as rows of cells, whatever file it came in, and how large it may be."""

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from django.utils.translation import gettext as _

from core.forms import clean_line

MOST_BYTES = 2 * 1024 * 1024
MOST_ROWS = 500
"""Rows with something in them, below the headings."""
MOST_TITLES = 10
"""So many rows may stand above the headings."""
LAST_LINE = 5000
"""Nothing below this row of the sheet is looked at, and a file that has something there is refused."""
MOST_COLUMNS = 60
LONGEST_CELL = 2000

type CellKind = Literal["text", "number", "date", "time", "formula", "error"]


class Cell(NamedTuple):
    """What stands in a cell, as text: numbers with a point, dates as 2027-01-18, times as 14:00."""

    text: str = ""
    kind: CellKind = "text"


class Line(NamedTuple):
    """One row. `number` is what the spreadsheet shows beside it."""

    number: int
    cells: tuple[Cell, ...]


class Merged(NamedTuple):
    """Cells somebody has merged, and the last row they touch."""

    cells: str
    last_row: int


class Sheet(NamedTuple):
    """The rows of a file that are not empty, from the top. `name` is the sheet's where it has one."""

    lines: tuple[Line, ...]
    name: str = ""
    merged: tuple[Merged, ...] = ()


class UnreadableSheet(ValueError):
    """A file that cannot be read as a spreadsheet. `sentence` says so to people, and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def clean_text(text: str) -> str:
    """On one line, without control characters, invisible ones and stray white space; non-breaking spaces count."""
    return clean_line(text[:LONGEST_CELL])


def kept(lines: Iterable[Line]) -> Iterator[Line]:
    """Those rows that are not empty. Raises UnreadableSheet where there are too many, or too many columns."""
    filled = 0
    for line in lines:
        if line.number > LAST_LINE:
            raise UnreadableSheet(
                _("This file has more than %(most)s rows. Please split it.") % {"most": LAST_LINE}
            )
        if not any(cell.text for cell in line.cells):
            continue
        if any(cell.text for cell in line.cells[MOST_COLUMNS:]):
            sentence = _("Row %(row)s has more than %(most)s columns. Please use the template.")
            raise UnreadableSheet(sentence % {"row": line.number, "most": MOST_COLUMNS})
        filled += 1
        # Titles may stand above the headings.
        if filled > MOST_ROWS + MOST_TITLES:
            sentence = _("This file has more than %(most)s rows. Please split it.")
            raise UnreadableSheet(sentence % {"most": MOST_ROWS})
        yield Line(line.number, line.cells[:MOST_COLUMNS])
