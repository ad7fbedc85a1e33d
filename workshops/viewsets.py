"""The team's lists in Wagtail's frame."""

from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.admin.widgets.button import Button

from core.viewsets import ARCHIVED, KeepingViewSet
from places.models import RoomUse
from timetable.zone import house_zone
from workshops.admin.bookings import BookingIndexView, BookingView
from workshops.admin.closures import ClosureHitsView
from workshops.admin.conflicts import ConflictReportView
from workshops.admin.copying import CopyCourseView, CopyRunView, CopySeveralView, CopyTermView
from workshops.admin.enough import CancelRunView, DecideView, DoubtfulView
from workshops.admin.equipment import EquipmentView
from workshops.admin.facilitators import FacilitatorForm
from workshops.admin.helpers import (
    AddHelperView,
    AskHelpersView,
    EditHelperView,
    HelperForm,
    HelperIndexView,
    HelperView,
    RunHelpersView,
)
from workshops.admin.messages import RunMessageView, SessionMessageView
from workshops.admin.room_plan import RoomPlanView
from workshops.admin.room_uses import AbsenceForm, RoomUseView
from workshops.admin.run_import import ImportTemplateView, RunImportView
from workshops.admin.runs import AddRunView, EditRunView, RunDatesView
from workshops.admin.session_list import SessionListView
from workshops.admin.sessions import AddSessionView, CancelSessionView, ChangeSessionView, NoticeView
from workshops.admin.term_forms import TermForm
from workshops.admin.terms import (
    KeepPrintedView,
    PrintedChangesView,
    TermCreateView,
    TermEditView,
    TermIndexView,
    TermPageView,
)
from workshops.admin.today import TodayView
from workshops.admin.waiting import CallsView, RequestsView, WaitingView
from workshops.models import Booking, CourseRun, Facilitator, FacilitatorAbsence, Helper, Term


class WhenColumn(Column):
    """An instant as the house's clock shows it; "in two weeks" helps nobody who plans."""

    def get_value(self, instance: Any) -> str:
        value = super().get_value(instance)
        return date_format(timezone.localtime(value, house_zone()), _("D, j M Y, H:i")) if value else "–"


class RunIndexView(IndexView):
    """All runs, the next dates first."""

    is_searchable = True

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        buttons = super().header_more_buttons
        if self.permission_policy.user_has_permission(self.request.user, "add"):
            for label, name, icon, priority in (
                (_("Copy several runs"), "courserun:copy_several", "copy", 20),
                (_("Read runs from a spreadsheet"), "courserun:import", "upload", 21),
            ):
                buttons.append(Button(label, url=reverse(name), icon_name=icon, priority=priority))
        return list(buttons)

    def get_base_queryset(self) -> QuerySet[CourseRun]:
        coming = Q(sessions__starts_at__gt=timezone.now(), sessions__state="planned")
        return CourseRun.objects.select_related("course").annotate(
            next_date=Min("sessions__starts_at", filter=coming), coming=Count("sessions", filter=coming)
        )

    def search_queryset(self, queryset: QuerySet[CourseRun]) -> QuerySet[CourseRun]:
        if not self.search_query:
            return queryset
        return queryset.filter(
            Q(number__icontains=self.search_query) | Q(course__title__icontains=self.search_query)
        )


class CourseRunViewSet(ModelViewSet):
    """Runs: form → plan → confirm → operation. Never deleted, and copied in our own way only."""

    model = CourseRun
    icon = "date"
    copy_view_enabled = False
    index_view_class = RunIndexView
    form_fields = ["number"]
    list_filter = ["state", "booking_mode", "term"]
    list_display = [
        TitleColumn(
            "number",
            label=_("Course number"),
            get_url=lambda run: reverse("courserun:dates", args=[run.pk]),
            sort_key="number",
        ),
        Column("course", label=_("Course"), accessor="course.title"),
        Column("state", label=_("State"), accessor="get_state_display"),
        Column("booking_mode", label=_("How it is booked"), accessor="get_booking_mode_display"),
        WhenColumn("next_date", label=_("Next date"), sort_key="next_date"),
        Column("coming", label=_("Dates to come")),
    ]

    def get_urlpatterns(self) -> list[URLPattern]:
        views: dict[str, Any] = {
            "new/": (AddRunView, "add"),
            "edit/<int:pk>/": (EditRunView, "edit"),
            "dates/<int:pk>/": (RunDatesView, "dates"),
            "date/<int:pk>/cancel/": (CancelSessionView, "cancel_date"),
            "date/<int:pk>/move/": (ChangeSessionView, "move_date"),
            "dates/<int:pk>/add/": (AddSessionView, "add_date"),
            "notice/<int:pk>/": (NoticeView, "notice"),
            "equipment/<int:pk>/": (EquipmentView, "equipment"),
            "today/": (TodayView, "today"),
            "doubtful/": (DoubtfulView, "doubtful"),
            "decide/<int:pk>/": (DecideView, "decide"),
            "cancel/<int:pk>/": (CancelRunView, "cancel_run"),
            "helpers/<int:pk>/": (RunHelpersView, "helpers"),
            "ask/<int:pk>/": (AskHelpersView, "ask_helpers"),
            "plan/": (RoomPlanView, "plan"),
            "all-dates/": (SessionListView, "sessions"),
            "closures/": (ClosureHitsView, "closure_hits"),
            "conflicts/": (ConflictReportView, "conflicts"),
            "copy/<int:pk>/": (CopyRunView, "copy"),
            "copy-course/<int:pk>/": (CopyCourseView, "copy_course"),
            "copy-term/<int:pk>/": (CopyTermView, "copy_term"),
            "copy-several/": (CopySeveralView, "copy_several"),
            "import/": (RunImportView, "import"),
            "import/template.<str:kind>": (ImportTemplateView, "import_template"),
        }
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("history/<int:pk>/", self.history_view, name="history"),
            path("history-results/<int:pk>/", self.history_results_view, name="history_results"),
            *(path(route, view.as_view(), name=name) for route, (view, name) in views.items()),
        ]

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_index_view_kwargs(delete_url_name=None, **kwargs)


class BookingViewSet(ModelViewSet):
    """Bookings: found and looked at here, changed by operations only."""

    model = Booking
    icon = "group"
    copy_view_enabled = False
    index_view_class = BookingIndexView
    form_fields = ["code"]
    list_filter = ["state", "channel"]
    list_display = [
        TitleColumn(
            "code", label=_("Booking code"), get_url=lambda b: reverse("booking:inspect", args=[b.pk])
        ),
        Column("person", label=_("Person"), accessor="person.name"),
        Column("run", label=_("Course number"), accessor="run.number"),
        Column("course", label=_("Course"), accessor="run.course.title"),
        Column("state", label=_("State"), accessor="get_state_display"),
        WhenColumn("created_at", label=_("Booked on"), sort_key="created_at"),
    ]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("inspect/<int:pk>/", BookingView.as_view(), name="inspect"),
            path("waiting/", WaitingView.as_view(), name="waiting"),
            path("waiting/<int:pk>/", WaitingView.as_view(), name="waiting_run"),
            path("calls/", CallsView.as_view(), name="calls"),
            path("requests/", RequestsView.as_view(), name="requests"),
            path("write/<int:pk>/", RunMessageView.as_view(), name="write"),
            path("write-date/<int:pk>/", SessionMessageView.as_view(), name="write_date"),
        ]

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_index_view_kwargs(
            add_url_name=None, edit_url_name=None, delete_url_name=None, **kwargs
        )


class FacilitatorViewSet(KeepingViewSet):
    model = Facilitator
    icon = "user"
    list_display = ["name", ARCHIVED]
    panels = [
        FieldPanel("name"),
        FieldPanel("bio_de"),
        FieldPanel("bio_en"),
        FieldPanel("photo"),
        FieldPanel("user", permission="accounts.change_user"),
        FieldPanel("is_archived"),
    ]

    def get_edit_handler(self) -> Any:
        return ObjectList(self.panels, base_form_class=FacilitatorForm).bind_to_model(self.model)


class AbsenceViewSet(KeepingViewSet):
    """When somebody cannot teach."""

    model = FacilitatorAbsence
    icon = "calendar-alt"
    list_display = [
        TitleColumn(
            "facilitator",
            label=_("Facilitator"),
            accessor="facilitator.name",
            get_url=lambda absence: reverse("facilitatorabsence:edit", args=[absence.pk]),
        ),
        "first_date",
        "last_date",
    ]

    def get_form_class(self, for_update: bool = False) -> Any:
        return AbsenceForm


class HelperViewSet(KeepingViewSet):
    """Pupils and volunteers. They are archived, never deleted here: due work erases them in time."""

    model = Helper
    icon = "group"
    index_view_class = HelperIndexView
    add_view_class = AddHelperView
    edit_view_class = EditHelperView
    list_filter = ["generation", "is_archived"]
    list_display = [
        TitleColumn(
            "name", label=_("Name"), get_url=lambda helper: reverse("helper:inspect", args=[helper.pk])
        ),
        Column("email", label=_("E-mail")),
        Column("phone", label=_("Telephone")),
        Column("generation", label=_("Generation")),
        ARCHIVED,
    ]

    def get_form_class(self, for_update: bool = False) -> Any:
        return HelperForm

    def get_urlpatterns(self) -> list[URLPattern]:
        kept = [pattern for pattern in super().get_urlpatterns() if pattern.name != "delete"]
        return [*kept, path("inspect/<int:pk>/", HelperView.as_view(), name="inspect")]

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_index_view_kwargs(delete_url_name=None, **kwargs)

    def get_edit_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_edit_view_kwargs(delete_url_name=None, **kwargs)


class RoomUseViewSet(KeepingViewSet):
    """Council, cleaning, another school: form → dates and conflicts → operation."""

    model = RoomUse
    icon = "lock"
    form_fields = ["name"]
    list_display = [
        TitleColumn("name", label=_("What for"), get_url=lambda use: reverse("roomuse:edit", args=[use.pk])),
        Column("room", label=_("Room")),
        "first_date",
    ]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("new/", RoomUseView.as_view(), name="add"),
            path("edit/<int:pk>/", RoomUseView.as_view(), name="edit"),
            path("delete/<int:pk>/", self.delete_view, name="delete"),
        ]

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_index_view_kwargs(queryset=RoomUse.objects.select_related("room__venue"), **kwargs)


class TermViewSet(KeepingViewSet):
    """Semesters; one that runs belong to is archived, not deleted."""

    model = Term
    icon = "calendar"
    index_view_class = TermIndexView
    add_view_class = TermCreateView
    edit_view_class = TermEditView
    list_filter = ["is_archived"]
    list_display = [
        TitleColumn("name", label=_("Term"), get_url=lambda term: reverse("term:page", args=[term.pk])),
        "first_date",
        "last_date",
        "copy_date",
        WhenColumn("publish_at", label=_("Publication"), sort_key="publish_at"),
        Column("run_count", label=_("Runs")),
        ARCHIVED,
    ]
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldRowPanel([FieldPanel("first_date"), FieldPanel("last_date")]),
            MultiFieldPanel([FieldPanel("copy_date"), FieldPanel("publish_at")], _("Programme")),
            MultiFieldPanel([FieldPanel("web_opens_at"), FieldPanel("phone_opens_at")], _("Booking opens")),
            FieldPanel("is_archived"),
        ],
        base_form_class=TermForm,
    )

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("page/<int:pk>/", TermPageView.as_view(), name="page"),
            path("changes/<int:pk>/", PrintedChangesView.as_view(), name="changes"),
            path("keep-printed/<int:pk>/", KeepPrintedView.as_view(), name="keep_printed"),
        ]


class CoursesGroup(ModelViewSetGroup):
    items = (
        CourseRunViewSet,
        BookingViewSet,
        TermViewSet,
        RoomUseViewSet,
        FacilitatorViewSet,
        AbsenceViewSet,
        HelperViewSet,
    )
    menu_label = _("Courses")
    menu_icon = "date"
    menu_order = 150

    def get_submenu_items(self) -> list[MenuItem]:
        return [*super().get_submenu_items(), *(TeamMenuItem(*entry) for entry in _PAGES)]


class TeamMenuItem(MenuItem):
    """A page of the team that is no list of rows; shown to whoever may see runs, or has another permission."""

    def __init__(
        self, label: Any, name: str, icon: str, order: int, permission: str = "view_courserun"
    ) -> None:
        super().__init__(label, reverse_lazy(name), name=name.replace(":", "-"), icon_name=icon, order=order)
        self.permission = permission

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(f"workshops.{self.permission}")


_PAGES = [
    (_("Today"), "courserun:today", "time", -1),
    (_("Room plan"), "courserun:plan", "table", 10),
    (_("All dates"), "courserun:sessions", "list-ul", 20),
    (_("Open conflicts"), "courserun:conflicts", "warning", 30),
    (_("Enough people?"), "courserun:doubtful", "group", 40),
    (_("To call"), "booking:calls", "mobile-alt", 50, "view_booking"),
    (_("Waiting lists"), "booking:waiting", "list-ol", 60, "view_booking"),
    (_("Requests of groups"), "booking:requests", "group", 70, "view_booking"),
    (_("Read runs from a spreadsheet"), "courserun:import", "upload", 900, "add_courserun"),
]
