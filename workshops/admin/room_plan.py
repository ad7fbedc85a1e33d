"""Where everything takes place: a week or a month of all rooms, with what collides."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminDateInput

from places.days import days_between, unusual_days
from places.models import Room
from timetable.zone import local_date
from workshops.admin.base import MEDIA, TeamView
from workshops.admin.filters import PlaceAndPersonFilter
from workshops.admin.plan_blocks import Block, Cell, absences_of, blocks_of
from workshops.days import EARLIEST, LATEST, month_of, week_of

type Row = tuple[Room | None, str, list[list[Cell]]]


class RoomPlanFilter(PlaceAndPersonFilter):
    """What the plan shows; whatever cannot be understood counts as not asked."""

    view = forms.ChoiceField(
        label=gettext_lazy("Show"),
        choices=[("week", gettext_lazy("a week")), ("month", gettext_lazy("a month"))],
        required=False,
    )
    day = forms.DateField(label=gettext_lazy("with this day"), widget=AdminDateInput, required=False)

    field_order = ["view", "day"]


class RoomPlanView(TeamView):
    """Rows are rooms, columns are days. The table underneath says the same in order of time."""

    any_permission_required = ["view", "change"]
    template_name = "workshops/admin/room_plan.html"
    page_title = gettext_lazy("Room plan")
    header_icon = "table"

    def get(self, request: HttpRequest) -> HttpResponse:
        at = timezone.now()
        form = RoomPlanFilter(request.GET)
        asked = form.asked()
        today = local_date(at)
        day = asked.get("day", today)
        if not EARLIEST <= day <= LATEST:
            day = today
        view = asked.get("view", "week")
        first, last = month_of(day) if view == "month" else week_of(day)
        place, person = asked.get("venue"), asked.get("facilitator")
        may_take = request.user.has_perm("places.add_roomuse")
        blocks = blocks_of(first, last, venue=place, facilitator=person, changes_uses=may_take, at=at)
        away = absences_of(person, first, last) if person else []
        days = days_between(first, last)
        unusual = unusual_days(first, last, venue=place)
        step = timedelta(days=1)
        return self.show(
            request,
            media=form.media + MEDIA,
            form=form,
            view=view,
            days=[(one, WEEKDAYS_ABBR[one.weekday()], one == today, unusual.get(one, [])) for one in days],
            rows=_rows(blocks, away, days, venue=place, only_used=person is not None),
            agenda=_agenda([*blocks, *away], days, unusual),
            first=first,
            last=last,
            today_url=self._link(today),
            conflict_count=sum(bool(block.conflicts) for block in blocks),
            may_take=may_take,
            previous=self._link(first - step),
            following=self._link(last + step),
        )

    def _link(self, day: date) -> str:
        """The same plan around another day."""
        query = self.request.GET.copy()
        query["day"] = day.isoformat()
        return "?" + query.urlencode()


def _rows(
    blocks: list[Block], away: list[Block], days: list[date], *, venue: Any, only_used: bool
) -> list[Row]:
    """The rooms in use, all others that hold something, and what is in no room."""
    cells: dict[int | None, dict[date, list[Cell]]] = {}
    for block in blocks:
        for cell in block.cells(days[0], days[-1]):
            cells.setdefault(block.room_id, {}).setdefault(cell.day, []).append(cell)
    is_shown = Q(pk__in=[key for key in cells if key is not None])
    if not only_used:
        is_shown |= Q(is_archived=False)
    rooms = Room.objects.filter(is_shown).select_related("venue")
    if venue:
        rooms = rooms.filter(venue=venue)
    rows: list[Row] = [
        (room, room.name, [cells.get(room.pk, {}).get(day, []) for day in days]) for room in rooms
    ]
    if None in cells:
        rows.append((None, _("online"), [cells[None].get(day, []) for day in days]))
    if away:
        absent = [cell for block in away for cell in block.cells(days[0], days[-1])]
        rows.append((None, _("absent"), [[c for c in absent if c.day == day] for day in days]))
    return rows


def _agenda(blocks: list[Block], days: list[date], unusual: dict[date, Any]) -> list[dict[str, Any]]:
    """The same by day, in order of time; days on which nothing is are left out."""
    by_day: dict[date, list[Cell]] = {}
    for block in blocks:
        for cell in block.cells(days[0], days[-1]):
            by_day.setdefault(cell.day, []).append(cell)
    return [
        {
            "day": day,
            "unusual": unusual.get(day, []),
            "cells": sorted(by_day.get(day, []), key=lambda cell: (cell.block.starts_at, cell.block.room)),
        }
        for day in days
        if by_day.get(day) or unusual.get(day)
    ]
