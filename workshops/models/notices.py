"""What people who booked are told when the team changes a date."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workshops.models.changes import RunChange
from workshops.models.sessions import Session


class NoticeQuerySet(models.QuerySet["Notice"]):
    def open(self) -> "NoticeQuerySet":
        """Neither sent nor undone."""
        return self.filter(sent_at=None, undone_at=None)


class Notice(models.Model):
    """A cancelled or moved session of which people are told ten minutes later, unless it is undone."""

    class Kind(models.TextChoices):
        CANCELLED = "cancelled", _("cancelled")
        MOVED = "moved", _("moved")
        ADDED = "added", _("added")

    session = models.ForeignKey(Session, models.PROTECT, related_name="notices", verbose_name=_("date"))
    change = models.ForeignKey(
        RunChange,
        models.CASCADE,
        null=True,
        related_name="notices",
        help_text="The act it belongs to: people get one mail for all dates of one act.",
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    reason = models.CharField(_("reason"), max_length=200)
    # How it was before, to tell people and to undo.
    old_starts_at = models.DateTimeField()
    old_ends_at = models.DateTimeField()
    old_room = models.ForeignKey("places.Room", models.SET_NULL, null=True, blank=True, related_name="+")
    old_online_url = models.URLField(blank=True)
    old_reason = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("confirmed"))
    send_after = models.DateTimeField(_("goes out"))
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(
                name="one_open_notice_per_session",
                fields=["session"],
                condition=Q(sent_at=None, undone_at=None),
            ),
            models.CheckConstraint(
                name="notice_is_sent_or_undone", condition=Q(sent_at=None) | Q(undone_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.session_id}"
