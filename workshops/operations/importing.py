"""Runs from a spreadsheet: names are looked up, dates planned, and all are made or none."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from places.models import Room
from workshops.models import CoursePage, CourseRun, Facilitator, Schedule, Term
from workshops.operations.days_off import DaysOff
from workshops.operations.drafts import Draft, create_drafts, find_conflicts, plan_drafts
from workshops.rules import NotPossible
from workshops.spreadsheets.columns import plain
from workshops.spreadsheets.rows import Fault, Row
from workshops.spreadsheets.template import Lists

MOST_GUESSES = 20
"""For so many unknown names something like them is looked for; each takes a comparison with every name."""

# The columns of a list, and the fields of a run they fill.
_OF_RUN = {
    "number": "number",
    "title_suffix": "title_suffix_de",
    "mode": "booking_mode",
    "capacity": "capacity",
    "price": "price",
    "price_reduced": "price_reduced",
    "material_cost": "material_cost",
    "skip_public_holidays": "skip_public_holidays",
    "skip_holidays": "skip_holidays",
    "setup": "setup_minutes",
    "teardown": "teardown_minutes",
    "minimum": "minimum",
    "decide_on": "decide_on",
}
_OF_SCHEDULE = {
    "first_date": "first_date",
    "start_time": "start_time",
    "duration": "duration_minutes",
    "online_url": "online_url",
}


class ImportHasFaults(NotPossible):
    """Something in the list is wrong, perhaps only since it was looked at."""

    def __init__(self) -> None:
        super().__init__(gettext_lazy("Something in this list is no longer right. Nothing has been saved."))


@dataclass(frozen=True, slots=True)
class Checked:
    """What reading a list into the house would do: a draft for each row without a fault, and all faults."""

    drafts: tuple[Draft, ...]
    faults: tuple[Fault, ...]


def check_rows(rows: Sequence[Row], *, at: datetime) -> Checked:
    """Looks up names and numbers, plans the dates and looks for conflicts. Writes nothing.

    In a fixed number of queries. The rows keep their own faults, and get those found here.
    """
    names = _Names()
    _check_numbers(rows)
    found = {row.number: _draft(row, names) for row in rows}
    drafts = [found[row.number] for row in rows if not row.faults]
    plan_drafts(drafts, days=DaysOff.load(at), at=at)
    find_conflicts(drafts)
    by_number = {row.number: row for row in rows}
    for draft in drafts:
        if draft.problem:
            row: Any = by_number[draft.key]  # type: ignore[index]
            row.find("repeats" if row.rule else "first_date", draft.problem)
    return Checked(
        drafts=tuple(draft for draft in drafts if not draft.problem),
        faults=tuple(fault for row in rows for fault in row.faults),
    )


@transaction.atomic
def import_runs(*, rows: Sequence[Row], at: datetime, by: AbstractBaseUser | None) -> list[CourseRun]:
    """Makes a draft of every row, all or none, and returns them. Everything is checked anew.

    Raises ImportHasFaults where a row is not right (any more), NumberTaken where somebody takes a number at
    the same moment.
    """
    checked = check_rows(rows, at=at)
    if checked.faults or not checked.drafts:
        raise ImportHasFaults
    return create_drafts(checked.drafts, verb="import_runs", at=at, by=by)


def lists_of_names() -> Lists:
    """Everything a list of runs can name, for its template."""
    courses = CoursePage.objects.filter(locale__language_code=settings.LANGUAGE_CODE).order_by("title")
    titles = Counter(plain(page.title) for page in courses)
    return Lists(
        # The title; where several courses have it, the short name in the address.
        course=[page.title if titles[plain(page.title)] == 1 else page.slug for page in courses],
        term=[term.name for term in Term.objects.filter(is_archived=False)],
        room=[str(room) for room in Room.objects.filter(is_archived=False).select_related("venue")],
        facilitators=[somebody.name for somebody in Facilitator.objects.filter(is_archived=False)],
    )


def _check_numbers(rows: Sequence[Row]) -> None:
    """A course number is there once, in the list and in the house."""
    given = [row.values["number"] for row in rows if "number" in row.values]
    taken = set(CourseRun.objects.filter(number__in=given).values_list("number", flat=True))
    first: dict[str, int] = {}
    for row in rows:
        number = row.values.get("number")
        if number is None:
            continue
        if number in taken:
            row.find("number", _("This number is taken."))
        elif number in first:
            row.find("number", _("Row %(row)s has this number already.") % {"row": first[number]})
        first.setdefault(number, row.number)


def _draft(row: Row, names: "_Names") -> Draft:
    """A run of what is right in the row; what is not becomes a fault of the row."""
    values = row.values
    run = CourseRun(**{field: values[name] for name, field in _OF_RUN.items() if name in values})
    schedule = Schedule(**{field: values[name] for name, field in _OF_SCHEDULE.items() if name in values})
    if row.rule is not None:
        schedule.rule = row.rule
    for name, shelf, target in (
        ("course", names.courses, run),
        ("term", names.terms, run),
        ("room", names.rooms, schedule),
    ):
        if name in values and (one := names.find(row, name, values[name], shelf)) is not None:
            setattr(target, name, one)
    people = [
        names.find(row, "facilitators", name, names.facilitators) for name in values.get("facilitators", ())
    ]
    _check_fields(row, run, _OF_RUN)
    _check_fields(row, schedule, _OF_SCHEDULE)
    return Draft(
        key=row.number,
        run=run,
        schedule=schedule,
        facilitators=list(dict.fromkeys(somebody for somebody in people if somebody is not None)),
        detail={"row": row.number},
    )


def _check_fields(row: Row, instance: Any, names: dict[str, str]) -> None:
    """What the model itself says about each value: how large, how long, an address or not. No queries."""
    wanted = {field: name for name, field in names.items() if name in row.values}
    others = {field.name for field in instance._meta.fields} - set(wanted)
    try:
        instance.clean_fields(exclude=others)
    except ValidationError as problem:
        for field, sentences in problem.message_dict.items():
            row.find(wanted[field], " ".join(sentences))


class _Shelf:
    """Things by what they are called: first to the letter, then without regard to punctuation."""

    def __init__(self, pairs: Iterable[tuple[str, Any]]) -> None:
        self.exact: dict[str, list[Any]] = defaultdict(list)
        self.loose: dict[str, list[Any]] = defaultdict(list)
        for word, one in pairs:
            for shelf, key in ((self.exact, word.casefold()), (self.loose, plain(word))):
                if one not in shelf[key]:
                    shelf[key].append(one)

    def called(self, text: str) -> list[Any]:
        return self.exact.get(text.casefold()) or self.loose.get(plain(text)) or []

    def near(self, text: str) -> str:
        """What is called almost so; "" where nothing is."""
        found = get_close_matches(plain(text)[:80], self.loose, n=1, cutoff=0.7)
        one = self.loose[found[0]][0] if found else ""
        return str(one.name if isinstance(one, Facilitator) else one)


class _Names:
    """Everything a row can name, by the words for it. Read in four queries."""

    def __init__(self) -> None:
        courses = CoursePage.objects.filter(locale__language_code=settings.LANGUAGE_CODE)
        rooms = list(Room.objects.filter(is_archived=False).select_related("venue"))
        people = Facilitator.objects.filter(is_archived=False)
        self.courses = _Shelf((word, page) for page in courses for word in (page.title, page.slug))
        self.terms = _Shelf((term.name, term) for term in Term.objects.filter(is_archived=False))
        self.rooms = _Shelf((word, room) for room in rooms for word in (room.name, str(room)))
        self.facilitators = _Shelf((somebody.name, somebody) for somebody in people)
        self._guesses: dict[tuple[str, str], str] = {}

    def find(self, row: Row, column: str, text: str, shelf: _Shelf) -> Any:
        """What is called so; None, and a fault of the row, where nothing is or several are."""
        found = shelf.called(text)
        if len(found) == 1:
            return found[0]
        if found:
            row.find(column, self._several(column, text))
        else:
            row.find(column, self._unknown(column, text, shelf))
        return None

    def _several(self, column: str, text: str) -> str:
        if column == "room":
            return _("Several rooms are called “%(text)s”. Write the place in brackets behind it.") % {
                "text": text
            }
        if column == "course":
            return _("Several courses are called “%(text)s”. Write the short name in the address.") % {
                "text": text
            }
        return _("“%(text)s” is there several times. Please choose one in the run itself.") % {"text": text}

    def _unknown(self, column: str, text: str, shelf: _Shelf) -> str:
        key = (column, plain(text))
        if key not in self._guesses and len(self._guesses) < MOST_GUESSES:
            self._guesses[key] = shelf.near(text)
        if near_name := self._guesses.get(key):
            return _("There is no “%(text)s”. Is “%(near)s” meant?") % {"text": text[:60], "near": near_name}
        return _("There is no “%(text)s”.") % {"text": text[:60]}
