"""`manage.py load_demo`: fills an empty site with the demo."""

import logging
from datetime import datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date

from demo.loader import NotEmpty, load
from timetable.zone import house_zone


class Command(BaseCommand):
    help = "Loads the demo town Allerbrück into an empty site. Where there is content it changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="say nothing against content that is there"
        )
        parser.add_argument(
            "--on", metavar="YYYY-MM-DD", help="as if loaded at noon of this day (default: now)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        if options["on"]:
            day = parse_date(options["on"])
            if day is None:
                raise CommandError("--on needs a date such as 2027-03-01.")
            at = datetime.combine(day, time(12), house_zone())
        if options["verbosity"] < 2:
            logging.getLogger("wagtail").setLevel(logging.WARNING)  # a line for each page otherwise
        try:
            load(at=at)
        except NotEmpty:
            if not options["if_empty"]:
                raise CommandError("There is content already, so nothing has been loaded.") from None
            self.stdout.write("There is content already; nothing has been loaded.")
        else:
            self.stdout.write("The demo has been loaded.")
