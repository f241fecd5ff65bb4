"""Point 7: the lorry comes, is missed, scans what the shop forgot; parcels arrive, or late, or never."""

from datetime import datetime, timedelta

import pytest

from tests.simulator.shop import SHIPMENTS, Shop, package


@pytest.fixture
def by_clock(selling: Shop) -> Shop:
    """It is ten in the morning in London; the lorry comes at half past eleven and at five."""
    selling.control("PATCH", "locations/LBAY", {"pickups": ["11:30", "17:00"]})
    selling.control("PATCH", "switches", {"carrier": "by_clock"})
    return selling


def until(shop: Shop, *, hours: float) -> None:
    shop.clock.advance(seconds=hours * 3600)
    shop.signed_in()


def test_the_lorry_comes_at_each_pickup_time_and_ships_what_the_shop_forgot(by_clock: Shop) -> None:
    early = by_clock.until("SHIPLABEL_GENERATED")
    until(by_clock, hours=2)
    late = by_clock.until("SHIPLABEL_GENERATED")
    row = by_clock.shipment(early)
    assert (row["status"], row["sub_status"]) == ("SHIPPED", "PICKED_UP")
    assert row["packages"][0]["shipped_at"] == "2026-09-14T10:30:00.000Z"
    assert (row["packages"][0]["told_shipped"], row["packages"][0]["shipped_by"]) == (0, "carrier")
    until(by_clock, hours=5)
    assert by_clock.shipment(late)["packages"][0]["shipped_at"] == "2026-09-14T16:00:00.000Z"
    assert by_clock.tell(late).status_code == 409


def test_by_hand_no_lorry_comes_by_itself(selling: Shop) -> None:
    shipment_id = selling.until("SHIPLABEL_GENERATED")
    until(selling, hours=48)
    assert selling.shipment(shipment_id)["status"] == "SHIPLABEL_GENERATED"


def test_turning_the_carrier_off_and_on_again_brings_one_lorry_at_a_time(by_clock: Shop) -> None:
    by_clock.control("PATCH", "switches", {"carrier": "by_hand"})
    by_clock.control("PATCH", "switches", {"carrier": "by_clock"})
    lorries = [each["at"] for each in by_clock.inspect("agenda") if each["what"] == "lorry"]
    by_clock.control("POST", "lorry/misses", {"location": "LBAY", "times": 1})
    shipment_id = by_clock.until("SHIPLABEL_GENERATED")
    until(by_clock, hours=2)
    assert len(set(lorries)) == 1
    assert by_clock.shipment(shipment_id)["pickups_missed"] == 1


def test_a_missed_pickup_leaves_the_parcels_for_the_next(by_clock: Shop) -> None:
    shipment_id = by_clock.until("SHIPLABEL_GENERATED")
    by_clock.control("POST", "lorry/misses", {"location": "LBAY", "times": 1})
    until(by_clock, hours=2)
    row = by_clock.shipment(shipment_id)
    assert (row["status"], row["pickups_missed"]) == ("SHIPLABEL_GENERATED", 1)
    until(by_clock, hours=5)
    assert by_clock.shipment(shipment_id)["status"] == "SHIPPED"


def test_other_pickup_times_count_from_now_on(by_clock: Shop) -> None:
    by_clock.control("PATCH", "locations/LBAY", {"pickups": ["20:00"]})
    shipment_id = by_clock.until("SHIPLABEL_GENERATED")
    until(by_clock, hours=8)
    assert by_clock.shipment(shipment_id)["status"] == "SHIPLABEL_GENERATED"
    until(by_clock, hours=2.5)
    assert by_clock.shipment(shipment_id)["packages"][0]["shipped_at"] == "2026-09-14T19:00:00.000Z"


def test_a_parcel_goes_by_the_clock_to_its_buyers_door(by_clock: Shop) -> None:
    shipment_id = by_clock.until("SHIPPED")
    planned = datetime.fromisoformat(by_clock.shipment(shipment_id)["deliver_at"])
    seen = []
    while by_clock.shipment(shipment_id)["status"] != "DELIVERED":
        by_clock.clock.advance(seconds=900)
        sub_status = by_clock.shipment(shipment_id)["sub_status"]
        if not seen or seen[-1] != sub_status:
            seen.append(sub_status)
    assert [each for each in seen if each not in ("", "PICKED_UP")] == [
        "AT_ORIGIN_FC",
        "AT_DESTINATION_FC",
        "OUT_FOR_DELIVERY",
        "DELIVERED",
    ]
    assert abs(by_clock.clock.now() - planned) < timedelta(minutes=15)


def test_one_parcel_in_ten_is_late(by_clock: Shop) -> None:
    ids = [by_clock.until("SHIPPED") for _ in range(40)]
    until(by_clock, hours=31)
    late = [each for each in ids if by_clock.shipment(each)["status"] == "SHIPPED"]
    assert 1 <= len(late) <= 10
    until(by_clock, hours=72)
    assert {by_clock.shipment(each)["status"] for each in ids} == {"DELIVERED"}


def test_a_delivery_is_put_off_or_never_comes(by_clock: Shop) -> None:
    late, lost = by_clock.until("SHIPPED"), by_clock.until("SHIPPED")
    by_clock.control("POST", f"shipments/{late}/delivery", {"hours": 200})
    by_clock.control("POST", f"shipments/{lost}/delivery", {})
    until(by_clock, hours=199)
    assert by_clock.shipment(late)["status"] == "SHIPPED"
    until(by_clock, hours=2)
    assert by_clock.shipment(late)["status"] == "DELIVERED"
    assert by_clock.shipment(lost)["status"] == "SHIPPED"
    by_clock.control("POST", f"shipments/{lost}/scan", {"says": "LOST"})
    assert by_clock.call("GET", f"{SHIPMENTS}/{lost}").json["subStatus"] == "LOST"


def test_a_scan_may_only_be_seen(selling: Shop) -> None:
    selling.control("PATCH", "switches", {"carrier_scan": "only_seen"})
    shipment_id = selling.until("SHIPLABEL_GENERATED")
    selling.control("POST", "lorry", {"location": "LBAY"})
    row = selling.shipment(shipment_id)
    assert (row["status"], row["sub_status"]) == ("SHIPLABEL_GENERATED", "PICKED_UP")
    assert selling.control("POST", "lorry", {"location": "LBAY"}) == {"shipment_ids": []}
    assert selling.refused("POST", f"shipments/{shipment_id}/cancel", {}) == (409, "not_now")
    assert selling.repack(shipment_id, package()).status_code == 422
    assert selling.label(shipment_id, again=True).status_code == 422
    assert selling.tell(shipment_id).status_code == 204


@pytest.mark.parametrize(("rule", "status"), [("conflict", 409), ("unprocessable", 422), ("accept", 204)])
def test_what_is_told_after_the_scan(selling: Shop, rule: str, status: int) -> None:
    selling.control("PATCH", "switches", {"shipped_after_scan": rule})
    shipment_id = selling.until("SHIPLABEL_GENERATED")
    selling.control("POST", "lorry", {"location": "LBAY"})
    assert selling.tell(shipment_id).status_code == status
    assert selling.tell(shipment_id).status_code in (409, 422)
    parcel = selling.shipment(shipment_id)["packages"][0]
    assert parcel["told_shipped"] == (1 if rule == "accept" else 0)
    assert parcel["shipped_by"] == "carrier"


def test_one_label_is_scanned_at_the_lorry(selling: Shop) -> None:
    shipment_id = selling.sold("MUG", 2)
    selling.confirm(shipment_id)
    selling.pack(shipment_id, package("P1"), package("P2"))
    selling.label(shipment_id, "P1", "P2")
    first, second = (each["tracking_id"] for each in selling.shipment(shipment_id)["packages"])
    assert selling.control("POST", "scans", {"tracking_id": first})["status"] == "SHIPLABEL_GENERATED"
    assert selling.refused("POST", "scans", {"tracking_id": first}) == (409, "repeated")
    assert selling.control("POST", "scans", {"tracking_id": second})["status"] == "SHIPPED"
    assert selling.refused("POST", "scans", {"tracking_id": "NONE"}) == (404, "unknown")


def test_the_window_of_a_label_is_the_pickup_it_waits_for(selling: Shop) -> None:
    selling.control("PATCH", "locations/LBAY", {"pickups": ["11:30", "17:00"]})
    shipment_id = selling.until("PACKAGE_CREATED")
    label = selling.label(shipment_id).json["packageShipLabelList"][0]["shipLabelMetadata"]
    assert label["pickupWindow"]["startTime"] == 1_789_381_800  # 11:30 in London
    assert label["pickupWindow"]["endTime"] - label["pickupWindow"]["startTime"] == 3600
