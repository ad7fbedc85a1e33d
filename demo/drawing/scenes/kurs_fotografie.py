"""A photo walk: a young woman takes her grandmother's picture by the river."""

from dataclasses import replace

from demo.drawing import cast
from demo.drawing import palette as p
from demo.drawing.people import Arm, person
from demo.drawing.props import sparkle
from demo.drawing.svg import at, circle, drawing, ellipse, group, line, path, rect


def picture() -> str:
    camera = group(
        rect(40, -36, 74, 80, p.STEEL_DARK, 10),
        rect(98, -42, 26, 92, p.INK, 8),
        rect(120, -32, 8, 72, p.MINT, 4),
        rect(-74, -48, 130, 100, p.INK, 16),
        rect(-50, -70, 70, 28, p.INK, 8),
        rect(-60, -60, 22, 10, p.TERRACOTTA, 4),
        rect(60, -36, 10, 80, p.INK, opacity=0.3),
    )
    back = group(
        circle(1180, 240, 96, p.HONEY),
        path("M-20 560C300 460 620 560 900 500C1200 440 1400 500 1620 440V1000H-20Z", p.SAGE),
        path("M-20 660C400 580 700 690 1100 640C1300 610 1500 640 1620 620V1000H-20Z", p.PETROL_LIGHT),
        line("M260 720h200M700 700h160M1200 690h220M1000 760h120", p.MINT, 9),
        path("M-20 800C300 740 700 800 1000 770C1300 740 1500 780 1620 760V1000H-20Z", "#C6C58F"),
        *(
            group(
                line(f"M{x} {y}C{x - 6} {y - 80} {x + 10} {y - 140} {x + 4} {y - 210}", p.PETROL, 7),
                ellipse(x + 4, y - 236, 11, 36, p.WOOD_DARK),
            )
            for x, y in [(90, 800), (140, 810), (196, 806), (1490, 800), (1540, 806), (1440, 810)]
        ),
        line("M520 250q18 -18 36 0q18 -18 36 0M640 320q14 -14 28 0q14 -14 28 0", p.INK, 6),
    )
    young = replace(cast.LENA, top=p.PETROL, top_shade=p.PETROL_DARK)
    return drawing(
        back,
        person(
            cast.HILDE,
            1090,
            440,
            scale=1.2,
            facing=-1,
            mood="laugh",
            left=Arm(elbow=(-160, 290), wrist=(-150, 130), hand="flat", hand_turn=0),
            right=Arm(elbow=(150, 310), wrist=(70, 380)),
        ),
        person(
            young,
            500,
            430,
            scale=1.24,
            facing=1,
            mood="smile",
            left=Arm(elbow=(-140, 330), wrist=(96, 204), hand="none"),
            right=Arm(elbow=(190, 300), wrist=(200, 180), hand="none"),
        ),
        at(726, 610, camera, turn=-4),
        at(
            780,
            640,
            ellipse(0, 0, 34, 28, young.skin[0]),
            line("M-24 -6q-6 6 -4 14M-20 10q-4 6 0 12", young.skin[1], 4),
        ),
        at(652, 660, ellipse(0, 0, 34, 26, young.skin[0]), line("M18 -12q12 4 12 10", young.skin[1], 4)),
        sparkle(820, 520, 30, p.PAPER),
        sparkle(870, 470, 16, p.OCHRE),
        background="#F9E6C4",
    )
