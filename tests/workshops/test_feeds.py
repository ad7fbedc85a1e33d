"""Calendars to subscribe to: what an app gets is what the rows say."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation
from icalendar import Calendar

from tests import factories as make
from workshops import operations
from workshops.models import Session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

BERLIN = ZoneInfo("Europe/Berlin")
PROGRAMME = "/kalender/programm.ics"


def fetch(url: str = PROGRAMME, **headers: str) -> Any:
    return Client().get(url, headers=headers)


def events(url: str = PROGRAMME) -> dict[str, Any]:
    """The entries of a feed by their UID."""
    response = fetch(url)
    assert response.status_code == 200
    found = Calendar.from_ical(response.content).walk("VEVENT")
    by_uid = {str(event["UID"]): event for event in found}
    assert len(by_uid) == len(found)
    return by_uid


def row_as_event(session: Session, status: str) -> tuple[Any, ...]:
    return (session.starts_at, session.ends_at, session.sequence, status)


def as_read(event: Any) -> tuple[Any, ...]:
    return (
        event["DTSTART"].dt.astimezone(UTC),
        event["DTEND"].dt.astimezone(UTC),
        int(event["SEQUENCE"]),
        str(event["STATUS"]),
    )


def same(sessions: Iterable[Session], url: str) -> bool:
    return set(events(url)) == {session.uid for session in sessions}


def test_every_session_in_the_feed_equals_its_row() -> None:
    run = make.run(
        rule="RRULE:FREQ=WEEKLY;COUNT=4", title_suffix="Abendgruppe", room=make.room(how_to_find="1. Stock")
    )
    _first, second, third, _fourth = run.sessions.all()
    operations.cancel_session(session=second, reason="Krank", at=make.NOW, by=None)
    moved_to = third.starts_at + timedelta(days=1, hours=2)
    operations.move_session(
        session=third,
        starts_at=moved_to,
        ends_at=moved_to + timedelta(minutes=45),
        room=make.room(name="Saal"),
        reason="Raum belegt",
        at=make.NOW,
        by=None,
    )
    found = events()
    for session in run.sessions.select_related("room__venue"):
        event = found.pop(session.uid)
        status = "CANCELLED" if session.pk == second.pk else "CONFIRMED"
        assert as_read(event) == row_as_event(session, status)
        assert event["LAST-MODIFIED"].dt == event["DTSTAMP"].dt == session.changed_at
        assert "Smartphone-Sprechstunde – Abendgruppe" in event["SUMMARY"]
        assert session.room is not None
        assert event["LOCATION"] == f"Alte Post, {session.room.name}, Markt 1, 31199 Lindenau"
        assert event["URL"] == f"https://werkstatt.example.org/termine/{session.public_id}/"
        assert run.number in event["DESCRIPTION"]
        assert event["GEO"].to_ical() == "52.15;9.95"
    assert found == {}


def test_expanding_the_feed_finds_each_session_once_and_nothing_else() -> None:
    run = make.run(rule="RRULE:FREQ=DAILY;COUNT=9", first_date=date(2027, 3, 24), start_time=time(17, 0))
    calendar = Calendar.from_ical(fetch().content)
    found = recurring_ical_events.of(calendar).between((2027, 3, 1), (2027, 5, 1))
    assert {
        (str(event["UID"]), event["DTSTART"].dt.astimezone(UTC), event["DTEND"].dt.astimezone(UTC))
        for event in found
    } == {(s.uid, s.starts_at, s.ends_at) for s in run.sessions.all()}
    assert len(found) == 9


@pytest.mark.parametrize(
    ("first_date", "offsets"),
    [(date(2027, 3, 21), (1, 2)), (date(2027, 10, 24), (2, 1))],
    ids=["spring", "autumn"],
)
def test_seventeen_means_seventeen_on_both_sides_of_a_clock_change(
    first_date: date, offsets: tuple[int, int]
) -> None:
    run = make.run(rule="RRULE:FREQ=WEEKLY;COUNT=2", first_date=first_date, start_time=time(17, 0))
    found = events()
    for session, hours in zip(run.sessions.all(), offsets, strict=True):
        start = found[session.uid]["DTSTART"]
        assert start.params["TZID"] == "Europe/Berlin"
        assert start.dt.time() == time(17, 0)
        assert start.dt.utcoffset() == timedelta(hours=hours)
        assert start.dt.astimezone(UTC) == session.starts_at
    assert b"BEGIN:VTIMEZONE" in fetch().content
    assert b"RRULE" not in fetch().content.partition(b"END:VTIMEZONE")[2]


@pytest.mark.parametrize(
    ("day", "local"), [(date(2027, 3, 28), time(1, 30)), (date(2027, 10, 31), time(1, 30))]
)
def test_a_night_session_through_the_clock_change_lasts_as_long_as_its_row(day: date, local: time) -> None:
    session = make.session(first_date=day, start_time=local, minutes=180)
    event = events()[session.uid]
    assert as_read(event) == row_as_event(session, "CONFIRMED")
    assert session.ends_at - session.starts_at == timedelta(hours=3)


def test_a_cancelled_session_stays_as_cancelled_with_a_higher_sequence() -> None:
    session = make.session()
    before = events()[session.uid]
    operations.cancel_session(
        session=session, reason="Der Raum ist überflutet.", at=make.in_minutes(5), by=None
    )
    after = events()[session.uid]
    assert (str(before["STATUS"]), str(after["STATUS"])) == ("CONFIRMED", "CANCELLED")
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])
    assert after["DTSTART"].dt == before["DTSTART"].dt
    assert "Der Raum ist überflutet." in after["DESCRIPTION"]
    assert after["SUMMARY"] != before["SUMMARY"]


def test_a_moved_session_keeps_its_uid_and_undoing_raises_the_sequence_again() -> None:
    session = make.session()
    notice = operations.move_session(
        session=session,
        starts_at=session.starts_at + timedelta(hours=1),
        ends_at=session.ends_at + timedelta(hours=1),
        room=session.room,
        reason="Später",
        at=make.NOW,
        by=None,
    )
    moved = events()
    assert set(moved) == {session.uid}
    operations.undo_notice(notice=notice, at=make.in_minutes(1), by=None)
    undone = events()[session.uid]
    assert undone["DTSTART"].dt.astimezone(UTC) == session.starts_at
    assert int(undone["SEQUENCE"]) > int(moved[session.uid]["SEQUENCE"]) > session.sequence


class TestWhichSessions:
    def test_each_feed_has_its_own(self) -> None:
        old, young = make.generation("Ab 60"), make.generation("Junge Menschen")
        post, library = make.venue("Alte Post"), make.venue("Bücherei")
        phones = make.course("Handy", generations=[old])
        games = make.course("Spiele", generations=[young])
        phone_run = make.run(course=phones, room=make.room(venue=post))
        game_run = make.run(course=games, room=make.room(venue=library))
        online = make.session(course=games, online_url="https://meet.example.org/geheim")

        of_phones, of_games = list(phone_run.sessions.all()), list(game_run.sessions.all())
        assert same([*of_phones, *of_games, online], PROGRAMME)
        assert same(of_phones, f"/kalender/angebot/{phones.pk}.ics")
        assert same([*of_games, online], f"/kalender/angebot/{games.pk}.ics")
        assert same(of_phones, f"/kalender/lernort/{post.pk}.ics")
        assert same(of_games, f"/kalender/lernort/{library.pk}.ics")
        assert same(of_phones, f"/kalender/generation/{old.pk}.ics")
        assert same([*of_games, online], f"/kalender/generation/{young.pk}.ics")
        assert same(of_games[:1], f"/termine/{of_games[0].public_id}.ics")

    def test_an_unknown_one_is_not_found(self) -> None:
        make.session()
        for kind in ("angebot", "lernort", "generation"):
            assert fetch(f"/kalender/{kind}/999999.ics").status_code == 404
            assert fetch(f"/kalender/{kind}/{10**30}.ics").status_code == 404
        assert fetch("/termine/00000000-0000-4000-8000-000000000000.ics").status_code == 404

    def test_an_empty_programme_is_a_calendar_all_the_same(self) -> None:
        make.site()
        response = fetch()
        assert response.status_code == 200
        assert Calendar.from_ical(response.content).walk("VEVENT") == []

    def test_the_sessions_of_an_unpublished_course_leave_every_feed(self) -> None:
        generation = make.generation()
        session, other = make.session(course=make.course(generations=[generation])), make.session()
        course = session.run.course
        assert session.room is not None
        course.unpublish()
        assert fetch(f"/kalender/angebot/{course.pk}.ics").status_code == 404
        assert fetch(f"/termine/{session.public_id}.ics").status_code == 404
        assert same([other], PROGRAMME)
        assert same([], f"/kalender/lernort/{session.room.venue_id}.ics")
        assert same([], f"/kalender/generation/{generation.pk}.ics")

    def test_a_restricted_course_is_in_no_feed(self) -> None:
        from wagtail.models import PageViewRestriction

        session = make.session()
        PageViewRestriction.objects.create(page=session.run.course, restriction_type="login")
        assert fetch(f"/kalender/angebot/{session.run.course_id}.ics").status_code == 404
        assert same([], PROGRAMME)

    @pytest.mark.parametrize("state", ["draft", "archived"])
    def test_only_published_runs_appear(self, state: str) -> None:
        shown, run = make.session(), make.run()
        type(run).objects.filter(pk=run.pk).update(state=state)
        assert same([shown], PROGRAMME)
        session = run.sessions.first()
        assert session is not None
        assert fetch(f"/termine/{session.public_id}.ics").status_code == 404

    def test_a_draft_has_no_dates_in_the_feed(self) -> None:
        make.run(published=False)
        assert same([], PROGRAMME)

    def test_the_feed_reaches_thirty_days_back(self, clock: time_machine.Traveller) -> None:
        session = make.session()
        clock.move_to(session.ends_at + timedelta(days=30) - timedelta(seconds=1))
        assert same([session], PROGRAMME)
        clock.shift(timedelta(seconds=2))
        assert same([], PROGRAMME)

    def test_a_feed_addressed_by_id_survives_a_new_slug(self) -> None:
        session = make.session()
        course = session.run.course
        url = f"/kalender/angebot/{course.pk}.ics"
        course.slug = "ganz-anders"
        make.publish(course)
        assert same([session], url)


class TestWhatIsKeptBack:
    def test_the_address_of_an_online_meeting_is_never_told(self) -> None:
        session = make.session(online_url="https://meet.example.org/geheim")
        for url in (
            PROGRAMME,
            f"/kalender/angebot/{session.run.course_id}.ics",
            f"/termine/{session.public_id}.ics",
        ):
            content = fetch(url).content
            assert session.uid.encode() in content.replace(b"\r\n ", b"")
            assert b"geheim" not in content.replace(b"\r\n ", b"")

    def test_no_name_of_a_person_appears(self) -> None:
        session = make.session(facilitators=[make.facilitator("Hanne Brandt")])
        make.book(session, "Erna Meier", email="erna@example.org", phone="+4951234567")
        content = fetch().content.replace(b"\r\n ", b"")
        for secret in (
            b"Hanne",
            b"Brandt",
            b"Erna",
            b"Meier",
            b"erna@",
            b"51234567",
            b"ORGANIZER",
            b"ATTENDEE",
        ):
            assert secret not in content


class TestEnglish:
    def test_the_english_feed_has_the_same_dates_and_english_words(self) -> None:
        course = make.course("Handy verstehen")
        session, other = make.session(course=course), make.session(course=make.course("Nur auf Deutsch"))
        make.translated(course, title="Understand your phone", teaser="Bring it along.")
        operations.cancel_session(session=other, reason="Krank", at=make.NOW, by=None)
        german, english = events(), events(f"/en{PROGRAMME}")
        assert set(german) == set(english) == {session.uid, other.uid}
        assert german[session.uid]["SUMMARY"] == "Handy verstehen"
        assert english[session.uid]["SUMMARY"] == "Understand your phone"
        assert english[session.uid]["SUMMARY"].params["LANGUAGE"] == "en"
        assert english[other.uid]["SUMMARY"] == "Cancelled: Nur auf Deutsch"
        assert english[session.uid]["URL"] == f"https://werkstatt.example.org/en/termine/{session.public_id}/"
        assert as_read(english[session.uid]) == as_read(german[session.uid])

    def test_a_course_is_found_by_the_id_of_either_language(self) -> None:
        session = make.session()
        course = session.run.course
        for pk in (course.pk, make.in_language(course).pk):
            assert same([session], f"/en/kalender/angebot/{pk}.ics")
            assert same([session], f"/kalender/angebot/{pk}.ics")

    def test_the_languages_of_a_browser_do_not_change_a_feed(self) -> None:
        make.run()
        assert fetch(accept_language="en").content == fetch(accept_language="de").content

    def test_short_names_come_in_english_where_there_are_any(self) -> None:
        session = make.session(course=make.course(topics=[make.topic("Fotos")]))
        topic = session.run.course.topics.get()
        topic.name_en = "Pictures"
        topic.save()
        assert events()[session.uid]["CATEGORIES"].to_ical() == b"Fotos"
        assert events(f"/en{PROGRAMME}")[session.uid]["CATEGORIES"].to_ical() == b"Pictures"


def test_what_the_site_lists_is_what_the_feed_says(clock: time_machine.Traveller) -> None:
    run = make.run(rule="RRULE:FREQ=WEEKLY;COUNT=3")
    with translation.override("de"):
        addresses = [reverse("workshops:session", args=[s.public_id]) for s in run.sessions.all()]
    html = Client().get("/programm/").content.decode()
    assert all(address in html for address in addresses)
    assert {str(event["URL"]) for event in events().values()} == {
        f"https://werkstatt.example.org{address}" for address in addresses
    }
    local = {event["DTSTART"].dt for event in events().values()}
    assert local == {datetime(2027, 1, day, 14, tzinfo=BERLIN) for day in (13, 20, 27)}
