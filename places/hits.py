"""What a closure hits lies in higher apps; they say here where an editor sees it."""

from collections.abc import Callable, Sequence

from places.models import Closure

Finder = Callable[[Sequence[Closure]], str]

_finders: list[Finder] = []


def register(finder: Finder) -> None:
    """Adds a finder: the address of the page that shows what these closures hit, or "" for nothing."""
    _finders.append(finder)


def address_for(closures: Sequence[Closure]) -> str:
    """Where an editor is led after saving these closures; "" where nothing is hit."""
    return next((address for finder in _finders if (address := finder(closures))), "")
