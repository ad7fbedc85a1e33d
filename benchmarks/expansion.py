"""Making the dates of 500 rules for one year: with closures and in UTC, against plain dateutil."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import cycle, islice
from zoneinfo import ZoneInfo

import dateutil.rrule

from benchmarks.timing import best, milliseconds, row, table
from timetable.expansion import DateSpan, Pattern, Reason, expand, skipping
from timetable.rules import parse_rule

ZONE = ZoneInfo("Europe/Berlin")
FIRST, LAST = date(2027, 1, 4), date(2027, 12, 31)
RULES = [
    "FREQ=WEEKLY;BYDAY=WE",
    "FREQ=WEEKLY;BYDAY=TU,TH",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR",
    "FREQ=MONTHLY;BYDAY=+1SA",
    "FREQ=DAILY;INTERVAL=3",
]


def run() -> Iterator[str]:
    texts = list(islice(cycle(RULES), 500))
    patterns = [
        Pattern(parse_rule("RRULE:" + text), FIRST, time(14), timedelta(minutes=90), ZONE) for text in texts
    ]
    holidays = Reason("holidays", "Ferien")
    spans = [
        DateSpan(FIRST + timedelta(days=day), FIRST + timedelta(days=day + 9), holidays)
        for day in range(20, 340, 40)
    ]
    skip = skipping(spans=spans)
    start, end = datetime.combine(FIRST, time(14)), datetime.combine(LAST, time(23, 59))

    def plain() -> int:
        return sum(
            len(dateutil.rrule.rrulestr(text, dtstart=start).between(start, end, inc=True)) for text in texts
        )

    def parsed() -> int:
        return sum(len(expand(one, through=LAST).occurrences) for one in patterns)

    def ours() -> int:
        return sum(len(expand(one, through=LAST, skip=skip).occurrences) for one in patterns)

    base, bare, full = best(plain), best(parsed), best(ours)
    yield from table("what", "time", "ratio")
    yield row(f"plain dateutil, naive local time, {plain()} dates", milliseconds(base), "1.0")
    yield row(f"ours in UTC, nothing skipped, {parsed()} dates", milliseconds(bare), f"{bare / base:.2f}")
    yield row(f"ours in UTC, closures skipped, {ours()} dates", milliseconds(full), f"{full / base:.2f}")
