"""Seats given to a booking and taken back: the only place where seats and their counter are written.

Callers hold the sessions' locks, taken in the order of the keys, and then that of the booking.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import F, Max

from workshops import codes
from workshops.models import Booking, CourseRun, Participant, Seat, Session
from workshops.operations.capacity import fit_capacity


def lock_target(*, run: CourseRun, session: Session | None, at: datetime) -> list[Session]:
    """What is booked or waited for, locked: one date, or what remains of a series. In the order of the dates."""
    sessions = Session.objects.filter(run=run)
    if session is not None:
        sessions = sessions.filter(pk=session.pk)
    else:
        sessions = sessions.taking_place().not_begun(at)
    locked = list(sessions.select_for_update().order_by("pk"))
    for row in locked:
        row.run = run
    return sorted(locked, key=lambda row: (row.starts_at, row.pk))


def lock_booking(booking: Booking, *, at: datetime) -> Booking:
    """The booking, with everything locked first that its seats, or those who wait for them, may concern."""
    own = Session.objects.filter(seats__participant__booking=booking)
    target = Session.objects.filter(bookings=booking)
    keys = (
        own.values("pk")
        | target.values("pk")
        | booking.run.sessions.filter(starts_at__gt=at, run__booking_mode=CourseRun.Mode.SERIES).values("pk")
    )
    list(Session.objects.filter(pk__in=keys).select_for_update().order_by("pk"))
    return (
        Booking.objects.select_for_update(of=("self",))
        .select_related("run__course", "run__term")
        .get(pk=booking.pk)
    )


def give_seats(booking: Booking, sessions: Iterable[Session], people: Sequence[Participant]) -> None:
    """A seat for each of these people on each of these sessions, as the state of the booking says."""
    sessions = list(sessions)
    state = Seat.OF_BOOKING[booking.state]
    Seat.objects.bulk_create(
        (
            Seat(participant=participant, session=session, state=state)
            for participant in people
            for session in sessions
        ),
        # Who let an offer pass, or was absent, has had a seat here before.
        update_conflicts=True,
        unique_fields=["participant", "session"],
        update_fields=["state"],
    )
    Session.objects.filter(pk__in=[session.pk for session in sessions]).update(
        seats_taken=F("seats_taken") + len(people)
    )
    for session in sessions:
        session.seats_taken += len(people)


def take_back_seats(
    booking: Booking,
    at: datetime,
    *,
    begun_too: bool = False,
    people: Iterable[Participant] | None = None,
    sessions: Iterable[Session] | None = None,
    state: str = Seat.State.RELEASED,
) -> None:
    """Frees the seats of a booking on dates to come: of all its people and dates, or of those named."""
    seats = Seat.objects.taken().filter(participant__booking=booking)
    if not begun_too:
        seats = seats.filter(session__starts_at__gt=at)
    if people is not None:
        seats = seats.filter(participant__in=people)
    if sessions is not None:
        seats = seats.filter(session__in=sessions)
    counts = Counter(seats.values_list("session_id", flat=True))
    seats.update(state=state)
    by_count: defaultdict[int, list[int]] = defaultdict(list)
    for session_id, count in counts.items():
        by_count[count].append(session_id)
    for count, keys in by_count.items():
        Session.objects.filter(pk__in=keys).update(seats_taken=F("seats_taken") - count)
    fit_capacity(counts)


def end(booking: Booking, state: str, at: datetime) -> None:
    """The booking is over, and says how."""
    booking.state, booking.ended_at, booking.hold_until = state, at, None
    booking.save(update_fields=["state", "ended_at", "hold_until"])


def last_start(booking: Booking) -> datetime | None:
    """When the last date begins that this booking has a seat on."""
    taken = Session.objects.filter(seats__participant__booking=booking, seats__state__in=Seat.TAKEN)
    last: datetime | None = taken.aggregate(last=Max("starts_at"))["last"]
    return last


def new_code() -> str:
    """A speakable code that no booking has."""
    while Booking.objects.filter(code=(code := codes.new_code())).exists():
        pass
    return code
