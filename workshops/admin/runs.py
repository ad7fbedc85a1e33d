"""Making and changing a run: form → the exact dates → confirm → operation. Nothing is written before that."""

from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workshops import operations
from workshops.admin.base import TeamView
from workshops.admin.forms import RunWithSchedule
from workshops.models import CourseRun, Schedule
from workshops.planning import Plan
from workshops.programme import rule_sentence
from workshops.rules import NotPossible

CONTROL_FIELDS = {"csrfmiddlewaretoken", "step", "act", "plan", "version"}


class RunFormView(TeamView):
    """A new run, or a changed one."""

    template_name = "workshops/admin/run_form.html"
    preview_template = "workshops/admin/run_preview.html"

    def get(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        return self._form(self._forms())

    def post(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        forms = self._forms(request.POST)
        if not forms.is_valid() or request.POST.get("step") == "back":
            return self._form(forms, status=200 if request.POST.get("step") == "back" else 422)
        if request.POST.get("step") != "confirm":
            return self._preview(forms, forms.plan)
        if request.POST.get("plan") != fingerprint(forms.plan):
            messages.warning(
                request, _("The dates have changed since you looked at them. Please look again.")
            )
            return self._preview(forms, forms.plan)
        return self._save(forms)

    @cached_property
    def run(self) -> CourseRun:
        pk = self.kwargs.get("pk")
        return get_object_or_404(CourseRun.objects.select_related("course"), pk=pk) if pk else CourseRun()

    def get_page_title(self) -> str:
        return _("Change run") if self.run.pk else _("New run")

    def get_page_subtitle(self) -> str:
        return self.run.number

    def _forms(self, data: Any = None) -> RunWithSchedule:
        schedule = self.run.schedules.order_by("first_date").last() if self.run.pk else None
        return RunWithSchedule(run=self.run, schedule=schedule or Schedule(), at=timezone.now(), data=data)

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
        return self.show(
            self.request,
            status=status,
            forms=forms,
            media=forms.media,
            version=self.version,
            problem=problem,
        )

    def _preview(self, forms: RunWithSchedule, plan: Plan) -> HttpResponse:
        self.template_name = self.preview_template
        run, schedule = forms.run_form.instance, forms.schedule_form.instance
        return self.show(
            self.request,
            forms=forms,
            run=run,
            schedule=schedule,
            sentence=rule_sentence(schedule),
            plan=plan,
            plan_key=fingerprint(plan),
            version=self.version,
            typed=[
                (name, value)
                for name, values in self.request.POST.lists()
                if name not in CONTROL_FIELDS
                for value in values
            ],
            is_published=run.state == CourseRun.State.PUBLISHED,
            can_publish=bool(plan.new) and run.course.live,
        )

    def _save(self, forms: RunWithSchedule) -> HttpResponse:
        at = timezone.now()
        try:
            run = forms.save(by=self.request.user, expected_version=self._expected_version())
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


def fingerprint(plan: Plan) -> str:
    """What the editor saw, to be compared with what would be done."""
    shown = [str(date) for date in plan.dates] + [f"-{s.key}" for s in plan.dropped]
    return sha256("|".join(shown).encode()).hexdigest()[:16]


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
        return get_object_or_404(CourseRun.objects.select_related("course"), pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return f"{self.run.number} {self.run.course.title}"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        at = timezone.now()
        schedules = list(self.run.schedules.select_related("room__venue"))
        sessions = list(self.run.sessions.select_related("room__venue").prefetch_related("notices"))
        for session in sessions:
            session.open_notice = next(  # type: ignore[attr-defined]
                (n for n in session.notices.all() if not n.sent_at and not n.undone_at), None
            )
            session.can_change = not session.is_cancelled and session.starts_at > at  # type: ignore[attr-defined]
        plan = None
        if self.run.state == CourseRun.State.DRAFT and schedules:
            plan = operations.plan_run(run=self.run, schedules=schedules, at=at)
        return self.show(
            request,
            run=self.run,
            coming=[s for s in sessions if s.ends_at > at],
            past=[s for s in sessions if s.ends_at <= at],
            plan=plan,
            sentences=[rule_sentence(schedule) for schedule in schedules],
            may_change=self.user_has_permission("change"),
            public_url=self.run.course.full_url,
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Publishes or archives."""
        if not self.user_has_permission("change"):
            raise PermissionDenied
        at = timezone.now()
        try:
            if request.POST.get("act") == "publish":
                operations.publish_run(run=self.run, at=at, by=request.user)
                messages.success(
                    request, _("Run %(number)s has been published.") % {"number": self.run.number}
                )
            elif request.POST.get("act") == "archive":
                operations.archive_run(run=self.run, at=at, by=request.user)
                messages.success(
                    request, _("Run %(number)s has been archived.") % {"number": self.run.number}
                )
        except NotPossible as problem:
            messages.error(request, problem.sentence)
        return redirect(reverse("courserun:dates", args=[pk]))
