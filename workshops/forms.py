"""What visitors fill in. Bad input gets a sentence beside the field and keeps what was typed."""

import difflib
from typing import Any
from urllib.parse import urlencode

import phonenumbers
from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import LineField
from core.models import Generation, Topic
from places.models import Venue
from workshops.rules import MOST_PEOPLE

COMMON_DOMAINS = (  # noqa: SIM905
    "gmx.de gmx.net web.de t-online.de gmail.com googlemail.com outlook.de outlook.com hotmail.de hotmail.com "
    "yahoo.de yahoo.com icloud.com freenet.de arcor.de posteo.de mailbox.org aol.com online.de ewetel.net "
    "me.com live.de vodafone.de htp-tel.de kabelmail.de proton.me"
).split()

SHORTEST_NUMBER = 6
"""Digits with the area code, without its nought: a village with two-digit numbers. Shorter ones are 112 and the like."""


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


class GuestForm(forms.Form):
    """One person who comes."""

    name = LineField(
        label=gettext_lazy("First and last name"),
        max_length=120,
        error_messages={"required": gettext_lazy("Please tell us the name of this person.")},
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}),
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


class BasePeople(forms.BaseFormSet):  # type: ignore[type-arg]
    """Everybody who comes, at least one; nobody twice."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        # A person somebody asked for and left empty is a mistake worth a sentence, not nothing.
        return {**super().get_form_kwargs(index), "empty_permitted": False, "use_required_attribute": False}

    def clean(self) -> None:
        if not self.forms:
            raise forms.ValidationError(_("Please tell us the name of this person."))
        if any(self.errors):
            return
        names = [form.cleaned_data["name"].casefold() for form in self.forms]
        if len(set(names)) < len(names):
            raise forms.ValidationError(
                _("Two people have the same name. Please tell them apart, or remove one.")
            )


People = forms.formset_factory(
    GuestForm,
    formset=BasePeople,
    extra=0,
    min_num=1,
    max_num=MOST_PEOPLE,
    absolute_max=MOST_PEOPLE + 1,
    validate_max=True,
)


def clean_phone(typed: str) -> str:
    """The number as E.164, "" for none; a number without a country code is a German one.

    Raises ValidationError with a sentence for people.
    """
    if not typed:
        return ""
    try:
        number = phonenumbers.parse(typed, "DE")
    except phonenumbers.NumberParseException:
        number = None
    if (
        number is None
        or not phonenumbers.is_possible_number(number)
        or len(str(number.national_number)) < SHORTEST_NUMBER
    ):
        raise forms.ValidationError(
            _(
                "This telephone number cannot be right. Please give it with its area code, such as 05123 45678."
            )
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


class ContactForm(forms.Form):
    """How we reach somebody: by mail or by telephone, one of them."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        required=False,
        max_length=254,
        help_text=gettext_lazy("We send you a confirmation."),
        error_messages={
            "invalid": gettext_lazy(
                "This e-mail address cannot be right. It should look like name@example.de."
            )
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email", "spellcheck": "false"}),
    )
    phone = LineField(
        label=gettext_lazy("Telephone"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("We call you if something changes."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )

    suggestion = ""

    def clean_phone(self) -> str:
        return clean_phone(self.cleaned_data["phone"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        email = cleaned.get("email", "")
        if not email and not cleaned.get("phone") and not self.errors:
            self.add_error(
                "email", _("Please give an e-mail address or a telephone number. One of them is enough.")
            )
        if email and (likely := likely_address(email)):
            answer = self.data.get("typo")
            if answer == "take":
                cleaned["email"] = likely
            elif answer != "keep":
                self.suggestion = likely
                self.add_error(
                    "email", _("Did you mean %(address)s? Please check the address.") % {"address": likely}
                )
        return cleaned


def likely_address(email: str) -> str:
    """The address somebody probably meant (`anna@gmial.com`), or nothing where it looks right."""
    local, _at, domain = email.rpartition("@")
    domain = domain.lower()
    if domain in COMMON_DOMAINS:
        return ""
    close = difflib.get_close_matches(domain, COMMON_DOMAINS, n=1, cutoff=0.85)
    return f"{local}@{close[0]}" if close else ""


class NeedForm(forms.Form):
    """What to prepare for one person. May concern health, so it needs a consent of its own."""

    need = forms.CharField(
        label=gettext_lazy("What should we prepare?"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": gettext_lazy("Please be brief: at most 500 characters.")},
    )
    consent = forms.BooleanField(
        label=gettext_lazy(
            "I agree that the Digital-Werkstatt keeps this note until seven days after the course, "
            "so that it can prepare for me. I can withdraw this at any time."
        ),
        required=False,
    )

    def clean_need(self) -> str:
        lines = self.cleaned_data["need"].splitlines()
        return "\n".join(line for raw in lines if (line := LineField(required=False).clean(raw)))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("need") and not cleaned.get("consent"):
            self.add_error("consent", _("Please agree that we may keep the note, or leave the field empty."))
        return cleaned


Needs = forms.formset_factory(NeedForm, extra=0, max_num=MOST_PEOPLE, absolute_max=MOST_PEOPLE + 1)
