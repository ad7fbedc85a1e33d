"""What closures hit, and what becomes of those dates: cancelled, moved or left, together and in one act."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
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
from timetable.zone import local_date
from workshops import operations
from workshops.admin.base import MEDIA, TeamView
from workshops.admin.sessions import recipients
from workshops.models import Session
from workshops.operations.conflicts import Wording
from workshops.operations.helpers import helping_on
from workshops.operations.telling import booked_on
from workshops.rules import NotPossible

ALL = "all"
"""Asked for in place of keys: all closures to come."""
MOST_KEYS = 200
"""More would make an address that servers refuse."""
HITS_A_PAGE = 100


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
        asked = self.request.GET.get("closures", "")
        closures = Closure.objects.select_related("venue")
        if asked == ALL:
            return list(closures.filter(last_date__gte=local_date(timezone.now())))
        keys = [int(key) for key in asked.split(",") if key.isdecimal() and len(key) < 10]
        return list(closures.filter(pk__in=keys[:MOST_KEYS]))

    @cached_property
    def hits(self) -> list[Session]:
        return operations.hit_by(self.closures, at=timezone.now())

    @cached_property
    def start(self) -> int:
        """How many of the dates come before those on this page."""
        asked = self.request.GET.get("start", "")
        return int(asked) if asked.isdecimal() and len(asked) < 6 else 0

    @property
    def sessions(self) -> list[Session]:
        return self.hits[self.start : self.start + HITS_A_PAGE]

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
            hit_now = [hit.session for hit in chosen]
            told = recipients(booked_on(hit_now), helping_on(hit_now))
            found = operations.conflicts_after_hits(**_wanted(chosen))
            lines = Wording(found).lines(found)
            return self._show(hits, reason, is_preview=True, chosen=chosen, conflicts=lines, **told)
        try:
            operations.resolve_hits(
                **_wanted(chosen), reason=reason.cleaned_data["reason"], at=timezone.now(), by=request.user
            )
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
            hit_count=len(self.hits),
            reason=reason,
            further=self._further(),
            typed=[
                (name, value)
                for name, value in self.request.POST.items()
                if name.startswith("date-") or name == "reason"
            ],
            **more,
        )

    def _further(self) -> str:
        """The address of the dates that come after those on this page, "" where these are the last."""
        following = self.start + HITS_A_PAGE
        if following >= len(self.hits):
            return ""
        return "?" + urlencode({"closures": self.request.GET.get("closures", ""), "start": following})


def _wanted(chosen: Sequence[HitForm]) -> dict[str, Any]:
    """Which dates are cancelled, and where the others go, as the operations take it."""
    return {
        "cancel": [hit.session for hit in chosen if hit.cleaned_data["what"] == HitForm.CANCEL],
        "move": {
            hit.session.pk: hit.cleaned_data["day"]
            for hit in chosen
            if hit.cleaned_data["what"] == HitForm.MOVE
        },
    }


def address_for(closures: Sequence[Closure]) -> str:
    """The page with what these closures hit, "" for nothing; for `places.hits`."""
    days = sorted({local_date(hit.starts_at) for hit in operations.hit_by(closures, at=timezone.now())})
    if not days:
        return ""
    keys = [
        str(closure.pk)
        for closure in closures
        if (first := bisect_left(days, closure.first_date)) < len(days) and days[first] <= closure.last_date
    ]
    asked = ",".join(keys) if len(keys) <= MOST_KEYS else ALL
    return f"{reverse('courserun:closure_hits')}?closures={asked}"
