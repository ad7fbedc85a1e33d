"""Whom the team has to call: people who must be told something and cannot have read it in a mail.

Every function takes a fixed number of queries, whatever the number of people.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from timetable.zone import house_zone
from workshops import asking
from workshops.models import Booking, Call, Notice, Offer, Seat, Session, TeamMessage
from workshops.operations.coming import firm_soon
from workshops.reached import undelivered

_MAILS = {
    Call.About.OFFER: ("seat_offered", "next_run"),
    Call.About.COMING: ("coming", "coming_again"),
    Call.About.NOTICE: ("session_cancelled", "session_moved", "dates_changed", "run_cancelled"),
    Call.About.MESSAGE: ("team_message",),
}
"""By which mails others are told the same."""


@dataclass(slots=True)
class ToCall:
    """A call to be made. `until` is when it is too late; `tried` is when somebody called and nobody answered."""

    booking: Booking
    about: str
    about_id: int
    told_at: datetime
    until: datetime
    detail: str = ""
    lines: list[str] = field(default_factory=list)
    mail_failed: bool = False
    tried: datetime | None = None

    @property
    def what(self) -> str:
        return str(Call.About(self.about).label)


def to_call(at: datetime) -> list[ToCall]:
    """All calls to be made, the most urgent first. Who was reached is no longer among them."""
    found = [*_offers(at), *_coming(at), *_notices(at), *_messages(at)]
    unread = _unread([call.booking for call in found])
    due = []
    for call in found:
        person = call.booking.person
        if person is None:
            continue
        call.mail_failed = any(
            kind in _MAILS[Call.About(call.about)] and written >= call.told_at
            for kind, written in unread.get(str(call.booking.public_id), ())
        )
        if call.mail_failed or not person.email:
            due.append(call)
    return sorted(_not_reached(due), key=lambda call: (call.until, call.told_at, call.booking.pk))


def _offers(at: datetime) -> Iterable[ToCall]:
    """Whoever was told by telephone knows of it: those have been reached."""
    offers = Offer.objects.open().filter(last_call__gt=at)
    for offer in offers.select_related("booking__person", "booking__run__course", "booking__session"):
        by_mail = bool(offer.booking.person and offer.booking.person.email)
        if by_mail or offer.reached_at is None:
            yield ToCall(
                offer.booking,
                Call.About.OFFER,
                offer.pk,
                told_at=offer.made_at,
                until=offer.deadline or offer.last_call,
            )


def _coming(at: datetime) -> Iterable[ToCall]:
    soon = firm_soon(at, days=asking.ASKED).filter(run__asks_to_confirm=True, asked_at__isnull=False)
    for booking in soon.select_related("person", "run__course", "session"):
        if booking.asked_at is None or not asking.counts(booking.asked_at, booking.begins):
            continue
        if not asking.counts(booking.coming_at, booking.begins):
            yield ToCall(booking, Call.About.COMING, 0, told_at=booking.asked_at, until=booking.begins)


def _notices(at: datetime) -> Iterable[ToCall]:
    """One call for all dates of one act; it is known by the last of its notices."""
    ahead = Q(session__starts_at__gt=at) | Q(old_starts_at__gt=at)
    notices = list(
        Notice.objects.filter(ahead, sent_at__isnull=False)
        .select_related("session__room__venue")
        .order_by("pk")
    )
    acts: dict[tuple[str, int], list[Notice]] = defaultdict(list)
    for notice in notices:
        key = ("act", notice.change_id) if notice.change_id else ("notice", notice.pk)
        acts[key].append(notice)
    last = _last_of_act(notices)
    seated = _seated({notice.session_id for notice in notices}, Booking.ACTIVE)
    for of_act in acts.values():
        of_booking: dict[int, list[Notice]] = defaultdict(list)
        bookings: dict[int, Booking] = {}
        for notice in of_act:
            for booking in seated.get(notice.session_id, ()):
                if booking.created_at <= notice.created_at:
                    of_booking[booking.pk].append(notice)
                    bookings[booking.pk] = booking
        for pk, changed in of_booking.items():
            yield ToCall(
                bookings[pk],
                Call.About.NOTICE,
                last[changed[0].pk],
                told_at=changed[0].sent_at or changed[0].created_at,
                until=min(
                    instant
                    for notice in changed
                    for instant in (notice.session.starts_at, notice.old_starts_at)
                    if instant > at
                ),
                detail=changed[0].reason,
                lines=[_change_sentence(notice) for notice in changed],
            )


def _last_of_act(notices: Collection[Notice]) -> Mapping[int, int]:
    """For each notice the last one of its act, also where that one's date is over by now."""
    of_change: dict[int, int] = {}
    rows = Notice.objects.filter(change__in={notice.change_id for notice in notices if notice.change_id})
    for change, pk in rows.order_by("pk").values_list("change", "pk"):
        of_change[change] = pk
    return {notice.pk: of_change.get(notice.change_id or 0, notice.pk) for notice in notices}


def _messages(at: datetime) -> Iterable[ToCall]:
    ahead = Q(session__ends_at__gt=at) | Q(session=None, run__sessions__ends_at__gt=at)
    messages = list(TeamMessage.objects.filter(ahead).distinct().order_by("sent_at", "pk"))
    if not messages:
        return
    rows = Session.objects.filter(run__in={message.run_id for message in messages}).announced()
    dates: dict[int, list[Session]] = defaultdict(list)
    for row in rows.order_by("starts_at", "pk"):
        dates[row.run_id].append(row)
    seated = _seated(
        {row.pk for of_run in dates.values() for row in of_run},
        (Booking.State.HELD, Booking.State.CONFIRMED),
    )
    for message in messages:
        meant = [
            row
            for row in dates[message.run_id]
            if (row.pk == message.session_id if message.session_id else row.ends_at > message.sent_at)
        ]
        told: dict[int, Booking] = {}
        ends: dict[int, datetime] = {}
        for row in meant:
            for booking in seated.get(row.pk, ()):
                if booking.created_at <= message.sent_at:
                    told[booking.pk], ends[booking.pk] = booking, row.ends_at
        for pk, booking in told.items():
            if ends[pk] > at:
                yield ToCall(
                    booking,
                    Call.About.MESSAGE,
                    message.pk,
                    told_at=message.sent_at,
                    until=ends[pk],
                    detail=message.subject,
                    lines=message.text.splitlines(),
                )


def _seated(sessions: Collection[int], states: Iterable[str]) -> dict[int, list[Booking]]:
    """Who has a seat, by the key of the session, each once."""
    if not sessions:
        return {}
    pairs = (
        Seat.objects.taken()
        .filter(session__in=sessions, participant__booking__state__in=states)
        .order_by("participant__booking")
        .values_list("session_id", "participant__booking_id")
        .distinct()
    )
    known = Booking.objects.select_related("person", "run__course", "session").in_bulk(
        {booking for _session, booking in pairs}
    )
    found: dict[int, list[Booking]] = defaultdict(list)
    for session, booking in pairs:
        found[session].append(known[booking])
    return found


def _unread(bookings: Iterable[Booking]) -> dict[str, list[tuple[str, datetime]]]:
    """The kind of each mail that was given up, and when it was written, by the booking's public id."""
    keys = {str(booking.public_id) for booking in bookings}
    found: dict[str, list[tuple[str, datetime]]] = defaultdict(list)
    mails = undelivered().filter(subject_id__in=keys)
    for key, kind, written in mails.values_list("subject_id", "kind", "created_at"):
        found[key].append((kind, written))
    return found


def _not_reached(due: list[ToCall]) -> list[ToCall]:
    calls: dict[tuple[int, str, int], list[Call]] = defaultdict(list)
    for call in Call.objects.filter(booking__in={one.booking.pk for one in due}).order_by("at"):
        calls[call.booking_id, call.about, call.about_id].append(call)
    left = []
    for one in due:
        made = [call for call in calls[one.booking.pk, one.about, one.about_id] if call.at >= one.told_at]
        if any(call.reached for call in made):
            continue
        one.tried = made[-1].at if made else None
        left.append(one)
    return left


def _change_sentence(notice: Notice) -> str:
    if notice.kind == Notice.Kind.CANCELLED:
        return _("cancelled: %(day)s") % {"day": _when(notice.old_starts_at)}
    new = ", ".join(str(part) for part in (_when(notice.session.starts_at), notice.session.room) if part)
    if notice.kind == Notice.Kind.ADDED:
        return _("added: %(day)s") % {"day": new}
    return _("moved: %(old)s → %(new)s") % {"old": _when(notice.old_starts_at), "new": new}


def _when(instant: datetime) -> str:
    return date_format(timezone.localtime(instant, house_zone()), _("D, j M Y, H:i"))
