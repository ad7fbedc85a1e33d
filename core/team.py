"""The frame of the team's own pages: Wagtail's, with a permission, a heading and the way back."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.generic import View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin


class TeamView(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    """A view in Wagtail's frame. Where `list_url_name` is set, the way back leads to that list."""

    model: Any
    list_url_name = ""
    list_label: Any = ""

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), self.list_breadcrumb(), *self.further_breadcrumbs()]

    def list_breadcrumb(self) -> dict[str, Any]:
        return {"url": reverse(self.list_url_name), "label": self.list_label}

    def further_breadcrumbs(self) -> list[dict[str, Any]]:
        return [{"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()}]

    def show(self, request: HttpRequest, *, status: int = 200, **context: Any) -> HttpResponse:
        response: HttpResponse = self.render_to_response(self.get_context_data(**context), status=status)
        return response
