"""Heute: what takes place on a day, for whoever stands at the desk."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from core import audit
from timetable.zone import local_date
from workshops.admin.base import PRINTED, TeamView
from workshops.days import EARLIEST, LATEST
from workshops.desk import desk_day, next_day


class TodayView(TeamView):
    """The dates of a day: those people are coming to on top, those over folded away.

    Whose bookings somebody may see, their names are shown, and that they were is written down.
    """

    any_permission_required = ["view", "change"]
    template_name = "workshops/admin/today.html"
    header_icon = "time"

    @cached_property
    def day(self) -> date:
        """The day asked for; today where it cannot be understood."""
        today = local_date(timezone.now())
        try:
            day = parse_date(self.request.GET.get("day", ""))
        except ValueError:
            return today
        return day if day and EARLIEST <= day <= LATEST else today

    def get_page_title(self) -> str:
        return _("Today") if self.day == local_date(timezone.now()) else _("One day")

    def get(self, request: HttpRequest) -> HttpResponse:
        at = timezone.now()
        sees_people = request.user.has_perm("workshops.view_booking")
        sees_needs = sees_people and request.user.has_perm("workshops.view_accessneed")
        shown = desk_day(self.day, at=at, sees_people=sees_people, sees_needs=sees_needs)
        looked_at = [card.session for card in shown.cards if card.people]
        if looked_at:
            audit.record_each(
                verb="view_participants", subjects=looked_at, at=at, by=request.user, with_needs=sees_needs
            )
        return self.show(
            request,
            media=PRINTED,
            shown=shown,
            sees_needs=sees_needs,
            next_day=None if shown.cards else next_day(self.day, at=at),
            **self._parts(shown.cards),
            **self._links(),
        )

    def _parts(self, cards: list[Any]) -> dict[str, Any]:
        """Today is read from the next date on; any other day from its beginning."""
        at = timezone.now()
        if self.day != local_date(at):
            return {"is_today": False, "coming": cards, "under_way": [], "over": []}
        return {
            "is_today": True,
            "coming": [card for card in cards if not card.is_over(at) and not card.is_under_way(at)],
            "under_way": [card for card in cards if card.is_under_way(at)],
            "over": [card for card in cards if card.is_over(at)],
        }

    def _links(self) -> dict[str, str]:
        url, step = reverse("courserun:today"), timedelta(days=1)
        return {
            "today_url": url,
            "before_url": f"{url}?day={self.day - step}",
            "after_url": f"{url}?day={self.day + step}",
        }
