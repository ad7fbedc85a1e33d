"""The scenarios, on the database of the environment. See `python -m load`."""

import logging
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import django

django.setup()

from core.models import OutgoingMail  # noqa: E402
from load import faults  # noqa: E402
from load.checks import Checks, counters_equal_rows  # noqa: E402
from load.customers import Customer, all_at_once  # noqa: E402
from load.site import build, course_run, serving, way_to  # noqa: E402
from workshops.models import Booking, Seat  # noqa: E402

CUSTOMERS = int(os.environ.get("CUSTOMERS", "500"))
SEATS = 20


@dataclass(frozen=True, slots=True)
class Rush:
    """Many who want few seats, or as many as there are; then nobody waits for anybody before the last button."""

    title: str
    people: int = 1
    dates: int = 1
    seats: int = SEATS

    @property
    def is_scarce(self) -> bool:
        return self.seats < CUSTOMERS * self.people

    def run(self) -> bool:
        fields = {"rule": f"RRULE:FREQ=WEEKLY;COUNT={self.dates}", "booking_mode": "series"}
        wanted = course_run(capacity=self.seats, **(fields if self.dates > 1 else {"rule": ""}))
        way = way_to(wanted)
        mails = OutgoingMail.objects.count()
        with serving() as site:
            customers = [Customer(n, site.address, way, self.people) for n in range(CUSTOMERS)]
            begun = time.perf_counter()
            all_at_once(customers, together=self.is_scarce)
            took = time.perf_counter() - begun

        fit = min(CUSTOMERS, self.seats // self.people)
        accepted = [customer for customer in customers if customer.outcome == "booked"]
        statuses = sum((customer.statuses for customer in customers), Counter())
        waits = sorted(wait for customer in customers for wait in customer.waits)
        rows = Booking.objects.filter(run=wanted, state=Booking.State.CONFIRMED)

        checks = Checks(f"{self.title}: {CUSTOMERS} customers")
        for outcome, count in sorted(Counter(customer.outcome for customer in customers).items()):
            checks.say(outcome, count)
        checks.say("requests, per second", f"{statuses.total():,}, {statuses.total() / took:.0f}")
        checks.say("waited for a page: median, 99 of 100, longest", _seconds(waits))
        if self.is_scarce:
            pressed = min(customer.pressed_at for customer in customers)
            last = max((customer.done_at for customer in accepted), default=pressed)
            everybody = max(customer.done_at for customer in customers)
            checks.say("from the last button until the last seat was gone", f"{last - pressed:.1f} s")
            checks.say("from the last button until everybody had an answer", f"{everybody - pressed:.1f} s")
        else:
            checks.say("bookings a second, all pages of the way", f"{len(accepted) / took:.1f}")
        checks.hold(f"exactly {fit} booked", len(accepted) == fit)
        checks.hold(
            "everybody else reads that it is full",
            all(c.outcome.startswith("409 ") for c in customers if c.outcome != "booked"),
        )
        checks.hold("no answer 5xx", not [status for status in statuses if status >= 500])
        checks.hold(
            "what was accepted is there, and nothing else",
            {customer.accepted for customer in accepted}
            == {str(key) for key in rows.values_list("public_id", flat=True)},
        )
        checks.hold(
            "seats and counters agree, on every date",
            counters_equal_rows(wanted)
            and set(wanted.sessions.values_list("seats_taken", flat=True)) == {fit * self.people}
            and Seat.objects.filter(session__run=wanted).count() == fit * self.people * self.dates,
        )
        checks.hold("one mail for each booking", OutgoingMail.objects.count() - mails == fit)
        return checks.print()


def _seconds(waits: list[float]) -> str:
    return f"{median(waits):.2f} s, {waits[int(len(waits) * 0.99)]:.2f} s, {waits[-1]:.2f} s"


SCENARIOS: dict[str, Callable[[], bool]] = {
    "single": Rush("One date").run,
    "series": Rush("A series of ten dates", dates=10).run,
    "parties": Rush("Parties of four", people=4).run,
    "parties-in-series": Rush("Parties of three in a series of ten", people=3, dates=10).run,
    "orders": Rush("Seats for everybody", seats=CUSTOMERS).run,
    "faults": faults.run,
}


def main(names: list[str]) -> int:
    if unknown := [name for name in names if name not in SCENARIOS]:
        print(f"There is no {', '.join(unknown)}. There are: {', '.join(SCENARIOS)}.")
        return 1
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    logging.disable(logging.WARNING)
    build()
    held = [SCENARIOS[name]() for name in names or SCENARIOS]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
