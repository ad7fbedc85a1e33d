"""What a course costs, in words."""

from decimal import Decimal

from django.utils import formats
from django.utils.translation import gettext as _

from workshops.models import Booking, CourseRun


def euros(amount: Decimal) -> str:
    """An amount as the active language writes it: 12,50 €."""
    return f"{formats.number_format(amount, decimal_pos=2)} €"


def cost_lines(run: CourseRun) -> list[str]:
    """Price, reduction and material, one line each; "free of charge" where there is nothing to pay."""
    if not run.has_price:
        return [_("Free of charge"), *([run.cost_note] if run.cost_note else [])]
    lines = _lines(run.price, run.material_cost)
    if run.price_reduced is not None:
        lines.insert(1, _("Reduced: %(amount)s per person") % {"amount": euros(run.price_reduced)})
    if run.cost_note:
        lines.append(run.cost_note)
    return [*lines, _("You pay on site.")]


def booking_cost_lines(booking: Booking) -> list[str]:
    """What was agreed when it was booked; empty where there is nothing to pay."""
    if not booking.has_price:
        return []
    return [*_lines(booking.price, booking.material_cost), _("You pay on site.")]


def _lines(price: Decimal, material: Decimal) -> list[str]:
    lines = [_("%(amount)s per person") % {"amount": euros(price)}] if price else []
    if material:
        lines.append(_("Material: %(amount)s per person") % {"amount": euros(material)})
    return lines
