"""A real ticket machine to practise on, without a queue behind."""

from demo.drawing import cast
from demo.drawing import palette as p
from demo.drawing.people import Arm, person
from demo.drawing.props import blob, phone, plant, window
from demo.drawing.svg import at, circle, drawing, ellipse, group, line, path, rect


def picture() -> str:
    machine = group(
        path("M-190 0V-640Q-190 -690 -140 -690H140Q190 -690 190 -640V0Z", p.PETROL),
        path("M110 -690H140Q190 -690 190 -640V0H130Z", p.PETROL_DARK, opacity=0.7),
        rect(-150, -640, 300, 62, p.PAPER, 12),
        rect(-126, -622, 36, 26, p.PETROL, 6),
        line("M-70 -609h180", p.PETROL, 10),
        rect(-150, -556, 300, 236, p.INK, 16),
        rect(-134, -540, 268, 204, p.CREAM, 6),
        path("M-134 -440C-60 -480 0 -400 60 -450S134 -430 134 -450V-336H-134Z", p.MINT),
        line("M-100 -372C-60 -420 -10 -380 30 -430S90 -470 104 -496", p.TERRACOTTA, 9),
        circle(-100, -372, 13, p.PETROL),
        circle(104, -496, 13, p.OCHRE),
        *(
            rect(-150 + i * 78, -292, 62, 46, c, 10)
            for i, c in enumerate((p.OCHRE, p.HONEY, p.SAND, p.OCHRE))
        ),
        rect(-150, -222, 130, 66, p.INK, 10),
        rect(-130, -194, 90, 10, p.STEEL, 5),
        rect(20, -222, 130, 66, p.INK, 10),
        circle(85, -189, 20, p.STEEL),
        rect(81, -205, 8, 32, p.INK),
        rect(-100, -120, 200, 66, p.INK, 12),
        rect(-60, -104, 120, 60, p.PAPER, 4),
        line("M-40 -80h70M-40 -64h40", p.STEEL, 6),
    )
    return drawing(
        blob(800, 440, 1420, 880, p.HONEY, turn=3),
        at(
            60,
            120,
            rect(0, 0, 330, 120, p.TERRACOTTA, 16),
            circle(60, 60, 34, p.PAPER),
            path("M44 42h32q8 0 8 8v24h-48v-24q0 -8 8 -8Z", p.TERRACOTTA),
            circle(50, 80, 6, p.TERRACOTTA),
            circle(70, 80, 6, p.TERRACOTTA),
            line("M120 46h160M120 78h110", p.PAPER, 12),
        ),
        window(1250, 80, 270, 360),
        rect(0, 880, 1600, 120, p.WOOD),
        rect(0, 880, 1600, 14, p.WOOD_DARK, opacity=0.5),
        ellipse(1000, 904, 240, 24, p.INK, opacity=0.15),
        at(1000, 904, machine),
        plant(1440, 940, scale=1.4, kind="tall", pot=p.TERRACOTTA),
        person(
            cast.JONAS,
            250,
            450,
            scale=1.22,
            facing=1,
            mood="laugh",
            right=Arm(elbow=(150, 320), wrist=(110, 330), hand="none"),
        ),
        person(
            cast.HILDE,
            560,
            410,
            scale=1.26,
            facing=1,
            mood="smile",
            left=Arm(elbow=(-140, 330), wrist=(-60, 380)),
            right=Arm(elbow=(170, 280), wrist=(224, 120), hand="point"),
        ),
        at(
            360,
            780,
            phone(
                0,
                0,
                rect(-38, -80, 76, 60, p.TERRACOTTA),
                rect(-24, 0, 48, 48, p.INK),
                rect(-12, 12, 24, 24, p.PAPER),
                scale=0.9,
                turn=12,
            ),
            ellipse(-30, 50, 30, 24, cast.JONAS.skin[0]),
        ),
        background="#FBEFD8",
    )
