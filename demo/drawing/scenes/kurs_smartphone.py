"""A pupil shows an older woman where to tap."""

from dataclasses import replace
from functools import partial

from demo.drawing import cast
from demo.drawing import palette as p
from demo.drawing.figures import seated
from demo.drawing.people import RESTING_LEFT, RESTING_RIGHT, Arm, person
from demo.drawing.props import blob, books, bubble, lamp, mug, phone, plant, shelf, table, window
from demo.drawing.svg import at, circle, drawing, ellipse, group, line, rect


def picture() -> str:
    screen = group(
        *(
            rect(-32 + i % 3 * 23, -66 + i // 3 * 26, 18, 18, c, 5)
            for i, c in enumerate(
                (
                    p.TERRACOTTA,
                    p.OCHRE,
                    p.PETROL,
                    p.SAGE,
                    p.ROSE,
                    p.WINE,
                    p.PETROL_LIGHT,
                    p.HONEY,
                    p.TERRACOTTA,
                )
            )
        ),
        rect(-32, 26, 64, 18, p.MINT, 8),
        rect(-32, 52, 64, 18, p.MINT, 8),
    )
    return drawing(
        blob(800, 430, 1380, 860, p.HONEY, turn=-6),
        window(140, 90, 290, 380, arch=True),
        shelf(1140, 300, 340, seed=4),
        lamp(800, 20, colour=p.PETROL, glow=p.PAPER),
        seated(
            table(780),
            partial(
                person,
                replace(cast.OHLSEN, top=p.PETROL, top_shade=p.PETROL_DARK),
                540,
                390,
                scale=1.22,
                facing=1,
                mood="smile",
                left=RESTING_LEFT,
                right=Arm(elbow=(166, 340), wrist=(186, 250), hand="grip", hand_turn=-30),
            ),
            partial(
                person,
                replace(cast.JONAS, top=p.TERRACOTTA, top_shade=p.TERRACOTTA_DARK),
                1080,
                410,
                scale=1.26,
                facing=-1,
                mood="laugh",
                right=RESTING_RIGHT,
                left=Arm(elbow=(-170, 310), wrist=(-206, 220), hand="point", hand_turn=2),
            ),
        ),
        phone(792, 600, screen, scale=1.5, turn=5),
        at(
            776,
            672,
            line("M-40 14L-6 4", cast.OHLSEN.skin[0], 26),
            ellipse(6, 0, 30, 22, cast.OHLSEN.skin[0]),
            line("M20 -12q12 4 12 12", cast.OHLSEN.skin[1], 4),
        ),
        bubble(
            770,
            250,
            150,
            120,
            line("M-20 -14q0 -22 20 -22t20 20q0 14 -20 24v10", p.TERRACOTTA, 11),
            circle(0, 36, 7, p.TERRACOTTA),
            tail=(-70, 60),
        ),
        mug(300, 890, colour=p.TERRACOTTA),
        books(1370, 900, p.OCHRE, p.PETROL),
        plant(1500, 790, scale=0.9, pot=p.PETROL),
        background="#FAEDCF",
    )
