"""What stands where, from when to when."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.roles import EDITORS
from showroom.models import ExhibitPage, Showing, on_show
from tests import factories as make
from tests import web

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

TODAY = make.NOW.date()


def day(offset: int) -> date:
    return TODAY + timedelta(days=offset)


def titles(url: str = "/ausprobieren/") -> list[str]:
    return [card.get_text(strip=True) for card in web.page(Client().get(url)).select(".card__title")]


class TestOnShow:
    @pytest.mark.parametrize(
        ("first", "last", "where"),
        [
            (-10, None, "current"),
            (0, 0, "current"),
            (-10, 0, "current"),
            (0, 10, "current"),
            (1, None, "coming"),
            (1, 1, "coming"),
            (-10, -1, "nowhere"),
        ],
    )
    def test_both_days_belong_to_the_time_on_show(self, first: int, last: int | None, where: str) -> None:
        exhibit = make.exhibit()
        make.showing(exhibit, day(first), None if last is None else day(last))
        current, coming = on_show([exhibit], on=TODAY)
        assert (current == [exhibit], coming == [exhibit]) == (where == "current", where == "coming")

    def test_what_comes_stands_in_the_order_in_which_it_comes(self) -> None:
        late, soon, now = make.exhibit("Spät"), make.exhibit("Bald"), make.exhibit("Jetzt")
        make.showing(late, day(30))
        make.showing(soon, day(2))
        make.showing(now, day(0))
        make.showing(now, day(40))
        make.exhibit("Im Lager")
        assert titles() == ["Jetzt", "Bald", "Spät"]
        current, coming = on_show([late, soon, now], on=TODAY)
        assert (current, coming) == ([now], [soon, late])
        assert now.current_showing.first_date == day(0)

    def test_one_query_serves_any_number(self, django_assert_num_queries: object) -> None:
        exhibits = [make.exhibit(f"Nr. {number}") for number in range(3)]
        for exhibit in exhibits:
            make.showing(exhibit)
        for some in (exhibits[:1], exhibits):
            with django_assert_num_queries(1):  # type: ignore[operator]
                assert on_show(some, on=TODAY)[0] == some

    def test_the_day_changes_at_midnight_of_the_house(self, clock: time_machine.Traveller) -> None:
        make.showing(make.exhibit(), day(0), day(0))
        clock.move_to(datetime(2027, 1, 11, 23, 59, tzinfo=make.BERLIN))
        assert titles() == ["VR-Brille"]
        clock.move_to(datetime(2027, 1, 12, 0, 1, tzinfo=make.BERLIN))
        assert titles() == []

    def test_unpublished_exhibits_are_not_shown(self) -> None:
        exhibit = make.exhibit()
        make.showing(exhibit)
        exhibit.unpublish()
        assert titles() == titles("/") == []
        assert Client().get(exhibit.get_url()).status_code == 404

    def test_an_exhibit_stands_in_english_too(self) -> None:
        exhibit = make.exhibit("Hausnotruf")
        make.showing(exhibit)
        assert titles("/en/ausprobieren/") == ["Hausnotruf"]
        make.translated(exhibit, title="Home alarm")
        assert titles("/en/ausprobieren/") == ["Home alarm"]
        assert titles() == ["Hausnotruf"]
        english = Client().get("/en/ausprobieren/" + exhibit.slug + "/")
        assert "Tisch 1" in web.words(english)


class TestOneAtATime:
    def test_a_station_holds_one_exhibit_at_a_time(self) -> None:
        station = make.station()
        make.showing(make.exhibit("Roboter"), day(10), day(20), on=station)
        for first, last, fits in (
            (10, 20, False),
            (5, 10, False),
            (20, 25, False),
            (12, 15, False),
            (5, 25, False),
            (5, None, False),
            (20, None, False),
            (5, 9, True),
            (21, 25, True),
            (21, None, True),
        ):
            wanted = Showing(
                exhibit=make.exhibit(),
                station=station,
                first_date=day(first),
                last_date=None if last is None else day(last),
            )
            if fits:
                wanted.full_clean()
                assert wanted.pk is None
            else:
                with pytest.raises(ValidationError) as problem:
                    wanted.full_clean()
                assert "Roboter" in str(problem.value.message_dict["station"])

    def test_what_stays_until_further_notice_leaves_no_room_after_it(self) -> None:
        station = make.station()
        make.showing(make.exhibit(), day(0), on=station)
        with pytest.raises(ValidationError):
            Showing(exhibit=make.exhibit(), station=station, first_date=day(500)).full_clean()
        Showing(exhibit=make.exhibit(), station=make.station("Tisch 2"), first_date=day(500)).full_clean()

    def test_a_showing_is_not_in_its_own_way(self) -> None:
        showing = make.showing(make.exhibit(), day(0), day(5))
        showing.last_date = day(9)
        showing.full_clean()
        assert showing.last_date == day(9)

    def test_the_last_day_is_not_before_the_first_not_even_in_the_database(self) -> None:
        showing = make.showing(make.exhibit(), day(5), day(6))
        showing.last_date = day(4)
        with pytest.raises(ValidationError):
            showing.full_clean()
        with pytest.raises(IntegrityError), transaction.atomic():
            showing.save()

    def test_an_editor_reads_why_beside_the_station(self) -> None:
        station = make.station()
        make.showing(make.exhibit("Roboter"), day(0), on=station)
        client = web.signed_in(make.staff(EDITORS))
        data = {
            "exhibit": make.exhibit().pk,
            "station": station.pk,
            "first_date": "2027-02-01",
            "last_date": "",
        }
        response = client.post("/admin/showing/new/", data)
        assert response.status_code == 200
        assert "Roboter" in web.words(response)
        assert Showing.objects.count() == 1
        assert (
            client.post("/admin/showing/new/", {**data, "station": make.station("Tisch 2").pk}).status_code
            == 302
        )
        assert Showing.objects.count() == 2


class TestExhibitPage:
    def test_it_says_where_it_stands_now_and_later(self) -> None:
        exhibit = make.exhibit(minutes=20, access_notes="Im Sitzen möglich", what_to_try="Durch Rom gehen")
        make.showing(exhibit, day(-30), day(-20), on=make.station("Früher"))
        make.showing(exhibit, day(-1), day(3), on=make.station("Tisch 1"))
        make.showing(exhibit, day(10), on=make.station("Bücherei", venue=make.venue("Bücherei")))
        said = web.words(Client().get(exhibit.get_url()))
        for expected in ("Tisch 1", "Bücherei", "20", "Im Sitzen möglich", "Durch Rom gehen"):
            assert expected in said
        assert "Früher" not in said

    def test_it_shows_the_courses_that_go_with_it_with_their_next_date(self) -> None:
        exhibit = make.exhibit()
        course, hidden = make.course("Sprachassistenten"), make.course("Verborgenes")
        for page in (course, hidden):
            page.exhibits.set([exhibit])
            make.publish(page)
        hidden.unpublish()
        session = make.session(course=course)
        for url in (exhibit.get_url(), f"/en{exhibit.get_url()}"):
            response = Client().get(url)
            assert "Sprachassistenten" in web.words(response)
            assert "Verborgenes" not in web.words(response)
            assert web.page(response).select(f"time[datetime^='{session.starts_at.date()}']")

    def test_its_own_course_page_leads_back_to_it(self) -> None:
        exhibit = make.exhibit("Sprachassistent")
        course = make.course()
        course.exhibits.set([exhibit])
        make.publish(course)
        assert web.page(Client().get(course.get_url())).select(f"main a[href='{exhibit.get_url()}']")
        exhibit.unpublish()
        assert not web.page(Client().get(course.get_url())).select(f"main a[href='{exhibit.get_url()}']")

    def test_labels_speak_for_themselves(self) -> None:
        showing = make.showing(make.exhibit("Roboter"))
        assert "Roboter" in str(showing)
        assert str(showing.station) == "Tisch 1 (Alte Post)"
        assert ExhibitPage.objects.count() == 2
