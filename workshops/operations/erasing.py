"""What people may ask about all their bookings at once: the link to them, and to be forgotten."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from core import audit, mail
from core.models import OutgoingMail
from workshops import emails
from workshops.models import Booking, Person, Session
from workshops.operations.bookings import cancel_booking
from workshops.operations.seating import last_start
from workshops.people import address_key, people_at
from workshops.retention import erase_booking
from workshops.rules import NotPossible, can_cancel

NOBODY = "nobody@example.org"
"""Where the mail would go that is written for an address nobody is known under, and never sent."""

ROUNDS = 5


class _BookedMeanwhile(Exception):
    """A booking came while the others were being locked."""


@transaction.atomic
def send_own_link(*, email: str, at: datetime, silent: bool = False) -> None:
    """Writes the mail with the link to everything under that address, if anybody is known there.

    It goes to the address as it was given when booking, never to what was typed now, and takes the place of an
    earlier one that still waits. For an unknown address, or where it is to be `silent`, the same is read, written
    and committed, and nothing stays, so that neither answer nor time tells whether somebody is known.
    """
    people = people_at(email)
    person = (
        people[0] if people else Person(name="–", email=NOBODY, language=translation.get_language() or "de")
    )
    message = emails.own_link(person=person, people=people, at=at)
    others = OutgoingMail.objects.filter(
        kind=message.kind, subject_id=message.subject_id, state=OutgoingMail.State.WAITING
    )
    if people and not silent:
        others = others.exclude(pk=message.pk)
    else:
        others = others.filter(pk=message.pk)
    others.delete()


def erase_people(*, people: Iterable[Person], at: datetime, by: AbstractBaseUser | None = None) -> int:
    """Cancels what lies ahead of these people, erases everything kept about them and returns how many bookings that were.

    One transaction. Locks their sessions, then bookings, then the people, each in the order of keys: nobody can
    book with somebody who is being erased, and what was booked until then goes too. Their waiting mails go
    unsent; a last one tells each address and is not kept. Done twice it changes nothing. Raises NotPossible where
    they do not stop booking meanwhile.
    """
    keys = [person.pk for person in people]
    for _round in range(ROUNDS):
        try:
            return _erase(keys, at, by)
        except _BookedMeanwhile:
            continue
    raise NotPossible(_("A booking was being made at this very moment. Please try once more."))


@transaction.atomic
def _erase(keys: list[int], at: datetime, by: AbstractBaseUser | None) -> int:
    theirs = Booking.objects.filter(person__in=keys)
    known = list(theirs.order_by("pk").values_list("pk", flat=True))
    # Also those on which others wait for what is given back.
    sessions = Session.objects.filter(seats__participant__booking__in=known).values("pk")
    coming = Session.objects.filter(run__bookings__in=known, starts_at__gt=at).values("pk")
    list(Session.objects.filter(pk__in=sessions.union(coming)).select_for_update().order_by("pk"))
    bookings = list(theirs.filter(pk__in=known).select_for_update().order_by("pk"))
    people = list(Person.objects.filter(pk__in=keys).select_for_update().order_by("pk"))
    if theirs.exclude(pk__in=known).exists():
        raise _BookedMeanwhile
    for booking in bookings:
        if can_cancel(booking, last_start=last_start(booking), at=at):
            cancel_booking(booking=booking, at=at, by=by)
        erase_booking(booking_id=booking.pk, at=at)
    mail.forget(subject_ids=[str(person.public_id) for person in people])
    Person.objects.filter(pk__in=[person.pk for person in people]).delete()
    for person in people:
        audit.record(verb="erase_person", subject=person, at=at, by=by)
    for address in dict.fromkeys(address_key(person.email) for person in people if person.email):
        there = [person for person in people if address_key(person.email) == address]
        emails.people_erased(people=there, at=at)
    return len(bookings)
