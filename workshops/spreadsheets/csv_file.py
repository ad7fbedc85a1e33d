"""The cells of a CSV file, whatever separates them and however its letters are written."""

import csv
import io
import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from workshops.spreadsheets.sheet import MOST_COLUMNS, Cell, Line, Sheet, UnreadableSheet, clean_text, kept

_GERMAN = frozenset("äöüÄÖÜßéèêáàâçñÉÈ…–—„“”‚‘’«»‹›€§°´²³·µ½¼×•\u00a0\u00ad")
"""The characters beyond ASCII that a Windows file of a German house may hold; others say it is something else."""
_QUOTE_IN_WORD = re.compile(r"[^\W\d_][„“”‚‘«»•…][^\W\d_]")


def read(content: bytes) -> Sheet:
    """Its rows; empty ones are left out. Raises UnreadableSheet."""
    # Rows that are only formatted are written out as separators, a hundred thousand of them.
    text = decoded(content).rstrip("; ,\t\r\n")
    return Sheet(tuple(kept(_csv_lines(text))))


def decoded(content: bytes) -> str:
    """The text of a CSV file: UTF-8, UTF-16, or Windows-1252 where that makes sense. Raises UnreadableSheet."""
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return content.decode("utf-16")
        if b"\0" in content[:200]:
            return _utf16_without_mark(content)
        if b"\0" in content:
            raise UnreadableSheet(_("This is no spreadsheet. Please upload an .xlsx or CSV file."))
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        text = content.decode("cp1252") if not content.startswith((b"\xef\xbb\xbf", b"\xff", b"\xfe")) else ""
    except UnicodeDecodeError:
        text = ""
    strange = {char for char in text if ord(char) > 127} - _GERMAN
    if not text or strange or _QUOTE_IN_WORD.search(text):
        raise UnreadableSheet(
            _("The letters of this file cannot be recognised. Please save it as “CSV UTF-8” or as .xlsx.")
        )
    return text


def _utf16_without_mark(content: bytes) -> str:
    even, odd = content[0:200:2], content[1:200:2]
    if odd.count(0) > len(odd) * 0.7 and 0 not in even:
        return content.decode("utf-16-le")
    if even.count(0) > len(even) * 0.7 and 0 not in odd:
        return content.decode("utf-16-be")
    raise UnreadableSheet(_("This is no spreadsheet. Please upload an .xlsx or CSV file."))


def _csv_lines(text: str) -> Iterator[Line]:
    """Rows count as a spreadsheet counts them: a cell with a line break in it does not begin a new one."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    number = 0
    while True:
        number += 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            sentence = _(
                "A quotation mark in row %(row)s is out of place. Please save the file anew, or as .xlsx."
            )
            raise UnreadableSheet(sentence % {"row": number}) from None
        if number == 1 and row and row[0].lower().startswith("sep="):
            number = 0
            continue
        # Of what is beyond the last column only that there is something.
        beyond = any(one.strip() for one in row[MOST_COLUMNS:])
        yield Line(number, (*(_csv_cell(one) for one in row[:MOST_COLUMNS]), Cell("…" if beyond else "")))


def _csv_cell(text: str) -> Cell:
    cleaned = clean_text(text)
    # What a spreadsheet would take for a formula is text where an apostrophe stands before it.
    if cleaned.startswith("'") and cleaned[1:2] in ("=", "+", "-", "@"):
        return Cell(cleaned[1:])
    return Cell(cleaned, "formula" if cleaned.startswith("=") else "text")


def _separator(text: str) -> str:
    """The separator of the first line that has one: a semicolon, a tab or a comma."""
    if (declared := re.match(r"sep=([;,\t])\r?\n", text, re.IGNORECASE)) is not None:
        return declared[1]
    for line in text.splitlines()[:20]:
        counts = {mark: line.count(mark) for mark in ";\t,"}
        if any(counts.values()):
            return max(counts, key=lambda mark: counts[mark])
    return ";"
