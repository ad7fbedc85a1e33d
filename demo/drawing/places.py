"""The three venues, and the picture on the home page."""

from dataclasses import replace
from functools import partial

from demo.drawing import cast
from demo.drawing import palette as p
from demo.drawing.exhibits import cog
from demo.drawing.people import NO_ARM, Arm, in_wheelchair, person, seated, standing
from demo.drawing.props import (
    blob, books, bubble, goggles, heart, lamp, laptop_back, mug, plant, shelf, sparkle, table, tablet, window,
)  # fmt: skip
from demo.drawing.svg import (
    at, circle, clipped, drawing, ellipse, group, line, mix, path, poly, rect,
)  # fmt: skip


def cloud(x: float, y: float, scale: float = 1) -> str:
    return at(x, y, path("M-110 30C-150 30 -150 -20 -106 -22C-96 -74 -20 -80 0 -40C30 -70 86 -50 84 -14C128 -14 128 30 92 30Z", p.PAPER, opacity=0.85), scale=scale)


def tree(x: float, ground: float, *, scale: float = 1, leaf: str = p.SAGE) -> str:
    dark = mix(leaf, p.PETROL, 0.35)
    return at(
        x, ground,
        rect(-13, -210, 26, 210, p.WOOD_DARK), line("M0 -150L46 -210M0 -120L-40 -186", p.WOOD_DARK, 13),
        ellipse(-56, -250, 86, 76, dark), ellipse(58, -258, 84, 74, leaf), ellipse(0, -326, 98, 90, leaf), ellipse(-22, -262, 70, 52, leaf),
        line("M-30 -350q16 -20 40 -16M40 -290q16 -14 36 -6M-80 -260q10 -16 28 -16", mix(leaf, p.PAPER, 0.4), 6),
        scale=scale,
    )


def pane(x: float, y: float, w: float, h: float, *, frame: str = p.PAPER, glass: str = p.PETROL_DARK, shutters: str | None = None) -> str:
    """A window of a house, seen from the street."""
    return at(
        x, y,
        group(rect(-w * 0.52, 0, w * 0.46, h, shutters, 3), rect(w + w * 0.06, 0, w * 0.46, h, shutters, 3)) if shutters else "",
        rect(-6, -6, w + 12, h + 12, frame, 4), rect(0, 0, w, h, glass), path(f"M0 {h}L{w} {h * 0.2}V0H{w * 0.7}L0 {h * 0.8}Z", p.PAPER, opacity=0.13),
        line(f"M{w / 2} 0V{h}M0 {h * 0.42}H{w}", frame, 6), rect(-12, h + 4, w + 24, 10, frame, 3),
    )


def flower_box(x: float, y: float, w: float) -> str:
    blooms = [(i, (p.TERRACOTTA, p.ROSE, p.OCHRE)[i % 3]) for i in range(int(w // 22))]
    return at(x, y, *(circle(10 + i * 22, -12 - i % 2 * 8, 13, p.SAGE) for i, _ in blooms), *(circle(12 + i * 22, -20 - i % 2 * 8, 8, c) for i, c in blooms), rect(0, -8, w, 22, p.WOOD_DARK, 5))


def market() -> str:
    """The Digital-Werkstatt on the market square: a half-timbered house with a large shop window."""
    beams = line(
        "M470 250H1030M430 390H1070M520 250V390M640 250V390M860 250V390M980 250V390M520 390L640 250M980 390L860 250M600 130H900M750 60V250M640 250L750 90L860 250",
        p.WOOD_DARK, 17, stroke_linecap="butt",
    )  # fmt: skip
    house = group(
        poly([(430, 270), (750, 20), (1070, 270)], p.CREAM), rect(430, 250, 640, 200, p.CREAM),
        clipped(path("M430 450V262L750 20L1070 262V450Z", p.CREAM), beams),
        poly([(386, 292), (750, 4), (750, 62), (430, 316)], p.TERRACOTTA), poly([(1114, 292), (750, 4), (750, 62), (1070, 316)], p.TERRACOTTA_DARK),
        pane(676, 282, 60, 84), pane(764, 282, 60, 84), pane(546, 292, 54, 78), pane(900, 292, 54, 78), pane(716, 150, 68, 74),
        flower_box(668, 384, 166),
        rect(430, 450, 640, 400, p.ROSE), rect(430, 436, 640, 22, p.WOOD_DARK),
        rect(480, 540, 380, 270, p.PAPER, 6), rect(494, 554, 352, 242, "#F9DFA5"), rect(900, 530, 126, 320, p.PAPER, 6), rect(912, 542, 102, 308, p.PETROL), rect(926, 560, 74, 190, p.HONEY, 4), rect(990, 690, 10, 60, p.PAPER, 5),
    )
    inside = clipped(
        rect(494, 554, 352, 242, "#F9DFA5"), shelf(500, 650, 150, seed=4), lamp_inside(660, 554),
        person(cast.BRANDT, 590, 660, scale=0.36, facing=1), person(cast.MIA, 700, 676, scale=0.38, facing=-1, mood="laugh"),
        rect(494, 758, 352, 40, p.WOOD), at(790, 760, rect(-38, -78, 76, 78, p.PETROL_DARK, 6), at(0, -36, cog(18, p.TERRACOTTA))), tablet(648, 752, w=74, h=46),
    )
    awning = group(*(path(f"M{460 + i * 60} 500H{520 + i * 60}L{516 + i * 62} 566Q{486 + i * 62} 590 {456 + i * 62} 566Z", p.TERRACOTTA if i % 2 == 0 else p.CREAM) for i in range(7)))
    sign = at(1100, 430, line("M-40 0H70", p.INK, 8), line("M14 0v24M58 0v24", p.INK, 5), rect(-14, 22, 100, 96, p.PETROL, 14), rect(8, 44, 36, 52, p.PAPER, 7), circle(58, 58, 13, p.OCHRE), line("M50 84h18", p.PAPER, 7))
    return drawing(
        cloud(250, 170), cloud(1330, 130, 1.2),
        at(1270, 850, rect(-60, -600, 120, 600, p.SAND), poly([(-76, -596), (0, -830), (76, -596)], p.PETROL), circle(0, -520, 30, p.PAPER), line("M0 -520v-20M0 -520h15", p.INK, 5), rect(-18, -430, 36, 70, p.PETROL_DARK, 18), line("M0 -830v-40M-14 -856h28", p.OCHRE, 7)),
        rect(0, 470, 300, 400, p.SAGE), poly([(-40, 480), (130, 310), (330, 480)], p.TERRACOTTA_DARK), *(pane(40 + i * 130, 530, 66, 96, shutters=p.PETROL) for i in range(2)), rect(0, 690, 300, 160, p.HONEY), rect(30, 720, 200, 130, p.PETROL_DARK, 6),
        rect(1330, 500, 300, 370, p.OCHRE), poly([(1290, 512), (1470, 350), (1650, 512)], p.WINE), *(pane(1380 + i * 130, 560, 66, 96, shutters=p.CREAM) for i in range(2)),
        house, inside, awning, sign,
        rect(0, 842, 1600, 160, "#E4CFAE"), line("M0 870h1600M120 900h300M520 920h260M900 900h360M1300 930h240M60 960h360M620 970h420M1160 966h300", "#D2B98F", 6),
        rect(900, 842, 126, 8, p.STEEL),
        tree(210, 884, scale=1.1), at(1440, 884, rect(-120, -56, 240, 16, p.WOOD, 6), rect(-120, -112, 240, 16, p.WOOD, 6), rect(-120, -86, 240, 16, p.WOOD, 6), line("M-96 -50V0M96 -50V0", p.INK, 10)),
        standing(cast.HILDE, 1120, 930, scale=0.38, facing=-1, trousers=p.PETROL_DARK, skirt=True, left=Arm(elbow=(-170, 300), wrist=(-220, 200), hand="flat"), mood="laugh"),
        in_wheelchair(cast.TARIK, 390, 946, scale=0.4, facing=1, mood="laugh", trousers=p.WOOD_DARK, shoes=p.INK),
        background="#DDE9E2",
    )  # fmt: skip


def lamp_inside(x: float, top: float) -> str:
    return at(x, top, line("M0 0V26", p.INK, 3), path("M-20 44C-18 22 18 22 20 44Z", p.TERRACOTTA))


def library() -> str:
    """The town library in the old magistrate's house: red brick, a stepped gable, a long ramp."""
    steps = "M420 300V240H490V180H560V120H640V70H760V120H840V180H910V240H980V300Z"
    bricks = line("".join(f"M{440 + (i * 97) % 500} {320 + i * 31 % 500}h26" for i in range(46)), p.TERRACOTTA_DARK, 7, opacity=0.5)
    house = group(
        path(steps, p.TERRACOTTA), rect(420, 298, 560, 552, p.TERRACOTTA), bricks, line("M420 298h560M420 520h560", p.SAND, 14, stroke_linecap="butt"),
        *(group(path(f"M{x} 480V390A42 42 0 0 1 {x + 84} 390V480Z", p.PAPER), path(f"M{x + 9} 480V392A33 33 0 0 1 {x + 75} 392V480Z", p.PETROL_DARK), line(f"M{x + 42} 360V480M{x + 9} 420H{x + 75}", p.PAPER, 6)) for x in (470, 658, 846)),
        circle(700, 200, 46, p.PAPER), circle(700, 200, 37, p.PETROL_DARK), line("M700 163V237M663 200H737", p.PAPER, 6),
        *(group(rect(x - 8, 572, 120, 176, p.PAPER, 4), rect(x, 580, 104, 160, "#F6D690"), *(rect(x + 8 + i * 18, 650 + (i * 13) % 26, 13, 90 - (i * 13) % 26, c) for i, c in enumerate((p.PETROL, p.OCHRE, p.WINE, p.SAGE, p.TERRACOTTA)))) for x in (464, 832)),
        path("M620 850V640A80 80 0 0 1 780 640V850Z", p.SAND), path("M638 850V644A62 62 0 0 1 762 644V850Z", p.PETROL), line("M700 584V850", p.PETROL_DARK, 6), circle(688, 740, 6, p.HONEY), circle(712, 740, 6, p.HONEY),
    )
    wing = group(rect(980, 440, 460, 410, mix(p.TERRACOTTA, p.ROSE, 0.4)), poly([(960, 450), (1040, 330), (1390, 330), (1470, 450)], p.WINE), *(pane(1030 + i * 134, 520, 84, 130) for i in range(3)))
    ramp = group(
        poly([(600, 850), (800, 850), (800, 884), (560, 884)], p.STEEL), rect(580, 866, 230, 18, mix(p.STEEL, p.INK, 0.12)),
        poly([(790, 846), (830, 846), (1330, 896), (1330, 910), (790, 910)], p.STEEL), poly([(790, 884), (1330, 902), (1330, 910), (790, 910)], p.STEEL_DARK, opacity=0.5),
        line("M812 846V770L1310 826V892M930 856V784M1060 870V798M1190 882V812", p.PETROL_DARK, 10), line("M812 806L1310 862", p.PETROL_DARK, 6),
    )
    return drawing(
        cloud(230, 150, 1.2), cloud(1220, 200), rect(0, 640, 420, 250, p.SAGE), path("M-20 700C60 600 140 660 200 610C280 560 340 640 440 600V880H-20Z", mix(p.SAGE, p.PETROL, 0.25)),
        wing, house, rect(0, 850, 1600, 150, "#E4CFAE"), tree(180, 884, scale=1.25, leaf=p.OCHRE), tree(1500, 880, scale=1.1),
        ramp, line("M60 930h240M420 960h320M900 960h300M1320 950h200", "#D2B98F", 6),
        at(330, 908, rect(-70, -160, 140, 20, p.PETROL, 8), rect(-8, -150, 16, 150, p.PETROL), rect(-58, -120, 116, 90, p.PAPER, 6), *(rect(-48 + i * 20, -110 + i % 2 * 10, 14, 72 - i % 2 * 10, c) for i, c in enumerate((p.TERRACOTTA, p.OCHRE, p.PETROL, p.WINE, p.SAGE)))),
        in_wheelchair(cast.OHLSEN, 1010, 880, scale=0.36, facing=-1, trousers=p.PETROL_DARK),
        standing(cast.BEN, 470, 930, scale=0.4, facing=1, trousers=p.PETROL, mood="laugh", right=Arm(elbow=(170, 280), wrist=(230, 150), hand="flat")),
        standing(cast.AMINA, 1240, 940, scale=0.4, facing=-1, trousers=p.WINE, skirt=True),
        background="#F5E4C8",
    )  # fmt: skip


def ferry_yard() -> str:
    """The multi-generation house by the river: a low house with a wooden terrace and a garden."""
    return drawing(
        circle(1300, 210, 92, p.HONEY), cloud(300, 160), cloud(900, 120, 0.8),
        path("M0 470C260 400 460 450 760 410C1060 370 1300 420 1600 380V700H0Z", p.SAGE), path("M0 540C300 490 640 540 900 500C1200 460 1400 500 1600 480V760H0Z", mix(p.SAGE, p.PETROL, 0.2)),
        *(tree(x, y, scale=s, leaf=c) for x, y, s, c in [(90, 600, 0.8, p.SAGE), (1490, 560, 0.8, p.OCHRE), (1370, 560, 0.6, p.SAGE)]),
        path("M0 640C400 600 900 690 1600 610V1000H0Z", p.PETROL_LIGHT), line("M40 720h180M1160 700h220M1330 760h190M60 800h120M1400 840h160", p.MINT, 9),
        at(1330, 760, path("M-110 -10H110Q90 44 50 44H-60Q-96 44 -110 -10Z", p.TERRACOTTA), rect(-8, -150, 12, 142, p.WOOD_DARK), path("M10 -146L92 -34H10Z", p.CREAM), path("M-14 -120L-70 -34H-14Z", p.HONEY)),
        path("M-20 860C300 800 900 800 1620 880V1000H-20Z", "#C9B37F"), path("M-20 900C300 850 900 850 1620 910V1000H-20Z", "#B7C08F"),
        at(760, 0,
           poly([(-480, 420), (-380, 250), (330, 250), (430, 420)], p.TERRACOTTA_DARK), poly([(-480, 420), (-380, 250), (-300, 250), (-370, 420)], p.TERRACOTTA), rect(-250, 200, 70, 100, p.WINE), rect(-262, 190, 94, 20, p.SAND),
           rect(-430, 420, 810, 400, p.CREAM), *(rect(-430 + i * 90, 420, 8, 400, p.SAND) for i in range(10)),
           rect(-380, 480, 260, 240, p.WOOD_DARK, 6), 
           rect(-70, 470, 150, 350, p.PETROL, 6), rect(-46, 496, 102, 180, p.HONEY, 6), circle(56, 690, 8, p.PAPER), pane(140, 490, 90, 130), pane(262, 490, 90, 130), flower_box(134, 644, 104), flower_box(256, 644, 104),
           clipped(rect(-366, 494, 232, 226, "#F9DFA5"), person(cast.LENA, -310, 580, scale=0.36, facing=1, mood="laugh"), person(cast.BRANDT, -190, 586, scale=0.36, facing=-1), rect(-366, 686, 232, 40, p.WOOD), at(-250, 690, mug(0, 0), scale=0.4))),
        rect(300, 812, 920, 34, p.WOOD), line("M300 828h920", p.WOOD_DARK, 3), *(rect(320 + i * 110, 846, 16, 44, p.WOOD_DARK) for i in range(9)), poly([(1220, 812), (1460, 892), (1460, 908), (1200, 846)], p.WOOD_LIGHT), line("M1226 812V740L1450 810V892", p.WOOD_DARK, 9),
        at(180, 930, rect(-130, -90, 260, 90, p.WOOD_DARK, 8), *(group(line(f"M{x} -90v-40", p.PETROL, 7), circle(x, -140, 22, c)) for x, c in [(-90, p.SAGE), (-40, p.TERRACOTTA), (10, p.SAGE), (60, p.OCHRE), (100, p.SAGE)]), rect(-130, -60, 260, 8, p.INK, opacity=0.15)),
        standing(cast.LOTTE, 330, 940, scale=0.42, facing=-1, mood="laugh", trousers=p.TERRACOTTA, left=Arm(elbow=(-170, 300), wrist=(-210, 210), hand="relaxed")),
        standing(cast.YUKI, 980, 834, scale=0.36, facing=-1, trousers=p.PETROL_DARK), in_wheelchair(cast.KARL, 1120, 834, scale=0.36, facing=-1, mood="laugh", trousers=p.PETROL_DARK),
        background="#F8EBD0",
    )  # fmt: skip


def together() -> str:
    """Old and young around one long table: the picture of the home page."""
    screen = group(circle(-50, -14, 34, p.OCHRE), path("M-160 90L-60 -10L10 60L70 10L160 90Z", p.PETROL), heart(84, -44, 24))
    back = seated(
        table(760, left=-60, right=1660),
        partial(person, cast.BRANDT, 270, 366, scale=1.08, facing=1, mood="laugh", left=Arm(elbow=(-150, 330), wrist=(-50, 374)), right=Arm(elbow=(146, 330), wrist=(60, 378))),
        partial(person, cast.TARIK, 1340, 336, scale=1.08, facing=-1, mood="smile", right=Arm(elbow=(150, 340), wrist=(60, 400)), left=NO_ARM),
        partial(person, replace(cast.MIA, top=p.SAGE, top_shade=p.PETROL_LIGHT), 530, 436, scale=1.18, facing=-1, mood="laugh", left=Arm(elbow=(-150, 320), wrist=(-70, 376)), right=Arm(elbow=(150, 320), wrist=(70, 376))),
        partial(person, cast.HILDE, 822, 366, scale=1.14, facing=1, mood="laugh", left=Arm(elbow=(-150, 330), wrist=(-60, 376)), right=Arm(elbow=(160, 330), wrist=(110, 384), hand="flat")),
        partial(person, replace(cast.BEN, top=p.OCHRE, top_shade=p.OCHRE_DARK), 1110, 470, scale=1.22, facing=-1, mood="laugh", left=Arm(elbow=(-150, 310), wrist=(-100, 352), hand="point"), right=Arm(elbow=(150, 320), wrist=(60, 360))),
    )
    return drawing(
        blob(800, 430, 1500, 900, p.HONEY, turn=-3), window(610, 50, 300, 300, sky=p.MINT), shelf(110, 210, 330, seed=14), shelf(1180, 190, 320, seed=6), lamp(500, 40, colour=p.TERRACOTTA, glow=p.PAPER), lamp(1050, 20, colour=p.PETROL, glow=p.PAPER),
        plant(90, 800, scale=1.25, kind="tall", pot=p.PETROL), plant(1530, 780, scale=1.05, pot=p.TERRACOTTA),
        back,
        at(430, 912, ellipse(0, 2, 84, 14, p.INK, opacity=0.14), small_robot()), tablet(940, 868, screen, w=310, h=190, turn=-4),
        mug(668, 906, colour=p.PETROL), at(1240, 900, cog(44, p.OCHRE)), at(1322, 912, cog(28, p.TERRACOTTA)), books(200, 914, p.TERRACOTTA, p.PETROL, p.OCHRE), laptop_back(1460, 906, scale=0.62), sparkle(110, 340, 20, p.TERRACOTTA), sparkle(1120, 240, 20, p.PAPER), heart(960, 190, 22),
        background=p.SAND,
    )  # fmt: skip


def small_robot() -> str:
    return group(
        rect(-56, -22, 32, 24, p.INK, 10), rect(24, -22, 32, 24, p.INK, 10), rect(-50, -84, 100, 68, p.TERRACOTTA, 22), rect(-24, -62, 48, 26, p.CREAM, 7), rect(-42, -156, 84, 64, p.PETROL, 22), rect(-31, -144, 62, 42, p.PETROL_DARK, 14),
        ellipse(-14, -126, 6, 8, p.HONEY), ellipse(14, -126, 6, 8, p.HONEY), line("M-9 -113q9 7 18 0", p.HONEY, 4), line("M0 -156v-22", p.INK, 5), circle(0, -184, 9, p.OCHRE), line("M-50 -64q-26 4 -24 30M50 -64q26 -8 24 -40", p.STEEL_DARK, 10),
    )


PICTURES = {
    "willkommen": together,
    "lernort-markt": market,
    "lernort-buecherei": library,
    "lernort-faehrhof": ferry_yard,
}
