"""Other uses of rooms, and absences, as the team fills them in."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput, AdminTimeInput

from core.forms import LineField
from core.team import TeamView
from places.models import Room, RoomUse
from timetable.expansion import ExpansionError
from timetable.wording import describe_problem
from workshops import operations
from workshops.admin.filters import FacilitatorChoice
from workshops.models import Facilitator, FacilitatorAbsence
from workshops.operations.conflicts import Wording
from workshops.rules import NotPossible


class AbsenceForm(WagtailAdminModelForm):
    facilitator = FacilitatorChoice(
        Facilitator.objects.filter(is_archived=False), label=gettext_lazy("Facilitator")
    )

    class Meta:
        model = FacilitatorAbsence
        fields = ["facilitator", "first_date", "last_date"]
        widgets = {"first_date": AdminDateInput, "last_date": AdminDateInput}


class RoomUseForm(forms.ModelForm):  # type: ignore[type-arg]
    name = LineField(
        label=gettext_lazy("What for"), max_length=120, help_text=gettext_lazy("Only the team reads this.")
    )

    class Meta:
        model = RoomUse
        fields = ["name", "room", "first_date", "start_time", "duration_minutes", "rule"]
        widgets = {"first_date": AdminDateInput, "start_time": AdminTimeInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rooms = Room.objects.filter(is_archived=False).select_related("venue")
        self.fields["room"].queryset = rooms  # type: ignore[attr-defined]


class RoomUseView(TeamView):
    """One other use: form → its dates and what they collide with → operation."""

    model: Any = RoomUse
    any_permission_required = ["add", "change"]
    template_name = "workshops/admin/room_use.html"
    page_title = gettext_lazy("Other use of a room")
    header_icon = "lock"
    list_url_name = "roomuse:index"
    list_label = gettext_lazy("Other uses of rooms")

    @cached_property
    def use(self) -> RoomUse:
        return get_object_or_404(RoomUse, pk=self.kwargs["pk"]) if "pk" in self.kwargs else RoomUse()

    def get(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """The form; a new use begins with the room and day the room plan leads here with."""
        asked = {"room": request.GET.get("room"), "first_date": request.GET.get("day")}
        return self._show(RoomUseForm(instance=self.use, initial={} if pk else asked))

    def post(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        at = timezone.now()
        form = RoomUseForm(request.POST, instance=self.use)
        if not form.is_valid():
            return self._show(form, status=422)
        try:
            slots = operations.plan_room_use(use=self.use, at=at)
        except ExpansionError as problem:
            form.add_error("rule", describe_problem(problem))
            return self._show(form, status=422)
        own = set(self.use.dates.values_list("starts_at", flat=True)) if self.use.pk else set()
        found = [
            c for c in operations.conflicts_of(slots) if c.kind != "other_use" or c.slot.starts_at not in own
        ]
        if request.POST.get("step") != "confirm":
            lines = Wording(found).lines(found)
            return self._show(
                form, slots=slots, conflicts=lines, is_preview=request.POST.get("step") != "back"
            )
        try:
            count = operations.save_room_use(use=self.use, at=at, by=request.user)
        except NotPossible as problem:
            form.add_error(None, str(problem.sentence))
            return self._show(form, status=409)
        told = ngettext(
            "The room is taken on %(count)s date.", "The room is taken on %(count)s dates.", count
        )
        messages.success(request, told % {"count": count})
        return redirect("roomuse:index")

    def _show(self, form: forms.ModelForm, *, status: int = 200, **more: Any) -> HttpResponse:  # type: ignore[type-arg]
        return self.show(self.request, status=status, form=form, media=form.media, use=self.use, **more)
