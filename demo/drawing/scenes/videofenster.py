"""Grandparents see their family, life-size."""

from demo.drawing import cast
from demo.drawing import palette as p
from demo.drawing.figures import back_of_head
from demo.drawing.people import Arm, person
from demo.drawing.props import blob, frame, heart, lamp, mug, plant, table
from demo.drawing.svg import at, circle, clipped, drawing, group, rect


def picture() -> str:
    screen_w, screen_h = 720, 470
    family = group(
        rect(-screen_w / 2, -screen_h / 2, screen_w, screen_h, p.MINT),
        plant(300, 240, scale=0.9, kind="tall", pot=p.OCHRE),
        frame(-320, -190, 170, 130, rect(0, 0, 170, 130, p.SAND), heart(85, 65, 30)),
        person(
            cast.GRACE,
            -90,
            -20,
            scale=0.92,
            facing=0,
            mood="laugh",
            left=Arm(elbow=(-160, 280), wrist=(-190, 120), hand="flat", hand_turn=0),
        ),
        person(
            cast.BEN,
            130,
            60,
            scale=0.92,
            facing=0,
            mood="laugh",
            right=Arm(elbow=(170, 280), wrist=(190, 110), hand="flat"),
        ),
    )
    return drawing(
        blob(800, 420, 1420, 880, p.HONEY, turn=-3),
        plant(110, 930, scale=1.5, kind="grass", pot=p.TERRACOTTA),
        lamp(1440, 120, colour=p.TERRACOTTA, glow=p.PAPER),
        rect(406, 96, screen_w + 68, screen_h + 68, p.INK, 26),
        at(
            440 + screen_w / 2,
            130 + screen_h / 2,
            clipped(rect(-screen_w / 2, -screen_h / 2, screen_w, screen_h, p.MINT, 10), family),
        ),
        circle(800, 113, 6, p.OCHRE),
        table(770),
        back_of_head(430, 690, cast.HILDE.top, p.WHITE_HAIR, curls=True),
        back_of_head(1150, 680, cast.KARL.top, p.WHITE_HAIR, curls=False),
        mug(790, 900),
        heart(1290, 170, 26),
        heart(1340, 110, 16, p.OCHRE),
        background="#FBEBCB",
    )
