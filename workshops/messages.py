"""The kinds of message of `workshops.emails` and `workshops.helper_emails`: their names, placeholders and samples."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.wording import Message, Sample, declare
from places.models import Room, Venue
from timetable.zone import house_zone
from workshops.costs import booking_cost_lines
from workshops.models import (
    Booking,
    CoursePage,
    CourseRun,
    Helper,
    Notice,
    Offer,
    Participant,
    Person,
    Session,
    TeamMessage,
)
from workshops.partners import Partner

ABOUT_A_DATE = ("kurs", "nummer", "termin", "ort")
ABOUT_A_BOOKING = (*ABOUT_A_DATE, "code")


def words_about(
    *,
    person: Person | Helper,
    run: CourseRun,
    course: CoursePage,
    sessions: Sequence[Session],
    booking: Booking | None = None,
    notice: Notice | None = None,
    offer: Offer | None = None,
) -> dict[str, str]:
    """What the placeholders stand for, in the active language. A notice speaks of its date as it was before."""
    words = {"name": person.name, "kurs": course.title, "nummer": run.number}
    if notice is not None:
        words |= _when_and_where(notice.old_starts_at, notice.old_room)
    elif sessions:
        words |= _when_and_where(sessions[0].starts_at, sessions[0].room)
    if booking is not None:
        words["code"] = booking.code
        if booking.hold_until is not None:
            words["frist"] = _moment(booking.hold_until)
    if offer is not None:
        words["frist"] = _moment(offer.deadline or offer.last_call)
    return words


def _when_and_where(start: datetime, room: Room | None) -> dict[str, str]:
    return {"termin": _moment(start), "ort": f"{room.venue.name}, {room.name}" if room else _("online")}


def _moment(instant: datetime) -> str:
    return date_format(localtime(instant, house_zone()), _("l, j F Y, H:i"))


# Samples: rows that are never saved, about nobody real ------------------------------------------------

_START = datetime(2030, 5, 15, 12, 0, tzinfo=UTC)
_WEEK = timedelta(days=7)


def booking_sample(*kinds_of_notice: Notice.Kind, held: bool = False, **more: Any) -> Sample:
    """A booking of two dates; with a notice of each of these kinds about the first."""
    sessions = _sessions()
    run = sessions[0].run
    person = Person(name="Erna Meier")
    booking = Booking(
        code="Apfel-Laterne-47",
        run=run,
        person=person,
        price=Decimal(5),
        hold_until=_START - 2 * _WEEK if held else None,
    )
    notices = [_notice(kind, sessions[0]) for kind in kinds_of_notice]
    notice = notices[0] if notices else None
    context = {
        "booking": booking,
        "run": run,
        "course": run.course,
        "sessions": sessions,
        "participants": [Participant(name="Erna Meier"), Participant(name="Paul Meier")],
        "person": person,
        "cost_lines": booking_cost_lines(booking),
        "minimum": "",
        "booking_url": settings.BASE_URL,
        "cancel_url": settings.BASE_URL,
        "confirm_url": settings.BASE_URL,
        "accept_url": settings.BASE_URL,
        "decline_url": settings.BASE_URL,
        "coming_url": settings.BASE_URL,
        "not_coming_url": settings.BASE_URL,
        "place": 3,
        "notice": notice,
        "notices": notices,
        "all_cancelled": set(kinds_of_notice) == {Notice.Kind.CANCELLED},
        **more,
    }
    words = words_about(
        person=person,
        run=run,
        course=run.course,
        sessions=sessions,
        booking=booking,
        notice=notice,
        offer=more.get("offer"),
    )
    return Sample(context=context, words=words)


def own_link_sample() -> Sample:
    """Somebody who asked for the link to their bookings."""
    return Sample(
        context={"person": Person(name="Erna Meier"), "list_url": settings.BASE_URL, "until": _START},
        words={"name": "Erna Meier"},
    )


def _offer() -> Offer:
    made = _START - 2 * _WEEK
    return Offer(made_at=made, deadline=made + timedelta(days=2), last_call=_START - timedelta(days=1))


def _message() -> TeamMessage:
    return TeamMessage(
        subject=_("Please bring your charger"),
        text=_("Dear all,\n\nplease bring the charger of your phone. We look forward to seeing you."),
    )


def helper_sample(*kinds_of_notice: Notice.Kind, **more: Any) -> Sample:
    """Somebody who helps on one date; with a notice of each of these kinds about it."""
    session = _sessions()[0]
    helper, run = Helper(name="Mia Jung"), session.run
    context = {
        "person": helper,
        "course": run.course,
        "run": run,
        "sessions": [session],
        "helper_url": settings.BASE_URL,
        "notices": [_notice(kind, session) for kind in kinds_of_notice],
        **more,
    }
    words = words_about(person=helper, run=run, course=run.course, sessions=[session])
    return Sample(context=context, words=words)


def _sessions() -> list[Session]:
    venue = Venue(name="Alte Post", street="Markt 1", postcode="31199", city="Lindenau")
    room = Room(name="Werkraum", venue=venue, how_to_find=_("First floor, there is a lift."))
    run = CourseRun(course=CoursePage(title=_("Photos on your phone")), number="D1234")
    return [
        Session(
            public_id=uuid.UUID(int=number),
            run=run,
            room=room,
            starts_at=_START + number * _WEEK,
            ends_at=_START + number * _WEEK + timedelta(minutes=90),
        )
        for number in range(2)
    ]


def _notice(kind: Notice.Kind, session: Session) -> Notice:
    return Notice(
        kind=kind,
        session=session,
        reason=_("The facilitator is ill."),
        old_starts_at=session.starts_at - timedelta(days=1),
        old_room=session.room,
    )


# The kinds --------------------------------------------------------------------------------------------

declare(
    Message(
        kind="confirm_request",
        title=gettext_lazy("Please confirm"),
        when=gettext_lazy("when somebody has booked and the seat is held until they confirm"),
        placeholders=(*ABOUT_A_BOOKING, "frist"),
        sample=lambda: booking_sample(held=True),
    )
)
declare(
    Message(
        kind="booking_confirmed",
        title=gettext_lazy("Booking confirmed"),
        when=gettext_lazy("when a booking is firm"),
        placeholders=ABOUT_A_BOOKING,
        sample=booking_sample,
    )
)
declare(
    Message(
        kind="hold_expired",
        title=gettext_lazy("Not confirmed in time"),
        when=gettext_lazy("when nobody has confirmed in time and the seat is free again"),
        placeholders=ABOUT_A_BOOKING,
        sample=booking_sample,
    )
)
declare(
    Message(
        kind="booking_cancelled",
        title=gettext_lazy("Booking cancelled"),
        when=gettext_lazy("when somebody has cancelled their own booking"),
        placeholders=ABOUT_A_BOOKING,
        sample=booking_sample,
    )
)
declare(
    Message(
        kind="run_takes_place",
        title=gettext_lazy("Course takes place"),
        when=gettext_lazy("when it has been decided that enough people come"),
        placeholders=ABOUT_A_BOOKING,
        sample=booking_sample,
    )
)
declare(
    Message(
        kind="run_cancelled",
        title=gettext_lazy("Course does not take place"),
        when=gettext_lazy("ten minutes after the team has cancelled a whole run"),
        placeholders=ABOUT_A_BOOKING,
        sample=lambda: booking_sample(Notice.Kind.CANCELLED),
    )
)
declare(
    Message(
        kind="session_cancelled",
        title=gettext_lazy("Date cancelled"),
        when=gettext_lazy("ten minutes after the team has cancelled a date"),
        placeholders=ABOUT_A_BOOKING,
        sample=lambda: booking_sample(Notice.Kind.CANCELLED),
    )
)
declare(
    Message(
        kind="session_moved",
        title=gettext_lazy("Date moved"),
        when=gettext_lazy("ten minutes after the team has moved a date"),
        placeholders=ABOUT_A_BOOKING,
        sample=lambda: booking_sample(Notice.Kind.MOVED),
    )
)
declare(
    Message(
        kind="dates_changed",
        title=gettext_lazy("Dates changed"),
        when=gettext_lazy("ten minutes after the team has changed several dates at once"),
        placeholders=ABOUT_A_BOOKING,
        sample=lambda: booking_sample(*Notice.Kind),
    )
)
declare(
    Message(
        kind="waiting",
        title=gettext_lazy("Waiting list: you are on it"),
        when=gettext_lazy("when somebody has put themselves on a waiting list"),
        placeholders=ABOUT_A_BOOKING,
        sample=booking_sample,
    )
)
declare(
    Message(
        kind="seat_offered",
        title=gettext_lazy("Waiting list: a seat is free"),
        when=gettext_lazy("when a seat is offered to somebody who waits"),
        placeholders=(*ABOUT_A_BOOKING, "frist"),
        sample=lambda: booking_sample(offer=_offer()),
    )
)
declare(
    Message(
        kind="offer_expired",
        title=gettext_lazy("Waiting list: the offer is over"),
        when=gettext_lazy("when somebody has not answered an offer in time"),
        placeholders=ABOUT_A_BOOKING,
        sample=booking_sample,
    )
)
declare(
    Message(
        kind="passed_over",
        title=gettext_lazy("Waiting list: not room for all"),
        when=gettext_lazy("when smaller parties have passed a group twice"),
        placeholders=ABOUT_A_BOOKING,
        sample=booking_sample,
    )
)
declare(
    Message(
        kind="waiting_over",
        title=gettext_lazy("Waiting list: no seat this time"),
        when=gettext_lazy("when a date begins and somebody still waits"),
        placeholders=ABOUT_A_BOOKING,
        sample=booking_sample,
    )
)
declare(
    Message(
        kind="request_received",
        title=gettext_lazy("Group: request received"),
        when=gettext_lazy("when a school class or club has asked for seats"),
        placeholders=ABOUT_A_BOOKING,
        sample=booking_sample,
    )
)
declare(
    Message(
        kind="request_refused",
        title=gettext_lazy("Group: no seats"),
        when=gettext_lazy("when the team cannot give a group the seats it asked for"),
        placeholders=ABOUT_A_BOOKING,
        sample=booking_sample,
    )
)
declare(
    Message(
        kind="tandem_found",
        title=gettext_lazy("Tandem: found"),
        when=gettext_lazy("when somebody has been found to learn with"),
        placeholders=ABOUT_A_BOOKING,
        sample=lambda: booking_sample(partners=[Partner(Participant(name="Erna Meier"), "Mia")]),
    )
)
declare(
    Message(
        kind="tandem_lost",
        title=gettext_lazy("Tandem: partner lost"),
        when=gettext_lazy("when a partner cannot come and nobody else has been found yet"),
        placeholders=ABOUT_A_BOOKING,
        sample=booking_sample,
    )
)
declare(
    Message(
        kind="own_link",
        title=gettext_lazy("Link to all bookings"),
        when=gettext_lazy("when somebody has asked for the link to their bookings"),
        placeholders=(),
        sample=own_link_sample,
    )
)
declare(
    Message(
        kind="people_erased",
        title=gettext_lazy("Data erased"),
        when=gettext_lazy("when everything about somebody has been erased"),
        placeholders=(),
        sample=lambda: Sample(context={"person": Person(name="Erna Meier")}, words={"name": "Erna Meier"}),
    )
)
declare(
    Message(
        kind="booking_changed",
        title=gettext_lazy("Booking changed"),
        when=gettext_lazy("when somebody has changed who comes"),
        placeholders=ABOUT_A_BOOKING,
        sample=booking_sample,
    )
)
declare(
    Message(
        kind="waiting_left",
        title=gettext_lazy("Waiting list: left"),
        when=gettext_lazy("when somebody has left a waiting list"),
        placeholders=ABOUT_A_BOOKING,
        sample=booking_sample,
    )
)
declare(
    Message(
        kind="request_withdrawn",
        title=gettext_lazy("Group: request withdrawn"),
        when=gettext_lazy("when a group has withdrawn its request"),
        placeholders=ABOUT_A_BOOKING,
        sample=booking_sample,
    )
)
declare(
    Message(
        kind="next_run",
        title=gettext_lazy("First refusal: a seat in the next run"),
        when=gettext_lazy("when somebody who waited in vain is asked first for the next run"),
        placeholders=(*ABOUT_A_BOOKING, "frist"),
        sample=lambda: booking_sample(offer=_offer()),
    )
)
declare(
    Message(
        kind="coming",
        title=gettext_lazy("Are you coming?"),
        when=gettext_lazy("a week before, where a run asks people whether they come"),
        placeholders=ABOUT_A_BOOKING,
        sample=lambda: booking_sample(answer_by=_START - _WEEK),
    )
)
declare(
    Message(
        kind="coming_again",
        title=gettext_lazy("Are you coming? (once more)"),
        when=gettext_lazy("two days later, where nobody has answered"),
        placeholders=ABOUT_A_BOOKING,
        sample=lambda: booking_sample(answer_by=_START - _WEEK),
    )
)
declare(
    Message(
        kind="coming_passed_on",
        title=gettext_lazy("Seat passed on"),
        when=gettext_lazy("three days before, where somebody who was reached has not answered"),
        placeholders=ABOUT_A_BOOKING,
        sample=booking_sample,
    )
)
declare(
    Message(
        kind="reminder",
        title=gettext_lazy("Reminder"),
        when=gettext_lazy("some days before a date, as the house says"),
        placeholders=ABOUT_A_BOOKING,
        sample=booking_sample,
    )
)
declare(
    Message(
        kind="team_message",
        title=gettext_lazy("Message of the team"),
        when=gettext_lazy("when the team writes to everybody who comes"),
        placeholders=ABOUT_A_BOOKING,
        sample=lambda: booking_sample(message=_message()),
    )
)
declare(
    Message(
        kind="helper_asked",
        title=gettext_lazy("Helpers: can you help?"),
        when=gettext_lazy("when the team asks helpers for dates"),
        placeholders=ABOUT_A_DATE,
        sample=lambda: helper_sample(has_more=True),
    )
)
declare(
    Message(
        kind="helper_signed_up",
        title=gettext_lazy("Helpers: signed up"),
        when=gettext_lazy("when somebody has signed up to help on a date"),
        placeholders=ABOUT_A_DATE,
        sample=helper_sample,
    )
)
declare(
    Message(
        kind="helper_taken_over",
        title=gettext_lazy("Helpers: taken over"),
        when=gettext_lazy("to both, when one helper has taken over another's date"),
        placeholders=ABOUT_A_DATE,
        sample=lambda: helper_sample(has_it_now=True),
    )
)
declare(
    Message(
        kind="helper_taken_out",
        title=gettext_lazy("Helpers: taken off a date"),
        when=gettext_lazy("when the team has taken somebody off a date"),
        placeholders=ABOUT_A_DATE,
        sample=helper_sample,
    )
)
declare(
    Message(
        kind="helper_dates_changed",
        title=gettext_lazy("Helpers: dates changed"),
        when=gettext_lazy("ten minutes after dates on which somebody helps have changed"),
        placeholders=ABOUT_A_DATE,
        sample=lambda: helper_sample(Notice.Kind.MOVED, Notice.Kind.CANCELLED),
    )
)
