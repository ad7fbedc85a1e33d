"""Who may do what: the one matrix, applied after every migration.

Permissions are named by text, so that this low app need not import the higher ones whose models
they speak of.
"""

from typing import Any

from django.apps import AppConfig, apps
from django.contrib.auth.models import Group, Permission
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

EDITORS = "Redaktion"
COURSE_TEAM = "Kursteam"
ADMINISTRATORS = "Verwaltung"
FACILITATORS = "Kursleitung"

_CONTENT = [
    "core.{}_topic",
    "core.{}_generation",
    "showroom.{}_station",
    "showroom.{}_showing",
]
_TEACHING = [
    "workshops.{}_facilitator",
    "workshops.{}_courserun",
    "workshops.{}_term",
    "workshops.{}_facilitatorabsence",
    "workshops.{}_helper",
    "places.{}_closure",
    "places.{}_equipment",
    "places.{}_roomuse",
]
_PLACES = ["places.{}_venue", "places.{}_room"]


def _all(patterns: list[str], *acts: str) -> list[str]:
    return [pattern.format(act) for pattern in patterns for act in acts]


_WRITE = ("add", "change", "view")

ROLES: dict[str, list[str]] = {
    # Content: pages, exhibits, words. No names of people who booked.
    EDITORS: [
        "wagtailadmin.access_admin",
        *_all(_CONTENT, *_WRITE, "delete"),
        *_all(_PLACES, *_WRITE),
        "core.change_messagewording",
        "workshops.view_courserun",
        "workshops.view_facilitator",
        "simple_translation.submit_translation",
    ],
    # Runs and bookings.
    COURSE_TEAM: [
        "wagtailadmin.access_admin",
        *_all(_TEACHING, *_WRITE),
        "places.delete_closure",
        "places.delete_roomuse",
        "workshops.delete_facilitatorabsence",
        *_all(_PLACES, "view"),
        "workshops.view_session",
        "workshops.change_session",
        "workshops.view_booking",
        "workshops.change_booking",
        "workshops.view_accessneed",
        "workshops.view_notice",
        "workshops.change_notice",
    ],
    # Their own dates, through the door that `accounts.doors` leaves open, and nothing else.
    FACILITATORS: ["wagtailadmin.access_admin"],
}
ROLES[ADMINISTRATORS] = [
    *ROLES[EDITORS],
    *(p for p in ROLES[COURSE_TEAM] if p not in ROLES[EDITORS]),
    "core.change_housesettings",
    "core.view_auditentry",
    "core.view_outgoingmail",
    "accounts.add_user",
    "accounts.change_user",
    "accounts.delete_user",
    "accounts.view_user",
    "wagtailcore.add_site",
    "wagtailcore.change_site",
]

_FILE_RIGHTS = ("add", "change", "choose")

_PAGE_RIGHTS: dict[str, tuple[str, ...]] = {
    FACILITATORS: (),
    EDITORS: ("add", "change", "publish"),
    COURSE_TEAM: ("add", "change"),
    ADMINISTRATORS: ("add", "change", "publish", "bulk_delete", "lock", "unlock"),
}


def sync_roles(app_config: AppConfig | None = None, **_: Any) -> None:
    """Makes the groups what this module says. Runs after the last app's permissions have been made."""
    last = [config for config in apps.get_app_configs() if config.models_module is not None][-1]
    if app_config is not None and app_config is not last:
        return
    wanted = {name for names in ROLES.values() for name in names}
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    if missing := wanted - known.keys():
        raise LookupError(f"accounts.roles names permissions that do not exist: {', '.join(sorted(missing))}")
    # Wagtail's first migration makes groups of its own; ours say what they are in German.
    Group.objects.filter(name__in=["Moderators", "Editors"]).delete()
    root = Page.objects.filter(depth=1).first()
    collection = Collection.objects.filter(depth=1).first()
    for name, names in ROLES.items():
        group, _created = Group.objects.get_or_create(name=name)
        group.permissions.set([known[permission] for permission in names])
        if root is not None:
            _grant_pages(group, root, _PAGE_RIGHTS[name], known)
        if collection is not None:
            _grant_files(group, collection, () if name == FACILITATORS else _FILE_RIGHTS, known)


def _grant_pages(group: Group, root: Page, acts: tuple[str, ...], known: dict[str, Permission]) -> None:
    wanted = {known[f"wagtailcore.{act}_page"] for act in acts}
    GroupPagePermission.objects.filter(group=group).exclude(permission__in=wanted).delete()
    for permission in wanted:
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)


def _grant_files(
    group: Group, collection: Collection, acts: tuple[str, ...], known: dict[str, Permission]
) -> None:
    wanted = {
        known[f"{app}.{act}_{model}"]
        for app, model in (("wagtailimages", "image"), ("wagtaildocs", "document"))
        for act in acts
    }
    GroupCollectionPermission.objects.filter(group=group).exclude(permission__in=wanted).delete()
    for permission in wanted:
        GroupCollectionPermission.objects.get_or_create(
            group=group, collection=collection, permission=permission
        )
