"""Reading somebody else's calendar file (RFC 5545) as whole local days. Pure: no network, no ORM, no clock.

Only what a closure needs is read: when, how often, what it is called. Whatever the file holds, the only
exception is `UnreadableCalendar`, with the line at fault where there is one.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import chain, count, islice
from typing import Any
from zoneinfo import ZoneInfo

import recurrence
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from icalendar.prop import vDDDTypes, vDuration

from timetable.expansion import rule_days
from timetable.rules import parse_rule

MOST_BYTES = 5 * 1024 * 1024
MOST_EVENTS = 3000
"""More than a town's calendars have; reading 10,000 takes seconds."""
MOST_REPEATING = 300
"""A rule that never hits takes milliseconds to find that out."""
_FURTHEST_WALK = 60_000
"""So many days of all repeating events together are looked at: a daily one since 1920, or ten since 2010."""

_BEGIN = re.compile(rb"^BEGIN:VEVENT\s*$", re.MULTILINE | re.IGNORECASE)
_LINE = re.compile(
    r"(?P<name>[A-Za-z0-9-]+)(?P<params>(?:;[^:;\"]*(?:\"[^\"]*\"[^:;\"]*)*)*):(?P<value>.*)", re.DOTALL
)
_READ = {
    "UID",
    "SUMMARY",
    "DTSTART",
    "DTEND",
    "DURATION",
    "RRULE",
    "EXDATE",
    "RDATE",
    "RECURRENCE-ID",
    "STATUS",
}


class UnreadableCalendar(ValueError):
    """A file that is no calendar, or a broken one. `sentence` says so to people; `line` counts from 1."""

    def __init__(self, sentence: Any, line: int | None = None) -> None:
        text = str(sentence)
        self.sentence = _("Line %(line)s: %(problem)s") % {"line": line, "problem": text} if line else text
        self.line = line
        super().__init__(self.sentence)


@dataclass(frozen=True, slots=True)
class WholeDays:
    """One event as local dates, both inclusive. `uid` names it for ever, with its date where it repeats."""

    uid: str
    name: str
    first: date
    last: date


@dataclass(slots=True)
class _Event:
    line: int
    values: dict[str, tuple[str, dict[str, str], int]] = field(default_factory=dict)
    lists: dict[str, list[tuple[str, dict[str, str], int]]] = field(
        default_factory=lambda: {"EXDATE": [], "RDATE": []}
    )


def read_days(content: bytes, *, zone: ZoneInfo, first: date, last: date) -> list[WholeDays]:
    """Every event of the file that touches the local days from `first` to `last` in `zone`, in order.

    Events with a time, in whatever zone, become the local days they touch. Repeating ones are spread out;
    their exceptions, changed and cancelled dates count. Raises UnreadableCalendar, also for more than 5 MB or
    3,000 events.
    """
    found: dict[str, WholeDays] = {}
    for days in _all_days(_events(content), zone, first, last):
        if days.last < first or days.first > last:
            continue
        if (other := found.get(days.uid)) and other != days:
            # Some programs give the same UID to everything; what lies on other days is another event.
            days = replace(days, uid=f"{days.uid}/{days.first}")
        found[days.uid] = days
        if len(found) > MOST_EVENTS:
            raise UnreadableCalendar(_too_many())
    return sorted(found.values(), key=lambda days: (days.first, days.last, days.name))


def _all_days(events: Iterable[_Event], zone: ZoneInfo, first: date, last: date) -> Iterator[WholeDays]:
    """Every date of every event; a date changed by itself (RECURRENCE-ID) stands for the one it replaces."""
    masters = []
    changed: dict[str, dict[date, _Event]] = {}
    for event in events:
        if "RECURRENCE-ID" in event.values:
            changed.setdefault(_uid(event), {})[_start_day(event, "RECURRENCE-ID", zone)] = event
        else:
            masters.append(event)
    if sum("RRULE" in event.values for event in masters) > MOST_REPEATING:
        raise UnreadableCalendar(
            _("These are more than %(most)s repeating events. Please export fewer.")
            % {"most": MOST_REPEATING}
        )
    walked = count(1)
    for event in masters:
        # The dates of a rule that are met are taken out here; those left over are not of the rule.
        yield from _occurrences(event, changed.get(_uid(event), {}), zone, first, last, walked)
    for uid, of_one in changed.items():
        for day, event in of_one.items():
            if not _is_cancelled(event):
                yield WholeDays(f"{uid}/{day}", _name(event), *_span(event, zone))


def _too_many() -> str:
    return str(_("These are more than %(most)s events. Please export fewer years.") % {"most": MOST_EVENTS})


def _events(content: bytes) -> list[_Event]:
    if len(content) > MOST_BYTES:
        raise UnreadableCalendar(_("The file is larger than 5 MB."))
    if not content.strip():
        raise UnreadableCalendar(_("The file is empty."))
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        raise UnreadableCalendar(
            _("This is a web page, not a calendar file. Look for a link that ends in .ics.")
        )
    if sum(1 for _match in islice(_BEGIN.finditer(content), MOST_EVENTS + 1)) > MOST_EVENTS:
        raise UnreadableCalendar(_too_many())
    return list(_parsed(_decoded(list(_unfolded(content.removeprefix(b"\xef\xbb\xbf"))))))


def _decoded(lines: Sequence[tuple[int, bytes]]) -> list[tuple[int, str]]:
    """Unfolded lines as text: a fold may lie within a letter, so that only whole lines can be decoded."""
    try:
        return [(number, line.decode()) for number, line in lines]
    except UnicodeDecodeError:
        # Older programs write what Windows calls ANSI.
        return [(number, line.decode("cp1252", errors="replace")) for number, line in lines]


def _parsed(lines: Iterable[tuple[int, str]]) -> Iterator[_Event]:
    stack: list[tuple[str, int]] = []
    event: _Event | None = None
    for number, line in lines:
        match = _LINE.fullmatch(line)
        if match is None:
            if not stack:
                raise UnreadableCalendar(_("A calendar file begins with BEGIN:VCALENDAR."), number)
            raise UnreadableCalendar(_("This is not a line of a calendar file."), number)
        name, value = match["name"].upper(), match["value"]
        if name == "BEGIN":
            if not stack and value.strip().upper() != "VCALENDAR":
                raise UnreadableCalendar(_("A calendar file begins with BEGIN:VCALENDAR."), number)
            stack.append((value.strip().upper(), number))
            if stack[-1][0] == "VEVENT":
                event = _Event(number)
        elif not stack:
            raise UnreadableCalendar(_("A calendar file begins with BEGIN:VCALENDAR."), number)
        elif name == "END":
            kind, _began = stack.pop()
            if kind != value.strip().upper():
                problem = _("END:%(end)s does not close BEGIN:%(begin)s.")
                raise UnreadableCalendar(problem % {"end": value.strip()[:40], "begin": kind[:40]}, number)
            if kind == "VEVENT" and event is not None:
                yield event
                event = None
        elif event is not None and stack[-1][0] == "VEVENT" and name in _READ:
            entry = (value, _params(match["params"]), number)
            if name in event.lists:
                event.lists[name].append(entry)
            else:
                event.values.setdefault(name, entry)
    if stack:
        kind, began = stack[-1]
        problem = _("The file breaks off: BEGIN:%(begin)s is never closed.")
        raise UnreadableCalendar(problem % {"begin": kind[:40]}, began)


def _unfolded(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Content lines with the number of their first line; long ones are folded (RFC 5545, section 3.1)."""
    parts: list[bytes] = []
    begin = 0
    for number, line in enumerate(re.split(rb"\r\n|\n|\r", content), 1):
        if line[:1] in (b" ", b"\t"):
            parts.append(line[1:])
            continue
        if parts and (joined := b"".join(parts)).strip():
            yield begin, joined
        begin, parts = number, [line]
    if parts and (joined := b"".join(parts)).strip():
        yield begin, joined


def _params(text: str) -> dict[str, str]:
    found = {}
    for part in re.findall(r";([^=;]+)=((?:\"[^\"]*\"|[^;\"])*)", text):
        found[part[0].upper()] = part[1].strip('"')
    return found


def _uid(event: _Event) -> str:
    if "UID" in event.values and (uid := event.values["UID"][0].strip()):
        return uid[:255]
    # Required by the RFC, and missing all the same: the same event gets the same name again.
    known = [event.values.get(name, ("",))[0] for name in ("SUMMARY", "DTSTART", "RRULE")]
    return "sha256:" + sha256("\n".join(known).encode()).hexdigest()


def _name(event: _Event) -> str:
    text = event.values.get("SUMMARY", ("",))[0]
    text = re.sub(r"\\([nN,;\\])", lambda m: " " if m[1] in "nN" else m[1], text)
    text = "".join(char for char in text if char.isprintable())
    return " ".join(text.split())[:120] or str(_("Closed"))


def _moment(entry: tuple[str, dict[str, str], int], zone: ZoneInfo) -> date | datetime:
    """A date, or an aware instant; a floating time is the house's."""
    value, params, number = entry
    try:
        found = vDDDTypes.from_ical(value.strip(), params.get("TZID"))  # type: ignore[no-untyped-call]
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
        found = None
    if isinstance(found, datetime):
        try:
            found = found if found.tzinfo else found.replace(tzinfo=zone)
            found.astimezone(UTC)
        except (ValueError, OverflowError):
            found = None
    if not isinstance(found, date) or not 1900 <= found.year <= 2200:
        raise UnreadableCalendar(_("“%(value)s” is not a date.") % {"value": value.strip()[:40]}, number)
    return found


def _local(moment: date | datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date() if isinstance(moment, datetime) else moment


def _start_day(event: _Event, name: str, zone: ZoneInfo) -> date:
    if name not in event.values:
        raise UnreadableCalendar(_("This event says nowhere when it begins (DTSTART)."), event.line)
    return _local(_moment(event.values[name], zone), zone)


def _span(event: _Event, zone: ZoneInfo) -> tuple[date, date]:
    """First and last local day; the end is exclusive, so what ends at midnight does not touch that day."""
    first = _start_day(event, "DTSTART", zone)
    start = _moment(event.values["DTSTART"], zone)
    if "DTEND" in event.values:
        number = event.values["DTEND"][2]
        end = _moment(event.values["DTEND"], zone)
        if isinstance(end, datetime) != isinstance(start, datetime):
            raise UnreadableCalendar(_("Beginning and end are not of the same kind."), number)
        if end < start:
            raise UnreadableCalendar(_("This event ends before it begins."), number)
    elif "DURATION" in event.values:
        value, number = event.values["DURATION"][0], event.values["DURATION"][2]
        try:
            length = vDuration.from_ical(value.strip())  # type: ignore[no-untyped-call]
            end = start + length
        except (ValueError, TypeError, OverflowError):
            raise UnreadableCalendar(
                _("“%(value)s” is not a duration.") % {"value": value[:40]}, number
            ) from None
        if length < timedelta(0):
            raise UnreadableCalendar(_("This event ends before it begins."), number)
    else:
        end = start if isinstance(start, datetime) else start + timedelta(days=1)
    last = (
        _local(end - timedelta(microseconds=1), zone)
        if isinstance(end, datetime)
        else end - timedelta(days=1)
    )
    if (last - first).days > 3660:
        raise UnreadableCalendar(_("This event lasts longer than ten years."), event.line)
    return first, max(first, last)


def _occurrences(
    event: _Event,
    overrides: dict[date, _Event],
    zone: ZoneInfo,
    first: date,
    last: date,
    walked: Iterator[int],
) -> Iterator[WholeDays]:
    """The dates of an event; what `overrides` says of one of them is taken out of it and stands for that date."""
    uid, begins = _uid(event), _span(event, zone)
    further = _listed(event, "RDATE", zone, walked)
    if _is_cancelled(event):
        overrides.clear()
        return
    if "RRULE" not in event.values and not further:
        if not (alone := overrides.pop(begins[0], None)):
            yield WholeDays(uid, _name(event), *begins)
        elif not _is_cancelled(alone):
            yield WholeDays(uid, _name(alone), *_span(alone, zone))
        return
    length = begins[1] - begins[0]
    left_out = _listed(event, "EXDATE", zone, walked)
    days = _repeats(event, begins[0], zone, last, walked) if "RRULE" in event.values else iter([begins[0]])
    for day in chain(days, sorted(further)):
        if (changed := overrides.pop(day, None)) is not None:
            if not _is_cancelled(changed):
                yield WholeDays(f"{uid}/{day}", _name(changed), *_span(changed, zone))
            left_out.add(day)
        elif day + length >= first and day not in left_out:
            yield WholeDays(f"{uid}/{day}", _name(event), day, day + length)


def _listed(event: _Event, name: str, zone: ZoneInfo, walked: Iterator[int]) -> set[date]:
    """The local days of EXDATE or RDATE; of a period its beginning counts."""
    found = set()
    for value, params, line in event.lists[name]:
        for part in value.split(","):
            _check_walk(walked, line)
            found.add(_local(_moment((part.partition("/")[0], params, line), zone), zone))
    return found


def _check_walk(walked: Iterator[int], line: int) -> None:
    if next(walked) > _FURTHEST_WALK:
        raise UnreadableCalendar(_("This file repeats too many days. Please export fewer years."), line)


def _repeats(event: _Event, start: date, zone: ZoneInfo, last: date, walked: Iterator[int]) -> Iterator[date]:
    text, number = event.values["RRULE"][0], event.values["RRULE"][2]
    parts = [part for part in text.strip().upper().split(";") if part]
    until = next((part[6:] for part in parts if part.startswith("UNTIL=")), "")
    end = _local(_moment((until, {}, number), zone), zone) if until else last
    kept = [part for part in parts if not part.startswith(("UNTIL=", "COUNT="))]
    counted = next((part[6:] for part in parts if part.startswith("COUNT=")), "")
    if counted and not (counted.isdecimal() and len(counted) < 6):
        raise UnreadableCalendar(_("This rule cannot be read."), number)
    try:
        rule = parse_rule("RRULE:" + ";".join(kept)).rrules[0]
    except (ValidationError, IndexError) as problem:
        sentence = (
            problem.messages[0] if isinstance(problem, ValidationError) else _("This rule cannot be read.")
        )
        raise UnreadableCalendar(sentence, number) from None
    if rule.freq == recurrence.DAILY and rule.interval > 1 and len(kept) > 2:
        # Such a rule may miss every day, and finding that out takes long.
        raise UnreadableCalendar(_("This rule uses parts that are not supported here."), number)
    for day in islice(rule_days(start, rule, last=last), int(counted) if counted else None):
        if day > end or day > last:
            return
        _check_walk(walked, number)
        yield day


def _is_cancelled(event: _Event) -> bool:
    return event.values.get("STATUS", ("",))[0].strip().upper() == "CANCELLED"
