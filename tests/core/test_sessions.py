"""What somebody answered while booking does not outlive its time."""

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from core import due

pytestmark = pytest.mark.django_db


def test_answers_of_a_booking_nobody_finished_are_erased_with_their_session() -> None:
    store = SessionStore()
    store["bookings"] = {"termin:1": {"personen": [{"name": "Erna Meier"}]}}
    store.set_expiry(7200)
    store.save()

    due.do_all(at=timezone.now() + timedelta(minutes=119))
    assert Session.objects.filter(pk=store.session_key).exists()
    due.do_all(at=timezone.now() + timedelta(minutes=121))
    assert not Session.objects.exists()
