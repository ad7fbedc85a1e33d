"""Which dates closures hit."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.db.models import Q

from places.models import Closure
from timetable.zone import local_instant
from workshops.models import CourseRun, Session


def hit_by(closures: Sequence[Closure], *, at: datetime) -> list[Session]:
    """The dates to come that begin on a closed day; on holidays only those of runs that skip them. One query."""
    hit = Q(pk__in=[])
    for closure in closures:
        begins = local_instant(closure.first_date, time())
        ends = local_instant(closure.last_date + timedelta(days=1), time())
        one = Q(starts_at__gte=begins, starts_at__lt=ends)
        if closure.venue_id is not None:
            one &= Q(room__venue=closure.venue_id)
        if closure.kind == Closure.Kind.HOLIDAYS:
            one &= Q(run__skip_holidays=True)
        hit |= one
    sessions = Session.objects.taking_place().not_begun(at).filter(hit, run__state=CourseRun.State.PUBLISHED)
    return list(sessions.select_related("run__course", "room__venue").order_by("starts_at", "pk"))
