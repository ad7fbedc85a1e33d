"""Where everything takes place: a week or a month of all rooms, with what collides."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminDateInput

from places.models import Room, RoomUseDate, Venue
from timetable.zone import local_date, local_instant
from workshops.admin.base import TeamView
from workshops.admin.room_uses import FacilitatorChoice
from workshops.admin.runs import MEDIA
from workshops.models import CourseRun, Facilitator, Session
from workshops.operations import conflicts_of
from workshops.operations.conflicts import Wording, slots_of_sessions
from workshops.operations.plans import add_months

EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 1)


class RoomPlanFilter(forms.Form):
    """What the plan shows; whatever cannot be understood counts as not asked."""

    view = forms.ChoiceField(
        label=gettext_lazy("Show"),
        choices=[("week", gettext_lazy("a week")), ("month", gettext_lazy("a month"))],
        required=False,
    )
    day = forms.DateField(label=gettext_lazy("with this day"), widget=AdminDateInput, required=False)
    venue = forms.ModelChoiceField(
        Venue.objects.in_use(),
        label=gettext_lazy("Place"),
        required=False,
        empty_label=gettext_lazy("All places"),
    )
    facilitator = FacilitatorChoice(
        Facilitator.objects.filter(is_archived=False),
        label=gettext_lazy("Facilitator"),
        required=False,
        empty_label=gettext_lazy("Everybody"),
    )


@dataclass(slots=True)
class Block:
    """One thing that takes a room."""

    starts_at: datetime
    ends_at: datetime
    title: str
    room: str
    url: str = ""
    seats: str = ""
    people: str = ""
    is_cancelled: bool = False
    is_use: bool = False
    conflicts: list[str] = field(default_factory=list)


class RoomPlanView(TeamView):
    """Rows are rooms, columns are days. The list underneath says the same in order of time."""

    any_permission_required = ["view", "change"]
    template_name = "workshops/admin/room_plan.html"
    page_title = gettext_lazy("Room plan")
    header_icon = "table"

    def get(self, request: HttpRequest) -> HttpResponse:
        form = RoomPlanFilter(request.GET)
        form.full_clean()
        asked = form.cleaned_data
        today = local_date(timezone.now())
        day = asked.get("day") or today
        if not EARLIEST <= day <= LATEST:
            day = today
        view = asked.get("view") or "week"
        first, last = _month(day) if view == "month" else _week(day)
        blocks = _blocks(first, last, venue=asked.get("venue"), facilitator=asked.get("facilitator"))
        rooms = Room.objects.filter(is_archived=False).select_related("venue")
        if venue := asked.get("venue"):
            rooms = rooms.filter(venue=venue)
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        rows = [(str(room), [blocks.get((room.pk, one), []) for one in days]) for room in rooms]
        online = [blocks.get((None, one), []) for one in days]
        if any(online):
            rows.append((_("online"), online))
        everything = sorted((b for row in blocks.values() for b in row), key=lambda b: (b.starts_at, b.room))
        step = timedelta(days=1)
        return self.show(
            request,
            media=form.media + MEDIA,
            form=form,
            view=view,
            days=[(one, WEEKDAYS_ABBR[one.weekday()], one == today) for one in days],
            rows=rows,
            everything=everything,
            first=first,
            last=last,
            conflict_count=sum(bool(block.conflicts) for block in everything),
            previous=self._link(first - step),
            following=self._link(last + step),
        )

    def _link(self, day: date) -> str:
        query = self.request.GET.copy()
        query["day"] = day.isoformat()
        return "?" + query.urlencode()


def _week(day: date) -> tuple[date, date]:
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def _month(day: date) -> tuple[date, date]:
    first = day.replace(day=1)
    return first, add_months(first, 1) - timedelta(days=1)


def _blocks(
    first: date, last: date, *, venue: Venue | None, facilitator: Facilitator | None
) -> dict[tuple[int | None, date], list[Block]]:
    """What takes which room on which local day, in order of time. Takes a fixed number of queries."""
    span = (local_instant(first, time()), local_instant(last + timedelta(days=1), time()))
    sessions = Session.objects.filter(
        starts_at__gte=span[0], starts_at__lt=span[1], run__state__in=CourseRun.VISIBLE
    )
    uses = RoomUseDate.objects.filter(starts_at__gte=span[0], starts_at__lt=span[1])
    if venue:
        sessions, uses = sessions.filter(room__venue=venue), uses.filter(room__venue=venue)
    if facilitator:
        sessions, uses = sessions.filter(facilitators=facilitator), uses.none()
    rows = list(sessions.select_related("run__course", "room__venue").prefetch_related("facilitators"))
    found = conflicts_of(slots_of_sessions([row for row in rows if not row.is_cancelled]))
    wording, in_the_way = Wording(found), defaultdict(list)
    for conflict in found:
        in_the_way[conflict.slot.key].append(wording.sentence(conflict))
        if (other := conflict.seen_from_other()) is not None:
            in_the_way[other.slot.key].append(wording.sentence(other))

    blocks: dict[tuple[int | None, date], list[Block]] = defaultdict(list)
    for row in rows:
        blocks[row.room_id, local_date(row.starts_at)].append(
            Block(
                row.starts_at,
                row.ends_at,
                title=f"{row.run.course.title} ({row.run.number})",
                room=str(row.room) if row.room else _("online"),
                url=reverse("courserun:dates", args=[row.run_id]),
                seats=f"{row.seats_taken}/{row.capacity}" if row.capacity else "",
                people=", ".join(somebody.name for somebody in row.facilitators.all()),
                is_cancelled=row.is_cancelled,
                conflicts=in_the_way[row.pk],
            )
        )
    for use in uses.select_related("use", "room__venue"):
        blocks[use.room_id, local_date(use.starts_at)].append(
            Block(use.starts_at, use.ends_at, title=use.use.name, room=str(use.room), is_use=True)
        )
    for row in blocks.values():
        row.sort(key=lambda block: block.starts_at)
    return blocks
