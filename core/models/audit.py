"""Who did what to whose data, and when."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """One act on people's data. Holds no name, address or free text: the object is named by its public id.

    Written by `core.audit.record` inside the act's own transaction, never changed. Kept for
    `RETENTION` in `core.audit`, longer than the data it speaks of.
    """

    class Actor(models.TextChoices):
        VISITOR = "visitor", _("visitor")
        STAFF = "staff", _("staff")
        SYSTEM = "system", _("automatic")

    at = models.DateTimeField(_("when"), db_index=True)
    actor = models.CharField(_("who"), max_length=10, choices=Actor)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("account"),
    )
    verb = models.CharField(_("what"), max_length=40)
    subject_type = models.CharField(_("kind"), max_length=40)
    subject_id = models.CharField(_("identity"), max_length=40)
    detail = models.JSONField(_("details"), default=dict, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["subject_type", "subject_id"])]
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_type} {self.subject_id}"
