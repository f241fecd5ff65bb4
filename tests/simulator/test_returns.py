"""Returns: opened by buyers, moved by carrier and clock, read by the seller through every filter."""

from typing import Any

import pytest

from amazon_simulator.world.return_life import NEXT, ReturnStatus
from tests.simulator.shop import GB, SELLER, Shop

RETURNS = "/externalFulfillment/2024-09-11/returns"
WAY_BACK = (
    "CARRIER_NOTIFIED_TO_PICK_UP_FROM_CUSTOMER",
    "CARRIER_OUT_FOR_PICK_UP_FROM_CUSTOMER",
    "PICKED_FROM_CUSTOMER",
    "IN_TRANSIT",
    "OUT_FOR_DELIVERY",
    "DELIVERED",
)


@pytest.fixture
def selling(shop: Shop) -> Shop:
    shop.linked("MUG", "CUP")
    return shop


def sent(shop: Shop, sku: str = "MUG", units: int = 1) -> str:
    """A shipment that reached its buyer."""
    shipment_id = shop.sold(sku, units)
    shop.control("POST", f"shipments/{shipment_id}/fulfil", {})
    shop.control("POST", f"shipments/{shipment_id}/scan", {"delivered": True})
    return shipment_id


def back(shop: Shop, shipment_id: str, **more: Any) -> dict[str, Any]:
    return shop.control("POST", "returns", {"shipment": shipment_id, **more})["returns"][0]


def move(shop: Shop, return_id: str, *statuses: str, **more: Any) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for status in statuses:
        row = shop.control("POST", f"returns/{return_id}/move", {"status": status, **more})
    return row


def listed(shop: Shop, **query: Any) -> list[str]:
    answer = shop.call("GET", RETURNS, query_string=query)
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.json["returns"]]


def read(shop: Shop, return_id: str) -> dict[str, Any]:
    return shop.call("GET", f"{RETURNS}/{return_id}").json


def test_a_return_says_what_comes_back_from_which_sale(selling: Shop) -> None:
    shipment_id = sent(selling, units=3)
    opened = back(selling, shipment_id, units=2, reason="DEFECTIVE", rma="RMA-1")
    shown = read(selling, opened["id"])
    assert (shown["status"], shown["returnType"], shown["returnSubType"]) == ("CREATED", "CUSTOMER", "NORMAL")
    assert (shown["merchantSku"], shown["numberOfUnits"]) == ("MUG", 2)
    assert shown["returnMetadata"] == {
        "returnReason": "DEFECTIVE",
        "rmaId": "RMA-1",
        "fulfillmentOrderId": shipment_id,
    }
    about = shown["marketplaceChannelDetails"]
    assert about["marketplaceChannel"] == {"marketplaceName": "AMAZON_UK", "channelName": "FBA"}
    assert (about["merchantId"], about["shipmentId"]) == (SELLER, shipment_id)
    assert about["customerOrderId"] == selling.shipment(shipment_id)["order_id"]
    label = selling.shipment(shipment_id)["packages"][0]["tracking_id"]
    assert shown["returnShippingInfo"]["forwardTrackingInfo"]["trackingId"] == label
    assert shown["returnShippingInfo"]["reverseTrackingInfo"]["trackingId"] == opened["tracking_id"] != label
    assert shown["packageDeliveryMode"] == "WITHOUT_OTP"
    assert "otpDetails" not in shown


def test_no_more_comes_back_than_was_sent(selling: Shop) -> None:
    shipment_id = sent(selling, units=3)
    back(selling, shipment_id, units=2)
    wanted = {"shipment": shipment_id, "units": 2}
    assert selling.refused("POST", "returns", wanted) == (409, "not_now")
    assert back(selling, shipment_id)["units"] == 1
    assert selling.refused("POST", "returns", {"shipment": shipment_id}) == (409, "not_now")


def test_nothing_comes_back_before_it_left(selling: Shop) -> None:
    shipment_id = selling.until("SHIPLABEL_GENERATED")
    assert selling.refused("POST", "returns", {"shipment": shipment_id}) == (409, "not_now")
    assert selling.refused("POST", "returns", {"shipment": "NOSUCH"}) == (404, "unknown")
    assert selling.refused("POST", "returns", {}) == (400, "invalid")


def test_each_line_of_an_order_is_a_return_of_its_own_under_one_rma(selling: Shop) -> None:
    lines = [{"sku": "MUG", "quantity": 1}, {"sku": "CUP", "quantity": 2}]
    order = selling.control("POST", "orders", {"lines": lines})["orders"][0]
    selling.control("POST", f"shipments/{order['shipment_ids'][0]}/fulfil", {})
    opened = selling.control("POST", "returns", {"order": order["order_id"]})["returns"]
    assert [(each["sku"], each["units"]) for each in opened] == [("MUG", 1), ("CUP", 2)]
    assert len({each["rma"] for each in opened}) == 1
    assert listed(selling, rmaId=opened[0]["rma"]) == [each["id"] for each in opened]


def test_a_refused_parcel_comes_back_under_its_own_label(selling: Shop) -> None:
    shipment_id = selling.until("SHIPPED")
    opened = back(selling, shipment_id, type="REJECT")
    shown = read(selling, opened["id"])
    assert shown["returnType"] == "REJECT"
    ways = shown["returnShippingInfo"]
    assert ways["reverseTrackingInfo"] == ways["forwardTrackingInfo"]
    move(selling, opened["id"], "IN_TRANSIT", "OUT_FOR_DELIVERY", "DELIVERED")
    delivered = sent(selling)
    assert selling.refused("POST", "returns", {"shipment": delivered, "type": "REJECT"}) == (409, "not_now")


def test_goods_in_is_shown_the_one_time_password(selling: Shop) -> None:
    opened = back(selling, sent(selling), otp=True)
    shown = read(selling, opened["id"])
    assert shown["packageDeliveryMode"] == "WITH_OTP"
    assert shown["otpDetails"]["otp"] == opened["otp"]
    assert len(opened["otp"]) == 6
    ends = selling.clock.now().timestamp() + 14 * 86_400
    assert shown["otpDetails"]["validTill"] == int(ends)


def test_a_replanned_return_goes_on_under_a_new_number_to_another_place(selling: Shop) -> None:
    wanted = {"merchantIds": [SELLER], "marketplaceId": GB, "locationName": "Annexe", "channels": ["FBA"]}
    opened = selling.call("POST", "/externalFulfillment/2026-07-30/location", json=wanted)
    annexe = opened.json["locationIds"]["FBA"]
    first = back(selling, sent(selling))
    move(selling, first["id"], *WAY_BACK[:4])
    replanned = move(selling, first["id"], "REPLANNED", location=annexe)
    assert replanned["tracking_id"] != first["tracking_id"]
    shown = read(selling, first["id"])
    assert shown["returnLocationId"] == annexe
    assert shown["fulfillmentLocationId"] == "LBAY"
    previous = shown["replanningDetails"]["previousTrackingInfo"]
    assert [each["trackingId"] for each in previous] == [first["tracking_id"]]
    assert listed(selling, returnLocationId=annexe) == [first["id"]]
    assert listed(selling, returnLocationId="LBAY") == []
    assert listed(selling, reverseTrackingId=replanned["tracking_id"]) == [first["id"]]
    assert listed(selling, reverseTrackingId=first["tracking_id"]) == []


def test_an_exchange_links_the_return_with_the_order_that_replaces_it(selling: Shop) -> None:
    shipment_id = sent(selling)
    opened = back(selling, shipment_id, sub_type="EXCHANGE", exchange_sku="CUP")
    shown = read(selling, opened["id"])
    assert shown["returnSubType"] == "EXCHANGE"
    new_order = shown["marketplaceChannelDetails"]["exchangeOrderId"]
    replacing = selling.inspect(f"orders/{new_order}")["shipments"][0]
    assert (replacing["type"], replacing["replaces"]) == ("EXCHANGE", shipment_id)
    assert replacing["lines"] == [{"id": "1", "sku": "CUP", "quantity": 1}]
    wanted = {"shipment": sent(selling), "sub_type": "EXCHANGE"}
    assert selling.refused("POST", "returns", wanted) == (400, "invalid")


def test_a_return_is_graded_in_part_and_then_whole(selling: Shop) -> None:
    opened = back(selling, sent(selling, units=3))
    move(selling, opened["id"], *WAY_BACK)
    assert read(selling, opened["id"])["returnShippingInfo"].keys() >= {"pickupDateTime", "deliveryDateTime"}
    assert move(selling, opened["id"], "PARTIALLY_PROCESSED", units=2)["graded"] == 2
    body = {"status": "PARTIALLY_PROCESSED", "units": 3}
    assert selling.refused("POST", f"returns/{opened['id']}/move", body) == (409, "not_now")
    assert move(selling, opened["id"], "PROCESSED")["graded"] == 3


@pytest.mark.parametrize("status", ReturnStatus)
def test_every_status_is_reached_and_only_what_may_follow_follows(selling: Shop, status: str) -> None:
    way = shortest_way(ReturnStatus(status))
    opened = back(selling, sent(selling, units=3))
    move(selling, opened["id"], *way)
    assert listed(selling, status=status) == [opened["id"]]
    for other in ReturnStatus:
        if other not in NEXT[ReturnStatus(status)]:
            answer = selling.refused("POST", f"returns/{opened['id']}/move", {"status": other})
            assert answer[0] == 409
    assert read(selling, opened["id"])["status"] == status


def shortest_way(goal: ReturnStatus) -> list[ReturnStatus]:
    ways: dict[ReturnStatus, list[ReturnStatus]] = {ReturnStatus.CREATED: []}
    while goal not in ways:
        for status, way in list(ways.items()):
            for step in NEXT[status]:
                ways.setdefault(step, [*way, step])
    return ways[goal]


def test_a_list_is_chosen_by_creation_with_both_bounds_left_out(selling: Shop) -> None:
    moments, ids = [], []
    for _ in range(3):
        ids.append(back(selling, sent(selling))["id"])
        moments.append(selling.clock.now().isoformat().replace("+00:00", "Z"))
        selling.clock.advance(seconds=60)
    assert listed(selling) == ids
    assert listed(selling, createdSince=moments[0]) == ids[1:]
    assert listed(selling, createdUntil=moments[2]) == ids[:2]
    assert listed(selling, createdSince=moments[0], createdUntil=moments[2]) == [ids[1]]
    assert listed(selling, lastUpdatedAfter=moments[0], lastUpdatedBefore=moments[2]) == [ids[1]]


def test_a_list_is_chosen_by_last_update_only_with_location_and_status(selling: Shop) -> None:
    early, late = (back(selling, sent(selling))["id"] for _ in range(2))
    selling.clock.advance(seconds=60)
    since = selling.clock.now().isoformat().replace("+00:00", "Z")
    selling.clock.advance(seconds=60)
    for one in (late, early):
        move(selling, one, WAY_BACK[0])
        selling.clock.advance(seconds=1)
    query = {"lastUpdatedSince": since, "returnLocationId": "LBAY", "status": WAY_BACK[0]}
    assert listed(selling, **query) == [late, early]
    assert listed(selling, **(query | {"status": "CREATED"})) == []
    for missing in ("returnLocationId", "status"):
        less = {name: value for name, value in query.items() if name != missing}
        assert selling.call("GET", RETURNS, query_string=less).status_code == 400


BAD = {
    "no such status": {"status": "LOST"},
    "too many": {"maxResults": 101},
    "none": {"maxResults": 0},
    "no moment": {"createdSince": "yesterday"},
    "both names": {"createdSince": "2026-01-01T00:00:00Z", "lastUpdatedAfter": "2026-01-01T00:00:00Z"},
    "end before start": {"createdSince": "2026-02-01T00:00:00Z", "createdUntil": "2026-01-01T00:00:00Z"},
    "no token": {"nextToken": "zzz"},
}


@pytest.mark.parametrize("query", BAD.values(), ids=BAD.keys())
def test_parameters_that_do_not_go_together_are_refused(selling: Shop, query: dict[str, Any]) -> None:
    answer = selling.call("GET", RETURNS, query_string=query)
    assert (answer.status_code, answer.json["errors"][0]["code"]) == (400, "InvalidInput")


@pytest.mark.parametrize("empty_pages", ["off", "on"])
def test_pages_may_be_empty_and_go_on_until_no_token_follows(selling: Shop, empty_pages: str) -> None:
    selling.control("PATCH", "switches", {"empty_pages": empty_pages})
    ids = [back(selling, sent(selling))["id"] for _ in range(5)]
    seen, sizes, query = [], [], {"maxResults": 2}
    while True:
        answer = selling.call("GET", RETURNS, query_string=query).json
        seen += [each["id"] for each in answer["returns"]]
        sizes.append(len(answer["returns"]))
        if "nextToken" not in answer:
            break
        query["nextToken"] = answer["nextToken"]
    assert seen == ids
    assert sizes == ([2, 2, 1] if empty_pages == "off" else [0, 2, 0, 2, 0, 1])
    other = {**query, "status": "CREATED"}
    assert selling.call("GET", RETURNS, query_string=other).status_code == 400


def test_by_the_clock_a_return_goes_all_its_way_by_itself(selling: Shop) -> None:
    selling.control("PATCH", "switches", {"carrier": "by_clock"})
    opened, dropped = back(selling, sent(selling)), back(selling, sent(selling), dropped_off=True)
    assert dropped["status"] == "CUSTOMER_DROPPED_OFF"
    seen = []
    for _ in range(200):
        selling.clock.advance(seconds=3600)
        status = selling.inspect(f"returns/{opened['id']}")["status"]
        if not seen or seen[-1] != status:
            seen.append(status)
    assert seen == ["CARRIER_NOTIFIED_TO_PICK_UP_FROM_CUSTOMER", *WAY_BACK[1:], "PROCESSED"]
    assert selling.inspect(f"returns/{dropped['id']}")["status"] == "PROCESSED"


def test_a_return_of_nobody_is_not_found(selling: Shop) -> None:
    assert selling.call("GET", f"{RETURNS}/NOSUCH").status_code == 404
