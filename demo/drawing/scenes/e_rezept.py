"""Two people practise the e-prescription with a phone and the health card."""

from functools import partial

from demo.drawing import cast
from demo.drawing import palette as p
from demo.drawing.figures import seated
from demo.drawing.people import RESTING_LEFT, RESTING_RIGHT, Arm, person
from demo.drawing.props import blob, frame, mug, phone, plant, shelf, table, tick
from demo.drawing.svg import at, circle, drawing, ellipse, group, line, path, rect


def picture() -> str:
    card = group(
        rect(-150, -94, 300, 188, p.INK, 18, opacity=0.14),
        rect(-154, -100, 300, 188, p.PETROL_LIGHT, 18),
        path("M-154 30C-60 -30 40 70 146 -20V88H-154Z", p.PETROL, opacity=0.65),
        rect(-126, -50, 62, 50, p.HONEY, 8),
        line("M-126 -25h62M-95 -50v50", p.OCHRE_DARK, 4),
        circle(96, -46, 34, p.SAND),
        circle(96, -56, 13, p.INK),
        path("M70 -20C74 -44 118 -44 122 -20Z", p.INK),
        line("M-126 34h130M-126 60h90", p.PAPER, 9),
    )
    screen = group(
        rect(-60, -90, 120, 50, p.PETROL),
        tick(0, -8, 24),
        line("M-26 34h52M-20 52h40", p.STEEL, 8),
    )
    return drawing(
        blob(800, 430, 1400, 860, p.MINT, turn=-5),
        frame(
            1200,
            90,
            260,
            200,
            rect(0, 0, 260, 200, p.PAPER),
            rect(110, 50, 40, 110, p.TERRACOTTA, 4),
            rect(75, 85, 110, 40, p.TERRACOTTA, 4),
            wood=p.PETROL,
        ),
        shelf(120, 300, 330, seed=2),
        plant(1450, 800, scale=1.05, kind="tall", pot=p.OCHRE),
        seated(
            table(785),
            partial(
                person,
                cast.KARL,
                520,
                380,
                scale=1.2,
                facing=1,
                mood="smile",
                left=RESTING_LEFT,
                right=Arm(elbow=(160, 340), wrist=(170, 250), hand="grip", hand_turn=-10),
            ),
            partial(
                person,
                cast.AMINA,
                1080,
                380,
                scale=1.2,
                facing=-1,
                mood="laugh",
                right=RESTING_RIGHT,
                left=Arm(elbow=(-150, 330), wrist=(-196, 270), hand="point"),
            ),
        ),
        phone(756, 606, screen, scale=1.45, turn=6),
        at(
            756 - 14,
            690,
            ellipse(0, 0, 30, 24, p.SKIN_2[0]),
            line("M-40 -34C-30 -20 -20 -8 0 0", p.SKIN_2[0], 22),
        ),
        at(800, 884, card, turn=-7),
        at(
            470,
            888,
            rect(-60, -110, 120, 110, p.PAPER, 10),
            rect(-60, -110, 120, 36, p.TERRACOTTA, 10),
            rect(-14, -62, 28, 10, p.PETROL),
            rect(-5, -71, 10, 28, p.PETROL),
        ),
        mug(1190, 890, colour=p.OCHRE),
        background="#EDF1E6",
    )
