"""The verbs. Each is one transaction, takes keyword arguments and the instant `at`, and raises
`workshops.rules.NotPossible` (or a subclass) with a sentence where the state of things forbids it."""

from workshops.operations.absences import add_absence, dates_in_absence, remove_absence
from workshops.operations.bookings import (
    Full,
    Guest,
    Party,
    book,
    cancel_booking,
    confirm_booking,
    expire_hold,
)
from workshops.operations.closures import conflicts_after_hits, hit_by, resolve_hits
from workshops.operations.conflicts import ConflictFound, conflicts_of, conflicts_of_session, open_conflicts
from workshops.operations.copying import CopiesHaveChanged, Copy, copy_runs, plan_copies
from workshops.operations.days_off import horizon
from workshops.operations.drafts import NumberTaken
from workshops.operations.enough import cancel_run, decide_run
from workshops.operations.equipment import equip_run
from workshops.operations.helpers import (
    ask_helpers,
    look_for_substitute,
    renew_link,
    report_sick,
    save_helper,
    sign_up,
    take_back,
    take_out,
    take_over,
)
from workshops.operations.importing import ImportHasFaults, check_rows, import_runs
from workshops.operations.plans import (
    DecisionMissing,
    Decisions,
    RunIsBooked,
    plan_change,
    plan_run,
    segment_from,
)
from workshops.operations.printing import RunChanges, changes_since_print, copy_day_is_over, keep_printed
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
)
from workshops.operations.telling import send_notice
from workshops.operations.terms import Readiness, mark_ready, publish_with_term, readiness
from workshops.operations.undoing import undo_change, undo_notice

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
    "Readiness",
    "RunChanges",
    "RunHasChanged",
    "RunIsBooked",
    "Scope",
    "add_absence",
    "add_session",
    "archive_run",
    "ask_helpers",
    "book",
    "cancel_booking",
    "cancel_run",
    "cancel_selected",
    "cancel_session",
    "cancel_sessions",
    "change_details",
    "changes_since_print",
    "confirm_booking",
    "check_rows",
    "conflicts_after_hits",
    "conflicts_of",
    "conflicts_of_session",
    "copy_day_is_over",
    "copy_runs",
    "dates_in_absence",
    "decide_run",
    "equip_run",
    "expire_hold",
    "extend_room_use",
    "extend_run",
    "hit_by",
    "horizon",
    "import_runs",
    "keep_printed",
    "look_for_substitute",
    "mark_ready",
    "move_session",
    "open_conflicts",
    "plan_change",
    "plan_copies",
    "plan_room_use",
    "plan_run",
    "publish_run",
    "publish_with_term",
    "readiness",
    "remove_absence",
    "renew_link",
    "report_sick",
    "resolve_hits",
    "save_helper",
    "save_room_use",
    "save_run",
    "segment_from",
    "send_notice",
    "sign_up",
    "take_back",
    "take_out",
    "take_over",
    "undo_change",
    "undo_notice",
]
