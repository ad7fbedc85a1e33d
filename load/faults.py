"""Everything that can die during a rush does: web workers, due work, the mail server."""

import asyncio
import os
import random
import threading
import time
from collections import Counter
from datetime import datetime, timedelta

from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as Line
from django.test import override_settings
from django.utils import timezone

from core import due
from core.models import OutgoingMail
from load.checks import Checks, counters_equal_rows
from load.customers import Customer
from load.site import Site, course_run, serving, way_to
from tests.mailserver import Postbox, mailer
from tests.mailserver import serving as serving_mail
from workshops.models import Booking, CourseRun, Seat
from workshops.rules import HOLD

CUSTOMERS = int(os.environ.get("CUSTOMERS", "240"))
SECONDS = 40
"""So long customers come, one by one, and so long things die; then the last of them are served."""
SEATS = 60
HANGS_UP = "hang up"
MOODS = ["250 OK", "250 OK", "451 4.3.0 later", "hang up after keeping it", HANGS_UP, "hang"]


class MoodyPostbox(Postbox):
    """Besides refusing and hanging up it can say nothing at all until its mood changes."""

    async def handle_DATA(self, server: SMTP, session: Line, envelope: Envelope) -> str:  # noqa: N802
        if self.at_data == "hang":
            while self.at_data == "hang":
                await asyncio.sleep(0.05)
            return self._hang_up(server)
        return await super().handle_DATA(server, session, envelope)


def run() -> bool:
    seed = int(os.environ.get("SEED", random.SystemRandom().randrange(10**6)))
    chance = random.Random(seed)
    before = set(Booking.objects.values_list("pk", flat=True))
    OutgoingMail.objects.all().delete()
    firm = course_run(capacity=SEATS, rule="")
    held = course_run(capacity=SEATS, rule="", hold_until_confirmed=True)
    series = course_run(capacity=SEATS, rule="RRULE:FREQ=WEEKLY;COUNT=10", booking_mode="series")
    runs = [firm, held, series]
    postbox, killed = MoodyPostbox(), Counter[str]()
    with serving_mail(postbox) as port, serving(EMAIL_URL=f"smtp://127.0.0.1:{port}") as site:
        customers = [
            Customer(n, site.address, way_to(runs[n % 3]), people=chance.choice([1, 1, 2]))
            for n in range(CUSTOMERS)
        ]
        over = threading.Event()
        chaos = threading.Thread(target=_kill, args=(site, postbox, chance, killed, over), daemon=True)
        site.start_due()
        chaos.start()
        threads = [
            threading.Thread(target=customer.book, args=(None,), daemon=True) for customer in customers
        ]
        for thread in threads:
            thread.start()
            time.sleep(SECONDS / len(threads))
        for thread in threads:
            thread.join()
        over.set()
        chaos.join()
        site.kill_due()
        delivered_meanwhile = len(postbox.all)
        with override_settings(MAILERS=mailer(port, timeout=20)):
            at = _work_until_all_is_sent(postbox)

    made = Booking.objects.exclude(pk__in=before)
    accepted = {customer.accepted for customer in customers if customer.accepted}
    statuses = sum((customer.statuses for customer in customers), Counter())
    checks = Checks(f"Everything dies: {CUSTOMERS} customers, seed {seed}")
    for what, count in sorted(killed.items()):
        checks.say(what, count)
    checks.say("answers that were cut off and asked for again", sum(customer.cut for customer in customers))
    for outcome, count in sorted(Counter(customer.outcome for customer in customers).items()):
        checks.say(outcome, count)
    checks.hold("every customer got an answer", all(_answered(customer) for customer in customers))
    checks.hold("no answer 5xx", not [status for status in statuses if status >= 500])
    checks.hold(
        "every accepted booking is there",
        accepted <= {str(key) for key in made.values_list("public_id", flat=True)},
    )
    checks.hold(
        "nobody was booked twice",
        made.values("person__email").distinct().count() == made.count(),
    )
    checks.hold("seats and counters agree", all(counters_equal_rows(each) for each in runs))
    _check_mails(checks, postbox, delivered_meanwhile)
    _check_holds(checks, held, at)
    return checks.print()


def _answered(customer: Customer) -> bool:
    return customer.outcome == "booked" or customer.outcome.startswith("409 ")


def _kill(
    site: Site, postbox: Postbox, chance: random.Random, killed: "Counter[str]", over: threading.Event
) -> None:
    ends = time.monotonic() + SECONDS
    while not over.wait(chance.uniform(0.5, 2.5)) and time.monotonic() < ends:
        act = chance.choice(["worker", "worker", "mail", "mail", "mail", "due"])
        if act == "worker" and (workers := site.workers()):
            site.kill_worker(chance.choice(workers))
            killed["kill -9 of a web worker"] += 1
        elif act == "due":
            site.kill_due()
            killed["kill -9 of due work"] += 1
            site.start_due()
        elif act == "mail":
            postbox.at_data = chance.choice(MOODS)
            killed[f"mail server: {postbox.at_data}"] += 1


def _work_until_all_is_sent(postbox: Postbox) -> datetime:
    """Due work of the coming hours, at once; the mail server is unwell at first. Returns until when."""
    at = timezone.now()
    for mood in ["451 4.3.0 later", "hang up after keeping it", *["250 OK"] * 12]:
        postbox.at_data = mood
        at += timedelta(minutes=6)
        due.do_all(at=at)
    for _hour in range(12):
        at += timedelta(hours=1)
        due.do_all(at=at)
    return at


def _check_mails(checks: Checks, postbox: Postbox, meanwhile: int) -> None:
    arrived = [(one.recipients[0], str(one.message["Message-ID"])) for one in postbox.all]
    rows = set(OutgoingMail.objects.values_list("recipient", "message_id"))
    checks.say("mails delivered, of them during the rush", f"{len(arrived)}, {meanwhile}")
    checks.say("of them delivered again", len(arrived) - len(set(arrived)))
    checks.hold("every mail was delivered at least once", rows == set(arrived))
    checks.hold(
        "none waits, none was given up",
        not OutgoingMail.objects.exclude(state=OutgoingMail.State.SENT).exists(),
    )
    checks.hold(
        "who got one twice can tell: the same Message-ID",
        len({recipient for recipient, _id in arrived}) == len(set(arrived)),
    )


def _check_holds(checks: Checks, held: CourseRun, at: datetime) -> None:
    seats = held.sessions.get().seats
    checks.say("seats held for who has not confirmed", seats.filter(state=Seat.State.HELD).count())
    due.do_all(at=at + HOLD)
    checks.hold(
        "when the time to confirm is over no seat stays blocked",
        not seats.filter(state__in=Seat.TAKEN).exists() and counters_equal_rows(held),
    )
