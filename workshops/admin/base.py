"""What the team's views share."""

from typing import Any

from django import forms
from django.forms.widgets import Script
from django.utils.translation import gettext_lazy as _

from core import team
from workshops.models import CourseRun

MEDIA = forms.Media(css={"all": ["workshops/admin.css"]})
PRINTED = MEDIA + forms.Media(css={"all": ["workshops/desk.css"]}, js=[Script("js/print.js", type="module")])
"""For pages that are printed."""


class TeamView(team.TeamView):
    """A view about runs and their dates, with the way back to the list of runs."""

    model: Any = CourseRun
    header_icon = "date"
    list_url_name = "courserun:index"
    list_label = _("Runs")
