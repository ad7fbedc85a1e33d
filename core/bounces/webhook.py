"""The address at which a mail provider tells of undelivered mails (`BOUNCE_SECRET`)."""

import json
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt

from core import bounces
from core.bounces import Kind

HEADER = "X-Bounce-Secret"
MOST_BYTES = 256 * 1024
MOST = 500


class Refused(Exception):
    """The body cannot be understood; says why."""


@csrf_exempt
def webhook(request: HttpRequest) -> HttpResponse:
    """Takes `{"message_id", "kind", "reason"}`, or a list of such, and answers 204, also for mails that are not ours.

    All or none: what cannot be understood is answered with a sentence (400, 413). Without a secret in the
    environment there is no such address (404); without the right one in the header it is closed (403).
    """
    if not settings.BOUNCE_SECRET:
        raise Http404
    if request.method != "POST":
        return _answer(405, "Only POST.", Allow="POST")
    if not constant_time_compare(request.headers.get(HEADER, ""), settings.BOUNCE_SECRET):
        return _answer(403, f"The header {HEADER} is missing or wrong.")
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        return _answer(413, f"More than {MOST_BYTES} bytes.")
    try:
        told = _told(body)
    except Refused as refused:
        return _answer(400, str(refused))
    at = timezone.now()
    for message_id, kind, reason in told:
        bounces.record(message_id=message_id, kind=kind, reason=reason, at=at)
    return HttpResponse(status=204)


def _told(body: bytes) -> list[tuple[str, Kind, str]]:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused("The body is not JSON.") from None
    items = data if isinstance(data, list) else [data]
    if len(items) > MOST:
        raise Refused(f"More than {MOST} entries.")
    return [_one(item) for item in items]


def _one(item: Any) -> tuple[str, Kind, str]:
    if not isinstance(item, dict):
        raise Refused("An entry is no object.")
    message_id, kind, reason = item.get("message_id"), item.get("kind"), item.get("reason", "")
    if not isinstance(message_id, str) or not message_id.strip():
        raise Refused("message_id must be a text.")
    if kind not in list(Kind):
        raise Refused(f"kind must be one of: {', '.join(Kind)}.")
    if not isinstance(reason, str):
        raise Refused("reason must be a text.")
    return f"<{message_id.strip().strip('<>')}>", Kind(kind), reason


def _answer(status: int, sentence: str, **headers: str) -> HttpResponse:
    return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8", headers=headers)
