"""Nobody bites: a tempting message on a hook, and two people who laugh at it."""

from functools import partial

from demo.drawing import cast
from demo.drawing import palette as p
from demo.drawing.figures import seated
from demo.drawing.people import RESTING_LEFT, RESTING_RIGHT, Arm, person
from demo.drawing.props import blob, mug, plant, shelf, table
from demo.drawing.svg import at, circle, drawing, group, line, path, poly, rect


def picture() -> str:
    letter = group(
        rect(-110, -74, 220, 148, p.PAPER, 10),
        path("M-110 -64L0 26L110 -64", "none", stroke=p.STEEL, stroke_width=9),
        circle(84, -60, 32, p.TERRACOTTA),
        line("M84 -76v18M84 -46v1", p.PAPER, 9),
    )
    hook = group(
        line("M0 -420V-60", p.STEEL_DARK, 6),
        line("M0 -60V70A44 44 0 0 1 -88 70V44", p.INK, 14),
        poly([(-110, 58), (-90, 14), (-74, 58)], p.INK),
        circle(0, -66, 11, "none", stroke=p.INK, stroke_width=7),
    )
    shield = group(
        path(
            "M0 -150C50 -110 100 -104 130 -106C138 30 90 110 0 150C-90 110 -138 30 -130"
            " -106C-100 -104 -50 -110 0 -150Z",
            p.PETROL,
        ),
        path("M0 -150C50 -110 100 -104 130 -106C138 30 90 110 0 150Z", p.PETROL_DARK),
        line("M-52 -2L-12 42L62 -50", p.HONEY, 26),
    )
    return drawing(
        blob(800, 430, 1400, 860, p.MINT, turn=6),
        shelf(1180, 300, 320, seed=2),
        plant(120, 810, scale=1.15, kind="tall", pot=p.OCHRE),
        seated(
            table(780),
            partial(
                person,
                cast.KARL,
                400,
                390,
                scale=1.2,
                facing=1,
                mood="laugh",
                left=RESTING_LEFT,
                right=Arm(elbow=(176, 320), wrist=(236, 230), hand="flat", hand_turn=-70),
            ),
            partial(
                person,
                cast.GRACE,
                1180,
                390,
                scale=1.18,
                facing=-1,
                mood="laugh",
                left=Arm(elbow=(-160, 330), wrist=(-60, 390)),
                right=RESTING_RIGHT,
            ),
        ),
        at(750, 470, letter, turn=-8),
        at(800, 340, hook),
        at(880, 760, shield, scale=0.86),
        mug(620, 900, colour=p.TERRACOTTA),
        background="#F3EEDD",
    )
