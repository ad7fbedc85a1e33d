"""All dates of all runs: found by day, place, person and state; several cancelled together."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.widgets import AdminDateInput

from core.forms import LineField, RowsField
from places.models import Room
from timetable.zone import local_date, local_instant
from workshops import operations
from workshops.admin.base import MEDIA, TeamView
from workshops.admin.filters import PlaceAndPersonFilter
from workshops.admin.sessions import recipients
from workshops.days import EARLIEST, LATEST
from workshops.models import CourseRun, Session
from workshops.models.sessions import SessionQuerySet
from workshops.operations.helpers import helping_on
from workshops.operations.telling import booked_on
from workshops.rules import NotPossible

MIDNIGHT = time()
PER_PAGE = 100


class SessionFilter(PlaceAndPersonFilter):
    """Which dates are listed; whatever cannot be understood counts as not asked."""

    q = LineField(label=gettext_lazy("Course or number"), required=False, max_length=80)
    first = forms.DateField(label=gettext_lazy("from"), widget=AdminDateInput, required=False)
    last = forms.DateField(label=gettext_lazy("until"), widget=AdminDateInput, required=False)
    weekday = forms.ChoiceField(
        label=gettext_lazy("Weekday"),
        choices=[("", gettext_lazy("every")), *WEEKDAYS.items()],
        required=False,
    )
    room = forms.ModelChoiceField(
        Room.objects.filter(is_archived=False).select_related("venue"),
        label=gettext_lazy("Room"),
        required=False,
        empty_label=gettext_lazy("All rooms"),
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[("", gettext_lazy("all")), *Session.State.choices],
        required=False,
    )
    run_state = forms.ChoiceField(
        label=gettext_lazy("State of the run"),
        choices=[
            ("", gettext_lazy("all")),
            *(choice for choice in CourseRun.State.choices if choice[0] != CourseRun.State.DRAFT),
        ],
        required=False,
    )
    booked = forms.ChoiceField(
        label=gettext_lazy("Bookings"),
        choices=[
            ("", gettext_lazy("with and without")),
            ("yes", gettext_lazy("with bookings")),
            ("no", gettext_lazy("without bookings")),
        ],
        required=False,
    )

    field_order = [
        "q",
        "first",
        "last",
        "weekday",
        "venue",
        "room",
        "facilitator",
        "state",
        "run_state",
        "booked",
    ]


class SeveralForm(forms.Form):
    """Several dates, and why they do not take place."""

    sessions = RowsField(
        Session.objects.all(),
        error_messages={"required": gettext_lazy("Please choose at least one date.")},
    )
    reason = LineField(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy("People who booked read this, in the mail and on the site."),
        error_messages={"required": gettext_lazy("Please give a reason; people will be told.")},
    )


class SessionListView(TeamView):
    any_permission_required = ["view", "change"]
    template_name = "workshops/admin/session_list.html"
    page_title = gettext_lazy("All dates")

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._list()

    def post(self, request: HttpRequest) -> HttpResponse:
        """Cancels the chosen dates: first who is told, then the act."""
        if not self.user_has_permission("change"):
            raise PermissionDenied
        form = SeveralForm(request.POST)
        if not form.is_valid():
            return self._list(form=form, status=422)
        chosen = list(form.cleaned_data["sessions"].select_related("run__course", "room__venue"))
        if request.POST.get("step") != "confirm":
            self.template_name = "workshops/admin/sessions_preview.html"
            told = recipients(booked_on(chosen), helping_on(chosen))
            return self.show(request, media=MEDIA, chosen=chosen, reason=form.cleaned_data["reason"], **told)
        try:
            operations.cancel_selected(
                sessions=chosen, reason=form.cleaned_data["reason"], at=timezone.now(), by=request.user
            )
        except NotPossible as problem:
            form.add_error(None, str(problem.sentence))
            return self._list(form=form, status=409)
        told = ngettext(
            "%(count)s date has been cancelled. Mails go out in ten minutes.",
            "%(count)s dates have been cancelled. Mails go out in ten minutes.",
            len(chosen),
        )
        messages.success(request, told % {"count": len(chosen)})
        return redirect(request.get_full_path())

    def _list(self, *, form: SeveralForm | None = None, status: int = 200) -> HttpResponse:
        form_of_filter = SessionFilter(self.request.GET)
        at = timezone.now()
        page = Paginator(_asked_for(form_of_filter.asked(), at), PER_PAGE).get_page(self.request.GET.get("p"))
        for session in page.object_list:
            session.can_change = not session.is_cancelled and session.starts_at > at
        query = self.request.GET.copy()
        query.pop("p", None)
        return self.show(
            self.request,
            status=status,
            media=form_of_filter.media + MEDIA,
            filter=form_of_filter,
            page_obj=page,
            query=query.urlencode(),
            form=form,
            chosen=set(self.request.POST.getlist("sessions")),
            may_change=self.user_has_permission("change"),
        )


def _asked_for(asked: dict[str, Any], at: datetime) -> SessionQuerySet:
    found: SessionQuerySet = Session.objects.with_helpers().select_related("run__course", "room__venue")
    found = found.prefetch_related("facilitators")
    first, last = asked.get("first"), asked.get("last")
    if first is None or not EARLIEST <= first <= LATEST:
        first = local_date(at)
    found = found.on_the_books(at).filter(starts_at__gte=local_instant(first, MIDNIGHT))
    if last and EARLIEST <= last <= LATEST:
        found = found.filter(starts_at__lt=local_instant(last + timedelta(days=1), MIDNIGHT))
    if venue := asked.get("venue"):
        found = found.at_venue(venue)
    if room := asked.get("room"):
        found = found.filter(room=room)
    if facilitator := asked.get("facilitator"):
        found = found.filter(facilitators=facilitator)
    if weekday := asked.get("weekday"):
        found = found.on_weekday(int(weekday))
    if state := asked.get("state"):
        found = found.filter(state=state)
    if run_state := asked.get("run_state"):
        found = found.filter(run__state=run_state)
    if booked := asked.get("booked"):
        found = found.filter(seats_taken__gt=0) if booked == "yes" else found.filter(seats_taken=0)
    if text := asked.get("q"):
        found = found.filter(Q(run__number__icontains=text) | Q(run__course__title__icontains=text))
    return found.order_by("starts_at", "pk")
