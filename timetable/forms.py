"""The form field for a rule."""

from datetime import time
from typing import Any

import recurrence
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from timetable import reading
from timetable.parts import rule_of
from timetable.rules import check_rule, parse_rule, rule_text
from timetable.times import parse_times, times_text
from timetable.widgets import RuleWidget, entered_for_rule
from timetable.zone import house_zone


class RuleFormField(forms.MultiValueField):
    """Cleans to a `Recurrence` that `check_rule` accepts; an empty one means once, on the first date.

    Dates are read on the venue's clock, whatever zone is active. Every fault is a sentence of its own that
    names its part.
    """

    widget = RuleWidget
    default_error_messages = {"required": _("Choose how often it takes place.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.pop("max_length", None)
        super().__init__(fields=tuple(reading.FIELDS.values()), require_all_fields=False, **kwargs)

    def clean(self, value: Any) -> recurrence.Recurrence:
        if not isinstance(value, list | tuple):
            value = entered_for_rule(value)
        was_read = reading.read(value)
        if was_read.errors:
            raise ValidationError([error for one in was_read.errors.values() for error in one.error_list])
        if was_read.parts is None:
            rule = parse_rule(str(value[-1] or ""))
            if not rule:
                raise ValidationError(self.error_messages["required"], code="required")
        else:
            rule = rule_of(was_read.parts, zone=house_zone())
            check_rule(rule)
        if self.required and not rule:
            raise ValidationError(self.error_messages["required"], code="required")
        self.run_validators(rule)
        return rule

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether saving would store another rule. Inputs that were not sent at all change nothing."""
        if self.disabled or not any(data or ()):
            return False
        try:
            before = rule_text(self.clean(entered_for_rule(initial)))
            return rule_text(self.clean(data)) != before
        except ValidationError:
            return True


class TimesFormField(forms.CharField):
    """Cleans to a list of times in order."""

    def prepare_value(self, value: Any) -> Any:
        return times_text(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[time]:  # type: ignore[override]
        return parse_times(super().to_python(value) or "")

    def validate(self, value: list[time]) -> None:
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: list[time]) -> None:
        super().run_validators(times_text(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)
