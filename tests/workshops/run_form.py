"""The form of a run as somebody fills it in, for tests."""

from typing import Any

from tests import factories as make
from tests import web
from workshops.models import CoursePage, CourseRun

NEW = "/admin/courserun/new/"


def fields(course: CoursePage, **changed: object) -> dict[str, object]:
    """A run as somebody fills it in: three Wednesdays at two o'clock."""
    return {
        "course": course.pk,
        "number": "W27-1",
        "booking_mode": "single",
        "capacity": "8",
        "has_waiting_list": "on",
        "price": "0",
        "material_cost": "0",
        "first_date": "2027-01-13",
        "start_time": "14:00",
        "duration_minutes": "90",
        "rule_repeats": "weekly",
        "rule_every": "1",
        "rule_ends": "count",
        "rule_count": "3",
        **(changed if "room" in changed else {"room": make.room().pk, **changed}),
    }


def typed(run: CourseRun, **changed: object) -> dict[str, object]:
    """What the form of an existing run sends back unchanged."""
    schedule = run.schedules.get()
    known = {"number": run.number, "capacity": run.capacity, "version": run.version, "room": schedule.room_id}
    return fields(run.course, **{**known, **changed})


def keys(response: Any) -> dict[str, str]:
    hidden = web.hidden_fields(response)
    return {name: hidden[name][0] for name in ("plan", "version")}


def dates(response: Any) -> list[str]:
    return [item.get_text(strip=True) for item in web.page(response).select("main ol.listing li")]
