"""People, from the head down to the waist, drawn around the middle of the head.

A head is about 150 units high; shoulders lie near y = 150, the waist near y = 430. Whoever is drawn looks to
the left (-1), to the reader (0) or to the right (1).
"""

from dataclasses import dataclass
from math import atan2, degrees

from demo.drawing import palette as p
from demo.drawing.hair import back_hair, front_hair
from demo.drawing.svg import (
    Point,
    at,
    bent,
    between,
    circle,
    clipped,
    direction,
    ellipse,
    group,
    line,
    mix,
    n,
    path,
    rect,
    tag,
    within,
)

BODY = (
    "M-34 104C-60 118 -112 122 -128 168C-138 210 -128 330 -124 640H124C128 330"
    " 138 210 128 168C112 122 60 118 34 104Z"
)


@dataclass(frozen=True, kw_only=True)
class Arm:
    """An arm over shoulder, elbow and wrist in the figure's own units; `hand` is how the hand is held."""

    elbow: Point
    wrist: Point
    hand: str = "relaxed"  # relaxed, point, flat, none, grip
    hand_turn: float = 0
    softness: float = 0.45


NO_ARM = Arm(elbow=(0, 0), wrist=(0, 0))
"""For an arm that the scene draws itself."""

RESTING_LEFT = Arm(elbow=(-150, 330), wrist=(-44, 374))
RESTING_RIGHT = Arm(elbow=(150, 330), wrist=(44, 374))
"""Arms that lie on a table."""


@dataclass(frozen=True, kw_only=True)
class Look:
    """What makes a person recognisable from picture to picture."""

    skin: tuple[str, str] = p.SKIN_1
    hair: str = "short"
    hair_colour: str = p.BROWN_HAIR
    top: str = p.PETROL
    top_shade: str = p.PETROL_DARK
    inner: str | None = None  # the shirt under a cardigan
    neckline: str = "crew"  # crew, collar, cardigan, turtleneck, hood
    stripes: str | None = None
    glasses: str | None = None
    beard: str | None = None
    earring: str | None = None
    old: bool = False
    sleeve: str = "long"  # long, short
    build: float = 1.0  # 1 is an adult, about 0.85 a child


def eyes(facing: int, look: Look, *, down: bool, closed: bool) -> str:
    f = facing * 17
    spread = 23
    out = []
    for side in (-1, 1):
        x = f + side * spread * (0.86 if side == facing else 1)
        if closed:
            out.append(line(f"M{n(x - 9)} -4q9 -9 18 0", p.INK, 4.5))
        elif down:
            out.append(line(f"M{n(x - 9)} -3q9 7 18 0", p.INK, 4.5))
        else:
            out.append(ellipse(x, -3, 5.4, 7, p.INK))
            out.append(circle(x + 1.8, -5.6, 1.7, p.PAPER))
    return group(*out)


def brows(facing: int, colour: str, lift: float = 0) -> str:
    f = facing * 17
    return group(
        line(f"M{n(f - 35)} {n(-21 - lift)}q12 -9 22 -3", colour, 5.5),
        line(f"M{n(f + 13)} {n(-24 - lift)}q12 -6 22 3", colour, 5.5),
    )


def mouth(facing: int, kind: str, skin_shade: str) -> str:
    f = facing * 19
    if kind == "laugh":
        shape = path(
            f"M{n(f - 19)} 30Q{n(f)} 35 {n(f + 19)} 30Q{n(f + 15)} 54 {n(f)} 54"
            f"Q{n(f - 15)} 54 {n(f - 19)} 30Z",
            p.WINE,
        )
        return clipped(shape, rect(f - 13, 26, 26, 12, p.PAPER, 4), ellipse(f, 56, 12, 8, p.TERRACOTTA))
    if kind == "oh":
        return ellipse(f, 40, 8, 10, p.WINE)
    if kind == "calm":
        return line(f"M{n(f - 13)} 38q13 6 26 0", p.WINE, 4.5)
    return line(f"M{n(f - 17)} 34q17 17 34 0", p.WINE, 4.8)


def head(look: Look, *, facing: int, mood: str, down: bool, closed: bool, covered: bool) -> str:
    skin, shade = look.skin
    f = facing * 10
    shape = path(
        f"M-59 -14C-60 -62 -32 -86 0 -86C32 -86 60 -62 59 -14C59 30 {n(38 + f)} 72"
        f" {n(f)} 72C{n(-38 + f)} 72 -59 30 -59 -14Z",
        skin,
    )
    ears = []
    for side in (-1, 1):
        if side != facing:
            ears += [
                ellipse(side * 58, 6, 12, 17, skin),
                path(
                    f"M{side * 60} -2q{side * 6} 7 {side * -1} 14",
                    "none",
                    stroke=shade,
                    stroke_width=3.5,
                    stroke_linecap="round",
                ),
            ]
            if look.earring:
                ears.append(circle(side * 60, 27, 6, look.earring))
    side = -facing if facing else -1
    shadow = path(
        f"M{side * 70} -100H{side * 34}C{side * 50} -20 {side * 44} 40 {side * 6 + f} 80H{side * 80}Z",
        shade,
        opacity=0.32,
    )
    nose = line(
        f"M{n(facing * 20)} 2q{n(facing * 12 or 5)} 14 {n(facing * 5 or 3)} 18"
        f"q{n(-5 * (facing or 1))} 3 {n(-10 * (facing or 1))} 0",
        shade,
        4.5,
    )
    cheeks = group(*(ellipse(facing * 17 + s * 35, 22, 13, 10, p.TERRACOTTA, opacity=0.2) for s in (-1, 1)))
    lines = ""
    if look.old:
        lines = group(
            line(f"M{n(facing * 17 - 46)} 0q-4 4 -8 4M{n(facing * 17 + 42)} 0q4 4 8 4", shade, 3),
            line(f"M{n(facing * 19 - 25)} 22q-7 7 -6 16M{n(facing * 19 + 25)} 22q7 7 6 16", shade, 3),
        )
    glasses = ""
    if look.glasses and not covered:
        x1, x2 = facing * 17 - 24, facing * 17 + 24
        glasses = group(
            *(rect(x - 20, -21, 40, 35, p.PAPER, 15, opacity=0.28) for x in (x1, x2)),
            *(rect(x - 20, -21, 40, 35, "none", 15, stroke=look.glasses, stroke_width=4.5) for x in (x1, x2)),
            line(f"M{n(x1 + 20)} -8q4 -5 8 0", look.glasses, 4.5),
            line(
                f"M{n((x1 - 20) if facing >= 0 else (x2 + 20))} -8L{n(-58 if facing >= 0 else 58)} -2",
                look.glasses,
                4.5,
            ),
        )
    beard = ""
    if look.beard:
        m = facing * 19
        beard = group(
            path(
                f"M-58 -2C-56 6 -50 12 -44 14C-40 30 {n(m - 30)} 26 {n(m)} 22C{n(m + 30)} 26"
                f" 40 30 44 14C50 12 56 6 58 -2C60 40 {n(40 + f)} 84 {n(f)} 84C{n(-40 + f)} 84"
                " -60 40 -58 -2Z",
                look.beard,
            ),
            path(f"M{n(m - 15)} 38q15 12 30 0q-2 13 -15 13t-15 -13Z", p.WINE)
            if mood in ("laugh", "smile")
            else "",
        )
    face = (
        ""
        if covered
        else eyes(facing, look, down=down, closed=closed)
        + brows(facing, p.STEEL_DARK if look.hair_colour in (p.WHITE_HAIR, p.GREY_HAIR) else look.hair_colour)
    )
    return group(
        *ears,
        clipped(shape, shadow),
        cheeks,
        lines,
        face,
        beard,
        nose,
        "" if look.beard else mouth(facing, mood, shade),
        glasses,
        front_hair(look.hair, look.hair_colour, facing),
    )


def hand(x: float, y: float, turn: float, look: Look, kind: str) -> str:
    """A hand whose fingers point along `turn` (0 = to the right)."""
    skin, shade = look.skin
    if kind == "none":
        return ""
    if kind == "point":
        shape = group(
            line("M8 -6L48 -10", skin, 15),
            ellipse(8, 2, 26, 21, skin),
            line("M20 8q10 2 12 -4M18 16q9 2 11 -4", shade, 3),
            line("M0 -14q8 -12 20 -13", skin, 13),
        )
    elif kind == "flat":
        shape = group(
            path("M-18 -16C0 -22 34 -20 56 -10C64 -6 64 4 56 7C34 14 0 18 -18 14Z", skin),
            line("M26 -9l26 5M26 3l26 0", shade, 2.6),
            line("M2 -12q12 -14 26 -14", skin, 13),
        )
    elif kind == "grip":
        shape = group(
            ellipse(10, 0, 25, 23, skin),
            line("M14 -14q14 2 14 6M16 -2q14 0 14 4M14 10q12 -1 13 3", shade, 2.8),
            line("M2 -18q12 -8 22 -4", skin, 13),
        )
    else:
        shape = group(
            path("M-14 -17C4 -24 34 -20 42 -8C46 0 42 12 32 16C16 22 -4 20 -14 15Z", skin),
            line("M20 -4q12 0 18 2M18 7q10 1 15 2", shade, 2.6),
            line("M4 -14q8 -14 20 -15", skin, 13),
        )
    return at(x, y, shape, turn=turn)


def arm(look: Look, shoulder: Point, pose: Arm, *, shade: bool = False) -> str:
    """An arm in front of the body, with a rim of shade that keeps it apart from the top."""
    if pose is NO_ARM:
        return ""
    skin = look.skin[0]
    colour = mix(look.top, look.top_shade, 0.5) if shade else look.top
    whole = bent(shoulder, pose.elbow, pose.wrist, pose.softness)
    if look.sleeve == "short":
        hem = between(shoulder, pose.elbow, 0.75)
        sleeve = f"M{n(shoulder[0])} {n(shoulder[1])}L{n(hem[0])} {n(hem[1])}"
        out = [
            line(whole, look.skin[1], 52, opacity=0.55),
            line(whole, skin, 44),
            rim(line(sleeve, look.top_shade, 76, opacity=0.5)),
            line(sleeve, colour, 64),
        ]
    else:
        cuff = between(pose.wrist, pose.elbow, 0.05)
        ux, uy = direction(pose.elbow, pose.wrist)
        out = [
            line(whole, skin, 36),
            rim(line(whole, look.top_shade, 74, opacity=0.5, stroke_linecap="butt")),
            line(whole, colour, 62, stroke_linecap="butt"),
            circle(*shoulder, 31, colour),
            line(
                f"M{n(cuff[0] - uy * 27)} {n(cuff[1] + ux * 27)}L{n(cuff[0] + uy * 27)}"
                f" {n(cuff[1] - ux * 27)}",
                look.top_shade,
                10,
            ),
        ]
    if pose.hand == "none":
        return group(*out)
    ux, uy = direction(pose.elbow, pose.wrist)
    ahead = 16 if look.sleeve == "long" else 6
    held = at(
        pose.wrist[0] + ux * ahead,
        pose.wrist[1] + uy * ahead,
        tag("g", hand(0, 0, 0, look, pose.hand), transform="scale(1 -1)" if ux < 0 else None),
        turn=degrees(atan2(uy, ux)) + pose.hand_turn,
    )
    return group(*out, held)


def rim(stroke: str) -> str:
    """A stroke that shows only on the body, not beside it."""
    return within(BODY, stroke)


def torso(look: Look, *, facing: int, hem: float) -> str:
    skin, skin_shade = look.skin
    shape = path(BODY.replace("640", n(hem)), look.top)
    side = -facing if facing else -1
    inside = [
        path(
            f"M{side * 140} 90H{side * 62}C{side * 88} 220 {side * 74} 340 {side * 60} 650H{side * 140}Z",
            look.top_shade,
            opacity=0.42,
        )
    ]
    if look.stripes:
        inside = [rect(-150, y, 300, 17, look.stripes) for y in range(176, 640, 44)] + inside
    if look.neckline == "cardigan":
        inside.append(path("M-36 96L-4 300L-10 650H14L6 300L40 96Z", look.inner or p.PAPER))
        inside.append(
            line(
                "M-36 98C-30 190 -12 240 -6 300V650M40 98C34 190 16 240 10 300V650",
                look.top_shade,
                6,
                opacity=0.7,
            )
        )
        inside += [circle(26, y, 5, look.top_shade) for y in (330, 380, 430)]
    body = clipped(shape, *inside)
    neck = group(
        path("M-29 40H29V108C29 132 -29 132 -29 108Z", skin),
        path("M-29 60C-10 84 14 84 29 66V92C10 102 -12 98 -29 84Z", skin_shade, opacity=0.75),
    )
    extra = ""
    if look.neckline == "crew":
        neck_hole = path("M-40 102C-30 142 30 142 40 102C24 92 -24 92 -40 102Z", skin)
        extra = neck_hole + line("M-41 104C-30 144 30 144 41 104", look.top_shade, 8)
    elif look.neckline == "cardigan":
        extra = path("M-37 100C-26 138 26 138 40 100C24 92 -24 92 -37 100Z", skin)
    elif look.neckline == "collar":
        extra = group(
            path("M-36 100L0 150L36 100C20 90 -20 90 -36 100Z", skin),
            path("M-44 92L-60 128L-18 152L2 142L-34 98Z", look.inner or p.PAPER),
            path("M44 92L60 128L18 152L-2 142L34 98Z", look.inner or p.PAPER),
            line("M0 150V620", look.top_shade, 4, opacity=0.6),
        )
    elif look.neckline == "turtleneck":
        extra = rect(-36, 74, 72, 46, look.top, 16) + line("M-34 112q34 14 68 0", look.top_shade, 5)
    elif look.neckline == "hood":
        extra = group(
            path(
                "M-64 126C-70 84 -40 72 -30 80C-34 130 34 130 30 80C40 72 70 84 64 126C40 160"
                " -40 160 -64 126Z",
                look.top_shade,
            ),
            line("M-18 142v60M18 142v52", p.PAPER, 5),
        )
    return body + neck + extra


def person(
    look: Look,
    x: float,
    y: float,
    *,
    scale: float = 1.0,
    facing: int = 0,
    mood: str = "smile",
    tilt: float = 0,
    lean: float = 0,
    down: bool = False,
    closed: bool = False,
    left: Arm | None = None,
    right: Arm | None = None,
    behind: str = "",
    on_face: str = "",
    part: str = "all",
    hem: float = 640,
) -> str:
    """A figure whose head's middle is at x, y.

    `left` and `right` are the arms as the reader sees them; without one, the arm hangs down. `tilt` turns the
    head, `lean` the whole figure (degrees). `on_face` is drawn on the head (goggles, say) and hides the eyes.
    `part` is all, body or arms.
    """
    left = left or Arm(elbow=(-138, 310), wrist=(-118, 430), hand="none")
    right = right or Arm(elbow=(138, 310), wrist=(118, 430), hand="none")
    head_turn = f"rotate({n(tilt)} 0 60)" if tilt else None
    body = group(
        behind,
        group(back_hair(look.hair, look.hair_colour, facing), transform=head_turn),
        torso(look, facing=facing, hem=hem),
        scarf_front(look),
        group(
            head(look, facing=facing, mood=mood, down=down, closed=closed, covered=bool(on_face)),
            on_face,
            transform=head_turn,
        ),
    )
    arms = group(
        arm(look, (-98, 172), left, shade=facing > 0),
        arm(look, (98, 172), right, shade=facing < 0),
    )
    shown = {"all": body + arms, "body": body, "arms": arms}[part]
    return at(x, y, shown, scale=scale * look.build, turn=lean)


def scarf_front(look: Look) -> str:
    """The part of a headscarf that lies on the chest."""
    if look.hair != "scarf":
        return ""
    return group(
        path("M-64 30C-78 110 -76 156 -30 172C0 182 44 180 66 150C80 120 72 80 64 30Z", look.hair_colour),
        line("M-44 96C-20 128 20 132 50 104M-50 122C-20 150 20 156 56 130", p.INK, 3.5, opacity=0.16),
    )
