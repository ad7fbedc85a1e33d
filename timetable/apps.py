"""Repeating dates and calendar files: what every app that plans something needs."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TimetableConfig(AppConfig):
    name = "timetable"
    label = "timetable"
    verbose_name = _("Timetable")

    def ready(self) -> None:
        from timetable import checks  # noqa: F401  registers the system checks
