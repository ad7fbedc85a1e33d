from django.urls import path, register_converter
from django.urls.converters import IntConverter

from workshops.views import (
    booking,
    coming,
    consent,
    feeds,
    helping,
    mine,
    occupancy,
    own,
    pages,
    people,
    waiting,
)

app_name = "workshops"


class TargetConverter:
    """What is booked: a single date, or a whole run."""

    regex = "termin|durchgang"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class KeyConverter(IntConverter):
    """A row's key: no number that a database cannot hold."""

    regex = "[0-9]{1,18}"


register_converter(TargetConverter, "target")
register_converter(KeyConverter, "key")

urlpatterns = [
    path("termine/<uuid:public_id>/", pages.session, name="session"),
    path("termine/<uuid:public_id>.ics", feeds.session, name="session_ics"),
    path("buchen/termin/<uuid:public_id>/", booking.start, {"target": "termin"}, name="book_session"),
    path("buchen/durchgang/<uuid:public_id>/", booking.start, {"target": "durchgang"}, name="book_run"),
    path("buchen/<target:target>/<uuid:public_id>/<slug:step>/", booking.step, name="book_step"),
    path("buchung/<uuid:public_id>/<str:token>/", own.booking, name="booking"),
    path("buchung/<uuid:public_id>/<str:token>/absagen/", own.cancel, name="booking_cancel"),
    path("buchung/<uuid:public_id>/<str:token>/bestaetigen/", own.confirm, name="booking_confirm"),
    path("buchung/<uuid:public_id>/<str:token>/kommen/", coming.yes, name="booking_coming"),
    path("buchung/<uuid:public_id>/<str:token>/nicht-kommen/", coming.no, name="booking_not_coming"),
    path("buchung/<uuid:public_id>/<str:token>/einverstaendnis/", consent.consent, name="booking_consent"),
    path("buchung/<uuid:public_id>/<str:token>/termine.ics", own.calendar, name="booking_ics"),
    path("meine-buchungen/", mine.ask, name="mine"),
    path("meine-buchungen/<uuid:public_id>/<str:token>/", mine.listed, name="mine_list"),
    path("meine-buchungen/<uuid:public_id>/<str:token>/auskunft/", mine.kept, name="mine_kept"),
    path("meine-buchungen/<uuid:public_id>/<str:token>/auskunft.json", mine.export, name="mine_export"),
    path("meine-buchungen/<uuid:public_id>/<str:token>/loeschen/", mine.erase, name="mine_erase"),
    path("buchung/<uuid:public_id>/<str:token>/annehmen/", waiting.accept, name="booking_accept"),
    path("buchung/<uuid:public_id>/<str:token>/ablehnen/", waiting.decline, name="booking_decline"),
    path("buchung/<uuid:public_id>/<str:token>/platz-nehmen/", waiting.take_seat, name="booking_take_seat"),
    path("buchung/<uuid:public_id>/<str:token>/in-teilen/", waiting.parts, name="booking_parts"),
    path(
        "buchung/<uuid:public_id>/<str:token>/naechster-durchgang/", waiting.next_run, name="booking_next_run"
    ),
    path("buchung/<uuid:public_id>/<str:token>/personen/", people.people, name="booking_people"),
    path("buchung/<uuid:public_id>/<str:token>/personen/neu/", people.companion, name="booking_companion"),
    path("buchung/<uuid:public_id>/<str:token>/personen/<key:pk>/", people.person, name="booking_person"),
    path(
        "buchung/<uuid:public_id>/<str:token>/personen/<key:pk>/entfernen/",
        people.remove,
        name="booking_remove",
    ),
    path("buchung/<uuid:public_id>/<str:token>/abwesend/", people.absence, name="booking_absence"),
    path("lernorte/<slug:slug>/belegung/", occupancy.week, name="occupancy"),
    path("helfen/<uuid:public_id>/<str:token>/", helping.page, name="helper"),
    path("helfen/<uuid:public_id>/<str:token>/termine.ics", helping.calendar, name="helper_ics"),
    path("kalender/", pages.subscribe, name="subscribe"),
    path("kalender/programm.ics", feeds.programme, name="feed_programme"),
    path("kalender/angebot/<key:pk>.ics", feeds.course, name="feed_course"),
    path("kalender/lernort/<key:pk>.ics", feeds.venue, name="feed_venue"),
    path("kalender/generation/<key:pk>.ics", feeds.generation, name="feed_generation"),
]
