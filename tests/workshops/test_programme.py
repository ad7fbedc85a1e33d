"""The programme: what is listed, how it stands there, and in which language."""

from collections.abc import Iterable
from datetime import date, time, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import translation

from tests import factories as make
from tests import web
from workshops import operations
from workshops.models import Session
from workshops.programme import SESSIONS_A_PAGE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

URL = "/programm/"


def get(url: str = URL, **query: object) -> Any:
    response = Client().get(url, query)
    assert response.status_code == 200
    return response


def shown(url: str = URL, **query: object) -> list[str]:
    """The public ids of the sessions on the page, in its order."""
    links = web.page(get(url, **query)).select(".session a[href*='/termine/']")
    return [str(link["href"]).rstrip("/").rpartition("/")[2] for link in links]


def ids(sessions: Iterable[Session]) -> list[str]:
    return [str(session.public_id) for session in sessions]


class TestList:
    def test_sessions_stand_under_their_local_day_in_order(self) -> None:
        late = make.session(first_date=date(2027, 1, 13), start_time=time(23, 30), minutes=30)
        early = make.session(first_date=date(2027, 1, 14), start_time=time(0, 15), minutes=30)
        noon = make.session(first_date=date(2027, 1, 13), start_time=time(12, 0))
        days = web.page(get()).select(".day")
        assert [str(day.select_one("h2 time")["datetime"]) for day in days] == [  # type: ignore[index]
            "2027-01-13",
            "2027-01-14",
        ]
        found = [
            [str(link["href"]).split("/")[-2] for link in day.select("a[href*='/termine/']")] for day in days
        ]
        assert found == [ids([noon, late]), ids([early])]

    def test_what_is_over_goes_and_what_is_running_stays(self, clock: time_machine.Traveller) -> None:
        session = make.session()
        clock.move_to(session.starts_at + timedelta(minutes=1))
        assert shown() == ids([session])
        clock.move_to(session.ends_at)
        assert shown() == []

    def test_a_cancelled_date_stays_with_its_reason(self) -> None:
        session = make.session()
        operations.cancel_session(session=session, reason="Die Heizung ist kaputt", at=make.NOW, by=None)
        response = get()
        assert "Die Heizung ist kaputt" in web.words(response)
        assert not web.page(response).select("a[href*='/buchen/']")

    def test_everything_somebody_needs_is_said(self) -> None:
        session = make.session(course=make.course("Fotos ordnen"), title_suffix="am Abend", capacity=2)
        said = web.words(get())
        assert session.run.number in said
        assert "Fotos ordnen – am Abend" in said
        assert "Alte Post, Werkraum" in said
        with translation.override("de"):
            assert session.run.course.get_url() in str(get().content)

    def test_a_full_date_is_said_to_be_full_and_leads_to_its_waiting_list(self) -> None:
        session = make.session(capacity=1)
        make.book(session)
        page = web.page(get())
        (link,) = page.select("a[href*='/buchen/']")
        assert link["href"] == f"/buchen/termin/{session.public_id}/"
        assert web.in_german("Join the waiting list") in link.get_text()
        assert page.select(".availability--full")

    def test_a_full_date_without_a_waiting_list_has_no_way_to_book(self) -> None:
        session = make.session(capacity=1, has_waiting_list=False)
        assert web.page(get()).select(f"a[href='/buchen/termin/{session.public_id}/']")
        make.book(session)
        page = web.page(get())
        assert not page.select("a[href*='/buchen/']")
        assert page.select(".availability--full")

    def test_a_series_is_booked_whole_wherever_its_dates_stand(self) -> None:
        run = make.run(booking_mode="series")
        links = web.page(get()).select("a[href*='/buchen/']")
        assert {str(link["href"]) for link in links} == {f"/buchen/durchgang/{run.public_id}/"}

    def test_drafts_and_unpublished_courses_are_not_listed(self) -> None:
        make.run(published=False)
        hidden = make.session()
        hidden.run.course.unpublish()
        session = make.session()
        assert shown() == ids([session])
        assert Client().get(f"/termine/{hidden.public_id}/").status_code == 404
        assert Client().get(f"/programm/{hidden.run.course.slug}/").status_code == 404

    def test_an_empty_programme_says_so(self) -> None:
        make.programme()
        assert web.page(get()).select(".panel h2")

    def test_the_page_offers_its_calendar(self) -> None:
        make.session()
        page = web.page(get())
        link = page.select_one('link[rel="alternate"][type="text/calendar"]')
        assert link is not None
        assert link["href"] == "https://werkstatt.example.org/kalender/programm.ics"
        assert page.select_one("a[href='webcal://werkstatt.example.org/kalender/programm.ics']")
        assert page.select_one("input[readonly][value='https://werkstatt.example.org/kalender/programm.ics']")


class TestPages:
    def test_a_long_list_is_cut_into_pages_that_keep_the_filters(self) -> None:
        run = make.run(rule="RRULE:FREQ=WEEKLY;COUNT=1")
        make.further_sessions(run, SESSIONS_A_PAGE + 4)
        everything = ids(run.sessions.order_by("starts_at", "pk"))
        assert shown() == everything[:SESSIONS_A_PAGE]
        following = web.page(get(q=run.number)).select_one("a[rel='next']")
        assert following is not None
        assert shown(URL + str(following["href"])) == everything[SESSIONS_A_PAGE:]
        assert web.page(get(page=2)).select_one("a[rel='prev']")

    def test_a_page_that_does_not_exist_shows_one_that_does(self) -> None:
        session = make.session()
        for page in (
            "0",
            "-1",
            "abc",
            "1e9",
            "9" * 400,
            "\x00",
            "",
            "1.5",
        ):
            assert shown(page=page) == ids([session])


class TestEnglish:
    def test_untranslated_content_appears_in_german_and_says_so(self) -> None:
        session = make.session(course=make.course("Fotos ordnen"))
        page = web.page(get(f"/en{URL}"))
        assert page.html is not None
        assert page.html["lang"] == "en"
        link = page.select_one(".session__title a")
        assert link is not None
        assert link["lang"] == "de"
        assert link.get_text() == "Fotos ordnen"
        assert link["href"] == f"/en/programm/{session.run.course.slug}/"
        heading = web.page(get(str(link["href"]))).h1
        assert heading is not None
        assert heading["lang"] == "de"

    def test_a_translated_course_stands_in_english_without_a_mark(self) -> None:
        session = make.session(course=make.course("Fotos ordnen"))
        make.translated(session.run.course, title="Sort your pictures", slug="pictures")
        page = web.page(get(f"/en{URL}"))
        link = page.select_one(".session__title a")
        assert link is not None
        assert link.get_text() == "Sort your pictures"
        assert not link.has_attr("lang")
        assert link["href"] == "/en/programm/pictures/"
        assert "Fotos ordnen" in web.words(get())

    def test_lists_are_as_long_as_in_german(self) -> None:
        make.showing(make.exhibit())
        make.run()
        assert shown(f"/en{URL}") == shown() != []
        for url in ("/", "/ausprobieren/"):
            german, english = web.page(get(url)), web.page(get(f"/en{url}"))
            for cards in (".card", ".session"):
                assert len(english.select(cards)) == len(german.select(cards))
            assert english.select(".card__title a[lang='de']")

    def test_the_dates_of_a_run_belong_to_the_course_in_both_languages(self) -> None:
        session = make.session(course=make.course("Fotos ordnen"))
        course = session.run.course
        english = make.translated(course, title="Sort your pictures")
        for page in (course, english):
            response = get(page.get_url())
            assert [
                str(a["href"]).split("/")[-2] for a in web.page(response).select("a[href*='/termine/']")
            ] == ids([session])
            link = web.page(response).select_one('link[type="text/calendar"]')
            assert link is not None
            assert str(link["href"]).endswith(f"/kalender/angebot/{course.pk}.ics")

    def test_short_names_fall_back_to_german(self) -> None:
        topic = make.topic("Fotos")
        make.session(course=make.course(topics=[topic]))
        assert "Fotos" in web.words(get(f"/en{URL}"))
        topic.name_en = "Pictures"
        topic.save()
        assert "Pictures" in web.words(get(f"/en{URL}"))

    def test_the_way_to_the_other_language_keeps_the_page(self) -> None:
        session = make.session()
        for url in (URL, session.run.course.get_url(), f"/termine/{session.public_id}/"):
            links = web.page(get(url)).select("header a[hreflang='en']")
            assert [str(link["href"]) for link in links] == [f"/en{url}"]
            back = web.page(get(f"/en{url}")).select("header a[hreflang='de']")
            assert [str(link["href"]) for link in back] == [url]


class TestCoursePage:
    def test_it_shows_all_coming_dates_and_what_they_cost(self) -> None:
        run = make.run(
            rule="RRULE:FREQ=WEEKLY;COUNT=45", price="12.50", facilitators=[make.facilitator("Hanne Brandt")]
        )
        response = get(run.course.get_url())
        found = {
            str(link["href"]).split("/")[-2] for link in web.page(response).select("a[href*='/termine/']")
        }
        assert found == set(ids(run.sessions.all()))
        said = web.words(response)
        assert run.number in said
        assert "12,50 €" in said
        assert "Hanne Brandt" in said

    def test_of_two_plans_each_says_until_when_it_counts(self) -> None:
        run = make.run(rule="RRULE:FREQ=WEEKLY;COUNT=6")
        third = run.sessions.order_by("starts_at")[2]
        schedule = operations.segment_from(run=run, session=third, at=make.NOW)
        schedule.start_time = time(10)
        operations.save_run(run=run, schedule=schedule, facilitators=[], at=make.NOW, by=None)
        said = web.words(get(run.course.get_url()))
        assert "Jeden Mittwoch, bis 26. Januar 2027, 14:00 bis 15:30 Uhr" in said
        assert "ab 27. Januar: Jeden Mittwoch, 4 Termine, 10:00 bis 11:30 Uhr" in said
        assert "6 Termine" not in said

    def test_a_run_with_three_seats_is_not_nearly_full(self) -> None:
        run = make.run(rule="", capacity=3)
        said = web.words(get(run.course.get_url()))
        assert "3 Plätze frei" in said
        make.book(make.first(run))
        assert "Nur noch 2 Plätze" in web.words(get(run.course.get_url()))

    def test_without_a_date_it_says_so(self) -> None:
        course = make.course()
        response = get(course.get_url())
        assert course.title in web.words(response)
        assert not web.page(response).select("a[href*='/buchen/']")


def public_pages() -> list[str]:
    """One address of every kind of page a reader comes across, in both languages."""
    exhibit = make.exhibit(image=make.picture())
    make.showing(exhibit)
    course = make.course(image=make.picture())
    course.exhibits.set([exhibit])
    make.publish(course)
    session = make.session(course=course)
    standard = make.standard_page()
    pages = ["/", URL, course.get_url(), f"/termine/{session.public_id}/", "/kalender/", "/ausprobieren/"]
    pages += [exhibit.get_url(), standard.get_url(), f"{URL}?q=nichts", "/gibt-es-nicht/"]
    return [*pages, *(f"/en{page}" for page in pages)]


def test_a_reader_gets_no_cookie_anywhere() -> None:
    for url in [*public_pages(), "/kalender/programm.ics", "/sitemap.xml"]:
        client = Client()
        response = client.get(url)
        assert response.status_code == (404 if "gibt-es-nicht" in url else 200), url
        assert not response.cookies, url
        assert not client.cookies, url


def test_no_page_fetches_anything_from_somebody_else() -> None:
    for url in public_pages():
        document = web.page(Client().get(url))
        fetched = web.resources(document)
        assert fetched, url
        assert [address for address in fetched if not web.is_own(address)] == [], url
        assert document.find_all(["iframe", "object", "embed"]) == [], url
