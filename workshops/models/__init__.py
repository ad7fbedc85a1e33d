from workshops.models.bookings import AccessNeed, Booking, Participant, Person, Seat
from workshops.models.notices import Notice
from workshops.models.pages import CoursePage, ProgrammeIndexPage
from workshops.models.runs import CourseRun, Facilitator, Schedule
from workshops.models.sessions import Session

__all__ = [
    "AccessNeed",
    "Booking",
    "CoursePage",
    "CourseRun",
    "Facilitator",
    "Notice",
    "Participant",
    "Person",
    "ProgrammeIndexPage",
    "Schedule",
    "Seat",
    "Session",
]
