from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet

from core.viewsets import (
    AuditEntryViewSet,
    GenerationViewSet,
    MessageWordingViewSet,
    OutgoingMailViewSet,
    TopicViewSet,
)


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[ViewSet]:
    return [
        TopicViewSet("topic", add_to_settings_menu=True),
        GenerationViewSet("generation", add_to_settings_menu=True),
        MessageWordingViewSet("messagewording"),
        OutgoingMailViewSet("outgoingmail"),
        AuditEntryViewSet("auditentry"),
    ]


@hooks.register("insert_global_admin_css")
def house_colours() -> SafeString:
    """The team works in the house's own colours."""
    return format_html('<link rel="stylesheet" href="{}">', static("core/admin.css"))


@hooks.register("insert_global_admin_js")
def days_stay_as_typed() -> SafeString:
    return format_html('<script src="{}"></script>', static("core/admin.js"))
