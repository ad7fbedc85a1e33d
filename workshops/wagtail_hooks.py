"""The editors' side: menus, and pages with rows behind them are not deleted."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.models import Page

from showroom.models import Showing
from workshops.models import CourseRun
from workshops.viewsets import CoursesGroup


@hooks.register("register_admin_viewset")
def register_viewset() -> CoursesGroup:
    return CoursesGroup()


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
