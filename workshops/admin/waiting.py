"""Who waits, who is to be called and which groups have asked: what the team does for them."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import audit
from core.forms import LONGEST_KEY
from workshops import operations
from workshops.admin.base import MEDIA, TeamView
from workshops.calls import to_call
from workshops.models import Booking, Call, CourseRun, Offer, Session
from workshops.rules import NotPossible


class PeopleView(TeamView):
    """A list of people: for whoever may see bookings. That it was looked at is written down."""

    model = Booking
    any_permission_required = ["view", "change"]
    header_icon = "group"
    list_url_name = "booking:index"
    list_label = gettext_lazy("Bookings")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.user_has_permission("change"):
            raise PermissionDenied
        booking = get_object_or_404(Booking.objects.select_related("run"), pk=key_of(request, "booking"))
        try:
            if done := self.act(request.POST.get("act", ""), booking):
                messages.success(request, done)
        except NotPossible as problem:
            messages.error(request, problem.sentence)
        return redirect(request.path)

    def act(self, act: str, booking: Booking) -> str:
        """Does what a button says and returns what to tell; "" where there is no such button."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Waiting:
    """A party on a waiting list. `place` is None while seats are offered to it."""

    booking: Booking
    size: int
    place: int | None
    offer: Offer | None


@dataclass(frozen=True, slots=True)
class WaitingList:
    """Those who wait for a date, or for a series (`session` is None), in their order; who has an offer first."""

    run: CourseRun
    session: Session | None
    parties: list[Waiting]


class WaitingView(PeopleView):
    """Who waits: for every run, or for one. Offers are made by themselves; here they are answered for somebody."""

    template_name = "workshops/admin/waiting.html"
    page_title = gettext_lazy("Waiting lists")

    @cached_property
    def run(self) -> CourseRun | None:
        if "pk" not in self.kwargs:
            return None
        return get_object_or_404(CourseRun.objects.select_related("course"), pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return f"{self.run.number} {self.run.course.title}" if self.run else ""

    def get(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        lists = waiting_lists(self.run)
        audit.record_each(
            verb="view_waiting_list",
            subjects=list({one.run.pk: one.run for one in lists}.values()),
            at=timezone.now(),
            by=request.user,
        )
        return self.show(
            request,
            media=MEDIA,
            run=self.run,
            lists=lists,
            may_change=self.user_has_permission("change"),
        )

    def act(self, act: str, booking: Booking) -> str:
        at, by = timezone.now(), self.request.user
        if act == "remove" and booking.state in (Booking.State.WAITING, Booking.State.OFFERED):
            operations.cancel_booking(booking=booking, at=at, by=by)
            return _("Taken off the waiting list.")
        if act == "accept":
            operations.accept_offer(booking=booking, at=at, by=by)
            return _("The seat is booked.")
        if act in ("pass", "leave"):
            operations.decline_offer(booking=booking, stay=act == "pass", at=at, by=by)
            return _("The seat goes to the next.")
        if act == "reached" and (offer := booking.offers.open().first()):
            note = {"about": Call.About.OFFER, "about_id": offer.pk, "reached": True}
            operations.note_call(booking=booking, **note, at=at, by=by)
            return _("Noted. From now on the time for an answer runs.")
        return ""


def waiting_lists(run: CourseRun | None = None) -> list[WaitingList]:
    """All waiting lists with somebody on them, or those of a run. A fixed number of queries."""
    waiting = Booking.objects.filter(state__in=[Booking.State.WAITING, Booking.State.OFFERED])
    if run is not None:
        waiting = waiting.filter(run=run)
    rows = (
        waiting.select_related("person", "run__course", "session", "follows")
        .prefetch_related("offers")
        .annotate(size=Count("participants", filter=Q(participants__is_carer=False)))
        .order_by("run__number", "session__starts_at", "session", "waiting_since", "pk")
    )
    found: dict[tuple[int, int | None], WaitingList] = {}
    for booking in rows:
        line = found.setdefault(
            (booking.run_id, booking.session_id), WaitingList(booking.run, booking.session, [])
        )
        offer = next((one for one in booking.offers.all() if one.state == Offer.State.OPEN), None)
        place = None
        if booking.state == Booking.State.WAITING:
            place = 1 + sum(1 for party in line.parties if party.place)
        line.parties.append(Waiting(booking, booking.size, place, offer))
    for line in found.values():
        line.parties.sort(key=lambda party: party.place or 0)
    return list(found.values())


class CallsView(PeopleView):
    """Whom to call, and what to tell them: a note after each call."""

    template_name = "workshops/admin/calls.html"
    page_title = gettext_lazy("To call")
    header_icon = "mobile-alt"

    def get(self, request: HttpRequest) -> HttpResponse:
        at = timezone.now()
        calls = to_call(at)
        audit.record_each(
            verb="view_call_list",
            subjects=list({call.booking.pk: call.booking for call in calls}.values()),
            at=at,
            by=request.user,
        )
        return self.show(request, media=MEDIA, calls=calls, may_change=self.user_has_permission("change"))

    def act(self, act: str, booking: Booking) -> str:
        request, at, by = self.request, timezone.now(), self.request.user
        about = request.POST.get("about", "")
        about_id = key_of(request, "about_id")
        if about not in Call.About.values or not any(
            (call.booking.pk, call.about, call.about_id) == (booking.pk, about, about_id)
            for call in to_call(at)
        ):
            raise NotPossible(_("This call is no longer to be made."))
        note: dict[str, Any] = {"booking": booking, "about": about, "about_id": about_id, "at": at, "by": by}
        if act == "coming" and about == Call.About.COMING:
            operations.say_coming(booking=booking, at=at, by=by)
            return _("Noted: they come.")
        if act == "not_coming" and about == Call.About.COMING:
            operations.say_not_coming(booking=booking, at=at, by=by)
            return _("The booking has been cancelled.")
        if act in ("reached", "tried"):
            operations.note_call(**note, reached=act == "reached")
            return _("Noted.")
        return ""


class RequestsView(PeopleView):
    """Groups that have asked for seats: yes or no."""

    template_name = "workshops/admin/requests.html"
    page_title = gettext_lazy("Requests of groups")

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = (
            Booking.objects.filter(state=Booking.State.REQUESTED)
            .select_related("person", "run__course", "session")
            .annotate(size=Count("participants", filter=Q(participants__is_carer=False)))
            .order_by("created_at", "pk")
        )
        asked = list(asked)
        audit.record_each(verb="view_booking", subjects=asked, at=timezone.now(), by=request.user)
        return self.show(request, media=MEDIA, asked=asked, may_change=self.user_has_permission("change"))

    def act(self, act: str, booking: Booking) -> str:
        if act not in ("accept", "refuse"):
            return ""
        accept = act == "accept"
        operations.answer_request(booking=booking, accept=accept, at=timezone.now(), by=self.request.user)
        return _("The group has its seats and gets a mail.") if accept else _("The group has been told.")


def key_of(request: HttpRequest, name: str) -> int:
    """The key a button sends; -1, which no row has, where it is none."""
    typed = request.POST.get(name, "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST_KEY else -1
