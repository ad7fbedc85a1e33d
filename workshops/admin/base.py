"""What the team's views share."""

from typing import Any

from django import forms
from django.forms.widgets import Script
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from workshops.models import CourseRun

MEDIA = forms.Media(css={"all": ["workshops/admin.css"]})
PRINTED = MEDIA + forms.Media(css={"all": ["workshops/desk.css"]}, js=[Script("js/print.js", type="module")])
"""For pages that are printed."""


class TeamView(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    """A view in Wagtail's frame, with the way back to the list of runs."""

    model: Any = CourseRun
    header_icon = "date"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            self.list_breadcrumb(),
            *self.further_breadcrumbs(),
        ]

    def list_breadcrumb(self) -> dict[str, Any]:
        return {"url": reverse("courserun:index"), "label": _("Runs")}

    def further_breadcrumbs(self) -> list[dict[str, Any]]:
        return [{"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()}]

    def show(self, request: HttpRequest, *, status: int = 200, **context: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(**context), status=status)
