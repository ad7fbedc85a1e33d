"""Reading somebody else's calendar file (RFC 5545) as whole local days. Pure: no network, no ORM, no clock.

Only what a closure needs is read: when, how often, what it is called. Whatever the file holds, the only
exception is `UnreadableCalendar`, with the line at fault where there is one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import count, islice
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
_FURTHEST_WALK = 60_000
"""So many days are walked for all repeating events together: a daily one since 1920, or ten since 2010."""

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
    exdates: list[tuple[str, dict[str, str], int]] = field(default_factory=list)


def read_days(content: bytes, *, zone: ZoneInfo, first: date, last: date) -> list[WholeDays]:
    """Every event of the file that touches the local days from `first` to `last` in `zone`, in order.

    Events with a time, in whatever zone, become the local days they touch. Repeating ones are spread out;
    their exceptions, changed and cancelled dates count. Raises UnreadableCalendar, also for more than 5 MB or
    3,000 events.
    """
    events = _events(content)
    overrides: dict[str, dict[date, _Event]] = {}
    for event in events:
        if "RECURRENCE-ID" in event.values:
            day = _start_day(event, "RECURRENCE-ID", zone)
            overrides.setdefault(_uid(event), {})[day] = event
    found: dict[str, WholeDays] = {}
    walked = count(1)
    for event in events:
        if "RECURRENCE-ID" in event.values:
            continue
        for days in _occurrences(event, overrides.get(_uid(event), {}), zone, first, last, walked):
            if days.last >= first and days.first <= last:
                found[days.uid] = days
            if len(found) > MOST_EVENTS:
                raise UnreadableCalendar(_too_many())
    return sorted(found.values(), key=lambda days: (days.first, days.last, days.name))


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
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Older programs write what Windows calls ANSI.
        text = content.decode("cp1252", errors="replace")
    return list(_parsed(text))


def _parsed(text: str) -> Iterator[_Event]:
    stack: list[tuple[str, int]] = []
    event: _Event | None = None
    for number, line in _unfolded(text):
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
            if name == "EXDATE":
                event.exdates.append(entry)
            else:
                event.values.setdefault(name, entry)
    if stack:
        kind, began = stack[-1]
        problem = _("The file breaks off: BEGIN:%(begin)s is never closed.")
        raise UnreadableCalendar(problem % {"begin": kind[:40]}, began)


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Content lines with the number of their first line; long ones are folded (RFC 5545, section 3.1)."""
    number, parts = 0, []
    begin = 0
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        if line[:1] in (" ", "\t"):
            parts.append(line[1:])
            continue
        if parts and (joined := "".join(parts)).strip():
            yield begin, joined
        begin, parts = number, [line]
    if parts and (joined := "".join(parts)).strip():
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
    uid, begins = _uid(event), _span(event, zone)
    if "RRULE" not in event.values:
        if not _is_cancelled(event):
            yield WholeDays(uid, _name(event), *begins)
        return
    if _is_cancelled(event):
        return
    length = begins[1] - begins[0]
    left_out = {
        _local(_moment((part, params, line), zone), zone)
        for value, params, line in event.exdates
        for part in value.split(",")
    }
    for day in _repeats(event, begins[0], zone, last, walked):
        if day + length < first and day not in overrides:
            continue
        if (changed := overrides.get(day)) is not None:
            if not _is_cancelled(changed):
                yield WholeDays(f"{uid}/{day}", _name(changed), *_span(changed, zone))
        elif day not in left_out:
            yield WholeDays(f"{uid}/{day}", _name(event), day, day + length)


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
    for day in islice(rule_days(start, rule), int(counted) if counted else None):
        if day > end or day > last:
            return
        if next(walked) > _FURTHEST_WALK:
            raise UnreadableCalendar(_("This file repeats too many days. Please export fewer years."), number)
        yield day


def _is_cancelled(event: _Event) -> bool:
    return event.values.get("STATUS", ("",))[0].strip().upper() == "CANCELLED"
