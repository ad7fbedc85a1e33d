"""Rules in words, German and English."""

from datetime import date, time, timedelta

import pytest
import recurrence
from django.utils import timezone, translation
from hypothesis import given

from tests.timetable.rules import BERLIN, first_dates, rule, rule_texts
from timetable.expansion import ImplausibleStart, NoDates, TooManyDates
from timetable.wording import describe_problem, describe_rule, describe_times

WEDNESDAY = date(2027, 3, 3)

TABLE = [
    ("", "einmalig am 3. März 2027", "once, on 3 March 2027"),
    ("FREQ=DAILY", "täglich", "daily"),
    ("FREQ=DAILY;INTERVAL=3", "jeden 3. Tag", "every 3 days"),
    ("FREQ=DAILY;COUNT=1", "täglich, 1 Termin", "daily, 1 date"),
    ("FREQ=WEEKLY", "jeden Mittwoch", "every Wednesday"),
    ("FREQ=WEEKLY;BYDAY=TH,MO", "jeden Montag und Donnerstag", "every Monday and Thursday"),
    (
        "FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=10",
        "jeden Montag, Mittwoch und Freitag, 10 Termine",
        "every Monday, Wednesday and Friday, 10 dates",
    ),
    ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "montags bis freitags", "from Monday to Friday"),
    (
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE;UNTIL=20270630T215959Z",
        "jede 2. Woche am Mittwoch, bis 30. Juni 2027",
        "every 2 weeks on Wednesday, until 30 June 2027",
    ),
    ("FREQ=WEEKLY;BYDAY=WE;BYMONTH=6,5", "jeden Mittwoch, nur im Mai und Juni", None),
    (
        "FREQ=MONTHLY;BYDAY=1SA;COUNT=10",
        "am ersten Samstag im Monat, 10 Termine",
        "on the first Saturday of the month, 10 dates",
    ),
    ("FREQ=MONTHLY;BYDAY=SA;BYSETPOS=1", "am ersten Samstag im Monat", "on the first Saturday of the month"),
    ("FREQ=MONTHLY;BYDAY=-1FR", "am letzten Freitag im Monat", "on the last Friday of the month"),
    ("FREQ=MONTHLY;BYDAY=-2FR", "am vorletzten Freitag im Monat", "on the second last Friday of the month"),
    (
        "FREQ=MONTHLY;BYDAY=3TU,1TU",
        "am ersten und dritten Dienstag im Monat",
        "on the first and third Tuesday of the month",
    ),
    ("FREQ=MONTHLY;BYDAY=1MO,1TH", "am ersten Montag und ersten Donnerstag im Monat", None),
    (
        "FREQ=MONTHLY;INTERVAL=2;BYDAY=2TH",
        "jeden 2. Monat am zweiten Donnerstag",
        "every 2 months on the second Thursday of the month",
    ),
    ("FREQ=MONTHLY", "am 3. jedes Monats", "on the 3rd of every month"),
    ("FREQ=MONTHLY;BYMONTHDAY=15", "am 15. jedes Monats", "on the 15th of every month"),
    ("FREQ=MONTHLY;BYMONTHDAY=15,1", "am 1. und 15. jedes Monats", "on the 1st and 15th of every month"),
    ("FREQ=MONTHLY;BYMONTHDAY=-1", "am letzten Tag jedes Monats", "on the last day of every month"),
    ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=22", "jeden 3. Monat am 22.", "every 3 months on the 22nd"),
    ("FREQ=YEARLY", "jedes Jahr am 3. März", "every year on the 3rd of March"),
    ("FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=11", "jedes Jahr am 11. Mai", "every year on the 11th of May"),
    (
        "FREQ=YEARLY;INTERVAL=2;BYMONTH=5;BYDAY=1SA",
        "jedes 2. Jahr am ersten Samstag im Mai",
        "every 2 years on the first Saturday in May",
    ),
    (
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=4",
        "in bestimmten Monaten nach einer eigenen Regel, 4 Termine",
        "in certain months, by a rule of its own, 4 dates",
    ),
    ("FREQ=DAILY;BYDAY=MO", "an bestimmten Tagen nach einer eigenen Regel", None),
    ("FREQ=YEARLY;BYMONTHDAY=-1;BYMONTH=5", "in bestimmten Jahren nach einer eigenen Regel", None),
]


@pytest.mark.parametrize(("text", "german"), [(text, german) for text, german, _english in TABLE])
def test_a_rule_in_german(text, german):
    with translation.override("de"):
        assert describe_rule(rule(text), first_date=WEDNESDAY, zone=BERLIN) == german


@pytest.mark.parametrize(
    ("text", "english"), [(text, english) for text, _german, english in TABLE if english]
)
def test_a_rule_in_english(text, english):
    with translation.override("en"):
        assert describe_rule(rule(text), first_date=WEDNESDAY, zone=BERLIN) == english


@pytest.mark.parametrize(
    ("text", "german"),
    [
        ("FREQ=WEEKLY;COUNT=10", "jeden Mittwoch, bis 6. April 2027"),
        ("FREQ=WEEKLY", "jeden Mittwoch, bis 6. April 2027"),
        ("FREQ=WEEKLY;UNTIL=20270630T215959Z", "jeden Mittwoch, bis 6. April 2027"),
        ("FREQ=WEEKLY;UNTIL=20270331T215959Z", "jeden Mittwoch, bis 31. März 2027"),
        ("", "einmalig am 3. März 2027"),
    ],
)
def test_where_something_else_follows_a_rule_ends_before_it(text, german):
    with translation.override("de"):
        assert (
            describe_rule(rule(text), first_date=WEDNESDAY, zone=BERLIN, cut_after=date(2027, 4, 6)) == german
        )


@pytest.mark.parametrize(
    ("day", "ordinal"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th"), (31, "31st")],
)
def test_english_ordinals(day, ordinal):
    with translation.override("en"):
        words = describe_rule(rule(f"FREQ=MONTHLY;BYMONTHDAY={day}"), first_date=None, zone=BERLIN)
    assert words == f"on the {ordinal} of every month"


@pytest.mark.parametrize(
    ("text", "german"),
    [
        ("", "einmalig"),
        ("FREQ=WEEKLY", "wöchentlich"),
        ("FREQ=WEEKLY;INTERVAL=2", "jede 2. Woche"),
        ("FREQ=MONTHLY", "monatlich"),
        ("FREQ=MONTHLY;INTERVAL=2", "jeden 2. Monat"),
    ],
)
def test_without_a_first_date_the_day_stays_open(text, german):
    with translation.override("de"):
        assert describe_rule(rule(text), first_date=None, zone=BERLIN) == german


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Auckland"])
def test_the_last_day_reads_the_same_wherever_the_reader_is(zone):
    with translation.override("de"), timezone.override(zone):
        words = describe_rule(rule("FREQ=DAILY;UNTIL=20270630T215959Z"), first_date=WEDNESDAY, zone=BERLIN)
    assert words == "täglich, bis 30. Juni 2027"


@given(rule_texts(), first_dates)
def test_every_rule_has_words_in_both_languages(text, first_date):
    for language in ("de", "en"):
        with translation.override(language):
            words = describe_rule(rule(text), first_date=first_date, zone=BERLIN)
        assert words
        assert "%(" not in words


@pytest.mark.parametrize(
    "odd",
    [
        recurrence.Recurrence(rrules=[recurrence.Rule(recurrence.SECONDLY)]),
        recurrence.Recurrence(rrules=[recurrence.Rule(recurrence.MONTHLY, byday=["x"])]),
        recurrence.Recurrence(rrules=[recurrence.Rule(recurrence.YEARLY, bymonth=[77], bymonthday=[3])]),
        recurrence.Recurrence(rrules=[recurrence.Rule(recurrence.DAILY), recurrence.Rule(recurrence.DAILY)]),
    ],
)
def test_what_cannot_be_said_still_reads_as_something(odd):
    with translation.override("de"):
        assert describe_rule(odd, first_date=WEDNESDAY, zone=BERLIN) == "nach einer eigenen Regel"


@pytest.mark.parametrize(
    ("start", "minutes", "german", "english"),
    [
        (time(14), 90, "14:00 bis 15:30 Uhr", "14:00 to 15:30"),
        (time(9, 5), 0, "09:05 Uhr", "09:05"),
        (time(22), 240, "22:00 bis 02:00 Uhr am nächsten Tag", "22:00 to 02:00 on the next day"),
        (time(22), 120, "22:00 bis 00:00 Uhr am nächsten Tag", "22:00 to 00:00 on the next day"),
        (time(8), 3000, "08:00 bis 10:00 Uhr, 2 Tage später", "08:00 to 10:00, 2 days later"),
    ],
)
def test_times_in_words(start, minutes, german, english):
    with translation.override("de"):
        assert describe_times(start, timedelta(minutes=minutes)) == german
    with translation.override("en"):
        assert describe_times(start, timedelta(minutes=minutes)) == english


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (TooManyDates(1000), "mehr als 1000 Termine"),
        (NoDates(), "keinen Tag"),
        (ImplausibleStart(), "prüfen Sie das Jahr"),
    ],
)
def test_a_refusal_is_a_sentence(problem, words):
    with translation.override("de"):
        sentence = describe_problem(problem)
    assert words in sentence
    assert sentence.endswith(".")
