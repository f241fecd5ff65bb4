"""Own shipping and Amazon's beside SmartConnect, in two countries and currencies, by commands alone."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.programs import loadbay
from tests.journeys.processes import PretendAmazon

pytestmark = pytest.mark.journey
SHEET = "sku,name,quantity,room\nRUG-1,Slate rug,20,MAIN\nMUG-1,Mug,30,MAIN\n"


class Terminal:
    """Commands in one shop; each has to be done, and its JSON comes back."""

    def __init__(self, folder: Path, amazon: PretendAmazon, url: str) -> None:
        self._folder, self.amazon = folder, amazon
        self._told = {"LOADBAY_DATABASE_URL": url, "LOADBAY_SECRET_KEY": os.environ["LOADBAY_SECRET_KEY"]}

    def __call__(self, *command: str, code: int = 0) -> Any:
        answer = loadbay(*command, "--json", home=self._folder, **self._told)
        assert answer.returncode == code, f"{command}: {answer.stdout}\n{answer.stderr}"
        return json.loads(answer.stdout)

    def file(self, name: str, text: str) -> str:
        (self._folder / name).write_text(text)
        return str(self._folder / name)

    def buyer_orders(self, sku: str, units: int, *, by: str, country: str, level: str = "STANDARD") -> str:
        """Released at once; what Amazon fulfils is shipped at once."""
        lines = [{"sku": sku, "quantity": units, "shipping": "3.50"}]
        kind = {"fulfilled_by": by, "marketplace": country, "service_level": level}
        placed = self.amazon.post("orders", lines=lines, pending_seconds=10**7, ship_seconds=10**7, **kind)
        number = str(placed["orders"][0]["order_id"])
        wanted = "UNSHIPPED" if by == "merchant" else "SHIPPED"
        while self.at_amazon(number)["status"] != wanted:
            self.amazon.post(f"orders/{number}/hurry")
        return number

    def at_amazon(self, number: str) -> Any:
        return self.amazon.get(f"inspect/orders/{number}")

    def sale(self, number: str) -> Any:
        return self("sale", "show", number)["sale"]


@pytest.fixture
def shop(own_database_url: str, tmp_path: Path) -> Iterator[Terminal]:
    amazon = PretendAmazon(tmp_path, speed="60")
    amazon.start()
    yield Terminal(tmp_path, amazon, own_database_url)
    amazon.kill()


def connect(shop: Terminal) -> None:
    secret, token = shop.file("secret", "demo-secret"), shop.file("token", "Atzr|demo")
    keys = ["--client-id", "demo-client", "--client-secret-file", secret, "--refresh-token-file", token]
    at = ["--endpoint", shop.amazon.url, "--token-endpoint", f"{shop.amazon.url}/auth/o2/token"]
    shop("connection", "add", "demo", "--region", "eu", "--seller-id", "A2DEMOSELLER", *keys, *at)
    shop("stock-room", "add", "MAIN")
    shop("product", "import", shop.file("products.csv", SHEET))
    for code, country, programme, rooms in (
        ("SC-UK", "GB", "smartconnect", ("--stock-room", "MAIN=LBAY")),
        ("MFN-UK", "GB", "mfn", ("--stock-room", "MAIN")),
        ("MFN-DE", "DE", "mfn", ("--stock-room", "MAIN")),
        ("FBA-DE", "DE", "fba", ()),
    ):
        kind = ("--connection", "demo", "--marketplace", country, "--programme", programme)
        shop("channel", "add", code, *kind, *rooms)


def list_at_amazon(shop: Terminal) -> None:
    asins = [item["asin"] for item in shop.amazon.get("inspect/catalogue")[:3]]
    for country in ("GB", "DE"):
        row = {"sku": "RUG-1", "asin": asins[0], "price": "20.00", "quantity": 20}
        shop.amazon.post("listings/seed", listings=[row], converted=False, marketplace=country)
    row = {"sku": "MUG-AT-AMAZON", "asin": asins[1], "price": "9.50"}
    shop.amazon.post("listings/seed", listings=[row], fba=True, marketplace="DE")
    shop.amazon.post("fba", goods=[{"sku": "MUG-AT-AMAZON", "quantity": 50}])


def map_definitions(shop: Terminal) -> None:
    for code, carrier in (("MFN-UK", "ROYAL MAIL"), ("MFN-DE", "DHL")):
        shop("shipping-carrier", "retrieve", code)
        assert len(shop("shipping-method", "retrieve", code)["added"]) == 8
        charge = ("--charge-type", "account", "--charge-number", "4100")
        shop("shipping-method", "set", code, "STANDARD", "--agent", carrier, *charge)
    shop("mapping", "map-item", "FBA-DE", "MUG-AT-AMAZON", "--type", "item", "--number", "MUG-1")


def test_orders_of_every_programme_and_country_come_in_by_one_sync_and_an_mfn_parcel_is_confirmed(
    shop: Terminal,
) -> None:
    connect(shop)
    list_at_amazon(shop)
    map_definitions(shop)
    british = shop.buyer_orders("RUG-1", 2, by="merchant", country="GB")
    german = shop.buyer_orders("RUG-1", 1, by="merchant", country="DE")
    abroad = shop.buyer_orders("MUG-AT-AMAZON", 3, by="amazon", country="DE")
    hurried = shop.buyer_orders("RUG-1", 1, by="merchant", country="GB", level="NEXT_DAY")

    synced = shop("sync", "--until-idle")
    assert (synced["done"]["sales_built"], synced["troubles"]) == (3, [])
    sales = {number: shop.sale(number) for number in (british, german, abroad)}
    assert [
        (sale["row"]["channel"], sale["row"]["total"]["currency"], sale["row"]["order_status"])
        for sale in sales.values()
    ] == [("MFN-UK", "GBP", "Released"), ("MFN-DE", "EUR", "Released"), ("FBA-DE", "EUR", "Posted")]
    (task,) = shop("task", "list")
    assert hurried in task["subjects"][0]
    assert "NEXT_DAY" in task["sentence"]

    call = sales[british]["row"]["field_call"]
    shop("pack", call, "--scan", "RUG-1", "--scan", "RUG-1", "--finish")
    shop("field-call", "ship", call, "--tracking", "RM123456789GB", "--method", "Tracked 48")
    shop("field-call", "complete", call)
    assert shop("sync", "--until-idle")["troubles"] == []
    (package,) = shop.at_amazon(british)["packages"]
    assert (package["carrier"], package["tracking_id"], package["times_told"]) == (
        "Royal Mail",
        "RM123456789GB",
        1,
    )
    assert shop.at_amazon(british)["status"] == "SHIPPED"
    assert (shop.sale(british)["row"]["order_status"], shop.at_amazon(german)["status"]) == (
        "Posted",
        "UNSHIPPED",
    )
    assert shop("stock", "show", "RUG-1")["on_hand"] == 18

    shop("shipping-method", "set", "MFN-UK", "NEXT_DAY", "--agent", "DPD", "--behaviour", "skip")
    assert shop("sync", "--until-idle")["done"]["sales_built"] == 1
    assert shop.sale(hurried)["row"]["order_status"] == "Released"
    assert shop("task", "list") == []
