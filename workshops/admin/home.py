"""What the team finds when it signs in: what comes next, and what wants a decision."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.admin.ui.components import Component

from core.models import OutgoingMail
from workshops import operations
from workshops.admin.enough import doubtful_runs
from workshops.calls import to_call
from workshops.models import Booking, Notice, Session

NEXT = 6
LOOK_AHEAD = timedelta(days=14)


class TeamPanel(Component):
    """The next dates, and in numbers what collides soon, is to be decided or told, and who is to be called."""

    name = "team"
    order = 50
    template_name = "workshops/admin/home_panel.html"

    def __init__(self, *, sees_mail: bool, sees_people: bool) -> None:
        self.sees_mail, self.sees_people = sees_mail, sees_people

    @cached_property
    def at(self) -> datetime:
        return timezone.now()

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        coming = Session.objects.on_the_books(self.at).upcoming(self.at).taking_place()
        failed = OutgoingMail.objects.filter(state=OutgoingMail.State.FAILED)
        return {
            "coming": coming.select_related("run__course", "room__venue").order_by("starts_at", "pk")[:NEXT],
            "conflicts": len(operations.open_conflicts(at=self.at, through=self.at + LOOK_AHEAD)),
            "doubtful": len(doubtful_runs(self.at)),
            "notices": Notice.objects.open().count(),
            **(self._people() if self.sees_people else {}),
            "failed": failed.count() if self.sees_mail else 0,
            "days": LOOK_AHEAD.days,
        }

    def _people(self) -> dict[str, int]:
        waiting = Booking.objects.filter(state__in=[Booking.State.WAITING, Booking.State.REQUESTED])
        counts = waiting.aggregate(
            waiting=Count("pk", filter=Q(state=Booking.State.WAITING)),
            requests=Count("pk", filter=Q(state=Booking.State.REQUESTED)),
        )
        return {"calls": len(to_call(self.at)), **counts}
