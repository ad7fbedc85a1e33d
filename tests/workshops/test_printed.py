"""The comparison with the printed programme: nothing has changed, or exactly that has."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from workshops.printed import (
    Change,
    CostFacts,
    DateFacts,
    Kind,
    RunFacts,
    Standing,
    as_data,
    compare,
    from_data,
    number_key,
)
from workshops.printed_wording import sentences


def wall(text: str) -> datetime:
    """A time as a clock on the wall shows it: without a zone."""
    return datetime.fromisoformat(text)


WEDNESDAY = wall("2027-01-13 14:00")


def day(week: int = 0, **fields: Any) -> DateFacts:
    """A Wednesday afternoon, with an identity as a session has it."""
    starts = fields.pop("starts", WEDNESDAY + timedelta(weeks=week))
    known: dict[str, Any] = {
        "room": "Werkraum, Alte Post",
        "people": ("Hanne Brandt",),
        "id": f"session-{week}",
    }
    return DateFacts(**{"starts": starts, "ends": starts + timedelta(minutes=90), **known, **fields})


def run(*dates: DateFacts, **fields: Any) -> RunFacts:
    return RunFacts(
        **{
            "number": "W27-1",
            "title": "Handy",
            "mode": "single",
            "seats": 8,
            "dates": dates or (day(0), day(1), day(2)),
            **fields,
        }
    )


def with_date(facts: RunFacts, index: int, **changed: Any) -> RunFacts:
    dates = list(facts.dates)
    dates[index] = replace(dates[index], **changed)
    return replace(facts, dates=tuple(dates))


instants = st.datetimes(wall("2026-01-01 00:00"), wall("2028-12-31 00:00"))
some_dates = st.builds(
    lambda starts, minutes, **fields: DateFacts(starts, starts + timedelta(minutes=minutes), **fields),
    instants,
    st.integers(5, 1440),
    room=st.sampled_from(["", "Werkraum", "Saal"]),
    people=st.lists(st.sampled_from(["Hanne", "Ida", "Paul"]), unique=True).map(tuple),
    cancelled=st.booleans(),
    id=st.one_of(st.just(""), st.uuids().map(str)),
    planned_for=st.one_of(st.just(""), instants.map(str)),
)
some_runs = st.builds(
    RunFacts,
    number=st.text(max_size=20),
    title=st.text(max_size=20),
    mode=st.sampled_from(["single", "series", "drop_in"]),
    seats=st.none() | st.integers(1, 1000),
    cost=st.builds(CostFacts, price=st.sampled_from(["0.00", "12.50"]), reduced=st.none() | st.just("8.00")),
    dates=st.lists(some_dates, max_size=12).map(tuple),
    span=st.none() | st.just((date(2027, 1, 1), date(2027, 6, 30))),
)


@given(some_runs)
def test_a_run_compared_with_itself_has_not_changed(facts: RunFacts) -> None:
    assert compare(facts, facts) == []


@given(some_runs)
def test_what_is_kept_comes_back_as_it_was(facts: RunFacts) -> None:
    assert from_data(json.loads(json.dumps(as_data(facts)))) == facts


@given(some_runs, st.randoms())
def test_the_order_of_the_dates_does_not_matter(facts: RunFacts, random: Any) -> None:
    shuffled = list({(d.id, d.planned_for, d.starts, d.cancelled): d for d in facts.dates}.values())
    facts = replace(facts, dates=tuple(shuffled))
    random.shuffle(shuffled)
    found = compare(facts, replace(facts, dates=tuple(shuffled)))
    assert all(change.kind in (Kind.MOVED, Kind.ROOM, Kind.PEOPLE) for change in found)
    if all(d.id for d in shuffled):
        assert found == []


@given(some_runs, some_runs)
def test_any_two_runs_can_be_compared_and_said(printed: RunFacts, now: RunFacts) -> None:
    for language in ("de", "en"):
        with translation.override(language):
            for change in compare(printed, now):
                assert all(sentences(change))


ONE_CHANGE: dict[str, tuple[Callable[[RunFacts], RunFacts], Change]] = {
    "number": (lambda r: replace(r, number="W27-9"), Change(Kind.NUMBER, "W27-1", "W27-9")),
    "title": (lambda r: replace(r, title="Telefon"), Change(Kind.TITLE, "Handy", "Telefon")),
    "mode": (lambda r: replace(r, mode="series"), Change(Kind.MODE, "single", "series")),
    "seats": (lambda r: replace(r, seats=12), Change(Kind.SEATS, 8, 12)),
    "no seats": (lambda r: replace(r, seats=None), Change(Kind.SEATS, 8, None)),
    "cost": (
        lambda r: replace(r, cost=CostFacts(price="5.00")),
        Change(Kind.COST, CostFacts(), CostFacts(price="5.00")),
    ),
    "one room": (
        lambda r: with_date(r, 1, room="Saal"),
        Change(Kind.ROOM, "Werkraum, Alte Post", "Saal", (WEDNESDAY + timedelta(weeks=1),)),
    ),
    "every room": (
        lambda r: replace(r, dates=tuple(replace(d, room="") for d in r.dates)),
        Change(Kind.ROOM, "Werkraum, Alte Post", ""),
    ),
    "one facilitator": (
        lambda r: with_date(r, 0, people=("Ida Kern",)),
        Change(Kind.PEOPLE, ("Hanne Brandt",), ("Ida Kern",), (WEDNESDAY,)),
    ),
    "every facilitator": (
        lambda r: replace(r, dates=tuple(replace(d, people=("Ida Kern",)) for d in r.dates)),
        Change(Kind.PEOPLE, ("Hanne Brandt",), ("Ida Kern",)),
    ),
    "moved far": (
        lambda r: with_date(r, 0, starts=wall("2027-05-01 09:00"), ends=wall("2027-05-01 10:00")),
        Change(Kind.MOVED, day(0), day(0, starts=wall("2027-05-01 09:00"), ends=wall("2027-05-01 10:00"))),
    ),
    "longer": (
        lambda r: with_date(r, 2, ends=day(2).ends + timedelta(minutes=30)),
        Change(Kind.MOVED, day(2), day(2, ends=day(2).ends + timedelta(minutes=30))),
    ),
    "cancelled": (
        lambda r: with_date(r, 1, cancelled=True),
        Change(Kind.CANCELLED, day(1), day(1, cancelled=True)),
    ),
    "gone": (lambda r: replace(r, dates=r.dates[:2]), Change(Kind.CANCELLED, day(2))),
    "new": (lambda r: replace(r, dates=(*r.dates, day(7))), Change(Kind.NEW, None, day(7))),
}


@pytest.mark.parametrize("name", ONE_CHANGE)
def test_every_single_change_gives_its_own_entry_and_no_other(name: str) -> None:
    change, expected = ONE_CHANGE[name]
    assert compare(run(), change(run())) == [expected]


@pytest.mark.parametrize(
    ("standing", "kind"),
    [
        (Standing.CANCELLED, Kind.RUN_CANCELLED),
        (Standing.WITHDRAWN, Kind.RUN_WITHDRAWN),
        (Standing.UNPUBLISHED, Kind.NOT_PUBLISHED),
    ],
)
def test_a_run_that_is_no_more_says_only_that(standing: Standing, kind: Kind) -> None:
    assert compare(run(), run(day(5), seats=1), standing) == [Change(kind)]


def test_a_run_that_was_not_printed_is_new() -> None:
    assert compare(None, run()) == [Change(Kind.NEW_RUN, new=run())]


def test_a_date_printed_as_cancelled_that_takes_place_after_all() -> None:
    printed = run(day(0), day(1, cancelled=True))
    assert compare(printed, run(day(0), day(1))) == [Change(Kind.REINSTATED, day(1, cancelled=True), day(1))]
    assert compare(printed, run(day(0))) == []


def test_a_new_date_that_is_cancelled_at_once_is_no_news() -> None:
    assert compare(run(), run(*run().dates, day(5, cancelled=True))) == []


def test_changes_of_dates_stand_in_their_order_after_those_of_the_run() -> None:
    now = run(day(0, cancelled=True), day(1), day(2, room="Saal"), day(-1), seats=9)
    kinds = [change.kind for change in compare(run(), now)]
    assert kinds == [Kind.SEATS, Kind.ROOM, Kind.NEW, Kind.CANCELLED]


class TestPrintedBeforeItWasMade:
    """A run that is ready has no sessions when the copy goes to print."""

    def planned(self, week: int = 0, **fields: Any) -> DateFacts:
        starts = WEDNESDAY + timedelta(weeks=week)
        return day(week, **{"id": "", "planned_for": f"{starts.isoformat()}Z", **fields})

    def test_a_date_is_found_by_the_instant_its_rule_planned(self) -> None:
        printed = run(self.planned(0), self.planned(1))
        moved = self.planned(1, id="a", starts=wall("2027-03-05 09:00"))
        (change,) = compare(printed, run(self.planned(0, id="b"), moved))
        assert (change.kind, change.new) == (Kind.MOVED, moved)

    def test_by_its_beginning_where_nothing_plans_it_any_more(self) -> None:
        gone = day(0, planned_for="", cancelled=True)
        (change,) = compare(run(self.planned(0)), run(gone))
        assert (change.kind, change.new) == (Kind.CANCELLED, gone)

    def test_of_two_at_the_same_time_the_one_that_takes_place_counts(self) -> None:
        taken = day(0, id="a", planned_for="", cancelled=True)
        assert compare(run(self.planned(0)), run(taken, day(0, id="b", planned_for=""))) == []

    def test_of_several_in_a_week_each_is_found_once(self) -> None:
        two = [self.planned(starts=WEDNESDAY + timedelta(hours=n), planned_for="") for n in (0, 1)]
        late, friday = WEDNESDAY + timedelta(hours=2), WEDNESDAY + timedelta(days=2)
        found = compare(run(*two), run(day(starts=late, id="a"), day(starts=friday, id="b")))
        assert [(c.kind, c.new.starts) for c in found] == [(Kind.MOVED, late), (Kind.MOVED, friday)]

    def test_of_several_in_a_week_the_nearest_is_meant(self) -> None:
        monday, thursday = (WEDNESDAY + timedelta(days=n) for n in (-2, 1))
        now = run(day(starts=monday, id="a"), day(starts=thursday, id="b"))
        found = {c.kind: c.new.starts for c in compare(run(self.planned(0, planned_for="")), now)}
        assert found == {Kind.NEW: monday, Kind.MOVED: thursday}

    def test_another_day_of_the_same_week_is_a_move_and_another_week_is_not(self) -> None:
        thursday = WEDNESDAY + timedelta(days=1)
        (change,) = compare(run(self.planned(0)), run(day(starts=thursday)))
        assert (change.kind, change.new.starts) == (Kind.MOVED, thursday)
        found = compare(run(self.planned(0)), run(day(3)))
        assert [c.kind for c in found] == [Kind.CANCELLED, Kind.NEW]

    def test_a_run_without_an_end_is_printed_for_its_term(self) -> None:
        span = (date(2027, 1, 1), date(2027, 1, 20))
        now = run(day(0), day(1), day(2), day(3), span=span)
        printed = now.within_span()
        assert [d.id for d in printed.dates] == ["session-0", "session-1"]
        assert compare(printed, now) == []
        (change,) = compare(
            printed, run(*now.dates, day(starts=wall("2027-01-19 09:00"), id="extra"), span=span)
        )
        assert change.kind == Kind.NEW


def test_course_numbers_are_sorted_as_people_count() -> None:
    numbers = ["K10", "K2", "k1", "", "27-3", "27-20", "²"]
    assert sorted(numbers, key=number_key) == ["", "27-3", "27-20", "k1", "K2", "K10", "²"]


class TestWords:
    def said(self, change: Change, language: str = "de") -> str:
        with translation.override(language):
            return " ".join(sentences(change))

    def test_a_move_names_both_days(self) -> None:
        moved = Change(Kind.MOVED, day(0), day(0, starts=wall("2027-01-14 09:00")))
        for expected in ("Mi, 13. Jan", "14:00", "Do, 14. Jan", "09:00"):
            assert expected in self.said(moved)

    def test_what_happened_alike_to_several_dates_is_one_line(self) -> None:
        printed = run(day(0), day(1), day(2), day(3))
        moved = [day(n, starts=WEDNESDAY + timedelta(weeks=n, days=1)) for n in range(1, 4)]
        (change,) = compare(printed, run(day(0), *moved))
        said = self.said(change)
        assert "Mi, 20. Jan, 27. Jan, 3. Feb, 14:00" in said
        assert "Do, 21. Jan, 28. Jan, 4. Feb, 14:00" in said
        (gone,) = compare(printed, run(day(0), *(day(n, cancelled=True) for n in range(1, 4))))
        assert "Mi, 20. Jan, 27. Jan, 3. Feb, 14:00" in self.said(gone)
        (added,) = compare(run(day(0)), printed)
        with translation.override("en"):
            assert " ".join(sentences(added)).startswith("New dates: Wed")
        apart = [day(1, starts=moved[0].starts + timedelta(hours=1)), moved[1], day(3)]
        assert len(compare(printed, run(day(0), *apart))) == 2

    def test_another_time_names_the_day_once(self) -> None:
        later = Change(Kind.MOVED, day(0), day(0, starts=WEDNESDAY + timedelta(hours=1)))
        assert self.said(later).count("13. Jan") == 1

    def test_a_date_over_midnight_says_on_which_day_it_ends(self) -> None:
        night = day(0, ends=wall("2027-01-14 00:30"))
        assert "Do, 14. Jan" in self.said(Change(Kind.CANCELLED, night))

    def test_costs_are_said_as_on_the_site(self) -> None:
        dear = CostFacts(price="12.50", reduced="8.00", material="3.00", note="Schüler zahlen weniger")
        said = self.said(Change(Kind.COST, CostFacts(), dear))
        for expected in ("12,50 €", "8,00 €", "3,00 €", "Schüler zahlen weniger"):
            assert expected in said
        assert "12.50 €" in self.said(Change(Kind.COST, CostFacts(), dear), "en")

    def test_a_new_run_says_all_that_the_programme_lacks(self) -> None:
        said = self.said(Change(Kind.NEW_RUN, new=run(day(0), day(1, room=""), day(2, cancelled=True))))
        for expected in ("13. Jan", "20. Jan", "Werkraum, Alte Post", "Hanne Brandt", "online", "8"):
            assert expected in said
        assert "27. Jan" not in said

    @pytest.mark.parametrize("kind", Kind)
    def test_there_are_words_for_every_kind_in_both_languages(self, kind: Kind) -> None:
        both: dict[Kind, tuple[Any, Any]] = {
            Kind.NEW_RUN: (None, run()),
            Kind.PEOPLE: (("Hanne",), ()),
            Kind.ROOM: ("Saal", ""),
            Kind.COST: (CostFacts(), CostFacts(price="1.00")),
            Kind.SEATS: (8, None),
            Kind.MODE: ("series", "gone mode"),
        }
        old, new = both.get(kind, (day(0), day(1)))
        if kind in (Kind.NUMBER, Kind.TITLE):
            old, new = "alt", "neu"
        for language in ("de", "en"):
            assert self.said(Change(kind, old, new), language)
