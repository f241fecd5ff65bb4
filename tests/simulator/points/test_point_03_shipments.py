"""Point 3: the states of External Fulfillment, for each programme, with every refusal where it belongs."""

import threading
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from amazon_simulator.world.clock import iso
from tests.simulator.shop import GB, SECRETS, SHIPMENTS, Shop, package


def made(shop: Shop, yard: str, programme: str, **more: Any) -> str:
    """A packed shipment of the merchant's programmes."""
    shipment_id = shop.sold("POT", location=yard, fulfilled_by=programme, **more)
    assert shop.confirm(shipment_id).status_code == 204
    assert shop.pack(shipment_id, package(units={"1": more.get("units", 1)})).status_code == 204
    return shipment_id


def labelled(shop: Shop, shipment_id: str, option: dict[str, Any], **body: Any) -> Any:
    path = f"{SHIPMENTS}/{shipment_id}/shipLabels"
    query = {"operation": "GENERATE", "shippingOptionId": option["shippingOptionId"]}
    return shop.call("PUT", path, query_string=query, json={"packageIds": ["P1"], **body})


# programmes


def test_a_whole_shipment_is_rejected_whichever_line_is_named(selling: Shop) -> None:
    lines = [{"sku": "MUG", "quantity": 2}, {"sku": "CUP", "quantity": 1}]
    shipment_id = selling.control("POST", "orders", {"lines": lines})["orders"][0]["shipment_ids"][0]
    unknown = {"lineItems": [{"lineItem": {"id": "7", "quantity": 0}, "reason": "OUT_OF_STOCK"}]}
    path = f"{SHIPMENTS}/{shipment_id}?operation=REJECT"
    assert selling.call("POST", path, json=unknown).status_code == 400
    named = {"lineItems": [{"lineItem": {"id": "2", "quantity": 1}, "reason": "CUSTOMER_REQUESTED"}]}
    assert selling.call("POST", path, json=named).status_code == 204
    shown = selling.call("GET", f"{SHIPMENTS}/{shipment_id}").json
    assert shown["status"] == "CANCELLED"
    cancelled = [line["cancellations"][0] for line in shown["lineItems"]]
    assert [each["cancelledQuantity"] for each in cancelled] == [2, 1]
    assert {each["cancellationType"] for each in cancelled} == {"SELLER_REJECTED"}


def test_nothing_is_rejected_once_one_label_is_there(selling: Shop) -> None:
    shipment_id = selling.sold("MUG", 2, failing_labels=1)
    selling.confirm(shipment_id)
    selling.pack(shipment_id, package("P1"), package("P2"))
    selling.label(shipment_id, "P1", "P2")
    assert selling.shipment(shipment_id)["status"] == "PACKAGE_CREATED"
    assert selling.reject(shipment_id).status_code == 422


def test_easy_ship_offers_slots_of_several_pickups_and_a_counter(selling: Shop, yard: str) -> None:
    selling.control("PATCH", f"locations/{yard}", {"pickups": ["11:30", "17:00"]})
    shipment_id = made(selling, yard, "easy_ship")
    assert selling.shipment(shipment_id)["sub_status"] == "PENDING_SCHEDULE"
    offered = selling.options(shipment_id).json
    slots = offered["shippingOptions"]
    assert offered["recommendedShippingOption"] == slots[0]
    assert [each["timeSlot"]["handoverMethod"] for each in slots] == ["PICKUP", "DROPOFF"] * 3
    assert len({each["pickupWindow"]["startTime"] for each in slots}) == 3
    assert ["handoverLocation" in each for each in slots] == [False, True] * 3
    label = labelled(selling, shipment_id, slots[3]).json["packageShipLabelList"][0]
    metadata = label["shipLabelMetadata"]
    assert metadata["timeSlot"] == slots[3]["timeSlot"]
    assert metadata["handoverLocation"] == slots[3]["handoverLocation"]
    assert selling.shipment(shipment_id)["sub_status"] == "PENDING_DROP_OFF"


def test_a_slot_that_was_not_offered_or_is_over_is_refused(selling: Shop, yard: str) -> None:
    shipment_id = made(selling, yard, "easy_ship")
    first = selling.options(shipment_id).json["shippingOptions"][0]
    assert labelled(selling, shipment_id, {"shippingOptionId": "my-own"}).status_code == 400
    selling.clock.advance(seconds=86_400)
    selling.signed_in()
    assert labelled(selling, shipment_id, first).status_code == 422
    again = selling.options(shipment_id).json["shippingOptions"][0]
    assert labelled(selling, shipment_id, again).status_code == 200


def test_smartconnect_has_no_option_to_choose(selling: Shop) -> None:
    shipment_id = selling.until("PACKAGE_CREATED")
    assert selling.options(shipment_id).json == {"shippingOptions": []}
    assert selling.label(shipment_id, option="my-own").status_code == 400
    assert selling.label(shipment_id).status_code == 200


def test_an_own_tracking_number_goes_with_another_carrier_only(selling: Shop, yard: str) -> None:
    shipment_id = made(selling, yard, "self_ship")
    own, other = selling.options(shipment_id).json["shippingOptions"]
    assert [own["shipBy"], other["shipBy"]] == ["SELLER", "THIRD_PARTY_CARRIER"]
    courier = {"courierSupportedAttributes": {"carrierName": "Dray & Sons", "trackingId": "DS-77"}}
    assert labelled(selling, shipment_id, own, **courier).status_code == 400
    assert labelled(selling, shipment_id, other).status_code == 400
    label = labelled(selling, shipment_id, other, **courier).json["packageShipLabelList"][0]
    assert label["shipLabelMetadata"]["trackingId"] == "DS-77"
    assert label["shipLabelMetadata"]["carrierName"] == "Dray & Sons"


# self delivery


@pytest.fixture
def on_its_way(selling: Shop, yard: str) -> tuple[Shop, str]:
    shipment_id = made(selling, yard, "self_ship")
    own = selling.options(shipment_id).json["shippingOptions"][0]
    labelled(selling, shipment_id, own)
    assert selling.tell(shipment_id, sub_status="OUT_FOR_DELIVERY").status_code == 422
    assert selling.tell(shipment_id).status_code == 204
    assert selling.tell(shipment_id, sub_status="OUT_FOR_DELIVERY").status_code == 204
    return selling, shipment_id


def test_a_failed_attempt_is_tried_again_and_delivered(on_its_way: tuple[Shop, str]) -> None:
    shop, shipment_id = on_its_way
    assert shop.tell(shipment_id, sub_status="NOT_DELIVERED").status_code == 204
    row = shop.shipment(shipment_id)
    assert (row["status"], row["sub_status"]) == ("SHIPPED", "NOT_DELIVERED")
    assert shop.tell(shipment_id, sub_status="OUT_FOR_DELIVERY").status_code == 204
    assert shop.tell(shipment_id, status="DELIVERED", sub_status="DELIVERED").status_code == 204
    assert shop.shipment(shipment_id)["status"] == "DELIVERED"
    assert shop.tell(shipment_id, status="DELIVERED", sub_status="DELIVERED").status_code == 409


def test_what_cannot_be_delivered_is_given_up_for_good(on_its_way: tuple[Shop, str]) -> None:
    shop, shipment_id = on_its_way
    body = {"status": "SHIPPED", "subStatus": "UNDELIVERABLE", "reason": "The street does not exist"}
    assert shop.call("PATCH", f"{SHIPMENTS}/{shipment_id}/packages/P1", json=body).status_code == 204
    shown = shop.call("GET", f"{SHIPMENTS}/{shipment_id}").json
    assert (shown["status"], shown["subStatus"]) == ("SHIPPED", "UNDELIVERABLE")
    assert shown["reason"] == "The street does not exist"
    assert shop.tell(shipment_id, status="DELIVERED").status_code == 422


@pytest.mark.parametrize("told", [("DELIVERED", "NOT_DELIVERED"), ("SHIPPED", "DELIVERED"), ("CREATED", "")])
def test_words_that_contradict_each_other_are_refused(
    on_its_way: tuple[Shop, str], told: tuple[str, str]
) -> None:
    shop, shipment_id = on_its_way
    assert shop.tell(shipment_id, status=told[0], sub_status=told[1]).status_code == 400


def test_a_shipment_is_delivered_with_its_last_parcel(selling: Shop, yard: str) -> None:
    shipment_id = selling.sold("POT", 2, location=yard, fulfilled_by="self_ship")
    selling.confirm(shipment_id)
    selling.pack(shipment_id, package("P1"), package("P2"))
    own = [selling.options(shipment_id, each).json["shippingOptions"][0] for each in ("P1", "P2")]
    assert own[0] == own[1]
    selling.label(shipment_id, "P1", "P2", option=own[0]["shippingOptionId"])
    for parcel in ("P1", "P2"):
        selling.tell(shipment_id, parcel)
    selling.tell(shipment_id, "P1", status="DELIVERED")
    assert selling.shipment(shipment_id)["status"] == "SHIPPED"
    selling.tell(shipment_id, "P2", status="DELIVERED")
    assert selling.shipment(shipment_id)["status"] == "DELIVERED"


# packages


REQUIRED = {
    "countryOfOrigin": {"countryOfOrigin": "GB"},
    "itemValue": {"itemValue": {"value": "8.00", "currencyCode": "GBP"}},
}


@pytest.mark.parametrize("missing", REQUIRED)
def test_a_cross_border_line_must_carry_origin_and_value(selling: Shop, missing: str) -> None:
    shipment_id = selling.sold("MUG", cross_border=True)
    asked = selling.call("GET", f"{SHIPMENTS}/{shipment_id}").json["lineItems"][0]["complianceAttributes"]
    assert asked[f"{missing}Requirement"] == "REQUIRED"
    selling.confirm(shipment_id)
    less = [more for name, more in REQUIRED.items() if name != missing][0]
    line = {"packageLineItemId": "1", "quantity": 1}
    assert selling.pack(shipment_id, package(packageLineItems=[line | less])).status_code == 400
    whole = line | REQUIRED["countryOfOrigin"] | REQUIRED["itemValue"]
    assert selling.pack(shipment_id, package(packageLineItems=[whole])).status_code == 204
    shown = selling.call("GET", f"{SHIPMENTS}/{shipment_id}").json
    assert shown["lineItems"][0]["countryOfOrigin"] == "GB"
    assert shown["packages"][0]["packageLineItems"] == [whole]


DISALLOWED = {
    **REQUIRED,
    "serialNumbers": {"serialNumbers": ["S-1"]},
    "pieces": {"pieces": 2},
}


@pytest.mark.parametrize("given", DISALLOWED)
def test_what_a_line_does_not_ask_for_must_not_be_given(selling: Shop, given: str) -> None:
    shipment_id = selling.sold("MUG")
    selling.confirm(shipment_id)
    line = {"packageLineItemId": "1", "quantity": 1} | DISALLOWED[given]
    answer = selling.pack(shipment_id, package(packageLineItems=[line]))
    assert (answer.status_code, answer.json["errors"][0]["code"]) == (400, "InvalidInput")
    assert given in answer.json["errors"][0]["message"]


def test_hazmat_labels_are_only_for_what_asks_for_them(selling: Shop) -> None:
    shipment_id = selling.sold("MUG")
    selling.confirm(shipment_id)
    assert selling.pack(shipment_id, package(hazmatLabels=["LIMITED_QUANTITY"])).status_code == 400
    assert selling.pack(shipment_id, package(hazmatLabels=[])).status_code == 204


def test_a_unit_of_several_pieces_lies_in_several_packages(selling: Shop) -> None:
    shipment_id = selling.sold("MUG", multi_piece=True)
    shown = selling.call("GET", f"{SHIPMENTS}/{shipment_id}").json
    assert shown["lineItems"][0]["pieceType"] == "MULTIPLE"
    selling.confirm(shipment_id)
    line = {"packageLineItemId": "1", "quantity": 1, "pieces": 2}
    parts = [package(name, packageLineItems=[line]) for name in ("P1", "P2")]
    assert selling.pack(shipment_id, *parts).status_code == 204


def test_a_package_follows_the_steps_by_itself(selling: Shop, yard: str) -> None:
    shipment_id = made(selling, yard, "easy_ship", invoice=True)

    def status() -> str:
        return selling.shipment(shipment_id)["packages"][0]["status"]

    assert status() == "CREATED"
    option = selling.options(shipment_id).json["shippingOptions"][0]
    assert status() == "PICKUP_SLOT_RETRIEVED"
    selling.call("POST", f"{SHIPMENTS}/{shipment_id}/invoice")
    assert status() == "INVOICE_GENERATED"
    labelled(selling, shipment_id, option)
    assert status() == "SHIPLABEL_GENERATED"
    selling.repack(shipment_id, package())
    assert status() == "CREATED"


# labels


def test_a_void_label_is_known_as_void(selling: Shop) -> None:
    shipment_id = selling.until("SHIPLABEL_GENERATED")
    first = selling.shipment(shipment_id)["packages"][0]["tracking_id"]
    selling.label(shipment_id, again=True)
    parcel = selling.shipment(shipment_id)["packages"][0]
    assert parcel["void_tracking_ids"] == [first]
    assert selling.refused("POST", "scans", {"tracking_id": first}) == (409, "not_now")
    selling.repack(shipment_id, package())
    assert selling.shipment(shipment_id)["packages"][0]["void_tracking_ids"] == [
        first,
        parcel["tracking_id"],
    ]


def test_an_invoice_is_made_only_where_one_is_required(selling: Shop) -> None:
    plain, wanting = selling.until("PACKAGE_CREATED"), selling.sold("MUG", invoice=True)
    assert selling.call("POST", f"{SHIPMENTS}/{plain}/invoice").status_code == 422
    shown = selling.call("GET", f"{SHIPMENTS}/{wanting}").json
    assert shown["shipmentRequirements"]["invoice"] == {"requirement": "REQUIRED", "status": "PENDING"}
    selling.control("POST", f"shipments/{wanting}/invoice")
    shown = selling.call("GET", f"{SHIPMENTS}/{wanting}").json
    assert shown["shipmentRequirements"]["invoice"]["status"] == "AVAILABLE"
    assert selling.call("GET", f"{SHIPMENTS}/{wanting}/invoice").status_code == 200


# two at once


def test_a_second_operation_on_a_shipment_meanwhile_is_a_conflict(url: str) -> None:
    with httpx2.Client(base_url=url, timeout=30) as amazon:
        token = amazon.post("/auth/o2/token", data=SECRETS).json()["access_token"]
        amazon.headers = {"x-amz-access-token": token}
        item = amazon.get("/simulator/inspect/catalogue").json()[0]
        rows = [{"sku": "MUG", "asin": item["asin"], "quantity": 9}]
        amazon.post("/simulator/listings/seed", json={"listings": rows})
        body = {"lines": [{"sku": "MUG", "quantity": 1}], "count": 2}
        orders = amazon.post("/simulator/orders", json=body).json()["orders"]
        first, second = (each["shipment_ids"][0] for each in orders)
        hold = amazon.post("/simulator/holds", json={"operation": "processShipment", "moment": "before"})
        confirm = f"{SHIPMENTS}/{first}?operation=CONFIRM"
        answers: list[int] = []
        running = threading.Thread(target=lambda: answers.append(_post(url, token, confirm)))
        running.start()
        while not amazon.get("/simulator/holds").json()[0]["reached"]:
            pass
        again = amazon.post(confirm)
        packing = amazon.post(f"{SHIPMENTS}/{first}/packages", json={"packages": [package()]})
        other = amazon.post(f"{SHIPMENTS}/{second}?operation=CONFIRM")
        amazon.post(f"/simulator/holds/{hold.json()['id']}/release")
        running.join()
        assert [each.status_code for each in (again, packing, other)] == [409, 409, 204]
        assert again.json()["errors"][0]["code"] == "DuplicateRequest"
        assert packing.json()["errors"][0] | {"message": ""} == {
            "code": "ServerBusy",
            "message": "",
            "details": "SC_10000",
        }
        assert answers == [204]
        assert amazon.get(f"/simulator/inspect/shipments/{first}").json()["times_confirmed"] == 1


def _post(url: str, token: str, path: str) -> int:
    return httpx2.post(url + path, headers={"x-amz-access-token": token}, timeout=30).status_code


# the sandbox-only calls


def sandbox(shop: Shop, **wanted: Any) -> Any:
    body = {"locationId": "LBAY", "marketplaceId": GB, "marketplaceChannel": "FBA"}
    answer = shop.call("POST", SHIPMENTS, json={**body, "shippingType": "MARKETPLACE", **wanted})
    assert answer.status_code == 200, answer.text
    return shop.call("GET", f"{SHIPMENTS}/{answer.json['shipmentId']}").json


def test_every_order_type_of_the_sandbox_shows_in_its_shipment(selling: Shop) -> None:
    def line(kind: str) -> dict[str, Any]:
        return sandbox(selling, orderType=[kind])["lineItems"][0]

    assert line("HAZMAT")["hazmatLabels"] == ["LIMITED_QUANTITY"]
    wrapped, written = line("GIFT_WRAP")["giftAttributes"], line("GIFT_MESSAGE")["giftAttributes"]
    assert (wrapped["giftWrapRequirement"], wrapped["giftMessagePresence"]) == ("REQUIRED", "ABSENT")
    assert (written["giftWrapRequirement"], written["giftMessagePresence"]) == ("DISALLOWED", "PRESENT")
    assert line("MPS")["pieceType"] == "MULTIPLE"
    assert line("SERIAL")["complianceAttributes"]["serialNumberRequirement"] == "REQUIRED"
    crossing = line("CROSS_BORDER")
    assert crossing["complianceAttributes"]["itemValueRequirement"] == "REQUIRED"
    assert crossing["recommendedCurrencyCode"] == "GBP"
    for kind, prescription in (
        ("PHARMA_NON_PRESCRIPTION", "NOT_REQUIRED"),
        ("PHARMA_PRESCRIPTION", "REQUIRED"),
    ):
        marks = {each["key"]: each["value"] for each in line(kind)["customAttributes"]}
        assert marks["PRESCRIPTION"] == prescription
    for kind in ("REPLACEMENT", "EXCHANGE"):
        info = sandbox(selling, orderType=[kind])["shipmentInfo"]
        assert info["shipmentType"] == kind
        assert info["originalShipmentInfo"]["originalLineItems"][0]["originalSku"] == "MUG"


def test_the_sandbox_makes_shipments_of_every_programme_and_size(selling: Shop, yard: str) -> None:
    def kind(**wanted: Any) -> str:
        shown = sandbox(selling, **wanted)
        return selling.shipment(shown["id"])["programme"]

    rows = [{"sku": "PAN", "asin": selling.product()["asin"], "price": "9.00"}]
    selling.control("POST", "listings/seed", {"listings": rows, "converted": False})
    mine = {"locationId": yard, "marketplaceChannel": "MFN"}
    assert kind() == "smartconnect"
    assert kind(**mine) == "easy_ship"
    assert kind(**mine, shippingType="SELF") == "self_ship"
    large = sandbox(selling, **mine, lineItemCount="MULTIPLE", quantityCount="MULTIPLE")
    assert [each["numberOfUnits"] for each in large["lineItems"]] == [2, 2]
    other = sandbox(selling, **mine, shippingType="THIRD_PARTY_CARRIER")["id"]
    selling.confirm(other)
    selling.pack(other)
    offered = selling.options(other).json["shippingOptions"]
    assert [each["shipBy"] for each in offered] == ["THIRD_PARTY_CARRIER"]
    for wrong in (
        {"shippingType": "SELF"},
        {"marketplaceChannel": "MFN"},
        {"marketplaceId": "A1PA6795UKMFR9"},
        {"orderType": ["REPLACEMENT", "EXCHANGE"]},
        {"orderType": ["SURPRISE"]},
    ):
        body = {"locationId": "LBAY", "marketplaceId": GB, "marketplaceChannel": "FBA", **wrong}
        assert selling.call("POST", SHIPMENTS, json=body).status_code == 400


def change(shop: Shop, shipment_id: str, kind: str, **updates: str) -> int:
    body = {"updateType": kind, "updates": updates}
    return shop.call("PATCH", f"{SHIPMENTS}/{shipment_id}", json=body).status_code


def test_every_update_type_of_the_sandbox_moves_a_shipment(selling: Shop) -> None:
    shipment_id = selling.sold("MUG", invoice=True)
    status = "SHIPMENT_STATUS_CHANGE"
    tomorrow = iso(selling.clock.now() + timedelta(days=1))
    assert change(selling, shipment_id, "TRANSPORT_CAPACITY_CHANGE", timestamp=tomorrow) == 204
    shown = selling.call("GET", f"{SHIPMENTS}/{shipment_id}").json
    assert shown["shippingInfo"]["expectedShippingDateTimeInUTC"] == tomorrow
    assert change(selling, shipment_id, "INVOICE_AVAILABILITY_CHANGE") == 204
    assert selling.call("GET", f"{SHIPMENTS}/{shipment_id}/invoice").status_code == 200
    assert change(selling, shipment_id, status, status="SHIPPED") == 422
    selling.control("POST", f"shipments/{shipment_id}/fulfil", {"until": "SHIPLABEL_GENERATED"})
    assert change(selling, shipment_id, status, status="SHIPPED") == 204
    assert change(selling, shipment_id, status, subStatus="OUT_FOR_DELIVERY") == 204
    assert selling.shipment(shipment_id)["sub_status"] == "OUT_FOR_DELIVERY"
    assert change(selling, shipment_id, status, status="CANCELLED") == 422
    assert change(selling, shipment_id, status, status="DELIVERED") == 204
    assert selling.shipment(shipment_id)["status"] == "DELIVERED"
    assert change(selling, shipment_id, "TRANSPORT_CAPACITY_CHANGE", timestamp=tomorrow) == 422


def test_updates_of_the_sandbox_that_make_no_sense_are_refused(selling: Shop) -> None:
    shipment_id = selling.sold("MUG")
    status = "SHIPMENT_STATUS_CHANGE"
    assert change(selling, shipment_id, status) == 400
    assert change(selling, shipment_id, status, status="SHIPPED", subStatus="OUT_FOR_DELIVERY") == 400
    assert change(selling, shipment_id, status, status="CONFIRMED") == 400
    assert change(selling, shipment_id, "TRANSPORT_CAPACITY_CHANGE", timestamp="soon") == 400
    assert change(selling, shipment_id, "INVOICE_AVAILABILITY_CHANGE") == 422
    assert change(selling, shipment_id, "SOMETHING_ELSE") == 400
