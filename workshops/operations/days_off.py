"""On which days runs do not meet, and how far ahead those without an end are planned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from core.models import HouseSettings
from places.models import Closure
from timetable.expansion import EARLIEST, LATEST, MAX_YEARS, skipping
from timetable.holidays import public_holidays
from timetable.zone import local_date
from workshops.models import CourseRun, Schedule
from workshops.planning import Segment


@dataclass(frozen=True, slots=True)
class DaysOff:
    """On which days nobody meets, and how far ahead runs without an end are planned: read once for many runs."""

    closures: tuple[Closure, ...]
    federal_state: str
    through: date

    @classmethod
    def load(cls, at: datetime) -> "DaysOff":
        """As the house has it now, in two queries."""
        settings = HouseSettings.load()
        through = add_months(local_date(at), settings.horizon_months)
        return cls(tuple(Closure.objects.all()), settings.federal_state, through)

    def segments(self, run: CourseRun, schedules: Sequence[Schedule]) -> list[Segment]:
        """What `workshops.planning` asks for, in order of the first dates. No queries where rooms are at hand."""
        ordered = sorted(schedules, key=lambda schedule: schedule.first_date)
        public = None
        if run.skip_public_holidays:
            years = _years(ordered, self.through)
            public = public_holidays(state=self.federal_state, years=years)
        kinds = [Closure.Kind.CLOSED, *([Closure.Kind.HOLIDAYS] if run.skip_holidays else [])]
        closures = [closure for closure in self.closures if closure.kind in kinds]
        segments = []
        for schedule in ordered:
            spans = [c.span for c in closures if c.venue_id is None or c.venue_id == schedule.venue_id]
            segments.append(
                Segment(
                    key=schedule.first_date,
                    pattern=schedule.pattern,
                    skip=skipping(spans=spans, public_holidays=public),
                    place=(schedule.room_id, schedule.online_url),
                )
            )
        return segments


def horizon(at: datetime) -> date:
    """The local date up to which runs without an end have their dates."""
    return add_months(local_date(at), HouseSettings.load().horizon_months)


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def _years(ordered: Sequence[Schedule], through: date) -> range:
    """Every year in which these schedules may have a date; they are in order of their first dates."""
    first = max(ordered[0].first_date.year, EARLIEST.year)
    last = max(through.year, ordered[-1].first_date.year + MAX_YEARS)
    return range(first, min(last, LATEST.year + MAX_YEARS) + 1)
