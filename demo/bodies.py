"""From the blocks in the content files to what a page's StreamField holds."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.html import escape
from wagtail.images.models import Image
from wagtail.models import Page

type Block = Mapping[str, Any]

_BOLD = re.compile(r"\*\*(.+?)\*\*")


def rich_text(text: str) -> str:
    """Blank lines separate paragraphs, lines with a dash make a list, **bold**; all else as it stands."""
    parts = []
    for paragraph in text.strip().split("\n\n"):
        lines = [_BOLD.sub(r"<b>\1</b>", escape(line.strip())) for line in paragraph.strip().splitlines()]
        if all(line.startswith("- ") for line in lines):
            parts.append("<ul>" + "".join(f"<li>{line[2:]}</li>" for line in lines) + "</ul>")
        else:
            parts.append(f"<p>{' '.join(lines)}</p>")
    return "".join(parts)


def body(blocks: Iterable[Block], *, pictures: Mapping[str, Image], find_page: Callable[[str], Page]) -> str:
    """The blocks as the JSON a StreamField stores. Raises ValueError for one it does not know."""
    return json.dumps([_block(block, pictures, find_page) for block in blocks])


def _block(block: Block, pictures: Mapping[str, Image], find_page: Callable[[str], Page]) -> dict[str, Any]:
    match block:
        case {"heading": text}:
            return {"type": "heading", "value": text}
        case {"text": text}:
            return {"type": "paragraph", "value": rich_text(text)}
        case {"facts": title, "items": items}:
            facts = [{"term": term, "text": text} for term, text in items]
            return {"type": "facts", "value": {"title": title, "facts": facts}}
        case {"steps": title, "items": items}:
            return {"type": "steps", "value": {"title": title, "steps": items}}
        case {"questions": title, "items": items}:
            questions = [{"question": question, "answer": rich_text(answer)} for question, answer in items]
            return {"type": "questions", "value": {"title": title, "questions": questions}}
        case {"quote": quote, "source": source}:
            return {"type": "quote", "value": {"quote": quote, "source": source}}
        case {"picture": name, "caption": caption}:
            image = pictures[name]
            shown = {"image": image.pk, "alt_text": image.description, "decorative": False}
            return {"type": "picture", "value": {"image": shown, "caption": caption}}
        case {"button": label, "page": slug}:
            return {"type": "call_to_action", "value": {"text": label, "page": find_page(slug).pk, "url": ""}}
    raise ValueError(f"This block is not known: {sorted(block)}")
