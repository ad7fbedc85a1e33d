"""Whole figures and groups: standing, in a wheelchair, around a table, from behind."""

from collections.abc import Callable
from functools import partial
from typing import Any

from demo.drawing import palette as p
from demo.drawing.people import Arm, Look, person
from demo.drawing.svg import at, circle, ellipse, group, line, mix, path, rect


def seated(furniture: str, *figures: Callable[..., str]) -> str:
    """People behind a table, with their arms on it: each figure is a partial `person`."""
    return group(
        *(figure(part="body") for figure in figures),
        furniture,
        *(figure(part="arms") for figure in figures),
    )


def standing(
    look: Look,
    x: float,
    ground: float,
    *,
    scale: float = 0.5,
    trousers: str = p.INK,
    shoes: str = p.WOOD_DARK,
    skirt: bool = False,
    **pose: Any,
) -> str:
    """A whole figure whose feet stand on `ground`."""
    legs = group(
        line(
            "M-62 480V790",
            trousers if not skirt else look.skin[0],
            88 if not skirt else 46,
            stroke_linecap="butt",
        ),
        line(
            "M62 480V790",
            trousers if not skirt else look.skin[0],
            88 if not skirt else 46,
            stroke_linecap="butt",
        ),
        line("M0 500V640", mix(trousers, p.INK, 0.4), 6)
        if not skirt
        else path("M-118 400H118L158 690H-158Z", trousers),
        path("M-112 830C-114 800 -90 780 -58 780H-18V830Z", shoes),
        path("M112 830C114 800 90 780 58 780H18V830Z", shoes),
    )
    y = ground - 830 * scale * look.build
    return person(look, x, y, scale=scale, behind=legs, hem=500, **pose)


def in_wheelchair(
    look: Look,
    x: float,
    ground: float,
    *,
    scale: float = 0.5,
    trousers: str = p.INK,
    shoes: str = p.WOOD_DARK,
    **pose: Any,
) -> str:
    """Somebody who sits in a wheelchair and faces us."""
    y = ground - 690 * scale * look.build
    chair = group(
        rect(-120, 200, 240, 250, p.INK, 26),
        line("M-128 190h-26M128 190h26", p.INK, 16),
        *(
            group(
                ellipse(s * 168, 500, 36, 190, p.INK),
                ellipse(s * 168, 500, 20, 166, p.STEEL),
                ellipse(s * 174, 500, 10, 150, p.STEEL_DARK),
            )
            for s in (-1, 1)
        ),
    )
    lap = at(
        x,
        y,
        line(
            "M-60 440C-76 470 -78 490 -72 520V650M60 440C76 470 78 490 72 520V650",
            trousers,
            92,
            stroke_linecap="butt",
        ),
        path("M-124 400H124V470Q70 520 0 470Q-70 520 -124 470Z", trousers),
        circle(-72, 508, 46, mix(trousers, p.PAPER, 0.08)),
        circle(72, 508, 46, mix(trousers, p.PAPER, 0.08)),
        path("M-120 690C-122 660 -100 644 -70 644H-24V690Z", shoes),
        path("M120 690C122 660 100 644 70 644H24V690Z", shoes),
        rect(-126, 690, 110, 12, p.STEEL_DARK, 6),
        rect(16, 690, 110, 12, p.STEEL_DARK, 6),
        *(rect(s * 142 - 22, 380, 44, 22, p.INK, 10) for s in (-1, 1)),
        scale=scale * look.build,
    )
    resting = {
        "left": Arm(elbow=(-150, 310), wrist=(-92, 404)),
        "right": Arm(elbow=(150, 310), wrist=(92, 404)),
    }
    sitting = partial(person, look, x, y, scale=scale, behind=chair, hem=460, **(resting | pose))
    return group(sitting(part="body"), lap, sitting(part="arms"))


def back_of_head(x: float, y: float, top: str, hair: str, *, curls: bool) -> str:
    """Somebody who sits with their back to us."""
    skin = p.SKIN_1[0]
    head = (
        group(
            *(
                circle(cx, cy, 40, hair)
                for cx, cy in [
                    (-50, -30),
                    (-20, -70),
                    (28, -70),
                    (56, -28),
                    (-52, 20),
                    (54, 22),
                    (0, 0),
                    (-20, 44),
                    (26, 44),
                ]
            ),
            line("M-40 -40q20 -26 46 -20M20 10q20 -8 34 8M-40 16q14 -10 30 0", "#D9D0C3", 5),
        )
        if curls
        else group(
            ellipse(-70, 10, 14, 20, skin),
            ellipse(70, 10, 14, 20, skin),
            path(
                "M-70 20C-84 -70 -40 -104 0 -104C40 -104 84 -70 70 20C66 70 40 84 0 84C-40 84 -66 70 -70 20Z",
                skin,
            ),
            path(
                "M-72 -10C-76 20 -66 74 -40 84C-16 90 16 90 40 84C66 74 76 20 72 -10C50 30 -50 30 -72 -10Z",
                hair,
            ),
        )
    )
    return at(
        x,
        y,
        path("M-190 420C-196 240 -170 140 -60 120C-20 130 20 130 60 120C170 140 196 240 190 420Z", top),
        path("M100 134C170 160 194 250 190 420H120C140 300 130 200 100 134Z", p.INK, opacity=0.12),
        rect(-34, 50, 68, 90, skin, 20),
        path("M-62 120C-30 146 30 146 62 120", "none", stroke=mix(top, p.INK, 0.2), stroke_width=9),
        head,
    )
