"""Who comes: people we can reach, their bookings, the participants in them and their seats."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import links
from core.models import Generation
from workshops.models.runs import CourseRun
from workshops.models.sessions import Session


class Person(models.Model):
    """Somebody we can reach: a name with an e-mail address or a telephone number."""

    holds_personal_data = True
    wagtail_reference_index_ignore = True

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"), blank=True, db_index=True)
    phone = models.CharField(_("telephone"), max_length=20, blank=True, db_index=True, help_text="E.164")
    language = models.CharField(_("language"), max_length=10, default="de")
    created_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(
                name="person_can_be_reached",
                condition=~Q(email="") | ~Q(phone=""),
                violation_error_message=_("Give an e-mail address or a telephone number."),
            )
        ]

    def __str__(self) -> str:
        return f"{_('person')} {self.pk}"


class Booking(models.Model):
    """One act of booking. Changed only by `workshops.operations`."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("asked for, to be answered by the team")
        WAITING = "waiting", _("on the waiting list")
        OFFERED = "offered", _("a seat is offered")
        HELD = "held", _("waiting for confirmation")
        CONFIRMED = "confirmed", _("booked")
        CANCELLED = "cancelled", _("cancelled")
        EXPIRED = "expired", _("not confirmed in time")
        MISSED = "missed", _("waited without getting a seat")

    class Channel(models.TextChoices):
        WEB = "web", _("web")
        PHONE = "phone", _("telephone")
        COUNTER = "counter", _("counter")

    # Those with seats.
    ACTIVE = (State.HELD, State.OFFERED, State.CONFIRMED)
    # Those that never had any, or not yet.
    WITHOUT_SEATS = (State.REQUESTED, State.WAITING, State.MISSED)
    # Those from which something can still come.
    ALIVE = (State.REQUESTED, State.WAITING, *ACTIVE)
    LINK_PURPOSE = "booking"
    CONFIRM_PURPOSE = "confirm"

    holds_personal_data = True
    wagtail_reference_index_ignore = True

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("booking code"), max_length=40, unique=True)
    run = models.ForeignKey(CourseRun, models.PROTECT, related_name="bookings", verbose_name=_("run"))
    person = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="bookings", verbose_name=_("person")
    )
    session = models.ForeignKey(
        Session,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="bookings",
        verbose_name=_("date"),
        help_text="The one date that is booked or waited for; none for what remains of a series.",
    )
    state = models.CharField(_("state"), max_length=10, choices=State)
    channel = models.CharField(_("booked by"), max_length=10, choices=Channel, default=Channel.WEB)
    created_at = models.DateTimeField(_("booked on"))
    hold_until = models.DateTimeField(_("held until"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)
    group_name = models.CharField(
        _("group"),
        max_length=120,
        blank=True,
        help_text=_("A school class or club; its people have no names."),
    )
    # The waiting list. Whoever let an offer pass stands at the end again.
    waiting_since = models.DateTimeField(_("waiting since"), null=True, blank=True)
    passed_over = models.PositiveSmallIntegerField(
        default=0, help_text="How often somebody who came later got a seat that was too few for this party."
    )
    passed_told_at = models.DateTimeField(null=True, blank=True)
    in_parts = models.BooleanField(
        default=False, help_text="The party takes what there is, and goes on waiting for the rest."
    )
    part_of = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="parts",
        help_text="The party on the waiting list from which this one got seats first.",
    )
    wants_next_run = models.BooleanField(
        _("wants to be asked first for the next run"),
        default=True,
        help_text="Asked only of those who wait until the end.",
    )
    follows = models.OneToOneField(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="followed_by",
        help_text="The waiting in an earlier run for which this seat was offered first.",
    )
    # "Are you coming?", and the reminder.
    asked_at = models.DateTimeField(_("asked whether they come"), null=True, blank=True)
    asked_again_at = models.DateTimeField(null=True, blank=True)
    coming_at = models.DateTimeField(_("said that they come"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)
    price = models.DecimalField(_("price per person in euros"), max_digits=7, decimal_places=2, default=0)
    material_cost = models.DecimalField(
        _("material per person in euros"), max_digits=7, decimal_places=2, default=0
    )
    link_version = models.PositiveSmallIntegerField(default=1, editable=False)
    submission_key = models.CharField(max_length=40, unique=True, null=True, blank=True, editable=False)

    # Added by `workshops.operations.coming.firm`: when what is booked begins.
    begins: datetime

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        indexes = [
            models.Index(fields=["state", "hold_until"]),
            models.Index(fields=["run", "session", "state", "waiting_since"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="who_waits_has_a_place_in_line",
                condition=~Q(state__in=["waiting", "offered"])
                | Q(waiting_since__isnull=False)
                | Q(follows__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_group(self) -> bool:
        return bool(self.group_name)

    @property
    def is_active(self) -> bool:
        return self.state in self.ACTIVE

    @property
    def has_price(self) -> bool:
        return self.price > 0 or self.material_cost > 0

    @property
    def token(self) -> str:
        """What makes a link open this booking; raising `link_version` revokes all given out."""
        return self._sign(self.LINK_PURPOSE)

    @property
    def confirm_token(self) -> str:
        """What makes a link confirm this booking. Only the mail has it: it proves that the address is theirs."""
        return self._sign(self.CONFIRM_PURPOSE)

    def place_in_line(self) -> int:
        """Which place somebody who waits has: 1 is next."""
        line = Booking.objects.filter(run=self.run_id, session=self.session_id, state=self.State.WAITING)
        earlier = Q(waiting_since__lt=self.waiting_since) | Q(
            waiting_since=self.waiting_since, pk__lt=self.pk
        )
        return line.filter(earlier).count() + 1

    def opens_with(self, token: str, *, purpose: str = LINK_PURPOSE) -> bool:
        return links.is_valid(token, purpose=purpose, public_id=self.public_id, version=self.link_version)

    def _sign(self, purpose: str) -> str:
        return links.sign(purpose=purpose, public_id=self.public_id, version=self.link_version)


class Participant(models.Model):
    """Somebody who comes. The name is erased in time; the row stays for the numbers."""

    holds_personal_data = True
    wagtail_reference_index_ignore = True

    booking = models.ForeignKey(
        Booking, models.CASCADE, related_name="participants", verbose_name=_("booking")
    )
    name = models.CharField(_("name"), max_length=120, blank=True)
    generation = models.ForeignKey(
        Generation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("generation")
    )
    is_carer = models.BooleanField(
        _("accompanies somebody"), default=False, help_text="Comes along to assist and takes no seat."
    )
    choices = models.ManyToManyField(
        "workshops.RunChoice",
        verbose_name=_("answers"),
        related_name="participants",
        blank=True,
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = _("participant")
        verbose_name_plural = _("participants")

    def __str__(self) -> str:
        return f"{_('participant')} {self.pk}"

    @property
    def need(self) -> str:
        """What to prepare for them; empty where they told nothing."""
        told: AccessNeed | None = getattr(self, "access_need", None)
        return told.in_words if told else ""


class AccessNeed(models.Model):
    """What to prepare for a participant. May concern health (Art. 9 GDPR): only with explicit consent."""

    holds_personal_data = True
    wagtail_reference_index_ignore = True

    participant = models.OneToOneField(Participant, models.CASCADE, related_name="access_need")
    text = models.CharField(_("what to prepare"), max_length=500, blank=True)
    wheelchair = models.BooleanField(_("comes in a wheelchair"), default=False)
    hearing_loop = models.BooleanField(_("needs a hearing loop set"), default=False)
    consented_at = models.DateTimeField(_("consent given"))

    class Meta:
        verbose_name = _("what to prepare")
        verbose_name_plural = _("what to prepare")
        constraints = [
            models.CheckConstraint(
                name="something_is_to_be_prepared",
                condition=~Q(text="") | Q(wheelchair=True) | Q(hearing_loop=True),
            )
        ]

    def __str__(self) -> str:
        return f"{_('what to prepare')} {self.pk}"

    @property
    def in_words(self) -> str:
        """All of it: what is counted, and what they wrote."""
        counted = [gettext("wheelchair place")] if self.wheelchair else []
        if self.hearing_loop:
            counted.append(gettext("hearing loop set"))
        return ", ".join([*counted, *([self.text] if self.text else [])])


class Guardian(models.Model):
    """Who answers for a participant under 18. Their age is never asked."""

    holds_personal_data = True
    wagtail_reference_index_ignore = True

    participant = models.OneToOneField(Participant, models.CASCADE, related_name="guardian")
    name = models.CharField(_("name of a guardian"), max_length=120)
    phone = models.CharField(_("telephone of the guardian"), max_length=20, help_text="E.164")
    goes_home_alone = models.BooleanField(_("may go home alone"), default=False)
    agrees_to_tandem = models.BooleanField(_("may learn with an adult they do not know"), default=False)

    class Meta:
        verbose_name = _("guardian")
        verbose_name_plural = _("guardians")

    def __str__(self) -> str:
        return f"{_('guardian')} {self.pk}"


class SeatQuerySet(models.QuerySet["Seat"]):
    def taken(self) -> "SeatQuerySet":
        """Seats that count against the capacity."""
        return self.filter(state__in=Seat.TAKEN)


class Seat(models.Model):
    """One participant in one session."""

    class State(models.TextChoices):
        HELD = "held", _("held")
        OFFERED = "offered", _("offered")
        BOOKED = "booked", _("booked")
        ABSENT = "absent", _("absent")
        RELEASED = "released", _("released")

    TAKEN = (State.HELD, State.OFFERED, State.BOOKED)
    # What a seat of a booking in this state is.
    OF_BOOKING: ClassVar[dict[str, str]] = {
        Booking.State.HELD: State.HELD,
        Booking.State.OFFERED: State.OFFERED,
        Booking.State.CONFIRMED: State.BOOKED,
    }

    participant = models.ForeignKey(Participant, models.CASCADE, related_name="seats")
    session = models.ForeignKey(Session, models.PROTECT, related_name="seats")
    state = models.CharField(_("state"), max_length=10, choices=State)

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        constraints = [
            models.UniqueConstraint(
                name="one_seat_per_participant_and_session", fields=["participant", "session"]
            )
        ]
        indexes = [models.Index(fields=["session", "state"])]

    def __str__(self) -> str:
        return f"{_('seat')} {self.pk}"
