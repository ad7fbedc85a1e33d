"""What is set together with a run: the seats it keeps and the questions it asks. Written under the lock of the run."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from workshops.models import Booking, CourseRun, Participant, RunChoice, RunQuestion, SeatPool
from workshops.models.seats import MOST_QUESTIONS
from workshops.rules import NotPossible


@dataclass(frozen=True, slots=True)
class Kept:
    """Seats to be kept: for a generation (its key), or for telephone and counter (None)."""

    generation_id: int | None
    seats: int
    release_days: int = 7


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer that can be chosen; `key` is that of the row it was before, if any."""

    text_de: str
    text_en: str = ""
    equipment_id: int | None = None
    key: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question of choice; `key` as with `Answer`."""

    text_de: str
    text_en: str = ""
    answers: Sequence[Answer] = ()
    key: int | None = None


@dataclass(frozen=True, slots=True)
class Extras:
    """The seats a run keeps and the questions it asks, all of them."""

    pools: Sequence[Kept] = ()
    questions: Sequence[Question] = ()


class AnswerIsChosen(NotPossible):
    """People have chosen an answer that would go, or lend something else."""

    def __init__(self, answer: str) -> None:
        super().__init__(
            _(
                "People have chosen “%(answer)s”. You can change its words, but not take it away or lend another thing."
            )
            % {"answer": answer}
        )


def pools_of(run: CourseRun) -> list[Kept]:
    return [Kept(row.generation_id, row.seats, row.release_days) for row in run.pools.all()]


def questions_of(run: CourseRun) -> list[Question]:
    """The questions of a run in their order, each with its answers. Reads what has been prefetched."""
    return [
        Question(
            **_texts(row),
            answers=[
                Answer(**_texts(one), equipment_id=one.equipment_id, key=one.pk) for one in row.choices.all()
            ],
            key=row.pk,
        )
        for row in run.questions.all()
    ]


def pool_rows(run: CourseRun, pools: Iterable[Kept], *, anew: bool = False) -> list[SeatPool]:
    """The rows these pools are or would be; those that are there keep their releases. Writes nothing.

    `anew`: none are there, and nobody looks.
    """
    known = {} if anew else {pool.generation_id: pool for pool in run.pools.all()}
    rows = []
    for pool in pools:
        key = pool.generation_id
        row = known.get(key) or SeatPool(run=run, generation_id=key, for_desk=key is None)
        row.seats, row.release_days = pool.seats, pool.release_days
        rows.append(row)
    return rows


def write_pools(run: CourseRun, pools: Iterable[Kept]) -> None:
    """Makes these the pools of a locked run, and no others."""
    rows = pool_rows(run, pools)
    run.pools.exclude(pk__in=[row.pk for row in rows if row.pk]).delete()
    for row in rows:
        row.save()


def write_questions(run: CourseRun, questions: Sequence[Question]) -> None:
    """Makes these the questions of a locked run, in this order. Raises AnswerIsChosen."""
    if len(questions) > MOST_QUESTIONS:
        raise NotPossible(_("A run asks at most %(most)s questions.") % {"most": MOST_QUESTIONS})
    lends = {answer.key: answer.equipment_id for question in questions for answer in question.answers}
    chosen = Participant.objects.filter(choices=OuterRef("pk"), booking__state__in=Booking.ALIVE)
    for row in RunChoice.objects.filter(Exists(chosen), question__run=run):
        if row.pk not in lends or lends[row.pk] != row.equipment_id:
            raise AnswerIsChosen(row.text)
    RunChoice.objects.filter(question__run=run).exclude(pk__in=[key for key in lends if key]).delete()
    run.questions.exclude(pk__in=[question.key for question in questions if question.key]).delete()
    for place, question in enumerate(questions):
        asked = RunQuestion(
            pk=question.key,
            run=run,
            text_de=question.text_de,
            text_en=question.text_en,
            sort_order=place,
        )
        asked.save()
        for order, answer in enumerate(question.answers):
            RunChoice(
                pk=answer.key,
                question=asked,
                text_de=answer.text_de,
                text_en=answer.text_en,
                equipment_id=answer.equipment_id,
                sort_order=order,
            ).save()


def _texts(row: Any) -> dict[str, str]:
    return {name: getattr(row, name) or "" for name in ("text_de", "text_en")}


def add_questions(asked: Iterable[tuple[CourseRun, Question]]) -> None:
    """Asks these questions in runs that ask none yet, in two queries."""
    rows = [
        (
            RunQuestion(run=run, text_de=question.text_de, text_en=question.text_en, sort_order=place),
            question.answers,
        )
        for place, (run, question) in enumerate(asked)
    ]
    RunQuestion.objects.bulk_create([row for row, _answers in rows])
    RunChoice.objects.bulk_create(
        RunChoice(
            question=row,
            text_de=answer.text_de,
            text_en=answer.text_en,
            equipment_id=answer.equipment_id,
            sort_order=order,
        )
        for row, answers in rows
        for order, answer in enumerate(answers)
    )
