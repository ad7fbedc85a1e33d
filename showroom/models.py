"""What can be tried, where it stands and from when to when."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page
from wagtail.search import index

from core.models import BasePage, Generation, Topic
from places.models import Venue


class ShowroomIndexPage(BasePage):
    """All exhibits: what is on show today and what comes next."""

    max_count_per_parent = 1
    parent_page_types = ["home.HomePage"]
    subpage_types = ["showroom.ExhibitPage"]

    class Meta:
        verbose_name = _("showroom")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        today = timezone.localdate()
        exhibits = list(
            ExhibitPage.objects.child_of(self)
            .live()
            .public()
            .select_related("image", "alias_of__locale", "locale")
        )
        current, coming = on_show(exhibits, on=today)
        context["on_show"] = current
        context["coming"] = coming
        return context


class ExhibitPage(BasePage):
    """One digital application visitors can try."""

    what_to_try = models.TextField(_("what you can try"), blank=True)
    minutes = models.PositiveSmallIntegerField(
        _("takes about so many minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(600)],
    )
    access_notes = models.TextField(
        _("access"), blank=True, help_text=_("Sitting or standing, sound, fine movements, dizziness.")
    )
    lender = models.CharField(_("lent by"), max_length=120, blank=True)
    topics = ParentalManyToManyField(Topic, verbose_name=_("topics"), blank=True, related_name="exhibits")
    generations = ParentalManyToManyField(
        Generation, verbose_name=_("especially for"), blank=True, related_name="exhibits"
    )

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("what_to_try"),
                FieldPanel("minutes"),
                FieldPanel("access_notes"),
                FieldPanel("lender"),
            ],
            _("At the table"),
        ),
        MultiFieldPanel([FieldPanel("topics"), FieldPanel("generations")], _("Sorting")),
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("what_to_try")]
    current_showing: "Showing"
    parent_page_types = ["showroom.ShowroomIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("exhibit")
        verbose_name_plural = _("exhibits")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["showings"] = list(Showing.objects.of(self).until_over(timezone.localdate()).with_places())
        return context


class Station(models.Model):
    """A physical spot in a venue that holds one exhibit at a time."""

    venue = models.ForeignKey(Venue, models.PROTECT, related_name="stations", verbose_name=_("place"))
    name = models.CharField(_("name"), max_length=80)
    is_archived = models.BooleanField(_("archived"), default=False)

    class Meta:
        ordering = ["venue__sort_order", "venue_id", "name"]
        verbose_name = _("station")
        verbose_name_plural = _("stations")

    def __str__(self) -> str:
        return f"{self.name} ({self.venue.name})"


class ShowingQuerySet(models.QuerySet["Showing"]):
    def on(self, day: date) -> "ShowingQuerySet":
        return self.filter(Q(last_date=None) | Q(last_date__gte=day), first_date__lte=day)

    def until_over(self, day: date) -> "ShowingQuerySet":
        """Current and coming."""
        return self.filter(Q(last_date=None) | Q(last_date__gte=day))

    def of(self, exhibit: Page) -> "ShowingQuerySet":
        """Those of an exhibit in whatever language: they hang on its page in the default one."""
        return self.filter(exhibit__translation_key=exhibit.translation_key)

    def with_places(self) -> "ShowingQuerySet":
        return self.select_related("station__venue", "exhibit")


class Showing(models.Model):
    """An exhibit on a station from one local date to another, both inclusive; without an end: until further notice."""

    exhibit = models.ForeignKey(
        ExhibitPage, models.PROTECT, related_name="showings", verbose_name=_("exhibit")
    )
    station = models.ForeignKey(Station, models.PROTECT, related_name="showings", verbose_name=_("station"))
    first_date = models.DateField(_("from"))
    last_date = models.DateField(_("until"), null=True, blank=True)

    objects = ShowingQuerySet.as_manager()

    class Meta:
        ordering = ["first_date", "pk"]
        verbose_name = _("time on show")
        verbose_name_plural = _("times on show")
        constraints = [
            models.CheckConstraint(
                name="showing_ends_after_it_begins",
                condition=Q(last_date=None) | Q(last_date__gte=F("first_date")),
                violation_error_message=_("The last day lies before the first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.exhibit.title}, {self.first_date}"

    def clean(self) -> None:
        """Raises ValidationError where another exhibit stands on the station in that time."""
        if not self.station_id or not self.first_date:
            return
        others = Showing.objects.filter(station_id=self.station_id).exclude(pk=self.pk)
        others = others.filter(Q(last_date=None) | Q(last_date__gte=self.first_date))
        if self.last_date:
            others = others.filter(first_date__lte=self.last_date)
        if other := others.select_related("exhibit").first():
            raise ValidationError(
                {
                    "station": _("%(exhibit)s stands on this station in that time.")
                    % {"exhibit": other.exhibit.title}
                }
            )


def on_show(exhibits: Iterable[ExhibitPage], *, on: date) -> tuple[list[ExhibitPage], list[ExhibitPage]]:
    """The exhibits that can be tried on that local date, and those that come later, soonest first.

    Each gets its showing as `current_showing`. One query, whatever the number of exhibits.
    """
    first_by_key: dict[Any, Showing] = {}
    for showing in Showing.objects.until_over(on).with_places():
        first_by_key.setdefault(showing.exhibit.translation_key, showing)
    current, coming = [], []
    for exhibit in exhibits:
        if showing := first_by_key.get(exhibit.translation_key):
            exhibit.current_showing = showing
            (current if showing.first_date <= on else coming).append(exhibit)
    coming.sort(key=lambda exhibit: exhibit.current_showing.first_date)
    return current, coming
