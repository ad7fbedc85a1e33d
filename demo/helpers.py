"""Who helps on which date: signing up, looking for a substitute and being sick, by the real operations."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from demo import days
from demo.bookings import e164
from demo.reading import read
from demo.runs import Programme
from timetable.zone import house_zone
from workshops import operations
from workshops.models import Helper, Session

JOINED = timedelta(weeks=15)
"""So long before the load all of them were entered."""
AFTERWARDS = (("looking", operations.look_for_substitute), ("sick", operations.report_sick))


def enter_helpers(programme: Programme) -> None:
    """Enters who helps, and who was asked. Enter it before the bookings: some dates have seats by their helpers."""
    content = read("helpers")
    helpers: dict[str, Helper] = {}
    for somebody in content["helpers"]:
        key = somebody.pop("key")
        helpers[key] = _helper(programme, somebody)
        programme.diary.enter(programme.at - JOINED, partial(_join, programme, helpers[key]))
    for written in content["shifts"]:
        helper = helpers[written["helper"]]
        if "dates" in written:
            signed_up = days.moment(written["signed_up"], at=programme.at, zone=house_zone())
            programme.diary.enter(signed_up, partial(_sign_up_for_many, programme, helper, written))
        else:
            known = programme.at - JOINED
            programme.diary.enter(known, partial(_think_of, programme, helper, written))
    for written in content["asked"]:
        made = days.moment(written["made"], at=programme.at, zone=house_zone())
        programme.diary.enter(made, partial(_ask, programme, list(helpers.values()), written["run"]))


def _helper(programme: Programme, written: dict[str, Any]) -> Helper:
    generation = programme.tree.town.generations[written.pop("generation")]
    phone = e164(written.pop("phone")) if "phone" in written else ""
    return Helper(generation=generation, phone=phone, **written)


def _join(programme: Programme, helper: Helper, at: datetime) -> None:
    helper.full_clean()
    operations.save_helper(helper=helper, at=at, by=programme.tree.town.users["Kursteam"])


def _sign_up_for_many(programme: Programme, helper: Helper, written: Mapping[str, Any], at: datetime) -> None:
    coming = programme.runs[written["run"]].sessions.taking_place().not_begun(at).order_by("starts_at")
    for session in coming[: written["dates"]]:
        _act(programme, operations.sign_up, helper, session, at)


def _think_of(programme: Programme, helper: Helper, written: Mapping[str, Any], at: datetime) -> None:
    """Which date it is, is known once the run has its dates."""
    session = programme.session(written["run"], written["session"])

    def moment(word: str) -> datetime:
        return days.moment(written[word], at=programme.at, zone=house_zone(), session=session.starts_at)

    acts = [("signed_up", operations.sign_up), *AFTERWARDS]
    for word, verb in acts:
        if word in written:
            programme.diary.enter(moment(word), partial(_act, programme, verb, helper, session))


def _act(
    programme: Programme, verb: Callable[..., Any], helper: Helper, session: Session, at: datetime
) -> None:
    """By their own link, or by the team for those who telephone."""
    by = None if helper.email else programme.tree.town.users["Kursteam"]
    verb(helper=helper, session=session, at=at, by=by)


def _ask(programme: Programme, helpers: list[Helper], number: str, at: datetime) -> None:
    operations.ask_helpers(
        run=programme.runs[number], helpers=helpers, at=at, by=programme.tree.town.users["Kursteam"]
    )
