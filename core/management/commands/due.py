import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections
from django.utils import timezone

from core import due


class Command(BaseCommand):
    help = "Does the work that is due: mails, expired holds, new dates of open-ended courses, erasure."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--loop", action="store_true", help="Keep doing it until ended.")
        parser.add_argument("--pause", type=float, default=5, help="Seconds between two rounds (default 5).")

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        if options["loop"]:

            def end(number: int, frame: FrameType | None) -> None:
                stop.set()

            signal.signal(signal.SIGTERM, end)
            signal.signal(signal.SIGINT, end)
        while True:
            done = due.do_all(at=timezone.now())
            if any(done.values()):
                self.stdout.write(", ".join(f"{name}: {count}" for name, count in done.items() if count))
            if not options["loop"] or stop.wait(options["pause"]):
                break
            close_old_connections()
        if not options["loop"] and any(count < 0 for count in done.values()):
            raise SystemExit(1)
