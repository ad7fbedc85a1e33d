from typing import Any

from django.apps import AppConfig
from django.core.management import call_command
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "Digital-Werkstatt"

    def ready(self) -> None:
        from core import aliases, audit, checks, due, guard, mail, retention, sessions  # noqa: F401
        from core.bounces import mailbox

        due.register("bounces", mailbox.read_due)
        due.register("mail", mail.send_due)
        due.register("retention", retention.erase_due)
        due.register("guard", guard.forget)
        post_migrate.connect(create_cache_table, sender=self, dispatch_uid="core.cache")


def create_cache_table(using: str, **_: Any) -> None:
    """Whoever migrates has the shared cache's table, where it lies in the database."""
    call_command("createcachetable", database=using, verbosity=0)
