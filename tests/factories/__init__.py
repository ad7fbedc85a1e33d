"""Makes what tests need, with as little said as possible. Dates are told; nothing depends on today."""

import io
import itertools
import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import Group
from django.core.files.images import ImageFile
from PIL import Image as Picture
from wagtail.images.models import Image
from wagtail.models import Locale, Page, Site

from accounts.models import User
from core.models import Generation, Topic
from home.models import HomePage, StandardPage
from places.models import Closure, Room, Venue
from showroom.models import ExhibitPage, Showing, ShowroomIndexPage, Station
from timetable.rules import parse_rule
from workshops import operations
from workshops.models import (
    Booking,
    CoursePage,
    CourseRun,
    Facilitator,
    Helper,
    ProgrammeIndexPage,
    Schedule,
    Session,
    Term,
)
from workshops.models.sessions import new_uid
from workshops.operations import Guest, Party

BERLIN = ZoneInfo("Europe/Berlin")

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
        instance=HomePage(
            title="Digital-Werkstatt", slug="start", locale=Locale.objects.get(language_code="de")
        )
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
            **{
                "title": title,
                "slug": f"angebot-{next(_numbers)}",
                "teaser": "Fragen zum Handy? Wir helfen.",
                **fields,
            }
        )
    )
    page.topics.set(topics)
    page.generations.set(generations)
    return publish(page)


def in_language[P: Page](page: P, code: str = "en") -> P:
    """The page as it stands in the tree of another language."""
    return page.get_translation(Locale.objects.get(language_code=code))  # type: ignore[no-any-return]


def translated[P: Page](page: P, *, code: str = "en", **fields: Any) -> P:
    """The page translated: what stands in for it in that language's tree becomes a page of its own."""
    other = in_language(page, code)
    other.alias_of = None
    for name, value in fields.items():
        setattr(other, name, value)
    return publish(other)


def standard_page(title: str = "Impressum", **fields: Any) -> StandardPage:
    return publish(
        site().add_child(instance=StandardPage(title=title, slug=f"seite-{next(_numbers)}", **fields))
    )


def showroom() -> ShowroomIndexPage:
    home = site()
    known = ShowroomIndexPage.objects.child_of(home).first()
    return known or publish(
        home.add_child(
            instance=ShowroomIndexPage(title="Ausprobieren", slug="ausprobieren", show_in_menus=True)
        )
    )


def exhibit(title: str = "VR-Brille", **fields: Any) -> ExhibitPage:
    page = ExhibitPage(
        title=title, slug=f"anwendung-{next(_numbers)}", teaser="Einmal durch Rom gehen.", **fields
    )
    return publish(showroom().add_child(instance=page))


def station(name: str = "Tisch 1", **fields: Any) -> Station:
    return Station.objects.create(name=name, venue=fields.pop("venue", None) or venue(), **fields)


def showing(
    exhibit: ExhibitPage,
    first_date: date = date(2027, 1, 4),
    last_date: date | None = None,
    *,
    on: Station | None = None,
) -> Showing:
    return Showing.objects.create(
        exhibit=exhibit, station=on or station(), first_date=first_date, last_date=last_date
    )


def picture(title: str = "Ein Tisch mit Handys") -> Image:
    content = io.BytesIO()
    Picture.new("RGB", (640, 480), "teal").save(content, "PNG")
    return Image.objects.create(
        title=title, description=title, file=ImageFile(content, name=f"bild-{next(_numbers)}.png")
    )


def closure(
    first_date: date,
    last_date: date | None = None,
    *,
    kind: str = "closed",
    name: str = "Umbau",
    **fields: Any,
) -> Closure:
    return Closure.objects.create(
        first_date=first_date, last_date=last_date or first_date, kind=kind, name=name, **fields
    )


def staff(*roles: str, superuser: bool = False) -> User:
    """Somebody who signs in, with these roles (see `accounts.roles`)."""
    email = f"team{next(_numbers)}@example.org"
    if superuser:
        return User.objects.create_superuser(email, "ein langes Passwort")
    made = User.objects.create_user(email, "ein langes Passwort")
    made.groups.set(Group.objects.get(name=role) for role in roles)
    return made


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


def generation(name: str = "Ab 60", **fields: Any) -> Generation:
    return Generation.objects.create(name=name, slug=f"generation-{next(_numbers)}", **fields)


def topic(name: str = "Fotos") -> Topic:
    return Topic.objects.create(name=name, slug=f"thema-{next(_numbers)}")


def facilitator(name: str = "Hanne Brandt") -> Facilitator:
    return Facilitator.objects.create(name=name)


def helper(name: str = "Mia Jung", **fields: Any) -> Helper:
    """Somebody who helps, with an address of their own unless told otherwise."""
    fields.setdefault("email", f"hilfe{next(_numbers)}@example.org")
    return Helper.objects.create(name=name, **fields)


def term(name: str = "", **fields: Any) -> Term:
    """The spring of 2027; with no other day than its first and last unless told."""
    return Term.objects.create(
        **{
            "name": name or f"Semester {next(_numbers)}",
            "first_date": date(2027, 1, 11),
            "last_date": date(2027, 6, 30),
            **fields,
        }
    )


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
    further_times: str = "",
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
    if made.is_tandem:
        facilitators = facilitators or [facilitator()]
        for side in set(Generation.Side.values) - set(Generation.objects.values_list("side", flat=True)):
            Generation.objects.create(name=side, slug=f"generation-{next(_numbers)}", side=side)
    schedule = Schedule(
        first_date=first_date,
        rule=parse_rule(rule),
        start_time=start_time,
        further_times=further_times,
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


def first(run: CourseRun) -> Session:
    """The earliest session of a run."""
    found = run.sessions.order_by("starts_at").first()
    assert found is not None
    return found


def further_sessions(run: CourseRun, count: int) -> list[Session]:
    """So many dates more for a run, one a day from tomorrow on, written past the operations: fast."""
    like = run.sessions.select_related(None).first()
    assert like is not None
    made = []
    for day in range(1, count + 1):
        public_id, start = uuid.uuid4(), NOW + timedelta(days=day)
        made.append(
            Session(
                public_id=public_id,
                uid=new_uid(public_id),
                created_at=NOW,
                changed_at=NOW,
                run=run,
                schedule=like.schedule,
                starts_at=start,
                ends_at=start + timedelta(hours=1),
                room_id=like.room_id,
                capacity=like.capacity,
            )
        )
    return Session.objects.bulk_create(made)


def party(*names: str, email: str = "erna.meier@example.org", phone: str = "", **fields: Any) -> Party:
    guests = [Guest(name=name) for name in names or ("Erna Meier",)]
    return Party(guests=fields.pop("guests", guests), email=email, phone=phone, **fields)


def book(
    session: Session, *names: str, at: datetime = NOW, channel: str = Booking.Channel.WEB, **fields: Any
) -> Booking:
    """A booking of one date; each call is somebody else unless an address is given."""
    fields.setdefault("email", f"gast{next(_numbers)}@example.org")
    guests = party(*names, **fields)
    return operations.book(run=session.run, session=session, party=guests, at=at, channel=channel)


def book_series(run: CourseRun, *names: str, at: datetime = NOW, **fields: Any) -> Booking:
    """A booking of what remains of a series."""
    fields.setdefault("email", f"gast{next(_numbers)}@example.org")
    return operations.book(run=run, session=None, party=party(*names, **fields), at=at)


def taken_matches_rows(run: CourseRun) -> bool:
    """Whether the counter on each session equals the seats there are."""
    return all(
        session.seats_taken == session.seats.filter(state__in=("held", "offered", "booked")).count()
        for session in run.sessions.all()
    )


def next_number() -> int:
    """A number no other call gets."""
    return next(_numbers)


def in_minutes(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)
