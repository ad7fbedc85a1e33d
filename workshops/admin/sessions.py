"""Cancelling or moving one date: form → who will be told and how → confirm → undo for ten minutes."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workshops import operations, rules
from workshops.admin.base import TeamView
from workshops.admin.forms import CancelSessionForm, MoveSessionForm
from workshops.models import Booking, Notice, Session
from workshops.operations.sessions import to_be_told


class ChangeSessionView(TeamView):
    """One date, and the people who have booked it."""

    permission_required = "change"
    template_name = "workshops/admin/session_form.html"
    verb = ""

    @cached_property
    def session(self) -> Session:
        sessions = Session.objects.select_related("run__course", "room__venue")
        return get_object_or_404(sessions, pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return self.session.run.number

    def form(self, data: Any = None) -> forms.Form:
        raise NotImplementedError

    def act(self, form: Any) -> Notice:
        raise NotImplementedError

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            rules.check_change_session(self.session, at=timezone.now())
        except rules.NotPossible as problem:
            messages.error(request, problem.sentence)
            return redirect("courserun:dates", self.session.run_id)
        return self._show(self.form())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = self.form(request.POST)
        if not form.is_valid():
            return self._show(form, status=422)
        if request.POST.get("step") == "back":
            return self._show(form)
        if request.POST.get("step") != "confirm":
            return self._preview(form)
        try:
            notice = self.act(form)
        except rules.NotPossible as problem:
            form.add_error(None, str(problem.sentence))
            return self._show(form, status=409)
        return redirect("courserun:notice", notice.pk)

    def _show(self, form: forms.Form, *, status: int = 200) -> HttpResponse:
        return self.show(
            self.request, status=status, form=form, media=form.media, session=self.session, verb=self.verb
        )

    def _preview(self, form: forms.Form) -> HttpResponse:
        self.template_name = "workshops/admin/session_preview.html"
        return self.show(
            self.request,
            form=form,
            session=self.session,
            verb=self.verb,
            typed=[(name, value) for name, value in self.request.POST.items() if name in form.fields],
            **recipients(to_be_told(self.session)),
        )


class CancelSessionView(ChangeSessionView):
    page_title = gettext_lazy("Cancel date")
    verb = "cancel"

    def form(self, data: Any = None) -> forms.Form:
        return CancelSessionForm(data)

    def act(self, form: Any) -> Notice:
        return operations.cancel_session(
            session=self.session, reason=form.cleaned_data["reason"], at=timezone.now(), by=self.request.user
        )


class MoveSessionView(ChangeSessionView):
    page_title = gettext_lazy("Move date")
    verb = "move"

    def form(self, data: Any = None) -> forms.Form:
        return MoveSessionForm(data, session=self.session)

    def act(self, form: Any) -> Notice:
        return operations.move_session(
            session=self.session,
            starts_at=form.starts_at,
            ends_at=form.ends_at,
            room=form.cleaned_data["room"],
            reason=form.cleaned_data["reason"],
            at=timezone.now(),
            by=self.request.user,
        )


class NoticeView(TeamView):
    """A change that has been confirmed: who is told and when, and until then the way to undo it."""

    permission_required = "change"
    template_name = "workshops/admin/notice.html"
    page_title = gettext_lazy("Who is told")

    @cached_property
    def notice(self) -> Notice:
        notices = Notice.objects.select_related(
            "session__run__course", "session__room__venue", "old_room__venue"
        )
        return get_object_or_404(notices, pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return self.notice.session.run.number

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        notice = self.notice
        return self.show(
            request,
            notice=notice,
            session=notice.session,
            can_undo=rules.can_undo(notice, at=timezone.now()),
            **recipients(to_be_told(notice.session, before=notice.created_at)),
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            operations.undo_notice(notice=self.notice, at=timezone.now(), by=request.user)
        except rules.NotPossible as problem:
            messages.error(request, problem.sentence)
            return redirect("courserun:notice", pk)
        messages.success(request, _("The change has been undone. Nobody has been told."))
        return redirect("courserun:dates", self.notice.session.run_id)


def recipients(bookings: list[Booking]) -> dict[str, list[Booking]]:
    """Who is told by mail, and who has to be called."""
    reachable = [booking for booking in bookings if booking.person]
    return {
        "by_mail": [b for b in reachable if b.person and b.person.email],
        "by_phone": [b for b in reachable if b.person and not b.person.email],
    }
