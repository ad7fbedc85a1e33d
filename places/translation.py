from modeltranslation.translator import TranslationOptions, register

from places.models import Room, Venue


@register(Venue)
class VenueTranslation(TranslationOptions):
    fields = ("name", "intro", "directions", "access_notes")


@register(Room)
class RoomTranslation(TranslationOptions):
    fields = ("name", "how_to_find")
