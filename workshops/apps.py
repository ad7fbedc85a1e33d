from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkshopsConfig(AppConfig):
    name = "workshops"
    verbose_name = _("Courses")

    def ready(self) -> None:
        from core import due, mail
        from places import hits
        from workshops import due as workshop_due
        from workshops import emails, messages, retention  # noqa: F401
        from workshops.admin import closures
        from workshops.models import Booking

        hits.register(closures.address_for)
        mail.writes_about(Booking, emails.noted)
        due.register("holds", workshop_due.expire_holds)
        due.register("kept seats", workshop_due.release_pools)
        due.register("offers", workshop_due.expire_offers)
        due.register("are you coming", workshop_due.ask_whether_coming)
        due.register("silent", workshop_due.pass_silent_on)
        due.register("end of waiting", workshop_due.end_waiting)
        due.register("waiting lists", workshop_due.offer_seats)
        due.register("next runs", workshop_due.offer_next_runs)
        due.register("reminders", workshop_due.remind)
        due.register("notices", workshop_due.send_notices)
        due.register("horizon", workshop_due.extend_horizons)
        due.register("room uses", workshop_due.extend_room_uses)
        due.register("printed", workshop_due.keep_printed)
        due.register("terms", workshop_due.publish_terms)
