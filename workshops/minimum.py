"""Whether enough people come, in words for visitors. No clock."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from timetable.wording import day_text
from timetable.zone import local_date
from workshops.models import CourseRun


def minimum_sentence(run: CourseRun, *, at: datetime) -> str:
    """From how many people on a run takes place and when that is decided; "" once it has been, or without one."""
    if not run.is_undecided or run.minimum is None or run.decide_on is None:
        return ""
    sentence = ngettext(
        "Takes place from %(count)s person on.", "Takes place from %(count)s people on.", run.minimum
    ) % {"count": run.minimum}
    if run.decide_on < local_date(at):
        soon = _("We decide in the next days and tell you.")
        return f"{sentence} {soon}"
    decided = _("We decide on %(day)s and tell you.") % {"day": day_text(run.decide_on)}
    return f"{sentence} {decided}"
