"""Two views of one order: External Fulfillment and the orders API; what is shown when, and to whom."""

from typing import Any

import pytest

from tests.simulator.shop import ORDERS, SHIPMENTS, Shop

SHIPPING = "Direct-to-Consumer Shipping (Restricted)"
TRACKING = "Inventory and Order Tracking"
TAX = "Tax Invoicing (Restricted)"


@pytest.fixture
def selling(shop: Shop) -> Shop:
    shop.linked("MUG", "CUP", price="12.00")
    return shop


def cancel(shop: Shop, shipment_id: str) -> None:
    shop.control("POST", f"orders/{shop.shipment(shipment_id)['order_id']}/cancel", {})


@pytest.mark.parametrize("status", ["ACCEPTED", "CONFIRMED", "PACKAGE_CREATED", "SHIPLABEL_GENERATED"])
def test_a_buyer_may_cancel_until_the_parcel_leaves(selling: Shop, status: str) -> None:
    shipment_id = selling.until(status)
    cancel(selling, shipment_id)
    shown = selling.call("GET", f"{SHIPMENTS}/{shipment_id}").json
    assert shown["status"] == "CANCELLED"
    assert shown["lineItems"][0]["cancellations"][0]["cancellationType"] == "MARKETPLACE_CANCELLED"
    assert {each["status"] for each in shown.get("packages", [])} <= {"CANCELLED"}
    order = selling.order(shown["shipmentInfo"]["buyerOrderId"])
    assert order["fulfillment"]["fulfillmentStatus"] == "CANCELLED"
    execution = order["orderItems"][0]["cancellation"]["cancellationExecution"]
    assert execution["cancelledBy"] == "BUYER"
    assert not order.keys() & {"buyer", "recipient", "payment", "proceeds"}
    found = selling.call("GET", f"{SHIPMENTS}?status=CANCELLED").json["shipments"]
    assert [each["id"] for each in found] == [shipment_id]
    assert selling.tell(shipment_id).status_code == 422


def test_what_was_shipped_or_cancelled_is_not_cancelled_again(selling: Shop) -> None:
    shipped = selling.shipment(selling.until("SHIPPED"))["order_id"]
    assert selling.refused("POST", f"orders/{shipped}/cancel", {}) == (409, "not_now")
    cancelled = selling.sold("MUG")
    cancel(selling, cancelled)
    order_id = selling.shipment(cancelled)["order_id"]
    assert selling.refused("POST", f"orders/{order_id}/cancel", {}) == (409, "not_now")


def test_a_rejected_shipment_is_cancelled_by_the_merchant(selling: Shop) -> None:
    shipment_id = selling.until("CONFIRMED")
    assert selling.reject(shipment_id).status_code == 204
    row = selling.shipment(shipment_id)
    assert row["cancellation"] == "SELLER_REJECTED"
    order = selling.order(row["order_id"])
    assert order["orderItems"][0]["cancellation"]["cancellationExecution"]["cancelledBy"] == "MERCHANT"


def test_an_order_in_two_shipments_ships_in_parts(selling: Shop) -> None:
    lines = [{"sku": "MUG", "quantity": 1}, {"sku": "CUP", "quantity": 1}]
    placed = selling.control("POST", "orders", {"lines": lines, "split": True})["orders"][0]
    first, second = placed["shipment_ids"]
    for shipment_id in (first, second):
        selling.confirm(shipment_id)
        selling.pack(shipment_id)
        selling.label(shipment_id)
    selling.tell(first)
    order = selling.order(placed["order_id"])
    assert order["fulfillment"]["fulfillmentStatus"] == "PARTIALLY_SHIPPED"
    assert [each["fulfillment"]["quantityFulfilled"] for each in order["orderItems"]] == [1, 0]
    selling.tell(second)
    assert selling.order(placed["order_id"])["fulfillment"]["fulfillmentStatus"] == "SHIPPED"


def test_an_order_of_which_a_part_has_left_is_not_cancelled_in_part(selling: Shop) -> None:
    lines = [{"sku": "MUG", "quantity": 1}, {"sku": "CUP", "quantity": 1}]
    placed = selling.control("POST", "orders", {"lines": lines, "split": True})["orders"][0]
    first, second = placed["shipment_ids"]
    for step in (selling.confirm, selling.pack, selling.label, selling.tell):
        assert step(second).status_code < 300
    assert selling.refused("POST", f"orders/{placed['order_id']}/cancel", {}) == (409, "not_now")
    assert selling.shipment(first)["status"] == "ACCEPTED"
    assert selling.stock("MUG")["reserved"] == 1


def test_one_line_of_several_units_is_split_by_units(selling: Shop) -> None:
    line = [{"sku": "MUG", "quantity": 3}]
    placed = selling.control("POST", "orders", {"lines": line, "split": True})["orders"][0]
    units = [selling.shipment(each)["lines"][0]["quantity"] for each in placed["shipment_ids"]]
    assert units == [1, 2]


def test_a_gift_is_wrapped_paid_for_and_has_a_message(selling: Shop) -> None:
    shipment_id = selling.until("SHIPPED", gift=True)
    shown = selling.call("GET", f"{SHIPMENTS}/{shipment_id}").json
    assert shown["lineItems"][0]["giftAttributes"]["giftWrapRequirement"] == "REQUIRED"
    kinds = [charge["chargeType"] for charge in shown["lineItems"][0]["charges"]]
    assert kinds == ["PRODUCT", "GIFT_WRAP"]
    order = selling.order(shown["shipmentInfo"]["buyerOrderId"])
    assert order["proceeds"]["grandTotal"]["amount"] == "15.60"


def test_charges_without_tax_and_tax_make_the_price(selling: Shop) -> None:
    shipment_id = selling.sold("MUG", 3)
    charge = selling.call("GET", f"{SHIPMENTS}/{shipment_id}").json["lineItems"][0]["charges"][0]
    assert charge["baseCharge"]["netAmount"] == {"value": "30.00", "currencyCode": "GBP"}
    assert charge["totalTax"]["charge"]["netAmount"]["value"] == "6.00"
    assert charge["totalCharge"]["netAmount"]["value"] == "36.00"


def shipped_order(shop: Shop, **given: Any) -> dict[str, Any]:
    shop.control("PATCH", "applications/demo-client", given)
    return shop.order(shop.order_id)


@pytest.fixture
def shipped(selling: Shop) -> Shop:
    selling.order_id = selling.shipment(selling.until("SHIPPED"))["order_id"]
    return selling


def test_a_name_needs_a_tax_role_and_an_address_the_shipping_role(shipped: Shop) -> None:
    order = shipped_order(shipped, roles=[TRACKING])
    assert not order.keys() & {"buyer", "recipient"}
    assert order["payment"]
    order = shipped_order(shipped, roles=[TRACKING, TAX])
    assert order["buyer"].keys() == {"buyerName"}
    assert "recipient" not in order
    order = shipped_order(shipped, roles=[TRACKING, SHIPPING])
    assert "buyer" not in order
    assert order["recipient"]["deliveryAddress"]["addressLine1"]


def test_an_amazon_order_never_shows_mail_or_phone(shipped: Shop) -> None:
    order = shipped.order(shipped.order_id)
    assert "buyerEmail" not in order["buyer"]
    assert "phone" not in order["recipient"]["deliveryAddress"]


def test_only_what_was_asked_for_is_included(shipped: Shop) -> None:
    bare = shipped.order(shipped.order_id, included="")
    parts = {"buyer", "recipient", "proceeds", "payment", "fulfillment", "packages"}
    assert not bare.keys() & parts
    assert bare["orderItems"][0].keys() == {"orderItemId", "quantityOrdered", "product"}
    some = shipped.order(shipped.order_id, included="PAYMENT,FULFILLMENT")
    assert some.keys() & parts == {"payment", "fulfillment"}


def test_the_postcode_of_the_label_is_that_of_the_later_address(shipped: Shop) -> None:
    shipment_id = shipped.inspect(f"orders/{shipped.order_id}")["shipment_ids"][0]
    early = shipped.call("GET", f"{SHIPMENTS}/{shipment_id}").json["shippingInfo"]["shipToAddress"]
    late = shipped.order(shipped.order_id)["recipient"]["deliveryAddress"]
    assert early["postalCode"] == late["postalCode"]


def test_an_order_of_nobody_is_not_found(shop: Shop) -> None:
    assert shop.call("GET", f"{ORDERS}/000-0000000-0000000").status_code == 404


BAD_ORDERS = {
    "no line": {"lines": []},
    "no units": {"lines": [{"sku": "MUG", "quantity": 0}]},
    "too many orders": {"lines": [{"sku": "MUG", "quantity": 1}], "count": 1001},
    "an unknown field": {"lines": [{"sku": "MUG", "quantity": 1}], "colour": "red"},
    "a text as number": {"lines": [{"sku": "MUG", "quantity": "1"}]},
}


@pytest.mark.parametrize("body", BAD_ORDERS.values(), ids=BAD_ORDERS.keys())
def test_an_order_that_is_not_right_is_refused(selling: Shop, body: dict[str, Any]) -> None:
    assert selling.refused("POST", "orders", body) == (400, "invalid")
    assert selling.inspect("orders") == []


def test_an_order_at_a_location_of_nobody_is_refused(selling: Shop) -> None:
    body = {"lines": [{"sku": "MUG", "quantity": 1}], "location": "NOPE"}
    assert selling.refused("POST", "orders", body) == (404, "unknown")


def test_many_orders_are_placed_at_once_for_measuring(selling: Shop) -> None:
    made = selling.control("POST", "bulk/shipments", {"count": 2000, "skus": ["MUG"]})
    assert made == {"orders": 2000, "shipments": 2000}
    ids = {row["id"] for row in selling.inspect("orders?limit=5000")}
    assert len(ids) == 2000
    assert len({row["id"] for row in selling.inspect("shipments?limit=5000")}) == 2000


def test_a_bulk_without_listings_is_refused(shop: Shop) -> None:
    assert shop.refused("POST", "bulk/shipments", {"count": 1}) == (409, "not_now")
