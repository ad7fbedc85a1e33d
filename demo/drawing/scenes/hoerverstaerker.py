"""A man with headphones hears a bird song again."""

from functools import partial

from demo.drawing import cast
from demo.drawing import palette as p
from demo.drawing.figures import seated
from demo.drawing.people import RESTING_RIGHT, Arm, person
from demo.drawing.props import blob, plant, table, window
from demo.drawing.svg import at, circle, drawing, ellipse, group, line, path, rect
from demo.drawing.worn import headphones


def picture() -> str:
    notes = group(
        *(
            at(
                x,
                y,
                ellipse(0, 0, 17, 13, c, transform="rotate(-18)"),
                line("M15 -4V-66q22 4 26 26", c, 7),
                scale=s,
            )
            for x, y, c, s in [
                (0, 0, p.PETROL, 1),
                (96, -70, p.TERRACOTTA, 1.2),
                (210, -20, p.PETROL, 0.9),
                (300, -110, p.OCHRE_DARK, 1.1),
            ]
        )
    )
    bird = group(
        path(
            "M-70 20C-66 -40 -10 -62 34 -44C54 -56 76 -48 80 -30L106 -22L80 -12C76 40 20 64 -30 52L-110 66Z",
            p.TERRACOTTA,
        ),
        path("M-40 0C-14 -22 30 -10 34 22C6 40 -26 34 -40 0Z", p.ROSE),
        circle(62, -28, 6, p.INK),
        line("M-6 52v26M20 48v28", p.INK, 6),
    )
    device = group(
        ellipse(0, 4, 150, 20, p.INK, opacity=0.14),
        rect(-140, -92, 280, 92, p.PAPER, 22),
        rect(-140, -30, 280, 30, p.STEEL, 0),
        circle(-74, -56, 28, p.PETROL),
        line("M-74 -56l14 -14", p.PAPER, 7),
        rect(-14, -76, 124, 12, p.STEEL, 6),
        rect(-14, -76, 84, 12, p.OCHRE, 6),
        rect(-14, -50, 124, 12, p.STEEL, 6),
        rect(-14, -50, 50, 12, p.TERRACOTTA, 6),
    )
    return drawing(
        blob(800, 430, 1380, 860, p.MINT, turn=6),
        window(160, 80, 300, 420, arch=True, sky="#F6E3BE"),
        line("M1100 350C1240 330 1400 350 1560 310", p.WOOD_DARK, 14),
        ellipse(1480, 300, 40, 18, p.PETROL_LIGHT),
        ellipse(1420, 352, 36, 16, p.SAGE),
        ellipse(1180, 330, 30, 14, p.SAGE),
        at(1300, 262, bird),
        at(900, 300, notes),
        seated(
            table(790),
            partial(
                person,
                cast.BRANDT,
                690,
                390,
                scale=1.26,
                facing=1,
                closed=True,
                left=Arm(elbow=(-196, 270), wrist=(-104, 66), hand="none"),
                right=RESTING_RIGHT,
            ),
        ),
        at(690, 390, headphones(p.TERRACOTTA), scale=1.26),
        at(
            690 - 96 * 1.26,
            390 + 34 * 1.26,
            ellipse(0, 0, 34, 28, p.SKIN_2[0]),
            line("M10 -14q12 2 14 10M12 2q10 0 12 8", p.SKIN_2[1], 4),
        ),
        at(1060, 890, device),
        line("M622 520C640 700 780 900 922 860", p.INK, 7),
        plant(330, 880, scale=0.95, pot=p.OCHRE),
        background="#F7EBD6",
    )
