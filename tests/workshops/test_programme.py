"""The programme: what is found, how it stands there, and in which language."""

from collections.abc import Iterable
from datetime import date, time, timedelta
from itertools import chain, combinations
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client
from django.utils import translation

from tests import factories as make
from tests import web
from workshops import operations
from workshops.forms import ProgrammeFilter
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

    def test_a_full_date_is_said_to_be_full_and_has_no_way_to_book(self) -> None:
        session = make.session(capacity=1)
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


class TestFilters:
    @pytest.fixture
    def programme(self) -> dict[str, Any]:
        """Six dates that differ in all that can be filtered."""
        old, young = make.generation("Ab 60"), make.generation("Junge Menschen")
        photos, games = make.topic("Fotos"), make.topic("Spiele")
        post, library = make.venue("Alte Post"), make.venue("Bücherei")
        wednesday, saturday = date(2027, 1, 13), date(2027, 1, 16)
        plan = [
            (old, photos, post, wednesday, True, "Kamera"),
            (old, games, library, saturday, True, "Kamera"),
            (young, photos, library, wednesday, False, "Kamera"),
            (young, games, post, saturday, True, "Drohne"),
            (old, photos, post, saturday, False, "Drohne"),
            (None, None, None, wednesday, True, "Drohne"),
        ]
        facts: dict[str, dict[str, object]] = {}
        for number, (generation, topic, venue, day, free, title) in enumerate(plan):
            course = make.course(
                title, generations=[generation] if generation else [], topics=[topic] if topic else []
            )
            where: dict[str, Any] = (
                {"room": make.room(venue=venue)} if venue else {"online_url": "https://meet.example.org/x"}
            )
            session = make.session(
                course=course, first_date=day, start_time=time(9 + number, 0), capacity=1, **where
            )
            if not free:
                make.book(session)
            facts[str(session.public_id)] = {
                "generation": generation and generation.slug,
                "topic": topic and topic.slug,
                "venue": venue and venue.slug,
                "weekday": str(day.weekday()),
                "free": "on" if free else "",
                "q": title,
            }
        asked = {
            "generation": old.slug,
            "topic": photos.slug,
            "venue": post.slug,
            "weekday": "2",
            "free": "on",
            "q": "Kamera",
        }
        return {"facts": facts, "asked": asked}

    def test_every_filter_works_alone_and_with_every_other(self, programme: dict[str, Any]) -> None:
        asked = programme["asked"]
        for names in chain.from_iterable(combinations(asked, count) for count in range(len(asked) + 1)):
            query = {name: asked[name] for name in names}
            expected = {
                public_id
                for public_id, facts in programme["facts"].items()
                if all(facts[name] == value for name, value in query.items())
            }
            assert set(shown(**query)) == expected, query

    def test_filters_are_links_that_keep_what_was_chosen_before(self, programme: dict[str, Any]) -> None:
        asked = programme["asked"]
        page = web.page(get(generation=asked["generation"]))
        wanted = "?" + urlencode({"generation": asked["generation"], "weekday": "2"})
        link = page.select_one(f'.filters a[href="{wanted}"]')
        assert link is not None
        current = page.select(".filters a[aria-current]")
        assert any(link["href"] == f"?generation={asked['generation']}" for link in current)
        assert len(shown(URL + wanted)) == 1

    def test_what_is_chosen_can_be_taken_away_again(self, programme: dict[str, Any]) -> None:
        asked = programme["asked"]
        page = web.page(get(topic=asked["topic"], q="Kamera"))
        remove = {str(link["href"]) for link in page.select(".results a.chip")}
        assert remove == {"?q=Kamera", f"?topic={asked['topic']}"}

    def test_a_search_keeps_the_other_filters(self, programme: dict[str, Any]) -> None:
        form = web.page(get(venue=programme["asked"]["venue"])).select_one("form[role='search']")
        assert form is not None
        assert form.select_one(f"input[type='hidden'][name='venue'][value='{programme['asked']['venue']}']")

    def test_what_is_not_understood_gets_a_sentence_and_the_whole_list(self) -> None:
        session = make.session()
        for name, value in (
            ("generation", "gibt-es-nicht"),
            ("generation", "\x00"),
            ("topic", "' OR 1=1 --"),
            ("topic", "ü" * 5000),
            ("venue", "<script>alert(1)</script>"),
            ("weekday", "7"),
            ("weekday", "-1"),
            ("weekday", "Montag"),
            ("weekday", "9" * 5000),
            ("q", "x" * 101),
        ):
            response = get(**{name: value})
            with translation.override("de"):
                form = ProgrammeFilter({name: value})
                sentence = " ".join(str(form.errors[name][0]).split())
            assert sentence in web.words(response)
            assert shown(**{name: value}) == ids([session])
            assert b"<script>alert" not in response.content

    def test_a_filter_that_was_archived_is_no_longer_offered(self) -> None:
        room = make.room(venue=make.venue("Altes Kino"))
        make.session(room=room)
        assert "Altes Kino" in web.page(get()).select_one(".filters").get_text()  # type: ignore[union-attr]
        room.venue.is_archived = True
        room.venue.save()
        assert "Altes Kino" not in web.page(get()).select_one(".filters").get_text()  # type: ignore[union-attr]

    def test_unknown_parameters_and_broken_bytes_do_no_harm(self) -> None:
        session = make.session()
        for query in (
            "?utm_source=x",
            "?weekday=%ff%fe",
            "?q=%00",
            "?%00=1",
            "?page=%ff",
            "?free=nein",
            "?q=&q=&weekday=",
        ):
            assert shown(URL + query) == ids([session]), query


class TestSearch:
    def test_words_beginnings_and_numbers_find_a_course(self) -> None:
        course = make.course("Videotelefonie mit den Enkeln", for_whom="Für Großeltern")
        session = make.session(
            course=course, number="W27-103", facilitators=[make.facilitator("Hanne Brandt")]
        )
        make.session(course=make.course("Schach am Bildschirm"), number="X1")
        expected = ids([session])
        for text in (
            "Videotelefonie",
            "videotelefonie",
            "Video",
            "enkel",
            "Enkeln Video",
            "Großeltern",
            "W27-103",
            "w27",
            "Brandt",
            "  Video  ",
        ):
            assert shown(q=text) == expected, text

    def test_umlauts_are_letters_like_any_other(self) -> None:
        session = make.session(course=make.course("Übung in der Küche", for_whom="Alle aus der Straße"))
        make.session(course=make.course("Schach am Bildschirm"))
        for text in (
            "Küche",
            "küche",
            "KÜCHE",
            "Küch",
            "Übung",
            "übung",
            "Straße",
        ):
            assert shown(q=text) == ids([session])

    def test_a_topic_is_found_by_its_name(self) -> None:
        topic = make.topic("Ärztliches")
        session = make.session(course=make.course("Ohne das Wort", topics=[topic]))
        make.session()
        assert shown(q="Ärztliches") == shown(q="ärzt") == ids([session])
        topic.name_de, topic.name_en = "Gesundheit", "Health"
        topic.save()
        assert shown(q="gesundheit") == shown(f"/en{URL}", q="health") == ids([session])
        assert shown(q="ärzt") == []

    def test_every_word_has_to_fit(self) -> None:
        session = make.session(course=make.course("Fotos ordnen am Rechner"))
        make.session(course=make.course("Fotos drucken"))
        assert shown(q="Fotos Rechner") == ids([session])

    def test_the_addition_to_the_title_is_found(self) -> None:
        session = make.session(title_suffix="Abendgruppe")
        make.session()
        assert shown(q="abendgruppe") == ids([session])
        assert shown(f"/en{URL}", q="abendgruppe") == ids([session])

    def test_signs_that_mean_something_to_a_search_engine_do_no_harm(self) -> None:
        make.session(course=make.course("Schach am Bildschirm"), number="X1")
        for text in (
            '"',
            "'",
            "*",
            "AND",
            "OR NOT",
            "(",
            "NEAR(",
            "a:b",
            "-",
            "--",
            "%",
            "_",
            "\\",
            "^",
            "🙂",
            "title:",
            "{}",
            '"a',
            "+",
        ):
            assert shown(q=text) == []

    def test_nothing_of_an_unpublished_course_is_found(self) -> None:
        session = make.session(course=make.course("Geheimes Treffen"))
        session.run.course.unpublish()
        assert shown(q="Geheimes") == []

    def test_english_finds_both_what_is_translated_and_what_is_not(self) -> None:
        translated = make.course("Tablet verstehen")
        not_translated = make.course("Fotos ordnen")
        first, second = make.session(course=translated), make.session(course=not_translated)
        make.translated(translated, title="Understand your slate")
        assert shown(f"/en{URL}", q="slate") == ids([first])
        assert shown(f"/en{URL}", q="Tablet") == ids([first])
        assert shown(f"/en{URL}", q="Fotos") == ids([second])
        assert shown(q="slate") == []


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
