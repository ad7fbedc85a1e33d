"""Bytes in, cells out: CSV and XLSX, recognised by what they are and not by what they are called.

Whatever the bytes hold, the only exception is `UnreadableSheet`. Nothing takes long, because everything is
measured before it is read: the file, what it unpacks to, its rows and columns, its formulas.
"""

from django.utils.translation import gettext as _

from workshops.spreadsheets import csv_file, workbook
from workshops.spreadsheets.sheet import MOST_BYTES, Sheet, UnreadableSheet


def read_sheet(content: bytes) -> Sheet:
    """The first visible sheet of a workbook, or a CSV file. Raises UnreadableSheet."""
    if len(content) > MOST_BYTES:
        raise UnreadableSheet(_("This file is larger than %(most)s MB.") % {"most": MOST_BYTES // 1024**2})
    _refuse_other_kinds(content)
    is_workbook = content.startswith(b"PK\x03\x04")
    sheet = workbook.read(content) if is_workbook else csv_file.read(content)
    if not sheet.lines:
        raise UnreadableSheet(_("There is nothing in this file."))
    return sheet


def _refuse_other_kinds(content: bytes) -> None:
    start = content[:2048]
    if start.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise UnreadableSheet(
                _("This file is protected by a password. Please save it without one and upload it again.")
            )
        raise UnreadableSheet(
            _("This is a file of an old Excel (.xls). Please save it as .xlsx and upload it again.")
        )
    if start.startswith(b"%PDF"):
        raise UnreadableSheet(_("This is a PDF. Please upload the spreadsheet from which it was made."))
    opening = start.removeprefix(b"\xef\xbb\xbf").lstrip()[:200].lower()
    if opening.startswith((b"<!doctype", b"<html", b"<?xml", b"<table", b"<meta", b"<head")):
        raise UnreadableSheet(
            _("This is a web page and no spreadsheet. Please save it as .xlsx or CSV and upload it again.")
        )
    if opening.startswith(b"{\\rtf"):
        raise UnreadableSheet(_("This is no spreadsheet. Please upload an .xlsx or CSV file."))
    if not content.strip():
        raise UnreadableSheet(_("There is nothing in this file."))
