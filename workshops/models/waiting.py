"""A free seat offered to somebody waiting, old and young in pairs, and what the team writes to people."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workshops.models.bookings import Booking, Participant, Person
from workshops.models.runs import CourseRun
from workshops.models.sessions import Session


class OfferQuerySet(models.QuerySet["Offer"]):
    def open(self) -> "OfferQuerySet":
        return self.filter(state=Offer.State.OPEN)


class Offer(models.Model):
    """Seats held for a waiting party until it answers, at the latest until `deadline`.

    Somebody without e-mail has no deadline until the team has reached them; `last_call` ends every offer.
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        EXPIRED = "expired", _("not answered in time")
        WITHDRAWN = "withdrawn", _("withdrawn")

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="offers", verbose_name=_("booking"))
    run = models.ForeignKey(CourseRun, models.CASCADE, related_name="offers", verbose_name=_("run"))
    person = models.ForeignKey(
        Person, models.SET_NULL, null=True, related_name="offers", verbose_name=_("person")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    made_at = models.DateTimeField(_("offered on"))
    reached_at = models.DateTimeField(_("reached"), null=True, blank=True)
    deadline = models.DateTimeField(_("until"), null=True, blank=True)
    last_call = models.DateTimeField(_("at the latest until"))
    ended_at = models.DateTimeField(_("answered"), null=True, blank=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        constraints = [
            models.UniqueConstraint(
                name="one_live_offer_per_person_and_run",
                fields=["person", "run"],
                condition=Q(state="open"),
            ),
            models.UniqueConstraint(
                name="one_live_offer_per_booking", fields=["booking"], condition=Q(state="open")
            ),
        ]
        indexes = [models.Index(fields=["state", "deadline"])]

    def __str__(self) -> str:
        return f"{_('offer')} {self.pk}"

    @property
    def until(self) -> datetime:
        """When it ends at the latest, answered or not."""
        return min(self.deadline or self.last_call, self.last_call)


class Tandem(models.Model):
    """An old and a young participant who learn together, on one session or the whole series (None)."""

    run = models.ForeignKey(CourseRun, models.CASCADE, related_name="tandems", verbose_name=_("run"))
    session = models.ForeignKey(
        Session, models.CASCADE, null=True, blank=True, related_name="tandems", verbose_name=_("date")
    )
    old = models.ForeignKey(
        Participant, models.CASCADE, related_name="tandems_as_old", verbose_name=_("the older one")
    )
    young = models.ForeignKey(
        Participant, models.CASCADE, related_name="tandems_as_young", verbose_name=_("the younger one")
    )
    came_together = models.BooleanField(_("booked as a pair"), default=False)
    made_at = models.DateTimeField(_("matched on"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        ordering = ["made_at", "pk"]
        verbose_name = _("tandem")
        verbose_name_plural = _("tandems")
        constraints = [
            models.UniqueConstraint(
                name="one_tandem_per_older_participant", fields=["old"], condition=Q(ended_at=None)
            ),
            models.UniqueConstraint(
                name="one_tandem_per_younger_participant", fields=["young"], condition=Q(ended_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{_('tandem')} {self.pk}"


class TeamMessage(models.Model):
    """What the team wrote to everybody who has booked a run, or one of its dates."""

    run = models.ForeignKey(CourseRun, models.CASCADE, related_name="messages", verbose_name=_("run"))
    session = models.ForeignKey(
        Session, models.CASCADE, null=True, blank=True, related_name="messages", verbose_name=_("date")
    )
    subject = models.CharField(_("subject"), max_length=120)
    text = models.TextField(_("text"), max_length=5000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    sent_at = models.DateTimeField(_("sent"))

    class Meta:
        ordering = ["-sent_at", "-pk"]
        verbose_name = _("message")
        verbose_name_plural = _("messages")

    def __str__(self) -> str:
        return f"{_('message')} {self.pk}"


class Call(models.Model):
    """That somebody who has no e-mail was told of something by telephone: what is not here is still to be called.

    `reached` is false where nobody answered; the note of it stays, and the call stays on the list.
    """

    class About(models.TextChoices):
        OFFER = "offer", _("a seat is offered")
        COMING = "coming", _("do they come?")
        NOTICE = "notice", _("a date has changed")
        MESSAGE = "message", _("message of the team")

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="calls", verbose_name=_("booking"))
    about = models.CharField(_("about"), max_length=10, choices=About)
    about_id = models.PositiveBigIntegerField(default=0)
    reached = models.BooleanField(_("reached"), default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(_("called"))

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("call")
        verbose_name_plural = _("calls")

    def __str__(self) -> str:
        return f"{_('call')} {self.pk}"
