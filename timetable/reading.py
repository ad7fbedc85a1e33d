"""What somebody entered for a rule, part by part: into `Parts`, or into a sentence for each part at fault.

Parts that do not matter for the chosen kind of rule are not looked at: "täglich" is not refused because of
a half-typed date further down.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from timetable.parts import Ends, Parts, Repeats
from timetable.rules import MAX_COUNT, MAX_INTERVAL, MAX_LENGTH

KEEP = "keep"
"""The answer that leaves a rule alone which the other answers cannot say."""

REPEATS = [
    ("once", _("Once, on the first date")),
    ("daily", _("Daily")),
    ("weekly", _("Weekly")),
    ("monthly_date", _("Monthly on a date, for example on the 15th")),
    ("monthly_weekday", _("Monthly on a weekday, for example on the first Saturday")),
]
WEEKDAY_CHOICES = [(str(number), name) for number, name in WEEKDAYS.items()]
POSITION_CHOICES = [
    ("1", pgettext_lazy("week of the month", "first")),
    ("2", pgettext_lazy("week of the month", "second")),
    ("3", pgettext_lazy("week of the month", "third")),
    ("4", pgettext_lazy("week of the month", "fourth")),
    ("-1", pgettext_lazy("week of the month", "last")),
]
ENDS = [
    ("never", _("It has no end")),
    ("until", _("On a date")),
    ("count", _("After a number of dates")),
]


def _whole_number(message: Any, *, most: int, required: bool) -> forms.IntegerField:
    messages = dict.fromkeys(("required", "invalid", "min_value", "max_value"), message)
    return forms.IntegerField(min_value=1, max_value=most, required=required, error_messages=messages)


def _choice(choices: Sequence[tuple[str, Any]], message: Any) -> forms.ChoiceField:
    return forms.ChoiceField(choices=choices, error_messages={"required": message, "invalid_choice": message})


def _choices(
    choices: Sequence[tuple[str, Any]], message: Any, *, required: bool
) -> forms.TypedMultipleChoiceField:
    messages = dict.fromkeys(("required", "invalid_choice", "invalid_list"), message)
    return forms.TypedMultipleChoiceField(
        choices=choices, coerce=int, required=required, error_messages=messages
    )


_HOW_OFTEN = _("Choose how often it takes place.")
_WEEKDAYS = _("Choose at least one weekday.")
_UNTIL = _("Enter the last day as a date that exists, for example 30.06.2027.")

FIELDS: dict[str, forms.Field] = {
    "repeats": _choice([*REPEATS, (KEEP, "")], _HOW_OFTEN),
    "every": _whole_number(
        format_lazy(_("The interval must be a whole number between 1 and {most}."), most=MAX_INTERVAL),
        most=MAX_INTERVAL,
        required=True,
    ),
    "weekdays": _choices(WEEKDAY_CHOICES, _WEEKDAYS, required=False),
    "month_day": _whole_number(
        _("The day of the month must be a whole number between 1 and 31."), most=31, required=False
    ),
    "positions": _choices(POSITION_CHOICES, _("Choose at least one week of the month."), required=True),
    "ends": _choice(ENDS, _("Choose when it ends.")),
    "until": forms.DateField(
        input_formats=["%Y-%m-%d", "%d.%m.%Y"], error_messages={"required": _UNTIL, "invalid": _UNTIL}
    ),
    "count": _whole_number(
        format_lazy(_("The number of dates must be a whole number between 1 and {most}."), most=MAX_COUNT),
        most=MAX_COUNT,
        required=True,
    ),
    "stored": forms.CharField(max_length=MAX_LENGTH, required=False),
}
"""One form field for each part, in the order in which the widget names them."""

NAMES = tuple(FIELDS)

_RELEVANT: dict[str, tuple[str, ...]] = {
    "once": (),
    "daily": ("every", "ends"),
    "weekly": ("every", "weekdays", "ends"),
    "monthly_date": ("every", "month_day", "ends"),
    "monthly_weekday": ("every", "positions", "weekdays", "ends"),
}


@dataclass(slots=True)
class Reading:
    """`parts` if all is well, `keep` if the rule stays as stored, else `errors` by the name of the part."""

    parts: Parts | None = None
    keep: bool = False
    errors: dict[str, ValidationError] = field(default_factory=dict)


def read(values: Sequence[object]) -> Reading:
    """Read what was entered, in the order of NAMES; missing values at the end count as empty."""
    entered = dict(zip(NAMES, [*values, *[None] * len(NAMES)], strict=False))
    reading = Reading()

    def clean(name: str) -> Any:
        try:
            return FIELDS[name].clean(entered[name])
        except ValidationError as error:
            reading.errors[name] = error
            return None

    repeats = clean("repeats")
    if reading.errors:
        return reading
    if repeats == KEEP:
        reading.keep = True
        return reading
    found = {name: clean(name) for name in _RELEVANT[repeats]}
    ends = found.get("ends") or "never"
    if ends != "never":
        found[ends] = clean(ends)
    if repeats == "monthly_weekday" and "weekdays" not in reading.errors and not found["weekdays"]:
        reading.errors["weekdays"] = ValidationError(_WEEKDAYS, code="required")
    if reading.errors:
        return reading
    reading.parts = Parts(
        repeats=cast(Repeats, repeats),
        every=found.get("every") or 1,
        weekdays=tuple(sorted(set(found.get("weekdays") or ()))),
        month_day=found.get("month_day"),
        positions=_in_order(found.get("positions") or ()),
        ends=cast(Ends, ends),
        until=found.get("until"),
        count=found.get("count"),
    )
    return reading


def entered_for(parts: Parts) -> list[object]:
    """What the inputs show for `parts`, in the order of NAMES."""
    values: dict[str, object] = {
        "repeats": parts.repeats,
        "every": parts.every,
        "weekdays": [str(day) for day in parts.weekdays],
        "month_day": parts.month_day,
        "positions": [str(position) for position in parts.positions],
        "ends": parts.ends,
        "until": parts.until,
        "count": parts.count,
    }
    return [values.get(name) for name in NAMES]


def _in_order(positions: Sequence[int]) -> tuple[int, ...]:
    return tuple(sorted(set(positions), key=lambda position: position if position > 0 else 10))
