"""The page tree in German, the pages that are translated into English, and what stands where."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from wagtail.actions.convert_alias import ConvertAliasPageAction
from wagtail.models import Locale, Page, Site

from core.models import BasePage
from demo import days
from demo.bodies import body
from demo.reading import read, read_all
from demo.town import Town
from home.models import HomePage, StandardPage
from showroom.models import ExhibitPage, Showing, ShowroomIndexPage
from workshops.models import CoursePage, ProgrammeIndexPage

PLAIN = ("title", "slug", "teaser", "hero_title", "what_to_try", "minutes", "access_notes", "lender")
ABOUT_A_COURSE = ("for_whom", "requirements", "bring")
TRANSLATION = "en"


@dataclass(slots=True)
class Tree:
    """The German pages by their slug, with the content each is made from, in the order they were made."""

    town: Town
    by: AbstractBaseUser
    pages: dict[str, BasePage] = field(default_factory=dict)
    content: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def find(self, slug: str) -> BasePage:
        return self.pages[slug]


def build_pages(town: Town, *, today: date) -> Tree:
    """Writes and publishes all pages.

    All are added before the first is filled, so that they can refer to each other, and each is
    published once. On publishing, `core.aliases` puts every page into the English tree.
    """
    Locale.objects.get_or_create(language_code=TRANSLATION)
    tree = Tree(town=town, by=town.users["Redaktion"])
    content, exhibits, courses = read("pages"), read_all("exhibits"), read_all("courses")
    home = _root(tree, content["home"])
    showroom = _add(tree, home, ShowroomIndexPage, content["showroom"], show_in_menus=True)
    programme = _add(tree, home, ProgrammeIndexPage, content["programme"], show_in_menus=True)
    for page in content["pages"]:
        _add(tree, home, StandardPage, page, show_in_menus=page.get("in_menu", False))
    for slug in content["showroom"]["exhibits"]:
        _add(tree, showroom, ExhibitPage, {"slug": slug, **exhibits[slug]})
    for slug, course in courses.items():
        _add(tree, programme, CoursePage, {"slug": slug, **course})
    for slug, page in tree.pages.items():
        _fill(tree, page, tree.content[slug])
        page.save_revision(user=tree.by).publish(user=tree.by)
        _translate(tree, page, tree.content[slug].get(TRANSLATION))
    for slug, exhibit in exhibits.items():
        _show(tree, slug, exhibit["showings"], today)
    return tree


def _root(tree: Tree, content: Mapping[str, Any]) -> HomePage:
    """The home page, in the place of Wagtail's own welcome page and its site."""
    root = Page.objects.get(depth=1)
    for welcome in root.get_children():
        welcome.delete()
    root.refresh_from_db()
    home = _add(tree, root, HomePage, {"slug": "start", **content})
    address = urlsplit(settings.BASE_URL)
    Site.objects.create(
        hostname=address.hostname or "localhost",
        port=address.port or (443 if address.scheme == "https" else 80),
        site_name=content["title"],
        root_page=home,
        is_default_site=True,
    )
    return home


def _add[P: BasePage](
    tree: Tree, parent: Page, model: type[P], content: Mapping[str, Any], **fields: Any
) -> P:
    page = model(title=content["title"], slug=content["slug"], live=False, owner=tree.by, **fields)
    parent.add_child(instance=page)
    tree.pages[page.slug], tree.content[page.slug] = page, content
    return page


def _fill(tree: Tree, page: BasePage, content: Mapping[str, Any]) -> None:
    names = (*PLAIN, *ABOUT_A_COURSE) if isinstance(page, CoursePage) else PLAIN
    for name in names:
        if name in content:
            value = content[name]
            setattr(page, name, value.strip() if isinstance(value, str) else value)
    page.seo_title = ""
    page.search_description = page.teaser
    if "picture" in content:
        page.image = tree.town.pictures[content["picture"]]
    if "body" in content:
        page.body = body(content["body"], pictures=tree.town.pictures, find_page=tree.find)
    if isinstance(page, ExhibitPage | CoursePage) and "topics" in content:
        page.topics = [tree.town.topics[slug] for slug in content["topics"]]
        page.generations = [tree.town.generations[slug] for slug in content["generations"]]
    if isinstance(page, CoursePage) and "exhibits" in content:
        page.exhibits = [tree.pages[slug] for slug in content["exhibits"]]
    page.full_clean()


def _translate(tree: Tree, page: BasePage, content: Mapping[str, Any] | None) -> None:
    """Makes an ordinary page of the alias, as an editor does who translates it."""
    if content is None:
        return
    alias = page.get_translation(Locale.objects.get(language_code=TRANSLATION))
    ConvertAliasPageAction(alias, user=tree.by).execute(skip_permission_checks=True)
    translated = type(page).objects.get(pk=alias.pk)
    translated.body = "[]"
    _fill(tree, translated, content)
    translated.save_revision(user=tree.by).publish(user=tree.by)


def _show(tree: Tree, slug: str, showings: list[dict[str, Any]], today: date) -> None:
    for written in showings:
        showing = Showing(
            exhibit=tree.pages[slug],
            station=tree.town.stations[written["station"]],
            first_date=days.day(written["first"], today=today),
            last_date=days.day(written["last"], today=today) if "last" in written else None,
        )
        showing.full_clean()
        showing.save()
