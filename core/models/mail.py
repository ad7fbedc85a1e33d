"""Mails that are to go out, each a row that is written together with what it tells of."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OutgoingMail(models.Model):
    """One message: to be written, or finished. Its text is erased as soon as it has been handed over or given up.

    Written by `core.mail.write`, or noted by `write_later` and written by due work; sent by `core.mail.send_due`.
    """

    class State(models.TextChoices):
        TO_WRITE = "to_write", _("to be written")
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        FAILED = "failed", _("given up")

    # Those that have not gone out yet.
    PENDING = (State.TO_WRITE, State.WAITING)

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    message_id = models.CharField(max_length=200, unique=True)
    kind = models.CharField(_("kind"), max_length=40)
    subject_type = models.CharField(max_length=40, blank=True)
    subject_id = models.CharField(max_length=40, blank=True, db_index=True)
    recipient = models.CharField(_("to"), max_length=254, blank=True)
    content = models.BinaryField(null=True, editable=False)
    created_at = models.DateTimeField(_("written"))
    not_before = models.DateTimeField(_("next attempt"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    # Said by the recipient's side later on (`core.bounces`). A reason without a time: it is only late.
    bounced_at = models.DateTimeField(_("came back"), null=True, blank=True)
    bounce_reason = models.CharField(_("why it came back"), max_length=300, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["state", "not_before"])]
        constraints = [
            models.CheckConstraint(
                name="mail_text_only_while_waiting",
                condition=models.Q(state="waiting", content__isnull=False)
                | models.Q(state__in=["to_write", "sent", "failed"], content__isnull=True),
            )
        ]
        verbose_name = _("mail")
        verbose_name_plural = _("mails")

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def did_not_arrive(self) -> bool:
        """Whether it came back or could not even be sent."""
        return self.bounced_at is not None or self.state == self.State.FAILED
