"""The house's own words for its messages, where it has any."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class MessageWording(models.Model):
    """Subject and opening of one kind of message in one language; what is empty is as delivered.

    The kinds are those of `core.wording`. Both texts are plain, with placeholders from its list.
    """

    kind = models.CharField(max_length=40)
    language = models.CharField(max_length=10, choices=settings.LANGUAGES)
    subject = models.CharField(_("subject"), max_length=150, blank=True)
    opening = models.TextField(_("opening"), max_length=3000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_wording_per_kind_and_language", fields=["kind", "language"])
        ]
        verbose_name = _("wording of a message")
        verbose_name_plural = _("wordings of messages")

    def __str__(self) -> str:
        return f"{self.kind} {self.language}"
