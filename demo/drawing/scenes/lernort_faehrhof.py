"""The multi-generation house by the river: a low house with a wooden terrace and a garden."""

from demo.drawing import cast
from demo.drawing import palette as p
from demo.drawing.figures import in_wheelchair, standing
from demo.drawing.people import Arm, person
from demo.drawing.props import mug
from demo.drawing.street import cloud, flower_box, pane, tree
from demo.drawing.svg import at, circle, clipped, drawing, group, line, mix, path, poly, rect


def picture() -> str:
    return drawing(
        circle(1300, 210, 92, p.HONEY),
        cloud(300, 160),
        cloud(900, 120, 0.8),
        path("M0 470C260 400 460 450 760 410C1060 370 1300 420 1600 380V700H0Z", p.SAGE),
        path("M0 540C300 490 640 540 900 500C1200 460 1400 500 1600 480V760H0Z", mix(p.SAGE, p.PETROL, 0.2)),
        *(
            tree(x, y, scale=s, leaf=c)
            for x, y, s, c in [(90, 600, 0.8, p.SAGE), (1490, 560, 0.8, p.OCHRE), (1370, 560, 0.6, p.SAGE)]
        ),
        path("M0 640C400 600 900 690 1600 610V1000H0Z", p.PETROL_LIGHT),
        line("M40 720h180M1160 700h220M1330 760h190M60 800h120M1400 840h160", p.MINT, 9),
        at(
            1330,
            760,
            path("M-110 -10H110Q90 44 50 44H-60Q-96 44 -110 -10Z", p.TERRACOTTA),
            rect(-8, -150, 12, 142, p.WOOD_DARK),
            path("M10 -146L92 -34H10Z", p.CREAM),
            path("M-14 -120L-70 -34H-14Z", p.HONEY),
        ),
        path("M-20 860C300 800 900 800 1620 880V1000H-20Z", "#C9B37F"),
        path("M-20 900C300 850 900 850 1620 910V1000H-20Z", "#B7C08F"),
        at(
            760,
            0,
            poly([(-480, 420), (-380, 250), (330, 250), (430, 420)], p.TERRACOTTA_DARK),
            poly([(-480, 420), (-380, 250), (-300, 250), (-370, 420)], p.TERRACOTTA),
            rect(-250, 200, 70, 100, p.WINE),
            rect(-262, 190, 94, 20, p.SAND),
            rect(-430, 420, 810, 400, p.CREAM),
            *(rect(-430 + i * 90, 420, 8, 400, p.SAND) for i in range(10)),
            rect(-380, 480, 260, 240, p.WOOD_DARK, 6),
            rect(-70, 470, 150, 350, p.PETROL, 6),
            rect(-46, 496, 102, 180, p.HONEY, 6),
            circle(56, 690, 8, p.PAPER),
            pane(140, 490, 90, 130),
            pane(262, 490, 90, 130),
            flower_box(134, 644, 104),
            flower_box(256, 644, 104),
            clipped(
                rect(-366, 494, 232, 226, "#F9DFA5"),
                person(cast.LENA, -310, 580, scale=0.36, facing=1, mood="laugh"),
                person(cast.BRANDT, -190, 586, scale=0.36, facing=-1),
                rect(-366, 686, 232, 40, p.WOOD),
                at(-250, 690, mug(0, 0), scale=0.4),
            ),
        ),
        rect(300, 812, 920, 34, p.WOOD),
        line("M300 828h920", p.WOOD_DARK, 3),
        *(rect(320 + i * 110, 846, 16, 44, p.WOOD_DARK) for i in range(9)),
        poly([(1220, 812), (1460, 892), (1460, 908), (1200, 846)], p.WOOD_LIGHT),
        line("M1226 812V740L1450 810V892", p.WOOD_DARK, 9),
        at(
            180,
            930,
            rect(-130, -90, 260, 90, p.WOOD_DARK, 8),
            *(
                group(line(f"M{x} -90v-40", p.PETROL, 7), circle(x, -140, 22, c))
                for x, c in [(-90, p.SAGE), (-40, p.TERRACOTTA), (10, p.SAGE), (60, p.OCHRE), (100, p.SAGE)]
            ),
            rect(-130, -60, 260, 8, p.INK, opacity=0.15),
        ),
        standing(
            cast.LOTTE,
            330,
            940,
            scale=0.42,
            facing=-1,
            mood="laugh",
            trousers=p.TERRACOTTA,
            left=Arm(elbow=(-170, 300), wrist=(-210, 210), hand="relaxed"),
        ),
        standing(cast.YUKI, 980, 834, scale=0.36, facing=-1, trousers=p.PETROL_DARK),
        in_wheelchair(cast.KARL, 1120, 834, scale=0.36, facing=-1, mood="laugh", trousers=p.PETROL_DARK),
        background="#F8EBD0",
    )
