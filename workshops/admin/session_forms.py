"""What the team fills in about single dates."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminDateInput, AdminTimeInput

from core.forms import LineField
from places.models import Room
from timetable.zone import clock_shows, house_zone, local_date, local_instant
from workshops.admin.forms import FacilitatorChoices
from workshops.models import CourseRun, Facilitator, Session
from workshops.operations import Scope

FURTHEST_MOVE = 5
"""A date moved by more years than this is a slip of the keyboard."""

PLACE_AND_TIME = ["date", "start_time", "duration_minutes", "room"]


class CancelSessionForm(forms.Form):
    """Why dates do not take place, and which."""

    scope = forms.ChoiceField(
        label=gettext_lazy("What is cancelled"),
        choices=[
            (Scope.ONE, gettext_lazy("only this date")),
            (Scope.FOLLOWING, gettext_lazy("this date and all after it")),
            (Scope.ALL, gettext_lazy("all dates that are still to come")),
        ],
        widget=forms.RadioSelect,
        initial=Scope.ONE,
        required=False,
    )
    reason = LineField(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy("People who booked read this, in the mail and on the site."),
        error_messages={"required": gettext_lazy("Please give a reason; people will be told.")},
    )

    def clean_scope(self) -> Scope:
        return Scope(self.cleaned_data["scope"] or Scope.ONE)


class PlaceAndTimeForm(forms.Form):
    """When and where one date is, who teaches it and what is said about it."""

    date = forms.DateField(label=gettext_lazy("Day"), widget=AdminDateInput)
    start_time = forms.TimeField(label=gettext_lazy("Begins at"), widget=AdminTimeInput)
    duration_minutes = forms.IntegerField(
        label=gettext_lazy("Lasts so many minutes"), min_value=5, max_value=24 * 60
    )
    room = forms.ModelChoiceField(
        Room.objects.filter(is_archived=False).select_related("venue"),
        label=gettext_lazy("Room"),
        required=False,
        empty_label=gettext_lazy("No room: online"),
    )
    facilitators = FacilitatorChoices(
        Facilitator.objects.filter(is_archived=False),
        label=gettext_lazy("Facilitators"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = LineField(
        label=gettext_lazy("Note"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Shown on the site beside this date."),
    )

    near: date
    online_url = ""

    def clean_date(self) -> date:
        chosen: date = self.cleaned_data["date"]
        if abs(chosen.year - self.near.year) > FURTHEST_MOVE:
            raise forms.ValidationError(_("This date cannot be right. Please check the year."))
        return chosen

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("room") is None and not self.errors and not self.online_url:
            self.add_error("room", _("Please choose a room."))
        self.check_clock()
        return cleaned

    def check_clock(self) -> None:
        """Adds an error where the clock never shows the time on that day."""
        if not {"date", "start_time"} & self.errors.keys() and (
            clock_shows(self.cleaned_data["date"], self.cleaned_data["start_time"]) == "never"
        ):
            self.add_error("start_time", _("The clocks go forward that night: this time does not exist."))

    @property
    def starts_at(self) -> datetime:
        """In UTC: instants in different zones are never equal in the hour that comes twice."""
        return local_instant(self.cleaned_data["date"], self.cleaned_data["start_time"]).astimezone(UTC)

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.cleaned_data["duration_minutes"])


class ChangeSessionForm(PlaceAndTimeForm):
    """One date as it is, to be changed. A reason is needed where people are told: for another time or room."""

    reason = LineField(
        label=gettext_lazy("Reason"),
        max_length=200,
        required=False,
        help_text=gettext_lazy(
            "For another time or room: people who booked read this, in the mail and on the site."
        ),
    )

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        initial = {
            **local_parts(session),
            "room": session.room_id,
            "facilitators": list(session.facilitators.values_list("pk", flat=True)),
            "note": session.note,
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.session, self.online_url, self.near = session, session.online_url, local_date(session.starts_at)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and self.moves and not cleaned.get("reason"):
            self.add_error("reason", _("Please give a reason; people will be told."))
        return cleaned

    @property
    def moves(self) -> bool:
        """Whether time, length or room are others than before."""
        session, room = self.session, self.cleaned_data["room"]
        return (self.starts_at, self.ends_at, room and room.pk) != (
            session.starts_at,
            session.ends_at,
            session.room_id,
        )


class ExtraSessionForm(PlaceAndTimeForm):
    """A date beside those of the rule; it begins with what the run's last schedule says."""

    online_url = forms.URLField(label=gettext_lazy("Address of the online meeting"), required=False)

    field_order = ["date", "start_time", "duration_minutes", "room", "online_url", "facilitators", "note"]

    def __init__(self, *args: Any, run: CourseRun, at: datetime, **kwargs: Any) -> None:
        schedule = run.schedules.order_by("first_date").last()
        initial = {}
        if schedule is not None:
            initial = {
                "start_time": schedule.start_time,
                "duration_minutes": schedule.duration_minutes,
                "room": schedule.room_id,
                "online_url": schedule.online_url,
                "facilitators": list(schedule.facilitators.values_list("pk", flat=True)),
            }
        super().__init__(*args, initial=initial, **kwargs)
        self.near = local_date(at)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = forms.Form.clean(self) or self.cleaned_data
        if cleaned.get("room") is None and not self.errors and not cleaned.get("online_url"):
            self.add_error("room", _("Choose a room, or give the address of the online meeting."))
        self.check_clock()
        return cleaned


def local_parts(session: Session) -> dict[str, Any]:
    """Date, start and length of a session as the house's clock shows them."""
    start = session.starts_at.astimezone(house_zone())
    return {
        "date": start.date(),
        "start_time": start.time(),
        "duration_minutes": int((session.ends_at - session.starts_at).total_seconds() // 60),
    }
