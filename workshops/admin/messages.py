"""A message of the team to everybody who comes: words → who gets them and how → sent."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import LineField
from workshops import operations
from workshops.admin.base import MEDIA, TeamView
from workshops.admin.sessions import recipients
from workshops.models import Booking, CourseRun, Session
from workshops.operations.messages import dates_of
from workshops.operations.telling import coming_on
from workshops.rules import NotPossible


class MessageForm(forms.Form):
    """What everybody gets to read."""

    subject = LineField(
        label=gettext_lazy("Subject"),
        max_length=120,
        error_messages={"required": gettext_lazy("Please say in a few words what it is about.")},
    )
    text = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy(
            "Greeting, course and dates, and your telephone number are added by themselves."
        ),
        error_messages={"required": gettext_lazy("Please write what people should know.")},
    )

    def clean_text(self) -> str:
        return "\n".join(self.cleaned_data["text"].splitlines())


class MessageView(TeamView):
    """Changing a booking is the right it needs: it shows who comes, and writes to them."""

    model = Booking
    permission_required = "change"
    template_name = "workshops/admin/message.html"
    page_title = gettext_lazy("Write to everybody")
    header_icon = "mail"

    @property
    def run(self) -> CourseRun:
        raise NotImplementedError

    session: Session | None = None

    def get_page_subtitle(self) -> str:
        return f"{self.run.number} {self.run.course.title}"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._show(MessageForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = MessageForm(request.POST)
        if not form.is_valid():
            return self._show(form, status=422)
        if request.POST.get("step") == "back":
            return self._show(form)
        if request.POST.get("step") != "confirm":
            return self._show(form, is_preview=True)
        try:
            operations.write_to_participants(
                run=self.run, session=self.session, **form.cleaned_data, at=timezone.now(), by=request.user
            )
        except NotPossible as problem:
            form.add_error(None, str(problem.sentence))
            return self._show(form, status=409)
        messages.success(
            request,
            _("The message goes out now. Whoever has no e-mail address stands on the list “To call”."),
        )
        return redirect("courserun:dates", self.run.pk)

    def _show(self, form: MessageForm, *, status: int = 200, is_preview: bool = False) -> HttpResponse:
        told: dict[str, Any] = {}
        if is_preview:
            told = recipients(coming_on(dates_of(self.run, self.session, at=timezone.now())))
        return self.show(
            self.request,
            status=status,
            media=MEDIA + form.media,
            run=self.run,
            session=self.session,
            form=form,
            is_preview=is_preview,
            **told,
        )


class RunMessageView(MessageView):
    """To everybody who has a date of a run ahead."""

    @cached_property
    def run(self) -> CourseRun:  # type: ignore[override]
        return get_object_or_404(CourseRun.objects.select_related("course"), pk=self.kwargs["pk"])


class SessionMessageView(MessageView):
    """To everybody on one date."""

    @cached_property
    def session(self) -> Session:  # type: ignore[override]
        sessions = Session.objects.select_related("run__course", "room__venue")
        return get_object_or_404(sessions, pk=self.kwargs["pk"])

    @property
    def run(self) -> CourseRun:
        return self.session.run
