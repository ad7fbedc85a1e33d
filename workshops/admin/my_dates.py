"""Meine Termine: what people who teach see of the house, and nothing else."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets import AdminDateInput

from core import audit
from timetable.zone import local_date
from workshops import operations, rules
from workshops.admin.base import PRINTED
from workshops.desk import DateCard, attending, cards_of, prepared
from workshops.models import Facilitator, Session
from workshops.models.sessions import SessionQuerySet
from workshops.rules import NotPossible

LOOK_BACK = timedelta(days=30)


def teaches(user: Any) -> bool:
    """Whether somebody is entered as a facilitator."""
    return Facilitator.objects.filter(user=user, is_archived=False).exists()


class OwnAbsenceForm(forms.Form):
    """Days on which somebody cannot teach."""

    first_date = forms.DateField(label=gettext_lazy("First day"), widget=AdminDateInput)
    last_date = forms.DateField(label=gettext_lazy("Last day"), widget=AdminDateInput)


class OwnView(WagtailAdminTemplateMixin, View):
    """A view for whoever is entered as a facilitator; what it shows hangs on that row, on no permission."""

    header_icon = "user"

    @cached_property
    def facilitator(self) -> Facilitator | None:
        return Facilitator.objects.filter(user=self.request.user, is_archived=False).first()

    @property
    def own(self) -> Facilitator:
        """Raises Http404 for whoever does not teach."""
        if self.facilitator is None:
            raise Http404
        return self.facilitator

    def own_sessions(self, at: datetime) -> SessionQuerySet:
        return Session.objects.on_the_books(at).filter(facilitators=self.own)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [{"url": "", "label": self.get_page_title()}]

    def show(self, *, status: int = 200, **context: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(**context), status=status)


class MyDatesView(OwnView):
    """Own dates to come, those of the last thirty days, own absences."""

    template_name = "workshops/admin/my_dates.html"
    page_title = gettext_lazy("My dates")

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(OwnAbsenceForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Writes down an absence; where dates fall into it, they are named first."""
        at = timezone.now()
        form = OwnAbsenceForm(request.POST)
        own = self.own
        if not form.is_valid():
            return self._show(form, status=422)
        days: dict[str, date] = form.cleaned_data
        try:
            hit = operations.dates_in_absence(facilitator=own, at=at, **days)
            if hit and request.POST.get("step") != "confirm":
                return self._show(form, hit=hit)
            operations.add_absence(facilitator=own, at=at, by=request.user, **days)
        except NotPossible as problem:
            form.add_error("last_date", str(problem.sentence))
            return self._show(form, status=422)
        messages.success(request, _("Your absence has been entered. The team sees it."))
        return redirect("my_dates:index")

    def _show(self, form: OwnAbsenceForm, *, status: int = 200, hit: Any = ()) -> HttpResponse:
        at = timezone.now()
        cards: list[DateCard] = []
        absences: Any = []
        if self.facilitator is not None:
            rows = prepared(self.own_sessions(at).filter(ends_at__gt=at - LOOK_BACK))
            cards = cards_of(list(rows), sees_helpers=True, people={}, conflicts={})
            absences = self.own.absences.filter(last_date__gte=local_date(at))
        return self.show(
            status=status,
            facilitator=self.facilitator,
            coming=[card for card in cards if not card.is_over(at)],
            over=[card for card in reversed(cards) if card.is_over(at)],
            absences=absences,
            form=form,
            media=form.media + PRINTED,
            hit=hit,
        )


class MyDateView(OwnView):
    """One date of one's own with who comes, around its time. That it was looked at is written down."""

    template_name = "workshops/admin/my_date.html"
    page_title = gettext_lazy("My date")

    @cached_property
    def session(self) -> Session:
        own = prepared(self.own_sessions(timezone.now()))
        return get_object_or_404(own, public_id=self.kwargs["public_id"])

    def get_page_subtitle(self) -> str:
        return self.session.run.number

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            {"url": reverse("my_dates:index"), "label": _("My dates")},
            {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()},
        ]

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        at, session = timezone.now(), self.session
        people, refused, sees_needs = [], "", rules.can_see_needs(session, at=at)
        try:
            rules.check_see_participants(session, at=at)
        except NotPossible as problem:
            refused = str(problem.sentence)
        else:
            found = attending([session], sees_contact=False, sees_needs=sees_needs, sees_guardians=True)
            people = found.get(session.pk, [])
            audit.record(
                verb="view_participants", subject=session, at=at, by=request.user, with_needs=sees_needs
            )
        (card,) = cards_of([session], sees_helpers=True, people={session.pk: people}, conflicts={})
        return self.show(media=PRINTED, session=session, card=card, refused=refused, sees_needs=sees_needs)


class RemoveAbsenceView(OwnView):
    """Takes an absence of one's own back."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        absence = get_object_or_404(self.own.absences, pk=pk)
        try:
            operations.remove_absence(absence=absence, at=timezone.now(), by=request.user)
        except NotPossible as problem:
            messages.error(request, problem.sentence)
        else:
            messages.success(request, _("The absence has been removed."))
        return redirect("my_dates:index")


urlpatterns = [
    path("", MyDatesView.as_view(), name="index"),
    path("termin/<uuid:public_id>/", MyDateView.as_view(), name="session"),
    path("abwesenheit/<int:pk>/", RemoveAbsenceView.as_view(), name="remove_absence"),
]
