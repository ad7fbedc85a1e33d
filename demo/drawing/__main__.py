"""Writes the pictures anew: `python -m demo.drawing` as SVG, with `--raster` also as WebP.

The WebP files are what the site shows; making them needs a Chromium (`--chromium PATH`). Both are kept in the
repository, so that nobody needs this to run the demo.
"""

import argparse
import io

from PIL import Image
from playwright.sync_api import sync_playwright

from demo.drawing import PICTURES, draw
from demo.reading import PICTURES as FOLDER

BYTES_AT_MOST = 60_000
QUALITIES = (90, 84, 78, 70, 60)


def write_sources() -> None:
    for name in PICTURES:
        (FOLDER / "src" / f"{name}.svg").write_text(draw(name), encoding="utf-8")


def rasterise(chromium: str) -> None:
    """Writes each picture as WebP, in the best quality that stays under the limit."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        page = browser.new_page(viewport={"width": 1600, "height": 1000})
        for name in PICTURES:
            page.set_content(f"<style>body{{margin:0}}svg{{display:block}}</style>{draw(name)}")
            picture = Image.open(io.BytesIO(page.locator("svg").screenshot())).convert("RGB")
            (FOLDER / f"{name}.webp").write_bytes(_webp(picture))
        browser.close()


def _webp(picture: Image.Image) -> bytes:
    content = b""
    for quality in QUALITIES:
        raster = io.BytesIO()
        picture.save(raster, "WEBP", quality=quality, method=6)
        content = raster.getvalue()
        if len(content) <= BYTES_AT_MOST:
            break
    return content


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Writes the demo's pictures anew.")
    parser.add_argument("--raster", action="store_true", help="also as WebP")
    parser.add_argument("--chromium", default="/usr/bin/chromium", help="the browser that draws them")
    arguments = parser.parse_args()
    write_sources()
    if arguments.raster:
        rasterise(arguments.chromium)
