"""Everything kept about people, for themselves (Art. 15 and 20 GDPR). What the file holds stands in docs/export.md."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from core.models import AuditEntry, OutgoingMail
from workshops.models import Booking, Participant, Person
from workshops.people import bookings_of

FORMAT = "digital-werkstatt-export-1"


def kept_about(people: Collection[Person], *, at: datetime) -> dict[str, Any]:
    """All we keep about them, as instants, numbers and texts. Reads, in a fixed number of queries, and writes nothing."""
    bookings = list(bookings_of(people))
    names = {str(person.public_id): "" for person in people}
    names |= {str(booking.public_id): booking.code for booking in bookings}
    mails = OutgoingMail.objects.filter(subject_id__in=names).order_by("created_at", "pk").defer("content")
    log = AuditEntry.objects.filter(subject_id__in=names).order_by("at", "pk")
    return {
        "format": FORMAT,
        "made_at": at,
        "people": [_person(person) for person in people],
        "bookings": [_booking(booking) for booking in bookings],
        "messages": [
            {
                "kind": mail.kind,
                "booking": names[mail.subject_id],
                "to": mail.recipient,
                "written_at": mail.created_at,
                "sent_at": mail.sent_at,
                "state": mail.state,
                "state_in_words": mail.get_state_display(),
            }
            for mail in mails
        ],
        "log": [
            {"at": entry.at, "what": entry.verb, "by": entry.actor, "booking": names[entry.subject_id]}
            for entry in log
        ],
    }


def _person(person: Person) -> dict[str, Any]:
    return {
        "name": person.name,
        "email": person.email,
        "phone": person.phone,
        "language": person.language,
        "known_since": person.created_at,
    }


def _booking(booking: Booking) -> dict[str, Any]:
    return {
        "code": booking.code,
        "booked_by": booking.person.name if booking.person else "",
        "channel": booking.channel,
        "channel_in_words": booking.get_channel_display(),
        "course": booking.run.course.title,
        "course_number": booking.run.number,
        "state": booking.state,
        "state_in_words": booking.get_state_display(),
        "booked_at": booking.created_at,
        "date": booking.session.starts_at if booking.session else None,
        "group": booking.group_name,
        "waiting_since": booking.waiting_since,
        "comes_in_parts": booking.in_parts,
        "wants_next_run": booking.wants_next_run,
        "asked_whether_coming_at": booking.asked_at,
        "asked_again_at": booking.asked_again_at,
        "said_coming_at": booking.coming_at,
        "reminded_at": booking.reminded_at,
        "offers": [
            {
                "made_at": offer.made_at,
                "until": offer.deadline,
                "state": offer.state,
                "state_in_words": offer.get_state_display(),
                "ended_at": offer.ended_at,
            }
            for offer in booking.offers.all()
        ],
        "calls": [
            {
                "at": call.at,
                "about": call.about,
                "reached": call.reached,
            }
            for call in booking.calls.all()
        ],
        "held_until": booking.hold_until,
        "confirmed_at": booking.confirmed_at,
        "ended_at": booking.ended_at,
        "price_per_person": booking.price,
        "material_per_person": booking.material_cost,
        "participants": [_participant(participant) for participant in booking.participants.all()],
    }


def _participant(participant: Participant) -> dict[str, Any]:
    need = getattr(participant, "access_need", None)
    guardian = getattr(participant, "guardian", None)
    return {
        "name": participant.name,
        "generation": participant.generation.name if participant.generation else "",
        "accompanies_somebody": participant.is_carer,
        "answers": [str(choice) for choice in participant.choices.all()],
        "guardian": {
            "name": guardian.name,
            "phone": guardian.phone,
            "goes_home_alone": guardian.goes_home_alone,
            "agrees_to_tandem": guardian.agrees_to_tandem,
        }
        if guardian
        else None,
        "to_prepare": need.text if need else "",
        "to_prepare_in_words": participant.need,
        "wheelchair": bool(need and need.wheelchair),
        "hearing_loop": bool(need and need.hearing_loop),
        "consent_given_at": need.consented_at if need else None,
        "dates": [
            {
                "starts_at": seat.session.starts_at,
                "ends_at": seat.session.ends_at,
                "place": str(seat.session.room) if seat.session.room else "",
                "takes_place": not seat.session.is_cancelled,
                "seat": seat.state,
                "seat_in_words": seat.get_state_display(),
            }
            for seat in participant.seats.all()
        ],
    }
