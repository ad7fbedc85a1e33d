"""What many ask for at the same moment, kept for a few seconds in the memory of each process.

When registration opens, hundreds read the same page and the same four questions. A page on somebody's screen is
older than these seconds; what decides, `workshops.operations`, never asks here. Staff always see what is so now, and
so does everybody on a quiet day, when nobody has asked before.

The seconds are the `TIMEOUT` of the cache of that name.
"""

import functools
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.utils import translation

LONGEST = 200
"""No two people ask for a page with a longer address at the same moment."""

type View = Callable[..., HttpResponseBase]


def nearby[T](key: str, make: Callable[[], T], *, anew: bool = False) -> T:
    """What `make` gives, at most some seconds old; made now if `anew`. It can be pickled and is never None.

    Everybody gets a copy of their own. One key for each language is the caller's to make.
    """
    cache = caches["nearby"]
    found: T | None = None if anew else cache.get(key)
    if found is None:
        found = make()
        cache.set(key, found)
    return found


def nearby_each[K, T](kind: str, keys: Iterable[K], make: Callable[[list[K]], Mapping[K, T]]) -> dict[K, T]:
    """The same for several of a kind; what is missing is made together."""
    cache = caches["nearby"]
    wanted = {f"{kind}:{key}": key for key in keys}
    found = {wanted[name]: value for name, value in cache.get_many(wanted).items()}
    if missing := [key for key in wanted.values() if key not in found]:
        made = make(missing)
        cache.set_many({f"{kind}:{key}": value for key, value in made.items()})
        found |= made
    return found


def is_staff(request: HttpRequest) -> bool:
    """Whether somebody of the team asks, who has perhaps just changed what they want to see."""
    return bool(getattr(request, "user", None) and request.user.is_authenticated)


def same_for_all_readers(view: View) -> View:
    """Keeps a page for those who come without a cookie, and so get what everybody gets.

    Only whole answers with status 200 that set no cookie and hold no form of somebody's own.
    """

    @functools.wraps(view)
    def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        key = f"page:{translation.get_language()}:{request.build_absolute_uri()}"
        is_reading = request.method in ("GET", "HEAD")
        if not is_reading or len(key) > LONGEST or settings.SESSION_COOKIE_NAME in request.COOKIES:
            return view(request, *args, **kwargs)
        cache = caches["nearby"]
        found: HttpResponseBase | None = cache.get(key)
        if found is not None:
            return found
        response = view(request, *args, **kwargs)
        if isinstance(response, SimpleTemplateResponse):
            response.add_post_render_callback(lambda rendered: _keep(request, key, rendered))
        else:
            _keep(request, key, response)
        return response

    return kept


def _keep(request: HttpRequest, key: str, response: HttpResponseBase) -> None:
    # A form's token and what is noted in the session are somebody's own.
    is_own = response.cookies or request.session.modified or request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
    if response.status_code == 200 and not response.streaming and not is_own:
        caches["nearby"].set(key, response)
