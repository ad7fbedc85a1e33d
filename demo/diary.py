"""What happens in the town in the weeks before the day of the load, in the order in which it happens."""

from collections.abc import Callable
from datetime import datetime
from heapq import heappop, heappush
from itertools import count

type Act = Callable[[datetime], None]


class Diary:
    """Acts with their instants. Carried out from the earliest to the latest; an act may enter further ones.

    Two acts of the same instant follow the order in which they were entered.
    """

    def __init__(self) -> None:
        self._acts: list[tuple[datetime, int, Act]] = []
        self._numbers = count()

    def enter(self, at: datetime, act: Act) -> None:
        heappush(self._acts, (at, next(self._numbers), act))

    def carry_out(self, *, until: datetime) -> None:
        """Carries out everything up to that instant and forgets what comes later."""
        while self._acts:
            at, _number, act = heappop(self._acts)
            if at <= until:
                act(at)
        self._acts.clear()
