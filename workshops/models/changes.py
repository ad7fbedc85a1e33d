"""The readable history of a run: who changed it, when, and what came of it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from workshops.models.runs import CourseRun


class RunChange(models.Model):
    """One act of the team on a run. `detail` is plain data without names of people who booked."""

    class Kind(models.TextChoices):
        CREATED = "created", _("created")
        PUBLISHED = "published", _("published")
        CHANGED = "changed", _("changed")
        CHANGED_FROM = "changed_from", _("changed from a date on")
        DATES_CHANGED = "dates_changed", _("dates changed")
        DATES_CANCELLED = "dates_cancelled", _("dates cancelled")
        DATE_ADDED = "date_added", _("date added")
        UNDONE = "undone", _("undone")
        CANCELLED = "cancelled", _("cancelled as a whole")
        DECIDED = "decided", _("takes place")
        ARCHIVED = "archived", _("archived")

    run = models.ForeignKey(CourseRun, models.CASCADE, related_name="changes", verbose_name=_("run"))
    kind = models.CharField(_("what"), max_length=20, choices=Kind)
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("who")
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        indexes = [models.Index(fields=["run", "at"])]

    def __str__(self) -> str:
        return f"{self.run_id} {self.kind}"
