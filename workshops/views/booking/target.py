"""What is booked, and what it asks of people."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from core.models import Generation
from core.nearby import nearby
from places.models import Room
from workshops import rules
from workshops.deadlines import last_call
from workshops.forms import Asked
from workshops.models import CoursePage, CourseRun, RunQuestion, Session
from workshops.operations.bookings import Full
from workshops.operations.counting import Device, houses
from workshops.operations.tasters import taster_seats_on
from workshops.programme import attach


@dataclass(frozen=True, slots=True)
class Target:
    """What is being booked: one date, or what remains of a series (`session` is None), and what it asks of people.

    `what` says so in HTML, as every page of the way shows it. One date of a series is a taste of it: `free_tasters` are
    the seats that somebody who is absent has left.
    """

    kind: str
    run: CourseRun
    session: Session | None
    sessions: list[Session]
    course: CoursePage
    questions: Asked
    what: SafeString
    free_tasters: int | None = None

    @property
    def public_id(self) -> UUID:
        return self.session.public_id if self.session else self.run.public_id

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.public_id}"

    @property
    def is_taster(self) -> bool:
        return self.free_tasters is not None

    @property
    def has_price(self) -> bool:
        return self.run.has_price and not self.is_taster

    @property
    def is_full(self) -> bool:
        """Whether no seat is left for anybody."""
        if self.free_tasters is not None:
            return self.free_tasters < 1
        return bool(self.sessions) and self.sessions[0].availability.status == "full"

    @property
    def takes_groups(self) -> bool:
        return self.run.groups != CourseRun.Groups.NONE and not self.is_taster

    @property
    def has_wheelchair_places(self) -> bool:
        rooms = self._rooms
        return bool(rooms) and all(room.wheelchairs for room in rooms)

    @property
    def has_hearing_loops(self) -> bool:
        rooms = self._rooms
        return bool(rooms) and all(room.hearing_loops != 0 for room in rooms)

    @property
    def _rooms(self) -> list[Room]:
        return [session.room for session in self.sessions if session.room]

    def url(self, step: str) -> str:
        return reverse("workshops:book_step", args=[self.kind, self.public_id, step])

    def check(self, at: datetime) -> None:
        """Raises NotPossible where it cannot be booked now, whatever its seats."""
        first = self.sessions[0] if self.sessions else None
        begun = bool(first and first.series_begun and not self.is_taster)
        rules.check_book(self.run, self.sessions, begun=begun, at=at)

    def check_seats(self) -> None:
        """Raises Full where no seat is left for anybody."""
        if self.is_full:
            raise Full(0)

    def can_wait(self, at: datetime) -> bool:
        """Whether seats can be waited for: in the last hours whoever comes first has them."""
        if not self.run.has_waiting_list or self.is_taster or not self.sessions:
            return False
        return at < last_call(self.sessions[0].starts_at)

    def asked(self, *, still: bool = True) -> Asked:
        """What it asks of people. With `still` it says which answers nobody can have any more."""
        return self.questions if still else replace(self.questions, gone=frozenset())


def find_target(kind: str, public_id: UUID, *, at: datetime, anew: bool = False) -> Target:
    """What is behind an address, in the reader's language. Raises Http404.

    Perhaps some seconds old, but for staff: on the way to the last button many read the same, and that button asks
    `operations.book`, which reads under locks.
    """
    key = f"target:{kind}:{public_id}:{get_language()}"
    return nearby(key, partial(_read, kind, public_id, at), anew=anew)


def _read(kind: str, public_id: UUID, at: datetime) -> Target:
    sessions = Session.objects.public().with_places().with_series(at)
    session = tasters = None
    if kind == "termin":
        session = get_object_or_404(sessions, public_id=public_id)
        run, found = session.run, [session]
    else:
        run = get_object_or_404(
            CourseRun.objects.public().select_related("course", "term"), public_id=public_id
        )
        found = list(sessions.filter(run=run).taking_place().not_begun(at))
    if session is not None and run.is_series and run.taster_seats:
        tasters = taster_seats_on(found).get(session.pk, 0)
    elif run.is_series == (kind == "termin"):
        raise Http404
    rooms = {row.room_id: row.room for row in found}
    for row in found:
        # One run and one room for all dates: that is a tenth to keep and to copy.
        row.run, row.room = run, rooms[row.room_id]
    attach(found, at=at)
    course = found[0].course if found else run.course
    what = render_to_string("workshops/booking/what.html", {"course": course, "run": run, "sessions": found})
    return Target(kind, run, session, found, course, _asked(run, found), what, tasters)


def _asked(run: CourseRun, sessions: list[Session]) -> Asked:
    """What the run asks of people. Two queries, and those of `counting.houses` where devices are lent."""
    questions = list(RunQuestion.objects.filter(run=run).prefetch_related("choices"))
    lent = {
        choice.pk: Device(choice.equipment_id)
        for question in questions
        for choice in question.choices.all()
        if choice.equipment_id
    }
    gone = _gone(sessions, set(lent.values())) if lent else set()
    return Asked(
        run,
        list(Generation.objects.all()),
        questions,
        frozenset(key for key, device in lent.items() if device in gone),
    )


def _gone(sessions: list[Session], devices: Iterable[Device]) -> set[Device]:
    rows = houses(sessions, things=devices)
    return {device for device in devices if any(rows[s.pk].left.get(device, 0) < 1 for s in sessions)}
