"""Spreadsheets as people send them, made for tests."""

import io
import re
import zipfile
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook

HEADINGS = ["Kursnummer", "Angebot", "Buchungsart", "Plätze", "Erster Termin", "Beginn", "Raum"]
ROW: list[Any] = ["W27-1", "Tablet für Neugierige", "Reihe", 8, "18.01.2027", "14:00", "Saal"]


def workbook(rows: Sequence[Sequence[Any]], *, change: Any = None) -> bytes:
    """An .xlsx file with these rows; `change` is called with workbook and sheet before it is written."""
    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(list(row))
    if change is not None:
        change(book, sheet)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def separated(rows: Sequence[Sequence[Any]], *, by: str = ";", encoding: str = "utf-8") -> bytes:
    """A CSV file with these rows."""
    return "".join(by.join(map(str, row)) + "\r\n" for row in rows).encode(encoding)


def replaced(content: bytes, part: str, change: Any) -> bytes:
    """A file with one of its parts put through `change` (bytes to bytes)."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            data = old.read(item)
            new.writestr(item.filename, change(data) if item.filename == part else data)
    return made.getvalue()


def row(**changed: Any) -> tuple[list[str], list[Any]]:
    """Headings and a row that is right, with cells changed or added by heading (underscores for spaces)."""
    cells = dict(zip(HEADINGS, ROW, strict=True)) | {
        name.replace("_", " "): value for name, value in changed.items()
    }
    return list(cells), list(cells.values())


def as_excel_writes(content: bytes) -> bytes:
    """The same workbook with its texts in a part of their own, each once, as Excel keeps them."""
    texts: dict[bytes, int] = {}

    def shared(match: re.Match[bytes]) -> bytes:
        place = texts.setdefault(match[2], len(texts))
        return b'<c r="%b" t="s"><v>%d</v></c>' % (match[1], place)

    sheet = re.compile(rb'<c r="(\w+)" t="inlineStr"><is><t>(.*?)</t></is></c>')
    content = replaced(content, "xl/worksheets/sheet1.xml", lambda xml: sheet.sub(shared, xml))
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}.sharedStrings+xml"/></Types>'
    relation = (
        '<Relationship Id="rId99" Target="sharedStrings.xml" Type="http://schemas.openxmlformats.org/'
        'officeDocument/2006/relationships/sharedStrings"/></Relationships>'
    )
    for part, end, more in (
        ("[Content_Types].xml", b"</Types>", override),
        ("xl/_rels/workbook.xml.rels", b"</Relationships>", relation),
    ):
        content = replaced(content, part, lambda xml, e=end, m=more: xml.replace(e, m.encode()))
    made = io.BytesIO(content)
    items = b"".join(b"<si><t>%b</t></si>" % text for text in texts)
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr(
            "xl/sharedStrings.xml",
            b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%b</sst>' % items,
        )
    return made.getvalue()
