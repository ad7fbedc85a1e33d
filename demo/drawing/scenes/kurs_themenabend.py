"""An evening on artificial intelligence: a talk, and many who listen."""

from dataclasses import replace

from demo.drawing import cast
from demo.drawing import palette as p
from demo.drawing.figures import back_of_head
from demo.drawing.people import Arm, person
from demo.drawing.props import blob, lamp, sparkle
from demo.drawing.svg import at, circle, drawing, group, line, rect


def picture() -> str:
    slide = group(
        circle(-120, 0, 24, p.TERRACOTTA),
        circle(-120, -90, 24, p.TERRACOTTA),
        circle(-120, 90, 24, p.TERRACOTTA),
        circle(20, -50, 24, p.OCHRE),
        circle(20, 50, 24, p.OCHRE),
        circle(150, 0, 30, p.PETROL),
    )
    wires = line(
        "M-120 -90L20 -50L150 0M-120 0L20 -50M-120 0L20 50L150 0M-120 90L20 50M-120 -90L20 50M-120 90L20 -50",
        p.STEEL,
        6,
    )
    looks = [
        (150, 860, p.TERRACOTTA, p.WHITE_HAIR, True),
        (430, 900, p.PETROL_LIGHT, p.DARK_HAIR, True),
        (720, 880, p.OCHRE, p.GREY_HAIR, False),
        (1010, 910, p.SAGE, p.BROWN_HAIR, True),
        (1300, 880, p.WINE, p.WHITE_HAIR, False),
        (1540, 910, p.PETROL, p.RED_HAIR, True),
    ]
    return drawing(
        blob(820, 430, 1440, 880, "#2C757B", turn=3),
        rect(600, 110, 760, 470, p.PAPER, 14),
        at(980, 345, wires, slide, scale=1.45),
        lamp(200, 60, colour=p.TERRACOTTA),
        lamp(1480, 90, colour=p.OCHRE),
        person(
            replace(cast.GRACE, top=p.TERRACOTTA, top_shade=p.TERRACOTTA_DARK),
            430,
            330,
            scale=1.08,
            facing=1,
            mood="laugh",
            left=Arm(elbow=(-150, 310), wrist=(-40, 330), hand="relaxed"),
            right=Arm(elbow=(190, 230), wrist=(240, 100), hand="flat", hand_turn=10),
        ),
        *(at(x, y, back_of_head(0, 0, c, h, curls=curls), scale=0.92) for x, y, c, h, curls in looks),
        sparkle(1300, 190, 24),
        background=p.PETROL_DARK,
    )
