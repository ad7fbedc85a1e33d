"""The model fields for a rule and for several times of a day."""

from collections.abc import Iterable
from datetime import time
from typing import Any

import recurrence
from django.core.exceptions import ValidationError
from django.db.models import CharField, Field, Model
from django.db.models.query_utils import DeferredAttribute
from django.forms import Field as FormField
from recurrence.fields import RecurrenceField

from timetable.forms import RuleFormField, TimesFormField
from timetable.rules import check_rule, parse_rule, rule_text
from timetable.times import parse_times, times_text
from timetable.widgets import RuleWidget


class ParsedAttribute(DeferredAttribute):
    """Text set on an instance becomes its value; unlike the library's descriptor it allows `defer()`."""

    def __set__(self, instance: Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = self.field.to_python(value)


class RuleField(RecurrenceField):  # type: ignore[misc, unused-ignore]
    """Stores one checked RRULE, or "" for what takes place once (then it needs ``blank=True``).

    The attribute is always a `Recurrence`, an empty (falsy) one for once. Setting text parses it and may
    raise django's ValidationError; a `Recurrence` is checked by ``full_clean()`` and by forms.
    """

    descriptor_class = ParsedAttribute

    def __init__(self, verbose_name: Any = None, **kwargs: Any) -> None:
        kwargs.pop("include_dtstart", None)
        super().__init__(include_dtstart=False, verbose_name=verbose_name, **kwargs)

    def contribute_to_class(self, cls: type[Model], name: str, *args: Any, **kwargs: Any) -> None:
        Field.contribute_to_class(self, cls, name, *args, **kwargs)

    def to_python(self, value: Any) -> recurrence.Recurrence:
        if isinstance(value, recurrence.Recurrence):
            return value
        return parse_rule(str(value or ""))

    def from_db_value(self, value: str | None, *args: Any) -> recurrence.Recurrence:
        return recurrence.deserialize(value or "", include_dtstart=False)

    def validate(self, value: Any, model_instance: Model | None) -> None:
        super().validate(value, model_instance)
        if not self.blank and not value:
            raise ValidationError(self.error_messages["blank"], code="blank")
        check_rule(value)

    def get_prep_value(self, value: Any) -> str:
        return value if isinstance(value, str) else rule_text(value)

    def formfield(self, **kwargs: Any) -> FormField:
        made: FormField = super().formfield(**{"form_class": RuleFormField, "widget": RuleWidget, **kwargs})
        return made


class TimesField(CharField):  # type: ignore[type-arg]
    """Several times of a day in order, as "14:30, 15:00"; the attribute is always a list of `time`.

    Setting text parses it and may raise django's ValidationError.
    """

    descriptor_class = ParsedAttribute

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 200)
        super().__init__(*args, **kwargs)

    def to_python(self, value: Any) -> list[time]:
        return parse_times(value) if isinstance(value, str) else sorted(set(value or ()))

    def from_db_value(self, value: str | None, *args: Any) -> list[time]:
        return parse_times(value or "")

    def get_prep_value(self, value: Any) -> str:
        return value if isinstance(value, str) else times_text(value or ())

    def value_to_string(self, obj: Model) -> str:
        return times_text(self.value_from_object(obj))

    def run_validators(self, value: Iterable[time]) -> None:
        super().run_validators(times_text(value))

    def formfield(self, **kwargs: Any) -> FormField:
        made: FormField = Field.formfield(self, **{"form_class": TimesFormField, **kwargs})  # type: ignore[assignment]
        return made
