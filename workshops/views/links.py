"""Pages that a link opens which carries a right. GET shows, POST acts: mail scanners follow links."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt


def opened_by_link[Row](
    find: Callable[[UUID, str], Row | None],
    *,
    gone: str,
    context: Callable[[], Mapping[str, Any]] = dict,
) -> Callable[[Callable[Concatenate[HttpRequest, Row, ...], HttpResponse]], Callable[..., HttpResponse]]:
    """Opens what `find` has for public id and signature, and keeps the page out of caches and search engines.

    Whatever else the address says goes to the view. Where it finds nothing the template `gone` answers with what
    `context` makes for it, and 404.

    The signature in the address is what another site cannot know, so it takes the place of a CSRF token:
    under `no-referrer` browsers send `Origin: null`, which Django's check refuses, and no cookie is needed.
    """

    def decorate(
        view: Callable[Concatenate[HttpRequest, Row, ...], HttpResponse],
    ) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @never_cache
        @wraps(view)
        def checked(request: HttpRequest, public_id: UUID, token: str, **more: Any) -> HttpResponse:
            found = find(public_id, token)
            if found is None:
                response = render(request, gone, dict(context()), status=404)
            else:
                response = view(request, found, **more)
            response["Referrer-Policy"] = "no-referrer"
            response["X-Robots-Tag"] = "noindex, nofollow"
            return response

        return checked

    return decorate
