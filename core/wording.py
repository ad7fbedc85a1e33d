"""What the house writes in its mails: which messages there are, and the words editors may put their own for.

Apps declare their messages beside the functions that write them. An editor's text is plain text with placeholders
from a fixed list, put in by name; nothing else in it is ever read as an instruction.
"""

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

PLACEHOLDERS: dict[str, str | Promise] = {
    "name": gettext_lazy("the name of whoever gets the message"),
    "haus": gettext_lazy("the name of the house"),
    "telefon": gettext_lazy("the telephone number of the house"),
    "kurs": gettext_lazy("the title of the course"),
    "nummer": gettext_lazy("the course number"),
    "termin": gettext_lazy("the date it is about; of several the first"),
    "ort": gettext_lazy("where that date takes place"),
    "code": gettext_lazy("the booking code"),
    "frist": gettext_lazy("until when an answer is awaited"),
}
"""All there are, as editors write them, and what each stands for."""

ALWAYS = ("name", "haus", "telefon")
"""Those that every message has."""

# What is meant as a placeholder, right or wrong; spaces and capitals are forgiven.
_BRACED = re.compile(r"\{([^{}\n]*)\}")
_CLOSE_ENOUGH = 0.5


@dataclass(frozen=True, slots=True)
class Sample:
    """A message to look at: what its templates and its placeholders are filled with, about nobody real."""

    context: Mapping[str, Any]
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One kind of message.

    `kind` is the name of its templates (`emails/<kind>_subject.txt` …), `when` ends the sentence "Goes out …".
    `sample()` is called with the reader's language active, reads no rows and writes none.
    """

    kind: str
    title: str | Promise
    when: str | Promise
    placeholders: tuple[str, ...] = ()
    sample: Callable[[], Sample]

    @property
    def allowed(self) -> tuple[str, ...]:
        """The placeholders of this message, in the order of the list of all."""
        return tuple(name for name in PLACEHOLDERS if name in ALWAYS or name in self.placeholders)


_declared: dict[str, Message] = {}


def declare(message: Message) -> None:
    """Adds a kind of message. Raises LookupError where it names a placeholder that does not exist."""
    if unknown := set(message.placeholders) - PLACEHOLDERS.keys():
        raise LookupError(f"{message.kind} names unknown placeholders: {', '.join(sorted(unknown))}")
    _declared[message.kind] = message


def declared() -> Mapping[str, Message]:
    """Every kind of message, in the order of declaration."""
    return _declared


def title_of(kind: str) -> str:
    """What a kind is called; its bare name where it is no longer declared."""
    message = _declared.get(kind)
    return str(message.title) if message else kind


@dataclass(frozen=True, slots=True)
class Own:
    """An editor's words for one kind in one language; what is empty is as the house writes it."""

    subject: str = ""
    opening: str = ""


def fill(text: str, words: Mapping[str, str]) -> str:
    """The text with its placeholders replaced, once: what is put in is not read again.

    A placeholder without a word becomes nothing; what is none stays as it stands.
    """

    def word(match: re.Match[str]) -> str:
        name = match[1].strip().lower()
        return words.get(name, "") if name in PLACEHOLDERS else match[0]

    return _BRACED.sub(word, text)


def problems(text: str, allowed: tuple[str, ...]) -> list[str]:
    """A sentence for each thing in curly brackets that cannot be filled in, with what was probably meant."""
    found = [
        _problem(written, allowed)
        for written in dict.fromkeys(_BRACED.findall(text))
        if written.strip().lower() not in allowed
    ]
    if set("{}") & set(_BRACED.sub("", text)):
        found.append(_("A curly bracket stands alone. Placeholders look like this: {name}."))
    return found


def _problem(written: str, allowed: tuple[str, ...]) -> str:
    values = {"written": f"{{{written}}}", "all": ", ".join(f"{{{name}}}" for name in allowed)}
    if written.strip().lower() in PLACEHOLDERS:
        return _("%(written)s cannot be filled in in this message. Possible are: %(all)s.") % values
    near = difflib.get_close_matches(written.strip().lower(), allowed, n=1, cutoff=_CLOSE_ENOUGH)
    if near:
        return _("%(written)s is no placeholder. Did you mean %(near)s?") % {
            **values,
            "near": f"{{{near[0]}}}",
        }
    return _("%(written)s is no placeholder. Possible are: %(all)s.") % values
