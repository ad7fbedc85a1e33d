"""Everything somebody has booked: a link sent to their address holds an hour and opens list, export and erasure.

Nothing here tells whether an address is known: every answer to the question for a link is the same.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from workshops import operations
from workshops.export import kept_about
from workshops.models import Person
from workshops.people import address_key, list_bookings, opens, people_at
from workshops.rules import NotPossible
from workshops.views.links import opened_by_link

MOST_LINKS = 3
LIMIT = timedelta(hours=1)
"""An address gets so many links in each such time, by the clock."""


class AddressForm(forms.Form):
    """Where the link shall go."""

    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("The address you gave when you booked."),
        error_messages={
            "required": _("Please give the e-mail address you gave when you booked."),
            "invalid": _("This e-mail address cannot be right. It should look like name@example.de."),
            "max_length": _("This e-mail address cannot be right. It should look like name@example.de."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email", "spellcheck": "false"}),
    )


@csrf_exempt  # It acts for nobody: whoever sends it from another site could as well send it from their own.
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Asks for the address and sends the link, if the address is known and has not had enough of them."""
    form = AddressForm(request.POST or None, use_required_attribute=False)
    if request.method == "POST" and form.is_valid():
        email, at = form.cleaned_data["email"], timezone.now()
        operations.send_own_link(email=email, at=at, silent=_had_enough(email, at))
        return redirect(f"{reverse('workshops:mine')}?unterwegs")
    return render(
        request,
        "workshops/mine/ask.html",
        {"form": form, "is_sent": "unterwegs" in request.GET, "is_erased": "geloescht" in request.GET},
    )


def _had_enough(email: str, at: datetime) -> bool:
    """Counts one more link in this hour for the address, known or not: on Redis for all workers, else each for itself."""
    hour = int(at.timestamp() // LIMIT.total_seconds())
    key = "own-link:" + hashlib.sha256(f"{hour}:{address_key(email)}".encode()).hexdigest()
    if cache.add(key, 1, LIMIT.total_seconds()):
        return False
    try:
        return cache.incr(key) > MOST_LINKS
    except ValueError:  # it ran out at this very moment
        return False


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link has opened."""

    people: list[Person]
    address: tuple[UUID, str]

    def url(self, name: str) -> str:
        return reverse(f"workshops:{name}", args=self.address)

    def urls(self) -> dict[str, str]:
        names = ("list", "kept", "export", "erase")
        return {f"{name}_url": self.url(f"mine_{name}") for name in names}


def _find(public_id: UUID, token: str) -> Opened | None:
    person = Person.objects.filter(public_id=public_id).first()
    if person is None or not opens(person, token, at=timezone.now()):
        return None
    return Opened(people_at(person.email), (public_id, token))


def _empty_form() -> dict[str, Any]:
    return {"form": AddressForm(use_required_attribute=False)}


with_own_link = opened_by_link(_find, gone="workshops/mine/gone.html", context=_empty_form)


@require_safe
@with_own_link
def listed(request: HttpRequest, opened: Opened) -> HttpResponse:
    """What they have booked, each leading to its own page."""
    return _show(request, opened, "list.html")


@require_safe
@with_own_link
def kept(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Everything kept about them, to read and to print."""
    data = kept_about(opened.people, at=timezone.now())
    return render(request, "workshops/mine/kept.html", {**opened.urls(), "kept": data})


@require_safe
@with_own_link
def export(request: HttpRequest, opened: Opened) -> HttpResponse:
    """The same as a file for machines."""
    data = kept_about(opened.people, at=timezone.now())
    response = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = 'attachment; filename="meine-buchungen.json"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@with_own_link
def erase(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Says what erasing everything means, and does it."""
    if request.method != "POST":
        return _show(request, opened, "erase.html")
    try:
        operations.erase_people(people=opened.people, at=timezone.now())
    except NotPossible as problem:
        return _show(request, opened, "erase.html", problem=problem.sentence, status=409)
    return redirect(f"{reverse('workshops:mine')}?geloescht")


def _show(
    request: HttpRequest, opened: Opened, template: str, *, problem: Any = None, status: int = 200
) -> HttpResponse:
    at: datetime = timezone.now()
    coming, over = list_bookings(opened.people, at=at)
    context = {**opened.urls(), "people": opened.people, "coming": coming, "over": over, "problem": problem}
    return render(request, f"workshops/mine/{template}", context, status=status)
