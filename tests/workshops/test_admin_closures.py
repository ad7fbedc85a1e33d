"""Closures taken over from a calendar, what they hit, and what becomes of those dates."""

from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core import due
from core.models import OutgoingMail
from places.models import Closure
from tests import factories as make
from tests import web

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

URL = "/admin/closure/import/"
CALENDARS = Path(__file__).parent.parent / "timetable" / "calendars"


def upload(team: Client, content: bytes, **fields: object) -> object:
    file = SimpleUploadedFile("ferien.ics", content, content_type="text/calendar")
    return team.post(URL, {"file": file, "kind": "holidays", **fields})


def calendar(*days: tuple[str, str, str]) -> bytes:
    events = "".join(
        f"BEGIN:VEVENT\nUID:{uid}\nSUMMARY:{name}\nDTSTART;VALUE=DATE:{day}\nEND:VEVENT\n"
        for uid, name, day in days
    )
    return f"BEGIN:VCALENDAR\n{events}END:VCALENDAR\n".encode()


def save(team: Client, shown: object, **more: object) -> object:
    return team.post(URL, {"days": web.hidden_fields(shown)["days"][0], **more})  # type: ignore[arg-type]


class TestTakingOver:
    def test_everything_is_shown_before_anything_is_saved_and_the_second_time_only_what_changed(
        self, team: Client
    ) -> None:
        shown = upload(team, calendar(("a", "Ostern", "20270322"), ("b", "Pfingsten", "20270518")))
        assert "Ostern" in web.words(shown)
        assert not Closure.objects.exists()
        save(team, shown)
        save(team, shown)  # two clicks
        assert list(Closure.objects.values_list("name", "kind")) == [
            ("Ostern", "holidays"),
            ("Pfingsten", "holidays"),
        ]
        again = upload(team, calendar(("a", "Osterferien", "20270323")))
        said = web.words(again)
        assert "Osterferien" in said
        assert "Pfingsten" in said
        nothing = upload(team, calendar(("a", "Ostern", "20270322"), ("b", "Pfingsten", "20270518")))
        assert not web.page(nothing).select("main form button")
        gone = Closure.objects.get(name="Pfingsten")
        save(team, again)
        assert set(Closure.objects.values_list("name", flat=True)) == {"Osterferien", "Pfingsten"}
        save(team, again, remove=[gone.pk, "abc", "99999"])
        assert Closure.objects.get().first_date == date(2027, 3, 23)

    def test_what_was_entered_by_hand_is_never_removed(self, team: Client) -> None:
        byhand = make.closure(date(2027, 3, 1))
        shown = upload(team, calendar(("a", "Ostern", "20270322")))
        save(team, shown, remove=[byhand.pk])
        assert Closure.objects.count() == 2

    def test_a_file_larger_than_five_megabytes_is_refused_by_its_size(self, team: Client) -> None:
        response = upload(team, b"BEGIN:VCALENDAR\n" + b"x" * (5 * 1024 * 1024))
        assert response.status_code == 422  # type: ignore[attr-defined]
        assert "5 MB" in web.words(response)

    @pytest.mark.parametrize("path", sorted(CALENDARS.glob("bad-*.ics")), ids=lambda path: path.stem)
    def test_a_bad_file_is_answered_and_changes_nothing(self, team: Client, path: Path) -> None:
        response = upload(team, path.read_bytes())
        assert response.status_code == 422  # type: ignore[attr-defined]
        assert web.page(response).select(".error-message")
        assert not Closure.objects.exists()

    def test_neither_or_both_or_a_private_address_or_nonsense_is_answered(self, team: Client) -> None:
        for fields in (
            {},
            {"address": "https://127.0.0.1/a.ics"},
            {"address": "http://example.org/a.ics"},
            {"address": "keine Adresse"},
            {"address": "https://localhost/a.ics", "kind": "auction"},
            {"address": "https://localhost/a.ics", "venue": "999"},
        ):
            response = team.post(URL, {"kind": "holidays", **fields})
            assert response.status_code == 422, fields
            assert web.page(response).select(".error-message"), fields

    def test_tampered_days_are_not_saved(self, team: Client) -> None:
        shown = upload(team, calendar(("a", "Ostern", "20270322")))
        packed = web.hidden_fields(shown)["days"][0]  # type: ignore[arg-type]
        for days in ("", "x", packed[:-3], packed[::-1]):
            assert team.post(URL, {"days": days}).status_code == 302
        other = web.signed_in(make.staff("Kursteam"))
        assert other.post(URL, {"days": packed}).status_code in (302, 403)
        assert not Closure.objects.exists()


class TestHits:
    def hits(self, *closures: Closure) -> str:
        return "/admin/courserun/closures/?closures=" + ",".join(str(closure.pk) for closure in closures)

    def test_saving_a_closure_leads_to_the_dates_it_hits_and_only_then(self, team: Client) -> None:
        run = make.run()
        data = {
            "name": "Umbau",
            "kind": "closed",
            "first_date": "2027-01-20",
            "last_date": "2027-01-21",
            "venue": "",
        }
        response = team.post("/admin/closure/new/", data)
        closure = Closure.objects.get()
        assert response.headers["Location"] == self.hits(closure)
        said = web.words(team.get(response.headers["Location"]))
        assert run.number in said
        quiet = team.post(
            "/admin/closure/new/", {**data, "first_date": "2027-06-01", "last_date": "2027-06-01"}
        )
        assert "courserun" not in quiet.headers["Location"]

    def test_holidays_hit_only_runs_that_skip_them_and_a_place_only_its_rooms(self, team: Client) -> None:
        here, there, online = (
            make.run(),
            make.run(skip_holidays=True),
            make.run(online_url="https://a.example.org/x"),
        )
        everywhere = make.closure(date(2027, 1, 20))
        holidays = make.closure(date(2027, 1, 20), kind="holidays")
        place = make.closure(date(2027, 1, 20), venue=make.first(here).room.venue)  # type: ignore[union-attr]
        for closure, expected in (
            (everywhere, {here, there, online}),
            (holidays, {there}),
            (place, {here}),
        ):
            said = web.words(team.get(self.hits(closure)))
            assert {run for run in (here, there, online) if run.number in said} == expected

    def test_what_is_in_the_way_of_the_new_day_is_shown_before_it_is_taken(self, team: Client) -> None:
        room = make.room(name="Saal")
        hit = make.first(make.run(rule="", room=room))
        other = make.run(rule="", room=room, first_date=date(2027, 1, 15))
        url = self.hits(make.closure(date(2027, 1, 13), name="Umbau"))
        answers = {f"date-{hit.pk}-what": "move", "reason": "Umbau"}
        for day, expected in (("2027-01-15", True), ("2027-01-14", False)):
            said = web.words(team.post(url, {**answers, f"date-{hit.pk}-day": day}))
            assert (other.number in said) is expected, day

    def test_some_are_cancelled_some_move_some_stay_in_one_act(self, team: Client) -> None:
        runs = [make.run(rule="") for _ in range(3)]
        sessions = [make.first(run) for run in runs]
        make.book(sessions[0], email="erna@example.org")
        url = self.hits(make.closure(date(2027, 1, 13), name="Umbau"))
        answers = {
            f"date-{sessions[0].pk}-what": "cancel",
            f"date-{sessions[1].pk}-what": "move",
            f"date-{sessions[1].pk}-day": "2027-01-15",
            f"date-{sessions[2].pk}-what": "leave",
            "reason": "Umbau",
        }
        for missing in ("reason", f"date-{sessions[1].pk}-day", f"date-{sessions[2].pk}-what"):
            assert team.post(url, {**answers, missing: ""}).status_code == 422, missing
        preview = team.post(url, answers)
        assert "erna@example.org" in web.words(preview)
        for session in sessions:
            session.refresh_from_db()
            assert session.sequence == 0
        bad = {**answers, f"date-{sessions[1].pk}-day": "2027-01-04", "step": "confirm"}
        assert team.post(url, bad).status_code == 409
        sessions[0].refresh_from_db()
        assert not sessions[0].is_cancelled
        team.post(url, {**answers, "step": "confirm"})
        for session in sessions:
            session.refresh_from_db()
        assert sessions[0].is_cancelled
        assert sessions[1].starts_at.astimezone(make.BERLIN).isoformat() == "2027-01-15T14:00:00+01:00"
        assert sessions[2].sequence == 0
        due.do_all(at=make.in_minutes(11))
        assert OutgoingMail.objects.filter(kind="session_cancelled").count() == 1

    def test_strange_addresses_show_nothing(self, team: Client) -> None:
        for query in ("", "?closures=", "?closures=abc,1e9,-1,99999999999999"):
            assert team.get(f"/admin/courserun/closures/{query}").status_code == 200
