from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "Digital-Werkstatt"

    def ready(self) -> None:
        from core import aliases, audit, checks, due, mail, retention, sessions  # noqa: F401
        from core.bounces import mailbox

        due.register("bounces", mailbox.read_due)
        due.register("mail", mail.send_due)
        due.register("retention", retention.erase_due)
