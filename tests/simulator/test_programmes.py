"""Easy Ship and Self Ship beside SmartConnect: they begin CREATED, offer slots, deliver themselves."""

import pytest

from amazon_simulator.world.lifecycle import Programme
from tests.simulator.shop import GB, SELLER, SHIPMENTS, Shop


@pytest.fixture
def easy_ship(shop: Shop) -> Shop:
    """A shop with a merchant's location and one ordinary listing in stock there."""
    wanted = {"merchantIds": [SELLER], "marketplaceId": GB, "locationName": "Yard", "channels": ["MFN"]}
    answer = shop.call("POST", "/externalFulfillment/2026-07-30/location", json=wanted)
    shop.place = answer.json["locationIds"]["MFN"]
    again = shop.call("POST", "/externalFulfillment/2026-07-30/location", json=wanted)
    assert again.json["locationIds"]["MFN"] == shop.place
    rows = [{"sku": "POT", "asin": shop.product()["asin"], "price": "8.00", "quantity": 9}]
    shop.control("POST", "listings/seed", {"listings": rows, "converted": False})
    body = {"quantity": 9, "clientSequenceNumber": 1}
    assert shop.batch([("update", "POT", body)], place=shop.place)[0]["status"]["statusCode"] == 200
    return shop


def test_an_easy_ship_order_starts_created_and_is_open_in_the_orders_api(easy_ship: Shop) -> None:
    shipment_id = easy_ship.sold("POT", location=easy_ship.place)
    row = easy_ship.shipment(shipment_id)
    assert (row["status"], row["programme"]) == ("CREATED", "easy_ship")
    order = easy_ship.order(row["order_id"])
    assert order["fulfillment"]["fulfilledBy"] == "MERCHANT"
    assert order["fulfillment"]["fulfillmentStatus"] == "UNSHIPPED"
    assert order["programs"] == ["AMAZON_EASY_SHIP"]
    assert order["fulfillmentOrders"] == [{"fulfillmentOrderId": shipment_id}]
    assert "phone" in order["recipient"]["deliveryAddress"]


def test_created_reserves_nothing_until_stock_is_assigned(easy_ship: Shop) -> None:
    shipment_id = easy_ship.sold("POT", 2, location=easy_ship.place)
    held = f"inventory/{easy_ship.place}/POT"
    assert easy_ship.inspect(held)["reserved"] == 0
    easy_ship.control("POST", f"shipments/{shipment_id}/assign")
    assert easy_ship.shipment(shipment_id)["status"] == "ACCEPTED"
    assert easy_ship.inspect(held)["reserved"] == 2


def test_an_easy_ship_label_needs_one_of_the_offered_slots(easy_ship: Shop) -> None:
    shipment_id = easy_ship.sold("POT", location=easy_ship.place)
    assert easy_ship.confirm(shipment_id).status_code == 204
    easy_ship.pack(shipment_id)
    offered = easy_ship.options(shipment_id).json
    assert offered["recommendedShippingOption"] == offered["shippingOptions"][0]
    assert easy_ship.shipment(shipment_id)["status"] == "PICKUP_SLOT_RETRIEVED"
    assert easy_ship.label(shipment_id).status_code == 400
    option = offered["shippingOptions"][0]["shippingOptionId"]
    label = easy_ship.label(shipment_id, option=option).json["packageShipLabelList"][0]
    assert label["shipLabelMetadata"]["shippingOptionId"] == option


def test_a_self_ship_order_is_delivered_by_the_seller(easy_ship: Shop) -> None:
    state = easy_ship.app.desk.world.state
    state.locations[easy_ship.place].programme = Programme.SELF_SHIP
    shipment_id = easy_ship.sold("POT", location=easy_ship.place)
    shown = easy_ship.call("GET", f"{SHIPMENTS}/{shipment_id}").json
    assert shown["shippingInfo"]["shippingType"] == "SELF"
    assert shown["shippingInfo"]["shipToAddress"]["addressLine1"]
    easy_ship.confirm(shipment_id)
    easy_ship.pack(shipment_id)
    option = easy_ship.options(shipment_id).json["shippingOptions"][0]["shippingOptionId"]
    easy_ship.label(shipment_id, option=option)
    assert easy_ship.tell(shipment_id).status_code == 204
    assert easy_ship.tell(shipment_id, sub_status="OUT_FOR_DELIVERY").status_code == 204
    assert easy_ship.shipment(shipment_id)["sub_status"] == "OUT_FOR_DELIVERY"
    assert easy_ship.tell(shipment_id, status="DELIVERED", sub_status="DELIVERED").status_code == 204
    assert easy_ship.shipment(shipment_id)["status"] == "DELIVERED"


def test_a_smartconnect_parcel_is_not_delivered_by_the_seller(shop: Shop) -> None:
    shop.linked("MUG")
    shipment_id = shop.until("SHIPPED")
    assert shop.tell(shipment_id, status="DELIVERED").status_code == 422
    assert shop.tell(shipment_id, status="CREATED").status_code == 400


def test_the_sandbox_calls_make_and_move_a_shipment(shop: Shop) -> None:
    shop.linked("MUG", "CUP")
    wanted = {
        "locationId": "LBAY",
        "lineItemCount": "MULTIPLE",
        "orderType": ["SERIAL", "GIFT_WRAP", "GIFT_MESSAGE"],
    }
    shipment_id = shop.call("POST", SHIPMENTS, json=wanted).json["shipmentId"]
    shown = shop.call("GET", f"{SHIPMENTS}/{shipment_id}").json
    assert [line["merchantSku"] for line in shown["lineItems"]] == ["MUG", "CUP"]
    assert shown["lineItems"][0]["complianceAttributes"]["serialNumberRequirement"] == "REQUIRED"
    assert shown["lineItems"][0]["giftAttributes"]["giftMessagePresence"] == "PRESENT"
    change = {"updateType": "SHIPMENT_STATUS_CHANGE", "updates": {"status": "SHIPPED"}}
    path = f"{SHIPMENTS}/{shipment_id}"
    assert shop.call("PATCH", path, json=change).status_code == 422
    change["updates"] = {"status": "CANCELLED"}
    assert shop.call("PATCH", path, json=change).status_code == 204
    assert shop.shipment(shipment_id)["cancellation"] == "MARKETPLACE_CANCELLED"


@pytest.mark.parametrize("key", ["TEST_CASE_200_FBA_SHIPMENT_ID", "TEST_CASE_404_SHIPMENT_ID"])
def test_the_keys_of_amazons_canned_answers_are_ids_like_any_other(shop: Shop, key: str) -> None:
    """Its sandbox calls make real shipments; an answer that stands for no shipment would contradict them."""
    assert shop.call("GET", f"/sandbox{SHIPMENTS}/{key}").status_code == 404
    found = shop.call("GET", "/sandbox/externalFulfillment/2024-09-11/returns?rmaId=rmaIdTest429")
    assert (found.status_code, found.json["returns"]) == (200, [])
