from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet

from core.viewsets import AuditEntryViewSet, GenerationViewSet, OutgoingMailViewSet, TopicViewSet


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[ViewSet]:
    return [
        TopicViewSet("topic", add_to_settings_menu=True),
        GenerationViewSet("generation", add_to_settings_menu=True),
        OutgoingMailViewSet("outgoingmail"),
        AuditEntryViewSet("auditentry"),
    ]
