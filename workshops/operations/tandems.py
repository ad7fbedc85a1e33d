"""Old and young in pairs."""

from datetime import datetime

from workshops.models import CourseRun, Session


def match_tandems(*, run: CourseRun, session: Session | None, at: datetime) -> None:
    """Pairs those who have no partner."""
