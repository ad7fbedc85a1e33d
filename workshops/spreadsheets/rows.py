"""From cells to runs as somebody wrote them down, and every fault by row and column. Names are not looked up."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

import recurrence
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from timetable.expansion import first_hit
from timetable.parts import Parts, rule_of
from timetable.rules import check_rule
from timetable.zone import house_zone
from workshops.spreadsheets.cells import BadCell, day_text
from workshops.spreadsheets.columns import BY_NAME, COLUMNS, Column, column_for, known_headings, plain
from workshops.spreadsheets.sheet import MOST_ROWS, MOST_TITLES, Cell, Line, Sheet, UnreadableSheet

ENOUGH_HEADINGS = 3
"""The first row with so many headings we know is the row of headings."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, where: the row as the spreadsheet shows it, and what stands above the column."""

    row: int
    column: str
    sentence: str


@dataclass(slots=True)
class Row:
    """One run as it was written down. `values` has what is not empty, by the names of the columns.

    `rule` is the rule that comes of several cells; meaningful only where the row has no fault.
    """

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    rule: recurrence.Recurrence | None = None
    faults: list[Fault] = field(default_factory=list)

    def find(self, column: str, sentence: Any) -> None:
        """Notes a fault of one of its cells."""
        self.faults.append(Fault(self.number, str(BY_NAME[column].heading), str(sentence)))


@dataclass(frozen=True, slots=True)
class Reading:
    """All rows below the headings, and the faults of the headings themselves."""

    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]


def read_rows(sheet: Sheet) -> Reading:
    """Every row of a list of runs. Raises UnreadableSheet where no headings are found, or too many rows."""
    place = _place_of_headings(sheet)
    top = sheet.lines[place]
    columns, faults = _headings(top, below=sheet.lines[place + 1 :])
    for merged in sheet.merged:
        if merged.last_row >= top.number:
            raise UnreadableSheet(
                _("The cells %(cells)s are merged. Please undo this, so that each row has its own.")
                % {"cells": merged.cells}
            )
    lines = sheet.lines[place + 1 :]
    if len(lines) > MOST_ROWS:
        raise UnreadableSheet(
            _("This file has more than %(most)s rows. Please split it.") % {"most": MOST_ROWS}
        )
    if not lines:
        raise UnreadableSheet(_("There is nothing below the headings."))
    return Reading(tuple(_row(line, columns) for line in lines), tuple(faults))


def _place_of_headings(sheet: Sheet) -> int:
    for place, line in enumerate(sheet.lines[: MOST_TITLES + 1]):
        if sum(column_for(cell.text) is not None for cell in line.cells) >= ENOUGH_HEADINGS:
            return place
    required = ", ".join(str(column.heading) for column in COLUMNS if column.is_required)
    sentence = _("No headings were found. The first row must have at least these: %(headings)s.")
    raise UnreadableSheet(sentence % {"headings": required})


def _headings(top: Line, *, below: tuple[Line, ...]) -> tuple[dict[int, Column], list[Fault]]:
    """Which column stands where, and headings that are unknown, missing or there twice."""
    columns: dict[int, Column] = {}
    faults = []
    for place, cell in enumerate(top.cells):
        letter = get_column_letter(place + 1)
        if not cell.text:
            if any(place < len(line.cells) and line.cells[place].text for line in below):
                faults.append(Fault(top.number, letter, _("There are values below, but no heading.")))
            continue
        column = column_for(cell.text)
        if column is None:
            faults.append(Fault(top.number, cell.text[:40], _unknown_heading(cell.text)))
        elif column in columns.values():
            sentence = _("This heading is there twice, the second time in column %(letter)s.")
            faults.append(Fault(top.number, str(column.heading), sentence % {"letter": letter}))
        else:
            columns[place] = column
    for column in COLUMNS:
        if column.is_required and column not in columns.values():
            faults.append(Fault(top.number, str(column.heading), _("This column is missing.")))
    return columns, faults


def _unknown_heading(text: str) -> str:
    near = get_close_matches(plain(text)[:80], known_headings(), n=1, cutoff=0.75)
    column = column_for(near[0]) if near else None
    if column is not None:
        return _("This heading is not known. Is “%(heading)s” meant?") % {"heading": column.heading}
    return _("This heading is not known. Please remove the column, or use a heading of the template.")


def _row(line: Line, columns: dict[int, Column]) -> Row:
    row = Row(line.number)
    for place, column in columns.items():
        cell = line.cells[place] if place < len(line.cells) else Cell()
        if unfit := _unfit(cell, f"{get_column_letter(place + 1)}{line.number}"):
            row.find(column.name, unfit)
        elif not cell.text:
            if column.is_required:
                row.find(column.name, _("Please fill this in."))
        else:
            try:
                row.values[column.name] = column.read(cell)
            except BadCell as problem:
                row.find(column.name, problem.sentence)
    broken = {fault.column for fault in row.faults}
    for name, sentence in _together(row):
        if str(BY_NAME[name].heading) not in broken:
            row.find(name, sentence)
    return row


def _unfit(cell: Cell, name: str) -> str:
    if cell.kind == "formula":
        sentence = _(
            "Cell %(cell)s is a formula. Please write what comes of it (copy, then paste the values only)."
        )
        return sentence % {"cell": name}
    if cell.kind == "error":
        return _("Cell %(cell)s shows an error: %(text)s.") % {"cell": name, "text": cell.text[:20]}
    return ""


def _together(row: Row) -> Iterator[tuple[str, str]]:
    """What is wrong with the cells of a row together; sets its rule."""
    values = row.values
    if values.get("mode") in ("series", "single") and "capacity" not in values:
        yield "capacity", _("Please give the number of seats; only a drop-in does without.")
    if values.get("room", "").casefold() == "online":
        del values["room"]
    if "room" not in values and "online_url" not in values:
        yield "room", _("Choose a room, or give the address of the online meeting.")
    if "price_reduced" in values and values["price_reduced"] > values.get("price", 0):
        yield "price_reduced", _("The reduced price is higher than the full one.")
    if "minimum" in values and "decide_on" not in values:
        yield "decide_on", _("Please give the day on which it is decided.")
    if "first_date" in values:
        yield from _rule(row)


def _rule(row: Row) -> Iterator[tuple[str, str]]:
    values = row.values
    first, weekdays = values["first_date"], values.get("weekdays", ())
    count, last = values.get("count"), values.get("last_day")
    if count is not None and last is not None:
        yield "last_day", _("Give either the number of dates or the last day, not both.")
        return
    if last is not None and last < first:
        yield "last_day", _("The last day lies before the first.")
        return
    if weekdays and first.weekday() not in weekdays:
        sentence = _("The first date, %(day)s, is a %(weekday)s; that is not among the weekdays.")
        yield "weekdays", sentence % {"day": day_text(first), "weekday": WEEKDAYS[first.weekday()]}
        return
    parts: Parts = values.get("repeats", Parts())
    if parts.repeats == "once":
        if (count or 1) > 1 or (last or first) > first:
            yield (
                "repeats",
                _(
                    "Say how it repeats, for example weekly; or leave the number of dates and the last day empty."
                ),
            )
        return
    yield from _repeating(row, parts)


def _repeating(row: Row, parts: Parts) -> Iterator[tuple[str, str]]:
    values = row.values
    weekdays = values.get("weekdays", ())
    ends: Any = "count" if "count" in values else "until" if "last_day" in values else "never"
    repeats: Any = "weekly" if parts.repeats == "daily" and weekdays and parts.every == 1 else parts.repeats
    rule = rule_of(
        Parts(
            repeats=repeats,
            every=parts.every,
            weekdays=weekdays if repeats == "weekly" else parts.weekdays,
            month_day=parts.month_day,
            positions=parts.positions,
            ends=ends,
            until=values.get("last_day"),
            count=values.get("count"),
        ),
        zone=house_zone(),
    )
    try:
        check_rule(rule)
    except ValidationError as problem:
        yield ("count" if "count" in values else "repeats"), " ".join(problem.messages)
        return
    hit = first_hit(values["first_date"], rule.rrules[0])
    if hit is None:
        yield "first_date", _("There is not a single date that fits this rule from the first date on.")
        return
    if hit != values["first_date"]:
        sentence = _("The first date does not fit; the first day on which it repeats so is %(day)s.")
        yield "first_date", sentence % {"day": day_text(hit)}
        return
    row.rule = rule
