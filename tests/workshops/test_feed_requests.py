"""Fetching a calendar again and again: unchanged answers, changed tags, the same bytes."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from icalendar import Calendar

from tests import factories as make
from timetable import ics
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


class TestConditionalRequests:
    def test_an_unchanged_feed_answers_not_modified_without_a_body(self) -> None:
        make.run()
        first = fetch()
        second = fetch(if_none_match=first["ETag"])
        assert (second.status_code, second.content) == (304, b"")
        assert second["ETag"] == first["ETag"]
        assert second["Cache-Control"] == first["Cache-Control"]

    def test_the_tag_also_counts_when_weak_or_among_others(self) -> None:
        make.run()
        tag = fetch()["ETag"]
        assert not tag.startswith("W/")
        for asked in (f"W/{tag}", f'"other", {tag}', f'W/"other", W/{tag}', "*"):
            assert fetch(if_none_match=asked).status_code == 304

    def test_the_tag_a_compressed_feed_came_with_is_known_again(self) -> None:
        make.run()
        compressed = fetch(accept_encoding="gzip")
        assert compressed["Content-Encoding"] == "gzip"
        assert fetch(accept_encoding="gzip", if_none_match=compressed["ETag"]).status_code == 304
        assert fetch(if_none_match=compressed["ETag"]).status_code == 304

    def test_a_tag_that_means_nothing_gets_the_feed(self) -> None:
        session = make.session()
        for garbage in (
            '"',
            "",
            ",,,",
            "W/",
            '"never seen"',
            "\xff\xfe",
            '"' * 999,
            "null",
            "W/*",
        ):
            response = fetch(if_none_match=garbage)
            assert response.status_code == 200
            assert session.uid.encode() in response.content.replace(b"\r\n ", b"")

    def test_each_feed_and_language_has_its_own_tag(self) -> None:
        session = make.session()
        urls = [PROGRAMME, f"/en{PROGRAMME}", f"/kalender/angebot/{session.run.course_id}.ics"]
        assert len({fetch(url)["ETag"] for url in urls}) == 3

    def test_head_answers_the_same_headers_without_a_body(self) -> None:
        make.run()
        shown, head = fetch(), Client().head(PROGRAMME)
        assert head.status_code == 200
        assert head.content == b""
        for name in ("ETag", "Content-Type", "Cache-Control"):
            assert head[name] == shown[name]
        assert Client().head(PROGRAMME, headers={"if-none-match": head["ETag"]}).status_code == 304

    def test_only_reading_is_allowed(self) -> None:
        make.site()
        assert Client().post(PROGRAMME).status_code == 405

    @pytest.mark.parametrize(
        "what",
        [
            "title",
            "teaser",
            "topic",
            "address",
            "access",
            "room",
            "session",
            "suffix",
            "number",
            "house",
            "new",
            "gone",
        ],
    )
    def test_whatever_is_told_changes_the_tag_when_it_changes(self, what: str) -> None:
        topic = make.topic()
        run = make.run(course=make.course(topics=[topic]), title_suffix="Abend")
        session = run.sessions.first()
        assert session is not None
        assert session.room is not None
        before = fetch()
        self._change(what, run, session, topic)
        after = fetch(if_none_match=before["ETag"])
        assert after.status_code == 200
        assert after["ETag"] != before["ETag"]
        assert after.content != before.content

    def _change(self, what: str, run: Any, session: Session, topic: Any) -> None:
        room = session.room
        assert room is not None
        match what:
            case "title":
                run.course.title = "Sprechstunde Handy"
                make.publish(run.course)
            case "teaser":
                run.course.teaser = "Neu!"
                make.publish(run.course)
            case "topic":
                topic.name = "Videos"
                topic.save()
            case "address":
                room.venue.street = "Neue Straße 2"
                room.venue.save()
            case "access":
                room.venue.access_notes = "Der Aufzug ist wieder da."
                room.venue.save()
            case "room":
                room.name = "Saal"
                room.save()
            case "session":
                operations.cancel_session(session=session, reason="Krank", at=make.NOW, by=None)
            case "suffix" | "number":
                type(run).objects.filter(pk=run.pk).update(
                    **{"title_suffix_de" if what == "suffix" else "number": "anders"}
                )
            case "house":
                from core.models import HouseSettings

                house = HouseSettings.load()
                house.house_name = "Haus am Markt"
                house.save()
            case "new":
                make.session(course=run.course)
            case "gone":
                operations.archive_run(run=run, at=make.NOW, by=None)

    def test_a_booking_changes_nothing_for_subscribers(self) -> None:
        session = make.session()
        before = fetch()
        make.book(session)
        assert fetch(if_none_match=before["ETag"]).status_code == 304


class TestBytes:
    def test_two_fetches_are_the_same_to_the_byte(self, clock: time_machine.Traveller) -> None:
        make.run(course=make.course(topics=[make.topic("A"), make.topic("B")]))
        first = fetch()
        clock.shift(timedelta(hours=5))
        cache.clear()
        assert fetch().content == first.content

    def test_only_what_has_changed_is_written_anew(self, monkeypatch: pytest.MonkeyPatch) -> None:
        written: list[str] = []

        def counting(event: ics.CalendarEvent, **more: Any) -> bytes:
            written.append(event.uid)
            return ics.vevent(event, **more)

        monkeypatch.setattr("workshops.calendars.vevent", counting)
        run = make.run(rule="RRULE:FREQ=WEEKLY;COUNT=5")
        fetch()
        assert len(written) == 5
        fetch(f"/kalender/angebot/{run.course_id}.ics")
        assert len(written) == 5
        session = run.sessions.last()
        assert session is not None
        operations.cancel_session(session=session, reason="Krank", at=make.NOW, by=None)
        fetch()
        assert written[5:] == [session.uid]

    def test_it_calls_itself_a_calendar(self) -> None:
        session = make.session()
        feed = fetch()
        assert feed["Content-Type"] == "text/calendar; charset=utf-8"
        assert feed["Content-Disposition"] == 'inline; filename="kalender.ics"'
        assert "public" in feed["Cache-Control"]
        assert "Set-Cookie" not in feed
        single = fetch(f"/termine/{session.public_id}.ics")
        assert single["Content-Type"] == "text/calendar; charset=utf-8"
        assert single["Content-Disposition"] == 'attachment; filename="termin-2027-01-13.ics"'

    def test_lines_are_short_and_end_as_the_standard_says(self) -> None:
        course = make.course("Ü" * 200)
        course.teaser = "Eins\nzwei; drei, vier\\fünf\x07\u2028sechs\r\nBEGIN:VEVENT"
        make.publish(course)
        session = make.session(course=course)
        content = fetch().content
        lines = content.split(b"\r\n")
        assert lines[-1] == b""
        assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in lines)
        event = events()[session.uid]
        assert "Eins\nzwei; drei, vier\\fünf\nsechs\nBEGIN:VEVENT" in event["DESCRIPTION"]
        assert content.count(b"\r\nBEGIN:VEVENT\r\n") == 1

    def test_it_tells_where_it_comes_from_and_how_often_to_look(self) -> None:
        session = make.session()
        course = session.run.course
        calendar = Calendar.from_ical(fetch(f"/kalender/angebot/{course.pk}.ics").content)
        assert str(calendar["NAME"]) == str(calendar["X-WR-CALNAME"]) == f"{course.title} – Digital-Werkstatt"
        assert str(calendar["SOURCE"]) == f"https://werkstatt.example.org/kalender/angebot/{course.pk}.ics"
        assert calendar["REFRESH-INTERVAL"].dt == timedelta(hours=4)
