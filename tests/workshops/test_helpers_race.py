"""Several helpers at once, on the configured database: real threads, real connections, real transactions."""

from functools import partial

import pytest

from core.models import OutgoingMail
from tests import factories as make
from tests.workshops.test_race import at_once
from workshops import operations
from workshops.models import HelperShift, Notice
from workshops.rules import NotPossible

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_want_the_last_place_and_one_is_told_that_it_is_taken() -> None:
    session = make.session(helpers_wanted=1, seats_per_helper=4)
    acts = [partial(operations.sign_up, helper=make.helper(), session=session, at=make.NOW) for _ in range(2)]
    results = at_once(acts)
    assert sorted(type(result).__name__ for result in results) == ["HelperShift", "NotPossible"]
    assert session.shifts.count() == 1
    session.refresh_from_db()
    assert session.capacity == 4
    assert OutgoingMail.objects.filter(kind="helper_signed_up").count() == 1


def test_one_helper_who_signs_up_for_two_dates_at_once_gets_one_of_them() -> None:
    mia, sessions = make.helper(), [make.session(helpers_wanted=1) for _ in range(2)]
    results = at_once(
        [partial(operations.sign_up, helper=mia, session=each, at=make.NOW) for each in sessions]
    )
    assert sorted(type(result).__name__ for result in results) == ["HelperShift", "NotPossible"]
    assert mia.shifts.count() == 1


def test_two_take_over_at_once_and_one_has_it() -> None:
    session, mia = make.session(helpers_wanted=1), make.helper()
    operations.sign_up(helper=mia, session=session, at=make.NOW)
    operations.look_for_substitute(helper=mia, session=session, at=make.NOW)
    results = at_once(
        [partial(operations.take_over, helper=make.helper(), session=session, at=make.NOW) for _ in range(2)]
    )
    assert sorted(type(result).__name__ for result in results) == ["HelperShift", "NotPossible"]
    assert session.shifts.filter(state__in=HelperShift.COMING).count() == 1


def test_a_run_is_cancelled_while_helpers_sign_up_and_people_book_and_nobody_waits_in_a_ring() -> None:
    run = make.run(helpers_wanted=3, capacity=8)
    session = make.first(run)
    acts = [partial(operations.cancel_run, run=run, reason="Zu wenige", at=make.NOW, by=None)]
    acts += [
        partial(operations.sign_up, helper=make.helper(), session=session, at=make.NOW) for _ in range(3)
    ]
    acts += [partial(make.book, session, f"Gast {number}") for number in range(4)]
    results = at_once(acts)
    unexpected = [r for r in results if isinstance(r, Exception) and not isinstance(r, NotPossible)]
    assert unexpected == []
    run.refresh_from_db()
    assert run.is_cancelled
    assert Notice.objects.count() == 3
    assert make.taken_matches_rows(run)
