"""What the team plans with besides courses: equipment, rooms that others use, who is away."""

from datetime import date, datetime, time
from typing import Any

from demo import days
from demo.reading import read
from demo.town import Town
from places.models import Equipment, RoomUse
from workshops import operations
from workshops.models import FacilitatorAbsence


def enter_planning(town: Town, *, today: date, at: datetime) -> None:
    """Writes all of it, so that runs can ask for it."""
    content = read("planning")
    for thing in content["equipment"]:
        key = thing.pop("key")
        town.equipment[key] = Equipment(**thing)
        town.equipment[key].full_clean()
        town.equipment[key].save()
    for use in content["uses"]:
        _room_use(town, use, today, at)
    for absence in content["absences"]:
        row = FacilitatorAbsence(
            facilitator=town.facilitators[absence["facilitator"]],
            first_date=days.day(absence["first"], today=today),
            last_date=days.day(absence["last"], today=today),
        )
        row.full_clean()
        row.save()


def _room_use(town: Town, written: dict[str, Any], today: date, at: datetime) -> None:
    use = RoomUse(
        room=town.rooms[written["room"]],
        name=written["name"],
        first_date=days.day(written["first"], today=today),
        rule=f"RRULE:{written['rule']}",
        start_time=time.fromisoformat(written["time"]),
        duration_minutes=written["minutes"],
    )
    use.full_clean()
    operations.save_room_use(use=use, at=at, by=town.users["Kursteam"])
