"""What an editor sets once for the whole house."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from core.nearby import nearby
from core.networks import check_networks

FEDERAL_STATES = [
    ("BW", "Baden-Württemberg"),
    ("BY", "Bayern"),
    ("BE", "Berlin"),
    ("BB", "Brandenburg"),
    ("HB", "Bremen"),
    ("HH", "Hamburg"),
    ("HE", "Hessen"),
    ("MV", "Mecklenburg-Vorpommern"),
    ("NI", "Niedersachsen"),
    ("NW", "Nordrhein-Westfalen"),
    ("RP", "Rheinland-Pfalz"),
    ("SL", "Saarland"),
    ("SN", "Sachsen"),
    ("ST", "Sachsen-Anhalt"),
    ("SH", "Schleswig-Holstein"),
    ("TH", "Thüringen"),
]


@register_setting(icon="home")
class HouseSettings(BaseGenericSetting):
    """Name, contact and rules of the house; one row for all sites and languages."""

    house_name = models.CharField(_("name of the house"), max_length=80, default="Digital-Werkstatt")
    town = models.CharField(_("town"), max_length=80, blank=True)
    operator = models.CharField(_("operator"), max_length=120, blank=True)
    street = models.CharField(_("street and number"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    phone_hours = models.CharField(_("when the telephone is answered"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    federal_state = models.CharField(
        _("federal state"),
        max_length=2,
        choices=FEDERAL_STATES,
        default="NI",
        help_text=_("Decides which public holidays courses skip."),
    )
    horizon_months = models.PositiveSmallIntegerField(
        _("months ahead"),
        default=12,
        validators=[MinValueValidator(1), MaxValueValidator(36)],
        help_text=_("So far ahead courses without an end have their dates."),
    )

    block_conflicts = models.BooleanField(
        _("refuse conflicts of rooms and facilitators"),
        default=False,
        help_text=_("Otherwise the team is warned and decides."),
    )

    reminder_days = models.PositiveSmallIntegerField(
        _("days before a date on which people are reminded"),
        default=2,
        validators=[MaxValueValidator(14)],
        help_text=_("0: nobody is reminded."),
    )
    trusted_networks = models.TextField(
        _("networks of the house"),
        blank=True,
        validators=[check_networks],
        help_text=_(
            "One a line, such as 192.0.2.0/24: the Wi-Fi in the house, the town hall. Many people may book from "
            "there in a short time and are never asked whether they are a person."
        ),
    )

    panels = [
        MultiFieldPanel(
            [
                FieldPanel("house_name_de"),
                FieldPanel("house_name_en"),
                FieldRowPanel([FieldPanel("town"), FieldPanel("operator")]),
            ],
            _("Name"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("street"),
                FieldRowPanel([FieldPanel("postcode"), FieldPanel("city")]),
                FieldRowPanel([FieldPanel("phone"), FieldPanel("email")]),
                FieldRowPanel([FieldPanel("phone_hours_de"), FieldPanel("phone_hours_en")]),
            ],
            _("Address and contact"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("federal_state"), FieldPanel("horizon_months")]),
                FieldPanel("block_conflicts"),
                FieldPanel("reminder_days"),
            ],
            _("Dates"),
        ),
        MultiFieldPanel([FieldPanel("trusted_networks")], _("Guard against robots")),
    ]

    class Meta:
        verbose_name = _("house")

    @classmethod
    def nearby(cls, *, anew: bool = False) -> "HouseSettings":
        """As `load`, perhaps some seconds old: for names and numbers that people read, not for rules."""
        return nearby("house", cls.load, anew=anew)
