"""What nobody knows about Amazon, each question on both of its settings."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.simulator.shop import GB, ITEMS, Shop


@pytest.fixture
def selling(shop: Shop) -> Shop:
    shop.linked("MUG")
    return shop


@pytest.mark.parametrize(("end", "after_label"), [("label", 0), ("shipped", 1)])
def test_when_a_reservation_ends(selling: Shop, end: str, after_label: int) -> None:
    selling.control("PATCH", "switches", {"reservation_ends": end})
    shipment_id = selling.until("SHIPLABEL_GENERATED")
    assert selling.stock("MUG")["reserved"] == after_label
    selling.tell(shipment_id)
    assert selling.stock("MUG")["reserved"] == 0


def test_turning_the_reservation_switch_counts_again(selling: Shop) -> None:
    selling.until("SHIPLABEL_GENERATED")
    selling.control("PATCH", "switches", {"reservation_ends": "shipped"})
    assert selling.stock("MUG")["reserved"] == 1
    selling.control("PATCH", "switches", {"reservation_ends": "label"})
    assert selling.stock("MUG")["reserved"] == 0


@pytest.mark.parametrize("status", ["PACKAGE_CREATED", "PICKUP_SLOT_RETRIEVED"])
def test_what_an_empty_options_answer_leaves_behind(selling: Shop, status: str) -> None:
    selling.control("PATCH", "switches", {"options_status": status})
    shipment_id = selling.until("PACKAGE_CREATED")
    assert selling.options(shipment_id).json == {"shippingOptions": []}
    assert selling.shipment(shipment_id)["status"] == status
    assert selling.label(shipment_id).status_code == 200


def test_shipped_may_be_refused_before_the_pickup(selling: Shop) -> None:
    selling.control("PATCH", "switches", {"shipped_before_pickup": "refuse"})
    shipment_id = selling.until("SHIPLABEL_GENERATED")
    assert selling.tell(shipment_id).status_code == 422
    assert selling.shipment(shipment_id)["packages"][0]["told_shipped"] == 0
    selling.clock.advance(seconds=14 * 3600)
    selling.signed_in()
    assert selling.tell(shipment_id).status_code == 204


@pytest.mark.parametrize(
    ("setting", "buyer", "address"),
    [
        ("name_and_address", True, {"name", "addressLine1", "postalCode"}),
        ("postcode_only", False, {"postalCode", "countryCode"}),
        ("nothing", False, None),
    ],
)
def test_how_much_of_the_customer_appears(
    selling: Shop, setting: str, buyer: bool, address: set[str] | None
) -> None:
    selling.control("PATCH", "switches", {"customer_after_shipping": setting})
    order = selling.order(selling.shipment(selling.until("SHIPPED"))["order_id"])
    assert ("buyer" in order) == buyer
    if address is None:
        assert "recipient" not in order
    else:
        assert address <= order["recipient"]["deliveryAddress"].keys()


@pytest.mark.parametrize("code", ["AMAZON_EU", "DEFAULT"])
def test_what_a_converted_listing_reports(shop: Shop, code: str) -> None:
    shop.control("PATCH", "switches", {"converted_channel": code})
    shop.linked("MUG")
    query = {"marketplaceIds": GB, "includedData": "fulfillmentAvailability"}
    shown = shop.call("GET", f"{ITEMS}/MUG", query_string=query).json["fulfillmentAvailability"]
    assert [each["fulfillmentChannelCode"] for each in shown] == [code]
    assert shop.tell_stock("MUG", 5, 1)["status"]["statusCode"] == 200


def tracking_of(answer: TestResponse) -> str:
    assert answer.status_code == 200, answer.text
    return answer.json["packageShipLabelList"][0]["shipLabelMetadata"]["trackingId"]


@pytest.mark.parametrize("number", ["new", "same"])
def test_which_number_a_label_made_again_has(selling: Shop, number: str) -> None:
    selling.control("PATCH", "switches", {"relabel_tracking": number})
    shipment_id = selling.until("PACKAGE_CREATED")
    first = tracking_of(selling.label(shipment_id))
    second = tracking_of(selling.label(shipment_id, again=True))
    third = tracking_of(selling.label(shipment_id, again=True))
    parcel = selling.shipment(shipment_id)["packages"][0]
    assert (parcel["tracking_id"], parcel["labels_generated"]) == (third, 3)
    if number == "same":
        assert [second, third] == [first, first]
        assert parcel["void_tracking_ids"] == []
        selling.control("POST", "scans", {"tracking_id": first})
    else:
        assert len({first, second, third}) == 3
        assert parcel["void_tracking_ids"] == [first, second]
        assert selling.refused("POST", "scans", {"tracking_id": first}) == (409, "not_now")
        selling.control("POST", "scans", {"tracking_id": third})
    assert selling.shipment(shipment_id)["packages"][0]["taken_at"]


@pytest.mark.parametrize(("start", "early"), [("from_created", 204), ("from_accepted", 422)])
def test_from_when_on_self_ship_can_be_confirmed(start: str, early: int) -> None:
    shop = Shop(scenario="three-programmes").signed_in()
    shop.control("PATCH", "switches", {"self_ship_confirm": start, "assign_seconds": 0})
    rows = [{"sku": "POT", "asin": shop.product()["asin"], "price": "8.00", "quantity": 9}]
    shop.control("POST", "listings/seed", {"listings": rows, "converted": False})
    told = {"quantity": 9, "clientSequenceNumber": 1}
    for place in ("SELF", "EASY"):
        assert shop.batch([("update", "POT", told)], place=place)[0]["status"]["statusCode"] == 200
    shipment_id = shop.sold("POT", fulfilled_by="self_ship")
    assert shop.shipment(shipment_id)["status"] == "CREATED"
    assert shop.confirm(shipment_id).status_code == early
    row = shop.shipment(shipment_id)
    assert (row["status"], row["times_confirmed"]) == (("CONFIRMED", 1) if early == 204 else ("CREATED", 0))
    if early == 422:
        shop.control("POST", f"shipments/{shipment_id}/assign")
        assert shop.confirm(shipment_id).status_code == 204
        assert shop.shipment(shipment_id)["times_confirmed"] == 1
    other = shop.sold("POT", fulfilled_by="easy_ship")
    assert shop.confirm(other).status_code == 204, "the switch is about Self Ship only"


def self_ship_until(shop: Shop, status: str) -> tuple[str, str]:
    """The shipment and the order of a Self Ship sale, brought so far."""
    rows = [{"sku": "POT", "asin": shop.product()["asin"], "price": "8.00", "quantity": 9}]
    shop.control("POST", "listings/seed", {"listings": rows, "converted": False})
    told = {"quantity": 9, "clientSequenceNumber": 1}
    assert shop.batch([("update", "POT", told)], place="SELF")[0]["status"]["statusCode"] == 200
    shipment_id = shop.sold("POT", fulfilled_by="self_ship")
    shop.control("POST", f"shipments/{shipment_id}/fulfil", {"until": status})
    return shipment_id, shop.shipment(shipment_id)["order_id"]


def confirmed_there(shop: Shop, shipment_id: str, order_id: str, **more: Any) -> TestResponse:
    answer = shop.call("GET", f"/orders/v0/orders/{order_id}/orderItems")
    lines = answer.json["payload"]["OrderItems"]
    detail = {
        "packageReferenceId": "1",
        "carrierCode": "Royal Mail",
        "trackingNumber": "RM123456789GB",
        "shipDate": "2026-09-14T09:00:00Z",
        "orderItems": [{"orderItemId": each["OrderItemId"], "quantity": 1} for each in lines],
    }
    body = {"marketplaceId": GB, "packageDetail": {**detail, **more}}
    return shop.call("POST", f"/orders/v0/orders/{order_id}/shipmentConfirmation", json=body)


@pytest.mark.parametrize(("rule", "answer", "after"), [("refuse", 400, 0), ("ships", 204, 1)])
def test_what_confirm_shipment_does_to_self_ship(rule: str, answer: int, after: int) -> None:
    shop = Shop(scenario="three-programmes").signed_in()
    shop.control("PATCH", "switches", {"self_ship_confirm_shipment": rule})
    shipment_id, order_id = self_ship_until(shop, "SHIPLABEL_GENERATED")
    tracking = shop.shipment(shipment_id)["packages"][0]["tracking_id"]
    for _ in range(2):
        assert confirmed_there(shop, shipment_id, order_id).status_code == answer
        row = shop.shipment(shipment_id)
        assert row["status"] == ("SHIPPED" if after else "SHIPLABEL_GENERATED")
        assert [each["told_shipped"] for each in row["packages"]] == [after], "told twice, shipped once"
        assert row["packages"][0]["tracking_id"] == tracking


def test_confirm_shipment_ships_no_self_ship_that_has_no_label_and_nothing_else() -> None:
    shop = Shop(scenario="three-programmes").signed_in()
    shop.control("PATCH", "switches", {"self_ship_confirm_shipment": "ships"})
    shipment_id, order_id = self_ship_until(shop, "CONFIRMED")
    assert "label it first" in confirmed_there(shop, shipment_id, order_id).text
    assert confirmed_there(shop, shipment_id, order_id, trackingNumber="").status_code == 400
    assert confirmed_there(shop, shipment_id, order_id, orderItems=[]).status_code == 400
    shop.linked("MUG")
    for made in (shop.sold("MUG", fulfilled_by="smartconnect"),):
        shop.control("POST", f"shipments/{made}/fulfil", {"until": "SHIPLABEL_GENERATED"})
        answer = confirmed_there(shop, made, shop.shipment(made)["order_id"])
        assert answer.status_code == 400
        assert shop.shipment(made)["status"] == "SHIPLABEL_GENERATED"


def test_an_unknown_switch_or_setting_is_refused(shop: Shop) -> None:
    before = shop.inspect("switches")
    assert shop.refused("PATCH", "switches", {"weather": "fine"}) == (400, "invalid")
    assert shop.refused("PATCH", "switches", {"reservation_ends": "never"}) == (400, "invalid")
    assert shop.inspect("switches") == before


def test_the_clock_goes_forward_only(shop: Shop) -> None:
    shop.control("POST", "clock", {"advance_seconds": 3600})
    assert shop.inspect("clock")["now"] == "2026-09-14T10:00:00.000Z"
    assert shop.refused("POST", "clock", {"advance_seconds": -1}) == (400, "invalid")


def test_a_location_takes_label_formats_and_pickup_times(shop: Shop) -> None:
    changed = shop.control("PATCH", "locations/LBAY", {"label_format": "ZPL", "pickups": ["11:00", "17:30"]})
    assert (changed["label_format"], changed["pickups"]) == ("ZPL", ["11:00", "17:30"])
    assert shop.refused("PATCH", "locations/LBAY", {"pickups": ["teatime"]}) == (400, "invalid")
    assert shop.refused("PATCH", "locations/LBAY", {"pickups": []}) == (400, "invalid")
    assert shop.refused("PATCH", "locations/LBAY", {"label_format": "GIF"}) == (400, "invalid")
    assert shop.refused("PATCH", "locations/NOPE", {}) == (404, "unknown")


@pytest.mark.parametrize(
    ("minutes", "pickup"),
    [(0, "10:30"), (1, "16:00"), (330, "16:00"), (331, "22:00"), (800, "10:30")],
)
def test_an_order_is_promised_for_the_next_pickup_that_can_be_packed_for(
    selling: Shop, minutes: int, pickup: str
) -> None:
    selling.control("PATCH", "locations/LBAY", {"pickups": ["11:30", "17:00", "23:00"]})
    selling.clock.advance(seconds=3600 + minutes * 60)
    row = selling.shipment(selling.sold("MUG"))
    assert row["ship_by"][11:16] == pickup
