"""What the demo's shop has before it sells: rooms, products, goods, a printer, the connection, the channel.

Rule: no network here, so the whole of it is one transaction (`shop.py` sees to that).
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, time
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

from loadbay.catalogue.fields import ProductFields
from loadbay.catalogue.services import create_bundle, set_price
from loadbay.channels.services import (
    AlreadyThere,
    NewChannel,
    NewConnection,
    add_channel,
    add_connection,
)
from loadbay.dispatch.services.printers import NewPrinter, add_printer
from loadbay.stock.intake import import_products
from loadbay.stock.services import add_room, dispose, goods_in, transfer

CONNECTION, CHANNEL, LOCATION = "demo", "SC-UK", "LBAY"
ROOMS = {"MAIN": "Main stock room", "SHOP": "Shop floor", "OVERFLOW": "Overflow, unit 7"}
FEEDS_CHANNEL = ("MAIN", "SHOP")
PICKUPS = ("11:00", "16:30")
EVENING_PICKUP = "23:00"
BUNDLE = "TEA-FOR-TWO"
ITEMS = {
    "TOASTER-CREAM": tuple(f"HX-T2-{number}" for number in range(51207, 51224)),
    "LASER-CROSS": tuple(f"KW24-{number}" for number in (117, 118, 121, 122, 126, 130, 131, 135, 140, 142)),
}
"""The serialised products, and the numbers of their items."""
ON_THE_SHOP_FLOOR = ITEMS["TOASTER-CREAM"][-2:]
ZONE = ZoneInfo("Europe/London")


def connect(simulator: str) -> None:
    """The connection to the pretend Amazon at that address, with what it knows out of the box."""
    wanted = NewConnection(
        name=CONNECTION,
        region="eu",
        seller_id="A2DEMOSELLER",
        client_id="demo-client",
        client_secret="demo-secret",
        refresh_token="Atzr|demo",
        endpoint=simulator,
        token_endpoint=f"{simulator}/auth/o2/token",
    )
    with suppress(AlreadyThere):
        add_connection(wanted)


def stock_the_shop(*, home: Path, now: datetime) -> None:
    """Rooms, products with prices and goods, a bundle, some movements, the printer, the channel."""
    for code, name in ROOMS.items():
        add_room(code=code, name=name)
    import_products(data("products.csv"), apply=True)
    _make_bundle()
    for sku, numbers in ITEMS.items():
        goods_in(sku=sku, room="MAIN", units=len(numbers), reference="DN-40822", numbers=numbers)
    transfer(sku="TOASTER-CREAM", source="MAIN", target="SHOP", units=2, numbers=ON_THE_SHOP_FLOOR)
    goods_in(sku="KETTLE-COPPER", room="OVERFLOW", units=24, reference="DN-40817")
    transfer(sku="NOTEBOOK-A5", source="SHOP", target="MAIN", units=80)
    transfer(sku="MUG-SPECKLED", source="SHOP", target="OVERFLOW", units=24)
    dispose(sku="RAMEKIN-4", room="MAIN", units=2, reason="broken in delivery")
    add_printer(NewPrinter("Labels", kind="folder", address=str(home.absolute() / "labels"), is_default=True))
    add_channel(
        NewChannel(
            code=CHANNEL,
            connection=CONNECTION,
            marketplace="GB",
            programme="smartconnect",
            rooms=dict.fromkeys(FEEDS_CHANNEL, LOCATION),
            description="Amazon SmartConnect, United Kingdom",
            time_zone=ZONE.key,
            pickups=pickups(now),
        )
    )


def pickups(now: datetime) -> tuple[str, ...]:
    """The lorry's times; in the afternoon one more, so that somebody trying this then has work today."""
    is_late = now.astimezone(ZONE).time() > time(15, 30)
    return (*PICKUPS, EVENING_PICKUP) if is_late else PICKUPS


def data(name: str) -> bytes:
    return files("loadbay.demo").joinpath(name).read_bytes()


def _make_bundle() -> None:
    fields = ProductFields(
        sku=BUNDLE, name="Tea for Two: Kettle, Assam and Two Mugs", brand="Harbour & Hearth"
    )
    create_bundle(fields, contents={"KETTLE-COPPER": 1, "TEA-ASSAM": 1, "MUG-SPECKLED": 2})
    set_price(sku=BUNDLE, category="Amazon", amount="84.00", currency="GBP")
