from workshops.models.bookings import AccessNeed, Booking, Participant, Person, Seat
from workshops.models.changes import RunChange
from workshops.models.helpers import Helper, HelperRequest, HelperShift
from workshops.models.notices import Notice
from workshops.models.pages import CoursePage, ProgrammeIndexPage
from workshops.models.runs import CourseRun, EquipmentNeed, Facilitator, FacilitatorAbsence, Schedule
from workshops.models.sessions import Session
from workshops.models.terms import PrintedRun, Term

__all__ = [
    "AccessNeed",
    "Booking",
    "CoursePage",
    "CourseRun",
    "EquipmentNeed",
    "Facilitator",
    "FacilitatorAbsence",
    "Helper",
    "HelperRequest",
    "HelperShift",
    "Notice",
    "Participant",
    "Person",
    "PrintedRun",
    "ProgrammeIndexPage",
    "RunChange",
    "Schedule",
    "Seat",
    "Session",
    "Term",
]
