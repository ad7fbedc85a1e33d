"""The people who appear again and again in the pictures."""

from demo.drawing import palette as p
from demo.drawing.people import Look

HILDE = Look(
    hair="waves",
    hair_colour=p.WHITE_HAIR,
    old=True,
    glasses=p.TERRACOTTA_DARK,
    earring=p.OCHRE,
    top=p.TERRACOTTA,
    top_shade=p.TERRACOTTA_DARK,
    neckline="cardigan",
    inner=p.CREAM,
)
JONAS = Look(
    hair="tousled", hair_colour=p.BROWN_HAIR, top=p.OCHRE, top_shade=p.OCHRE_DARK, neckline="hood", build=0.94
)
BRANDT = Look(
    hair="bald",
    hair_colour=p.GREY_HAIR,
    beard=p.GREY_HAIR,
    skin=p.SKIN_2,
    old=True,
    top=p.PETROL,
    top_shade=p.PETROL_DARK,
    neckline="collar",
)
AMINA = Look(hair="scarf", hair_colour=p.OCHRE, skin=p.SKIN_3, top=p.PETROL_LIGHT, top_shade=p.PETROL)
GRACE = Look(
    hair="curly", hair_colour=p.DARK_HAIR, skin=p.SKIN_4, top=p.ROSE, top_shade="#D08A6C", sleeve="short"
)
MIA = Look(
    hair="ponytail",
    hair_colour=p.BLOND_HAIR,
    top=p.TERRACOTTA,
    top_shade=p.TERRACOTTA_DARK,
    sleeve="short",
    build=0.9,
)
OHLSEN = Look(
    hair="bun",
    hair_colour=p.GREY_HAIR,
    old=True,
    glasses=p.INK,
    top=p.WINE,
    top_shade="#5A1F1E",
    neckline="turtleneck",
)
KARL = Look(
    hair="receding",
    hair_colour=p.WHITE_HAIR,
    skin=p.SKIN_2,
    old=True,
    top=p.OCHRE,
    top_shade=p.OCHRE_DARK,
    neckline="collar",
)
LENA = Look(hair="long", hair_colour=p.RED_HAIR, top=p.SAGE, top_shade=p.PETROL_LIGHT)
YUKI = Look(hair="bob", hair_colour=p.DARK_HAIR, top=p.SAND, top_shade="#D8B98A", stripes=p.PETROL)
TARIK = Look(
    hair="short",
    hair_colour=p.DARK_HAIR,
    skin=p.SKIN_3,
    top=p.PETROL,
    top_shade=p.PETROL_DARK,
    neckline="crew",
)
LOTTE = Look(hair="braids", hair_colour=p.RED_HAIR, top=p.PETROL_LIGHT, top_shade=p.PETROL, build=0.82)
BEN = Look(
    hair="crop",
    hair_colour=p.DARK_HAIR,
    skin=p.SKIN_4,
    top=p.TERRACOTTA,
    top_shade=p.TERRACOTTA_DARK,
    build=0.84,
)
