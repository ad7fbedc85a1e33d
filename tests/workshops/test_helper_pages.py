"""A helper's own page by their link, and the team's pages about helpers."""

import re
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.links import mask
from core.models import AuditEntry, OutgoingMail
from tests import factories as make
from tests import web
from tests.workshops import run_form
from workshops import operations
from workshops.models import Helper, HelperShift, Session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

State = HelperShift.State


@pytest.fixture
def mia() -> Helper:
    return make.helper("Mia Jung", email="mia@example.org")


def link(helper: Helper, name: str = "helper") -> str:
    return reverse(f"workshops:{name}", args=[helper.public_id, helper.token])


def helped(**fields: Any) -> Session:
    return make.session(**{"helpers_wanted": 2, **fields})


def sign_up(helper: Helper, session: Session) -> None:
    operations.sign_up(helper=helper, session=session, at=make.NOW)


def post(helper: Helper, act: str, session: Session) -> Any:
    return Client().post(link(helper), {"act": act, "date": str(session.public_id)})


def buttons(helper: Helper) -> dict[str, list[str]]:
    """What can be done about each date on the page, by the date's public id."""
    found: dict[str, list[str]] = {}
    for form in web.page(Client().get(link(helper))).select("main form"):
        date = str(form.select_one("[name=date]")["value"])  # type: ignore[index]
        found[date] = [str(button["value"]) for button in form.select("button")]
    return found


# The helper's own page --------------------------------------------------------------------------------


def test_the_page_shows_own_dates_and_those_that_need_somebody(mia: Helper, client: Client) -> None:
    own, open_, full = helped(), helped(), helped(helpers_wanted=1)
    sign_up(mia, own)
    sign_up(make.helper("Tom Geheim"), full)
    response = client.get(link(mia))
    assert response.status_code == 200
    said = web.words(response)
    assert "Hallo Mia Jung" in said
    assert "Noch 2 von 2 gesucht" in said
    assert "Tom Geheim" not in response.content.decode()
    assert buttons(mia) == {str(own.public_id): ["vertretung", "krank"], str(open_.public_id): ["eintragen"]}


def test_dates_that_are_over_cancelled_or_not_public_need_nobody(mia: Helper, client: Client) -> None:
    over = helped()
    cancelled, drafted = helped(), make.run(helpers_wanted=1, published=False)
    operations.cancel_session(session=cancelled, reason="Krank", at=make.NOW, by=None)
    with time_machine.travel(over.starts_at, tick=False):
        assert buttons(mia) == {}
    assert not drafted.sessions.exists()
    assert list(buttons(mia)) == [str(over.public_id)]


def test_signing_up_by_the_button(mia: Helper) -> None:
    session = helped()
    response = post(mia, "eintragen", session)
    assert response.status_code == 302
    assert response.headers["Location"] == f"{link(mia)}?fertig=eintragen"
    assert session.shifts.get().state == State.SIGNED_UP
    assert "Danke! Sie helfen an diesem Termin." in web.words(Client().get(response.headers["Location"]))


def test_a_pupil_looks_for_a_substitute_and_another_takes_over(mia: Helper) -> None:
    session, tom = helped(helpers_wanted=1), make.helper("Tom")
    sign_up(mia, session)
    assert buttons(tom) == {}
    post(mia, "vertretung", session)
    assert buttons(mia) == {str(session.public_id): ["doch", "krank"]}
    assert buttons(tom) == {str(session.public_id): ["uebernehmen"]}
    post(tom, "uebernehmen", session)
    assert buttons(tom) == {str(session.public_id): ["vertretung", "krank"]}
    assert buttons(mia) == {}


def test_being_sick_and_well_again(mia: Helper) -> None:
    session = helped(helpers_wanted=1)
    sign_up(mia, session)
    post(mia, "krank", session)
    assert "Sie haben sich krankgemeldet" in web.words(Client().get(link(mia)))
    assert buttons(mia) == {str(session.public_id): ["doch"]}
    sign_up(make.helper(), session)
    assert buttons(mia) == {str(session.public_id): []}
    assert "Jemand anderes hilft an Ihrer Stelle" in web.words(Client().get(link(mia)))


def test_a_refusal_is_said_on_the_page(mia: Helper) -> None:
    session = helped(helpers_wanted=1)
    sign_up(make.helper(), session)
    response = post(mia, "eintragen", session)
    assert response.status_code == 409
    assert "genug Menschen eingetragen" in web.words(response)
    assert web.page(response).title.get_text().startswith("Fehler:")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"act": "kaffee"},
        {"act": "eintragen"},
        {"act": "eintragen", "date": "x"},
        {"act": "krank", "date": "\x00"},
    ],
    ids=str,
)
def test_nonsense_is_answered_with_a_sentence(mia: Helper, client: Client, sent: dict[str, str]) -> None:
    response = client.post(link(mia), sent)
    assert response.status_code == 422
    assert "noch einmal" in web.words(response)


def test_a_date_that_does_not_exist_is_answered_with_a_sentence(mia: Helper, client: Client) -> None:
    assert client.post(link(mia), {"act": "eintragen", "date": str(uuid4())}).status_code == 422


def test_get_does_nothing_whatever_the_address_says(mia: Helper, client: Client) -> None:
    session = helped()
    client.get(link(mia) + f"?act=eintragen&date={session.public_id}&fertig=krank")
    assert not HelperShift.objects.exists()


def test_a_link_opens_one_helper_and_a_new_one_closes_the_old(mia: Helper, client: Client) -> None:
    tom = make.helper("Tom")
    wrong = reverse("workshops:helper", args=[mia.public_id, tom.token])
    nobody = reverse("workshops:helper", args=[uuid4(), mia.token])
    for url in (wrong, nobody):
        response = client.get(url)
        assert response.status_code == 404
        assert "gilt nicht mehr" in web.words(response)
        assert client.post(url, {"act": "eintragen", "date": str(helped().public_id)}).status_code == 404
    old = link(mia)
    operations.renew_link(helper=mia, at=make.NOW, by=None)
    assert client.get(old).status_code == 404
    assert client.get(link(Helper.objects.get(pk=mia.pk))).status_code == 200


def test_a_booking_link_of_the_same_number_is_not_a_helpers(mia: Helper, client: Client) -> None:
    booking = make.book(helped())
    url = reverse("workshops:helper", args=[mia.public_id, booking.token])
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("name", ["helper", "helper_ics"])
def test_the_page_stays_out_of_caches_referrers_and_search(mia: Helper, client: Client, name: str) -> None:
    response = client.get(link(mia, name))
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response["X-Robots-Tag"]
    assert not response.cookies


def test_the_buttons_need_no_cookie(mia: Helper) -> None:
    session = helped()
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(link(mia), {"act": "eintragen", "date": str(session.public_id)})
    assert response.status_code == 302
    assert not response.cookies


def test_the_link_is_masked_in_logs(mia: Helper) -> None:
    for url in (link(mia), link(mia, "helper_ics"), f"/en{link(mia)}"):
        masked = mask(f"GET {url} HTTP/1.1")
        assert mia.token not in masked
        assert str(mia.public_id) in masked


def test_own_dates_as_a_calendar_file_cancelled_ones_as_cancelled(mia: Helper, client: Client) -> None:
    coming, gone, sick = (
        helped(),
        helped(first_date=make.NOW.date()),
        helped(minutes=30, start_time=make.NOW.time()),
    )
    for session in (coming, gone):
        sign_up(mia, session)
    operations.cancel_session(session=gone, reason="Krank", at=make.NOW, by=None)
    content = client.get(link(mia, "helper_ics")).content.decode()
    assert content.count("BEGIN:VEVENT") == 2
    assert content.count("STATUS:CANCELLED") == 1
    assert coming.uid in content.replace("\r\n ", "")
    assert sick.uid not in content.replace("\r\n ", "")


def test_who_is_archived_sees_their_dates_and_can_no_longer_sign_up(mia: Helper) -> None:
    own, other = helped(), helped()
    sign_up(mia, own)
    Helper.objects.filter(pk=mia.pk).update(is_archived=True)
    assert list(buttons(mia)) == [str(own.public_id)]
    assert post(mia, "eintragen", other).status_code == 409


def test_the_page_asks_the_database_the_same_number_of_questions(mia: Helper, client: Client) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(link(mia)).status_code == 200
        return len(captured)

    def fill() -> None:
        session = helped(first_date=make.NOW.date().replace(day=12 + mia.shifts.count()))
        sign_up(mia, session)
        helped()

    fill()
    client.get(link(mia))
    one = count()
    fill()
    fill()
    assert [one, count()] == [9, 9]


def test_of_many_dates_only_the_next_are_shown(mia: Helper, client: Client) -> None:
    make.run(helpers_wanted=1, rule="RRULE:FREQ=DAILY;COUNT=31")
    assert len(buttons(mia)) == 30
    assert "weitere Termine" in web.words(client.get(link(mia)))


# What visitors see ------------------------------------------------------------------------------------


def test_a_date_without_helpers_says_so_and_has_seats_once_there_are_some(
    mia: Helper, client: Client
) -> None:
    session = helped(seats_per_helper=3)
    for url in (session.get_absolute_url(), session.run.course.url, "/programm/"):
        assert "Noch keine Helfer:innen – schauen Sie bald wieder" in web.words(client.get(url)), url
    booking = client.get(f"/buchen/termin/{session.public_id}/")
    assert booking.status_code == 409
    assert "noch keine Plätze" in web.words(booking)
    sign_up(mia, session)
    assert "Nur noch 3 Plätze" in web.words(client.get(session.get_absolute_url()))
    assert "Mia Jung" not in client.get(session.get_absolute_url()).content.decode()


# The team's pages -------------------------------------------------------------------------------------


def test_a_helper_is_entered_and_changed_and_that_is_written_down(team: Client) -> None:
    data = {"name": "Mia Jung", "email": "", "phone": "05123 45678", "language": "de"}
    response = team.post("/admin/helper/new/", data)
    assert response.status_code == 302, response.context["form"].errors
    helper = Helper.objects.get()
    assert (helper.name, helper.phone) == ("Mia Jung", "+49512345678")
    team.post(f"/admin/helper/edit/{helper.pk}/", {**data, "email": "mia@example.org", "is_archived": "on"})
    helper.refresh_from_db()
    assert (helper.email, helper.is_archived) == ("mia@example.org", True)
    verbs = list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["create_helper", "change_helper"]
    assert "Mia Jung" in web.words(team.get("/admin/helper/"))
    assert "Mia Jung" in web.words(team.get("/admin/helper/?q=45678"))


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": " ", "email": "mia@example.org"}, "name"),
        ({"email": "mia@"}, "email"),
        ({"phone": "12"}, "phone"),
        ({}, "email"),
    ],
)
def test_a_helper_who_cannot_be_reached_is_refused_beside_the_field(
    team: Client, typed: dict[str, str], field: str
) -> None:
    data = {"name": "Mia Jung", "email": "", "phone": "", "language": "de", **typed}
    response = team.post("/admin/helper/new/", data)
    assert set(response.context["form"].errors) == {field}
    assert not Helper.objects.exists()


def test_a_helpers_page_has_their_link_and_makes_a_new_one(team: Client, mia: Helper) -> None:
    session = helped()
    sign_up(mia, session)
    url = f"/admin/helper/inspect/{mia.pk}/"
    response = team.get(url)
    assert link(mia) in web.page(response).select_one("#link")["value"]  # type: ignore[index]
    assert session.run.number in web.words(response)
    assert AuditEntry.objects.filter(verb="view_helper").count() == 1
    team.post(url)
    assert Client().get(link(mia)).status_code == 404


def test_the_team_signs_somebody_up_reports_them_sick_and_takes_them_out(team: Client, mia: Helper) -> None:
    session = helped()
    url = f"/admin/courserun/helpers/{session.run_id}/"
    assert "Es fehlen" in web.words(team.get(url))
    assert team.post(url, {"helper": mia.pk, "session": session.pk}).status_code == 302
    shift = session.shifts.get()
    assert (shift.helper, shift.state) == (mia, State.SIGNED_UP)
    assert "Mia Jung" in web.words(team.get(url))
    for act, state in (("sick", State.SICK), ("back", State.SIGNED_UP), ("out", State.WITHDRAWN)):
        team.post(url, {"act": act, "shift": shift.pk})
        shift.refresh_from_db()
        assert shift.state == state
    assert AuditEntry.objects.filter(verb="take_out_helper", actor=AuditEntry.Actor.STAFF).exists()


def test_what_the_team_cannot_sign_up_is_refused_and_kept(team: Client, mia: Helper) -> None:
    session = helped(helpers_wanted=1)
    url = f"/admin/courserun/helpers/{session.run_id}/"
    assert team.post(url, {"helper": "", "session": "x"}).status_code == 422
    sign_up(make.helper(), session)
    response = team.post(url, {"helper": mia.pk, "session": session.pk})
    assert response.status_code == 409
    assert "genug Menschen" in web.words(response)
    for shift in ("", "x", "9" * 30, "0"):
        assert team.post(url, {"act": "out", "shift": shift}).status_code == 404


def test_asking_shows_who_gets_what_and_sends_it_once(team: Client, mia: Helper) -> None:
    young = make.generation("Junge Menschen")
    run = make.run(helpers_wanted=1)
    tom = make.helper("Tom", email="", phone="+4951234567", generation=young)
    url = f"/admin/courserun/ask/{run.pk}/"
    assert "13. Januar 2027" in web.words(team.get(url))
    assert "Mia Jung" not in web.words(team.get(f"{url}?generation={young.pk}"))
    assert team.get(f"{url}?generation=x").status_code == 200
    assert team.post(url, {}).status_code == 422
    preview = team.post(url, {"helpers": [mia.pk, tom.pk]})
    said = web.words(preview)
    assert "mia@example.org" in said
    assert "05123 4567" in said
    assert not OutgoingMail.objects.exists()
    sent = team.post(url, {"helpers": [mia.pk, tom.pk], "step": "confirm"}, follow=True)
    assert "Tom (05123 4567)" in web.words(sent)
    assert list(OutgoingMail.objects.values_list("kind", "recipient")) == [
        ("helper_asked", "mia@example.org")
    ]
    assert "zuletzt gefragt am" in web.words(team.get(url))
    again = team.post(url, {"helpers": [mia.pk], "step": "confirm"}, follow=True)
    assert "Heute schon gefragt" in web.words(again)
    assert OutgoingMail.objects.count() == 1


def test_lists_and_report_say_who_is_missing_and_lead_to_asking(team: Client, mia: Helper) -> None:
    session = helped()
    sign_up(mia, session)
    operations.report_sick(helper=mia, session=session, at=make.NOW)
    for url in ("/admin/courserun/all-dates/", f"/admin/courserun/dates/{session.run_id}/"):
        said = web.words(team.get(url))
        assert "0 von 2" in said, url
        assert "1 krank" in said, url
        assert "Mia Jung" not in said, url
    report = team.get("/admin/courserun/conflicts/")
    assert "fehlen" in web.words(report)
    assert f"/admin/courserun/ask/{session.run_id}/" in report.content.decode()


def test_helpers_stand_among_those_who_are_told(team: Client, mia: Helper) -> None:
    session = helped()
    sign_up(mia, session)
    sign_up(make.helper("Tom", email="", phone="+4951234567"), session)
    said = web.words(team.post(f"/admin/courserun/date/{session.pk}/cancel/", {"reason": "Krank"}))
    assert re.search(r"Mia Jung: mia@example\.org", said)
    assert "Tom: 05123 4567" in said


def test_the_preview_of_a_plan_names_helpers_of_dates_that_change(team: Client, mia: Helper) -> None:
    run = make.run(helpers_wanted=1)
    sign_up(mia, make.first(run))
    run.refresh_from_db()
    url = f"/admin/courserun/edit/{run.pk}/"
    same = web.words(team.post(url, run_form.typed(run, helpers_wanted="1")))
    assert "mia@example.org" not in same
    moved = web.words(team.post(url, run_form.typed(run, helpers_wanted="1", start_time="16:00")))
    assert "Mia Jung: mia@example.org" in moved


@pytest.mark.parametrize("role", ["Redaktion", "Kursteam", "Verwaltung"])
def test_only_the_course_team_sees_names_of_helpers(role: str, mia: Helper) -> None:
    session = helped()
    sign_up(mia, session)
    client = web.signed_in(make.staff(role))
    may = role != "Redaktion"
    for url in (
        "/admin/helper/",
        "/admin/helper/new/",
        f"/admin/helper/inspect/{mia.pk}/",
        f"/admin/helper/edit/{mia.pk}/",
        f"/admin/courserun/helpers/{session.run_id}/",
        f"/admin/courserun/ask/{session.run_id}/",
    ):
        assert (client.get(url).status_code == 200) is may, url
    for url in (f"/admin/courserun/dates/{session.run_id}/", "/admin/courserun/all-dates/"):
        response = client.get(url)
        assert response.status_code == 200
        assert "Mia Jung" not in response.content.decode()
    assert client.get(f"/admin/helper/delete/{mia.pk}/").status_code in (302, 404)


def test_the_helpers_of_a_run_take_a_fixed_number_of_queries(team: Client) -> None:
    run = make.run(helpers_wanted=3, rule="RRULE:FREQ=DAILY;COUNT=3")
    url = f"/admin/courserun/helpers/{run.pk}/"

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert team.get(url).status_code == 200
        return len(captured)

    first, *others = run.sessions.order_by("starts_at")
    sign_up(make.helper(), first)
    team.get(url)
    one = count()
    for session in others:
        for _ in range(3):
            sign_up(make.helper(), session)
    assert [one, count()] == [16, 16]


@pytest.mark.parametrize(("name", "queries"), [("list", 13), ("asking", 15), ("one helper", 13)])
def test_lists_of_helpers_take_a_fixed_number_of_queries(team: Client, name: str, queries: int) -> None:
    run, young = make.run(helpers_wanted=1, rule="RRULE:FREQ=DAILY;COUNT=4"), make.generation()
    mia, *dates = make.helper(generation=young), *run.sessions.order_by("starts_at")
    url = {
        "list": "/admin/helper/",
        "asking": f"/admin/courserun/ask/{run.pk}/",
        "one helper": f"/admin/helper/inspect/{mia.pk}/",
    }[name]

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert team.get(url).status_code == 200
        return len(captured)

    sign_up(mia, dates[0])
    team.get(url)
    one = count()
    for date in dates[1:3]:
        make.helper(generation=make.generation())
        sign_up(mia, date)
    assert [one, count()] == [queries, queries]
