"""What the team fills in about a term."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms.models import WagtailAdminModelForm

from core.forms import LineField, RowsField
from timetable.zone import local_date
from workshops.models import CourseRun, Term

FIRST_YEAR, LAST_YEAR = 2000, 2100
LONGEST = timedelta(days=2 * 366)


def check_year(value: date | datetime) -> None:
    """Raises ValidationError for a slip of the keyboard (0027, 20271), with which no calendar can reckon."""
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValidationError(_("This cannot be right. Please check the year."), code="year")


class TermForm(WagtailAdminModelForm):
    """A term: its days in an order that can be."""

    name = LineField(
        label=gettext_lazy("name"),
        max_length=80,
        help_text=gettext_lazy("For example: spring 2027."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.DateField | forms.DateTimeField):
                field.validators = [*field.validators, check_year]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("first_date"), cleaned.get("last_date")
        if first and last and last < first:
            self.add_error("last_date", _("The last day lies before the first."))
        elif first and last and last - first > LONGEST:
            self.add_error("last_date", _("A term lasts two years at most. Please check both days."))
        elif last:
            self._check_before_the_end(last)
        self._check_opening()
        return cleaned

    def save(self, commit: bool = True) -> Term:
        """Writes the fields of the form only: the programme may be kept as printed at the same moment."""
        if not commit or self.instance.pk is None:
            return super().save(commit=commit)  # type: ignore[no-any-return]
        self.instance.save(update_fields=list(self._meta.fields))
        return self.instance  # type: ignore[no-any-return]

    def _check_before_the_end(self, last: date) -> None:
        too_late = {
            "copy_date": _("The copy goes to print before the term is over."),
            "publish_at": _("The term is over by then."),
            "web_opens_at": _("The term is over by then."),
            "phone_opens_at": _("The term is over by then."),
        }
        for name, sentence in too_late.items():
            value = self.cleaned_data.get(name)
            if value and (local_date(value) if isinstance(value, datetime) else value) > last:
                self.add_error(name, sentence)

    def _check_opening(self) -> None:
        published = self.cleaned_data.get("publish_at")
        for name in ("web_opens_at", "phone_opens_at"):
            opens_at = self.cleaned_data.get(name)
            if published and opens_at and opens_at < published:
                self.add_error(name, _("Nobody can book before the programme is published."))


class ReadyForm(forms.Form):
    """Some runs of a term, and whether they are ready."""

    runs = RowsField(
        CourseRun.objects.none(),
        error_messages={
            "required": gettext_lazy("Please choose at least one run."),
            "invalid_choice": gettext_lazy("One of these runs does not belong to this term any more."),
            "invalid_pk_value": gettext_lazy("One of these runs does not belong to this term any more."),
        },
    )
    ready = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])

    def __init__(self, *args: Any, term: Term, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["runs"].queryset = term.runs.all()  # type: ignore[attr-defined]
