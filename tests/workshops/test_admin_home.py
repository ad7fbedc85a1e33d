"""What the team finds when it signs in, and the report of all conflicts."""

from datetime import time, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.models import OutgoingMail
from tests import factories as make
from tests import web
from workshops import operations
from workshops.admin.conflicts import problems

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

QUERIES = 46


def signed_in(*roles: str) -> Client:
    client = Client()
    client.force_login(make.staff(*roles))
    return client


def test_the_next_dates_and_what_wants_a_decision() -> None:
    run = make.run(minimum=5, decide_on=make.NOW.date(), number="T-7")
    make.book(make.first(run))
    operations.cancel_session(session=run.sessions.all()[1], reason="Krank", at=make.NOW, by=None)
    words = web.words(signed_in("Kursteam").get("/admin/"))
    assert "13. Jan 2027" in words
    assert "(T-7)" in words
    assert "20. Jan" not in words
    assert "1 Durchgang wartet auf eine Entscheidung" in words
    assert "Von 1 Änderung erfahren die Leute" in words


def test_mails_that_failed_are_told_to_whoever_may_see_the_list_of_mails() -> None:
    make.book(make.session())
    OutgoingMail.objects.update(state=OutgoingMail.State.FAILED, content=None)
    assert "1 E-Mail konnte nicht verschickt werden" in web.words(signed_in("Verwaltung").get("/admin/"))
    assert "E-Mail konnte nicht" not in web.words(signed_in("Kursteam").get("/admin/"))


def test_the_front_page_asks_a_fixed_number_of_questions() -> None:
    client = signed_in("Kursteam")

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/admin/").status_code == 200
        return len(captured)

    make.run(room=make.room(), facilitators=[make.facilitator()])
    client.get("/admin/")
    one = count()
    for _ in range(2):
        make.run(room=make.room(), facilitators=[make.facilitator()])
    assert [one, count()] == [QUERIES, QUERIES]


def test_the_report_says_the_same_thing_about_a_run_once_with_all_its_dates() -> None:
    hanne = make.facilitator("Hanne Brandt")
    make.run(room=make.room(), facilitators=[hanne])
    make.run(room=make.room(), facilitators=[hanne], start_time=time(15, 0))
    (problem,) = problems(operations.open_conflicts(at=make.NOW))
    assert [day - problem.dates[0] for day in problem.dates] == [timedelta(weeks=n) for n in range(3)]
    report = web.words(signed_in("Kursteam").get("/admin/courserun/conflicts/"))
    assert report.count("Hanne Brandt leitet zur selben Zeit") == 1
    assert "3 Konflikte bei den kommenden Terminen." in report


def test_a_day_without_courses_leads_to_the_next_that_has_some() -> None:
    make.run()
    page = signed_in("Kursteam").get("/admin/courserun/today/")
    assert "Die nächsten Kurse sind am Mittwoch, 13. Januar." in web.words(page)
    assert "?day=2027-01-13" in page.content.decode()
