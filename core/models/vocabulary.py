"""The words by which the programme is sorted."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SortedName(models.Model):
    """A translated name with an address part that stays when the name changes, in an order editors choose."""

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("short name in addresses"), max_length=80, unique=True)
    sort_order = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        ordering = ["sort_order", "pk"]

    def __str__(self) -> str:
        return self.name


class Topic(SortedName):
    """What something is about ("Fotos", "Gesundheit")."""

    class Meta(SortedName.Meta):
        verbose_name = _("topic")
        verbose_name_plural = _("topics")


class Generation(SortedName):
    """A cohort an editor defines ("Junge Menschen", "Ab 60"). Never derived from a birth date."""

    class Side(models.TextChoices):
        YOUNG = "young", _("the younger side")
        OLD = "old", _("the older side")

    side = models.CharField(
        _("side in a tandem"),
        max_length=5,
        choices=Side,
        blank=True,
        help_text=_("A tandem is made of one of each side. Empty: takes no part in tandems."),
    )
    description = models.CharField(_("description"), max_length=200, blank=True)

    class Meta(SortedName.Meta):
        verbose_name = _("generation")
        verbose_name_plural = _("generations")
