"""Which short texts exist once per language; pages are translated by Wagtail."""

from modeltranslation.translator import TranslationOptions, register

from core.models import Generation, HouseSettings, Topic


@register(Topic)
class TopicTranslation(TranslationOptions):
    fields = ("name",)


@register(Generation)
class GenerationTranslation(TranslationOptions):
    fields = ("name", "description")


@register(HouseSettings)
class HouseSettingsTranslation(TranslationOptions):
    fields = ("house_name", "phone_hours")
