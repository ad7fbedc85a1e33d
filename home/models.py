"""The front door, and plain pages beside the programme and the showroom."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from core.models import BasePage
from showroom.models import ExhibitPage, on_show
from workshops.programme import next_with_free_seats


class HomePage(BasePage):
    """What can be tried now, and the next dates with free seats."""

    hero_title = models.CharField(_("greeting"), max_length=120, blank=True)

    content_panels = [BasePage.content_panels[0], FieldPanel("hero_title"), *BasePage.content_panels[1:]]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["home.StandardPage", "showroom.ShowroomIndexPage", "workshops.ProgrammeIndexPage"]

    class Meta:
        verbose_name = _("home page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        now = timezone.now()
        exhibits = (
            ExhibitPage.objects.descendant_of(self)
            .live()
            .public()
            .select_related("image", "locale", "alias_of__locale")
            .prefetch_related("image__renditions")
        )
        context["exhibits"] = on_show(exhibits, on=timezone.localdate())[0][:6]
        context["sessions"] = next_with_free_seats(at=now, limit=6)
        return context


class StandardPage(BasePage):
    """A page of text: visit, imprint, privacy, accessibility."""

    parent_page_types = ["home.HomePage", "home.StandardPage"]
    subpage_types = ["home.StandardPage"]

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
