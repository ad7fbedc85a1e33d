"""A 3D printer builds a cog while two people watch."""

from functools import partial

from demo.drawing import cast
from demo.drawing import palette as p
from demo.drawing.figures import seated
from demo.drawing.people import RESTING_LEFT, RESTING_RIGHT, Arm, person
from demo.drawing.props import blob, cog, lamp, shelf, table
from demo.drawing.svg import at, circle, drawing, group, line, mix, path, poly, rect


def picture() -> str:
    machine = group(
        rect(-230, -430, 460, 430, p.PETROL_DARK, 26),
        rect(-196, -396, 392, 320, "#0F3236", 12),
        rect(-196, -396, 392, 320, p.HONEY, 12, opacity=0.14),
        rect(-196, -318, 392, 16, p.STEEL),
        rect(-46, -346, 92, 70, p.STEEL_DARK, 10),
        poly([(-16, -276), (16, -276), (4, -250), (-4, -250)], p.OCHRE),
        rect(-150, -96, 300, 18, p.STEEL, 4),
        at(0, -172, cog(76, p.TERRACOTTA)),
        line("M0 -250V-232", p.OCHRE, 6),
        line("M20 -346C60 -470 120 -490 176 -470", p.OCHRE, 7),
        rect(-196, -60, 392, 40, p.PETROL, 8),
        circle(150, -40, 12, p.OCHRE),
        rect(-170, -50, 120, 20, p.MINT, 5),
        at(
            196,
            -480,
            circle(0, 0, 66, p.OCHRE),
            circle(0, 0, 44, mix(p.OCHRE, p.INK, 0.2)),
            circle(0, 0, 16, p.PAPER),
        ),
    )
    return drawing(
        blob(800, 420, 1400, 860, p.MINT),
        shelf(110, 250, 360, seed=8),
        lamp(1280, 60, colour=p.TERRACOTTA),
        seated(
            table(780),
            partial(
                person,
                cast.TARIK,
                330,
                372,
                scale=1.16,
                facing=1,
                left=RESTING_LEFT,
                right=Arm(elbow=(176, 330), wrist=(150, 226), hand="point", hand_turn=70),
            ),
            partial(
                person,
                cast.OHLSEN,
                1250,
                384,
                scale=1.14,
                facing=-1,
                mood="oh",
                right=RESTING_RIGHT,
                left=Arm(elbow=(-150, 320), wrist=(-40, 250), hand="relaxed", hand_turn=-30),
            ),
        ),
        at(800, 880, machine),
        at(1180, 872, cog(52, p.OCHRE)),
        at(1284, 884, cog(34, p.PETROL)),
        at(
            440,
            886,
            path("M-84 -34H84L60 0H-56Z", p.ROSE),
            rect(-40, -78, 62, 46, p.TERRACOTTA, 6),
            rect(-50, -90, 84, 14, p.ROSE, 6),
            rect(-22, -66, 26, 18, p.CREAM, 4),
            rect(36, -72, 20, 40, p.OCHRE, 4),
        ),
        background="#EAF0E4",
    )
