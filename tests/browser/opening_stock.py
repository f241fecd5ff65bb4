"""What the browser tests' shop holds at the start: `python -m tests.browser.opening_stock SIMULATOR LABELS`.

Rule: made through the services, as a person would make it. One product is linked and sells; the journey lists
another one itself.
"""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from typing import Any
from urllib.request import Request, urlopen

import click

from loadbay.cli.boot import open_database, set_up_django
from loadbay.hosting.config import Config

PASSWORD = "a long enough pass phrase"
PEOPLE = {"ada": "administrator", "mo": "manager", "pat": "packer", "kim": "packer"}
ASIN = "B08KGF09PM"
SALES = {1: 8, 2: 8, 3: 2, 12: 2}
"""Units of a sale → how many of them there are."""


def fill(simulator: str, labels: str) -> None:
    from loadbay.catalogue.fields import ProductFields  # noqa: PLC0415  Django is set up first
    from loadbay.catalogue.services import create_product, set_price  # noqa: PLC0415
    from loadbay.dispatch.services.printers import NewPrinter, add_printer  # noqa: PLC0415
    from loadbay.people.services import add_person  # noqa: PLC0415
    from loadbay.stock.services import add_room, goods_in  # noqa: PLC0415

    for name, role in PEOPLE.items():
        add_person(name, role=role, password=PASSWORD)
    for code in ("MAIN", "SHOP"):
        add_room(code=code)
    for sku, name, code in (("MUG-01", "Stoneware mug", "5012345000015"), ("MUG-02", "Slate mug", "")):
        create_product(
            ProductFields(
                sku=sku,
                name=name,
                country_of_origin="GB",
                weight_g=400,
                length_mm=120,
                width_mm=100,
                height_mm=100,
                bin="A1-2",
                barcodes=(code,) if code else (),
            )
        )
        goods_in(sku=sku, room="MAIN", units=200)
        set_price(sku=sku, category="Amazon", amount="12.99", currency="GBP")
    add_printer(NewPrinter(name="Folder", kind="folder", address=labels, is_default=True))
    sell(simulator)
    owe()


def owe() -> None:
    """SO-000001: a posted document whose money the shop collects, paid in part as PAY-000001."""
    from loadbay.core.clock import SystemClock  # noqa: PLC0415
    from loadbay.erp.ledger.payment_rules import WantedPayment  # noqa: PLC0415
    from loadbay.erp.ledger.services import making, paying, posting  # noqa: PLC0415
    from loadbay.orders.erp_ports import (  # noqa: PLC0415
        DocumentToMake,
        DocumentToPost,
        LineKind,
        LineToMake,
        LineType,
    )
    from loadbay.parties.services import ensure_customer  # noqa: PLC0415

    now = SystemClock().now()
    ensure_customer("CASH", "Cash on delivery")
    line = LineToMake(
        "1", LineKind.GOODS, LineType.ITEM, "MUG-01", "Stoneware mug", 1, Decimal(10), Decimal(2)
    )
    document = DocumentToMake(
        *("OWED-1", "S-OWED-1", "AMZ-UK", "CASH", "GBP", now.date()), (line,), is_collected=False
    )
    making.make_documents([document])
    posting.post_documents([DocumentToPost("OWED-1", now.date())])
    paying.register_payment("OWED-1", WantedPayment("5.00", "1210", "BANK 4711"), now=now)


def sell(simulator: str) -> None:
    from loadbay.channels.services import (  # noqa: PLC0415
        NewChannel,
        NewConnection,
        add_channel,
        add_connection,
    )
    from loadbay.listings.models import Listing  # noqa: PLC0415
    from loadbay.listings.services import WantedListing, add_listing, confirm_linked  # noqa: PLC0415

    add_connection(
        NewConnection(
            name="shop-uk",
            region="eu",
            seller_id="A2DEMOSELLER",
            client_id="demo-client",
            client_secret="demo-secret",
            refresh_token="Atzr|demo",
            endpoint=simulator,
            token_endpoint=f"{simulator}/auth/o2/token",
        )
    )
    add_channel(
        NewChannel(
            code="AMZ-UK",
            connection="shop-uk",
            marketplace="GB",
            programme="smartconnect",
            rooms={"MAIN": "LBAY", "SHOP": "LBAY"},
        )
    )
    seed = {"sku": "MUG-01", "asin": ASIN, "price": "12.99", "quantity": 200}
    tell(f"{simulator}/simulator/listings/seed", {"listings": [seed], "converted": True})
    listing_id = add_listing(
        WantedListing(
            sku="MUG-01",
            channel="AMZ-UK",
            asin=ASIN,
            country_of_origin="GB",
            shipping_template="Standard Delivery",
        )
    )
    # Amazon has it already, converted: where a submission and a person in Seller Central would lead to.
    told = {"country_of_origin": "GB", "shipping_template": "Standard Delivery"}
    rows = Listing.objects.filter(pk=listing_id)
    rows.update(state=Listing.State.AWAITING_CONVERSION, offer_told=told)
    confirm_linked(sku="MUG-01", channel="AMZ-UK", person="mo")


def buy(simulator: str) -> dict[int, list[str]]:
    """A morning's sales, imported: Amazon order numbers by units."""
    from loadbay.jobs.syncing import sync  # noqa: PLC0415

    orders: dict[int, list[str]] = {}
    for units, count in SALES.items():
        lines = [{"sku": "MUG-01", "quantity": units}]
        placed = tell(f"{simulator}/simulator/orders", {"lines": lines, "count": count, "force": True})
        orders[units] = [order["order_id"] for order in placed["orders"]]
    sync(code=None, until_idle=True)
    return orders


def tell(address: str, body: dict[str, Any]) -> Any:
    asked = Request(address, data=json.dumps(body).encode(), headers={"Content-Type": "application/json"})
    with urlopen(asked, timeout=20) as answer:
        return json.load(answer)


if __name__ == "__main__":
    set_up_django()
    with open_database(Config.load()):
        fill(*sys.argv[1:])
        click.echo(json.dumps(buy(sys.argv[1])))
