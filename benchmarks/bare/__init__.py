"""The page everything is compared with: one indexed SELECT, 50 rows, 20 KB, as `startproject` would serve it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from workshops.models import Person

ROWS = 50
TEMPLATE = """<!doctype html><html lang="de"><head><meta charset="utf-8"><title>{{ title }}</title></head><body>
<h1>{{ title }}</h1><table>{% for row in rows %}<tr class="row row--plain"><td class="cell">{{ row.pk }}</td>
<td class="cell cell--name">{{ row.name }}</td><td class="cell"><a href="mailto:{{ row.email }}">{{ row.email }}</a></td>
<td class="cell">{{ row.language }}</td><td class="cell cell--text">FILLING</td></tr>
{% endfor %}</table></body></html>""".replace("FILLING", "A line of text that is always the same. " * 4)

# What a new project has.
SETTINGS: dict[str, Any] = {
    "ROOT_URLCONF": "benchmarks.bare",
    "MIDDLEWARE": [
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    "TEMPLATES": [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ],
            },
        },
    ],
}
_compiled: dict[str, Any] = {}


def page(request: HttpRequest) -> HttpResponse:
    template = _compiled.setdefault("page", None) or engines["django"].from_string(TEMPLATE)
    _compiled["page"] = template
    rows = Person.objects.filter(pk__gte=1).order_by("pk")[:ROWS]
    return HttpResponse(template.render({"title": "Fünfzig Zeilen", "rows": rows}, request))


def forget() -> None:
    """The next page compiles its template anew, with the settings of then."""
    _compiled.clear()


urlpatterns = [path("", page)]
