"""A variable that does not exist is an error in our templates; Wagtail's may count on its being empty."""

import pytest
from django.conf import settings
from django.template import Context, Template
from django.template.base import Origin
from django.template.engine import Engine

OURS = str(settings.BASE_DIR / "templates" / "a.html")


class Nothing:
    @property
    def row(self) -> None:
        from workshops.models import Booking

        raise Booking.DoesNotExist


def render(source: str, origin: str) -> str:
    template = Template(source, origin=Origin(origin), engine=Engine.get_default())
    return template.render(Context({"nothing": Nothing()}))


@pytest.mark.parametrize(
    "source",
    [
        "{{ nope }}",
        "{{ nothing.nope }}",
        "{{ nope|default:'x' }}",
        "{% load i18n %}{% blocktranslate %}Hello {{ nope }}{% endblocktranslate %}",
    ],
)
def test_a_missing_variable_is_an_error_in_our_templates_and_empty_in_others(source: str) -> None:
    with pytest.raises(LookupError, match=r"nope"):
        render(source, OURS)
    assert render(source, "/elsewhere/a.html") in ("", "x", "Hello ")


def test_asking_whether_there_is_one_is_allowed() -> None:
    for name in ("nope", "nothing.nope", "nothing.row", "nothing.row.text"):
        assert render(f"{{% if {name} %}}yes{{% else %}}no{{% endif %}}", OURS) == "no"
