"""How we reach somebody: addresses and telephone numbers as people type them."""

import difflib
from typing import Any

import phonenumbers
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import LineField

COMMON_DOMAINS = (  # noqa: SIM905
    "gmx.de gmx.net web.de t-online.de gmail.com googlemail.com outlook.de outlook.com hotmail.de hotmail.com "
    "yahoo.de yahoo.com icloud.com freenet.de arcor.de posteo.de mailbox.org aol.com online.de ewetel.net "
    "me.com live.de vodafone.de htp-tel.de kabelmail.de proton.me"
).split()

NO_NAME = gettext_lazy("Please tell us your name, so that we know whom to ask for.")

GERMANY = 49

SHORTEST_NUMBER = 6
"""Digits with the area code, without its nought: a village with two-digit numbers. Shorter ones are 112 and the like."""


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


def readable_phone(number: str) -> str:
    """An E.164 number as people here write and dial it: 05123 45678; from abroad with its country code."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    here = parsed.country_code == GERMANY
    style = phonenumbers.PhoneNumberFormat.NATIONAL if here else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style)


class ContactForm(forms.Form):
    """How we reach who books: by mail or by telephone, one of them; and their name, where nobody else tells it.

    The people of a group have no names, so `is_group` asks for that of the one who answers for it.
    """

    for_others = forms.BooleanField(
        label=gettext_lazy("I book for somebody else and do not come myself"), required=False
    )
    name = LineField(
        label=gettext_lazy("Your first and last name"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}),
    )
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

    def __init__(self, *args: Any, is_group: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.is_group = is_group
        if is_group:
            del self.fields["for_others"]
            self.fields["name"].required = True
            self.fields["name"].error_messages["required"] = NO_NAME

    def clean_phone(self) -> str:
        return clean_phone(self.cleaned_data["phone"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.is_group and not cleaned.get("for_others"):
            # Whoever comes is named already; what stands in a field nobody asks for is nobody's mistake.
            cleaned["name"] = ""
            self.errors.pop("name", None)
        elif not cleaned.get("name") and "name" not in self.errors:
            self.add_error("name", NO_NAME)
        email = cleaned.get("email", "")
        if not email and not cleaned.get("phone") and not self.errors.keys() & {"email", "phone"}:
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
