"""A helper's own page: the dates they help on, those that need somebody, and what can be done about each."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from core.models import HouseSettings
from workshops import calendars, operations
from workshops.helping import calendar_dates, open_dates, own_dates
from workshops.models import Helper, Session
from workshops.rules import NotPossible
from workshops.views.feeds import calendar_response
from workshops.views.links import opened_by_link

ACTS: dict[str, tuple[Callable[..., Any], str]] = {
    "eintragen": (operations.sign_up, gettext_lazy("Thank you! You help on this date.")),
    "vertretung": (
        operations.look_for_substitute,
        gettext_lazy(
            "The other helpers see that you look for a substitute. Until somebody takes over, you come."
        ),
    ),
    "uebernehmen": (operations.take_over, gettext_lazy("Thank you for taking over! You help on this date.")),
    "krank": (operations.report_sick, gettext_lazy("Thank you for telling us. Get well soon!")),
    "doch": (operations.take_back, gettext_lazy("Good that you come after all!")),
}
"""What the buttons do, by what they send; and what is said when it is done."""


def _find(public_id: UUID, token: str) -> Helper | None:
    helper = Helper.objects.filter(public_id=public_id).first()
    return helper if helper is not None and helper.opens_with(token) else None


with_helper_link = opened_by_link(_find, gone="workshops/helping/gone.html")


@require_http_methods(["GET", "HEAD", "POST"])
@with_helper_link
def page(request: HttpRequest, helper: Helper) -> HttpResponse:
    """Shows the dates; a POST names an act and a date."""
    if request.method != "POST":
        return _show(request, helper)
    act, _done = ACTS.get(request.POST.get("act", ""), (None, ""))
    session = _session(request.POST.get("date", ""))
    if act is None or session is None:
        return _show(request, helper, problem=_("This did not work. Please try once more."), status=422)
    try:
        act(helper=helper, session=session, at=timezone.now())
    except NotPossible as problem:
        return _show(request, helper, problem=str(problem.sentence), status=409)
    done = request.POST["act"]
    return redirect(f"{_url('workshops:helper', helper)}?fertig={done}")


@require_safe
@with_helper_link
def calendar(request: HttpRequest, helper: Helper) -> HttpResponse:
    """The helper's dates as a file."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    content = calendars.render(
        calendars.events(calendar_dates(helper), language=language),
        name=_("My dates as a helper – %(house)s") % {"house": HouseSettings.load().house_name},
        description="",
        source_url="",
        language=language,
    )
    return calendar_response(content, filename="meine-termine.ics", attachment=True)


def _show(request: HttpRequest, helper: Helper, *, problem: str = "", status: int = 200) -> HttpResponse:
    at = timezone.now()
    own = own_dates(helper, at=at)
    dates, has_more = ([], False) if helper.is_archived else open_dates(own, at=at)
    _act, done = ACTS.get(request.GET.get("fertig", ""), (None, ""))
    return render(
        request,
        "workshops/helping/page.html",
        {
            "helper": helper,
            "own": own,
            "open": dates,
            "has_more": has_more,
            "problem": problem,
            "done": "" if problem else done,
            "page_url": _url("workshops:helper", helper),
            "ics_url": _url("workshops:helper_ics", helper),
        },
        status=status,
    )


def _session(public_id: str) -> Session | None:
    try:
        return Session.objects.filter(public_id=UUID(public_id)).first()
    except ValueError:
        return None


def _url(name: str, helper: Helper) -> str:
    return reverse(name, args=[helper.public_id, helper.token])
