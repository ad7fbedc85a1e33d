"""The public page of a place's rooms: our courses by name, all else only as taken."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from places.models import OpeningHours, Room, RoomUse
from tests import factories as make
from tests import web
from workshops import operations
from workshops.models import CourseRun, Session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

SECRET = "Geheime Ratssitzung"


@pytest.fixture
def room() -> Room:
    return make.room(venue=make.venue("Alte Post", slug="alte-post"), name="Saal")


def url(week: str = "", *, place: str = "alte-post") -> str:
    return f"/lernorte/{place}/belegung/" + (f"?woche={week}" if week else "")


def day(client: Client, when: str, **options: str) -> str:
    """What the page says about one day of January 2027."""
    page = web.page(client.get(url(when, **options)))
    heading = page.find(id=f"tag-{when}")
    assert heading is not None
    assert heading.parent is not None
    return " ".join(heading.parent.get_text(" ").split())


def take(room: Room, *, first: date = date(2027, 1, 13), at: time = time(18), minutes: int = 120) -> RoomUse:
    use = RoomUse(room=room, name=SECRET, first_date=first, start_time=at, duration_minutes=minutes)
    operations.save_room_use(use=use, at=make.NOW, by=None)
    return use


def test_our_courses_stand_there_by_name_and_lead_to_their_date(client: Client, room: Room) -> None:
    run = make.run(room=room, rule="", course=make.course("Tablet für Neugierige"))
    page = web.page(client.get(url()))
    (link,) = page.select(".occupancy a")
    assert link.get_text() == "Tablet für Neugierige"
    assert link["href"] == make.first(run).get_absolute_url()
    assert "14:00–15:30" in day(client, "2027-01-13")
    assert "den ganzen Tag frei" in day(client, "2027-01-12")


def test_what_a_room_is_otherwise_used_for_is_only_taken(client: Client, room: Room) -> None:
    take(room)
    said = day(client, "2027-01-13")
    assert "18:00–20:00 belegt" in said
    assert SECRET not in client.get(url()).content.decode()


@pytest.mark.parametrize("kind", ["draft", "restricted", "unpublished"])
def test_a_course_the_public_may_not_see_takes_the_room_without_a_name(
    client: Client, room: Room, kind: str
) -> None:
    run = make.run(room=room, rule="", course=make.course("Geheimkurs"))
    match kind:
        case "draft":
            CourseRun.objects.update(state=CourseRun.State.DRAFT)
        case "restricted":
            PageViewRestriction.objects.create(page=run.course, restriction_type="login")
        case "unpublished":
            run.course.unpublish()
    assert "14:00–15:30 belegt" in day(client, "2027-01-13")
    assert "Geheimkurs" not in client.get(url()).content.decode()
    # Not taken any more: neither a time nor a name.
    Session.objects.update(state=Session.State.CANCELLED)
    assert "14:00" not in day(client, "2027-01-13")


def test_a_cancelled_date_stays_as_cancelled_and_an_archived_run_is_gone(client: Client, room: Room) -> None:
    run = make.run(room=room, rule="")
    operations.cancel_session(session=make.first(run), reason="Krank", at=make.NOW, by=None)
    assert "Abgesagt" in day(client, "2027-01-13")
    operations.archive_run(run=run, at=make.NOW, by=None)
    assert "14:00" not in day(client, "2027-01-13")


def test_what_goes_on_over_midnight_stands_on_both_days(client: Client, room: Room) -> None:
    take(room, at=time(22), minutes=180)
    make.run(room=room, rule="", first_date=date(2027, 1, 15), start_time=time(23), minutes=120)
    take(room, first=date(2027, 1, 16), at=time(22), minutes=120)
    assert "ab 22:00 belegt" in day(client, "2027-01-13")
    assert "bis 01:00 belegt" in day(client, "2027-01-14")
    assert "ab 23:00" in day(client, "2027-01-15")
    assert "bis 01:00" in day(client, "2027-01-16")
    # What ends at midnight does not touch the next day, and what began the week before is there.
    assert "22:00–00:00" in day(client, "2027-01-16")
    assert "den ganzen Tag frei" in day(client, "2027-01-17")
    take(room, first=date(2027, 1, 24), at=time(23), minutes=120)
    assert "bis 01:00 belegt" in day(client, "2027-01-25")


def test_opening_hours_and_closed_days_are_said_in_words(client: Client, room: Room) -> None:
    for opens, closes in ((time(10), time(12)), (time(14), time(18))):
        OpeningHours.objects.create(venue=room.venue, weekday=2, opens=opens, closes=closes)
    make.closure(date(2027, 1, 14), name="Umbau", venue=room.venue)
    make.closure(date(2027, 1, 15), name="Woanders", venue=make.venue("Bücherei"))
    make.closure(date(2027, 1, 16), kind="holidays", name="Winterferien")
    assert "Geöffnet 10:00–12:00, 14:00–18:00" in day(client, "2027-01-13")
    assert "geschlossen: Umbau" in day(client, "2027-01-14")
    assert "Woanders" not in day(client, "2027-01-15")
    assert "An diesem Tag nicht geöffnet" in day(client, "2027-01-15")
    assert "Ferien: Winterferien" in day(client, "2027-01-16")
    assert "Feiertag: Neujahr" in day(client, "2027-01-01")
    take(room, first=date(2027, 1, 14))
    make.room(venue=room.venue, name="Küche")
    assert "belegt" in day(client, "2027-01-14")
    assert "Küche" not in day(client, "2027-01-14")


def test_weeks_lead_on_within_limits_and_far_ones_are_not_for_search_engines(
    client: Client, room: Room
) -> None:
    def links(week: str) -> list[str]:
        return [str(a["href"]) for a in web.page(client.get(url(week))).select(".pages")[0].select("a")]

    assert links("") == [url("2027-01-04"), url("2027-01-18")]
    for week, indexed in (
        ("", True),
        ("2027-01-13", True),
        ("2027-12-01", True),
        ("2027-01-04", False),
        ("2028-02-01", False),
    ):
        page = web.page(client.get(url(week)))
        assert bool(page.find("meta", {"name": "robots"})) is not indexed, week
    assert len(links("2026-12-21")) == len(links("2028-12-29")) == 2
    assert links("2026-12-15") == [url("2026-12-21")]
    assert links("2029-01-08") == [url("2029-01-01")]
    for strange in ("2030-01-01", "2026-01-01", "gestern", "2027-02-31", "0001-01-01", "\x00", "9" * 400):
        answer = client.get("/lernorte/alte-post/belegung/", {"woche": strange})
        assert answer.status_code == 200
        assert "tag-2027-01-11" in answer.content.decode(), strange


def test_a_place_that_is_not_there_or_not_used_any_more_has_no_page(client: Client, room: Room) -> None:
    for place in ("anderswo", "x" * 300):
        assert client.get(url(place=place)).status_code == 404
    room.venue.is_archived = True
    room.venue.save()
    assert client.get(url()).status_code == 404
    assert client.post(url()).status_code == 405


def test_an_archived_room_shows_while_it_is_taken(client: Client, room: Room) -> None:
    other = make.room(venue=room.venue, name="Altbau")
    make.run(room=other, rule="")
    Room.objects.filter(pk=other.pk).update(is_archived=True)
    assert "Altbau" in day(client, "2027-01-13")
    assert "Altbau" not in day(client, "2027-01-20")


def test_the_page_of_a_date_leads_there_and_the_reader_keeps_their_language(
    client: Client, room: Room
) -> None:
    course = make.course("Tablet für Neugierige")
    make.translated(course, title="Tablets for the curious")
    session = make.first(make.run(room=room, rule="", course=course))
    page = web.page(client.get(session.get_absolute_url()))
    assert page.select(f"a[href='{url('2027-01-13')}']")
    english = web.words(client.get("/en" + url()))
    assert "Tablets for the curious" in english
    assert "Wednesday" in english


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(client: Client, room: Room, count: int) -> None:
    for n in range(count):
        where = make.room(venue=room.venue, name=f"Raum {n}")
        make.run(room=where, rule="RRULE:FREQ=DAILY;COUNT=3")
        take(where, at=time(20))
        make.closure(date(2027, 1, 11 + n))
    client.get(url())
    with CaptureQueriesContext(connection) as captured:
        client.get(url())
    assert len(captured) == 14


def test_the_name_of_another_use_is_nowhere_public(client: Client, room: Room) -> None:
    run = make.run(room=room, first_date=date(2027, 1, 13))
    use = take(room, first=date(2027, 1, 20), at=time(14))
    pages = [
        "/",
        "/programm/",
        run.course.url,
        "/kalender/",
        "/kalender/programm.ics",
        f"/kalender/lernort/{room.venue_id}.ics",
        f"/kalender/angebot/{run.course_id}.ics",
        "/sitemap.xml",
        url(),
        url("2027-01-20"),
        *(session.get_absolute_url() for session in run.sessions.all()),
    ]
    for address in (*pages, *("/en" + page for page in pages if page.startswith("/lern"))):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert SECRET not in b"".join(answer).decode(), address
    assert use.dates.count() == 1


def test_a_date_an_hour_before_the_clocks_change_stands_on_its_day(client: Client, room: Room) -> None:
    take(room, first=date(2027, 3, 27), at=time(23, 30), minutes=180)
    assert "ab 23:30" in day(client, "2027-03-27")
    # 23:30 and three hours: the hour from two to three does not exist.
    assert "bis 03:30" in day(client, "2027-03-28")
    assert datetime(2027, 3, 28, 1, 30, tzinfo=UTC) == room.use_dates.get().ends_at
    assert room.use_dates.get().starts_at + timedelta(hours=3) == room.use_dates.get().ends_at
