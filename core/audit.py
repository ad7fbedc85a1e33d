"""The one way an act on people's data is written down."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Model

from core.models import AuditEntry
from core.retention import Retention, declare


def record(
    *,
    verb: str,
    subject: Model,
    at: datetime,
    by: AbstractBaseUser | None = None,
    system: bool = False,
    **detail: Any,
) -> AuditEntry:
    """Writes down that `by` (a visitor where it is None) did `verb` to `subject`.

    Call it inside the act's transaction, so that neither exists without the other. `detail` must
    hold no personal data.
    """
    entry = _entry(verb, subject, at, by, system, detail)
    entry.save()
    return entry


def record_each(
    *, verb: str, subjects: Iterable[Model], at: datetime, by: AbstractBaseUser, **detail: Any
) -> None:
    """The same for several subjects of one act, in one query."""
    AuditEntry.objects.bulk_create(_entry(verb, subject, at, by, False, detail) for subject in subjects)


def _entry(
    verb: str,
    subject: Model,
    at: datetime,
    by: AbstractBaseUser | None,
    system: bool,
    detail: dict[str, Any],
) -> AuditEntry:
    if by is not None:
        actor = AuditEntry.Actor.STAFF
    else:
        actor = AuditEntry.Actor.SYSTEM if system else AuditEntry.Actor.VISITOR
    return AuditEntry(
        at=at,
        actor=actor,
        user_id=by.pk if by else None,
        verb=verb,
        subject_type=subject._meta.label,
        subject_id=str(getattr(subject, "public_id", subject.pk)),
        detail=detail,
    )


def _erase(at: datetime) -> int:
    return AuditEntry.objects.filter(at__lt=at - timedelta(days=365)).delete()[0]


declare(
    Retention(
        models=(AuditEntry,),
        purpose="to show who did what to people's data (Art. 5 (2) GDPR)",
        kept="one year",
        erase=_erase,
    )
)
