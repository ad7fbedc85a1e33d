"""When booking opens: as the run says, else as its term says, else at once. Pure: no ORM, no clock.

`SessionQuerySet.open_for_booking` asks the same of the database.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from timetable.zone import house_zone

if TYPE_CHECKING:
    from workshops.models import CourseRun

WEB = "web"


@dataclass(frozen=True, slots=True)
class Opening:
    """The instants from which on a run can be booked; None is at once."""

    web: datetime | None = None
    phone: datetime | None = None

    def instant(self, channel: str) -> datetime | None:
        """At the counter it is as on the telephone: in both cases the team books."""
        return self.web if channel == WEB else self.phone

    def is_open(self, at: datetime, *, channel: str = WEB) -> bool:
        opens_at = self.instant(channel)
        return opens_at is None or opens_at <= at


def opening(run: "CourseRun") -> Opening:
    """The instants that hold for this run. Reads `run.term`, so select it along."""
    term = run.term
    return Opening(
        web=run.web_opens_at or (term.web_opens_at if term else None),
        phone=run.phone_opens_at or (term.phone_opens_at if term else None),
    )


def refusal(opens: Opening, *, at: datetime, channel: str = WEB) -> str:
    """Why nobody can book in this way yet, and from when on they can."""
    opens_at = opens.instant(channel)
    if opens_at is None:
        raise ValueError("What is open at once needs no sentence.")
    if channel != WEB:
        return _("By telephone this can be booked from %(when)s on.") % {"when": _when(opens_at, at)}
    sentence = _("You can book from %(when)s on.") % {"when": _when(opens_at, at)}
    if opens.is_open(at, channel="phone"):
        return sentence + " " + _("By telephone you can book already.")
    if opens.phone and opens.phone < opens_at:
        further = _("By telephone you can book from %(when)s on.") % {"when": _when(opens.phone, at)}
        return f"{sentence} {further}"
    return sentence


def short(opens_at: datetime) -> str:
    """A few words for a list: "Buchbar ab Mo, 18. Jan, 9:00 Uhr"."""
    when = date_format(opens_at.astimezone(house_zone()), _("D, j M, H:i"))
    return _("Can be booked from %(when)s") % {"when": when}


def _when(instant: datetime, at: datetime) -> str:
    """Day and time on the house's clock; the year only where it is another."""
    local = instant.astimezone(house_zone())
    same_year = local.year == at.astimezone(house_zone()).year
    if same_year:
        return date_format(local, pgettext("inside a sentence", "l, j F, H:i"))
    return date_format(local, pgettext("inside a sentence", "l, j F Y, H:i"))
