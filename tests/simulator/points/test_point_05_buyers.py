"""Point 5: buyers order, in parts, as gifts, for an exchange; they cancel when they like and send back."""

from typing import Any

import pytest

from tests.simulator.shop import SHIPMENTS, Shop, package

STEPS = ("CONFIRMED", "PACKAGE_CREATED", "SHIPLABEL_GENERATED")


def brought_to(shop: Shop, status: str) -> str:
    shipment_id = shop.sold("MUG")
    if status != "ACCEPTED":
        shop.control("POST", f"shipments/{shipment_id}/fulfil", {"until": status})
    return shipment_id


def order_of(shop: Shop, shipment_id: str) -> str:
    return shop.shipment(shipment_id)["order_id"]


@pytest.mark.parametrize("kind", ["MARKETPLACE_CANCELLED", "SYSTEM_CANCELLED"])
@pytest.mark.parametrize("status", ["ACCEPTED", *STEPS])
def test_a_buyer_cancels_before_during_and_after_packing(selling: Shop, status: str, kind: str) -> None:
    shipment_id = brought_to(selling, status)
    selling.control("POST", f"shipments/{shipment_id}/cancel", {"kind": kind, "reason": "CHANGED_MIND"})
    shown = selling.call("GET", f"{SHIPMENTS}/{shipment_id}").json
    assert (shown["status"], shown["reason"]) == ("CANCELLED", "CHANGED_MIND")
    assert shown["lineItems"][0]["cancellations"][0]["cancellationType"] == kind
    assert selling.stock("MUG")["reserved"] == 0
    assert {each["status"] for each in selling.shipment(shipment_id)["packages"]} <= {"CANCELLED"}
    assert selling.tell(shipment_id).status_code in (404, 422)


def test_what_left_is_not_cancelled(selling: Shop) -> None:
    shipment_id = brought_to(selling, "SHIPPED")
    assert selling.refused("POST", f"shipments/{shipment_id}/cancel", {}) == (409, "not_now")


def test_one_shipment_of_an_order_is_cancelled_and_the_other_goes_on(selling: Shop) -> None:
    body = {"lines": [{"sku": "MUG", "quantity": 2}], "split": True}
    order = selling.control("POST", "orders", body)["orders"][0]
    first, second = order["shipment_ids"]
    selling.control("POST", f"shipments/{first}/cancel", {})
    selling.control("POST", f"shipments/{second}/fulfil", {})
    assert selling.inspect(f"orders/{order['order_id']}")["status"] == "SHIPPED"


def test_a_cancelled_parcel_stays_at_the_lorry(selling: Shop) -> None:
    shipment_id = brought_to(selling, "SHIPLABEL_GENERATED")
    tracking = selling.shipment(shipment_id)["packages"][0]["tracking_id"]
    selling.control("POST", f"shipments/{shipment_id}/cancel", {})
    assert selling.refused("POST", "scans", {"tracking_id": tracking}) == (409, "not_now")
    assert selling.control("POST", "lorry", {"location": "LBAY"}) == {"shipment_ids": []}


@pytest.mark.parametrize("kind", ["EXCHANGE", "REPLACEMENT"])
def test_a_shipment_says_what_it_stands_for(selling: Shop, kind: str) -> None:
    first = brought_to(selling, "SHIPPED")
    body = {"lines": [{"sku": "CUP", "quantity": 1}], "kind": kind, "replaces": order_of(selling, first)}
    second = selling.control("POST", "orders", body)["orders"][0]["shipment_ids"][0]
    info = selling.call("GET", f"{SHIPMENTS}/{second}").json["shipmentInfo"]
    assert info["shipmentType"] == kind
    original = info["originalShipmentInfo"]
    assert (original["id"], original["locationId"]) == (first, "LBAY")
    assert original["marketplaceAttributes"]["channelName"] == "FBA"
    line = original["originalLineItems"][0]
    assert (line["replacingSku"], line["originalSku"]) == ("CUP", "MUG")
    assert line["charges"][0]["totalCharge"]["netAmount"]["value"] == "12.99"


def test_a_replacement_costs_its_buyer_nothing(selling: Shop) -> None:
    first = brought_to(selling, "SHIPPED")
    body = {
        "lines": [{"sku": "MUG", "quantity": 1}],
        "kind": "REPLACEMENT",
        "replaces": order_of(selling, first),
    }
    second = selling.control("POST", "orders", body)["orders"][0]["shipment_ids"][0]
    charge = selling.call("GET", f"{SHIPMENTS}/{second}").json["lineItems"][0]["charges"][0]
    assert charge["totalCharge"]["netAmount"]["value"] == "0.00"


WRONG: dict[str, tuple[dict[str, Any], int]] = {
    "a new order replaces nothing": ({"kind": "NEW"}, 400),
    "what has not left is not replaced": ({"kind": "EXCHANGE"}, 409),
}


@pytest.mark.parametrize(("more", "status"), WRONG.values(), ids=WRONG.keys())
def test_only_what_left_is_replaced(selling: Shop, more: dict[str, Any], status: int) -> None:
    first = brought_to(selling, "CONFIRMED")
    body = {"lines": [{"sku": "MUG", "quantity": 1}], "replaces": order_of(selling, first), **more}
    assert selling.refused("POST", "orders", body)[0] == status
    assert len(selling.inspect("orders")) == 1


def test_gift_serials_and_hazmat_come_with_what_they_need(selling: Shop) -> None:
    wanted = {"gift": True, "serial_numbers": True, "hazmat_label": True}
    shipment_id = selling.sold("MUG", 2, **wanted)
    line = selling.call("GET", f"{SHIPMENTS}/{shipment_id}").json["lineItems"][0]
    assert line["giftAttributes"]["giftMessage"]["format"] == "PLAIN_TEXT"
    assert {each["chargeType"] for each in line["charges"]} == {"PRODUCT", "GIFT_WRAP"}
    selling.confirm(shipment_id)
    lines = [{"packageLineItemId": "1", "quantity": 2, "serialNumbers": ["S-1", "S-2"]}]
    good = package(packageLineItems=lines, hazmatLabels=["LIMITED_QUANTITY"])
    assert selling.pack(shipment_id, good).status_code == 204
    assert selling.call("GET", f"{SHIPMENTS}/{shipment_id}").json["lineItems"][0]["serialNumbers"] == [
        "S-1",
        "S-2",
    ]


def test_amazon_finds_stock_by_itself_after_the_time_that_was_set(selling: Shop, yard: str) -> None:
    selling.control("PATCH", "switches", {"assign_seconds": 600})
    shipment_id = selling.sold("POT", 2, location=yard)
    selling.clock.advance(seconds=599)
    assert selling.shipment(shipment_id)["status"] == "CREATED"
    selling.clock.advance(seconds=1)
    assert selling.shipment(shipment_id)["status"] == "ACCEPTED"
    assert selling.inspect(f"inventory/{yard}/POT")["reserved"] == 2
    early = selling.sold("POT", location=yard)
    selling.confirm(early)
    selling.clock.advance(seconds=600)
    assert selling.shipment(early)["status"] == "CONFIRMED"
