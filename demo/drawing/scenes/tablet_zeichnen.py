"""A girl and her grandmother draw a bird on a tablet."""

from functools import partial

from demo.drawing import cast
from demo.drawing import palette as p
from demo.drawing.figures import seated
from demo.drawing.people import NO_ARM, RESTING_LEFT, Arm, person
from demo.drawing.props import blob, frame, mug, plant, shelf, sparkle, table, tablet, window
from demo.drawing.svg import at, circle, drawing, ellipse, group, line, mix, path, poly, rect


def picture() -> str:
    bird = group(
        path(
            "M-120 60C-110 -40 -20 -80 60 -50C90 -70 120 -60 128 -40L160 -28L126 -16C120"
            " 60 40 110 -40 90L-130 110Z",
            p.TERRACOTTA,
        ),
        path("M-60 10C-20 -30 50 -10 60 40C10 70 -40 60 -60 10Z", p.OCHRE),
        circle(98, -36, 7, p.INK),
        line("M-10 90v36M30 84v38", p.INK, 7),
        line("M-160 128C-60 112 60 136 170 118", p.PETROL, 9),
        ellipse(-120, 118, 26, 12, p.SAGE),
        ellipse(120, 108, 28, 12, p.SAGE),
        sparkle(-120, -60, 22),
        sparkle(150, -90, 16, p.PETROL),
    )
    return drawing(
        blob(800, 430, 1360, 880, p.ROSE),
        window(140, 90, 280, 400, arch=True),
        shelf(1130, 300, 380),
        frame(
            640,
            90,
            210,
            160,
            circle(105, 80, 40, p.OCHRE),
            path("M0 160L60 90L110 140L150 100L210 160Z", p.PETROL),
        ),
        plant(1500, 800, scale=0.95),
        seated(
            table(770),
            partial(
                person,
                cast.HILDE,
                500,
                372,
                scale=1.18,
                facing=1,
                down=True,
                left=RESTING_LEFT,
                right=Arm(elbow=(160, 320), wrist=(90, 396), hand="flat"),
            ),
            partial(
                person,
                cast.LOTTE,
                1090,
                420,
                scale=1.34,
                facing=-1,
                mood="laugh",
                down=True,
                left=NO_ARM,
                right=Arm(elbow=(146, 300), wrist=(60, 372)),
            ),
        ),
        tablet(800, 808, at(0, 0, bird, scale=0.86), w=560, h=330, turn=-3),
        person_hand_with_pen(),
        mug(330, 880),
        at(
            1330,
            890,
            *(
                rect(i * 34, -8 - i % 2 * 8, 110, 13, c, 6, transform=f"rotate({-12 + i * 9})")
                for i, c in enumerate((p.OCHRE, p.TERRACOTTA, p.PETROL))
            ),
        ),
        background="#F8E6D2",
    )


def person_hand_with_pen() -> str:
    """The girl's arm, which lies on the tablet, with the pen in it."""
    look = cast.LOTTE
    return group(
        at(
            926, 772, rect(-8, -150, 16, 196, p.PETROL, 6), poly([(-8, 46), (8, 46), (0, 70)], p.INK), turn=32
        ),
        line(
            "M984 614Q1086 806 972 786",
            mix(look.top, look.top_shade, 0.5),
            70,
            stroke_linecap="round",
            stroke_linejoin="round",
        ),
        line("M982 788L948 780", look.skin[0], 44),
        ellipse(938, 776, 34, 28, look.skin[0]),
        line("M918 762q-10 14 -6 28M940 794q-10 2 -16 -4", look.skin[1], 4),
    )
