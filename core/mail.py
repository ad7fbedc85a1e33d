"""Writing mails as rows and sending them, so that a mail server that is down loses nothing.

`write` renders a message and keeps it, finished, in the transaction of what it tells of; `write_later` only notes
there that one is due, where many wait for the locks of that transaction. `send_due` writes those and hands all
over, one by one. A message can go out twice if the process dies between the hand-over and the note of it; both
copies carry the same Message-ID. It never gets lost.
"""

import email
import email.policy
import logging
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage as StandardMessage
from email.utils import parseaddr
from functools import partial
from smtplib import SMTPConnectError, SMTPException, SMTPServerDisconnected
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, mailers
from django.db import transaction
from django.db.models import F, Model, QuerySet
from django.template import Context, Engine
from django.template.loader import render_to_string
from django.template.loader_tags import ExtendsNode
from django.utils import timezone, translation

from core.models import HouseSettings, MessageWording, OutgoingMail
from core.nearby import nearby
from core.retention import Retention, declare
from core.wording import Own, fill

logger = logging.getLogger(__name__)

# Pauses between attempts: minutes at first, a quarter of a day at last. Together about three days.
PAUSES = [timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360, 360, 720, 720, 1440)]
# While one process hands a message over, no other touches it for so long.
LEASE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    content: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a reader sees of a message."""

    subject: str
    text: str
    html: str


class FinishedMessage(EmailMessage):
    """A message whose bytes are already written; the mail backends send exactly those."""

    def __init__(self, content: bytes, recipient: str) -> None:
        self.parsed: StandardMessage = email.message_from_bytes(content, policy=email.policy.default)
        super().__init__(
            subject=str(self.parsed["Subject"]), from_email=str(self.parsed["From"]), to=[recipient]
        )

    def message(self, *, policy: Any = email.policy.default) -> Any:
        return email.message_from_bytes(self.parsed.as_bytes(policy=email.policy.SMTP), policy=policy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a message is made of. `words` fill the placeholders in an editor's own wording; those of the house need
    not be among them.
    """

    language: str
    context: Mapping[str, Any]
    words: Mapping[str, str]
    attachments: Sequence[Attachment] = ()


def write(
    *,
    template: str,
    recipient: str,
    letter: Letter,
    about: Model | None,
    at: datetime,
    not_before: datetime | None = None,
) -> OutgoingMail:
    """Renders `emails/<template>_{subject,body}.*` in the letter's language and keeps the finished message.

    Call it inside the transaction of the act it tells of. `about` is the row it belongs to: by it
    the message is found when that row is erased; one about nothing (None) is to somebody erased already,
    and no note of it stays once it has gone out or is given up. It goes out at `not_before`, or at once.
    """
    row = _row(template, recipient, about, at, not_before)
    row.state, row.content = OutgoingMail.State.WAITING, _finished(row, letter)
    row.save()
    return row


def write_later(*, template: str, recipient: str, about: Model, at: datetime) -> OutgoingMail:
    """Notes a message that due work writes, with what the writer of such rows (`writes_about`) then says of it.

    For an act that holds locks for which many wait: rendering takes as long as all the rest of it.
    """
    row = _row(template, recipient, about, at, None)
    row.state = OutgoingMail.State.TO_WRITE
    row.save()
    return row


type Writer = Callable[[OutgoingMail], Letter | None]
_writers: dict[str, Writer] = {}


def writes_about(model: type[Model], writer: Writer) -> None:
    """Names who writes the messages that are noted about rows of `model`; None where there is nobody to tell any more."""
    _writers[model._meta.label] = writer


def write_due(at: datetime) -> int:
    """Writes every noted message and returns how many. Safe to run twice at once: the first to finish one counts."""
    count = 0
    noted = OutgoingMail.objects.filter(state=OutgoingMail.State.TO_WRITE, not_before__lte=at)
    for row in list(noted.order_by("not_before", "pk")[:200]):
        mine = noted.filter(pk=row.pk)
        try:
            letter = _writers[row.subject_type](row)
            content = _finished(row, letter) if letter else None
        except Exception as error:
            logger.exception("Mail %s could not be written", row.pk)
            _put_off(mine, row.attempts + 1, error, at)
            continue
        if content is None:
            mine.delete()
        else:
            count += mine.update(state=OutgoingMail.State.WAITING, content=content, attempts=0, last_error="")
    return count


def _row(
    template: str, recipient: str, about: Model | None, at: datetime, not_before: datetime | None
) -> OutgoingMail:
    if {"\r", "\n"} & set(recipient):
        raise ValueError("A newline in an address could become a header.")
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return OutgoingMail(
        message_id=f"<{uuid4().hex}@{domain}>",
        kind=template,
        subject_type=about._meta.label if about else "",
        subject_id=str(getattr(about, "public_id", about.pk)) if about else "",
        recipient=recipient,
        created_at=at,
        not_before=not_before or at,
    )


def _finished(row: OutgoingMail, letter: Letter) -> bytes:
    """The bytes that go out."""
    language = letter.language
    own = nearby(f"wording:{row.kind}:{language}", partial(own_words, row.kind, language))
    rendered = render(row.kind, language=language, context=letter.context, words=letter.words, own=own)
    message = EmailMultiAlternatives(
        subject=rendered.subject,
        body=rendered.text,
        to=[row.recipient],
        headers={
            "Message-ID": row.message_id,
            "Auto-Submitted": "auto-generated",
            "Content-Language": language,
        },
    )
    message.attach_alternative(rendered.html, "text/html")
    for attachment in letter.attachments:
        message.attach(attachment.name, attachment.content, attachment.content_type)
    content: bytes = message.message().as_bytes(policy=email.policy.SMTP)
    return content


def own_words(kind: str, language: str) -> Own:
    """What an editor has written for that kind in that language."""
    row = MessageWording.objects.filter(kind=kind, language=language).first()
    return Own(subject=row.subject, opening=row.opening) if row else Own()


def render(
    kind: str, *, language: str, context: Mapping[str, Any], words: Mapping[str, str], own: Own
) -> Rendered:
    """The message in `language`, with the editor's own subject and opening where there are any.

    Raises TemplateDoesNotExist where no such message exists.
    """
    # None is the house's own time zone, whatever zone an editor's account has activated.
    with translation.override(language), timezone.override(None):
        full = _frame(context, language)
        house: HouseSettings = full["house"]
        words = {"haus": house.house_name, "telefon": house.phone, **words}
        subject = fill(own.subject, words).strip() or render_to_string(f"emails/{kind}_subject.txt", full)
        full["subject"] = " ".join(subject.split())
        full["opening"] = fill(own.opening, words).strip()
        text = render_to_string(f"emails/{kind}_body.txt", full).strip() + "\n"
        html = render_to_string(f"emails/{kind}_body.html", full)
    return Rendered(subject=full["subject"], text=re.sub(r"\n{3,}", "\n\n", text), html=html)


def as_delivered(kind: str, *, language: str, context: Mapping[str, Any]) -> Own:
    """Subject and opening as the house writes them where no editor has."""
    with translation.override(language), timezone.override(None):
        full = _frame(context, language)
        subject = render_to_string(f"emails/{kind}_subject.txt", full)
        template = Engine.get_default().get_template(f"emails/{kind}_body.txt")
        [extends] = [node for node in template.nodelist if isinstance(node, ExtendsNode)]
        filled = Context(full, autoescape=False)
        with filled.bind_template(template):
            opening = extends.blocks["opening"].render(filled)
    return Own(subject=" ".join(subject.split()), opening=opening.strip())


def _frame(context: Mapping[str, Any], language: str) -> dict[str, Any]:
    return {**context, "house": HouseSettings.nearby(), "base_url": settings.BASE_URL, "language": language}


def send_due(at: datetime) -> int:
    """Hands over every message whose time has come and returns how many went out.

    Safe to run twice at once: a message is taken by moving its next attempt past a lease, and only
    whoever moved it sends it. A refusal or a dead server moves it on by a growing pause; after the
    last pause it is given up and stays visible in the admin. Where the server itself does not answer,
    the others wait for the next round, so that a silent server holds up no other due work. So they do
    behind a slow one: a lease counts from the start of the round. What is only noted is written first.
    """
    write_due(at)
    sent, ends = 0, time.monotonic() + LEASE.total_seconds() / 2
    due = OutgoingMail.objects.filter(state=OutgoingMail.State.WAITING, not_before__lte=at)
    for pk in list(due.order_by("not_before", "pk").values_list("pk", flat=True)[:200]):
        if not due.filter(pk=pk).update(not_before=at + LEASE, attempts=F("attempts") + 1):
            continue
        try:
            sent += _send(pk, at)
        except ServerIsAway:
            break
        if time.monotonic() > ends:
            break
    return sent


class ServerIsAway(Exception):
    """No answer from the mail server, or none any more."""


def _send(pk: int, at: datetime) -> bool:
    mine = OutgoingMail.objects.filter(pk=pk, state=OutgoingMail.State.WAITING)
    row = mine.first()
    if row is None or row.content is None:  # sent by somebody else or erased since it was taken
        return False
    try:
        mailers["default"].send_messages([FinishedMessage(bytes(row.content), row.recipient)])
    except Exception as error:
        logger.warning(
            "Mail %s could not be sent (attempt %s): %s", row.pk, row.attempts, type(error).__name__
        )
        if row.attempts > len(PAUSES) and not row.subject_type:
            mine.delete()
        else:
            _put_off(mine, row.attempts, error, at)
        if _is_away(error):
            raise ServerIsAway from error
        return False
    if row.subject_type:
        mine.update(state=OutgoingMail.State.SENT, content=None, sent_at=at, last_error="")
    else:
        mine.delete()
    return True


def _put_off(mine: QuerySet[OutgoingMail], attempts: int, error: Exception, at: datetime) -> None:
    """Tries again after a pause that grows, or gives up after the last."""
    noted: dict[str, Any] = {"attempts": attempts, "last_error": _readable(error)}
    if attempts > len(PAUSES):
        mine.update(state=OutgoingMail.State.FAILED, content=None, **noted)
    else:
        mine.update(not_before=at + PAUSES[attempts - 1], **noted)


def _is_away(error: Exception) -> bool:
    """Whether the line is dead, rather than this one message refused (smtplib's errors are OSErrors too)."""
    if isinstance(error, SMTPException):
        return isinstance(error, (SMTPServerDisconnected, SMTPConnectError))
    return isinstance(error, OSError)


def _readable(error: Exception) -> str:
    """The error without the address it may quote."""
    code = getattr(error, "smtp_code", "")
    return f"{type(error).__name__} {code}".strip()


def forget(*, subject_ids: Iterable[str]) -> int:
    """Removes every message about these rows, waiting or sent, because their people are being erased."""
    with transaction.atomic():
        return OutgoingMail.objects.filter(subject_id__in=list(subject_ids)).delete()[0]


def _erase(at: datetime) -> int:
    return (
        OutgoingMail.objects.filter(created_at__lt=at - timedelta(days=90))
        .exclude(state__in=OutgoingMail.PENDING)
        .delete()[0]
    )


declare(
    Retention(
        models=(OutgoingMail,),
        purpose="to tell people about their booking and to know that they were told",
        kept="the text until it is sent, the note of it for 90 days",
        erase=_erase,
    )
)
