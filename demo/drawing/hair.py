"""Hair and what is worn on it: a part behind the head and a part in front of it."""

from demo.drawing import palette as p
from demo.drawing.svg import circle, ellipse, group, line, path

LIGHT = {p.WHITE_HAIR: "#D9D0C3", p.GREY_HAIR: "#A39B92", p.BLOND_HAIR: "#C08F3F", p.RED_HAIR: "#93401F"}


def shade_of(colour: str) -> str:
    return LIGHT.get(colour, "#221A1C" if colour == p.DARK_HAIR else "#4E2F1F")


def back_hair(style: str, colour: str, facing: int) -> str:
    """What shows behind head and shoulders."""
    dark = shade_of(colour)
    side = -facing if facing else 1
    if style == "long":
        return path(
            "M-70 -20C-76 -90 -34 -104 0 -104C38 -104 78 -90 72 -20C70 60 92 120 84 176"
            "C50 196 -54 196 -84 176C-92 120 -68 60 -70 -20Z",
            dark,
        )
    if style == "bob":
        return path(
            "M-72 -16C-80 -84 -38 -102 0 -102C40 -102 80 -84 73 -16C72 20 84 52 74 74C44"
            " 88 -46 88 -76 74C-86 52 -72 20 -72 -16Z",
            dark,
        )
    if style == "bun":
        return circle(side * 26, -104, 36, colour) + line(
            f"M{side * 8} -110q{side * 18} -18 {side * 38} -4", dark, 4
        )
    if style == "ponytail":
        return path(
            f"M{side * 40} -66C{side * 100} -78 {side * 124} -20 {side * 112} 40"
            f"C{side * 106} 76 {side * 92} 96 {side * 80} 104C{side * 90} 50 {side * 84}"
            f" 10 {side * 40} -14Z",
            dark,
        )
    if style == "braids":
        return group(
            *(
                group(
                    *(
                        ellipse(s * (70 + i * 3), 40 + i * 30, 17 - i, 20, dark if i % 2 else colour)
                        for i in range(5)
                    )
                )
                for s in (-1, 1)
            )
        )
    if style == "curly":
        spots = [
            (-66, -30),
            (-74, 8),
            (-66, 42),
            (66, -30),
            (74, 8),
            (66, 42),
            (-44, -72),
            (44, -72),
            (0, -88),
            (-78, -12),
            (78, -12),
        ]
        return group(*(circle(x, y, 34, dark) for x, y in spots))
    if style == "scarf":
        return path(
            "M-78 -10C-82 -92 -36 -110 0 -110C38 -110 82 -92 78 -10C76 50 96 110 78 150"
            "H-78C-96 110 -76 50 -78 -10Z",
            colour,
        )
    return ""


def front_hair(style: str, colour: str, facing: int) -> str:
    """What lies over the forehead and at the sides."""
    dark = shade_of(colour)
    f = facing
    if style == "short":
        return group(
            path(
                f"M-64 4C-72 -56 -54 -100 4 -102C60 -104 74 -60 64 4C60 -8 56 -18 {52 + f * 2}"
                f" -34C30 -38 8 -40 {-8 + f * 18} -58C-18 -44 -40 -38 -52 -34C-58 -20 -60 -8"
                " -64 4Z",
                colour,
            ),
            line(f"M{-8 + f * 18} -60C10 -80 34 -82 48 -70", dark, 4, opacity=0.6),
        )
    if style == "crop":
        return path(
            "M-62 -4C-70 -62 -50 -96 0 -96C50 -96 70 -62 62 -4C58 -30 48 -50 30 -54C10"
            " -58 -10 -58 -30 -54C-48 -50 -58 -30 -62 -4Z",
            colour,
        )
    if style == "tousled":
        return path(
            "M-64 0C-74 -44 -70 -70 -56 -80C-58 -94 -40 -104 -28 -96C-20 -112 6 -112 14"
            " -100C28 -110 48 -102 50 -88C68 -84 74 -58 64 0C60 -14 56 -26 52 -34C40 -30"
            " 32 -36 26 -46C18 -34 4 -34 -6 -44C-14 -32 -28 -30 -36 -40C-42 -30 -48 -28"
            " -54 -30C-60 -18 -62 -8 -64 0Z",
            colour,
        )
    if style == "bald":
        return group(
            path("M-60 -26C-74 -14 -74 12 -62 26C-58 10 -54 -6 -54 -22Z", colour),
            path("M60 -26C74 -14 74 12 62 26C58 10 54 -6 54 -22Z", colour),
            path(
                "M-30 -66C-14 -76 6 -78 18 -74",
                "none",
                stroke=p.PAPER,
                stroke_width=6,
                stroke_linecap="round",
                opacity=0.4,
            ),
        )
    if style == "receding":
        return path(
            "M-64 14C-74 -40 -62 -84 -26 -98C10 -108 60 -98 66 -46C70 -24 68 0 64 14C60 0"
            " 58 -16 54 -30C50 -56 34 -70 6 -68C-18 -66 -40 -64 -50 -36C-56 -20 -60 0 -64"
            " 14Z",
            colour,
        )
    if style == "waves":
        return group(
            *(
                circle(x, y, r, colour)
                for x, y, r in [
                    (-60, -28, 26),
                    (-48, -62, 28),
                    (-18, -84, 30),
                    (20, -86, 30),
                    (50, -62, 28),
                    (62, -28, 26),
                    (-66, 4, 20),
                    (66, 4, 20),
                    (0, -72, 30),
                ]
            ),
            line(
                "M-52 -52q14 -22 34 -18M-6 -76q22 -14 38 4M44 -46q14 4 16 20M-66 -16q4 -12 12 -14",
                dark,
                4,
                opacity=0.7,
            ),
        )
    if style == "bun":
        return group(
            path(
                f"M-64 6C-72 -54 -52 -98 0 -98C52 -98 72 -54 64 6C60 -20 52 -44 {22 + f * 12}"
                " -62C6 -44 -40 -44 -54 -24C-60 -14 -62 -4 -64 6Z",
                colour,
            ),
            line(f"M{20 + f * 12} -64C0 -84 -30 -78 -44 -60", dark, 4, opacity=0.55),
        )
    if style == "bob":
        return group(
            path(
                "M-66 46C-80 -60 -50 -102 0 -102C50 -102 80 -60 68 46C58 34 56 0 54 -26C40"
                f" -30 {18 + f * 14} -44 {10 + f * 14} -62C-4 -40 -34 -30 -52 -26C-56 4 -56 30"
                " -66 46Z",
                colour,
            ),
            line(f"M{10 + f * 14} -64C-4 -84 -30 -84 -44 -66", dark, 4, opacity=0.5),
        )
    if style in ("long", "ponytail", "braids"):
        return group(
            path(
                f"M-66 {30 if style == 'long' else 4}C-76 -60 -50 -102 0 -102C50 -102 76 -60"
                f" 66 {30 if style == 'long' else 4}C58 0 56 -20 52 -32C34 -36 {14 + f * 14}"
                f" -46 {4 + f * 14} -64C-8 -44 -34 -36 -52 -30C-56 -10 -58 0 -66"
                f" {30 if style == 'long' else 4}Z",
                colour,
            ),
            line(f"M{4 + f * 14} -66C16 -84 34 -82 46 -66", dark, 4, opacity=0.5),
        )
    if style == "curly":
        spots = [
            (-58, -34, 24),
            (-42, -62, 26),
            (-14, -76, 27),
            (18, -78, 27),
            (44, -60, 26),
            (60, -32, 24),
            (2, -62, 22),
        ]
        return group(*(circle(x, y, r, colour) for x, y, r in spots))
    if style == "scarf":
        return group(
            path(
                "M-70 20C-84 -70 -44 -110 0 -110C44 -110 84 -70 70 20C66 60 50 86 20 96C46 70"
                " 58 30 56 -10C54 -46 32 -62 0 -62C-32 -62 -54 -46 -56 -10C-58 30 -46 70 -20"
                " 96C-50 86 -66 60 -70 20Z",
                colour,
            ),
            line("M-40 -84C-14 -100 24 -98 46 -78", p.PAPER, 5, opacity=0.35),
        )
    if style == "cap":
        return group(
            path("M-64 -26C-66 -84 -32 -104 0 -104C32 -104 66 -84 64 -26C40 -40 -40 -40 -64 -26Z", colour),
            path(
                f"M{f * 20 - 50} -32C{f * 40 - 30} -50 {f * 50 + 40} -50 {f * 70 + 56} -26"
                f"C{f * 50 + 20} -22 {f * 20 - 20} -22 {f * 20 - 50} -32Z",
                shade_of(colour),
            ),
        )
    return ""
