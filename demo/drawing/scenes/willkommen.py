"""Old and young around one long table: the picture of the home page."""

from dataclasses import replace
from functools import partial

from demo.drawing import cast
from demo.drawing import palette as p
from demo.drawing.figures import seated
from demo.drawing.people import NO_ARM, Arm, person
from demo.drawing.props import (
    blob,
    books,
    cog,
    heart,
    lamp,
    laptop_back,
    mug,
    plant,
    shelf,
    sparkle,
    table,
    tablet,
    window,
)
from demo.drawing.svg import at, circle, drawing, ellipse, group, line, path, rect


def picture() -> str:
    screen = group(
        circle(-50, -14, 34, p.OCHRE),
        path("M-160 90L-60 -10L10 60L70 10L160 90Z", p.PETROL),
        heart(84, -44, 24),
    )
    back = seated(
        table(760, left=-60, right=1660),
        partial(
            person,
            cast.BRANDT,
            270,
            366,
            scale=1.08,
            facing=1,
            mood="laugh",
            left=Arm(elbow=(-150, 330), wrist=(-50, 374)),
            right=Arm(elbow=(146, 330), wrist=(60, 378)),
        ),
        partial(
            person,
            cast.TARIK,
            1340,
            336,
            scale=1.08,
            facing=-1,
            mood="smile",
            right=Arm(elbow=(150, 340), wrist=(60, 400)),
            left=NO_ARM,
        ),
        partial(
            person,
            replace(cast.MIA, top=p.SAGE, top_shade=p.PETROL_LIGHT),
            530,
            436,
            scale=1.18,
            facing=-1,
            mood="laugh",
            left=Arm(elbow=(-150, 320), wrist=(-70, 376)),
            right=Arm(elbow=(150, 320), wrist=(70, 376)),
        ),
        partial(
            person,
            cast.HILDE,
            822,
            366,
            scale=1.14,
            facing=1,
            mood="laugh",
            left=Arm(elbow=(-150, 330), wrist=(-60, 376)),
            right=Arm(elbow=(160, 330), wrist=(110, 384), hand="flat"),
        ),
        partial(
            person,
            replace(cast.BEN, top=p.OCHRE, top_shade=p.OCHRE_DARK),
            1110,
            470,
            scale=1.22,
            facing=-1,
            mood="laugh",
            left=Arm(elbow=(-150, 310), wrist=(-100, 352), hand="point"),
            right=Arm(elbow=(150, 320), wrist=(60, 360)),
        ),
    )
    return drawing(
        blob(800, 430, 1500, 900, p.HONEY, turn=-3),
        window(610, 50, 300, 300, sky=p.MINT),
        shelf(110, 210, 330, seed=14),
        shelf(1180, 190, 320, seed=6),
        lamp(500, 40, colour=p.TERRACOTTA, glow=p.PAPER),
        lamp(1050, 20, colour=p.PETROL, glow=p.PAPER),
        plant(90, 800, scale=1.25, kind="tall", pot=p.PETROL),
        plant(1530, 780, scale=1.05, pot=p.TERRACOTTA),
        back,
        at(430, 912, ellipse(0, 2, 84, 14, p.INK, opacity=0.14), small_robot()),
        tablet(940, 868, screen, w=310, h=190, turn=-4),
        mug(668, 906, colour=p.PETROL),
        at(1240, 900, cog(44, p.OCHRE)),
        at(1322, 912, cog(28, p.TERRACOTTA)),
        books(200, 914, p.TERRACOTTA, p.PETROL, p.OCHRE),
        laptop_back(1460, 906, scale=0.62),
        sparkle(110, 340, 20, p.TERRACOTTA),
        sparkle(1120, 240, 20, p.PAPER),
        heart(960, 190, 22),
        background=p.SAND,
    )


def small_robot() -> str:
    return group(
        rect(-56, -22, 32, 24, p.INK, 10),
        rect(24, -22, 32, 24, p.INK, 10),
        rect(-50, -84, 100, 68, p.TERRACOTTA, 22),
        rect(-24, -62, 48, 26, p.CREAM, 7),
        rect(-42, -156, 84, 64, p.PETROL, 22),
        rect(-31, -144, 62, 42, p.PETROL_DARK, 14),
        ellipse(-14, -126, 6, 8, p.HONEY),
        ellipse(14, -126, 6, 8, p.HONEY),
        line("M-9 -113q9 7 18 0", p.HONEY, 4),
        line("M0 -156v-22", p.INK, 5),
        circle(0, -184, 9, p.OCHRE),
        line("M-50 -64q-26 4 -24 30M50 -64q26 -8 24 -40", p.STEEL_DARK, 10),
    )
