"""Work that falls due by itself: found from our own rows, never from a queue that could lose it.

Apps register what they have in `ready()`; `manage.py due` does it all once, `--loop` keeps doing it.
Every piece must be safe to run twice at once and to be killed at any point.
"""

import logging
from collections.abc import Callable
from datetime import datetime

logger = logging.getLogger(__name__)

DueWork = Callable[[datetime], int]

_registry: dict[str, DueWork] = {}


def register(name: str, work: DueWork) -> None:
    """Adds work that is due by itself. `work(at)` returns how many things it did."""
    _registry[name] = work


def do_all(*, at: datetime) -> dict[str, int]:
    """Does everything that is due at `at`; one piece that fails is logged and holds up no other.

    Pieces run in the order of registration, highest app first, so that what one piece writes
    (a mail) is carried out by a later one in the same round.
    """
    done: dict[str, int] = {}
    for name, work in sorted(_registry.items(), key=lambda item: item[0] == "mail"):
        try:
            done[name] = work(at)
        except Exception:
            logger.exception("Due work %s failed and is tried again in the next round.", name)
            done[name] = -1
    return done
