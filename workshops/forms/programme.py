"""The filters of the programme."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from core.forms import LineField
from core.models import Generation, Topic
from places.models import Venue


class ProgrammeFilter(forms.Form):
    """The programme's filters. Each is a GET parameter; what is not understood is answered beside the field."""

    q = LineField(
        label=gettext_lazy("Search"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("A word or a course number"),
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    generation = forms.ModelChoiceField(
        Generation.objects.all(),
        label=gettext_lazy("For whom"),
        required=False,
        to_field_name="slug",
        blank=True,
        empty_label=gettext_lazy("Everybody"),
        widget=forms.RadioSelect,
    )
    topic = forms.ModelChoiceField(
        Topic.objects.all(),
        label=gettext_lazy("Topic"),
        required=False,
        to_field_name="slug",
        blank=True,
        empty_label=gettext_lazy("All topics"),
        widget=forms.RadioSelect,
    )
    venue = forms.ModelChoiceField(
        Venue.objects.in_use(),
        label=gettext_lazy("Place"),
        required=False,
        to_field_name="slug",
        blank=True,
        empty_label=gettext_lazy("All places"),
        widget=forms.RadioSelect,
    )
    weekday = forms.ChoiceField(
        label=gettext_lazy("Weekday"),
        required=False,
        choices=[("", gettext_lazy("Every day")), *((str(day), name) for day, name in WEEKDAYS.items())],
        widget=forms.RadioSelect,
    )
    free = forms.BooleanField(label=gettext_lazy("Only with free seats"), required=False)

    LINKED = ("generation", "topic", "venue", "weekday")

    @cached_property
    def asked(self) -> dict[str, str]:
        """What was asked for and understood, as GET parameters."""
        return {
            name: self.data.get(name, "")
            for name in self.fields
            if self.cleaned_data.get(name) and self.data.get(name)
        }

    def query(self, **changed: str) -> str:
        """The query string with some parameters changed; an empty one is left out."""
        return urlencode({key: value for key, value in {**self.asked, **changed}.items() if value})

    def links(self) -> list[dict[str, Any]]:
        """Every filter as plain links."""
        groups = []
        for name in self.LINKED:
            links = [
                {
                    "label": label,
                    "url": f"?{self.query(**{name: str(value)})}",
                    "is_current": self.asked.get(name, "") == str(value),
                }
                for value, label in self.fields[name].choices  # type: ignore[attr-defined]
            ]
            groups.append({"name": name, "title": self.fields[name].label, "links": links})
        return groups

    def active(self) -> list[dict[str, str]]:
        """What is asked for, each with the address that no longer asks for it."""
        found = []
        for name in self.asked:
            choices = getattr(self.fields[name], "choices", None)
            label = self.fields[name].label if name == "free" else self.asked[name]
            if choices is not None:
                label = next((text for value, text in choices if str(value) == self.asked[name]), label)
            elif name == "q":
                label = f"„{label}“"
            found.append({"name": name, "label": str(label), "remove_url": f"?{self.query(**{name: ''})}"})
        return found
