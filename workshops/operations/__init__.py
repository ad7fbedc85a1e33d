"""The verbs. Each is one transaction, takes keyword arguments and the instant `at`, and raises
`workshops.rules.NotPossible` (or a subclass) with a sentence where the state of things forbids it."""

from workshops.operations.bookings import (
    Full,
    Guest,
    Party,
    book,
    cancel_booking,
    confirm_booking,
    expire_hold,
)
from workshops.operations.runs import (
    RunHasChanged,
    RunIsBooked,
    archive_run,
    extend_run,
    horizon,
    plan_change,
    plan_run,
    publish_run,
    save_run,
)
from workshops.operations.sessions import cancel_session, move_session, send_notice, undo_notice

__all__ = [
    "Full",
    "Guest",
    "Party",
    "RunHasChanged",
    "RunIsBooked",
    "archive_run",
    "book",
    "cancel_booking",
    "cancel_session",
    "confirm_booking",
    "expire_hold",
    "extend_run",
    "horizon",
    "move_session",
    "plan_change",
    "plan_run",
    "publish_run",
    "save_run",
    "send_notice",
    "undo_notice",
]
