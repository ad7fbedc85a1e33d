"""Meine Termine: people who teach see their own dates and who comes, and nothing else."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.roles import FACILITATORS
from core.models import AuditEntry
from places.models import RoomUse
from tests import factories as make
from tests import web
from workshops import operations
from workshops.models import CourseRun, Facilitator, FacilitatorAbsence, Helper, HelperShift, Session
from workshops.operations import Guest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

MINE = "/admin/meine-termine/"
DAY = date(2027, 1, 13)


@pytest.fixture
def user() -> User:
    make.site()
    return make.staff(FACILITATORS)


@pytest.fixture
def hanne(user: User) -> Facilitator:
    return Facilitator.objects.create(name="Hanne Brandt", user=user)


@pytest.fixture
def own(user: User) -> Client:
    return web.signed_in(user)


def taught_by(*people: Facilitator, first_date: date = DAY, **fields: Any) -> Session:
    at = make.NOW - timedelta(days=60)
    return make.first(make.run(rule="", first_date=first_date, facilitators=people, at=at, **fields))


def page_of(session: Session) -> str:
    return f"{MINE}termin/{session.public_id}/"


def at_noon(day: date) -> Any:
    return time_machine.travel(make.NOW + (day - make.NOW.date()), tick=False)


class TestOwnDates:
    def test_they_stand_there_with_room_seats_note_and_helpers(self, own: Client, hanne: Facilitator) -> None:
        session = taught_by(hanne, room=make.room(name="Saal"), capacity=5, helpers_wanted=2)
        make.book(session, "Erna Meier")
        Session.objects.filter(pk=session.pk).update(note="Bitte Ladekabel mitbringen")
        somebody = Helper.objects.create(name="Leo Hilft", email="leo@example.org")
        HelperShift.objects.create(helper=somebody, session=session, changed_at=make.NOW)
        said = web.words(own.get(MINE))
        for words in (
            "Mittwoch, 13. Januar 2027",
            "14:00–15:30",
            session.run.number,
            "Saal",
            "1 von 5 belegt",
            "Bitte Ladekabel mitbringen",
            "Leo Hilft",
            "1 fehlt",
        ):
            assert words in said, words
        assert "leo@example.org" not in said
        assert "Erna Meier" not in said

    def test_those_of_others_drafts_and_older_ones_do_not(self, own: Client, hanne: Facilitator) -> None:
        others = taught_by(make.facilitator("Ida Kern"))
        draft = taught_by(hanne)
        CourseRun.objects.filter(pk=draft.run_id).update(state="draft")
        old = taught_by(hanne, first_date=date(2026, 12, 10))
        recent = taught_by(hanne, first_date=date(2026, 12, 14))
        page = web.page(own.get(MINE))
        for hidden in (others, draft, old):
            assert hidden.run.number not in page.get_text()
            if hidden is not old:
                assert own.get(page_of(hidden)).status_code == 404
        folded = page.select_one("details")
        assert folded is not None
        assert recent.run.number in folded.get_text()
        assert not folded.has_attr("open")

    def test_what_else_a_room_is_used_for_is_not_told(self, own: Client, hanne: Facilitator) -> None:
        session = taught_by(hanne)
        use = RoomUse(
            room=session.room, name="Geheime Sitzung", first_date=DAY, start_time=session.starts_at.time()
        )
        operations.save_room_use(use=use, at=make.NOW, by=None)
        for url in (MINE, page_of(session)):
            assert "Geheime" not in own.get(url).content.decode()

    def test_a_cancelled_date_stays_as_cancelled_without_names(self, own: Client, hanne: Facilitator) -> None:
        session = taught_by(hanne)
        make.book(session, "Erna Meier")
        operations.cancel_session(session=session, reason="Wasserschaden", at=make.NOW, by=None)
        assert "Dieser Termin fällt aus. Wasserschaden" in web.words(own.get(MINE))
        said = web.words(own.get(page_of(session)))
        assert "Dieser Termin ist abgesagt. Es kommt niemand. Wasserschaden" in said
        assert "Erna" not in said


class TestWhoComes:
    def test_names_and_needs_without_contact(self, own: Client, hanne: Facilitator) -> None:
        session = taught_by(hanne)
        generation = make.generation("Ab 60")
        booking = make.book(
            session,
            guests=[Guest("Erna Meier", generation.pk, need="Große Schrift"), Guest("Anton Abel")],
            email="erna@example.org",
            phone="+4951234567",
        )
        answer = own.get(page_of(session))
        (table,) = web.page(answer).select("table.people")
        rows = [" ".join(row.get_text(" ").split()) for row in table.select("tbody tr")]
        assert rows == ["Anton Abel", "Erna Meier Ab 60 Große Schrift"]
        for private in ("erna@example.org", "+4951234567", "05123 4567", booking.code, "/admin/booking/"):
            assert private not in answer.content.decode(), private

    @pytest.mark.parametrize(
        ("day", "names", "needs"),
        [
            (DAY - timedelta(days=15), False, False),
            (DAY - timedelta(days=14), True, True),
            (DAY, True, True),
            (DAY + timedelta(days=1), True, True),
            (DAY + timedelta(days=2), True, False),
            (DAY + timedelta(days=7), True, False),
            (DAY + timedelta(days=8), False, False),
        ],
    )
    def test_only_around_the_date(
        self, own: Client, hanne: Facilitator, day: date, names: bool, needs: bool
    ) -> None:
        session = taught_by(hanne)
        make.book(
            session,
            guests=[Guest("Erna Meier", need="Rollstuhl")],
            at=make.NOW - timedelta(days=50),
        )
        with at_noon(day):
            said = web.words(own.get(page_of(session)))
        assert ("Erna Meier" in said) is names
        assert ("Rollstuhl" in said) is needs
        if not names:
            early = "Wer kommt, steht hier ab zwei Wochen vor dem Termin."
            late = "Wer da war, stand hier bis eine Woche nach dem Termin."
            assert (early if day < DAY else late) in said

    def test_each_look_is_written_down_and_only_where_something_was_seen(
        self, own: Client, hanne: Facilitator, user: User
    ) -> None:
        session, far = taught_by(hanne), taught_by(hanne, first_date=DAY + timedelta(days=60))
        for one in (session, far):
            make.book(one, "Erna Meier")
        AuditEntry.objects.all().delete()
        own.get(MINE)
        own.get(page_of(far))
        assert not AuditEntry.objects.exists()
        own.get(page_of(session))
        entry = AuditEntry.objects.get()
        assert (entry.verb, entry.user, entry.subject_id, entry.at, entry.detail) == (
            "view_participants",
            user,
            str(session.public_id),
            make.NOW,
            {"with_needs": True},
        )

    def test_another_ones_date_is_not_there(self, own: Client, hanne: Facilitator) -> None:
        session = taught_by(make.facilitator("Ida Kern"))
        make.book(session, "Erna Meier")
        AuditEntry.objects.all().delete()
        assert own.get(page_of(session)).status_code == 404
        assert not AuditEntry.objects.exists()
        # Two teach: both see it. One is taken off it: no longer.
        session.facilitators.add(hanne)
        assert own.get(page_of(session)).status_code == 200
        session.facilitators.remove(hanne)
        assert own.get(page_of(session)).status_code == 404

    def test_somebody_who_stopped_teaching_sees_nothing(self, own: Client, hanne: Facilitator) -> None:
        session = taught_by(hanne)
        Facilitator.objects.filter(pk=hanne.pk).update(is_archived=True)
        assert own.get(page_of(session)).status_code == 404
        assert session.run.number not in web.words(own.get(MINE))

    def test_it_prints_as_a_sheet_to_sign(self, own: Client, hanne: Facilitator) -> None:
        session = taught_by(hanne)
        make.book(session, guests=[Guest("Erna Meier", need="Rollstuhl")])
        page = web.page(own.get(page_of(session)))
        heads = [th.get_text() for th in page.select("table.people thead th[scope=col]")]
        assert heads == ["Name", "Vorzubereiten", "Da", "Unterschrift"]
        assert [td.get_text() for td in page.select("tbody .people__private")] == ["Rollstuhl"]
        assert page.select_one("button[data-print][hidden]") is not None

    def test_drop_in_and_empty_dates_say_so(self, own: Client, hanne: Facilitator) -> None:
        assert "Niemand hat gebucht." in web.words(own.get(page_of(taught_by(hanne))))
        open_door = taught_by(hanne, booking_mode="drop_in", capacity=None)
        assert "Niemand braucht eine Buchung" in web.words(own.get(page_of(open_door)))


class TestAbsences:
    def enter(self, client: Client, first: str, last: str, **more: str) -> Any:
        return client.post(MINE, {"first_date": first, "last_date": last, **more})

    def test_days_without_dates_are_entered_at_once(
        self, own: Client, hanne: Facilitator, user: User
    ) -> None:
        AuditEntry.objects.all().delete()
        assert self.enter(own, "2027-02-01", "2027-02-05").headers["Location"] == MINE
        absence = hanne.absences.get()
        assert (absence.first_date, absence.last_date) == (date(2027, 2, 1), date(2027, 2, 5))
        assert "1. Februar 2027 – 5. Februar 2027" in web.words(own.get(MINE))
        entry = AuditEntry.objects.get()
        assert (entry.verb, entry.user) == ("add_absence", user)
        # Sent twice is one.
        self.enter(own, "2027-02-01", "2027-02-05")
        assert hanne.absences.count() == 1

    def test_own_dates_that_fall_into_it_are_named_first(
        self, own: Client, hanne: Facilitator, team: Client
    ) -> None:
        session = taught_by(hanne)
        taught_by(make.facilitator("Ida Kern"))
        asked = self.enter(own, "2027-01-13", "2027-01-20")
        assert asked.status_code == 200
        warning = web.page(asked).select_one(".help-warning")
        assert warning is not None
        assert [item.get_text() for item in warning.select("li")] == [
            f"Mittwoch, 13. Januar 2027, 14:00, {session.run.course.title} ({session.run.number})"
        ]
        assert not FacilitatorAbsence.objects.exists()
        assert self.enter(own, "2027-01-13", "2027-01-20", step="confirm").status_code == 302
        session.refresh_from_db()
        assert session.state == Session.State.PLANNED
        assert "Hanne Brandt ist nicht da." in web.words(team.get("/admin/courserun/conflicts/"))

    @pytest.mark.parametrize(
        ("first", "last"),
        [
            ("", ""),
            ("2027-02-05", "2027-02-01"),
            ("2027-01-01", "2027-01-10"),
            ("2027-02-01", "2028-02-02"),
            ("gestern", "2027-02-01"),
            ("2027-02-31", "2027-03-01"),
            ("0001-01-01", "9999-12-31"),
            ("9999-12-31", "9999-12-31"),
        ],
    )
    def test_bad_days_are_answered_beside_the_field(
        self, own: Client, hanne: Facilitator, first: str, last: str
    ) -> None:
        answer = self.enter(own, first, last)
        assert answer.status_code == 422
        page = web.page(answer)
        assert page.select(".my-absences .error-message")
        typed = page.select_one("input[name=last_date]")
        assert typed is not None
        assert typed.get("value", "") == last
        assert not hanne.absences.exists()

    def test_own_days_are_taken_back_and_those_over_stay(self, own: Client, hanne: Facilitator) -> None:
        coming = hanne.absences.create(first_date=date(2027, 1, 10), last_date=date(2027, 1, 11))
        over = hanne.absences.create(first_date=date(2027, 1, 9), last_date=date(2027, 1, 10))
        for absence in (coming, over):
            assert own.post(f"{MINE}abwesenheit/{absence.pk}/").status_code == 302
        assert list(hanne.absences.all()) == [over]
        assert AuditEntry.objects.filter(verb="remove_absence").count() == 1

    def test_those_of_others_are_not_there(self, own: Client, hanne: Facilitator) -> None:
        other = make.facilitator("Ida Kern").absences.create(
            first_date=date(2027, 2, 1), last_date=date(2027, 2, 1)
        )
        assert "1. Februar" not in web.words(own.get(MINE))
        for key in (other.pk, 999999, 10**17):
            assert own.post(f"{MINE}abwesenheit/{key}/").status_code == 404
        assert own.get(f"{MINE}abwesenheit/{other.pk}/").status_code == 405
        assert FacilitatorAbsence.objects.get() == other


class TestSettingUp:
    def form(self, client: Client, somebody: Facilitator) -> Any:
        page = web.page(client.get(f"/admin/facilitator/edit/{somebody.pk}/"))
        return page.select_one("select[name=user]")

    def test_administrators_choose_the_account_by_its_address(self, user: User) -> None:
        boss, hanne = web.signed_in(make.staff("Verwaltung")), make.facilitator("Hanne Brandt")
        field = self.form(boss, hanne)
        assert field is not None
        assert user.email in field.get_text()
        data = {"name": "Hanne Brandt", "bio_de": "", "bio_en": "", "photo": "", "user": user.pk}
        assert boss.post(f"/admin/facilitator/edit/{hanne.pk}/", data).status_code == 302
        assert Facilitator.objects.get(user=user) == hanne
        again = boss.post(f"/admin/facilitator/edit/{make.facilitator('Ida').pk}/", data)
        assert again.status_code == 200
        assert Facilitator.objects.get(user=user) == hanne

    def test_the_course_team_sees_no_accounts_and_leaves_the_link_as_it_is(
        self, team: Client, hanne: Facilitator, user: User
    ) -> None:
        url = f"/admin/facilitator/edit/{hanne.pk}/"
        assert self.form(team, hanne) is None
        assert user.email not in team.get(url).content.decode()
        other = make.staff(FACILITATORS)
        data = {"name": "Hanne B.", "bio_de": "", "bio_en": "", "photo": "", "user": other.pk}
        assert team.post(url, data).status_code == 302
        hanne.refresh_from_db()
        assert (hanne.name, hanne.user) == ("Hanne B.", user)


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(own: Client, hanne: Facilitator, count: int) -> None:
    sessions = []
    for n in range(count):
        session = taught_by(hanne, make.facilitator(), helpers_wanted=1)
        sessions.append(session)
        taught_by(hanne, first_date=date(2027, 1, 4))
        for _ in range(count):
            make.book(session, guests=[Guest("Erna", make.generation().pk, need="Ruhe"), Guest("Otto")])
        somebody = Helper.objects.create(name="Leo", email="leo@example.org")
        HelperShift.objects.create(helper=somebody, session=session, changed_at=make.NOW)
        hanne.absences.create(first_date=date(2027, 2, 1 + n), last_date=date(2027, 2, 1 + n))
    for url, expected in ((MINE, 14), (page_of(sessions[0]), 17)):
        own.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert own.get(url).status_code == 200
        assert len(captured) == expected, url
