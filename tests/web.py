"""Reading answers of the site as tests do."""

from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from django.http import HttpResponse
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from accounts.models import User


def page(response: Any) -> BeautifulSoup:
    """The document of an answer."""
    assert response["Content-Type"].startswith("text/html"), response["Content-Type"]
    return BeautifulSoup(response.content, "html.parser")


def words(response: Any) -> str:
    """What can be read in the main part of a page, on one line."""
    document = page(response)
    return " ".join((document.main or document).get_text(" ").split())


def in_german(text: str, **values: object) -> str:
    """A source string as visitors of the German site read it."""
    with translation.override("de"):
        return gettext(text) % values if values else gettext(text)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def resources(document: BeautifulSoup) -> list[str]:
    """Everything a browser fetches by itself when it shows the page."""
    found: list[str] = []
    for element in document.find_all(True):
        if element.name == "a" or (element.name == "link" and not _is_fetched(element)):
            continue
        names = ["src", "poster", "data", "background", "action", "formaction"]
        if element.name == "link":
            names.append("href")
        found += [str(element[name]) for name in names if element.has_attr(name)]
        found += [part.split()[0] for part in str(element.get("srcset", "")).split(",") if part.strip()]
        found += [str(use) for use in (element.get("xlink:href"),) if use]
        if element.name == "use" and element.has_attr("href"):
            found.append(str(element["href"]))
    return found


def _is_fetched(link: Tag) -> bool:
    kinds = set(link.get("rel") or [])
    return not kinds & {"alternate", "canonical", "prev", "next"}


def is_own(address: str) -> bool:
    """Whether an address leads to the site itself."""
    parts = urlsplit(address)
    return parts.scheme == "data" or not parts.netloc or parts.netloc in ("testserver", "localhost")


def hidden_fields(response: HttpResponse) -> dict[str, list[str]]:
    """What the forms of a page send without being asked."""
    found: dict[str, list[str]] = {}
    for field in page(response).select('main input[type="hidden"]'):
        found.setdefault(str(field["name"]), []).append(str(field.get("value", "")))
    return found
