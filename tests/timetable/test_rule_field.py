"""The model field for a rule, without a table: what goes in and what comes out."""

from datetime import date

import pytest
import recurrence
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.models import modelform_factory
from django.test.utils import isolate_apps

from tests.timetable.rules import rule
from timetable.fields import RuleField
from timetable.forms import RuleFormField
from timetable.rules import rule_text
from timetable.widgets import RuleWidget


@pytest.fixture
def plan():
    with isolate_apps("timetable"):

        class Plan(models.Model):
            first_date = models.DateField(default=date(2027, 1, 6))
            rule = RuleField("Regel", blank=True)

            class Meta:
                app_label = "timetable"

            def __str__(self) -> str:
                return "plan"

            def refresh_from_db(self, using=None, fields=None, from_queryset=None):
                self.rule = "RRULE:FREQ=DAILY"

        yield Plan


def test_without_a_value_there_is_an_empty_rule(plan):
    for made in (plan(), plan(rule=None), plan(rule="")):
        assert isinstance(made.rule, recurrence.Recurrence)
        assert not made.rule
        made.full_clean()


def test_text_becomes_a_rule(plan):
    assert rule_text(plan(rule="RRULE:FREQ=WEEKLY;BYDAY=WE").rule) == "RRULE:FREQ=WEEKLY;BYDAY=WE"


def test_hostile_text_is_a_form_error(plan):
    with pytest.raises(ValidationError):
        plan(rule="RRULE:FREQ=SECONDLY")


def test_a_hostile_object_is_found_by_full_clean(plan):
    hostile = recurrence.Recurrence(rrules=[recurrence.Rule(recurrence.SECONDLY)], include_dtstart=False)
    with pytest.raises(ValidationError) as caught:
        plan(rule=hostile).full_clean()
    assert set(caught.value.message_dict) == {"rule"}


def test_a_field_that_must_repeat_refuses_an_empty_rule():
    with pytest.raises(ValidationError):
        RuleField().clean(recurrence.Recurrence(include_dtstart=False), None)


@pytest.mark.parametrize("nothing", [None, "", recurrence.Recurrence(include_dtstart=False)])
def test_once_is_stored_as_empty_text_and_read_as_empty_rule(plan, nothing):
    field = plan._meta.get_field("rule")
    assert field.get_prep_value(nothing) == ""
    assert not field.from_db_value("", None, None)


def test_what_is_stored_comes_back_without_a_start(plan):
    field = plan._meta.get_field("rule")
    back = field.from_db_value(field.get_prep_value(rule("FREQ=DAILY;UNTIL=20270630T215959Z")), None, None)
    assert rule_text(back) == "RRULE:FREQ=DAILY;UNTIL=20270630T215959Z"
    assert back.include_dtstart is False


def test_a_deferred_rule_is_fetched_when_asked_for(plan):
    deferred = plan.from_db("default", ["id"], [1])
    assert "rule" in deferred.get_deferred_fields()
    assert rule_text(deferred.rule) == "RRULE:FREQ=DAILY"


def test_a_migration_can_make_the_field_again():
    field = RuleField("Regel", blank=True, help_text="x")
    field.set_attributes_from_name("rule")
    _name, path, args, kwargs = field.deconstruct()
    assert path == "timetable.fields.RuleField"
    assert RuleField(*args, **kwargs).deconstruct()[3] == kwargs
    assert RuleField(*args, **kwargs).include_dtstart is False


def test_a_model_form_uses_our_inputs_and_stores_what_they_say(plan):
    form_class = modelform_factory(plan, fields=["rule"])
    field = form_class.base_fields["rule"]
    assert isinstance(field, RuleFormField)
    assert isinstance(field.widget, RuleWidget)
    form = form_class({"rule_repeats": "daily", "rule_every": "3", "rule_ends": "never"}, instance=plan())
    assert form.is_valid(), form.errors
    assert rule_text(form.save(commit=False).rule) == "RRULE:FREQ=DAILY;INTERVAL=3"
