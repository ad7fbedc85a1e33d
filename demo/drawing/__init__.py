"""The demo's pictures, drawn in code so that all of them share one cast, one palette and one light.

A new picture is a file in `scenes/`, put together from `people`, `figures`, `worn`, `props` and `street`;
then `python -m demo.drawing --raster` writes it to `demo/pictures/`. Nothing here is needed to run the site.
"""

from demo.drawing.scenes import PICTURES
from demo.drawing.svg import restart_ids

__all__ = ["PICTURES", "draw"]


def draw(name: str) -> str:
    """The picture as an SVG document, the same text every time. Raises KeyError for an unknown name."""
    restart_ids()
    return PICTURES[name]()
