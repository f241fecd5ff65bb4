"""From listing to lorry with every open question about Amazon answered either way: both sides work.

The first test has every default; the others turn one switch to what it is not by default, or some that do
not meet each other. Where the straight way never meets what a switch is about, it has a way of its own. A
switch of the simulator not named here fails the last test; what is not about SmartConnect: `OF_OTHER_WAYS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from amazon_simulator.world.switches import Switches
from loadbay.inbox.queries import open_tasks
from loadbay.orders import queries as orders
from tests.journeys.open_questions import RIGHT, Shop, Sold, Stopped, Street

pytestmark = pytest.mark.journey
Way = Callable[[Shop], Sold]
ROOT = Path(__file__).parents[2]


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


def with_plans(shop: Shop) -> Sold:
    """From the order on Amazon counts the calls, and answers 429 beyond what it lets through."""
    shop.lists()
    shop.links()
    before = shop.amazon.has_answered(429)
    with shop.amazon.counts_calls():
        sold = shop.sells()
        sold.is_packed()
        sold.is_loaded()
    assert shop.amazon.has_answered(429) > before
    return sold


OF_OTHER_WAYS: dict[str, tuple[object, str]] = {
    "self_ship_confirm": ("from_accepted", "tests/simulator/test_switches.py"),
    "self_ship_confirm_shipment": ("ships", "tests/simulator/test_switches.py"),
    "assign_seconds": (600, "tests/simulator/points/test_point_05_buyers.py"),
    "onsite_in_fba_inventory": ("hidden", "tests/simulator/test_fba_inventory.py"),
}
"""What does not bear on SmartConnect, its other side, and where both sides are asserted.

Self Ship is another programme; only Easy Ship and Self Ship begin as CREATED, so only they wait for Amazon
to assign their stock; and Loadbay never reads FBA inventory. Turned all together they change nothing here.
"""

CASES: dict[str, tuple[dict[str, object], Way]] = {
    "what is answered": (
        {
            "reservation_ends": "shipped",
            "options_status": "PICKUP_SLOT_RETRIEVED",
            "empty_pages": "on",
            "label_url_seconds": 5,
            "product_data_errors": "warn",
        },
        straight,
    ),
    "what takes longer": (
        {
            "shipment_seen_seconds": 300,
            "customer_seconds": 1_800,
            "listing_least_seconds": 9_000,
            "listing_most_seconds": 9_000,
        },
        straight,
    ),
    "what is there at once": ({"listing_least_seconds": 0, "listing_most_seconds": 0}, straight),
    "shipped_before_pickup": ({"shipped_before_pickup": "refuse"}, lorry_last),
    "shipped_before_pickup, lorry first": ({"shipped_before_pickup": "refuse"}, lorry_first),
    "converted_channel": ({"converted_channel": "DEFAULT"}, straight),
    "carrier_scan": ({"carrier_scan": "only_seen"}, lorry_first),
    "shipped_after_scan, unprocessable": ({"shipped_after_scan": "unprocessable"}, lorry_first),
    "shipped_after_scan, accept": ({"shipped_after_scan": "accept"}, lorry_first),
    "carrier": ({"carrier": "by_clock"}, without_a_lorry),
    "baskets": ({"baskets": "on"}, with_baskets),
    "of other ways": ({name: value for name, (value, _) in OF_OTHER_WAYS.items()}, straight),
    "shipment_burst_factor": ({"shipment_burst_factor": 1}, with_plans),
    "roughness, mild": ({"roughness": "mild"}, straight),
    "roughness, wild": ({"roughness": "wild"}, straight),
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


@pytest.mark.parametrize("number", ["new", "same"])
def test_a_label_made_again_is_the_one_that_counts_whatever_its_number(shop: Shop, number: str) -> None:
    shop.behaves(relabel_tracking=number)
    shop.lists()
    shop.links()
    sold = shop.sells()
    sold.is_packed()
    first = sold.label_here
    assert first == sold.label_there
    sold.is_labelled_again()
    again = sold.label_here
    assert again == sold.label_there
    assert (again[0] == first[0]) == (number == "same")
    (package,) = sold.seen["packages"]
    assert package["labels_generated"] == 2
    assert package["void_tracking_ids"] == ([] if number == "same" else [first[0]])
    if number == "new":
        assert shop.amazon.refuses("scans", tracking_id=first[0]) == 409
    shop.amazon.post("scans", tracking_id=again[0])
    sold.is_loaded()
    assert sold.ends() == RIGHT


def is_cancelled_by_its_buyer(sold: Sold, *, after_label: bool) -> None:
    if after_label:
        sold.is_packed()
    sold.shop.amazon.post(f"orders/{sold.order_id}/cancel")
    sold.shop.syncs_until(lambda: sold.is_stopped)


@pytest.mark.parametrize("until", ["before_shipped", "before_label"])
def test_a_buyer_who_cancels_before_the_label_stops_the_parcel(shop: Shop, until: str) -> None:
    shop.behaves(latest_cancellation=until)
    shop.lists()
    shop.links()
    sold = shop.sells()
    is_cancelled_by_its_buyer(sold, after_label=False)
    assert sold.stops() == Stopped()


def test_a_buyer_may_cancel_after_the_label_and_the_goods_are_put_back(shop: Shop) -> None:
    shop.behaves(latest_cancellation="before_shipped")
    shop.lists()
    shop.links()
    sold = shop.sells()
    is_cancelled_by_its_buyer(sold, after_label=True)
    assert [task.sentence for task in open_tasks()] == [f"{sold.number} was packed when Amazon cancelled it."]
    sold.is_put_back()
    assert sold.stops() == Stopped()


def test_or_after_the_label_it_is_too_late_and_the_parcel_leaves(shop: Shop) -> None:
    shop.behaves(latest_cancellation="before_label")
    shop.lists()
    shop.links()
    sold = shop.sells()
    sold.is_packed()
    assert shop.amazon.refuses(f"orders/{sold.order_id}/cancel") == 409
    sold.is_loaded()
    assert sold.ends() == RIGHT


def test_every_switch_is_turned_here() -> None:
    """Those that have tests of their own above are turned there to both sides."""
    turned = {name for switches, _ in CASES.values() for name in switches}
    own = {"customer_after_shipping", "relabel_tracking", "latest_cancellation"}
    assert turned | own == set(Switches.__struct_fields__)


@pytest.mark.parametrize(("name", "file"), [(name, file) for name, (_, file) in OF_OTHER_WAYS.items()])
def test_what_does_not_bear_on_smartconnect_is_asserted_where_it_says(name: str, file: str) -> None:
    assert f'"{name}"' in (ROOT / file).read_text(encoding="utf-8")
