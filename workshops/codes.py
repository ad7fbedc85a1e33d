"""Booking codes that can be read out on the telephone: two German nouns and two digits.

The nouns are everyday words without umlauts, ß or uncommon spellings, harmless in any pair. The
digits leave out 0, 1 and 3, which a bad line or hasty handwriting confuses with o, l and zwei.
A code finds a booking; it opens nothing by itself.
"""

import re
import secrets
import unicodedata

NOUNS = (  # noqa: SIM905 (237 lines would be no easier to read)
    "Abend Acker Adler Ahorn Allee Ampel Apfel April Aster Atlas Bagger Balkon Banane "
    "Basar Becher Besen Beere Biber Birke Blume Bohne Boje Brezel Brille Brise Brunnen Buche Butter Dackel "
    "Dampfer Daune Decke Delfin Distel Donner Drachen Drossel Eiche Eimer Elster Ente Erbse Erle Falke "
    "Farbe Feder Feige Fenster Ferien Fichte Filter Flagge Flieder Flocke Folie Forelle Frosch Gabel Galerie "
    "Garten Gerste Giebel Gipfel Gitarre Gondel Grotte Gurke Hafen Hagel Hammer Harfe Hase "
    "Henkel Herbst Himbeere Hobel Honig Igel Insel Iris Jacke Januar Juwel Kaffee Kajak Kakao Kamel Kamille "
    "Kanne Kanu Karotte Kastanie Kerze Kiefer Kiosk Kirsche Klavier Koffer Komet Kompass Koralle Korken Krone Kuchen "
    "Kurve Lampe Laterne Laube Lavendel Lerche Linde Lotus Luchs Magnet Mais Mandel Mango Marder Marmor "
    "Matrose Melone Minze Monat Morgen Motor Muschel Museum Nadel Nebel Nelke Olive Onkel Orange "
    "Orgel Otter Paddel Palme Panther Papier Paprika Parade Park Pelikan Pfeffer Pflaume Pilot Pinguin "
    "Planet Pokal Primel Pudel Puzzle Quelle Rakete Regal Regen Rettich Ring Robbe Rose Rosine Rubin Safran "
    "Salat Salbei Sandale Saturn Sattel Schaukel Schere Schirm Segel Seide Sessel Sofa Sommer Sonne Spargel Spaten "
    "Spiegel Stiefel Storch Tafel Tasse Teller Tempel Teppich Tiger Tomate Torte Trommel Tulpe Tunnel "
    "Ufer Vanille Veilchen Ventil Vulkan Waage Wabe Wald Walnuss Walze Wiese Wimpel Winter Wolke "
    "Zange Zebra Zelt Ziegel Zimt Zirkel Zitrone Zucker Zwiebel"
).split()

DIGITS = "2456789"


def new_code() -> str:
    """A random code such as `Apfel-Laterne-47`, one of about 2.3 million."""
    first, second = secrets.choice(NOUNS), secrets.choice(NOUNS)
    while second == first:
        second = secrets.choice(NOUNS)
    return f"{first}-{second}-{secrets.choice(DIGITS)}{secrets.choice(DIGITS)}"


def normalise(text: str) -> str:
    """A code as somebody typed it, in the spelling it is stored in: case, spaces, dashes and order do not matter."""
    plain = unicodedata.normalize("NFKC", text)
    words = [word.capitalize() for word in re.findall(r"[A-Za-zÄÖÜäöüß]+", plain)]
    digits = "".join(re.findall(r"[0-9]", plain))
    return "-".join([*words, digits] if digits else words)
