"""What is seen out of doors."""

from demo.drawing import palette as p
from demo.drawing.svg import at, circle, ellipse, group, line, mix, path, rect


def cloud(x: float, y: float, scale: float = 1) -> str:
    return at(
        x,
        y,
        path(
            "M-110 30C-150 30 -150 -20 -106 -22C-96 -74 -20 -80 0 -40C30 -70 86 -50 84"
            " -14C128 -14 128 30 92 30Z",
            p.PAPER,
            opacity=0.85,
        ),
        scale=scale,
    )


def tree(x: float, ground: float, *, scale: float = 1, leaf: str = p.SAGE) -> str:
    dark = mix(leaf, p.PETROL, 0.35)
    return at(
        x,
        ground,
        rect(-13, -210, 26, 210, p.WOOD_DARK),
        line("M0 -150L46 -210M0 -120L-40 -186", p.WOOD_DARK, 13),
        ellipse(-56, -250, 86, 76, dark),
        ellipse(58, -258, 84, 74, leaf),
        ellipse(0, -326, 98, 90, leaf),
        ellipse(-22, -262, 70, 52, leaf),
        line(
            "M-30 -350q16 -20 40 -16M40 -290q16 -14 36 -6M-80 -260q10 -16 28 -16", mix(leaf, p.PAPER, 0.4), 6
        ),
        scale=scale,
    )


def pane(
    x: float,
    y: float,
    w: float,
    h: float,
    *,
    frame: str = p.PAPER,
    glass: str = p.PETROL_DARK,
    shutters: str | None = None,
) -> str:
    """A window of a house, seen from the street."""
    return at(
        x,
        y,
        group(rect(-w * 0.52, 0, w * 0.46, h, shutters, 3), rect(w + w * 0.06, 0, w * 0.46, h, shutters, 3))
        if shutters
        else "",
        rect(-6, -6, w + 12, h + 12, frame, 4),
        rect(0, 0, w, h, glass),
        path(f"M0 {h}L{w} {h * 0.2}V0H{w * 0.7}L0 {h * 0.8}Z", p.PAPER, opacity=0.13),
        line(f"M{w / 2} 0V{h}M0 {h * 0.42}H{w}", frame, 6),
        rect(-12, h + 4, w + 24, 10, frame, 3),
    )


def flower_box(x: float, y: float, w: float) -> str:
    blooms = [(i, (p.TERRACOTTA, p.ROSE, p.OCHRE)[i % 3]) for i in range(int(w // 22))]
    return at(
        x,
        y,
        *(circle(10 + i * 22, -12 - i % 2 * 8, 13, p.SAGE) for i, _ in blooms),
        *(circle(12 + i * 22, -20 - i % 2 * 8, 8, c) for i, c in blooms),
        rect(0, -8, w, 22, p.WOOD_DARK, 5),
    )
