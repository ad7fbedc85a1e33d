"""Keeps a page in every language's tree, so that no list is ever empty in another language.

A page that nobody has translated yet stands in the other trees as one of Wagtail's aliases: it
follows its source and is marked as being in the source's language. An editor who wants to
translate it turns the alias into an ordinary page.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.dispatch import receiver
from django.utils import translation
from wagtail.models import Locale, Page
from wagtail.signals import page_published


@receiver(page_published)
def ensure_in_every_language(sender: type[Page], instance: Page, **_: Any) -> None:
    """Adds what is missing when a page of the default language is published, however it was made."""
    if instance.alias_of_id or instance.is_root() or instance.locale.language_code != settings.LANGUAGE_CODE:
        return
    for locale in Locale.objects.exclude(pk=instance.locale_id):
        if not instance.has_translation(locale):
            instance.copy_for_translation(locale, copy_parents=True, alias=True)


def active_locale() -> Locale:
    """The locale of the active language, or the default one where the site has none for it."""
    code = translation.get_language() or settings.LANGUAGE_CODE
    locales = {locale.language_code: locale for locale in Locale.objects.all()}
    return locales.get(code) or locales[settings.LANGUAGE_CODE]


def in_active_language[P: Page](pages: Iterable[P], model: type[P]) -> dict[UUID, P]:
    """The pages by translation key, each in the active language where it is live there, else as given.

    One query, and none where all are in the active language already.
    """
    by_key = {page.translation_key: page for page in pages}
    locale = active_locale()
    wanted = [key for key, page in by_key.items() if page.locale_id != locale.pk]
    if wanted:
        found = model.objects.filter(translation_key__in=wanted, locale=locale, live=True)
        for page in found.select_related("image", "locale", "alias_of__locale"):
            by_key[page.translation_key] = page
    return by_key
