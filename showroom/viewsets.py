from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from core.viewsets import ARCHIVED, KeepingDeleteView
from showroom.models import Showing, Station


class ShowingViewSet(ModelViewSet):
    model = Showing
    icon = "view"
    copy_view_enabled = False
    delete_view_class = KeepingDeleteView
    list_display = ["exhibit", "station", "first_date", "last_date"]
    list_filter = ["station"]
    panels = [
        FieldPanel("exhibit"),
        FieldPanel("station"),
        FieldRowPanel([FieldPanel("first_date"), FieldPanel("last_date")]),
    ]


class StationViewSet(ModelViewSet):
    model = Station
    icon = "desktop"
    copy_view_enabled = False
    delete_view_class = KeepingDeleteView
    list_display = ["name", "venue", ARCHIVED]
    panels = [
        FieldPanel("venue"),
        FieldRowPanel([FieldPanel("name_de"), FieldPanel("name_en")]),
        FieldPanel("is_archived"),
    ]


class ShowroomGroup(ModelViewSetGroup):
    items = (ShowingViewSet, StationViewSet)
    menu_label = _("Showroom")
    menu_icon = "view"
    menu_order = 220
