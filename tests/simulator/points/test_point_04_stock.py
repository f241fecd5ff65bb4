"""Point 4: the stock ledger, with baskets, stale numbers, mixed answers and data that the catalogue lacks."""

from typing import Any

import pytest

from tests.simulator.shop import GB, INVENTORY, SELLER, Shop


def figures(shop: Shop, sku: str = "MUG") -> list[int]:
    return [shop.stock(sku)[name] for name in ("quantity", "reserved", "sellable")]


def test_sellable_is_what_was_told_less_what_is_promised_and_never_below_zero(selling: Shop) -> None:
    selling.tell_stock("MUG", 5, 1)
    selling.sold("MUG", 3)
    assert figures(selling) == [5, 3, 2]
    selling.tell_stock("MUG", 2, 2)
    assert figures(selling) == [2, 3, 0]


def test_free_stock_instead_of_all_stock_is_deducted_twice(selling: Shop) -> None:
    selling.tell_stock("MUG", 5, 1)
    selling.sold("MUG", 2)
    selling.tell_stock("MUG", 3, 2)  # the shop took the two off itself
    assert figures(selling) == [3, 2, 1]


def test_a_stale_number_is_refused_per_location_and_sku(selling: Shop) -> None:
    assert selling.tell_stock("MUG", 5, 10)["status"]["statusCode"] == 200
    assert selling.tell_stock("MUG", 6, 10)["status"]["statusCode"] == 409
    assert selling.tell_stock("MUG", 6, 9)["status"]["statusCode"] == 409
    assert selling.tell_stock("CUP", 6, 1)["status"]["statusCode"] == 200
    wanted = {"merchantIds": [SELLER], "marketplaceId": GB, "locationName": "Annexe", "channels": ["FBA"]}
    opened = selling.call("POST", "/externalFulfillment/2026-07-30/location", json=wanted)
    other = opened.json["locationIds"]["FBA"]
    body = {"quantity": 1, "clientSequenceNumber": 1}
    assert selling.batch([("update", "MUG", body)], place=other)[0]["status"]["statusCode"] == 200


def test_good_and_bad_entries_stand_side_by_side(selling: Shop) -> None:
    body = {"quantity": 4, "clientSequenceNumber": 1}
    answers = selling.batch([("update", "MUG", body), ("update", "NOPE", body), ("fetch", "MUG", {})])
    assert [each["status"]["statusCode"] for each in answers] == [200, 400, 200]
    assert answers[1]["body"]["actionableErrors"][0]["errorType"] == "INVALID_SKU"
    eleven = [{"method": "POST", "uri": "/inventory/fetch?locationId=LBAY&skuId=MUG"}] * 11
    answer = selling.call("POST", INVENTORY, json={"requests": eleven})
    assert (answer.status_code, answer.json["errors"][0]["code"]) == (400, "BATCH_SIZE_EXCEED")


# baskets


def test_baskets_are_off_until_they_are_switched_on(selling: Shop) -> None:
    assert selling.refused("POST", "baskets", {"sku": "MUG"}) == (409, "not_now")
    assert figures(selling) == [100, 0, 100]


@pytest.fixture
def shopping(selling: Shop) -> Shop:
    selling.control("PATCH", "switches", {"baskets": "on"})
    return selling


def basket(shop: Shop, **wanted: Any) -> dict[str, Any]:
    return shop.control("POST", "baskets", {"sku": "MUG", **wanted})


def test_what_lies_in_a_basket_is_held_and_let_go(shopping: Shop) -> None:
    first = basket(shopping, units=3)
    basket(shopping, units=2, minutes=60)
    assert figures(shopping) == [100, 5, 95]
    assert shopping.stock("MUG")["in_baskets"] == 5
    shopping.control("DELETE", f"baskets/{first['id']}")
    assert figures(shopping) == [100, 2, 98]
    shopping.clock.advance(seconds=3_600)
    assert figures(shopping) == [100, 0, 100]
    assert shopping.inspect("baskets") == []


def test_a_basket_holds_no_more_than_is_sellable(shopping: Shop) -> None:
    shopping.tell_stock("MUG", 4, 1)
    basket(shopping, units=4)
    assert shopping.refused("POST", "baskets", {"sku": "MUG"}) == (409, "not_now")
    order = {"lines": [{"sku": "MUG", "quantity": 1}]}
    assert shopping.refused("POST", "orders", order) == (409, "not_now")


def test_switching_baskets_off_empties_them(shopping: Shop) -> None:
    basket(shopping, units=4)
    shopping.sold("MUG", 2)
    shopping.control("PATCH", "switches", {"reservation_ends": "shipped"})
    assert figures(shopping) == [100, 6, 94]
    shopping.control("PATCH", "switches", {"baskets": "off"})
    assert figures(shopping) == [100, 2, 98]


# what the catalogue lacks


LACKS = {
    "weight": ({"weight": "0"}, "MISSING_WEIGHT"),
    "a side": ({"height": "0"}, "MISSING_DIMENSIONS"),
}


@pytest.mark.parametrize(("changes", "missing"), LACKS.values(), ids=LACKS.keys())
@pytest.mark.parametrize(("rule", "status", "quantity"), [("refuse", 400, 100), ("warn", 200, 7)])
def test_goods_without_weight_or_size_are_refused_or_warned_of(
    selling: Shop, changes: dict[str, str], missing: str, rule: str, status: int, quantity: int
) -> None:
    selling.control("PATCH", "switches", {"product_data_errors": rule})
    selling.control("PATCH", f"products/{selling.product()['asin']}", changes)
    answer = selling.tell_stock("MUG", 7, 1)
    assert answer["status"]["statusCode"] == status
    assert answer["body"]["actionableErrors"] == [
        {"errorType": "PRODUCT_ATTRIBUTE_VALIDATION_FAILURE", "errorSubType": missing}
    ]
    assert selling.stock("MUG")["quantity"] == quantity


def test_default_is_the_merchants_only_location(selling: Shop, yard: str) -> None:
    body = {"quantity": 3, "clientSequenceNumber": 9}
    answer = selling.batch([("update", "POT", body)], place="DEFAULT")[0]
    assert (answer["status"]["statusCode"], answer["body"]["locationId"]) == (200, "DEFAULT")
    assert selling.inspect(f"inventory/{yard}/POT")["quantity"] == 3
    wanted = {"merchantIds": [SELLER], "marketplaceId": GB, "locationName": "Second", "channels": ["MFN"]}
    selling.call("POST", "/externalFulfillment/2026-07-30/location", json=wanted)
    answer = selling.batch([("fetch", "POT", {})], place="DEFAULT")[0]
    assert answer["body"]["actionableErrors"][0]["errorType"] == "INVALID_LOCATION"
