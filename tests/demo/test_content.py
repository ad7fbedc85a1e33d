"""The demo's content and pictures, without loading them."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from demo import drawing
from demo.bodies import body, rich_text
from demo.bookings import e164
from demo.days import day, every_year, moment, term_name
from demo.diary import Diary
from demo.reading import CONTENT, PICTURES, read, read_all

BERLIN = ZoneInfo("Europe/Berlin")
WEDNESDAY = date(2026, 11, 25)
NOON = datetime(2026, 11, 25, 11, tzinfo=UTC)
FILES = sorted(CONTENT.rglob("*.toml"))
# What the Bundesnetzagentur keeps for film and television.
NOBODYS_NUMBERS = re.compile(r"\+49(3023125\d{3}|17604069\d{3})")


def find_page(slug: str) -> Any:
    raise AssertionError(f"{slug} is not looked for here")


class TestDays:
    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            ({"days": 3}, date(2026, 11, 28)),
            ({"weeks": 0, "weekday": "MO"}, date(2026, 11, 23)),
            ({"weeks": -2, "weekday": "SA"}, date(2026, 11, 14)),
            ({"weeks": 1}, date(2026, 11, 30)),
            (date(2027, 2, 1), date(2027, 2, 1)),
        ],
    )
    def test_days_are_counted_from_the_day_of_the_load(self, written: Any, meant: date) -> None:
        assert day(written, today=WEDNESDAY) == meant

    @pytest.mark.parametrize("written", [{}, {"week": 3}, "2027-02-01", None])
    def test_what_is_no_day_is_refused(self, written: Any) -> None:
        with pytest.raises(ValueError):
            day(written, today=WEDNESDAY)

    def test_a_moment_is_local_wall_time_or_counted_in_hours(self) -> None:
        assert moment({"days": -1, "time": "09:30"}, at=NOON, zone=BERLIN) == datetime(
            2026, 11, 24, 8, 30, tzinfo=UTC
        )
        assert moment({"hours": -3}, at=NOON, zone=BERLIN) == datetime(2026, 11, 25, 8, tzinfo=UTC)

    def test_a_moment_may_be_counted_back_from_a_session(self) -> None:
        session = datetime(2026, 11, 10, 23, 30, tzinfo=UTC)  # the 11th in Berlin
        written = {"before": 2, "time": "10:00"}
        assert moment(written, at=NOON, zone=BERLIN, session=session) == datetime(2026, 11, 9, 9, tzinfo=UTC)
        with pytest.raises(ValueError):
            moment(written, at=NOON, zone=BERLIN)

    @pytest.mark.parametrize(
        ("begins", "after", "name"),
        [
            (date(2026, 8, 17), 0, "Herbst 2026"),
            (date(2026, 8, 17), 1, "Frühjahr 2027"),
            (date(2027, 2, 1), 0, "Frühjahr 2027"),
            (date(2027, 6, 30), 1, "Herbst 2027"),
            (date(2027, 7, 1), 0, "Herbst 2027"),
        ],
    )
    def test_semesters_are_named_after_their_half_of_the_year(
        self, begins: date, after: int, name: str
    ) -> None:
        assert term_name(begins, after=after) == name

    def test_a_yearly_span_may_reach_into_the_next_year(self) -> None:
        assert every_year("12-24", "01-02", year=2026) == (date(2026, 12, 24), date(2027, 1, 2))
        assert every_year("07-01", "07-14", year=2026) == (date(2026, 7, 1), date(2026, 7, 14))


class TestDiary:
    def test_what_happens_first_is_done_first_and_may_lead_to_more(self) -> None:
        seen: list[tuple[str, int]] = []
        diary = Diary()

        def note(name: str) -> Any:
            return lambda at: seen.append((name, at.hour))

        def first(at: datetime) -> None:
            seen.append(("first", at.hour))
            diary.enter(at.replace(hour=9), note("led to"))

        diary.enter(NOON.replace(hour=10), note("second"))
        diary.enter(NOON.replace(hour=8), first)
        diary.enter(NOON.replace(hour=20), note("too late"))
        diary.carry_out(until=NOON)
        assert seen == [("first", 8), ("led to", 9), ("second", 10)]


class TestBodies:
    def test_text_becomes_paragraphs_lists_and_bold_and_nothing_else(self) -> None:
        text = "Erste\nZeile **wichtig**\n\n- eins\n- zwei & drei\n\n<script>"
        assert rich_text(text) == (
            "<p>Erste Zeile <b>wichtig</b></p>"
            "<ul><li>eins</li><li>zwei &amp; drei</li></ul>"
            "<p>&lt;script&gt;</p>"
        )

    def test_an_unknown_block_is_refused(self) -> None:
        with pytest.raises(ValueError):
            body([{"video": "https://example.org"}], pictures={}, find_page=find_page)


class TestPictures:
    @pytest.mark.parametrize("name", sorted(drawing.PICTURES))
    def test_each_is_light_and_has_an_alternative_text(self, name: str) -> None:
        path = PICTURES / f"{name}.webp"
        assert path.stat().st_size <= 60_000
        with Image.open(path) as picture:
            assert picture.size in {(1600, 1000), (640, 640)}
        assert 30 <= len(read("pictures")[name]["alt"]) <= 255

    @pytest.mark.parametrize("name", sorted(drawing.PICTURES))
    def test_each_file_is_what_the_code_draws(self, name: str) -> None:
        assert (PICTURES / "src" / f"{name}.svg").read_text() == drawing.draw(name)

    def test_no_picture_lies_about_and_all_are_described(self) -> None:
        files = {path.stem for path in PICTURES.glob("*.webp")}
        assert files == set(drawing.PICTURES) == set(read("pictures"))
        assert {path.stem for path in (PICTURES / "src").iterdir()} == files


class TestInventedPeople:
    @pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
    def test_nobodys_telephone_rings_and_nobody_gets_mail(self, path: Path) -> None:
        text = path.read_text()
        for number in re.findall(r"\b0\d{2,4} \d[\d ]{4,}\d", text):
            assert NOBODYS_NUMBERS.fullmatch(e164(number)), number
        for address in re.findall(r"[\w.+-]+@[\w.-]+\w", text):
            assert address.rpartition("@")[2] in {"example.org", "example.com"}, address

    @pytest.mark.parametrize("number", ["", "030", "keine", "0123"])
    def test_a_number_that_cannot_be_dialled_is_refused(self, number: str) -> None:
        with pytest.raises(ValueError):
            e164(number)


class TestTexts:
    def test_every_exhibit_has_its_place_in_the_showroom(self) -> None:
        assert sorted(read("pages")["showroom"]["exhibits"]) == sorted(read_all("exhibits"))

    def test_teasers_fit(self) -> None:
        for content in [*read_all("exhibits").values(), *read_all("courses").values()]:
            for version in (content, content.get("en", {})):
                assert len(version.get("teaser", "")) <= 300, version["title"]

    def test_visitors_are_addressed_politely(self) -> None:
        """Children and teenagers are said "du" and "ihr" to, in what is only for them."""
        familiar = re.compile(r"\b(?:du|dir|dich|deine?[mnrs]?|euch|eure?[mnrs]?)\b", re.IGNORECASE)
        found = {path.stem for path in FILES if familiar.search(path.read_text())}
        assert found <= {"ferienwerkstatt-roboter", "technikclub"}

    def test_school_holidays_are_those_of_lower_saxony(self) -> None:
        spans = {
            (closure["first"], closure["last"])
            for closure in read("venues")["closures"]
            if closure["kind"] == "holidays"
        }
        assert spans == {
            (date(2026, 12, 23), date(2027, 1, 9)),
            (date(2027, 2, 1), date(2027, 2, 2)),
            (date(2027, 3, 22), date(2027, 4, 3)),
            (date(2027, 5, 7), date(2027, 5, 7)),
            (date(2027, 5, 18), date(2027, 5, 18)),
            (date(2027, 7, 8), date(2027, 8, 18)),
            (date(2027, 10, 16), date(2027, 10, 30)),
            (date(2027, 12, 23), date(2028, 1, 8)),
            (date(2028, 1, 31), date(2028, 2, 1)),
            (date(2028, 4, 10), date(2028, 4, 22)),
            (date(2028, 5, 26), date(2028, 5, 26)),
            (date(2028, 6, 6), date(2028, 6, 6)),
            (date(2028, 7, 20), date(2028, 8, 30)),
        }
