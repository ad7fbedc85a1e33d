"""What is worn on the head, drawn around its middle."""

from demo.drawing import palette as p
from demo.drawing.svg import group, line, n, path, rect


def headphones(colour: str = p.PETROL) -> str:
    """To be worn: drawn around the middle of a head."""
    return group(
        line("M-66 6C-84 -130 84 -130 66 6", colour, 15),
        rect(-84, -22, 34, 62, colour, 15),
        rect(50, -22, 34, 62, colour, 15),
        rect(-84, -10, 12, 38, p.INK, 6, opacity=0.25),
        rect(72, -10, 12, 38, p.INK, 6, opacity=0.25),
    )


def goggles(facing: int, colour: str = p.INK) -> str:
    """Virtual-reality goggles, to be worn."""
    f = facing * 14
    return group(
        line(f"M-58 -20L{n(f - 50)} -14M58 -20L{n(f + 50)} -14", p.STEEL_DARK, 16),
        rect(f - 62, -46, 124, 74, colour, 28),
        rect(f - 52, -38, 104, 54, p.PETROL_DARK, 20),
        path(
            f"M{n(f - 44)} -2C{n(f - 40)} -30 {n(f - 10)} -34 {n(f + 16)} -32",
            "none",
            stroke=p.PETROL_LIGHT,
            stroke_width=8,
            stroke_linecap="round",
        ),
    )
