"""Bookings as the team sees them: find one by what somebody says; confirm, cancel or erase it for them."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.views.generic import IndexView

from core import audit
from core.models import OutgoingMail
from core.wording import title_of
from workshops import codes, operations, rules
from workshops.admin.base import TeamView
from workshops.costs import booking_cost_lines
from workshops.models import Booking, Participant, Seat
from workshops.record import Record


class BookingIndexView(IndexView):
    """The list, searched by what somebody says on the telephone."""

    def search_queryset(self, queryset: QuerySet[Booking]) -> QuerySet[Booking]:
        text = self.search_query.strip() if self.search_query else ""
        if not text:
            return queryset
        digits = "".join(char for char in text if char.isdecimal()).lstrip("0")
        found = (
            Q(run__number__icontains=text)
            | Q(person__name__icontains=text)
            | Q(person__email__icontains=text)
            | Q(participants__name__icontains=text)
        )
        if code := codes.normalise(text):
            found |= Q(code__icontains=code)
        if len(digits) >= 4:
            found |= Q(person__phone__endswith=digits)
        return queryset.filter(found).distinct()

    is_searchable = True

    def get_base_queryset(self) -> QuerySet[Booking]:
        return Booking.objects.select_related("person", "run__course")


class BookingView(TeamView):
    """One booking. That it was looked at is written down: it shows people's data."""

    model = Booking
    any_permission_required = ["view", "change"]
    template_name = "workshops/admin/booking.html"
    page_title = gettext_lazy("Booking")
    header_icon = "group"

    @cached_property
    def booking(self) -> Booking:
        return get_object_or_404(
            Booking.objects.select_related("run__course", "person", "follows__run"), pk=self.kwargs["pk"]
        )

    def get_page_subtitle(self) -> str:
        return self.booking.code

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        first = super().get_breadcrumbs_items()[0]
        return [first, {"url": reverse("booking:index"), "label": _("Bookings")}, *self.further_breadcrumbs()]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        at = timezone.now()
        audit.record(verb="view_booking", subject=self.booking, at=at, by=request.user)
        sees_needs = request.user.has_perm("workshops.view_accessneed")
        mails = list(OutgoingMail.objects.filter(subject_id=str(self.booking.public_id)).defer("content"))
        record = Record(self.booking, at=at)
        return self.show(
            request,
            booking=self.booking,
            person=self.booking.person,
            participants=self._participants(sees_needs=sees_needs),
            offers=list(self.booking.offers.all()),
            calls=list(self.booking.calls.select_related("by")),
            place=self.booking.place_in_line() if self.booking.state == "waiting" else None,
            absent=list(
                Seat.objects.filter(participant__booking=self.booking, state=Seat.State.ABSENT)
                .select_related("participant", "session")
                .order_by("session__starts_at", "pk")
            ),
            sessions=record.sessions,
            cost_lines=booking_cost_lines(self.booking),
            sees_needs=sees_needs,
            mails=[(title_of(mail.kind), mail) for mail in mails],
            one_did_not_arrive=any(mail.did_not_arrive for mail in mails),
            can_cancel=rules.can_cancel(self.booking, last_start=record.last_start, at=at),
            can_confirm=self.booking.state == Booking.State.HELD,
            other_bookings=self._other_bookings(),
            may_change=self.user_has_permission("change"),
        )

    def _other_bookings(self) -> list[Booking]:
        """The person's further bookings: they go too where the person is erased."""
        person = self.booking.person
        return list(person.bookings.exclude(pk=self.booking.pk)) if person else []

    def _participants(self, *, sees_needs: bool) -> list[Participant]:
        people = list(
            self.booking.participants.select_related("generation", "access_need", "guardian")
            .prefetch_related("choices__question")
            .order_by("pk")
        )
        for somebody in people:
            somebody.to_prepare = somebody.need if sees_needs else ""  # type: ignore[attr-defined]
        return people

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Confirms, cancels, or erases everything kept about the person, for somebody who telephones."""
        if not self.user_has_permission("change"):
            raise PermissionDenied
        booking, at = self.booking, timezone.now()
        try:
            if request.POST.get("act") == "erase" and booking.person:
                operations.erase_people(people=[booking.person], at=at, by=request.user)
                messages.success(request, _("Everything we kept about this person has been erased."))
            elif request.POST.get("act") == "cancel":
                operations.cancel_booking(booking=booking, at=at, by=request.user)
                messages.success(request, _("The booking has been cancelled."))
            elif request.POST.get("act") == "confirm":
                operations.confirm_booking(booking=booking, at=at, by=request.user)
                messages.success(request, _("The booking has been confirmed."))
        except rules.NotPossible as problem:
            messages.error(request, problem.sentence)
        return redirect("booking:inspect", pk)
