"""The semesters, and the printed programme as the machine kept it on the copy day."""

from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from demo import days
from demo.reading import read
from demo.runs import Programme
from demo.town import Town
from timetable.zone import house_zone
from workshops import operations
from workshops.models import Term

SOON_AFTER_MIDNIGHT = time(0, 5)


def write_terms(town: Town, *, today: date, at: datetime) -> None:
    """Writes all semesters, so that runs can belong to them."""
    content = read("terms")["terms"]
    begins = days.day(content[0]["first"], today=today)
    for position, written in enumerate(content):

        def instant(word: str, written: dict[str, Any] = written) -> datetime:
            return days.moment(written[word], at=at, zone=house_zone())

        term = Term(
            name=days.term_name(begins, after=position),
            first_date=days.day(written["first"], today=today),
            last_date=days.day(written["last"], today=today),
            copy_date=days.day(written["copy"], today=today),
            publish_at=instant("publish"),
            phone_opens_at=instant("phone"),
            web_opens_at=instant("web"),
        )
        term.full_clean()
        term.save()
        town.terms[written["key"]] = term


def enter_printing(programme: Programme) -> None:
    """Enters that the programme of each term is kept as printed when its copy day is over."""
    for term in programme.tree.town.terms.values():
        if term.copy_date:
            next_day = term.copy_date + timedelta(days=1)
            over = datetime.combine(next_day, SOON_AFTER_MIDNIGHT, house_zone())
            programme.diary.enter(over, partial(_keep, term))


def _keep(term: Term, at: datetime) -> None:
    operations.keep_printed(term=term, at=at, by=None)
