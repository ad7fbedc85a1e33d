"""What a helper's own page shows: their dates, and those that still need somebody. Fixed numbers of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from workshops.models import Helper, HelperShift, Session
from workshops.models.sessions import SessionQuerySet
from workshops.operations.helpers import lacking_helpers
from workshops.programme import attach_courses

MOST_SHOWN = 30
"""So many dates that need helpers are shown at once; later ones follow as these are over."""


@dataclass(frozen=True, slots=True)
class OwnDate:
    """A date somebody helps on, or had signed up for, with what they can do about it."""

    session: Session
    state: str
    can_change: bool
    can_take_back: bool


def own_dates(helper: Helper, *, at: datetime) -> list[OwnDate]:
    """The dates to come on which this helper comes or is reported sick, cancelled ones too."""
    shown = (*HelperShift.COMING, HelperShift.State.SICK)
    states = dict(helper.shifts.filter(state__in=shown).values_list("session", "state"))
    sessions = _shown(Session.objects.filter(pk__in=states).upcoming(at))
    return [
        OwnDate(
            session,
            state=states[session.pk],
            can_change=not session.is_cancelled and session.starts_at > at,
            can_take_back=states[session.pk] != HelperShift.State.SICK or session.helpers_missing > 0,
        )
        for session in sessions
    ]


def open_dates(own: Iterable[OwnDate], *, at: datetime) -> tuple[list[Session], bool]:
    """The next dates on which somebody with these dates of their own could help, and whether there are more."""
    lacking = lacking_helpers(at).exclude(pk__in=[date.session.pk for date in own])
    sessions = _shown(lacking, most=MOST_SHOWN + 1)
    return sessions[:MOST_SHOWN], len(sessions) > MOST_SHOWN


def calendar_dates(helper: Helper) -> list[Session]:
    """The dates this helper comes to, for a calendar; cancelled ones stay, as cancelled."""
    coming = Session.objects.filter(shifts__helper=helper, shifts__state__in=HelperShift.COMING)
    sessions = list(coming.with_places().order_by("starts_at", "pk"))
    attach_courses(sessions, with_topics=True)
    return sessions


def _shown(sessions: SessionQuerySet, *, most: int | None = None) -> list[Session]:
    rows = list(sessions.with_helpers().with_places().order_by("starts_at", "pk")[:most])
    attach_courses(rows)
    return rows
