"""Point 5, of orders outside External Fulfillment: buyers place, ask, cancel; Amazon authorises and ships."""

from amazon_simulator.world.order_life import OrderStatus
from tests.simulator.orders import buy, confirm, items, listed, row, status
from tests.simulator.shop import Shop


def test_a_buyer_orders_pays_and_is_sent_two_packages(shop: Shop) -> None:
    listed(shop, "MUG", "CUP")
    line = {"sku": "MUG", "quantity": 2, "shipping": "3.99", "gift_message": "Happy birthday"}
    order_id = buy(shop, lines=[line, {"sku": "CUP", "quantity": 1}], gift=True, pending_seconds=1800)
    assert status(shop, order_id) == "PENDING"
    shown = shop.order(order_id)
    assert not shown.keys() & {"buyer", "recipient", "proceeds", "payment"}
    assert confirm(shop, order_id).status_code == 400
    shop.clock.advance(seconds=1800)
    shown = shop.order(order_id)
    assert shown["orderItems"][0]["fulfillment"]["packing"]["giftOption"]["giftMessage"] == "Happy birthday"
    assert shown["proceeds"]["grandTotal"]["amount"] == "47.19"
    mug, cup = items(shop, order_id)
    confirm(shop, order_id, orderItems=[{"orderItemId": mug, "quantity": 2}])
    assert status(shop, order_id) == "PARTIALLY_SHIPPED"
    assert shop.refused("POST", f"orders/{order_id}/cancel", {"by": "BUYER"}) == (409, "not_now")
    confirm(shop, order_id, packageReferenceId="2", orderItems=[{"orderItemId": cup, "quantity": 1}])
    assert status(shop, order_id) == "SHIPPED"


def test_the_phone_of_a_shipped_order_goes_when_its_delivery_is_past(shop: Shop) -> None:
    listed(shop, "MUG")
    order_id = buy(shop, "MUG", service_level="NEXT_DAY")
    confirm(shop, order_id)
    assert shop.order(order_id)["recipient"]["deliveryAddress"]["phone"]
    shop.clock.advance(seconds=2 * 86_400 + 1)
    address = shop.signed_in().order(order_id)["recipient"]["deliveryAddress"]
    assert "phone" not in address
    assert address["addressLine1"]


def test_a_request_is_decided_by_the_seller_either_way(shop: Shop) -> None:
    listed(shop, "MUG")
    kept, gone = buy(shop, "MUG"), buy(shop, "MUG")
    for order_id in (kept, gone):
        shop.control("POST", f"orders/{order_id}/ask-to-cancel", {"reason": "Bought twice"})
    assert confirm(shop, kept).status_code == 204
    shop.control("POST", f"orders/{gone}/cancel", {"by": "MERCHANT", "reason": "BuyerCanceled"})
    assert (status(shop, kept), status(shop, gone)) == ("SHIPPED", "CANCELLED")
    assert row(shop, gone)["cancelled_by"] == "MERCHANT"


def test_every_status_that_an_order_can_have_is_reached(shop: Shop) -> None:
    listed(shop, "MUG", quantity=50)
    listed(shop, "BOX", fba=True)
    cancelled = buy(shop, "MUG")
    shop.control("POST", f"orders/{cancelled}/cancel", {})
    parted = buy(shop, lines=[{"sku": "MUG", "quantity": 2}])
    confirm(shop, parted, orderItems=[{"orderItemId": items(shop, parted)[0], "quantity": 1}])
    far = {"by": "amazon", "elsewhere": True, "ship_seconds": 0}
    reached = [
        buy(shop, "MUG", release_seconds=600),
        buy(shop, "MUG", pending_seconds=600),
        buy(shop, "MUG"),
        parted,
        buy(shop, "BOX", by="amazon", ship_seconds=0),
        cancelled,
        buy(shop, lines=[{"sku": "BOX", "quantity": 50}], **far),
    ]
    assert [status(shop, each) for each in reached] == list(OrderStatus)
