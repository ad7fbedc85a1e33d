"""Things that stand, hang and lie about, drawn so that 0, 0 is where they stand (or hang from)."""

from demo.drawing import palette as p
from demo.drawing.svg import Point, at, circle, clipped, ellipse, group, line, mix, n, path, poly, rect


def blob(x: float, y: float, w: float, h: float, colour: str, *, turn: float = 0) -> str:
    """A soft large shape that holds a scene together."""
    return at(
        x,
        y,
        path(
            f"M{n(-w * 0.5)} {n(h * 0.08)}C{n(-w * 0.54)} {n(-h * 0.34)} {n(-w * 0.2)}"
            f" {n(-h * 0.54)} {n(w * 0.1)} {n(-h * 0.48)}"
            f"C{n(w * 0.4)} {n(-h * 0.42)} {n(w * 0.56)} {n(-h * 0.14)} {n(w * 0.5)} {n(h * 0.2)}"
            f"C{n(w * 0.44)} {n(h * 0.52)} {n(-w * 0.44)} {n(h * 0.58)} {n(-w * 0.5)} {n(h * 0.08)}Z",
            colour,
        ),
        turn=turn,
    )


def table(
    y: float = 770, *, left: float = -40, right: float = 1640, top: str = p.WOOD_LIGHT, front: str = p.WOOD
) -> str:
    """A table seen a little from above, up to the lower edge of the picture."""
    edge = y + 118
    return group(
        rect(left, edge, right - left, 1000 - edge, mix(front, p.WOOD_DARK, 0.45)),
        path(f"M{n(left + 70)} {n(y)}H{n(right - 70)}L{n(right)} {n(edge)}H{n(left)}Z", top),
        path(f"M{n(left)} {n(edge)}H{n(right)}V{n(edge + 34)}H{n(left)}Z", front),
        line(
            f"M{n(left + 260)} {n(y + 40)}h220M{n(left + 620)} {n(y + 84)}h320"
            f"M{n(right - 560)} {n(y + 34)}h260",
            front,
            4,
            opacity=0.45,
        ),
    )


def window(
    x: float, y: float, w: float, h: float, *, sky: str = p.MINT, frame: str = p.PAPER, arch: bool = False
) -> str:
    """A window onto the roofs of the town."""
    top = (
        f"M0 {n(h)}V{n(w / 2)}A{n(w / 2)} {n(w / 2)} 0 0 1 {n(w)} {n(w / 2)}V{n(h)}Z"
        if arch
        else f"M0 0H{n(w)}V{n(h)}H0Z"
    )
    return at(
        x,
        y,
        clipped(
            path(top, sky),
            circle(w * 0.74, h * 0.3, w * 0.11, p.HONEY),
            poly([(0, h), (0, h * 0.72), (w * 0.16, h * 0.58), (w * 0.32, h * 0.72), (w * 0.32, h)], p.ROSE),
            rect(w * 0.3, h * 0.66, w * 0.24, h * 0.4, p.TERRACOTTA),
            poly([(w * 0.27, h * 0.67), (w * 0.42, h * 0.5), (w * 0.57, h * 0.67)], p.TERRACOTTA_DARK),
            rect(w * 0.6, h * 0.42, w * 0.1, h * 0.6, p.SAND),
            poly([(w * 0.58, h * 0.43), (w * 0.65, h * 0.16), (w * 0.72, h * 0.43)], p.PETROL),
            rect(w * 0.68, h * 0.7, w * 0.4, h * 0.3, p.ROSE),
            poly([(w * 0.66, h * 0.71), (w * 0.86, h * 0.55), (w * 1.06, h * 0.71)], p.TERRACOTTA),
            ellipse(w * 0.14, h * 1.0, w * 0.2, h * 0.16, p.SAGE),
            ellipse(w * 0.56, h * 1.02, w * 0.16, h * 0.12, p.SAGE),
        ),
        path(top, "none", stroke=frame, stroke_width=16),
        line(f"M{n(w / 2)} {0 if not arch else 6}V{n(h)}M6 {n(h * 0.5)}H{n(w - 6)}", frame, 9),
        rect(-26, h - 4, w + 52, 22, frame, 6),
    )


def plant(
    x: float,
    y: float,
    *,
    scale: float = 1,
    pot: str = p.TERRACOTTA,
    leaf: str = p.PETROL_LIGHT,
    kind: str = "leaves",
) -> str:
    """A plant in a pot that stands at x, y."""
    dark = mix(leaf, p.PETROL_DARK, 0.4)
    if kind == "tall":
        leaves = [
            (-6, -110, -28, 130),
            (8, -116, 22, 150),
            (-2, -120, -6, 190),
            (-14, -104, -54, 110),
            (16, -106, 50, 120),
        ]
        green = group(
            *(
                at(
                    lx,
                    ly,
                    path(
                        f"M0 0C-26 {-length * 0.4:.0f} -20 {-length * 0.8:.0f} 0 {-length}C20"
                        f" {-length * 0.8:.0f} 26 {-length * 0.4:.0f} 0 0Z",
                        leaf if i % 2 else dark,
                    ),
                    line(f"M0 0V{-length * 0.8:.0f}", mix(leaf, p.PAPER, 0.35), 3),
                    turn=turn,
                )
                for i, (lx, ly, turn, length) in enumerate(leaves)
            )
        )
    elif kind == "grass":
        green = group(
            *(
                line(
                    f"M{dx} -90Q{dx + bend * 0.3:.0f} {-90 - reach * 0.7:.0f} {dx + bend} {-90 - reach}",
                    leaf if dx % 4 else dark,
                    11,
                )
                for dx, bend, reach in [
                    (-18, -70, 90),
                    (-8, -34, 140),
                    (2, 6, 165),
                    (10, 44, 135),
                    (20, 78, 84),
                    (-12, -98, 50),
                ]
            )
        )
    else:
        green = group(
            line("M0 -90V-190M0 -130L-40 -176M0 -120L44 -166", dark, 7),
            *(
                ellipse(lx, ly, rx, ry, c, transform=f"rotate({t} {lx} {ly})")
                for lx, ly, rx, ry, t, c in [
                    (0, -216, 24, 42, 0, leaf),
                    (-52, -192, 20, 40, -50, dark),
                    (56, -182, 20, 40, 52, leaf),
                    (-38, -140, 18, 34, -70, leaf),
                    (40, -132, 18, 34, 70, dark),
                ]
            ),
        )
    return at(
        x,
        y,
        green,
        path("M-56 -100H56L44 0H-44Z", pot),
        path("M14 -100H56L44 0H20Z", mix(pot, p.INK, 0.16)),
        rect(-64, -112, 128, 28, mix(pot, p.PAPER, 0.12), 8),
        scale=scale,
    )


def lamp(x: float, length: float, *, colour: str = p.PETROL, glow: str = p.HONEY) -> str:
    """A lamp that hangs from the ceiling."""
    return at(
        x,
        0,
        path(f"M-60 {n(length + 66)}L-170 {n(length + 420)}H170L60 {n(length + 66)}Z", glow, opacity=0.16),
        line(f"M0 -10V{n(length)}", p.INK, 5),
        ellipse(0, length + 70, 34, 18, p.PAPER),
        path(
            f"M-22 {n(length)}H22C70 {n(length + 12)} 88 {n(length + 50)} 90"
            f" {n(length + 72)}H-90C-88 {n(length + 50)} -70 {n(length + 12)} -22"
            f" {n(length)}Z",
            colour,
        ),
        path(
            f"M10 {n(length)}H22C70 {n(length + 12)} 88 {n(length + 50)} 90"
            f" {n(length + 72)}H44C44 {n(length + 40)} 30 {n(length + 12)} 10 {n(length)}Z",
            p.INK,
            opacity=0.16,
        ),
    )


def shelf(
    x: float,
    y: float,
    w: float,
    *,
    colours: tuple[str, ...] = (p.TERRACOTTA, p.OCHRE, p.PETROL, p.PAPER, p.SAGE, p.WINE),
    seed: int = 3,
) -> str:
    """A board with books that hangs on the wall; y is the board."""
    out, bx, i = [], 24.0, seed
    while bx < w - 70:
        i = (i * 7 + 5) % 31
        bw, bh = 22 + i % 4 * 7, 84 + i * 5 % 46
        colour = colours[i % len(colours)]
        if i % 9 == 4:
            out.append(at(bx + bw + 26, -2, rect(-bw, -bh + 6, bw, bh - 6, colour, 4), turn=14))
            bx += bw + 40
        else:
            out += [rect(bx, -bh, bw, bh, colour, 4), rect(bx, -bh + 16, bw, 7, p.CREAM, opacity=0.65)]
            bx += bw + 4
        if i % 7 == 3:
            bx += 34
    return at(x, y, *out, rect(0, 0, w, 16, p.WOOD_DARK, 5), rect(0, 10, w, 6, p.INK, opacity=0.14))


def frame(
    x: float, y: float, w: float, h: float, *content: str, wood: str = p.WOOD_DARK, back: str = p.PAPER
) -> str:
    """A picture on the wall; content is drawn from its upper left corner."""
    return at(x, y, rect(0, 0, w, h, wood, 6), clipped(rect(14, 14, w - 28, h - 28, back), *content))


def mug(x: float, y: float, *, colour: str = p.TERRACOTTA, steam: bool = True) -> str:
    return at(
        x,
        y,
        line("M34 -62h18q20 0 20 20t-20 20h-18", colour, 13),
        path("M-42 -84H42V-18Q42 0 24 0H-24Q-42 0 -42 -18Z", colour),
        path("M12 -84H42V-18Q42 0 24 0H16Q20 -30 12 -84Z", p.INK, opacity=0.13),
        ellipse(0, -84, 42, 10, mix(colour, p.INK, 0.35)),
        line("M-14 -106q-10 -16 0 -30t0 -30M14 -106q-10 -16 0 -30t0 -30", p.PAPER, 6, opacity=0.7)
        if steam
        else "",
    )


def books(x: float, y: float, *colours: str) -> str:
    out = []
    for i, colour in enumerate(colours or (p.PETROL, p.OCHRE, p.TERRACOTTA)):
        w, dx = 190 - i * 22, (i * 17) % 23 - 8
        out += [
            rect(dx - w / 2, -(i + 1) * 36, w, 34, colour, 6),
            rect(dx - w / 2 + 16, -(i + 1) * 36 + 8, w - 16, 18, p.CREAM),
        ]
    return at(x, y, *out)


def tablet(
    x: float,
    y: float,
    *content: str,
    w: float = 340,
    h: float = 230,
    turn: float = 0,
    body: str = p.INK,
    screen: str = p.PAPER,
) -> str:
    """A tablet around its middle; content is drawn from the middle of the screen."""
    return at(
        x,
        y,
        rect(-w / 2 - 5, -h / 2 + 8, w + 10, h, p.INK, 24, opacity=0.16),
        rect(-w / 2, -h / 2, w, h, body, 22),
        clipped(rect(-w / 2 + 16, -h / 2 + 16, w - 32, h - 32, screen, 8), *content),
        turn=turn,
    )


def phone(
    x: float,
    y: float,
    *content: str,
    scale: float = 1,
    turn: float = 0,
    body: str = p.INK,
    screen: str = p.PAPER,
) -> str:
    """A smartphone, 92 × 180, around its middle."""
    return at(
        x,
        y,
        rect(-46, -90, 92, 180, body, 18),
        clipped(rect(-38, -80, 76, 160, screen, 8), *content),
        scale=scale,
        turn=turn,
    )


def laptop(x: float, y: float, *content: str, scale: float = 1) -> str:
    """An open laptop that we look at from the front; content from the middle of the screen (400 × 240)."""
    return at(
        x,
        y,
        rect(-222, -300, 444, 276, p.INK, 18),
        clipped(rect(-204, -284, 408, 244, p.PAPER, 6), at(0, -162, *content)),
        path("M-222 -24H222L268 0Q268 12 254 12H-254Q-268 12 -268 0Z", p.STEEL),
        path("M-268 0H268Q268 12 254 12H-254Q-268 12 -268 0Z", p.STEEL_DARK),
        scale=scale,
    )


def laptop_back(
    x: float, y: float, *, scale: float = 1, colour: str = p.STEEL, mark: str = p.TERRACOTTA
) -> str:
    """An open laptop from behind."""
    return at(
        x,
        y,
        path("M-196 -236Q-194 -254 -176 -254H176Q194 -254 196 -236L206 0H-206Z", colour),
        path("M80 -254H176Q194 -254 196 -236L206 0H110Z", p.INK, opacity=0.08),
        circle(0, -132, 22, mark),
        rect(-224, -4, 448, 18, p.STEEL_DARK, 9),
        scale=scale,
    )


def bubble(
    x: float, y: float, w: float, h: float, *content: str, fill: str = p.PAPER, tail: Point = (0, 60)
) -> str:
    """A speech bubble around its middle, its tail ending `tail` away from the lower edge's middle."""
    tx, ty = tail
    root = max(-w / 2 + 50, min(w / 2 - 50, tx * 0.5))
    return at(
        x,
        y,
        path(
            f"M{n(root - 24)} {n(h / 2 - 6)}Q{n(root)} {n(h / 2 + ty * 0.5)} {n(tx)}"
            f" {n(h / 2 + ty)}Q{n(root + 34)} {n(h / 2 + ty * 0.5)} {n(root + 34)}"
            f" {n(h / 2 - 6)}Z",
            fill,
        ),
        rect(-w / 2, -h / 2, w, h, fill, min(w, h) * 0.36),
        *content,
    )


def text_lines(
    x: float, y: float, w: float, count: int, *, colour: str = p.STEEL, gap: float = 22, width: float = 8
) -> str:
    """Lines that stand for writing."""
    lengths = (1, 0.82, 0.94, 0.6, 0.88, 0.72)
    return line(
        "".join(f"M{n(x)} {n(y + i * gap)}h{n(w * lengths[i % 6])}" for i in range(count)), colour, width
    )


def sparkle(x: float, y: float, size: float, colour: str = p.OCHRE) -> str:
    """A four-pointed star."""
    k = size * 0.18
    return path(
        f"M{n(x)} {n(y - size)}Q{n(x + k)} {n(y - k)} {n(x + size)} {n(y)}Q{n(x + k)}"
        f" {n(y + k)} {n(x)} {n(y + size)}Q{n(x - k)} {n(y + k)} {n(x - size)} {n(y)}"
        f"Q{n(x - k)} {n(y - k)} {n(x)} {n(y - size)}Z",
        colour,
    )


def heart(x: float, y: float, size: float, colour: str = p.TERRACOTTA) -> str:
    k = size / 20
    return at(
        x,
        y,
        path("M0 18C-26 0 -20 -18 -9 -18C-3 -18 0 -13 0 -10C0 -13 3 -18 9 -18C20 -18 26 0 0 18Z", colour),
        scale=k,
    )


def tick(x: float, y: float, size: float, colour: str = p.PETROL) -> str:
    return circle(x, y, size, colour) + line(
        f"M{n(x - size * 0.42)} {n(y)}l{n(size * 0.3)} {n(size * 0.32)}l{n(size * 0.55)} {n(-size * 0.6)}",
        p.PAPER,
        size * 0.2,
    )


def sound(
    x: float, y: float, *, colour: str = p.OCHRE, rings: int = 3, flip: bool = False, size: float = 1
) -> str:
    """Sound that spreads to the right (or, flipped, to the left)."""
    return at(
        x,
        y,
        line(
            "".join(
                f"M{18 + i * 26} {-22 - i * 22}q{16 + i * 12} {22 + i * 22} 0 {44 + i * 44}"
                for i in range(rings)
            ),
            colour,
            11,
        ),
        flip=flip,
        scale=size,
    )


def cog(r: float, colour: str) -> str:
    """A cogwheel of radius r."""
    teeth = "".join(
        rect(-r * 0.2, -r * 1.22, r * 0.4, r * 0.5, colour, r * 0.08, transform=f"rotate({i * 45})")
        for i in range(8)
    )
    return group(
        teeth,
        circle(0, 0, r, colour),
        circle(0, 0, r * 0.62, mix(colour, p.INK, 0.18)),
        circle(0, 0, r * 0.3, p.CREAM),
    )
