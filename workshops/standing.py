"""How a booking stands, for its own page. Read without locks: what is done about it, the operations decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workshops.deadlines import last_call
from workshops.models import Booking, CourseRun, Offer, Session
from workshops.operations.waiting import check_room, may_wait_on
from workshops.rules import NotPossible

TITLES: dict[str, Promise] = {
    "requested": _("Your request has arrived"),
    "waiting": _("You are on the waiting list"),
    "offered": _("A seat is free for you"),
    "offer_over": _("The time for your offer is over"),
    "held": _("Please confirm your booking"),
    "unconfirmed": _("This booking was not confirmed in time"),
    "confirmed": _("Your booking"),
    "cancelled": _("This booking is cancelled"),
    "left": _("You are no longer on the waiting list"),
    "lapsed": _("You are no longer on the waiting list"),
    "withdrawn": _("This request is closed"),
    "missed": _("No seat became free this time"),
}
"""What the page of a booking that stands so is called."""

OVER = ("offer_over", "unconfirmed", "cancelled", "left", "lapsed", "withdrawn")
"""Those in which nothing is left to do."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a booking stands, as a name of `TITLES`.

    `place` is set for who waits, `offer` for whom a seat is offered; `can_stay` says whether they may wait on where
    they decline it, `can_take` whether somebody who waits can take a free seat by themselves now, `is_last_call`
    whether nothing is offered to them any more.
    """

    name: str
    place: int | None = None
    offer: Offer | None = None
    can_stay: bool = False
    can_take: bool = False
    is_last_call: bool = False

    @property
    def title(self) -> Promise:
        return TITLES[self.name]

    @property
    def template(self) -> str:
        name = "over" if self.name in OVER else self.name
        return f"workshops/booking/state/{name}.html"


def standing(booking: Booking, sessions: Sequence[Session], *, at: datetime) -> Standing:
    """How it stands; `sessions` are those it has seats on or is for."""
    ahead = [session for session in sessions if session.starts_at > at and not session.is_cancelled]
    match booking.state:
        case Booking.State.WAITING if any(session.starts_at > at for session in sessions):
            return Standing(
                "waiting",
                place=booking.place_in_line(),
                can_take=_can_take(booking, ahead, at=at),
                is_last_call=any(last_call(session.starts_at) <= at for session in ahead),
            )
        case Booking.State.OFFERED:
            offer = booking.offers.open().first()
            if offer is None or offer.until <= at or not ahead:
                return Standing("offer_over")
            return Standing("offered", offer=offer, can_stay=may_wait_on(booking))
        case Booking.State.HELD:
            is_over = booking.hold_until is not None and booking.hold_until <= at
            return Standing("unconfirmed" if is_over else "held")
        case Booking.State.EXPIRED:
            return Standing("lapsed" if _only_waited(booking) else "unconfirmed")
        case Booking.State.CANCELLED if _only_waited(booking):
            return Standing("left")
        case Booking.State.CANCELLED if _only_asked(booking):
            return Standing("withdrawn")
        case Booking.State.WAITING:
            return Standing("missed")
        case _:
            return Standing(booking.state)


def _only_waited(booking: Booking) -> bool:
    waited = booking.waiting_since is not None or booking.follows_id is not None
    return waited and booking.confirmed_at is None


def _only_asked(booking: Booking) -> bool:
    asked = booking.is_group and booking.run.groups == CourseRun.Groups.ASK
    return asked and booking.confirmed_at is None


def _can_take(booking: Booking, sessions: Sequence[Session], *, at: datetime) -> bool:
    try:
        check_room(booking, sessions, at=at)
    except NotPossible:
        return False
    return True
