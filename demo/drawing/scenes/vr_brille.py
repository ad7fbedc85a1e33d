"""An old man stands on the church tower, with goggles on; a girl guides him."""

from demo.drawing import cast
from demo.drawing import palette as p
from demo.drawing.people import Arm, person
from demo.drawing.props import blob, plant, sparkle
from demo.drawing.svg import circle, clipped, drawing, group, line, path, poly, rect
from demo.drawing.worn import goggles


def picture() -> str:
    sky = group(
        clipped(
            path(
                "M760 60C1010 10 1420 40 1500 260C1570 470 1420 640 1180 640C960 650 660 620"
                " 610 400C570 210 620 90 760 60Z",
                p.PETROL_LIGHT,
            ),
            circle(1360, 200, 70, p.HONEY),
            line("M700 200h150M760 240h120M1150 150h130M1080 190h110", p.PAPER, 22, opacity=0.55),
            path("M500 560C700 480 900 540 1060 500C1260 450 1440 500 1600 470V700H500Z", p.SAGE),
            path(
                "M560 700C760 600 860 660 980 600C1050 560 1200 600 1290 560",
                "none",
                stroke=p.MINT,
                stroke_width=30,
            ),
            *(
                group(
                    rect(x, y, w, 90, c),
                    poly([(x - 8, y + 2), (x + w / 2, y - 36), (x + w + 8, y + 2)], roof),
                )
                for x, y, w, c, roof in [
                    (700, 560, 62, p.SAND, p.TERRACOTTA),
                    (1050, 540, 70, p.ROSE, p.TERRACOTTA_DARK),
                    (1140, 570, 58, p.SAND, p.WINE),
                    (1320, 530, 66, p.CREAM, p.TERRACOTTA),
                    (1410, 560, 60, p.ROSE, p.TERRACOTTA_DARK),
                    (900, 590, 64, p.CREAM, p.TERRACOTTA),
                ]
            ),
            rect(1216, 340, 64, 260, p.SAND),
            poly([(1206, 344), (1248, 180), (1290, 344)], p.PETROL),
            circle(1248, 390, 18, p.PAPER),
            line("M1248 390v-12M1248 390h9", p.INK, 4),
            line("M1248 180v-26M1238 162h20", p.OCHRE, 6),
            line("M1020 230q14 -14 28 0q14 -14 28 0M1090 290q11 -11 22 0q11 -11 22 0", p.INK, 5),
        ),
    )
    return drawing(
        blob(520, 520, 1100, 900, p.HONEY, turn=-8),
        sky,
        sparkle(560, 130, 34),
        sparkle(1540, 600, 26, p.TERRACOTTA),
        sparkle(640, 690, 22, p.PETROL),
        plant(120, 960, scale=1.5, kind="tall"),
        person(
            cast.MIA,
            230,
            500,
            scale=1.12,
            facing=1,
            mood="laugh",
            left=None,
            right=Arm(elbow=(150, 300), wrist=(236, 260), hand="flat", hand_turn=14),
        ),
        person(
            cast.KARL,
            560,
            400,
            scale=1.3,
            facing=1,
            mood="laugh",
            tilt=-5,
            on_face=goggles(1),
            left=Arm(elbow=(-150, 320), wrist=(-60, 350), hand="flat"),
            right=Arm(elbow=(210, 260), wrist=(300, 170), hand="flat", hand_turn=10),
        ),
        background=p.SAND,
    )
