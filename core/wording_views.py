"""The team's pages on what the house writes in its mails: the list, and one kind in one language with its preview."""

from dataclasses import asdict, dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import mail
from core.forms import LineField, LinesField
from core.models import MessageWording
from core.team import TeamView
from core.wording import PLACEHOLDERS, Message, Own, Sample, declared, problems

LANGUAGES = dict(settings.LANGUAGES)


class WordingForm(forms.Form):
    """Plain text with placeholders; one that the message cannot fill in is refused by name."""

    subject = LineField(
        label=gettext_lazy("Subject"),
        required=False,
        max_length=150,
        help_text=gettext_lazy("Leave it empty to have the text as delivered."),
    )
    opening = LinesField(
        label=gettext_lazy("Opening"),
        required=False,
        max_length=3000,
        help_text=gettext_lazy(
            "Comes after the greeting. An empty line begins a new paragraph. Leave it empty to have the text "
            "as delivered."
        ),
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def __init__(self, *args: Any, allowed: tuple[str, ...], **kwargs: Any) -> None:
        self.allowed = allowed
        super().__init__(*args, **kwargs)

    def clean_subject(self) -> str:
        return self._checked("subject")

    def clean_opening(self) -> str:
        return self._checked("opening")

    def _checked(self, name: str) -> str:
        text: str = self.cleaned_data[name]
        if found := problems(text, self.allowed):
            raise forms.ValidationError([forms.ValidationError(sentence) for sentence in found])
        return text


@dataclass(frozen=True, slots=True)
class Line:
    """One kind in the list, with the addresses of its languages and whether they have words of their own."""

    message: Message
    languages: list[tuple[str, str, bool]]


class _MessagesView(TeamView):
    model = MessageWording
    permission_required = "change"
    header_icon = "edit"
    list_url_name = "messagewording:index"
    list_label = gettext_lazy("Messages")


class MessageIndexView(_MessagesView):
    """Every kind of message: what it is called, when it goes out and whether the house has words of its own."""

    template_name = "core/admin/messages.html"
    page_title = gettext_lazy("Messages")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return super().get_breadcrumbs_items()[:-1]

    def get(self, request: HttpRequest) -> HttpResponse:
        changed = set(MessageWording.objects.values_list("kind", "language"))
        lines = [
            Line(
                message,
                [
                    (name, reverse("messagewording:edit", args=[kind, code]), (kind, code) in changed)
                    for code, name in LANGUAGES.items()
                ],
            )
            for kind, message in declared().items()
        ]
        return self.show(request, lines=lines)


class MessageView(_MessagesView):
    """One kind in one language. A preview shows what has been typed and writes nothing."""

    template_name = "core/admin/message.html"

    @cached_property
    def message(self) -> Message:
        found = declared().get(self.kwargs["kind"])
        if found is None or self.language not in LANGUAGES:
            raise Http404
        return found

    @property
    def language(self) -> str:
        language: str = self.kwargs["language"]
        return language

    @cached_property
    def sample(self) -> Sample:
        with translation.override(self.language):
            return self.message.sample()

    def get_page_title(self) -> str:
        return str(self.message.title)

    def get_page_subtitle(self) -> str:
        return LANGUAGES[self.language]

    def get(self, request: HttpRequest, kind: str, language: str) -> HttpResponse:
        own = mail.own_words(self.message.kind, language)
        return self._show(self._form(initial=asdict(own)), own)

    def post(self, request: HttpRequest, kind: str, language: str) -> HttpResponse:
        form = self._form(request.POST)
        if not form.is_valid():
            return self._show(form, mail.own_words(self.message.kind, language), status=422)
        own = Own(**form.cleaned_data)
        if "preview" in request.POST:
            return self._show(form, own, unsaved=True)
        self._save(own)
        messages.success(request, _("Saved."))
        return redirect("messagewording:index")

    def _save(self, own: Own) -> None:
        kind, language = self.message.kind, self.language
        if own == Own():
            MessageWording.objects.filter(kind=kind, language=language).delete()
        else:
            MessageWording.objects.update_or_create(kind=kind, language=language, defaults=asdict(own))

    def _form(self, *args: Any, **kwargs: Any) -> WordingForm:
        return WordingForm(*args, allowed=self.message.allowed, **kwargs)

    def _show(self, form: WordingForm, own: Own, *, unsaved: bool = False, status: int = 200) -> HttpResponse:
        kind, context = self.message.kind, self.sample.context
        return self.show(
            self.request,
            status=status,
            message=self.message,
            form=form,
            placeholders=[(f"{{{name}}}", PLACEHOLDERS[name]) for name in self.message.allowed],
            delivered=mail.as_delivered(kind, language=self.language, context=context),
            preview=mail.render(
                kind, language=self.language, context=context, words=self.sample.words, own=own
            ),
            language=self.language,
            unsaved=unsaved,
        )
