"""What the frame around every public page shows."""

from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils import translation
from django.utils.functional import cached_property
from wagtail.models import Page, Site

from core.models import HouseSettings
from core.nearby import is_staff, nearby


def frame(request: HttpRequest) -> dict[str, Any]:
    """House, menus and languages; nothing for the admin, which has its own frame."""
    if request.path.startswith("/admin/"):
        return {"frame_seconds": 0, "frame_key": ""}
    menus = _Menus(request)
    return {
        "house": HouseSettings.nearby(anew=menus.is_staff),
        "content_lang": "",
        **menus.as_context(),
    }


class Entry(NamedTuple):
    """A page below the home page. `kind` is its model, `lang` the language of its title where that is another."""

    title: str
    url: str
    kind: str
    in_main: bool
    lang: str


class _Menus:
    """Resolved only where a template asks, so that a calendar or a redirect costs no query."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.is_staff = is_staff(request)

    def as_context(self) -> dict[str, Any]:
        return {
            # For how long the parts of the frame are kept that are the same on all pages of a section.
            "frame_seconds": 0 if self.is_staff else settings.CACHES["nearby"]["TIMEOUT"],
            "frame_key": self.key,
            "main_menu": self.main,
            "footer_menu": self.footer,
            "language_links": self.languages,
            "programme_url": lambda: self._section("programmeindexpage"),
            "showroom_url": lambda: self._section("showroomindexpage"),
        }

    @cached_property
    def _children(self) -> list[Entry]:
        host = "" if self._is_only_site else self.request.get_host()
        key = f"menu:{translation.get_language()}:{host}"
        return nearby(key, self._read_children, anew=self.is_staff)

    def key(self) -> str:
        """Tells frames apart: by language, site and section, and those that only staff see."""
        current = [entry.url for entry in self._children if self._is_current(entry)]
        first = self._children[0].url if self._children else ""
        return f"{translation.get_language()}:{first}:{current}:{self.is_staff}"

    def _is_current(self, entry: Entry) -> bool:
        return self.request.path.startswith(entry.url)

    def _read_children(self) -> list[Entry]:
        """The pages below the home page in the active language, or in the default one where it has none."""
        roots = self._roots
        for code in dict.fromkeys((translation.get_language(), settings.LANGUAGE_CODE)):
            if code in roots:
                # Few columns: a frame needs no more.
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
                if found := [self._entry(page) for page in pages.order_by("path")]:
                    return found
        return []

    def _entry(self, page: Page) -> Entry:
        # Wagtail looks for the site the request is for; where there is one only, that is a query for nothing.
        url = page.get_url(None if self._is_only_site else self.request) or ""
        lang = page.alias_of.locale.language_code if page.alias_of else ""
        return Entry(page.title, url, page.cached_content_type.model, page.show_in_menus, lang)

    @property
    def _roots(self) -> dict[str, str]:
        """The tree path of this site's home page in each language."""
        paths = self._paths
        if not self._is_only_site:
            site = Site.find_for_request(self.request)
            paths = [root for root in paths if site and root.site_id == site.pk]
        return {root.language_code: root.root_path for root in paths}

    @cached_property
    def _paths(self) -> list[Any]:
        """The tree paths of all home pages, which Wagtail keeps in the cache."""
        return Site.get_site_root_paths()  # type: ignore[no-any-return]

    @cached_property
    def _is_only_site(self) -> bool:
        return len({root.site_id for root in self._paths}) == 1

    def _section(self, kind: str) -> str:
        """The address of the section of that kind, or that of the home page where there is none yet."""
        return next((entry.url for entry in self._children if entry.kind == kind), "") or "/"

    def _entries(self, in_main: bool) -> list[dict[str, Any]]:
        return [
            {**entry._asdict(), "is_current": self._is_current(entry)}
            for entry in self._children
            if entry.in_main is in_main
        ]

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
        if code == translation.get_language():
            return self.request.get_full_path() if page is None else self.request.path
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
