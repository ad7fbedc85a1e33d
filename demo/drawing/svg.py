"""The few SVG shapes the drawings are made of, as strings."""

from collections.abc import Sequence
from itertools import count
from math import hypot

Point = tuple[float, float]

WIDTH, HEIGHT = 1600, 1000

_ids = count(1)


def restart_ids() -> None:
    """Number clip paths from 1 again, so that a drawing is the same text every time it is made."""
    global _ids
    _ids = count(1)


def n(value: float) -> str:
    """A coordinate with at most one decimal."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _attributes(attributes: dict[str, object]) -> str:
    return "".join(
        f' {name.rstrip("_").replace("_", "-")}="{n(value) if isinstance(value, float) else value}"'
        for name, value in attributes.items()
        if value is not None
    )


def tag(name: str, content: str = "", /, **attributes: object) -> str:
    return (
        f"<{name}{_attributes(attributes)}>{content}</{name}>"
        if content
        else f"<{name}{_attributes(attributes)}/>"
    )


def path(d: str, fill: str = "none", **attributes: object) -> str:
    return tag("path", d=d, fill=fill, **attributes)


def line(d: str, colour: str, width: float, **attributes: object) -> str:
    """A stroke with round ends."""
    attributes = {"stroke_linecap": "round", "stroke_linejoin": "round", **attributes}
    return tag("path", d=d, fill="none", stroke=colour, stroke_width=width, **attributes)


def ellipse(cx: float, cy: float, rx: float, ry: float, fill: str, **attributes: object) -> str:
    return tag("ellipse", cx=n(cx), cy=n(cy), rx=n(rx), ry=n(ry), fill=fill, **attributes)


def circle(cx: float, cy: float, r: float, fill: str, **attributes: object) -> str:
    return tag("circle", cx=n(cx), cy=n(cy), r=n(r), fill=fill, **attributes)


def rect(x: float, y: float, w: float, h: float, fill: str, r: float = 0, **attributes: object) -> str:
    return tag(
        "rect", x=n(x), y=n(y), width=n(w), height=n(h), rx=n(r) if r else None, fill=fill, **attributes
    )


def poly(points: Sequence[Point], fill: str, **attributes: object) -> str:
    return tag("polygon", points=" ".join(f"{n(x)},{n(y)}" for x, y in points), fill=fill, **attributes)


def group(*content: str, transform: str | None = None, **attributes: object) -> str:
    return tag("g", "".join(content), transform=transform, **attributes)


def at(x: float, y: float, *content: str, scale: float = 1, flip: bool = False, turn: float = 0) -> str:
    """Move, size, mirror and turn (degrees, clockwise) what was drawn around 0, 0."""
    transform = f"translate({n(x)} {n(y)})"
    if turn:
        transform += f" rotate({n(turn)})"
    if scale != 1 or flip:
        sx = -scale if flip else scale
        transform += f" scale({sx:.3g} {scale:.3g})"
    return group(*content, transform=transform)


def clipped(shape: str, *content: str) -> str:
    """Draw `content` only where `shape` is; the shape itself is drawn below it."""
    name = f"c{next(_ids)}"
    return f'{shape}<clipPath id="{name}">{shape}</clipPath>' + group(*content, clip_path=f"url(#{name})")


def within(d: str, *content: str) -> str:
    """Draw `content` only inside the path `d`."""
    name = f"c{next(_ids)}"
    return f'<clipPath id="{name}"><path d="{d}"/></clipPath>' + group(*content, clip_path=f"url(#{name})")


def mix(first: str, second: str, share: float) -> str:
    """The colour that lies between two, `share` of the way to the second."""
    pairs = ((int(first[i : i + 2], 16), int(second[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def between(first: Point, second: Point, share: float) -> Point:
    """The point that lies `share` of the way from the first to the second."""
    return first[0] + (second[0] - first[0]) * share, first[1] + (second[1] - first[1]) * share


def direction(start: Point, end: Point) -> Point:
    """The way from start to end, one unit long."""
    length = hypot(end[0] - start[0], end[1] - start[1]) or 1
    return (end[0] - start[0]) / length, (end[1] - start[1]) / length


def bent(start: Point, joint: Point, end: Point, softness: float = 0.5) -> str:
    """A path from start to end over a rounded joint; softness 0 is a corner, 1 one long curve."""
    reach = softness * min(
        hypot(joint[0] - start[0], joint[1] - start[1]), hypot(end[0] - joint[0], end[1] - joint[1])
    )
    to_start, to_end = direction(joint, start), direction(joint, end)
    before = joint[0] + to_start[0] * reach, joint[1] + to_start[1] * reach
    after = joint[0] + to_end[0] * reach, joint[1] + to_end[1] * reach
    return (
        f"M{n(start[0])} {n(start[1])}L{n(before[0])} {n(before[1])}"
        f"Q{n(joint[0])} {n(joint[1])} {n(after[0])} {n(after[1])}L{n(end[0])} {n(end[1])}"
    )


def drawing(*content: str, background: str, width: int = WIDTH, height: int = HEIGHT) -> str:
    """A whole picture."""
    body = "\n".join(part for part in (rect(0, 0, width, height, background), *content) if part)
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>\n{body}\n</svg>\n'
