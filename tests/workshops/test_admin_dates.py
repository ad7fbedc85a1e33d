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
            "05123 4567",
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

    def test_what_is_in_the_way_is_shown_before_a_date_moves_and_after_an_extra_one(
        self, team: Client
    ) -> None:
        room, hanne = make.room(name="Saal"), make.facilitator("Hanne Brandt")
        session = make.first(make.run(rule="", facilitators=[hanne]))
        other = make.run(rule="", first_date=date(2027, 1, 14), room=room, facilitators=[hanne])
        data = {"date": "2027-01-14", "start_time": "14:30", "duration_minutes": "60", "reason": "Platz"}
        said = web.words(team.post(self.move(session), {**data, "room": room.pk, "facilitators": hanne.pk}))
        assert said.count(other.number) == 2
        elsewhere = {**data, "room": make.room().pk}
        assert other.number not in web.words(team.post(self.move(session), elsewhere))
        added = team.post(
            f"/admin/courserun/dates/{session.run_id}/add/", {**data, "room": room.pk}, follow=True
        )
        assert web.words(added).count(other.number) == 1

    def test_whoever_teaches_elsewhere_at_the_time_is_said_when_chosen(self, team: Client) -> None:
        hanne = make.facilitator("Hanne Brandt")
        session, other = make.session(), make.run(rule="", facilitators=[hanne])
        data = {
            "date": "2027-01-13",
            "start_time": "14:00",
            "duration_minutes": "90",
            "room": session.room_id,
            "facilitators": hanne.pk,
        }
        said = web.words(team.post(self.move(session), data, follow=True))
        assert other.number in said
        assert session.facilitators.get() == hanne

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

    def test_this_and_all_that_follow_are_cancelled_in_one_act_told_in_one_mail_and_undone_together(
        self, team: Client
    ) -> None:
        run = make.run(booking_mode="series", rule="RRULE:FREQ=WEEKLY;COUNT=4")
        make.book_series(run, email="erna@example.org")
        second = run.sessions.order_by("starts_at")[1]
        data = {"reason": "Krank", "scope": "following"}
        preview = team.post(self.cancel(second), data)
        assert len(web.page(preview).select("main ul li")) >= 3
        response = team.post(self.cancel(second), {**data, "step": "confirm"})
        assert [s.state for s in run.sessions.order_by("starts_at")] == ["planned"] + ["cancelled"] * 3
        team.post(response.headers["Location"])
        assert [s.state for s in run.sessions.order_by("starts_at")] == ["planned"] * 4
        team.post(self.cancel(second), {**data, "step": "confirm"})
        due.do_all(at=make.in_minutes(11))
        assert OutgoingMail.objects.filter(kind="dates_changed").count() == 1
        assert not OutgoingMail.objects.filter(kind="session_cancelled").exists()

    def test_an_open_run_cancelled_from_here_on_gets_no_further_dates_until_that_is_undone(
        self, team: Client
    ) -> None:
        run = make.run(rule="RRULE:FREQ=WEEKLY")
        third = run.sessions.order_by("starts_at")[2]
        data = {"reason": "Ende", "scope": "following", "step": "confirm"}
        response = team.post(self.cancel(third), data)
        later = make.NOW + timedelta(days=30)
        assert operations.extend_run(run=run, at=later) == 0
        assert run.sessions.taking_place().count() == 2
        # Undone within the ten minutes it goes on as before.
        team.post(response.headers["Location"])
        assert operations.extend_run(run=run, at=later) > 0

    def test_note_and_facilitator_of_one_date_change_at_once_and_nobody_is_written_to(
        self, team: Client
    ) -> None:
        session = make.session()
        make.book(session)
        mails = OutgoingMail.objects.count()
        somebody = make.facilitator("Ida Kern")
        page = web.page(team.get(self.move(session)))
        data = {str(f["name"]): str(f.get("value", "")) for f in page.select("main form input[type='text']")}
        data |= {"duration_minutes": "90", "room": str(session.room_id), "note": "Bitte Tablet mitbringen"}
        response = team.post(self.move(session), {**data, "facilitators": [somebody.pk]})
        assert response.status_code == 302
        session.refresh_from_db()
        assert (session.note, list(session.facilitators.all())) == ("Bitte Tablet mitbringen", [somebody])
        due.do_all(at=make.in_minutes(11))
        assert OutgoingMail.objects.count() == mails

    def test_an_extra_date_takes_the_series_along_and_names_who_does_not_fit(self, team: Client) -> None:
        run = make.run(booking_mode="series", capacity=2)
        make.book_series(run, "Erna Meier", "Paul Meier")
        url = f"/admin/courserun/dates/{run.pk}/add/"
        assert team.get(url).status_code == 200
        data = {
            "date": "2027-02-12",
            "start_time": "10:00",
            "duration_minutes": "60",
            "room": make.first(run).room_id,
        }
        response = team.post(url, data)
        assert response.status_code == 302
        extra = run.sessions.get(planned_for=None)
        assert (extra.seats_taken, extra.starts_at.hour) == (2, 9)
        page = web.page(team.get(f"/admin/courserun/dates/{run.pk}/"))
        (link,) = page.select("a[href*='/admin/courserun/notice/']")
        assert link.text == web.in_german("See who is told")
        assert team.post(url, data).status_code == 409
        for changed in ({"date": "2027-02-30"}, {"room": ""}, {"start_time": ""}, {"date": "2099-01-01"}):
            assert team.post(url, {**data, **changed}).status_code == 422, changed
        assert team.post(url, {**data, "date": "2027-01-04"}).status_code == 409
        due.do_all(at=make.in_minutes(11))
        assert OutgoingMail.objects.filter(kind="dates_changed").count() == 1

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
