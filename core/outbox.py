"""The mails that went out, for developers and the demo, where mails are files. Never part of a town's site."""

import email
import email.policy
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render


def _read(path: Path) -> email.message.EmailMessage:
    return email.message_from_bytes(
        path.read_bytes().split(b"\n" + b"-" * 79)[0], policy=email.policy.default
    )


def mails(request: HttpRequest) -> HttpResponse:
    """The newest 100 mails."""
    files = sorted(settings.MAIL_DIR.glob("*.log"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    listed = [{"name": path.name, "message": _read(path)} for path in files[:100]]
    return render(request, "core/mails.html", {"mails": listed})


def mail(request: HttpRequest, name: str) -> HttpResponse:
    """One mail as its reader sees it: the text, and the page it may show."""
    path = settings.MAIL_DIR / Path(name).name
    if not path.is_file():
        raise Http404
    message = _read(path)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    if "html" in request.GET and html is not None:
        response = HttpResponse(html.get_content())
        # A mail brings its own styles; it may do nothing else.
        response._csp_config = {"default-src": ["'none'"], "style-src": ["'unsafe-inline'"]}  # type: ignore[attr-defined]
        return response
    return render(
        request,
        "core/mail.html",
        {"message": message, "text": text.get_content() if text else "", "has_html": html is not None},
    )
