"""Who has booked: each booking is made, confirmed, cancelled or let expire by the real operations."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import phonenumbers

from demo import days
from demo.reading import read
from demo.runs import Programme
from timetable.zone import house_zone
from workshops import operations
from workshops.models import Booking, CourseRun, RunChoice, Session

HOUR = timedelta(hours=1)


def enter_bookings(programme: Programme) -> None:
    """Enters every booking. The runs must have been entered before, and be published by the time of the load.

    Which date a booking is for is known only once the run has its dates, so what is entered first is
    that somebody thinks of it: as soon as the run can be booked.
    """
    for written in read("bookings")["bookings"]:
        thought_of = programme.bookable_from[written["run"]]
        programme.diary.enter(thought_of, partial(_enter, programme, written))


def e164(number: str) -> str:
    """The telephone number as it is stored. Raises ValueError for one that cannot be dialled."""
    try:
        parsed = phonenumbers.parse(number, "DE")
    except phonenumbers.NumberParseException:
        parsed = phonenumbers.PhoneNumber()
    if not phonenumbers.is_valid_number(parsed):
        raise ValueError(f"{number!r} is no telephone number.")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _enter(programme: Programme, written: Mapping[str, Any], at: datetime) -> None:
    run = programme.runs[written["run"]]
    if "session" in written:
        session = programme.session(run.number, written["session"])
        begins = session.starts_at
    else:
        session = None
        dates = list(run.sessions.taking_place().order_by("starts_at"))
        begins = dates[-1 if run.join_late else 0].starts_at
    made = days.moment(written["made"], at=programme.at, zone=house_zone(), session=begins)
    made = max(at + HOUR, min(made, begins - HOUR, programme.at - HOUR))
    programme.diary.enter(made, partial(_book, programme, written, session))


def _book(programme: Programme, written: Mapping[str, Any], session: Session | None, at: datetime) -> None:
    generations = programme.tree.town.generations
    guests = [
        operations.Guest(
            name=guest["name"],
            generation_id=generations[guest["generation"]].pk if "generation" in guest else None,
            need=written.get("need", "") if position == len(written["guests"]) - 1 else "",
            guardian=_guardian(guest),
            choices=_choices(programme.runs[written["run"]], guest),
        )
        for position, guest in enumerate(written["guests"])
    ]
    channel = written.get("channel", Booking.Channel.WEB)
    make = operations.join_waiting_list if written.get("waits") else operations.book
    booking = make(
        run=programme.runs[written["run"]],
        session=session,
        party=operations.Party(
            guests=guests,
            email=written.get("email", ""),
            phone=e164(written["phone"]) if "phone" in written else "",
            language=written.get("language", "de"),
        ),
        at=at,
        channel=channel,
        by=None if channel == Booking.Channel.WEB else programme.tree.town.users["Kursteam"],
    )
    begins = session.starts_at if session else None
    for word, verb in (("confirmed", operations.confirm_booking), ("cancelled", operations.cancel_booking)):
        if word in written:
            when = days.moment(written[word], at=programme.at, zone=house_zone(), session=begins)
            programme.diary.enter(max(when, at + HOUR / 2), partial(_do, verb, booking))
    if "absent" in written:
        session = programme.session(written["run"], written["absent"])
        when = days.moment(written["told"], at=programme.at, zone=house_zone(), session=session.starts_at)
        programme.diary.enter(max(when, at + HOUR / 2), partial(_stay_away, booking, session))
    if booking.hold_until:
        programme.diary.enter(booking.hold_until, partial(_do, operations.expire_hold, booking))


def _do(verb: Any, booking: Booking, at: datetime) -> None:
    verb(booking=booking, at=at)


def _stay_away(booking: Booking, session: Session, at: datetime) -> None:
    operations.report_absent(participant=booking.participants.get(), session=session, at=at)


def _guardian(guest: Mapping[str, Any]) -> operations.Charge | None:
    if "guardian" not in guest:
        return None
    return operations.Charge(
        name=guest["guardian"],
        phone=e164(guest["reached"]),
        goes_home_alone=guest.get("home_alone", False),
        agrees_to_tandem=guest.get("agrees", False),
    )


def _choices(run: CourseRun, guest: Mapping[str, Any]) -> list[int]:
    """What this guest chose of the answers to the questions of the run, by their German words."""
    chosen = RunChoice.objects.filter(question__run=run, text_de__in=guest.get("chooses", ()))
    return list(chosen.values_list("pk", flat=True))
