"""Who has been told: a mail that came back told nobody; a call that reached somebody did."""

from datetime import date, datetime, timedelta

import pytest

from core import bounces, mail
from core.bounces import Kind
from core.models import OutgoingMail
from tests import factories as make
from workshops import calls, due
from workshops.models import Booking, Call
from workshops.reached import called_at, mailed_at, undelivered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

DAY = date(2027, 2, 10)
KINDS = ("coming", "coming_again")


def local(day: int, hour: int = 8) -> datetime:
    return datetime(2027, 2, day, hour, tzinfo=make.BERLIN)


def asked() -> Booking:
    """Somebody who was asked on 3 February whether they come on the tenth, and once more on the fifth."""
    booking = make.book(make.session(first_date=DAY, asks_to_confirm=True))
    for at in (local(3), local(5)):
        due.ask_whether_coming(at)
        mail.send_due(at)
    return booking


def come_back(booking: Booking, *kinds: str, kind: Kind = Kind.PERMANENT) -> None:
    for row in OutgoingMail.objects.filter(subject_id=str(booking.public_id), kind__in=kinds):
        bounces.record(message_id=row.message_id, kind=kind, reason="", at=local(6))


def told_at(booking: Booking) -> datetime | None:
    return mailed_at(booking, kinds=KINDS, since=local(1))


def keeps_the_seat(booking: Booking) -> bool:
    for at in (local(7), local(8), local(9)):
        due.pass_silent_on(at)
    booking.refresh_from_db()
    return booking.state == Booking.State.CONFIRMED


def test_a_mail_that_was_handed_over_reached_them() -> None:
    booking = asked()
    assert told_at(booking) == local(3)
    assert not keeps_the_seat(booking)


def test_a_mail_that_came_back_reached_nobody_and_they_are_called() -> None:
    booking = asked()
    come_back(booking, *KINDS)
    assert told_at(booking) is None
    assert set(undelivered().filter(kind__in=KINDS).values_list("kind", flat=True)) == set(KINDS)
    assert [one.booking for one in calls.to_call(local(7))] == [booking]
    assert keeps_the_seat(booking)


def test_where_the_reminder_came_back_nobody_was_reminded_and_they_keep_the_seat() -> None:
    booking = asked()
    come_back(booking, "coming_again")
    assert told_at(booking) == local(3)
    assert keeps_the_seat(booking)


def test_where_the_first_mail_came_back_the_time_to_answer_begins_with_the_second() -> None:
    booking = asked()
    come_back(booking, "coming")
    assert told_at(booking) == local(5)
    assert due.pass_silent_on(local(7)) == 0
    assert due.pass_silent_on(local(8)) == 1


def test_a_mail_that_is_late_has_not_come_back() -> None:
    booking = asked()
    come_back(booking, *KINDS, kind=Kind.TEMPORARY)
    assert told_at(booking) == local(3)
    assert not undelivered().exists()


def test_a_mail_of_another_kind_or_from_before_tells_nothing_of_this() -> None:
    booking = asked()
    assert mailed_at(booking, kinds=["reminder"], since=local(1)) is None
    assert mailed_at(booking, kinds=KINDS, since=local(6)) is None
    assert mailed_at(make.book(make.session()), kinds=KINDS, since=local(1)) is None


def test_a_call_reached_them_only_where_somebody_answered() -> None:
    booking = asked()
    about = Call.About.COMING
    Call.objects.create(booking=booking, about=about, reached=False, at=local(4))
    assert called_at(booking, about=about, since=local(3)) is None
    for hour in (10, 9):
        Call.objects.create(booking=booking, about=about, reached=True, at=local(4, hour))
    assert called_at(booking, about=about, since=local(3)) == local(4, 9)
    assert called_at(booking, about=about, since=local(4, 10) + timedelta(seconds=1)) is None
    assert called_at(booking, about=Call.About.NOTICE, since=local(3)) is None
