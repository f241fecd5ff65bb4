"""FBA inventory: what lies at Amazon and is sold of it, Onsite goods by a switch, the sandbox's writes."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.simulator.orders import buy, listed
from tests.simulator.shop import GB, Shop

SUMMARIES = "/fba/inventory/v1/summaries"
ITEMS = "/fba/inventory/v1/items"
MARKET = {"granularityType": "Marketplace", "granularityId": GB, "marketplaceIds": GB}


@pytest.fixture
def selling(shop: Shop) -> Shop:
    listed(shop, "BOX", "TIN", fba=True, quantity=5)
    return shop


def ask(shop: Shop, **more: Any) -> Any:
    answer = shop.call("GET", SUMMARIES, query_string={**MARKET, **more})
    assert answer.status_code == 200, answer.text
    return answer.json


def found(shop: Shop, **more: Any) -> dict[str, dict[str, Any]]:
    rows = ask(shop, **more)["payload"]["inventorySummaries"]
    return {row["sellerSku"]: row for row in rows}


def figures(shop: Shop, sku: str = "BOX") -> tuple[int, int, int]:
    row = found(shop, details="true", sellerSkus=sku)[sku]
    details = row["inventoryDetails"]
    reserved = details["reservedQuantity"]["pendingCustomerOrderQuantity"]
    return details["fulfillableQuantity"], reserved, row["totalQuantity"]


def test_a_sale_reserves_and_a_shipment_takes(selling: Shop) -> None:
    assert figures(selling) == (5, 0, 5)
    order_id = buy(selling, lines=[{"sku": "BOX", "quantity": 2}], by="amazon")
    assert figures(selling) == (3, 2, 5)
    selling.control("POST", f"orders/{order_id}/hurry")
    assert figures(selling) == (3, 0, 3)


def test_a_cancelled_sale_gives_its_units_back(selling: Shop) -> None:
    order_id = buy(selling, "BOX", by="amazon")
    selling.control("POST", f"orders/{order_id}/cancel", {})
    assert figures(selling) == (5, 0, 5)


def test_what_is_not_there_is_not_sold(selling: Shop) -> None:
    wanted = {"lines": [{"sku": "BOX", "quantity": 6}], "fulfilled_by": "amazon"}
    assert selling.refused("POST", "orders", wanted) == (409, "not_now")
    assert figures(selling) == (5, 0, 5)


def test_details_come_on_request(selling: Shop) -> None:
    row = found(selling)["BOX"]
    assert "inventoryDetails" not in row
    assert row.keys() >= {"asin", "fnSku", "condition", "productName", "lastUpdatedTime"}


def test_summaries_are_chosen_by_sku_and_by_change(selling: Shop) -> None:
    selling.clock.advance(seconds=600)
    since = selling.inspect("clock")["now"]
    assert found(selling, startDateTime=since) == {}
    buy(selling, "TIN", by="amazon")
    assert found(selling, startDateTime=since, sellerSkus="BOX").keys() == {"TIN"}
    assert found(selling, sellerSkus="BOX", sellerSku="TIN").keys() == {"BOX"}
    assert found(selling, sellerSku="TIN").keys() == {"TIN"}


def test_onsite_goods_show_here_or_not_as_the_switch_says(selling: Shop) -> None:
    selling.linked("RUG", quantity=7)
    selling.sold("RUG", 2)
    assert figures(selling, "RUG") == (5, 2, 7)
    selling.control("PATCH", "switches", {"onsite_in_fba_inventory": "hidden"})
    assert found(selling).keys() == {"BOX", "TIN"}


def test_a_change_of_onsite_goods_is_a_change_here(selling: Shop) -> None:
    selling.linked("RUG", "MAT", quantity=7)
    selling.clock.advance(seconds=600)
    since = selling.inspect("clock")["now"]
    assert found(selling, startDateTime=since) == {}
    selling.tell_stock("MAT", 6, 1)
    assert found(selling, startDateTime=since).keys() == {"MAT"}
    selling.sold("RUG")
    assert found(selling, startDateTime=since).keys() == {"MAT", "RUG"}


def test_pages_hold_fifty_and_their_token_lives_thirty_seconds(selling: Shop) -> None:
    listed(selling, *(f"S{number:02d}" for number in range(50)), fba=True)
    page = ask(selling)
    assert len(page["payload"]["inventorySummaries"]) == 50
    token = page["pagination"]["nextToken"]
    selling.clock.advance(seconds=29)
    rest = ask(selling, nextToken=token)
    skus = [row["sellerSku"] for row in rest["payload"]["inventorySummaries"]]
    assert skus == ["S49", "TIN"]
    selling.clock.advance(seconds=1)
    late = selling.call("GET", SUMMARIES, query_string={**MARKET, "nextToken": token})
    assert late.status_code == 400


BAD = {
    "no granularity": {"granularityType": ""},
    "another granularity": {"granularityType": "Country"},
    "no marketplace": {"marketplaceIds": ""},
    "two marketplaces": {"marketplaceIds": f"{GB},A1PA6795UKMFR9"},
    "another granularity id": {"granularityId": "A1PA6795UKMFR9"},
    "too old a start": {"startDateTime": "2024-01-01T00:00:00Z"},
    "too many SKUs": {"sellerSkus": ",".join(f"S{number}" for number in range(51))},
    "a yes for details": {"details": "yes"},
}


@pytest.mark.parametrize("change", BAD.values(), ids=BAD.keys())
def test_a_question_that_is_not_right_is_refused(selling: Shop, change: dict[str, str]) -> None:
    query = {name: value for name, value in {**MARKET, **change}.items() if value}
    assert selling.call("GET", SUMMARIES, query_string=query).status_code == 400


# the sandbox's writes


def create(shop: Shop, sku: str, *, at: str = "/sandbox/eu") -> int:
    body = {"sellerSku": sku, "marketplaceId": GB, "productName": "A tin of nails"}
    return shop.call("POST", at + ITEMS, json=body).status_code


def add(shop: Shop, sku: str, units: int, token: str) -> int:
    item = {"sellerSku": sku, "marketplaceId": GB, "quantity": units}
    headers = {**shop.headers, "x-amzn-idempotency-token": token}
    answer = shop.client.post(
        f"/sandbox/eu{ITEMS}/inventory", json={"inventoryItems": [item]}, headers=headers
    )
    return answer.status_code


def test_the_sandbox_makes_fills_and_deletes_an_item(shop: Shop) -> None:
    assert create(shop, "NAIL/1") == 200
    assert create(shop, "NAIL/1") == 400
    assert add(shop, "NAIL/1", 4, "t1") == 200
    assert add(shop, "NAIL/1", 4, "t1") == 200
    assert found(shop)["NAIL/1"]["totalQuantity"] == 4
    assert found(shop)["NAIL/1"]["productName"] == "A tin of nails"
    assert add(shop, "OTHER", 1, "t2") == 404
    path = f"/sandbox/eu{ITEMS}/NAIL/1?marketplaceId={GB}"
    assert shop.call("DELETE", path).status_code == 200
    assert shop.call("DELETE", path).status_code == 404
    assert found(shop) == {}


def test_the_sandboxs_writes_are_not_in_production(shop: Shop) -> None:
    assert create(shop, "NAIL", at="/eu") == 404
    assert create(shop, "NAIL", at="") == 200


def test_adding_needs_its_token(shop: Shop) -> None:
    create(shop, "NAIL")
    body = {"inventoryItems": [{"sellerSku": "NAIL", "marketplaceId": GB, "quantity": 1}]}
    assert shop.call("POST", f"{ITEMS}/inventory", json=body).status_code == 400


Deeds = st.lists(
    st.tuples(st.sampled_from(["buy", "force", "cancel", "hurry", "add"]), st.integers(1, 4)), max_size=15
)


@settings(max_examples=25, deadline=None)
@given(deeds=Deeds)
def test_whatever_happens_stock_is_never_below_zero_and_adds_up(deeds: list[tuple[str, int]]) -> None:
    shop = Shop(is_judged=False).signed_in()
    listed(shop, "BOX", fba=True, quantity=5)
    came, orders = 5, []
    for deed, units in deeds:
        if deed == "add":
            shop.control("POST", "fba", {"goods": [{"sku": "BOX", "quantity": units}]})
            came += units
        elif deed in ("buy", "force"):
            wanted = {"lines": [{"sku": "BOX", "quantity": units}], "fulfilled_by": "amazon"}
            path, body = "/simulator/orders", {**wanted, "force": deed == "force"}
            answer = shop.client.post(path, json=body)
            orders += [each["order_id"] for each in answer.json.get("orders", [])]
        elif orders:
            order_id = orders[units % len(orders)]
            shop.client.post(f"/simulator/orders/{order_id}/{deed}", json={})
        (row,) = shop.inspect("fba")
        assert min(row["fulfillable"], row["reserved"], row["short"]) >= 0
        assert row["reserved"] >= row["short"]
        shipped = sum(
            line["shipped"] for order_id in orders for line in shop.inspect(f"orders/{order_id}")["lines"]
        )
        there = row["fulfillable"] + row["reserved"] - row["short"]
        assert there >= came - shipped
