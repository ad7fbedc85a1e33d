"""What the frame around every public page shows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils import translation
from django.utils.functional import cached_property
from wagtail.models import Page, Site

from core.models import HouseSettings


def frame(request: HttpRequest) -> dict[str, Any]:
    """House, menus and languages; nothing for the admin, which has its own frame."""
    if request.path.startswith("/admin/"):
        return {}
    return {
        "house": HouseSettings.load(request_or_site=request),
        "content_lang": "",
        **_Menus(request).as_context(),
    }


class _Menus:
    """Resolved only where a template asks, so that a calendar or a redirect costs no query."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def as_context(self) -> dict[str, Any]:
        return {
            "main_menu": self.main,
            "footer_menu": self.footer,
            "language_links": self.languages,
            "programme_url": lambda: self._section("programmeindexpage"),
            "showroom_url": lambda: self._section("showroomindexpage"),
        }

    @cached_property
    def _children(self) -> list[Page]:
        site = Site.find_for_request(self.request)
        if site is None:
            return []
        pages = site.root_page.localized.get_children().live().public()
        return list(pages.select_related("alias_of__locale", "locale"))

    def _section(self, model: str) -> str:
        """The address of the section of that kind, or that of the home page where there is none yet."""
        for page in self._children:
            if page.cached_content_type.model == model:
                return page.get_url(self.request) or "/"
        return "/"

    def _entries(self, in_main: bool) -> list[dict[str, Any]]:
        entries = []
        for page in self._children:
            if page.show_in_menus is in_main:
                url = page.get_url(self.request) or ""
                source = page.alias_of
                entries.append(
                    {
                        "title": page.title,
                        "url": url,
                        "is_current": self.request.path.startswith(url),
                        "lang": source.locale.language_code if source else "",
                    }
                )
        return entries

    def main(self) -> list[dict[str, Any]]:
        return self._entries(True)

    def footer(self) -> list[dict[str, Any]]:
        return self._entries(False)

    def languages(self) -> list[dict[str, Any]]:
        page = getattr(self.request, "served_page", None)
        links = []
        for code, name in settings.LANGUAGES:
            is_current = code == translation.get_language()
            links.append({"code": code, "name": name, "url": self._in(code, page), "is_current": is_current})
        return links

    def _in(self, code: str, page: Page | None) -> str:
        if page is not None:
            for other in self._translations:
                if other.locale.language_code == code:
                    return other.get_url(self.request) or "/"
        query = self.request.META.get("QUERY_STRING", "")
        url = translate_url(self.request.path, code)
        return f"{url}?{query}" if query and page is None else url

    @cached_property
    def _translations(self) -> list[Page]:
        page = getattr(self.request, "served_page", None)
        return (
            list(page.get_translations(inclusive=True).live().public().select_related("locale"))
            if page
            else []
        )
