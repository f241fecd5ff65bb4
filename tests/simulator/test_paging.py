"""Pages of shipments and orders: nothing is lost while things change, and a token belongs to its question."""

from typing import Any

import pytest

from tests.simulator.shop import GB, ORDERS, SHIPMENTS, Shop


@pytest.fixture
def busy(shop: Shop) -> Shop:
    shop.linked("MUG", quantity=100)
    for _ in range(7):
        shop.sold("MUG")
        shop.clock.advance(seconds=60)
    return shop


def pages(shop: Shop, **query: Any) -> list[list[str]]:
    """All pages of shipments, as lists of ids."""
    found, token = [], None
    while True:
        wanted = {"status": "ACCEPTED", **query} | ({"paginationToken": token} if token else {})
        answer = shop.call("GET", SHIPMENTS, query_string=wanted)
        assert answer.status_code == 200, answer.text
        found.append([each["id"] for each in answer.json["shipments"]])
        token = answer.json["pagination"].get("nextToken")
        if not token:
            return found


def everything(shop: Shop) -> list[str]:
    return [row["id"] for row in reversed(shop.inspect("shipments"))]


def test_pages_hold_every_shipment_once_in_order_of_change(busy: Shop) -> None:
    found = pages(busy, maxResults=3)
    assert [len(page) for page in found] == [3, 3, 1]
    assert [each for page in found for each in page] == everything(busy)


def test_a_shipment_that_leaves_the_status_does_not_push_others_off_the_next_page(busy: Shop) -> None:
    first = busy.call("GET", SHIPMENTS, query_string={"status": "ACCEPTED", "maxResults": 3}).json
    gone = first["shipments"][0]["id"]
    assert busy.confirm(gone).status_code == 204
    query = {
        "status": "ACCEPTED",
        "maxResults": 10,
        "paginationToken": first["pagination"]["nextToken"],
    }
    rest = busy.call("GET", SHIPMENTS, query_string=query).json["shipments"]
    assert [each["id"] for each in rest] == everything(busy)[3:]


def test_an_empty_page_may_carry_a_token(busy: Shop) -> None:
    busy.control("PATCH", "switches", {"empty_pages": "on"})
    found = pages(busy, maxResults=3)
    assert [len(page) for page in found] == [0, 3, 0, 3, 0, 1]
    assert [each for page in found for each in page] == everything(busy)


def test_the_window_of_last_updates_leaves_its_bounds_out(busy: Shop) -> None:
    moments = [row["updated"] for row in reversed(busy.inspect("shipments"))]
    found = pages(busy, lastUpdatedAfter=moments[1], lastUpdatedBefore=moments[5])
    assert found == [everything(busy)[2:5]]


def test_other_locations_and_channels_have_other_shipments(busy: Shop) -> None:
    assert len(pages(busy, locationId="LBAY", channelName="FBA", marketplaceId=GB)[0]) == 7
    assert pages(busy, locationId="ELSE") == [[]]
    assert pages(busy, channelName="MFN") == [[]]


BAD = {
    "no status": {"status": ""},
    "unknown status": {"status": "LOST"},
    "no results": {"maxResults": 0},
    "no number of results": {"maxResults": "--5"},
    "too many results": {"maxResults": 101},
    "not a moment": {"lastUpdatedAfter": "yesterday"},
    "not a token": {"paginationToken": "xxxx"},
    "a long location": {"locationId": "L" * 37},
}


@pytest.mark.parametrize("query", BAD.values(), ids=BAD.keys())
def test_a_question_that_is_not_right_is_refused(busy: Shop, query: dict[str, Any]) -> None:
    answer = busy.call("GET", SHIPMENTS, query_string={"status": "ACCEPTED", **query})
    assert (answer.status_code, answer.json["errors"][0]["code"]) == (400, "InvalidInput")


def test_a_token_belongs_to_its_question(busy: Shop) -> None:
    query = {"status": "ACCEPTED", "maxResults": 3}
    token = busy.call("GET", SHIPMENTS, query_string=query).json["pagination"]["nextToken"]
    other = {"status": "CANCELLED", "maxResults": 3, "paginationToken": token}
    assert busy.call("GET", SHIPMENTS, query_string=other).status_code == 400


def orders(shop: Shop, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    token = None
    while True:
        wanted = {**query} | ({"paginationToken": token} if token else {})
        answer = shop.call("GET", ORDERS, query_string=wanted)
        assert answer.status_code == 200, answer.text
        found += answer.json["orders"]
        token = answer.json["pagination"].get("nextToken")
        if not token:
            return found


def test_orders_are_found_by_creation_and_by_last_update(busy: Shop) -> None:
    ids = [row["id"] for row in reversed(busy.inspect("orders"))]
    shipments = everything(busy)
    busy.clock.advance(seconds=600)
    since = busy.inspect("clock")["now"]
    busy.control("POST", f"orders/{ids[2]}/cancel", {})
    assert [each["orderId"] for each in orders(busy, createdAfter="2026-09-14T00:00:00Z")] == ids
    paged = orders(busy, createdAfter="2026-09-14T00:00:00Z", maxResultsPerPage=2)
    assert [each["orderId"] for each in paged] == ids
    assert [each["orderId"] for each in orders(busy, lastUpdatedAfter=since)] == [ids[2]]
    assert busy.shipment(shipments[2])["status"] == "CANCELLED"
    pending = orders(busy, lastUpdatedAfter="2026-09-14T00:00:00Z", fulfillmentStatuses="PENDING")
    assert len(pending) == 6
    assert orders(busy, lastUpdatedAfter="2026-09-14T00:00:00Z", fulfilledBy="MERCHANT") == []


def test_a_token_of_orders_lives_a_day(busy: Shop) -> None:
    asked = {"createdAfter": "2026-09-14T00:00:00Z", "maxResultsPerPage": 2}
    token = busy.call("GET", ORDERS, query_string=asked).json["pagination"]["nextToken"]
    for seconds, status in ((86_399, 200), (1, 400)):
        busy.clock.advance(seconds=seconds)
        answer = busy.signed_in().call("GET", ORDERS, query_string={**asked, "paginationToken": token})
        assert answer.status_code == status


BAD_ORDERS = {
    "no window": {},
    "two windows": {"createdAfter": "2026-01-01T00:00:00Z", "lastUpdatedAfter": "2026-01-01T00:00:00Z"},
    "mixed bounds": {"createdAfter": "2026-01-01T00:00:00Z", "lastUpdatedBefore": "2026-01-02T00:00:00Z"},
    "backwards": {"createdAfter": "2026-01-02T00:00:00Z", "createdBefore": "2026-01-01T00:00:00Z"},
    "too fresh": {"createdAfter": "2026-01-02T00:00:00Z", "createdBefore": "2026-09-14T09:06:00Z"},
    "unknown data": {"createdAfter": "2026-01-02T00:00:00Z", "includedData": "SECRETS"},
}


@pytest.mark.parametrize("query", BAD_ORDERS.values(), ids=BAD_ORDERS.keys())
def test_an_order_search_that_is_not_right_is_refused(busy: Shop, query: dict[str, Any]) -> None:
    assert busy.call("GET", ORDERS, query_string=query).status_code == 400
