"""What every page of the site has."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from core.blocks import BODY_BLOCKS


class BasePage(Page):
    """A page with a teaser, a picture and a body of blocks."""

    teaser = models.TextField(
        _("teaser"),
        max_length=300,
        blank=True,
        help_text=_("One or two sentences for lists and search engines."),
    )
    image = models.ForeignKey(
        "wagtailimages.Image",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture"),
    )
    body = StreamField(BODY_BLOCKS, verbose_name=_("content"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("teaser"), FieldPanel("image"), FieldPanel("body")]
    search_fields = [
        *Page.search_fields,
        index.SearchField("teaser"),
        index.AutocompleteField("teaser"),
        index.SearchField("body"),
    ]

    class Meta:
        abstract = True

    @property
    def content_lang(self) -> str:
        """The language the content is in where that is not the page's own: an alias shows its source's."""
        if self.alias_of_id and self.alias_of.locale_id != self.locale_id:
            code: str = self.alias_of.locale.language_code
            return code
        return ""

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["content_lang"] = self.content_lang
        # The frame around the page asks for its translations.
        request.served_page = self  # type: ignore[attr-defined]
        return context
