"""The inputs for a rule: plain HTML that works with a keyboard, a screen reader and without JavaScript.

What is not relevant for the chosen kind of rule is hidden by CSS alone (``:has()``), so it also works in
forms that are added to a page later; an older browser shows all parts. What is hidden is not read either.
"""

from typing import Any, cast

import recurrence
from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import get_default_renderer
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from timetable import reading
from timetable.parts import Parts, parts_of, rule_of
from timetable.rules import parse_rule, rule_text
from timetable.wording import describe_rule
from timetable.zone import house_zone

_SINGLE = ("every", "month_day", "until", "count")
"""The parts that are one input with a hint, not a group of choices."""


def _number_input(size: int) -> forms.TextInput:
    # A text input keeps whatever was typed; type=number shows nothing instead of what it does not understand.
    return forms.TextInput(
        attrs={"inputmode": "numeric", "autocomplete": "off", "size": size, "maxlength": 9}
    )


def entered_for_rule(value: recurrence.Recurrence | str | None) -> list[object]:
    """What the inputs hold for a stored rule (None: once); one they cannot say is held as it is."""
    stored = value if isinstance(value, str) else rule_text(value)
    try:
        parts = parts_of(parse_rule(stored), zone=house_zone())
    except ValidationError:
        parts = None
    if parts is not None:
        return reading.entered_for(parts)
    entered = reading.entered_for(Parts())
    entered[0], entered[-1] = reading.KEEP, stored
    return entered


class RuleWidget(forms.MultiWidget):
    """Shows and reads a rule. The value is a `Recurrence` (None: once), or what was entered, in order."""

    template_name = "timetable/widgets/rule.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        inputs: dict[str, forms.Widget] = {
            "repeats": forms.RadioSelect(choices=reading.REPEATS),
            "every": _number_input(3),
            "weekdays": forms.CheckboxSelectMultiple(choices=reading.WEEKDAY_CHOICES),
            "month_day": _number_input(3),
            "positions": forms.CheckboxSelectMultiple(choices=reading.POSITION_CHOICES),
            "ends": forms.RadioSelect(choices=reading.ENDS),
            "until": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "off"}),
            "count": _number_input(4),
            "stored": forms.HiddenInput(),
        }
        super().__init__({name: inputs[name] for name in reading.NAMES}, attrs)

    @property
    def media(self) -> forms.Media:
        return forms.Media(css={"all": ["timetable/rule.css"]})

    def decompress(self, value: recurrence.Recurrence | str | None) -> list[object]:
        return entered_for_rule(value)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        attrs = dict(attrs or {})
        about = [attrs.pop("aria-describedby")] if "aria-describedby" in attrs else []
        attrs.pop("aria-invalid", None)  # the parts at fault say so themselves
        attrs.setdefault("id", f"id_{name}")
        context: dict[str, Any] = super(forms.MultiWidget, self).get_context(name, None, attrs)
        entered = list(value) if isinstance(value, list | tuple) else self.decompress(value)
        was_read = reading.read(entered)
        stored = str(entered[-1] or "")
        cast(forms.RadioSelect, self.widgets[0]).choices = [*reading.REPEATS, *_keep_choice(stored)]
        inner = {"disabled": True} if attrs.get("disabled") else {}
        parts = {}
        for widget, part, part_value in zip(self.widgets, reading.NAMES, entered, strict=False):
            part_attrs = {**inner, "id": f"{attrs['id']}_{part}"}
            if part in _SINGLE:
                part_attrs["aria-describedby"] = f"{part_attrs['id']}_hint"
            if part in was_read.errors:
                part_attrs["aria-invalid"] = "true"
            parts[part] = widget.get_context(f"{name}_{part}", part_value, part_attrs)["widget"]
        context["widget"].update(
            parts=parts,
            subwidgets=list(parts.values()),
            sentence=_sentence(was_read, stored),
            describedby=about,
            invalid={part: part in was_read.errors for part in reading.NAMES},
            faults=dict.fromkeys(reading.NAMES, ()),
            problems=[],
        )
        return context

    def render_with_errors(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        errors: Any = (),
        renderer: Any = None,
    ) -> str:
        """Wagtail's way to let a widget show its errors: each beside the part it speaks of, others on top."""
        context = self.get_context(name, value, attrs)
        widget = context["widget"]
        was_read = reading.read(value if isinstance(value, list | tuple) else self.decompress(value))
        widget["faults"].update({part: tuple(error.messages) for part, error in was_read.errors.items()})
        told = {message for messages in widget["faults"].values() for message in messages}
        widget["problems"] = [message for message in map(str, errors) if message not in told]
        if widget["problems"]:
            widget["describedby"].append(f"{widget['attrs']['id']}_problems")
        for part in _SINGLE:
            if widget["faults"][part]:
                part_attrs = widget["parts"][part]["attrs"]
                part_attrs["aria-describedby"] += f" {part_attrs['id']}_error"
        html = (renderer or get_default_renderer()).render(self.template_name, context)
        return mark_safe(html)  # noqa: S308  made by a template, which escapes


def _keep_choice(stored: str) -> list[tuple[str, str]]:
    if not stored:
        return []
    return [(reading.KEEP, _("Keep as it is: %(rule)s") % {"rule": _describe_text(stored)})]


def _sentence(was_read: reading.Reading, stored: str) -> str:
    if was_read.keep:
        return _describe_text(stored)
    if was_read.parts is None:
        return ""
    zone = house_zone()
    return describe_rule(rule_of(was_read.parts, zone=zone), first_date=None, zone=zone)


def _describe_text(stored: str) -> str:
    try:
        return describe_rule(parse_rule(stored), first_date=None, zone=house_zone())
    except ValidationError:
        return stored[:100]
