"""Who may do what when: one body for what a page offers and what an operation allows. No ORM, no clock.

`can_x` answers for templates; `check_x` raises `NotPossible` with a sentence for people.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from timetable.zone import local_date
from workshops.deadlines import last_call
from workshops.opening import WEB, opening, refusal, short
from workshops.seat_wording import Left, left_label, left_notes
from workshops.seats import MOST_POOLS, House

if TYPE_CHECKING:
    from workshops.models import (
        Booking,
        CourseRun,
        FacilitatorAbsence,
        Helper,
        HelperShift,
        Notice,
        Offer,
        Seat,
        Session,
    )
    from workshops.planning import Plan

HOLD = timedelta(hours=48)
"""So long a seat is held for somebody who has not used the link in the mail yet."""

NOTICE_DELAY = timedelta(minutes=10)
"""So long a change can be undone before anybody is told."""

KEPT_UNTIL = timedelta(days=7)
"""Up to so long before a date seats are kept for a party that has been passed too often."""

PASSES = 2
"""So often a waiting party may be passed by smaller ones; from then on seats are kept for it."""

MOST_OFFERS = 3
"""So many offers somebody on a waiting list is made."""

FEW = 3
"""From so few free seats on a page says how many are left in an urgent tone."""

MOST_PEOPLE = 10
"""So many people fit into one booking; more are a group, with whom the team talks."""

OF_AGE = 18
"""From this age on nobody needs a guardian (§ 2 BGB)."""

PARTICIPANTS_BEFORE = timedelta(days=14)
PARTICIPANTS_AFTER = timedelta(days=7)
"""So long before and after a date the people who teach it see who comes."""

NEEDS_AFTER = timedelta(days=1)
"""So long after it they see what was to be prepared."""

LONGEST_ABSENCE = timedelta(days=366)
ABSENCE_AHEAD = timedelta(days=3 * 366)

type Status = Literal["free", "few", "full", "cancelled", "past", "running", "drop_in", "not_open", "closed"]


class NotPossible(Exception):
    """Something the state of things does not allow. `sentence` says so to people."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


class NotOpenYet(NotPossible):
    """Booking has not opened yet."""


@dataclass(frozen=True, slots=True)
class Availability:
    """What somebody can do about a session or run. `free` is None where there is no limit.

    It says so for the one generation asked about, or for everybody: then `free` counts for those who have the
    most seats, and `notes` say what is left for whom. `waits`: whoever finds no seat can join the waiting list.
    `by_phone`: there are seats, but only for those who call.
    """

    status: Status
    free: int | None
    label: str
    book_url: str = ""
    notes: tuple[str, ...] = ()
    waits: bool = False
    by_phone: bool = False

    @property
    def bookable(self) -> bool:
        return self.status in ("free", "few")


def free_seats(capacity: int | None, taken: int) -> int | None:
    """How many more fit; None where there is no limit."""
    return House(capacity, {None: taken}).free_for(None)


def session_availability(
    session: "Session", *, at: datetime, book_url: str = "", left: Left | None = None
) -> Availability:
    """What can be done about one session. `left` says for whom there is room where seats are kept for some.

    A session of a series is judged by the whole series: it needs what `SessionQuerySet.with_series` adds.
    """
    run = session.run
    if session.is_cancelled:
        return Availability("cancelled", 0, str(_("Cancelled")))
    if session.ends_at <= at:
        return Availability("past", 0, str(_("Over")))
    if run.is_drop_in:
        return Availability("drop_in", None, str(_("Just come by")))
    if run.is_series:
        return series_availability(
            run,
            free=session.series_free,
            begun=session.series_begun,
            begins=session.series_begins,
            at=at,
            book_url=book_url,
            left=left,
        )
    if session.starts_at <= at:
        return Availability("running", 0, str(_("Has begun")))
    if waits_for_helpers(session):
        return Availability("full", 0, str(_("No helpers yet – please look again soon")))
    left = left or Left(free_seats(session.capacity, session.seats_taken))
    return _seats(run, left=left, begins=session.starts_at, at=at, book_url=book_url)


def series_availability(
    run: "CourseRun",
    *,
    free: int | None,
    begun: bool,
    begins: datetime | None,
    at: datetime,
    book_url: str = "",
    left: Left | None = None,
) -> Availability:
    """What can be done about a series: `free` is the least on its remaining dates, `begins` the first of them.

    Both are None if none remain. `left` as in `session_availability`.
    """
    if run.is_cancelled:
        return Availability("cancelled", 0, str(_("Cancelled")))
    if free is None or begins is None:
        return Availability("past", 0, str(_("Over")))
    if begun and not run.join_late:
        return Availability("running", 0, str(_("Has begun")))
    return _seats(run, left=left or Left(free), begins=begins, at=at, book_url=book_url)


def _seats(run: "CourseRun", *, left: Left, begins: datetime, at: datetime, book_url: str) -> Availability:
    """How many seats are left and for whom; where there are some, whether they can be booked on the web by now."""
    most = left.most
    is_full = most is not None and most <= 0
    opens_at = opening(run).web
    is_closed = has_closed(run, begins, at=at)
    if not is_full and opens_at and opens_at > at:
        return Availability("not_open", most, short(opens_at))
    if not is_full and is_closed:
        return Availability("closed", most, str(_("Booking on the web is over – please call")))
    is_open = not is_closed and not (opens_at and opens_at > at)
    # In the last hours nobody is offered anything; a free seat is for whoever comes first.
    waits = run.has_waiting_list and is_open and at < last_call(begins)
    notes = left_notes(left, waits=waits)
    if not is_full:
        told = most if left.free is None or left.free <= 0 else left.free
        # A run of three seats of which nobody has taken one is not nearly full.
        few = told is not None and told <= FEW and told != run.capacity
        label = left_label(left, is_urgent=few)
        return Availability("few" if few else "free", most, label, book_url, notes, waits)
    label = left_label(left)
    if run.seats_per_helper is not None and not left.by_phone:
        label = str(_("No seat free at the moment"))
    if waits:
        label = _("%(full)s – waiting list") % {"full": label}
    return Availability("full", 0, label, book_url if waits else "", notes, waits, left.by_phone)


def waits_for_helpers(session: "Session") -> bool:
    """Whether a date has no seats yet because nobody has signed up to help."""
    return session.run.seats_per_helper is not None and session.capacity == 0


def check_book(
    run: "CourseRun", sessions: "list[Session]", *, begun: bool, at: datetime, channel: str = WEB
) -> None:
    """Raises NotPossible where these sessions cannot be booked now in this way, whatever their seats.

    `begun` says whether a date of the run has begun already; it counts for a series only.
    """
    if run.is_cancelled:
        raise NotPossible(_("This course has been cancelled."))
    if run.state != run.State.PUBLISHED or not run.course.live:
        raise NotPossible(_("This course cannot be booked at the moment."))
    if run.is_drop_in:
        raise NotPossible(_("This course needs no booking. Just come by."))
    if any(session.is_cancelled for session in sessions):
        raise NotPossible(_("This date has been cancelled."))
    if not sessions or any(session.starts_at <= at for session in sessions):
        raise NotPossible(_("This date is over or has begun."))
    if run.is_series and begun and not run.join_late:
        raise NotPossible(_("This series has begun and can no longer be joined."))
    if any(waits_for_helpers(session) for session in sessions):
        raise NotPossible(
            _("Nobody has signed up to help yet, so there are no seats. Please look again soon, or call us.")
        )
    opens = opening(run)
    if not opens.is_open(at, channel=channel):
        raise NotOpenYet(refusal(opens, at=at, channel=channel))
    if channel == WEB and has_closed(run, sessions[0].starts_at, at=at):
        raise NotPossible(
            _("Booking on the web is over for this date. Please call us; perhaps there is still a seat.")
        )


def has_closed(run: "CourseRun", begins: datetime, *, at: datetime) -> bool:
    """Whether booking on the web is over for what begins then."""
    return run.closes_hours is not None and begins - timedelta(hours=run.closes_hours) <= at


def check_party(run: "CourseRun", *, people: int, is_group: bool, channel: str = WEB) -> None:
    """Raises NotPossible where so many people cannot book this run together, whatever is free."""
    if is_group:
        if run.groups == run.Groups.NONE:
            raise NotPossible(_("Groups cannot book this course. Please call us; we will find a way."))
        if run.largest_group and people > run.largest_group:
            raise NotPossible(
                ngettext(
                    "At most %(count)s person can come with a group.",
                    "At most %(count)s people can come with a group.",
                    run.largest_group,
                )
                % {"count": run.largest_group}
            )
    elif people > run.most_per_booking and channel == WEB:
        raise NotPossible(
            ngettext(
                "In this course one booking is for %(count)s person. Please call us if more want to come.",
                "In this course one booking is for %(count)s people at most. Please call us if more want to come.",
                run.most_per_booking,
            )
            % {"count": run.most_per_booking}
        )


def check_tandem(run: "CourseRun", *, sides: "list[str]", minors_agreed: "list[bool]") -> None:
    """Raises NotPossible where these people cannot learn in pairs.

    `sides` has the side of each guest's generation ("" for none), `minors_agreed` for each one under 18 whether a
    guardian agrees that they learn with an adult they do not know.
    """
    if not run.is_tandem:
        return
    if not all(sides):
        raise NotPossible(
            _(
                "Here old and young learn in pairs. Please tell us of everybody which of the generations they belong to."
            )
        )
    if not all(minors_agreed):
        raise NotPossible(
            _(
                "Somebody under 18 can take part where a guardian agrees that they learn with an adult they do not know."
            )
        )


def check_wait(run: "CourseRun", *, people: int) -> None:
    """Raises NotPossible where so many people cannot wait for seats together."""
    if not run.has_waiting_list:
        raise NotPossible(_("There is no waiting list for this course."))
    if run.capacity is not None and people > run.capacity:
        raise NotPossible(_("There are not so many seats at all. Please call us; we will find a way."))


def check_accept(booking: "Booking", offer: "Offer | None", *, cancelled: bool, at: datetime) -> "Offer":
    """The offer that stands. Raises NotPossible where none does; `cancelled`: its dates do not take place."""
    if cancelled and booking.state == booking.State.OFFERED:
        raise NotPossible(_("This date has been cancelled."))
    if offer is None or booking.state != booking.State.OFFERED:
        raise NotPossible(_("This offer is over. Your page says where you stand now."))
    if offer.until <= at:
        raise NotPossible(
            _("The time for this offer is over. The seat goes to the next on the waiting list.")
        )
    return offer


def check_take_seat(booking: "Booking", *, begins: datetime | None, at: datetime) -> None:
    """Raises NotPossible where somebody who waits cannot take a free seat by themselves now."""
    if booking.state != booking.State.WAITING:
        raise NotPossible(_("You are not on the waiting list any more."))
    if begins is None or begins <= at:
        raise NotPossible(_("The date has begun or is over. Please call us if something went wrong."))
    if at < last_call(begins):
        raise NotPossible(_("Seats are offered in the order of the waiting list. We write to you, or call."))


def check_publish(run: "CourseRun", planned: "Plan") -> None:
    """Raises NotPossible where a run cannot be shown to visitors with the dates planned for it."""
    if run.state != run.State.DRAFT:
        raise NotPossible(_("This run has been published already."))
    if not run.course.live:
        raise NotPossible(_("The course has not been published yet. Please publish its page first."))
    if not planned.new:
        raise NotPossible(_("No date of this run lies ahead. Please check first date and rule."))
    check_end(run, planned)


def check_end(run: "CourseRun", planned: "Plan") -> None:
    """Raises NotPossible for a series without an end."""
    if run.is_series and planned.open_ended:
        raise NotPossible(_("A series needs an end: a last day, or a number of dates."))


def check_pools(run: "CourseRun", seats: Sequence[int]) -> None:
    """Raises NotPossible where a run cannot keep so many seats for some, whoever has booked."""
    if not seats:
        return
    if run.is_drop_in:
        raise NotPossible(_("A drop-in has no number of seats, so none can be kept."))
    if run.is_tandem:
        raise NotPossible(
            _("In a tandem half of the seats are for each side already; no others can be kept.")
        )
    if len(seats) > MOST_POOLS:
        raise NotPossible(
            _("Seats can be kept for at most %(most)s groups of people.") % {"most": MOST_POOLS}
        )
    if sum(seats) > (run.capacity or 0):
        raise NotPossible(
            _("%(kept)s seats would be kept, but there are only %(seats)s.")
            % {"kept": sum(seats), "seats": run.capacity}
        )


def check_tandem_run(run: "CourseRun", *, in_rooms: bool, led: bool, sides: Collection[str]) -> None:
    """Raises NotPossible where old and young cannot be brought together: they meet in a room, with a facilitator."""
    if run.is_drop_in:
        raise NotPossible(_("A drop-in needs no booking, so nobody can be brought together beforehand."))
    if (run.capacity or 0) % 2:
        raise NotPossible(_("Pairs need an even number of seats."))
    if not in_rooms:
        raise NotPossible(_("Tandems meet in a room, never online. Please choose one."))
    if not led:
        raise NotPossible(_("Tandems are always in the room with a facilitator. Please choose one."))
    if len(sides) < 2:
        raise NotPossible(
            _("Tandems need generations of both sides. Please say at the generations which side they are on.")
        )


def check_cancel(booking: "Booking", *, last_start: datetime | None, at: datetime) -> None:
    """Raises NotPossible where there is nothing left to cancel; `last_start` is that of its last seat taken."""
    if booking.state in (booking.State.WAITING, booking.State.REQUESTED):
        return
    if not booking.is_active:
        raise NotPossible(_("This booking has been cancelled already."))
    if last_start is None or last_start <= at:
        raise NotPossible(_("The date has begun or is over. Please call us if something went wrong."))


def check_absent(booking: "Booking", seat: "Seat", session: "Session", *, at: datetime) -> None:
    """Raises NotPossible where nobody can be reported absent: only on one date of a series that is to come."""
    if booking.state != booking.State.CONFIRMED or seat.state != seat.State.BOOKED:
        raise NotPossible(_("There is no seat on this date any more."))
    if not booking.run.is_series or booking.session_id is not None:
        raise NotPossible(_("For a single date please cancel the booking."))
    if session.is_cancelled or session.starts_at <= at:
        raise NotPossible(_("This date is over, or does not take place."))


def check_change_people(booking: "Booking", *, begins: datetime | None, at: datetime) -> None:
    """Raises NotPossible where nobody can be changed in a booking; `begins` is its next date that takes place."""
    state = booking.state
    if booking.is_group:
        raise NotPossible(_("Please call us if something about your group changes."))
    if state == booking.State.OFFERED:
        raise NotPossible(
            _("A seat is offered to you at the moment. Please answer first; then you can change who comes.")
        )
    if state == booking.State.HELD:
        raise NotPossible(_("Please confirm the booking first; then you can change who comes."))
    if state not in (booking.State.CONFIRMED, booking.State.WAITING):
        raise NotPossible(_("This booking is over. Nobody can be changed in it any more."))
    if begins is None or begins <= at:
        raise NotPossible(_("The date has begun or is over. Please call us if something went wrong."))


def check_want_next_run(booking: "Booking") -> None:
    """Raises NotPossible where it makes no difference whether somebody wants to be asked for the next run."""
    if booking.state not in (booking.State.WAITING, booking.State.OFFERED, booking.State.MISSED):
        raise NotPossible(_("Only who waits until the end is asked first for the next run."))


def can_cancel(booking: "Booking", *, last_start: datetime | None, at: datetime) -> bool:
    """Whether `check_cancel` passes."""
    try:
        check_cancel(booking, last_start=last_start, at=at)
    except NotPossible:
        return False
    return True


def check_see_participants(session: "Session", *, at: datetime) -> None:
    """Raises NotPossible where those who teach a date do not see who comes: too early, too late, cancelled."""
    today = local_date(at)
    if session.is_cancelled:
        raise NotPossible(_("This date has been cancelled. Nobody comes."))
    if today < local_date(session.starts_at) - PARTICIPANTS_BEFORE:
        raise NotPossible(_("Who comes stands here from two weeks before the date."))
    if today > local_date(session.ends_at) + PARTICIPANTS_AFTER:
        raise NotPossible(_("Who came stood here until a week after the date."))


def can_see_needs(session: "Session", *, at: datetime) -> bool:
    """Whether those who teach a date see what is to be prepared for people. It may concern their health."""
    today = local_date(at)
    return (
        not session.is_cancelled
        and local_date(session.starts_at) - PARTICIPANTS_BEFORE <= today
        and today <= local_date(session.ends_at) + NEEDS_AFTER
    )


def check_absence(first_date: date, last_date: date, *, at: datetime) -> None:
    """Raises NotPossible where local days, both inclusive, cannot be entered as an absence."""
    if last_date < first_date:
        raise NotPossible(_("The last day lies before the first."))
    if last_date < local_date(at):
        raise NotPossible(_("These days are over."))
    if last_date - first_date >= LONGEST_ABSENCE:
        raise NotPossible(_("An absence lasts a year at most."))
    if first_date > local_date(at) + ABSENCE_AHEAD:
        raise NotPossible(_("These days lie too far ahead."))


def check_remove_absence(absence: "FacilitatorAbsence", *, at: datetime) -> None:
    """Raises NotPossible where an absence is over: it stays as it was."""
    if absence.last_date < local_date(at):
        raise NotPossible(_("These days are over."))


def check_change_session(session: "Session", *, at: datetime) -> None:
    """Raises NotPossible where an editor can no longer cancel or move a session."""
    if session.is_cancelled:
        raise NotPossible(_("This date has been cancelled already."))
    if session.starts_at <= at:
        raise NotPossible(_("This date has begun or is over and can no longer be changed."))


def check_decide(run: "CourseRun") -> None:
    """Raises NotPossible where there is nothing to decide about a run that needs so many people."""
    if run.state != run.State.PUBLISHED:
        raise NotPossible(_("Only a published run is decided about."))
    if run.minimum is None:
        raise NotPossible(_("This run takes place however few come; there is nothing to decide."))
    if run.decided_at is not None:
        raise NotPossible(_("It has been decided already that this run takes place."))


def check_cancel_run(run: "CourseRun") -> None:
    """Raises NotPossible where a run cannot be cancelled as a whole."""
    if run.is_cancelled:
        raise NotPossible(_("This run has been cancelled already."))
    if run.state != run.State.PUBLISHED:
        raise NotPossible(_("Only a published run can be cancelled."))


def check_shift(session: "Session", *, at: datetime) -> None:
    """Raises NotPossible where nothing about who helps on a date can change any more."""
    if session.is_cancelled or session.run.is_cancelled:
        raise NotPossible(_("This date has been cancelled."))
    if session.starts_at <= at:
        raise NotPossible(_("This date has begun or is over. Please call us if something went wrong."))


def check_sign_up(helper: "Helper", session: "Session", *, clash: bool, at: datetime) -> None:
    """Raises NotPossible where this helper cannot help on that date, whether or not a place is free there.

    `clash` says whether they help on another date at the same time.
    """
    check_shift(session, at=at)
    if helper.is_archived:
        raise NotPossible(_("You are no longer on our list of helpers. Please call us."))
    if session.run.state != session.run.State.PUBLISHED or not session.run.helpers_wanted:
        raise NotPossible(_("No helpers are wanted for this date."))
    if clash:
        raise NotPossible(_("Nobody can help on two dates at the same time."))


def check_place(session: "Session", *, coming: int) -> None:
    """Raises NotPossible where as many helpers come to a date as are wanted."""
    if coming >= session.run.helpers_wanted:
        raise NotPossible(_("Enough helpers have signed up for this date in the meantime. Thank you!"))


def check_is_coming(shift: "HelperShift | None") -> None:
    """Raises NotPossible where somebody does not help on a date, and so has nothing to give away there."""
    if shift is None or shift.state not in shift.COMING:
        raise NotPossible(_("There is no promise to help on this date any more."))


def check_undo(notice: "Notice", *, at: datetime) -> None:
    """Raises NotPossible where people have been told, or are being told."""
    if notice.undone_at:
        raise NotPossible(_("This change has been undone already."))
    if notice.sent_at or notice.send_after <= at:
        raise NotPossible(_("People have been told already. Please make a new change instead."))


def can_undo(notice: "Notice", *, at: datetime) -> bool:
    """Whether `check_undo` passes."""
    try:
        check_undo(notice, at=at)
    except NotPossible:
        return False
    return True
