"""The site's addresses and, for developers and the demo, a page that shows the mails that went out."""

from django.urls import path

from config.urls import *  # noqa: F403
from config.urls import urlpatterns as site_urls
from core.outbox import mail, mails

urlpatterns = [path("mails/", mails, name="mails"), path("mails/<str:name>/", mail, name="mail"), *site_urls]
