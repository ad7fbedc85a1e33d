"""Somebody asks a small loudspeaker for the weather."""

from functools import partial

from demo.drawing import cast
from demo.drawing import palette as p
from demo.drawing.figures import seated
from demo.drawing.people import RESTING_LEFT, Arm, person
from demo.drawing.props import blob, bubble, lamp, mug, plant, shelf, sound, table, window
from demo.drawing.svg import at, circle, drawing, ellipse, group, line, path


def picture() -> str:
    speaker = group(
        ellipse(0, 0, 118, 26, p.INK, opacity=0.16),
        path("M-104 -190V-30C-104 8 104 8 104 -30V-190Z", p.PETROL),
        path("M40 -190H104V-30C104 -10 70 -4 40 0Z", p.PETROL_DARK, opacity=0.6),
        *(
            circle(-78 + (i % 7) * 26 + (13 if i // 7 % 2 else 0), -150 + i // 7 * 26, 5, p.PETROL_DARK)
            for i in range(35)
            if (i % 7) * 26 + (13 if i // 7 % 2 else 0) < 172
        ),
        ellipse(0, -190, 104, 30, p.PETROL_LIGHT),
        ellipse(0, -190, 78, 20, p.PETROL_DARK),
        ellipse(0, -190, 60, 14, p.OCHRE),
    )
    weather = group(
        circle(-16, -12, 46, p.OCHRE),
        line("M-16 -84v-12M-78 -12h-12M-60 -56l-10 -10M28 -56l10 -10M-60 32l-10 10", p.OCHRE, 9),
        path(
            "M-24 52C-58 52 -58 6 -22 8C-12 -26 44 -24 50 8C84 8 84 52 54 52Z",
            p.PAPER,
            stroke=p.PETROL,
            stroke_width=8,
        ),
    )
    return drawing(
        blob(800, 420, 1380, 880, p.HONEY),
        window(1180, 90, 300, 380),
        lamp(800, 30, colour=p.TERRACOTTA, glow=p.PAPER),
        shelf(120, 280, 330, seed=11),
        seated(
            table(780),
            partial(
                person,
                cast.HILDE,
                420,
                380,
                scale=1.2,
                facing=1,
                mood="laugh",
                left=RESTING_LEFT,
                right=Arm(elbow=(160, 330), wrist=(216, 244), hand="flat", hand_turn=20),
            ),
        ),
        at(860, 890, speaker),
        sound(726, 560, flip=True, colour=p.TERRACOTTA),
        sound(1000, 640, colour=p.TERRACOTTA),
        bubble(1190, 520, 330, 230, weather, tail=(-150, 110)),
        mug(230, 890, colour=p.PETROL),
        plant(1400, 890, scale=0.9, pot=p.TERRACOTTA, kind="grass"),
        background=p.SAND,
    )
