"""The VTIMEZONE we write, read as RFC 5545 says and compared with the tz database."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from icalendar import Calendar

from timetable.ics import ZONES, calendar

YEARS = range(1997, 2041)


def onsets(zone_name: str) -> list[tuple[datetime, timedelta]]:
    """Every change as (UTC instant, offset from then on), from the written VTIMEZONE alone."""
    [zone] = Calendar.from_ical(calendar([], name="x", zone_name=zone_name)).walk("VTIMEZONE")
    assert str(zone["TZID"]) == zone_name
    found = []
    for part in zone.subcomponents:
        before, after = part["TZOFFSETFROM"].td, part["TZOFFSETTO"].td
        start = part["DTSTART"].dt.replace(tzinfo=None)
        rule = rrulestr(part["RRULE"].to_ical().decode(), dtstart=start)
        for local in rule.between(start, datetime.fromisoformat(f"{YEARS.stop}-01-01"), inc=True):
            found.append((local.replace(tzinfo=UTC) - before, after))
    return sorted(found)


@pytest.mark.parametrize("zone_name", ZONES)
def test_the_offset_is_right_in_every_hour_around_every_change(zone_name):
    changes = onsets(zone_name)
    zone = ZoneInfo(zone_name)
    in_years = [moment for moment, _offset in changes if moment.year in YEARS]
    assert len(in_years) == 2 * len(YEARS)
    for change in in_years:
        for hours in range(-48, 49):
            moment = change + timedelta(hours=hours)
            offset = [after for onset, after in changes if onset <= moment][-1]
            assert offset == moment.astimezone(zone).utcoffset(), moment


@pytest.mark.parametrize("zone_name", ZONES)
def test_there_is_no_change_that_the_vtimezone_does_not_know(zone_name):
    zone = ZoneInfo(zone_name)
    changes = {moment.date() for moment, _offset in onsets(zone_name)}
    day, offset = datetime(YEARS.start, 1, 1, tzinfo=UTC), timedelta(hours=1)
    while day.year in YEARS:
        now = day.astimezone(zone).utcoffset()
        assert now == offset or (day - timedelta(days=1)).date() in changes, day
        offset = now
        day += timedelta(days=1)


@pytest.mark.parametrize("zone_name", ZONES)
def test_every_zone_gets_its_own_name(zone_name):
    data = calendar([], name="x", zone_name=zone_name).decode()
    assert f"\r\nTZID:{zone_name}\r\n" in data
