from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSetGroup
from wagtail.admin.widgets.button import Button

from core.viewsets import ARCHIVED, KeepingViewSet
from places.models import Closure, Equipment, Room, Venue
from places.views import ClosureCreateView, ClosureEditView, ClosureImportView


class VenueViewSet(KeepingViewSet):
    model = Venue
    icon = "site"
    list_display = ["name", "city", BooleanColumn("step_free", label=_("step-free")), ARCHIVED]
    panels = [
        FieldRowPanel([FieldPanel("name_de"), FieldPanel("name_en")]),
        FieldPanel("slug"),
        MultiFieldPanel(
            [
                FieldPanel("street"),
                FieldRowPanel([FieldPanel("postcode"), FieldPanel("city")]),
                FieldRowPanel([FieldPanel("latitude"), FieldPanel("longitude")]),
                FieldPanel("phone"),
            ],
            _("Address"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("step_free"), FieldPanel("accessible_toilet")]),
                FieldRowPanel([FieldPanel("hearing_loop"), FieldPanel("wheelchair_places")]),
                FieldPanel("access_notes_de"),
                FieldPanel("access_notes_en"),
            ],
            _("Access"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("intro_de"),
                FieldPanel("intro_en"),
                FieldPanel("directions_de"),
                FieldPanel("directions_en"),
                FieldPanel("image"),
            ],
            _("Description"),
        ),
        InlinePanel("opening_hours", label=_("Opening hours")),
        FieldRowPanel([FieldPanel("sort_order"), FieldPanel("is_archived")]),
    ]


class RoomViewSet(KeepingViewSet):
    model = Room
    icon = "home"
    list_display = ["name", "venue", "capacity", ARCHIVED]
    list_filter = ["venue"]
    panels = [
        FieldPanel("venue"),
        FieldRowPanel([FieldPanel("name_de"), FieldPanel("name_en")]),
        FieldPanel("capacity"),
        FieldRowPanel([FieldPanel("wheelchair_places"), FieldPanel("loop_sets")]),
        FieldPanel("how_to_find_de"),
        FieldPanel("how_to_find_en"),
        FieldPanel("is_archived"),
    ]


class ClosureIndexView(IndexView):
    """With a button for taking over a calendar."""

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        button = Button(
            _("Take over from a calendar"), url=reverse("closure:import"), icon_name="download", priority=20
        )
        return [*super().header_more_buttons, button]


class ClosureViewSet(KeepingViewSet):
    model = Closure
    index_view_class = ClosureIndexView
    add_view_class = ClosureCreateView
    edit_view_class = ClosureEditView
    icon = "calendar-alt"
    list_display = [
        "name",
        Column("kind", label=_("kind"), accessor="get_kind_display"),
        "first_date",
        "last_date",
        "venue",
    ]
    list_filter = ["kind", "venue"]
    panels = [
        FieldPanel("name"),
        FieldPanel("kind"),
        FieldRowPanel([FieldPanel("first_date"), FieldPanel("last_date")]),
        FieldPanel("venue"),
    ]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [*super().get_urlpatterns(), path("import/", ClosureImportView.as_view(), name="import")]


class EquipmentViewSet(KeepingViewSet):
    model = Equipment
    icon = "clipboard-list"
    list_display = ["name", "pieces", ARCHIVED]
    panels = [FieldRowPanel([FieldPanel("name"), FieldPanel("pieces")]), FieldPanel("is_archived")]


class PlacesGroup(ModelViewSetGroup):
    items = (VenueViewSet, RoomViewSet, ClosureViewSet, EquipmentViewSet)
    menu_label = _("Places")
    menu_icon = "site"
    menu_order = 230
