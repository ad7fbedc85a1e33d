"""Calendar files: what goes in comes out of other programs again."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from unicodedata import category

import pytest
import recurring_ical_events
from hypothesis import example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from timetable.ics import CalendarEvent, UnknownZone, calendar, clean_text, fingerprint, vevent

EVENT = CalendarEvent(
    uid="2f1c@termine",
    sequence=2,
    created_at=datetime(2027, 1, 1, 9, tzinfo=UTC),
    changed_at=datetime(2027, 1, 5, 9, 30, tzinfo=UTC),
    starts_at=datetime(2027, 6, 2, 12, tzinfo=UTC),
    ends_at=datetime(2027, 6, 2, 13, 30, tzinfo=UTC),
    summary="Smartphone-Sprechstunde",
    description="Bitte Gerät mitbringen.\nKeine Anmeldung nötig.",
    location="Digital-Werkstatt, Markt 3; 1. Stock",
    url="https://werkstatt.example.org/termine/2f1c/",
    categories=("Ab 60", "Smartphone, Tablet"),
    geo=(53.1435, 8.2146),
)

moments = st.datetimes(
    datetime.fromisoformat("1997-01-01"), datetime.fromisoformat("2040-12-31"), timezones=st.just(UTC)
).map(lambda moment: moment.replace(microsecond=0))
texts = st.text(max_size=300)
events = st.builds(
    CalendarEvent,
    uid=st.uuids().map(lambda uid: f"{uid}@termine"),
    sequence=st.integers(0, 10_000),
    created_at=moments,
    changed_at=moments,
    starts_at=moments,
    ends_at=st.just(EVENT.ends_at),
    summary=texts,
    description=texts,
    location=texts,
    url=st.just(EVENT.url),
    categories=st.lists(texts, max_size=3).map(tuple),
    geo=st.none() | st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
    cancelled=st.booleans(),
    language=st.sampled_from(["de", "en"]),
).flatmap(
    lambda event: st.integers(1, 3000).map(
        lambda minutes: replace(event, ends_at=event.starts_at + timedelta(minutes=minutes))
    )
)


def written(event: CalendarEvent, **options) -> str:
    return calendar([vevent(event)], name="Programm", **options).decode()


def parsed(data: str | bytes):
    [event] = Calendar.from_ical(data).walk("VEVENT")
    return event


def unfolded(data: bytes) -> list[str]:
    return data.decode().replace("\r\n ", "").split("\r\n")


def one_line(text: str) -> str:
    return " ".join(clean_text(text).split())


@given(events)
@example(
    replace(EVENT, summary="C:\\Neu \\n; ,", description="a\x85b\u2028c\r\nEND:VEVENT\r\nd", location="\\")
)
def test_every_text_and_time_comes_back(event):
    back = parsed(written(event))
    assert str(back.get("SUMMARY", "")) == clean_text(event.summary)
    assert str(back.get("DESCRIPTION", "")) == clean_text(event.description)
    assert str(back.get("LOCATION", "")) == clean_text(event.location)
    assert str(back["UID"]) == event.uid
    assert str(back["URL"]) == event.url
    assert back["SEQUENCE"] == event.sequence
    assert back["STATUS"] == ("CANCELLED" if event.cancelled else "CONFIRMED")
    assert back["DTSTART"].dt.astimezone(UTC) == event.starts_at
    assert back["DTEND"].dt.astimezone(UTC) == event.ends_at
    assert back["DTSTAMP"].dt == back["LAST-MODIFIED"].dt == event.changed_at
    assert back["CREATED"].dt == event.created_at
    if event.geo:
        assert (back["GEO"].latitude, back["GEO"].longitude) == event.geo


@given(events)
def test_no_text_whatever_adds_a_line(event):
    names = [line.split(":")[0].split(";")[0] for line in unfolded(vevent(event)) if line]
    assert names[0] == "BEGIN"
    assert names[-1] == "END"
    assert len(names) == len(set(names))
    assert set(names[1:-1]) <= {
        "SUMMARY", "DTSTART", "DTEND", "DTSTAMP", "UID", "SEQUENCE", "CATEGORIES", "CREATED", "DESCRIPTION",
        "GEO", "LAST-MODIFIED", "LOCATION", "STATUS", "URL",
    }  # fmt: skip


@given(events, texts, texts)
def test_lines_are_short_end_in_crlf_and_hold_no_control_characters(event, name, description):
    data = calendar(
        [vevent(event)], name=name, description=description, source_url="https://example.org/k.ics"
    )
    assert data.endswith(b"\r\n")
    lines = data.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    for line in lines:
        assert not [char for char in line.decode() if category(char) == "Cc" and char != "\t"]


TWICE = replace(
    EVENT,
    starts_at=datetime(2027, 10, 31, 1, 15, tzinfo=UTC),
    ends_at=datetime(2027, 10, 31, 1, 45, tzinfo=UTC),
)


@settings(max_examples=30)  # the other program is slow
@given(st.lists(events, max_size=3, unique_by=lambda event: event.uid))
@example([EVENT, replace(TWICE, uid="second turn")])
def test_another_program_finds_every_event_at_its_time(several):
    data = calendar(map(vevent, several), name="Programm")
    found = recurring_ical_events.of(Calendar.from_ical(data)).between(
        datetime(1996, 1, 1, tzinfo=UTC), datetime(2041, 6, 1, tzinfo=UTC)
    )
    # In UTC: Python calls a time that exists twice unequal to every time in another zone.
    assert {
        (str(one["UID"]), *(one[name].dt.astimezone(UTC) for name in ("DTSTART", "DTEND"))) for one in found
    } == {(event.uid, event.starts_at, event.ends_at) for event in several}


def test_categories_stay_apart_in_spite_of_commas():
    lines = unfolded(vevent(EVENT))
    assert "CATEGORIES:Ab 60,Smartphone\\, Tablet" in lines


def test_texts_say_their_language():
    assert "SUMMARY;LANGUAGE=en:Smartphone-Sprechstunde" in unfolded(vevent(replace(EVENT, language="en")))


def test_a_language_cannot_break_out_of_its_parameter():
    lines = unfolded(vevent(replace(EVENT, language='de";X=1:\r\nATTACH:http://x')))
    assert "SUMMARY;LANGUAGE=deX1ATTACHhttpx:Smartphone-Sprechstunde" in lines


def test_an_address_is_one_line():
    broken = replace(EVENT, url="https://example.org/\r\nATTACH:x", uid="a\r\nATTACH:x")
    assert not [line for line in unfolded(vevent(broken)) if line.startswith("ATTACH")]


def test_times_are_written_on_the_venues_clock():
    lines = unfolded(vevent(EVENT))
    assert "DTSTART;TZID=Europe/Berlin:20270602T140000" in lines
    assert "DTEND;TZID=Europe/Berlin:20270602T153000" in lines


@pytest.mark.parametrize("hour", [0, 1])
def test_both_turns_of_the_hour_that_exists_twice_are_told_apart(hour):
    starts_at = datetime(2027, 10, 31, hour, 15, tzinfo=UTC)
    back = parsed(written(replace(EVENT, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=30))))
    assert back["DTSTART"].dt.astimezone(UTC) == starts_at
    assert back["DTEND"].dt.astimezone(UTC) == starts_at + timedelta(minutes=30)


def test_a_cancelled_event_is_still_there_and_says_so():
    assert parsed(written(replace(EVENT, cancelled=True)))["STATUS"] == "CANCELLED"


def test_an_event_without_length_has_no_end():
    assert "DTEND" not in parsed(written(replace(EVENT, ends_at=EVENT.starts_at)))


def test_an_event_written_twice_is_the_same_to_the_byte():
    again = replace(EVENT, starts_at=EVENT.starts_at.astimezone())
    assert vevent(again) == vevent(EVENT)
    assert fingerprint(again) == fingerprint(EVENT)


@pytest.mark.parametrize(
    "change",
    [
        {"uid": "x"},
        {"sequence": 3},
        {"created_at": EVENT.starts_at},
        {"changed_at": EVENT.starts_at},
        {"starts_at": EVENT.starts_at - timedelta(minutes=1)},
        {"ends_at": EVENT.ends_at + timedelta(minutes=1)},
        {"summary": "x"},
        {"description": "x"},
        {"location": "x"},
        {"url": "https://x"},
        {"categories": ()},
        {"geo": None},
        {"cancelled": True},
        {"language": "en"},
    ],
)
def test_every_change_has_another_fingerprint(change):
    changed = replace(EVENT, **change)
    assert fingerprint(changed) != fingerprint(EVENT)
    assert vevent(changed) != vevent(EVENT)


@pytest.mark.parametrize("name", ["created_at", "changed_at", "starts_at", "ends_at"])
def test_a_time_without_a_zone_is_refused(name):
    with pytest.raises(ValueError):
        vevent(replace(EVENT, **{name: datetime.fromisoformat("2027-06-02T14:00")}))


def test_an_event_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError):
        vevent(replace(EVENT, ends_at=EVENT.starts_at - timedelta(minutes=1)))


def test_the_calendar_says_its_name_and_when_to_look_again():
    data = calendar(
        [],
        name="Programm; Werkstatt",
        description="Alle Termine",
        source_url="https://werkstatt.example.org/kalender/programm.ics",
        refresh=timedelta(hours=2),
    )
    lines = unfolded(data)
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert {
        "VERSION:2.0",
        "METHOD:PUBLISH",
        "NAME:Programm\\; Werkstatt",
        "X-WR-CALNAME:Programm\\; Werkstatt",
        "DESCRIPTION:Alle Termine",
        "REFRESH-INTERVAL;VALUE=DURATION:PT2H",
        "X-PUBLISHED-TTL:PT2H",
        "SOURCE;VALUE=URI:https://werkstatt.example.org/kalender/programm.ics",
    } <= set(lines)


def test_a_single_file_has_no_address_to_ask_again():
    text = written(EVENT)
    assert "SOURCE" not in text
    assert "REFRESH-INTERVAL" not in text


def test_a_calendar_is_the_join_of_its_events_in_their_order():
    first, second = vevent(EVENT), vevent(replace(EVENT, uid="other"))
    data = calendar([first, second], name="Programm")
    assert first + second in data
    assert data.count(b"BEGIN:VTIMEZONE") == 1
    assert data.index(b"END:VTIMEZONE") < data.index(first)


def test_a_zone_without_a_vtimezone_is_refused():
    with pytest.raises(UnknownZone):
        vevent(EVENT, zone_name="America/New_York")
    with pytest.raises(UnknownZone):
        calendar([], name="x", zone_name="America/New_York")


def test_the_event_is_on_its_day_for_other_programs():
    [found] = recurring_ical_events.of(Calendar.from_ical(written(EVENT))).at(date(2027, 6, 2))
    assert str(found["UID"]) == EVENT.uid


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\x85b\u2028c\u2029d\x0be\x0cf", "a\nb\nc\nd\ne\nf"),
        ("a\x00b\x1b[31mc\x7fd\ud800e", "ab[31mcde"),
        ("  a\tb \n", "a\tb"),
        ("👩🏽\u200d💻 ä ש", "👩🏽\u200d💻 ä ש"),
    ],
)
def test_every_line_break_is_one_and_control_characters_go(text, cleaned):
    assert clean_text(text) == cleaned
    assert parsed(written(replace(EVENT, summary=text)))["SUMMARY"] == cleaned
