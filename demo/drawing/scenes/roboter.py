"""Children lay arrow cards for a small robot."""

from functools import partial

from demo.drawing import cast
from demo.drawing import palette as p
from demo.drawing.figures import seated
from demo.drawing.people import RESTING_RIGHT, Arm, person
from demo.drawing.props import blob, heart, shelf, table, window
from demo.drawing.svg import at, circle, drawing, ellipse, group, line, path, rect


def picture() -> str:
    body = group(
        ellipse(0, 4, 100, 20, p.INK, opacity=0.16),
        rect(-92, -36, 46, 40, p.INK, 18),
        rect(46, -36, 46, 40, p.INK, 18),
        rect(-80, -130, 160, 116, p.OCHRE, 34),
        path("M30 -130H46Q80 -130 80 -96V-48Q80 -14 46 -14H10Q40 -70 30 -130Z", p.OCHRE_DARK, opacity=0.5),
        rect(-40, -92, 80, 40, p.CREAM, 10),
        heart(0, -72, 14),
        rect(-62, -236, 124, 96, p.PETROL, 30),
        rect(-46, -220, 92, 62, p.PETROL_DARK, 20),
        ellipse(-20, -192, 9, 12, p.HONEY),
        ellipse(20, -192, 9, 12, p.HONEY),
        line("M-14 -172q14 10 28 0", p.HONEY, 5),
        line("M0 -236V-272", p.INK, 7),
        circle(0, -280, 13, p.TERRACOTTA),
        line("M-80 -100C-120 -100 -124 -70 -118 -52M80 -100C120 -110 128 -140 124 -160", p.STEEL_DARK, 14),
        circle(-118, -46, 14, p.PETROL),
        circle(124, -166, 14, p.PETROL),
    )

    def card(x: float, y: float, arrow: str, colour: str, turn: float) -> str:
        return at(
            x,
            y,
            rect(-56, -40, 112, 84, p.INK, 12, opacity=0.12),
            rect(-58, -44, 116, 84, p.PAPER, 12),
            line(arrow, colour, 11),
            turn=turn,
        )

    forward, right_turn = "M0 22V-22M-18 -6L0 -24L18 -6", "M-20 22V0Q-20 -14 -6 -14H22M8 -28L24 -14L8 0"
    return drawing(
        blob(800, 420, 1400, 860, p.HONEY, turn=4),
        window(620, 70, 360, 300),
        shelf(110, 270, 320, seed=14),
        shelf(1160, 270, 330, seed=6),
        seated(
            table(770),
            partial(
                person,
                cast.BEN,
                370,
                440,
                scale=1.36,
                facing=1,
                mood="laugh",
                left=Arm(elbow=(-150, 320), wrist=(-70, 380)),
                right=Arm(elbow=(170, 300), wrist=(250, 330), hand="flat", hand_turn=16),
            ),
            partial(
                person,
                cast.LOTTE,
                1230,
                440,
                scale=1.36,
                facing=-1,
                mood="smile",
                right=RESTING_RIGHT,
                left=Arm(elbow=(-160, 300), wrist=(-240, 250), hand="point"),
            ),
        ),
        at(800, 850, body, scale=1.12),
        card(560, 912, forward, p.TERRACOTTA, -6),
        card(700, 926, right_turn, p.PETROL, 3),
        card(910, 924, forward, p.TERRACOTTA, -2),
        card(1060, 914, right_turn, p.PETROL, 7),
        background="#FBEBCB",
    )
