"""What people fill in who change a booking of theirs."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import LineField
from core.models import Generation
from workshops.models import CourseRun


class PersonForm(forms.Form):
    """Somebody in a booking."""

    name = LineField(
        label=gettext_lazy("First and last name"),
        max_length=120,
        error_messages={"required": gettext_lazy("Please tell us the name of this person.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    generation = forms.ModelChoiceField(
        Generation.objects.all(),
        label=gettext_lazy("Generation"),
        required=False,
        blank=True,
        empty_label=gettext_lazy("I would rather not say"),
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Helps us to bring old and young together."),
    )
    is_carer = forms.BooleanField(
        label=gettext_lazy("This person assists somebody else and takes no seat of their own."),
        required=False,
    )


class CompanionForm(PersonForm):
    """Somebody who comes as well, with the run's questions."""

    def __init__(self, *args: Any, run: CourseRun, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = list(run.questions.prefetch_related("choices"))
        for question in self.questions:
            self.fields[f"question_{question.pk}"] = forms.ModelChoiceField(
                question.choices.all(),
                label=question.text,
                required=False,
                empty_label=None,
                widget=forms.RadioSelect,
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in self._asked:
            if not cleaned.get("is_carer") and not cleaned.get(name) and name not in self.errors:
                self.add_error(
                    name,
                    _("Please choose one of the answers: %(question)s")
                    % {"question": self.fields[name].label},
                )
        return cleaned

    @property
    def choices(self) -> list[int]:
        """The keys of the answers."""
        answers = [self.cleaned_data.get(name) for name in self._asked]
        return [answer.pk for answer in answers if answer]

    @property
    def _asked(self) -> list[str]:
        return [f"question_{question.pk}" for question in self.questions]
