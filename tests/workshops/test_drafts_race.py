"""Two editors make the same drafts at the same moment: real threads, real transactions."""

from datetime import date
from functools import partial

import pytest

from tests import factories as make
from tests.workshops.sheets import row, separated
from tests.workshops.test_race import at_once
from workshops import operations
from workshops.models import CourseRun, RunChange
from workshops.spreadsheets.reading import read_sheet
from workshops.spreadsheets.rows import read_rows

pytestmark = pytest.mark.django_db(transaction=True)

EDITORS = 4


def test_a_list_read_in_by_four_at_once_is_there_once() -> None:
    make.course("Tablet für Neugierige")
    make.room(name="Saal")
    headings, cells = row()
    content = separated([headings, cells, ["W27-2", *cells[1:]]])

    def act() -> list[CourseRun]:
        rows = read_rows(read_sheet(content)).rows
        return operations.import_runs(rows=rows, at=make.NOW, by=None)

    results = at_once([act] * EDITORS)
    refused = [r for r in results if isinstance(r, (operations.NumberTaken, operations.ImportHasFaults))]
    assert len(refused) == EDITORS - 1, results
    assert sorted(CourseRun.objects.values_list("number", flat=True)) == ["W27-1", "W27-2"]
    assert RunChange.objects.count() == 2


def test_a_run_copied_by_four_at_once_is_copied_once() -> None:
    run = make.run(number="W27-1")
    wish = {
        "runs": [run.pk],
        "origin": date(2027, 1, 13),
        "start": date(2027, 9, 6),
        "term": None,
        "at": make.NOW,
    }
    (copy,) = operations.plan_copies(**wish)
    act = partial(operations.copy_runs, **wish, numbers={run.pk: "W27-2"}, seen={run.pk: copy.seen}, by=None)
    results = at_once([act] * EDITORS)
    assert sum(isinstance(result, operations.NumberTaken) for result in results) == EDITORS - 1, results
    assert CourseRun.objects.filter(number="W27-2").count() == 1
