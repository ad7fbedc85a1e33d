"""Why a kind of personal data is kept and until when, declared beside its model and carried out by due work.

The declarations are the one source: due work erases by them, a system check finds a model that has
personal data and none, and the privacy page can list them.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Retention:
    """One kind of data, in the models that hold it.

    `erase(at)` removes what is past its time at `at`, in its own transaction, and returns how many
    rows. It must be safe to run twice at once.
    """

    models: tuple[type[Model], ...]
    purpose: str
    kept: str
    erase: Callable[[datetime], int]


_declared: list[Retention] = []


def declare(retention: Retention) -> None:
    """Adds a declaration. Those declared first are carried out first."""
    _declared.append(retention)


def declared() -> dict[type[Model], Retention]:
    """The declaration of each model."""
    return {model: retention for retention in _declared for model in retention.models}


def erase_due(at: datetime) -> int:
    """Erases everything whose time has come and returns how many rows that were.

    A kind that fails is logged and holds up no other; then its error is raised.
    """
    done, failed = 0, None
    for retention in _declared:
        try:
            done += retention.erase(at)
        except Exception as error:
            logger.exception("Erasing %s failed.", ", ".join(model._meta.label for model in retention.models))
            failed = error
    if failed:
        raise failed
    return done
