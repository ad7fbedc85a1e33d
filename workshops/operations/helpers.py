"""Who helps on a date: signing up, giving a date away, being sick; and asking people to help.

A helper acts by their own link (`by` is None then); the team acts for those who telephone.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit
from timetable.zone import local_date
from workshops import helper_emails
from workshops.models import CourseRun, Helper, HelperRequest, HelperShift, Notice, Session
from workshops.models.sessions import SessionQuerySet
from workshops.operations.capacity import fit_capacity
from workshops.operations.runs import lock_run
from workshops.rules import NotPossible, check_is_coming, check_place, check_shift, check_sign_up

State = HelperShift.State


@dataclass(slots=True)
class Asked:
    """What became of asking helpers: who was written to, who has only a telephone, who was asked today already."""

    by_mail: list[Helper] = field(default_factory=list)
    by_phone: list[Helper] = field(default_factory=list)
    already: list[Helper] = field(default_factory=list)


@transaction.atomic
def save_helper(*, helper: Helper, at: datetime, by: AbstractBaseUser | None) -> Helper:
    """Keeps a new or changed helper."""
    is_new = helper.pk is None
    helper.save()
    audit.record(verb="create_helper" if is_new else "change_helper", subject=helper, at=at, by=by)
    return helper


@transaction.atomic
def renew_link(*, helper: Helper, at: datetime, by: AbstractBaseUser | None) -> Helper:
    """Makes every link given to this helper worthless; there is a new one from now on."""
    helper = Helper.objects.select_for_update().get(pk=helper.pk)
    helper.link_version += 1
    helper.save(update_fields=["link_version"])
    audit.record(verb="renew_helper_link", subject=helper, at=at, by=by)
    return helper


@transaction.atomic
def sign_up(
    *, helper: Helper, session: Session, at: datetime, by: AbstractBaseUser | None = None
) -> HelperShift:
    """Signs somebody up to help on a date and confirms it by mail. Done twice it changes nothing.

    Locks the session and then the helper, so that of two who want the last place one is told that it is taken,
    and nobody is on two dates at once. Raises NotPossible as `check_sign_up` and `check_place`.
    """
    session, helper = _lock(session, helper)
    shift = _shift_of(helper, session)
    if shift is not None and shift.state in HelperShift.COMING:
        return shift
    check_sign_up(helper, session, clash=_clashes(helper, session), at=at)
    check_place(session, coming=_coming(session))
    shift = _put(helper, session, State.SIGNED_UP, at)
    fit_capacity([session.pk])
    audit.record(verb="sign_up_helper", subject=helper, at=at, by=by, session=session.pk)
    helper_emails.signed_up(helper=helper, session=session, at=at)
    return shift


@transaction.atomic
def look_for_substitute(
    *, helper: Helper, session: Session, at: datetime, by: AbstractBaseUser | None = None
) -> HelperShift:
    """Shows the others that somebody would like to give their date away; until one takes it they come."""
    session, helper = _lock(session, helper)
    shift = _shift_of(helper, session)
    check_shift(session, at=at)
    check_is_coming(shift)
    shift = _put(helper, session, State.LOOKING, at)
    audit.record(verb="look_for_substitute", subject=helper, at=at, by=by, session=session.pk)
    return shift


@transaction.atomic
def take_over(
    *, helper: Helper, session: Session, at: datetime, by: AbstractBaseUser | None = None
) -> HelperShift:
    """Takes a date from whoever has looked for a substitute longest; both are told by mail.

    Raises NotPossible where nobody looks for one any more, and as `check_sign_up`.
    """
    session, helper = _lock(session, helper)
    check_shift(session, at=at)
    shifts = session.shifts.filter(state=State.LOOKING).exclude(helper=helper)
    theirs = shifts.select_related("helper").order_by("changed_at", "pk").first()
    if theirs is None:
        raise NotPossible(_("Somebody else has taken this date over in the meantime. Thank you!"))
    mine = _shift_of(helper, session)
    if mine is not None and mine.state in HelperShift.COMING:
        raise NotPossible(_("You help on this date yourself."))
    check_sign_up(helper, session, clash=_clashes(helper, session), at=at)
    giver = theirs.helper
    _put(giver, session, State.WITHDRAWN, at)
    shift = _put(helper, session, State.SIGNED_UP, at)
    audit.record(verb="take_over_shift", subject=helper, at=at, by=by, session=session.pk)
    helper_emails.taken_over(helper=helper, session=session, has_it_now=True, at=at)
    helper_emails.taken_over(helper=giver, session=session, has_it_now=False, at=at)
    return shift


@transaction.atomic
def report_sick(
    *, helper: Helper, session: Session, at: datetime, by: AbstractBaseUser | None = None
) -> HelperShift:
    """Somebody cannot come: their place is free at once, and the team sees it.

    Seats go down with it, but never below those taken: nobody loses a seat, and the date is a conflict.
    """
    session, helper = _lock(session, helper)
    shift = _shift_of(helper, session)
    check_shift(session, at=at)
    check_is_coming(shift)
    shift = _put(helper, session, State.SICK, at)
    fit_capacity([session.pk])
    audit.record(verb="report_sick", subject=helper, at=at, by=by, session=session.pk)
    return shift


@transaction.atomic
def take_back(
    *, helper: Helper, session: Session, at: datetime, by: AbstractBaseUser | None = None
) -> HelperShift:
    """Somebody comes after all: they looked for a substitute whom nobody was, or they are well again.

    Raises NotPossible where somebody else has their place by now, and as `check_sign_up`.
    """
    session, helper = _lock(session, helper)
    shift = _shift_of(helper, session)
    check_shift(session, at=at)
    if shift is None or shift.state not in (State.LOOKING, State.SICK):
        raise NotPossible(_("There is nothing to take back here."))
    if shift.state == State.SICK:
        check_sign_up(helper, session, clash=_clashes(helper, session), at=at)
        check_place(session, coming=_coming(session))
    shift = _put(helper, session, State.SIGNED_UP, at)
    fit_capacity([session.pk])
    audit.record(verb="take_back_shift", subject=helper, at=at, by=by, session=session.pk)
    return shift


@transaction.atomic
def take_out(*, helper: Helper, session: Session, at: datetime, by: AbstractBaseUser | None) -> HelperShift:
    """The team takes somebody off a date; they are told by mail."""
    session, helper = _lock(session, helper)
    check_shift(session, at=at)
    shift = _shift_of(helper, session)
    if shift is None or shift.state == State.WITHDRAWN:
        raise NotPossible(_("This helper is not on this date."))
    shift = _put(helper, session, State.WITHDRAWN, at)
    fit_capacity([session.pk])
    audit.record(verb="take_out_helper", subject=helper, at=at, by=by, session=session.pk)
    helper_emails.taken_out(helper=helper, session=session, at=at)
    return shift


@transaction.atomic
def ask_helpers(
    *, run: CourseRun, helpers: Iterable[Helper], at: datetime, by: AbstractBaseUser | None
) -> Asked:
    """Asks helpers by mail for the dates of a run that lack some; nobody twice on a day for the same run.

    Two who ask at once: the run is locked, and the second finds them asked. Raises NotPossible where no date
    of the run lacks a helper.
    """
    run = lock_run(run)
    dates = list(lacking_helpers(at).filter(run=run).with_places().order_by("starts_at", "pk"))
    if not dates:
        raise NotPossible(_("No date of this run lacks a helper."))
    chosen = list(Helper.objects.filter(pk__in=[helper.pk for helper in helpers], is_archived=False))
    asked_today = {
        pk for pk, asked_at in last_asked(run, chosen).items() if local_date(asked_at) == local_date(at)
    }
    asked = Asked()
    for helper in chosen:
        if not helper.email:
            asked.by_phone.append(helper)
        elif helper.pk in asked_today:
            asked.already.append(helper)
        else:
            helper_emails.asked(helper=helper, sessions=dates, at=at)
            HelperRequest.objects.update_or_create(helper=helper, run=run, defaults={"asked_at": at})
            audit.record(verb="ask_helper", subject=helper, at=at, by=by, run=run.pk)
            asked.by_mail.append(helper)
    return asked


def last_asked(run: CourseRun, helpers: Collection[Helper]) -> dict[int, datetime]:
    """When each of these helpers (by key) was last asked about this run."""
    return dict(run.helper_requests.filter(helper__in=helpers).values_list("helper", "asked_at"))


def lacking_helpers(at: datetime) -> SessionQuerySet:
    """The dates to come on which fewer help than are wanted, or somebody looks for a substitute."""
    wanted = Session.objects.taking_place().not_begun(at).filter(run__state=CourseRun.State.PUBLISHED)
    return wanted.lacking_helpers()


def helping_on(sessions: Iterable[Session]) -> list[HelperShift]:
    """The shifts of those who come to help on these sessions, in order of the dates."""
    shifts = HelperShift.objects.filter(session__in=list(sessions), state__in=HelperShift.COMING)
    return list(shifts.select_related("helper", "session").order_by("session__starts_at", "pk"))


def helpers_told(notices: Sequence[Notice]) -> list[tuple[Helper, list[Notice]]]:
    """Who helps on dates that were moved or cancelled and can be reached by mail, each with what concerns them."""
    by_session = {notice.session_id: notice for notice in notices if notice.kind != Notice.Kind.ADDED}
    told: dict[int, tuple[Helper, list[Notice]]] = {}
    for shift in helping_on([notice.session for notice in by_session.values()]):
        if shift.helper.email:
            told.setdefault(shift.helper_id, (shift.helper, []))[1].append(by_session[shift.session_id])
    return list(told.values())


def _lock(session: Session, helper: Helper) -> tuple[Session, Helper]:
    """Session and helper as they are now: always the session first, so that nobody waits in a ring.

    The run is read once the lock is there: whoever changes a run locks its sessions too.
    """
    list(Session.objects.select_for_update().filter(pk=session.pk))
    helper = Helper.objects.select_for_update().get(pk=helper.pk)
    return Session.objects.select_related("run__course", "room__venue").get(pk=session.pk), helper


def _shift_of(helper: Helper, session: Session) -> HelperShift | None:
    return session.shifts.filter(helper=helper).first()


def _coming(session: Session) -> int:
    return session.shifts.filter(state__in=HelperShift.COMING).count()


def _clashes(helper: Helper, session: Session) -> bool:
    """Whether the helper comes to another date that overlaps; one that ends as the next begins does not."""
    others = helper.shifts.filter(
        state__in=HelperShift.COMING,
        session__state=Session.State.PLANNED,
        session__starts_at__lt=session.ends_at,
        session__ends_at__gt=session.starts_at,
    )
    return others.exclude(session=session).exists()


def _put(helper: Helper, session: Session, state: str, at: datetime) -> HelperShift:
    shift, _made = HelperShift.objects.update_or_create(
        helper=helper, session=session, defaults={"state": state, "changed_at": at}
    )
    return shift
