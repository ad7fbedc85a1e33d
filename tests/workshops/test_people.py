"""Changing who comes: names and generations, one more, one fewer. The formula holds, who waits comes first."""

from datetime import timedelta

import pytest

from core.models import AuditEntry, OutgoingMail
from tests import factories as make
from tests.workshops.waiting_list import FAR, full_date, mail_text, offered, wait
from workshops import operations
from workshops.models import Booking, Participant, Seat
from workshops.operations import Full, Guest
from workshops.rules import NotPossible

pytestmark = pytest.mark.django_db

LATER = make.in_minutes(5)


def people(booking: Booking) -> list[Participant]:
    return list(booking.participants.select_related("booking__run", "booking__person").order_by("pk"))


def change(somebody: Participant, **changed: object) -> Participant:
    known = {
        "name": somebody.name,
        "generation_id": somebody.generation_id,
        "is_carer": somebody.is_carer,
        "at": LATER,
    }
    return operations.change_participant(participant=somebody, **{**known, **changed})  # type: ignore[arg-type]


def keep_seats(session: object, generation: object, seats: int) -> None:
    operations.set_pools(
        run=session.run,  # type: ignore[attr-defined]
        pools=[operations.Kept(seats=seats, release_days=7, generation_id=generation.pk)],  # type: ignore[attr-defined]
        at=make.NOW,
        by=None,
    )


class TestChanging:
    def test_another_name_is_told_by_mail_and_noted_without_the_name(self) -> None:
        booking = make.book(make.session(), "Erna Maier")
        change(people(booking)[0], name="Erna Meier")
        assert [one.name for one in people(booking)] == ["Erna Meier"]
        assert "Erna Meier" in mail_text("booking_changed")
        entry = AuditEntry.objects.get(verb="change_participant")
        assert entry.detail == {"changed": ["name"]}

    def test_the_same_twice_changes_and_tells_nothing(self) -> None:
        booking = make.book(make.session(), "Erna Meier")
        for _ in range(2):
            change(people(booking)[0], name="Paul Meier")
        assert OutgoingMail.objects.filter(kind="booking_changed").count() == 1

    def test_nobody_takes_the_name_of_somebody_who_is_on_the_date_already(self) -> None:
        session = make.session()
        make.book(session, "Ida Kunz", email="kunz@example.org")
        booking = make.book(session, "Erna Kunz", "Jan Kunz", email="kunz@example.org")
        for name in ("jan kunz", "IDA KUNZ"):
            with pytest.raises(NotPossible):
                change(people(booking)[0], name=name)

    def test_a_generation_that_takes_seats_kept_for_another_is_refused(self) -> None:
        old, young = make.generation("Ab 60"), make.generation("Junge Menschen")
        session = make.session(first_date=FAR, capacity=2)
        keep_seats(session, young, 1)
        make.book(session, guests=[Guest("Jan Kunz", old.pk)])
        booking = make.book(session, guests=[Guest("Ida Kunz", young.pk)])
        with pytest.raises(NotPossible):
            change(people(booking)[0], generation_id=old.pk)
        assert people(booking)[0].generation_id == young.pk

    def test_a_generation_that_frees_a_seat_passes_it_on(self) -> None:
        old, young = make.generation("Ab 60"), make.generation("Junge Menschen")
        session = make.session(first_date=FAR, capacity=2)
        keep_seats(session, young, 1)
        booking = make.book(session, guests=[Guest("Jan Kunz", old.pk)])
        waits = wait(session, "Erna Meier")
        change(people(booking)[0], generation_id=young.pk)
        waits.refresh_from_db()
        assert waits.state == Booking.State.OFFERED

    def test_somebody_who_only_accompanies_frees_their_seat_and_takes_it_again(self) -> None:
        session = make.session(capacity=2)
        booking = make.book(session, "Erna Meier", "Paul Meier")
        change(people(booking)[1], is_carer=True)
        session.refresh_from_db()
        assert session.seats_taken == 1
        change(people(booking)[1], is_carer=False)
        session.refresh_from_db()
        assert session.seats_taken == 2
        assert make.taken_matches_rows(session.run)

    def test_a_companion_without_a_seat_gets_none_where_all_are_taken(self) -> None:
        session = make.session(capacity=2)
        booking = make.book(session, guests=[Guest("Erna Meier"), Guest("Paul Meier", is_carer=True)])
        make.book(session)
        with pytest.raises(Full):
            change(people(booking)[1], is_carer=False)
        assert people(booking)[1].is_carer

    def test_the_only_one_with_a_seat_cannot_give_it_up(self) -> None:
        booking = make.book(make.session(), guests=[Guest("Erna Meier"), Guest("Paul Meier", is_carer=True)])
        with pytest.raises(NotPossible):
            change(people(booking)[0], is_carer=True)


class TestOneMore:
    def test_they_get_a_seat_on_every_date_to_come_and_none_on_one_that_has_begun(self) -> None:
        run = make.run(booking_mode="series", join_late=True)
        booking = make.book_series(run, "Erna Meier")
        first = make.first(run)
        added = operations.add_companion(
            booking=booking, guest=Guest("Paul Meier"), at=first.starts_at + timedelta(hours=1)
        )
        assert added.seats.count() == 2
        assert not added.seats.filter(session=first).exists()
        assert make.taken_matches_rows(run)
        assert "Paul Meier" in mail_text("booking_changed")

    def test_they_do_not_fit_where_all_seats_are_taken(self) -> None:
        _session, [booking] = full_date()
        with pytest.raises(Full):
            operations.add_companion(booking=booking, guest=Guest("Paul Meier"), at=LATER)
        assert len(people(booking)) == 1

    def test_whoever_waits_is_offered_a_free_seat_first(self) -> None:
        session = make.session(first_date=FAR, capacity=2)
        booking = make.book(session, "Erna Meier")
        other = make.book(session, "Jan Kunz")
        waits = wait(session, "Ida Kunz")
        type(session).objects.filter(pk=session.pk).update(capacity=2)
        operations.cancel_booking(booking=other, at=LATER)
        with pytest.raises(Full):
            operations.add_companion(booking=booking, guest=Guest("Paul Meier"), at=LATER)
        waits.refresh_from_db()
        assert waits.state == Booking.State.OFFERED

    def test_no_more_come_with_one_booking_than_the_run_allows(self) -> None:
        booking = make.book(make.session(most_per_booking=1), "Erna Meier")
        with pytest.raises(NotPossible):
            operations.add_companion(booking=booking, guest=Guest("Paul Meier"), at=LATER)
        carer = Guest("Paul Meier", is_carer=True)
        operations.add_companion(booking=booking, guest=carer, at=LATER)
        assert [one.is_carer for one in people(booking)] == [False, True]

    def test_a_party_that_waits_grows_and_keeps_its_place_up_to_all_seats_there_are(self) -> None:
        session, _ = full_date(2)
        first = wait(session, "Erna Meier")
        wait(session, "Jan Kunz", at=LATER)
        operations.add_companion(booking=first, guest=Guest("Paul Meier"), at=LATER)
        first.refresh_from_db()
        assert (first.place_in_line(), first.waiting_since) == (1, make.NOW)
        with pytest.raises(NotPossible):
            operations.add_companion(booking=first, guest=Guest("Ida Kunz"), at=LATER)

    def test_a_series_that_cannot_be_joined_late_takes_nobody_more_after_its_start(self) -> None:
        run = make.run(booking_mode="series")
        booking = make.book_series(run, "Erna Meier")
        with pytest.raises(NotPossible):
            operations.add_companion(booking=booking, guest=Guest("Paul Meier"), at=make.first(run).starts_at)


class TestOneFewer:
    def test_the_seat_goes_to_whoever_waits_and_nothing_stays_of_them(self) -> None:
        session = make.session(first_date=FAR, capacity=2)
        booking = make.book(session, guests=[Guest("Erna Meier"), Guest("Paul Meier", need="Rampe")])
        waits = wait(session, "Ida Kunz")
        assert operations.remove_participant(participant=people(booking)[1], at=LATER)
        waits.refresh_from_db()
        assert waits.state == Booking.State.OFFERED
        assert [one.name for one in people(booking)] == ["Erna Meier"]
        assert "Paul" not in mail_text("booking_changed")
        session.refresh_from_db()
        assert session.seats_taken == 2

    def test_twice_is_as_good_as_once(self) -> None:
        booking = make.book(make.session(), "Erna Meier", "Paul Meier")
        paul = people(booking)[1]
        twin = people(booking)[1]
        assert operations.remove_participant(participant=paul, at=LATER)
        assert not operations.remove_participant(participant=twin, at=LATER)
        assert OutgoingMail.objects.filter(kind="booking_changed").count() == 1

    def test_the_last_one_with_a_seat_stays(self) -> None:
        booking = make.book(make.session(), guests=[Guest("Erna Meier"), Guest("Paul Meier", is_carer=True)])
        with pytest.raises(NotPossible):
            operations.remove_participant(participant=people(booking)[0], at=LATER)
        operations.remove_participant(participant=people(booking)[1], at=LATER)
        assert [one.name for one in people(booking)] == ["Erna Meier"]

    def test_a_date_that_has_begun_keeps_its_seat_and_the_others_are_free(self) -> None:
        run = make.run(booking_mode="series", join_late=True)
        booking = make.book_series(run, "Erna Meier", "Paul Meier")
        first = make.first(run)
        at = first.starts_at + timedelta(hours=1)
        paul = people(booking)[1]
        operations.remove_participant(participant=paul, at=at)
        assert list(paul.seats.filter(state=Seat.State.BOOKED).values_list("session", flat=True)) == [
            first.pk
        ]
        assert make.taken_matches_rows(run)
        assert "Paul" not in mail_text("booking_changed")
        with pytest.raises(NotPossible):
            operations.remove_participant(participant=people(booking)[0], at=at)
        back = operations.add_companion(booking=booking, guest=Guest("Paul Meier"), at=at)
        assert back.seats.count() == 2

    def test_a_smaller_party_that_waits_is_offered_what_fits_it_now(self) -> None:
        session, [first, _second] = full_date(2)
        waits = wait(session, "Erna Meier", "Paul Meier")
        operations.cancel_booking(booking=first, at=LATER)
        operations.remove_participant(participant=people(waits)[1], at=LATER)
        waits.refresh_from_db()
        assert waits.state == Booking.State.OFFERED
        session.refresh_from_db()
        assert session.seats_taken == 2


@pytest.mark.parametrize("what", ["offered", "held", "cancelled", "begun", "group"])
def test_nobody_is_changed_where_that_would_surprise(what: str) -> None:
    at = LATER
    if what == "offered":
        booking = offered("Erna Meier", "Paul Meier")
    elif what == "group":
        booking = make.book(
            make.session(groups="book"), guests=[Guest(""), Guest("")], contact="Frau Lehr", group_name="3b"
        )
    else:
        booking = make.book(make.session(hold_until_confirmed=what == "held"), "Erna Meier", "Paul Meier")
        if what == "cancelled":
            operations.cancel_booking(booking=booking, at=make.NOW)
        if what == "begun":
            at = booking.run.sessions.get().starts_at
    one = people(booking)[1]
    before = [(p.name, p.is_carer) for p in people(booking)]
    for act in (
        lambda: change(one, name="Ida Kunz", at=at),
        lambda: operations.remove_participant(participant=one, at=at),
        lambda: operations.add_companion(booking=booking, guest=Guest("Ida Kunz"), at=at),
    ):
        with pytest.raises(NotPossible):
            act()
    assert [(p.name, p.is_carer) for p in people(booking)] == before


def test_who_waited_says_whether_to_be_asked_for_the_next_run() -> None:
    session, _ = full_date()
    booking = wait(session)
    for wants in (False, False, True):
        operations.want_next_run(booking=booking, wants=wants, at=LATER)
        booking.refresh_from_db()
        assert booking.wants_next_run is wants
    assert AuditEntry.objects.filter(verb="want_next_run").count() == 2
    with pytest.raises(NotPossible):
        operations.want_next_run(booking=make.book(make.session()), wants=False, at=LATER)
