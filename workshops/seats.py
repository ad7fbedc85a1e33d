"""The one formula by which a seat is free. Pure: no ORM, no clock.

For every session: seats taken + kept seats not yet filled ≤ capacity. Kept are the seats of pools
not yet released. A taken seat fills at most one kept seat whose pool admits it, and as many as
possible are filled: a maximum matching between kinds of participant and pools, computed, never
stored. Booking, waiting list and the public number of free seats all ask here.

A *kind* is whatever a pool can tell participants apart by: the generation, and whether they came by
telephone or counter. Beside the seats stand things of which there are so many, such as places for
wheelchairs and devices to lend: a party fits where there is enough of what it needs, too.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

MOST_POOLS = 10


@dataclass(frozen=True, slots=True)
class Pool[Kind: Hashable]:
    """`seats` kept for participants of the kinds in `admits`."""

    seats: int
    admits: frozenset[Kind]

    def __post_init__(self) -> None:
        if self.seats < 0:
            raise ValueError("A pool keeps no fewer than no seats.")


@dataclass(frozen=True, slots=True)
class Claim[Kind: Hashable]:
    """What one participant takes: a seat, and one of each thing they need."""

    kind: Kind
    needs: frozenset[Hashable] = frozenset()


@dataclass(frozen=True, slots=True)
class House[Kind: Hashable]:
    """What is known of one session's seats: capacity, participants by kind, pools not yet released.

    A capacity of None is a drop-in: everybody fits. `left` says how many there are left of things that are
    counted; of what it does not name there is enough.
    """

    capacity: int | None
    taken: Mapping[Kind, int]
    pools: Sequence[Pool[Kind]] = ()
    left: Mapping[Hashable, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.pools) > MOST_POOLS:
            raise ValueError(f"At most {MOST_POOLS} pools can be counted.")

    @property
    def is_sound(self) -> bool:
        """Whether the formula holds."""
        return (
            self.capacity is None
            or sum(self.taken.values()) + unfilled(self.pools, self.taken) <= self.capacity
        )

    def joined_by(self, party: Iterable[Claim[Kind]]) -> "House[Kind]":
        """The same session with the party in it."""
        party = list(party)
        needed = Counter(need for claim in party for need in claim.needs)
        left = {thing: pieces - needed[thing] for thing, pieces in self.left.items()}
        taken = Counter(self.taken)
        taken.update(claim.kind for claim in party)
        return House(self.capacity, taken, self.pools, left)

    def fits(self, party: Iterable[Claim[Kind]]) -> bool:
        """Whether the formula still holds with the party added, and there is enough of what it needs."""
        party = list(party)
        joined = self.joined_by(party)
        needs = {need for claim in party for need in claim.needs}
        return joined.is_sound and all(joined.left.get(need, 0) >= 0 for need in needs)

    def free_for(self, kind: Kind) -> int | None:
        """How many participants of that kind still fit; None where there is no limit, never below 0."""
        if self.capacity is None:
            return None
        low, high = 0, max(0, self.capacity - sum(self.taken.values()))
        while low < high:  # the formula only ever gets tighter with more people
            middle = (low + high + 1) // 2
            if self.fits([Claim(kind)] * middle):
                low = middle
            else:
                high = middle - 1
        return low


type Houses[Kind: Hashable] = Sequence[House[Kind]]
"""The sessions a party wants, all of them or none."""


def fits[Kind: Hashable](houses: Houses[Kind], party: Iterable[Claim[Kind]]) -> bool:
    """Whether the party fits on every one of the sessions."""
    party = list(party)
    return all(house.fits(party) for house in houses)


def joined_by[Kind: Hashable](houses: Houses[Kind], party: Iterable[Claim[Kind]]) -> list[House[Kind]]:
    """The sessions with the party on every one of them."""
    party = list(party)
    return [house.joined_by(party) for house in houses]


def part_that_fits[Kind: Hashable](houses: Houses[Kind], party: Sequence[Claim[Kind]]) -> list[int]:
    """The places in the party of those for whom there is room on every session, taken one after the other."""
    chosen: list[int] = []
    for place, claim in enumerate(party):
        if fits(houses, [*(party[other] for other in chosen), claim]):
            chosen.append(place)
    return chosen


def unfilled[Kind: Hashable](pools: Sequence[Pool[Kind]], taken: Mapping[Kind, int]) -> int:
    """How many kept seats nobody fills when as many as possible are filled.

    By Hall's theorem in its deficiency form: the largest number, over all sets of pools, of their
    seats less the participants that any of them admits. With a handful of pools that is a handful
    of sums, and exact.
    """
    return max(
        sum(pool.seats for pool in chosen)
        - sum(count for kind, count in taken.items() if any(kind in pool.admits for pool in chosen))
        for size in range(len(pools) + 1)
        for chosen in combinations(pools, size)
    )
