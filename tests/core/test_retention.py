"""What people told us has an end, and nobody needs to remember it."""

import json
from datetime import datetime, timedelta

import pytest
from django.apps import apps
from django.core.checks import Error
from django.db import models
from django.test import Client
from django.urls import reverse

from core import due, retention
from core.checks import personal_data_has_an_end
from core.models import AuditEntry, OutgoingMail
from core.retention import Retention, declared
from tests import factories as make
from workshops import operations
from workshops.models import AccessNeed, Booking, Participant, Person, Seat, Session
from workshops.operations import Guest
from workshops.retention import BOOKINGS_KEPT, NEEDS_KEPT, erase_booking

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
OUR_APPS = ("core", "accounts", "places", "showroom", "workshops", "home", "demo")


def booked_with_need(session: Session, *, email: str = "erna@example.org") -> Booking:
    guests = [Guest("Erna Xylander", need="Rollstuhl"), Guest("Paul Xylander")]
    return make.book(session, guests=guests, email=email)


def erased(booking: Booking) -> bool:
    booking.refresh_from_db()
    return booking.erased_at is not None


# When -------------------------------------------------------------------------------------------------


def test_what_to_prepare_is_erased_seven_days_after_the_date_and_the_rest_stays() -> None:
    session = make.session()
    booking = booked_with_need(session)
    due.do_all(at=session.ends_at + NEEDS_KEPT)
    assert AccessNeed.objects.count() == 1
    due.do_all(at=session.ends_at + NEEDS_KEPT + SECOND)
    assert not AccessNeed.objects.exists()
    assert not erased(booking)
    assert Person.objects.get().name == "Erna Xylander"


def test_names_addresses_and_mails_are_erased_ninety_days_after_the_date() -> None:
    session = make.session()
    booking = booked_with_need(session)
    due.do_all(at=session.ends_at + BOOKINGS_KEPT)
    assert not erased(booking)
    due.do_all(at=session.ends_at + BOOKINGS_KEPT + SECOND)
    assert erased(booking)
    assert booking.person is None
    assert not Person.objects.exists()
    assert set(Participant.objects.values_list("name", flat=True)) == {""}
    assert not OutgoingMail.objects.filter(subject_id=str(booking.public_id)).exists()


def test_the_time_counts_from_the_last_date_of_a_series() -> None:
    run = make.run(booking_mode="series")
    booking = make.book_series(run, guests=[Guest("Erna Xylander", need="Rollstuhl")])
    ends = [session.ends_at for session in run.sessions.order_by("starts_at")]
    due.do_all(at=ends[0] + NEEDS_KEPT + SECOND)
    assert AccessNeed.objects.count() == 1
    due.do_all(at=ends[-1] + NEEDS_KEPT + SECOND)
    assert not AccessNeed.objects.exists()
    due.do_all(at=ends[0] + BOOKINGS_KEPT + SECOND)
    assert not erased(booking)
    due.do_all(at=ends[-1] + BOOKINGS_KEPT + SECOND)
    assert erased(booking)


def test_the_time_counts_from_where_a_date_was_moved_to() -> None:
    session = make.session()
    booking = booked_with_need(session)
    later = timedelta(days=30)
    operations.move_session(
        session=session,
        starts_at=session.starts_at + later,
        ends_at=session.ends_at + later,
        room=session.room,
        reason="Umbau",
        at=make.NOW,
        by=None,
    )
    due.do_all(at=session.ends_at + BOOKINGS_KEPT + SECOND)
    assert not erased(booking)


def test_a_cancelled_booking_is_kept_so_long_after_it_was_cancelled() -> None:
    session = make.session(first_date=make.NOW.date() + timedelta(days=300))
    booking = booked_with_need(session)
    operations.cancel_booking(booking=booking, at=make.NOW)
    due.do_all(at=make.NOW + NEEDS_KEPT + SECOND)
    assert not AccessNeed.objects.exists()
    assert not erased(booking)
    due.do_all(at=make.NOW + BOOKINGS_KEPT + SECOND)
    assert erased(booking)


def test_a_hold_that_ran_out_and_one_that_nobody_confirmed_are_erased_too() -> None:
    session = make.session(hold_until_confirmed=True)
    run_out = booked_with_need(session)
    by_phone = make.book(session, "Ida Kunz", email="", phone="+495123456")
    at = session.ends_at + BOOKINGS_KEPT + SECOND
    due.do_all(at=make.NOW + timedelta(days=3))
    due.do_all(at=at)
    assert erased(run_out)
    assert erased(by_phone)
    assert not Person.objects.exists()


def test_somebody_with_a_later_booking_stays_reachable() -> None:
    early = make.session()
    late = make.session(first_date=early.starts_at.date() + timedelta(days=60))
    first, second = booked_with_need(early), booked_with_need(late)
    assert first.person == second.person
    due.do_all(at=early.ends_at + BOOKINGS_KEPT + SECOND)
    assert erased(first)
    assert not erased(second)
    assert second.person is not None
    assert second.participants.filter(name="Erna Xylander").exists()


# What stays -------------------------------------------------------------------------------------------


def test_the_numbers_stay() -> None:
    session = make.session()
    booking = booked_with_need(session)
    due.do_all(at=session.ends_at + BOOKINGS_KEPT + SECOND)
    assert Booking.objects.filter(pk=booking.pk, state=Booking.State.CONFIRMED).count() == 1
    assert Participant.objects.count() == 2
    assert Seat.objects.filter(session=session, state=Seat.State.BOOKED).count() == 2
    session.refresh_from_db()
    assert session.seats_taken == 2
    assert make.taken_matches_rows(session.run)


def test_erasing_twice_changes_nothing() -> None:
    session = make.session()
    booking = booked_with_need(session)
    at = session.ends_at + BOOKINGS_KEPT + SECOND
    assert erase_booking(booking_id=booking.pk, at=at)
    assert not erase_booking(booking_id=booking.pk, at=at + timedelta(days=1))
    booking.refresh_from_db()
    assert (booking.erased_at, booking.link_version) == (at, 2)
    assert due.do_all(at=at + SECOND)["retention"] == 0


def test_the_link_stops_working(client: Client) -> None:
    session = make.session()
    booking = booked_with_need(session)
    names = ("workshops:booking", "workshops:booking_cancel", "workshops:booking_ics")
    addresses = [reverse(name, args=[booking.public_id, booking.token]) for name in names]
    assert [client.get(address).status_code for address in addresses] == [200] * 3
    due.do_all(at=session.ends_at + BOOKINGS_KEPT + SECOND)
    assert [client.get(address).status_code for address in addresses] == [404] * 3
    booking.refresh_from_db()
    assert booking.token not in addresses[0]


def test_notes_of_mails_go_after_ninety_days_and_waiting_ones_are_not_lost() -> None:
    make.book(make.session())
    make.book(make.session())
    sent, still_waiting = OutgoingMail.objects.order_by("pk")
    OutgoingMail.objects.filter(pk=sent.pk).update(state=OutgoingMail.State.SENT, content=None)
    OutgoingMail.objects.update(subject_id="")  # told of something that no booking's erasure reaches
    retention.erase_due(make.NOW + timedelta(days=90))
    assert OutgoingMail.objects.count() == 2
    retention.erase_due(make.NOW + timedelta(days=90) + SECOND)
    assert OutgoingMail.objects.get() == still_waiting


def test_the_audit_log_is_kept_for_a_year() -> None:
    make.session()
    retention.erase_due(make.NOW + timedelta(days=365))
    assert AuditEntry.objects.exists()
    retention.erase_due(make.NOW + timedelta(days=365) + SECOND)
    assert not AuditEntry.objects.exists()


def test_one_kind_that_cannot_be_erased_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(at: datetime) -> int:
        raise RuntimeError("broken on purpose")

    first = Retention(models=(Seat,), purpose="", kept="", erase=broken)
    monkeypatch.setattr(retention, "_declared", [first, *retention._declared])
    session = make.session()
    booking = booked_with_need(session)
    assert due.do_all(at=session.ends_at + BOOKINGS_KEPT + SECOND)["retention"] == -1
    assert erased(booking)


# Declared ---------------------------------------------------------------------------------------------

TELLING = {"name", "email", "phone", "recipient", "text", "street", "first_name", "last_name", "content"}
"""Fields by which a person might be known or described."""

NOT_ABOUT_VISITORS = {
    # Words, places and the house itself.
    "core.Topic",
    "core.Generation",
    "core.HouseSettings",
    "places.Venue",
    "places.Room",
    "places.Closure",
    "places.Equipment",
    "places.RoomUse",
    "workshops.Term",
    "workshops.RunQuestion",
    "workshops.RunChoice",
    "showroom.Station",
    # The team, for as long as they belong to it: ended by hand.
    "accounts.User",
    "workshops.Facilitator",
}


def test_every_model_with_names_says_why_and_until_when() -> None:
    silent = {
        model._meta.label
        for model in apps.get_models()
        if model._meta.app_label in OUR_APPS
        and model not in declared()
        and any(
            field.name in TELLING
            and isinstance(field, (models.CharField, models.TextField, models.BinaryField))
            for field in model._meta.local_fields
        )
    }
    assert silent == NOT_ABOUT_VISITORS


def test_every_declaration_has_a_purpose_and_a_time() -> None:
    assert {Person, Booking, Participant, AccessNeed, OutgoingMail, AuditEntry} <= set(declared())
    assert all(each.purpose and each.kept for each in declared().values())


def test_a_model_with_personal_data_and_no_declaration_fails_the_check(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert personal_data_has_an_end() == []
    kept = [each for each in retention._declared if AccessNeed not in each.models]
    monkeypatch.setattr(retention, "_declared", kept)
    [problem] = personal_data_has_an_end()
    assert isinstance(problem, Error)
    assert problem.id == "core.E001"
    assert "workshops.AccessNeed" in problem.msg


# The audit log ----------------------------------------------------------------------------------------

ODD = ["Xaverine Quastenflosser", "Ödön „Ötzi“ O'Dingsbums", 'x"}, {"y": "Zwirbelbart']
NEED = "Sauerstoffgerät Typ Wolpertinger"


def test_no_audit_row_holds_a_name_an_address_or_what_to_prepare() -> None:
    user = make.staff("Kursteam")
    hold = make.session(hold_until_confirmed=True)
    plain = make.session(hold_until_confirmed=False)
    guests = [Guest(name, need=NEED) for name in ODD]
    told = {"guests": guests, "email": "quastenflosser@example.org"}
    waiting, lapsed = (
        make.book(hold, **told),
        make.book(hold, email="wolpertinger@example.org", guests=guests),
    )
    firm = make.book(plain, **told)
    by_phone = make.book(plain, guests=guests, email="", phone="+4951239876543")
    operations.confirm_booking(booking=waiting, at=make.NOW)
    notice = operations.move_session(
        session=plain,
        starts_at=plain.starts_at + timedelta(days=1),
        ends_at=plain.ends_at + timedelta(days=1),
        room=plain.room,
        reason="Quastenflosser ist krank",
        at=make.NOW,
        by=user,
    )
    operations.undo_notice(notice=notice, at=make.NOW, by=user)
    operations.cancel_session(session=plain, reason="Quastenflosser ist krank", at=make.NOW, by=user)
    due.do_all(at=make.in_minutes(15))
    operations.cancel_booking(booking=firm, at=make.in_minutes(20))
    operations.cancel_booking(booking=by_phone, at=make.in_minutes(20), by=user)
    due.do_all(at=make.NOW + timedelta(days=2))
    due.do_all(at=make.NOW + timedelta(days=200))

    verbs = set(AuditEntry.objects.values_list("verb", flat=True))
    assert verbs >= {
        "book",
        "confirm_booking",
        "cancel_booking",
        "expire_hold",
        "move_session",
        "undo_moved",
        "cancel_session",
        "send_notice",
        "erase_booking",
    }
    lapsed.refresh_from_db()
    assert lapsed.state == Booking.State.EXPIRED
    rows = json.dumps(list(AuditEntry.objects.values()), default=str, ensure_ascii=False).casefold()
    rows += " ".join(str(entry) for entry in AuditEntry.objects.all()).casefold()
    for word in (*" ".join([*ODD, NEED]).split(), "example.org", "9876543", "krank", *codes()):
        if len(word) > 3:
            assert word.casefold() not in rows, word


def codes() -> list[str]:
    return list(Booking.objects.values_list("code", flat=True))


def test_audit_rows_say_who_it_was_by_key_only() -> None:
    user = make.staff("Kursteam")
    booking = make.book(make.session())
    operations.cancel_booking(booking=booking, at=make.NOW, by=user)
    by_visitor = AuditEntry.objects.get(verb="book")
    by_staff = AuditEntry.objects.get(verb="cancel_booking")
    assert (by_visitor.actor, by_visitor.user) == ("visitor", None)
    assert (by_staff.actor, by_staff.user) == ("staff", user)
    assert by_staff.subject_id == str(booking.public_id)


def test_no_label_of_a_row_holds_a_name() -> None:
    """Wagtail's log keeps labels for ever."""
    booking = booked_with_need(make.session())
    need = AccessNeed.objects.get()
    mail = OutgoingMail.objects.get()
    rows = [
        booking,
        booking.person,
        *booking.participants.all(),
        need,
        mail,
        *Seat.objects.all(),
        make.facilitator(),
    ]
    labels = " ".join(str(row) for row in rows)
    for word in ("Xylander", "Erna", "Rollstuhl", "example.org", "Brandt"):
        assert word not in labels
