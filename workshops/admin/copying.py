"""Copying runs to new dates: which and when → everything that would be made, on one page → operation."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.widgets import AdminDateInput

from core.forms import LineField, RowsField
from workshops import operations
from workshops.admin.base import TeamView
from workshops.admin.runs import MEDIA
from workshops.models import CoursePage, CourseRun, Term
from workshops.operations.conflicts import Wording
from workshops.operations.copying import MOST_COPIES, Copy, first_day_of
from workshops.operations.drafts import Draft
from workshops.programme import rule_sentence
from workshops.rules import NotPossible

MOST_LINES = 20
"""So many conflicts of one run are told; whoever has more needs other dates, not more lines."""


class RunChoices(RowsField):
    """Runs by number, course and first date, each with a tick."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        parts = [f"{obj.number} {obj.course.title}", obj.title_suffix]
        schedules = obj.schedules.all()
        if schedules:
            parts.append(
                _("from %(day)s") % {"day": date_format(schedules[0].first_date, "SHORT_DATE_FORMAT")}
            )
        parts.append(obj.get_state_display())
        return ", ".join(part for part in parts if part)


class CopyForm(forms.Form):
    """Which runs, and to when."""

    runs = RunChoices(
        CourseRun.objects.none(),
        label=gettext_lazy("Runs"),
        error_messages={"required": gettext_lazy("Please choose at least one run.")},
    )
    term = forms.ModelChoiceField(
        Term.objects.filter(is_archived=False),
        label=gettext_lazy("New term"),
        required=False,
        empty_label=gettext_lazy("No term"),
        help_text=gettext_lazy("When booking opens, the copies take over from it."),
    )
    start = forms.DateField(
        label=gettext_lazy("New first day"),
        required=False,
        widget=AdminDateInput,
        help_text=gettext_lazy("Empty: the first day of the new term."),
    )

    def __init__(self, *args: Any, runs: QuerySet[CourseRun], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["runs"].queryset = runs  # type: ignore[attr-defined]

    def clean_runs(self) -> list[CourseRun]:
        runs = list(self.cleaned_data["runs"])
        if len(runs) > MOST_COPIES:
            sentence = _("At most %(most)s runs can be copied at once. Please choose fewer.")
            raise forms.ValidationError(sentence % {"most": MOST_COPIES})
        return runs

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("start") and "start" not in self.errors and "term" not in self.errors:
            if cleaned.get("term"):
                cleaned["start"] = cleaned["term"].first_date
            else:
                self.add_error("start", _("Please give the new first day, or choose a term."))
        return cleaned


class CopiesForm(forms.Form):
    """Which of the copies are made, and their course numbers."""

    def __init__(self, *args: Any, copies: Collection[Copy], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.copies = {copy.source.pk: copy for copy in copies}
        for pk, copy in self.copies.items():
            self.fields[f"take-{pk}"] = forms.BooleanField(
                label=f"{copy.source.number} {copy.source.course.title}",
                required=False,
                initial=not copy.draft.problem,
            )
            self.fields[f"number-{pk}"] = LineField(
                label=_("Course number of the copy"),
                max_length=20,
                required=False,
                initial=copy.draft.run.number,
            )

    @property
    def chosen(self) -> list[int]:
        return [pk for pk in self.copies if self.cleaned_data.get(f"take-{pk}")]

    @property
    def numbers(self) -> dict[int, str]:
        return {pk: self.cleaned_data[f"number-{pk}"] for pk in self.chosen}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        wanted = {pk: cleaned.get(f"number-{pk}", "") for pk in self.chosen}
        if not wanted:
            self.add_error(None, _("Please choose at least one run."))
        taken = set(CourseRun.objects.filter(number__in=wanted.values()).values_list("number", flat=True))
        seen: set[str] = set()
        for pk, number in wanted.items():
            name = f"number-{pk}"
            if self.copies[pk].draft.problem:
                self.add_error(None, f"{self.copies[pk].source.number}: {self.copies[pk].draft.problem}")
            if name in self.errors:
                continue
            if not number:
                self.add_error(name, _("Please give a course number."))
            elif number in taken:
                self.add_error(name, _("This number is taken."))
            elif number in seen:
                self.add_error(name, _("Two of the copies have this number."))
            seen.add(number)
        return cleaned


@dataclass(frozen=True, slots=True)
class ShownCopy:
    """A copy on the page, with its fields and what is in its way in words."""

    copy: Copy
    take: Any
    number: Any
    sentence: str
    conflicts: list[tuple[datetime, str]]
    more: int


class CopyView(TeamView):
    """Several runs to new dates. Which can be chosen, and from when they count, the subclasses say."""

    permission_required = "add"
    template_name = "workshops/admin/copy_form.html"
    preview_template = "workshops/admin/copy_preview.html"
    page_title = gettext_lazy("Copy runs")
    header_icon = "copy"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._form(CopyForm(runs=self.candidates, initial={"runs": self.preselected()}))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = CopyForm(request.POST, runs=self.candidates)
        if not form.is_valid() or request.POST.get("step") == "back":
            return self._form(form, status=200 if request.POST.get("step") == "back" else 422)
        at = timezone.now()
        wish = self._wish(form)
        if not request.POST.get("step"):
            return self._preview(form, operations.plan_copies(at=at, **wish))
        copies = operations.plan_copies(
            at=at, **wish, numbers=self._typed_numbers(wish), chosen=self._ticked(wish)
        )
        numbers = CopiesForm(request.POST, copies=copies)
        if not numbers.is_valid():
            return self._preview(form, copies, numbers=numbers, status=422)
        if request.POST["step"] != "confirm":
            return self._preview(form, copies, numbers=numbers)
        return self._copy(form, wish, copies, numbers, at)

    @cached_property
    def candidates(self) -> QuerySet[CourseRun]:
        runs = self.runs().select_related("course").prefetch_related("schedules").order_by("number")
        return runs.filter(schedules__isnull=False).distinct()

    def runs(self) -> QuerySet[CourseRun]:
        raise NotImplementedError

    def preselected(self) -> list[int]:
        return []

    def origin(self, chosen: Collection[CourseRun]) -> date:
        """The day from which the distance of each run counts."""
        return first_day_of(chosen)

    def address(self) -> str:
        """Where one comes from."""
        return reverse("courserun:index")

    def _wish(self, form: CopyForm) -> dict[str, Any]:
        chosen = form.cleaned_data["runs"]
        return {
            "runs": [run.pk for run in chosen],
            "origin": self.origin(chosen),
            "start": form.cleaned_data["start"],
            "term": form.cleaned_data["term"],
        }

    def _typed_numbers(self, wish: dict[str, Any]) -> dict[int, str]:
        return {pk: self.request.POST.get(f"number-{pk}", "")[:20] for pk in wish["runs"]}

    def _ticked(self, wish: dict[str, Any]) -> list[int]:
        return [pk for pk in wish["runs"] if self.request.POST.get(f"take-{pk}")]

    def _copy(
        self, form: CopyForm, wish: dict[str, Any], copies: list[Copy], numbers: CopiesForm, at: datetime
    ) -> HttpResponse:
        seen = {pk: self.request.POST.get(f"seen-{pk}", "") for pk in numbers.chosen}
        try:
            made = operations.copy_runs(
                **{**wish, "runs": numbers.chosen},
                numbers=numbers.numbers,
                seen=seen,
                at=at,
                by=self.request.user,
            )
        except operations.CopiesHaveChanged as problem:
            messages.warning(self.request, problem.sentence)
            return self._preview(form, copies, numbers=numbers)
        except NotPossible as problem:
            numbers.add_error(None, str(problem.sentence))
            return self._preview(form, copies, numbers=numbers, status=409)
        told = ngettext(
            "%(count)s run has been made as a draft.", "%(count)s runs have been made as drafts.", len(made)
        )
        messages.success(self.request, told % {"count": len(made)})
        if len(made) == 1:
            return redirect("courserun:dates", made[0].pk)
        return redirect(f"{reverse('courserun:index')}?state=draft")

    def _form(self, form: CopyForm, *, status: int = 200) -> HttpResponse:
        candidates = list(self.candidates)
        return self.show(
            self.request,
            status=status,
            media=form.media + MEDIA,
            form=form,
            single=candidates[0] if isinstance(self, CopyRunView) and candidates else None,
            candidates=candidates,
            back=self.address(),
        )

    def _preview(
        self, form: CopyForm, copies: list[Copy], *, numbers: CopiesForm | None = None, status: int = 200
    ) -> HttpResponse:
        self.template_name = self.preview_template
        numbers = numbers or CopiesForm(copies=copies)
        return self.show(
            self.request,
            status=status,
            media=MEDIA,
            form=form,
            numbers=numbers,
            copies=shown_copies(copies, numbers),
            with_conflicts=sum(bool(copy.draft.conflicts) for copy in copies),
            start=form.cleaned_data["start"],
            term=form.cleaned_data["term"],
            typed=[
                (name, value)
                for name in ("runs", "term", "start")
                for value in self.request.POST.getlist(name)
            ],
        )


class CopyRunView(CopyView):
    """One run."""

    page_title = gettext_lazy("Copy run")

    @cached_property
    def run(self) -> CourseRun:
        return get_object_or_404(CourseRun, pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return self.run.number

    def runs(self) -> QuerySet[CourseRun]:
        return CourseRun.objects.filter(pk=self.run.pk)

    def preselected(self) -> list[int]:
        return [self.run.pk]

    def address(self) -> str:
        return reverse("courserun:dates", args=[self.run.pk])


class CopyCourseView(CopyView):
    """All runs of a course that are not archived; which, an editor ticks."""

    @cached_property
    def course(self) -> CoursePage:
        return get_object_or_404(CoursePage, id=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return str(self.course.title)

    def runs(self) -> QuerySet[CourseRun]:
        return CourseRun.objects.of(self.course).exclude(state=CourseRun.State.ARCHIVED)

    def address(self) -> str:
        return reverse("courserun:copy_several")


class CopyTermView(CopyView):
    """A whole term: all that was not cancelled is ticked. Distances count from the term's first day."""

    page_title = gettext_lazy("Copy a term")

    @cached_property
    def term(self) -> Term:
        return get_object_or_404(Term, pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return self.term.name

    def runs(self) -> QuerySet[CourseRun]:
        return self.term.runs.all()

    def preselected(self) -> list[int]:
        return [run.pk for run in self.candidates if run.state != CourseRun.State.CANCELLED]

    def origin(self, chosen: Collection[CourseRun]) -> date:
        return self.term.first_date


class CopySeveralView(TeamView):
    """The courses and terms whose runs can be copied together."""

    permission_required = "add"
    template_name = "workshops/admin/copy_several.html"
    page_title = gettext_lazy("Copy several runs")
    header_icon = "copy"

    def get(self, request: HttpRequest) -> HttpResponse:
        open_runs = Count("runs", filter=~Q(runs__state=CourseRun.State.ARCHIVED))
        courses = CoursePage.objects.annotate(open_runs=open_runs).filter(open_runs__gt=0).order_by("title")
        terms = Term.objects.annotate(all_runs=Count("runs")).filter(all_runs__gt=0, is_archived=False)
        return self.show(request, courses=courses, terms=terms)


def shown_copies(copies: Collection[Copy], form: CopiesForm) -> list[ShownCopy]:
    """Copies as a page shows them; names of rooms and people are looked up once for all."""
    lines = conflict_lines([copy.draft for copy in copies])
    return [
        ShownCopy(
            copy,
            form[f"take-{copy.source.pk}"],
            form[f"number-{copy.source.pk}"],
            rule_sentence(copy.draft.schedule),
            *found,
        )
        for copy, found in zip(copies, lines, strict=True)
    ]


def conflict_lines(drafts: Collection[Draft]) -> list[tuple[list[tuple[datetime, str]], int]]:
    """For each draft its first conflicts in words, and how many more there are."""
    told = [draft.conflicts[:MOST_LINES] for draft in drafts]
    wording = Wording([conflict for conflicts in told for conflict in conflicts])
    return [
        (wording.lines(first), len(draft.conflicts) - len(first))
        for draft, first in zip(drafts, told, strict=True)
    ]
