"""However long the lists are, a page asks the database the same number of questions."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories as make
from workshops.models import CourseRun, Session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

SIZES = [(1, 1), (3, 10), (6, 50)]
"""So many courses with so many dates each: 1, 30 and 300 sessions."""

QUERIES = {
    "/programm/": 20,
    "/en/programm/": 25,
    "/programm/?q=Kurs&free=on": 26,
    "/programm/kurs-0/": 27,
    "/en/programm/kurs-0/": 31,
    "/": 18,
    "/en/": 22,
    "/ausprobieren/": 16,
    "/kalender/programm.ics": 5,
    "/en/kalender/programm.ics": 6,
}


def count(url: str) -> int:
    """The queries of a page that has been opened before: pictures are cut to size, site and languages known."""
    client = Client()
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
    assert response.status_code == 200
    return len(captured)


def fill_up(courses: int, dates: int) -> None:
    """So many courses, each with a run, a picture, an exhibit and a team of its own, and so many dates each."""
    for run in CourseRun.objects.all():
        make.further_sessions(run, dates - run.sessions.count())
    for number in range(CourseRun.objects.count(), courses):
        exhibit = make.exhibit(image=make.picture())
        make.showing(exhibit)
        course = make.course(
            f"Kurs {number}",
            slug=f"kurs-{number}",
            image=make.picture(),
            topics=[make.topic(f"Thema {number}")],
            generations=[make.generation(f"Generation {number}")],
        )
        course.exhibits.set([exhibit])
        make.publish(course)
        if number % 2:
            make.translated(course, title=f"Course {number}")
        run = make.run(
            course=course,
            rule="",
            first_date=date(2027, 1, 12),
            booking_mode=["single", "series", "drop_in"][number % 3],
            facilitators=[make.facilitator(f"Name {number}"), make.facilitator(f"Zweiter Name {number}")],
        )
        make.further_sessions(run, dates - 1)


def test_the_number_of_queries_does_not_grow_with_the_programme() -> None:
    found: dict[str, list[int]] = {url: [] for url in QUERIES}
    for courses, dates in SIZES:
        fill_up(courses, dates)
        for url, counts in found.items():
            counts.append(count(url))
    assert Session.objects.count() == 300
    assert found == {url: [expected] * 3 for url, expected in QUERIES.items()}
