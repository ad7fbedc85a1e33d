"""A form from the town hall is filled in together."""

from functools import partial

from demo.drawing import cast
from demo.drawing import palette as p
from demo.drawing.figures import seated
from demo.drawing.people import RESTING_LEFT, RESTING_RIGHT, Arm, person
from demo.drawing.props import blob, laptop, mug, plant, shelf, table, tick, window
from demo.drawing.svg import at, circle, drawing, group, line, rect


def picture() -> str:
    form = group(
        rect(-190, -112, 380, 40, p.PETROL, 6),
        tick(-160, -34, 18),
        line("M-120 -34H150", p.STEEL, 13),
        tick(-160, 14, 18),
        line("M-120 14H100", p.STEEL, 13),
        circle(-160, 62, 17, "none", stroke=p.STEEL_DARK, stroke_width=6),
        line("M-120 62H130", p.STEEL, 13),
        rect(40, 88, 140, 30, p.TERRACOTTA, 10),
    )
    return drawing(
        blob(800, 430, 1400, 860, p.HONEY, turn=3),
        window(1210, 90, 280, 340),
        shelf(110, 300, 320, seed=7),
        plant(110, 800, scale=1.05, pot=p.TERRACOTTA),
        seated(
            table(785),
            partial(
                person,
                cast.HILDE,
                350,
                384,
                scale=1.16,
                facing=1,
                mood="smile",
                left=RESTING_LEFT,
                right=Arm(elbow=(160, 330), wrist=(90, 386), hand="relaxed"),
            ),
            partial(
                person,
                cast.AMINA,
                1240,
                384,
                scale=1.16,
                facing=-1,
                mood="smile",
                right=RESTING_RIGHT,
                left=Arm(elbow=(-166, 310), wrist=(-206, 210), hand="point", hand_turn=4),
            ),
        ),
        laptop(790, 892, form, scale=1.4),
        at(
            1390,
            904,
            rect(-90, -20, 180, 20, p.PAPER, 4),
            rect(-80, -38, 180, 18, p.SAND, 4),
            rect(-96, -56, 180, 18, p.PAPER, 4),
        ),
        mug(280, 900, colour=p.PETROL),
        background=p.SAND,
    )
