"""The people who buy: invented, the same for the same order number, never stored.

Names and streets are made up; postcodes have the form of their country and belong to nobody we know.
"""

from functools import lru_cache
from random import Random

from msgspec import Struct


class Buyer(Struct, frozen=True, kw_only=True):
    name: str
    line_1: str
    line_2: str
    city: str
    region: str
    postcode: str
    country: str
    phone: str
    email: str


_FIRST = ("Ada", "Bilal", "Carys", "Dmitri", "Esme", "Femi", "Greta", "Hamish", "Imogen", "Jonah", "Kezia")
_FIRST_2 = ("Leontyne", "Mateusz", "Niamh", "Oskar", "Priya", "Quentin", "Rhian", "Soren", "Tamsin", "Zoya")
_LAST = ("Abernethy", "Birdwhistle", "Copperthwaite", "Dunmore", "Eastlake", "Fennimore", "Greenhalgh")
_LAST_2 = (
    "Hollins",
    "Inchbald",
    "Kettlewell",
    "Larkspur",
    "Merriweather",
    "Northcote",
    "Okafor",
    "Pemberton",
)
_STREETS = ("Tannery Lane", "Old Mill Road", "Larch Avenue", "Quayside", "Chapel Rise", "Station Approach")
_STREETS_2 = ("Kiln Close", "Beacon Hill", "Weavers Row", "Orchard Way", "Harbour Street", "Foundry Walk")
_TOWNS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "GB": (
        ("Leeds", "West Yorkshire", "LS6"),
        ("Bristol", "", "BS3"),
        ("Norwich", "Norfolk", "NR2"),
        ("Cardiff", "", "CF11"),
        ("Dundee", "", "DD4"),
        ("Truro", "Cornwall", "TR1"),
    ),
    "DE": (("Erfurt", "Thüringen", "9908"), ("Kassel", "Hessen", "3411")),
    "FR": (("Nantes", "", "4400"), ("Dijon", "", "2100")),
    "IT": (("Parma", "PR", "4312"), ("Lecce", "LE", "7310")),
    "ES": (("Girona", "Girona", "1700"), ("Oviedo", "Asturias", "3300")),
    "US": (("Duluth", "MN", "5580"), ("Boise", "ID", "8370")),
}
_DIALLING = {"GB": "+44 7700 900", "DE": "+49 30 23125 ", "FR": "+33 1 99 00 0", "IT": "+39 06 000 "}


@lru_cache(maxsize=4096)
def buyer_of(order_number: int, *, country: str, seed: int) -> Buyer:
    chance = Random(f"buyer:{seed}:{order_number}")
    city, region, area = chance.choice(_TOWNS.get(country, _TOWNS["GB"]))
    first, last = chance.choice(_FIRST + _FIRST_2), chance.choice(_LAST + _LAST_2)
    flat = chance.choice(("", "", "", f"Flat {chance.randint(1, 30)}"))
    handle = "".join(chance.choices("bcdfghjklmnpqrstvwxz0123456789", k=14))
    return Buyer(
        name=f"{first} {last}",
        line_1=f"{chance.randint(1, 240)} {chance.choice(_STREETS + _STREETS_2)}",
        line_2=flat,
        city=city,
        region=region,
        postcode=_postcode(chance, country, area),
        country=country,
        phone=f"{_DIALLING.get(country, '+1 202 555 0')}{chance.randint(100, 999)}",
        email=f"{handle}@marketplace.example",
    )


def _postcode(chance: Random, country: str, area: str) -> str:
    if country == "GB":
        return f"{area} {chance.randint(1, 9)}{''.join(chance.choices('ABDEFGHJLNPQRSTUWXYZ', k=2))}"
    return f"{area}{chance.randint(0, 9)}"
