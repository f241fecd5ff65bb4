"""Orders that the merchant ships himself, and plain FBA: placed, authorised, shipped, cancelled, given up."""

import pytest

from amazon_simulator.world.order_life import NEXT, OrderStatus, OrderStep, advance
from amazon_simulator.world.refusal import Refused
from tests.simulator.orders import buy, items, listed, row, status
from tests.simulator.shop import ORDERS, Shop


@pytest.fixture
def selling(shop: Shop) -> Shop:
    listed(shop, "MUG", "CUP")
    listed(shop, "BOX", fba=True)
    return shop


@pytest.mark.parametrize("fulfilled_by", NEXT)
def test_a_step_that_is_not_in_the_table_is_refused(fulfilled_by: str) -> None:
    for before in OrderStatus:
        for step in OrderStep:
            if (before, step) in NEXT[fulfilled_by]:
                assert advance(fulfilled_by, before, step, order_id="1") in OrderStatus
                continue
            with pytest.raises(Refused):
                advance(fulfilled_by, before, step, order_id="1")


def test_amazon_authorises_an_order_after_half_an_hour(selling: Shop) -> None:
    order_id = buy(selling, "MUG", pending_seconds=1800)
    assert status(selling, order_id) == "PENDING"
    selling.clock.advance(seconds=1799)
    assert status(selling, order_id) == "PENDING"
    selling.clock.advance(seconds=1)
    assert status(selling, order_id) == "UNSHIPPED"
    assert row(selling, order_id)["updated"] == "2026-09-14T09:30:00.000Z"


def test_speed_divides_amazons_delay() -> None:
    shop = Shop(speed=60).signed_in()
    listed(shop, "MUG")
    order_id = buy(shop, "MUG", pending_seconds=1800)
    shop.clock.advance(seconds=30)
    assert status(shop, order_id) == "UNSHIPPED"


def test_amazon_ships_its_own_orders_by_itself(selling: Shop) -> None:
    order_id = buy(selling, "BOX", by="amazon", ship_seconds=3600)
    assert status(selling, order_id) == "PENDING"
    selling.clock.advance(seconds=3600)
    assert status(selling, order_id) == "SHIPPED"


def test_amazon_ships_a_split_order_in_two_parcels(selling: Shop) -> None:
    listed(selling, "TIN", fba=True)
    order_id = buy(selling, "BOX", "TIN", by="amazon", ship_seconds=3600, split=True)
    selling.clock.advance(seconds=3600)
    assert status(selling, order_id) == "PARTIALLY_SHIPPED"
    assert [line["shipped"] for line in row(selling, order_id)["lines"]] == [1, 0]
    selling.clock.advance(seconds=3600)
    assert status(selling, order_id) == "SHIPPED"


def test_a_preorder_waits_for_its_release(selling: Shop) -> None:
    wanted = {"release_seconds": 86_400, "pending_seconds": 600, "programmes": ["PREORDER"]}
    order_id = buy(selling, "MUG", **wanted)
    assert status(selling, order_id) == "PENDING_AVAILABILITY"
    selling.clock.advance(seconds=86_400)
    assert status(selling, order_id) == "PENDING"
    selling.clock.advance(seconds=600)
    assert status(selling, order_id) == "UNSHIPPED"


def test_an_order_from_elsewhere_that_cannot_be_filled_is_given_up(selling: Shop) -> None:
    lines = [{"sku": "BOX", "quantity": 11}]
    order_id = buy(selling, lines=lines, by="amazon", elsewhere=True, ship_seconds=60)
    selling.clock.advance(seconds=60)
    assert status(selling, order_id) == "UNFULFILLABLE"
    shown = selling.order(order_id)
    assert shown["salesChannel"] == {"channelName": "NON_AMAZON"}
    assert shown["orderItems"][0]["fulfillment"] == {"quantityFulfilled": 0, "quantityUnfulfilled": 0}


def test_an_order_from_elsewhere_that_can_be_filled_is_shipped(selling: Shop) -> None:
    order_id = buy(selling, "BOX", by="amazon", elsewhere=True, ship_seconds=60)
    selling.clock.advance(seconds=60)
    assert status(selling, order_id) == "SHIPPED"


def test_an_order_that_nobody_ships_is_cancelled_by_amazon_after_seven_days(selling: Shop) -> None:
    order_id = buy(selling, "MUG")
    selling.clock.advance(seconds=(2 + 7) * 86_400 - 1)
    assert status(selling, order_id) == "UNSHIPPED"
    selling.clock.advance(seconds=1)
    assert row(selling, order_id)["cancelled_by"] == "AMAZON"


def offered(shop: Shop, sku: str) -> int:
    return shop.inspect(f"listings/{sku}")["availability"][0]["quantity"]


def test_amazon_counts_the_offer_down_when_it_sells_and_up_when_it_is_cancelled(selling: Shop) -> None:
    order_id = buy(selling, lines=[{"sku": "MUG", "quantity": 4}])
    assert offered(selling, "MUG") == 6
    assert selling.refused(
        "POST", "orders", {"lines": [{"sku": "MUG", "quantity": 7}], "fulfilled_by": "merchant"}
    ) == (409, "not_now")
    selling.control("POST", f"orders/{order_id}/cancel", {"by": "BUYER", "reason": "Too slow"})
    assert offered(selling, "MUG") == 10


@pytest.mark.parametrize("by", ["BUYER", "MERCHANT", "AMAZON"])
def test_an_order_is_cancelled_before_it_ships_and_says_by_whom(selling: Shop, by: str) -> None:
    order_id = buy(selling, "MUG")
    selling.control("POST", f"orders/{order_id}/cancel", {"by": by, "reason": "Because"})
    execution = selling.order(order_id)["orderItems"][0]["cancellation"]["cancellationExecution"]
    assert execution == {"cancelledBy": by, "cancelReason": "Because"}
    assert selling.refused("POST", f"orders/{order_id}/cancel", {"by": by}) == (409, "not_now")


def test_a_buyer_asks_and_the_seller_decides(selling: Shop) -> None:
    order_id = buy(selling, "MUG", "CUP")
    first = items(selling, order_id)[0]
    wish = {"item": first, "reason": "Found it cheaper"}
    selling.control("POST", f"orders/{order_id}/ask-to-cancel", wish)
    shown = selling.order(order_id)["orderItems"]
    request = {"requester": "BUYER", "cancelReason": "Found it cheaper"}
    assert shown[0]["cancellation"] == {"cancellationRequest": request}
    assert "cancellation" not in shown[1]
    assert status(selling, order_id) == "UNSHIPPED"


def test_what_amazon_ships_is_not_asked_back(selling: Shop) -> None:
    order_id = buy(selling, "BOX", by="amazon")
    assert selling.refused("POST", f"orders/{order_id}/ask-to-cancel", {}) == (409, "not_now")


def test_a_search_sees_an_order_again_when_its_buyer_asked(selling: Shop) -> None:
    order_id = buy(selling, "MUG")
    selling.clock.advance(seconds=600)
    since = selling.inspect("clock")["now"]
    selling.control("POST", f"orders/{order_id}/ask-to-cancel", {})
    found = selling.call("GET", ORDERS, query_string={"lastUpdatedAfter": since}).json["orders"]
    assert [each["orderId"] for each in found] == [order_id]


def test_a_person_hurries_amazon(selling: Shop) -> None:
    order_id = buy(selling, "BOX", by="amazon")
    assert selling.control("POST", f"orders/{order_id}/hurry")["status"] == "SHIPPED"
    assert selling.refused("POST", f"orders/{order_id}/hurry") == (409, "not_now")


def test_programmes_company_and_the_speed_bought_are_told(selling: Shop) -> None:
    order_id = buy(
        selling,
        "MUG",
        programmes=["PRIME", "AMAZON_BUSINESS"],
        service_level="NEXT_DAY",
        company="Lighthouse Catering",
        purchase_order="PO-77",
        seller_order_id="S-1",
    )
    shown = selling.order(order_id)
    assert shown["programs"] == ["AMAZON_BUSINESS", "PRIME"]
    assert shown["fulfillment"]["fulfillmentServiceLevel"] == "NEXT_DAY"
    assert shown["fulfillment"]["shipByWindow"]["latestDateTime"] == "2026-09-15T09:00:00.000Z"
    assert shown["buyer"]["buyerCompanyName"] == "Lighthouse Catering"
    assert shown["buyer"]["buyerPurchaseOrderNumber"] == "PO-77"
    assert shown["orderAliases"] == [{"aliasId": "S-1", "aliasType": "SELLER_ORDER_ID"}]
    assert shown["tax"]["taxRegistrations"][0]["legalName"] == "Lighthouse Catering"
    assert shown["payment"]["paymentExecutions"][0]["paymentMethod"] == "Invoice"


@pytest.mark.parametrize(("kind", "price"), [("REPLACEMENT", "0.00"), ("EXCHANGE", "12.00")])
def test_a_replacement_is_free_and_names_the_first_order(selling: Shop, kind: str, price: str) -> None:
    first = buy(selling, "MUG")
    again = selling.order(buy(selling, "MUG", kind=kind, replaces=first))
    named = {"orderId": first, "associationType": f"{kind}_ORIGINAL_ID"}
    assert again["associatedOrders"] == [named]
    assert again["proceeds"]["grandTotal"]["amount"] == price


BAD = {
    "an unknown programme": {"programmes": ["GOLD"]},
    "an unknown speed": {"service_level": "OVERNIGHT"},
    "a replacement of nothing": {"kind": "REPLACEMENT"},
    "an order as new that replaces one": {"replaces": "203-0000000-0000000"},
    "a location": {"location": "LBAY"},
    "a negative discount": {"lines": [{"sku": "MUG", "quantity": 1, "discount": "-1"}]},
    "a discount above the price": {"lines": [{"sku": "MUG", "quantity": 1, "discount": "12.01"}]},
    "no line": {"lines": []},
    "no unit": {"lines": [{"sku": "MUG", "quantity": 0}]},
}


@pytest.mark.parametrize("more", BAD.values(), ids=BAD.keys())
def test_an_order_that_is_not_right_is_refused_and_changes_nothing(selling: Shop, more: dict) -> None:
    wanted = {"lines": [{"sku": "MUG", "quantity": 1}], "fulfilled_by": "merchant", **more}
    assert selling.refused("POST", "orders", wanted) == (400, "invalid")
    assert selling.inspect("orders") == []
    assert offered(selling, "MUG") == 10


def test_the_replaced_order_must_be_one_of_the_sellers(selling: Shop) -> None:
    wanted = {"lines": [{"sku": "MUG", "quantity": 1}], "fulfilled_by": "merchant"}
    wanted |= {"kind": "EXCHANGE", "replaces": "203-0000000-0000000"}
    assert selling.refused("POST", "orders", wanted) == (404, "unknown")


def test_money_of_an_order_adds_up(selling: Shop) -> None:
    line = {"sku": "MUG", "quantity": 2, "shipping": "3.99", "discount": "2.00", "promotion": "SPRING"}
    line["shipping_discount"] = "1.00"
    shown = selling.order(buy(selling, lines=[line], gift=True), "PROCEEDS,PROMOTION")
    assert shown["proceeds"]["grandTotal"] == {"amount": "28.59", "currencyCode": "GBP"}
    parts = {each["type"]: each for each in shown["orderItems"][0]["proceeds"]["breakdowns"]}
    amounts = {kind: part["subtotal"]["amount"] for kind, part in parts.items()}
    assert amounts == {"ITEM": "24.00", "SHIPPING": "3.99", "GIFT_WRAP": "3.60", "DISCOUNT": "3.00"}
    finer = [(each["subtype"], each["value"]["amount"]) for each in parts["DISCOUNT"]["detailedBreakdowns"]]
    assert finer == [("ITEM", "2.00"), ("SHIPPING", "1.00")]
    assert shown["orderItems"][0]["promotion"] == {"breakdowns": [{"promotionId": "SPRING"}]}


def test_a_state_with_ordinary_orders_is_kept_and_goes_on(tmp_path) -> None:
    path = tmp_path / "world.state"
    shop = Shop(state=path).signed_in()
    listed(shop, "MUG")
    first = buy(shop, "MUG", pending_seconds=600)
    shop.store.close()
    again = Shop(state=path).signed_in()
    assert status(again, first) == "PENDING"
    again.clock.advance(seconds=600)
    assert status(again, first) == "UNSHIPPED"
    again.store.close()
