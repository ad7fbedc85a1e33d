"""The editors' side: menus, and pages with rows behind them are not deleted."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.models import Page

from accounts.doors import only_teaches
from showroom.models import Showing
from workshops.admin import my_dates
from workshops.admin.home import TeamPanel
from workshops.models import CourseRun
from workshops.viewsets import CoursesGroup


@hooks.register("register_admin_viewset")
def register_viewset() -> CoursesGroup:
    return CoursesGroup()


@hooks.register("register_admin_urls")
def register_own_dates() -> list[URLResolver]:
    return [path("meine-termine/", include((my_dates.urlpatterns, "my_dates")))]


class OwnDatesMenuItem(MenuItem):
    """For whoever is entered as a facilitator, and for people who can do nothing else."""

    def is_shown(self, request: HttpRequest) -> bool:
        return only_teaches(request.user) or my_dates.teaches(request.user)


@hooks.register("register_admin_menu_item")
def register_own_dates_menu_item() -> MenuItem:
    return OwnDatesMenuItem(
        gettext_lazy("My dates"), reverse_lazy("my_dates:index"), name="my-dates", icon_name="user", order=140
    )


@hooks.register("construct_main_menu")
def show_nothing_else(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """People who only teach have one entry."""
    if only_teaches(request.user):
        menu_items[:] = [item for item in menu_items if isinstance(item, OwnDatesMenuItem)]


@hooks.register("construct_homepage_panels")
def show_what_comes_next(request: HttpRequest, panels: list[Any]) -> None:
    if request.user.has_perm("workshops.view_courserun"):
        panels.append(
            TeamPanel(
                sees_mail=request.user.has_perm("core.view_outgoingmail"),
                sees_people=request.user.has_perm("workshops.view_booking"),
            )
        )


@hooks.register("before_delete_page")
def keep_pages_with_runs(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A course people have booked, and whatever lies above it, is unpublished instead."""
    return _refuse(request, [page])


@hooks.register("before_bulk_action")
def keep_pages_with_runs_in_bulk(
    request: HttpRequest, action_type: str, objects: Iterable[Any], action: Any
) -> HttpResponse | None:
    if action_type != "delete":
        return None
    return _refuse(request, [item for item in objects if isinstance(item, Page)])


def _refuse(request: HttpRequest, pages: list[Page]) -> HttpResponse | None:
    for page in pages:
        below = Q(course__path__startswith=page.path) | Q(course__translation_key=page.translation_key)
        on_show = Q(exhibit__path__startswith=page.path) | Q(exhibit__translation_key=page.translation_key)
        if CourseRun.objects.filter(below).exists() or Showing.objects.filter(on_show).exists():
            messages.error(
                request,
                _(
                    "“%(title)s” has dates or times on show, here or below, and cannot be deleted. "
                    "Unpublish it instead: it then disappears from the site and nothing is lost."
                )
                % {"title": page.title},
            )
            return redirect("wagtailadmin_explore", page.get_parent().pk)
    return None
