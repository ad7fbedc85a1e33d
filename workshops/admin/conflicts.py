"""Everything that collides, by course and by what is in the way."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from workshops import operations
from workshops.admin.base import MEDIA, TeamView
from workshops.conflicts import Conflict, Kind
from workshops.operations.conflicts import Wording


@dataclass(slots=True)
class Problem:
    """One thing that is in the way of one run, and the dates on which it is, in order."""

    run: Any
    label: str
    sentence: str
    lacks_helpers: bool
    dates: list[datetime] = field(default_factory=list)


def problems(conflicts: list[Conflict]) -> list[Problem]:
    """Conflicts of the same run that say the same, as one: the problem that begins first comes first."""
    wording = Wording(conflicts)
    found: dict[tuple[Any, str], Problem] = {}
    for conflict in conflicts:
        slot, sentence = conflict.slot, wording.sentence(conflict)
        problem = found.setdefault(
            (slot.run, sentence), Problem(slot.run, slot.label, sentence, conflict.kind == Kind.HELPERS)
        )
        problem.dates.append(slot.starts_at)
    return list(found.values())


class ConflictReportView(TeamView):
    """All conflicts of dates to come."""

    any_permission_required = ["view", "change"]
    template_name = "workshops/admin/conflicts.html"
    page_title = gettext_lazy("Open conflicts")
    header_icon = "warning"

    def get(self, request: HttpRequest) -> HttpResponse:
        found = operations.open_conflicts(at=timezone.now())
        may_ask = request.user.has_perm("workshops.change_helper")
        return self.show(request, media=MEDIA, problems=problems(found), count=len(found), may_ask=may_ask)
