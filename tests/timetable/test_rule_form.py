"""The form field: what editors enter, and what is stored."""

from datetime import date

import pytest
from django import forms
from django.http import QueryDict
from django.utils import timezone, translation
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.timetable.rules import BERLIN, parts, rule
from timetable.forms import RuleFormField
from timetable.parts import Parts, rule_of
from timetable.reading import NAMES
from timetable.rules import rule_text

WEEKLY = {"rule_repeats": "weekly", "rule_every": "2", "rule_weekdays": ["2"], "rule_ends": "never"}


class RuleForm(forms.Form):
    rule = RuleFormField(required=False)


class SeveralForm(forms.Form):
    rule = RuleFormField(required=True)


def posted(**changes: object) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in (WEEKLY | {f"rule_{name}": value for name, value in changes.items()}).items():
        data.setlist(name, value if isinstance(value, list) else [str(value)])
    return data


def stored(**changes: object) -> str:
    form = RuleForm(posted(**changes))
    assert form.is_valid(), form.errors
    return rule_text(form.cleaned_data["rule"])


def faults(**changes: object) -> list[str]:
    form = RuleForm(posted(**changes))
    assert not form.is_valid()
    return list(form.errors["rule"])


@pytest.mark.parametrize(
    ("entered", "text"),
    [
        ({"repeats": "once"}, ""),
        ({"repeats": "daily", "every": 1}, "RRULE:FREQ=DAILY"),
        ({}, "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=WE"),
        ({"weekdays": []}, "RRULE:FREQ=WEEKLY;INTERVAL=2"),
        ({"weekdays": ["4", "0"], "every": " 1 "}, "RRULE:FREQ=WEEKLY;BYDAY=MO,FR"),
        ({"repeats": "monthly_date", "every": 1, "month_day": 15}, "RRULE:FREQ=MONTHLY;BYMONTHDAY=15"),
        ({"repeats": "monthly_date", "every": 3, "month_day": ""}, "RRULE:FREQ=MONTHLY;INTERVAL=3"),
        (
            {"repeats": "monthly_weekday", "every": 1, "positions": ["-1", "1"], "weekdays": ["5"]},
            "RRULE:FREQ=MONTHLY;BYDAY=1SA,-1SA",
        ),
        ({"ends": "count", "count": 10}, "RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=10;BYDAY=WE"),
        (
            {"ends": "until", "until": "2027-06-30"},
            "RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20270630T215959Z;BYDAY=WE",
        ),
        (
            {"ends": "until", "until": "31.12.2027"},
            "RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20271231T225959Z;BYDAY=WE",
        ),
    ],
)
def test_what_is_entered_becomes_a_rule(entered, text):
    assert stored(**entered) == text


@given(parts())
def test_saving_a_rule_as_it_was_shown_stores_the_same_rule(chosen):
    before = rule_of(chosen, zone=BERLIN)
    shown = RuleForm(initial={"rule": before})["rule"].field.widget.decompress(before)
    data = posted(**{name: "" if value is None else value for name, value in zip(NAMES, shown, strict=True)})
    form = RuleForm(data, initial={"rule": before})
    assert form.is_valid(), form.errors
    assert rule_text(form.cleaned_data["rule"]) == rule_text(before)
    assert not form.has_changed()


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Auckland"])
def test_the_last_day_does_not_depend_on_the_editors_time_zone(zone):
    with timezone.override(zone):
        assert stored(ends="until", until="2027-06-30", repeats="daily", every=1) == (
            "RRULE:FREQ=DAILY;UNTIL=20270630T215959Z"
        )


@pytest.mark.parametrize(
    ("entered", "words"),
    [
        ({"repeats": ""}, "Choose how often"),
        ({"repeats": "secondly"}, "Choose how often"),
        ({"every": ""}, "interval"),
        ({"every": "0"}, "interval"),
        ({"every": "100"}, "interval"),
        ({"every": "two"}, "interval"),
        ({"every": "9" * 5000}, "interval"),
        ({"every": "1.5"}, "interval"),
        ({"weekdays": ["9"]}, "weekday"),
        ({"weekdays": ["\0"]}, "weekday"),
        ({"repeats": "monthly_date", "month_day": "32"}, "day of the month"),
        ({"repeats": "monthly_date", "month_day": "-1"}, "day of the month"),
        ({"repeats": "monthly_weekday", "positions": []}, "week of the month"),
        ({"repeats": "monthly_weekday", "positions": ["7"]}, "week of the month"),
        ({"repeats": "monthly_weekday", "positions": ["1"], "weekdays": []}, "weekday"),
        ({"ends": ""}, "when it ends"),
        ({"ends": "until", "until": ""}, "last day"),
        ({"ends": "until", "until": "2027-02-30"}, "last day"),
        ({"ends": "until", "until": "\0"}, "last day"),
        ({"ends": "until", "until": "9999-12-31"}, "check the year"),
        ({"ends": "until", "until": "0027-06-30"}, "check the year"),
        ({"ends": "count", "count": "0"}, "number of dates"),
        ({"ends": "count", "count": "1000000"}, "number of dates"),
        ({"repeats": "keep", "stored": ""}, "how often"),
        ({"repeats": "keep", "stored": "RRULE:FREQ=SECONDLY"}, "not more often"),
        ({"repeats": "keep", "stored": "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}, "no date"),
        ({"repeats": "keep", "stored": "x" * 10_000}, "too long"),
    ],
)
def test_every_fault_is_a_sentence(entered, words):
    with translation.override("en"):
        messages = faults(**entered)
    assert len(messages) == 1
    assert words.lower() in messages[0].lower()
    assert messages[0].endswith(".")


def test_all_faults_are_told_at_once():
    assert len(faults(every="x", weekdays=["8"], ends="count", count="y")) == 3


def test_a_form_without_any_of_the_inputs_does_not_pass_for_once():
    form = RuleForm(QueryDict("other=1"))
    assert not form.is_valid()
    assert not form.has_changed()


@pytest.mark.parametrize(
    "entered",
    [
        {"repeats": "once", "every": "x", "ends": "x", "until": "x"},
        {"repeats": "daily", "weekdays": ["x"], "month_day": "99", "positions": ["x"]},
        {"ends": "never", "until": "tomorrow", "count": "many"},
    ],
)
def test_what_does_not_matter_for_the_choice_is_not_judged(entered):
    assert RuleForm(posted(**entered)).is_valid()


@pytest.mark.parametrize("text", ["FREQ=YEARLY;COUNT=3", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"])
def test_a_rule_the_inputs_cannot_say_is_kept(text):
    kept = rule(text)
    form = RuleForm(posted(repeats="keep", stored=rule_text(kept)), initial={"rule": kept})
    assert form.is_valid()
    assert rule_text(form.cleaned_data["rule"]) == rule_text(kept)
    assert not form.has_changed()


def test_a_rule_the_inputs_cannot_say_can_be_replaced():
    form = RuleForm(posted(stored="RRULE:FREQ=YEARLY"), initial={"rule": rule("FREQ=YEARLY")})
    assert form.is_valid()
    assert form.has_changed()
    assert rule_text(form.cleaned_data["rule"]) == "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=WE"


def test_the_last_and_the_second_last_friday_are_a_change():
    before = rule("FREQ=MONTHLY;BYDAY=-2FR")
    data = posted(repeats="monthly_weekday", every="1", positions=["-1"], weekdays=["4"])
    assert RuleForm(data, initial={"rule": before}).has_changed()


def test_a_field_that_must_repeat_refuses_once():
    form = SeveralForm(posted(repeats="once"))
    assert not form.is_valid()


@settings(max_examples=30)
@given(st.lists(st.text(max_size=10), min_size=9, max_size=9))
def test_tampered_values_are_never_more_than_a_form_error(values):
    data = QueryDict(mutable=True)
    for name, value in zip(NAMES, values, strict=True):
        data[f"rule_{name}"] = value
    form = RuleForm(data)
    form.is_valid()
    assert form.as_div()


def test_it_works_in_a_formset_whose_empty_row_is_no_row():
    formset = forms.formset_factory(RuleForm, extra=2)
    data = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0"}
    data |= {"form-0-rule_repeats": "once", "form-0-rule_every": "1", "form-0-rule_ends": "never"}
    data |= {"form-1-rule_repeats": "daily", "form-1-rule_every": "1", "form-1-rule_ends": "never"}
    bound = formset(QueryDict("&".join(f"{key}={value}" for key, value in data.items())))
    assert bound.is_valid(), bound.errors
    assert [form.has_changed() for form in bound] == [False, True]
    assert rule_text(bound[1].cleaned_data["rule"]) == "RRULE:FREQ=DAILY"


def test_the_last_day_is_shown_as_the_date_input_wants_it():
    chosen = rule_of(Parts("daily", ends="until", until=date(2027, 6, 30)), zone=BERLIN)
    with translation.override("de"):
        assert 'value="2027-06-30"' in str(RuleForm(initial={"rule": chosen})["rule"])
