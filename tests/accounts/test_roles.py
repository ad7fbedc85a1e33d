"""Each role may do what the matrix says, exactly, however often it is applied."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from accounts import roles
from accounts.roles import ADMINISTRATORS, COURSE_TEAM, EDITORS, FACILITATORS, ROLES, sync_roles
from tests import factories as make

pytestmark = pytest.mark.django_db

PAGES: dict[str, set[str]] = {
    FACILITATORS: set(),
    EDITORS: {"add_page", "change_page", "publish_page"},
    COURSE_TEAM: {"add_page", "change_page"},
    ADMINISTRATORS: {
        "add_page",
        "change_page",
        "publish_page",
        "bulk_delete_page",
        "lock_page",
        "unlock_page",
    },
}
FILES = {f"{act}_{model}" for act in ("add", "change", "choose") for model in ("image", "document")}


def everything() -> list[Any]:
    """All rights of all groups, as they stand in the database."""
    return [
        sorted(Group.objects.values_list("pk", "name")),
        sorted(Group.permissions.through.objects.values_list("group", "permission")),
        sorted(GroupPagePermission.objects.values_list("pk", "group", "page", "permission")),
        sorted(GroupCollectionPermission.objects.values_list("pk", "group", "collection", "permission")),
    ]


def held_by(group: Group) -> set[str]:
    return {
        f"{permission.content_type.app_label}.{permission.codename}"
        for permission in group.permissions.select_related("content_type")
    }


@pytest.mark.parametrize("name", ROLES)
def test_each_role_has_exactly_the_declared_permissions(name: str) -> None:
    group = Group.objects.get(name=name)
    assert held_by(group) == set(ROLES[name])
    root = Page.objects.get(depth=1)
    pages = GroupPagePermission.objects.filter(group=group)
    assert {right.page_id for right in pages} == ({root.pk} if PAGES[name] else set())
    assert {right.permission.codename for right in pages} == PAGES[name]
    files = GroupCollectionPermission.objects.filter(group=group)
    expected = set() if name == FACILITATORS else {Collection.objects.get(depth=1).pk}
    assert {right.collection_id for right in files} == expected
    assert {right.permission.codename for right in files} == (FILES if expected else set())


def test_there_are_these_roles_and_none_of_wagtails_own() -> None:
    roles_there_are = {EDITORS, COURSE_TEAM, ADMINISTRATORS, FACILITATORS}
    assert set(Group.objects.values_list("name", flat=True)) == roles_there_are


def test_applying_the_matrix_again_changes_nothing() -> None:
    before = everything()
    sync_roles()
    call_command("migrate", verbosity=0)
    assert everything() == before


def test_what_was_added_or_lost_by_hand_is_put_right() -> None:
    before = [rights[:2] for rights in everything()[:2]]
    group = Group.objects.get(name=COURSE_TEAM)
    group.permissions.add(Permission.objects.get(codename="add_user", content_type__app_label="accounts"))
    group.permissions.remove(Permission.objects.get(codename="view_booking"))
    root, collection = Page.objects.get(depth=1), Collection.objects.get(depth=1)
    GroupPagePermission.objects.create(
        group=group, page=root, permission=Permission.objects.get(codename="publish_page")
    )
    GroupCollectionPermission.objects.create(
        group=group, collection=collection, permission=Permission.objects.get(codename="delete_image")
    )
    GroupCollectionPermission.objects.filter(group=group, permission__codename="add_image").delete()
    sync_roles()
    assert [rights[:2] for rights in everything()[:2]] == before
    test_each_role_has_exactly_the_declared_permissions(COURSE_TEAM)


def test_groups_somebody_else_made_are_left_alone() -> None:
    own = Group.objects.create(name="Praktikum")
    own.permissions.add(Permission.objects.get(codename="view_booking"))
    sync_roles()
    assert held_by(own) == {"workshops.view_booking"}


def test_a_permission_that_does_not_exist_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(roles.ROLES, EDITORS, [*ROLES[EDITORS], "workshops.paint_bookng"])
    with pytest.raises(LookupError, match=r"workshops\.paint_bookng"):
        sync_roles()


def test_it_is_applied_once_per_migration_after_the_last_app() -> None:
    group = Group.objects.get(name=EDITORS)
    group.permissions.clear()
    sync_roles(apps.get_app_config("core"))
    assert held_by(group) == set()
    last = [config for config in apps.get_app_configs() if config.models_module is not None][-1]
    sync_roles(last)
    assert held_by(group) == set(ROLES[EDITORS])


@pytest.mark.parametrize(
    ("role", "may", "may_not"),
    [
        (
            EDITORS,
            ["wagtailadmin.access_admin", "core.add_topic", "core.change_messagewording"],
            ["workshops.view_booking", "accounts.view_user"],
        ),
        (
            COURSE_TEAM,
            ["workshops.change_booking", "workshops.add_courserun"],
            ["core.delete_topic", "accounts.add_user", "core.view_auditentry", "core.change_messagewording"],
        ),
        (
            FACILITATORS,
            ["wagtailadmin.access_admin"],
            ["workshops.view_booking", "workshops.view_courserun", "workshops.view_accessneed"],
        ),
        (
            ADMINISTRATORS,
            [
                "workshops.view_booking",
                "core.delete_topic",
                "accounts.add_user",
                "core.change_messagewording",
            ],
            [],
        ),
    ],
)
def test_somebody_in_a_role_may_do_that_and_no_more(role: str, may: list[str], may_not: list[str]) -> None:
    user = make.staff(role)
    assert not user.is_superuser
    assert all(user.has_perm(name) for name in may)
    assert not any(user.has_perm(name) for name in may_not)


@pytest.mark.parametrize("role", ROLES)
def test_nobody_deletes_what_people_booked(role: str) -> None:
    user = make.staff(role)
    kept = ("booking", "person", "participant", "seat", "session", "courserun", "notice", "schedule", "term")
    assert not any(user.has_perm(f"workshops.delete_{model}") for model in kept)
    assert not user.has_perm("core.delete_auditentry")
    assert not user.has_perm("core.change_auditentry")
