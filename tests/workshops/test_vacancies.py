"""What pages say is free is true for whoever asks, and they say for whom where it is not the same for all."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.models import Generation
from tests import factories as make
from tests import web
from tests.factories import NOW
from workshops import operations
from workshops.models import Booking, CourseRun, Session
from workshops.operations import Full, Guest, Kept
from workshops.operations.tasters import taster_seats_on
from workshops.programme import attach, listed, with_free_seats
from workshops.rules import Availability

pytestmark = pytest.mark.django_db

FAR = date(2027, 3, 3)


@pytest.fixture
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def keep(run: CourseRun, *pools: Kept, at: datetime = NOW) -> None:
    operations.set_pools(run=run, pools=pools, at=at, by=None)


def shown(session: Session, generation: Generation | None = None, at: datetime = NOW) -> Availability:
    (found,) = attach(list(listed(at).filter(pk=session.pk)), at=at, generation=generation)
    return found.availability


def guest(generation: Generation | None, name: str = "Erna Meier") -> Guest:
    return Guest(name=name, generation_id=generation.pk if generation else None)


def books(session: Session, generation: Generation | None, **fields: Any) -> Booking:
    return make.book(session, guests=[guest(generation)], **fields)


def can_book(session: Session, generation: Generation | None, at: datetime) -> bool:
    """Whether somebody of that generation gets a seat now; nothing is left of it."""
    try:
        with transaction.atomic():
            if session.run.is_series:
                make.book_series(session.run, guests=[guest(generation, "Neu")], at=at)
            else:
                books(session, generation, at=at)
            transaction.set_rollback(True)
    except Full:
        return False
    return True


class TestFreeByGeneration:
    @pytest.fixture
    def young(self) -> Generation:
        return make.generation("Young people")

    @pytest.fixture
    def old(self) -> Generation:
        return make.generation("60 and over")

    @pytest.fixture
    def session(self) -> Session:
        return make.session(first_date=FAR, capacity=3)

    def test_who_asks_for_a_generation_reads_what_is_free_for_it(
        self, in_english: None, session: Session, young: Generation, old: Generation
    ) -> None:
        keep(session.run, Kept(young.pk, 2))
        books(session, old)
        assert shown(session, young).label == "2 seats left for Young people"
        assert shown(session, young).bookable
        full = shown(session, old)
        assert (full.status, full.label) == ("full", "Fully booked for 60 and over – waiting list")

    def test_who_asks_for_none_reads_for_whom_it_is(
        self, in_english: None, session: Session, young: Generation, old: Generation
    ) -> None:
        keep(session.run, Kept(young.pk, 2))
        both = shown(session)
        assert both.label == "Only 1 seat left"
        assert both.notes == ("For Young people: 3 seats",)
        books(session, old)
        found = shown(session)
        assert found.label == "2 seats left for Young people"
        assert found.notes == ("For everybody else: fully booked – waiting list",)
        assert found.bookable

    def test_seats_for_the_telephone_are_told_as_such(
        self, in_english: None, session: Session, young: Generation
    ) -> None:
        keep(session.run, Kept(None, 1))
        books(session, young)
        books(session, None)
        found = shown(session)
        assert (found.status, found.by_phone) == ("full", True)
        assert found.label == "Seats left by telephone only – waiting list"

    def test_released_seats_are_everybodys(
        self, session: Session, young: Generation, old: Generation
    ) -> None:
        keep(session.run, Kept(young.pk, 3, release_days=7))
        assert shown(session, old).status == "full"
        later = session.starts_at - timedelta(days=6)
        operations.release_pools(run=session.run, at=later)
        assert shown(session, old, at=later).free == 3

    def test_a_series_has_what_its_fullest_date_has(
        self, in_english: None, young: Generation, old: Generation
    ) -> None:
        run = make.run(first_date=FAR, booking_mode="series", capacity=3, taster_seats=True)
        keep(run, Kept(young.pk, 2))
        make.book_series(run, guests=[guest(old)])
        for session in run.sessions.all():
            assert shown(session, young).free == 2
            assert shown(session, old).status == "full"

    def test_in_a_tandem_each_side_has_its_half(self, in_english: None) -> None:
        young = make.generation("Young people", side=Generation.Side.YOUNG)
        old = make.generation("60 and over", side=Generation.Side.OLD)
        run = make.run(rule="", first_date=FAR, capacity=4, is_tandem=True, facilitators=[make.facilitator()])
        session = run.sessions.get()
        books(session, old)
        assert (shown(session, old).free, shown(session, young).free) == (1, 2)
        assert shown(session).label == "2 seats left for Young people, 1 seat left for 60 and over"
        assert shown(session).notes == ()

    def test_a_generation_that_is_not_there_counts_as_not_asked(self, session: Session, clock: Any) -> None:
        url = session.get_absolute_url()
        for slug in ("nirgends", "\x00", "a" * 5000):
            assert Client().get(url, {"generation": slug}).status_code == 200

    def test_the_generation_goes_with_every_link(
        self, session: Session, young: Generation, clock: Any
    ) -> None:
        session.run.course.generations.add(young)
        make.publish(session.run.course)
        query = f"?generation={young.slug}"
        page = web.page(Client().get("/programm/" + query))
        inside = [str(a["href"]) for a in page.select("article.session a")]
        assert len(inside) == 3
        assert all(href.endswith(query) for href in inside)
        course = web.page(Client().get(f"{session.run.course.get_url()}{query}"))
        (link,) = course.select("a[href*='/buchen/']")
        assert str(link["href"]).endswith(query)

    def test_the_filter_for_free_seats_knows_the_generation(
        self, session: Session, young: Generation, old: Generation
    ) -> None:
        keep(session.run, Kept(young.pk, 3))
        assert session in with_free_seats(listed(NOW), at=NOW)
        assert session in with_free_seats(listed(NOW), at=NOW, generation=young)
        assert session not in with_free_seats(listed(NOW), at=NOW, generation=old)


class TestOtherWays:
    def test_in_the_last_day_there_is_no_waiting_list(self, in_english: None) -> None:
        session = make.session(first_date=FAR, capacity=1)
        make.book(session)
        before, within = session.starts_at - timedelta(hours=25), session.starts_at - timedelta(hours=23)
        assert shown(session, at=before).label == "Fully booked – waiting list"
        assert shown(session, at=within).label == "Fully booked"
        assert (shown(session, at=before).waits, shown(session, at=within).waits) == (True, False)

    def test_booking_on_the_web_ends_when_the_run_says(self, in_english: None) -> None:
        session = make.session(first_date=FAR, closes_hours=24)
        assert shown(session, at=session.starts_at - timedelta(hours=25)).bookable
        closed = shown(session, at=session.starts_at - timedelta(hours=24))
        assert (closed.status, closed.label) == ("closed", "Booking on the web is over – please call")
        assert not closed.book_url

    def test_a_series_closes_before_its_first_date(self) -> None:
        run = make.run(first_date=FAR, booking_mode="series", closes_hours=24)
        last = run.sessions.order_by("starts_at").last()
        assert last
        assert shown(last, at=make.first(run).starts_at - timedelta(hours=23)).status == "closed"

    def test_an_absence_is_offered_as_a_taste_of_the_series(self, clock: Any) -> None:
        run = make.run(first_date=FAR, booking_mode="series", capacity=1, taster_seats=True)
        booking = make.book_series(run)
        session = make.first(run)
        assert taster_seats_on(run.sessions.all()) == {}
        operations.report_absent(participant=booking.participants.get(), session=session, at=NOW)
        assert taster_seats_on(run.sessions.all()) == {session.pk: 1}
        page = web.page(Client().get(run.course.get_url()))
        assert page.select(f"a[href='/buchen/termin/{session.public_id}/']")
        make.book(session)
        assert taster_seats_on(run.sessions.all()) == {}
        page = web.page(Client().get(run.course.get_url()))
        assert not page.select(f"a[href='/buchen/termin/{session.public_id}/']")

    def test_absences_of_a_run_without_tasters_are_nobodys_business(self, clock: Any) -> None:
        run = make.run(first_date=FAR, booking_mode="series", capacity=1)
        booking = make.book_series(run)
        session = make.first(run)
        operations.report_absent(participant=booking.participants.get(), session=session, at=NOW)
        page = web.page(Client().get(run.course.get_url()))
        assert not page.select(f"a[href='/buchen/termin/{session.public_id}/']")

    def test_the_course_page_tells_for_whom_seats_are_kept_until_they_are_not(self, clock: Any) -> None:
        young = make.generation("Junge Menschen")
        run = make.run(rule="", first_date=date(2027, 1, 19), capacity=12)
        keep(run, Kept(young.pk, 4, 7), Kept(None, 2, 2))
        page = web.page(Client().get(f"/en{run.course.get_url()}"))
        assert (
            "4 of the 12 seats are kept for Junge Menschen until 7 days before, 2 for booking by telephone until "
            "2 days before; then they are for everybody."
        ) in page.text
        # A number before "bis 2 Tage vorher" would read as a span of days.
        assert (
            "4 der 12 Plätze sind bis 7 Tage vorher für Junge Menschen reserviert, 2 für Anmeldung per Telefon bis "
            "2 Tage vorher; danach sind sie für alle."
        ) in web.page(Client().get(run.course.get_url())).text
        operations.release_pools(run=run, at=NOW + timedelta(days=1))
        page = web.page(Client().get(f"/en{run.course.get_url()}"))
        assert "2 of the 12 seats are kept for booking by telephone" in page.text
        assert "Junge Menschen until" not in page.text


@pytest.mark.parametrize("count", [1, 3])
def test_kept_seats_cost_the_same_number_of_queries_however_many_runs_keep_some(
    count: int, clock: Any
) -> None:
    young = make.generation("Junge Menschen")
    for _ in range(count):
        single = make.run(first_date=FAR, capacity=4)
        series = make.run(first_date=FAR, booking_mode="series", capacity=4, taster_seats=True)
        for run in (single, series):
            keep(run, Kept(young.pk, 2))
    sessions = list(listed(NOW))
    with CaptureQueriesContext(connection) as captured:
        attach(sessions, at=NOW)
    assert len(captured) == 9


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    is_series=st.booleans(),
    capacity=st.integers(1, 5),
    kept=st.lists(
        st.tuples(st.sampled_from([0, 1, None]), st.integers(1, 3)), max_size=2, unique_by=lambda k: k[0]
    ),
    booked=st.lists(
        st.tuples(st.sampled_from([0, 1, 2, None]), st.booleans(), st.integers(1, 3)), max_size=6
    ),
    hours=st.sampled_from([0, 24 * 30, 24 * 46, 24 * 50]),
)
def test_what_is_shown_free_is_what_somebody_can_book(
    is_series: bool,
    capacity: int,
    kept: list[tuple[int | None, int]],
    booked: list[tuple[int | None, bool, int]],
    hours: int,
) -> None:
    """For every generation: seats shown on the page, and in the filter, exactly where a party of one gets one."""
    with transaction.atomic():
        generations = [make.generation(f"Generation {n}") for n in range(3)]
        run = make.run(first_date=FAR, capacity=capacity, booking_mode="series" if is_series else "single")
        if sum(seats for _key, seats in kept) <= capacity:
            keep(run, *(Kept(None if k is None else generations[k].pk, n, 7) for k, n in kept))
        session = make.first(run)
        for key, by_phone, people in booked:
            generation = None if key is None else generations[key]
            party = make.party(
                guests=[guest(generation, f"Person {n}") for n in range(people)],
                email=f"person{make.next_number()}@example.org",
            )
            target = None if is_series else session
            channel = Booking.Channel.PHONE if by_phone else Booking.Channel.WEB
            try:
                operations.book(run=run, session=target, party=party, at=NOW, channel=channel)
            except Full:
                if people > capacity:
                    continue  # nobody waits for more seats than there are
                operations.join_waiting_list(run=run, session=target, party=party, at=NOW, channel=channel)
        at = NOW + timedelta(hours=hours)
        operations.release_pools(run=run, at=at)
        for generation in generations:
            expected = can_book(session, generation, at)
            assert shown(session, generation, at).bookable == expected
            found = with_free_seats(listed(at), at=at, generation=generation).filter(pk=session.pk)
            by_phone_only = shown(session, generation, at).by_phone
            assert found.exists() == (expected or by_phone_only)
        transaction.set_rollback(True)
