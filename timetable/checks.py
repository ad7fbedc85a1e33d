"""Settings without which dates would be wrong: found at start, not by a visitor."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from timetable.ics import ZONES


@register()
def check_settings(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """The town's zone has a VTIMEZONE, UNTIL comes back aware, and the rule's template can be found."""
    found: list[CheckMessage] = []
    if settings.TIME_ZONE not in ZONES:
        found.append(
            Error(
                f"No VTIMEZONE is kept for TIME_ZONE = {settings.TIME_ZONE!r}.",
                hint=f"Use one of {', '.join(ZONES)}, or add the zone to timetable/ics.py.",
                id="timetable.E001",
            )
        )
    if not settings.USE_TZ or not getattr(settings, "RECURRENCE_USE_TZ", True):
        found.append(
            Error(
                "USE_TZ and RECURRENCE_USE_TZ must be true.",
                hint="Otherwise the end of a rule is read in whatever time zone is active.",
                id="timetable.E002",
            )
        )
    if settings.FORM_RENDERER != "django.forms.renderers.TemplatesSetting":
        found.append(
            Error(
                "FORM_RENDERER must be django.forms.renderers.TemplatesSetting.",
                hint="The rule widget's template lives among the project's templates.",
                id="timetable.E003",
            )
        )
    return found
