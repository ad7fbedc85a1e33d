"""When booking opens: whose instant counts, what is said before it, and that nobody slips through."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import translation

from tests import factories as make
from tests import web
from tests.workshops.visitor import Visitor, nothing_is_booked
from workshops import operations
from workshops.models import Booking, CourseRun, Session
from workshops.opening import Opening, opening, refusal
from workshops.rules import NotOpenYet, check_book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

LATER = make.NOW + timedelta(days=7)
"""Monday, 18 January, 10:00 in the house."""
SOON = make.NOW + timedelta(days=3)
BEFORE = make.NOW - timedelta(days=3)


def run(**fields: Any) -> CourseRun:
    """Three Wednesdays from the third week on: after the opening."""
    return make.run(**{"first_date": date(2027, 1, 20), **fields})


def refused(session: Session, *, at: datetime = make.NOW, channel: str = "web") -> str:
    with pytest.raises(NotOpenYet) as problem:
        make.book(session, at=at, channel=channel)
    return str(problem.value)


def test_the_hour_is_said_as_an_hour() -> None:
    opens = Opening(web=LATER)
    with translation.override("de"):
        for at in (make.NOW, make.NOW - timedelta(days=365)):
            assert "10:00 Uhr" in refusal(opens, at=at)


class TestWhoseInstantCounts:
    @pytest.mark.parametrize(
        ("own", "terms", "expected"),
        [
            (None, None, None),
            (None, LATER, LATER),
            (SOON, LATER, SOON),
            (LATER, SOON, LATER),
            (BEFORE, LATER, BEFORE),
        ],
    )
    def test_the_runs_own_then_its_terms_then_at_once(
        self, own: datetime | None, terms: datetime | None, expected: datetime | None
    ) -> None:
        term = make.term(web_opens_at=terms, phone_opens_at=terms)
        made = run(term=term, web_opens_at=own, phone_opens_at=own, rule="")
        assert opening(made) == Opening(web=expected, phone=expected)
        opened = expected is None or expected <= make.NOW
        assert Session.objects.open_for_booking(make.NOW).exists() == opened
        assert Session.objects.with_free_seats(make.NOW).exists() == opened

    def test_each_way_of_booking_has_its_own(self) -> None:
        made = run(term=make.term(web_opens_at=LATER, phone_opens_at=SOON), web_opens_at=SOON)
        assert opening(made) == Opening(web=SOON, phone=SOON)
        assert opening(run()) == Opening(web=None, phone=None)

    def test_the_database_and_the_rule_agree_at_the_very_instant(self) -> None:
        made = run(web_opens_at=LATER, rule="")
        for at, opened in ((LATER - timedelta(microseconds=1), False), (LATER, True)):
            assert opening(made).is_open(at) == opened
            assert Session.objects.open_for_booking(at).exists() == opened


class TestBooking:
    def test_nobody_books_before_and_somebody_does_at_the_very_instant(self) -> None:
        session = make.first(run(web_opens_at=LATER))
        refused(session, at=LATER - timedelta(microseconds=1))
        assert nothing_is_booked()
        assert make.book(session, at=LATER).channel == Booking.Channel.WEB

    @pytest.mark.parametrize("channel", ["phone", "counter"])
    def test_the_telephone_has_its_own_day(self, channel: str) -> None:
        session = make.first(run(web_opens_at=LATER, phone_opens_at=SOON))
        sentence = refused(session, channel=channel, at=SOON - timedelta(seconds=1))
        assert "14" in sentence
        make.book(session, channel=channel, at=SOON)
        refused(session, at=SOON)

    def test_the_sentence_names_day_and_time_on_the_houses_clock(self) -> None:
        sentence = refused(make.first(run(web_opens_at=LATER, phone_opens_at=LATER)))
        assert sentence.startswith(
            web.in_german("You can book from %(when)s on.").partition("%(when)s")[0] + "Montag, 18"
        )
        assert ":00" in sentence
        assert "9:00" not in sentence  # that would be UTC
        assert "Donnerstag" not in sentence

    def test_it_says_when_the_telephone_opens_if_that_is_earlier(self) -> None:
        soon = refused(make.first(run(web_opens_at=LATER, phone_opens_at=SOON)))
        assert "Montag, 18" in soon
        assert "Donnerstag, 14" in soon
        already = web.in_german("By telephone you can book already.")
        assert refused(make.first(run(web_opens_at=LATER))).endswith(already)
        assert refused(make.first(run(web_opens_at=LATER, phone_opens_at=make.NOW))).endswith(already)
        later = refused(make.first(run(web_opens_at=LATER, phone_opens_at=LATER + timedelta(days=1))))
        assert "19" not in later

    def test_an_opening_in_another_year_says_so(self) -> None:
        made = run(first_date=date(2028, 3, 1), web_opens_at=datetime(2028, 1, 10, 8, tzinfo=UTC))
        assert "2028" in refused(make.first(made))

    @pytest.mark.parametrize(
        ("opens_at", "said"),
        [
            # The clocks go forward: midnight to midnight is 23 hours; and back: 25.
            (datetime(2027, 3, 27, 23, 0, tzinfo=UTC), r"Sonntag, 28\.? März.* 0?0:00"),
            (datetime(2027, 3, 28, 7, 0, tzinfo=UTC), r"Sonntag, 28\.? März.* 0?9:00"),
            (datetime(2027, 10, 31, 8, 0, tzinfo=UTC), r"Sonntag, 31\.? Oktober.* 0?9:00"),
            (datetime(2027, 10, 30, 22, 0, tzinfo=UTC), r"Sonntag, 31\.? Oktober.* 0?0:00"),
        ],
    )
    def test_days_on_which_the_clocks_change(self, opens_at: datetime, said: str) -> None:
        session = make.first(run(first_date=date(2027, 11, 24), web_opens_at=opens_at))
        assert re.search(said, refused(session, at=opens_at - timedelta(seconds=1)))
        make.book(session, at=opens_at)

    def test_over_cancelled_and_drop_in_say_so_first(self) -> None:
        drop_in = run(booking_mode="drop_in", capacity=None, web_opens_at=LATER)
        session = make.first(run(web_opens_at=LATER))
        operations.cancel_session(session=session, reason="Krank", at=make.NOW, by=None)
        session.refresh_from_db()
        for what, at in ((make.first(drop_in), make.NOW), (session, make.NOW)):
            with pytest.raises(Exception) as problem:
                check_book(what.run, [what], begun=False, at=at)
            assert not isinstance(problem.value, NotOpenYet)


class TestBrowser:
    @pytest.mark.parametrize("kind", ["single", "series"])
    def test_every_step_answers_with_the_sentence(self, kind: str) -> None:
        made = run(web_opens_at=LATER, booking_mode=kind)
        visitor = Visitor(made if kind == "series" else make.first(made))
        answers = [visitor.get()]
        for step in ("personen", "kontakt", "vorbereitung", "pruefen"):
            answers += [visitor.get(step), visitor.post(step, {})]
        for response in answers:
            assert response.status_code == 409
            assert "Montag, 18" in web.words(response)
        assert nothing_is_booked()

    def test_an_opening_moved_while_somebody_answers_is_met_at_the_last_button(self) -> None:
        made = run()
        visitor = Visitor(make.first(made))
        visitor.answer_all()
        CourseRun.objects.filter(pk=made.pk).update(web_opens_at=LATER)
        response = visitor.post("pruefen")
        assert response.status_code == 409
        assert "Montag, 18" in web.words(response)
        assert nothing_is_booked()

    def test_at_the_instant_the_way_is_free(self, clock: time_machine.Traveller) -> None:
        visitor = Visitor(make.first(run(term=make.term(web_opens_at=LATER))))
        assert visitor.get().status_code == 409
        clock.move_to(LATER)
        visitor.answer_all()
        assert visitor.post("pruefen").status_code == 302
        assert Booking.objects.count() == 1


class TestPages:
    def test_the_programme_lists_it_says_from_when_and_offers_no_button(self) -> None:
        session = make.first(run(web_opens_at=LATER, rule=""))
        assert session.run.number in web.words(Client().get("/programm/"))
        for url in ("/programm/", session.run.course.url, session.get_absolute_url()):
            document = web.page(Client().get(url))
            assert "18" in document.select_one(".availability--not_open").get_text(), url  # type: ignore[union-attr]
            assert not document.select("a[href*='/buchen/']"), url
        for url in (session.run.course.url, session.get_absolute_url()):
            assert "Montag, 18" in web.words(Client().get(url)), url

    def test_the_course_page_says_it_for_a_series_and_not_once_it_is_open(
        self, clock: time_machine.Traveller
    ) -> None:
        made = run(booking_mode="series", term=make.term(web_opens_at=LATER, phone_opens_at=SOON))
        said = web.words(Client().get(made.course.url))
        assert "Montag, 18" in said
        assert "Donnerstag, 14" in said
        clock.move_to(LATER)
        assert "Montag, 18" not in web.words(Client().get(made.course.url))
        assert web.page(Client().get(made.course.url)).select("a[href*='/buchen/durchgang/']")

    def test_a_full_date_is_full_whenever_it_opens(self) -> None:
        session = make.first(run(web_opens_at=LATER, capacity=1, rule=""))
        make.book(session, channel="phone")
        assert web.page(Client().get("/programm/")).select(".availability--full")

    def test_free_seats_are_asked_for_what_can_be_booked(self, clock: time_machine.Traveller) -> None:
        made = run(web_opens_at=LATER, rule="")
        for url in ("/programm/?free=on", "/"):
            assert made.number not in web.words(Client().get(url)), url
        clock.move_to(LATER)
        for url in ("/programm/?free=on", "/"):
            assert made.number in web.words(Client().get(url)), url

    def test_a_drop_in_never_waits(self) -> None:
        made = run(booking_mode="drop_in", capacity=None, term=make.term(web_opens_at=LATER), rule="")
        assert made.number in web.words(Client().get("/programm/?free=on"))
        assert "Montag, 18" not in web.words(Client().get(made.course.url))

    def test_calendars_have_the_dates_from_the_beginning(self) -> None:
        session = make.first(run(web_opens_at=LATER, rule=""))
        for url in ("/kalender/programm.ics", f"/termine/{session.public_id}.ics"):
            response = Client().get(url)
            assert response.status_code == 200
            assert session.uid in response.content.decode().replace("\r\n ", "")
