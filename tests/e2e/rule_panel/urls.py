"""The site with two more addresses: Wagtail's own form with an inline panel, our rule field in each row."""

from typing import Any

from django.conf import settings
from django.urls import path
from django.views.decorators.csp import csp_override
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.generic import CreateView, EditView

from config import urls_dev
from tests.e2e.rule_panel.models import Diary, edit_handler

COMMON = {
    "model": Diary,
    "panel": edit_handler.bind_to_model(Diary),
    "template_name": "wagtailadmin/generic/form.html",
    "index_url_name": "wagtailadmin_home",
    "edit_url_name": "diary_edit",
}


def in_the_frame(view: Any) -> Any:
    return csp_override(settings.ADMIN_CSP)(require_admin_access(view))


urlpatterns = [
    path("admin/diary/", in_the_frame(CreateView.as_view(**COMMON, add_url_name="diary")), name="diary"),
    path("admin/diary/<int:pk>/", in_the_frame(EditView.as_view(**COMMON)), name="diary_edit"),
    *urls_dev.urlpatterns,
]
handler404, handler403 = urls_dev.handler404, urls_dev.handler403
