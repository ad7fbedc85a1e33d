"""Many at once, on the configured database: real threads, real connections, real transactions."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connections

from core.models import OutgoingMail
from tests import factories as make
from workshops import due, operations
from workshops.models import Booking, CourseRun, Notice, Person, Seat, Session
from workshops.operations import Full, RunHasChanged
from workshops.retention import erase_booking
from workshops.rules import HOLD, NOTICE_DELAY

pytestmark = pytest.mark.django_db(transaction=True)

RUSH = 50
SEATS = 20


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """What each act returned or raised; all begin together, each on a connection of its own."""
    start = threading.Barrier(len(acts))

    def work(act: Callable[[], Any]) -> Any:
        try:
            start.wait(timeout=60)
            return act()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(work, acts))


def kinds(results: list[Any]) -> dict[str, int]:
    """How often each kind of result came; an unexpected error is named with its text."""
    found: dict[str, int] = {}
    for result in results:
        expected = not isinstance(result, Exception) or isinstance(result, (Full, RunHasChanged))
        name = type(result).__name__ if expected else repr(result)
        found[name] = found.get(name, 0) + 1
    return found


def test_fifty_want_twenty_seats_and_twenty_get_one() -> None:
    session = make.session(capacity=SEATS)
    results = at_once([partial(make.book, session, f"Gast {number}") for number in range(RUSH)])
    assert kinds(results) == {"Booking": SEATS, "Full": RUSH - SEATS}
    session.refresh_from_db()
    assert session.seats_taken == SEATS
    assert Seat.objects.filter(session=session, state=Seat.State.BOOKED).count() == SEATS
    assert Booking.objects.count() == Person.objects.count() == OutgoingMail.objects.count() == SEATS
    assert len(set(Booking.objects.values_list("code", flat=True))) == SEATS


def test_couples_rush_for_a_series_of_ten_and_none_is_torn_apart() -> None:
    run = make.run(booking_mode="series", rule="RRULE:FREQ=WEEKLY;COUNT=10", capacity=SEATS + 1)
    couples = [
        partial(make.book_series, run, f"Gast {number}", f"Begleitung {number}") for number in range(RUSH)
    ]
    assert kinds(at_once(couples)) == {"Booking": SEATS // 2, "Full": RUSH - SEATS // 2}
    assert set(run.sessions.values_list("seats_taken", flat=True)) == {SEATS}
    assert make.taken_matches_rows(run)
    assert Seat.objects.count() == SEATS * 10


def test_a_form_sent_eight_times_at_once_books_once() -> None:
    session = make.session()
    book = partial(
        operations.book,
        run=session.run,
        session=session,
        party=make.party("Erna Meier"),
        at=make.NOW,
        submission_key="impatient",
    )
    results = at_once([book] * 8)
    assert kinds(results) == {"Booking": 8}
    assert len({booking.pk for booking in results}) == 1
    session.refresh_from_db()
    assert session.seats_taken == 1
    assert OutgoingMail.objects.count() == 1


def test_counters_equal_the_rows_when_some_cancel_while_others_book() -> None:
    run = make.run(booking_mode="series", rule="RRULE:FREQ=WEEKLY;COUNT=3", capacity=12)
    bookings = [make.book_series(run) for _ in range(12)]
    cancelling = [partial(operations.cancel_booking, booking=each, at=make.NOW) for each in bookings[:8]]
    # Somebody clicks twice, and one hold runs out meanwhile.
    cancelling += cancelling[:4]
    booking = [partial(make.book_series, run) for _ in range(12)]
    mixed = [act for pair in zip(cancelling, booking, strict=True) for act in pair]
    results = at_once(mixed)
    assert set(kinds(results)) <= {"Booking", "Full"}
    assert make.taken_matches_rows(run)
    active = Booking.objects.filter(state__in=Booking.ACTIVE).count()
    assert set(run.sessions.values_list("seats_taken", flat=True)) == {active}
    assert active <= 12
    assert OutgoingMail.objects.filter(kind="booking_cancelled").count() == 8


def test_nobody_waits_for_somebody_who_waits_for_them_when_an_editor_saves_during_a_rush() -> None:
    session = make.session(capacity=SEATS)
    run = session.run

    def save() -> str:
        for number in range(12):
            opened = CourseRun.objects.get(pk=run.pk)
            opened.cost_note = f"Fassung {number}"
            operations.save_run(
                run=opened, schedule=opened.schedules.get(), facilitators=[], at=make.NOW, by=None
            )
        return "saved"

    results = at_once([save, save, *(partial(make.book, session) for _ in range(RUSH // 2))])
    assert kinds(results) == {"str": 2, "Booking": SEATS, "Full": RUSH // 2 - SEATS}
    run.refresh_from_db()
    assert run.cost_note == "Fassung 11"
    assert make.taken_matches_rows(run)


def test_of_many_editors_with_the_same_version_one_saves() -> None:
    run = make.run()

    def save(number: int) -> str:
        opened = CourseRun.objects.get(pk=run.pk)
        opened.title_suffix = f"Gruppe {number}"
        operations.save_run(
            run=opened,
            schedule=opened.schedules.get(),
            facilitators=[],
            at=make.NOW,
            by=None,
            expected_version=run.version,
        )
        return opened.title_suffix

    results = at_once([partial(save, number) for number in range(6)])
    assert kinds(results) == {"str": 1, "RunHasChanged": 5}
    saved = run.title_suffix = next(result for result in results if isinstance(result, str))
    run.refresh_from_db()
    assert run.title_suffix == saved


def test_due_work_done_by_several_at_once_is_done_once() -> None:
    held = make.session(hold_until_confirmed=True, capacity=4)
    for _ in range(4):
        make.book(held)
    cancelled = make.session()
    make.book(cancelled)
    operations.cancel_session(session=cancelled, reason="Krank", at=make.NOW, by=None)
    endless = make.run(rule="RRULE:FREQ=WEEKLY;BYDAY=WE")
    weeks = endless.sessions.count()
    at = make.NOW + timedelta(days=14)
    assert at > make.NOW + max(HOLD, NOTICE_DELAY)

    def round_of_work() -> tuple[int, int, int]:
        return due.expire_holds(at), due.send_notices(at), due.extend_horizons(at)

    results = at_once([round_of_work] * 4)
    assert kinds(results) == {"tuple": 4}
    assert [sum(each) for each in zip(*results, strict=True)] == [4, 1, 2]
    held.refresh_from_db()
    assert held.seats_taken == 0
    assert OutgoingMail.objects.filter(kind="hold_expired").count() == 4
    assert OutgoingMail.objects.filter(kind="session_cancelled").count() == 1
    assert Notice.objects.get().sent_at == at
    assert endless.sessions.count() == weeks + 2


def test_a_change_is_either_told_or_undone() -> None:
    sessions = [make.session() for _ in range(4)]
    for session in sessions:
        make.book(session)
    notices = [
        operations.cancel_session(session=session, reason="Krank", at=make.NOW, by=None)
        for session in sessions
    ]
    told = make.NOW + NOTICE_DELAY
    just_before = told - timedelta(seconds=1)
    acts: list[Callable[[], Any]] = []
    for notice in notices:
        acts.append(partial(operations.send_notice, notice=notice, at=told))
        acts.append(partial(operations.undo_notice, notice=notice, at=just_before, by=None))
    at_once(acts)
    for notice in Notice.objects.select_related("session"):
        assert bool(notice.sent_at) != bool(notice.undone_at)
        assert notice.session.is_cancelled == bool(notice.sent_at)
    sent = Notice.objects.filter(undone_at=None).count()
    assert OutgoingMail.objects.filter(kind="session_cancelled").count() == sent


def test_a_person_goes_with_the_last_of_their_bookings_even_if_all_are_erased_at_once() -> None:
    first, second = make.session(), make.session()
    for number in range(8):
        for session in (first, second):
            make.book(session, f"Gast {number}", email=f"gast{number}@example.org")
    assert Person.objects.count() == 8
    later = make.NOW + timedelta(days=200)
    # The same person's two bookings stand next to each other.
    ordered = Booking.objects.order_by("person_id").values_list("pk", flat=True)
    results = at_once([partial(erase_booking, booking_id=pk, at=later) for pk in ordered])
    assert kinds(results) == {"bool": 16}
    assert not Person.objects.exists()


def test_somebody_books_again_while_their_last_booking_is_erased() -> None:
    first, second = make.session(), make.session()
    later = make.NOW + timedelta(hours=1)
    acts: list[Callable[[], Any]] = []
    for number in range(8):
        contact = f"gast{number}@example.org"
        old = make.book(first, f"Gast {number}", email=contact)
        acts.append(partial(erase_booking, booking_id=old.pk, at=later))
        acts.append(partial(make.book, second, f"Gast {number}", email=contact, at=later))
    assert kinds(at_once(acts)) == {"bool": 8, "Booking": 8}
    assert Booking.objects.filter(run=second.run, person=None).count() == 0
    assert Person.objects.filter(bookings=None).count() == 0
    assert Session.objects.get(pk=second.pk).seats_taken == 8


def test_people_are_erased_while_they_book_and_nothing_of_before_is_left() -> None:
    """Whatever was booked before is erased, what comes after stays whole; nobody waits in a ring."""
    first = make.run(booking_mode="series", rule="RRULE:FREQ=WEEKLY;COUNT=4", capacity=40)
    second, third = make.session(capacity=40), make.session(capacity=40)
    acts: list[Callable[[], Any]] = []
    old = []
    for number in range(8):
        contact = f"gast{number}@example.org"
        # Half of them booked in the order of the sessions' keys, half against it.
        for session in (second, third) if number % 2 else (third, second):
            single = make.book(session, f"Gast {number}", email=contact)
            old.append(single)
        assert single.person is not None
        acts.append(partial(operations.erase_people, people=[single.person], at=make.NOW))
        acts.append(partial(make.book_series, first, f"Gast {number}", email=contact))
        acts.append(partial(operations.erase_people, people=[single.person], at=make.NOW))
    assert kinds(at_once(acts)) == {"int": 16, "Booking": 8}
    assert not Booking.objects.filter(pk__in=[each.pk for each in old], erased_at=None).exists()
    for session in (second, third):
        session.refresh_from_db()
        assert session.seats_taken == 0
    assert make.taken_matches_rows(first)
    whole = Booking.objects.filter(run=first, erased_at=None)
    assert not whole.filter(person=None).exists()
    assert set(first.sessions.values_list("seats_taken", flat=True)) == {whole.count()}
    assert Person.objects.count() == whole.count()
    assert OutgoingMail.objects.filter(kind="people_erased").count() == 8
