"""One picture for each thing that can be tried in the showroom."""

from functools import partial

from demo.drawing import cast
from demo.drawing import palette as p
from demo.drawing.people import NO_ARM, Arm, person, seated
from demo.drawing.props import (
    blob, books, bubble, frame, goggles, headphones, heart, lamp, laptop, mug, pencil, phone, plant, shelf, sound, sparkle,
    table, tablet, text_lines, tick, window,
)  # fmt: skip
from demo.drawing.svg import (
    at, circle, clipped, drawing, ellipse, group, line, mix, path, poly, rect,
)  # fmt: skip

RESTING_LEFT = Arm(elbow=(-150, 330), wrist=(-44, 374))
RESTING_RIGHT = Arm(elbow=(150, 330), wrist=(44, 374))


def vr_goggles() -> str:
    """An old man stands on the church tower, with goggles on; a girl guides him."""
    sky = group(
        clipped(
            path("M760 60C1010 10 1420 40 1500 260C1570 470 1420 640 1180 640C960 650 660 620 610 400C570 210 620 90 760 60Z", p.PETROL_LIGHT),
            circle(1360, 200, 70, p.HONEY),
            line("M700 200h150M760 240h120M1150 150h130M1080 190h110", p.PAPER, 22, opacity=0.55),
            path("M500 560C700 480 900 540 1060 500C1260 450 1440 500 1600 470V700H500Z", p.SAGE),
            path("M560 700C760 600 860 660 980 600C1050 560 1200 600 1290 560", "none", stroke=p.MINT, stroke_width=30),
            *(
                group(rect(x, y, w, 90, c), poly([(x - 8, y + 2), (x + w / 2, y - 36), (x + w + 8, y + 2)], roof))
                for x, y, w, c, roof in [
                    (700, 560, 62, p.SAND, p.TERRACOTTA), (1050, 540, 70, p.ROSE, p.TERRACOTTA_DARK), (1140, 570, 58, p.SAND, p.WINE),
                    (1320, 530, 66, p.CREAM, p.TERRACOTTA), (1410, 560, 60, p.ROSE, p.TERRACOTTA_DARK), (900, 590, 64, p.CREAM, p.TERRACOTTA),
                ]
            ),
            rect(1216, 340, 64, 260, p.SAND), poly([(1206, 344), (1248, 180), (1290, 344)], p.PETROL),
            circle(1248, 390, 18, p.PAPER), line("M1248 390v-12M1248 390h9", p.INK, 4), line("M1248 180v-26M1238 162h20", p.OCHRE, 6),
            line("M1020 230q14 -14 28 0q14 -14 28 0M1090 290q11 -11 22 0q11 -11 22 0", p.INK, 5),
        ),
    )
    return drawing(
        blob(520, 520, 1100, 900, p.HONEY, turn=-8), sky,
        sparkle(560, 130, 34), sparkle(1540, 600, 26, p.TERRACOTTA), sparkle(640, 690, 22, p.PETROL),
        plant(120, 960, scale=1.5, kind="tall"),
        person(
            cast.MIA, 230, 500, scale=1.12, facing=1, mood="laugh", left=None,
            right=Arm(elbow=(150, 300), wrist=(236, 260), hand="flat", hand_turn=14),
        ),
        person(
            cast.KARL, 560, 400, scale=1.3, facing=1, mood="laugh", tilt=-5, on_face=goggles(1),
            left=Arm(elbow=(-150, 320), wrist=(-60, 350), hand="flat"),
            right=Arm(elbow=(210, 260), wrist=(300, 170), hand="flat", hand_turn=10),
        ),
        background=p.SAND,
    )  # fmt: skip


def tablet_drawing() -> str:
    """A girl and her grandmother draw a bird on a tablet."""
    bird = group(
        path("M-120 60C-110 -40 -20 -80 60 -50C90 -70 120 -60 128 -40L160 -28L126 -16C120 60 40 110 -40 90L-130 110Z", p.TERRACOTTA),
        path("M-60 10C-20 -30 50 -10 60 40C10 70 -40 60 -60 10Z", p.OCHRE), circle(98, -36, 7, p.INK),
        line("M-10 90v36M30 84v38", p.INK, 7), line("M-160 128C-60 112 60 136 170 118", p.PETROL, 9),
        ellipse(-120, 118, 26, 12, p.SAGE), ellipse(120, 108, 28, 12, p.SAGE), sparkle(-120, -60, 22), sparkle(150, -90, 16, p.PETROL),
    )
    return drawing(
        blob(800, 430, 1360, 880, p.ROSE), window(140, 90, 280, 400, arch=True), shelf(1130, 300, 380),
        frame(640, 90, 210, 160, circle(105, 80, 40, p.OCHRE), path("M0 160L60 90L110 140L150 100L210 160Z", p.PETROL)),
        plant(1500, 800, scale=0.95),
        seated(
            table(770),
            partial(person, cast.HILDE, 500, 372, scale=1.18, facing=1, down=True, left=RESTING_LEFT, right=Arm(elbow=(160, 320), wrist=(90, 396), hand="flat")),
            partial(person, cast.LOTTE, 1090, 420, scale=1.34, facing=-1, mood="laugh", down=True, left=NO_ARM, right=Arm(elbow=(146, 300), wrist=(60, 372))),
        ),
        tablet(800, 808, at(0, 0, bird, scale=0.86), w=560, h=330, turn=-3),
        person_hand_with_pen(),
        mug(330, 880), at(1330, 890, *(rect(i * 34, -8 - i % 2 * 8, 110, 13, c, 6, transform=f"rotate({-12 + i * 9})") for i, c in enumerate((p.OCHRE, p.TERRACOTTA, p.PETROL)))),
        background="#F8E6D2",
    )  # fmt: skip


def person_hand_with_pen() -> str:
    """The girl's arm, which lies on the tablet, with the pen in it."""
    look = cast.LOTTE
    return group(
        at(926, 772, rect(-8, -150, 16, 196, p.PETROL, 6), poly([(-8, 46), (8, 46), (0, 70)], p.INK), turn=32),
        line("M984 614Q1086 806 972 786", mix(look.top, look.top_shade, 0.5), 70, stroke_linecap="round", stroke_linejoin="round"),
        line("M982 788L948 780", look.skin[0], 44),
        ellipse(938, 776, 34, 28, look.skin[0]), line("M918 762q-10 14 -6 28M940 794q-10 2 -16 -4", look.skin[1], 4),
    )


def printer() -> str:
    """A 3D printer builds a cog while two people watch."""
    machine = group(
        rect(-230, -430, 460, 430, p.PETROL_DARK, 26), rect(-196, -396, 392, 320, "#0F3236", 12),
        rect(-196, -396, 392, 320, p.HONEY, 12, opacity=0.14),
        rect(-196, -318, 392, 16, p.STEEL), rect(-46, -346, 92, 70, p.STEEL_DARK, 10), poly([(-16, -276), (16, -276), (4, -250), (-4, -250)], p.OCHRE),
        rect(-150, -96, 300, 18, p.STEEL, 4), at(0, -172, cog(76, p.TERRACOTTA)),
        line("M0 -250V-232", p.OCHRE, 6), line("M20 -346C60 -470 120 -490 176 -470", p.OCHRE, 7),
        rect(-196, -60, 392, 40, p.PETROL, 8), circle(150, -40, 12, p.OCHRE), rect(-170, -50, 120, 20, p.MINT, 5),
        at(196, -480, circle(0, 0, 66, p.OCHRE), circle(0, 0, 44, mix(p.OCHRE, p.INK, 0.2)), circle(0, 0, 16, p.PAPER)),
    )
    return drawing(
        blob(800, 420, 1400, 860, p.MINT), shelf(110, 250, 360, seed=8),
        lamp(1280, 60, colour=p.TERRACOTTA),
        seated(
            table(780),
            partial(person, cast.TARIK, 330, 372, scale=1.16, facing=1, left=RESTING_LEFT, right=Arm(elbow=(176, 330), wrist=(150, 226), hand="point", hand_turn=70)),
            partial(person, cast.OHLSEN, 1250, 384, scale=1.14, facing=-1, mood="oh", right=RESTING_RIGHT, left=Arm(elbow=(-150, 320), wrist=(-40, 250), hand="relaxed", hand_turn=-30)),
        ),
        at(800, 880, machine),
        at(1180, 872, cog(52, p.OCHRE)), at(1284, 884, cog(34, p.PETROL)),
        at(440, 886, path("M-84 -34H84L60 0H-56Z", p.ROSE), rect(-40, -78, 62, 46, p.TERRACOTTA, 6), rect(-50, -90, 84, 14, p.ROSE, 6), rect(-22, -66, 26, 18, p.CREAM, 4), rect(36, -72, 20, 40, p.OCHRE, 4)),
        background="#EAF0E4",
    )  # fmt: skip


def cog(r: float, colour: str) -> str:
    teeth = "".join(rect(-r * 0.2, -r * 1.22, r * 0.4, r * 0.5, colour, r * 0.08, transform=f"rotate({i * 45})") for i in range(8))
    return group(teeth, circle(0, 0, r, colour), circle(0, 0, r * 0.62, mix(colour, p.INK, 0.18)), circle(0, 0, r * 0.3, p.CREAM))


def voice_assistant() -> str:
    """Somebody asks a small loudspeaker for the weather."""
    speaker = group(
        ellipse(0, 0, 118, 26, p.INK, opacity=0.16),
        path("M-104 -190V-30C-104 8 104 8 104 -30V-190Z", p.PETROL), path("M40 -190H104V-30C104 -10 70 -4 40 0Z", p.PETROL_DARK, opacity=0.6),
        *(circle(-78 + (i % 7) * 26 + (13 if i // 7 % 2 else 0), -150 + i // 7 * 26, 5, p.PETROL_DARK) for i in range(35) if (i % 7) * 26 + (13 if i // 7 % 2 else 0) < 172),
        ellipse(0, -190, 104, 30, p.PETROL_LIGHT), ellipse(0, -190, 78, 20, p.PETROL_DARK), ellipse(0, -190, 60, 14, p.OCHRE),
    )
    weather = group(circle(-16, -12, 46, p.OCHRE), line("M-16 -84v-12M-78 -12h-12M-60 -56l-10 -10M28 -56l10 -10M-60 32l-10 10", p.OCHRE, 9), path("M-24 52C-58 52 -58 6 -22 8C-12 -26 44 -24 50 8C84 8 84 52 54 52Z", p.PAPER, stroke=p.PETROL, stroke_width=8))
    return drawing(
        blob(800, 420, 1380, 880, p.HONEY), window(1180, 90, 300, 380), lamp(800, 30, colour=p.TERRACOTTA, glow=p.PAPER),
        shelf(120, 280, 330, seed=11),
        seated(table(780), partial(person, cast.HILDE, 420, 380, scale=1.2, facing=1, mood="laugh", left=RESTING_LEFT, right=Arm(elbow=(160, 330), wrist=(216, 244), hand="flat", hand_turn=20))),
        at(860, 890, speaker), sound(726, 560, flip=True, colour=p.TERRACOTTA), sound(1000, 640, colour=p.TERRACOTTA),
        bubble(1190, 520, 330, 230, weather, tail=(-150, 110)),
        mug(230, 890, colour=p.PETROL), plant(1400, 890, scale=0.9, pot=p.TERRACOTTA, kind="grass"),
        background=p.SAND,
    )  # fmt: skip


def hearing() -> str:
    """A man with headphones hears a bird song again."""
    notes = group(
        *(at(x, y, ellipse(0, 0, 17, 13, c, transform="rotate(-18)"), line("M15 -4V-66q22 4 26 26", c, 7), scale=s)
          for x, y, c, s in [(0, 0, p.PETROL, 1), (96, -70, p.TERRACOTTA, 1.2), (210, -20, p.PETROL, 0.9), (300, -110, p.OCHRE_DARK, 1.1)])
    )
    bird = group(
        path("M-70 20C-66 -40 -10 -62 34 -44C54 -56 76 -48 80 -30L106 -22L80 -12C76 40 20 64 -30 52L-110 66Z", p.TERRACOTTA),
        path("M-40 0C-14 -22 30 -10 34 22C6 40 -26 34 -40 0Z", p.ROSE), circle(62, -28, 6, p.INK), line("M-6 52v26M20 48v28", p.INK, 6),
    )
    device = group(
        ellipse(0, 4, 150, 20, p.INK, opacity=0.14), rect(-140, -92, 280, 92, p.PAPER, 22), rect(-140, -30, 280, 30, p.STEEL, 0),
        circle(-74, -56, 28, p.PETROL), line("M-74 -56l14 -14", p.PAPER, 7), rect(-14, -76, 124, 12, p.STEEL, 6), rect(-14, -76, 84, 12, p.OCHRE, 6),
        rect(-14, -50, 124, 12, p.STEEL, 6), rect(-14, -50, 50, 12, p.TERRACOTTA, 6),
    )
    return drawing(
        blob(800, 430, 1380, 860, p.MINT, turn=6), window(160, 80, 300, 420, arch=True, sky="#F6E3BE"),
        line("M1100 350C1240 330 1400 350 1560 310", p.WOOD_DARK, 14), ellipse(1480, 300, 40, 18, p.PETROL_LIGHT), ellipse(1420, 352, 36, 16, p.SAGE), ellipse(1180, 330, 30, 14, p.SAGE),
        at(1300, 262, bird), at(900, 300, notes),
        seated(table(790), partial(person, cast.BRANDT, 690, 390, scale=1.26, facing=1, closed=True, left=Arm(elbow=(-196, 270), wrist=(-104, 66), hand="none"), right=RESTING_RIGHT)),
        at(690, 390, headphones(p.TERRACOTTA), scale=1.26),
        at(690 - 96 * 1.26, 390 + 34 * 1.26, ellipse(0, 0, 34, 28, p.SKIN_2[0]), line("M10 -14q12 2 14 10M12 2q10 0 12 8", p.SKIN_2[1], 4)),
        at(1060, 890, device), line("M622 520C640 700 780 900 922 860", p.INK, 7),
        plant(330, 880, scale=0.95, pot=p.OCHRE),
        background="#F7EBD6",
    )  # fmt: skip


def emergency_call() -> str:
    """A woman presses the button on her wrist; help answers at once."""
    station = group(
        ellipse(0, 4, 170, 22, p.INK, opacity=0.14),
        path("M-160 0L-140 -120Q-136 -136 -120 -136H120Q136 -136 140 -120L160 0Z", p.PAPER), path("M80 -136H120Q136 -136 140 -120L160 0H100Z", p.STEEL, opacity=0.5),
        circle(58, -66, 44, p.TERRACOTTA_DARK), circle(58, -70, 42, p.TERRACOTTA), line("M58 -92v44M36 -70h44", p.PAPER, 11),
        *(line(f"M-112 {-100 + i * 20}h84", p.STEEL_DARK, 7) for i in range(4)),
    )
    look = cast.OHLSEN
    return drawing(
        blob(780, 430, 1360, 860, p.ROSE, turn=-4), frame(150, 110, 240, 190, rect(0, 0, 240, 190, p.MINT), path("M0 190V130C60 90 120 140 240 100V190Z", p.SAGE), circle(170, 70, 26, p.HONEY)),
        lamp(640, 20, colour=p.PETROL), shelf(90, 480, 300, seed=5),
        seated(
            table(800),
            partial(person, look, 560, 384, scale=1.22, facing=1, left=Arm(elbow=(-170, 320), wrist=(-20, 330), hand="point", hand_turn=4), right=Arm(elbow=(160, 350), wrist=(76, 350))),
        ),
        at(560 + 56 * 1.22, 384 + 350 * 1.22, rect(-15, -44, 30, 88, p.INK, 12), circle(0, 0, 27, p.PAPER), circle(0, 0, 19, p.TERRACOTTA), turn=4),
        at(1010, 902, station), sound(1180, 800, colour=p.TERRACOTTA),
        clipped(circle(1290, 350, 190, p.PETROL_LIGHT), person(cast.TARIK, 1290, 350, scale=1.02, facing=-1, mood="smile"), at(1290, 350, headphones(p.INK), line("M-58 26C-60 60 -50 66 -34 62", p.INK, 7), ellipse(-30, 61, 11, 8, p.INK), scale=1.02)),
        circle(1290, 350, 190, "none", stroke=p.PAPER, stroke_width=16), path("M1180 540L1120 640L1250 560Z", p.PAPER),
        heart(1500, 190, 34), mug(330, 896, colour=p.OCHRE),
        background="#F9E9DA",
    )  # fmt: skip


def robot() -> str:
    """Children lay arrow cards for a small robot."""
    body = group(
        ellipse(0, 4, 100, 20, p.INK, opacity=0.16),
        rect(-92, -36, 46, 40, p.INK, 18), rect(46, -36, 46, 40, p.INK, 18),
        rect(-80, -130, 160, 116, p.OCHRE, 34), path("M30 -130H46Q80 -130 80 -96V-48Q80 -14 46 -14H10Q40 -70 30 -130Z", p.OCHRE_DARK, opacity=0.5),
        rect(-40, -92, 80, 40, p.CREAM, 10), heart(0, -72, 14),
        rect(-62, -236, 124, 96, p.PETROL, 30), rect(-46, -220, 92, 62, p.PETROL_DARK, 20), ellipse(-20, -192, 9, 12, p.HONEY), ellipse(20, -192, 9, 12, p.HONEY), line("M-14 -172q14 10 28 0", p.HONEY, 5),
        line("M0 -236V-272", p.INK, 7), circle(0, -280, 13, p.TERRACOTTA), line("M-80 -100C-120 -100 -124 -70 -118 -52M80 -100C120 -110 128 -140 124 -160", p.STEEL_DARK, 14), circle(-118, -46, 14, p.PETROL), circle(124, -166, 14, p.PETROL),
    )

    def card(x: float, y: float, arrow: str, colour: str, turn: float) -> str:
        return at(x, y, rect(-56, -40, 112, 84, p.INK, 12, opacity=0.12), rect(-58, -44, 116, 84, p.PAPER, 12), line(arrow, colour, 11), turn=turn)

    forward, right_turn = "M0 22V-22M-18 -6L0 -24L18 -6", "M-20 22V0Q-20 -14 -6 -14H22M8 -28L24 -14L8 0"
    return drawing(
        blob(800, 420, 1400, 860, p.HONEY, turn=4), window(620, 70, 360, 300), shelf(110, 270, 320, seed=14), shelf(1160, 270, 330, seed=6),
        seated(table(770), partial(person, cast.BEN, 370, 440, scale=1.36, facing=1, mood="laugh", left=Arm(elbow=(-150, 320), wrist=(-70, 380)), right=Arm(elbow=(170, 300), wrist=(250, 330), hand="flat", hand_turn=16)),
        partial(person, cast.LOTTE, 1230, 440, scale=1.36, facing=-1, mood="smile", right=RESTING_RIGHT, left=Arm(elbow=(-160, 300), wrist=(-240, 250), hand="point"))),
        at(800, 850, body, scale=1.12),
        card(560, 912, forward, p.TERRACOTTA, -6), card(700, 926, right_turn, p.PETROL, 3), card(910, 924, forward, p.TERRACOTTA, -2), card(1060, 914, right_turn, p.PETROL, 7),
        background="#FBEBCB",
    )  # fmt: skip


def prescription() -> str:
    """Two people practise the e-prescription with a phone and the health card."""
    card = group(
        rect(-150, -94, 300, 188, p.INK, 18, opacity=0.14), rect(-154, -100, 300, 188, p.PETROL_LIGHT, 18), path("M-154 30C-60 -30 40 70 146 -20V88H-154Z", p.PETROL, opacity=0.65),
        rect(-126, -50, 62, 50, p.HONEY, 8), line("M-126 -25h62M-95 -50v50", p.OCHRE_DARK, 4), circle(96, -46, 34, p.SAND), circle(96, -56, 13, p.INK), path("M70 -20C74 -44 118 -44 122 -20Z", p.INK),
        line("M-126 34h130M-126 60h90", p.PAPER, 9),
    )
    screen = group(
        rect(-60, -90, 120, 50, p.PETROL), tick(0, -8, 24), line("M-26 34h52M-20 52h40", p.STEEL, 8),
    )
    return drawing(
        blob(800, 430, 1400, 860, p.MINT, turn=-5), frame(1200, 90, 260, 200, rect(0, 0, 260, 200, p.PAPER), rect(110, 50, 40, 110, p.TERRACOTTA, 4), rect(75, 85, 110, 40, p.TERRACOTTA, 4), wood=p.PETROL),
        shelf(120, 300, 330, seed=2), plant(1450, 800, scale=1.05, kind="tall", pot=p.OCHRE),
        seated(table(785), partial(person, cast.KARL, 520, 380, scale=1.2, facing=1, mood="smile", left=RESTING_LEFT, right=Arm(elbow=(160, 340), wrist=(170, 250), hand="grip", hand_turn=-10)),
        partial(person, cast.AMINA, 1080, 380, scale=1.2, facing=-1, mood="laugh", right=RESTING_RIGHT, left=Arm(elbow=(-150, 330), wrist=(-196, 270), hand="point"))),
        phone(756, 606, screen, scale=1.45, turn=6),
        at(756 - 14, 690, ellipse(0, 0, 30, 24, p.SKIN_2[0]), line("M-40 -34C-30 -20 -20 -8 0 0", p.SKIN_2[0], 22)),
        at(800, 884, card, turn=-7), at(470, 888, rect(-60, -110, 120, 110, p.PAPER, 10), rect(-60, -110, 120, 36, p.TERRACOTTA, 10), rect(-14, -62, 28, 10, p.PETROL), rect(-5, -71, 10, 28, p.PETROL)),
        mug(1190, 890, colour=p.OCHRE),
        background="#EDF1E6",
    )  # fmt: skip


def photo_box() -> str:
    """Old photographs become files."""

    def photo(x: float, y: float, turn: float, *content: str, w: float = 150, h: float = 176) -> str:
        return at(x, y, rect(-w / 2 + 5, -h / 2 + 7, w, h, p.INK, 4, opacity=0.14), rect(-w / 2, -h / 2, w, h, p.PAPER, 4), clipped(rect(-w / 2 + 12, -h / 2 + 12, w - 24, h - 52, "#D9C3A0"), *content), turn=turn)

    couple = group(circle(-22, -18, 22, "#B08B62"), circle(22, -12, 20, "#C7A67C"), path("M-60 60C-58 6 -2 2 0 40C2 8 54 10 58 60Z", "#8C6A48"))
    house = group(rect(-34, -16, 68, 60, "#B08B62"), poly([(-46, -14), (0, -56), (46, -14)], "#8C6A48"), rect(-80, 36, 160, 40, "#A5A077"))
    car = group(path("M-52 20V0Q-30 -2 -22 -26H20Q30 -4 54 0V20Z", "#8C6A48"), circle(-28, 22, 13, p.INK), circle(30, 22, 13, p.INK), rect(-90, 32, 180, 40, "#B39B78"))
    return drawing(
        blob(800, 420, 1400, 860, p.ROSE, turn=5), shelf(1100, 270, 380, seed=9), window(130, 80, 280, 360),
        seated(table(790), partial(person, cast.BRANDT, 470, 384, scale=1.2, facing=1, mood="laugh", left=RESTING_LEFT, right=Arm(elbow=(160, 330), wrist=(176, 240), hand="grip", hand_turn=-10)),
        partial(person, cast.LENA, 1120, 384, scale=1.18, facing=-1, mood="smile", left=Arm(elbow=(-150, 330), wrist=(-100, 372)), right=RESTING_RIGHT)),
        photo(756, 560, 8, at(0, -20, couple), w=190, h=210), at(722, 668, ellipse(0, 0, 32, 24, p.SKIN_2[0]), line("M-36 -24L-6 -4", p.SKIN_2[0], 24)),
        at(470, 902, path("M-180 -130H180L160 0H-160Z", p.WOOD_DARK), path("M-180 -130H180L176 -104H-176Z", p.INK, opacity=0.2), rect(-60, -86, 120, 44, p.CREAM, 6), text_lines(-38, -64, 76, 1, colour=p.STEEL_DARK)),
        photo(380, 762, -16, at(0, -18, house)), photo(520, 756, 10, at(0, -14, car)),
        table_scanner(1010, 900), photo(1330, 876, 14, at(0, -18, house), w=130, h=150), photo(760, 900, -9, at(0, -14, car), w=130, h=150),
        background="#F8E4D4",
    )  # fmt: skip


def table_scanner(x: float, y: float) -> str:
    return at(
        x, y, ellipse(0, 2, 210, 18, p.INK, opacity=0.14), rect(-200, -70, 400, 70, p.STEEL, 16), rect(-200, -28, 400, 28, p.STEEL_DARK, 12),
        path("M-190 -70L-150 -190H190L200 -70Z", p.PETROL), rect(-170, -76, 340, 10, p.HONEY), circle(160, -44, 10, p.TERRACOTTA), circle(126, -44, 7, p.PAPER),
    )


def video_window() -> str:
    """Grandparents see their family, life-size."""
    screen_w, screen_h = 720, 470
    family = group(
        rect(-screen_w / 2, -screen_h / 2, screen_w, screen_h, p.MINT), plant(300, 240, scale=0.9, kind="tall", pot=p.OCHRE), frame(-320, -190, 170, 130, rect(0, 0, 170, 130, p.SAND), heart(85, 65, 30)),
        person(cast.GRACE, -90, -20, scale=0.92, facing=0, mood="laugh", left=Arm(elbow=(-160, 280), wrist=(-190, 120), hand="flat", hand_turn=0)),
        person(cast.BEN, 130, 60, scale=0.92, facing=0, mood="laugh", right=Arm(elbow=(170, 280), wrist=(190, 110), hand="flat")),
    )
    return drawing(
        blob(800, 420, 1420, 880, p.HONEY, turn=-3), plant(110, 930, scale=1.5, kind="grass", pot=p.TERRACOTTA), lamp(1440, 120, colour=p.TERRACOTTA, glow=p.PAPER),
        rect(406, 96, screen_w + 68, screen_h + 68, p.INK, 26), at(440 + screen_w / 2, 130 + screen_h / 2, clipped(rect(-screen_w / 2, -screen_h / 2, screen_w, screen_h, p.MINT, 10), family)),
        circle(800, 113, 6, p.OCHRE),
        table(770),
        back_of_head(430, 690, cast.HILDE.top, p.WHITE_HAIR, curls=True), back_of_head(1150, 680, cast.KARL.top, p.WHITE_HAIR, curls=False),
        line("M1000 960C1010 800 1000 740 980 690", cast.KARL.top, 0), mug(790, 900),
        heart(1290, 170, 26), heart(1340, 110, 16, p.OCHRE),
        background="#FBEBCB",
    )  # fmt: skip


def back_of_head(x: float, y: float, top: str, hair: str, *, curls: bool) -> str:
    """Somebody who sits with their back to us."""
    skin = p.SKIN_1[0]
    head = (
        group(*(circle(cx, cy, 40, hair) for cx, cy in [(-50, -30), (-20, -70), (28, -70), (56, -28), (-52, 20), (54, 22), (0, 0), (-20, 44), (26, 44)]), line("M-40 -40q20 -26 46 -20M20 10q20 -8 34 8M-40 16q14 -10 30 0", "#D9D0C3", 5))
        if curls
        else group(ellipse(-70, 10, 14, 20, skin), ellipse(70, 10, 14, 20, skin), path("M-70 20C-84 -70 -40 -104 0 -104C40 -104 84 -70 70 20C66 70 40 84 0 84C-40 84 -66 70 -70 20Z", skin), path("M-72 -10C-76 20 -66 74 -40 84C-16 90 16 90 40 84C66 74 76 20 72 -10C50 30 -50 30 -72 -10Z", hair))
    )
    return at(x, y, path("M-190 420C-196 240 -170 140 -60 120C-20 130 20 130 60 120C170 140 196 240 190 420Z", top), path("M100 134C170 160 194 250 190 420H120C140 300 130 200 100 134Z", p.INK, opacity=0.12), rect(-34, 50, 68, 90, skin, 20), path("M-62 120C-30 146 30 146 62 120", "none", stroke=mix(top, p.INK, 0.2), stroke_width=9), head)


def machine_answers() -> str:
    """Somebody questions an artificial intelligence and finds a mistake."""
    answer = group(
        line("M-160 -92H40M-160 -58H30", p.STEEL, 13), line("M70 -72H196", p.TERRACOTTA, 13),
        line("M70 -50q8 -9 16 0t16 0t16 0t16 0t16 0t16 0t16 0t16 0", p.TERRACOTTA, 5),
        text_lines(-160, -16, 300, 4, colour=p.STEEL, gap=34, width=13),
    )
    look = cast.YUKI
    return drawing(
        blob(800, 430, 1400, 860, p.MINT, turn=4), shelf(110, 290, 300, seed=12), window(1240, 80, 270, 340, arch=True, sky="#F6E3BE"),
        seated(table(785), partial(person, cast.BRANDT, 300, 390, scale=1.14, facing=1, mood="smile", left=RESTING_LEFT, right=RESTING_RIGHT),
        partial(person, look, 1310, 400, scale=1.14, facing=-1, mood="laugh", right=RESTING_RIGHT, left=Arm(elbow=(-160, 300), wrist=(-208, 178), hand="point", hand_turn=4))),
        laptop(800, 890, answer, scale=1.42),
        at(1000, 560, circle(0, 0, 92, p.PAPER, opacity=0.45), circle(0, 0, 92, "none", stroke=p.OCHRE_DARK, stroke_width=17), line("M66 66L140 140", p.OCHRE_DARK, 26)),
        bubble(620, 190, 240, 140, *(circle(-52 + i * 52, 0, 15, p.PETROL) for i in range(3)), tail=(40, 60)),
        circle(1010, 180, 66, p.TERRACOTTA), line("M990 160q0 -26 24 -26t24 26q0 18 -26 30v14", p.PAPER, 13), circle(1012, 226, 8, p.PAPER),
        background="#F6EEDC",
    )  # fmt: skip


def ticket_machine() -> str:
    """A real ticket machine to practise on, without a queue behind."""
    machine = group(
        path("M-190 0V-640Q-190 -690 -140 -690H140Q190 -690 190 -640V0Z", p.PETROL), path("M110 -690H140Q190 -690 190 -640V0H130Z", p.PETROL_DARK, opacity=0.7),
        rect(-150, -640, 300, 62, p.PAPER, 12), rect(-126, -622, 36, 26, p.PETROL, 6), line("M-70 -609h180", p.PETROL, 10),
        rect(-150, -556, 300, 236, p.INK, 16), rect(-134, -540, 268, 204, p.CREAM, 6), path("M-134 -440C-60 -480 0 -400 60 -450S134 -430 134 -450V-336H-134Z", p.MINT),
        line("M-100 -372C-60 -420 -10 -380 30 -430S90 -470 104 -496", p.TERRACOTTA, 9), circle(-100, -372, 13, p.PETROL), circle(104, -496, 13, p.OCHRE),
        *(rect(-150 + i * 78, -292, 62, 46, c, 10) for i, c in enumerate((p.OCHRE, p.HONEY, p.SAND, p.OCHRE))), rect(-150, -222, 130, 66, p.INK, 10), rect(-130, -194, 90, 10, p.STEEL, 5), rect(20, -222, 130, 66, p.INK, 10), circle(85, -189, 20, p.STEEL), rect(81, -205, 8, 32, p.INK),
        rect(-100, -120, 200, 66, p.INK, 12), rect(-60, -104, 120, 60, p.PAPER, 4), line("M-40 -80h70M-40 -64h40", p.STEEL, 6),
    )
    return drawing(
        blob(800, 440, 1420, 880, p.HONEY, turn=3),
        at(60, 120, rect(0, 0, 330, 120, p.TERRACOTTA, 16), circle(60, 60, 34, p.PAPER), path("M44 42h32q8 0 8 8v24h-48v-24q0 -8 8 -8Z", p.TERRACOTTA), circle(50, 80, 6, p.TERRACOTTA), circle(70, 80, 6, p.TERRACOTTA), line("M120 46h160M120 78h110", p.PAPER, 12)),
        window(1250, 80, 270, 360), rect(0, 880, 1600, 120, p.WOOD), rect(0, 880, 1600, 14, p.WOOD_DARK, opacity=0.5),
        ellipse(1000, 904, 240, 24, p.INK, opacity=0.15), at(1000, 904, machine),
        plant(1440, 940, scale=1.4, kind="tall", pot=p.TERRACOTTA),
        person(cast.JONAS, 250, 450, scale=1.22, facing=1, mood="laugh", right=Arm(elbow=(150, 320), wrist=(110, 330), hand="none")),
        person(cast.HILDE, 560, 410, scale=1.26, facing=1, mood="smile", left=Arm(elbow=(-140, 330), wrist=(-60, 380)), right=Arm(elbow=(170, 280), wrist=(224, 120), hand="point")),
        at(360, 780, phone(0, 0, rect(-38, -80, 76, 60, p.TERRACOTTA), rect(-24, 0, 48, 48, p.INK), rect(-12, 12, 24, 24, p.PAPER), scale=0.9, turn=12), ellipse(-30, 50, 30, 24, cast.JONAS.skin[0])),
        background="#FBEFD8",
    )  # fmt: skip


PICTURES = {
    "vr-brille": vr_goggles,
    "tablet-zeichnen": tablet_drawing,
    "3d-drucker": printer,
    "sprachassistent": voice_assistant,
    "hoerverstaerker": hearing,
    "hausnotruf": emergency_call,
    "roboter": robot,
    "e-rezept": prescription,
    "fotokiste": photo_box,
    "videofenster": video_window,
    "ki-werkbank": machine_answers,
    "fahrkarten": ticket_machine,
}
