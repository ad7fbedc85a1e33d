"""Heute: what the desk needs of a day, for whom, and in a fixed number of queries."""

from datetime import date, time, timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from core.models import AuditEntry
from places.models import Equipment, RoomUse
from tests import factories as make
from tests import web
from workshops import operations
from workshops.models import CourseRun, EquipmentNeed, Helper, HelperShift, Session
from workshops.operations import Guest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

TODAY = "/admin/courserun/today/"
DAY = date(2027, 1, 11)
"""The day at which the clock of the tests stands, at 10:00."""


def a_date(start: time = time(14), **fields: object) -> Session:
    run = make.run(rule="", first_date=DAY, start_time=start, at=make.NOW - timedelta(days=2), **fields)  # type: ignore[arg-type]
    return make.first(run)


def helper(session: Session, name: str, state: str = "signed_up") -> None:
    somebody = Helper.objects.create(name=name, email="hilfe@example.org")
    HelperShift.objects.create(helper=somebody, session=session, state=state, changed_at=make.NOW)


def card(page: BeautifulSoup, session: Session) -> str:
    title = page.find(id=f"date-{session.pk}")
    assert title is not None
    assert title.parent is not None
    return " ".join(title.parent.get_text(" ").split())


def titles(page: BeautifulSoup, part: str) -> list[str]:
    return [number.get_text() for number in page.select(f"{part} .desk-card__number")]


class TestADay:
    def test_a_date_says_all_the_desk_is_asked(self, team: Client) -> None:
        session = a_date(
            course=make.course("Tablet für Neugierige"),
            room=make.room(name="Saal"),
            facilitators=[make.facilitator("Hanne Brandt")],
            setup_minutes=30,
            helpers_wanted=3,
            capacity=4,
        )
        EquipmentNeed.objects.create(
            run=session.run, equipment=Equipment.objects.create(name="Tablets", pieces=12), pieces=4
        )
        generation = make.generation("Ab 60")
        guests = [Guest("Erna Meier", generation.pk, need="Große Schrift"), Guest("Anton Abel")]
        make.book(session, guests=guests, email="erna@example.org", phone="+4951234567")
        helper(session, "Leo Hilft")
        helper(session, "Mia Krank", state="sick")
        said = card(web.page(team.get(TODAY)), session)
        for words in (
            "14:00–15:30",
            "Tablet für Neugierige",
            session.run.number,
            "Saal",
            "Hanne Brandt",
            "Aufbau ab 13:30",
            "2 von 4 belegt",
            "es passen noch 2 dazu",
            "Erna Meier",
            "Ab 60",
            "Große Schrift",
            "05123 4567",
            "erna@example.org",
            "4 × Tablets",
            "Leo Hilft",
            "2 fehlen",
        ):
            assert words in said, words
        assert "Mia Krank" not in said
        assert said.index("Anton Abel") < said.index("Erna Meier")

    def test_full_empty_held_and_drop_in_are_told_apart(self, team: Client) -> None:
        full, empty = a_date(capacity=1), a_date(time(15))
        held, open_door = (
            a_date(time(16), hold_until_confirmed=True),
            a_date(time(17), booking_mode="drop_in", capacity=None),
        )
        make.book(full)
        make.book(held)
        page = web.page(team.get(TODAY))
        assert "voll" in card(page, full)
        assert "Niemand hat gebucht." in card(page, empty)
        assert "noch nicht bestätigt" in card(page, held)
        assert "Niemand braucht eine Buchung" in card(page, open_door)
        assert "Niemand hat gebucht." not in card(page, open_door)

    def test_cancelled_dates_conflicts_and_other_uses_are_there(self, team: Client) -> None:
        room = make.room(name="Saal")
        session, cancelled = a_date(room=room), a_date(time(9, 30), room=make.room())
        gone = a_date(time(11))
        make.book(gone, "Gregor Gone")
        for one in (cancelled, gone):
            Session.objects.filter(pk=one.pk).update(state="cancelled", reason="Wasserschaden")
        use = RoomUse(room=room, name="Ratssitzung", first_date=DAY, start_time=time(15))
        operations.save_room_use(use=use, at=make.NOW, by=None)
        page = web.page(team.get(TODAY))
        for one in (cancelled, gone):
            assert "Dieser Termin fällt aus. Wasserschaden" in card(page, one)
        assert "Gregor" not in page.get_text()
        assert "Saal ist belegt: Ratssitzung." in card(page, session)
        assert "15:00–17:00" in page.select_one(".desk__uses").get_text()  # type: ignore[union-attr]

    def test_holidays_and_closures_of_the_day_are_said(self, team: Client) -> None:
        make.closure(DAY, name="Umbau", venue=make.venue("Alte Post"))
        assert "geschlossen: Umbau (Alte Post)" in web.words(team.get(TODAY))
        assert "Feiertag: Neujahr" in web.words(team.get(TODAY + "?day=2027-01-01"))

    def test_a_day_with_nothing_says_so(self, team: Client) -> None:
        assert "An diesem Tag findet kein Kurs statt." in web.words(team.get(TODAY))

    def test_other_days_are_a_link_away_and_strange_ones_are_today(self, team: Client) -> None:
        session = make.first(make.run(rule="", first_date=DAY + timedelta(days=1)))
        page = web.page(team.get(TODAY))
        assert not page.select(".desk-card")
        links = {str(a["href"]) for a in page.select(".desk__days a")}
        assert links == {f"{TODAY}?day=2027-01-10", f"{TODAY}?day=2027-01-12"}
        tomorrow = web.page(team.get(TODAY + "?day=2027-01-12"))
        assert session.run.number in card(tomorrow, session)
        assert TODAY in {str(a["href"]) for a in tomorrow.select(".desk__days a")}
        for strange in ("gestern", "2027-02-31", "0001-01-01", "9999-12-31", "\x00"):
            answer = team.get(TODAY, {"day": strange})
            assert answer.status_code == 200
            assert "Montag, 11. Januar 2027" in web.words(answer), strange

    def test_what_goes_on_over_midnight_stands_on_both_days(self, team: Client) -> None:
        session = a_date(time(22), minutes=240)
        for query in ("", "?day=2027-01-12"):
            assert "22:00–Di, 02:00" in card(web.page(team.get(TODAY + query)), session)
        assert not web.page(team.get(TODAY + "?day=2027-01-13")).select(".desk-card")

    def test_drafts_are_no_work_for_the_desk(self, team: Client) -> None:
        a_date()
        CourseRun.objects.update(state="draft")
        assert not web.page(team.get(TODAY)).select(".desk-card")


class TestTheNextOneIsOnTop:
    def test_at_ten_to_six_with_a_queue_the_date_at_six_comes_first(self, team: Client) -> None:
        early, running, evening, late = (a_date(time(hour)) for hour in (9, 17, 18, 20))
        with time_machine.travel(make.NOW.replace(hour=16, minute=50), tick=False):
            page = web.page(team.get(TODAY))
        shown = [number.get_text() for number in page.select(".desk-card__number")]
        assert shown == [one.run.number for one in (evening, late, running, early)]
        assert titles(page, "details") == [early.run.number]
        assert page.select_one("details[open]") is None

    @pytest.mark.parametrize(("minute", "part"), [(14, "desk-coming"), (15, "desk-under-way")])
    def test_latecomers_have_a_quarter_of_an_hour(self, team: Client, minute: int, part: str) -> None:
        session = a_date(time(14))
        with time_machine.travel(make.NOW.replace(hour=13, minute=minute), tick=False):
            page = web.page(team.get(TODAY))
        heading = page.find(id=part)
        assert heading is not None
        assert titles(page, f"section[aria-labelledby='{part}']") == [session.run.number]

    def test_another_day_is_read_from_its_beginning(self, team: Client) -> None:
        dates = [a_date(time(hour)) for hour in (9, 14)]
        with time_machine.travel(make.NOW + timedelta(days=1), tick=False):
            page = web.page(team.get(TODAY + "?day=2027-01-11"))
        assert titles(page, "section") == [one.run.number for one in dates]
        assert not page.select("details")


class TestWhoSeesWhat:
    def test_names_are_for_those_who_may_see_bookings(self) -> None:
        session = a_date(helpers_wanted=2)
        make.book(session, guests=[Guest("Erna Meier", need="Rollstuhl")], email="erna@example.org")
        helper(session, "Leo Hilft")
        AuditEntry.objects.all().delete()
        page = web.page(web.signed_in(make.staff("Redaktion")).get(TODAY))
        said = card(page, session)
        for private in ("Erna", "Rollstuhl", "erna@example.org", "Leo"):
            assert private not in page.get_text(), private
        for known in ("1 von 8 belegt", "1 fehlt"):
            assert known in said
        assert "Niemand hat gebucht." not in said
        assert not AuditEntry.objects.exists()

    def test_what_to_prepare_is_for_those_who_may_see_it(self) -> None:
        from django.contrib.auth.models import Group, Permission

        session = a_date()
        make.book(session, guests=[Guest("Erna Meier", need="Rollstuhl")])
        desk = Group.objects.create(name="Empfang")
        desk.permissions.set(
            Permission.objects.filter(codename__in=["access_admin", "view_courserun", "view_booking"])
        )
        user = make.staff("Empfang")
        AuditEntry.objects.all().delete()
        answer = web.signed_in(user).get(TODAY)
        assert "Erna Meier" in card(web.page(answer), session)
        assert "Rollstuhl" not in answer.content.decode()
        assert AuditEntry.objects.get().detail == {"with_needs": False}

    def test_looking_is_written_down_for_each_date_with_people(self, team: Client, editor: User) -> None:
        first, second, cancelled, _empty = (a_date(time(hour)) for hour in (14, 16, 17, 18))
        for session in (first, second, cancelled):
            make.book(session, "Erna Meier")
        Session.objects.filter(pk=cancelled.pk).update(state="cancelled")
        AuditEntry.objects.all().delete()
        team.get(TODAY)
        entries = AuditEntry.objects.all()
        assert {(e.verb, e.user, e.subject_id, e.at) for e in entries} == {
            ("view_participants", editor, str(session.public_id), make.NOW) for session in (first, second)
        }
        assert all(entry.detail == {"with_needs": True} for entry in entries)

    def test_it_is_the_first_entry_of_the_menu(self, team: Client) -> None:
        content = team.get("/admin/").content.decode()
        assert content.index(TODAY) < content.index("/admin/courserun/plan/")


def test_a_sheet_has_a_row_for_everybody_and_room_to_sign(team: Client) -> None:
    session, open_door = a_date(), a_date(time(17), booking_mode="drop_in", capacity=None)
    make.book(session, "Erna Meier", "Anton Abel")
    page = web.page(team.get(TODAY))
    (table,) = page.select("table.people")
    assert table.caption is not None
    heads = [th.get_text() for th in table.select("thead th[scope=col]")]
    assert heads == ["Name", "Kontakt", "Vorzubereiten", "Da", "Unterschrift"]
    rows = table.select("tbody tr")
    assert len(rows) == 2
    assert all(len(row.select("th[scope=row], td")) == 5 for row in rows)
    # Neither contact nor need goes on paper; a date without a list makes no sheet.
    assert len(table.select("thead .people__private")) == 2
    sheets = page.select(".desk-card:not(.desk-card--without-sheet) .desk-card__number")
    assert [sheet.get_text() for sheet in sheets] == [session.run.number]
    assert open_door.run.number in page.get_text()


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(team: Client, count: int) -> None:
    for n in range(count):
        session = a_date(
            time(14 + n), facilitators=[make.facilitator(), make.facilitator()], helpers_wanted=n + 1
        )
        generation = make.generation()
        for _ in range(count):
            make.book(session, guests=[Guest("Erna", generation.pk, need="Ruhe"), Guest("Otto")])
        helper(session, "Leo")
        thing = Equipment.objects.create(name="Tablets", pieces=1)
        EquipmentNeed.objects.create(run=session.run, equipment=thing, pieces=2)
        use = RoomUse(room=session.room, name="Rat", first_date=DAY, start_time=time(14 + n))
        operations.save_room_use(use=use, at=make.NOW, by=None)
    for _ in range(count):
        make.closure(DAY)
    team.get(TODAY)
    with CaptureQueriesContext(connection) as captured:
        assert team.get(TODAY).status_code == 200
    assert len(captured) == 45
