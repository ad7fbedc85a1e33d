"""Makes what tests need, with as little said as possible. Dates are told; nothing depends on today."""

import itertools
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from wagtail.models import Locale, Page, Site

from core.models import Generation, Topic
from home.models import HomePage
from places.models import Room, Venue
from timetable.rules import parse_rule
from workshops import operations
from workshops.models import Booking, CoursePage, CourseRun, Facilitator, ProgrammeIndexPage, Schedule, Session
from workshops.operations import Guest, Party

NOW = datetime(2027, 1, 11, 9, 0, tzinfo=UTC)
"""The instant at which most tests take place: a Monday in winter, 10:00 in the house."""

_numbers = itertools.count(1)


def site() -> HomePage:
    """The home page in German with its alias in English; made once per test."""
    known = HomePage.objects.filter(locale__language_code="de").first()
    if known:
        return known
    Locale.objects.get_or_create(language_code="de")
    Locale.objects.get_or_create(language_code="en")
    root = Page.objects.get(depth=1)
    root.get_children().delete()
    root.refresh_from_db()
    home = root.add_child(
        instance=HomePage(title="Digital-Werkstatt", slug="start", locale=Locale.objects.get(language_code="de"))
    )
    Site.objects.all().delete()
    Site.objects.create(hostname="localhost", port=80, root_page=home, is_default_site=True)
    return publish(home)


def publish[P: Page](page: P) -> P:
    """Publishes as an editor does, so that the other languages get their aliases."""
    page.save_revision().publish()
    page.refresh_from_db()
    return page


def programme() -> ProgrammeIndexPage:
    home = site()
    known = ProgrammeIndexPage.objects.child_of(home).first()
    return known or publish(
        home.add_child(instance=ProgrammeIndexPage(title="Programm", slug="programm", show_in_menus=True))
    )


def course(title: str = "Smartphone-Sprechstunde", **fields: Any) -> CoursePage:
    topics = fields.pop("topics", [])
    generations = fields.pop("generations", [])
    page = programme().add_child(
        instance=CoursePage(
            title=title, slug=f"angebot-{next(_numbers)}", teaser="Fragen zum Handy? Wir helfen.", **fields
        )
    )
    page.topics.set(topics)
    page.generations.set(generations)
    return publish(page)


def venue(name: str = "Alte Post", **fields: Any) -> Venue:
    return Venue.objects.create(
        **{
            "name": name,
            "slug": f"ort-{next(_numbers)}",
            "street": "Markt 1",
            "postcode": "31199",
            "city": "Lindenau",
            "latitude": Decimal("52.15000"),
            "longitude": Decimal("9.95000"),
            **fields,
        }
    )


def room(**fields: Any) -> Room:
    return Room.objects.create(
        **{"venue": fields.pop("venue", None) or venue(), "name": "Werkraum", "capacity": 30, **fields}
    )


def generation(name: str = "Ab 60") -> Generation:
    return Generation.objects.create(name=name, slug=f"generation-{next(_numbers)}")


def topic(name: str = "Fotos") -> Topic:
    return Topic.objects.create(name=name, slug=f"thema-{next(_numbers)}")


def facilitator(name: str = "Hanne Brandt") -> Facilitator:
    return Facilitator.objects.create(name=name)


def run(
    *,
    rule: str = "RRULE:FREQ=WEEKLY;COUNT=3",
    first_date: date = date(2027, 1, 13),
    start_time: time = time(14, 0),
    minutes: int = 90,
    at: datetime = NOW,
    published: bool = True,
    facilitators: Sequence[Facilitator] = (),
    room: Room | None = None,
    online_url: str = "",
    **fields: Any,
) -> CourseRun:
    """A run with its dates; published unless told otherwise."""
    made = CourseRun(
        **{
            "course": fields.pop("course", None) or course(),
            "number": f"D{next(_numbers):04}",
            "booking_mode": CourseRun.Mode.SINGLE,
            "capacity": 8,
            "skip_public_holidays": False,
            **fields,
        }
    )
    where = None if online_url else (room or globals()["room"]())
    schedule = Schedule(
        first_date=first_date,
        rule=parse_rule(rule),
        start_time=start_time,
        duration_minutes=minutes,
        room=where,
        online_url=online_url,
    )
    operations.save_run(run=made, schedule=schedule, facilitators=facilitators, at=at, by=None)
    if published:
        operations.publish_run(run=made, at=at, by=None)
        made.refresh_from_db()
    return made


def session(**fields: Any) -> Session:
    """The only session of a new run."""
    return run(rule="", **fields).sessions.get()


def party(*names: str, email: str = "erna.meier@example.org", phone: str = "", **fields: Any) -> Party:
    guests = [Guest(name=name) for name in names or ("Erna Meier",)]
    return Party(guests=fields.pop("guests", guests), email=email, phone=phone, **fields)


def book(session: Session, *names: str, at: datetime = NOW, **fields: Any) -> Booking:
    """A booking of one date; each call is somebody else unless an address is given."""
    fields.setdefault("email", f"gast{next(_numbers)}@example.org")
    return operations.book(run=session.run, session=session, party=party(*names, **fields), at=at)


def book_series(run: CourseRun, *names: str, at: datetime = NOW, **fields: Any) -> Booking:
    """A booking of what remains of a series."""
    fields.setdefault("email", f"gast{next(_numbers)}@example.org")
    return operations.book(run=run, session=None, party=party(*names, **fields), at=at)


def taken_matches_rows(run: CourseRun) -> bool:
    """Whether the counter on each session equals the seats there are."""
    return all(
        session.seats_taken == session.seats.filter(state__in=("held", "booked")).count()
        for session in run.sessions.all()
    )


def in_minutes(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)
