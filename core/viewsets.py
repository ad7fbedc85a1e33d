"""The words and the logs, as the team edits and reads them."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import ProtectedError
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import DeleteView, IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from core.models import AuditEntry, Generation, MessageWording, OutgoingMail, Topic
from core.wording_views import MessageIndexView, MessageView


class KeepingDeleteView(DeleteView):
    """Deletes a row, or says that others need it."""

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                return super().form_valid(form)  # type: ignore[no-any-return]
        except ProtectedError:
            sentence = gettext("“%(name)s” is in use and cannot be deleted.")
            messages.error(self.request, sentence % {"name": self.object})
            return HttpResponseRedirect(self.get_success_url())


class KeepingViewSet(ModelViewSet):
    """A viewset without copying; what others need is not deleted, and says so."""

    delete_view_class = KeepingDeleteView
    copy_view_enabled = False


ARCHIVED = Column(
    "is_archived",
    label=_("archived"),
    accessor=lambda row: _("archived") if row.is_archived else "",
    sort_key="is_archived",
)
"""For lists, where Wagtail would say True, or show a red cross for what is in use."""


class PlainViewSet(KeepingViewSet):
    """Words and logs: outside the menu's groups."""

    add_to_settings_menu = False
    add_to_reference_index = False


class TopicViewSet(PlainViewSet):
    model = Topic
    icon = "tag"
    list_display = ["name", "slug", "sort_order"]
    panels = [
        FieldRowPanel([FieldPanel("name_de"), FieldPanel("name_en")]),
        FieldRowPanel([FieldPanel("slug"), FieldPanel("sort_order")]),
    ]


class GenerationViewSet(PlainViewSet):
    model = Generation
    icon = "group"
    list_display = [
        "name",
        "description",
        Column("side", label=_("side in a tandem"), accessor="get_side_display"),
        "sort_order",
    ]
    panels = [
        FieldRowPanel([FieldPanel("name_de"), FieldPanel("name_en")]),
        FieldPanel("description_de"),
        FieldPanel("description_en"),
        FieldPanel("side"),
        FieldRowPanel([FieldPanel("slug"), FieldPanel("sort_order")]),
    ]


class MessageWordingViewSet(PlainViewSet):
    """The house's own words for its mails, by kind and language rather than by row."""

    model = MessageWording
    icon = "edit"
    menu_label = _("Messages")
    add_to_settings_menu = True
    form_fields = ["subject", "opening"]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", MessageIndexView.as_view(), name="index"),
            path("<str:kind>/<str:language>/", MessageView.as_view(), name="edit"),
        ]


class ReadOnlyPolicy(ModelPermissionPolicy):
    """Nobody who signs in adds, changes or deletes; who may view, views."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action == "view" and super().user_has_permission(user, "view")


for log in (AuditEntry, OutgoingMail):
    register_permission_policy(log, ReadOnlyPolicy(log))


class LogViewSet(PlainViewSet):
    """A list to read, and nothing else."""

    add_to_settings_menu = True
    form_fields: list[str] = []
    list_per_page = 50

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
        ]

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        none = {"add_url_name": None, "edit_url_name": None, "delete_url_name": None}
        shown: dict[str, Any] = super().get_index_view_kwargs(**none, **kwargs)
        return shown


class AuditEntryViewSet(LogViewSet):
    model = AuditEntry
    icon = "history"
    list_display = ["at", "get_actor_display", "user_id", "verb", "subject_type", "subject_id"]
    list_filter = ["actor", "verb"]


class MailFilterSet(WagtailFilterSet):
    came_back = BooleanFilter(
        field_name="bounced_at", lookup_expr="isnull", exclude=True, label=_("Came back")
    )


class MailIndexView(IndexView):
    base_filterset_class = MailFilterSet


class OutgoingMailViewSet(LogViewSet):
    model = OutgoingMail
    icon = "mail"
    index_view_class = MailIndexView
    list_display = [
        "kind",
        Column("state", label=_("state"), accessor="get_state_display"),
        "created_at",
        "sent_at",
        "attempts",
        "last_error",
        "bounced_at",
        "bounce_reason",
    ]
    list_filter = ["state", "kind"]
