"""Coffee, cake and a game on the tablet."""

from dataclasses import replace
from functools import partial

from demo.drawing import cast
from demo.drawing import palette as p
from demo.drawing.figures import seated
from demo.drawing.people import RESTING_LEFT, RESTING_RIGHT, Arm, person
from demo.drawing.props import blob, frame, mug, shelf, table, window
from demo.drawing.svg import at, circle, drawing, ellipse, group, line, path, rect


def picture() -> str:
    cake = group(
        ellipse(0, 0, 150, 26, p.PAPER),
        rect(-96, -92, 192, 86, p.WOOD_LIGHT, 14),
        rect(-96, -92, 192, 30, p.CREAM, 14),
        path("M-96 -70q16 30 32 4t32 2t32 2t32 -2t32 2t32 -8V-92H-96Z", p.CREAM),
        rect(-96, -42, 192, 13, p.TERRACOTTA),
        circle(-50, -100, 13, p.TERRACOTTA),
        circle(0, -104, 13, p.WINE),
        circle(50, -100, 13, p.TERRACOTTA),
    )
    pot = group(
        path("M-70 0C-96 -60 -80 -150 -40 -160H40C80 -150 96 -60 70 0Z", p.PETROL),
        line("M74 -120q60 0 50 50t-58 40", p.PETROL, 17),
        path("M-74 -110C-120 -110 -120 -150 -144 -160L-128 -172C-100 -160 -96 -140 -66 -140Z", p.PETROL),
        rect(-46, -176, 92, 20, p.PETROL_DARK, 10),
        circle(0, -186, 13, p.OCHRE),
        path("M30 -160H40C80 -150 96 -60 70 0H40C62 -60 60 -120 30 -160Z", p.PETROL_DARK, opacity=0.6),
    )
    return drawing(
        blob(800, 430, 1420, 880, p.ROSE, turn=-3),
        window(640, 70, 320, 290),
        frame(
            170,
            110,
            220,
            170,
            rect(0, 0, 220, 170, p.MINT),
            path("M0 170V120C60 80 140 140 220 90V170Z", p.SAGE),
            circle(150, 60, 24, p.OCHRE),
        ),
        shelf(1180, 270, 320, seed=12),
        seated(
            table(770),
            partial(
                person,
                cast.KARL,
                270,
                380,
                scale=1.1,
                facing=1,
                mood="laugh",
                left=RESTING_LEFT,
                right=Arm(elbow=(150, 330), wrist=(50, 380)),
            ),
            partial(
                person,
                replace(cast.LENA, top=p.HONEY, top_shade=p.OCHRE),
                1330,
                390,
                scale=1.1,
                facing=-1,
                mood="laugh",
                right=RESTING_RIGHT,
                left=Arm(elbow=(-150, 320), wrist=(-150, 220), hand="flat", hand_turn=6),
            ),
            partial(
                person,
                replace(cast.OHLSEN, top=p.PETROL_LIGHT, top_shade=p.PETROL),
                630,
                394,
                scale=1.12,
                facing=1,
                mood="laugh",
                left=Arm(elbow=(-150, 320), wrist=(-60, 376)),
                right=Arm(elbow=(160, 330), wrist=(90, 384), hand="flat"),
            ),
            partial(
                person,
                cast.BEN,
                985,
                470,
                scale=1.22,
                facing=-1,
                mood="laugh",
                left=Arm(elbow=(-150, 310), wrist=(-90, 350)),
                right=Arm(elbow=(150, 310), wrist=(60, 350)),
            ),
        ),
        at(800, 906, cake),
        at(1150, 904, pot, scale=0.9),
        mug(480, 900, colour=p.OCHRE),
        mug(1390, 900, colour=p.TERRACOTTA),
        mug(200, 890, colour=p.PETROL),
        background="#F9E7D8",
    )
