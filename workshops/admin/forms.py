"""What the team fills in: a run with one of its schedules."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminDateInput, AdminDateTimeInput, AdminTimeInput

from core.forms import LineField, RowsField
from places.models import Room
from timetable.expansion import ExpansionError
from timetable.wording import describe_problem
from workshops import operations
from workshops.admin.run_extras import ExtrasForm
from workshops.admin.term_forms import check_year
from workshops.models import CoursePage, CourseRun, Facilitator, Schedule, Term
from workshops.operations.conflicts import Wording, gone_with, slots_of
from workshops.operations.plans import effective_schedules
from workshops.planning import Plan
from workshops.rules import MOST_PEOPLE, NotPossible


class FacilitatorChoices(RowsField):
    """Facilitators by name; their label elsewhere carries none."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class CourseChoice(forms.ModelChoiceField):
    """The courses by title. Runs hang on the page in the default language and belong to all translations."""

    def __init__(self, **kwargs: Any) -> None:
        courses = CoursePage.objects.filter(locale__language_code=settings.LANGUAGE_CODE).order_by("title")
        # By its number: a page's own key is a relation, and databases choke on keys they cannot hold.
        super().__init__(courses, to_field_name="id", **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.title) if obj.live else _("%(title)s (not published)") % {"title": obj.title}


@dataclass(frozen=True, slots=True)
class Fold:
    """Fields under one heading that can be folded away; `summary` says what is set."""

    heading: str
    fields: list[Any]
    summary: str
    is_open: bool


class RunForm(forms.ModelForm):  # type: ignore[type-arg]
    """A run: everything but when and where."""

    course = CourseChoice(label=gettext_lazy("Course"), empty_label=gettext_lazy("Please choose"))
    number = LineField(label=gettext_lazy("Course number"), max_length=20)
    term = forms.ModelChoiceField(
        Term.objects.all(),
        label=gettext_lazy("Term"),
        required=False,
        empty_label=gettext_lazy("No term"),
    )

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
            "has_waiting_list",
            "taster_seats",
            "asks_to_confirm",
            "closes_hours",
            "most_per_booking",
            "most_bookings",
            "groups",
            "largest_group",
            "min_age",
            "max_age",
            "is_tandem",
            "skip_public_holidays",
            "skip_holidays",
            "outside_hours",
            "price",
            "price_reduced",
            "material_cost",
            "cost_note_de",
            "cost_note_en",
            "booking_note_de",
            "booking_note_en",
            "term",
            "publish_with_term",
            "web_opens_at",
            "phone_opens_at",
            "setup_minutes",
            "teardown_minutes",
            "minimum",
            "decide_on",
            "helpers_wanted",
            "seats_per_helper",
        ]
        widgets = {
            "booking_mode": forms.RadioSelect,
            "groups": forms.RadioSelect,
            "web_opens_at": AdminDateTimeInput,
            "phone_opens_at": AdminDateTimeInput,
            "decide_on": AdminDateInput,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("setup_minutes", "teardown_minutes", "helpers_wanted", "most_per_booking", "groups"):
            self.fields[name].required = False
        # A run of an archived term keeps it.
        chosen = Q(is_archived=False) | Q(pk=self.instance.term_id)
        self.fields["term"].queryset = Term.objects.filter(chosen)  # type: ignore[attr-defined]
        for name in ("web_opens_at", "phone_opens_at"):
            self.fields[name].validators = [*self.fields[name].validators, check_year]

    def clean_setup_minutes(self) -> int:
        return self.cleaned_data["setup_minutes"] or 0

    def clean_teardown_minutes(self) -> int:
        return self.cleaned_data["teardown_minutes"] or 0

    def clean_helpers_wanted(self) -> int:
        return self.cleaned_data["helpers_wanted"] or 0

    def clean_most_per_booking(self) -> int:
        return self.cleaned_data["most_per_booking"] or MOST_PEOPLE

    def clean_groups(self) -> str:
        return self.cleaned_data["groups"] or CourseRun.Groups.NONE

    @property
    def folds(self) -> dict[str, Fold]:
        """What few runs need, each group with what is set in it, so that it can stay folded away."""
        headings = {
            "limits": (
                _("Limits"),
                ("closes_hours", "most_per_booking", "most_bookings", "hold_until_confirmed"),
            ),
            "groups": (_("School classes and clubs"), ("groups", "largest_group")),
            "ages": (_("Age"), ("min_age", "max_age")),
        }
        return {
            name: Fold(
                heading=heading,
                fields=[self[field] for field in fields],
                summary=", ".join(filter(None, (self._told(field, under=heading) for field in fields))),
                is_open=any(field in self.errors for field in fields),
            )
            for name, (heading, fields) in headings.items()
        }

    def _told(self, name: str, *, under: str) -> str:
        """A field with its value, where that is not what a new run has; the value alone `under` its own name."""
        value, usual = self[name].value(), CourseRun._meta.get_field(name).get_default()
        if value in (None, "", False) or str(value) == str(usual):
            return ""
        label = self.fields[name].label
        if value is True or value == "on":
            return str(label)
        words = dict(getattr(self.fields[name], "choices", ())).get(value, value)
        return str(words) if label == under else f"{label}: {words}"

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self._check_way_of_booking(cleaned)
        if cleaned.get("minimum") and not cleaned.get("decide_on") and "decide_on" not in self.errors:
            self.add_error("decide_on", _("Please give the day on which it is decided."))
        if cleaned.get("publish_with_term") and not cleaned.get("term") and "term" not in self.errors:
            self.add_error("term", _("Please choose the term with which it is published."))
        drop_in = cleaned.get("booking_mode") == CourseRun.Mode.DROP_IN
        if not drop_in and "capacity" in cleaned and cleaned["capacity"] is None:
            self.add_error("capacity", _("Please give the number of seats; only a drop-in does without."))
        self._check_people(cleaned)
        reduced, price = cleaned.get("price_reduced"), cleaned.get("price")
        if reduced is not None and price is not None and reduced > price:
            self.add_error("price_reduced", _("The reduced price is higher than the full one."))
        return cleaned

    def _check_way_of_booking(self, cleaned: dict[str, Any]) -> None:
        """Some settings make sense in one way of booking only, or need others."""
        mode, capacity = cleaned.get("booking_mode"), cleaned.get("capacity")
        if cleaned.get("taster_seats") and mode != CourseRun.Mode.SERIES:
            self.add_error("taster_seats", _("Only a series has seats for one date. Please take this away."))
        if cleaned.get("most_bookings") and mode != CourseRun.Mode.SINGLE:
            self.add_error(
                "most_bookings", _("Only single dates are booked several times. Please leave this empty.")
            )
        largest = cleaned.get("largest_group")
        if largest and cleaned.get("groups") == CourseRun.Groups.NONE:
            self.add_error("largest_group", _("Please choose first how groups book, or leave this empty."))
        elif largest and capacity is not None and largest > capacity:
            self.add_error("largest_group", _("There are not so many seats."))
        low, high = cleaned.get("min_age"), cleaned.get("max_age")
        if low is not None and high is not None and high < low:
            self.add_error("max_age", _("The higher age lies below the lower one."))
        if cleaned.get("is_tandem"):
            if mode == CourseRun.Mode.DROP_IN:
                self.add_error(
                    "is_tandem",
                    _("A drop-in needs no booking, so nobody can be brought together beforehand."),
                )
            elif capacity is not None and capacity % 2:
                self.add_error("capacity", _("Pairs need an even number of seats."))

    def _check_people(self, cleaned: dict[str, Any]) -> None:
        """A minimum needs bookings, a day, and seats enough; seats per helper need helpers."""
        is_drop_in = cleaned.get("booking_mode") == CourseRun.Mode.DROP_IN
        minimum, capacity = cleaned.get("minimum"), cleaned.get("capacity")
        if minimum is not None and is_drop_in:
            self.add_error(
                "minimum", _("Without bookings nobody knows how many come. Please leave this empty.")
            )
        elif minimum is not None and capacity is not None and minimum > capacity:
            self.add_error("minimum", _("There are not so many seats."))
        if minimum is not None and not cleaned.get("decide_on") and "decide_on" not in self.errors:
            self.add_error("decide_on", _("Please give the day on which it is decided."))
        if cleaned.get("seats_per_helper") is None:
            return
        if is_drop_in:
            self.add_error(
                "seats_per_helper", _("A drop-in has no number of seats. Please leave this empty.")
            )
        elif not cleaned.get("helpers_wanted") and "helpers_wanted" not in self.errors:
            self.add_error("helpers_wanted", _("Please say how many helpers are wanted for each date."))


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
    """The forms as one, and the plan they make. A schedule that is not saved goes on with a run from its first date."""

    def __init__(self, *, run: CourseRun, schedule: Schedule, at: datetime, data: Any = None) -> None:
        self.run_form = RunForm(data, instance=run)
        # A schedule not saved yet has nobody of its own: it goes on with those who teach before.
        before = schedule.continues
        people = {"facilitators": before.facilitators.all()} if before else None
        self.schedule_form = ScheduleForm(data, instance=schedule, initial=people)
        self.extras_form = ExtrasForm(data, run=run)
        self.at = at
        self.plan = Plan()

    @property
    def media(self) -> forms.Media:
        return self.run_form.media + self.schedule_form.media + self.extras_form.media

    @property
    def errors(self) -> bool:
        return bool(self.run_form.errors or self.schedule_form.errors or self.extras_form.errors)

    def is_valid(self) -> bool:
        """Whether all forms are right and dates come of them; what is wrong stands beside the field."""
        each = [self.run_form.is_valid(), self.schedule_form.is_valid(), self.extras_form.is_valid()]
        run, schedule = self.run_form.instance, self.schedule_form.instance
        if each[0]:
            self.extras_form.check(run)
            self._check_tandem()
        if not all(each) or self.errors:
            return False
        try:
            self.plan = operations.plan_change(
                run=run, schedule=schedule, at=self.at, pools=self.extras_form.extras.pools
            )
        except ExpansionError as problem:
            self.schedule_form.add_error("rule", describe_problem(problem))
        except operations.PoolsDoNotFit as problem:
            self.extras_form.add_error(None, str(problem.sentence))
        except NotPossible as problem:
            self.run_form.add_error(None, str(problem.sentence))
        else:
            if run.is_series and self.plan.open_ended:
                self.schedule_form.add_error(
                    "rule", _("A series needs an end: a last day, or a number of dates.")
                )
        return not self.errors

    def _check_tandem(self) -> None:
        """Where a tandem meets and who is there; what is missing may follow as long as it is a draft."""
        run, asked = self.run_form.instance, self.schedule_form.cleaned_data
        if not run.is_tandem or run.state != CourseRun.State.PUBLISHED:
            return
        if not asked.get("room") and "room" not in self.schedule_form.errors:
            self.schedule_form.add_error(
                "room", _("Tandems meet in a room, never online. Please choose one.")
            )
        if not asked.get("facilitators") and "facilitators" not in self.schedule_form.errors:
            self.schedule_form.add_error(
                "facilitators", _("Tandems are always in the room with a facilitator. Please choose one.")
            )

    def foreseen(self) -> Plan | None:
        """The dates as far as they can be said of what is typed; None where date, time or rule are missing."""
        self.run_form.is_valid()
        if not self.schedule_form.is_valid():
            return None
        try:
            return operations.plan_change(
                run=self.run_form.instance, schedule=self.schedule_form.instance, at=self.at
            )
        except (ExpansionError, NotPossible):
            return None

    def conflicts(self, plan: Plan) -> list[tuple[datetime, str]]:
        """What would be in the way of these dates, in words."""
        run, schedule = self.run_form.instance, self.schedule_form.instance
        people = self.schedule_form.cleaned_data.get("facilitators") or []
        slots = slots_of(
            run=run,
            schedules=effective_schedules(run, schedule),
            plan=plan,
            facilitators=[somebody.pk for somebody in people],
            changed=schedule,
            at=self.at,
        )
        found = operations.conflicts_of(slots, gone=gone_with(plan))
        return Wording(found).lines(found)

    def save(self, *, by: Any, expected_version: int | None, decisions: operations.Decisions) -> CourseRun:
        """Carries out `operations.save_run`; raises NotPossible."""
        run = self.run_form.instance
        operations.save_run(
            run=run,
            schedule=self.schedule_form.instance,
            facilitators=self.schedule_form.cleaned_data["facilitators"],
            at=self.at,
            by=by,
            expected_version=expected_version,
            decisions=decisions,
            extras=self.extras_form.extras,
        )
        return run  # type: ignore[no-any-return]
