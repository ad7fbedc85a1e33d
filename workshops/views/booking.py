"""Booking a seat, one question a page: who comes, how we reach you, what we should prepare, is it right.

The answers live in the server-side session for two hours and are forgotten once the booking is made.
Nothing is written before the last button.
"""

import time
import uuid
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.guard import Guard
from core.models import Generation
from workshops import operations, rules
from workshops.costs import cost_lines
from workshops.forms import ContactForm, Needs, People
from workshops.minimum import minimum_sentence
from workshops.models import Booking, CoursePage, CourseRun, Session
from workshops.operations.bookings import Full, Guest, Party
from workshops.programme import attach, listed

TWO_HOURS = 2 * 60 * 60
MOST_AT_ONCE = 5
STEPS = ("personen", "kontakt", "vorbereitung", "pruefen")
TITLES = {
    "personen": _("Who is coming?"),
    "kontakt": _("How can we reach you?"),
    "vorbereitung": _("Should we prepare something for you?"),
    "pruefen": _("Is everything right?"),
}


class Target:
    """What is being booked: one date, or what remains of a series (`session` is None).

    Read from the database when somebody asks for more than its address; raises Http404 where there is no such thing.
    """

    def __init__(self, kind: str, public_id: UUID) -> None:
        self.kind = kind
        self.public_id = public_id

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.public_id}"

    @property
    def session(self) -> Session | None:
        return self.sessions[0] if self.kind == "termin" else None

    @property
    def run(self) -> CourseRun:
        return self._read[0]

    @property
    def sessions(self) -> list[Session]:
        return self._read[1]

    @property
    def course(self) -> CoursePage:
        return self.sessions[0].course if self.sessions else self.run.course

    def url(self, step: str) -> str:
        return reverse("workshops:book_step", args=[self.kind, self.public_id, step])

    def check(self, at: Any) -> None:
        """Raises NotPossible where it cannot be booked now, Full where no seat is left."""
        first = self.sessions[0] if self.sessions else None
        begun = bool(first and self.run.is_series and first.series_begun)
        rules.check_book(self.run, self.sessions, begun=begun, at=at)
        if first and first.availability.status == "full":
            raise Full(0)

    @cached_property
    def _read(self) -> tuple[CourseRun, list[Session]]:
        at = timezone.now()
        sessions = Session.objects.public().with_places()
        if self.kind == "termin":
            found = [get_object_or_404(sessions, public_id=self.public_id)]
            run = found[0].run
        else:
            run = get_object_or_404(
                CourseRun.objects.public().select_related("course", "term"), public_id=self.public_id
            )
            found = list(sessions.with_series(at).filter(run=run).taking_place().not_begun(at))
        if run.is_series == (self.kind == "termin"):
            raise Http404
        attach(found, at=at)
        return run, found


class Answers:
    """What somebody has answered so far for one target, in the server-side session."""

    def __init__(self, request: HttpRequest, key: str) -> None:
        self.session = request.session
        self.key = key
        now = time.time()
        kept = {
            name: entry
            for name, entry in self.session.get("bookings", {}).items()
            if now - entry["at"] < TWO_HOURS
        }
        self.all: dict[str, dict[str, Any]] = dict(
            sorted(kept.items(), key=lambda e: e[1]["at"])[-MOST_AT_ONCE:]
        )
        self.data: dict[str, Any] = self.all.get(key, {})
        self.expires = not request.user.is_authenticated

    def begin(self) -> None:
        """Starts anew unless answers are there already that have not become a booking."""
        if not self.data or "booked" in self.data:
            self.save(anew=True)

    def save(self, *, anew: bool = False, **answers: Any) -> None:
        if anew or not self.data:
            self.data = {"submission": uuid.uuid4().hex}
        self.data = {**self.data, **answers, "at": time.time()}
        self._keep()

    def finish(self, booking: Booking) -> None:
        """Forgets the answers; only which booking they became stays, for the second click on the button."""
        self.data = {"booked": str(booking.public_id), "at": time.time()}
        self._keep()

    def _keep(self) -> None:
        self.all[self.key] = self.data
        self.session["bookings"] = self.all
        if self.expires:
            self.session.set_expiry(TWO_HOURS)

    @property
    def missing(self) -> str | None:
        """The first step that has not been answered."""
        return next((step for step in STEPS[:-1] if step not in self.data), None)


@require_safe
@never_cache
def start(request: HttpRequest, target: str, public_id: UUID) -> HttpResponse:
    """Begins a booking, or says why there is none to begin."""
    found = Target(target, public_id)
    try:
        found.check(timezone.now())
    except rules.NotPossible as problem:
        return _impossible(request, found, problem)
    Answers(request, found.key).begin()
    return redirect(found.url(STEPS[0]))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def step(request: HttpRequest, target: str, public_id: UUID, step: str) -> HttpResponse:
    """One question."""
    if step not in STEPS:
        raise Http404
    found = Target(target, public_id)
    answers = Answers(request, found.key)
    if "booked" in answers.data:
        booking = Booking.objects.filter(public_id=answers.data["booked"], erased_at=None).first()
        if booking is not None:
            return _to_booking(booking)
    handler = {"personen": _people, "kontakt": _contact, "vorbereitung": _needs, "pruefen": _check}[step]
    try:
        if not answers.data:
            found.check(timezone.now())
        missing = answers.missing
        if missing and STEPS.index(step) > STEPS.index(missing):
            return redirect(found.url(missing))
        return handler(request, found, answers)
    except rules.NotPossible as problem:
        return _impossible(request, found, problem)


def _people(request: HttpRequest, target: Target, answers: Answers) -> HttpResponse:
    known = [{"name": p["name"], "generation": p["generation"]} for p in answers.data.get("personen", [])]
    if request.method != "POST":
        formset = People(initial=known or None, prefix="people")
        return _render(request, target, "personen", "people.html", people=formset)
    if "add" in request.POST or "remove" in request.POST:
        # Nothing is judged yet: what was typed comes back with one person more or fewer.
        formset = People(_resized(request.POST), prefix="people")
        formset._errors, formset._non_form_errors = [{} for _form in formset.forms], forms.utils.ErrorList()
        for form in formset.forms:
            form._errors = forms.utils.ErrorDict()
        return _render(request, target, "personen", "people.html", people=formset)
    formset = People(request.POST, prefix="people")
    if not formset.is_valid():
        return _render(request, target, "personen", "people.html", people=formset)
    people = [
        {
            "name": form.cleaned_data["name"],
            "generation": form.cleaned_data["generation"].pk if form.cleaned_data["generation"] else None,
        }
        for form in formset.forms
    ]
    before = [person["name"] for person in answers.data.get("personen", [])]
    changed: dict[str, Any] = {"personen": people}
    if "vorbereitung" in answers.data:
        # What to prepare stays with the person it was told for, whoever else comes or goes.
        told = dict(zip(before, answers.data["vorbereitung"], strict=False))
        changed["vorbereitung"] = [told.get(person["name"], "") for person in people]
    answers.save(**changed)
    if (
        "aendern" in request.GET
        and answers.missing is None
        and before != [person["name"] for person in people]
    ):
        return redirect(target.url("vorbereitung") + "?aendern")
    return _next(request, target, answers, "personen")


def _resized(data: QueryDict) -> QueryDict:
    """The typed people with an empty one added, or one taken out and the others moved up."""
    changed = data.copy()
    try:
        count = max(1, min(int(data.get("people-TOTAL_FORMS", "1")), rules.MOST_PEOPLE))
    except ValueError:
        count = 1
    fields = ("name", "generation")
    rows = [{field: data.get(f"people-{i}-{field}", "") for field in fields} for i in range(count)]
    if "add" in data and count < rules.MOST_PEOPLE:
        rows.append(dict.fromkeys(fields, ""))
    elif len(rows) > 1:
        # Compared as text: what no button says, however long, removes nobody.
        rows = [row for i, row in enumerate(rows) if str(i) != data.get("remove")]
    for i, row in enumerate(rows):
        for field, value in row.items():
            changed[f"people-{i}-{field}"] = value
    changed["people-TOTAL_FORMS"] = str(len(rows))
    return changed


def _contact(request: HttpRequest, target: Target, answers: Answers) -> HttpResponse:
    form = ContactForm(
        request.POST or None, initial=answers.data.get("kontakt"), use_required_attribute=False
    )
    if request.method == "POST" and form.is_valid():
        answers.save(kontakt={"email": form.cleaned_data["email"], "phone": form.cleaned_data["phone"]})
        return _next(request, target, answers, "kontakt")
    return _render(request, target, "kontakt", "contact.html", form=form)


def _needs(request: HttpRequest, target: Target, answers: Answers) -> HttpResponse:
    names = [person["name"] for person in answers.data["personen"]]
    known = answers.data.get("vorbereitung") or []
    initial = [
        {"need": known[i] if i < len(known) else "", "consent": bool(i < len(known) and known[i])}
        for i in range(len(names))
    ]
    if request.method == "POST":
        data = request.POST.copy()
        # How many people come was asked before; a tampered count changes nothing.
        data["needs-TOTAL_FORMS"], data["needs-INITIAL_FORMS"] = str(len(names)), "0"
        formset = Needs(data, initial=initial, prefix="needs")
        if formset.is_valid():
            answers.save(vorbereitung=[form.cleaned_data.get("need", "") for form in formset.forms])
            return _next(request, target, answers, "vorbereitung")
    else:
        formset = Needs(initial=initial, prefix="needs")
    for form, name in zip(formset.forms, names, strict=False):
        form.person_name = name
    return _render(request, target, "vorbereitung", "needs.html", needs=formset)


def _check(request: HttpRequest, target: Target, answers: Answers) -> HttpResponse:
    guard = Guard(request, "book", key=answers.data["submission"], at=timezone.now())
    if request.method == "POST":
        if guard.doubts(*answers.data["kontakt"].values()):
            return _one_more_click(request, target, guard)
        return _book(request, target, answers)
    generations = {g.pk: g.name for g in Generation.objects.all()}
    needs = answers.data["vorbereitung"]
    people = [
        {
            "name": person["name"],
            "generation": generations.get(person["generation"], ""),
            "need": needs[i] if i < len(needs) else "",
        }
        for i, person in enumerate(answers.data["personen"])
    ]
    return _render(
        request,
        target,
        "pruefen",
        "check.html",
        people=people,
        contact=answers.data["kontakt"],
        change_urls={name: target.url(name) + "?aendern" for name in STEPS[:-1]},
        cost_lines=cost_lines(target.run),
        minimum=minimum_sentence(target.run, at=timezone.now()),
        has_price=target.run.has_price,
        hold=target.run.hold_until_confirmed,
        guard=guard,
    )


def _one_more_click(request: HttpRequest, target: Target, guard: Guard) -> HttpResponse:
    """Asks a suspicious visitor; the answers lie in the session as they were."""
    return _render(
        request,
        target,
        "pruefen",
        "one_more_click.html",
        title=_("One more click: are you a person?"),
        cost_lines=cost_lines(target.run),
        button=_("Book with obligation to pay") if target.run.has_price else _("Yes, book now"),
        guard=guard,
    )


def _book(request: HttpRequest, target: Target, answers: Answers) -> HttpResponse:
    needs = answers.data["vorbereitung"]
    known = set(Generation.objects.values_list("pk", flat=True))
    guests = [
        Guest(
            name=person["name"],
            generation_id=person["generation"] if person["generation"] in known else None,
            need=needs[i] if i < len(needs) else "",
        )
        for i, person in enumerate(answers.data["personen"])
    ]
    party = Party(guests=guests, language=translation.get_language() or "de", **answers.data["kontakt"])
    booking = operations.book(
        run=target.run,
        session=target.session,
        party=party,
        at=timezone.now(),
        submission_key=answers.data["submission"],
    )
    answers.finish(booking)
    return _to_booking(booking)


def _next(request: HttpRequest, target: Target, answers: Answers, step: str) -> HttpResponse:
    following = STEPS[STEPS.index(step) + 1]
    if "aendern" in request.GET and answers.missing is None:
        following = "pruefen"
    return redirect(target.url(following))


def _to_booking(booking: Booking) -> HttpResponse:
    url = reverse("workshops:booking", args=[booking.public_id, booking.token])
    response = redirect(f"{url}?gebucht")
    response["Referrer-Policy"] = "no-referrer"
    return response


def _render(request: HttpRequest, target: Target, step: str, template: str, **context: Any) -> HttpResponse:
    # Every page that is shown; an answer leads to the next one, which looks for itself.
    target.check(timezone.now())
    number = STEPS.index(step)
    back = target.url(STEPS[number - 1]) if number else target.course.get_url(request)
    return render(
        request,
        f"workshops/booking/{template}",
        {
            "target": target,
            "run": target.run,
            "course": target.course,
            "sessions": target.sessions,
            "step": step,
            "step_number": number + 1,
            "step_count": len(STEPS),
            "back_url": back,
            "title": TITLES[step],
            **context,
        },
    )


def _impossible(request: HttpRequest, target: Target, problem: rules.NotPossible) -> HttpResponse:
    """Says why it cannot be booked, and what else there is of the same course."""
    at = timezone.now()
    others = listed(at).with_free_seats(at).filter(run__course_id=target.run.course_id)
    if target.session:
        others = others.exclude(pk=target.session.pk)
    return render(
        request,
        "workshops/booking/full.html",
        {
            "target": target,
            "run": target.run,
            "course": target.course,
            "sessions": target.sessions,
            "sentence": problem.sentence,
            "is_full": isinstance(problem, Full),
            "is_not_open_yet": isinstance(problem, rules.NotOpenYet),
            "free": problem.free if isinstance(problem, Full) else 0,
            "people_url": target.url("personen"),
            "alternatives": attach(list(others[:5]), at=at),
        },
        status=409,
    )
