"""iCalendar (RFC 5545, 7986): finished VEVENTs, and a calendar as their join. Pure.

Writing one event costs about half a millisecond, so callers keep the bytes of `vevent` under `fingerprint`
and a feed of thousands is one join. The output depends on the arguments alone, byte for byte.
"""

import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vDuration, vText

WRITER = 1
"""Raise when the same event shall be written differently; kept VEVENTs are then written anew."""

ZONES = (
    "Europe/Berlin",
    "Europe/Busingen",
    "Europe/Luxembourg",
    "Europe/Vaduz",
    "Europe/Vienna",
    "Europe/Zurich",
)
"""Zones that share one VTIMEZONE: Central European Time by the EU's rule, checked against the tz database."""

# The library's own VTIMEZONE lists transitions that other clients read an hour wrong.
_VTIMEZONE = """\
BEGIN:VTIMEZONE
TZID:{zone}
X-LIC-LOCATION:{zone}
BEGIN:DAYLIGHT
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
DTSTART:19810329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
"""


class UnknownZone(ValueError):
    """No VTIMEZONE is kept for this zone; see ZONES."""


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """What a calendar app is told about one session.

    All datetimes are aware; `ends_at` is not before `starts_at`. `geo` is latitude and longitude in degrees,
    `language` the language of the texts ("de"). A cancelled event stays in the calendar as cancelled.
    """

    uid: str
    sequence: int
    created_at: datetime
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    summary: str
    description: str = ""
    location: str = ""
    url: str = ""
    categories: tuple[str, ...] = ()
    geo: tuple[float, float] | None = None
    cancelled: bool = False
    language: str = "de"


class _Text(vText):
    r"""TEXT escaped by the letter of RFC 5545; the library takes a written "\N" ("C:\Neu") for a new line."""

    def to_ical(self) -> bytes:
        escaped = str(self).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
        return escaped.encode()


def clean_text(text: str) -> str:
    """`text` without what could break a line or a client.

    Every kind of line break becomes a line feed; other control characters and lone surrogates go.
    """
    lines = "\n".join(text.splitlines())
    return "".join(
        char for char in lines if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs")
    ).strip()


def fingerprint(event: CalendarEvent) -> str:
    """A key that changes whenever `vevent` would write other bytes for this event in the same zone."""
    values = [getattr(event, field.name) for field in fields(event)]
    canonical = [value.astimezone(UTC) if isinstance(value, datetime) else value for value in values]
    return hashlib.sha256(repr((WRITER, canonical)).encode("utf-8", "surrogatepass")).hexdigest()[:40]


def vevent(event: CalendarEvent, *, zone_name: str = "Europe/Berlin") -> bytes:
    """One finished VEVENT with CRLF line ends, to be put into `calendar` for the same zone.

    Times are written on the wall clock of `zone_name`. The hour that exists twice cannot be told apart
    there, so an event that touches its second turn is written in UTC. DTSTAMP is the last change: nothing
    here depends on now. Raises UnknownZone, and ValueError for naive or reversed datetimes.
    """
    zone = _zone(zone_name)
    moments = (event.created_at, event.changed_at, event.starts_at, event.ends_at)
    if any(moment.tzinfo is None for moment in moments):
        raise ValueError("A calendar event needs aware datetimes.")
    if event.ends_at < event.starts_at:
        raise ValueError("A calendar event ends before it begins.")
    starts_at, ends_at = event.starts_at.astimezone(zone), event.ends_at.astimezone(zone)
    if starts_at.fold or ends_at.fold:
        starts_at, ends_at = event.starts_at.astimezone(UTC), event.ends_at.astimezone(UTC)

    written = Event()
    written.add("UID", _Text(_one_line(event.uid)))
    written.add("SEQUENCE", event.sequence)
    written.add("DTSTAMP", event.changed_at.astimezone(UTC))
    written.add("CREATED", event.created_at.astimezone(UTC))
    written.add("LAST-MODIFIED", event.changed_at.astimezone(UTC))
    written.add("DTSTART", starts_at)
    if ends_at != starts_at:
        written.add("DTEND", ends_at)
    written.add("STATUS", "CANCELLED" if event.cancelled else "CONFIRMED")
    language = {"LANGUAGE": _token(event.language)}
    for name, text in (
        ("SUMMARY", event.summary),
        ("DESCRIPTION", event.description),
        ("LOCATION", event.location),
    ):
        if cleaned := clean_text(text):
            written.add(name, _Text(cleaned), parameters=language)
    if categories := [_Text(_one_line(category)) for category in event.categories if _one_line(category)]:
        written.add("CATEGORIES", categories)
    if event.geo is not None:
        written.add("GEO", (float(event.geo[0]), float(event.geo[1])))
    if url := _address(event.url):
        written.add("URL", url)
    return bytes(written.to_ical())


def calendar(
    events: Iterable[bytes],
    *,
    name: str,
    description: str = "",
    source_url: str = "",
    language: str = "de",
    method: Literal["PUBLISH", "REQUEST", "CANCEL"] = "PUBLISH",
    refresh: timedelta = timedelta(hours=1),
    zone_name: str = "Europe/Berlin",
) -> bytes:
    """A whole calendar around finished VEVENTs, in their order.

    `refresh` is how often apps are asked to look again, `source_url` where they do; without one (a file for
    one event) neither is written. `zone_name` is the one the events were written for. Raises UnknownZone.
    """
    _zone(zone_name)
    written = Calendar()
    written.add("PRODID", f"-//Digital-Werkstatt//Timetable//{_token(language).upper()}")
    written.add("VERSION", "2.0")
    written.add("CALSCALE", "GREGORIAN")
    written.add("METHOD", method)
    written.add("NAME", _Text(_one_line(name)))
    written.add("X-WR-CALNAME", _Text(_one_line(name)))
    # No X-WR-TIMEZONE: readers that honour it move our UTC times into it and lose the repeated hour.
    if about := clean_text(description):
        written.add("DESCRIPTION", _Text(about))
        written.add("X-WR-CALDESC", _Text(about))
    if address := _address(source_url):
        written.add("SOURCE", address, parameters={"VALUE": "URI"})
        written.add("REFRESH-INTERVAL", vDuration(refresh), parameters={"VALUE": "DURATION"})
        written.add("X-PUBLISHED-TTL", vDuration(refresh))
    head, end, tail = written.to_ical().rpartition(b"END:VCALENDAR")
    zone = _VTIMEZONE.format(zone=zone_name).replace("\n", "\r\n").encode()
    return b"".join((head, zone, *events, end, tail))


def _zone(name: str) -> ZoneInfo:
    if name not in ZONES:
        raise UnknownZone(f"No VTIMEZONE is kept for {name!r}.")
    return ZoneInfo(name)


def _one_line(text: str) -> str:
    return " ".join(clean_text(text).split())


def _address(text: str) -> str:
    return "".join(clean_text(text).split())


def _token(text: str) -> str:
    return "".join(char for char in text if char.isascii() and (char.isalnum() or char == "-"))[:20]
