"""A booking of a single date says so; until now only its seats did."""

from typing import Any

from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill(apps: Any, schema_editor: Any) -> None:
    bookings = apps.get_model("workshops", "Booking").objects.filter(session=None, run__booking_mode="single")
    seats = apps.get_model("workshops", "Seat").objects
    of_booking = seats.filter(participant__booking=OuterRef("pk")).order_by("pk")
    bookings.update(session=Subquery(of_booking.values("session")[:1]))


class Migration(migrations.Migration):
    dependencies = [("workshops", "0004_seats")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
