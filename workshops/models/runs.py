"""A run of a course and the schedules that make its dates."""

import uuid
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from places.models import Equipment, Room
from timetable.expansion import Pattern
from timetable.fields import RuleField, TimesField
from timetable.zone import house_zone
from workshops.models.pages import CoursePage
from workshops.models.terms import Term
from workshops.rules import MOST_PEOPLE, OF_AGE


class Facilitator(models.Model):
    """Somebody who teaches, shown on the course page under the name they wish."""

    name = models.CharField(_("name"), max_length=120)
    bio = models.TextField(_("about this person"), blank=True)
    photo = models.ForeignKey(
        "wagtailimages.Image",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture"),
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="facilitator",
        verbose_name=_("signs in as"),
        help_text=_("Then this person sees the dates they teach and who comes, and nothing else."),
    )
    is_archived = models.BooleanField(_("archived"), default=False)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("facilitator")
        verbose_name_plural = _("facilitators")

    def __str__(self) -> str:
        return f"{_('facilitator')} {self.pk}"


class FacilitatorAbsence(models.Model):
    """Local dates, both inclusive, on which a facilitator cannot teach. Why is nobody's business."""

    facilitator = models.ForeignKey(
        Facilitator, models.CASCADE, related_name="absences", verbose_name=_("facilitator")
    )
    first_date = models.DateField(_("first day"))
    last_date = models.DateField(_("last day"))

    class Meta:
        ordering = ["first_date", "pk"]
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        constraints = [
            models.CheckConstraint(
                name="absence_ends_after_it_begins",
                condition=Q(last_date__gte=F("first_date")),
                violation_error_message=_("The last day lies before the first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_date} – {self.last_date}"


MOST_CLOSING_HOURS = 14 * 24

MOST_SETUP_MINUTES = 4 * 60
"""Nobody sets up longer than this; conflicts are looked for so far around a date."""


class RunQuerySet(models.QuerySet["CourseRun"]):
    def public(self) -> "RunQuerySet":
        """Published runs of published courses, and those that were cancelled after that."""
        return self.filter(state__in=CourseRun.VISIBLE, course__live=True)

    def of(self, course: CoursePage) -> "RunQuerySet":
        """Those of a course in whatever language."""
        return self.filter(course__translation_key=course.translation_key)


class CourseRun(models.Model):
    """One run of a course: Kursnummer, people, seats, cost and how it is booked.

    Changed only by `workshops.operations`; `version` counts the changes, so that an editor who
    works on an outdated form is told.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        CANCELLED = "cancelled", _("cancelled")
        ARCHIVED = "archived", _("archived")

    # A cancelled run stays where people look for it, as cancelled.
    VISIBLE = (State.PUBLISHED, State.CANCELLED)

    class Groups(models.TextChoices):
        NONE = "none", _("no groups")
        BOOK = "book", _("groups book like everybody")
        ASK = "ask", _("groups ask, and the team answers")

    class Mode(models.TextChoices):
        SERIES = "series", _("series: booked once, for all dates")
        SINGLE = "single", _("single dates: each is booked by itself")
        DROP_IN = "drop_in", _("drop-in: no booking")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey(CoursePage, models.PROTECT, related_name="runs", verbose_name=_("course"))
    number = models.CharField(
        _("course number"), max_length=20, unique=True, error_messages={"unique": _("This number is taken.")}
    )
    title_suffix = models.CharField(
        _("addition to the title"), max_length=80, blank=True, help_text=_("For example: evening group.")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    booking_mode = models.CharField(_("how it is booked"), max_length=10, choices=Mode, default=Mode.SINGLE)
    capacity = models.PositiveSmallIntegerField(
        _("seats"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
        help_text=_("Empty only for drop-in."),
    )
    language = models.CharField(_("language of the course"), max_length=10, default="de")
    join_late = models.BooleanField(
        _("can be joined after it has begun"),
        default=False,
        help_text=_("For a series: a booking then holds the dates that remain."),
    )
    hold_until_confirmed = models.BooleanField(
        _("hold the seat until the link in the mail is used"),
        default=False,
        help_text=_("Only for courses that are abused. A seat not confirmed within 48 hours is free again."),
    )
    skip_public_holidays = models.BooleanField(_("not on public holidays"), default=True)
    skip_holidays = models.BooleanField(_("not in the holidays"), default=False)
    price = models.DecimalField(
        _("price per person in euros"),
        max_digits=7,
        decimal_places=2,
        default=Decimal(0),
        validators=[MinValueValidator(0)],
        help_text=_("0 is free of charge. Paid on site."),
    )
    price_reduced = models.DecimalField(
        _("reduced price in euros"),
        max_digits=7,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    material_cost = models.DecimalField(
        _("material per person in euros"),
        max_digits=7,
        decimal_places=2,
        default=Decimal(0),
        validators=[MinValueValidator(0)],
    )
    cost_note = models.CharField(
        _("about the cost"),
        max_length=200,
        blank=True,
        help_text=_("Who pays the reduced price, for example."),
    )
    booking_note = models.CharField(_("note on booking"), max_length=200, blank=True)
    term = models.ForeignKey(
        Term, models.PROTECT, null=True, blank=True, related_name="runs", verbose_name=_("term")
    )
    publish_with_term = models.BooleanField(
        _("is published with its term"),
        default=False,
        help_text=_("Ready: on the term's day of publication this draft is published."),
    )
    web_opens_at = models.DateTimeField(
        _("can be booked on the web from"),
        null=True,
        blank=True,
        help_text=_("Empty: as the term says; without a term, as soon as it is published."),
    )
    phone_opens_at = models.DateTimeField(
        _("can be booked by telephone from"), null=True, blank=True, help_text=_("Empty: as the term says.")
    )
    outside_hours = models.BooleanField(
        _("also outside the opening hours"),
        default=False,
        help_text=_("Evening courses, for example: then that is no conflict."),
    )
    closes_hours = models.PositiveSmallIntegerField(
        _("booking on the web ends so many hours before"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MOST_CLOSING_HOURS)],
        help_text=_("Before the date, or the first date of a series. Empty: when it begins."),
    )
    most_per_booking = models.PositiveSmallIntegerField(
        _("seats in one booking, at most"),
        default=MOST_PEOPLE,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_PEOPLE)],
    )
    most_bookings = models.PositiveSmallIntegerField(
        _("dates one person can have booked at a time, at most"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("For single dates. Empty: as many as they like."),
    )
    has_waiting_list = models.BooleanField(_("has a waiting list"), default=True)
    taster_seats = models.BooleanField(
        _("seats of those who are absent once can be booked for that date"),
        default=False,
        help_text=_("For a series: somebody else can have a taste of it on that date."),
    )
    groups = models.CharField(
        _("school classes and clubs"), max_length=5, choices=Groups, default=Groups.NONE
    )
    largest_group = models.PositiveSmallIntegerField(
        _("people in a group, at most"), null=True, blank=True, validators=[MinValueValidator(2)]
    )
    min_age = models.PositiveSmallIntegerField(
        _("from the age of"), null=True, blank=True, validators=[MaxValueValidator(120)]
    )
    max_age = models.PositiveSmallIntegerField(
        _("up to the age of"), null=True, blank=True, validators=[MaxValueValidator(120)]
    )
    is_tandem = models.BooleanField(
        _("old and young learn in pairs"),
        default=False,
        help_text=_(
            "People come as a pair, or come alone and are matched. Half of the seats are for each side."
        ),
    )
    asks_to_confirm = models.BooleanField(
        _("people are asked a week before whether they come"),
        default=False,
        help_text=_("Whoever was reached and does not answer gives the seat to others three days before."),
    )
    setup_minutes = models.PositiveSmallIntegerField(
        _("minutes to set up before"), default=0, validators=[MaxValueValidator(MOST_SETUP_MINUTES)]
    )
    teardown_minutes = models.PositiveSmallIntegerField(
        _("minutes to clear up after"), default=0, validators=[MaxValueValidator(MOST_SETUP_MINUTES)]
    )
    minimum = models.PositiveSmallIntegerField(
        _("takes place from so many people on"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: however few come. You decide; nothing is cancelled by itself."),
    )
    decide_on = models.DateField(_("decided on"), null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    helpers_wanted = models.PositiveSmallIntegerField(
        _("helpers wanted for each date"), default=0, validators=[MaxValueValidator(50)]
    )
    seats_per_helper = models.PositiveSmallIntegerField(
        _("seats per helper"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_(
            "Then a date has so many seats for each helper who has signed up, and at most those above."
        ),
    )
    planned_through = models.DateField(
        null=True,
        blank=True,
        editable=False,
        help_text="Up to here the dates of a run without an end are made.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        constraints = [
            models.CheckConstraint(
                name="run_has_seats_unless_drop_in",
                condition=Q(booking_mode="drop_in") | Q(capacity__isnull=False),
                violation_error_message=_("Only a drop-in does without a number of seats."),
            ),
            models.CheckConstraint(
                name="run_with_a_minimum_has_a_day_to_decide",
                condition=Q(minimum=None) | Q(decide_on__isnull=False),
                violation_error_message=_("Please give the day on which it is decided."),
            ),
            models.CheckConstraint(
                name="run_ages_in_order",
                condition=Q(min_age=None) | Q(max_age=None) | Q(max_age__gte=F("min_age")),
                violation_error_message=_("The higher age lies below the lower one."),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_series(self) -> bool:
        return self.booking_mode == self.Mode.SERIES

    @property
    def is_drop_in(self) -> bool:
        return self.booking_mode == self.Mode.DROP_IN

    @property
    def is_cancelled(self) -> bool:
        return self.state == self.State.CANCELLED

    @property
    def is_undecided(self) -> bool:
        """Whether the team still has to say that enough people come."""
        return self.state == self.State.PUBLISHED and self.minimum is not None and self.decided_at is None

    def has_begun(self, at: datetime) -> bool:
        """Whether one of its dates that take place has begun. One query."""
        return self.sessions.taking_place().filter(starts_at__lte=at).exists()

    @property
    def may_have_minors(self) -> bool:
        """Whether somebody under 18 may be meant: it has an age range that does not begin at 18."""
        has_range = self.min_age is not None or self.max_age is not None
        return has_range and (self.min_age is None or self.min_age < OF_AGE)

    @property
    def has_price(self) -> bool:
        """Whether a booking obliges to pay (§ 312j BGB asks for another button then)."""
        return self.price > 0 or self.material_cost > 0


class Schedule(models.Model):
    """When and where a run takes place from `first_date` on.

    A run has one, and one more for every change "from here on"; each ends where the next begins, so
    that bookings and UIDs stay with the run. Times are local wall time of the house.
    """

    run = models.ForeignKey(CourseRun, models.CASCADE, related_name="schedules", verbose_name=_("run"))
    first_date = models.DateField(_("first date"))
    rule = RuleField(verbose_name=_("repeats"), blank=True)
    start_time = models.TimeField(_("begins at"))
    duration_minutes = models.PositiveSmallIntegerField(
        _("lasts so many minutes"), default=90, validators=[MinValueValidator(5), MaxValueValidator(24 * 60)]
    )
    room = models.ForeignKey(
        Room, models.PROTECT, null=True, blank=True, related_name="schedules", verbose_name=_("room")
    )
    online_url = models.URLField(
        _("address of the online meeting"),
        blank=True,
        help_text=_("Only people who booked see it."),
    )
    further_times = TimesField(
        _("further start times on the same day"),
        blank=True,
        help_text=_("For consultation hours: 14:30, 15:00. Each is booked by itself."),
    )
    facilitators = models.ManyToManyField(
        Facilitator, verbose_name=_("facilitators"), blank=True, related_name="schedules"
    )
    note = models.CharField(
        _("note on every date"), max_length=200, blank=True, help_text=_("Shown on the site.")
    )

    # The schedule that a new one, not saved yet, goes on from.
    continues: "Schedule | None" = None

    class Meta:
        ordering = ["first_date", "pk"]
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")
        constraints = [
            models.UniqueConstraint(name="one_schedule_a_day_and_run", fields=["run", "first_date"]),
            models.CheckConstraint(
                name="schedule_in_a_room_or_online",
                condition=Q(room__isnull=False) | ~Q(online_url=""),
                violation_error_message=_("Choose a room, or give the address of the online meeting."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_date}"

    @property
    def pattern(self) -> Pattern:
        return Pattern(
            rule=self.rule or None,
            first_date=self.first_date,
            start_time=self.start_time,
            duration=timedelta(minutes=self.duration_minutes),
            zone=house_zone(),
            further_times=tuple(self.further_times),
        )

    @property
    def venue_id(self) -> int | None:
        return self.room.venue_id if self.room else None


class EquipmentNeed(models.Model):
    """What a run needs on each of its dates, such as twelve tablets."""

    run = models.ForeignKey(CourseRun, models.CASCADE, related_name="equipment_needs", verbose_name=_("run"))
    equipment = models.ForeignKey(
        Equipment, models.PROTECT, related_name="needs", verbose_name=_("equipment")
    )
    pieces = models.PositiveSmallIntegerField(_("pieces"), validators=[MinValueValidator(1)])

    class Meta:
        ordering = ["equipment__name", "pk"]
        verbose_name = _("needed equipment")
        verbose_name_plural = _("needed equipment")
        constraints = [
            models.UniqueConstraint(name="one_need_per_run_and_equipment", fields=["run", "equipment"])
        ]

    def __str__(self) -> str:
        return f"{self.pieces} × {self.equipment}"
