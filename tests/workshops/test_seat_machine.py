"""Any sequence of what people and the team do with seats: nobody is overbooked, passed over or forgotten.

What must hold is counted here from the rows in a way of its own, not by the code that gives seats.
"""

import contextlib
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import networkx as nx
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests import factories as make
from timetable.zone import house_zone
from workshops import due, operations, retention
from workshops.models import Booking, CourseRun, Offer, Participant, PoolRelease, Seat, Session, Tandem
from workshops.operations import Guest, Kept, Party
from workshops.rules import NotPossible

State = Booking.State

PEOPLE = [
    # A couple shares an address; one has a telephone only.
    ("Erna Meier", "meier@example.org", ""),
    ("Paul Meier", "meier@example.org", ""),
    ("Jo Kern", "jo@example.org", ""),
    ("Mia Jung", "mia@example.org", ""),
    ("Ali Can", "ali@example.org", ""),
    ("Rosa Alt", "", "+495123456"),
    ("Kim Lee", "kim@example.org", ""),
]
WHEELCHAIRS = 1
LATEST_OFFER = timedelta(hours=27)


@dataclass(frozen=True)
class Wish:
    """Those of a booking who want a seat, as counted here: their kinds, and how many wheelchair places."""

    kinds: tuple[tuple[int | None, bool], ...]
    wheelchairs: int

    def is_within(self, other: "Wish") -> bool:
        """Whether there is room for this wherever there is room for the other."""
        return not Counter(self.kinds) - Counter(other.kinds) and self.wheelchairs <= other.wheelchairs


class Seats(RuleBasedStateMachine):
    """One run with few seats and many who want them; the clock only goes forward."""

    mode = "single"
    is_tandem = False

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.at = datetime(2027, 3, 1, 9, tzinfo=house_zone())
        self.known_offers: set[int] = set()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    # What happens

    @initialize(capacity=st.integers(2, 5), dates=st.integers(1, 3), hold=st.booleans(), late=st.booleans())
    def begin(self, capacity: int, dates: int, hold: bool, late: bool) -> None:
        self.generations = [make.generation("Ab 60"), make.generation("Junge Menschen")]
        for generation, side in zip(self.generations, ("old", "young"), strict=True):
            generation.side = side
            generation.save()
        room = make.room(capacity=20, wheelchair_places=WHEELCHAIRS)
        self.run = make.run(
            at=self.at,
            first_date=(self.at + timedelta(days=16)).date(),
            rule=f"RRULE:FREQ=WEEKLY;COUNT={dates}",
            room=room,
            booking_mode=self.mode,
            capacity=capacity + capacity % 2 if self.is_tandem else capacity,
            hold_until_confirmed=hold and not self.is_tandem,
            join_late=late,
            is_tandem=self.is_tandem,
            taster_seats=self.mode == "series",
        )

    @rule(hours=st.sampled_from([1, 9, 30, 49, 7 * 24]), works=st.booleans())
    def time_goes_on(self, hours: int, works: bool) -> None:
        self.at += timedelta(hours=hours)
        if works:
            self.due_work_is_done()

    @rule()
    def due_work_is_done(self) -> None:
        for work in (
            due.expire_holds,
            due.release_pools,
            due.expire_offers,
            due.end_waiting,
            due.offer_seats,
            due.send_notices,
        ):
            work(self.at)
        self.no_seat_is_idle()

    @precondition(lambda self: self.coming())
    @rule(
        data=st.data(),
        who=st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3, unique=True),
        waits=st.booleans(),
        at_desk=st.booleans(),
        wheelchair=st.sampled_from([False, False, False, True]),
    )
    def somebody_wants_seats(
        self, data: st.DataObject, who: list[Any], waits: bool, at_desk: bool, wheelchair: bool
    ) -> None:
        sides = st.sampled_from([g.pk for g in self.generations] + ([] if self.is_tandem else [None]))
        guests = [
            Guest(name=name, generation_id=data.draw(sides), wheelchair=wheelchair and n == 0)
            for n, (name, _email, _phone) in enumerate(who)
        ]
        _name, email, phone = who[0]
        call = operations.join_waiting_list if waits else operations.book
        with contextlib.suppress(NotPossible):
            call(
                run=self.run,
                session=self.some_target(data),
                party=Party(guests=guests, email=email, phone=phone),
                at=self.at,
                channel="phone" if at_desk else "web",
            )

    @precondition(lambda self: self.bookings(State.HELD))
    @rule(data=st.data())
    def a_seat_is_confirmed(self, data: st.DataObject) -> None:
        with contextlib.suppress(NotPossible):
            operations.confirm_booking(booking=self.some(data, State.HELD), at=self.at)

    @precondition(lambda self: self.bookings(*Booking.ALIVE))
    @rule(data=st.data(), erased=st.booleans())
    def somebody_cancels(self, data: st.DataObject, erased: bool) -> None:
        booking = self.some(data, *Booking.ALIVE)
        with contextlib.suppress(NotPossible):
            operations.cancel_booking(booking=booking, at=self.at)
            if erased:
                retention.erase_booking(booking_id=booking.pk, at=self.at)

    @precondition(lambda self: self.bookings(State.OFFERED))
    @rule(data=st.data(), answer=st.sampled_from(["accept", "stay", "leave", "reached"]))
    def an_offer_is_answered(self, data: st.DataObject, answer: str) -> None:
        booking = self.some(data, State.OFFERED)
        with contextlib.suppress(NotPossible):
            match answer:
                case "accept":
                    operations.accept_offer(booking=booking, at=self.at)
                case "reached":
                    operations.reach_offered(offer=booking.offers.open().get(), at=self.at, by=None)
                case _:
                    operations.decline_offer(booking=booking, stay=answer == "stay", at=self.at)

    @precondition(lambda self: self.bookings(State.WAITING))
    @rule(data=st.data(), takes=st.booleans(), in_parts=st.booleans())
    def somebody_waiting_decides(self, data: st.DataObject, takes: bool, in_parts: bool) -> None:
        booking = self.some(data, State.WAITING)
        with contextlib.suppress(NotPossible):
            if takes:
                operations.take_seat(booking=booking, at=self.at)
            else:
                operations.come_in_parts(booking=booking, in_parts=in_parts, at=self.at)

    @precondition(lambda self: self.mode == "series" and self.bookings(State.CONFIRMED))
    @rule(data=st.data(), comes=st.booleans())
    def somebody_is_absent(self, data: st.DataObject, comes: bool) -> None:
        booking = self.some(data, State.CONFIRMED)
        people = list(booking.participants.order_by("pk"))
        if not people or not self.coming():
            return
        act = operations.come_after_all if comes else operations.report_absent
        with contextlib.suppress(NotPossible):
            act(
                participant=data.draw(st.sampled_from(people)),
                session=data.draw(st.sampled_from(self.coming())),
                at=self.at,
            )

    @precondition(lambda self: self.mode == "series" and self.coming())
    @rule(data=st.data(), who=st.sampled_from(PEOPLE))
    def somebody_has_a_taste(self, data: st.DataObject, who: Any) -> None:
        name, email, phone = who
        with contextlib.suppress(NotPossible):
            operations.book(
                run=self.run,
                session=data.draw(st.sampled_from(self.coming())),
                party=Party([Guest(name, self.generations[0].pk)], email=email, phone=phone),
                at=self.at,
            )

    @precondition(lambda self: not self.is_tandem)
    @rule(
        old=st.integers(0, 3),
        young=st.integers(0, 3),
        desk=st.integers(0, 2),
        days=st.sampled_from([0, 3, 10]),
    )
    def other_seats_are_kept(self, old: int, young: int, desk: int, days: int) -> None:
        keys = [self.generations[0].pk, self.generations[1].pk, None]
        pools = [Kept(key, n, days) for key, n in zip(keys, (old, young, desk), strict=True) if n]
        with contextlib.suppress(NotPossible), transaction.atomic():
            operations.set_pools(run=self.run, pools=pools, at=self.at, by=None)

    @rule(capacity=st.sampled_from([2, 3, 4, 6]))
    def there_are_other_seats(self, capacity: int) -> None:
        opened = CourseRun.objects.get(pk=self.run.pk)
        schedule = opened.schedules.get()
        opened.capacity = capacity
        with contextlib.suppress(NotPossible), transaction.atomic():
            operations.save_run(
                run=opened,
                schedule=schedule,
                facilitators=[],
                at=self.at,
                by=None,
                decisions=operations.Decisions({}, reason="anders"),
            )

    @precondition(lambda self: self.coming())
    @rule(data=st.data(), days=st.integers(-3, 9), cancelled=st.sampled_from([False, False, True]))
    def the_team_changes_a_date(self, data: st.DataObject, days: int, cancelled: bool) -> None:
        session = data.draw(st.sampled_from(self.coming()))
        shift = timedelta(days=days, minutes=30)
        with contextlib.suppress(NotPossible), transaction.atomic():
            if cancelled:
                operations.cancel_session(session=session, reason="krank", at=self.at, by=None)
            else:
                operations.move_session(
                    session=session,
                    starts_at=session.starts_at + shift,
                    ends_at=session.ends_at + shift,
                    room=session.room,
                    reason="verlegt",
                    at=self.at,
                    by=None,
                )

    # What must hold

    @invariant()
    def the_formula_holds_and_the_counter_is_right(self) -> None:
        if not hasattr(self, "run"):
            return
        for session in self.run.sessions.select_related("run"):
            taken = self.taken(session)
            assert session.seats_taken == sum(taken.values())
            assert session.capacity is not None
            if session.starts_at > self.at and not session.is_cancelled:
                assert sum(taken.values()) + self.empty_kept(session, taken) <= session.capacity
                assert self.wheelchairs(session) <= WHEELCHAIRS

    @invariant()
    def nobody_sits_twice_in_a_session(self) -> None:
        if not hasattr(self, "run"):
            return
        for session in self.run.sessions.all():
            seats = session.seats.filter(state__in=Seat.TAKEN)
            who = [
                (
                    s.participant.name.casefold(),
                    s.participant.booking.person_id and self.contact(s.participant),
                )
                for s in seats.select_related("participant__booking__person")
                if s.participant.name
            ]
            assert len(who) == len(set(who))

    @invariant()
    def states_and_seats_agree(self) -> None:
        if not hasattr(self, "run"):
            return
        for booking in Booking.objects.filter(run=self.run):
            seats = Seat.objects.filter(participant__booking=booking)
            states = set(seats.filter(state__in=Seat.TAKEN).values_list("state", flat=True))
            match booking.state:
                case State.HELD:
                    assert states <= {Seat.State.HELD}
                case State.OFFERED:
                    assert states <= {Seat.State.OFFERED}
                    assert booking.offers.open().count() == 1
                case State.CONFIRMED:
                    assert states <= {Seat.State.BOOKED}
                case State.WAITING | State.MISSED | State.REQUESTED | State.EXPIRED:
                    assert not states
            if booking.state != State.OFFERED:
                assert not booking.offers.open().exists()

    @invariant()
    def one_live_offer_per_person_and_no_more_than_three_in_all(self) -> None:
        if not hasattr(self, "run"):
            return
        live = Counter(Offer.objects.open().values_list("person", flat=True))
        assert all(count == 1 for count in live.values())
        for booking in Booking.objects.filter(run=self.run):
            assert booking.offers.count() <= 3

    @invariant()
    def first_come_first_served_among_those_who_fit(self) -> None:
        """Whoever still waits and came earlier could not have had what somebody later has just been offered."""
        if not hasattr(self, "run"):
            return
        new = Offer.objects.filter(run=self.run).exclude(pk__in=self.known_offers).select_related("booking")
        self.known_offers |= {offer.pk for offer in new}
        for offer in new:
            later = offer.booking
            if offer.state != Offer.State.OPEN or later.follows_id:
                continue
            waiting = Booking.objects.filter(run=self.run, session=later.session, state=State.WAITING)
            for earlier in waiting.filter(waiting_since__lt=later.waiting_since):
                assert not self.is_entitled(earlier) or not self.wish(earlier).is_within(self.wish(later))

    @invariant()
    def tandems_are_of_two_who_come(self) -> None:
        if not hasattr(self, "run") or not self.is_tandem:
            return
        for tandem in Tandem.objects.filter(ended_at=None).select_related(
            "old__generation", "young__generation"
        ):
            assert (tandem.old.generation.side, tandem.young.generation.side) == ("old", "young")  # type: ignore[union-attr]
            for somebody in (tandem.old, tandem.young):
                assert somebody.booking.state == State.CONFIRMED
        alone = Counter(
            somebody.generation.side  # type: ignore[union-attr]
            for booking in self.bookings(State.CONFIRMED)
            for somebody in booking.participants.select_related("generation")
            if self.mode == "series" and booking.session_id is None
            if not Tandem.objects.filter(ended_at=None, old=somebody).exists()
            if not Tandem.objects.filter(ended_at=None, young=somebody).exists()
        )
        assert not (alone["old"] and alone["young"])

    def no_seat_is_idle(self) -> None:
        """After due work, outside the last hours, nobody waits for whom there is room."""
        for target, sessions in self.targets():
            if not sessions or sessions[0].starts_at - self.at < LATEST_OFFER or self.has_begun(target):
                continue
            queue = Booking.objects.filter(run=self.run, session=target, state=State.WAITING)
            kept: list[Wish] = []
            for booking in queue.order_by("waiting_since", "pk"):
                wish = self.wish(booking)
                fits = self.there_is_room(sessions, [*kept, wish])
                assert not (fits and self.is_entitled(booking)), "somebody waits for whom there is room"
                if len(wish.kinds) > 1 and booking.passed_over >= 2 and not fits:
                    kept += self.part(sessions, kept, booking)

    # How it is counted here

    def bookings(self, *states: str) -> list[Booking]:
        return list(Booking.objects.filter(run=self.run, state__in=states).order_by("pk"))

    def some(self, data: st.DataObject, *states: str) -> Booking:
        return data.draw(st.sampled_from(self.bookings(*states)))

    def coming(self) -> list[Session]:
        return list(
            self.run.sessions.taking_place().filter(starts_at__gt=self.at).order_by("starts_at", "pk")
        )

    def some_target(self, data: st.DataObject) -> Session | None:
        return None if self.mode == "series" else data.draw(st.sampled_from(self.coming()))

    def targets(self) -> list[tuple[Session | None, list[Session]]]:
        coming = self.coming()
        return [(None, coming)] if self.mode == "series" else [(session, [session]) for session in coming]

    def has_begun(self, target: Session | None) -> bool:
        if target is not None or self.run.join_late:
            return False
        return self.run.sessions.taking_place().filter(starts_at__lte=self.at).exists()

    @staticmethod
    def contact(somebody: Participant) -> tuple[str, str]:
        person = somebody.booking.person
        assert person is not None
        return person.email, person.phone

    def is_entitled(self, booking: Booking) -> bool:
        live = Offer.objects.open().filter(run=self.run, person=booking.person_id)
        return booking.offers.count() < 3 and not live.exists()

    @staticmethod
    def wish(booking: Booking) -> Wish:
        people = list(booking.participants.select_related("access_need"))
        return Wish(
            tuple((one.generation_id, booking.channel != "web") for one in people),
            sum(1 for one in people if hasattr(one, "access_need") and one.access_need.wheelchair),
        )

    def part(self, sessions: list[Session], kept: list[Wish], booking: Booking) -> list[Wish]:
        """Those of a party, one after the other, for whom there is room."""
        mine: list[Wish] = []
        for one in booking.participants.select_related("access_need").order_by("pk"):
            need = hasattr(one, "access_need") and one.access_need.wheelchair
            wish = Wish(((one.generation_id, booking.channel != "web"),), int(need))
            if self.there_is_room(sessions, [*kept, *mine, wish]):
                mine.append(wish)
        return mine

    def there_is_room(self, sessions: list[Session], wishes: Iterable[Wish]) -> bool:
        kinds = Counter(kind for wish in wishes for kind in wish.kinds)
        chairs = sum(wish.wheelchairs for wish in wishes)
        for session in sessions:
            taken = self.taken(session) + kinds
            assert session.capacity is not None
            if sum(taken.values()) + self.empty_kept(session, taken) > session.capacity:
                return False
            if chairs and self.wheelchairs(session) + chairs > WHEELCHAIRS:
                return False
        return True

    def taken(self, session: Session) -> Counter[tuple[int | None, bool]]:
        rows = session.seats.filter(state__in=["held", "offered", "booked"])
        return Counter(
            (generation, channel != "web")
            for generation, channel in rows.values_list(
                "participant__generation", "participant__booking__channel"
            )
        )

    @staticmethod
    def wheelchairs(session: Session) -> int:
        return session.seats.filter(
            state__in=["held", "offered", "booked"], participant__access_need__wheelchair=True
        ).count()

    def empty_kept(self, session: Session, taken: Counter[tuple[int | None, bool]]) -> int:
        """Kept seats that nobody fills, by a flow from kinds of people to pools."""
        released = set(PoolRelease.objects.filter(session=session).values_list("pool", flat=True))
        pools: list[tuple[int, Any]] = [
            (pool.seats, ("desk" if pool.for_desk else pool.generation_id))
            for pool in self.run.pools.all()
            if pool.pk not in released
        ]
        if self.is_tandem:
            half = (session.capacity or 0) // 2
            pools += [(half, generation.pk) for generation in self.generations]
        graph = nx.DiGraph()
        graph.add_nodes_from(["from", "to"])
        for number, (seats, whose) in enumerate(pools):
            graph.add_edge(("pool", number), "to", capacity=seats)
            for (generation, at_desk), count in taken.items():
                if whose == generation or (whose == "desk" and at_desk):
                    graph.add_edge("from", ("kind", generation, at_desk), capacity=count)
                    graph.add_edge(("kind", generation, at_desk), ("pool", number))
        return sum(seats for seats, _whose in pools) - nx.maximum_flow_value(graph, "from", "to")


class SeriesSeats(Seats):
    mode = "series"


class TandemSeats(Seats):
    is_tandem = True


class TandemSeriesSeats(Seats):
    mode = "series"
    is_tandem = True


MACHINES = {
    "single dates": (Seats, 3),
    "a series": (SeriesSeats, 3),
    "tandems": (TandemSeats, 2),
    "tandems in a series": (TandemSeriesSeats, 2),
}
SHARES = sum(share for _machine, share in MACHINES.values())


@pytest.mark.django_db
@pytest.mark.parametrize("name", MACHINES)
def test_whatever_people_do_seats_are_given_fairly(name: str) -> None:
    """In CI 300 runs of 30 steps on SQLite and 50 on PostgreSQL, over all; `make soak` runs thousands."""
    machine, share = MACHINES[name]
    runs = int(os.environ.get("SEAT_RUNS", "300" if connection.vendor == "sqlite" else "50"))
    make.site()
    make.course("Tandem")
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=max(1, runs * share // SHARES),
            stateful_step_count=int(os.environ.get("SEAT_STEPS", "30")),
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
