"""What closures hit, in whatever number, and resolving it in one act; closures imported twice at once."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.models import HouseSettings, OutgoingMail
from places.importing import import_closures
from places.models import Closure
from tests import factories as make
from tests import web
from timetable.ics_reading import WholeDays
from workshops import due, operations
from workshops.admin.closures import HITS_A_PAGE, address_for
from workshops.models import CourseRun, Session
from workshops.operations import ConflictFound
from workshops.rules import NotPossible

WEEKLY = "RRULE:FREQ=WEEKLY;BYDAY=WE;COUNT={}"


def ordered(run: CourseRun) -> list[Session]:
    return list(run.sessions.order_by("starts_at"))


def resolve(cancel: list[Session], move: dict[int, date], reason: str = "Umbau") -> Any:
    return operations.resolve_hits(cancel=cancel, move=move, reason=reason, at=make.NOW, by=None)


@pytest.mark.django_db
class TestResolving:
    def test_it_is_one_act_for_each_run_and_one_mail_for_each_booking(self) -> None:
        series = make.run(rule=WEEKLY.format(3), booking_mode="series")
        other = make.run(rule=WEEKLY.format(1), number="Z-1")
        make.book_series(series, "Erna Meier")
        make.book(ordered(other)[0])
        first, second, _third = ordered(series)
        changes = resolve([first, ordered(other)[0]], {second.pk: date(2027, 1, 22)})
        assert [(c.run, c.kind) for c in changes] == [
            (series, "dates_changed"),
            (other, "dates_cancelled"),
        ]
        due.send_notices(make.in_minutes(10))
        assert sorted(OutgoingMail.objects.values_list("kind", flat=True)) == [
            "booking_confirmed",
            "booking_confirmed",
            "dates_changed",
            "session_cancelled",
        ]
        second.refresh_from_db()
        assert second.starts_at.astimezone(make.BERLIN).isoformat() == "2027-01-22T14:00:00+01:00"
        assert series.changes.count() == 3  # created, published, this one

    def test_it_is_undone_together(self) -> None:
        run = make.run(rule=WEEKLY.format(2))
        before = list(run.sessions.values_list("pk", "starts_at", "state"))
        first, second = ordered(run)
        (change,) = resolve([first], {second.pk: date(2027, 1, 22)})
        operations.undo_change(change=change, at=make.in_minutes(1), by=None)
        assert list(run.sessions.values_list("pk", "starts_at", "state")) == before

    @pytest.mark.parametrize("day", [date(2027, 1, 1), date(2027, 1, 27)], ids=["past", "taken"])
    def test_one_that_cannot_be_done_leaves_all_as_they_were_and_is_named(self, day: date) -> None:
        run, other = make.run(rule=WEEKLY.format(3)), make.run(rule=WEEKLY.format(1))
        before = list(Session.objects.order_by("pk").values())
        with pytest.raises(NotPossible, match=rf"{run.number}, 20\."):
            resolve([ordered(other)[0]], {ordered(run)[1].pk: day})
        assert list(Session.objects.order_by("pk").values()) == before
        assert not run.changes.filter(kind="dates_changed").exists()

    def test_it_is_refused_into_a_taken_room_unless_what_takes_it_goes_too(self) -> None:
        house = HouseSettings.load()
        house.block_conflicts = True
        house.save()
        room = make.room()
        run = make.run(rule=WEEKLY.format(1), room=room)
        other = make.run(rule="", room=room, first_date=date(2027, 1, 14))
        with pytest.raises(ConflictFound):
            resolve([], {ordered(run)[0].pk: date(2027, 1, 14)})
        resolve(ordered(other), {ordered(run)[0].pk: date(2027, 1, 14)})
        assert ordered(run)[0].starts_at.astimezone(make.BERLIN).day == 14


@pytest.mark.django_db
class TestFinding:
    def test_places_kinds_and_days_count(self) -> None:
        here, elsewhere = make.venue("Alte Post"), make.venue("Bücherei")
        post = make.run(rule=WEEKLY.format(4), room=make.room(venue=here), skip_holidays=True)
        library = make.run(rule=WEEKLY.format(4), room=make.room(venue=elsewhere))
        online = make.run(rule=WEEKLY.format(4), online_url="https://treffen.example.org/a")
        make.run(rule=WEEKLY.format(4), published=False)

        def hit(*closures: Closure) -> list[tuple[str, int]]:
            found = operations.hit_by(closures, at=make.NOW)
            return [(s.run.number, s.starts_at.astimezone(make.BERLIN).day) for s in found]

        everywhere = make.closure(date(2027, 1, 13))
        assert {number for number, _day in hit(everywhere)} == {r.number for r in (post, library, online)}
        assert hit(make.closure(date(2027, 1, 14), date(2027, 1, 20), venue=here)) == [(post.number, 20)]
        assert hit(make.closure(date(2027, 1, 21), date(2027, 1, 26))) == []
        holidays = make.closure(date(2027, 1, 27), kind="holidays")
        assert hit(holidays) == [(post.number, 27)]
        # Spans that meet, lie within each other or come in any order.
        spans = [
            make.closure(date(2027, 1, first), date(2027, 1, last), venue=elsewhere)
            for first, last in ((20, 27), (13, 14), (15, 16), (21, 22))
        ]
        assert [day for _number, day in hit(*spans)] == [13, 20, 27]
        assert hit() == []

    def test_thousands_of_closures_are_two_queries_and_a_short_address(self, team: Client) -> None:
        run = make.run(rule="RRULE:FREQ=DAILY;COUNT=400", first_date=date(2027, 1, 12))
        closures = Closure.objects.bulk_create(
            Closure(
                kind="closed",
                name=f"Zu {n}",
                first_date=date(2027, 1, 12) + timedelta(days=n),
                last_date=date(2027, 1, 12) + timedelta(days=n),
            )
            for n in range(3000)
        )
        with CaptureQueriesContext(connection) as captured:
            assert len(operations.hit_by(closures, at=make.NOW)) == 400
        assert len(captured) == 2
        address = address_for(closures)
        assert len(address) < 2000
        assert len(address_for(closures[:100])) < 2000
        with_clock = team.get(address)
        assert with_clock.status_code == 200
        assert len(web.page(with_clock).select("fieldset.plan__question")) == HITS_A_PAGE
        further = web.page(with_clock).select_one("a[href*='start=']")
        assert further is not None
        second = team.get("/admin/courserun/closures/" + str(further["href"]))
        assert len(web.page(second).select("fieldset.plan__question")) == HITS_A_PAGE
        assert run.number in web.words(second)


@pytest.mark.django_db(transaction=True)
def test_a_file_taken_over_twice_at_once_is_taken_over_once() -> None:
    HouseSettings.load()
    days = [
        WholeDays(
            f"tag-{n}", "Ferien", date(2027, 1, 1) + timedelta(days=n), date(2027, 1, 1) + timedelta(days=n)
        )
        for n in range(50)
    ]
    barrier = threading.Barrier(6)
    results: list[Any] = []

    def work() -> None:
        barrier.wait()
        try:
            results.append(
                len(import_closures(days=days, venue=None, kind="closed", remove=[], at=make.NOW, by=None))
            )
        except Exception as problem:
            results.append(repr(problem))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [0] * 5 + [50]
    assert Closure.objects.count() == 50


@pytest.mark.django_db
def test_taking_over_many_days_asks_no_more_questions_than_few() -> None:
    HouseSettings.load()

    def asked(number: int, name: str) -> int:
        days = [
            WholeDays(
                f"{n}", name, date(2027, 1, 1) + timedelta(days=n), date(2027, 1, 2) + timedelta(days=n)
            )
            for n in range(number)
        ]
        with CaptureQueriesContext(connection) as captured:
            import_closures(days=days, venue=None, kind="closed", remove=[], at=make.NOW, by=None)
        return len(captured)

    assert asked(1, "Ferien") == asked(30, "Ferien")
    assert asked(1, "Herbst") == asked(30, "Winter")
