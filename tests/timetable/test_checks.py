"""Settings without which dates would be wrong stop the start."""

import pytest
from django.conf import settings as project

from timetable.checks import check_settings


def ids() -> list[str]:
    return [found.id for found in check_settings(None)]


def test_the_projects_settings_are_right():
    assert project.TIME_ZONE == "Europe/Berlin"
    assert ids() == []


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("TIME_ZONE", "America/New_York", "timetable.E001"),
        ("TIME_ZONE", "UTC", "timetable.E001"),
        ("RECURRENCE_USE_TZ", False, "timetable.E002"),
        ("USE_TZ", False, "timetable.E002"),
        ("FORM_RENDERER", "django.forms.renderers.DjangoTemplates", "timetable.E003"),
    ],
)
def test_a_setting_that_would_shift_dates_is_an_error(settings, name, value, expected):
    setattr(settings, name, value)
    assert ids() == [expected]
