"""The inputs for a rule, as the browser and a screen reader get them."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils import timezone, translation

from tests.timetable.rules import rule
from timetable.forms import RuleFormField
from timetable.widgets import RuleWidget


class RuleForm(forms.Form):
    rule = RuleFormField(required=False, help_text="Wann es stattfindet.")


def shown(value=None, *, data: str | None = None, **options) -> BeautifulSoup:
    form = RuleForm(QueryDict(data) if data is not None else None, initial={"rule": value}, **options)
    return BeautifulSoup(str(form["rule"]), "html.parser")


def checked(soup: BeautifulSoup) -> set[tuple[str, str]]:
    return {(str(each["name"]), str(each["value"])) for each in soup.select("input:checked, input[checked]")}


def value_of(soup: BeautifulSoup, name: str) -> str:
    found = soup.select_one(f"input[name={name}]")
    assert isinstance(found, Tag)
    return str(found.get("value", ""))


EVERYTHING = "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SA,-1SA"


@pytest.mark.parametrize("value", [None, "", EVERYTHING, "FREQ=YEARLY"])
def test_every_input_has_a_label_and_every_id_is_there_once(value):
    soup = shown(rule(value) if value else value)
    inputs = soup.select("input:not([type=hidden])")
    assert len(inputs) >= 5 + 7 + 5 + 3 + 4
    for each in inputs:
        labels = soup.select(f"label[for='{each['id']}']")
        assert len(labels) == 1
        assert labels[0].get_text(strip=True)
    ids = [each["id"] for each in soup.select("[id]")]
    assert len(ids) == len(set(ids))


def test_groups_of_choices_are_fieldsets_with_a_legend():
    soup = shown()
    for each in soup.select("input[type=radio], input[type=checkbox]"):
        legend = each.find_parent("fieldset").find("legend")
        assert legend.get_text(strip=True).endswith("?")
    assert len(soup.select("fieldset")) == 4


def test_every_reference_of_aria_describedby_leads_somewhere():
    form = RuleForm(QueryDict("rule_repeats=weekly&rule_every=x&rule_ends=never"))
    soup = BeautifulSoup(form.as_div(), "html.parser")
    references = [each["aria-describedby"].split() for each in soup.select("[aria-describedby]")]
    assert len(references) >= 5
    for reference in {one for several in references for one in several}:
        assert soup.find(id=reference), reference


def test_the_part_at_fault_is_marked_and_no_other():
    soup = shown(data="rule_repeats=weekly&rule_every=x&rule_ends=never")
    assert [each["name"] for each in soup.select("[aria-invalid=true]")] == ["rule_every"]
    assert len(soup.select(".rule-field__part--invalid")) == 1


def with_errors(data: str) -> BeautifulSoup:
    """As Wagtail renders a field whose widget shows its errors itself."""
    bound = RuleForm(QueryDict(data))["rule"]
    html = bound.field.widget.render_with_errors(
        bound.html_name, bound.value(), attrs={"id": bound.auto_id}, errors=bound.errors
    )
    return BeautifulSoup(html, "html.parser")


def test_in_wagtail_each_fault_stands_at_its_part_and_is_read_with_it():
    with translation.override("en"):
        soup = with_errors("rule_repeats=monthly_weekday&rule_every=x&rule_ends=never")
    told = {each["id"]: each.get_text(strip=True) for each in soup.select(".rule-field__errors")}
    assert set(told) == {"id_rule_every_error", "id_rule_positions_error", "id_rule_weekdays_error"}
    assert "interval" in told["id_rule_every_error"]
    described = " ".join(each["aria-describedby"] for each in soup.select("[aria-describedby]")).split()
    assert set(told) <= set(described)
    assert all(soup.find(id=reference) for reference in described)


def test_in_wagtail_a_fault_of_the_whole_rule_stands_on_top_and_is_read_first():
    with translation.override("en"):
        soup = with_errors("rule_repeats=keep&rule_stored=RRULE:FREQ%3DSECONDLY")
    [told] = soup.select(".rule-field__errors")
    assert "not more often" in told.get_text()
    assert soup.select_one("[role=group]")["aria-describedby"] == told["id"] == "id_rule_problems"


def test_what_was_typed_is_kept():
    soup = shown(data="rule_repeats=weekly&rule_every=zwei&rule_weekdays=3&rule_ends=count&rule_count=viele")
    assert value_of(soup, "rule_every") == "zwei"
    assert value_of(soup, "rule_count") == "viele"
    assert checked(soup) == {("rule_repeats", "weekly"), ("rule_weekdays", "3"), ("rule_ends", "count")}


def test_markup_in_what_was_typed_stays_text():
    soup = shown(data="rule_repeats=keep&rule_every=%22%3E%3Cscript%3E&rule_stored=%3Cscript%3Ealert(1)")
    assert not soup.select("script")


def test_a_stored_rule_fills_the_inputs():
    soup = shown(rule(EVERYTHING))
    assert checked(soup) == {
        ("rule_repeats", "monthly_weekday"),
        ("rule_positions", "1"),
        ("rule_positions", "-1"),
        ("rule_weekdays", "5"),
        ("rule_ends", "count"),
    }
    assert value_of(soup, "rule_every") == "2"
    assert value_of(soup, "rule_count") == "10"
    assert value_of(soup, "rule_stored") == ""


def test_without_a_rule_once_is_chosen():
    assert checked(shown()) == {("rule_repeats", "once"), ("rule_ends", "never")}


def test_the_rule_is_read_back_in_words():
    with translation.override("de"):
        sentence = shown(rule(EVERYTHING)).select_one(".rule-field__sentence").get_text()
    assert "jeden 2. Monat am ersten und letzten Samstag, 10 Termine" in sentence


def test_a_rule_the_inputs_cannot_say_is_readable_and_kept():
    with translation.override("de"):
        soup = shown(rule("FREQ=YEARLY;BYMONTH=5;BYDAY=1SA"))
        kept = soup.select_one("input[value=keep]")
        label = soup.select_one(f"label[for={kept['id']}]").get_text(strip=True)
    assert ("rule_repeats", "keep") in checked(soup)
    assert label == "Unverändert lassen: jedes Jahr am ersten Samstag im Mai"
    assert value_of(soup, "rule_stored") == "RRULE:FREQ=YEARLY;BYDAY=1SA;BYMONTH=5"


def test_keep_is_offered_only_where_there_is_something_to_keep():
    assert not shown(rule("FREQ=DAILY")).select("input[value=keep]")


def test_keep_is_still_offered_after_another_answer_was_refused():
    soup = shown(data="rule_repeats=daily&rule_every=x&rule_ends=never&rule_stored=RRULE:FREQ%3DYEARLY")
    assert soup.select("input[value=keep]")
    assert ("rule_repeats", "daily") in checked(soup)


def test_two_rules_on_one_page_do_not_share_a_name_or_an_id():
    first, second = shown(prefix="schedules-0"), shown(prefix="schedules-1")
    names = [{each["name"] for each in soup.select("input")} for soup in (first, second)]
    ids = [{each["id"] for each in soup.select("[id]")} for soup in (first, second)]
    assert not names[0] & names[1]
    assert not ids[0] & ids[1]


def test_a_row_added_later_gets_its_number_everywhere():
    html = str(shown(prefix="schedules-__prefix__")).replace("__prefix__", "7")
    soup = BeautifulSoup(html, "html.parser")
    assert all(each["name"].startswith("schedules-7-rule_") for each in soup.select("input"))
    assert all(soup.find(id=each["for"]) for each in soup.select("label"))


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Auckland"])
def test_the_last_day_is_shown_as_the_venues_whatever_zone_is_active(zone):
    with timezone.override(zone):
        soup = shown(rule("FREQ=DAILY;UNTIL=20270630T215959Z"))
    assert value_of(soup, "rule_until") == "2027-06-30"


def test_there_is_no_script_and_no_inline_style_and_the_css_exists():
    soup = shown(rule(EVERYTHING))
    assert not soup.select("script, style, [style]")
    assert not [name for each in soup.find_all(True) for name in each.attrs if name.startswith("on")]
    assert RuleWidget().media._js == []
    assert (Path(settings.BASE_DIR) / "static/timetable/rule.css").is_file()
    assert RuleWidget().media._css == {"all": ["timetable/rule.css"]}


def test_a_disabled_field_disables_its_inputs_and_keeps_the_rule():
    class Fixed(forms.Form):
        rule = RuleFormField(required=False, disabled=True)

    form = Fixed(QueryDict("rule_repeats=once"), initial={"rule": rule("FREQ=DAILY")})
    soup = BeautifulSoup(str(form["rule"]), "html.parser")
    assert all(each.has_attr("disabled") for each in soup.select("input"))
    assert form.is_valid()
    assert form.cleaned_data["rule"] == rule("FREQ=DAILY")


def test_wagtail_can_make_the_widget_in_the_browser():
    html = RuleWidget().render("__NAME__", None, attrs={"id": "__ID__"})
    soup = BeautifulSoup(html, "html.parser")
    assert soup.find(id="__ID__")
    assert all(each["name"].startswith("__NAME___") for each in soup.select("input"))
