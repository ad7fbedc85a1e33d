"""One picture for each kind of course."""

from dataclasses import replace
from functools import partial

from demo.drawing import cast
from demo.drawing import palette as p
from demo.drawing.exhibits import RESTING_LEFT, RESTING_RIGHT, back_of_head, cog
from demo.drawing.people import NO_ARM, Arm, person, seated
from demo.drawing.props import (
    blob, books, bubble, frame, headphones, heart, lamp, laptop, laptop_back, mug, phone, plant, shelf, sparkle, table, text_lines, tick, window,
)  # fmt: skip
from demo.drawing.svg import (
    at, circle, clipped, drawing, ellipse, group, line, mix, path, poly, rect,
)  # fmt: skip


def smartphone() -> str:
    """A pupil shows an older woman where to tap."""
    screen = group(
        *(rect(-32 + i % 3 * 23, -66 + i // 3 * 26, 18, 18, c, 5) for i, c in enumerate((p.TERRACOTTA, p.OCHRE, p.PETROL, p.SAGE, p.ROSE, p.WINE, p.PETROL_LIGHT, p.HONEY, p.TERRACOTTA))),
        rect(-32, 26, 64, 18, p.MINT, 8), rect(-32, 52, 64, 18, p.MINT, 8),
    )
    return drawing(
        blob(800, 430, 1380, 860, p.HONEY, turn=-6), window(140, 90, 290, 380, arch=True), shelf(1140, 300, 340, seed=4), lamp(800, 20, colour=p.PETROL, glow=p.PAPER),
        seated(
            table(780),
            partial(person, replace(cast.OHLSEN, top=p.PETROL, top_shade=p.PETROL_DARK), 540, 390, scale=1.22, facing=1, mood="smile", left=RESTING_LEFT, right=Arm(elbow=(166, 340), wrist=(186, 250), hand="grip", hand_turn=-30)),
            partial(person, replace(cast.JONAS, top=p.TERRACOTTA, top_shade=p.TERRACOTTA_DARK), 1080, 410, scale=1.26, facing=-1, mood="laugh", right=RESTING_RIGHT, left=Arm(elbow=(-170, 310), wrist=(-206, 220), hand="point", hand_turn=2)),
        ),
        phone(792, 600, screen, scale=1.5, turn=5),
        at(776, 672, line("M-40 14L-6 4", cast.OHLSEN.skin[0], 26), ellipse(6, 0, 30, 22, cast.OHLSEN.skin[0]), line("M20 -12q12 4 12 12", cast.OHLSEN.skin[1], 4)),
        bubble(770, 250, 150, 120, line("M-20 -14q0 -22 20 -22t20 20q0 14 -20 24v10", p.TERRACOTTA, 11), circle(0, 36, 7, p.TERRACOTTA), tail=(-70, 60)),
        mug(300, 890, colour=p.TERRACOTTA), books(1370, 900, p.OCHRE, p.PETROL), plant(1500, 790, scale=0.9, pot=p.PETROL),
        background="#FAEDCF",
    )  # fmt: skip


def safety() -> str:
    """Nobody bites: a tempting message on a hook, and two people who laugh at it."""
    letter = group(rect(-110, -74, 220, 148, p.PAPER, 10), path("M-110 -64L0 26L110 -64", "none", stroke=p.STEEL, stroke_width=9), circle(84, -60, 32, p.TERRACOTTA), line("M84 -76v18M84 -46v1", p.PAPER, 9))
    hook = group(line("M0 -420V-60", p.STEEL_DARK, 6), line("M0 -60V70A44 44 0 0 1 -88 70V44", p.INK, 14), poly([(-110, 58), (-90, 14), (-74, 58)], p.INK), circle(0, -66, 11, "none", stroke=p.INK, stroke_width=7))
    shield = group(path("M0 -150C50 -110 100 -104 130 -106C138 30 90 110 0 150C-90 110 -138 30 -130 -106C-100 -104 -50 -110 0 -150Z", p.PETROL), path("M0 -150C50 -110 100 -104 130 -106C138 30 90 110 0 150Z", p.PETROL_DARK), line("M-52 -2L-12 42L62 -50", p.HONEY, 26))
    return drawing(
        blob(800, 430, 1400, 860, p.MINT, turn=6), shelf(1180, 300, 320, seed=2), plant(120, 810, scale=1.15, kind="tall", pot=p.OCHRE),
        seated(
            table(780),
            partial(person, cast.KARL, 400, 390, scale=1.2, facing=1, mood="laugh", left=RESTING_LEFT, right=Arm(elbow=(176, 320), wrist=(236, 230), hand="flat", hand_turn=-70)),
            partial(person, cast.GRACE, 1180, 390, scale=1.18, facing=-1, mood="laugh", left=Arm(elbow=(-160, 330), wrist=(-60, 390)), right=RESTING_RIGHT),
        ),
        at(750, 470, letter, turn=-8), at(800, 340, hook), at(880, 760, shield, scale=0.86), mug(620, 900, colour=p.TERRACOTTA),
        background="#F3EEDD",
    )  # fmt: skip


def making() -> str:
    """In the repair café: a toaster is opened, a small part has been printed."""
    toaster = group(
        ellipse(0, 4, 160, 18, p.INK, opacity=0.15), path("M-140 0V-110Q-140 -180 -70 -180H70Q140 -180 140 -110V0Z", p.TERRACOTTA), path("M60 -180H70Q140 -180 140 -110V0H80Q100 -110 60 -180Z", p.TERRACOTTA_DARK),
        rect(-96, -196, 192, 22, p.INK, 8), path("M-70 -196V-240Q-70 -262 -46 -262H46Q70 -262 70 -240V-196Z", p.WOOD_LIGHT), path("M-56 -196V-236Q-56 -250 -42 -250H42Q56 -250 56 -236V-196Z", p.SAND), rect(136, -120, 26, 40, p.INK, 8), circle(-84, -60, 24, p.CREAM), line("M-84 -60l10 -12", p.INK, 6), line("M-20 -40h90M-20 -64h60", p.TERRACOTTA_DARK, 7),
    )
    tools = frame(1150, 130, 330, 250, line("M60 60V190M60 60m-20 0h40", p.INK, 16), line("M130 60V130M130 150V196", p.TERRACOTTA, 0), rect(118, 50, 24, 76, p.TERRACOTTA, 8), line("M130 126V200", p.STEEL_DARK, 10), line("M200 60V200", p.STEEL_DARK, 20), circle(200, 64, 26, p.STEEL_DARK), rect(188, 40, 24, 26, "#EBD9B6"), at(270, 120, cog(34, p.OCHRE)), back="#EBD9B6")
    return drawing(
        blob(800, 430, 1380, 860, p.ROSE, turn=4), tools, shelf(120, 290, 330, seed=10), lamp(760, 40, colour=p.OCHRE, glow=p.PAPER),
        seated(
            table(780),
            partial(person, replace(cast.BRANDT, top=p.OCHRE, top_shade=p.OCHRE_DARK), 470, 390, scale=1.2, facing=1, mood="smile", left=RESTING_LEFT, right=Arm(elbow=(176, 330), wrist=(190, 262), hand="grip", hand_turn=0)),
            partial(person, replace(cast.LOTTE, top=p.PETROL, top_shade=p.PETROL_DARK), 1090, 440, scale=1.34, facing=-1, mood="oh", right=RESTING_RIGHT, left=Arm(elbow=(-160, 310), wrist=(-206, 300), hand="relaxed")),
        ),
        at(790, 900, toaster), at(708, 690, rect(-11, -40, 22, 70, p.PETROL, 8), line("M0 30V120", p.STEEL_DARK, 10), turn=-34), at(700, 690, ellipse(0, 0, 30, 24, p.SKIN_2[0]), line("M12 -14q12 4 12 12M14 4q10 2 10 10", p.SKIN_2[1], 4)),
        at(1240, 896, cog(46, p.OCHRE)), at(1332, 908, cog(30, p.PETROL)), at(330, 900, rect(-90, -70, 180, 70, p.PETROL, 10), rect(-40, -96, 80, 30, p.PETROL_DARK, 12), rect(-90, -44, 180, 10, p.HONEY)),
        background="#F8E4D4",
    )  # fmt: skip


def everyday() -> str:
    """A form from the town hall is filled in together."""
    form = group(rect(-190, -112, 380, 40, p.PETROL, 6), tick(-160, -34, 18), line("M-120 -34H150", p.STEEL, 13), tick(-160, 14, 18), line("M-120 14H100", p.STEEL, 13), circle(-160, 62, 17, "none", stroke=p.STEEL_DARK, stroke_width=6), line("M-120 62H130", p.STEEL, 13), rect(40, 88, 140, 30, p.TERRACOTTA, 10))
    return drawing(
        blob(800, 430, 1400, 860, p.HONEY, turn=3), window(1210, 90, 280, 340), shelf(110, 300, 320, seed=7), plant(110, 800, scale=1.05, pot=p.TERRACOTTA),
        seated(
            table(785),
            partial(person, cast.HILDE, 350, 384, scale=1.16, facing=1, mood="smile", left=RESTING_LEFT, right=Arm(elbow=(160, 330), wrist=(90, 386), hand="relaxed")),
            partial(person, cast.AMINA, 1240, 384, scale=1.16, facing=-1, mood="smile", right=RESTING_RIGHT, left=Arm(elbow=(-166, 310), wrist=(-206, 210), hand="point", hand_turn=4)),
        ),
        laptop(790, 892, form, scale=1.4), at(1390, 904, rect(-90, -20, 180, 20, p.PAPER, 4), rect(-80, -38, 180, 18, p.SAND, 4), rect(-96, -56, 180, 18, p.PAPER, 4)), mug(280, 900, colour=p.PETROL),
        background=p.SAND,
    )  # fmt: skip


def together() -> str:
    """Coffee, cake and a game on the tablet."""
    cake = group(ellipse(0, 0, 150, 26, p.PAPER), rect(-96, -92, 192, 86, p.WOOD_LIGHT, 14), rect(-96, -92, 192, 30, p.CREAM, 14), path("M-96 -70q16 30 32 4t32 2t32 2t32 -2t32 2t32 -8V-92H-96Z", p.CREAM), rect(-96, -42, 192, 13, p.TERRACOTTA), circle(-50, -100, 13, p.TERRACOTTA), circle(0, -104, 13, p.WINE), circle(50, -100, 13, p.TERRACOTTA))
    pot = group(path("M-70 0C-96 -60 -80 -150 -40 -160H40C80 -150 96 -60 70 0Z", p.PETROL), line("M74 -120q60 0 50 50t-58 40", p.PETROL, 17), path("M-74 -110C-120 -110 -120 -150 -144 -160L-128 -172C-100 -160 -96 -140 -66 -140Z", p.PETROL), rect(-46, -176, 92, 20, p.PETROL_DARK, 10), circle(0, -186, 13, p.OCHRE), path("M30 -160H40C80 -150 96 -60 70 0H40C62 -60 60 -120 30 -160Z", p.PETROL_DARK, opacity=0.6))
    return drawing(
        blob(800, 430, 1420, 880, p.ROSE, turn=-3), window(640, 70, 320, 290), frame(170, 110, 220, 170, rect(0, 0, 220, 170, p.MINT), path("M0 170V120C60 80 140 140 220 90V170Z", p.SAGE), circle(150, 60, 24, p.OCHRE)), shelf(1180, 270, 320, seed=12),
        seated(
            table(770),
            partial(person, cast.KARL, 270, 380, scale=1.1, facing=1, mood="laugh", left=RESTING_LEFT, right=Arm(elbow=(150, 330), wrist=(50, 380))),
            partial(person, replace(cast.LENA, top=p.HONEY, top_shade=p.OCHRE), 1330, 390, scale=1.1, facing=-1, mood="laugh", right=RESTING_RIGHT, left=Arm(elbow=(-150, 320), wrist=(-150, 220), hand="flat", hand_turn=6)),
            partial(person, replace(cast.OHLSEN, top=p.PETROL_LIGHT, top_shade=p.PETROL), 630, 394, scale=1.12, facing=1, mood="laugh", left=Arm(elbow=(-150, 320), wrist=(-60, 376)), right=Arm(elbow=(160, 330), wrist=(90, 384), hand="flat")),
            partial(person, cast.BEN, 985, 470, scale=1.22, facing=-1, mood="laugh", left=Arm(elbow=(-150, 310), wrist=(-90, 350)), right=Arm(elbow=(150, 310), wrist=(60, 350))),
        ),
        at(800, 906, cake), at(1150, 904, pot, scale=0.9), mug(480, 900, colour=p.OCHRE), mug(1390, 900, colour=p.TERRACOTTA), mug(200, 890, colour=p.PETROL),
        background="#F9E7D8",
    )  # fmt: skip


def photography() -> str:
    """A photo walk: a young woman takes her grandmother's picture by the river."""
    camera = group(rect(40, -36, 74, 80, p.STEEL_DARK, 10), rect(98, -42, 26, 92, p.INK, 8), rect(120, -32, 8, 72, p.MINT, 4), rect(-74, -48, 130, 100, p.INK, 16), rect(-50, -70, 70, 28, p.INK, 8), rect(-60, -60, 22, 10, p.TERRACOTTA, 4), rect(60, -36, 10, 80, p.INK, opacity=0.3))
    back = group(
        circle(1180, 240, 96, p.HONEY), path("M-20 560C300 460 620 560 900 500C1200 440 1400 500 1620 440V1000H-20Z", p.SAGE), path("M-20 660C400 580 700 690 1100 640C1300 610 1500 640 1620 620V1000H-20Z", p.PETROL_LIGHT),
        line("M260 720h200M700 700h160M1200 690h220M1000 760h120", p.MINT, 9), path("M-20 800C300 740 700 800 1000 770C1300 740 1500 780 1620 760V1000H-20Z", "#C6C58F"),
        *(group(line(f"M{x} {y}C{x - 6} {y - 80} {x + 10} {y - 140} {x + 4} {y - 210}", p.PETROL, 7), ellipse(x + 4, y - 236, 11, 36, p.WOOD_DARK)) for x, y in [(90, 800), (140, 810), (196, 806), (1490, 800), (1540, 806), (1440, 810)]),
        line("M520 250q18 -18 36 0q18 -18 36 0M640 320q14 -14 28 0q14 -14 28 0", p.INK, 6),
    )
    young = replace(cast.LENA, top=p.PETROL, top_shade=p.PETROL_DARK)
    return drawing(
        back,
        person(cast.HILDE, 1090, 440, scale=1.2, facing=-1, mood="laugh", left=Arm(elbow=(-160, 290), wrist=(-150, 130), hand="flat", hand_turn=0), right=Arm(elbow=(150, 310), wrist=(70, 380))),
        person(young, 500, 430, scale=1.24, facing=1, mood="smile", left=Arm(elbow=(-140, 330), wrist=(96, 204), hand="none"), right=Arm(elbow=(190, 300), wrist=(200, 180), hand="none")),
        at(726, 610, camera, turn=-4), at(780, 640, ellipse(0, 0, 34, 28, young.skin[0]), line("M-24 -6q-6 6 -4 14M-20 10q-4 6 0 12", young.skin[1], 4)), at(652, 660, ellipse(0, 0, 34, 26, young.skin[0]), line("M18 -12q12 4 12 10", young.skin[1], 4)),
        sparkle(820, 520, 30, p.PAPER), sparkle(870, 470, 16, p.OCHRE),
        background="#F9E6C4",
    )  # fmt: skip


def evening() -> str:
    """An evening on artificial intelligence: a talk, and many who listen."""
    slide = group(
        circle(-120, 0, 24, p.TERRACOTTA), circle(-120, -90, 24, p.TERRACOTTA), circle(-120, 90, 24, p.TERRACOTTA), circle(20, -50, 24, p.OCHRE), circle(20, 50, 24, p.OCHRE), circle(150, 0, 30, p.PETROL),
    )
    wires = line("M-120 -90L20 -50L150 0M-120 0L20 -50M-120 0L20 50L150 0M-120 90L20 50M-120 -90L20 50M-120 90L20 -50", p.STEEL, 6)
    looks = [(150, 860, p.TERRACOTTA, p.WHITE_HAIR, True), (430, 900, p.PETROL_LIGHT, p.DARK_HAIR, True), (720, 880, p.OCHRE, p.GREY_HAIR, False), (1010, 910, p.SAGE, p.BROWN_HAIR, True), (1300, 880, p.WINE, p.WHITE_HAIR, False), (1540, 910, p.PETROL, p.RED_HAIR, True)]
    return drawing(
        blob(820, 430, 1440, 880, "#2C757B", turn=3), rect(600, 110, 760, 470, p.PAPER, 14), at(980, 345, wires, slide, scale=1.45),
        lamp(200, 60, colour=p.TERRACOTTA), lamp(1480, 90, colour=p.OCHRE),
        person(replace(cast.GRACE, top=p.TERRACOTTA, top_shade=p.TERRACOTTA_DARK), 430, 330, scale=1.08, facing=1, mood="laugh", left=Arm(elbow=(-150, 310), wrist=(-40, 330), hand="relaxed"), right=Arm(elbow=(190, 230), wrist=(240, 100), hand="flat", hand_turn=10)),
        *(at(x, y, back_of_head(0, 0, c, h, curls=curls), scale=0.92) for x, y, c, h, curls in looks),
        sparkle(1300, 190, 24),
        background=p.PETROL_DARK,
    )  # fmt: skip


def from_home() -> str:
    """A question asked from the kitchen table; the cat listens."""
    call = group(
        rect(-204, -122, 408, 244, p.MINT), person(cast.TARIK, -6, -10, scale=0.56, facing=0, mood="laugh"), at(-6, -10, headphones(p.TERRACOTTA), scale=0.56),
    )
    cat = group(
        path("M-70 0C-90 -90 -60 -150 0 -150C60 -150 90 -90 70 0Z", p.OCHRE), line("M66 -20C130 -10 140 -70 118 -100", p.OCHRE, 24), circle(0, -176, 58, p.OCHRE), poly([(-54, -200), (-46, -256), (-8, -226)], p.OCHRE), poly([(54, -200), (46, -256), (8, -226)], p.OCHRE), poly([(-46, -214), (-42, -240), (-22, -226)], p.ROSE), poly([(46, -214), (42, -240), (22, -226)], p.ROSE),
        ellipse(-20, -178, 6, 8, p.INK), ellipse(20, -178, 6, 8, p.INK), path("M-7 -162H7L0 -154Z", p.TERRACOTTA_DARK), line("M0 -152q-8 10 -16 4M0 -152q8 10 16 4", p.INK, 4), line("M-30 -160h-34M-30 -152l-32 8M30 -160h34M30 -152l32 8", p.PAPER, 3), line("M-20 -222v14M0 -226v14M20 -222v14M-64 -70h26M-66 -46h28M64 -80h-22", p.OCHRE_DARK, 8), ellipse(-26, -4, 24, 14, p.HONEY), ellipse(26, -4, 24, 14, p.HONEY),
    )
    return drawing(
        blob(800, 430, 1400, 860, p.MINT, turn=-4), window(150, 90, 320, 340, sky="#2C6A73"), shelf(1140, 270, 340, seed=8), lamp(800, 20, colour=p.OCHRE, glow=p.PAPER),
        seated(table(780), partial(person, cast.OHLSEN, 470, 390, scale=1.2, facing=1, mood="laugh", left=RESTING_LEFT, right=Arm(elbow=(160, 310), wrist=(180, 210), hand="flat", hand_turn=0))),
        laptop(900, 896, call, scale=1.24), at(1340, 886, cat, scale=1.05), mug(300, 900, colour=p.OCHRE),
        background="#EFEEDF",
    )  # fmt: skip


PICTURES = {
    "kurs-smartphone": smartphone,
    "kurs-sicherheit": safety,
    "kurs-werken": making,
    "kurs-alltag": everyday,
    "kurs-miteinander": together,
    "kurs-fotografie": photography,
    "kurs-themenabend": evening,
    "kurs-online": from_home,
}
