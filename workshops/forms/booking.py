"""Who comes, with what a run asks of them, and what to prepare for them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.forms import LineField
from core.models import Generation
from workshops.forms.contact import clean_phone
from workshops.models import CourseRun, RunQuestion
from workshops.rules import MOST_PEOPLE, OF_AGE, NotPossible, check_party

LONGEST_NAME = 120
MOST_CARERS = 10
"""So many people may accompany a group without taking seats."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run asks of everybody who comes. `gone` are the keys of answers of which nothing is left to lend."""

    run: CourseRun
    generations: Sequence[Generation]
    questions: Sequence[RunQuestion]
    gone: frozenset[int] = field(default=frozenset())

    @property
    def signature(self) -> str:
        """Changes where answers given before may no longer be what is asked."""
        answers = [
            [question.pk, *(choice.pk for choice in question.choices.all())] for question in self.questions
        ]
        return f"{answers} {self.run.is_tandem} {self.run.may_have_minors} {self.only_minors}"

    @property
    def only_minors(self) -> bool:
        """Whether nobody can be meant who is of age."""
        return self.run.max_age is not None and self.run.max_age < OF_AGE


class Answers(forms.RadioSelect):
    """Radio buttons of which some cannot be chosen any more."""

    gone: frozenset[str] = frozenset()

    def create_option(self, name: str, value: Any, label: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, label, *args, **kwargs)
        if str(value) in self.gone:
            option["attrs"]["disabled"] = True
            option["label"] = _("%(answer)s – all are taken") % {"answer": label}
        return option


class Asking(forms.Form):
    """The questions that a run asks of one person, or of a group as a whole."""

    def __init__(self, *args: Any, asked: Asked, **kwargs: Any) -> None:
        super().__init__(*args, **{"use_required_attribute": False, **kwargs})
        self.asked = asked
        self._add_generation()
        for question in asked.questions:
            self._add_question(question)

    @property
    def choices(self) -> list[int]:
        """The keys of the answers that were chosen."""
        given = (self.cleaned_data.get(f"question_{question.pk}") for question in self.asked.questions)
        return [int(key) for key in given if key]

    @property
    def generation(self) -> int | None:
        key = self.cleaned_data.get("generation")
        return int(key) if key else None

    def _add_generation(self) -> None:
        tandem = self.asked.run.is_tandem
        known = [g for g in self.asked.generations if g.side] if tandem else self.asked.generations
        choices = [(str(generation.pk), generation.name) for generation in known]
        if not tandem:
            choices.insert(0, ("", _("I would rather not say")))
        self.fields["generation"] = forms.ChoiceField(
            label=_("Generation"),
            choices=choices,
            required=False,
            widget=forms.RadioSelect,
            help_text=_("In this course one old and one young person learn together. So we need to know.")
            if tandem
            else _("Helps us to bring old and young together."),
            error_messages={"invalid_choice": _("Please choose one of the answers.")},
        )

    def _add_question(self, question: RunQuestion) -> None:
        choices = [(str(choice.pk), choice.text) for choice in question.choices.all()]
        asked = forms.ChoiceField(
            label=question.text,
            choices=choices,
            required=False,
            widget=Answers,
            error_messages={"invalid_choice": _("Please choose one of the answers.")},
        )
        asked.widget.gone = frozenset(map(str, self.asked.gone))
        self.fields[f"question_{question.pk}"] = asked

    def check_answers(self, *, needed: bool) -> None:
        """Adds an error to what is `needed` and has no answer, or one that nobody can have any more."""
        missing = self.asked.run.is_tandem and needed
        if missing and "generation" not in self.errors and not self.cleaned_data.get("generation"):
            self.add_error(
                "generation", _("Please choose one: pairs are made of one old and one young person.")
            )
        for question in self.asked.questions:
            name = f"question_{question.pk}"
            if name in self.errors:
                continue
            key = self.cleaned_data.get(name)
            if needed and not key:
                self.add_error(
                    name, _("Please choose one of the answers: %(question)s") % {"question": question.text}
                )
            elif key and int(key) in self.asked.gone:
                self.add_error(name, _("All of these are taken by now. Please choose another answer."))


class GuestForm(Asking):
    """One person who comes. Where it is one of `several` they may only accompany somebody."""

    name = LineField(
        label=gettext_lazy("First and last name"),
        max_length=LONGEST_NAME,
        error_messages={
            "required": gettext_lazy("Please tell us the name of this person."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}),
    )

    CHARGE = ("guardian_name", "guardian_phone", "goes_home_alone", "agrees_to_tandem")

    def __init__(self, *args: Any, several: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if several:
            self.fields["is_carer"] = forms.BooleanField(
                label=_("Accompanies somebody and needs no seat"), required=False
            )
        if self.asked.run.may_have_minors:
            self._add_charge()

    def _add_charge(self) -> None:
        if not self.asked.only_minors:
            self.fields["is_minor"] = forms.BooleanField(label=_("Is under 18"), required=False)
        self.fields["guardian_name"] = LineField(
            label=_("First and last name of a parent or guardian"),
            required=False,
            max_length=LONGEST_NAME,
        )
        self.fields["guardian_phone"] = LineField(
            label=_("Telephone number at which they can be reached during the course"),
            required=False,
            max_length=40,
            widget=forms.TextInput(attrs={"type": "tel"}),
        )
        self.fields["goes_home_alone"] = forms.ChoiceField(
            label=_("May this person go home alone afterwards?"),
            choices=[("yes", _("Yes")), ("no", _("No, somebody comes to collect them"))],
            required=False,
            widget=forms.RadioSelect,
            error_messages={"invalid_choice": _("Please choose one of the answers.")},
        )
        if self.asked.run.is_tandem:
            self.fields["agrees_to_tandem"] = forms.BooleanField(
                label=_("The parent or guardian agrees that they learn with an adult they do not know"),
                required=False,
                help_text=_("Somebody of our team is always in the room."),
            )

    @property
    def is_carer(self) -> bool:
        return bool(self.cleaned_data.get("is_carer"))

    @property
    def is_minor(self) -> bool:
        if not self.asked.run.may_have_minors or self.is_carer:
            return False
        return self.asked.only_minors or bool(self.cleaned_data.get("is_minor"))

    @property
    def about_them(self) -> list[BoundField]:
        """The fields about the person themselves."""
        return [bound for bound in self if bound.name not in self.CHARGE]

    @property
    def about_guardian(self) -> list[BoundField]:
        return [bound for bound in self if bound.name in self.CHARGE]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.check_answers(needed=not self.is_carer)
        if self.is_minor:
            self._check_charge()
        else:
            # Somebody of age has no guardian, whatever stands in fields that are hidden then.
            for name in self.CHARGE:
                self.errors.pop(name, None)
                cleaned.pop(name, None)
        return cleaned

    def _check_charge(self) -> None:
        cleaned = self.cleaned_data
        if "guardian_name" not in self.errors and not cleaned.get("guardian_name"):
            self.add_error("guardian_name", _("Please name a parent or guardian of this person."))
        if "guardian_phone" not in self.errors:
            try:
                cleaned["guardian_phone"] = clean_phone(cleaned["guardian_phone"])
            except forms.ValidationError as error:
                self.add_error("guardian_phone", error)
            else:
                if not cleaned["guardian_phone"]:
                    self.add_error(
                        "guardian_phone", _("Please give a telephone number of the parent or guardian.")
                    )
        if "goes_home_alone" not in self.errors and not cleaned.get("goes_home_alone"):
            self.add_error("goes_home_alone", _("Please tell us whether they may go home alone."))
        if "agrees_to_tandem" in self.fields and not cleaned.get("agrees_to_tandem"):
            self.add_error(
                "agrees_to_tandem",
                _("Under 18 somebody can take part only if a parent or guardian agrees to this."),
            )


class BasePeople(forms.BaseFormSet):  # type: ignore[type-arg]
    """Everybody who comes, at least one; nobody twice, and not more than the run allows."""

    default_error_messages = {
        **forms.BaseFormSet.default_error_messages,
        "too_many_forms": gettext_lazy("For so many people please call us; we will find a way."),
    }

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        # A person somebody asked for and left empty is a mistake worth a sentence, not nothing.
        return {
            **super().get_form_kwargs(index),
            "empty_permitted": False,
            "several": self.total_form_count() > 1,
        }

    @property
    def may_grow(self) -> bool:
        return len(self.forms) < MOST_PEOPLE

    @property
    def has_seat_for_more(self) -> bool:
        """Whether one more person with a seat fits into a booking of this run."""
        run: CourseRun = self.form_kwargs["asked"].run
        seated = sum(
            1 for form in self.forms if "is_carer" not in form.fields or not form["is_carer"].value()
        )
        return seated < run.most_per_booking

    def unjudged(self) -> "BasePeople":
        """The same with what was typed and no errors: nobody has said that this is all."""
        self._errors: list[Any] = [{} for _form in self.forms]
        self._non_form_errors = forms.utils.ErrorList()
        for form in self.forms:
            form._errors = forms.utils.ErrorDict()
        return self

    def clean(self) -> None:
        if not self.forms:
            raise forms.ValidationError(_("Please tell us the name of this person."))
        if any(self.errors):
            return
        names = [form.cleaned_data["name"].casefold() for form in self.forms]
        if len(set(names)) < len(names):
            raise forms.ValidationError(
                _("Two people have the same name. Please tell them apart, or remove one.")
            )
        seated = sum(1 for form in self.forms if not form.is_carer)
        if not seated:
            raise forms.ValidationError(_("At least one person must take part, not only accompany somebody."))
        try:
            check_party(self.form_kwargs["asked"].run, people=seated, is_group=False)
        except NotPossible as problem:
            raise forms.ValidationError(str(problem.sentence)) from problem


People = forms.formset_factory(
    GuestForm,
    formset=BasePeople,
    extra=0,
    min_num=1,
    max_num=MOST_PEOPLE,
    absolute_max=MOST_PEOPLE + 1,
    validate_max=True,
)


class GroupForm(Asking):
    """A school class or club: how many come, and nobody's name."""

    group_name = LineField(
        label=gettext_lazy("Name of the class or group"),
        max_length=LONGEST_NAME,
        help_text=gettext_lazy("For example: Class 7b of the Brüder-Grimm-Schule"),
        error_messages={
            "required": gettext_lazy("Please tell us what your group is called."),
        },
    )
    people = forms.IntegerField(
        label=gettext_lazy("How many people take part?"),
        min_value=2,
        max_value=1000,
        error_messages={
            "required": gettext_lazy("Please tell us how many people come."),
            "invalid": gettext_lazy("Please give a number, such as 20."),
            "min_value": gettext_lazy(
                "A group has two people at least. If you come alone, please book a seat."
            ),
            "max_value": gettext_lazy(
                "There are not so many seats at all. Please call us; we will find a way."
            ),
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    carers = forms.IntegerField(
        label=gettext_lazy("How many more accompany them and need no seat?"),
        required=False,
        min_value=0,
        max_value=MOST_CARERS,
        help_text=gettext_lazy("Teachers, for example."),
        error_messages={
            "invalid": gettext_lazy("Please give a number, such as 2."),
            "min_value": gettext_lazy("Please give a number, such as 2."),
            "max_value": gettext_lazy("Please call us if more people accompany the group."),
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.asked.run.is_tandem and self.asked.run.may_have_minors:
            self.fields["guardians_agree"] = forms.BooleanField(
                label=_(
                    "For everybody under 18 a parent or guardian agrees that they learn with an adult "
                    "they do not know"
                ),
                required=True,
                help_text=_("Somebody of our team is always in the room."),
                error_messages={
                    "required": _(
                        "Under 18 somebody can take part only if a parent or guardian agrees to this."
                    )
                },
            )

    def clean_people(self) -> int:
        people: int = self.cleaned_data["people"]
        run = self.asked.run
        try:
            check_party(run, people=people, is_group=True)
        except NotPossible as problem:
            raise forms.ValidationError(str(problem.sentence)) from problem
        if run.capacity is not None and people > run.capacity:
            raise forms.ValidationError(
                ngettext(
                    "There is only %(count)s seat in this course. Please call us; we will find a way.",
                    "There are only %(count)s seats in this course. Please call us; we will find a way.",
                    run.capacity,
                )
                % {"count": run.capacity}
            )
        return people

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        # The members of a group bring different things: nobody need answer for all of them.
        self.check_answers(needed=False)
        if self.asked.run.is_tandem and "generation" not in self.errors and not cleaned.get("generation"):
            self.add_error(
                "generation", _("Please choose one: pairs are made of one old and one young person.")
            )
        return cleaned


class NeedForm(forms.Form):
    """What to prepare for one person. May concern health, so it needs a consent of its own."""

    need = forms.CharField(
        label=gettext_lazy("What should we prepare?"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": gettext_lazy("Please be brief: at most 500 characters.")},
    )
    consent = forms.BooleanField(
        label=gettext_lazy(
            "I agree that the Digital-Werkstatt keeps this note until seven days after the course, "
            "so that it can prepare for me. I can withdraw this at any time."
        ),
        required=False,
    )

    def __init__(
        self, *args: Any, wheelchair: bool = False, hearing_loop: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if wheelchair:
            self._add("wheelchair", _("A place for a wheelchair"))
        if hearing_loop:
            self._add("hearing_loop", _("A hearing loop"), _("For hearing aids with a T setting."))
        self.order_fields(["wheelchair", "hearing_loop", "need", "consent"])

    def _add(self, name: str, label: str, help_text: str = "") -> None:
        self.fields[name] = forms.BooleanField(label=label, help_text=help_text, required=False)

    @property
    def told(self) -> dict[str, Any]:
        """What is to be kept."""
        cleaned = self.cleaned_data
        return {
            "need": cleaned.get("need", ""),
            "wheelchair": cleaned.get("wheelchair") or 0,
            "hearing_loop": cleaned.get("hearing_loop") or 0,
        }

    def clean_need(self) -> str:
        lines = self.cleaned_data["need"].splitlines()
        return "\n".join(line for raw in lines if (line := LineField(required=False).clean(raw)))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if any(self.told.values()) and not cleaned.get("consent"):
            self.add_error("consent", _("Please agree that we may keep this, or take it out again."))
        return cleaned


class GroupNeedForm(NeedForm):
    """What to prepare for a group: how many, instead of who."""

    def __init__(self, *args: Any, people: int = 1, **kwargs: Any) -> None:
        self.people = people
        super().__init__(*args, **kwargs)

    def _add(self, name: str, label: str, help_text: str = "") -> None:
        labels = {
            "wheelchair": _("How many come in a wheelchair?"),
            "hearing_loop": _("How many would like a hearing loop?"),
        }
        wrong = _("Please give a number between 0 and %(count)s.") % {"count": self.people}
        self.fields[name] = forms.IntegerField(
            label=labels[name],
            help_text=help_text,
            required=False,
            min_value=0,
            max_value=self.people,
            error_messages={"invalid": wrong, "min_value": wrong, "max_value": wrong},
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        )


Needs = forms.formset_factory(NeedForm, extra=0, max_num=MOST_PEOPLE, absolute_max=MOST_PEOPLE + 1)
GroupNeeds = forms.formset_factory(GroupNeedForm, extra=0, max_num=1, absolute_max=1)
