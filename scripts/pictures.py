"""Takes over the pictures the browser tests made (var/screenshots/) into docs/pictures/, where a guide shows them.

Which ones is read from the editor guide itself: `![…](pictures/editor-plan.webp)` asks for `editor-plan.png`. Ends
with exit code 1 where a picture is asked for and there is none.
"""

import re
import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
SHOTS = ROOT / "var" / "screenshots"
PICTURES = ROOT / "docs" / "pictures"
GUIDE = ROOT / "docs" / "handbuch.md"
WIDEST = 1100
LONGEST = 1600
"""A page on a phone goes on and on; the guide shows its beginning."""


def asked_for() -> list[str]:
    """The names of the pictures the guide shows, in alphabetical order; tests take them all."""
    text = GUIDE.read_text(encoding="utf-8")
    return sorted(set(re.findall(r"\(pictures/([\w-]+)\.webp\)", text)))


def main() -> int:
    missing = [name for name in asked_for() if not (SHOTS / f"{name}.png").is_file()]
    for name in asked_for():
        if name in missing:
            continue
        with Image.open(SHOTS / f"{name}.png") as shot:
            picture = shot.convert("RGB")
        picture.thumbnail((WIDEST, 10_000))
        picture = picture.crop((0, 0, picture.width, min(picture.height, LONGEST)))
        picture.save(PICTURES / f"{name}.webp", quality=80, method=6)
        print(f"docs/pictures/{name}.webp")
    for name in missing:
        print(f"No test took {name}.png.")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
