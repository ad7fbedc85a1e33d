"""For whom seats are kept, how many are left for whom, and what else a run asks of people, in words. No ORM, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from workshops.models import CourseRun, SeatPool


@dataclass(frozen=True, slots=True)
class Left:
    """For how many there is room, and for whom.

    `free` counts for everybody who is not named in `for_some`, generations by name with more seats than that;
    None is no limit. `others` says whether anybody is left unnamed, `whom` names the generation where all of
    it is told for one, `by_phone` whether there are seats only for those who call.
    """

    free: int | None
    for_some: tuple[tuple[str, int], ...] = ()
    others: bool = True
    by_phone: bool = False
    whom: str = ""

    @property
    def most(self) -> int | None:
        """The seats for those who have the most of them."""
        return None if self.free is None else max(self.free, 0, *(seats for _whom, seats in self.for_some))


def left_label(left: Left, *, is_urgent: bool = False) -> str:
    """How many seats are left, in an urgent tone or not, and for whom where that makes a difference."""
    if left.free is None:
        return _("Seats free")
    if not left.most:
        if left.by_phone:
            return _("Seats left by telephone only")
        return _("Fully booked for %(whom)s") % {"whom": left.whom} if left.whom else _("Fully booked")
    if left.free <= 0:
        return ", ".join(_for_whom(whom, seats) for whom, seats in left.for_some)
    if left.whom:
        return _for_whom(left.whom, left.free)
    if is_urgent:
        return ngettext("Only %(count)s seat left", "Only %(count)s seats left", left.free) % {
            "count": left.free
        }
    return ngettext("%(count)s seat free", "%(count)s seats free", left.free) % {"count": left.free}


def left_notes(left: Left, *, waits: bool) -> tuple[str, ...]:
    """What the label does not say: that there is more for some, or nothing for all others."""
    if not left.for_some or left.free is None:
        return ()
    if left.free > 0:
        # Beside "34 seats free", "47 seats left for …" would read as 47 more.
        return tuple(
            ngettext("For %(whom)s: %(count)s seat", "For %(whom)s: %(count)s seats", seats)
            % {"whom": whom, "count": seats}
            for whom, seats in left.for_some
        )
    if not left.others:
        return ()
    return (
        _("For everybody else: fully booked – waiting list")
        if waits
        else _("For everybody else: fully booked"),
    )


def kept_sentence(run: "CourseRun", pools: Sequence["SeatPool"]) -> str:
    """For whom seats are kept and until when, in one sentence; empty where none are."""
    parts: list[str] = []
    last_until = ""
    for pool in sorted(pools, key=lambda pool: (-pool.release_days, pool.for_desk)):
        until = _until(pool.release_days, is_series=run.is_series)
        values = {
            "seats": pool.seats,
            "all": run.capacity,
            "whom": _("booking by telephone") if pool.for_desk else str(pool.generation),
            "until": until,
        }
        if not parts:
            first = ngettext(
                "%(seats)s of the %(all)s seats is kept for %(whom)s until %(until)s",
                "%(seats)s of the %(all)s seats are kept for %(whom)s until %(until)s",
                pool.seats,
            )
            parts.append(first % values)
        elif until == last_until:
            parts.append(_("%(seats)s for %(whom)s") % values)
        else:
            parts.append(_("%(seats)s for %(whom)s until %(until)s") % values)
        last_until = until
    return _("%(kept)s; then they are for everybody.") % {"kept": ", ".join(parts)} if parts else ""


def age_words(run: "CourseRun") -> str:
    """Whom a run is for by age: "for 10 to 14 years"; empty where nothing is said."""
    low, high = run.min_age, run.max_age
    if low is not None and high is not None:
        return _("for %(low)s to %(high)s years") % {"low": low, "high": high}
    if low is not None:
        return _("from %(low)s years on") % {"low": low}
    if high is not None:
        return _("up to %(high)s years") % {"high": high}
    return ""


def conditions(run: "CourseRun") -> list[str]:
    """What people should know before they book, one sentence each."""
    found = []
    if run.is_tandem:
        found.append(
            _("Old and young learn in pairs. Come as a pair, or come alone: then we find you a partner.")
        )
    if run.groups == run.Groups.BOOK:
        found.append(_("School classes and clubs can book as a group."))
    elif run.groups == run.Groups.ASK:
        found.append(_("School classes and clubs are welcome: ask for seats as a group, and we answer you."))
    if run.groups != run.Groups.NONE and run.largest_group:
        found.append(_("A group has at most %(most)s people.") % {"most": run.largest_group})
    if run.asks_to_confirm:
        found.append(
            _("A week before we ask you whether you come. Without an answer the seat goes to somebody else.")
        )
    if run.is_series and run.taster_seats:
        found.append(_("If somebody is absent once, their seat can be booked for that date."))
    if run.closes_hours:
        found.append(_closes(run.closes_hours, is_series=run.is_series))
    return found


def _for_whom(whom: str, seats: int) -> str:
    return ngettext("%(count)s seat left for %(whom)s", "%(count)s seats left for %(whom)s", seats) % {
        "count": seats,
        "whom": whom,
    }


def _until(days: int, *, is_series: bool) -> str:
    if not days:
        return _("the day of the first date") if is_series else _("the day itself")
    if is_series:
        sentence = ngettext(
            "%(count)s day before the first date", "%(count)s days before the first date", days
        )
    else:
        sentence = ngettext("%(count)s day before", "%(count)s days before", days)
    return sentence % {"count": days}


def _closes(hours: int, *, is_series: bool) -> str:
    if is_series:
        sentence = ngettext(
            "Booking on the web ends %(count)s hour before the first date. After that please call us.",
            "Booking on the web ends %(count)s hours before the first date. After that please call us.",
            hours,
        )
    else:
        sentence = ngettext(
            "Booking on the web ends %(count)s hour before. After that please call us.",
            "Booking on the web ends %(count)s hours before. After that please call us.",
            hours,
        )
    return sentence % {"count": hours}
