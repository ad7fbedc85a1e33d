"""Cancelling and moving one date: who is told and how, and ten minutes to undo it."""

from datetime import date, time, timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from core import due
from core.models import OutgoingMail
from tests import factories as make
from tests import web
from workshops import operations
from workshops.models import Notice, Session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


class TestChangingADate:
    def cancel(self, session: Session) -> str:
        return f"/admin/courserun/date/{session.pk}/cancel/"

    def move(self, session: Session) -> str:
        return f"/admin/courserun/date/{session.pk}/move/"

    def test_a_preview_says_who_is_told_and_how(self, team: Client) -> None:
        session = make.session()
        make.book(session, "Erna Meier", email="erna@example.org")
        make.book(session, "Paul Kunz", email="", phone="+4951234567")
        gone = make.book(session, "Ida Weg")
        operations.cancel_booking(booking=gone, at=make.NOW)
        before = OutgoingMail.objects.count()
        response = team.post(self.cancel(session), {"reason": "Die Heizung ist kaputt"})
        assert response.status_code == 200
        said = web.words(response)
        for expected in (
            "Erna Meier",
            "erna@example.org",
            "Paul Kunz",
            "+4951234567",
            "Die Heizung ist kaputt",
        ):
            assert expected in said
        assert "Ida Weg" not in said
        session.refresh_from_db()
        assert session.state == Session.State.PLANNED
        assert not Notice.objects.exists()
        assert OutgoingMail.objects.count() == before

    def test_confirming_cancels_and_people_are_told_ten_minutes_later(
        self, team: Client, editor: User
    ) -> None:
        session = make.session()
        make.book(session, email="erna@example.org")
        response = team.post(self.cancel(session), {"reason": "Krank", "step": "confirm"})
        notice = Notice.objects.get()
        assert response.headers["Location"] == f"/admin/courserun/notice/{notice.pk}/"
        assert notice.by == editor
        session.refresh_from_db()
        assert (session.state, session.reason) == (Session.State.CANCELLED, "Krank")
        due.do_all(at=make.in_minutes(9.9))
        assert not OutgoingMail.objects.filter(kind="session_cancelled").exists()
        due.do_all(at=make.in_minutes(10))
        assert OutgoingMail.objects.filter(kind="session_cancelled").count() == 1

    def test_until_then_it_can_be_undone_and_nobody_is_told(
        self, team: Client, clock: time_machine.Traveller
    ) -> None:
        session = make.session()
        make.book(session)
        team.post(self.cancel(session), {"reason": "Krank", "step": "confirm"})
        url = f"/admin/courserun/notice/{Notice.objects.get().pk}/"
        assert web.page(team.get(url)).select("main form button[type='submit']")
        clock.shift(timedelta(minutes=9))
        assert team.post(url).headers["Location"] == f"/admin/courserun/dates/{session.run_id}/"
        session.refresh_from_db()
        assert (session.state, session.reason) == (Session.State.PLANNED, "")
        due.do_all(at=make.in_minutes(60))
        assert not OutgoingMail.objects.filter(kind="session_cancelled").exists()
        assert team.post(url).headers["Location"] == url

    def test_after_ten_minutes_it_can_no_longer_be_undone(
        self, team: Client, clock: time_machine.Traveller
    ) -> None:
        session = make.session()
        team.post(self.cancel(session), {"reason": "Krank", "step": "confirm"})
        url = f"/admin/courserun/notice/{Notice.objects.get().pk}/"
        clock.shift(timedelta(minutes=10))
        assert not web.page(team.get(url)).select("main form button[type='submit']")
        team.post(url)
        session.refresh_from_db()
        assert session.state == Session.State.CANCELLED

    def test_a_moved_date_keeps_its_people_and_its_uid(self, team: Client) -> None:
        session = make.session()
        make.book(session)
        room = make.room(name="Saal")
        data = {
            "date": "2027-01-14",
            "start_time": "16:30",
            "duration_minutes": "60",
            "room": room.pk,
            "reason": "Raum belegt",
        }
        preview = team.post(self.move(session), data)
        assert "16:30" in web.words(preview)
        assert "17:30" in web.words(preview)
        team.post(self.move(session), {**data, "step": "confirm"})
        moved = Session.objects.get()
        assert moved.starts_at.astimezone(make.BERLIN).isoformat() == "2027-01-14T16:30:00+01:00"
        assert moved.ends_at - moved.starts_at == timedelta(hours=1)
        assert (moved.uid, moved.room, moved.seats_taken) == (session.uid, room, 1)
        due.do_all(at=make.in_minutes(10))
        assert OutgoingMail.objects.filter(kind="session_moved").count() == 1

    def test_the_form_begins_with_the_date_as_it_is_and_refuses_to_change_nothing(self, team: Client) -> None:
        session = make.session(first_date=date(2027, 7, 14), start_time=time(9, 0))
        page = web.page(team.get(self.move(session)))
        values = {str(f["name"]): str(f.get("value", "")) for f in page.select("main input[name]")}
        assert values["start_time"].startswith("09:00")
        assert values["date"] in ("2027-07-14", "14.07.2027")
        assert session.room is not None
        data = {
            "date": values["date"],
            "start_time": values["start_time"],
            "duration_minutes": "90",
            "room": session.room.pk,
            "reason": "Nur so",
            "step": "confirm",
        }
        assert team.post(self.move(session), data).status_code == 409
        assert not Notice.objects.exists()

    def test_bad_input_is_answered_and_nothing_moves(self, team: Client) -> None:
        session = make.session()
        assert session.room is not None
        for changed, status in (
            ({"reason": ""}, 422),
            ({"reason": "\x00 \u202e"}, 422),
            ({"reason": "x" * 201}, 422),
            ({"date": "31.02.2027"}, 422),
            ({"date": ""}, 422),
            ({"start_time": "24:00"}, 422),
            ({"duration_minutes": "0"}, 422),
            ({"duration_minutes": "9999999"}, 422),
            ({"room": ""}, 422),
            ({"room": "999999"}, 422),
            ({"date": "2027-01-10"}, 409),
            ({"date": "0001-01-01", "start_time": "00:00"}, 422),
            ({"date": "9999-12-31", "start_time": "23:59", "duration_minutes": "1440"}, 422),
        ):
            data = {
                "date": "2027-01-14",
                "start_time": "16:30",
                "duration_minutes": "60",
                "room": session.room.pk,
                "reason": "Raum",
                "step": "confirm",
                **changed,
            }
            response = team.post(self.move(session), data)
            assert response.status_code == status, changed
            assert web.page(response).select(".error-message, .help-critical"), changed
            session.refresh_from_db()
            assert session.sequence == 0

    @pytest.mark.parametrize("what", ["cancelled", "begun", "just changed"])
    def test_what_can_no_longer_be_changed_says_so(
        self, what: str, team: Client, clock: time_machine.Traveller
    ) -> None:
        session = make.session()
        if what == "begun":
            clock.move_to(session.starts_at)
        else:
            operations.cancel_session(session=session, reason="Krank", at=make.NOW, by=None)
        if what == "just changed":
            operations.undo_notice(notice=Notice.objects.get(), at=make.NOW, by=None)
            session.refresh_from_db()
            starts_at = session.starts_at + timedelta(hours=1)
            operations.move_session(
                session=session,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=1),
                room=session.room,
                reason="Später",
                at=make.NOW,
                by=None,
            )
        else:
            assert team.get(self.cancel(session)).status_code == 302
        response = team.post(self.cancel(session), {"reason": "Noch einmal", "step": "confirm"})
        assert response.status_code == 409
        assert Notice.objects.filter(reason="Noch einmal").count() == 0

    def test_two_clicks_on_cancel_are_one_notice(self, team: Client) -> None:
        session = make.session()
        for _ in range(2):
            team.post(self.cancel(session), {"reason": "Krank", "step": "confirm"})
        assert Notice.objects.count() == 1

    def test_going_back_keeps_the_reason(self, team: Client) -> None:
        response = team.post(self.cancel(make.session()), {"reason": "Krank", "step": "back"})
        field = web.page(response).select_one("input[name='reason']")
        assert field is not None
        assert field["value"] == "Krank"

    def test_an_unknown_date_is_not_found(self, team: Client) -> None:
        for url in ("date/999/cancel/", "date/999/move/", "notice/999/", "dates/999/", "edit/999/"):
            assert team.get(f"/admin/courserun/{url}").status_code == 404
