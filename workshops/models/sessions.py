"""The dates of runs: rows, never computed on the fly."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, ExpressionWrapper, F, Min, OuterRef, Q, Subquery, Window
from django.db.models.functions import Coalesce, Greatest, RowNumber
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import Generation, Topic
from places.models import Room, Venue
from workshops.models.pages import CoursePage
from workshops.models.runs import CourseRun, Facilitator, Schedule
from workshops.rules import PASSES

if TYPE_CHECKING:
    from workshops.rules import Availability


class SessionQuerySet(models.QuerySet["Session"]):
    def public(self) -> "SessionQuerySet":
        """Sessions of published or cancelled runs of published, unrestricted courses."""
        restricted = CoursePage.objects.filter(pk=OuterRef("run__course_id")).private()
        return self.filter(run__state__in=CourseRun.VISIBLE, run__course__live=True).exclude(
            Exists(restricted)
        )

    def in_calendars(self) -> "SessionQuerySet":
        """Those that are or have been public: what a calendar has once seen stays in it, be it as cancelled."""
        restricted = CoursePage.objects.filter(pk=OuterRef("run__course_id")).private()
        public = self.filter(run__course__live=True).exclude(Exists(restricted))
        return public.exclude(run__state=CourseRun.State.DRAFT)

    def announced(self) -> "SessionQuerySet":
        """Those people should read of: not what nobody had booked when a rule gave it up (see `Session.is_withdrawn`)."""
        return self.exclude(state=Session.State.CANCELLED, reason="")

    def upcoming(self, at: datetime) -> "SessionQuerySet":
        """Those that are not over yet."""
        return self.filter(ends_at__gt=at)

    def not_begun(self, at: datetime) -> "SessionQuerySet":
        return self.filter(starts_at__gt=at)

    def taking_place(self) -> "SessionQuerySet":
        return self.filter(state=Session.State.PLANNED)

    def on_the_books(self, at: datetime) -> "SessionQuerySet":
        """Those the team reckons with: all of published and cancelled runs, and of archived ones what is over."""
        current = Q(run__state__in=CourseRun.VISIBLE)
        return self.announced().filter(current | Q(run__state=CourseRun.State.ARCHIVED, ends_at__lte=at))

    def for_generation(self, generation: Generation) -> "SessionQuerySet":
        """Those of courses that are especially for this generation."""
        return self.filter(
            Exists(CoursePage.objects.filter(pk=OuterRef("run__course_id"), generations=generation))
        )

    def about(self, topic: Topic) -> "SessionQuerySet":
        return self.filter(Exists(CoursePage.objects.filter(pk=OuterRef("run__course_id"), topics=topic)))

    def at_venue(self, venue: Venue) -> "SessionQuerySet":
        return self.filter(room__venue=venue)

    def on_weekday(self, weekday: int) -> "SessionQuerySet":
        """0 is Monday, in the house's time zone whatever zone is active."""
        from timetable.zone import house_zone

        return self.annotate(
            _weekday=models.functions.ExtractIsoWeekDay("starts_at", tzinfo=house_zone())
        ).filter(_weekday=weekday + 1)

    def with_series(self, at: datetime) -> "SessionQuerySet":
        """Adds what a date is judged by.

        Of its series: `series_free` is the smallest number of seats not taken on its remaining dates,
        `series_begins` the first of these, `series_begun` whether one of its dates has begun.
        `seats_are_kept`: not everybody can have what is not taken (see `workshops.vacancies`).
        """
        from workshops.models.bookings import Booking
        from workshops.models.seats import SeatPool

        siblings = Session.objects.filter(run=OuterRef("run"), state=Session.State.PLANNED)
        remaining = siblings.filter(starts_at__gt=at).order_by().values("run")
        least = remaining.annotate(least=Min(F("capacity") - F("seats_taken"))).values("least")
        first = remaining.annotate(first=Min("starts_at")).values("first")
        pools = SeatPool.objects.filter(run=OuterRef("run"))
        passed = Booking.objects.filter(
            run=OuterRef("run"), state=Booking.State.WAITING, passed_over__gte=PASSES
        )
        return self.annotate(
            series_free=Subquery(least, output_field=models.IntegerField()),
            series_begins=Subquery(first, output_field=models.DateTimeField()),
            series_begun=Exists(siblings.filter(starts_at__lte=at)),
            seats_are_kept=ExpressionWrapper(
                Q(run__is_tandem=True) | Q(Exists(pools)) | Q(Exists(passed)), models.BooleanField()
            ),
        )

    def open_for_booking(self, at: datetime) -> "SessionQuerySet":
        """Those whose booking on the web has opened, as `workshops.opening` says; drop-ins need none."""
        opens_at = Coalesce("run__web_opens_at", "run__term__web_opens_at")
        drop_in = Q(run__booking_mode=CourseRun.Mode.DROP_IN)
        return self.alias(_opens_at=opens_at).filter(Q(_opens_at=None) | Q(_opens_at__lte=at) | drop_in)

    def with_free_seats(self, at: datetime) -> "SessionQuerySet":
        """Those somebody can still come to: open by now with a seat not taken, or drop-in.

        Where `seats_are_kept` it depends on who asks: `programme.with_free_seats` knows.
        """
        single = Q(run__booking_mode=CourseRun.Mode.SINGLE, seats_taken__lt=F("capacity"))
        series = Q(run__booking_mode=CourseRun.Mode.SERIES, series_free__gt=0) & (
            Q(series_begun=False) | Q(run__join_late=True)
        )
        drop_in = Q(run__booking_mode=CourseRun.Mode.DROP_IN)
        coming = self.with_series(at).taking_place().not_begun(at).open_for_booking(at)
        return coming.filter(single | series | drop_in)

    def first_of_each_course(self) -> "SessionQuerySet":
        """Of each course only the earliest of these."""
        place = Window(RowNumber(), partition_by=[F("run__course")], order_by=["starts_at", "pk"])
        return self.annotate(_place=place).filter(_place=1)

    def with_helpers(self) -> "SessionQuerySet":
        """Adds how many helpers come, how many of them look for a substitute, how many are sick and missing."""
        from workshops.models.helpers import HelperShift

        def counted(*states: str) -> Coalesce:
            shifts = HelperShift.objects.filter(session=OuterRef("pk"), state__in=states)
            return Coalesce(
                Subquery(shifts.order_by().values("session").annotate(n=Count("pk")).values("n")), 0
            )

        return self.annotate(
            helpers_coming=counted(*HelperShift.COMING),
            helpers_looking=counted(HelperShift.State.LOOKING),
            helpers_sick=counted(HelperShift.State.SICK),
            helpers_missing=Greatest(F("run__helpers_wanted") - F("helpers_coming"), 0),
        )

    def lacking_helpers(self) -> "SessionQuerySet":
        """Those on which fewer help than are wanted, or somebody looks for a substitute."""
        return self.with_helpers().filter(
            Q(helpers_missing__gt=0) | Q(helpers_looking__gt=0), run__helpers_wanted__gt=0
        )

    def with_places(self) -> "SessionQuerySet":
        return self.select_related("run__course", "run__term", "room__venue")


class Session(models.Model):
    """One date of a run. Instants are UTC; its identity survives every move.

    `seats_taken` counts its seats held, offered or booked and is changed only by
    `workshops.operations`; the check constraint is the backstop against overbooking.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("takes place")
        CANCELLED = "cancelled", _("cancelled")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    uid = models.CharField(max_length=80, unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(editable=False)
    changed_at = models.DateTimeField(editable=False)
    run = models.ForeignKey(CourseRun, models.PROTECT, related_name="sessions", verbose_name=_("run"))
    schedule = models.ForeignKey(
        Schedule, models.PROTECT, null=True, blank=True, related_name="sessions", verbose_name=_("schedule")
    )
    planned_for = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="The rule's own instant; none for an extra date."
    )
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    room = models.ForeignKey(
        Room, models.PROTECT, null=True, blank=True, related_name="sessions", verbose_name=_("room")
    )
    online_url = models.URLField(_("address of the online meeting"), blank=True)
    capacity = models.PositiveSmallIntegerField(_("seats"), null=True, blank=True)
    seats_taken = models.PositiveSmallIntegerField(_("seats taken"), default=0, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED, editable=False)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    facilitators = models.ManyToManyField(
        Facilitator, verbose_name=_("facilitators"), blank=True, related_name="sessions"
    )
    note = models.CharField(
        _("note"), max_length=200, blank=True, help_text=_("Shown on the site beside this date.")
    )

    objects = SessionQuerySet.as_manager()

    # Set by workshops.programme for pages: the course in the reader's language, and what can be done.
    course: CoursePage
    availability: "Availability"
    # What is asked of a page goes on to the next with it: a query string, or nothing.
    asked = ""
    # How many can come on this date of a series only, where somebody is absent.
    taster_seats = 0
    # Added by `SessionQuerySet.with_series`.
    series_free: int | None
    series_begins: datetime | None
    series_begun: bool
    seats_are_kept: bool
    # Added by `SessionQuerySet.with_helpers`.
    helpers_coming: int
    helpers_looking: int
    helpers_sick: int
    helpers_missing: int

    class Meta:
        ordering = ["starts_at", "pk"]
        verbose_name = _("date")
        verbose_name_plural = _("dates")
        constraints = [
            models.CheckConstraint(
                name="session_ends_after_it_begins", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="session_never_overbooked",
                condition=Q(capacity=None) | Q(seats_taken__lte=F("capacity")),
            ),
            models.UniqueConstraint(name="one_session_per_planned_instant", fields=["run", "planned_for"]),
        ]
        indexes = [
            models.Index(fields=["starts_at", "ends_at"]),
            models.Index(fields=["run", "starts_at"]),
            models.Index(fields=["room", "starts_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.run.number}, {self.starts_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("workshops:session", args=[self.public_id])

    @property
    def is_cancelled(self) -> bool:
        return self.state == self.State.CANCELLED

    @property
    def is_withdrawn(self) -> bool:
        """Whether a rule gave it up that nobody had booked; whatever the team cancels has a reason."""
        return self.is_cancelled and not self.reason

    @property
    def is_online(self) -> bool:
        return self.room_id is None

    @property
    def venue(self) -> Venue | None:
        return self.room.venue if self.room else None


def new_uid(public_id: uuid.UUID) -> str:
    """An iCalendar UID that does not depend on the site's address (RFC 7986, section 5.3)."""
    return f"{public_id}@{settings.UID_NAMESPACE}"
