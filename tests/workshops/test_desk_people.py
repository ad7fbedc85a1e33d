"""Who stands on the list of a date: seats, carers, the absent and children; not those to whom a seat is offered."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories as make
from tests import web
from workshops import operations
from workshops.admin.enough import doubtful_runs
from workshops.desk import Attending, attending
from workshops.models import Booking, RunChoice, RunQuestion, Session
from workshops.operations import Charge, Guest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def people(
    session: Session, *, contact: bool = True, needs: bool = True, guardians: bool = True
) -> list[Attending]:
    found = attending([session], sees_contact=contact, sees_needs=needs, sees_guardians=guardians)
    return found.get(session.pk, [])


def child(name: str = "Mia") -> Guest:
    charge = Charge(name="Rita Jung", phone="+4951234567", goes_home_alone=True)
    return Guest(name, need="Ein fester Stuhl", hearing_loop=True, guardian=charge)


def offered(session: Session) -> Booking:
    """Somebody with an offer on a date of one seat."""
    taken = make.book(session)
    waiting = operations.join_waiting_list(
        run=session.run, session=session, party=make.party("Paul", email="paul@example.org"), at=make.NOW
    )
    operations.cancel_booking(booking=taken, at=make.NOW)
    waiting.refresh_from_db()
    assert waiting.state == Booking.State.OFFERED
    return waiting


def test_who_is_offered_a_seat_does_not_come_yet(team: Client) -> None:
    session = make.session(capacity=1, minimum=1, decide_on=make.NOW.date())
    booking = offered(session)
    assert people(session) == []
    assert [row.booked for row in doubtful_runs(make.NOW)] == [0]
    assert "Paul" not in web.words(team.get(f"/admin/courserun/today/?day={session.starts_at:%Y-%m-%d}"))
    operations.accept_offer(booking=booking, at=make.NOW)
    assert [somebody.name for somebody in people(session)] == ["Paul"]
    assert [row.booked for row in doubtful_runs(make.NOW)] == [1]


def test_carers_stand_among_them_and_take_no_seat() -> None:
    session = make.session(capacity=1)
    make.book(session, guests=[Guest("Erna"), Guest("Ida", is_carer=True)])
    assert [(one.name, one.is_carer) for one in people(session)] == [("Erna", False), ("Ida", True)]


def test_who_is_absent_once_is_marked_on_that_date_only_and_their_carer_is_not_expected() -> None:
    run = make.run(booking_mode="series")
    first, second = run.sessions.order_by("starts_at")[:2]
    booking = make.book_series(run, guests=[Guest("Erna"), Guest("Ida", is_carer=True)])
    erna = booking.participants.get(is_carer=False)
    operations.report_absent(participant=erna, session=first, at=make.NOW)
    assert [(one.name, one.is_absent) for one in people(first)] == [("Erna", True)]
    assert [(one.name, one.is_absent) for one in people(second)] == [("Erna", False), ("Ida", False)]


def test_a_child_has_a_guardian_and_what_is_to_be_prepared_for_those_who_may_see_it() -> None:
    session = make.session(room=make.room(loop_sets=1))
    make.book(session, guests=[child()])
    (mia,) = people(session)
    assert (mia.guardian, mia.guardian_phone, mia.goes_home_alone) == ("Rita Jung", "+4951234567", True)
    assert mia.need.endswith(", Ein fester Stuhl")
    (mia,) = people(session, contact=False, needs=False, guardians=False)
    assert (mia.guardian, mia.guardian_phone, mia.need, mia.phone, mia.code) == ("", "", "", "", "")
    assert mia.goes_home_alone is True


def test_answers_to_the_questions_of_the_run_stand_beside_the_name() -> None:
    session = make.session()
    question = RunQuestion.objects.create(run=session.run, text="Welches Telefon?")
    android = RunChoice.objects.create(question=question, text="Android")
    make.book(session, guests=[Guest("Erna", choices=[android.pk])])
    assert [one.answers for one in people(session)] == ["Android"]


@pytest.mark.parametrize("count", [1, 3])
def test_it_takes_so_many_queries_however_many_come(count: int) -> None:
    session = make.session(room=make.room(loop_sets=9))
    for number in range(count):
        make.book(session, guests=[child(f"Mia {number}"), Guest("Ida", is_carer=True)])
    with CaptureQueriesContext(connection) as queries:
        assert len(people(session)) == 2 * count
    assert len(queries) == 4


def test_a_booking_tells_the_team_all_about_it(team: Client) -> None:
    session = make.session(capacity=2, room=make.room(loop_sets=1))
    booking = make.book(session, guests=[child(), Guest("Ida", is_carer=True)])
    words = web.words(team.get(f"/admin/booking/inspect/{booking.pk}/"))
    for expected in ("Mia", "Ida", "Rita Jung", "05123 4567", "Ein fester Stuhl"):
        assert expected in words
    waiting = offered(make.session(capacity=1))
    page = web.page(team.get(f"/admin/booking/inspect/{waiting.pk}/"))
    assert len(page.select("main h3")) >= 4
