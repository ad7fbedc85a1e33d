"""Taking over closures from a calendar file: file or address → what would change → save."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.views.generic import CreateView, EditView

from core.team import TeamView
from places import hits
from places.fetching import NotFetched, fetch
from places.importing import import_closures, plan_import
from places.models import Closure, Venue
from timetable.ics_reading import MOST_BYTES, UnreadableCalendar, WholeDays, read_days
from timetable.zone import house_zone, local_date

YEARS_AHEAD = 3
_SALT = "places.closure-import"
_MINUTES = 60


class ImportForm(forms.Form):
    """Where the calendar comes from, and what its days mean."""

    file = forms.FileField(
        label=gettext_lazy("Calendar file (.ics)"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".ics,text/calendar"}),
    )
    address = forms.URLField(
        label=gettext_lazy("or its address"),
        required=False,
        assume_scheme="https",
        max_length=500,
        help_text=gettext_lazy("It is fetched once, now, and never by itself."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=Closure.Kind.choices, widget=forms.RadioSelect
    )
    venue = forms.ModelChoiceField(
        Venue.objects.in_use(),
        label=gettext_lazy("Place"),
        required=False,
        empty_label=gettext_lazy("everywhere"),
    )

    def clean_file(self) -> Any:
        """Refuses what is too large by its size, before any of it is read."""
        file = self.cleaned_data["file"]
        if file and file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 5 MB."))
        return file

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and bool(cleaned.get("file")) == bool(cleaned.get("address")):
            self.add_error("file", _("Please choose a file, or give an address: one of them."))
        return cleaned


class ClosureImportView(TeamView):
    """Nothing is kept between the steps: the days travel in the form, signed."""

    model: Any = Closure
    permission_required = "add"
    template_name = "places/closure_import.html"
    page_title = gettext_lazy("Take over closures from a calendar")
    header_icon = "download"
    list_url_name = "closure:index"
    list_label = gettext_lazy("Closures and holidays")

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(self.request, form=ImportForm(initial={"kind": Closure.Kind.HOLIDAYS}))

    def post(self, request: HttpRequest) -> HttpResponse:
        if "days" in request.POST:
            return self._save(request)
        form = ImportForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(self.request, status=422, form=form)
        typed, at = form.cleaned_data, timezone.now()
        today = local_date(at)
        try:
            content = self._content(typed)
            days = read_days(
                content, zone=house_zone(), first=today, last=today + timedelta(days=366 * YEARS_AHEAD)
            )
        except (NotFetched, UnreadableCalendar) as problem:
            form.add_error("file" if typed["file"] else "address", problem.sentence)
            return self.show(self.request, status=422, form=form)
        plan = plan_import(days=days, venue=typed["venue"], kind=typed["kind"], at=at)
        packed = {
            "days": [(one.uid, one.name, one.first.isoformat(), one.last.isoformat()) for one in days],
            "kind": typed["kind"],
            "venue": typed["venue"] and typed["venue"].pk,
            "by": request.user.pk,
        }
        return self.show(
            self.request,
            form=form,
            plan=plan,
            found=len(days),
            kind=dict(Closure.Kind.choices)[typed["kind"]],
            venue=typed["venue"],
            packed=signing.dumps(packed, salt=_SALT, compress=True),
            years=YEARS_AHEAD,
        )

    def _content(self, typed: dict[str, Any]) -> bytes:
        if typed["address"]:
            return fetch(typed["address"])
        file = typed["file"]
        return bytes(file.read())

    def _save(self, request: HttpRequest) -> HttpResponse:
        try:
            packed = signing.loads(request.POST["days"], salt=_SALT, max_age=_MINUTES * 60)
            if packed["by"] != request.user.pk:
                raise PermissionDenied
            venue = Venue.objects.get(pk=packed["venue"]) if packed["venue"] else None
        except (signing.BadSignature, Venue.DoesNotExist):
            messages.error(request, _("This page has become too old. Please choose the file once more."))
            return redirect("closure:import")
        days = [
            WholeDays(uid, name, date.fromisoformat(first), date.fromisoformat(last))
            for uid, name, first, last in packed["days"]
        ]
        remove = [int(pk) for pk in request.POST.getlist("remove") if pk.isdecimal() and len(pk) < 10]
        touched = import_closures(
            days=days, venue=venue, kind=packed["kind"], remove=remove, at=timezone.now(), by=request.user
        )
        told = ngettext(
            "%(count)s closure has been taken over.", "%(count)s closures have been taken over.", len(touched)
        )
        messages.success(request, told % {"count": len(touched)})
        return redirect(hits.address_for(touched) or "closure:index")


class LeadsToHits:
    """After saving, an editor sees which dates a closure hits."""

    object: Closure

    def get_success_url(self) -> str:
        return hits.address_for([self.object]) or super().get_success_url()  # type: ignore[misc, no-any-return]


class ClosureCreateView(LeadsToHits, CreateView):
    pass


class ClosureEditView(LeadsToHits, EditView):
    pass
