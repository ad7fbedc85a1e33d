"""Runs read from a spreadsheet: template → file → every fault, or every date → operation."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from timetable.zone import local_date
from workshops import operations
from workshops.admin.base import TeamView
from workshops.admin.copying import conflict_lines
from workshops.admin.runs import MEDIA
from workshops.operations.importing import lists_of_names
from workshops.programme import rule_sentence
from workshops.rules import NotPossible
from workshops.spreadsheets import template
from workshops.spreadsheets.reading import read_sheet
from workshops.spreadsheets.rows import Reading, read_rows
from workshops.spreadsheets.sheet import MOST_BYTES, Cell, Line, Sheet, UnreadableSheet

MOST_FAULTS = 200
"""So many faults are told at once; with more, something is wrong with the whole list."""
EXAMPLE_AHEAD = timedelta(weeks=8)
_SALT = "workshops.run-import"
_MINUTES = 60


class ImportForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Spreadsheet (.xlsx or .csv)"),
        help_text=gettext_lazy(
            "At most 500 rows and 2 MB. Nothing is saved before you have seen everything."
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
        error_messages={
            "required": gettext_lazy("Please choose a file."),
            "empty": gettext_lazy("There is nothing in this file."),
        },
    )


class RunImportView(TeamView):
    """Nothing is kept between the steps: the cells travel in the form, signed, and are checked anew."""

    permission_required = "add"
    template_name = "workshops/admin/run_import.html"
    page_title = gettext_lazy("Read runs from a spreadsheet")
    header_icon = "upload"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, media=MEDIA, form=ImportForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        if "cells" in request.POST:
            return self._save(request)
        form = ImportForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(request, status=422, media=MEDIA, form=form)
        try:
            sheet = read_sheet(form.cleaned_data["file"].read(MOST_BYTES + 1))
            reading = read_rows(sheet)
        except UnreadableSheet as problem:
            form.add_error("file", problem.sentence)
            return self.show(request, status=422, media=MEDIA, form=form)
        return self._report(sheet, reading)

    def _report(self, sheet: Sheet, reading: Reading, *, status: int = 0) -> HttpResponse:
        """Everything about the file: its faults, and what each row without one would become."""
        checked = operations.check_rows(reading.rows, at=timezone.now())
        faults = [*reading.faults, *checked.faults]
        lines = zip(checked.drafts, conflict_lines(checked.drafts), strict=True)
        return self.show(
            self.request,
            status=status or (422 if faults else 200),
            media=MEDIA,
            form=ImportForm(),
            sheet=sheet,
            rows=len(reading.rows),
            faults=faults[:MOST_FAULTS],
            more_faults=len(faults[MOST_FAULTS:]),
            drafts=[
                {"draft": draft, "sentence": rule_sentence(draft.schedule), "conflicts": found, "more": more}
                for draft, (found, more) in lines
            ],
            with_conflicts=sum(bool(draft.conflicts) for draft in checked.drafts),
            packed="" if faults else self._pack(sheet),
        )

    def _save(self, request: HttpRequest) -> HttpResponse:
        try:
            sheet = self._unpack(request.POST["cells"])
            reading = read_rows(sheet)
        except (signing.BadSignature, UnreadableSheet):
            messages.error(request, _("This page has become too old. Please choose the file once more."))
            return redirect("courserun:import")
        try:
            if reading.faults:
                raise operations.ImportHasFaults
            made = operations.import_runs(rows=reading.rows, at=timezone.now(), by=request.user)
        except NotPossible as problem:
            messages.error(request, problem.sentence)
            return self._report(sheet, read_rows(sheet), status=409)
        told = ngettext(
            "%(count)s run has been made as a draft.", "%(count)s runs have been made as drafts.", len(made)
        )
        messages.success(request, told % {"count": len(made)})
        return redirect(f"{reverse('courserun:index')}?state=draft")

    def _pack(self, sheet: Sheet) -> str:
        lines = [(line.number, [list(cell) for cell in line.cells]) for line in sheet.lines]
        packed = {"name": sheet.name, "lines": lines, "by": self.request.user.pk}
        return signing.dumps(packed, salt=_SALT, compress=True)

    def _unpack(self, text: str) -> Sheet:
        """Raises BadSignature for what this page has not made, and PermissionDenied for what it made for another."""
        packed: dict[str, Any] = signing.loads(text, salt=_SALT, max_age=_MINUTES * 60)
        if packed["by"] != self.request.user.pk:
            raise PermissionDenied
        lines = [Line(number, tuple(Cell(*cell) for cell in cells)) for number, cells in packed["lines"]]
        return Sheet(tuple(lines), packed["name"])


class ImportTemplateView(TeamView):
    """The list to fill in, with the names of what there is now."""

    permission_required = "add"

    def get(self, request: HttpRequest, kind: str) -> HttpResponse:
        if kind not in ("xlsx", "csv"):
            raise Http404
        lists = lists_of_names()
        example = template.example(lists, first_date=local_date(timezone.now()) + EXAMPLE_AHEAD)
        if kind == "csv":
            content, content_type = template.as_csv(example), "text/csv; charset=utf-8"
        else:
            content = template.as_workbook(example, lists)
            content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        headers = {"Cache-Control": "no-store"}
        if attachment := content_disposition_header(True, f"{_('runs')}.{kind}"):
            headers["Content-Disposition"] = attachment
        return HttpResponse(content, content_type=content_type, headers=headers)
