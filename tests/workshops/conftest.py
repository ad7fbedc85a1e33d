"""What the tests of the team's side share."""

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import COURSE_TEAM
from tests import factories as make
from tests import web


@pytest.fixture
def editor() -> User:
    make.site()
    return make.staff(COURSE_TEAM)


@pytest.fixture
def team(editor: User) -> Client:
    return web.signed_in(editor)
