from django.apps import AppConfig


class DemoConfig(AppConfig):
    """A town to look at and to try things in: content, pictures and the command that loads them."""

    name = "demo"
    verbose_name = "Demo"
