"""Promises that are checked whenever the project starts."""

from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, register

from core.retention import declared


@register()
def personal_data_has_an_end(**_: Any) -> list[CheckMessage]:
    """Every model that says it holds personal data declares why and until when."""
    return [
        Error(
            f"{model._meta.label} holds personal data but declares no retention.",
            hint="Call core.retention.declare() beside the model.",
            id="core.E001",
        )
        for model in apps.get_models()
        if getattr(model, "holds_personal_data", False) and model not in declared()
    ]


@register()
def personal_data_is_not_copied(**_: Any) -> list[CheckMessage]:
    """No model that holds personal data stands in Wagtail's index of what is used where.

    Nobody asks that index about people, and writing it costs a booking five queries.
    """
    return [
        Error(
            f"{model._meta.label} holds personal data and stands in Wagtail's reference index.",
            hint="Set wagtail_reference_index_ignore = True on the model.",
            id="core.E002",
        )
        for model in apps.get_models()
        if getattr(model, "holds_personal_data", False)
        and not getattr(model, "wagtail_reference_index_ignore", False)
    ]
