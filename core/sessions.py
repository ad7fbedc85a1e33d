"""What somebody answered while booking lies in a server-side session; here it ends."""

from datetime import datetime

from django.contrib.sessions.models import Session

from core.retention import Retention, declare


def _erase(at: datetime) -> int:
    return Session.objects.filter(expire_date__lt=at).delete()[0]


declare(
    Retention(
        models=(Session,),
        purpose="to remember the answers while somebody books, and that a member of staff is signed in",
        kept="two hours after the last step of a booking",
        erase=_erase,
    )
)
