"""The seat formula that `workshops/seats.py` states, against a maximum matching found in another way."""

from collections import Counter
from collections.abc import Iterable

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshops.seats import MOST_POOLS, Claim, House, Pool, unfilled

type Kind = str | None

KINDS: tuple[Kind, ...] = ("young", "middle", "old", None)

pools = st.lists(
    st.builds(Pool, st.integers(0, 5), st.frozensets(st.sampled_from(KINDS), max_size=4)), max_size=4
)
disjoint_pools = st.lists(st.integers(0, 5), min_size=4, max_size=4).map(
    lambda seats: [Pool(kept, frozenset([kind])) for kept, kind in zip(seats, KINDS, strict=True)]
)
people = st.dictionaries(st.sampled_from(KINDS), st.integers(0, 6), max_size=4)
parties = st.lists(st.sampled_from(KINDS), max_size=4)
capacities = st.integers(0, 24)


def claims(party: Iterable[Kind]) -> list[Claim[Kind]]:
    return [Claim(kind) for kind in party]


def most_filled_seat_by_seat(kept: list[Pool], taken: dict[Kind, int]) -> int:
    """Every taken seat and every kept seat is a node of its own; Hopcroft and Karp find the matching."""
    graph = nx.Graph()
    sitting = [("taken", kind, number) for kind, count in taken.items() for number in range(count)]
    chairs = [("kept", index, number) for index, pool in enumerate(kept) for number in range(pool.seats)]
    graph.add_nodes_from([*sitting, *chairs])
    graph.add_edges_from(
        (person, chair) for person in sitting for chair in chairs if person[1] in kept[chair[1]].admits
    )
    matching = nx.bipartite.hopcroft_karp_matching(graph, top_nodes=sitting)
    return len(matching) // 2


def most_filled_by_flow(kept: list[Pool], taken: dict[Kind, int]) -> int:
    """The same as a flow from kinds to pools."""
    graph = nx.DiGraph()
    graph.add_nodes_from(["source", "sink"])
    for index, pool in enumerate(kept):
        graph.add_edge(("pool", index), "sink", capacity=pool.seats)
        for kind in pool.admits:
            graph.add_edge(("kind", kind), ("pool", index))
    for kind, count in taken.items():
        graph.add_edge("source", ("kind", kind), capacity=count)
    return nx.maximum_flow_value(graph, "source", "sink")


def holds(capacity: int, taken: dict[Kind, int], kept: list[Pool]) -> bool:
    """seats taken + kept seats not yet filled ≤ capacity."""
    empty = sum(pool.seats for pool in kept) - most_filled_seat_by_seat(kept, taken)
    return sum(taken.values()) + empty <= capacity


@given(pools, people)
def test_as_many_kept_seats_as_possible_are_filled(kept: list[Pool], taken: dict[Kind, int]) -> None:
    filled = sum(pool.seats for pool in kept) - unfilled(kept, taken)
    assert filled == most_filled_seat_by_seat(kept, taken) == most_filled_by_flow(kept, taken)


@given(capacities, people, pools)
def test_a_session_is_sound_where_the_formula_holds(
    capacity: int, taken: dict[Kind, int], kept: list[Pool]
) -> None:
    assert House(capacity, taken, kept).is_sound == holds(capacity, taken, kept)


@given(capacities, people, pools, parties)
def test_a_party_fits_where_the_formula_still_holds_with_it(
    capacity: int, taken: dict[Kind, int], kept: list[Pool], party: list[Kind]
) -> None:
    assert House(capacity, taken, kept).fits(claims(party)) == holds(
        capacity, Counter(taken) + Counter(party), kept
    )


@given(people, disjoint_pools)
def test_pools_that_share_nobody_count_as_the_larger_of_taken_and_kept(
    taken: dict[Kind, int], kept: list[Pool]
) -> None:
    used = sum(taken.values()) + unfilled(kept, taken)
    assert used == sum(max(taken.get(kind, 0), pool.seats) for kind, pool in zip(KINDS, kept, strict=True))


@given(capacities, people, pools, parties, st.sampled_from(KINDS))
def test_who_does_not_fit_fits_no_better_with_more_people(
    capacity: int, taken: dict[Kind, int], kept: list[Pool], party: list[Kind], another: Kind
) -> None:
    house = House(capacity, taken, kept)
    assert house.fits(claims(party)) or not house.fits(claims([*party, another]))
    assert house.fits(claims(party)) or not house.joined_by(claims([another])).fits(claims(party))
    assert not house.fits(claims(party)) or House(capacity + 1, taken, kept).fits(claims(party))


@given(capacities, people, pools, parties)
def test_a_released_pool_only_ever_makes_room(
    capacity: int, taken: dict[Kind, int], kept: list[Pool], party: list[Kind]
) -> None:
    if House(capacity, taken, kept).fits(claims(party)):
        assert all(
            House(capacity, taken, kept[:index] + kept[index + 1 :]).fits(claims(party))
            for index in range(len(kept))
        )


@given(capacities, people, pools, st.sampled_from(KINDS))
def test_free_is_the_largest_number_that_fits(
    capacity: int, taken: dict[Kind, int], kept: list[Pool], kind: Kind
) -> None:
    house = House(capacity, taken, kept)
    fitting = [count for count in range(1, capacity + 2) if house.fits(claims([kind] * count))]
    assert house.free_for(kind) == max(fitting, default=0)


@given(people, pools, parties, st.sampled_from(KINDS))
def test_a_drop_in_has_room_for_everybody(
    taken: dict[Kind, int], kept: list[Pool], party: list[Kind], kind: Kind
) -> None:
    house = House(None, taken, kept)
    assert house.is_sound
    assert house.fits(claims(party))
    assert house.free_for(kind) is None


def test_adding_a_party_leaves_the_counted_session_as_it_was() -> None:
    taken = {"old": 2}
    joined = House(5, taken, []).joined_by(claims(["old", None]))
    assert joined.taken == {"old": 3, None: 1}
    assert taken == {"old": 2}


def test_a_seat_fills_one_kept_seat_only() -> None:
    """Two pools want the same two people: two kept seats stay empty, not none."""
    both = [Pool(2, frozenset(["old"])), Pool(2, frozenset(["old", "young"]))]
    assert unfilled(both, {"old": 2}) == 2
    assert House(4, {"old": 2}, both).free_for("young") == 2
    assert House(4, {"old": 2}, both).free_for("middle") == 0


def test_an_overfull_session_has_no_seat_free_and_says_so() -> None:
    house = House(2, {None: 3}, [])
    assert not house.is_sound
    assert house.free_for(None) == 0


def test_what_cannot_be_counted_is_refused() -> None:
    with pytest.raises(ValueError):
        Pool(-1, frozenset())
    with pytest.raises(ValueError):
        House(1, {}, [Pool(1, frozenset())] * (MOST_POOLS + 1))
