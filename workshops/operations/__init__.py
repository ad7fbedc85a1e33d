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
from workshops.operations.conflicts import ConflictFound, conflicts_of, open_conflicts
from workshops.operations.copying import CopiesHaveChanged, Copy, copy_runs, plan_copies
from workshops.operations.drafts import NumberTaken
from workshops.operations.importing import ImportHasFaults, check_rows, import_runs
from workshops.operations.plans import (
    DecisionMissing,
    Decisions,
    RunIsBooked,
    horizon,
    plan_change,
    plan_run,
    segment_from,
)
from workshops.operations.room_uses import extend_room_use, plan_room_use, save_room_use
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
    cancel_selected,
    cancel_session,
    cancel_sessions,
    change_details,
    move_session,
    send_notice,
    undo_change,
    undo_notice,
)

__all__ = [
    "ConflictFound",
    "CopiesHaveChanged",
    "Copy",
    "DecisionMissing",
    "Decisions",
    "Full",
    "Guest",
    "ImportHasFaults",
    "NumberTaken",
    "Party",
    "RunHasChanged",
    "RunIsBooked",
    "Scope",
    "add_session",
    "archive_run",
    "book",
    "cancel_booking",
    "cancel_selected",
    "cancel_session",
    "cancel_sessions",
    "change_details",
    "confirm_booking",
    "check_rows",
    "conflicts_of",
    "copy_runs",
    "expire_hold",
    "extend_room_use",
    "extend_run",
    "horizon",
    "import_runs",
    "move_session",
    "open_conflicts",
    "plan_change",
    "plan_copies",
    "plan_room_use",
    "plan_run",
    "publish_run",
    "save_room_use",
    "save_run",
    "segment_from",
    "send_notice",
    "undo_change",
    "undo_notice",
]
