"""The town library in the old magistrate's house: red brick, a stepped gable, a long ramp."""

from demo.drawing import cast
from demo.drawing import palette as p
from demo.drawing.figures import in_wheelchair, standing
from demo.drawing.people import Arm
from demo.drawing.street import cloud, pane, tree
from demo.drawing.svg import at, circle, drawing, group, line, mix, path, poly, rect


def picture() -> str:
    steps = "M420 300V240H490V180H560V120H640V70H760V120H840V180H910V240H980V300Z"
    bricks = line(
        "".join(f"M{440 + (i * 97) % 500} {320 + i * 31 % 500}h26" for i in range(46)),
        p.TERRACOTTA_DARK,
        7,
        opacity=0.5,
    )
    house = group(
        path(steps, p.TERRACOTTA),
        rect(420, 298, 560, 552, p.TERRACOTTA),
        bricks,
        line("M420 298h560M420 520h560", p.SAND, 14, stroke_linecap="butt"),
        *(
            group(
                path(f"M{x} 480V390A42 42 0 0 1 {x + 84} 390V480Z", p.PAPER),
                path(f"M{x + 9} 480V392A33 33 0 0 1 {x + 75} 392V480Z", p.PETROL_DARK),
                line(f"M{x + 42} 360V480M{x + 9} 420H{x + 75}", p.PAPER, 6),
            )
            for x in (470, 658, 846)
        ),
        circle(700, 200, 46, p.PAPER),
        circle(700, 200, 37, p.PETROL_DARK),
        line("M700 163V237M663 200H737", p.PAPER, 6),
        *(
            group(
                rect(x - 8, 572, 120, 176, p.PAPER, 4),
                rect(x, 580, 104, 160, "#F6D690"),
                *(
                    rect(x + 8 + i * 18, 650 + (i * 13) % 26, 13, 90 - (i * 13) % 26, c)
                    for i, c in enumerate((p.PETROL, p.OCHRE, p.WINE, p.SAGE, p.TERRACOTTA))
                ),
            )
            for x in (464, 832)
        ),
        path("M620 850V640A80 80 0 0 1 780 640V850Z", p.SAND),
        path("M638 850V644A62 62 0 0 1 762 644V850Z", p.PETROL),
        line("M700 584V850", p.PETROL_DARK, 6),
        circle(688, 740, 6, p.HONEY),
        circle(712, 740, 6, p.HONEY),
    )
    wing = group(
        rect(980, 440, 460, 410, mix(p.TERRACOTTA, p.ROSE, 0.4)),
        poly([(960, 450), (1040, 330), (1390, 330), (1470, 450)], p.WINE),
        *(pane(1030 + i * 134, 520, 84, 130) for i in range(3)),
    )
    ramp = group(
        poly([(600, 850), (800, 850), (800, 884), (560, 884)], p.STEEL),
        rect(580, 866, 230, 18, mix(p.STEEL, p.INK, 0.12)),
        poly([(790, 846), (830, 846), (1330, 896), (1330, 910), (790, 910)], p.STEEL),
        poly([(790, 884), (1330, 902), (1330, 910), (790, 910)], p.STEEL_DARK, opacity=0.5),
        line("M812 846V770L1310 826V892M930 856V784M1060 870V798M1190 882V812", p.PETROL_DARK, 10),
        line("M812 806L1310 862", p.PETROL_DARK, 6),
    )
    return drawing(
        cloud(230, 150, 1.2),
        cloud(1220, 200),
        rect(0, 640, 420, 250, p.SAGE),
        path("M-20 700C60 600 140 660 200 610C280 560 340 640 440 600V880H-20Z", mix(p.SAGE, p.PETROL, 0.25)),
        wing,
        house,
        rect(0, 850, 1600, 150, "#E4CFAE"),
        tree(180, 884, scale=1.25, leaf=p.OCHRE),
        tree(1500, 880, scale=1.1),
        ramp,
        line("M60 930h240M420 960h320M900 960h300M1320 950h200", "#D2B98F", 6),
        at(
            330,
            908,
            rect(-70, -160, 140, 20, p.PETROL, 8),
            rect(-8, -150, 16, 150, p.PETROL),
            rect(-58, -120, 116, 90, p.PAPER, 6),
            *(
                rect(-48 + i * 20, -110 + i % 2 * 10, 14, 72 - i % 2 * 10, c)
                for i, c in enumerate((p.TERRACOTTA, p.OCHRE, p.PETROL, p.WINE, p.SAGE))
            ),
        ),
        in_wheelchair(cast.OHLSEN, 1010, 880, scale=0.36, facing=-1, trousers=p.PETROL_DARK),
        standing(
            cast.BEN,
            470,
            930,
            scale=0.4,
            facing=1,
            trousers=p.PETROL,
            mood="laugh",
            right=Arm(elbow=(170, 280), wrist=(230, 150), hand="flat"),
        ),
        standing(cast.AMINA, 1240, 940, scale=0.4, facing=-1, trousers=p.WINE, skirt=True),
        background="#F5E4C8",
    )
