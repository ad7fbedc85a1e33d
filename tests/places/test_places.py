"""Places, rooms and the days on which nobody meets."""

from datetime import date, time
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.test import Client
from django.utils import translation

from accounts.roles import COURSE_TEAM, EDITORS
from places.models import Closure, OpeningHours, Venue
from tests import factories as make
from tests import web
from workshops import operations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


class TestVenue:
    def test_an_address_is_one_line_and_coordinates_are_both_or_none(self) -> None:
        venue = make.venue()
        assert venue.address == "Markt 1, 31199 Lindenau"
        assert venue.geo == (52.15, 9.95)
        venue.longitude = None
        assert venue.geo is None

    def test_a_place_lies_on_this_earth(self) -> None:
        venue = make.venue()
        for latitude, longitude in (
            ("90.1", "9"),
            ("-91", "9"),
            ("52", "181"),
            ("52", "-180.5"),
        ):
            venue.latitude, venue.longitude = Decimal(latitude), Decimal(longitude)
            with pytest.raises(ValidationError) as problem:
                venue.full_clean()
            assert {"latitude", "longitude"} & set(problem.value.message_dict)

    def test_an_archived_place_is_no_longer_in_use(self) -> None:
        used, archived = make.venue(), make.venue(is_archived=True)
        assert list(Venue.objects.in_use()) == [used]
        assert archived.pk is not None

    def test_places_with_rooms_and_rooms_with_dates_are_never_deleted(self) -> None:
        session = make.session()
        assert session.room is not None
        for row in (session.room.venue, session.room):
            with pytest.raises(ProtectedError):
                row.delete()

    def test_names_fall_back_to_german(self) -> None:
        venue = make.venue("Alte Post")
        with translation.override("en"):
            assert str(Venue.objects.get(pk=venue.pk)) == "Alte Post"
        venue.name_en = "Old Post Office"
        venue.save()
        with translation.override("en"):
            assert str(Venue.objects.get(pk=venue.pk)) == "Old Post Office"
        with translation.override("de"):
            assert str(Venue.objects.get(pk=venue.pk)) == "Alte Post"

    def test_what_somebody_needs_to_know_before_coming_stands_with_the_date(self) -> None:
        room = make.room(
            venue=make.venue(
                step_free=True,
                accessible_toilet=True,
                wheelchair_places=2,
                access_notes="Tür 95 cm breit.",
                directions="Bus 3 bis Markt.",
            ),
            how_to_find="Im ersten Stock links",
        )
        said = web.words(Client().get(f"/termine/{make.session(room=room).public_id}/"))
        for expected in ("Tür 95 cm breit.", "Bus 3 bis Markt.", "Im ersten Stock links", "Markt 1"):
            assert expected in said

    def test_opening_hours_end_after_they_begin(self) -> None:
        venue = make.venue()
        hours = OpeningHours.objects.create(venue=venue, weekday=2, opens=time(10), closes=time(18, 30))
        with translation.override("de"):
            assert str(hours) == "Mittwoch 10:00–18:30"
        with pytest.raises(IntegrityError), transaction.atomic():
            OpeningHours.objects.create(venue=venue, weekday=2, opens=time(10), closes=time(10))

    def test_an_editor_makes_a_place_with_opening_hours(self) -> None:
        make.site()
        client = web.signed_in(make.staff(EDITORS))
        data = {
            "name_de": "Bücherei",
            "name_en": "Library",
            "slug": "buecherei",
            "street": "Kirchgasse 4",
            "postcode": "31199",
            "city": "Lindenau",
            "wheelchair_places": "1",
            "sort_order": "0",
            "opening_hours-TOTAL_FORMS": "1",
            "opening_hours-INITIAL_FORMS": "0",
            "opening_hours-MIN_NUM_FORMS": "0",
            "opening_hours-MAX_NUM_FORMS": "1000",
            "opening_hours-0-weekday": "0",
            "opening_hours-0-opens": "10:00",
            "opening_hours-0-closes": "09:00",
            "opening_hours-0-ORDER": "1",
        }
        assert client.get("/admin/venue/new/").status_code == 200
        refused = client.post("/admin/venue/new/", data)
        assert refused.status_code == 200
        assert not Venue.objects.exists()
        response = client.post("/admin/venue/new/", {**data, "opening_hours-0-closes": "18:00"})
        assert response.status_code == 302
        venue = Venue.objects.get()
        assert venue.opening_hours.get().opens == time(10)


class TestClosure:
    def test_a_span_has_its_last_day_after_its_first(self) -> None:
        closure = make.closure(date(2027, 3, 22), date(2027, 4, 3), kind="holidays", name="Osterferien")
        assert str(closure) == "Osterferien"
        assert (closure.span.first, closure.span.last) == (date(2027, 3, 22), date(2027, 4, 3))
        with pytest.raises(IntegrityError), transaction.atomic():
            make.closure(date(2027, 3, 22), date(2027, 3, 21))

    def test_what_holds_everywhere_holds_at_every_place_and_online(self) -> None:
        venue, other = make.venue(), make.venue()
        everywhere = make.closure(date(2027, 1, 20))
        here = make.closure(date(2027, 1, 21), venue=venue)
        assert set(Closure.objects.at(venue.pk)) == {everywhere, here}
        assert set(Closure.objects.at(other.pk)) == set(Closure.objects.at(None)) == {everywhere}
        assert Closure.objects.at(None).spans() == [everywhere.span]

    def test_a_closed_house_has_no_dates_and_holidays_only_where_the_run_skips_them(self) -> None:
        make.closure(date(2027, 1, 20), name="Umbau")
        make.closure(date(2027, 1, 27), kind="holidays", name="Ferien")
        days = {
            skip: [s.starts_at.day for s in make.run(skip_holidays=skip).sessions.all()]
            for skip in (False, True)
        }
        assert days == {False: [13, 27, 3], True: [13, 3, 10]}

    def test_another_places_closure_does_not_matter(self) -> None:
        make.closure(date(2027, 1, 20), venue=make.venue("Bücherei"))
        assert [s.starts_at.day for s in make.run().sessions.all()] == [13, 20, 27]

    def test_public_holidays_are_those_of_the_federal_state(self) -> None:
        from core.models import HouseSettings

        # Reformation Day is a holiday in Lower Saxony, not in Hesse; in 2029 it is a Wednesday.
        plan = {
            "first_date": date(2029, 10, 24),
            "rule": "RRULE:FREQ=WEEKLY;COUNT=2",
            "skip_public_holidays": True,
        }
        assert [s.starts_at.day for s in make.run(**plan).sessions.all()] == [24, 7]  # type: ignore[arg-type]
        house = HouseSettings.load()
        house.federal_state = "HE"
        house.save()
        assert [s.starts_at.day for s in make.run(**plan).sessions.all()] == [24, 31]  # type: ignore[arg-type]

    def test_the_course_team_enters_a_closure_and_bad_dates_are_refused(self) -> None:
        make.site()
        client = web.signed_in(make.staff(COURSE_TEAM))
        data = {
            "name": "Umbau",
            "kind": "closed",
            "first_date": "2027-02-01",
            "last_date": "2027-01-01",
            "venue": "",
        }
        for bad in (
            {},
            {"last_date": "30.02.2027"},
            {"kind": "party"},
            {"name": "x" * 121},
            {"venue": "999"},
        ):
            assert client.post("/admin/closure/new/", {**data, **bad}).status_code == 200, bad
        assert not Closure.objects.exists()
        assert client.post("/admin/closure/new/", {**data, "last_date": "2027-02-05"}).status_code == 302
        assert Closure.objects.get().span.last == date(2027, 2, 5)

    def test_a_closure_entered_later_leaves_published_dates_alone(self) -> None:
        run = make.run()
        make.closure(date(2027, 1, 20))
        assert [s.starts_at.day for s in run.sessions.all()] == [13, 20, 27]
        plan = operations.plan_run(run=run, schedules=list(run.schedules.all()), at=make.NOW)
        assert [s.starts_at.day for s in plan.dropped] == [20]
