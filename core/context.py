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
        """The pages below the home page in the active language, or in the default one where it has none."""
        roots = self._roots
        for code in dict.fromkeys((translation.get_language(), settings.LANGUAGE_CODE)):
            if code in roots:
                # Few columns: this is asked on every page.
                pages = (
                    Page.objects.live()
                    .public()
                    .filter(url_path__startswith=roots[code], depth=roots[code].count("/") + 1)
                )
                pages = pages.select_related("locale", "alias_of__locale").only(
                    "title",
                    "slug",
                    "url_path",
                    "show_in_menus",
                    "content_type",
                    "locale__language_code",
                    "path",
                    "depth",
                    "alias_of__locale__language_code",
                )
                if found := list(pages.order_by("path")):
                    return found
        return []

    @property
    def _roots(self) -> dict[str, str]:
        """The tree path of this site's home page in each language."""
        paths = self._paths
        if not self._is_only_site:
            site = Site.find_for_request(self.request)
            paths = [root for root in paths if site and root.site_id == site.pk]
        return {root.language_code: root.root_path for root in paths}

    def _url(self, page: Page) -> str:
        # Wagtail looks for the site the request is for; where there is one only, that is a query for nothing.
        return page.get_url(None if self._is_only_site else self.request) or ""

    @cached_property
    def _paths(self) -> list[Any]:
        """The tree paths of all home pages, which Wagtail keeps in the cache."""
        return Site.get_site_root_paths()  # type: ignore[no-any-return]

    @cached_property
    def _is_only_site(self) -> bool:
        return len({root.site_id for root in self._paths}) == 1

    def _section(self, model: str) -> str:
        """The address of the section of that kind, or that of the home page where there is none yet."""
        for page in self._children:
            if page.cached_content_type.model == model:
                return self._url(page) or "/"
        return "/"

    def _entries(self, in_main: bool) -> list[dict[str, Any]]:
        entries = []
        for page in self._children:
            if page.show_in_menus is in_main:
                url = self._url(page)
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
