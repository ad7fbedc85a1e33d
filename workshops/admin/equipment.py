"""What a run needs on each of its dates."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from places.models import Equipment
from workshops import operations
from workshops.admin.base import TeamView
from workshops.models import CourseRun, EquipmentNeed
from workshops.rules import NotPossible

MOST_NEEDS = 30

NeedFormSet = forms.inlineformset_factory(
    CourseRun,
    EquipmentNeed,
    fields=["equipment", "pieces"],
    extra=2,
    can_delete=True,
    max_num=MOST_NEEDS,
    absolute_max=MOST_NEEDS + 1,
)


class EquipmentView(TeamView):
    permission_required = "change"
    template_name = "workshops/admin/equipment.html"
    page_title = gettext_lazy("Equipment")

    @cached_property
    def run(self) -> CourseRun:
        return get_object_or_404(CourseRun.objects.select_related("course"), pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return self.run.number

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._show(NeedFormSet(instance=self.run))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        forms_ = NeedFormSet(request.POST, instance=self.run)
        if not forms_.is_valid():
            return self._show(forms_, status=422)
        kept = [one.cleaned_data for one in forms_ if one.cleaned_data.get("equipment")]
        try:
            operations.equip_run(
                run=self.run,
                needs={one["equipment"].pk: one["pieces"] for one in kept if not one.get("DELETE")},
                at=timezone.now(),
                by=request.user,
            )
        except NotPossible as problem:
            messages.error(request, problem.sentence)
        else:
            messages.success(request, _("Saved."))
        return redirect("courserun:dates", pk)

    def _show(self, formset: Any, *, status: int = 200) -> HttpResponse:
        return self.show(
            self.request, status=status, run=self.run, formset=formset, stock=list(Equipment.objects.all())
        )
