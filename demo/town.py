"""The town: the house, who works in it, its places and when they are closed."""

from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from django.contrib.auth.models import Group
from django.core.files import File
from wagtail.images.models import Image

from accounts.models import User
from core.models import Generation, HouseSettings, Topic
from demo import days
from demo.reading import PICTURES, read
from places.models import Closure, Equipment, OpeningHours, Room, Venue
from showroom.models import Station
from workshops.models import Facilitator, Term

PASSWORD = "werkstatt-demo"  # noqa: S105  printed by `make demo`; it protects nothing


@dataclass(frozen=True, slots=True)
class Town:
    """What the content files refer to by a short name."""

    users: dict[str, User] = field(default_factory=dict)
    topics: dict[str, Topic] = field(default_factory=dict)
    generations: dict[str, Generation] = field(default_factory=dict)
    pictures: dict[str, Image] = field(default_factory=dict)
    venues: dict[str, Venue] = field(default_factory=dict)
    rooms: dict[str, Room] = field(default_factory=dict)
    stations: dict[str, Station] = field(default_factory=dict)
    facilitators: dict[str, Facilitator] = field(default_factory=dict)
    equipment: dict[str, Equipment] = field(default_factory=dict)
    terms: dict[str, Term] = field(default_factory=dict)


def build_town(*, today: date) -> Town:
    """Writes everything that pages and runs stand on."""
    town = Town()
    house = read("house")
    _house(house["house"])
    _users(town, house["users"])
    for position, words in enumerate(house["topics"]):
        town.topics[words["slug"]] = _saved(Topic(sort_order=position, **words))
    for position, words in enumerate(house["generations"]):
        town.generations[words["slug"]] = _saved(Generation(sort_order=position, **words))
    _pictures(town)
    content = read("venues")
    for position, venue in enumerate(content["venues"]):
        _venue(town, venue, position)
    for closure in content["closures"]:
        _closure(town, closure, today)
    for somebody in read("facilitators")["facilitators"]:
        key = somebody.pop("key")
        photo = town.pictures[f"leitung-{key}"]
        somebody["user"] = town.users.get(somebody.pop("signs_in_as", ""))
        town.facilitators[key] = _saved(Facilitator(photo=photo, **somebody))
    return town


def _saved[T: Any](row: T) -> T:
    """Saves what would also pass the editors' form."""
    row.full_clean()
    row.save()
    return row


def _house(content: dict[str, Any]) -> None:
    house = HouseSettings.load()
    for name, value in content.items():
        setattr(house, name, value)
    _saved(house)


def _users(town: Town, content: list[dict[str, Any]]) -> None:
    for somebody in content:
        group = Group.objects.get(name=somebody.pop("group"))
        user = User.objects.create_user(password=PASSWORD, **somebody)
        user.groups.add(group)
        town.users[group.name] = user


def _pictures(town: Town) -> None:
    by = next(iter(town.users.values()))
    for name, content in read("pictures").items():
        path = PICTURES / f"{name}.webp"
        with path.open("rb") as file:
            image = Image(title=content["title"], description=content["alt"], uploaded_by_user=by)
            image.file = File(file, name=path.name)
            town.pictures[name] = _saved(image)


def _venue(town: Town, content: dict[str, Any], position: int) -> None:
    rooms, stations, hours = content.pop("rooms"), content.pop("stations"), content.pop("hours")
    image = town.pictures[content.pop("image")]
    texts = {name: value.strip() if isinstance(value, str) else value for name, value in content.items()}
    venue = _saved(Venue(image=image, sort_order=position, **texts))
    town.venues[venue.slug] = venue
    for weekday, opens, closes in hours:
        _saved(
            OpeningHours(
                venue=venue,
                weekday=days.WEEKDAYS[weekday],
                opens=time.fromisoformat(opens),
                closes=time.fromisoformat(closes),
            )
        )
    for room in rooms:
        key = room.pop("key")
        town.rooms[f"{venue.slug}/{key}"] = _saved(Room(venue=venue, **room))
    for station in stations:
        key = station.pop("key")
        town.stations[f"{venue.slug}/{key}"] = _saved(Station(venue=venue, **station))


def _closure(town: Town, content: dict[str, Any], today: date) -> None:
    venue = town.venues[content["venue"]] if "venue" in content else None
    if yearly := content.get("every_year"):
        spans = [days.every_year(yearly["first"], yearly["last"], year=today.year + n) for n in (-1, 0, 1, 2)]
    else:
        spans = [(days.day(content["first"], today=today), days.day(content["last"], today=today))]
    for first, last in spans:
        _saved(
            Closure(venue=venue, kind=content["kind"], name=content["name"], first_date=first, last_date=last)
        )
