"""What decides over the seats of a run beside their number: pools kept for some, and questions to people."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import Generation
from places.models import Equipment
from workshops.models.runs import CourseRun
from workshops.models.sessions import Session

MOST_QUESTIONS = 2


class SeatPool(models.Model):
    """Seats of a run kept for a generation, or for those who book by telephone or at the counter.

    `release_days` local days before a date (the first of a series) they become everybody's; once released
    for a session they stay so. What that means for others is said by `workshops.seats`.
    """

    run = models.ForeignKey(CourseRun, models.CASCADE, related_name="pools", verbose_name=_("run"))
    generation = models.ForeignKey(
        Generation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("kept for"),
    )
    for_desk = models.BooleanField(_("kept for telephone and counter"), default=False)
    seats = models.PositiveSmallIntegerField(_("seats"), validators=[MinValueValidator(1)])
    release_days = models.PositiveSmallIntegerField(
        _("everybody's so many days before"),
        default=7,
        validators=[MaxValueValidator(365)],
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = _("seats kept")
        verbose_name_plural = _("seats kept")
        constraints = [
            models.CheckConstraint(
                name="pool_for_a_generation_or_the_desk",
                condition=Q(generation__isnull=False, for_desk=False) | Q(generation=None, for_desk=True),
                violation_error_message=_("Seats are kept for a generation, or for telephone and counter."),
            ),
            models.UniqueConstraint(name="one_pool_per_run_and_generation", fields=["run", "generation"]),
            models.UniqueConstraint(
                name="one_pool_per_run_for_the_desk", fields=["run"], condition=Q(for_desk=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seats} × {self.generation or _('telephone and counter')}"


class PoolRelease(models.Model):
    """That a pool's seats are everybody's on one session, for good: also where the session moves."""

    pool = models.ForeignKey(SeatPool, models.CASCADE, related_name="releases")
    session = models.ForeignKey(Session, models.CASCADE, related_name="pool_releases")
    released_at = models.DateTimeField()

    class Meta:
        verbose_name = _("release of kept seats")
        verbose_name_plural = _("releases of kept seats")
        constraints = [
            models.UniqueConstraint(name="one_release_per_pool_and_session", fields=["pool", "session"])
        ]

    def __str__(self) -> str:
        return f"{self.pool_id}, {self.session_id}"


class RunQuestion(models.Model):
    """A question of choice to everybody who books, such as what telephone they bring."""

    run = models.ForeignKey(CourseRun, models.CASCADE, related_name="questions", verbose_name=_("run"))
    text = models.CharField(_("question"), max_length=120)
    sort_order = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["sort_order", "pk"]
        verbose_name = _("question")
        verbose_name_plural = _("questions")

    def __str__(self) -> str:
        return self.text


class RunChoice(models.Model):
    """One answer. Whoever chooses one with equipment borrows a piece of it on every date they come."""

    question = models.ForeignKey(
        RunQuestion, models.CASCADE, related_name="choices", verbose_name=_("question")
    )
    text = models.CharField(_("answer"), max_length=80)
    equipment = models.ForeignKey(
        Equipment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lends a piece of"),
    )
    sort_order = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["sort_order", "pk"]
        verbose_name = _("answer")
        verbose_name_plural = _("answers")

    def __str__(self) -> str:
        return self.text
