"""The Digital-Werkstatt on the market square: a half-timbered house with a large shop window."""

from demo.drawing import cast
from demo.drawing import palette as p
from demo.drawing.figures import in_wheelchair, standing
from demo.drawing.people import Arm, person
from demo.drawing.props import cog, shelf, tablet
from demo.drawing.street import cloud, flower_box, pane, tree
from demo.drawing.svg import at, circle, clipped, drawing, group, line, path, poly, rect


def picture() -> str:
    beams = line(
        "M470 250H1030M430 390H1070M520 250V390M640 250V390M860 250V390M980 250V390"
        "M520 390L640 250M980 390L860 250M600 130H900M750 60V250M640 250L750 90L860"
        " 250",
        p.WOOD_DARK,
        17,
        stroke_linecap="butt",
    )
    house = group(
        poly([(430, 270), (750, 20), (1070, 270)], p.CREAM),
        rect(430, 250, 640, 200, p.CREAM),
        clipped(path("M430 450V262L750 20L1070 262V450Z", p.CREAM), beams),
        poly([(386, 292), (750, 4), (750, 62), (430, 316)], p.TERRACOTTA),
        poly([(1114, 292), (750, 4), (750, 62), (1070, 316)], p.TERRACOTTA_DARK),
        pane(676, 282, 60, 84),
        pane(764, 282, 60, 84),
        pane(546, 292, 54, 78),
        pane(900, 292, 54, 78),
        pane(716, 150, 68, 74),
        flower_box(668, 384, 166),
        rect(430, 450, 640, 400, p.ROSE),
        rect(430, 436, 640, 22, p.WOOD_DARK),
        rect(480, 540, 380, 270, p.PAPER, 6),
        rect(494, 554, 352, 242, "#F9DFA5"),
        rect(900, 530, 126, 320, p.PAPER, 6),
        rect(912, 542, 102, 308, p.PETROL),
        rect(926, 560, 74, 190, p.HONEY, 4),
        rect(990, 690, 10, 60, p.PAPER, 5),
    )
    inside = clipped(
        rect(494, 554, 352, 242, "#F9DFA5"),
        shelf(500, 650, 150, seed=4),
        lamp_inside(660, 554),
        person(cast.BRANDT, 590, 660, scale=0.36, facing=1),
        person(cast.MIA, 700, 676, scale=0.38, facing=-1, mood="laugh"),
        rect(494, 758, 352, 40, p.WOOD),
        at(790, 760, rect(-38, -78, 76, 78, p.PETROL_DARK, 6), at(0, -36, cog(18, p.TERRACOTTA))),
        tablet(648, 752, w=74, h=46),
    )
    awning = group(
        *(
            path(
                f"M{460 + i * 60} 500H{520 + i * 60}L{516 + i * 62} 566Q{486 + i * 62} 590"
                f" {456 + i * 62} 566Z",
                p.TERRACOTTA if i % 2 == 0 else p.CREAM,
            )
            for i in range(7)
        )
    )
    sign = at(
        1100,
        430,
        line("M-40 0H70", p.INK, 8),
        line("M14 0v24M58 0v24", p.INK, 5),
        rect(-14, 22, 100, 96, p.PETROL, 14),
        rect(8, 44, 36, 52, p.PAPER, 7),
        circle(58, 58, 13, p.OCHRE),
        line("M50 84h18", p.PAPER, 7),
    )
    return drawing(
        cloud(250, 170),
        cloud(1330, 130, 1.2),
        at(
            1270,
            850,
            rect(-60, -600, 120, 600, p.SAND),
            poly([(-76, -596), (0, -830), (76, -596)], p.PETROL),
            circle(0, -520, 30, p.PAPER),
            line("M0 -520v-20M0 -520h15", p.INK, 5),
            rect(-18, -430, 36, 70, p.PETROL_DARK, 18),
            line("M0 -830v-40M-14 -856h28", p.OCHRE, 7),
        ),
        rect(0, 470, 300, 400, p.SAGE),
        poly([(-40, 480), (130, 310), (330, 480)], p.TERRACOTTA_DARK),
        *(pane(40 + i * 130, 530, 66, 96, shutters=p.PETROL) for i in range(2)),
        rect(0, 690, 300, 160, p.HONEY),
        rect(30, 720, 200, 130, p.PETROL_DARK, 6),
        rect(1330, 500, 300, 370, p.OCHRE),
        poly([(1290, 512), (1470, 350), (1650, 512)], p.WINE),
        *(pane(1380 + i * 130, 560, 66, 96, shutters=p.CREAM) for i in range(2)),
        house,
        inside,
        awning,
        sign,
        rect(0, 842, 1600, 160, "#E4CFAE"),
        line(
            "M0 870h1600M120 900h300M520 920h260M900 900h360M1300 930h240M60 960h360M620"
            " 970h420M1160 966h300",
            "#D2B98F",
            6,
        ),
        rect(900, 842, 126, 8, p.STEEL),
        tree(210, 884, scale=1.1),
        at(
            1440,
            884,
            rect(-120, -56, 240, 16, p.WOOD, 6),
            rect(-120, -112, 240, 16, p.WOOD, 6),
            rect(-120, -86, 240, 16, p.WOOD, 6),
            line("M-96 -50V0M96 -50V0", p.INK, 10),
        ),
        standing(
            cast.HILDE,
            1120,
            930,
            scale=0.38,
            facing=-1,
            trousers=p.PETROL_DARK,
            skirt=True,
            left=Arm(elbow=(-170, 300), wrist=(-220, 200), hand="flat"),
            mood="laugh",
        ),
        in_wheelchair(
            cast.TARIK, 390, 946, scale=0.4, facing=1, mood="laugh", trousers=p.WOOD_DARK, shoes=p.INK
        ),
        background="#DDE9E2",
    )


def lamp_inside(x: float, top: float) -> str:
    return at(x, top, line("M0 0V26", p.INK, 3), path("M-20 44C-18 22 18 22 20 44Z", p.TERRACOTTA))
