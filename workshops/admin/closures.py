"""What closures hit, and what becomes of those dates: cancelled, moved or left, together and in one act."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.widgets import AdminDateInput

from core.forms import LineField
from places.models import Closure
from timetable.zone import local_instant
from workshops import operations
from workshops.admin.base import MEDIA, TeamView
from workshops.admin.session_forms import local_parts
from workshops.admin.sessions import recipients
from workshops.models import Session
from workshops.operations.closures import hit_by
from workshops.operations.sessions import booked_on
from workshops.rules import NotPossible


class HitForm(forms.Form):
    """What becomes of one date."""

    LEAVE, CANCEL, MOVE = "leave", "cancel", "move"

    what = forms.ChoiceField(
        label=gettext_lazy("What becomes of it"),
        choices=[
            (LEAVE, gettext_lazy("it takes place all the same")),
            (CANCEL, gettext_lazy("cancel and tell them")),
            (MOVE, gettext_lazy("move to another day, same time and room")),
        ],
        widget=forms.RadioSelect,
        initial=LEAVE,
    )
    day = forms.DateField(label=gettext_lazy("New date"), required=False, widget=AdminDateInput)

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"date-{session.pk}", **kwargs)
        self.session = session

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("what") == self.MOVE and "day" not in self.errors and not cleaned.get("day"):
            self.add_error("day", _("Please give the new date."))
        return cleaned


class ReasonForm(forms.Form):
    reason = LineField(
        label=gettext_lazy("Reason"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("People who booked read this, in the mail and on the site."),
    )


class ClosureHitsView(TeamView):
    permission_required = "change"
    template_name = "workshops/admin/closure_hits.html"
    page_title = gettext_lazy("What closures hit")
    header_icon = "calendar-alt"

    @cached_property
    def closures(self) -> list[Closure]:
        keys = [
            int(key)
            for key in self.request.GET.get("closures", "").split(",")
            if key.isdecimal() and len(key) < 10
        ]
        return list(Closure.objects.filter(pk__in=keys[:500]).select_related("venue"))

    @cached_property
    def sessions(self) -> list[Session]:
        return hit_by(self.closures, at=timezone.now())

    def get(self, request: HttpRequest) -> HttpResponse:
        reason = ", ".join(dict.fromkeys(closure.name for closure in self.closures))[:200]
        return self._show([HitForm(session=s) for s in self.sessions], ReasonForm(initial={"reason": reason}))

    def post(self, request: HttpRequest) -> HttpResponse:
        hits = [HitForm(request.POST, session=session) for session in self.sessions]
        reason = ReasonForm(request.POST)
        valid = all([*(hit.is_valid() for hit in hits), reason.is_valid()])
        chosen = [hit for hit in hits if valid and hit.cleaned_data["what"] != HitForm.LEAVE]
        if chosen and not reason.cleaned_data["reason"]:
            reason.add_error("reason", _("Please give a reason; people will be told."))
            valid = False
        if not valid:
            return self._show(hits, reason, status=422)
        if chosen and request.POST.get("step") != "confirm":
            told = recipients(booked_on([hit.session for hit in chosen]))
            return self._show(hits, reason, is_preview=True, chosen=chosen, **told)
        try:
            self._act(chosen, reason.cleaned_data["reason"])
        except NotPossible as problem:
            reason.add_error(None, str(problem.sentence))
            return self._show(hits, reason, status=409)
        if chosen:
            told = ngettext(
                "%(count)s date has been changed. Mails go out in ten minutes.",
                "%(count)s dates have been changed. Mails go out in ten minutes.",
                len(chosen),
            )
            messages.success(request, told % {"count": len(chosen)})
        return redirect("closure:index")

    @transaction.atomic
    def _act(self, chosen: Sequence[HitForm], reason: str) -> None:
        at, by = timezone.now(), self.request.user
        going = [hit.session for hit in chosen if hit.cleaned_data["what"] == HitForm.CANCEL]
        if going:
            operations.cancel_selected(sessions=going, reason=reason, at=at, by=by)
        for hit in chosen:
            if hit.cleaned_data["what"] != HitForm.MOVE:
                continue
            session, day = hit.session, hit.cleaned_data["day"]
            starts_at = local_instant(day, local_parts(session)["start_time"])
            length = session.ends_at - session.starts_at
            operations.move_session(
                session=session,
                starts_at=starts_at,
                ends_at=starts_at.astimezone(session.ends_at.tzinfo) + length,
                room=session.room,
                reason=reason,
                at=at,
                by=by,
            )

    def _show(
        self, hits: list[HitForm], reason: ReasonForm, *, status: int = 200, **more: Any
    ) -> HttpResponse:
        media = MEDIA
        for hit in hits[:1]:
            media = media + hit.media
        return self.show(
            self.request,
            status=status,
            media=media,
            closures=self.closures,
            hits=hits,
            reason=reason,
            typed=[
                (name, value)
                for name, value in self.request.POST.items()
                if name.startswith("date-") or name == "reason"
            ],
            **more,
        )


def address_for(closures: Sequence[Closure]) -> str:
    """The page with what these closures hit, "" for nothing; for `places.hits`."""
    if not hit_by(closures, at=timezone.now()):
        return ""
    keys = ",".join(str(closure.pk) for closure in closures)
    return f"{reverse('courserun:closure_hits')}?closures={keys}"
