"""Why a date does not take place."""

from datetime import date

import pytest

from timetable.expansion import DateSpan, Reason, skipping
from timetable.holidays import STATES, public_holidays

CLOSED = Reason("closed", "Umbau")
HOLIDAYS = Reason("holidays", "Weihnachtsferien")


def test_both_ends_of_a_span_belong_to_it():
    skip = skipping(spans=[DateSpan(date(2026, 12, 23), date(2027, 1, 9), HOLIDAYS)])
    assert skip(date(2026, 12, 22)) is None
    assert skip(date(2026, 12, 23)) == HOLIDAYS
    assert skip(date(2027, 1, 9)) == HOLIDAYS
    assert skip(date(2027, 1, 10)) is None


@pytest.mark.parametrize("turn", [1, -1])
def test_a_closed_house_comes_first_then_the_public_holiday(turn):
    spans = [
        DateSpan(date(2026, 12, 23), date(2027, 1, 9), HOLIDAYS),
        DateSpan(date(2026, 12, 31), date(2027, 1, 1), CLOSED),
    ][::turn]
    named = {date(2026, 12, 25): "Erster Weihnachtstag", date(2027, 1, 1): "Neujahr"}
    skip = skipping(spans=spans, public_holidays=named)
    assert skip(date(2026, 12, 25)) == Reason("public_holiday", "Erster Weihnachtstag")
    assert skip(date(2027, 1, 1)) == CLOSED
    assert skip(date(2026, 12, 28)) == HOLIDAYS


def test_without_spans_and_holidays_nothing_is_skipped():
    assert skipping(spans=[])(date(2026, 12, 25)) is None


def test_a_span_cannot_end_before_it_begins():
    with pytest.raises(ValueError):
        DateSpan(date(2027, 1, 2), date(2027, 1, 1), CLOSED)


def test_lower_saxony_has_reformation_day_and_bavaria_has_not():
    day = date(2026, 10, 31)
    assert public_holidays(state="NI", years=[2026])[day] == "Reformationstag"
    assert day not in public_holidays(state="BY", years=[2026])


def test_holidays_come_for_all_years_asked_and_no_others():
    found = public_holidays(state="NI", years=[2027, 2026, 2027])
    assert {day.year for day in found} == {2026, 2027}
    assert len(found) == 20
    assert list(found) == sorted(found)


def test_holidays_have_english_names_and_german_ones_for_other_languages():
    day = date(2026, 4, 3)
    assert public_holidays(state="NI", years=[2026], language="en")[day] == "Good Friday"
    assert public_holidays(state="NI", years=[2026], language="en-gb")[day] == "Good Friday"
    assert public_holidays(state="NI", years=[2026], language="uk")[day] == "Karfreitag"


def test_what_one_caller_does_to_the_holidays_is_not_seen_by_the_next():
    public_holidays(state="NI", years=[2026]).clear()
    assert public_holidays(state="NI", years=[2026])


def test_the_sixteen_states_are_known_and_others_refused():
    assert len(STATES) == 16
    with pytest.raises(ValueError):
        public_holidays(state="Augsburg", years=[2026])
