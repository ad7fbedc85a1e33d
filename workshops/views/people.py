"""Who comes with a booking, by its link: changing somebody, one more, one fewer, and who is absent on which date."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from workshops import operations, rules
from workshops.models import Booking, Participant, Seat, Session
from workshops.operations import Guest
from workshops.own_forms import CompanionForm, PersonForm
from workshops.views.own import own_url, page_context, with_link

DONE = {
    "geaendert": _("Your change has been saved."),
    "dabei": _("One person more comes with you."),
    "entfernt": _("One person fewer comes."),
}
ABSENCES = {"abwesend": operations.report_absent, "doch": operations.come_after_all}
"""What the buttons beside a date do, by what they send."""


@require_http_methods(["GET", "HEAD"])
@with_link(Booking.LINK_PURPOSE)
def people(request: HttpRequest, booking: Booking) -> HttpResponse:
    """Who comes, each with what can be changed."""
    return _people(request, booking)


@require_http_methods(["GET", "HEAD", "POST"])
@with_link(Booking.LINK_PURPOSE)
def companion(request: HttpRequest, booking: Booking) -> HttpResponse:
    """Somebody comes as well."""
    context = {**page_context(booking), "title": _("Somebody else is coming too")}
    if context["refusal"]:
        return _people(request, booking)
    form = CompanionForm(request.POST or None, run=booking.run, use_required_attribute=False)
    # Who answers for somebody under 18 is asked on the telephone here.
    context["by_phone_only"] = booking.run.may_have_minors
    if request.method != "POST" or context["by_phone_only"] or not form.is_valid():
        return render(request, "workshops/booking/companion.html", {**context, "form": form})
    generation = form.cleaned_data["generation"]
    guest = Guest(
        name=form.cleaned_data["name"],
        generation_id=generation.pk if generation else None,
        is_carer=form.cleaned_data["is_carer"],
        choices=form.choices,
    )
    return _change(
        request,
        booking,
        lambda: operations.add_companion(booking=booking, guest=guest, at=timezone.now()),
        then="dabei",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@with_link(Booking.LINK_PURPOSE)
def person(request: HttpRequest, booking: Booking, *, pk: int) -> HttpResponse:
    """Changes somebody's name or generation, or whether they take a seat."""
    context = page_context(booking)
    somebody = _find(context["participants"], pk)
    if somebody is None or context["refusal"]:
        return _people(request, booking)
    known = {
        "name": somebody.name,
        "generation": somebody.generation_id or "",
        "is_carer": somebody.is_carer,
    }
    form = PersonForm(request.POST or None, initial=known, use_required_attribute=False)
    if request.method != "POST" or not form.is_valid():
        more = {
            "title": _("Change this person"),
            "form": form,
            "somebody": somebody,
            "remove_url": _person_url(booking, somebody, "remove"),
        }
        return render(request, "workshops/booking/person.html", {**context, **more})
    generation = form.cleaned_data["generation"]
    return _change(
        request,
        booking,
        lambda: operations.change_participant(
            participant=somebody,
            name=form.cleaned_data["name"],
            generation_id=generation.pk if generation else None,
            is_carer=form.cleaned_data["is_carer"],
            at=timezone.now(),
        ),
        then="geaendert",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@with_link(Booking.LINK_PURPOSE)
def remove(request: HttpRequest, booking: Booking, *, pk: int) -> HttpResponse:
    """Asks whether somebody does not come after all, and frees their seats."""
    context = page_context(booking)
    somebody = _find(context["participants"], pk)
    if somebody is None:
        return redirect(own_url(booking, "people"))
    if context["refusal"]:
        return _people(request, booking)
    if request.method != "POST":
        more = {"title": _("Take this person out?"), "somebody": somebody}
        return render(request, "workshops/booking/remove.html", {**context, **more})
    return _change(
        request,
        booking,
        lambda: operations.remove_participant(participant=somebody, at=timezone.now()),
        then="entfernt",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@with_link(Booking.LINK_PURPOSE)
def absence(request: HttpRequest, booking: Booking) -> HttpResponse:
    """Each date to come of a series, with who is there; a POST names a person, a date and what is to be done."""
    problem = None
    if request.method == "POST":
        try:
            _report(booking, request.POST)
        except rules.NotPossible as error:
            problem = error.sentence
        else:
            return redirect(f"{own_url(booking, 'absence')}?geaendert")
    context = page_context(booking)
    if not context["can_be_absent"] and problem is None:
        problem = _("For a single date please cancel the booking.")
    at = timezone.now()
    ahead = [session for session in context["sessions"] if session.starts_at > at]
    context["coming"] = _coming(booking, ahead) if context["can_be_absent"] else []
    context["title"] = _("Not there on one date?")
    context["problem"] = problem
    context["done"] = DONE["geaendert"] if "geaendert" in request.GET else None
    return render(request, "workshops/booking/absence.html", context, status=409 if problem else 200)


@dataclass(frozen=True, slots=True)
class _Line:
    """Somebody in the list of people."""

    participant: Participant
    change_url: str
    remove_url: str


def _people(request: HttpRequest, booking: Booking, *, problem: str | Promise | None = None) -> HttpResponse:
    context = page_context(booking)
    problem = problem or context["refusal"]
    context["people"] = [
        _Line(somebody, _person_url(booking, somebody, "person"), _person_url(booking, somebody, "remove"))
        for somebody in ([] if booking.is_group else context["participants"])
    ]
    context["title"] = _("Who is coming")
    context["companion_url"] = own_url(booking, "companion")
    context["problem"] = problem
    context["done"] = next((sentence for key, sentence in DONE.items() if key in request.GET), None)
    return render(request, "workshops/booking/change.html", context, status=409 if problem else 200)


def _change(request: HttpRequest, booking: Booking, do: Callable[[], object], *, then: str) -> HttpResponse:
    try:
        do()
    except rules.NotPossible as error:
        booking.refresh_from_db()
        return _people(request, booking, problem=error.sentence)
    return redirect(f"{own_url(booking, 'people')}?{then}")


def _find(people: list[Participant], pk: int) -> Participant | None:
    return next((somebody for somebody in people if somebody.pk == pk), None)


def _person_url(booking: Booking, somebody: Participant, page: str) -> str:
    return reverse(f"workshops:booking_{page}", args=[booking.public_id, booking.token, somebody.pk])


def _report(booking: Booking, data: QueryDict) -> None:
    """One person, one date, one act. What a tampered form names is nobody and nothing. Raises NotPossible."""
    act = ABSENCES.get(data.get("act", ""))
    people = {str(somebody.pk): somebody for somebody in booking.participants.all()}
    sessions = {str(session.public_id): session for session in booking.run.sessions.all()}
    somebody, session = people.get(data.get("person", "")), sessions.get(data.get("date", ""))
    if act is None or somebody is None or session is None:
        raise rules.NotPossible(_("There is no seat on this date any more."))
    act(participant=somebody, session=session, at=timezone.now())


def _coming(booking: Booking, sessions: list[Session]) -> list[tuple[Session, list[Seat]]]:
    """Each of these dates with the seats of the booking's people on it."""
    seats: dict[int, list[Seat]] = {session.pk: [] for session in sessions}
    rows = Seat.objects.filter(participant__booking=booking, session__in=sessions)
    for seat in rows.exclude(state=Seat.State.RELEASED).select_related("participant").order_by("participant"):
        seats[seat.session_id].append(seat)
    return [(session, seats[session.pk]) for session in sessions]
