"""People who help on a date without an account: pupils, volunteers."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import links
from core.models import Generation
from workshops.models.runs import CourseRun
from workshops.models.sessions import Session


class Helper(models.Model):
    """Somebody who helps on single dates and is asked by mail or telephone. Their link opens their dates."""

    LINK_PURPOSE = "helper"

    holds_personal_data = True
    wagtail_reference_index_ignore = True

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=20, blank=True)
    generation = models.ForeignKey(
        Generation, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("generation")
    )
    language = models.CharField(_("language"), max_length=10, default="de")
    link_version = models.PositiveSmallIntegerField(default=1, editable=False)
    is_archived = models.BooleanField(_("archived"), default=False)
    created_at = models.DateTimeField(_("entered on"), auto_now_add=True)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("helper")
        verbose_name_plural = _("helpers")
        constraints = [
            models.CheckConstraint(
                name="helper_can_be_reached",
                condition=~Q(email="") | ~Q(phone=""),
                violation_error_message=_("Give an e-mail address or a telephone number."),
            )
        ]

    def __str__(self) -> str:
        return f"{_('helper')} {self.pk}"

    @property
    def token(self) -> str:
        """What makes a link open this helper's page; raising `link_version` revokes all given out."""
        return links.sign(purpose=self.LINK_PURPOSE, public_id=self.public_id, version=self.link_version)

    def opens_with(self, token: str) -> bool:
        return links.is_valid(
            token, purpose=self.LINK_PURPOSE, public_id=self.public_id, version=self.link_version
        )


class HelperShift(models.Model):
    """One helper on one date."""

    class State(models.TextChoices):
        SIGNED_UP = "signed_up", _("comes")
        LOOKING = "looking", _("comes, and looks for somebody to take over")
        SICK = "sick", _("cannot come")
        WITHDRAWN = "withdrawn", _("given to somebody else")

    COMING = (State.SIGNED_UP, State.LOOKING)

    helper = models.ForeignKey(Helper, models.CASCADE, related_name="shifts", verbose_name=_("helper"))
    session = models.ForeignKey(Session, models.PROTECT, related_name="shifts", verbose_name=_("date"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.SIGNED_UP)
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        ordering = ["session__starts_at", "pk"]
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        constraints = [
            models.UniqueConstraint(name="one_shift_per_helper_and_session", fields=["helper", "session"])
        ]

    def __str__(self) -> str:
        return f"{_('shift')} {self.pk}"


class HelperRequest(models.Model):
    """When somebody was last asked by mail to help on the dates of a run."""

    helper = models.ForeignKey(Helper, models.CASCADE, related_name="requests", verbose_name=_("helper"))
    run = models.ForeignKey(CourseRun, models.CASCADE, related_name="helper_requests", verbose_name=_("run"))
    asked_at = models.DateTimeField(_("asked on"))

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("request for help")
        verbose_name_plural = _("requests for help")
        constraints = [
            models.UniqueConstraint(name="one_request_per_helper_and_run", fields=["helper", "run"])
        ]

    def __str__(self) -> str:
        return f"{_('request for help')} {self.pk}"
