"""With whom somebody in a tandem learns, as they are told it."""

from dataclasses import dataclass

from django.db.models import Q

from workshops.models import Booking, Participant, Tandem


@dataclass(frozen=True, slots=True)
class Partner:
    """What somebody in a tandem is told: with whom they learn. None: a partner is being looked for."""

    participant: Participant
    first_name: str | None


def partners_of(booking: Booking) -> list[Partner]:
    """With whom each of a booking's people learns, by first name and nothing more; nobody where it is no tandem."""
    if not booking.run.is_tandem or booking.state != Booking.State.CONFIRMED:
        return []
    people = list(booking.participants.filter(is_carer=False).select_related("generation"))
    names: dict[int, str] = {}
    tandems = Tandem.objects.filter(Q(old__in=people) | Q(young__in=people), ended_at=None)
    for tandem in tandems.select_related("old", "young"):
        names[tandem.old_id] = _first_name(tandem.young)
        names[tandem.young_id] = _first_name(tandem.old)
    return [Partner(somebody, names.get(somebody.pk)) for somebody in people]


def _first_name(somebody: Participant) -> str:
    return somebody.name.split()[0] if somebody.name.strip() else ""
