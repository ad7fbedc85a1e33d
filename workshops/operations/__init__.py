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
from workshops.operations.plans import (
    DecisionMissing,
    Decisions,
    RunIsBooked,
    horizon,
    plan_change,
    plan_run,
    segment_from,
)
from workshops.operations.runs import (
    RunHasChanged,
    archive_run,
    extend_run,
    publish_run,
    save_run,
)
from workshops.operations.sessions import (
    Scope,
    add_session,
    cancel_session,
    cancel_sessions,
    change_details,
    move_session,
    send_notice,
    undo_change,
    undo_notice,
)

__all__ = [
    "DecisionMissing",
    "Decisions",
    "Full",
    "Guest",
    "Party",
    "RunHasChanged",
    "RunIsBooked",
    "Scope",
    "add_session",
    "archive_run",
    "book",
    "cancel_booking",
    "cancel_session",
    "cancel_sessions",
    "change_details",
    "confirm_booking",
    "expire_hold",
    "extend_run",
    "horizon",
    "move_session",
    "plan_change",
    "plan_run",
    "publish_run",
    "save_run",
    "segment_from",
    "send_notice",
    "undo_change",
    "undo_notice",
]
