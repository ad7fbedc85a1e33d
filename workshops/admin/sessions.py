"""Changing single dates: form → who will be told and how → confirm → undo for ten minutes."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from timetable.zone import house_zone
from workshops import operations, rules
from workshops.admin.base import MEDIA, TeamView
from workshops.admin.session_forms import CancelSessionForm, ChangeSessionForm, ExtraSessionForm
from workshops.conflicts import Conflict
from workshops.models import Booking, CourseRun, HelperShift, Notice, RunChange, Session
from workshops.operations import Scope
from workshops.operations.conflicts import Wording
from workshops.operations.helpers import helping_on
from workshops.operations.sessions import in_scope
from workshops.operations.telling import booked_on


class SessionFormView(TeamView):
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

    def concerned(self, form: Any) -> list[Session]:
        """The dates of which people would be told."""
        return [self.session]

    def conflicts(self, form: Any) -> list[Conflict]:
        """What would be in the way of the date as it is to be."""
        return []

    def act(self, form: Any) -> HttpResponse:
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
        concerned = self.concerned(form)
        if concerned and request.POST.get("step") != "confirm":
            return self._preview(form, concerned)
        try:
            return self.act(form)
        except rules.NotPossible as problem:
            form.add_error(None, str(problem.sentence))
            return self._show(form, status=409)

    def _show(self, form: forms.Form, *, status: int = 200) -> HttpResponse:
        return self.show(
            self.request, status=status, form=form, media=form.media, session=self.session, verb=self.verb
        )

    def _preview(self, form: forms.Form, concerned: list[Session]) -> HttpResponse:
        self.template_name = "workshops/admin/session_preview.html"
        found = self.conflicts(form)
        return self.show(
            self.request,
            form=form,
            media=MEDIA,
            conflicts=Wording(found).lines(found),
            session=self.session,
            concerned=concerned,
            verb=self.verb,
            typed=[
                (name, value)
                for name, values in self.request.POST.lists()
                if name in form.fields
                for value in values
            ],
            **recipients(booked_on(concerned), helping_on(concerned)),
        )


class CancelSessionView(SessionFormView):
    page_title = gettext_lazy("Cancel date")
    verb = "cancel"

    def form(self, data: Any = None) -> forms.Form:
        return CancelSessionForm(data)

    def concerned(self, form: Any) -> list[Session]:
        return list(in_scope(self.session, form.cleaned_data["scope"], at=timezone.now()))

    def act(self, form: Any) -> HttpResponse:
        scope, reason = form.cleaned_data["scope"], form.cleaned_data["reason"]
        at, by = timezone.now(), self.request.user
        if scope == Scope.ONE:
            notice = operations.cancel_session(session=self.session, reason=reason, at=at, by=by)
            return redirect("courserun:notice", notice.pk)
        change = operations.cancel_sessions(session=self.session, scope=scope, reason=reason, at=at, by=by)
        return redirect("courserun:notice", change.notices.order_by("pk")[0].pk)


class ChangeSessionView(SessionFormView):
    """Time, room, facilitators and note of one date; people are told of time and room."""

    page_title = gettext_lazy("Change date")
    verb = "move"

    def form(self, data: Any = None) -> forms.Form:
        return ChangeSessionForm(data, session=self.session)

    def concerned(self, form: Any) -> list[Session]:
        return [self.session] if form.moves else []

    def conflicts(self, form: Any) -> list[Conflict]:
        return operations.conflicts_of_session(
            self.session,
            facilitators=[somebody.pk for somebody in form.cleaned_data["facilitators"]],
            starts_at=form.starts_at,
            ends_at=form.ends_at,
            room=form.cleaned_data["room"],
        )

    def act(self, form: Any) -> HttpResponse:
        typed, at, by = form.cleaned_data, timezone.now(), self.request.user
        if form.moves:
            notice = operations.move_session(
                session=self.session,
                starts_at=form.starts_at,
                ends_at=form.ends_at,
                room=typed["room"],
                reason=typed["reason"],
                facilitators=typed["facilitators"],
                note=typed["note"],
                at=at,
                by=by,
            )
            return redirect("courserun:notice", notice.pk)
        if not set(form.changed_data) - {"reason"}:
            raise rules.NotPossible(_("Nothing has been changed."))
        operations.change_details(
            session=self.session, facilitators=typed["facilitators"], note=typed["note"], at=at, by=by
        )
        messages.success(self.request, _("The date has been changed. Nobody had to be told."))
        _warn(self.request, self.conflicts(form))
        return redirect("courserun:dates", self.session.run_id)


class AddSessionView(TeamView):
    """An extra date; who booked a series gets a seat there, and who does not fit is named."""

    permission_required = "change"
    template_name = "workshops/admin/extra_session.html"
    page_title = gettext_lazy("Extra date")

    @cached_property
    def run(self) -> CourseRun:
        return get_object_or_404(CourseRun.objects.select_related("course"), pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return self.run.number

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._show(ExtraSessionForm(run=self.run, at=timezone.now()))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        at = timezone.now()
        form = ExtraSessionForm(request.POST, run=self.run, at=at)
        if not form.is_valid():
            return self._show(form, status=422)
        typed = form.cleaned_data
        try:
            session, left_out = operations.add_session(
                run=self.run,
                starts_at=form.starts_at,
                ends_at=form.ends_at,
                room=typed["room"],
                online_url=typed["online_url"],
                facilitators=typed["facilitators"],
                note=typed["note"],
                at=at,
                by=request.user,
            )
        except rules.NotPossible as problem:
            form.add_error(None, str(problem.sentence))
            return self._show(form, status=409)
        messages.success(request, _("The extra date has been added."))
        people = [somebody.pk for somebody in typed["facilitators"]]
        _warn(request, operations.conflicts_of_session(session, facilitators=people))
        if session.seats_taken:
            told = ngettext(
                "%(count)s person who booked the series has a seat there and is told in ten minutes.",
                "%(count)s people who booked the series have a seat there and are told in ten minutes.",
                session.seats_taken,
            )
            messages.info(request, told % {"count": session.seats_taken})
        if left_out:
            codes = ", ".join(booking.code for booking in left_out)
            messages.warning(
                request, _("No seat there was left for: %(codes)s. Please call.") % {"codes": codes}
            )
        return redirect("courserun:dates", pk)

    def _show(self, form: forms.Form, *, status: int = 200) -> HttpResponse:
        return self.show(self.request, status=status, form=form, media=form.media, run=self.run)


class NoticeView(TeamView):
    """A change that has been confirmed: who is told and when, and until then the way to undo it.

    Dates changed in one act are told, and undone, together; where the rule itself was changed, each by itself.
    """

    permission_required = "change"
    template_name = "workshops/admin/notice.html"
    page_title = gettext_lazy("Who is told")

    TOGETHER = (RunChange.Kind.DATES_CANCELLED, RunChange.Kind.DATES_CHANGED, RunChange.Kind.CANCELLED)

    @cached_property
    def notice(self) -> Notice:
        notices = Notice.objects.select_related(
            "session__run__course", "session__room__venue", "old_room__venue", "change"
        )
        return get_object_or_404(notices, pk=self.kwargs["pk"])

    @cached_property
    def together(self) -> list[Notice]:
        """The notices that are told and undone with this one, it among them."""
        notice = self.notice
        if notice.change is None or notice.change.kind not in self.TOGETHER:
            return [notice]
        same = notice.change.notices.select_related("session__room__venue", "old_room__venue")
        return list(same.order_by("session__starts_at", "pk"))

    def get_page_subtitle(self) -> str:
        return self.notice.session.run.number

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        notice = self.notice
        sessions = [n.session for n in self.together]
        helping = [s for s in helping_on(sessions) if not notice.sent_at or s.changed_at <= notice.sent_at]
        return self.show(
            request,
            notice=notice,
            notices=self.together,
            session=notice.session,
            can_undo=notice.kind != Notice.Kind.ADDED and rules.can_undo(notice, at=timezone.now()),
            **recipients(booked_on(sessions, before=notice.created_at), helping),
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        at = timezone.now()
        try:
            if len(self.together) > 1 and self.notice.change:
                operations.undo_change(change=self.notice.change, at=at, by=request.user)
            else:
                operations.undo_notice(notice=self.notice, at=at, by=request.user)
        except rules.NotPossible as problem:
            messages.error(request, problem.sentence)
            return redirect("courserun:notice", pk)
        messages.success(request, _("The change has been undone. Nobody has been told."))
        return redirect("courserun:dates", self.notice.session.run_id)


def _warn(request: HttpRequest, conflicts: list[Conflict]) -> None:
    """Says what is in the way of a date that has been saved without a preview."""
    for day, sentence in Wording(conflicts).lines(conflicts):
        when = date_format(timezone.localtime(day, house_zone()), _("D, j M Y, H:i"))
        messages.warning(request, f"{when}: {sentence}")


def recipients(bookings: list[Booking], shifts: Iterable[HelperShift] = ()) -> dict[str, list[Any]]:
    """Who is told by mail, and who has to be called; of helpers, each once."""
    reachable = [booking for booking in bookings if booking.person]
    helpers = {shift.helper_id: shift.helper for shift in shifts}.values()
    return {
        "helpers_by_mail": [helper for helper in helpers if helper.email],
        "helpers_by_phone": [helper for helper in helpers if not helper.email],
        "by_mail": [b for b in reachable if b.person and b.person.email],
        "by_phone": [b for b in reachable if b.person and not b.person.email],
    }
