"""Sessions in, iCalendar bytes out, with timetable's writer (RFC 5545, RFC 7986).

One VEVENT per session, with its own stable UID; a cancelled session stays, as cancelled. Finished
VEVENTs are kept in the cache under a fingerprint of everything in them, so a feed is a join.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _

from core.models import HouseSettings
from timetable.ics import CalendarEvent, calendar, fingerprint, vevent
from workshops.models import CoursePage, Session

PAST = timedelta(days=30)
"""So far back a feed reaches."""

REFRESH = timedelta(hours=4)
"""How often a subscriber is asked to look again."""

KEPT = 7 * 24 * 60 * 60


def event(session: Session, *, course: CoursePage, language: str) -> CalendarEvent:
    """One session as a calendar entry in the active language. `course` is its page in that language."""
    run = session.run
    title = f"{course.title} – {run.title_suffix}" if run.title_suffix else course.title
    if session.is_cancelled:
        title = _("Cancelled: %(title)s") % {"title": title}
    lines = []
    if session.is_cancelled and session.reason:
        lines.append(session.reason)
    if session.note:
        lines.append(session.note)
    lines.append(course.teaser)
    venue = session.room.venue if session.room else None
    if session.room and venue:
        location = f"{venue.name}, {session.room.name}, {venue.address}"
        if session.room.how_to_find:
            lines.append(session.room.how_to_find)
        if venue.access_notes:
            lines.append(venue.access_notes)
    else:
        location = _("Online")
    lines.append(_("Course number %(number)s") % {"number": run.number})
    return CalendarEvent(
        uid=session.uid,
        sequence=session.sequence,
        created_at=session.created_at,
        changed_at=session.changed_at,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        summary=title,
        description="\n\n".join(line for line in lines if line),
        location=location,
        url=settings.BASE_URL + session.get_absolute_url(),
        categories=tuple(topic.name for topic in course.topics.all()),
        geo=venue.geo if venue else None,
        cancelled=session.is_cancelled,
        language=language,
    )


def events(sessions: Iterable[Session], *, language: str) -> list[CalendarEvent]:
    """Calendar entries of sessions that carry `course` (see `workshops.programme.attach_courses`)."""
    return [event(session, course=session.course, language=language) for session in sessions]


def render(
    entries: Sequence[CalendarEvent], *, name: str, description: str, source_url: str, language: str
) -> bytes:
    """A whole calendar. Entries that are the same as last time come from the cache as they were."""
    keys = [f"vevent:{fingerprint(entry)}" for entry in entries]
    kept = cache.get_many(keys)
    made = {
        key: vevent(entry, zone_name=settings.TIME_ZONE)
        for key, entry in zip(keys, entries, strict=True)
        if key not in kept
    }
    if made:
        cache.set_many(made, KEPT)
    rendered = {**kept, **made}
    return calendar(
        [rendered[key] for key in keys],
        name=name,
        description=description,
        source_url=source_url,
        language=language,
        refresh=REFRESH,
        zone_name=settings.TIME_ZONE,
    )


def etag(entries: Sequence[CalendarEvent], *, name: str, source_url: str) -> str:
    """A strong entity tag that changes whenever a byte of the calendar would; costs no rendering."""
    digest = sha256(f"{name}\n{source_url}".encode())
    for entry in entries:
        digest.update(fingerprint(entry).encode())
    return f'"{digest.hexdigest()[:32]}"'


def booking_calendar(sessions: Sequence[Session], *, course: CoursePage, language: str) -> bytes:
    """The dates of one booking as a file to keep."""
    house = HouseSettings.nearby()
    return render(
        [event(session, course=course, language=language) for session in sessions],
        name=f"{course.title} – {house.house_name}",
        description="",
        source_url="",
        language=language,
    )


def feed_window(at: datetime) -> datetime:
    """Sessions that ended before this instant are left out of feeds."""
    return at - PAST
