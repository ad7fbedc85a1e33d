"""People who teach, as the team fills them in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy
from wagtail.admin.forms.models import WagtailAdminModelForm

from accounts.models import User


class AccountChoice(forms.ModelChoiceField):
    """An account by its address; the label elsewhere carries none."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.email)


class FacilitatorForm(WagtailAdminModelForm):
    """Only administrators see the field with the accounts (see the panel)."""

    user = AccountChoice(
        User.objects.filter(is_active=True).order_by("email"),
        label=gettext_lazy("signs in as"),
        required=False,
        empty_label=gettext_lazy("Nobody: has no account"),
        help_text=gettext_lazy(
            "An account with the role “Kursleitung”. "
            "This person then sees the dates they teach and who comes, and nothing else."
        ),
    )
