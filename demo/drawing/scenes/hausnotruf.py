"""A woman presses the button on her wrist; help answers at once."""

from functools import partial

from demo.drawing import cast
from demo.drawing import palette as p
from demo.drawing.figures import seated
from demo.drawing.people import Arm, person
from demo.drawing.props import blob, frame, heart, lamp, mug, shelf, sound, table
from demo.drawing.svg import at, circle, clipped, drawing, ellipse, group, line, path, rect
from demo.drawing.worn import headphones


def picture() -> str:
    station = group(
        ellipse(0, 4, 170, 22, p.INK, opacity=0.14),
        path("M-160 0L-140 -120Q-136 -136 -120 -136H120Q136 -136 140 -120L160 0Z", p.PAPER),
        path("M80 -136H120Q136 -136 140 -120L160 0H100Z", p.STEEL, opacity=0.5),
        circle(58, -66, 44, p.TERRACOTTA_DARK),
        circle(58, -70, 42, p.TERRACOTTA),
        line("M58 -92v44M36 -70h44", p.PAPER, 11),
        *(line(f"M-112 {-100 + i * 20}h84", p.STEEL_DARK, 7) for i in range(4)),
    )
    look = cast.OHLSEN
    return drawing(
        blob(780, 430, 1360, 860, p.ROSE, turn=-4),
        frame(
            150,
            110,
            240,
            190,
            rect(0, 0, 240, 190, p.MINT),
            path("M0 190V130C60 90 120 140 240 100V190Z", p.SAGE),
            circle(170, 70, 26, p.HONEY),
        ),
        lamp(640, 20, colour=p.PETROL),
        shelf(90, 480, 300, seed=5),
        seated(
            table(800),
            partial(
                person,
                look,
                560,
                384,
                scale=1.22,
                facing=1,
                left=Arm(elbow=(-170, 320), wrist=(-20, 330), hand="point", hand_turn=4),
                right=Arm(elbow=(160, 350), wrist=(76, 350)),
            ),
        ),
        at(
            560 + 56 * 1.22,
            384 + 350 * 1.22,
            rect(-15, -44, 30, 88, p.INK, 12),
            circle(0, 0, 27, p.PAPER),
            circle(0, 0, 19, p.TERRACOTTA),
            turn=4,
        ),
        at(1010, 902, station),
        sound(1180, 800, colour=p.TERRACOTTA),
        clipped(
            circle(1290, 350, 190, p.PETROL_LIGHT),
            person(cast.TARIK, 1290, 350, scale=1.02, facing=-1, mood="smile"),
            at(
                1290,
                350,
                headphones(p.INK),
                line("M-58 26C-60 60 -50 66 -34 62", p.INK, 7),
                ellipse(-30, 61, 11, 8, p.INK),
                scale=1.02,
            ),
        ),
        circle(1290, 350, 190, "none", stroke=p.PAPER, stroke_width=16),
        path("M1180 540L1120 640L1250 560Z", p.PAPER),
        heart(1500, 190, 34),
        mug(330, 896, colour=p.OCHRE),
        background="#F9E9DA",
    )
