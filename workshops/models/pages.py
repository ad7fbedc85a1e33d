"""The programme and the courses in it: what is taught, to whom and how. Dates hang on runs."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.search import index

from core.models import BasePage, Generation, Topic
from showroom.models import ExhibitPage


class ProgrammeIndexPage(BasePage):
    """The programme: all coming sessions by day, with filters."""

    max_count_per_parent = 1
    parent_page_types = ["home.HomePage"]
    subpage_types = ["workshops.CoursePage"]

    class Meta:
        verbose_name = _("programme")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from workshops.programme import programme_context

        return {**super().get_context(request, *args, **kwargs), **programme_context(self, request)}


class CoursePage(BasePage):
    """One course. Its runs point to its page in the default language and belong to all translations."""

    for_whom = models.TextField(_("for whom"), blank=True)
    requirements = models.TextField(_("what you should know already"), blank=True)
    bring = models.TextField(_("what to bring"), blank=True)
    topics = ParentalManyToManyField(Topic, verbose_name=_("topics"), blank=True, related_name="courses")
    generations = ParentalManyToManyField(
        Generation, verbose_name=_("especially for"), blank=True, related_name="courses"
    )
    exhibits = ParentalManyToManyField(
        ExhibitPage, verbose_name=_("exhibits that go with it"), blank=True, related_name="courses"
    )

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [FieldPanel("for_whom"), FieldPanel("requirements"), FieldPanel("bring")], _("Good to know")
        ),
        MultiFieldPanel(
            [FieldPanel("topics"), FieldPanel("generations"), FieldPanel("exhibits")], _("Sorting")
        ),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("for_whom"),
    ]
    parent_page_types = ["workshops.ProgrammeIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from workshops.programme import course_context

        return {**super().get_context(request, *args, **kwargs), **course_context(self, request)}
