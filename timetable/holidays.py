"""Public holidays of a German state, from the maintained `holidays` package."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from holidays.countries.germany import Germany

LANGUAGES = {"de": "de", "en": "en_US"}
"""Our language codes, and what the package calls them."""

STATES: tuple[str, ...] = tuple(code for code in Germany.subdivisions if len(code) == 2)
"""The sixteen states by the second part of their ISO 3166-2 code, "NI" for Niedersachsen."""


def public_holidays(*, state: str, years: Iterable[int], language: str = "de") -> dict[date, str]:
    """Date and name of every public holiday that applies in the whole of `state`.

    A holiday of some municipalities only (Augsburger Friedensfest) is not among them; enter it as a closure.
    Languages without names of their own get the German ones. Raises ValueError for an unknown state.
    """
    if state not in STATES:
        raise ValueError(f"{state!r} is not a German state.")
    name_language = LANGUAGES.get(language.split("-")[0], "de")
    return {
        day: name for year in sorted(set(years)) for day, name in _of_year(state, year, name_language).items()
    }


@lru_cache(maxsize=256)
def _of_year(state: str, year: int, language: str) -> dict[date, str]:
    found = Germany(subdiv=state, years=year, language=language, expand=False)
    return dict(sorted(found.items()))
