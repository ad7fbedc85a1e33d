"""Draw all pictures again: `python -m demo.drawing` writes the SVG files, and with `--raster` the WebP files.

The WebP files are what the site shows (Wagtail takes no SVG here); making them needs Chromium. Both are in the
repository, so that nobody needs this to run the demo.
"""

import io
import sys
from pathlib import Path

from demo.drawing import PICTURES, draw
from demo.drawing.svg import HEIGHT, WIDTH

FOLDER = Path(__file__).resolve().parent.parent / "pictures"
BYTES_AT_MOST = 60_000


def write_sources() -> None:
    for name in PICTURES:
        (FOLDER / "src" / f"{name}.svg").write_text(draw(name), encoding="utf-8")


def rasterise(chromium: str) -> None:
    """Write each picture as WebP with the best quality that stays under the limit."""
    from PIL import Image
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        for name in PICTURES:
            page.set_content(f"<style>body{{margin:0}}svg{{display:block}}</style>{draw(name)}")
            picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            for quality in (90, 84, 78, 70, 60):
                raster = io.BytesIO()
                picture.save(raster, "WEBP", quality=quality, method=6)
                if raster.tell() <= BYTES_AT_MOST:
                    break
            (FOLDER / f"{name}.webp").write_bytes(raster.getvalue())
        browser.close()


if __name__ == "__main__":
    write_sources()
    if "--raster" in sys.argv:
        rasterise(sys.argv[sys.argv.index("--raster") + 1] if sys.argv[-1] != "--raster" else "/usr/bin/chromium")
