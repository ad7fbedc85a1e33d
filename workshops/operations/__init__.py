"""The verbs. Each is one transaction, takes keyword arguments and the instant `at`, and raises
`workshops.rules.NotPossible` (or a subclass) with a sentence where the state of things forbids it."""

from workshops.operations.absences import add_absence, dates_in_absence, remove_absence
from workshops.operations.absent import come_after_all, report_absent
from workshops.operations.again import send_again
from workshops.operations.bookings import (
    AlreadyBooked,
    Charge,
    Full,
    Guest,
    Party,
    answer_request,
    book,
    cancel_booking,
    confirm_booking,
    expire_hold,
    join_waiting_list,
)
from workshops.operations.calls import note_call
from workshops.operations.closures import conflicts_after_hits, hit_by, resolve_hits
from workshops.operations.coming import (
    ask_again,
    ask_whether_coming,
    pass_silent_on,
    remind,
    say_coming,
    say_not_coming,
)
from workshops.operations.conflicts import ConflictFound, conflicts_of, conflicts_of_session, open_conflicts
from workshops.operations.copying import CopiesHaveChanged, Copy, copy_runs, plan_copies
from workshops.operations.counting import PoolsDoNotFit
from workshops.operations.days_off import horizon
from workshops.operations.drafts import NumberTaken
from workshops.operations.enough import cancel_run, decide_run
from workshops.operations.equipment import equip_run
from workshops.operations.erasing import erase_people, send_own_link
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
from workshops.operations.keeping import Answer, AnswerIsChosen, Extras, Kept, Question
from workshops.operations.messages import write_to_participants
from workshops.operations.next_run import offer_next_run
from workshops.operations.people import add_companion, change_participant, remove_participant
from workshops.operations.plans import (
    DecisionMissing,
    Decisions,
    RunIsBooked,
    plan_change,
    plan_run,
    segment_from,
)
from workshops.operations.pools import release_pools, set_pools
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
from workshops.operations.tasters import taster_seats_on
from workshops.operations.telling import send_notice
from workshops.operations.terms import Readiness, mark_ready, publish_with_term, readiness
from workshops.operations.undoing import undo_change, undo_notice
from workshops.operations.waiting import (
    accept_offer,
    come_in_parts,
    decline_offer,
    end_waiting,
    expire_offer,
    offer_seats,
    reach_offered,
    take_seat,
)
from workshops.operations.wishes import want_next_run

__all__ = [
    "AlreadyBooked",
    "Charge",
    "ConflictFound",
    "CopiesHaveChanged",
    "Copy",
    "DecisionMissing",
    "Decisions",
    "Full",
    "Guest",
    "ImportHasFaults",
    "Kept",
    "Answer",
    "AnswerIsChosen",
    "Extras",
    "Question",
    "NumberTaken",
    "Party",
    "PoolsDoNotFit",
    "Readiness",
    "RunChanges",
    "RunHasChanged",
    "RunIsBooked",
    "Scope",
    "accept_offer",
    "add_absence",
    "add_companion",
    "add_session",
    "answer_request",
    "archive_run",
    "ask_again",
    "ask_helpers",
    "ask_whether_coming",
    "book",
    "cancel_booking",
    "cancel_run",
    "cancel_selected",
    "cancel_session",
    "cancel_sessions",
    "change_details",
    "change_participant",
    "changes_since_print",
    "check_rows",
    "come_after_all",
    "come_in_parts",
    "confirm_booking",
    "conflicts_after_hits",
    "conflicts_of",
    "conflicts_of_session",
    "copy_day_is_over",
    "copy_runs",
    "dates_in_absence",
    "decide_run",
    "decline_offer",
    "end_waiting",
    "equip_run",
    "erase_people",
    "expire_hold",
    "expire_offer",
    "extend_room_use",
    "extend_run",
    "hit_by",
    "horizon",
    "import_runs",
    "join_waiting_list",
    "keep_printed",
    "look_for_substitute",
    "mark_ready",
    "move_session",
    "note_call",
    "offer_next_run",
    "offer_seats",
    "open_conflicts",
    "pass_silent_on",
    "plan_change",
    "plan_copies",
    "plan_room_use",
    "plan_run",
    "publish_run",
    "publish_with_term",
    "reach_offered",
    "readiness",
    "release_pools",
    "remind",
    "remove_absence",
    "remove_participant",
    "renew_link",
    "report_absent",
    "report_sick",
    "resolve_hits",
    "save_helper",
    "save_room_use",
    "save_run",
    "say_coming",
    "say_not_coming",
    "segment_from",
    "send_again",
    "send_notice",
    "send_own_link",
    "set_pools",
    "sign_up",
    "take_back",
    "take_out",
    "take_over",
    "take_seat",
    "taster_seats_on",
    "undo_change",
    "undo_notice",
    "want_next_run",
    "write_to_participants",
]
