"""From what stands in a cell to what is meant: dates, times, numbers, weekdays, how a course repeats.

German and English, whatever language is active; each function answers or raises `BadCell` with what would be
right. Bounds that the models know (how many seats, how long) are not looked at here.
"""

import re
from datetime import date, time
from decimal import Decimal, InvalidOperation
from functools import cache

from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from timetable.parts import Parts
from workshops.spreadsheets.sheet import Cell


class BadCell(ValueError):
    """What stands in a cell cannot be understood. `sentence` says what would be right."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


# Dates and times ------------------------------------------------------------------------------------

_GERMAN_DATE = re.compile(r"(?:[^\W\d_]{2,10}\.?,?\s*)?(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{2}|\d{4})")
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T]00:00(?::00)?)?")
_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?(?::00)?\s*(?:uhr|h)?", re.IGNORECASE)
_LENGTH = re.compile(r"(\d{1,4})\s*(?:min|minuten|minutes|min\.)?", re.IGNORECASE)
_HOURS = re.compile(r"(\d{1,2})(?:[.,](\d{1,2}))?\s*(?:h|std|std\.|stunden?|hours?)", re.IGNORECASE)


def date_of(cell: Cell) -> date:
    """A local date: 18.1.2027, 18.01.27, 2027-01-18, or a cell that is one."""
    if match := _GERMAN_DATE.fullmatch(cell.text):
        day, month, year = int(match[1]), int(match[2]), int(match[3])
        year += 2000 if year < 100 else 0
    elif match := _ISO_DATE.fullmatch(cell.text):
        year, month, day = int(match[1]), int(match[2]), int(match[3])
    else:
        raise BadCell(_not_understood(cell, _("Write a date as 18.01.2027.")))
    try:
        found = date(year, month, day)
    except ValueError:
        raise BadCell(_("There is no such day: %(text)s.") % {"text": cell.text}) from None
    if not 2000 <= year <= 2100:
        raise BadCell(_("The year cannot be right: %(text)s.") % {"text": cell.text})
    return found


def time_of(cell: Cell) -> time:
    """A time of day: 14:00, 14.00 Uhr, 14 Uhr, or a part of a day as Excel counts."""
    if cell.kind == "number" and (part := _fraction(cell.text)) is not None:
        minutes = round(part * 24 * 60)
        return time(minutes // 60 % 24, minutes % 60)
    match = _TIME.fullmatch(cell.text)
    try:
        if match is None:
            raise ValueError
        return time(int(match[1]), int(match[2] or 0))
    except ValueError:
        raise BadCell(_not_understood(cell, _("Write a time as 14:00."))) from None


def minutes_of(cell: Cell) -> int:
    """A length in minutes: 90, 90 Minuten, 1:30, 1,5 Std., or a part of a day as Excel counts."""
    if cell.kind == "number" and (part := _fraction(cell.text)):
        return round(part * 24 * 60)
    if match := _LENGTH.fullmatch(cell.text):
        return int(match[1])
    if match := re.fullmatch(r"(\d{1,2}):(\d{2})(?::00)?(?:\s*(?:h|std\.?))?", cell.text, re.IGNORECASE):
        return int(match[1]) * 60 + int(match[2])
    if match := _HOURS.fullmatch(cell.text):
        return int(match[1]) * 60 + round(float(f"0.{match[2] or 0}") * 60)
    raise BadCell(_not_understood(cell, _("Write the minutes as a whole number, for example 90.")))


def _fraction(text: str) -> float | None:
    """A part of a day; None for any other number."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value < 1 else None


# Numbers, yes and no --------------------------------------------------------------------------------


def number_of(cell: Cell) -> int:
    """A whole number that is not negative."""
    text = cell.text.replace(" ", "")
    if not re.fullmatch(r"[0-9]{1,9}(?:[.,]0{1,2})?", text):
        raise BadCell(_not_understood(cell, _("Write a whole number.")))
    return int(re.split(r"[.,]", text)[0])


def amount_of(cell: Cell) -> Decimal:
    """Euros: 12, 12,50, 12.50 €, 1.200,00. A single point with three digits after it divides thousands."""
    text = re.sub(r"(?:€|eur|euro)", "", cell.text, flags=re.IGNORECASE).replace(" ", "").strip()
    text = text.removesuffix(",-").removesuffix(",–").removesuffix(",--")
    if cell.kind == "number":
        return _decimal(cell, text)
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d{1,2})?", text):
        text = text.replace(".", "")
    return _decimal(cell, text.replace(",", "."))


def _decimal(cell: Cell, text: str) -> Decimal:
    try:
        value = Decimal(text) if re.fullmatch(r"[0-9]{1,9}(?:\.[0-9]{1,20})?", text) else Decimal("NaN")
        cents = value.quantize(Decimal("0.01"))
    except InvalidOperation:
        cents = Decimal("NaN")
    # 4.1 is not quite 4.10 in a spreadsheet's own numbers.
    if cents.is_nan() or abs(cents - value) > Decimal("0.000001"):
        raise BadCell(_not_understood(cell, _("Write an amount in euros, for example 12,50.")))
    return cents


_YES = {"ja", "j", "x", "yes", "y", "wahr", "true", "1", "✓", "✔"}
_NO = {"nein", "n", "no", "falsch", "false", "0", "-", "–"}


def yes_or_no(cell: Cell) -> bool:
    word = cell.text.lower()
    if word in _YES | _NO:
        return word in _YES
    raise BadCell(_not_understood(cell, _("Write yes or no.")))


# Weekdays and repeating -----------------------------------------------------------------------------


@cache
def _weekday_words() -> dict[str, int]:
    words: dict[str, int] = {}
    for language in ("de", "en"):
        with override(language):
            for number in range(7):
                full, short = str(WEEKDAYS[number]).lower(), str(WEEKDAYS_ABBR[number]).lower().rstrip(".")
                words |= {full: number, short: number, full[:2]: number, full[:3]: number}
                words |= {f"{full}s": number}
    return words | {"sonnabend": 5, "sonnabends": 5, "tues": 1, "thur": 3, "thurs": 3}


_BETWEEN = re.compile(r"\s*(?:[,;/+&]|\bund\b|\band\b|\s)\s*")


def weekdays_of(cell: Cell) -> tuple[int, ...]:
    """Weekdays, 0 is Monday, in order: Mo, Mi; Montag und Mittwoch; Mo–Fr."""
    text = cell.text.lower()
    if match := re.fullmatch(r"(\w+)\.?\s*(?:-|–|bis|to)\s*(\w+)\.?", text):
        first, last = (_weekday_words().get(word) for word in match.groups())
        if first is not None and last is not None and first < last:
            return tuple(range(first, last + 1))
    words = [word.strip(".") for word in _BETWEEN.split(text) if word.strip(".")]
    if not words or any(word not in _weekday_words() for word in words):
        raise BadCell(_not_understood(cell, _("Write weekdays as Mo, Mi or Mo–Fr.")))
    return tuple(sorted({_weekday_words()[word] for word in words}))


_ONCE = {"einmal", "einmalig", "1x", "1 x", "einzeltermin", "once"}
_DAILY = re.compile(
    r"täglich|jeden tag|daily|every day|(?:alle|every) (\d{1,2}) (?:tage|days)|jeden (\d{1,2})\. tag"
)
_WEEKLY = re.compile(
    r"wöchentlich|jede woche|weekly|every week|(?:alle|every) (\d{1,2}) (?:wochen|weeks)|jede (\d{1,2})\. woche"
    r"|(\d{1,2})-?wöchentlich"
)
_FORTNIGHTLY = re.compile(
    r"14-?tägig|14-?täglich|vierzehntägig|zweiwöchentlich|alle zwei wochen|fortnightly|jede zweite woche"
)
_MONTHLY = re.compile(
    r"(?:monatlich|jeden monat|monthly|every month|(?:alle|every) (\d{1,2}) (?:monate|months)|jeden (\d{1,2})\. monat)?"
    r"\s*(?:am |an jedem |jeden |on the |on )?(.*?)(?: (?:im|des|of the) (?:monats?|month))?"
)
_POSITIONS = {
    **{
        word: n
        for n, words in enumerate(("1 erste", "2 zweite", "3 dritte", "4 vierte"), 1)
        for word in words.split()
    },
    **{
        word: n
        for n, words in enumerate(("1st first", "2nd second", "3rd third", "4th fourth"), 1)
        for word in words.split()
    },
    "letzte": -1,
    "last": -1,
}


def repeats_of(cell: Cell) -> Parts:
    """How a course repeats, in words; without an end and, where weekly, without weekdays, which have their own cells."""
    text = cell.text.lower().rstrip(".")
    if text in _ONCE:
        return Parts()
    if match := _DAILY.fullmatch(text):
        return Parts("daily", _every(match))
    if _FORTNIGHTLY.fullmatch(text):
        return Parts("weekly", 2)
    if match := _WEEKLY.fullmatch(text):
        return Parts("weekly", _every(match))
    match = _MONTHLY.fullmatch(text)
    parts = _monthly(match) if match and re.search(r"monat|month", text) else None
    if parts is None:
        sentence = _(
            "Write once, daily, weekly, every 2 weeks, monthly on the 1st Saturday or monthly on the 15th."
        )
        raise BadCell(_not_understood(cell, sentence))
    return parts


def _every(match: re.Match[str]) -> int:
    return max(1, int(next((number for number in match.groups() if number and number.isdecimal()), 1)))


def _monthly(match: re.Match[str]) -> Parts | None:
    every = max(1, int(match[1] or match[2] or 1))
    rest = match[3].strip()
    if not rest:
        return Parts("monthly_date", every)
    if day := re.fullmatch(r"(\d{1,2})(?:\.|st|nd|rd|th)?(?: tag)?", rest):
        return Parts("monthly_date", every, month_day=int(day[1])) if 1 <= int(day[1]) <= 31 else None
    words = [word.rstrip(".") for word in re.split(r"[,\s]+|\bund\b|\band\b", rest) if word.strip(".")]
    positions, weekdays = set(), set()
    for word in words:
        position = next((_POSITIONS[form] for form in (word, word[:-1]) if form in _POSITIONS), None)
        if position is not None:
            positions.add(position)
        elif word in _weekday_words():
            weekdays.add(_weekday_words()[word])
        else:
            return None
    if not positions or not weekdays:
        return None
    order = (1, 2, 3, 4, -1)
    return Parts(
        "monthly_weekday",
        every,
        weekdays=tuple(sorted(weekdays)),
        positions=tuple(position for position in order if position in positions),
    )


def _not_understood(cell: Cell, advice: str) -> str:
    """What stands there, shortened, and what would be right."""
    shown = cell.text if len(cell.text) <= 40 else f"{cell.text[:39]}…"
    return _("“%(text)s” is not understood. %(advice)s") % {"text": shown, "advice": advice}


def day_text(day: date) -> str:
    """A date as people of the active language write it."""
    return date_format(day, "SHORT_DATE_FORMAT")
