"""Which doors of the team's area are open to people who only teach: their own dates, and nothing else.

Wagtail shows much to whoever may sign in (choosers, its API, reports), so for them everything is closed
that is not named here. Views are named by text: this low app imports none of the higher ones.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.admin.auth import user_has_any_page_permission

ACCESS = "wagtailadmin.access_admin"
HOME = "my_dates:index"
OPEN = frozenset(
    {
        HOME,
        "my_dates:session",
        "my_dates:remove_absence",
        "wagtailadmin_account",
        "wagtailadmin_logout",
        "wagtailadmin_javascript_catalog",
        "wagtailadmin_sprite",
        "wagtailadmin_dismissibles",
    }
)


def only_teaches(user: Any) -> bool:
    """Whether somebody may sign in and do nothing else there."""
    return user.get_all_permissions() == {ACCESS} and not user_has_any_page_permission(user)


def keep_to_own_dates(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Leads people who only teach to their own dates, whatever address of the team's area they ask for."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = request.resolver_match.view_name if request.resolver_match else ""
        if asked in OPEN or not only_teaches(request.user):
            return view(request, *args, **kwargs)
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            raise PermissionDenied
        if asked != "wagtailadmin_home":
            messages.error(request, _("You do not have permission to see this. These are your own dates."))
        return redirect(HOME)

    return guarded
