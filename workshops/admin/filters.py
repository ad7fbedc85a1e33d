"""What the team's lists and plans are filtered by."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from places.models import Venue
from workshops.models import Facilitator


class FacilitatorChoice(forms.ModelChoiceField):
    """A facilitator by name; the label elsewhere carries none."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class PlaceAndPersonFilter(forms.Form):
    """Where and with whom. What cannot be understood counts as not asked."""

    venue = forms.ModelChoiceField(
        Venue.objects.in_use(),
        label=gettext_lazy("Place"),
        required=False,
        empty_label=gettext_lazy("All places"),
    )
    facilitator = FacilitatorChoice(
        Facilitator.objects.filter(is_archived=False),
        label=gettext_lazy("Facilitator"),
        required=False,
        empty_label=gettext_lazy("Everybody"),
    )

    def asked(self) -> dict[str, Any]:
        """What was asked for and understood."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}
