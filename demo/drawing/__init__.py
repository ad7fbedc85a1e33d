"""The demo's pictures, drawn in code so that all of them share one cast, one palette and one light.

`draw(name)` gives one as SVG text. New pictures are put together from `people` and `props`; nothing here is
needed to run the site.
"""

from demo.drawing import courses, exhibits, places
from demo.drawing.svg import restart_ids

PICTURES = {**places.PICTURES, **exhibits.PICTURES, **courses.PICTURES}


def draw(name: str) -> str:
    """The picture as an SVG document, the same text every time."""
    restart_ids()
    return PICTURES[name]()
