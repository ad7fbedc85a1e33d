"""The model field for a rule."""

from typing import Any

import recurrence
from django.core.exceptions import ValidationError
from django.db.models import Field, Model
from django.db.models.query_utils import DeferredAttribute
from django.forms import Field as FormField
from recurrence.fields import RecurrenceField

from timetable.forms import RuleFormField
from timetable.rules import check_rule, parse_rule, rule_text
from timetable.widgets import RuleWidget


class RuleAttribute(DeferredAttribute):
    """Text set on an instance becomes a rule; unlike the library's descriptor it allows `defer()`."""

    def __set__(self, instance: Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = self.field.to_python(value)


class RuleField(RecurrenceField):  # type: ignore[misc, unused-ignore]
    """Stores one checked RRULE, or "" for what takes place once (then it needs ``blank=True``).

    The attribute is always a `Recurrence`, an empty (falsy) one for once. Setting text parses it and may
    raise django's ValidationError; a `Recurrence` is checked by ``full_clean()`` and by forms.
    """

    descriptor_class = RuleAttribute

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
