"""Booking a seat, one question a page: who comes, how we reach you, what we should prepare, is it right.

The answers live in the server-side session for two hours and are forgotten once the booking is made.
Nothing is written before the last button. What is full is waited for on the same way.
"""

from workshops.views.booking.steps import start, step

__all__ = ["start", "step"]
