"""What an editor decides about dates that people have booked, and a plan as a page shows it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import LineField
from places.models import Room
from timetable.zone import clock_shows, house_zone, local_instant
from workshops.models import Booking, Helper, Schedule, Session
from workshops.operations import Decisions
from workshops.operations.helpers import helping_on
from workshops.operations.telling import booked_on
from workshops.planning import Decision, Move, Plan, Present

MOVE = (Decision.MOVE, gettext_lazy("move with the people"))
KEEP = (Decision.KEEP, gettext_lazy("keep as an extra date"))
CANCEL = (Decision.CANCEL, gettext_lazy("cancel and tell them"))


class DecisionForm(forms.Form):
    """One answer for every question of a plan, and the reason people read."""

    reason = LineField(
        label=gettext_lazy("Reason"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("People who booked read this, in the mail and on the site."),
    )

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        for question in plan.questions:
            is_move = isinstance(question, Move)
            self.fields[name_of(question)] = forms.ChoiceField(
                label=gettext_lazy("What becomes of it"),
                choices=[MOVE, KEEP, CANCEL] if is_move else [KEEP, CANCEL],
                initial=Decision.MOVE if is_move else Decision.KEEP,
                widget=forms.RadioSelect,
                error_messages={"required": gettext_lazy("Please decide what becomes of this date.")},
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not cleaned["reason"] and self._tells_somebody(cleaned):
            self.add_error("reason", _("Please give a reason; people will be told."))
        return cleaned

    @property
    def decisions(self) -> Decisions:
        answers = {
            session_of(question).key: Decision(self.cleaned_data[name_of(question)])
            for question in self.plan.questions
        }
        return Decisions(answers, self.cleaned_data["reason"])  # type: ignore[arg-type]

    def _tells_somebody(self, cleaned: dict[str, Any]) -> bool:
        asked = {name_of(question) for question in self.plan.questions}
        unasked = any(move.session.tells and name_of(move) not in asked for move in self.plan.moved)
        helped = any(session.helping for session in self.plan.dropped if not session.booked)
        return unasked or helped or any(cleaned[name] != Decision.KEEP for name in asked)


@dataclass(frozen=True, slots=True)
class Line:
    """One date of a plan on a page: how it was, how it will be, who is in it and what is asked."""

    starts_at: datetime
    booked: int = 0
    room: str = ""
    ends_at: datetime | None = None
    old_starts_at: datetime | None = None
    old_room: str = ""
    field: Any = None


@dataclass(frozen=True, slots=True)
class ShownPlan:
    """A plan in the order in which an editor reads it."""

    plan: Plan
    questions: list[Line]
    moved: list[Line]
    new: list[Line]
    dropped: list[Line]
    by_mail: list[Booking]
    by_phone: list[Booking]
    helpers: list[Helper]

    @property
    def tells(self) -> bool:
        return bool(self.by_mail or self.by_phone or self.helpers)


def shown(plan: Plan, form: DecisionForm | None = None) -> ShownPlan:
    """A plan with the names of rooms, the questions with their fields, and who would be told."""
    rooms = {room.pk: str(room) for room in Room.objects.select_related("venue")}
    asked = {session_of(question).key for question in plan.questions}
    changing = [*(move.session for move in plan.moved), *plan.dropped]
    concerned = [session.key for session in changing if session.booked]
    # What comes back is new to whoever reads this.
    revived = [move.to for move in plan.moved if move.session.is_cancelled]
    new = sorted([*plan.new, *revived], key=lambda one: one.occurrence.starts_at)
    bookings = booked_on(Session.objects.filter(pk__in=concerned)) if concerned else []
    changed = [session.key for session in (*(move.session for move in plan.moved), *plan.dropped)]
    shifts = helping_on(Session.objects.filter(pk__in=changed)) if changed else []

    def place(of: Any) -> str:
        return rooms.get(of[0], _("online")) if isinstance(of, tuple) else ""

    def moved(move: Move) -> Line:
        old, new = place(move.session.place), place(move.place)
        return Line(
            starts_at=move.to.occurrence.starts_at,
            ends_at=move.to.occurrence.ends_at,
            booked=move.session.booked,
            room=new if new != old else "",
            old_starts_at=move.session.starts_at,
            old_room=old if new != old else "",
            field=form[name_of(move)] if form and move.session.key in asked else None,
        )

    def gone(session: Present) -> Line:
        field = form[name_of(session)] if form and session.booked else None
        return Line(session.starts_at, session.booked, field=field)

    return ShownPlan(
        plan=plan,
        questions=[*_sorted(moved(q) if isinstance(q, Move) else gone(q) for q in plan.questions)],
        moved=[
            *_sorted(
                moved(move)
                for move in plan.moved
                if move.session.key not in asked and not move.session.is_cancelled
            )
        ],
        new=[Line(starts_at=one.occurrence.starts_at, ends_at=one.occurrence.ends_at) for one in new],
        dropped=[*_sorted(gone(session) for session in plan.dropped if not session.booked)],
        by_mail=[b for b in bookings if b.person and b.person.email],
        by_phone=[b for b in bookings if b.person and not b.person.email],
        helpers=list({shift.helper_id: shift.helper for shift in shifts}.values()),
    )


def clock_notes(plan: Plan, schedule: Schedule) -> list[str]:
    """Sentences about dates of this schedule in a night in which the clocks change, at an hour that concerns."""
    goals = [*plan.new, *(move.to for move in plan.moved)]
    days = sorted({goal.occurrence.date for goal in goals if goal.segment == schedule.first_date})
    found = []
    for day in days:
        for start in schedule.pattern.start_times:
            shown_how_often = clock_shows(day, start)
            if shown_how_often == "once":
                continue
            real = local_instant(day, start).astimezone(UTC).astimezone(house_zone())
            values = {"day": date_format(day, _("j M Y")), "time": f"{start:%H:%M}", "real": f"{real:%H:%M}"}
            if shown_how_often == "never":
                sentence = _(
                    "%(day)s: the clocks go forward, %(time)s does not exist. The date begins at %(real)s."
                )
            else:
                sentence = _("%(day)s: the clocks go back, %(time)s comes twice. The first is meant.")
            found.append(sentence % values)
    return found


def fingerprint(plan: Plan) -> str:
    """What the editor saw, to be compared with what would be done."""
    lines = [str(date) for date in plan.dates]
    lines += [f"-{session.key}:{session.booked}:{session.helping}" for session in plan.dropped]
    lines += [
        f"{m.session.key}>{m.to.occurrence.starts_at}:{m.to.occurrence.ends_at}:{m.place}:{m.session.booked}"
        for m in plan.moved
    ]
    return sha256("|".join(lines).encode()).hexdigest()[:16]


def name_of(question: Move | Present) -> str:
    """The name of the field in which a question is answered."""
    return f"decision-{session_of(question).key}"


def session_of(question: Move | Present) -> Present:
    return question.session if isinstance(question, Move) else question


def _sorted(lines: Iterator[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: line.old_starts_at or line.starts_at)
