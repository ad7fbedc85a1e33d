"""Reading other people's calendars: a corpus of small files, each named for what it shows."""

import re
import time
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timetable.ics_reading import MOST_EVENTS, MOST_REPEATING, UnreadableCalendar, WholeDays, read_days

CALENDARS = Path(__file__).parent / "calendars"
BERLIN = ZoneInfo("Europe/Berlin")


def read(content: bytes) -> list[WholeDays]:
    return read_days(content, zone=BERLIN, first=date(2027, 1, 1), last=date(2029, 12, 31))


def of(name: str) -> list[tuple[str, str, str]]:
    days = read((CALENDARS / f"{name}.ics").read_bytes())
    return [(one.name, f"{one.first:%d.%m.%y}", f"{one.last:%d.%m.%y}") for one in days]


def calendar(*events: str) -> bytes:
    body = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{body}END:VCALENDAR\r\n".encode()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("all-day-span", [("Osterferien", "22.03.27", "03.04.27")]),
        ("one-day-without-end", [("Brückentag", "07.05.27", "07.05.27")]),
        ("duration", [("Putzwoche", "01.06.27", "07.06.27")]),
        ("timed-over-midnight", [("Lange Nacht", "12.06.27", "13.06.27")]),
        ("timed-until-midnight", [("Abend", "12.06.27", "12.06.27")]),
        ("another-time-zone", [("New York", "13.06.27", "13.06.27")]),
        ("utc", [("UTC", "13.06.27", "13.06.27")]),
        (
            "yearly",
            [("Tag der Deutschen Einheit", f"03.10.{year}", f"03.10.{year}") for year in (27, 28, 29)],
        ),
        (
            "yearly-since-1990",
            [("Tag der Deutschen Einheit", f"03.10.{year}", f"03.10.{year}") for year in (27, 28, 29)],
        ),
        ("weekly-with-exceptions", [("Montags zu", day, day) for day in ("04.01.27", "01.02.27")]),
        (
            "changed-and-cancelled-dates",
            [
                ("Montags zu", "04.01.27", "04.01.27"),
                ("Diesmal Dienstag", "12.01.27", "12.01.27"),
                ("Montags zu", "25.01.27", "25.01.27"),
            ],
        ),
        ("cancelled", []),
        ("folded", [("Betriebs ausflug, mitKaffee und Kuchen", "04.01.27", "04.01.27")]),
        ("without-uid", [("Namenlos", "04.01.27", "04.01.27")]),
        ("latin-1", [("Schließzeit für Bürger", "04.01.27", "04.01.27")]),
        ("line-feeds-only", [("Unix", "04.01.27", "04.01.27")]),
        ("further-dates", [("Putztag", day, day) for day in ("04.01.27", "01.03.27")]),
        (
            "rule-and-further-dates",
            [("Montags zu", day, day) for day in ("04.01.27", "11.01.27", "20.01.27")],
        ),
        ("changed-date-alone", [("Nur dieser Tag", "12.01.27", "12.01.27")]),
        ("one-uid-for-all", [("Ostern", "26.03.27", "29.03.27"), ("Pfingsten", "16.05.27", "17.05.27")]),
        ("windows-time-zone", [("Inventur", "12.06.27", "13.06.27")]),
        ("time-zone-of-its-own", [("Eigene Zone", "12.06.27", "12.06.27")]),
        (
            "folded-within-a-letter",
            [("Schließzeit für Bürgerinnen und Bürger", "04.01.27", "04.01.27")],
        ),
    ],
)
def test_what_a_file_says(name: str, expected: list[tuple[str, str, str]]) -> None:
    assert of(name) == expected


@pytest.mark.parametrize("path", sorted(CALENDARS.glob("bad-*.ics")), ids=lambda path: path.stem)
def test_a_bad_file_answers_with_the_line_that_is_wrong(path: Path) -> None:
    match = re.search(r"-(\d+)$", path.stem)
    assert match is not None
    with pytest.raises(UnreadableCalendar) as problem:
        read(path.read_bytes())
    assert problem.value.line == (int(match[1]) or None)
    assert len(str(problem.value.sentence)) > 10


def test_every_file_of_the_corpus_is_read_by_a_test() -> None:
    named = {path.stem for path in CALENDARS.glob("*.ics") if not path.stem.startswith("bad-")}
    assert len(named) == 23


def test_the_same_event_has_the_same_name_every_time_and_each_date_its_own() -> None:
    for name in ("without-uid", "yearly"):
        content = (CALENDARS / f"{name}.ics").read_bytes()
        uids = [one.uid for one in read(content)]
        assert uids == [one.uid for one in read(content)]
        assert len(set(uids)) == len(uids)


def found_in(*events: str) -> list[tuple[str, str, str]]:
    return [(one.name, f"{one.first:%d.%m.%y}", f"{one.last:%d.%m.%y}") for one in read(calendar(*events))]


def test_what_began_before_and_reaches_into_the_time_asked_for_counts() -> None:
    christmas = "UID:1\r\nSUMMARY:Weihnachten\r\nDTSTART;VALUE=DATE:20201224\r\nDTEND;VALUE=DATE:20210103"
    assert found_in(christmas + "\r\nRRULE:FREQ=YEARLY;COUNT=7") == [("Weihnachten", "24.12.26", "02.01.27")]
    assert found_in(christmas + "\r\nRDATE;VALUE=DATE:20261224") == [("Weihnachten", "24.12.26", "02.01.27")]


def test_a_date_changed_by_itself_is_not_there_twice_though_it_is_named_twice() -> None:
    weekly = "UID:1\r\nSUMMARY:Zu\r\nDTSTART;VALUE=DATE:20270104\r\nRRULE:FREQ=WEEKLY;COUNT=2"
    changed = "UID:1\r\nSUMMARY:Anders\r\nRECURRENCE-ID;VALUE=DATE:20270111\r\nDTSTART;VALUE=DATE:20270112"
    assert found_in(weekly + "\r\nRDATE;VALUE=DATE:20270111", changed) == [
        ("Zu", "04.01.27", "04.01.27"),
        ("Anders", "12.01.27", "12.01.27"),
    ]


def test_of_a_cancelled_event_no_changed_date_is_left() -> None:
    weekly = "UID:1\r\nDTSTART;VALUE=DATE:20270104\r\nRRULE:FREQ=WEEKLY;COUNT=2\r\nSTATUS:CANCELLED"
    assert found_in(weekly, "UID:1\r\nRECURRENCE-ID;VALUE=DATE:20270111\r\nDTSTART;VALUE=DATE:20270112") == []


HUGE = {
    "too many events": calendar(*["UID:1\r\nDTSTART:20270101"] * (MOST_EVENTS + 1)),
    "too large": b"BEGIN:VCALENDAR\r\n" + b"X-A:" + b"a" * (5 * 1024 * 1024),
    "repeats without measure": calendar(
        *[f"UID:{n}\r\nDTSTART;VALUE=DATE:19700101\r\nRRULE:FREQ=DAILY" for n in range(MOST_REPEATING)]
    ),
    "more rules than a town has": calendar(
        *[f"UID:{n}\r\nDTSTART:20270201\r\nRRULE:FREQ=YEARLY" for n in range(MOST_REPEATING + 1)]
    ),
    "exceptions without measure": calendar(
        "UID:1\r\nDTSTART;VALUE=DATE:20270104\r\nRRULE:FREQ=DAILY\r\nEXDATE:"
        + ",".join(["20270104"] * 500_000)
    ),
    "further dates without measure": calendar(
        "UID:1\r\nDTSTART;VALUE=DATE:20270104\r\nRDATE:" + ",".join(["20270104T000000Z"] * 250_000)
    ),
    "one endless folded line": b"BEGIN:VCALENDAR\r\n" + b"\r\n x" * 1_000_000,
    "parameters without end": b"BEGIN:VCALENDAR\r\n" + b"X;" + b"a=b;" * 1_000_000,
    "quotes without end": b"BEGIN:VCALENDAR\r\n" + b'X;a="' * 800_000,
}


@pytest.mark.parametrize("name", HUGE)
def test_a_huge_or_hostile_file_is_refused_and_holds_nobody_up(name: str) -> None:
    begun = time.process_time()
    with pytest.raises(UnreadableCalendar):
        read(HUGE[name])
    # Not a measurement: an attack that works takes minutes.
    assert time.process_time() - begun < 20


RARE = [
    ("FREQ=WEEKLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO;INTERVAL=97", "19000201"),
    ("FREQ=WEEKLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO;INTERVAL=97", "20270201"),
    ("FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29", "20270201"),
    ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29", "20270201"),
]


@pytest.mark.parametrize(("rule", "start"), RARE)
def test_as_many_rules_as_allowed_that_hardly_ever_hit_hold_nobody_up(rule: str, start: str) -> None:
    events = [f"UID:{n}\r\nDTSTART;VALUE=DATE:{start}\r\nRRULE:{rule}" for n in range(MOST_REPEATING)]
    begun = time.process_time()
    outcome(calendar(*events))
    assert time.process_time() - begun < 20


def outcome(content: bytes) -> list[WholeDays] | str:
    try:
        return read(content)
    except UnreadableCalendar as problem:
        return problem.sentence


@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda text: calendar(text.strip() or "X:1")))
def test_whatever_comes_is_read_or_refused_with_a_sentence(content: bytes) -> None:
    found = outcome(content)
    assert isinstance(found, list) or len(found) > 10


LINES = (
    "DTSTART:20270101",
    "DTSTART;VALUE=DATE:20270230",
    "DTSTART;TZID=Nirgendwo:20270101T100000",
    "DTSTART:99991231T235959Z",
    "DTEND:19000101T000000Z",
    "DURATION:-P1D",
    "DURATION:X",
    "RRULE:FREQ=DAILY;COUNT=3",
    "RRULE:COUNT=99999;FREQ=WEEKLY",
    "RRULE:",
    "EXDATE:x",
    "UID:",
    "UID:1",
    "RECURRENCE-ID:20270101",
)


@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=5))
def test_any_mixture_of_lines_is_read_or_refused_with_its_line(lines: list[str]) -> None:
    found = outcome(calendar("\r\n".join(lines)))
    assert isinstance(found, list) or re.match(r"(Zeile|Line) \d+: ", found)
