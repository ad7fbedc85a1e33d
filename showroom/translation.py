from modeltranslation.translator import TranslationOptions, register

from showroom.models import Station


@register(Station)
class StationTranslation(TranslationOptions):
    fields = ("name",)
