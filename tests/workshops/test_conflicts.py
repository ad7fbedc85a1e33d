"""What stands in the way of dates: the rules against a slow oracle, the rows, and two who save at once."""

import threading
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from core.models import HouseSettings
from places.models import Equipment, OpeningHours, RoomUse, RoomUseDate
from tests import factories as make
from timetable.rules import parse_rule
from workshops import history, operations
from workshops.conflicts import REACH, Conflict, House, Kind, Slot, Span, find
from workshops.models import CourseRun, EquipmentNeed, FacilitatorAbsence, HelperShift, Schedule, Session
from workshops.models.helpers import Helper
from workshops.operations import ConflictFound
from workshops.operations.conflicts import Wording, slots_of_sessions
from workshops.rules import NotPossible

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2027, 1, 11, 8, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def slot(begins: int, length: int = 4, **fields: Any) -> Slot:
    """A date so many quarters of an hour after Monday, 9 o'clock."""
    start = MONDAY + QUARTER * begins
    return Slot(**{"run": "a", "starts_at": start, "ends_at": start + QUARTER * length, **fields})


def kinds(found: list[Conflict]) -> list[Kind]:
    return [conflict.kind for conflict in found]


slots = st.builds(
    slot,
    st.integers(0, 40),
    st.integers(1, 12),
    run=st.sampled_from("abc"),
    room=st.sampled_from([None, 1, 2]),
    setup=st.sampled_from([timedelta(), QUARTER, QUARTER * 4]),
    teardown=st.sampled_from([timedelta(), QUARTER]),
    facilitators=st.frozensets(st.integers(1, 3), max_size=2),
    equipment=st.dictionaries(st.integers(1, 2), st.integers(1, 5), max_size=2),
)


@given(st.lists(slots, max_size=5), st.lists(slots, max_size=6))
def test_rooms_and_people_collide_exactly_where_minute_by_minute_they_do(
    planned: list[Slot], there: list[Slot]
) -> None:
    def minutes(one: Slot, *, setup: bool) -> set[int]:
        begins = one.starts_at - (one.setup if setup else timedelta())
        ends = one.ends_at + (one.teardown if setup else timedelta())
        return set(range(int(begins.timestamp() // 60), int(ends.timestamp() // 60)))

    expected = set()
    everything = [*there, *planned]
    for n, one in enumerate(everything):
        for m, other in enumerate(everything[:n]):
            if n < len(there):
                continue  # neither is asked about
            setup = one.run != other.run
            if (
                one.room
                and one.room == other.room
                and minutes(one, setup=setup) & minutes(other, setup=setup)
            ):
                expected.add((Kind.ROOM, frozenset((n, m)), None))
            if minutes(one, setup=False) & minutes(other, setup=False):
                for somebody in one.facilitators & other.facilitators:
                    expected.add((Kind.FACILITATOR, frozenset((n, m)), somebody))
    number = {id(one): n for n, one in enumerate(everything)}
    found = [c for c in find(planned, House(BERLIN, there)) if c.kind in (Kind.ROOM, Kind.FACILITATOR)]
    as_pairs = [(c.kind, frozenset((number[id(c.slot)], number[id(c.other)])), c.who) for c in found]
    assert set(as_pairs) == expected
    assert len(as_pairs) == len(expected)


@given(st.lists(slots, max_size=4), st.lists(slots, max_size=5), st.integers(0, 9))
def test_equipment_is_over_lent_exactly_where_at_some_moment_more_is_asked_for(
    planned: list[Slot], there: list[Slot], stock: int
) -> None:
    everything = [*there, *planned]

    def most(one: Slot, thing: int) -> int:
        moments = [
            one.starts_at + QUARTER * n for n in range(13) if one.starts_at + QUARTER * n < one.ends_at
        ]
        return max(
            sum(o.equipment.get(thing, 0) for o in everything if o.starts_at <= moment < o.ends_at)
            for moment in moments
        )

    found = find(planned, House(BERLIN, there, stock={1: stock, 2: stock}))
    got = sorted((id(c.slot), c.who, c.number) for c in found if c.kind == Kind.EQUIPMENT)
    wanted = [
        (id(one), thing, most(one, thing) - stock)
        for one in planned
        for thing in one.equipment
        if most(one, thing) > stock
    ]
    assert got == sorted(wanted)


def test_setting_up_counts_between_runs_and_not_within_one() -> None:
    first, second = slot(0, 4, room=1, key=1), slot(4, 4, room=1, setup=QUARTER, key=2)
    assert kinds(find([second], House(BERLIN, [first]))) == []
    other_run = slot(4, 4, room=1, setup=QUARTER, run="b")
    assert kinds(find([other_run], House(BERLIN, [first]))) == [Kind.ROOM]


def test_a_date_does_not_collide_with_itself_as_it_was_nor_with_one_that_goes() -> None:
    as_it_was, moved = slot(0, room=1, key=7), slot(1, room=1, key=7)
    going = slot(2, room=1, key=8)
    assert find([moved], House(BERLIN, [as_it_was, going]), gone=[8]) == []


def test_what_lies_across_midnight_and_what_touches_only() -> None:
    night = slot(52, 16, room=1)  # 22:00 to 2:00
    hours = {1: {0: [(time(9), time(23))], 1: [(time(0), time(12))]}}
    closed = {None: [(date(2027, 1, 12), date(2027, 1, 12), "Umbau")]}
    house = House(
        BERLIN, opening_hours=hours, closures=closed, absences={5: [(date(2027, 1, 12), date(2027, 1, 12))]}
    )
    night = Slot(night.run, night.starts_at, night.ends_at, room=1, venue=1, facilitators=frozenset({5}))
    # Closures go by the day it begins, as planning does; people are missing on either day.
    assert set(kinds(find([night], house))) == {Kind.ABSENT, Kind.NOT_OPEN}
    until_midnight = Slot(
        "a", MONDAY + timedelta(hours=13), MONDAY + timedelta(hours=15), facilitators=frozenset({5})
    )
    assert find([until_midnight], house) == []


def test_a_date_as_long_as_can_be_is_seen_however_early_it_began() -> None:
    longest = Slot("b", MONDAY - REACH + timedelta(hours=8), MONDAY + timedelta(hours=8), room=1)
    assert kinds(find([slot(0, room=1)], House(BERLIN, [longest]))) == [Kind.ROOM]


def test_each_thing_that_is_in_the_way_is_named() -> None:
    house = House(
        BERLIN,
        uses={1: [Span(MONDAY, MONDAY + timedelta(hours=1), "Rat")]},
        room_capacity={1: 10},
        closures={2: [(date(2027, 1, 11), date(2027, 1, 11), "Putz")]},
        opening_hours={2: {0: [(time(10), time(12))]}},
    )
    found = find([slot(0, room=1, venue=2, people=12, helpers_missing=2)], house)
    assert set(kinds(found)) == {Kind.OTHER_USE, Kind.TOO_SMALL, Kind.CLOSED, Kind.NOT_OPEN, Kind.HELPERS}
    assert {c.kind for c in found if c.is_blocking} == {Kind.OTHER_USE}


# Rows -------------------------------------------------------------------------------------------------


@pytest.mark.django_db
class TestRows:
    def report(self) -> list[tuple[str, str]]:
        found = operations.open_conflicts(at=make.NOW, through=make.NOW + timedelta(days=60))
        wording = Wording(found)
        return [(conflict.kind.value, wording.sentence(conflict)) for conflict in found]

    def test_the_report_finds_every_kind_and_says_it_in_german(self) -> None:
        assert self.report() == []
        room, hanne = make.room(name="Saal", capacity=5), make.facilitator("Hanne Brandt")
        run = make.run(room=room, rule="", facilitators=[hanne], capacity=8, helpers_wanted=2)
        make.run(room=room, rule="", facilitators=[hanne], start_time=time(15), capacity=4)
        tablets = Equipment.objects.create(name="Tablets", pieces=12)
        EquipmentNeed.objects.create(run=run, equipment=tablets, pieces=13)
        FacilitatorAbsence.objects.create(
            facilitator=hanne, first_date=date(2027, 1, 13), last_date=date(2027, 1, 13)
        )
        make.closure(date(2027, 1, 13), name="Umbau")
        OpeningHours.objects.create(venue=room.venue, weekday=2, opens=time(8), closes=time(12))
        use = RoomUse.objects.create(room=room, name="Rat", first_date=date(2027, 1, 13), start_time=time(14))
        RoomUseDate.objects.create(
            use=use,
            room=room,
            starts_at=make.NOW + timedelta(days=2, hours=4),
            ends_at=make.NOW + timedelta(days=2, hours=5),
        )
        helper = Helper.objects.create(name="Kim", email="kim@example.org")
        HelperShift.objects.create(helper=helper, session=make.first(run), changed_at=make.NOW)
        found = self.report()
        assert {kind for kind, _sentence in found} == {kind.value for kind in Kind}
        said = " ".join(sentence for _kind, sentence in found)
        for words in ("Saal ist belegt", "Hanne Brandt", "Rat", "Umbau", "Tablets", "1 Helfer"):
            assert words in said, words

    def test_over_lent_equipment_says_who_else_wants_it(self) -> None:
        tablets = Equipment.objects.create(name="Tablets", pieces=12)
        runs = [make.run(rule="", start_time=time(hour)) for hour in (14, 15, 20)]
        for run in runs:
            EquipmentNeed.objects.create(run=run, equipment=tablets, pieces=8)
        first, second, evening = (run.number for run in runs)
        (at_two, at_three) = (sentence for _kind, sentence in self.report())
        assert second in at_two
        assert "15:00" in at_two
        assert first in at_three
        assert evening not in at_two + at_three

    def test_what_is_cancelled_or_not_public_takes_no_room(self) -> None:
        room = make.room()
        make.run(room=room, rule="", published=False)
        cancelled = make.run(room=room, rule="")
        operations.cancel_session(session=make.first(cancelled), reason="Krank", at=make.NOW, by=None)
        archived = make.run(room=room, rule="")
        operations.archive_run(run=archived, at=make.NOW, by=None)
        make.run(room=room, rule="")
        assert self.report() == []

    def test_many_dates_ask_no_more_questions_than_one(self) -> None:
        def asked(run: CourseRun) -> int:
            rows = list(run.sessions.all())
            with CaptureQueriesContext(
                connection,
            ) as captured:
                operations.conflicts_of(slots_of_sessions(rows))
            return len(captured)

        hanne, room = make.facilitator(), make.room()
        tablets = Equipment.objects.create(name="Tablets", pieces=1)
        counts = []
        for number in (1, 30, 300):
            run = make.run(room=room, rule=f"RRULE:FREQ=DAILY;COUNT={number}", facilitators=[hanne])
            EquipmentNeed.objects.create(run=run, equipment=tablets, pieces=1)
            counts.append(asked(run))
        assert counts == [22, 22, 22]


# A house that refuses ---------------------------------------------------------------------------------


def refuse() -> None:
    house = HouseSettings.load()
    house.block_conflicts = True
    house.save()


@pytest.mark.django_db
class TestRefusing:
    @pytest.fixture(autouse=True)
    def strict(self, db: None) -> None:
        refuse()

    def test_nothing_is_published_moved_added_or_changed_into_a_taken_room(self) -> None:
        room = make.room()
        taken = make.session(room=room)
        draft = make.run(room=room, rule="", published=False)
        with pytest.raises(ConflictFound, match="belegt"):
            operations.publish_run(run=draft, at=make.NOW, by=None)
        assert not draft.sessions.exists()
        other = make.session(room=make.room())
        with pytest.raises(ConflictFound):
            operations.move_session(
                session=other,
                starts_at=other.starts_at,
                ends_at=other.ends_at,
                room=room,
                reason="x",
                at=make.NOW,
                by=None,
            )
        with pytest.raises(ConflictFound):
            operations.add_session(
                run=other.run,
                starts_at=taken.starts_at + QUARTER,
                ends_at=taken.ends_at,
                room=room,
                at=make.NOW,
                by=None,
            )
        run, schedule = other.run, other.run.schedules.get()
        schedule.room = room
        with pytest.raises(ConflictFound):
            operations.save_run(run=run, schedule=schedule, facilitators=[], at=make.NOW, by=None)
        use = RoomUse(
            room=room, name="Rat", first_date=date(2027, 1, 13), start_time=time(15), rule=parse_rule("")
        )
        with pytest.raises(ConflictFound):
            operations.save_room_use(use=use, at=make.NOW, by=None)
        assert not RoomUse.objects.exists()
        assert Session.objects.filter(room=room).count() == 1

    def test_two_start_times_one_after_the_other_are_no_conflict(self) -> None:
        run = make.run(rule="", minutes=30, further_times="14:30, 15:00", setup_minutes=30)
        assert run.sessions.count() == 3


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_the_same_room_at_once_one_wins_and_the_other_is_told() -> None:
    make.site()
    refuse()
    room, course = make.room(), make.course()
    drafts = [make.run(course=course, room=room, published=False) for _ in range(6)]
    barrier, results = threading.Barrier(len(drafts)), []

    def publish(run: CourseRun) -> None:
        barrier.wait()
        try:
            operations.publish_run(run=run, at=make.NOW, by=None)
            results.append("published")
        except ConflictFound:
            results.append("told")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=publish, args=[run]) for run in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["published"] + ["told"] * 5
    assert Session.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_of_two_editors_who_save_at_once_one_wins_and_the_other_is_told() -> None:
    run = make.run()
    version, barrier, results = run.version, threading.Barrier(2), []

    def save(hour: int) -> None:
        opened = CourseRun.objects.get(pk=run.pk)
        schedule = Schedule.objects.get(run=run)
        schedule.start_time = time(hour)
        barrier.wait()
        try:
            operations.save_run(
                run=opened, schedule=schedule, facilitators=[], at=make.NOW, by=None, expected_version=version
            )
            results.append(hour)
        except operations.RunHasChanged:
            results.append(0)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=save, args=[hour]) for hour in (9, 16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (won,) = [hour for hour in results if hour]
    assert sorted(results)[0] == 0
    assert {s.starts_at.astimezone(BERLIN).hour for s in run.sessions.all()} == {won}


@pytest.mark.django_db
class TestEquipping:
    def test_what_a_run_needs_is_set_told_and_counted(self) -> None:
        run, tablets = make.run(), Equipment.objects.create(name="Tablets", pieces=12)
        operations.equip_run(run=run, needs={tablets.pk: 8}, at=make.NOW, by=None)
        assert list(run.equipment_needs.values_list("equipment", "pieces")) == [(tablets.pk, 8)]
        change = run.changes.get(kind="changed")
        assert history.sentences(change) == ["Geräte: 8 × Tablets"]
        run.refresh_from_db()
        version = run.version
        operations.equip_run(run=run, needs={tablets.pk: 8}, at=make.NOW, by=None)
        run.refresh_from_db()
        assert (run.version, run.changes.filter(kind="changed").count()) == (version, 1)
        operations.equip_run(run=run, needs={}, at=make.NOW, by=None)
        assert not run.equipment_needs.exists()

    def test_a_run_that_is_over_needs_nothing_more(self) -> None:
        run, tablets = make.run(rule=""), Equipment.objects.create(name="Tablets", pieces=12)
        operations.archive_run(run=run, at=make.NOW, by=None)
        with pytest.raises(NotPossible):
            operations.equip_run(run=run, needs={tablets.pk: 1}, at=make.NOW, by=None)
        assert not run.equipment_needs.exists()


@pytest.mark.django_db
def test_what_is_meant_to_be_outside_the_opening_hours_is_no_conflict() -> None:
    room = make.room()
    OpeningHours.objects.create(venue=room.venue, weekday=2, opens=time(10), closes=time(13))
    evening = make.run(room=room)
    assert {one.kind for one in operations.open_conflicts(at=make.NOW)} == {Kind.NOT_OPEN}
    CourseRun.objects.filter(pk=evening.pk).update(outside_hours=True)
    assert operations.open_conflicts(at=make.NOW) == []
