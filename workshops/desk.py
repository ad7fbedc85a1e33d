"""Dates as those need them who open the door: who comes, who helps, what is to be ready, what is in the way.

Every function takes a fixed number of queries, whatever the number of dates.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Prefetch, QuerySet

from places.days import Unusual, unusual_days
from places.models import RoomUseDate
from timetable.zone import local_date, local_instant
from workshops.days import on_days
from workshops.models import EquipmentNeed, Guardian, HelperShift, Participant, Seat, Session
from workshops.operations import conflicts_of
from workshops.operations.conflicts import Wording, slots_of_sessions
from workshops.rules import free_seats

LATECOMERS = timedelta(minutes=15)
"""So long after its beginning a date is still one to which people are coming."""


@dataclass(frozen=True, slots=True)
class Attending:
    """Somebody who comes to a date, or has a seat there and said that they are absent.

    Contact, need and guardian are empty for those who may not see them. A carer takes no seat.
    """

    name: str
    generation: str
    booking: int
    group: str = ""
    is_held: bool = False
    is_absent: bool = False
    is_carer: bool = False
    answers: str = ""
    code: str = ""
    phone: str = ""
    email: str = ""
    need: str = ""
    guardian: str = ""
    guardian_phone: str = ""
    goes_home_alone: bool | None = None


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
    sessions: Collection[Session], *, sees_contact: bool, sees_needs: bool, sees_guardians: bool = False
) -> dict[int, list[Attending]]:
    """Who comes to these dates, by the key of the date and in order of names; not those to whom a seat is offered.

    Carers stand among them, and who has a seat and is absent, marked. A fixed number of queries. What somebody may
    not see is not read; whether a child goes home alone, all see.
    """
    seats = Seat.objects.filter(session__in=sessions, state__in=_SHOWN)
    related = ["generation", "booking", "guardian"]
    if sees_contact:
        related.append("booking__person")
    if sees_needs:
        related.append("access_need")
    seats = seats.select_related(*(f"participant__{name}" for name in related))
    found: dict[int, list[Attending]] = defaultdict(list)
    dates_of: dict[int, set[int]] = defaultdict(set)

    def add(session: int, participant: Participant, **more: Any) -> None:
        booking = participant.booking
        person = booking.person if sees_contact else None
        guardian: Guardian | None = getattr(participant, "guardian", None)
        found[session].append(
            Attending(
                name=participant.name,
                generation=participant.generation.name if participant.generation else "",
                booking=participant.booking_id,
                group=booking.group_name,
                answers=", ".join(choice.text for choice in participant.choices.all()),
                code=booking.code if sees_contact else "",
                phone=person.phone if person else "",
                email=person.email if person else "",
                need=participant.need if sees_needs else "",
                guardian=guardian.name if guardian and sees_guardians else "",
                guardian_phone=guardian.phone if guardian and sees_guardians else "",
                goes_home_alone=guardian.goes_home_alone if guardian else None,
                **more,
            )
        )

    for seat in seats.prefetch_related("participant__choices"):
        state = seat.state
        if state != Seat.State.ABSENT:
            dates_of[seat.participant.booking_id].add(seat.session_id)
        add(
            seat.session_id,
            seat.participant,
            is_held=state == Seat.State.HELD,
            is_absent=state == Seat.State.ABSENT,
        )
    carers = Participant.objects.filter(booking__in=list(dates_of), is_carer=True).select_related(*related)
    for carer in carers.prefetch_related("choices"):
        for session_id in dates_of[carer.booking_id]:
            add(session_id, carer, is_carer=True)
    for people in found.values():
        # Erased names come last.
        people.sort(key=lambda somebody: (not somebody.name, somebody.name.casefold()))
    return found


_SHOWN = (Seat.State.HELD, Seat.State.BOOKED, Seat.State.ABSENT)


def conflict_sentences(sessions: Collection[Session]) -> dict[int, list[str]]:
    """What is in the way of these dates, by the key of each date it concerns."""
    found = conflicts_of(slots_of_sessions(sessions))
    wording, sentences = Wording(found), defaultdict(list)
    for conflict in found:
        sentences[conflict.slot.key].append(wording.sentence(conflict))
        if (other := conflict.seen_from_other()) is not None:
            sentences[other.slot.key].append(wording.sentence(other))
    return sentences  # type: ignore[return-value]
