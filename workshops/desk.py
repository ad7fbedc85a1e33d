"""Dates as those need them who open the door: who comes, who helps, what is to be ready, what is in the way.

Every function takes a fixed number of queries, whatever the number of dates.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Prefetch, QuerySet

from places.days import Unusual, unusual_days
from places.models import RoomUseDate
from timetable.zone import local_date, local_instant
from workshops.days import on_days
from workshops.models import EquipmentNeed, HelperShift, Seat, Session
from workshops.operations import conflicts_of
from workshops.operations.conflicts import Wording, slots_of_sessions
from workshops.rules import free_seats

LATECOMERS = timedelta(minutes=15)
"""So long after its beginning a date is still one to which people are coming."""


@dataclass(frozen=True, slots=True)
class Attending:
    """Somebody with a seat on a date. Contact and need are empty for those who may not see them."""

    name: str
    generation: str
    is_held: bool
    booking: int
    code: str = ""
    phone: str = ""
    email: str = ""
    need: str = ""


@dataclass(slots=True)
class DateCard:
    """One date as the desk sees it. `helpers_missing` and `free` count people; `free` is None without a limit."""

    session: Session
    free: int | None
    helpers_missing: int
    helpers: list[HelperShift]
    conflicts: list[str]
    people: list[Attending]

    @property
    def set_up_from(self) -> datetime | None:
        minutes = self.session.run.setup_minutes
        return self.session.starts_at - timedelta(minutes=minutes) if minutes else None

    def is_over(self, at: datetime) -> bool:
        return self.session.ends_at <= at

    def is_under_way(self, at: datetime) -> bool:
        """Whether it has begun and nobody is expected any more."""
        return self.session.starts_at + LATECOMERS <= at < self.session.ends_at


@dataclass(frozen=True, slots=True)
class DeskDay:
    """What a local day brings. Dates are in order of time."""

    day: date
    cards: list[DateCard]
    uses: list[RoomUseDate]
    unusual: list[Unusual]


def desk_day(day: date, *, at: datetime, sees_people: bool, sees_needs: bool) -> DeskDay:
    """All that takes place on a local day, or would have."""
    dates = list(prepared(on_days(Session.objects.on_the_books(at), day, day)))
    taking_place = [session for session in dates if not session.is_cancelled]
    people = attending(taking_place, sees_contact=True, sees_needs=sees_needs) if sees_people else {}
    return DeskDay(
        day=day,
        cards=cards_of(
            dates,
            sees_helpers=sees_people,
            people=people,
            conflicts=conflict_sentences(taking_place),
        ),
        uses=list(on_days(RoomUseDate.objects.select_related("use", "room__venue"), day, day)),
        unusual=unusual_days(day, day).get(day, []),
    )


def next_day(day: date, *, at: datetime) -> date | None:
    """The next local day after this one on which a course takes place; None where none is planned."""
    after = local_instant(day + timedelta(days=1), time())
    coming = Session.objects.on_the_books(at).taking_place().filter(starts_at__gte=after)
    first = coming.order_by("starts_at").values_list("starts_at", flat=True).first()
    return local_date(first) if first else None


def prepared(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """Dates with all that a card needs of them."""
    shifts = HelperShift.objects.filter(state__in=HelperShift.COMING).select_related("helper")
    needs = EquipmentNeed.objects.select_related("equipment")
    return sessions.select_related("run__course", "room__venue").prefetch_related(
        "facilitators", Prefetch("shifts", shifts), Prefetch("run__equipment_needs", needs)
    )


def cards_of(
    sessions: Sequence[Session],
    *,
    sees_helpers: bool,
    people: Mapping[int, list[Attending]],
    conflicts: Mapping[int, list[str]],
) -> list[DateCard]:
    """Cards of dates that are `prepared`. No query."""
    cards = []
    for session in sessions:
        helpers = list(session.shifts.all())
        missing = 0 if session.is_cancelled else session.run.helpers_wanted - len(helpers)
        cards.append(
            DateCard(
                session=session,
                free=free_seats(session.capacity, session.seats_taken),
                helpers_missing=max(missing, 0),
                helpers=helpers if sees_helpers else [],
                conflicts=conflicts.get(session.pk, []),
                people=people.get(session.pk, []),
            )
        )
    return cards


def attending(
    sessions: Collection[Session], *, sees_contact: bool, sees_needs: bool
) -> dict[int, list[Attending]]:
    """Who has a seat on these dates, by the key of the date and in order of names. One query.

    What somebody may not see is not read.
    """
    seats = Seat.objects.taken().filter(session__in=sessions)
    seats = seats.select_related("participant__generation")
    if sees_contact:
        seats = seats.select_related("participant__booking__person")
    if sees_needs:
        seats = seats.select_related("participant__access_need")
    found: dict[int, list[Attending]] = defaultdict(list)
    for seat in seats:
        participant = seat.participant
        booking = participant.booking if sees_contact else None
        person = booking.person if booking else None
        found[seat.session_id].append(
            Attending(
                name=participant.name,
                generation=participant.generation.name if participant.generation else "",
                is_held=seat.state == Seat.State.HELD,
                booking=participant.booking_id,
                code=booking.code if booking else "",
                phone=person.phone if person else "",
                email=person.email if person else "",
                need=participant.need if sees_needs else "",
            )
        )
    for people in found.values():
        # Erased names come last.
        people.sort(key=lambda somebody: (not somebody.name, somebody.name.casefold()))
    return found


def conflict_sentences(sessions: Collection[Session]) -> dict[int, list[str]]:
    """What is in the way of these dates, by the key of each date it concerns."""
    found = conflicts_of(slots_of_sessions(sessions))
    wording, sentences = Wording(found), defaultdict(list)
    for conflict in found:
        sentences[conflict.slot.key].append(wording.sentence(conflict))
        if (other := conflict.seen_from_other()) is not None:
            sentences[other.slot.key].append(wording.sentence(other))
    return sentences  # type: ignore[return-value]
