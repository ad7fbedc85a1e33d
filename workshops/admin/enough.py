"""Whether enough people come: what is doubtful, deciding that a run takes place, cancelling it as a whole."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, F, IntegerField, Max, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.forms import LineField
from timetable.zone import local_date
from workshops import operations, rules
from workshops.admin.base import TeamView
from workshops.admin.runs import MEDIA
from workshops.admin.sessions import recipients
from workshops.models import CourseRun, RunChange, Seat, Session
from workshops.operations.helpers import helping_on
from workshops.operations.telling import booked_on, coming_on

LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A run about which is still to be decided. `booked` counts people on the coming date with the fewest.

    A series has the same people on all its dates; of single dates the emptiest is what the minimum is about.
    """

    run: CourseRun
    booked: int
    most: int
    first: datetime
    when: str
    is_overdue: bool

    @property
    def is_enough(self) -> bool:
        return self.run.minimum is not None and self.booked >= self.run.minimum


def doubtful_runs(at: datetime) -> list[Doubtful]:
    """The runs with a minimum, a date to come and no decision, what is overdue first. One query.

    A seat that is only offered to somebody counts for nobody.
    """
    coming = Q(sessions__starts_at__gt=at, sessions__state=Session.State.PLANNED)
    offered = (
        Seat.objects.filter(session=OuterRef("sessions__pk"), state=Seat.State.OFFERED)
        .order_by()
        .values("session")
        .annotate(n=Count("pk"))
        .values("n")
    )
    taken = F("sessions__seats_taken") - Coalesce(Subquery(offered, output_field=IntegerField()), 0)
    open_ = CourseRun.objects.filter(
        state=CourseRun.State.PUBLISHED, minimum__isnull=False, decided_at=None
    ).annotate(
        first=Min("sessions__starts_at", filter=coming),
        fewest=Min(taken, filter=coming),
        most=Max(taken, filter=coming),
    )
    today = local_date(at)
    return [
        Doubtful(
            run,
            booked=run.most if run.is_series else run.fewest,  # type: ignore[attr-defined]
            most=run.most,  # type: ignore[attr-defined]
            first=run.first,  # type: ignore[attr-defined]
            when=_days_left(run.decide_on or today, today),
            is_overdue=run.decide_on is not None and run.decide_on < today,
        )
        for run in open_.filter(first__isnull=False).select_related("course").order_by("decide_on", "pk")
    ]


class DoubtfulView(TeamView):
    any_permission_required = ["view", "change"]
    template_name = "workshops/admin/doubtful.html"
    page_title = gettext_lazy("Enough people?")
    header_icon = "group"

    def get(self, request: HttpRequest) -> HttpResponse:
        at = timezone.now()
        decided = RunChange.objects.filter(
            Q(kind=RunChange.Kind.DECIDED)
            | Q(kind=RunChange.Kind.CANCELLED, run__state=CourseRun.State.CANCELLED),
            at__gt=at - LATELY,
        )
        return self.show(
            request,
            media=MEDIA,
            doubtful=doubtful_runs(at),
            decided=list(decided.select_related("run__course", "by")),
            days=LATELY.days,
            may_change=self.user_has_permission("change"),
        )


class RunActView(TeamView):
    """An act on a whole run that people are told of."""

    permission_required = "change"

    @cached_property
    def run(self) -> CourseRun:
        return get_object_or_404(CourseRun.objects.select_related("course"), pk=self.kwargs["pk"])

    @property
    def coming(self) -> list[Session]:
        return list(self.run.sessions.taking_place().not_begun(timezone.now()))  # type: ignore[attr-defined]

    def get_page_subtitle(self) -> str:
        return self.run.number

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            self.check()
        except rules.NotPossible as problem:
            messages.error(request, problem.sentence)
            return redirect("courserun:dates", pk)
        return self.ask()

    def check(self) -> None:
        """Raises NotPossible where the act cannot be."""
        raise NotImplementedError

    def ask(self) -> HttpResponse:
        raise NotImplementedError


class DecideView(RunActView):
    """That a run takes place: who has booked and is told, then the act."""

    template_name = "workshops/admin/run_decide.html"
    page_title = gettext_lazy("Does it take place?")

    def check(self) -> None:
        rules.check_decide(self.run)

    def ask(self) -> HttpResponse:
        coming = self.coming
        return self.show(
            self.request, media=MEDIA, run=self.run, coming=coming, **recipients(coming_on(coming))
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            told = operations.decide_run(run=self.run, at=timezone.now(), by=request.user)
        except rules.NotPossible as problem:
            messages.error(request, problem.sentence)
            return redirect("courserun:dates", pk)
        by_phone = recipients(told)["by_phone"]
        messages.success(request, _("Decided: run %(number)s takes place.") % {"number": self.run.number})
        if by_phone:
            sentence = ngettext(
                "%(count)s booking has no e-mail address; please call: %(codes)s.",
                "%(count)s bookings have no e-mail address; please call: %(codes)s.",
                len(by_phone),
            )
            codes = ", ".join(booking.code for booking in by_phone)
            messages.warning(request, sentence % {"count": len(by_phone), "codes": codes})
        return redirect("courserun:dates", pk)


class CancelRunForm(forms.Form):
    reason = LineField(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy("People who booked read this, in the mail and on the site."),
        error_messages={"required": gettext_lazy("Please give a reason; people will be told.")},
    )


class CancelRunView(RunActView):
    """A whole run: reason → who is told and how → the act, to be undone for ten minutes."""

    template_name = "workshops/admin/run_cancel.html"
    page_title = gettext_lazy("Cancel the whole run")
    header_icon = "cross"

    def check(self) -> None:
        rules.check_cancel_run(self.run)

    def ask(self) -> HttpResponse:
        return self._show(CancelRunForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = CancelRunForm(request.POST)
        if not form.is_valid():
            return self._show(form, status=422)
        if request.POST.get("step") == "back":
            return self._show(form)
        if request.POST.get("step") != "confirm":
            coming = self.coming
            told = recipients(booked_on(coming), helping_on(coming))
            return self._show(form, is_preview=True, coming=coming, **told)
        try:
            change = operations.cancel_run(
                run=self.run, reason=form.cleaned_data["reason"], at=timezone.now(), by=request.user
            )
        except rules.NotPossible as problem:
            form.add_error(None, str(problem.sentence))
            return self._show(form, status=409)
        return redirect("courserun:notice", change.notices.order_by("pk")[0].pk)

    def _show(
        self, form: CancelRunForm, *, status: int = 200, is_preview: bool = False, **more: Any
    ) -> HttpResponse:
        return self.show(
            self.request,
            status=status,
            media=MEDIA + form.media,
            run=self.run,
            form=form,
            is_preview=is_preview,
            **more,
        )


def _days_left(day: date, today: date) -> str:
    days = (day - today).days
    if days < 0:
        return ngettext("%(n)s day overdue", "%(n)s days overdue", -days) % {"n": -days}
    if days == 0:
        return _("today")
    return ngettext("in %(n)s day", "in %(n)s days", days) % {"n": days}
