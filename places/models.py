"""Where people meet, and when nobody does."""

from datetime import timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from timetable.expansion import DateSpan, Pattern, Reason
from timetable.fields import RuleField
from timetable.zone import house_zone


class VenueQuerySet(models.QuerySet["Venue"]):
    def in_use(self) -> "VenueQuerySet":
        return self.filter(is_archived=False)


class Venue(ClusterableModel):
    """A place with address, opening hours and the facts somebody needs who cannot climb stairs."""

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("short name in addresses"), max_length=80, unique=True)
    street = models.CharField(_("street and number"), max_length=120)
    postcode = models.CharField(_("postcode"), max_length=10)
    city = models.CharField(_("city"), max_length=80)
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    intro = models.TextField(_("about this place"), blank=True)
    directions = models.TextField(_("how to get there"), blank=True)
    step_free = models.BooleanField(_("step-free"), default=False)
    accessible_toilet = models.BooleanField(_("accessible toilet"), default=False)
    hearing_loop = models.BooleanField(_("hearing loop"), default=False)
    wheelchair_places = models.PositiveSmallIntegerField(_("wheelchair places"), default=0)
    access_notes = models.TextField(
        _("access in words"),
        blank=True,
        help_text=_("Door widths, ramps, lift, nearest parking space and bus stop, in whole sentences."),
    )
    image = models.ForeignKey(
        "wagtailimages.Image",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture"),
    )
    sort_order = models.PositiveSmallIntegerField(_("position"), default=0)
    is_archived = models.BooleanField(_("archived"), default=False)
    changed_at = models.DateTimeField(auto_now=True)

    objects = VenueQuerySet.as_manager()

    class Meta:
        ordering = ["sort_order", "pk"]
        verbose_name = _("place")
        verbose_name_plural = _("places")

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """The address in one line."""
        return f"{self.street}, {self.postcode} {self.city}"

    @property
    def geo(self) -> tuple[float, float] | None:
        """Latitude and longitude in degrees (WGS 84), where both are known."""
        if self.latitude is None or self.longitude is None:
            return None
        return float(self.latitude), float(self.longitude)


class OpeningHours(models.Model):
    """One span of a weekday in which a venue is open, in local time."""

    venue = ParentalKey(Venue, on_delete=models.CASCADE, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=list(WEEKDAYS.items()))
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))

    class Meta:
        ordering = ["weekday", "opens"]
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        constraints = [
            models.CheckConstraint(
                name="opening_hours_end_after_they_begin",
                condition=Q(closes__gt=F("opens")),
                violation_error_message=_("A place closes after it opens."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"


class Room(models.Model):
    """A room in a venue, with the number of people it holds."""

    venue = models.ForeignKey(Venue, models.PROTECT, related_name="rooms", verbose_name=_("place"))
    name = models.CharField(_("name"), max_length=80)
    capacity = models.PositiveSmallIntegerField(_("holds so many people"), validators=[MinValueValidator(1)])
    wheelchair_places = models.PositiveSmallIntegerField(
        _("wheelchair places"), null=True, blank=True, help_text=_("Empty: as many as the place says.")
    )
    loop_sets = models.PositiveSmallIntegerField(
        _("hearing loop sets"),
        null=True,
        blank=True,
        help_text=_("Sets to lend. Empty: where the place has a hearing loop, it is enough for everybody."),
    )
    how_to_find = models.CharField(_("how to find it"), max_length=200, blank=True)
    is_archived = models.BooleanField(_("archived"), default=False)

    class Meta:
        ordering = ["venue__sort_order", "venue_id", "name"]
        verbose_name = _("room")
        verbose_name_plural = _("rooms")

    def __str__(self) -> str:
        return f"{self.name} ({self.venue.name})"

    @property
    def wheelchairs(self) -> int:
        """How many people in a wheelchair there is room for."""
        return self.venue.wheelchair_places if self.wheelchair_places is None else self.wheelchair_places

    @property
    def hearing_loops(self) -> int | None:
        """How many people can be given a hearing loop; None where the place has one for everybody."""
        if self.loop_sets is not None:
            return self.loop_sets
        return None if self.venue.hearing_loop else 0


class ClosureQuerySet(models.QuerySet["Closure"]):
    def at(self, venue_id: int | None) -> "ClosureQuerySet":
        """Those that hold at this venue; online (None) only those that hold everywhere."""
        everywhere = Q(venue=None)
        return self.filter(everywhere if venue_id is None else everywhere | Q(venue_id=venue_id))

    def spans(self) -> list[DateSpan]:
        return [closure.span for closure in self]


class Closure(models.Model):
    """A span of local dates, both inclusive, on which a house is closed or some courses do not meet."""

    class Kind(models.TextChoices):
        CLOSED = "closed", _("the house is closed: nobody meets")
        HOLIDAYS = "holidays", _("holidays: courses that skip them do not meet")

    venue = models.ForeignKey(
        Venue,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="closures",
        verbose_name=_("place"),
        help_text=_("Leave empty where it holds everywhere."),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    name = models.CharField(_("name"), max_length=120, help_text=_("For example: autumn holidays."))
    first_date = models.DateField(_("first day"))
    last_date = models.DateField(_("last day"))
    imported_uid = models.CharField(
        max_length=300,
        blank=True,
        editable=False,
        help_text="UID of the imported event, with its date where it repeats; a new import updates by it.",
    )

    objects = ClosureQuerySet.as_manager()

    class Meta:
        ordering = ["first_date", "pk"]
        verbose_name = _("closure")
        verbose_name_plural = _("closures and holidays")
        constraints = [
            models.CheckConstraint(
                name="closure_ends_after_it_begins",
                condition=Q(last_date__gte=F("first_date")),
                violation_error_message=_("The last day lies before the first."),
            ),
            models.UniqueConstraint(
                name="one_closure_per_imported_event",
                fields=["imported_uid"],
                condition=~Q(imported_uid=""),
            ),
        ]
        indexes = [models.Index(fields=["last_date", "first_date"])]

    def __str__(self) -> str:
        return self.name

    @property
    def span(self) -> DateSpan:
        return DateSpan(self.first_date, self.last_date, Reason(self.kind, self.name))  # type: ignore[arg-type]


class Equipment(models.Model):
    """Things lent to runs by the piece: "12 Tablets"."""

    name = models.CharField(_("name"), max_length=120)
    pieces = models.PositiveSmallIntegerField(_("pieces"), validators=[MinValueValidator(1)])
    is_archived = models.BooleanField(_("archived"), default=False)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("equipment")
        verbose_name_plural = _("equipment")

    def __str__(self) -> str:
        return self.name


class RoomUse(models.Model):
    """A room taken for what is not a course (council, cleaning, another school), once or repeating.

    The public learns only that the room is taken. Its dates are rows, kept up to the horizon.
    """

    room = models.ForeignKey(Room, models.CASCADE, related_name="uses", verbose_name=_("room"))
    name = models.CharField(_("what for"), max_length=120, help_text=_("Only the team reads this."))
    first_date = models.DateField(_("first date"))
    rule = RuleField(verbose_name=_("repeats"), blank=True)
    start_time = models.TimeField(_("begins at"))
    duration_minutes = models.PositiveSmallIntegerField(
        _("lasts so many minutes"), default=120, validators=[MinValueValidator(5), MaxValueValidator(24 * 60)]
    )
    planned_through = models.DateField(
        null=True,
        blank=True,
        editable=False,
        help_text="Up to here the dates of a use without an end are made.",
    )

    class Meta:
        ordering = ["first_date", "pk"]
        verbose_name = _("other use of a room")
        verbose_name_plural = _("other uses of rooms")

    def __str__(self) -> str:
        return self.name

    @property
    def pattern(self) -> Pattern:
        return Pattern(
            rule=self.rule or None,
            first_date=self.first_date,
            start_time=self.start_time,
            duration=timedelta(minutes=self.duration_minutes),
            zone=house_zone(),
        )


class RoomUseDate(models.Model):
    """One date of another use. Instants are UTC."""

    use = models.ForeignKey(
        RoomUse, models.CASCADE, related_name="dates", verbose_name=_("other use of a room")
    )
    room = models.ForeignKey(Room, models.CASCADE, related_name="use_dates", verbose_name=_("room"))
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))

    class Meta:
        ordering = ["starts_at", "pk"]
        verbose_name = _("date of another use")
        verbose_name_plural = _("dates of other uses")
        constraints = [
            models.UniqueConstraint(name="one_use_date_per_instant", fields=["use", "starts_at"]),
            models.CheckConstraint(
                name="use_date_ends_after_it_begins", condition=Q(ends_at__gt=F("starts_at"))
            ),
        ]
        indexes = [models.Index(fields=["room", "starts_at"])]

    def __str__(self) -> str:
        return f"{self.use_id} {self.starts_at:%Y-%m-%d}"
