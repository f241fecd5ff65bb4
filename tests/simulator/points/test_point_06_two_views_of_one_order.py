"""Point 6: External Fulfillment and both order interfaces tell of the same order, and withhold its buyer."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amazon_simulator.http.order_v0_shape import CATEGORIES, CHANNELS, STATUSES
from tests.simulator.orders import V0, buy, confirm, items, listed
from tests.simulator.shop import PLACE, SHIPMENTS, Shop

SHIPPING = "Direct-to-Consumer Shipping (Restricted)"
TRACKING = "Inventory and Order Tracking"
TAX = "Tax Invoicing (Restricted)"
PERSONAL = {"buyer", "recipient"}


def v0(shop: Shop, order_id: str) -> dict[str, Any]:
    return shop.call("GET", f"{V0}/{order_id}").json["payload"]


def order_of(shop: Shop, shipment_id: str) -> str:
    """The join between the two views."""
    return shop.call("GET", f"{SHIPMENTS}/{shipment_id}").json["shipmentInfo"]["buyerOrderId"]


def test_an_onsite_order_is_amazons_and_pending_until_it_is_shipped(selling: Shop) -> None:
    shipment_id = selling.sold("MUG")
    order_id = order_of(selling, shipment_id)
    for until in ("CONFIRMED", "PACKAGE_CREATED", "SHIPLABEL_GENERATED"):
        selling.control("POST", f"shipments/{shipment_id}/fulfil", {"until": until})
        new, old = selling.order(order_id), v0(selling, order_id)
        told = (new["fulfillment"]["fulfilledBy"], new["fulfillment"]["fulfillmentStatus"])
        assert told == ("AMAZON", "PENDING")
        assert (old["FulfillmentChannel"], old["OrderStatus"]) == ("AFN", "Pending")
        assert not new.keys() & (PERSONAL | {"proceeds", "payment", "packages"})
        assert not old.keys() & {"BuyerInfo", "ShippingAddress", "OrderTotal"}
    assert selling.tell(shipment_id).status_code == 204
    new, old = selling.order(order_id), v0(selling, order_id)
    assert (new["fulfillment"]["fulfillmentStatus"], old["OrderStatus"]) == ("SHIPPED", "Shipped")
    assert new["buyer"]["buyerName"]


ROLES = {
    "tracking alone": ([], set(), set()),
    "shipping": ([SHIPPING], {"recipient"}, {"buyer", "recipient"}),
    "tax": ([TAX], {"buyer"}, {"buyer"}),
    "shipping and tax": ([SHIPPING, TAX], PERSONAL, PERSONAL),
}


@pytest.mark.parametrize(("roles", "amazons", "merchants"), ROLES.values(), ids=ROLES.keys())
def test_a_role_that_is_missing_is_a_field_that_is_missing(
    selling: Shop, roles: list[str], amazons: set[str], merchants: set[str]
) -> None:
    onsite = order_of(selling, selling.until("SHIPPED"))
    listed(selling, "POT")
    own = buy(selling, "POT")
    given = {"roles": [TRACKING, *roles]}
    selling.control("PATCH", "applications/demo-client", given)
    assert selling.order(onsite).keys() & PERSONAL == amazons
    shown = selling.order(own)
    assert shown.keys() & PERSONAL == merchants
    phone = shown.get("recipient", {}).get("deliveryAddress", {}).get("phone")
    assert bool(phone) == (SHIPPING in roles)


CUSTOMER = {
    "name_and_address": ({"buyer", "recipient"}, {"City", "PostalCode", "CountryCode"}),
    "postcode_only": ({"recipient"}, {"PostalCode", "CountryCode"}),
    "nothing": (set(), set()),
}


@pytest.mark.parametrize("switch", CUSTOMER)
def test_how_much_of_an_onsite_buyer_ever_appears_is_a_switch_for_both(selling: Shop, switch: str) -> None:
    selling.control("PATCH", "switches", {"customer_after_shipping": switch})
    order_id = order_of(selling, selling.until("SHIPPED"))
    parts, place = CUSTOMER[switch]
    assert selling.order(order_id).keys() & PERSONAL == parts
    shown = v0(selling, order_id).get("ShippingAddress", {})
    assert shown.keys() - {"StateOrRegion"} == place


@pytest.mark.parametrize(("programme", "named"), [("easy_ship", ["AMAZON_EASY_SHIP"]), ("self_ship", None)])
def test_easy_ship_and_self_ship_are_the_merchants_in_both(
    selling: Shop, yard: str, programme: str, named: list[str] | None
) -> None:
    lines = [{"sku": "POT", "quantity": 2, "shipping": "2.40", "discount": "1.20"}]
    body = {"lines": lines, "fulfilled_by": programme, "location": yard}
    placed = selling.control("POST", "orders", body)["orders"][0]
    new, old = selling.order(placed["order_id"]), v0(selling, placed["order_id"])
    assert (new["fulfillment"]["fulfilledBy"], old["FulfillmentChannel"]) == ("MERCHANT", "MFN")
    assert new.get("programs") == named
    assert old.get("EasyShipShipmentStatus") == ("PendingSchedule" if named else None)
    shipment = selling.call("GET", f"{SHIPMENTS}/{placed['shipment_ids'][0]}").json
    total = shipment["charges"][0]["totalCharge"]
    assert total["netAmount"]["value"] == new["proceeds"]["grandTotal"]["amount"] == "17.20"
    assert total["discountAmount"]["value"] == "1.20"
    joined = [each["fulfillmentOrderId"] for each in new.get("fulfillmentOrders", [])]
    assert joined == (placed["shipment_ids"] if named else [])


def assert_agreement(shop: Shop, order_id: str) -> None:
    """Both order interfaces say the same of an order, each in its words."""
    new, old = shop.order(order_id), v0(shop, order_id)
    rows = shop.call("GET", f"{V0}/{order_id}/orderItems").json["payload"]["OrderItems"]
    fulfilment = new["fulfillment"]
    assert old["OrderStatus"] == STATUSES[fulfilment["fulfillmentStatus"]]
    assert CHANNELS[old["FulfillmentChannel"]] == fulfilment["fulfilledBy"]
    assert old["ShipmentServiceLevelCategory"] == CATEGORIES[fulfilment["fulfillmentServiceLevel"]]
    assert old["PurchaseDate"] == new["createdTime"].replace(".000", "")
    assert old.get("OrderTotal", {}).get("Amount") == new.get("proceeds", {}).get("grandTotal", {}).get(
        "amount"
    )
    assert [row["OrderItemId"] for row in rows] == [each["orderItemId"] for each in new["orderItems"]]
    done = [each["fulfillment"]["quantityFulfilled"] for each in new["orderItems"]]
    left = [each["fulfillment"]["quantityUnfulfilled"] for each in new["orderItems"]]
    assert [row["QuantityShipped"] for row in rows] == done
    assert (old["NumberOfItemsShipped"], old["NumberOfItemsUnshipped"]) == (sum(done), sum(left))


Kinds = st.sampled_from(["merchant", "amazon", "onsite"])
Deeds = st.lists(
    st.tuples(
        st.sampled_from(["buy", "ship", "part", "cancel", "ask", "hurry", "wait"]), st.integers(0, 5), Kinds
    ),
    max_size=12,
)


@settings(max_examples=20, deadline=None)
@given(deeds=Deeds)
def test_both_order_interfaces_agree_whatever_happens(deeds: list[tuple[str, int, str]]) -> None:
    shop = Shop(is_judged=False).signed_in()
    listed(shop, "MUG", "CUP", quantity=99)
    listed(shop, "BOX", fba=True, quantity=99)
    shop.linked("RUG", quantity=99)
    orders: list[str] = []
    for deed, number, kind in deeds:
        if deed == "buy" or not orders:
            orders.append(_bought(shop, number, kind))
        else:
            _done(shop, deed, orders[number % len(orders)])
        shop.signed_in()
        for order_id in orders:
            assert_agreement(shop, order_id)


def _bought(shop: Shop, number: int, kind: str) -> str:
    if kind == "onsite":
        return shop.shipment(shop.sold("RUG", 1 + number % 2))["order_id"]
    sku = "MUG" if kind == "merchant" else "BOX"
    line = {"sku": sku, "quantity": 1 + number % 3, "shipping": "1.20" if number % 2 else "0"}
    return buy(shop, lines=[line, line], by=kind, pending_seconds=600 * (number % 2), split=number > 3)


def _done(shop: Shop, deed: str, order_id: str) -> None:
    """Whatever is not possible is refused and changes nothing."""
    row = shop.inspect(f"orders/{order_id}")
    if deed == "wait":
        shop.clock.advance(seconds=4000)
    elif row["shipment_ids"] and deed in ("ship", "part"):
        shop.client.post(f"/simulator/shipments/{row['shipment_ids'][0]}/fulfil", json={})
    elif deed == "ship":
        assert confirm(shop, order_id).status_code in (204, 400)
    elif deed == "part":
        one = [{"orderItemId": items(shop, order_id)[0], "quantity": 1}]
        confirm(shop, order_id, packageReferenceId="7", orderItems=one)
    else:
        path = {"cancel": "cancel", "ask": "ask-to-cancel", "hurry": "hurry"}[deed]
        shop.client.post(f"/simulator/orders/{order_id}/{path}", json={})


def test_an_order_over_two_shipments_is_one_order_in_both(selling: Shop) -> None:
    lines = [{"sku": "MUG", "quantity": 1}, {"sku": "CUP", "quantity": 1}]
    body = {"lines": lines, "split": True, "location": PLACE}
    placed = selling.control("POST", "orders", body)["orders"][0]
    first, second = placed["shipment_ids"]
    assert order_of(selling, first) == order_of(selling, second) == placed["order_id"]
    selling.control("POST", f"shipments/{first}/fulfil", {})
    assert v0(selling, placed["order_id"])["OrderStatus"] == "PartiallyShipped"
    assert_agreement(selling, placed["order_id"])
