"""Every page stands in every language's tree, however it was published."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import Locale, Page

from accounts.roles import EDITORS
from core.aliases import active_locale, in_active_language
from home.models import StandardPage
from tests import factories as make
from tests import web
from workshops.models import CoursePage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def draft(title: str = "Impressum") -> StandardPage:
    """A page that was saved but not published."""
    page = make.site().add_child(instance=StandardPage(title=title, slug="impressum", live=False))
    page.save_revision()
    return page


def stands_in_english(page: Page) -> bool:
    return page.get_translations().filter(locale__language_code="en").exists()


def test_a_draft_has_no_alias() -> None:
    assert not stands_in_english(draft())


def test_publishing_a_revision_makes_the_alias() -> None:
    page = make.publish(draft())
    english = make.in_language(page)
    assert english.alias_of_id == page.pk
    assert english.live
    assert english.content_lang == "de"
    assert page.content_lang == ""
    assert english.get_parent().locale.language_code == "en"


def test_publishing_in_the_admin_makes_the_alias() -> None:
    home = make.site()
    client = web.signed_in(make.staff(EDITORS))
    response = client.post(
        reverse("wagtailadmin_pages:add", args=["home", "standardpage", home.pk]),
        {
            "title": "Impressum",
            "slug": "impressum",
            "teaser": "",
            "body-count": "0",
            "action-publish": "1",
            "comments-TOTAL_FORMS": "0",
            "comments-INITIAL_FORMS": "0",
        },
    )
    assert response.status_code == 302
    page = StandardPage.objects.get(slug="impressum", locale__language_code="de")
    assert page.live
    assert stands_in_english(page)


def test_publishing_at_a_set_time_makes_the_alias() -> None:
    from django.core.management import call_command

    page = draft()
    page.go_live_at = timezone.now() - timedelta(minutes=1)
    page.save_revision(approved_go_live_at=page.go_live_at)
    call_command("publish_scheduled", verbosity=0)
    page.refresh_from_db()
    assert page.live
    assert stands_in_english(page)


def test_publishing_a_copy_makes_an_alias_of_the_copy() -> None:
    page = make.publish(draft())
    copied = page.copy(update_attrs={"slug": "kopie", "title": "Kopie"}, keep_live=False)
    make.publish(copied)
    assert make.in_language(copied).alias_of_id == copied.pk


def test_publishing_again_follows_and_adds_nothing() -> None:
    page = make.publish(draft())
    page.title = "Impressum, neu"
    make.publish(page)
    assert make.in_language(page).title == "Impressum, neu"
    assert page.get_translations().count() == 1


def test_what_is_under_it_comes_along_in_whatever_order_it_is_published() -> None:
    parent = draft("Über uns")
    child = parent.add_child(instance=StandardPage(title="Team", slug="team", live=False))
    make.publish(child)
    assert make.in_language(child).get_parent().translation_key == parent.translation_key
    make.publish(parent)
    assert Client().get("/en/impressum/team/").status_code == 200


def test_unpublishing_takes_it_from_every_language() -> None:
    page = make.publish(draft())
    assert Client().get("/en/impressum/").status_code == 200
    page.unpublish()
    assert not make.in_language(page).live
    assert Client().get("/en/impressum/").status_code == Client().get("/impressum/").status_code == 404
    make.publish(page)
    assert Client().get("/en/impressum/").status_code == 200


def test_a_translation_is_a_page_of_its_own_and_no_longer_follows() -> None:
    page = make.publish(draft())
    english = make.translated(page, title="Imprint")
    page.title = "Impressum, neu"
    make.publish(page)
    english.refresh_from_db()
    assert english.title == "Imprint"
    assert english.content_lang == ""
    assert page.get_translations().count() == 1
    response = Client().get("/en/impressum/")
    heading = web.page(response).h1
    assert heading is not None
    assert heading.get_text() == "Imprint"
    assert not heading.has_attr("lang")


def test_an_editor_turns_an_alias_into_a_page_of_its_own_in_the_admin() -> None:
    page = make.publish(draft())
    english = make.in_language(page)
    client = web.signed_in(make.staff(EDITORS))
    client.post(reverse("wagtailadmin_pages:convert_alias", args=[english.pk]))
    english.refresh_from_db()
    assert english.alias_of_id is None
    assert english.live


def test_a_page_only_one_language_needs_stays_alone() -> None:
    make.site()
    english_home = make.in_language(make.site())
    page = english_home.add_child(instance=StandardPage(title="For guests", slug="guests", live=False))
    make.publish(page)
    assert page.get_translations().count() == 0


class TestActiveLanguage:
    def test_a_language_without_a_tree_falls_back_to_german(self) -> None:
        make.site()
        for code, expected in (("de", "de"), ("en", "en"), ("fr", "de")):
            with translation.override(code):
                assert active_locale().language_code == expected

    def test_pages_come_in_the_readers_language_where_they_are_live_there(self) -> None:
        first, second = make.course("Eins"), make.course("Zwei")
        make.in_language(second).specific.delete()
        with translation.override("en"):
            found = in_active_language([first, second], CoursePage)
        assert found[first.translation_key] == make.in_language(first)
        assert found[second.translation_key] == second

    def test_in_german_nothing_more_is_asked(self, django_assert_num_queries: object) -> None:
        courses = [make.course("Eins"), make.course("Zwei")]
        with translation.override("de"), django_assert_num_queries(1):  # type: ignore[operator]
            assert set(in_active_language(courses, CoursePage).values()) == set(courses)

    def test_no_pages_are_no_question(self) -> None:
        Locale.objects.get_or_create(language_code="de")
        assert in_active_language([], CoursePage) == {}
