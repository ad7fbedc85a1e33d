from workshops.models.bookings import AccessNeed, Booking, Guardian, Participant, Person, Seat
from workshops.models.changes import RunChange
from workshops.models.helpers import Helper, HelperRequest, HelperShift
from workshops.models.notices import Notice
from workshops.models.pages import CoursePage, ProgrammeIndexPage
from workshops.models.runs import CourseRun, EquipmentNeed, Facilitator, FacilitatorAbsence, Schedule
from workshops.models.seats import PoolRelease, RunChoice, RunQuestion, SeatPool
from workshops.models.sessions import Session
from workshops.models.terms import PrintedRun, Term
from workshops.models.waiting import Call, Offer, Tandem, TeamMessage

__all__ = [
    "AccessNeed",
    "Booking",
    "Call",
    "CoursePage",
    "CourseRun",
    "EquipmentNeed",
    "Facilitator",
    "FacilitatorAbsence",
    "Guardian",
    "Helper",
    "HelperRequest",
    "HelperShift",
    "Notice",
    "Offer",
    "Participant",
    "Person",
    "PoolRelease",
    "PrintedRun",
    "ProgrammeIndexPage",
    "RunChange",
    "RunChoice",
    "RunQuestion",
    "Schedule",
    "Seat",
    "SeatPool",
    "Session",
    "Tandem",
    "TeamMessage",
    "Term",
]
