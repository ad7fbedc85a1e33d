"""Somebody questions an artificial intelligence and finds a mistake."""

from functools import partial

from demo.drawing import cast
from demo.drawing import palette as p
from demo.drawing.figures import seated
from demo.drawing.people import RESTING_LEFT, RESTING_RIGHT, Arm, person
from demo.drawing.props import blob, bubble, laptop, shelf, table, text_lines, window
from demo.drawing.svg import at, circle, drawing, group, line


def picture() -> str:
    answer = group(
        line("M-160 -92H40M-160 -58H30", p.STEEL, 13),
        line("M70 -72H196", p.TERRACOTTA, 13),
        line("M70 -50q8 -9 16 0t16 0t16 0t16 0t16 0t16 0t16 0t16 0", p.TERRACOTTA, 5),
        text_lines(-160, -16, 300, 4, colour=p.STEEL, gap=34, width=13),
    )
    look = cast.YUKI
    return drawing(
        blob(800, 430, 1400, 860, p.MINT, turn=4),
        shelf(110, 290, 300, seed=12),
        window(1240, 80, 270, 340, arch=True, sky="#F6E3BE"),
        seated(
            table(785),
            partial(
                person,
                cast.BRANDT,
                300,
                390,
                scale=1.14,
                facing=1,
                mood="smile",
                left=RESTING_LEFT,
                right=RESTING_RIGHT,
            ),
            partial(
                person,
                look,
                1310,
                400,
                scale=1.14,
                facing=-1,
                mood="laugh",
                right=RESTING_RIGHT,
                left=Arm(elbow=(-160, 300), wrist=(-208, 178), hand="point", hand_turn=4),
            ),
        ),
        laptop(800, 890, answer, scale=1.42),
        at(
            1000,
            560,
            circle(0, 0, 92, p.PAPER, opacity=0.45),
            circle(0, 0, 92, "none", stroke=p.OCHRE_DARK, stroke_width=17),
            line("M66 66L140 140", p.OCHRE_DARK, 26),
        ),
        bubble(620, 190, 240, 140, *(circle(-52 + i * 52, 0, 15, p.PETROL) for i in range(3)), tail=(40, 60)),
        circle(1010, 180, 66, p.TERRACOTTA),
        line("M990 160q0 -26 24 -26t24 26q0 18 -26 30v14", p.PAPER, 13),
        circle(1012, 226, 8, p.PAPER),
        background="#F6EEDC",
    )
