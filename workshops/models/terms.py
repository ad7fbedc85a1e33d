"""Semesters: what many runs share, and what the printed programme said."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Term(models.Model):
    """A semester. Dates are local and inclusive; its runs take over when booking opens."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    first_date = models.DateField(_("first day"))
    last_date = models.DateField(_("last day"))
    copy_date = models.DateField(
        _("copy goes to print"),
        null=True,
        blank=True,
        help_text=_(
            "At the end of this day the programme is kept as printed; every change after it is listed."
        ),
    )
    publish_at = models.DateTimeField(
        _("published on"),
        null=True,
        blank=True,
        help_text=_("Drafts of this term that are marked as ready are published then."),
    )
    web_opens_at = models.DateTimeField(_("can be booked on the web from"), null=True, blank=True)
    phone_opens_at = models.DateTimeField(_("can be booked by telephone from"), null=True, blank=True)
    printed_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_archived = models.BooleanField(_("archived"), default=False)

    class Meta:
        ordering = ["-first_date", "pk"]
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        constraints = [
            models.CheckConstraint(
                name="term_ends_after_it_begins",
                condition=Q(last_date__gte=F("first_date")),
                violation_error_message=_("The last day lies before the first."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def is_printed(self, at: datetime) -> bool:
        """Whether the printed programme has been kept."""
        return self.printed_at is not None and self.printed_at <= at


class PrintedRun(models.Model):
    """A run as the printed programme of its term has it: plain data, kept on the copy day."""

    term = models.ForeignKey(Term, models.CASCADE, related_name="printed_runs", verbose_name=_("term"))
    run = models.ForeignKey("CourseRun", models.PROTECT, related_name="printed", verbose_name=_("run"))
    content = models.JSONField()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("printed run")
        verbose_name_plural = _("printed runs")
        constraints = [
            models.UniqueConstraint(name="one_printed_run_per_term", fields=["term", "run"]),
        ]

    def __str__(self) -> str:
        return f"{self.term_id} {self.run_id}"
