"""From listing to lorry with every open question about Amazon answered either way: both sides work.

The first test has every default; each other one turns one switch to what it is not by default. A switch of
the simulator that is not named here fails the last test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from amazon_simulator.world.switches import Switches
from loadbay.orders import queries as orders
from tests.journeys.open_questions import RIGHT, Shop, Sold, Street

pytestmark = pytest.mark.journey
Way = Callable[[Shop], Sold]


@pytest.fixture(scope="module")
def street(databases: Any, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Street]:
    with django_db_blocker.unblock(), Street(databases, tmp_path_factory.mktemp("labels")) as street:
        yield street


@pytest.fixture
def shop(street: Street) -> Iterator[Shop]:
    """Every case begins with Amazon as the simulator has it by default."""
    shop = street.next_shop()
    yield shop
    shop.behaves_as_by_default()


# --- ways from listing to lorry ---


def straight(shop: Shop) -> Sold:
    """The shop tells Amazon that the parcel left; the lorry comes when it comes."""
    shop.lists()
    shop.links()
    sold = shop.sells()
    sold.is_packed()
    sold.is_loaded()
    return sold


def lorry_first(shop: Shop) -> Sold:
    """The driver scanned before the shop completed its batch."""
    shop.lists()
    shop.links()
    sold = shop.sells()
    sold.is_packed()
    sold.lorry_comes()
    sold.is_loaded()
    return sold


def lorry_last(shop: Shop) -> Sold:
    """Completed before the driver scanned; Amazon may not believe it yet."""
    sold = straight(shop)
    sold.lorry_comes()
    return sold


def without_a_lorry(shop: Shop) -> Sold:
    """Nobody sends a lorry: it comes by its own clock, or not at all."""
    sold = straight(shop)
    shop.clock.advance(86_400)
    return sold


def with_baskets(shop: Shop) -> Sold:
    """Somebody else has two of the units in a basket all the while."""
    shop.lists()
    shop.links()
    shop.amazon.post("baskets", sku=shop.sku, units=2, minutes=100_000)
    sold = shop.sells()
    sold.is_packed()
    sold.is_loaded()
    return sold


CASES: dict[str, tuple[dict[str, object], Way]] = {
    "reservation_ends": ({"reservation_ends": "shipped"}, straight),
    "options_status": ({"options_status": "PICKUP_SLOT_RETRIEVED"}, straight),
    "shipped_before_pickup": ({"shipped_before_pickup": "refuse"}, lorry_last),
    "shipped_before_pickup, lorry first": ({"shipped_before_pickup": "refuse"}, lorry_first),
    "converted_channel": ({"converted_channel": "DEFAULT"}, straight),
    "empty_pages": ({"empty_pages": "on"}, straight),
    "label_url_seconds": ({"label_url_seconds": 5}, straight),
    "carrier_scan": ({"carrier_scan": "only_seen"}, lorry_first),
    "shipped_after_scan, unprocessable": ({"shipped_after_scan": "unprocessable"}, lorry_first),
    "shipped_after_scan, accept": ({"shipped_after_scan": "accept"}, lorry_first),
    "carrier": ({"carrier": "by_clock"}, without_a_lorry),
    "self_ship_confirm": ({"self_ship_confirm": "from_accepted"}, straight),
    "latest_cancellation": ({"latest_cancellation": "before_label"}, straight),
    "relabel_tracking": ({"relabel_tracking": "same"}, straight),
    "product_data_errors": ({"product_data_errors": "warn"}, straight),
    "baskets": ({"baskets": "on"}, with_baskets),
    "assign_seconds": ({"assign_seconds": 600}, straight),
    "shipment_seen_seconds": ({"shipment_seen_seconds": 300}, straight),
    "customer_seconds": ({"customer_seconds": 1_800}, straight),
    "onsite_in_fba_inventory": ({"onsite_in_fba_inventory": "hidden"}, straight),
    "roughness": ({"roughness": "mild"}, straight),
    "listing_least_seconds": ({"listing_least_seconds": 0, "listing_most_seconds": 0}, straight),
    "listing_most_seconds": ({"listing_least_seconds": 9_000, "listing_most_seconds": 9_000}, straight),
}


@pytest.mark.parametrize("way", [straight, lorry_first, lorry_last], ids=lambda way: way.__name__)
def test_from_listing_to_lorry_as_we_guess(shop: Shop, way: Way) -> None:
    assert way(shop).ends() == RIGHT


@pytest.mark.parametrize(("switches", "way"), CASES.values(), ids=CASES.keys())
def test_from_listing_to_lorry_on_the_other_side(shop: Shop, switches: dict[str, object], way: Way) -> None:
    shop.behaves(**switches)
    assert way(shop).ends() == RIGHT


@pytest.mark.parametrize(
    ("setting", "shown"),
    [
        ("name_and_address", ["name", "address", "postal_code", "country"]),
        ("postcode_only", ["postal_code", "country"]),
        ("nothing", ["postal_code"]),
    ],
)
def test_the_sale_stands_however_much_of_a_customer_appears(
    shop: Shop, setting: str, shown: list[str]
) -> None:
    shop.behaves(customer_after_shipping=setting)
    sold = straight(shop)
    assert sold.ends() == RIGHT
    fields = orders.buyer(orders.sale(sold.order_id).row.number)
    known = [field.name for field in fields if field.value]
    assert [name for name in known if name != "payment_method"] == shown


@pytest.mark.parametrize(("rule", "quantity"), [("refuse", 0), ("warn", 20)])
def test_goods_without_a_weight_wait_for_one_or_are_told_anyway(shop: Shop, rule: str, quantity: int) -> None:
    shop.behaves(product_data_errors=rule)
    asin = shop.item["asin"]
    weight = shop.item["weight"]
    shop.amazon.ask("PATCH", f"products/{asin}", {"weight": "0"})
    shop.lists()
    shop.converts()
    shop.syncs_until(lambda: shop.state == "linked")
    assert shop.stock["quantity"] == quantity
    shop.amazon.ask("PATCH", f"products/{asin}", {"weight": weight})
    shop.syncs_until(lambda: shop.stock["quantity"] == 20)
    sold = shop.sells()
    sold.is_packed()
    sold.is_loaded()
    assert replace(sold.ends(), tasks=()) == RIGHT


def test_every_switch_is_turned_here() -> None:
    """How much of the customer appears has a test of its own above, which asserts the same and more."""
    turned = {name for switches, _ in CASES.values() for name in switches}
    assert turned | {"customer_after_shipping"} == set(Switches.__struct_fields__)
