"""For which age a run is meant, in words for visitors. Nobody is asked for theirs."""

from django.utils.translation import gettext as _

from workshops.models import CourseRun
from workshops.rules import OF_AGE


def age_sentence(run: CourseRun) -> str:
    """For whom it is; "" where it is for everybody. Tandems are for adults unless a run names other ages."""
    youngest, oldest = run.min_age, run.max_age
    if youngest is not None and oldest is not None:
        return _("For people aged %(youngest)s to %(oldest)s.") % {"youngest": youngest, "oldest": oldest}
    if oldest is not None:
        return _("For people up to the age of %(oldest)s.") % {"oldest": oldest}
    if youngest is not None and youngest != OF_AGE:
        return _("For people from the age of %(youngest)s on.") % {"youngest": youngest}
    if youngest is not None or run.is_tandem:
        return _("For adults: everybody is 18 or older.")
    return ""
