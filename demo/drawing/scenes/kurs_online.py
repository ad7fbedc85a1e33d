"""A question asked from the kitchen table; the cat listens."""

from functools import partial

from demo.drawing import cast
from demo.drawing import palette as p
from demo.drawing.figures import seated
from demo.drawing.people import RESTING_LEFT, Arm, person
from demo.drawing.props import blob, lamp, laptop, mug, shelf, table, window
from demo.drawing.svg import at, circle, drawing, ellipse, group, line, path, poly, rect
from demo.drawing.worn import headphones


def picture() -> str:
    call = group(
        rect(-204, -122, 408, 244, p.MINT),
        person(cast.TARIK, -6, -10, scale=0.56, facing=0, mood="laugh"),
        at(-6, -10, headphones(p.TERRACOTTA), scale=0.56),
    )
    cat = group(
        path("M-70 0C-90 -90 -60 -150 0 -150C60 -150 90 -90 70 0Z", p.OCHRE),
        line("M66 -20C130 -10 140 -70 118 -100", p.OCHRE, 24),
        circle(0, -176, 58, p.OCHRE),
        poly([(-54, -200), (-46, -256), (-8, -226)], p.OCHRE),
        poly([(54, -200), (46, -256), (8, -226)], p.OCHRE),
        poly([(-46, -214), (-42, -240), (-22, -226)], p.ROSE),
        poly([(46, -214), (42, -240), (22, -226)], p.ROSE),
        ellipse(-20, -178, 6, 8, p.INK),
        ellipse(20, -178, 6, 8, p.INK),
        path("M-7 -162H7L0 -154Z", p.TERRACOTTA_DARK),
        line("M0 -152q-8 10 -16 4M0 -152q8 10 16 4", p.INK, 4),
        line("M-30 -160h-34M-30 -152l-32 8M30 -160h34M30 -152l32 8", p.PAPER, 3),
        line("M-20 -222v14M0 -226v14M20 -222v14M-64 -70h26M-66 -46h28M64 -80h-22", p.OCHRE_DARK, 8),
        ellipse(-26, -4, 24, 14, p.HONEY),
        ellipse(26, -4, 24, 14, p.HONEY),
    )
    return drawing(
        blob(800, 430, 1400, 860, p.MINT, turn=-4),
        window(150, 90, 320, 340, sky="#2C6A73"),
        shelf(1140, 270, 340, seed=8),
        lamp(800, 20, colour=p.OCHRE, glow=p.PAPER),
        seated(
            table(780),
            partial(
                person,
                cast.OHLSEN,
                470,
                390,
                scale=1.2,
                facing=1,
                mood="laugh",
                left=RESTING_LEFT,
                right=Arm(elbow=(160, 310), wrist=(180, 210), hand="flat", hand_turn=0),
            ),
        ),
        laptop(900, 896, call, scale=1.24),
        at(1340, 886, cat, scale=1.05),
        mug(300, 900, colour=p.OCHRE),
        background="#EFEEDF",
    )
