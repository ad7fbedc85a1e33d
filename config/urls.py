"""The addresses of the site. German lies at the root, every other language under its code."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib.sitemaps.views import sitemap
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.decorators.csp import csp_override
from django.views.generic import RedirectView
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.contrib.sitemaps import Sitemap
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns

from accounts.doors import keep_to_own_dates
from core.bounces.webhook import webhook
from core.nearby import same_for_all_readers


def to_sign_in(request: HttpRequest, **_: object) -> HttpResponseRedirect:
    """Wagtail's own doors lead to the one place where staff sign in."""
    target = resolve_url(settings.LOGIN_URL)
    query = request.META.get("QUERY_STRING", "")
    return HttpResponseRedirect(f"{target}?{query}" if query else target)


admin_urls: list[URLPattern | URLResolver] = [
    path("login/", to_sign_in),
    re_path(r"^password_reset/.*$", to_sign_in),
    *decorate_urlpatterns(
        decorate_urlpatterns(wagtailadmin_urls.urlpatterns, keep_to_own_dates),
        csp_override(settings.ADMIN_CSP),
    ),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", include(admin_urls)),
    path("dokumente/", include(wagtaildocs_urls)),
    path("zustellung/", webhook),
    path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT}),
    path("sitemap.xml", sitemap, {"sitemaps": {"pages": Sitemap}}),
    path("favicon.ico", RedirectView.as_view(url=f"{settings.STATIC_URL}img/favicon.svg")),
]
urlpatterns += i18n_patterns(
    path("", include("accounts.urls")),
    path("", include("workshops.urls")),
    path("", include(decorate_urlpatterns(wagtail_urls.urlpatterns, same_for_all_readers))),
    prefix_default_language=False,
)

handler404 = "core.views.page_not_found"
handler403 = "core.views.permission_denied"
