"""What a booking holds, for its pages and mails: its dates, who comes and who is absent."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from django.db.models import Prefetch

from core.nearby import nearby, nearby_each
from places.models import Room
from workshops.models import Booking, CourseRun, Participant, RunChoice, Seat, Session


class HeldSeat(NamedTuple):
    """One person's seat on one date, by their keys. `state` as in `Seat.State`."""

    participant: int
    session: int
    state: str


class Record:
    """A booking as it stands at `at`; each thing is read when it is asked for, all of it in three queries."""

    def __init__(self, booking: Booking, *, at: datetime) -> None:
        self.booking, self.at = booking, at

    @cached_property
    def seats(self) -> list[HeldSeat]:
        """Every seat it has or had, in the order of its people."""
        found = Seat.objects.filter(participant__booking=self.booking).order_by("participant", "session")
        return [HeldSeat(*row) for row in found.values_list("participant_id", "session_id", "state")]

    @cached_property
    def sessions(self) -> list[Session]:
        """The dates it has or had a seat on, in order; of one that never had any, those it was for."""
        keys = {seat.session for seat in self.seats}
        if keys and self.booking.state not in Booking.WITHOUT_SEATS:
            found = Session.objects.filter(pk__in=keys)
        elif self.booking.session_id:
            found = Session.objects.filter(pk=self.booking.session_id)
        else:
            found = Session.objects.filter(run=self.booking.run_id).announced()
        rows = list(found.order_by("starts_at", "pk"))
        for row in rows:
            row.run = self.booking.run
        return with_rooms(rows)

    @cached_property
    def attended(self) -> list[Session]:
        """Those of its dates on which not everybody is absent."""
        absent = {seat.session for seat in self.seats if seat.state == Seat.State.ABSENT}
        absent -= {seat.session for seat in self.seats if seat.state in Seat.TAKEN}
        return [session for session in self.sessions if session.pk not in absent]

    @cached_property
    def people(self) -> list[Participant]:
        """Who comes; without those who have left a series after it began and stay on record for its first dates."""
        found = self.booking.participants.select_related("generation", "access_need", "guardian")
        # Where nothing is asked nothing was answered: that takes no query.
        chosen = RunChoice.objects.all() if self.booking.run.questions.all() else RunChoice.objects.none()
        people = list(found.prefetch_related(Prefetch("choices", chosen)))
        if self.booking.state != Booking.State.CONFIRMED:
            return people
        ahead = {session.pk for session in self.sessions if session.starts_at > self.at}
        states = defaultdict(set)
        for seat in self.seats:
            if seat.session in ahead:
                states[seat.participant].add(seat.state)
        gone = {key for key, those in states.items() if those == {Seat.State.RELEASED}}
        return [somebody for somebody in people if somebody.is_carer or somebody.pk not in gone]

    @property
    def last_start(self) -> datetime | None:
        """When the last date begins that it has a seat on."""
        taken = {seat.session for seat in self.seats if seat.state in Seat.TAKEN}
        return max((session.starts_at for session in self.sessions if session.pk in taken), default=None)

    @property
    def absent(self) -> dict[int, list[str]]:
        """Who is absent on which of its dates (by key)."""
        names = {somebody.pk: somebody.name for somebody in self.people}
        found: dict[int, list[str]] = defaultdict(list)
        for seat in self.seats:
            if seat.state == Seat.State.ABSENT and seat.participant in names:
                found[seat.session].append(names[seat.participant])
        return dict(found)


def with_rooms(sessions: Iterable[Session]) -> list[Session]:
    """The same sessions, each with its room and the room's venue, whose names are perhaps some seconds old."""
    found = list(sessions)
    keys = {row.room_id for row in found if row.room_id}
    rooms = nearby_each("room", keys, Room.objects.select_related("venue").in_bulk)
    for row in found:
        if row.room_id:
            row.room = rooms[row.room_id]
    return found


def run_nearby(key: int) -> CourseRun:
    """A run with its term, its questions and its course with language and topics; perhaps some seconds old."""

    def read() -> CourseRun:
        found = CourseRun.objects.select_related("course__locale", "term")
        return found.prefetch_related("course__topics", "questions").get(pk=key)

    return nearby(f"run:{key}", read)
