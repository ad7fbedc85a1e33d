"""What may be stored as a rule, and what hostile text ends as."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
import recurrence
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import example, given
from hypothesis import strategies as st

from tests.timetable.rules import BERLIN, parts, rule, rule_texts
from timetable.parts import Parts, parts_of, rule_of
from timetable.rules import check_rule, parse_rule, rule_text, until_date, until_for
from timetable.zone import house_zone

UNTIL = datetime(2027, 6, 30, 21, 59, 59, tzinfo=UTC)


def refused(text: str) -> str:
    with pytest.raises(ValidationError) as caught:
        parse_rule(text)
    assert caught.value.messages[0].endswith(".")
    return caught.value.code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("RRULE:FREQ=SECONDLY", "frequency"),
        ("RRULE:FREQ=MINUTELY;COUNT=2", "frequency"),
        ("RRULE:FREQ=HOURLY", "frequency"),
        ("RRULE:FREQ=DAILY;COUNT=1000000", "count"),
        ("RRULE:FREQ=DAILY;COUNT=501", "count"),
        ("RRULE:FREQ=DAILY;COUNT=0", "count"),
        ("RRULE:FREQ=DAILY;COUNT=-3", "count"),
        ("RRULE:FREQ=DAILY;INTERVAL=0", "interval"),
        ("RRULE:FREQ=DAILY;INTERVAL=100", "interval"),
        ("RRULE:FREQ=DAILY;COUNT=3;UNTIL=20270630T215959Z", "two_ends"),
        ("RRULE:FREQ=DAILY;UNTIL=20270230T215959Z", "unreadable"),
        ("RRULE:FREQ=DAILY;UNTIL=20270630", "until"),
        ("RRULE:FREQ=DAILY;UNTIL=20270630T235959", "until"),
        ("RRULE:FREQ=DAILY;UNTIL=20270630T120000Z", "until"),
        ("RRULE:FREQ=DAILY;UNTIL=99991231T225959Z", "until_year"),
        ("RRULE:FREQ=DAILY;UNTIL=00010101T000000Z", "until_year"),
        ("RRULE:FREQ=DAILY;BYHOUR=1,2,3", "unsupported"),
        ("RRULE:FREQ=YEARLY;BYYEARDAY=100", "unsupported"),
        ("RRULE:FREQ=YEARLY;BYWEEKNO=20", "unsupported"),
        ("RRULE:FREQ=WEEKLY;BYDAY=2MO", "unsupported"),
        ("RRULE:FREQ=MONTHLY;BYDAY=6MO", "unsupported"),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=32", "unsupported"),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=0", "unsupported"),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=-9", "unsupported"),
        ("RRULE:FREQ=MONTHLY;BYMONTH=13", "unsupported"),
        ("RRULE:FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0", "unsupported"),
        ("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "impossible"),
        ("RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "impossible"),
        ("RRULE:FREQ=MONTHLY;BYDAY=5MO;BYMONTHDAY=1", "impossible"),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=1;BYSETPOS=5", "impossible"),
        ("RRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY", "unreadable"),
        ("RRULE:FREQ=DAILY\nEXDATE:20270101T120000Z", "one_rule"),
        ("DTSTART:20270101T120000Z\nRRULE:FREQ=DAILY", "one_rule"),
        ("RDATE:20270101T120000Z", "one_rule"),
        ("RRULE:FREQ=DAILY;FREQ=SECONDLY", "unreadable"),
        ("RRULE:FREQ=DAILY;COUNT=" + "9" * 400, "count"),
        ("RRULE:FREQ=DAILY;BYDAY=" + "MO," * 200, "too_long"),
        ("RRULE:FREQ=DAILY;BYDAY=", "unreadable"),
        ("RRULE:FREQ=DAILY;BYDAY=XX", "unreadable"),
        ("RRULE:FREQ=DAILY;BYDAY=8", "unreadable"),
        ("RRULE:FREQ=FORTNIGHTLY", "unreadable"),
        ("RRULE:COUNT=3", "unreadable"),
        ("RRULE:", "unreadable"),
        ("RRULE:FREQ=DAILY;X", "unreadable"),
        ("FREQ=DAILY", "unreadable"),
        ("<script>", "unreadable"),
        ("RRULE:FREQ=DAILY\0", "unreadable"),
    ],
)
def test_hostile_text_ends_as_a_sentence(text, code):
    assert refused(text) == code


@given(st.text(max_size=600) | st.text(alphabet="RULEFQDAIYWKMOTHCNBSP=;:,-+0123456789Z\n", max_size=80))
@example("RRULE:FREQ=DAILY;COUNT=²")
@example("RRULE:FREQ=DAILY;WKST=")
@example("RRULE:FREQ=MONTHLY;BYDAY=-MO")
def test_no_text_whatever_raises_anything_but_a_form_error(text):
    for attempt in (text, f"RRULE:{text}", f"RRULE:FREQ=DAILY;{text}"):
        try:
            found = parse_rule(attempt)
        except ValidationError:
            continue
        check_rule(found)


@pytest.mark.parametrize("freq", ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
def test_the_30th_of_february_is_refused_however_often_it_repeats(freq):
    assert refused(f"RRULE:FREQ={freq};BYMONTH=2;BYMONTHDAY=30") == "impossible"


@pytest.mark.parametrize(
    "broken",
    [
        recurrence.Recurrence(rrules=[recurrence.Rule("DAILY")]),
        recurrence.Recurrence(rrules=[recurrence.Rule(recurrence.DAILY, interval=None)]),
        recurrence.Recurrence(rrules=[recurrence.Rule(recurrence.DAILY, count="x")]),
        recurrence.Recurrence(rrules=[recurrence.Rule(recurrence.DAILY, until="x")]),
        recurrence.Recurrence(
            rrules=[recurrence.Rule(recurrence.DAILY, until=datetime.fromisoformat("2027-06-30"))]
        ),
        recurrence.Recurrence(rrules=[recurrence.Rule(recurrence.WEEKLY, byday=["nonsense"])]),
        recurrence.Recurrence(rrules=[recurrence.Rule(recurrence.WEEKLY, bymonth=["x"])]),
        recurrence.Recurrence(rdates=[UNTIL]),
        recurrence.Recurrence(dtstart=UNTIL, rrules=[recurrence.Rule(recurrence.DAILY)]),
        recurrence.Recurrence(rrules=[recurrence.Rule(recurrence.DAILY)] * 2),
        recurrence.Recurrence(
            rrules=[recurrence.Rule(recurrence.DAILY)], exrules=[recurrence.Rule(recurrence.DAILY)]
        ),
        "RRULE:FREQ=DAILY",
    ],
)
def test_a_broken_object_is_a_form_error_too(broken):
    with pytest.raises(ValidationError):
        check_rule(broken)


@pytest.mark.parametrize("nothing", [None, recurrence.Recurrence(include_dtstart=False)])
def test_no_rule_is_a_good_rule(nothing):
    check_rule(nothing)
    assert rule_text(nothing) == ""


@pytest.mark.parametrize("blank", ["", "  ", "\n"])
def test_blank_text_is_the_empty_rule(blank):
    assert not parse_rule(blank)


@given(rule_texts())
def test_a_good_rule_comes_back_as_it_was_written(text):
    first = parse_rule(f"RRULE:{text}")
    assert rule_text(parse_rule(rule_text(first))) == rule_text(first)


def test_until_is_the_end_of_the_day_in_summer_and_winter():
    assert until_for(date(2027, 6, 30), BERLIN) == UNTIL
    assert until_for(date(2027, 12, 31), BERLIN) == datetime(2027, 12, 31, 22, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Auckland"])
def test_the_last_day_is_the_venues_whoever_looks(zone):
    with timezone.override(zone):
        stored = rule_text(rule_of(Parts("daily", ends="until", until=date(2027, 6, 30)), zone=house_zone()))
        assert stored == "RRULE:FREQ=DAILY;UNTIL=20270630T215959Z"
        assert until_date(parse_rule(stored), house_zone()) == date(2027, 6, 30)


def test_without_until_there_is_no_last_day():
    assert until_date(rule("FREQ=DAILY"), BERLIN) is None
    assert until_date(None, BERLIN) is None


def test_until_must_be_the_end_of_a_day_where_the_venue_is():
    ends_in_new_york = rule_of(
        Parts("daily", ends="until", until=date(2027, 6, 30)), zone=ZoneInfo("America/New_York")
    )
    with pytest.raises(ValidationError):
        check_rule(ends_in_new_york)
    check_rule(ends_in_new_york, zone=ZoneInfo("America/New_York"))


def test_text_tells_apart_what_the_library_calls_equal():
    last, second_last = rule("FREQ=MONTHLY;BYDAY=-1FR"), rule("FREQ=MONTHLY;BYDAY=-2FR")
    assert last == second_last  # hash(-1) == hash(-2)
    assert rule_text(last) != rule_text(second_last)


@given(parts())
def test_every_choice_comes_back_from_its_rule(chosen):
    built = rule_of(chosen, zone=BERLIN)
    check_rule(built)
    assert parts_of(parse_rule(rule_text(built)), zone=BERLIN) == chosen


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=YEARLY",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=MONTHLY;BYMONTHDAY=1,15",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "FREQ=MONTHLY;BYDAY=FR",
        "FREQ=MONTHLY;BYDAY=5FR",
        "FREQ=MONTHLY;BYDAY=1MO,2TU",
        "FREQ=MONTHLY;BYDAY=1MO;BYMONTH=5",
        "FREQ=WEEKLY;BYMONTH=5,6",
        "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SU,MO",
        "FREQ=DAILY;BYDAY=MO",
    ],
)
def test_a_rule_the_choices_cannot_say_is_not_forced_into_them(text):
    assert parts_of(rule(text), zone=BERLIN) is None
