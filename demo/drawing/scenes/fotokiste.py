"""Old photographs become files."""

from functools import partial

from demo.drawing import cast
from demo.drawing import palette as p
from demo.drawing.figures import seated
from demo.drawing.people import RESTING_LEFT, RESTING_RIGHT, Arm, person
from demo.drawing.props import blob, shelf, table, text_lines, window
from demo.drawing.svg import at, circle, clipped, drawing, ellipse, group, line, path, poly, rect


def picture() -> str:

    def photo(x: float, y: float, turn: float, *content: str, w: float = 150, h: float = 176) -> str:
        return at(
            x,
            y,
            rect(-w / 2 + 5, -h / 2 + 7, w, h, p.INK, 4, opacity=0.14),
            rect(-w / 2, -h / 2, w, h, p.PAPER, 4),
            clipped(rect(-w / 2 + 12, -h / 2 + 12, w - 24, h - 52, "#D9C3A0"), *content),
            turn=turn,
        )

    couple = group(
        circle(-22, -18, 22, "#B08B62"),
        circle(22, -12, 20, "#C7A67C"),
        path("M-60 60C-58 6 -2 2 0 40C2 8 54 10 58 60Z", "#8C6A48"),
    )
    house = group(
        rect(-34, -16, 68, 60, "#B08B62"),
        poly([(-46, -14), (0, -56), (46, -14)], "#8C6A48"),
        rect(-80, 36, 160, 40, "#A5A077"),
    )
    car = group(
        path("M-52 20V0Q-30 -2 -22 -26H20Q30 -4 54 0V20Z", "#8C6A48"),
        circle(-28, 22, 13, p.INK),
        circle(30, 22, 13, p.INK),
        rect(-90, 32, 180, 40, "#B39B78"),
    )
    return drawing(
        blob(800, 420, 1400, 860, p.ROSE, turn=5),
        shelf(1100, 270, 380, seed=9),
        window(130, 80, 280, 360),
        seated(
            table(790),
            partial(
                person,
                cast.BRANDT,
                470,
                384,
                scale=1.2,
                facing=1,
                mood="laugh",
                left=RESTING_LEFT,
                right=Arm(elbow=(160, 330), wrist=(176, 240), hand="grip", hand_turn=-10),
            ),
            partial(
                person,
                cast.LENA,
                1120,
                384,
                scale=1.18,
                facing=-1,
                mood="smile",
                left=Arm(elbow=(-150, 330), wrist=(-100, 372)),
                right=RESTING_RIGHT,
            ),
        ),
        photo(756, 560, 8, at(0, -20, couple), w=190, h=210),
        at(722, 668, ellipse(0, 0, 32, 24, p.SKIN_2[0]), line("M-36 -24L-6 -4", p.SKIN_2[0], 24)),
        at(
            470,
            902,
            path("M-180 -130H180L160 0H-160Z", p.WOOD_DARK),
            path("M-180 -130H180L176 -104H-176Z", p.INK, opacity=0.2),
            rect(-60, -86, 120, 44, p.CREAM, 6),
            text_lines(-38, -64, 76, 1, colour=p.STEEL_DARK),
        ),
        photo(380, 762, -16, at(0, -18, house)),
        photo(520, 756, 10, at(0, -14, car)),
        table_scanner(1010, 900),
        photo(1330, 876, 14, at(0, -18, house), w=130, h=150),
        photo(760, 900, -9, at(0, -14, car), w=130, h=150),
        background="#F8E4D4",
    )


def table_scanner(x: float, y: float) -> str:
    return at(
        x,
        y,
        ellipse(0, 2, 210, 18, p.INK, opacity=0.14),
        rect(-200, -70, 400, 70, p.STEEL, 16),
        rect(-200, -28, 400, 28, p.STEEL_DARK, 12),
        path("M-190 -70L-150 -190H190L200 -70Z", p.PETROL),
        rect(-170, -76, 340, 10, p.HONEY),
        circle(160, -44, 10, p.TERRACOTTA),
        circle(126, -44, 7, p.PAPER),
    )
