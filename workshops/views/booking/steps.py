"""The steps: each asks one thing, keeps the answer and leads on."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.guard import Guard
from core.nearby import is_staff, nearby
from workshops import operations, rules
from workshops.ages import age_sentence
from workshops.costs import cost_lines
from workshops.forms import Asked, ContactForm, GroupForm, GroupNeeds, GuestForm, Needs, People
from workshops.minimum import minimum_sentence
from workshops.models import Booking, CourseRun
from workshops.views.booking.answers import CHECK, CONTACT, GROUP, NEEDS, PEOPLE, Answers
from workshops.views.booking.refusals import already_booked, refused
from workshops.views.booking.target import Target, find_target

WAIT = "warteliste"
ANYBODYS_TOKEN = "the-token-of-whoever-reads"  # noqa: S105
"""Stands for the CSRF token in a page that is kept for all."""
TITLES = {
    PEOPLE: _("Who is coming?"),
    GROUP: _("Which group is coming?"),
    CONTACT: _("How can we reach you?"),
    NEEDS: _("Should we prepare something for you?"),
    CHECK: _("Is everything right?"),
}


@require_safe
@never_cache
def start(request: HttpRequest, target: str, public_id: UUID) -> HttpResponse:
    """Begins a booking with its first question, or says why there is none to begin."""
    at = timezone.now()
    found = find_target(target, public_id, at=at, anew=is_staff(request))
    try:
        found.check(at)
        found.check_seats()
    except rules.NotPossible as problem:
        return refused(request, found, problem, at=at)
    answers = Answers(request, found.key)
    answers.begin()
    return _people(request, found, answers, action=found.url(PEOPLE))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def step(request: HttpRequest, target: str, public_id: UUID, step: str) -> HttpResponse:
    """One question."""
    at = timezone.now()
    found = find_target(target, public_id, at=at, anew=is_staff(request))
    if step not in (*TITLES, WAIT) or (step == GROUP and not found.takes_groups):
        raise Http404
    answers = Answers(request, found.key)
    if "booked" in answers.data:
        booking = Booking.objects.filter(public_id=answers.data["booked"], erased_at=None).first()
        if booking is not None and step != WAIT:
            return to_booking(booking)
    try:
        found.check(at)
        if step == WAIT:
            return _wait(request, found, answers)
        if not _is_waiting(found, answers):
            found.check_seats()
    except rules.NotPossible as problem:
        return refused(request, found, problem, at=at, answers=answers)
    missing = answers.missing
    if step not in (PEOPLE, GROUP) and missing and answers.steps.index(step) > answers.steps.index(missing):
        return redirect(found.url(missing))
    handlers = {PEOPLE: _people, GROUP: _group, CONTACT: _contact, NEEDS: _needs, CHECK: _check}
    return handlers[step](request, found, answers)


def _wait(request: HttpRequest, target: Target, answers: Answers) -> HttpResponse:
    """From now on the way leads to the waiting list; what has been answered stays."""
    if request.method == "POST" and target.can_wait(timezone.now()):
        if "booked" in answers.data:
            answers.save(anew=True)
        answers.save(waits=True)
        return redirect(target.url(answers.missing or CHECK))
    return redirect(
        reverse(f"workshops:book_{'session' if target.session else 'run'}", args=[target.public_id])
    )


def _people(request: HttpRequest, target: Target, answers: Answers, *, action: str = "") -> HttpResponse:
    """Who comes. `action` is where the form is sent to, if that is not this page."""
    asked = target.asked(still=not _is_waiting(target, answers))
    kwargs: dict[str, Any] = {"prefix": "people", "form_kwargs": {"asked": asked}}
    if request.method != "POST":
        known = [_typed(person, asked) for person in answers.data.get(PEOPLE, [])]
        people = People(initial=known or None, **kwargs)
    elif "add" in request.POST or "remove" in request.POST:
        people = People(_resized(request.POST, asked), **kwargs).unjudged()
    else:
        people = People(request.POST, **kwargs)
        if people.is_valid():
            before = answers.names
            if answers.waits and not target.is_full:
                # Others come now: perhaps there are seats for them.
                answers.save(waits=False)
            answers.save_people([_kept(form) for form in people.forms], asked=asked.signature)
            if "aendern" in request.GET and answers.missing is None and before != answers.names:
                return redirect(target.url(NEEDS) + "?aendern")
            return _next(request, target, answers, PEOPLE)
    return _render(
        request,
        target,
        answers,
        PEOPLE,
        "people.html",
        people=people,
        action=action,
        age=age_sentence(target.run),
        only_minors=asked.only_minors,
        group_url=target.url(GROUP) if target.takes_groups else "",
    )


def _typed(person: dict[str, Any], asked: Asked) -> dict[str, Any]:
    """What was answered about a person, as the form asks for it."""
    guardian = person["guardian"] or {}
    return {
        "name": person["name"],
        "generation": person["generation"] or "",
        "is_carer": person["is_carer"],
        "is_minor": bool(guardian),
        "guardian_name": guardian.get("name", ""),
        "guardian_phone": guardian.get("phone", ""),
        "goes_home_alone": {True: "yes", False: "no"}.get(guardian.get("goes_home_alone"), ""),
        "agrees_to_tandem": guardian.get("agrees_to_tandem", False),
        **_chosen(person["choices"], asked),
    }


def _chosen(keys: list[int], asked: Asked) -> dict[str, int]:
    return {
        f"question_{question.pk}": choice.pk
        for question in asked.questions
        for choice in question.choices.all()
        if choice.pk in keys
    }


def _kept(form: GuestForm) -> dict[str, Any]:
    cleaned = form.cleaned_data
    guardian = None
    if form.is_minor:
        guardian = {
            "name": cleaned["guardian_name"],
            "phone": cleaned["guardian_phone"],
            "goes_home_alone": cleaned["goes_home_alone"] == "yes",
            "agrees_to_tandem": bool(cleaned.get("agrees_to_tandem")),
        }
    return {
        "name": cleaned["name"],
        "generation": form.generation,
        "is_carer": form.is_carer,
        # Who takes no seat borrows nothing.
        "choices": [] if form.is_carer else form.choices,
        "guardian": guardian,
    }


def _resized(data: QueryDict, asked: Asked) -> QueryDict:
    """The typed people with an empty one added, or one taken out and the others moved up."""
    changed = data.copy()
    try:
        count = max(1, min(int(data.get("people-TOTAL_FORMS", "1")), rules.MOST_PEOPLE))
    except ValueError:
        count = 1
    fields = GuestForm(asked=asked, several=True).fields
    rows = [{name: data.get(f"people-{i}-{name}", "") for name in fields} for i in range(count)]
    if "add" in data and count < rules.MOST_PEOPLE:
        rows.append({**dict.fromkeys(fields, ""), "is_carer": "on" if data["add"] == "carer" else ""})
    elif len(rows) > 1:
        # Compared as text: what no button says, however long, removes nobody.
        rows = [row for i, row in enumerate(rows) if str(i) != data.get("remove")]
    for i, row in enumerate(rows):
        for field, value in row.items():
            changed[f"people-{i}-{field}"] = value
    changed["people-TOTAL_FORMS"] = str(len(rows))
    return changed


def _group(request: HttpRequest, target: Target, answers: Answers) -> HttpResponse:
    asked = target.asked(still=not _is_waiting(target, answers))
    known = answers.data.get(GROUP)
    initial = {**known, **_chosen(known["choices"], asked)} if known else None
    form = GroupForm(request.POST if request.method == "POST" else None, initial=initial, asked=asked)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        group = {
            "group_name": cleaned["group_name"],
            "people": cleaned["people"],
            "carers": cleaned["carers"] or 0,
            "generation": form.generation,
            "choices": form.choices,
            "guardians_agree": bool(cleaned.get("guardians_agree")),
        }
        answers.save_group(group, asked=asked.signature)
        return _next(request, target, answers, GROUP)
    return _render(
        request,
        target,
        answers,
        GROUP,
        "group.html",
        form=form,
        age=age_sentence(target.run),
        answered_later=target.run.groups == CourseRun.Groups.ASK,
        people_url=target.url(PEOPLE),
    )


def _contact(request: HttpRequest, target: Target, answers: Answers) -> HttpResponse:
    booker = answers.data.get("booker", "")
    known = {**answers.data.get(CONTACT, {}), "name": booker, "for_others": bool(booker)}
    form = ContactForm(request.POST or None, initial=known, is_group=answers.is_group)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        reached = {"email": cleaned["email"], "phone": cleaned["phone"]}
        answers.save(**{CONTACT: reached, "booker": cleaned["name"]})
        return _next(request, target, answers, CONTACT)
    return _render(request, target, answers, CONTACT, "contact.html", form=form)


def _needs(request: HttpRequest, target: Target, answers: Answers) -> HttpResponse:
    names = answers.names
    known = answers.data.get(NEEDS) or [{} for _name in names]
    kwargs: dict[str, Any] = {
        "prefix": "needs",
        "initial": [{**told, "consent": any(told.values())} for told in known],
        "form_kwargs": {
            "wheelchair": target.has_wheelchair_places,
            "hearing_loop": target.has_hearing_loops,
        },
    }
    forms: Any = Needs
    if answers.is_group:
        forms = GroupNeeds
        kwargs["form_kwargs"]["people"] = answers.data[GROUP]["people"]
    if request.method == "POST":
        data = request.POST.copy()
        # How many people come was asked before; a tampered count changes nothing.
        data["needs-TOTAL_FORMS"], data["needs-INITIAL_FORMS"] = str(len(names)), "0"
        formset = forms(data, **kwargs)
        if formset.is_valid():
            answers.save(**{NEEDS: [form.told for form in formset.forms]})
            return _next(request, target, answers, NEEDS)
    else:
        formset = forms(**kwargs)
    for form, name in zip(formset.forms, names, strict=False):
        form.person_name = name
    return _render(request, target, answers, NEEDS, "needs.html", needs=formset)


def _check(request: HttpRequest, target: Target, answers: Answers) -> HttpResponse:
    asked = target.asked(still=False)
    if answers.data["asked"] != asked.signature:
        return redirect(target.url(answers.steps[0]) + "?aendern&geaendert")
    guard = Guard(request, "book", key=answers.data["submission"], at=timezone.now())
    if request.method == "POST":
        if guard.doubts(*answers.data[CONTACT].values()):
            return _one_more_click(request, target, answers, guard)
        return _book(request, target, answers, asked)
    waits = _is_waiting(target, answers)
    is_request = _is_request(target, answers) and not waits
    return _render(
        request,
        target,
        answers,
        CHECK,
        "check.html",
        **_summary(answers, asked),
        contact=answers.data[CONTACT],
        change_urls={name: target.url(name) + "?aendern" for name in answers.steps[:-1]},
        who_url=target.url(answers.steps[0]) + "?aendern",
        cost_lines=[_("Free of charge")] if target.is_taster else cost_lines(target.run),
        minimum=minimum_sentence(target.run, at=timezone.now()),
        hold=target.run.hold_until_confirmed and not waits and not is_request,
        is_request=is_request,
        button=_button(target, answers),
        guard=guard,
    )


def _one_more_click(request: HttpRequest, target: Target, answers: Answers, guard: Guard) -> HttpResponse:
    """Asks a suspicious visitor; the answers lie in the session as they were."""
    return _render(
        request,
        target,
        answers,
        CHECK,
        "one_more_click.html",
        title=_("One more click: are you a person?"),
        cost_lines=cost_lines(target.run),
        button=_button(target, answers),
        guard=guard,
    )


def _summary(answers: Answers, asked: Asked) -> dict[str, Any]:
    """What was answered, in words."""
    party = answers.party(asked)
    names = {generation.pk: generation.name for generation in asked.generations}
    texts = {choice.pk: choice.text for question in asked.questions for choice in question.choices.all()}
    rows = [
        {
            "guest": guest,
            "generation": names.get(guest.generation_id or 0, ""),
            "choices": [texts[key] for key in guest.choices if key in texts],
        }
        for guest in party.guests
    ]
    group = answers.data.get(GROUP)
    return {
        "people": rows[:1] if group else rows,
        "group": group,
        "booker": party.contact,
        "told": list(zip(answers.names, answers.data[NEEDS], strict=True)),
        "has_minors": any(guest.guardian for guest in party.guests),
    }


def _button(target: Target, answers: Answers) -> Any:
    """What the last button says: it is the act, and may oblige to pay."""
    if _is_waiting(target, answers):
        return _("Put me on the waiting list")
    if _is_request(target, answers):
        return _("Send the request")
    return _("Book with obligation to pay") if target.has_price else _("Book now")


def _book(request: HttpRequest, target: Target, answers: Answers, asked: Asked) -> HttpResponse:
    act = operations.join_waiting_list if _is_waiting(target, answers) else operations.book
    try:
        booking = act(
            run=target.run,
            session=target.session,
            party=answers.party(asked),
            at=timezone.now(),
            submission_key=answers.data["submission"],
        )
    except operations.AlreadyBooked as problem:
        if problem.booking and str(problem.booking.public_id) == answers.data.get("earlier"):
            # Booked in this browser just now: they need not look for it.
            answers.finish(problem.booking)
            return to_booking(problem.booking)
        return already_booked(request, target, problem.booking, answers)
    except rules.NotPossible as problem:
        return refused(request, target, problem, at=timezone.now(), answers=answers, asked=asked)
    answers.finish(booking)
    return to_booking(booking)


def _is_waiting(target: Target, answers: Answers) -> bool:
    """Whether the way leads to the waiting list."""
    return answers.waits and target.can_wait(timezone.now())


def _is_request(target: Target, answers: Answers) -> bool:
    return answers.is_group and target.run.groups == CourseRun.Groups.ASK


def _next(request: HttpRequest, target: Target, answers: Answers, step: str) -> HttpResponse:
    steps = answers.steps
    following = steps[steps.index(step) + 1]
    if "aendern" in request.GET:
        following = answers.missing or CHECK
    return redirect(target.url(following))


def to_booking(booking: Booking) -> HttpResponse:
    url = reverse("workshops:booking", args=[booking.public_id, booking.token])
    response = redirect(f"{url}?gebucht")
    response["Referrer-Policy"] = "no-referrer"
    return response


def _render(
    request: HttpRequest, target: Target, answers: Answers, step: str, template: str, **context: Any
) -> HttpResponse:
    steps = answers.steps
    number = 0 if step in (PEOPLE, GROUP) else steps.index(step)
    back = target.url(steps[number - 1]) if number else target.course.get_url()
    waits = _is_waiting(target, answers)
    context = {
        "target": target,
        "run": target.run,
        "course": target.course,
        "sessions": target.sessions,
        "step": step,
        "step_number": number + 1,
        "step_count": len(steps),
        "back_url": back,
        "title": TITLES[step],
        "waits": waits,
        "is_group": answers.is_group,
        "has_changed": "geaendert" in request.GET,
        **context,
    }
    template = f"workshops/booking/{template}"
    if not _is_blank(request, answers, step):
        return render(request, template, context)
    html = nearby(
        f"question:{request.path}:{waits}:{answers.is_group}",
        lambda: render_to_string(template, {**context, "csrf_token": ANYBODYS_TOKEN}, request),
        anew=is_staff(request),
    )
    return HttpResponse(html.replace(ANYBODYS_TOKEN, get_token(request)))


def _is_blank(request: HttpRequest, answers: Answers, step: str) -> bool:
    """Whether the page is the same for everybody who comes this far: nothing typed, nothing told, nobody named."""
    names_somebody = step == CHECK or (step == NEEDS and (answers.is_group or len(answers.names) > 1))
    return request.method == "GET" and not request.GET and step not in answers.data and not names_somebody
