"""In the repair café: a toaster is opened, a small part has been printed."""

from dataclasses import replace
from functools import partial

from demo.drawing import cast
from demo.drawing import palette as p
from demo.drawing.figures import seated
from demo.drawing.people import RESTING_LEFT, RESTING_RIGHT, Arm, person
from demo.drawing.props import blob, cog, frame, lamp, shelf, table
from demo.drawing.svg import at, circle, drawing, ellipse, group, line, path, rect


def picture() -> str:
    toaster = group(
        ellipse(0, 4, 160, 18, p.INK, opacity=0.15),
        path("M-140 0V-110Q-140 -180 -70 -180H70Q140 -180 140 -110V0Z", p.TERRACOTTA),
        path("M60 -180H70Q140 -180 140 -110V0H80Q100 -110 60 -180Z", p.TERRACOTTA_DARK),
        rect(-96, -196, 192, 22, p.INK, 8),
        path("M-70 -196V-240Q-70 -262 -46 -262H46Q70 -262 70 -240V-196Z", p.WOOD_LIGHT),
        path("M-56 -196V-236Q-56 -250 -42 -250H42Q56 -250 56 -236V-196Z", p.SAND),
        rect(136, -120, 26, 40, p.INK, 8),
        circle(-84, -60, 24, p.CREAM),
        line("M-84 -60l10 -12", p.INK, 6),
        line("M-20 -40h90M-20 -64h60", p.TERRACOTTA_DARK, 7),
    )
    tools = frame(
        1150,
        130,
        330,
        250,
        line("M60 60V190M60 60m-20 0h40", p.INK, 16),
        rect(118, 50, 24, 76, p.TERRACOTTA, 8),
        line("M130 126V200", p.STEEL_DARK, 10),
        line("M200 60V200", p.STEEL_DARK, 20),
        circle(200, 64, 26, p.STEEL_DARK),
        rect(188, 40, 24, 26, "#EBD9B6"),
        at(270, 120, cog(34, p.OCHRE)),
        back="#EBD9B6",
    )
    return drawing(
        blob(800, 430, 1380, 860, p.ROSE, turn=4),
        tools,
        shelf(120, 290, 330, seed=10),
        lamp(760, 40, colour=p.OCHRE, glow=p.PAPER),
        seated(
            table(780),
            partial(
                person,
                replace(cast.BRANDT, top=p.OCHRE, top_shade=p.OCHRE_DARK),
                470,
                390,
                scale=1.2,
                facing=1,
                mood="smile",
                left=RESTING_LEFT,
                right=Arm(elbow=(176, 330), wrist=(190, 262), hand="grip", hand_turn=0),
            ),
            partial(
                person,
                replace(cast.LOTTE, top=p.PETROL, top_shade=p.PETROL_DARK),
                1090,
                440,
                scale=1.34,
                facing=-1,
                mood="oh",
                right=RESTING_RIGHT,
                left=Arm(elbow=(-160, 310), wrist=(-206, 300), hand="relaxed"),
            ),
        ),
        at(790, 900, toaster),
        at(708, 690, rect(-11, -40, 22, 70, p.PETROL, 8), line("M0 30V120", p.STEEL_DARK, 10), turn=-34),
        at(
            700,
            690,
            ellipse(0, 0, 30, 24, p.SKIN_2[0]),
            line("M12 -14q12 4 12 12M14 4q10 2 10 10", p.SKIN_2[1], 4),
        ),
        at(1240, 896, cog(46, p.OCHRE)),
        at(1332, 908, cog(30, p.PETROL)),
        at(
            330,
            900,
            rect(-90, -70, 180, 70, p.PETROL, 10),
            rect(-40, -96, 80, 30, p.PETROL_DARK, 12),
            rect(-90, -44, 180, 10, p.HONEY),
        ),
        background="#F8E4D4",
    )
