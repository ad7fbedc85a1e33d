"""Old and young in pairs: matching, a partner lost, and seats kept for the one who stays."""

from collections.abc import Iterator

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core.models import Generation, OutgoingMail
from tests import factories as make
from tests.factories import NOW
from workshops import operations
from workshops.matching import Alone, pairs
from workshops.models import Booking, CourseRun, Participant, RunQuestion, Tandem
from workshops.operations import Charge, Full, Guest
from workshops.partners import partners_of
from workshops.rules import NotPossible

sides = st.lists(
    st.builds(Alone, st.integers(), st.integers(1, 9), st.frozensets(st.sampled_from("abc"))), max_size=6
)


@given(sides, sides)
def test_as_many_pairs_as_there_can_be_and_nobody_twice(old: list[Alone], young: list[Alone]) -> None:
    old = [Alone(n, one.party, one.traits) for n, one in enumerate(old)]
    young = [Alone(100 + n, one.party, one.traits) for n, one in enumerate(young)]
    made = pairs(old, young)
    assert len(made) == min(len(old), len(young))
    assert len({one.key for pair in made for one in pair}) == 2 * len(made)
    assert all(one in old and other in young for one, other in made)


def test_who_came_together_stays_together() -> None:
    granny, child = Alone(1, 7), Alone(2, 7)
    assert (granny, child) in pairs([Alone(3, 1), granny], [Alone(4, 2), child])


def test_who_shares_most_is_chosen_and_among_equals_who_came_first() -> None:
    erna = Alone(1, 1, frozenset({"de", "android"}))
    first, second = Alone(2, 2, frozenset({"de"})), Alone(3, 3, frozenset({"de", "android"}))
    assert pairs([erna], [first, second]) == [(erna, second)]
    assert pairs([erna], [first, Alone(4, 4, frozenset({"de"}))]) == [(erna, first)]


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def generations(db: None) -> dict[str, Generation]:
    made = {"old": make.generation("Ab 60"), "young": make.generation("Junge Menschen")}
    for side, generation in made.items():
        generation.side = side
        generation.save()
    return made


@pytest.fixture
def run(generations: dict[str, Generation]) -> CourseRun:
    return make.run(rule="", is_tandem=True, capacity=4)


def come(run: CourseRun, generations: dict[str, Generation], *who: str, **fields: object) -> Booking:
    """Somebody of each of these sides, in one booking."""
    guests = [
        Guest(name=f"{side} {make.next_number()}", generation_id=generations[side].pk, **fields)
        for side in who
    ]
    return make.book(make.first(run), guests=guests)


def partner_of(booking: Booking) -> Participant | None:
    somebody = booking.participants.get()
    tandem = Tandem.objects.filter(ended_at=None, old=somebody).first()
    if tandem:
        return tandem.young
    tandem = Tandem.objects.filter(ended_at=None, young=somebody).first()
    return tandem.old if tandem else None


def mails(booking: Booking) -> list[str]:
    found = OutgoingMail.objects.filter(subject_id=str(booking.public_id)).order_by("pk")
    return list(found.values_list("kind", flat=True))


def test_old_and_young_who_come_alone_are_matched_and_told_a_first_name(
    run: CourseRun, generations: dict[str, Generation]
) -> None:
    old = come(run, generations, "old")
    assert partner_of(old) is None
    assert mails(old) == ["booking_confirmed"]
    young = come(run, generations, "young")
    assert partner_of(old) == young.participants.get()
    assert mails(old)[-1] == mails(young)[-1] == "tandem_found"
    assert [partner.first_name for partner in partners_of(old)] == ["young"]


def test_a_pair_stays_a_pair_and_needs_no_letter(run: CourseRun, generations: dict[str, Generation]) -> None:
    pair = come(run, generations, "old", "young")
    assert Tandem.objects.get().came_together
    assert mails(pair) == ["booking_confirmed"]


def test_each_side_has_half_of_the_seats(run: CourseRun, generations: dict[str, Generation]) -> None:
    come(run, generations, "old")
    come(run, generations, "old")
    with pytest.raises(Full):
        come(run, generations, "old")
    come(run, generations, "young")
    assert Tandem.objects.count() == 1


def test_cancelling_one_of_a_tandem_keeps_the_partner_and_matches_them_again(
    run: CourseRun, generations: dict[str, Generation]
) -> None:
    first, second = come(run, generations, "old"), come(run, generations, "old")
    young = come(run, generations, "young")
    assert partner_of(first)
    assert not partner_of(second)
    operations.cancel_booking(booking=first, at=NOW)
    young.refresh_from_db()
    assert young.state == Booking.State.CONFIRMED
    assert partner_of(young) == second.participants.get()
    assert mails(young)[-1] == mails(second)[-1] == "tandem_found"


def test_who_loses_a_partner_is_told_and_somebody_new_is_found_before_the_seat_is_given_away(
    run: CourseRun, generations: dict[str, Generation]
) -> None:
    old, young = come(run, generations, "old"), come(run, generations, "young")
    come(run, generations, "old", "young")
    session = make.first(run)
    waiting = {
        side: operations.join_waiting_list(
            run=run,
            session=session,
            party=make.party(
                guests=[Guest(name=f"Wartend {side}", generation_id=generations[side].pk)],
                email=f"{side}@example.org",
            ),
            at=NOW,
        )
        for side in ("young", "old")
    }
    operations.cancel_booking(booking=old, at=NOW)
    assert mails(young)[-1] == "tandem_lost"
    states = {side: Booking.objects.get(pk=booking.pk).state for side, booking in waiting.items()}
    assert states == {"young": Booking.State.WAITING, "old": Booking.State.OFFERED}
    operations.accept_offer(booking=waiting["old"], at=NOW)
    assert partner_of(young) == waiting["old"].participants.get()
    assert make.taken_matches_rows(run)


def test_who_answers_alike_learns_together(run: CourseRun, generations: dict[str, Generation]) -> None:
    question = RunQuestion.objects.create(run=run, text="Was bringen Sie mit?")
    android, iphone = (question.choices.create(text=text) for text in ("Android", "iPhone"))
    come(run, generations, "old", choices=[android.pk])
    second = come(run, generations, "old", choices=[iphone.pk])
    young = come(run, generations, "young", choices=[iphone.pk])
    assert partner_of(young) == second.participants.get()


def test_a_generation_is_needed_and_for_minors_a_guardian_who_agrees(
    run: CourseRun, generations: dict[str, Generation]
) -> None:
    with pytest.raises(NotPossible, match="generations"):
        make.book(make.first(run), "Erna Meier")
    with pytest.raises(NotPossible, match="guardian"):
        come(run, generations, "young", guardian=Charge("Eva Jung", "+495123456"))
    come(run, generations, "young", guardian=Charge("Eva Jung", "+495123456", agrees_to_tandem=True))
    assert Booking.objects.count() == 1


def test_who_has_not_confirmed_yet_is_not_matched(generations: dict[str, Generation]) -> None:
    run = make.run(rule="", is_tandem=True, capacity=4, hold_until_confirmed=True)
    old, young = come(run, generations, "old"), come(run, generations, "young")
    assert not Tandem.objects.exists()
    operations.confirm_booking(booking=old, at=NOW)
    assert not Tandem.objects.exists()
    operations.confirm_booking(booking=young, at=NOW)
    assert partner_of(old) == young.participants.get()


def test_a_group_whose_request_is_accepted_is_matched_like_everybody(
    generations: dict[str, Generation],
) -> None:
    run = make.run(rule="", is_tandem=True, capacity=4, groups="ask")
    old = come(run, generations, "old")
    group = make.party(
        guests=[Guest("", generations["young"].pk)],
        contact="Rita Sommer",
        group_name="Klasse 9b",
        email="schule@example.org",
    )
    asked = operations.book(run=run, session=make.first(run), party=group, at=NOW)
    assert partner_of(old) is None
    operations.answer_request(booking=asked, accept=True, at=NOW, by=None)
    assert partner_of(old) == asked.participants.get()


def test_who_turns_out_to_be_of_the_same_side_is_no_partner_any_more(
    run: CourseRun, generations: dict[str, Generation]
) -> None:
    old, young = come(run, generations, "old"), come(run, generations, "young")
    operations.change_participant(
        participant=young.participants.get(),
        name="Mia Jung",
        generation_id=generations["old"].pk,
        is_carer=False,
        at=NOW,
    )
    assert not Tandem.objects.filter(ended_at=None).exists()
    assert mails(old)[-1] == mails(young)[-1] == "tandem_lost"
