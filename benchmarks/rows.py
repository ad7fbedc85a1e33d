"""Rows for the benchmarks, written past the operations: fast."""

import uuid
from datetime import datetime, timedelta

from tests import factories as make
from workshops.models import Booking, CourseRun, Participant, Person, Schedule, Seat, Session
from workshops.models.sessions import new_uid

AT = make.NOW


def sessions(run: CourseRun, starts: list[datetime], *, planned: bool = True) -> list[Session]:
    schedule = run.schedules.get()
    made = []
    for start in starts:
        public_id = uuid.uuid4()
        made.append(
            Session(
                public_id=public_id,
                uid=new_uid(public_id),
                created_at=AT,
                changed_at=AT,
                run=run,
                schedule=schedule,
                planned_for=start if planned else None,
                starts_at=start,
                ends_at=start + timedelta(minutes=90),
                room_id=schedule.room_id,
                capacity=run.capacity,
            )
        )
    return Session.objects.bulk_create(made, batch_size=1000)


def bookings(rows: list[Session], count: int) -> None:
    """So many bookings of one person each, spread over the sessions."""
    run = rows[0].run
    people = Person.objects.bulk_create(
        Person(name=f"Gast {n}", email=f"gast{n}@example.org", created_at=AT) for n in range(count)
    )
    booked = Booking.objects.bulk_create(
        Booking(
            code=f"C{run.pk}-{n}", run=run, person=person, state="confirmed", created_at=AT, confirmed_at=AT
        )
        for n, person in enumerate(people)
    )
    guests = Participant.objects.bulk_create(Participant(booking=one, name="Gast") for one in booked)
    Seat.objects.bulk_create(
        Seat(participant=guest, session=rows[n % len(rows)], state="booked") for n, guest in enumerate(guests)
    )
    for n, session in enumerate(rows):
        session.seats_taken = count // len(rows) + (n < count % len(rows))
    Session.objects.bulk_update(rows, ["seats_taken"], batch_size=500)


def schedule_of(run: CourseRun) -> Schedule:
    return run.schedules.select_related("room").get()
