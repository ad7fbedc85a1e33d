"""Conflicts of one new run of 50 dates against 26,000 sessions: found by index, not by scan."""

from collections.abc import Iterator
from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.rows import AT, sessions
from benchmarks.timing import best, explained, milliseconds, queries, row, table
from places.models import Equipment
from tests import factories as make
from workshops.conflicts import REACH, Slot
from workshops.models import CourseRun, EquipmentNeed, Session
from workshops.operations import conflicts_of


def run() -> Iterator[str]:
    rooms = [make.room(name=f"Raum {number}") for number in range(26)]
    for room in rooms:
        one = make.run(rule="", room=room, at=AT)
        sessions(one, [AT + timedelta(hours=8 * n) for n in range(1, 1000)])
    hanne, tablets = make.facilitator(), Equipment.objects.create(name="Tablets", pieces=12)
    # Some of the others want the same person, or the same things.
    teach = Session.facilitators.through
    teach.objects.bulk_create(
        teach(session_id=pk, facilitator_id=hanne.pk)
        for pk in Session.objects.filter(room=rooms[1]).values_list("pk", flat=True)[:500]
    )
    EquipmentNeed.objects.create(
        run=CourseRun.objects.get(sessions__room=rooms[2], sessions__starts_at=AT + timedelta(hours=8)),
        equipment=tablets,
        pieces=8,
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    slots = [
        Slot(
            "new",
            AT + timedelta(days=7 * n, hours=5),
            AT + timedelta(days=7 * n, hours=7),
            room=rooms[0].pk,
            venue=rooms[0].venue_id,
            facilitators=frozenset({hanne.pk}),
            equipment={tablets.pk: 8},
        )
        for n in range(50)
    ]
    span = (slots[0].starts_at - REACH, slots[-1].ends_at + REACH)
    near = Session.objects.filter(
        state="planned", starts_at__range=span, room__in=[rooms[0].pk], run__state=CourseRun.State.PUBLISHED
    )

    def bare() -> int:
        return len(near.values_list("pk", "starts_at", "ends_at"))

    def ours() -> None:
        conflicts_of(slots)

    base, found = best(bare), best(ours, rounds=3)
    yield from table("what", "time", "ratio", "queries")
    yield row(
        f"the bare indexed query over that room's {bare()} of {Session.objects.count()} sessions",
        milliseconds(base),
        "1.0",
        queries(bare),
    )
    yield row("the conflicts of 50 new dates", milliseconds(found), f"{found / base:.1f}", queries(ours))
    yield ""
    with CaptureQueriesContext(connection) as captured:
        ours()
    asked = [q["sql"] for q in captured.captured_queries if 'FROM "workshops_session" ' in q["sql"]]
    for what, sql in zip(("room", "person", "equipment"), asked, strict=True):
        yield f"How the dates with the same {what} are found:"
        yield ""
        for line in explained(sql):
            yield f"    {line}"
        yield ""
