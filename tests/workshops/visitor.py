"""Somebody who books through the browser, for tests."""

from typing import Any

from django.test import Client
from django.utils import timezone

from core.guard import stamp
from core.models import OutgoingMail
from tests import web
from workshops.models import Booking, CourseRun, Participant, Person, Seat, Session


class Visitor:
    """Somebody with a browser who books one thing."""

    def __init__(self, what: Session | CourseRun, client: Client | None = None, prefix: str = "") -> None:
        kind = "termin" if isinstance(what, Session) else "durchgang"
        self.base = f"{prefix}/buchen/{kind}/{what.public_id}/"
        self.key = f"{kind}:{what.public_id}"
        self.client = client or Client()

    def get(self, step: str = "") -> Any:
        return self.client.get(self.url(step))

    def post(self, step: str, data: Any = None, **fields: object) -> Any:
        sent = data if data is not None else fields
        if step == "pruefen":
            sent = {**self.shown(), **sent}
        return self.client.post(self.url(step), sent)

    def shown(self) -> dict[str, object]:
        """What the last page sends along when it is seen now."""
        answers = self.client.session.get("answers", {}).get(self.key, {})
        return {"shown": stamp("shown:book", answers.get("submission", ""), timezone.now())}

    def url(self, step: str) -> str:
        return self.base + (f"{step}/" if step else "")

    def people(self, *names: str, **more: object) -> Any:
        return self.post("personen", people(*names, **more))

    def contact(self, email: str = "", phone: str = "", **more: object) -> Any:
        return self.post("kontakt", email=email, phone=phone, **more)

    def needs(self, *texts: str, consent: bool = True) -> Any:
        return self.post("vorbereitung", needs(*texts, consent=consent))

    def answer_all(self, *names: str, email: str = "erna@example.org") -> None:
        """Everything but the last button."""
        names = names or ("Erna Meier",)
        assert self.get().status_code == 200
        assert self.people(*names).headers["Location"] == self.url("kontakt")
        assert self.contact(email).headers["Location"] == self.url("vorbereitung")
        assert self.needs(*[""] * len(names)).headers["Location"] == self.url("pruefen")


def people(*names: str, **more: object) -> dict[str, object]:
    fields: dict[str, object] = {"people-TOTAL_FORMS": len(names), "people-INITIAL_FORMS": 0}
    for number, name in enumerate(names):
        fields[f"people-{number}-name"] = name
        fields[f"people-{number}-generation"] = ""
    return {**fields, **more}


def needs(*texts: str, consent: bool = True) -> dict[str, object]:
    fields: dict[str, object] = {"needs-TOTAL_FORMS": len(texts), "needs-INITIAL_FORMS": 0}
    for number, text in enumerate(texts):
        fields[f"needs-{number}-need"] = text
        if consent and text:
            fields[f"needs-{number}-consent"] = "on"
    return fields


def typed(response: Any, prefix: str = "people") -> list[str]:
    """The names in the inputs of a page."""
    return [
        str(field.get("value", ""))
        for field in web.page(response).select(f"input[name^='{prefix}-'][name$='-name']")
    ]


def nothing_is_booked() -> bool:
    return not any(model.objects.exists() for model in (Booking, Person, Participant, Seat, OutgoingMail))
