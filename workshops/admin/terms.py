"""A term as the team works with it: its runs, what keeps them from being published, and the printed programme."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.forms.widgets import Script
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.views.generic import CreateView, EditView, IndexView

from timetable.zone import local_date
from workshops import operations
from workshops.admin.base import TeamView
from workshops.admin.term_forms import ReadyForm
from workshops.models import CourseRun, Term
from workshops.printed_wording import sentences

MEDIA = forms.Media(css={"all": ["workshops/admin.css", "workshops/terms.css"]})
PRINTED = MEDIA + forms.Media(
    css={"print": ["workshops/print.css"]}, js=[Script("workshops/print.js", type="module")]
)


class TermIndexView(IndexView):
    """All terms, the latest first."""

    def get_base_queryset(self) -> QuerySet[Term]:
        return Term.objects.annotate(run_count=Count("runs"))


class TermCreateView(CreateView):
    def get_success_url(self) -> str:
        return reverse("term:page", args=[self.object.pk])


class TermEditView(EditView):
    def get_success_url(self) -> str:
        return reverse("term:page", args=[self.object.pk])


class TermView(TeamView):
    """What the pages of one term share."""

    model = Term
    header_icon = "calendar"

    @cached_property
    def term(self) -> Term:
        return get_object_or_404(Term, pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return self.term.name

    list_url_name = "term:index"
    list_label = gettext_lazy("Terms")

    def further_breadcrumbs(self) -> list[dict[str, Any]]:
        page = {"url": reverse("term:page", args=[self.term.pk]), "label": self.term.name}
        return [page, {"url": "", "label": self.get_page_title()}]


class TermPageView(TermView):
    """The days of a term and its runs; marks drafts as ready to be published with it."""

    any_permission_required = ["view", "change"]
    template_name = "workshops/admin/term.html"
    page_title = gettext_lazy("Term")

    def further_breadcrumbs(self) -> list[dict[str, Any]]:
        return [{"url": "", "label": self.term.name}]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._show()

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self._may_change_runs():
            raise PermissionDenied
        form = ReadyForm(_chosen(request.POST), term=self.term)
        if not form.is_valid():
            return self._show(form=form, status=422)
        ready = form.cleaned_data["ready"] == "yes"
        count = operations.mark_ready(
            runs=form.cleaned_data["runs"], ready=ready, at=timezone.now(), by=request.user
        )
        if not count:
            messages.info(request, _("Nothing has changed: only drafts are marked, and once."))
        else:
            messages.success(request, _marked(ready, count))
        return redirect("term:page", pk)

    def _show(self, *, form: ReadyForm | None = None, status: int = 200) -> HttpResponse:
        at = timezone.now()
        lines = operations.readiness(self.term, at=at)
        return self.show(
            self.request,
            status=status,
            media=MEDIA,
            term=self.term,
            lines=lines,
            counts=_counts(lines),
            remarks=_remarks(self.term, lines, at),
            form=form,
            chosen=set(self.request.POST.getlist("runs")),
            may_change=self.user_has_permission("change"),
            may_mark=self._may_change_runs() and any(line.is_draft for line in lines),
        )

    def _may_change_runs(self) -> bool:
        return bool(self.request.user.has_perm("workshops.change_courserun"))


class KeepPrintedView(TermView):
    """Keeps what the programme says now as what was printed: first what that means, then the act."""

    permission_required = "change"
    template_name = "workshops/admin/term_print.html"
    page_title = gettext_lazy("Keep as printed")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(request, media=MEDIA, term=self.term)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        count = operations.keep_printed(term=self.term, at=timezone.now(), by=request.user)
        told = ngettext(
            "%(count)s run has been kept as it is printed.",
            "%(count)s runs have been kept as they are printed.",
            count or 0,
        )
        messages.success(request, told % {"count": count})
        return redirect("term:changes", pk)


class PrintedChangesView(TermView):
    """Every change against the printed programme, on the screen and on paper."""

    any_permission_required = ["view", "change"]
    template_name = "workshops/admin/term_changes.html"
    page_title = gettext_lazy("Changes since printing")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        at = timezone.now()
        entries = []
        if self.term.is_printed(at):
            entries = [
                (entry, [line for change in entry.changes for line in sentences(change)])
                for entry in operations.changes_since_print(self.term, at=at)
            ]
        return self.show(request, media=PRINTED, term=self.term, entries=entries, today=local_date(at))


def _chosen(data: QueryDict) -> dict[str, Any]:
    """The ticked runs, or the one beside whose name the button was pressed ("17:yes")."""
    if only := data.get("only"):
        run, _colon, ready = only.partition(":")
        return {"runs": [run], "ready": ready}
    return {"runs": data.getlist("runs"), "ready": data.get("ready")}


def _marked(ready: bool, count: int) -> str:
    if ready:
        told = ngettext("%(count)s run is marked as ready.", "%(count)s runs are marked as ready.", count)
    else:
        told = ngettext(
            "%(count)s run is not ready any more.", "%(count)s runs are not ready any more.", count
        )
    return told % {"count": count}


def _counts(lines: list[operations.Readiness]) -> dict[str, int]:
    published = [line for line in lines if line.run.state == CourseRun.State.PUBLISHED]
    drafts = [line for line in lines if line.is_draft]
    ready = [line for line in drafts if line.run.publish_with_term]
    return {
        "all": len(lines),
        "published": len(published),
        "ready": len(ready),
        "drafts": len(drafts) - len(ready),
    }


def _remarks(term: Term, lines: list[operations.Readiness], at: datetime) -> list[str]:
    """What somebody should know who looks at the term now."""
    found = []
    if term.copy_date and term.copy_date > term.first_date:
        found.append(_("The copy goes to print after the first day. Usually it is before."))
    waiting = [line for line in lines if line.is_draft and line.run.publish_with_term]
    if term.is_archived:
        found.append(_("This term is archived: nothing of it is published by itself."))
    elif waiting and term.publish_at is None:
        found.append(_("No day of publication has been given, so runs that are ready stay drafts."))
    elif waiting and term.publish_at and term.publish_at <= at:
        found.append(
            ngettext(
                "%(count)s run that is ready could not be published yet. It is tried again all the time; "
                "what is in the way stands beside it.",
                "%(count)s runs that are ready could not be published yet. It is tried again all the time; "
                "what is in the way stands beside them.",
                len(waiting),
            )
            % {"count": len(waiting)}
        )
    return found
