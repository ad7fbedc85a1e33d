"""Who learns with whom in a tandem. Pure: no ORM, no clock."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import product


@dataclass(frozen=True, slots=True)
class Alone:
    """Somebody without a partner: who they are, the booking they came with, and what they would like to share."""

    key: int
    party: int
    traits: frozenset[Hashable] = frozenset()


def pairs(old: Sequence[Alone], young: Sequence[Alone]) -> list[tuple[Alone, Alone]]:
    """As many pairs of an old and a young one as there can be.

    Who came together stays together. Then those are matched who share most, and among equals whoever came first.
    Both sequences are in the order in which people came.
    """

    def closeness(pair: tuple[Alone, Alone]) -> tuple[bool, int]:
        one, other = pair
        return one.party == other.party, len(one.traits & other.traits)

    free_old, free_young, made = list(old), list(young), []
    while free_old and free_young:
        best = max(product(free_old, free_young), key=closeness)  # of equals, the first
        made.append(best)
        free_old.remove(best[0])
        free_young.remove(best[1])
    return made
