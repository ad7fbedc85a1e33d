"""Finding a date: filters alone and together, words, beginnings and numbers."""

from collections.abc import Iterable
from datetime import date, time
from itertools import chain, combinations
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import translation

from tests import factories as make
from tests import web
from workshops.forms import ProgrammeFilter
from workshops.models import Session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

URL = "/programm/"


def get(url: str = URL, **query: object) -> Any:
    response = Client().get(url, query)
    assert response.status_code == 200
    return response


def shown(url: str = URL, **query: object) -> list[str]:
    """The public ids of the sessions on the page, in its order."""
    links = web.page(get(url, **query)).select(".session a[href*='/termine/']")
    return [str(link["href"]).partition("?")[0].rstrip("/").rpartition("/")[2] for link in links]


def ids(sessions: Iterable[Session]) -> list[str]:
    return [str(session.public_id) for session in sessions]


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
            '"q',
            "+",
        ):
            assert shown(q=text) == [], text

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
