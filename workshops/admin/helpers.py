"""Helpers as the team sees them: one with their link and dates, those of a run, and asking for help."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.views.generic import CreateView, EditView, IndexView

from core import audit
from core.forms import LineField, RowsField
from core.models import Generation
from timetable.zone import house_zone
from workshops import operations
from workshops.admin.base import TeamView
from workshops.admin.runs import MEDIA
from workshops.forms import clean_phone, readable_phone
from workshops.models import CourseRun, Helper, Session
from workshops.operations.helpers import lacking_helpers, last_asked
from workshops.rules import NotPossible


class HelperForm(forms.ModelForm):  # type: ignore[type-arg]
    """Somebody who helps: reached by mail or by telephone."""

    name = LineField(label=gettext_lazy("Name"), max_length=120)
    phone = LineField(
        label=gettext_lazy("Telephone"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Without an e-mail address you call when help is needed."),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES, initial="de")

    class Meta:
        model = Helper
        fields = ["name", "email", "phone", "generation", "language", "is_archived"]

    def clean_phone(self) -> str:
        return clean_phone(self.cleaned_data["phone"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not {"email", "phone"} & self.errors.keys() and not cleaned["email"] and not cleaned["phone"]:
            self.add_error("email", _("Give an e-mail address or a telephone number."))
        return cleaned


class SavesHelper:
    """Keeps what the form says by the operation, so that it is written down who did."""

    form: Any
    request: Any

    def save_instance(self) -> Helper:
        return operations.save_helper(
            helper=self.form.save(commit=False), at=timezone.now(), by=self.request.user
        )


class AddHelperView(SavesHelper, CreateView):  # type: ignore[misc]
    pass


class EditHelperView(SavesHelper, EditView):  # type: ignore[misc]
    pass


class HelperIndexView(IndexView):
    """The list; found by name, address or number."""

    is_searchable = True

    def get_base_queryset(self) -> QuerySet[Helper]:
        return Helper.objects.select_related("generation")

    def search_queryset(self, queryset: QuerySet[Helper]) -> QuerySet[Helper]:
        text = self.search_query.strip() if self.search_query else ""
        if not text:
            return queryset
        found = Q(name__icontains=text) | Q(email__icontains=text)
        digits = "".join(char for char in text if char.isdecimal()).lstrip("0")
        if len(digits) >= 4:
            found |= Q(phone__endswith=digits)
        return queryset.filter(found)


class HelperView(TeamView):
    """One helper: how to reach them, their link to copy or print, and their dates. Looking is written down."""

    model = Helper
    any_permission_required = ["view", "change"]
    template_name = "workshops/admin/helper.html"
    page_title = gettext_lazy("Helper")
    header_icon = "group"

    @cached_property
    def helper(self) -> Helper:
        return get_object_or_404(Helper.objects.select_related("generation"), pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return self.helper.name

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        first = super().get_breadcrumbs_items()[0]
        return [first, {"url": reverse("helper:index"), "label": _("Helpers")}, *self.further_breadcrumbs()]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        at = timezone.now()
        audit.record(verb="view_helper", subject=self.helper, at=at, by=request.user)
        shifts = list(
            self.helper.shifts.select_related("session__run__course", "session__room__venue").order_by(
                "session__starts_at"
            )
        )
        path = reverse("workshops:helper", args=[self.helper.public_id, self.helper.token])
        return self.show(
            request,
            media=MEDIA,
            helper=self.helper,
            coming=[shift for shift in shifts if shift.session.ends_at > at],
            past=[shift for shift in shifts if shift.session.ends_at <= at],
            link=settings.BASE_URL + path,
            may_change=self.user_has_permission("change"),
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Makes a new link; the old one opens nothing any more."""
        if not self.user_has_permission("change"):
            raise PermissionDenied
        operations.renew_link(helper=self.helper, at=timezone.now(), by=request.user)
        messages.success(request, _("There is a new link. The old one no longer works."))
        return redirect("helper:inspect", pk)


class HelperChoice(forms.ModelChoiceField):
    """Helpers by name; their label elsewhere carries none."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class SessionChoice(forms.ModelChoiceField):
    """Dates by day and time."""

    def label_from_instance(self, obj: Any) -> str:
        return date_format(timezone.localtime(obj.starts_at, house_zone()), _("D, j M Y, H:i"))


class SignUpForm(forms.Form):
    """Who is signed up for which date by hand."""

    helper = HelperChoice(
        Helper.objects.filter(is_archived=False),
        label=gettext_lazy("Helper"),
        empty_label=gettext_lazy("Please choose"),
    )
    session = SessionChoice(
        Session.objects.none(), label=gettext_lazy("Date"), empty_label=gettext_lazy("Please choose")
    )

    def __init__(self, *args: Any, sessions: QuerySet[Session], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["session"].queryset = sessions  # type: ignore[attr-defined]


class RunOfHelpersView(TeamView):
    """What the pages about the helpers of one run share."""

    model = Helper
    permission_required = "change"
    header_icon = "group"

    @cached_property
    def run(self) -> CourseRun:
        return get_object_or_404(CourseRun.objects.select_related("course"), pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return f"{self.run.number} {self.run.course.title}"


class RunHelpersView(RunOfHelpersView):
    """Who helps on each date of a run; signing up and taking out by hand."""

    template_name = "workshops/admin/run_helpers.html"
    page_title = gettext_lazy("Helpers")

    ACTS = {"sick": operations.report_sick, "back": operations.take_back, "out": operations.take_out}

    @property
    def sessions(self) -> Any:
        return self.run.sessions.taking_place().not_begun(timezone.now())  # type: ignore[attr-defined]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._show(SignUpForm(sessions=self.sessions))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if act := self.ACTS.get(request.POST.get("act", "")):
            return self._act(act)
        form = SignUpForm(request.POST, sessions=self.sessions)
        if not form.is_valid():
            return self._show(form, status=422)
        try:
            operations.sign_up(**form.cleaned_data, at=timezone.now(), by=request.user)
        except NotPossible as problem:
            form.add_error(None, str(problem.sentence))
            return self._show(form, status=409)
        messages.success(
            request, _("%(name)s helps on this date.") % {"name": form.cleaned_data["helper"].name}
        )
        return redirect("courserun:helpers", pk)

    def _act(self, act: Any) -> HttpResponse:
        typed = self.request.POST.get("shift", "")
        key = int(typed) if typed.isdecimal() and len(typed) < 10 else -1
        session = get_object_or_404(self.run.sessions, shifts=key)
        shift = session.shifts.select_related("helper").get(pk=key)
        try:
            act(helper=shift.helper, session=session, at=timezone.now(), by=self.request.user)
        except NotPossible as problem:
            messages.error(self.request, problem.sentence)
        else:
            messages.success(self.request, _("Saved."))
        return redirect("courserun:helpers", self.run.pk)

    def _show(self, form: SignUpForm, *, status: int = 200) -> HttpResponse:
        sessions = self.sessions.with_helpers().select_related("run", "room__venue")
        return self.show(
            self.request,
            status=status,
            media=MEDIA,
            run=self.run,
            sessions=list(sessions.prefetch_related("shifts__helper")),
            form=form,
        )


class HelperChoices(RowsField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class AskForm(forms.Form):
    """Whom to ask."""

    helpers = HelperChoices(
        Helper.objects.filter(is_archived=False),
        error_messages={"required": gettext_lazy("Please choose at least one helper.")},
    )


class AskHelpersView(RunOfHelpersView):
    """Asking for help on the dates of a run that lack some: choose → who gets what → mails."""

    template_name = "workshops/admin/ask_helpers.html"
    page_title = gettext_lazy("Ask for help")
    header_icon = "mail"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._show()

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = AskForm(request.POST)
        if not form.is_valid():
            return self._show(form=form, status=422)
        chosen = list(form.cleaned_data["helpers"])
        if request.POST.get("step") != "confirm":
            return self._show(form=form, is_preview=request.POST.get("step") != "back")
        try:
            asked = operations.ask_helpers(run=self.run, helpers=chosen, at=timezone.now(), by=request.user)
        except NotPossible as problem:
            messages.error(request, problem.sentence)
            return redirect("courserun:helpers", pk)
        told = ngettext(
            "%(count)s helper is asked by mail.", "%(count)s helpers are asked by mail.", len(asked.by_mail)
        )
        messages.success(request, told % {"count": len(asked.by_mail)})
        if asked.already:
            names = ", ".join(helper.name for helper in asked.already)
            messages.warning(request, _("Asked today already, so not again: %(names)s.") % {"names": names})
        if asked.by_phone:
            names = ", ".join(f"{helper.name} ({readable_phone(helper.phone)})" for helper in asked.by_phone)
            messages.warning(request, _("Please call: %(names)s.") % {"names": names})
        return redirect("courserun:helpers", pk)

    def _show(
        self, *, form: AskForm | None = None, is_preview: bool = False, status: int = 200
    ) -> HttpResponse:
        at = timezone.now()
        helpers = Helper.objects.filter(is_archived=False).select_related("generation")
        generation = self.request.GET.get("generation", "")
        if generation.isdecimal() and len(generation) < 10:
            helpers = helpers.filter(generation=int(generation))
        chosen = {str(key) for key in self.request.POST.getlist("helpers")}
        rows = list(helpers)
        asked = last_asked(self.run, rows)
        for helper in rows:
            helper.asked_at = asked.get(helper.pk)  # type: ignore[attr-defined]
        picked = [helper for helper in rows if str(helper.pk) in chosen]
        return self.show(
            self.request,
            status=status,
            media=MEDIA,
            run=self.run,
            dates=list(lacking_helpers(at).filter(run=self.run).select_related("run", "room__venue")),
            generations=list(Generation.objects.all()),
            generation=generation,
            helpers=rows,
            chosen=chosen,
            form=form,
            is_preview=is_preview,
            by_mail=[helper for helper in picked if helper.email],
            by_phone=[helper for helper in picked if not helper.email],
        )
