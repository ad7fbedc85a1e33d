"""Old and young in pairs: who has a partner, who lost one, who is matched with whom."""

from collections.abc import Iterable
from datetime import datetime

from core import audit
from core.models import Generation
from workshops import emails
from workshops.matching import Alone, pairs
from workshops.models import Booking, CourseRun, Participant, Session, Tandem

Side = Generation.Side


def match_tandems(*, run: CourseRun, session: Session | None, at: datetime) -> list[Tandem]:
    """Ends the tandems of which one has gone, and pairs whoever has no partner; tells those whom it concerns.

    Only firm bookings count. Called inside an operation that holds the sessions' locks, before anything that
    became free is given away.
    """
    left = _end_broken(run, session, at)
    people = _without_partner(run, session)
    by_key = {somebody.pk: somebody for somebody in people}
    of_side = {
        side: [
            _alone(somebody)
            for somebody in people
            if somebody.generation and somebody.generation.side == side
        ]
        for side in Side
    }
    made = []
    for old, young in pairs(of_side[Side.OLD], of_side[Side.YOUNG]):
        tandem = Tandem.objects.create(
            run=run,
            session=session,
            old=by_key[old.key],
            young=by_key[young.key],
            came_together=old.party == young.party,
            made_at=at,
        )
        made.append(tandem)
        if not tandem.came_together:
            emails.tandem_found(booking=tandem.old.booking, at=at)
            emails.tandem_found(booking=tandem.young.booking, at=at)
    matched = {somebody.pk for tandem in made for somebody in (tandem.old, tandem.young)}
    for somebody in left:
        if somebody.pk not in matched:
            emails.tandem_lost(booking=somebody.booking, at=at)
    if made:
        audit.record(verb="match_tandems", subject=run, at=at, system=True, tandems=len(made))
    return made


def _end_broken(run: CourseRun, session: Session | None, at: datetime) -> list[Participant]:
    """Ends tandems of which somebody gave up the seat, or is of the other side now; returns who has no partner then."""
    left = []
    sides = {one.pk: one.generation.side for one in _seated(run, session) if one.generation}
    open_ones = Tandem.objects.filter(run=run, session=session, ended_at=None)
    for tandem in open_ones.select_related("old__booking__person", "young__booking__person"):
        both = [tandem.old, tandem.young]
        if [sides.get(somebody.pk) for somebody in both] == [Side.OLD, Side.YOUNG]:
            continue
        tandem.ended_at = at
        tandem.save(update_fields=["ended_at"])
        left += [somebody for somebody in both if somebody.pk in sides]
    return left


def _seated(run: CourseRun, session: Session | None) -> list[Participant]:
    """Those of firm bookings who take part, in the order in which they came."""
    people = Participant.objects.filter(
        booking__run=run,
        booking__session=session,
        booking__state=Booking.State.CONFIRMED,
        is_carer=False,
        generation__side__in=Side.values,
    )
    people = people.select_related("generation", "booking__person", "booking__run__course")
    return list(people.prefetch_related("choices").order_by("booking__created_at", "pk"))


def _without_partner(run: CourseRun, session: Session | None) -> list[Participant]:
    taken: set[int] = set()
    for pair in Tandem.objects.filter(run=run, session=session, ended_at=None).values_list("old", "young"):
        taken.update(pair)
    return [somebody for somebody in _seated(run, session) if somebody.pk not in taken]


def _alone(somebody: Participant) -> Alone:
    person = somebody.booking.person
    traits: Iterable[object] = [choice.pk for choice in somebody.choices.all()]
    return Alone(somebody.pk, somebody.booking_id, frozenset([*traits, person.language if person else ""]))
