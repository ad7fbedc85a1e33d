"""The columns of a list of runs: what stands above them, what may stand in them, and what is said about them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext_lazy

from workshops.spreadsheets.cells import (
    BadCell,
    amount_of,
    date_of,
    minutes_of,
    number_of,
    repeats_of,
    time_of,
    weekdays_of,
    yes_or_no,
)
from workshops.spreadsheets.sheet import Cell

MODES: Mapping[str, tuple[Promise, tuple[str, ...]]] = {
    "series": (pgettext_lazy("in a spreadsheet", "series"), ("serie", "kurs", "kursreihe")),
    "single": (pgettext_lazy("in a spreadsheet", "single dates"), ("einzeltermin", "einzeln", "single")),
    "drop_in": (
        pgettext_lazy("in a spreadsheet", "drop-in"),
        ("treff", "offen", "ohne anmeldung", "ohne buchung"),
    ),
}
"""How a run is booked, as the model calls it: the word for it, and others that are understood."""


def text_of(cell: Cell) -> str:
    return cell.text


def names_of(cell: Cell) -> tuple[str, ...]:
    """Several names, divided by commas or semicolons; each once."""
    return tuple(dict.fromkeys(name for part in re.split(r"[,;]", cell.text) if (name := part.strip())))


def mode_of(cell: Cell) -> str:
    word = plain(cell.text)
    for mode, (name, others) in MODES.items():
        if word in {*_in_all_languages(name), *map(plain, others), plain(mode)}:
            return mode
    words = ", ".join(str(name) for name, _others in MODES.values())
    raise BadCell(
        _("“%(text)s” is not understood. %(advice)s")
        % {"text": cell.text[:40], "advice": _("Write one of: %(words)s.") % {"words": words}}
    )


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `name` is what the code calls it, `others` are headings that are understood as well."""

    name: str
    heading: Promise
    explanation: Promise
    read: Callable[[Cell], Any]
    is_required: bool = False
    others: tuple[str, ...] = ()


COLUMNS = (
    Column(
        "number",
        pgettext_lazy("column", "Course number"),
        gettext_lazy("Each number once, at most 20 characters."),
        text_of,
        True,
        ("Kurs-Nr.", "Nummer", "Nr.", "number"),
    ),
    Column(
        "course",
        pgettext_lazy("column", "Course"),
        gettext_lazy("The title of a course there is, or its short name in the address."),
        text_of,
        True,
        ("Kurs", "Titel", "Veranstaltung"),
    ),
    Column(
        "title_suffix",
        pgettext_lazy("column", "Addition"),
        gettext_lazy("What distinguishes this run, for example: evening group."),
        text_of,
        False,
        ("Untertitel", "Titelzusatz"),
    ),
    Column(
        "term",
        pgettext_lazy("column", "Term"),
        gettext_lazy("The name of a term there is, or empty."),
        text_of,
    ),
    Column(
        "mode",
        pgettext_lazy("column", "How it is booked"),
        gettext_lazy("One of the words in the list."),
        mode_of,
        True,
        ("Buchung",),
    ),
    Column(
        "capacity",
        pgettext_lazy("column", "Seats"),
        gettext_lazy("Empty only for a drop-in."),
        number_of,
        False,
        ("Teilnehmerzahl", "Max. Teilnehmer", "TN max"),
    ),
    Column(
        "first_date",
        pgettext_lazy("column", "First date"),
        gettext_lazy("A date as 18.01.2027."),
        date_of,
        True,
        ("Beginn am", "Startdatum", "Datum", "Start"),
    ),
    Column(
        "start_time",
        pgettext_lazy("column", "Begins"),
        gettext_lazy("A time as 14:00."),
        time_of,
        True,
        ("Beginn", "Uhrzeit", "Anfang", "von"),
    ),
    Column(
        "duration",
        pgettext_lazy("column", "Duration"),
        gettext_lazy("In minutes; 90 where it is empty."),
        minutes_of,
        False,
        ("Dauer", "Dauer in Minuten", "Dauer (Minuten)", "Minuten"),
    ),
    Column(
        "repeats",
        pgettext_lazy("column", "Repeats"),
        gettext_lazy(
            "Write once, daily, weekly, every 2 weeks, monthly on the 1st Saturday or monthly on the 15th."
        ),
        repeats_of,
        False,
        ("Rhythmus", "Turnus"),
    ),
    Column(
        "weekdays",
        pgettext_lazy("column", "Weekdays"),
        gettext_lazy("For weekly courses on several days, as Mo, Mi. Empty: that of the first date."),
        weekdays_of,
        False,
        ("Wochentag", "Tage", "Tag"),
    ),
    Column(
        "count",
        pgettext_lazy("column", "Number of dates"),
        gettext_lazy("Skipped days do not count. Either this or the last day."),
        number_of,
        False,
        ("Termine", "Anzahl"),
    ),
    Column(
        "last_day",
        pgettext_lazy("column", "Last day"),
        gettext_lazy("A date as 29.03.2027, instead of a number of dates."),
        date_of,
        False,
        ("Ende am", "letzter Termin", "bis"),
    ),
    Column(
        "room",
        pgettext_lazy("column", "Room"),
        gettext_lazy("A room there is; where two have one name, with the place in brackets. Empty: online."),
        text_of,
        False,
        ("Ort",),
    ),
    Column(
        "online_url",
        pgettext_lazy("column", "Online address"),
        gettext_lazy("Where there is no room: the address of the online meeting."),
        text_of,
        False,
        ("Link", "Online"),
    ),
    Column(
        "facilitators",
        pgettext_lazy("column", "Facilitators"),
        gettext_lazy("Names as in the list, divided by commas."),
        names_of,
        False,
        ("Kursleiter", "Kursleiterin", "Dozent", "Dozentin", "Leitung"),
    ),
    Column(
        "price",
        pgettext_lazy("column", "Price"),
        gettext_lazy("In euros for each person; empty is free of charge."),
        amount_of,
        False,
        ("Gebühr", "Entgelt", "Kosten", "Preis in Euro"),
    ),
    Column(
        "price_reduced",
        pgettext_lazy("column", "Reduced"),
        gettext_lazy("The reduced price in euros, or empty."),
        amount_of,
        False,
        ("ermäßigter Preis", "Ermäßigung", "Preis ermäßigt"),
    ),
    Column(
        "material_cost",
        pgettext_lazy("column", "Material"),
        gettext_lazy("In euros for each person, or empty."),
        amount_of,
        False,
        ("Materialkosten",),
    ),
    Column(
        "skip_public_holidays",
        pgettext_lazy("column", "Not on public holidays"),
        gettext_lazy("Yes or no; empty is yes."),
        yes_or_no,
        False,
        ("ohne Feiertage",),
    ),
    Column(
        "skip_holidays",
        pgettext_lazy("column", "Not in the holidays"),
        gettext_lazy("Yes or no; empty is no."),
        yes_or_no,
        False,
        ("nicht in Ferien", "ohne Ferien"),
    ),
    Column(
        "setup",
        pgettext_lazy("column", "Set up"),
        gettext_lazy("Minutes the room is needed before."),
        minutes_of,
        False,
        ("Aufbau", "Aufbau in Minuten"),
    ),
    Column(
        "teardown",
        pgettext_lazy("column", "Clear up"),
        gettext_lazy("Minutes the room is needed after."),
        minutes_of,
        False,
        ("Abbau", "Abbau in Minuten"),
    ),
    Column(
        "minimum",
        pgettext_lazy("column", "Minimum"),
        gettext_lazy("From so many people on it takes place; empty: however few come."),
        number_of,
        False,
        ("Mindestteilnehmerzahl", "mindestens", "TN min"),
    ),
    Column(
        "decide_on",
        pgettext_lazy("column", "Decided on"),
        gettext_lazy("The day on which that is decided; needed where there is a minimum."),
        date_of,
        False,
        ("Entscheidungstag", "Entscheidung am"),
    ),
)

BY_NAME = {column.name: column for column in COLUMNS}


def plain(text: str) -> str:
    """A heading or word as it is compared: small letters, without punctuation."""
    return " ".join(re.sub(r"[\W_]+", " ", text.casefold()).split())


def column_for(heading: str) -> Column | None:
    """The column with this heading in whatever language; None for one nobody knows."""
    return _by_heading().get(plain(heading))


def known_headings() -> list[str]:
    """Every heading that is understood, as it is compared."""
    return list(_by_heading())


@cache
def _by_heading() -> dict[str, Column]:
    # What a column is really called goes before what it may be called.
    found = {plain(other): column for column in COLUMNS for other in (*column.others, column.name)}
    return found | {heading: column for column in COLUMNS for heading in _in_all_languages(column.heading)}


def _in_all_languages(text: Promise) -> list[str]:
    words = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            words.append(plain(str(text)))
    return words
