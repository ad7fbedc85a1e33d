"""Takes over the pictures the browser tests made (var/screenshots/) into docs/pictures/, where a guide shows them.

Which ones is read from the guides themselves: `![…](pictures/editor-plan.webp)` asks for `editor-plan.png`. Ends with
exit code 1 where a picture is asked for and there is none.
"""

import re
import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
SHOTS = ROOT / "var" / "screenshots"
PICTURES = ROOT / "docs" / "pictures"
WIDEST = 1100


def asked_for() -> list[str]:
    """The names of the pictures in the guides that tests take, in alphabetical order."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md")]
    found = re.compile(r"\(pictures/((?:editor|helper)-[\w-]+)\.webp\)")
    return sorted({name for text in texts for name in found.findall(text)})


def main() -> int:
    missing = [name for name in asked_for() if not (SHOTS / f"{name}.png").is_file()]
    for name in asked_for():
        if name in missing:
            continue
        with Image.open(SHOTS / f"{name}.png") as shot:
            picture = shot.convert("RGB")
        picture.thumbnail((WIDEST, 10_000))
        picture.save(PICTURES / f"{name}.webp", quality=80, method=6)
        print(f"docs/pictures/{name}.webp")
    for name in missing:
        print(f"No test took {name}.png.")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
