"""One function per message. Each writes a finished mail beside what it tells of; due work sends it.

Somebody without an e-mail address gets none: the functions then do nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from wagtail.models import Locale

from core import mail
from core.models import OutgoingMail
from workshops import calendars
from workshops.costs import booking_cost_lines
from workshops.messages import words_about
from workshops.minimum import minimum_sentence
from workshops.models import (
    Booking,
    CoursePage,
    Notice,
    Offer,
    Person,
    RunChange,
    TeamMessage,
)
from workshops.partners import partners_of
from workshops.people import LINK_HOLDS, link_token
from workshops.record import Record


def booking_confirmed(*, booking: Booking, at: datetime) -> None:
    """The booking is firm: dates, code, place, how to cancel, and the dates as a file. Written by due work."""
    if booking.person is not None and booking.person.email:
        mail.write_later(template="booking_confirmed", recipient=booking.person.email, about=booking, at=at)


def confirm_request(*, booking: Booking, at: datetime) -> None:
    """The seat is held until the link in this mail is used."""
    _write("confirm_request", booking, at)


def booking_cancelled(*, booking: Booking, at: datetime) -> None:
    """The visitor's own cancellation has arrived."""
    _write("booking_cancelled", booking, at)


def booking_changed(*, booking: Booking, at: datetime) -> None:
    """Who comes has been changed by whoever booked, or for them."""
    _write("booking_changed", booking, at)


def waiting_left(*, booking: Booking, at: datetime) -> None:
    """Somebody has left the waiting list."""
    _write("waiting_left", booking, at)


def request_withdrawn(*, booking: Booking, at: datetime) -> None:
    """A group has taken its request back."""
    _write("request_withdrawn", booking, at)


def hold_expired(*, booking: Booking, at: datetime) -> None:
    """Nobody used the link in time, the seat is free again."""
    _write("hold_expired", booking, at)


def waiting(*, booking: Booking, at: datetime) -> None:
    """Somebody is on the waiting list; how a seat is offered, and how the list is left."""
    _write("waiting", booking, at)


def seat_offered(*, booking: Booking, offer: Offer, at: datetime) -> None:
    """A seat is free for somebody who waited, here or in an earlier run: until when, and two buttons."""
    _write("next_run" if booking.follows_id else "seat_offered", booking, at, offer=offer)


def offer_expired(*, booking: Booking, at: datetime) -> None:
    """An offer was not answered in time: whether they wait on, or have left the list after the last."""
    _write("offer_expired", booking, at)


def passed_over(*, booking: Booking, at: datetime) -> None:
    """Smaller parties were given seats before this one: it may come in parts, or wait on with seats kept for it."""
    _write("passed_over", booking, at)


def waiting_over(*, booking: Booking, at: datetime) -> None:
    """Nobody gave a seat back in time: whoever waited until the end is asked first for the next run."""
    _write("waiting_over", booking, at)


def tandem_found(*, booking: Booking, at: datetime) -> None:
    """Somebody has a partner to learn with: a first name, nothing more."""
    _write("tandem_found", booking, at, with_dates=True, partners=partners_of(booking))


def tandem_lost(*, booking: Booking, at: datetime) -> None:
    """A partner cannot come any more; the seat stays, and somebody else is looked for."""
    _write("tandem_lost", booking, at, with_dates=True)


def request_received(*, booking: Booking, at: datetime) -> None:
    """A group has asked for seats; the team answers."""
    _write("request_received", booking, at)


def request_refused(*, booking: Booking, at: datetime) -> None:
    """The team cannot give a group the seats it asked for."""
    _write("request_refused", booking, at)


def coming(*, booking: Booking, answer_by: datetime, at: datetime) -> None:
    """A week before: do they come? Two buttons, and until when an answer is sure to keep the seat."""
    _write("coming", booking, at, answer_by=answer_by)


def coming_again(*, booking: Booking, answer_by: datetime, at: datetime) -> None:
    """The same once more, for those who have not answered."""
    _write("coming_again", booking, at, answer_by=answer_by)


def passed_on(*, booking: Booking, at: datetime) -> None:
    """They were asked and did not answer, so the seat is somebody else's now."""
    _write("coming_passed_on", booking, at)


def reminder(*, booking: Booking, at: datetime) -> None:
    """Soon is the day: when and where, and how to cancel."""
    _write("reminder", booking, at)


def team_message(*, booking: Booking, message: TeamMessage, at: datetime) -> None:
    """What the team wrote to everybody who comes."""
    _write("team_message", booking, at, message=message)


def run_takes_place(*, booking: Booking, at: datetime) -> None:
    """Enough people come: what was open when it was booked has been decided."""
    _write("run_takes_place", booking, at, with_dates=True)


def sessions_changed(*, notices: Sequence[Notice], booking: Booking, at: datetime) -> None:
    """Dates somebody booked have been cancelled, moved or added by the team: one mail for one act."""
    kinds = {notice.kind for notice in notices}
    change = notices[0].change
    if change is not None and change.kind == RunChange.Kind.CANCELLED:
        template = "run_cancelled"
    elif len(notices) == 1 and kinds != {Notice.Kind.ADDED}:
        template = "session_cancelled" if kinds == {Notice.Kind.CANCELLED} else "session_moved"
    else:
        template = "dates_changed"
    _write(
        template,
        booking,
        at,
        with_dates=kinds != {Notice.Kind.CANCELLED},
        notice=notices[0],
        notices=notices,
        all_cancelled=kinds == {Notice.Kind.CANCELLED},
    )


def noted(row: OutgoingMail) -> mail.Letter | None:
    """What a message says that was noted when a booking became firm; None where its people have been erased."""
    bookings = Booking.objects.select_related("run__course__locale", "run__term", "person")
    booking = bookings.filter(public_id=row.subject_id).exclude(person=None).first()
    return _letter(booking, row.created_at, with_dates=True) if booking else None


def _write(template: str, booking: Booking, at: datetime, *, with_dates: bool = False, **more: Any) -> None:
    person = booking.person
    if person is None or not person.email:
        return
    letter = _letter(booking, at, with_dates=with_dates, **more)
    mail.write(template=template, recipient=person.email, letter=letter, about=booking, at=at)


def _letter(booking: Booking, at: datetime, *, with_dates: bool, **more: Any) -> mail.Letter:
    """What every message about a booking can tell. The booking has a person."""
    person = booking.person
    assert person is not None  # noqa: S101
    with translation.override(person.language):
        course = course_in(booking.run.course, person.language)
        record = Record(booking, at=at)
        sessions = record.sessions
        attachments = []
        if with_dates:
            content = calendars.booking_calendar(record.attended, course=course, language=person.language)
            attachments.append(
                mail.Attachment("termine.ics", content, "text/calendar; method=PUBLISH; charset=utf-8")
            )
        args = [booking.public_id, booking.token]
        context = {
            "booking": booking,
            "run": booking.run,
            "course": course,
            "sessions": sessions,
            "participants": record.people,
            "person": person,
            "cost_lines": booking_cost_lines(booking),
            "minimum": minimum_sentence(booking.run, at=at),
            "booking_url": settings.BASE_URL + reverse("workshops:booking", args=args),
            "coming_url": settings.BASE_URL + reverse("workshops:booking_coming", args=args),
            "not_coming_url": settings.BASE_URL + reverse("workshops:booking_not_coming", args=args),
            "cancel_url": settings.BASE_URL + reverse("workshops:booking_cancel", args=args),
            "confirm_url": settings.BASE_URL
            + reverse("workshops:booking_confirm", args=[booking.public_id, booking.confirm_token]),
            "accept_url": settings.BASE_URL + reverse("workshops:booking_accept", args=args),
            "decline_url": settings.BASE_URL + reverse("workshops:booking_decline", args=args),
            "place": booking.place_in_line() if booking.state == Booking.State.WAITING else None,
            "notice": None,
            **more,
        }
        words = words_about(
            person=person,
            run=booking.run,
            course=course,
            sessions=sessions,
            booking=booking,
            notice=more.get("notice"),
            offer=more.get("offer"),
        )
    return mail.Letter(language=person.language, context=context, words=words, attachments=attachments)


def course_in(course: CoursePage, language: str) -> CoursePage:
    """The course's page in that language, or in its own where there is none."""
    if course.locale.language_code == language:
        return course
    locale = Locale.objects.filter(language_code=language).first()
    return (course.get_translation_or_none(locale) if locale else None) or course


def own_link(*, person: Person, people: Sequence[Person], at: datetime) -> OutgoingMail:
    """The link to everything booked under the person's address, by whichever of these people."""
    with translation.override(person.language):
        path = reverse("workshops:mine_list", args=[person.public_id, link_token(person, at=at)])
    return mail.write(
        template="own_link",
        recipient=person.email,
        letter=mail.Letter(
            language=person.language,
            context={
                "person": {"name": _names(people)},
                "list_url": settings.BASE_URL + path,
                "until": at + LINK_HOLDS,
            },
            words={"name": _names(people)},
        ),
        about=person,
        at=at,
    )


def people_erased(*, people: Sequence[Person], at: datetime) -> None:
    """The last mail to an address: everything kept about these people has been erased. No note of it stays."""
    mail.write(
        template="people_erased",
        recipient=people[0].email,
        letter=mail.Letter(
            language=people[0].language,
            context={"person": {"name": _names(people)}},
            words={"name": _names(people)},
        ),
        about=None,
        at=at,
    )


def _names(people: Sequence[Person]) -> str:
    return ", ".join(dict.fromkeys(person.name for person in people))
