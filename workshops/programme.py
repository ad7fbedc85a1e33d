"""What pages read of the programme: sessions with their course in the reader's language and what can be done.

Every function takes a fixed number of queries, whatever the number of sessions.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q, prefetch_related_objects
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.models import Locale

from core.aliases import active_locale, in_active_language
from core.models import Generation, Topic
from showroom.models import ExhibitPage
from timetable.wording import describe_rule, describe_times
from timetable.zone import local_date
from workshops.costs import cost_lines
from workshops.forms import ProgrammeFilter
from workshops.minimum import minimum_sentence
from workshops.models import (
    CoursePage,
    CourseRun,
    PoolRelease,
    ProgrammeIndexPage,
    Schedule,
    SeatPool,
    Session,
)
from workshops.models.sessions import SessionQuerySet
from workshops.opening import opening, refusal
from workshops.operations.tasters import taster_seats_on
from workshops.rules import Availability, has_closed, series_availability, session_availability
from workshops.seat_wording import Left, age_words, conditions, kept_sentence
from workshops.vacancies import vacancies

SESSIONS_A_PAGE = 25


@dataclass(frozen=True, slots=True)
class RunOnPage:
    """A run as its course page shows it. `availability` is that of a whole series or cancelled run, else None."""

    run: CourseRun
    sessions: list[Session]
    availability: Availability | None
    sentence: str
    cost_lines: list[str]
    facilitators: list[Any]
    minimum: str
    opening: str
    ages: str
    kept: str
    conditions: list[str]


@dataclass(slots=True)
class Day:
    """One local date of the programme."""

    date: date
    sessions: list[Session] = field(default_factory=list)


def asked_generation(request: HttpRequest) -> Generation | None:
    """The generation the visitor has asked the programme about; it goes with the links, and nowhere else."""
    slug = request.GET.get("generation", "")
    return Generation.objects.filter(slug=slug).first() if slug and "\0" not in slug else None


def asked_query(generation: Generation | None) -> str:
    """What takes the generation along to the next page."""
    return f"?{urlencode({'generation': generation.slug})}" if generation else ""


def book_url(session: Session) -> str:
    """Where this session, or the series it belongs to, is booked."""
    if session.run.is_series:
        return reverse("workshops:book_run", args=[session.run.public_id])
    return reverse("workshops:book_session", args=[session.public_id])


def attach(
    sessions: Sequence[Session], *, at: datetime, generation: Generation | None = None
) -> Sequence[Session]:
    """Gives each session its course in the active language and what can be done about it, by that generation.

    They come from `SessionQuerySet.with_series`. At most two queries, and a fixed number more where a run keeps
    seats or lets people have a taste of it.
    """
    attach_courses(sessions)
    judge(sessions, at=at, generation=generation)
    return sessions


def judge(sessions: Sequence[Session], *, at: datetime, generation: Generation | None) -> dict[int, Left]:
    """Gives each session its availability and taster seats; returns what is left for whom where seats are kept."""
    left = vacancies(sessions, at=at, generation=generation)
    query = asked_query(generation)
    for session in sessions:
        session.asked = query
        session.availability = session_availability(
            session, at=at, book_url=book_url(session) + query, left=left.get(session.pk)
        )
    tasting = [session for session in sessions if _can_be_tasted(session, at)]
    free = taster_seats_on(tasting) if tasting else {}
    for session in tasting:
        session.taster_seats = free.get(session.pk, 0)
    return left


def _can_be_tasted(session: Session, at: datetime) -> bool:
    run = session.run
    is_on = not run.is_cancelled and not session.is_cancelled and session.starts_at > at
    return (
        run.is_series
        and run.taster_seats
        and is_on
        and opening(run).is_open(at)
        and not has_closed(run, session.starts_at, at=at)
    )


def attach_courses(sessions: Iterable[Session], *, with_topics: bool = False) -> None:
    """Gives each session its course in the active language, with the course's topics in one more query."""
    sessions = list(sessions)
    courses = in_active_language({session.run.course for session in sessions}, CoursePage)
    if with_topics:
        prefetch_related_objects(list(courses.values()), "topics")
    for session in sessions:
        session.course = courses[session.run.course.translation_key]


def listed(at: datetime) -> SessionQuerySet:
    """The public sessions that are not over, with all that a list of them needs."""
    return Session.objects.public().announced().upcoming(at).with_places().with_series(at)


def with_free_seats(
    sessions: SessionQuerySet, *, at: datetime, generation: Generation | None = None
) -> SessionQuerySet:
    """Those with a seat: for that generation where one is asked about, else for somebody.

    One query now, and a fixed number more where runs keep seats.
    """
    found = sessions.with_free_seats(at)
    doubtful = list(found.filter(seats_are_kept=True))
    judge(doubtful, at=at, generation=generation)
    full = [s.pk for s in doubtful if s.availability.status == "full" and not s.availability.by_phone]
    return found.exclude(pk__in=full)


def next_with_free_seats(*, at: datetime, limit: int) -> Sequence[Session]:
    """The next sessions somebody can still come to, one of each course."""
    return attach(list(with_free_seats(listed(at), at=at).first_of_each_course()[:limit]), at=at)


def next_sessions(courses: Iterable[CoursePage], *, at: datetime) -> dict[Any, Session]:
    """For each course (by translation key) its next session that takes place. Two queries."""
    keys = [course.translation_key for course in courses]
    upcoming = listed(at).taking_place().not_begun(at).filter(run__course__translation_key__in=keys)
    found = attach(list(upcoming.first_of_each_course()), at=at)
    return {session.run.course.translation_key: session for session in found}


def search(sessions: SessionQuerySet, text: str) -> SessionQuerySet:
    """Those whose Kursnummer begins with the text, or whose course, topic or facilitator it describes.

    Courses are found by the search index in the active language and in the default one, as whole
    words or as their beginnings.
    """
    codes = {active_locale().language_code, settings.LANGUAGE_CODE}
    # The index filters by its own columns only, so not across `locale__language_code`.
    locales = list(Locale.objects.filter(language_code__in=codes).values_list("pk", flat=True))
    courses = CoursePage.objects.live().filter(locale__in=locales)
    # Only words: SQLite's index takes some signs for its own language and breaks off.
    words = " ".join(re.findall(r"[^\W_]+", text))
    keys = set()
    for results in (courses.search(words), courses.autocomplete(words)) if words else ():
        keys.update(page.translation_key for page in results[:200])
    # Not from the index: it learns of a page's topics only when the page is saved once more.
    topics = [topic.pk for topic in Topic.objects.all() if text.casefold() in topic.name.casefold()]
    described = Q(run__course__topics__in=topics) | Q(facilitators__name__icontains=text)
    return sessions.filter(
        Q(run__number__istartswith=text)
        | Q(run__course__translation_key__in=keys)
        | Q(run__title_suffix_de__icontains=text)
        | Q(run__title_suffix_en__icontains=text)
        | Q(pk__in=Session.objects.filter(described).values("pk"))
    )


def filtered(form: ProgrammeFilter, *, at: datetime) -> SessionQuerySet:
    """The sessions a filter asks for; what it could not understand counts as not asked."""
    sessions = listed(at)
    asked = form.cleaned_data
    if generation := asked.get("generation"):
        sessions = sessions.for_generation(generation)
    if topic := asked.get("topic"):
        sessions = sessions.about(topic)
    if venue := asked.get("venue"):
        sessions = sessions.at_venue(venue)
    if weekday := asked.get("weekday"):
        sessions = sessions.on_weekday(int(weekday))
    if text := asked.get("q"):
        sessions = search(sessions, text)
    if asked.get("free"):
        sessions = with_free_seats(sessions, at=at, generation=generation)
    return sessions


def programme_context(page: ProgrammeIndexPage, request: HttpRequest) -> dict[str, Any]:
    """The programme by day, with its filters."""
    at = timezone.now()
    form = ProgrammeFilter(request.GET)
    form.is_valid()
    paginator = Paginator(filtered(form, at=at), SESSIONS_A_PAGE)
    page_obj = paginator.get_page(request.GET.get("page"))
    generation = form.cleaned_data.get("generation")
    sessions = attach(list(page_obj.object_list), at=at, generation=generation)
    days = [
        Day(day, list(of_day))
        for day, of_day in groupby(sessions, key=lambda session: local_date(session.starts_at))
    ]
    return {
        "days": days,
        "filter": form,
        "filter_links": form.links(),
        "active_filters": form.active(),
        "query_without_page": form.query(),
        "page_obj": page_obj,
        "result_count": paginator.count,
        **feed_links("workshops:feed_programme"),
    }


def course_context(page: CoursePage, request: HttpRequest) -> dict[str, Any]:
    """All runs of a course with their coming sessions."""
    at = timezone.now()
    runs = list(
        CourseRun.objects.public()
        .of(page)
        .select_related("term")
        .prefetch_related(Prefetch("schedules", Schedule.objects.order_by("-first_date")))
    )
    sessions = list(listed(at).filter(run__in=runs).prefetch_related("facilitators"))
    generation = asked_generation(request)
    left = judge(sessions, at=at, generation=generation)
    for session in sessions:
        session.course = page
    kept = kept_sentences(sessions, at=at)
    query = asked_query(generation)
    by_run: dict[int, list[Session]] = {run.pk: [] for run in runs}
    for session in sessions:
        by_run[session.run_id].append(session)
    shown = [
        _run_on_page(run, by_run[run.pk], at=at, left=left, query=query, kept=kept.get(run.pk, ""))
        for run in runs
        if by_run[run.pk]
    ]
    shown.sort(key=lambda entry: entry.sessions[0].starts_at)
    exhibits = [exhibit for exhibit in page.exhibits.all() if exhibit.live]
    source = page.alias_of or page
    return {
        "runs": shown,
        "exhibits": list(in_active_language(exhibits, ExhibitPage).values()),
        **feed_links("workshops:feed_course", _default_pk(source)),
    }


def _default_pk(page: CoursePage) -> int:
    """The key of the page in the default language: by it a course's calendar is addressed, in every language."""
    if page.locale.language_code == settings.LANGUAGE_CODE:
        return int(page.pk)
    pages = CoursePage.objects.filter(
        translation_key=page.translation_key, locale__language_code=settings.LANGUAGE_CODE
    )
    return pages.values_list("pk", flat=True).first() or int(page.pk)


def kept_sentences(sessions: Iterable[Session], *, at: datetime) -> dict[int, str]:
    """For each run (by key) of these sessions that still keeps seats, for whom and until when."""
    runs = {s.run_id: s.run for s in sessions if s.seats_are_kept and not s.run.is_drop_in}
    if not runs:
        return {}
    coming: dict[int, list[int]] = {key: [] for key in runs}
    for session in sessions:
        if session.run_id in coming and session.starts_at > at and not session.is_cancelled:
            coming[session.run_id].append(session.pk)
    pools = list(SeatPool.objects.filter(run__in=list(runs)).select_related("generation"))
    released = set(PoolRelease.objects.filter(pool__in=pools).values_list("pool", "session"))
    found = {}
    for key, run in runs.items():
        alive = [
            pool
            for pool in pools
            if pool.run_id == key and any((pool.pk, session) not in released for session in coming[key])
        ]
        found[key] = kept_sentence(run, alive)
    return found


def _run_on_page(
    run: CourseRun, sessions: list[Session], *, at: datetime, left: dict[int, Left], query: str, kept: str
) -> RunOnPage:
    availability = None
    if run.is_series or run.is_cancelled:
        coming = next((s for s in sessions if not s.is_cancelled), sessions[0])
        availability = series_availability(
            run,
            free=coming.series_free,
            begun=coming.series_begun,
            begins=coming.series_begins,
            at=at,
            book_url=reverse("workshops:book_run", args=[run.public_id]) + query,
            left=left.get(coming.pk),
        )
    return RunOnPage(
        run=run,
        sessions=sessions,
        availability=availability,
        sentence=_when(run, sessions),
        cost_lines=cost_lines(run),
        facilitators=list({f.pk: f for session in sessions for f in session.facilitators.all()}.values()),
        minimum=minimum_sentence(run, at=at),
        opening=opening_sentence(run, at=at),
        ages=age_words(run),
        kept=kept,
        conditions=conditions(run),
    )


def opening_sentence(run: CourseRun, *, at: datetime) -> str:
    """From when on a run can be booked, where that is not yet so; else empty. Reads `run.term`."""
    opens = opening(run)
    if run.is_drop_in or opens.is_open(at):
        return ""
    return refusal(opens, at=at)


def _when(run: CourseRun, sessions: list[Session]) -> str:
    """Every schedule that still has dates to come, in words; from when on, where there are several."""
    alive = {session.schedule_id for session in sessions}
    schedules = sorted(run.schedules.all(), key=lambda schedule: schedule.first_date)
    shown = [schedule for schedule in schedules if schedule.pk in alive] or schedules[-1:]
    said = rule_sentences(schedules)
    sentences = [said[schedule.pk] for schedule in shown[:1]]
    for schedule in shown[1:]:
        day = date_format(schedule.first_date, _("j F"))
        sentences.append(_("from %(day)s: %(when)s") % {"day": day, "when": said[schedule.pk]})
    return "; ".join(sentences)


def rule_sentences(schedules: Iterable[Schedule]) -> dict[int, str]:
    """All schedules of a run in words, by their keys: each but the last ends where the next one begins."""
    ordered = sorted(schedules, key=lambda schedule: schedule.first_date)
    last_days = [schedule.first_date - timedelta(days=1) for schedule in ordered[1:]]
    return {
        schedule.pk: rule_sentence(schedule, cut_after=last)
        for schedule, last in zip(ordered, [*last_days, None], strict=True)
    }


def rule_sentence(schedule: Schedule, *, cut_after: date | None = None) -> str:
    """The schedule in words, in the active language: "Jede 2. Woche am Mittwoch, 14:00 bis 15:30 Uhr".

    `cut_after` as in `describe_rule`.
    """
    pattern = schedule.pattern
    rule = describe_rule(pattern.rule, first_date=pattern.first_date, zone=pattern.zone, cut_after=cut_after)
    return f"{capfirst(rule)}, {describe_times(pattern.start_time, pattern.duration, further=pattern.further_times)}"


def feed_links(name: str, *args: Any) -> dict[str, str]:
    """Where a calendar is subscribed to: as an address to copy, and as one that opens the calendar app."""
    url = settings.BASE_URL + reverse(name, args=args)
    return {"feed_url": url, "webcal_url": "webcal:" + url.partition(":")[2]}
