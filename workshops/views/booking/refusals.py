"""Pages that say why there is no booking, and what somebody can do instead."""

from datetime import datetime
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core.models import Generation
from core.nearby import nearby
from workshops import operations, rules
from workshops.forms import Asked
from workshops.models import Booking, Session
from workshops.operations.bookings import Full
from workshops.operations.counting import HEARING_LOOP, WHEELCHAIR, Device
from workshops.programme import attach, listed, with_free_seats
from workshops.views.booking.answers import CONTACT, NEEDS, Answers, end_soon
from workshops.views.booking.target import Target


def refused(
    request: HttpRequest,
    target: Target,
    problem: rules.NotPossible,
    *,
    at: datetime,
    answers: Answers | None = None,
    asked: Asked | None = None,
) -> HttpResponse:
    """Says why it cannot be booked, how to wait for a seat, and what else there is of the same course."""
    full = problem if isinstance(problem, Full) else None
    others = nearby(f"instead:{target.key}:{get_language()}", partial(_others, target, at))
    can_wait = full is not None and target.can_wait(at)
    if can_wait:
        # The button that leads to the waiting list needs a session.
        end_soon(request)
    return render(
        request,
        "workshops/booking/full.html",
        {
            "target": target,
            "run": target.run,
            "course": target.course,
            "sessions": target.sessions,
            "sentence": problem.sentence,
            "is_full": full is not None,
            "is_not_open_yet": isinstance(problem, rules.NotOpenYet),
            "free": full.free if full else 0,
            "free_for": _free_for(full) if full else [],
            "lacking": _lacking(full, asked) if full else [],
            "needs_url": _needs_url(target, full),
            "can_wait": can_wait,
            "wait_url": target.url("warteliste"),
            "is_first_come": full is not None
            and not can_wait
            and target.run.has_waiting_list
            and not target.is_taster,
            "people_url": target.url(answers.steps[0] if answers else "personen") + "?aendern",
            "alternatives": others,
        },
        status=409,
    )


def _others(target: Target, at: datetime) -> list[Session]:
    """Other dates of the same course on which somebody can still come."""
    others = with_free_seats(listed(at), at=at).filter(run__course_id=target.run.course_id)
    if target.session:
        others = others.exclude(pk=target.session.pk)
    return attach(list(others[:5]), at=at)


def already_booked(
    request: HttpRequest, target: Target, booking: Booking | None, answers: Answers
) -> HttpResponse:
    """Sends the booking there is to the address it was made with, and tells whoever asks nothing about it.

    The page reads the same whatever this person has booked; somebody who tries out names learns no more than
    that it did not work, and the one they tried it with gets a mail in every case.
    """
    if booking is not None:
        operations.send_again(booking=booking, at=timezone.now())
    contact = answers.data[CONTACT]
    context: dict[str, Any] = {
        "target": target,
        "run": target.run,
        "course": target.course,
        "sessions": target.sessions,
        "email": contact["email"],
        "people_url": target.url(answers.steps[0]) + "?aendern",
    }
    return render(request, "workshops/booking/already.html", context, status=409)


def _free_for(full: Full) -> list[str]:
    """How many seats there are for whom of a party."""
    if full.lacking or not (full.free or any(full.free_for)):
        return []
    keys = [key for key in full.free_for if key]
    names = dict(Generation.objects.filter(pk__in=keys).values_list("pk", "name"))
    if not names:
        return [ngettext("%(count)s seat free", "%(count)s seats free", full.free) % {"count": full.free}]
    return [
        ngettext("%(who)s: %(count)s seat free", "%(who)s: %(count)s seats free", count)
        % {"who": names.get(key or 0, _("Without a generation")), "count": count}
        for key, count in full.free_for.items()
    ]


def _lacking(full: Full, asked: Asked | None) -> list[str]:
    """What there is too little of, in the words of the course."""
    sentences = []
    for thing in sorted(full.lacking, key=str):
        if thing == WHEELCHAIR:
            sentences.append(_("There are not enough places for wheelchairs left."))
        elif thing == HEARING_LOOP:
            sentences.append(_("There are not enough hearing loop sets left."))
        elif isinstance(thing, Device):
            answer = _answer_with(thing, asked)
            sentences.append(_("Not enough of “%(answer)s” are left to lend.") % {"answer": answer})
    return sentences


def _answer_with(device: Device, asked: Asked | None) -> str:
    choices = [choice for question in asked.questions for choice in question.choices.all()] if asked else []
    return next((choice.text for choice in choices if choice.equipment_id == device.equipment_id), "")


def _needs_url(target: Target, full: Full | None) -> str:
    """Where what is lacking is answered, if that is the step of what to prepare."""
    if full is None or not full.lacking & {WHEELCHAIR, HEARING_LOOP}:
        return ""
    return target.url(NEEDS) + "?aendern"
