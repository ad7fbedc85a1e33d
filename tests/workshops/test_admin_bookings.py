"""Bookings as the team finds them, and rows that others need are kept."""

from datetime import time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import ADMINISTRATORS
from core.models import AuditEntry
from tests import factories as make
from tests import web
from workshops.models import Booking, CoursePage
from workshops.operations import Guest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


class TestBookings:
    def found(self, team: Client, query: str) -> set[int]:
        page = web.page(team.get("/admin/booking/", {"q": query}))
        return {
            int(str(a["href"]).rstrip("/").split("/")[-1]) for a in page.select("main a[href*='/inspect/']")
        }

    def test_a_booking_is_found_by_what_somebody_says_on_the_telephone(self, team: Client) -> None:
        session = make.session()
        booking = make.book(
            session, "Erna Meier", "Paul Schröder", email="erna@example.org", phone="+4951234567"
        )
        Booking.objects.filter(pk=booking.pk).update(code="Apfel-Laterne-47")
        other = make.book(make.session(), "Ida Kunz")
        Booking.objects.filter(pk=other.pk).update(code="Zebra-Kanne-22")
        for said in (
            "Apfel-Laterne-47",
            "apfel laterne 47",
            "APFEL  LATERNE-47",
            "apfel-laterne",
            "laterne 47",
            " Apfel ",
            "05123 4567",
            "0512-34567",
            "4567",
            "Meier",
            "erna meier",
            "Schröder",
            "erna@example",
            session.run.number,
        ):
            assert self.found(team, said) == {booking.pk}, said
        assert self.found(team, "") == {booking.pk, other.pk}
        assert self.found(team, "Birne") == set()

    def test_a_strange_search_finds_nothing_and_breaks_nothing(self, team: Client) -> None:
        make.book(make.session(), "Erna Meier", email="erna@example.org")
        for query in (
            "%",
            "_",
            "'",
            '"',
            "*",
            "x" * 3000,
            "🙂",
            "-",
            "%qx",
        ):
            assert self.found(team, query) == set(), query
        assert team.get("/admin/booking/", {"q": "\x00"}).status_code == 200

    def test_looking_at_a_booking_is_written_down(self, team: Client, editor: User) -> None:
        booking = make.book(make.session(), guests=[Guest("Erna Meier", need="Rollstuhl")])
        AuditEntry.objects.all().delete()
        response = team.get(f"/admin/booking/inspect/{booking.pk}/")
        for expected in (booking.code, "Erna Meier", "Rollstuhl"):
            assert expected in web.words(response)
        entry = AuditEntry.objects.get()
        assert (entry.verb, entry.user, entry.subject_id, entry.at) == (
            "view_booking",
            editor,
            str(booking.public_id),
            make.NOW,
        )
        assert "Erna" not in str(entry.detail)

    def test_the_team_cancels_and_confirms_for_somebody_who_calls(self, team: Client, editor: User) -> None:
        booking = make.book(make.session(hold_until_confirmed=True), email="", phone="+4951234567")
        url = f"/admin/booking/inspect/{booking.pk}/"
        team.post(url, {"act": "confirm"})
        booking.refresh_from_db()
        assert booking.state == Booking.State.CONFIRMED
        for _ in range(2):
            team.post(url, {"act": "cancel"})
        booking.refresh_from_db()
        assert booking.state == Booking.State.CANCELLED
        assert (
            AuditEntry.objects.filter(verb__in=["confirm_booking", "cancel_booking"], user=editor).count()
            == 2
        )
        team.post(url, {"act": "delete"})
        assert Booking.objects.filter(pk=booking.pk).exists()

    def test_an_erased_booking_can_still_be_looked_at(self, team: Client) -> None:
        from workshops.retention import erase_booking

        booking = make.book(make.session(), "Erna Meier")
        erase_booking(booking_id=booking.pk, at=make.NOW)
        response = team.get(f"/admin/booking/inspect/{booking.pk}/")
        assert "Erna" not in web.words(response)
        assert booking.code in web.words(response)
        assert team.get("/admin/booking/").status_code == 200

    def test_there_is_no_way_to_add_change_or_delete_one_by_hand(self, team: Client) -> None:
        booking = make.book(make.session())
        for name in ("new/", f"edit/{booking.pk}/", f"delete/{booking.pk}/", f"copy/{booking.pk}/"):
            assert team.get(f"/admin/booking/{name}").status_code == 404


class TestKeptPages:
    @pytest.fixture
    def boss(self) -> Client:
        make.site()
        return web.signed_in(make.staff(ADMINISTRATORS))

    def delete(self, client: Client, page: Any, *, bulk: bool) -> Any:
        if bulk:
            return client.post(f"/admin/bulk/wagtailcore/page/delete/?next=/admin/&id={page.pk}")
        return client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))

    @pytest.mark.parametrize("bulk", [False, True])
    @pytest.mark.parametrize("which", ["course", "its translation", "programme", "home"])
    def test_a_course_with_runs_and_whatever_lies_above_it_is_kept(
        self, boss: Client, which: str, bulk: bool
    ) -> None:
        run = make.run()
        page = {
            "course": run.course,
            "its translation": make.in_language(run.course),
            "programme": run.course.get_parent(),
            "home": make.site(),
        }[which]
        response = self.delete(boss, page, bulk=bulk)
        assert response.status_code in (302, 403)
        assert type(page).objects.filter(pk=page.pk).exists()
        assert CoursePage.objects.filter(pk=run.course_id).exists()
        follow = boss.get("/admin/")
        assert follow.status_code == 200

    @pytest.mark.parametrize("bulk", [False, True])
    def test_an_exhibit_that_was_on_show_is_kept_too(self, boss: Client, bulk: bool) -> None:
        exhibit = make.exhibit()
        make.showing(exhibit)
        for page in (exhibit, make.showroom()):
            assert self.delete(boss, page, bulk=bulk).status_code == 302
            assert type(page).objects.filter(pk=page.pk).exists()

    def test_the_editor_is_told_what_to_do_instead(self, boss: Client) -> None:
        run = make.run()
        self.delete(boss, run.course, bulk=False)
        assert run.course.title in web.words(boss.get("/admin/pages/"))

    @pytest.mark.parametrize("bulk", [False, True])
    def test_a_course_without_runs_can_be_deleted(self, boss: Client, bulk: bool) -> None:
        course = make.course()
        assert self.delete(boss, course, bulk=bulk).status_code == 302
        assert not CoursePage.objects.filter(pk=course.pk).exists()

    def test_unpublishing_takes_it_from_the_site_and_loses_nothing(self, boss: Client) -> None:
        run = make.run()
        boss.post(reverse("wagtailadmin_pages:unpublish", args=[run.course_id]))
        assert Client().get(f"/programm/{run.course.slug}/").status_code == 404
        assert run.sessions.count() == 3
        make.publish(CoursePage.objects.get(pk=run.course_id))
        assert Client().get(f"/programm/{run.course.slug}/").status_code == 200


class TestRowsBehindOtherRows:
    @pytest.mark.parametrize("kind", ["venue", "room", "generation", "station", "facilitator", "topic"])
    def test_deleting_what_others_need_is_no_crash(self, kind: str) -> None:
        generation, topic = make.generation(), make.topic()
        course = make.course(generations=[generation], topics=[topic])
        someone = make.facilitator()
        session = make.session(course=course, facilitators=[someone])
        booking = make.book(session, guests=[Guest("Erna", generation.pk)])
        showing = make.showing(make.exhibit())
        assert session.room is not None
        row: Any = {
            "venue": session.room.venue,
            "room": session.room,
            "generation": generation,
            "station": showing.station,
            "facilitator": someone,
            "topic": topic,
        }[kind]
        boss = web.signed_in(make.staff(superuser=True))
        url = f"/admin/{kind}/delete/{row.pk}/"
        assert boss.get(url).status_code in (200, 302)
        assert boss.post(url).status_code in (200, 302)
        booking.refresh_from_db()
        session.refresh_from_db()
        assert booking.participants.get().generation == generation
        if kind not in ("facilitator", "topic"):
            assert type(row).objects.filter(pk=row.pk).exists()


def test_the_admin_is_in_german_whatever_the_browser_prefers(team: Client) -> None:
    for header in ("de", "en", "fr"):
        page = web.page(team.get("/admin/", headers={"accept-language": header}))
        assert page.html is not None
        assert page.html["lang"] == "de"


def test_the_admin_shows_the_houses_time_to_everybody(team: Client, editor: User) -> None:
    from wagtail.users.models import UserProfile

    profile = UserProfile.get_for_user(editor)
    profile.current_time_zone = "America/New_York"
    profile.save()
    session = make.session(start_time=time(14, 0))
    assert "14:00" in web.words(team.get(f"/admin/courserun/dates/{session.run_id}/"))
