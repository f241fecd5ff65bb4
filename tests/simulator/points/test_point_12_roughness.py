"""Point 12: answers as rough as in real life, the same for the same seed, and never beyond reading."""

import json
import re
from base64 import b64decode
from decimal import Decimal
from typing import Any

import pytest

from amazon_simulator.http.roughness import roughen
from amazon_simulator.world.switches import Roughness
from tests.simulator.shop import EVERYTHING, ORDERS, SELLER, SHIPMENTS, START, Shop

MERCHANT = {"fulfilled_by": "merchant", "pending_seconds": 0, "lines": [{"sku": "POT", "quantity": 2}]}


def rough(shop: Shop, level: str) -> None:
    shop.control("PATCH", "switches", {"roughness": level})


def every_shipment(shop: Shop) -> list[dict[str, Any]]:
    """All accepted ones, page by page."""
    found, token = [], ""
    while True:
        path = f"{SHIPMENTS}?status=ACCEPTED&maxResults=3&paginationToken={token}"
        answer = shop.call("GET", path).json
        found += answer["shipments"]
        token = answer["pagination"].get("nextToken", "")
        if not token:
            return found


def amounts(value: Any) -> list[Decimal]:
    if isinstance(value, dict):
        own = [Decimal(str(value["value"]))] if "currencyCode" in value else []
        return own + [each for entry in value.values() for each in amounts(entry)]
    return [each for entry in value for each in amounts(entry)] if isinstance(value, list) else []


def kept(shipment: dict[str, Any]) -> Any:
    lines = [
        (line["shipmentLineItemId"], line["merchantSku"], int(line["numberOfUnits"]))
        for line in shipment["lineItems"]
    ]
    order = shipment["shipmentInfo"]["buyerOrderId"]
    return shipment["id"], order, shipment["locationId"], shipment["status"], lines, amounts(shipment)


def judged_reads(shop: Shop) -> int:
    """Every kind of read there is, each held against its model; how many."""
    shipped = shop.until("SHIPLABEL_GENERATED")
    shop.label(shipped, again=True)
    back = shop.until("SHIPPED", gift=True, serial_numbers=False)
    shop.control("POST", "returns", {"shipment": back})
    order = shop.control("POST", "orders", MERCHANT)["orders"][0]["order_id"]
    since = f"{START:%Y-%m-%dT00:00:00Z}"
    paths = [
        *(f"{SHIPMENTS}/{each['id']}" for each in every_shipment(shop)),
        f"{SHIPMENTS}/{shipped}",
        f"{ORDERS}/{order}?includedData={EVERYTHING}",
        f"{ORDERS}?lastUpdatedAfter={since}&includedData={EVERYTHING}",
        f"/orders/v0/orders/{order}",
        f"/orders/v0/orders/{order}/orderItems",
        f"/orders/v0/orders?MarketplaceIds=A1F83G8C2ARO7P&LastUpdatedAfter={since}",
        "/externalFulfillment/2024-09-11/returns?maxResults=5",
        f"/listings/2021-08-01/items/{SELLER}/MUG?marketplaceIds=A1F83G8C2ARO7P&includedData=summaries,offers",
        f"/listings/2021-08-01/items/{SELLER}?marketplaceIds=A1F83G8C2ARO7P",
        "/fba/inventory/v1/summaries?granularityType=Marketplace&granularityId=A1F83G8C2ARO7P"
        "&marketplaceIds=A1F83G8C2ARO7P&details=true",
        "/sellers/v1/marketplaceParticipations",
    ]
    answers = [shop.call("GET", path) for path in paths]
    assert {each.status_code for each in answers} == {200}
    return len(answers)


def a_busy_shop(*, is_judged: bool) -> Shop:
    shop = Shop(is_judged=is_judged).signed_in()
    shop.linked("MUG", "CUP")
    rows = [{"sku": "POT", "asin": shop.product()["asin"], "price": "8.00", "quantity": 50}]
    shop.control("POST", "listings/seed", {"listings": rows, "converted": False})
    for number in range(12):
        shop.sold("MUG" if number % 2 else "CUP", 1 + number % 3, gift=number % 4 == 0)
    return shop


@pytest.mark.usefixtures("models_are_here")
def test_mild_roughness_still_keeps_to_the_models() -> None:
    shop = a_busy_shop(is_judged=True)
    rough(shop, "mild")
    assert judged_reads(shop) >= 20
    assert shop.judged is not None
    assert {"getShipment", "getShipments", "getOrder", "listReturns"} <= shop.judged.judged.keys()


def test_wild_roughness_answers_everything() -> None:
    shop = a_busy_shop(is_judged=False)
    rough(shop, "wild")
    assert judged_reads(shop) >= 20


@pytest.mark.parametrize("level", ["mild", "wild"])
def test_ids_quantities_and_money_stay_readable_and_no_page_loses_a_shipment(level: str) -> None:
    shop = Shop(is_judged=False).signed_in()
    shop.linked("MUG", "CUP")
    for number in range(30):
        shop.sold("MUG", 1 + number % 3)
    smooth = {each["id"]: kept(each) for each in every_shipment(shop)}
    rough(shop, level)
    assert {each["id"]: kept(each) for each in every_shipment(shop)} == smooth
    assert len(smooth) == 30


def test_the_same_seed_is_as_rough_and_another_one_is_not() -> None:
    content = {"shipments": [{"id": f"S{number}", "at": "2026-09-14T09:00:00.000Z"} for number in range(50)]}
    first, again, other = (roughen(content, level=Roughness.WILD, seed=seed) for seed in (1, 1, 2))
    assert first == again != other
    assert roughen(content, level=Roughness.OFF, seed=1) == content


def test_a_shipment_is_as_rough_alone_as_on_a_page() -> None:
    shop = Shop(is_judged=False).signed_in()
    shop.linked("MUG")
    for _ in range(8):
        shop.sold("MUG")
    rough(shop, "wild")
    for each in every_shipment(shop):
        assert shop.call("GET", f"{SHIPMENTS}/{each['id']}").json == each


def test_every_kind_of_roughness_comes_to_pass() -> None:
    shop = Shop(is_judged=False).signed_in()
    shop.linked("MUG")
    packed = [shop.until("PACKAGE_CREATED", invoice=True) for _ in range(30)]
    for number in range(60):
        shop.sold("MUG", gift=number % 2 == 0)
    rough(shop, "wild")
    found = every_shipment(shop)
    invoices = [shop.call("POST", f"{SHIPMENTS}/{each}/invoice").json["document"] for each in packed]
    labels = [shop.label(each).json["packageShipLabelList"][0] for each in packed]
    windows = [each["shipLabelMetadata"].get("pickupWindow", {}) for each in labels]
    moments = [str(each[name]) for each in windows for name in each.keys() & {"startTime", "endTime"}]
    times = [each["lastUpdatedDateTime"] for each in found]
    texts = [each for each in times if isinstance(each, str)]
    assert any(isinstance(each, int) for each in times)
    assert any(each.isdigit() for each in texts)
    assert any(" " in each for each in texts)
    assert any("+01:00" in each for each in texts)
    assert {type(each["shipmentInfo"]["numberOfUnits"]) for each in found} == {int, str}
    assert any("sortationHint" in json.dumps(each) for each in found)
    assert any("shipmentRequirements" not in each for each in found)
    assert any("DISALLOWED_V2" in json.dumps(each) for each in found)
    assert {each["status"] for each in found} == {"ACCEPTED"}
    assert {each["format"] for each in invoices} == {"PDF", "PNG"}
    assert all(b64decode(each["content"]).startswith(b"%PDF") for each in invoices)
    assert {("status" in each, each.get("isErrored")) for each in labels} == {(True, None), (False, False)}
    assert any(re.fullmatch(r"\d{10}\.\d{9}", each) for each in moments)
    assert any(re.fullmatch(r"\d{9}", each) for each in moments)
    kinds = {charge["chargeType"] for each in found for charge in each["lineItems"][0]["charges"]}
    assert kinds >= {"PRODUCT", "GIFT_WRAP", "GIFT"}


def test_a_window_may_end_before_it_starts() -> None:
    windows = [{"shippingOptionId": f"o{each}", "startTime": 100, "endTime": 200} for each in range(40)]
    shown = roughen(windows, level=Roughness.MILD, seed=1)
    assert {(each["startTime"], each["endTime"]) for each in shown} == {(100, 200), (200, 100)}


def test_what_must_be_done_to_a_line_is_never_left_out() -> None:
    shop = Shop(is_judged=False).signed_in()
    shop.linked("MUG")
    ids = {shop.sold("MUG", serial_numbers=True) for _ in range(20)}
    rough(shop, "wild")
    found = {each["id"]: each["lineItems"][0] for each in every_shipment(shop)}
    assert found.keys() == ids
    for line in found.values():
        assert line["complianceAttributes"]["serialNumberRequirement"] == "REQUIRED"


def test_a_scenario_says_how_rough_it_is(tmp_path: Any) -> None:
    own = tmp_path / "rough.toml"
    own.write_text('title = "Rough"\nlike = "demo"\n[switches]\nroughness = "wild"\n')
    shop = Shop(is_judged=False, scenario=str(own)).signed_in()
    assert shop.inspect("switches")["roughness"] == "wild"
    assert shop.refused("PATCH", "switches", {"roughness": "hairy"}) == (400, "invalid")
