"""Who gets where: every role at every door of ours, over HTTP. And the one place where staff sign in."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import ADMINISTRATORS, COURSE_TEAM, EDITORS
from core.models import OutgoingMail
from tests import factories as make
from tests import web
from workshops import operations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

WHO = [EDITORS, COURSE_TEAM, ADMINISTRATORS]
OWN_DATES = "/admin/meine-termine/"

DOORS: dict[str, tuple[bool, bool, bool]] = {
    # address: editors, course team, administrators
    "/admin/": (True, True, True),
    "/admin/courserun/": (True, True, True),
    "/admin/courserun/today/": (True, True, True),
    "/admin/courserun/plan/": (True, True, True),
    "/admin/courserun/all-dates/": (True, True, True),
    "/admin/courserun/conflicts/": (True, True, True),
    "/admin/courserun/closures/": (False, True, True),
    "/admin/courserun/equipment/{run}/": (False, True, True),
    "/admin/courserun/dates/{run}/add/": (False, True, True),
    "/admin/courserun/new/": (False, True, True),
    "/admin/courserun/edit/{run}/": (False, True, True),
    "/admin/courserun/dates/{run}/": (True, True, True),
    "/admin/courserun/date/{session}/cancel/": (False, True, True),
    "/admin/courserun/date/{session}/move/": (False, True, True),
    "/admin/courserun/notice/{notice}/": (False, True, True),
    "/admin/courserun/history/{run}/": (False, True, True),
    "/admin/booking/": (False, True, True),
    "/admin/booking/results/": (False, True, True),
    "/admin/booking/inspect/{booking}/": (False, True, True),
    "/admin/facilitator/": (True, True, True),
    "/admin/facilitator/new/": (False, True, True),
    "/admin/facilitator/edit/{facilitator}/": (False, True, True),
    "/admin/facilitator/delete/{facilitator}/": (False, False, False),
    "/admin/facilitatorabsence/": (False, True, True),
    "/admin/facilitatorabsence/new/": (False, True, True),
    "/admin/roomuse/": (False, True, True),
    "/admin/roomuse/new/": (False, True, True),
    "/admin/equipment/": (False, True, True),
    "/admin/term/": (False, True, True),
    "/admin/term/new/": (False, True, True),
    "/admin/term/edit/{term}/": (False, True, True),
    "/admin/term/page/{term}/": (False, True, True),
    "/admin/term/changes/{term}/": (False, True, True),
    "/admin/term/keep-printed/{term}/": (False, True, True),
    "/admin/term/delete/{term}/": (False, False, False),
    "/admin/venue/": (True, True, True),
    "/admin/venue/new/": (True, False, True),
    "/admin/venue/edit/{venue}/": (True, False, True),
    "/admin/venue/delete/{venue}/": (False, False, False),
    "/admin/room/": (True, True, True),
    "/admin/room/new/": (True, False, True),
    "/admin/room/delete/{room}/": (False, False, False),
    "/admin/closure/": (False, True, True),
    "/admin/closure/new/": (False, True, True),
    "/admin/closure/delete/{closure}/": (False, True, True),
    "/admin/topic/": (True, False, True),
    "/admin/topic/new/": (True, False, True),
    "/admin/topic/delete/{topic}/": (True, False, True),
    "/admin/generation/": (True, False, True),
    "/admin/generation/new/": (True, False, True),
    "/admin/station/": (True, False, True),
    "/admin/showing/": (True, False, True),
    "/admin/showing/new/": (True, False, True),
    "/admin/messagewording/": (True, False, True),
    "/admin/messagewording/booking_confirmed/de/": (True, False, True),
    "/admin/auditentry/": (False, False, True),
    "/admin/outgoingmail/": (False, False, True),
    "/admin/settings/core/housesettings/": (False, False, True),
    "/admin/users/": (False, False, True),
    "/admin/users/new/": (False, False, True),
    "/admin/groups/": (False, False, False),
    "/admin/sites/": (False, False, True),
    "/admin/pages/": (True, True, True),
}


@pytest.fixture
def rows() -> dict[str, int]:
    """One row behind every address that names one."""
    someone = make.facilitator()
    session = make.session(facilitators=[someone])
    booking = make.book(session)
    notice = operations.cancel_session(session=make.session(), reason="Krank", at=make.NOW, by=None)
    assert session.room is not None
    return {
        "run": session.run_id,
        "session": session.pk,
        "notice": notice.pk,
        "booking": booking.pk,
        "facilitator": someone.pk,
        "venue": session.room.venue_id,
        "room": session.room.pk,
        "closure": make.closure(make.NOW.date()).pk,
        "topic": make.topic().pk,
        "term": make.term().pk,
    }


def opens(client: Client, url: str) -> bool:
    """Whether the door opens; a closed one answers 403, 404 or leads away. Anything else is a fault."""
    response: Any = client.get(url)
    if response.status_code == 302:
        assert response.headers["Location"].startswith(("/admin/", "/anmelden/")), url
        # The settings' address without a number leads on to the one row there is.
        if response.headers["Location"].startswith(url):
            return opens(client, response.headers["Location"])
        return False
    assert response.status_code in (200, 403, 404), url
    return bool(response.status_code == 200)


@pytest.mark.parametrize("role", WHO)
def test_each_role_opens_its_doors_and_no_others(role: str, rows: dict[str, int]) -> None:
    client = web.signed_in(make.staff(role))
    column = WHO.index(role)
    found = {url: opens(client, url.format(**rows)) for url in DOORS}
    assert found == {url: open_to[column] for url, open_to in DOORS.items()}


def test_nobody_without_a_role_and_no_visitor_opens_any(rows: dict[str, int]) -> None:
    make.site()
    for client in (Client(), web.signed_in(make.staff())):
        for url in DOORS:
            assert not opens(client, url.format(**rows)), url


def test_a_closed_door_is_closed_to_posting_too(rows: dict[str, int]) -> None:
    client = web.signed_in(make.staff(EDITORS))
    for url, data in (
        ("/admin/courserun/dates/{run}/", {"act": "archive"}),
        ("/admin/courserun/date/{session}/cancel/", {"reason": "x", "step": "confirm"}),
        ("/admin/courserun/notice/{notice}/", {}),
        ("/admin/booking/inspect/{booking}/", {"act": "cancel"}),
        ("/admin/courserun/new/", {}),
        ("/admin/term/keep-printed/{term}/", {}),
        ("/admin/term/page/{term}/", {"only": "{run}:yes"}),
    ):
        response = client.post(url.format(**rows), data)
        assert response.status_code in (302, 403), url
        assert not response.headers.get("Location", "/admin/").startswith("/admin/courserun/dates"), url
    from workshops.models import Booking, CourseRun, Notice, Session, Term

    assert CourseRun.objects.get(pk=rows["run"]).state == CourseRun.State.PUBLISHED
    assert Session.objects.get(pk=rows["session"]).state == Session.State.PLANNED
    assert Notice.objects.get(pk=rows["notice"]).undone_at is None
    assert Booking.objects.get(pk=rows["booking"]).is_active
    assert Term.objects.get(pk=rows["term"]).printed_at is None


def test_editors_see_no_name_of_anybody_who_booked(rows: dict[str, int]) -> None:
    make.book(make.session(), "Erna Geheim")
    client = web.signed_in(make.staff(EDITORS))
    for url, (editors, *_) in DOORS.items():
        if editors:
            assert b"Geheim" not in client.get(url.format(**rows)).content, url


def test_logs_are_read_and_never_written(rows: dict[str, int]) -> None:
    boss = web.signed_in(make.staff(ADMINISTRATORS))
    mail = OutgoingMail.objects.first()
    assert mail is not None
    for name, pk in (("outgoingmail", mail.pk), ("auditentry", 1)):
        page = web.page(boss.get(f"/admin/{name}/"))
        assert not page.select(f"main a[href*='/{name}/edit/'], main a[href*='/{name}/new/']")
        for act in ("new/", f"edit/{pk}/", f"delete/{pk}/"):
            assert boss.get(f"/admin/{name}/{act}").status_code == 404


class TestSigningIn:
    def test_wagtails_own_doors_lead_to_ours(self) -> None:
        make.site()
        for url in (
            "/admin/login/",
            "/admin/password_reset/",
            "/admin/password_reset/done/",
            "/admin/password_reset/confirm/MQ/abc-def/",
            "/admin/password_reset/complete/",
        ):
            for response in (Client().get(url), Client().post(url, {"email": "x@example.org"})):
                assert response.status_code == 302
                assert response.headers["Location"] == "/anmelden/", url
        assert (
            Client().get("/admin/login/?next=/admin/booking/").headers["Location"]
            == "/anmelden/?next=/admin/booking/"
        )

    def test_a_closed_admin_page_comes_back_after_signing_in(self) -> None:
        make.site()
        user = make.staff(COURSE_TEAM)
        client = Client()
        asked = client.get("/admin/booking/")
        assert asked.headers["Location"] == "/anmelden/?next=/admin/booking/"
        form = client.get(asked.headers["Location"])
        assert web.hidden_fields(form)["next"] == ["/admin/booking/"]
        done = client.post(
            "/anmelden/",
            {"username": user.email, "password": "ein langes Passwort", "next": "/admin/booking/"},
        )
        assert done.headers["Location"] == "/admin/booking/"
        assert client.get("/admin/booking/").status_code == 200

    def test_the_address_counts_however_it_is_spelled(self) -> None:
        make.site()
        user = make.staff(EDITORS)
        for spelling in (
            "{}",
            " {} ",
        ):
            for change in (
                str.lower,
                str.upper,
                str.title,
            ):
                response = Client().post(
                    "/anmelden/",
                    {"username": spelling.format(change(user.email)), "password": "ein langes Passwort"},
                )
                assert response.headers["Location"] == "/admin/"

    def test_a_wrong_password_and_an_unknown_address_get_the_same_sentence(self) -> None:
        make.site()
        user = make.staff(EDITORS)
        answers = []
        for email in (user.email, "niemand@example.org"):
            response = Client().post("/anmelden/", {"username": email, "password": "falsch"})
            assert response.status_code == 200
            answers.append(
                [error.get_text(" ", strip=True) for error in web.page(response).select(".errors li")]
            )
        assert answers[0] == answers[1] != []

    def test_bad_input_is_answered_on_the_page(self) -> None:
        make.site()
        for name in (
            "",
            "\x00",
            "x" * 5000,
            "a@b@c",
            "'; --",
        ):
            response = Client().post("/anmelden/", {"username": name, "password": "\x00falsch"})
            assert response.status_code == 200
            assert web.page(response).select(".errors")

    def test_nobody_is_led_to_another_site_after_signing_in(self) -> None:
        make.site()
        user = make.staff(EDITORS)
        for target in ("https://example.com/", "//example.com", "javascript:alert(1)"):
            response = Client().post(
                "/anmelden/", {"username": user.email, "password": "ein langes Passwort", "next": target}
            )
            assert response.headers["Location"] == "/admin/"

    def test_somebody_who_left_cannot_sign_in(self) -> None:
        make.site()
        user = make.staff(EDITORS)
        User.objects.filter(pk=user.pk).update(is_active=False)
        response = Client().post("/anmelden/", {"username": user.email, "password": "ein langes Passwort"})
        assert response.status_code == 200
        assert web.page(response).select(".errors")

    def test_signing_out_ends_it(self) -> None:
        make.site()
        client = web.signed_in(make.staff(EDITORS))
        assert client.post("/abmelden/").status_code == 302
        assert client.get("/admin/").status_code == 302
        client = web.signed_in(make.staff(EDITORS))
        client.post("/admin/logout/")
        assert client.get("/admin/").status_code == 302

    def test_a_forgotten_password_is_set_anew_by_mail(self, mailoutbox: list[Any]) -> None:
        make.site()
        user = make.staff(EDITORS)
        client = Client()
        for email in (user.email, "niemand@example.org"):
            assert (
                client.post("/anmelden/passwort/", {"email": email}).headers["Location"]
                == "/anmelden/passwort/gesendet/"
            )
        assert client.get("/anmelden/passwort/gesendet/").status_code == 200
        (mail,) = mailoutbox
        assert mail.to == [user.email]
        link = next(word for word in mail.body.split() if "/anmelden/passwort/" in word)
        path = "/anmelden/passwort/" + link.partition("/anmelden/passwort/")[2]
        form = client.get(path, follow=True)
        assert form.status_code == 200
        url = form.redirect_chain[-1][0]
        assert client.post(url, {"new_password1": "kurz", "new_password2": "kurz"}).status_code == 200
        new = "ein ganz anderes Passwort"
        done = client.post(url, {"new_password1": new, "new_password2": new}, follow=True)
        assert done.status_code == 200
        user.refresh_from_db()
        assert user.check_password(new)
        used = Client().get(path, follow=True)
        assert used.status_code == 200
        assert not web.page(used).select("input[type='password']")


class TestAccounts:
    def test_the_address_is_unique_however_it_is_spelled(self) -> None:
        user = User.objects.create_user("Erna.Meier@Example.org")
        assert user.email == "erna.meier@example.org"
        assert User.objects.get_by_natural_key("ERNA.MEIER@EXAMPLE.ORG") == user

    def test_an_account_needs_an_address_and_its_label_carries_no_name(self) -> None:
        with pytest.raises(ValueError):
            User.objects.create_user("")
        user = User.objects.create_user("erna@example.org", first_name="Erna", last_name="Meier")
        assert "erna" not in str(user).lower()

    def test_an_administrator_adds_somebody_by_address(self) -> None:
        make.site()
        boss = web.signed_in(make.staff(ADMINISTRATORS))
        form = boss.get("/admin/users/new/")
        assert "username" not in {str(f.get("name")) for f in web.page(form).select("main input")}
        password = "ein langes Passwort"
        response = boss.post(
            "/admin/users/new/",
            {
                "email": "neu@example.org",
                "first_name": "Neu",
                "last_name": "Hier",
                "password1": password,
                "password2": password,
                "is_superuser": "",
            },
        )
        assert response.status_code == 302
        assert User.objects.get(email="neu@example.org").check_password(password)
