"""What the team fills in: a run with its schedule, and what happens to one date."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminDateInput, AdminTimeInput

from core.forms import LineField
from places.models import Room
from timetable.expansion import ExpansionError
from timetable.wording import describe_problem
from timetable.zone import house_zone, local_instant
from workshops import operations
from workshops.models import CoursePage, CourseRun, Facilitator, Schedule, Session
from workshops.planning import Plan
from workshops.rules import NotPossible


class FacilitatorChoices(forms.ModelMultipleChoiceField):
    """Facilitators by name; their label elsewhere carries none."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class CourseChoice(forms.ModelChoiceField):
    """The courses by title. Runs hang on the page in the default language and belong to all translations."""

    def __init__(self, **kwargs: Any) -> None:
        courses = CoursePage.objects.filter(locale__language_code=settings.LANGUAGE_CODE).order_by("title")
        super().__init__(courses, **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.title) if obj.live else _("%(title)s (not published)") % {"title": obj.title}


class RunForm(forms.ModelForm):  # type: ignore[type-arg]
    """A run: everything but when and where."""

    course = CourseChoice(label=gettext_lazy("Course"), empty_label=gettext_lazy("Please choose"))
    number = LineField(label=gettext_lazy("Course number"), max_length=20)

    class Meta:
        model = CourseRun
        fields = [
            "course",
            "number",
            "title_suffix_de",
            "title_suffix_en",
            "booking_mode",
            "capacity",
            "join_late",
            "hold_until_confirmed",
            "skip_public_holidays",
            "skip_holidays",
            "price",
            "price_reduced",
            "material_cost",
            "cost_note_de",
            "cost_note_en",
            "booking_note_de",
            "booking_note_en",
        ]
        widgets = {
            "booking_mode": forms.RadioSelect,
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        drop_in = cleaned.get("booking_mode") == CourseRun.Mode.DROP_IN
        if not drop_in and "capacity" in cleaned and cleaned["capacity"] is None:
            self.add_error("capacity", _("Please give the number of seats; only a drop-in does without."))
        reduced, price = cleaned.get("price_reduced"), cleaned.get("price")
        if reduced is not None and price is not None and reduced > price:
            self.add_error("price_reduced", _("The reduced price is higher than the full one."))
        return cleaned


class ScheduleForm(forms.ModelForm):  # type: ignore[type-arg]
    """When, where and by whom a run takes place."""

    facilitators = FacilitatorChoices(
        Facilitator.objects.filter(is_archived=False),
        label=gettext_lazy("Facilitators"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Schedule
        fields = [
            "first_date",
            "start_time",
            "further_times",
            "duration_minutes",
            "rule",
            "room",
            "online_url",
            "facilitators",
            "note",
        ]
        widgets = {"first_date": AdminDateInput, "start_time": AdminTimeInput(attrs={"placeholder": "14:00"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rooms = Room.objects.filter(is_archived=False).select_related("venue")
        self.fields["room"].queryset = rooms  # type: ignore[attr-defined]
        self.fields["room"].empty_label = _("No room: online")  # type: ignore[attr-defined]


class RunWithSchedule:
    """Both forms as one, and the plan they make."""

    def __init__(self, *, run: CourseRun, schedule: Schedule, at: datetime, data: Any = None) -> None:
        self.run_form = RunForm(data, instance=run)
        self.schedule_form = ScheduleForm(data, instance=schedule)
        self.at = at
        self.plan = Plan((), (), (), (), open_ended=False)

    @property
    def media(self) -> forms.Media:
        return self.run_form.media + self.schedule_form.media

    @property
    def errors(self) -> bool:
        return bool(self.run_form.errors or self.schedule_form.errors)

    def is_valid(self) -> bool:
        """Whether both forms are right and dates come of them; what is wrong stands beside the field."""
        both = [self.run_form.is_valid(), self.schedule_form.is_valid()]
        if not all(both):
            return False
        run, schedule = self.run_form.instance, self.schedule_form.instance
        try:
            self.plan = operations.plan_change(run=run, schedule=schedule, at=self.at)
        except ExpansionError as problem:
            self.schedule_form.add_error("rule", describe_problem(problem))
        except NotPossible as problem:
            self.run_form.add_error(None, str(problem.sentence))
        else:
            if run.is_series and self.plan.open_ended:
                self.schedule_form.add_error(
                    "rule", _("A series needs an end: a last day, or a number of dates.")
                )
            self._check_room(run, schedule)
        return not self.errors

    def _check_room(self, run: CourseRun, schedule: Schedule) -> None:
        if schedule.room and run.capacity and run.capacity > schedule.room.capacity:
            self.run_form.add_error(
                "capacity",
                _("The room %(room)s holds %(count)s people.")
                % {"room": schedule.room.name, "count": schedule.room.capacity},
            )

    def save(self, *, by: Any, expected_version: int | None) -> CourseRun:
        """Carries out `operations.save_run`; raises NotPossible."""
        run = self.run_form.instance
        operations.save_run(
            run=run,
            schedule=self.schedule_form.instance,
            facilitators=self.schedule_form.cleaned_data["facilitators"],
            at=self.at,
            by=by,
            expected_version=expected_version,
        )
        return run  # type: ignore[no-any-return]


FURTHEST_MOVE = 5
"""A date moved by more years than this is a slip of the keyboard."""


class CancelSessionForm(forms.Form):
    """Why a date does not take place."""

    reason = LineField(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy("People who booked read this, in the mail and on the site."),
        error_messages={"required": gettext_lazy("Please give a reason; people will be told.")},
    )


class MoveSessionForm(CancelSessionForm):
    """To when and where a date moves."""

    date = forms.DateField(label=gettext_lazy("New date"), widget=AdminDateInput)
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

    field_order = ["date", "start_time", "duration_minutes", "room", "reason"]

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        local = local_parts(session)
        super().__init__(*args, initial={**local, "room": session.room_id}, **kwargs)
        self.session = session

    def clean_date(self) -> date:
        chosen: date = self.cleaned_data["date"]
        if abs(chosen.year - self.session.starts_at.year) > FURTHEST_MOVE:
            raise forms.ValidationError(_("This date cannot be right. Please check the year."))
        return chosen

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("room") is None and not self.errors and not self.session.online_url:
            self.add_error("room", _("Please choose a room."))
        return cleaned

    @property
    def starts_at(self) -> datetime:
        return local_instant(self.cleaned_data["date"], self.cleaned_data["start_time"])

    @property
    def ends_at(self) -> datetime:
        return self.starts_at.astimezone(UTC) + timedelta(minutes=self.cleaned_data["duration_minutes"])


def local_parts(session: Session) -> dict[str, Any]:
    """Date, start and length of a session as the house's clock shows them."""
    start = session.starts_at.astimezone(house_zone())
    return {
        "date": start.date(),
        "start_time": start.time(),
        "duration_minutes": int((session.ends_at - session.starts_at).total_seconds() // 60),
    }
