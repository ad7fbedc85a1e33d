"""Making and changing a run: form → the exact dates → confirm → operation. Nothing is written before that."""

from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms.widgets import Script
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timetable.expansion import ExpansionError
from timetable.wording import describe_problem
from workshops import history, operations
from workshops.admin.base import MEDIA, TeamView
from workshops.admin.decisions import DecisionForm, clock_notes, fingerprint, shown
from workshops.admin.forms import RunWithSchedule
from workshops.models import CourseRun, Schedule
from workshops.planning import Plan
from workshops.programme import rule_sentence, rule_sentences
from workshops.rules import NotPossible

CONTROL_FIELDS = {"csrfmiddlewaretoken", "step", "act", "plan", "version", "reason"}


class RunFormView(TeamView):
    """A new run, or a changed one: as a whole, one of its schedules, or from one of its dates on."""

    template_name = "workshops/admin/run_form.html"
    preview_template = "workshops/admin/run_preview.html"

    def get(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        try:
            return self._form(self._forms())
        except NotPossible as problem:
            messages.error(request, problem.sentence)
            return redirect("courserun:dates", self.run.pk)

    def post(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        try:
            forms = self._forms(request.POST)
        except NotPossible as problem:
            messages.error(request, problem.sentence)
            return redirect("courserun:dates", self.run.pk)
        if request.POST.get("step") == "dates":
            return self._dates(forms)
        if not forms.is_valid() or request.POST.get("step") == "back":
            return self._form(forms, status=200 if request.POST.get("step") == "back" else 422)
        if request.POST.get("step") != "confirm":
            return self._preview(forms, forms.plan)
        if request.POST.get("plan") != fingerprint(forms.plan):
            messages.warning(
                request, _("The dates have changed since you looked at them. Please look again.")
            )
            answers = {n: v for n, v in request.POST.items() if n == "reason" or n.startswith("decision-")}
            return self._preview(forms, forms.plan, decisions=DecisionForm(plan=forms.plan, initial=answers))
        decisions = DecisionForm(request.POST, plan=forms.plan)
        if not decisions.is_valid():
            return self._preview(forms, forms.plan, decisions=decisions, status=422)
        return self._save(forms, decisions)

    @cached_property
    def run(self) -> CourseRun:
        if "pk" not in self.kwargs:
            return CourseRun()
        return get_object_or_404(CourseRun.objects.select_related("course"), pk=self.kwargs["pk"])

    @cached_property
    def schedule(self) -> Schedule:
        """The schedule in the form: the chosen one, a new one from a date on, or the last. Raises NotPossible."""
        if not self.run.pk:
            return Schedule()
        if chosen := self.request.GET.get("from"):
            session = get_object_or_404(self.run.sessions, pk=_number(chosen))
            return operations.segment_from(run=self.run, session=session, at=timezone.now())
        if chosen := self.request.GET.get("schedule"):
            return get_object_or_404(self.run.schedules, pk=_number(chosen))
        return self.run.schedules.order_by("first_date").last() or Schedule()

    def get_page_title(self) -> str:
        if not self.run.pk:
            return _("New run")
        return _("Change run from a date on") if "from" in self.request.GET else _("Change run")

    def get_page_subtitle(self) -> str:
        return self.run.number

    def _forms(self, data: Any = None) -> RunWithSchedule:
        return RunWithSchedule(run=self.run, schedule=self.schedule, at=timezone.now(), data=data)

    @cached_property
    def version(self) -> str:
        """The version the editor began from: the form's, once there is one."""
        return self.request.POST.get("version") or str(self.run.version if self.run.pk else "")

    def _expected_version(self) -> int | None:
        """The version as a number: -1, which no run has, where the form's was tampered with."""
        if not self.run.pk:
            return None
        return int(self.version) if self.version.isdecimal() and len(self.version) < 10 else -1

    def _form(self, forms: RunWithSchedule, *, status: int = 200, problem: str = "") -> HttpResponse:
        script = Script("workshops/live-dates.js", type="module")
        return self.show(
            self.request,
            status=status,
            forms=forms,
            media=forms.media + MEDIA + django_forms.Media(js=[script]),
            version=self.version,
            problem=problem,
            new_segment=bool(self.run.pk and not self.schedule.pk),
            schedules=list(self.run.schedules.all()) if self.run.pk else [],
        )

    def _dates(self, forms: RunWithSchedule) -> HttpResponse:
        """The dates that come of what is typed so far, as a part of the page."""
        plan = forms.foreseen()
        context = {
            "shown": shown(plan) if plan else None,
            "plan": plan,
            "conflicts": forms.conflicts(plan) if plan else [],
            "notes": clock_notes(plan, forms.schedule_form.instance) if plan else [],
        }
        return render(self.request, "workshops/admin/_plan.html", context)

    def _preview(
        self,
        forms: RunWithSchedule,
        plan: Plan,
        *,
        decisions: DecisionForm | None = None,
        status: int = 200,
    ) -> HttpResponse:
        self.template_name = self.preview_template
        run, schedule = forms.run_form.instance, forms.schedule_form.instance
        is_published = run.state == CourseRun.State.PUBLISHED
        decisions = decisions or DecisionForm(plan=plan)
        return self.show(
            self.request,
            status=status,
            forms=forms,
            media=MEDIA,
            run=run,
            schedule=schedule,
            sentence=rule_sentence(schedule),
            plan=plan,
            shown=shown(plan, decisions if is_published else None),
            decisions=decisions,
            conflicts=forms.conflicts(plan),
            notes=clock_notes(plan, schedule),
            plan_key=fingerprint(plan),
            version=self.version,
            typed=[
                (name, value)
                for name, values in self.request.POST.lists()
                if name not in CONTROL_FIELDS and not name.startswith("decision-")
                for value in values
            ],
            is_published=is_published,
            can_publish=bool(plan.new) and run.course.live,
        )

    def _save(self, forms: RunWithSchedule, decisions: DecisionForm) -> HttpResponse:
        at = timezone.now()
        try:
            run = forms.save(
                by=self.request.user,
                expected_version=self._expected_version(),
                decisions=decisions.decisions,
            )
        except NotPossible as problem:
            return self._form(forms, status=409, problem=str(problem.sentence))
        if self.request.POST.get("act") == "publish" and run.state == CourseRun.State.DRAFT:
            try:
                plan = operations.publish_run(run=run, at=at, by=self.request.user)
            except NotPossible as problem:
                messages.warning(self.request, problem.sentence)
            else:
                messages.success(
                    self.request,
                    _("Run %(number)s has been published with %(count)s dates.")
                    % {"number": run.number, "count": len(plan.new)},
                )
        else:
            messages.success(self.request, _("Run %(number)s has been saved.") % {"number": run.number})
        return redirect("courserun:dates", run.pk)


def _number(text: str) -> int:
    """A key as it stands in an address; -1, which no row has, where it is none."""
    return int(text) if text.isdecimal() and len(text) < 10 else -1


class AddRunView(RunFormView):
    permission_required = "add"


class EditRunView(RunFormView):
    permission_required = "change"


class RunDatesView(TeamView):
    """All dates of a run, with what can be done about each."""

    any_permission_required = ["view", "change"]
    template_name = "workshops/admin/run_dates.html"
    page_title = gettext_lazy("Dates")

    @cached_property
    def run(self) -> CourseRun:
        return get_object_or_404(CourseRun.objects.select_related("course", "term"), pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return f"{self.run.number} {self.run.course.title}"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        at = timezone.now()
        schedules = list(self.run.schedules.select_related("room__venue"))
        sessions = list(
            self.run.sessions.announced()  # type: ignore[attr-defined]
            .with_helpers()
            .select_related("run", "room__venue")
            .prefetch_related("notices", "facilitators")
        )
        for session in sessions:
            session.open_notice = next(  # type: ignore[attr-defined]
                (n for n in session.notices.all() if not n.sent_at and not n.undone_at), None
            )
            session.can_change = not session.is_cancelled and session.starts_at > at  # type: ignore[attr-defined]
        plan = None
        if self.run.state == CourseRun.State.DRAFT and schedules:
            try:
                plan = operations.plan_run(run=self.run, schedules=schedules, at=at)
            except ExpansionError as problem:
                messages.warning(request, describe_problem(problem))
        changes = list(self.run.changes.select_related("by")[:50])
        said = rule_sentences(schedules)
        for change in changes:
            change.sentences = history.sentences(change)  # type: ignore[attr-defined]
        return self.show(
            request,
            media=MEDIA,
            run=self.run,
            changes=changes,
            coming=[s for s in sessions if s.ends_at > at],
            past=[s for s in sessions if s.ends_at <= at],
            plan=plan,
            schedules=[(schedule, said[schedule.pk]) for schedule in schedules],
            may_change=self.user_has_permission("change"),
            may_add=self.user_has_permission("add"),
            may_see_helpers=request.user.has_perm("workshops.view_helper"),
            may_write=request.user.has_perm("workshops.change_booking"),
            public_url=self.run.course.full_url,
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Publishes or archives."""
        if not self.user_has_permission("change"):
            raise PermissionDenied
        run, at = self.run, timezone.now()
        try:
            if request.POST.get("act") == "publish":
                operations.publish_run(run=run, at=at, by=request.user)
                messages.success(request, _("Run %(number)s has been published.") % {"number": run.number})
            elif request.POST.get("act") == "archive":
                operations.archive_run(run=run, at=at, by=request.user)
                messages.success(request, _("Run %(number)s has been archived.") % {"number": run.number})
        except NotPossible as problem:
            messages.error(request, problem.sentence)
        return redirect(reverse("courserun:dates", args=[pk]))
