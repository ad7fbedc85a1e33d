"""Those who teach: one face each, square."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from demo.drawing import cast
from demo.drawing import palette as p
from demo.drawing.people import Look, person
from demo.drawing.props import blob
from demo.drawing.svg import drawing

SIZE = 640

HEUER = Look(
    hair="bob",
    hair_colour=p.GREY_HAIR,
    glasses=p.PETROL_DARK,
    earring=p.OCHRE,
    top=p.TERRACOTTA,
    top_shade=p.TERRACOTTA_DARK,
    neckline="cardigan",
    inner=p.CREAM,
)
OLTMANNS = replace(cast.KARL, beard=p.WHITE_HAIR, top=p.PETROL, top_shade=p.PETROL_DARK)
AYDIN = Look(hair="long", hair_colour=p.DARK_HAIR, skin=p.SKIN_2, top=p.OCHRE, top_shade=p.OCHRE_DARK)
WIECHERS = Look(
    hair="receding",
    hair_colour=p.BROWN_HAIR,
    beard=p.BROWN_HAIR,
    skin=p.SKIN_1,
    top=p.WINE,
    top_shade="#5A1F1E",
    neckline="collar",
)
BARTELS = Look(
    hair="waves",
    hair_colour=p.GREY_HAIR,
    old=True,
    top=p.SAGE,
    top_shade=p.PETROL_LIGHT,
    earring=p.TERRACOTTA,
)
FRICKE = Look(
    hair="short", hair_colour=p.BLOND_HAIR, top=p.PETROL_LIGHT, top_shade=p.PETROL, neckline="collar"
)
LINDEMANN = replace(
    cast.MIA, hair_colour=p.BROWN_HAIR, glasses=p.INK, build=1.0, top=p.OCHRE, top_shade=p.OCHRE_DARK
)
DEMIR = replace(cast.AMINA, hair_colour=p.TERRACOTTA, skin=p.SKIN_2)


def portrait(look: Look, ground: str, background: str, *, facing: int = 0, mood: str = "smile") -> str:
    return drawing(
        blob(320, 330, 560, 580, ground),
        person(look, 320, 270, scale=1.5, facing=facing, mood=mood),
        background=background,
        width=SIZE,
        height=SIZE,
    )


def pupils() -> str:
    """Two of the pupils, since there is always more than one."""
    return drawing(
        blob(320, 330, 580, 580, p.HONEY),
        person(
            replace(cast.JONAS, top=p.PETROL, top_shade=p.PETROL_DARK),
            210,
            290,
            scale=1.12,
            facing=1,
            mood="laugh",
        ),
        person(cast.GRACE, 430, 310, scale=1.12, facing=-1, mood="laugh"),
        background=p.SAND,
        width=SIZE,
        height=SIZE,
    )


PORTRAITS: dict[str, Callable[[], str]] = {
    "leitung-heuer": partial(portrait, HEUER, p.HONEY, p.SAND, mood="laugh"),
    "leitung-oltmanns": partial(portrait, OLTMANNS, p.ROSE, "#F8E4D4", facing=1),
    "leitung-schuelerteam": pupils,
    "leitung-aydin": partial(portrait, AYDIN, p.MINT, "#EAF0E4", facing=-1),
    "leitung-wiechers": partial(portrait, WIECHERS, p.HONEY, p.SAND, facing=1),
    "leitung-bartels": partial(portrait, BARTELS, p.ROSE, "#F8E4D4"),
    "leitung-fricke": partial(portrait, FRICKE, p.SAND, "#FAEDCF", facing=-1, mood="laugh"),
    "leitung-lindemann": partial(portrait, LINDEMANN, p.MINT, "#EAF0E4", facing=1, mood="laugh"),
    "leitung-demir": partial(portrait, DEMIR, p.HONEY, p.SAND),
}
