"""The one formula by which a seat is free. Pure: no ORM, no clock.

For every session: seats taken + kept seats not yet filled ≤ capacity. Kept are the seats of pools
not yet released. A taken seat fills at most one kept seat whose pool admits it, and as many as
possible are filled: a maximum matching between kinds of participant and pools, computed, never
stored. Booking, waiting list and the public number of free seats all ask here.

A *kind* is whatever a pool can tell participants apart by (the generation; later also telephone or
web); None stands for a participant of whom that is not known.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
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
class House[Kind: Hashable]:
    """What is known of one session's seats: capacity, participants by kind, pools not yet released.

    A capacity of None is a drop-in: everybody fits.
    """

    capacity: int | None
    taken: Mapping[Kind, int]
    pools: Sequence[Pool[Kind]] = ()

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

    def joined_by(self, party: Iterable[Kind]) -> "House[Kind]":
        """The same session with the party in it."""
        return House(self.capacity, Counter(self.taken) + Counter(party), self.pools)

    def fits(self, party: Iterable[Kind]) -> bool:
        """Whether the formula still holds with the party added."""
        return self.joined_by(party).is_sound

    def free_for(self, kind: Kind) -> int | None:
        """How many participants of that kind still fit; None where there is no limit, never below 0."""
        if self.capacity is None:
            return None
        low, high = 0, max(0, self.capacity - sum(self.taken.values()))
        while low < high:  # the formula only ever gets tighter with more people
            middle = (low + high + 1) // 2
            if self.fits([kind] * middle):
                low = middle
            else:
                high = middle - 1
        return low


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
