"""What somebody has answered so far, and the party that it makes."""

import time
import uuid
from typing import Any

from django.http import HttpRequest
from django.utils import translation

from workshops.forms import Asked
from workshops.models import Booking
from workshops.operations.bookings import Charge, Guest, Party

TWO_HOURS = 2 * 60 * 60
MOST_AT_ONCE = 5
PEOPLE, GROUP, CONTACT, NEEDS, CHECK = "personen", "gruppe", "kontakt", "vorbereitung", "pruefen"
KEY = "answers"


def end_soon(request: HttpRequest) -> None:
    """Lets a visitor's session, and its cookie, end two hours after the last answer. Written once, not on every page."""
    if not request.user.is_authenticated and request.session.get("_session_expiry") != TWO_HOURS:
        request.session.set_expiry(TWO_HOURS)


class Answers:
    """The answers for one target, in the server-side session."""

    def __init__(self, request: HttpRequest, key: str) -> None:
        self.session = request.session
        self.key = key
        now = time.time()
        kept = {
            name: entry for name, entry in self.session.get(KEY, {}).items() if now - entry["at"] < TWO_HOURS
        }
        self.all: dict[str, dict[str, Any]] = dict(
            sorted(kept.items(), key=lambda e: e[1]["at"])[-MOST_AT_ONCE:]
        )
        self.data: dict[str, Any] = self.all.get(key, {})
        end_soon(request)

    @property
    def is_group(self) -> bool:
        return GROUP in self.data

    @property
    def waits(self) -> bool:
        """Whether they asked for the waiting list."""
        return bool(self.data.get("waits"))

    @property
    def steps(self) -> tuple[str, ...]:
        return (GROUP if self.is_group else PEOPLE, CONTACT, NEEDS, CHECK)

    @property
    def missing(self) -> str | None:
        """The first step that has not been answered."""
        return next((step for step in self.steps[:-1] if step not in self.data), None)

    @property
    def names(self) -> list[str]:
        """For whom something may be prepared."""
        if self.is_group:
            return [self.data[GROUP]["group_name"]]
        return [person["name"] for person in self.data.get(PEOPLE, [])]

    def begin(self) -> None:
        """Starts anew unless answers are there already that have not become a booking."""
        if not self.data or "booked" in self.data:
            self.save(anew=True)
        elif self.waits:
            self.save(waits=False)

    def save(self, *, anew: bool = False, **answers: Any) -> None:
        if anew or not self.data:
            earlier = self.data.get("booked")
            self.data = {"submission": uuid.uuid4().hex, **({"earlier": earlier} if earlier else {})}
        self.data = {**self.data, **answers, "at": time.time()}
        self._write()

    def save_people(self, people: list[dict[str, Any]], *, asked: str) -> None:
        """Who comes. What to prepare stays with the person it was told for, whoever else comes or goes."""
        told = dict(zip(self.names, self.data.get(NEEDS, []), strict=False)) if not self.is_group else {}
        self._choose(PEOPLE, people, asked=asked, needs=[told.get(person["name"]) for person in people])

    def save_group(self, group: dict[str, Any], *, asked: str) -> None:
        told = self.data.get(NEEDS, []) if self.is_group else []
        self._choose(GROUP, group, asked=asked, needs=told[:1])

    def finish(self, booking: Booking) -> None:
        """Forgets the answers; only which booking they became stays, for the second click on the button."""
        self.data = {"booked": str(booking.public_id), "at": time.time()}
        self._write()

    def party(self, asked: Asked) -> Party:
        """Everybody with what they told. What is not asked any more is left out."""
        contact = self.data[CONTACT]
        group = self.data.get(GROUP)
        return Party(
            guests=_members(group, self.data[NEEDS], asked) if group else self._guests(asked),
            email=contact["email"],
            phone=contact["phone"],
            contact=self.data.get("booker", ""),
            group_name=group["group_name"] if group else "",
            language=translation.get_language() or "de",
        )

    def _choose(self, way: str, who: Any, *, asked: str, needs: list[Any]) -> None:
        other = GROUP if way == PEOPLE else PEOPLE
        if other in self.data and CONTACT in self.data:
            # A group needs a name to ask for; people have told theirs.
            self.data = {name: value for name, value in self.data.items() if name != CONTACT}
        self.data = {name: value for name, value in self.data.items() if name != other}
        changed: dict[str, Any] = {way: who, "asked": asked}
        if NEEDS in self.data:
            changed[NEEDS] = [told or NOTHING for told in needs] or [NOTHING]
        self.save(**changed)

    def _guests(self, asked: Asked) -> list[Guest]:
        known = {generation.pk for generation in asked.generations}
        return [
            Guest(
                name=person["name"],
                generation_id=person["generation"] if person["generation"] in known else None,
                need=told["need"],
                wheelchair=bool(told["wheelchair"]),
                hearing_loop=bool(told["hearing_loop"]),
                is_carer=person["is_carer"],
                guardian=Charge(**person["guardian"]) if person["guardian"] else None,
                choices=person["choices"],
            )
            for person, told in zip(self.data[PEOPLE], self.data[NEEDS], strict=True)
        ]

    def _write(self) -> None:
        self.all[self.key] = self.data
        self.session[KEY] = self.all


NOTHING: dict[str, Any] = {"need": "", "wheelchair": 0, "hearing_loop": 0}


def _members(group: dict[str, Any], needs: list[dict[str, Any]], asked: Asked) -> list[Guest]:
    """The people of a group: nobody has a name, and so many of them need something."""
    told = needs[0]
    known = {generation.pk for generation in asked.generations}
    generation = group["generation"] if group["generation"] in known else None
    members = [
        Guest(
            name="",
            generation_id=generation,
            need=told["need"] if number == 0 else "",
            wheelchair=number < told["wheelchair"],
            hearing_loop=number >= group["people"] - told["hearing_loop"],
            choices=group["choices"],
        )
        for number in range(group["people"])
    ]
    return [*members, *(Guest(name="", is_carer=True) for _number in range(group["carers"]))]
