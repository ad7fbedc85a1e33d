"""The part of a run's form about kept seats and questions: rows that are there already, filled in or left empty."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import LineField
from core.models import Generation
from places.models import Equipment
from workshops.models import CourseRun
from workshops.models.seats import MOST_QUESTIONS
from workshops.operations import Answer, Extras, Kept, Question
from workshops.operations.keeping import pools_of, questions_of
from workshops.rules import NotPossible, check_pools

MOST_ANSWERS = 6
USUAL_DAYS = 7


@dataclass(frozen=True, slots=True)
class PoolRow:
    """The fields of one pool."""

    label: str
    seats: Any
    days: Any


@dataclass(frozen=True, slots=True)
class QuestionRows:
    """The fields of one question and of its answers."""

    number: int
    fields: list[Any]
    answers: list[list[Any]]


class ExtrasForm(forms.Form):
    """For every generation, and for the telephone, how many seats are kept; and two questions with their answers.

    A row left empty keeps or asks nothing. Rows are told apart by their place: whoever has an older form open is
    refused by the version of the run.
    """

    def __init__(self, data: Any = None, *, run: CourseRun) -> None:
        super().__init__(data)
        self.run = run
        self.known_pools = {pool.generation_id: pool for pool in pools_of(run)} if run.pk else {}
        self.known_questions = questions_of(run) if run.pk else []
        self.whom: list[tuple[int | None, str]] = [
            *((one.pk, str(one.name)) for one in Generation.objects.all()),
            (None, _("Telephone and counter")),
        ]
        for key, label in self.whom:
            self._add_pool(key, label)
        lent = {a.equipment_id for question in self.known_questions for a in question.answers}
        stock = Equipment.objects.filter(Q(is_archived=False) | Q(pk__in=[pk for pk in lent if pk]))
        for place in range(MOST_QUESTIONS):
            self._add_question(place, stock)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for place in range(MOST_QUESTIONS):
            self._check_question(place, cleaned)
        return cleaned

    @property
    def extras(self) -> Extras:
        return Extras(self._pools(), self._questions())

    @cached_property
    def pool_rows(self) -> list[PoolRow]:
        return [
            PoolRow(label, self[f"pool-{key or 'desk'}-seats"], self[f"pool-{key or 'desk'}-days"])
            for key, label in self.whom
        ]

    @cached_property
    def question_rows(self) -> list[QuestionRows]:
        return [
            QuestionRows(
                place + 1,
                [self[f"question-{place}-de"], self[f"question-{place}-en"]],
                [
                    [self[f"question-{place}-{n}-{part}"] for part in ("de", "en", "equipment")]
                    for n in range(MOST_ANSWERS)
                ],
            )
            for place in range(MOST_QUESTIONS)
        ]

    @property
    def pool_summary(self) -> str:
        """What is kept, for the line under which the rows are folded away."""
        kept = [f"{row.label}: {row.seats.value()}" for row in self.pool_rows if row.seats.value()]
        return ", ".join(kept)

    @property
    def question_summary(self) -> str:
        return ", ".join(str(row.fields[0].value()) for row in self.question_rows if row.fields[0].value())

    @property
    def pool_errors(self) -> bool:
        return any(name.startswith("pool-") for name in self.errors) or bool(self.non_field_errors())

    @property
    def question_errors(self) -> bool:
        return any(name.startswith("question-") for name in self.errors)

    def check(self, run: CourseRun) -> None:
        """Says beside the rows where the run as it is typed cannot keep these seats."""
        if self.pool_errors:
            return
        try:
            check_pools(run, [pool.seats for pool in self._pools()])
        except NotPossible as problem:
            self.add_error(None, str(problem.sentence))

    def _add_pool(self, key: int | None, label: str) -> None:
        known = self.known_pools.get(key)
        name = f"pool-{key or 'desk'}"
        self.fields[f"{name}-seats"] = forms.IntegerField(
            label=_("Seats kept: %(whom)s") % {"whom": label},
            required=False,
            min_value=0,
            max_value=1000,
            initial=known.seats if known else None,
        )
        self.fields[f"{name}-days"] = forms.IntegerField(
            label=_("Days before, from which on they are everybody's: %(whom)s") % {"whom": label},
            required=False,
            validators=[MinValueValidator(0), MaxValueValidator(365)],
            initial=known.release_days if known else USUAL_DAYS,
        )

    def _add_question(self, place: int, stock: Any) -> None:
        known = self.known_questions[place] if place < len(self.known_questions) else Question("")
        for language, label in (
            ("de", gettext_lazy("Question in German")),
            ("en", gettext_lazy("Question in English")),
        ):
            self.fields[f"question-{place}-{language}"] = LineField(
                label=label,
                required=False,
                max_length=120,
                initial=getattr(known, f"text_{language}"),
            )
        for n in range(MOST_ANSWERS):
            answer = known.answers[n] if n < len(known.answers) else Answer("")
            for language, text in (("de", _("Answer %(n)s in German")), ("en", _("Answer %(n)s in English"))):
                self.fields[f"question-{place}-{n}-{language}"] = LineField(
                    label=text % {"n": n + 1},
                    required=False,
                    max_length=80,
                    initial=getattr(answer, f"text_{language}"),
                )
            self.fields[f"question-{place}-{n}-equipment"] = forms.ModelChoiceField(
                stock,
                label=_("Answer %(n)s lends") % {"n": n + 1},
                required=False,
                empty_label=_("nothing"),
                initial=answer.equipment_id,
            )

    def _check_question(self, place: int, cleaned: dict[str, Any]) -> None:
        name = f"question-{place}"
        asked = cleaned.get(f"{name}-de")
        answers = [n for n in range(MOST_ANSWERS) if cleaned.get(f"{name}-{n}-de")]
        for n in range(MOST_ANSWERS):
            has_more = cleaned.get(f"{name}-{n}-en") or cleaned.get(f"{name}-{n}-equipment")
            if has_more and n not in answers and f"{name}-{n}-de" not in self.errors:
                self.add_error(f"{name}-{n}-de", _("Please give the answer in German, too."))
        if asked and len(answers) < 2:
            self.add_error(f"{name}-de", _("Please give at least two answers to choose from."))
        elif not asked and (answers or cleaned.get(f"{name}-en")) and f"{name}-de" not in self.errors:
            self.add_error(f"{name}-de", _("Please give the question in German."))

    def _pools(self) -> list[Kept]:
        found = []
        for key, _label in self.whom:
            seats = self.cleaned_data.get(f"pool-{key or 'desk'}-seats")
            days = self.cleaned_data.get(f"pool-{key or 'desk'}-days")
            if seats:
                found.append(Kept(key, seats, USUAL_DAYS if days is None else days))
        return found

    def _questions(self) -> list[Question]:
        return [
            Question(
                self.cleaned_data[f"question-{place}-de"],
                self.cleaned_data[f"question-{place}-en"],
                list(self._answers(place)),
                self.known_questions[place].key if place < len(self.known_questions) else None,
            )
            for place in range(MOST_QUESTIONS)
            if self.cleaned_data.get(f"question-{place}-de")
        ]

    def _answers(self, place: int) -> Iterable[Answer]:
        known = self.known_questions[place].answers if place < len(self.known_questions) else ()
        for n in range(MOST_ANSWERS):
            name = f"question-{place}-{n}"
            if text := self.cleaned_data.get(f"{name}-de"):
                lends = self.cleaned_data.get(f"{name}-equipment")
                yield Answer(
                    text,
                    self.cleaned_data.get(f"{name}-en", ""),
                    lends.pk if lends else None,
                    known[n].key if n < len(known) else None,
                )
