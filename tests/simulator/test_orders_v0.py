"""Orders API v0: the same orders in the older shape, with filters, pages and withheld personal data."""

from typing import Any

import pytest

from tests.simulator.orders import V0, buy, confirm, items, listed
from tests.simulator.shop import GB, Shop


@pytest.fixture
def selling(shop: Shop) -> Shop:
    listed(shop, "MUG", "CUP", quantity=200)
    listed(shop, "BOX", fba=True)
    shop.linked("RUG")
    return shop


def read(shop: Shop, path: str) -> Any:
    answer = shop.call("GET", f"{V0}/{path}")
    assert answer.status_code == 200, answer.text
    return answer.json["payload"]


def found(shop: Shop, **query: Any) -> list[str]:
    asked = {"MarketplaceIds": GB, "CreatedAfter": "2026-09-01T00:00:00Z", **query}
    answer = shop.call("GET", V0, query_string={name: value for name, value in asked.items() if value})
    assert answer.status_code == 200, answer.text
    return [each["AmazonOrderId"] for each in answer.json["payload"]["Orders"]]


def test_a_pending_order_has_no_address_and_no_prices(selling: Shop) -> None:
    order_id = buy(selling, "MUG", pending_seconds=600)
    order = read(selling, order_id)
    assert order["OrderStatus"] == "Pending"
    assert not order.keys() & {"OrderTotal", "ShippingAddress", "BuyerInfo"}
    item = read(selling, f"{order_id}/orderItems")["OrderItems"][0]
    assert not item.keys() & {"ItemPrice", "ItemTax", "IsGift", "BuyerInfo"}
    assert read(selling, f"{order_id}/address") == {"AmazonOrderId": order_id}


def test_an_unshipped_order_is_told_whole(selling: Shop) -> None:
    line = {"sku": "MUG", "quantity": 2, "shipping": "3.60", "discount": "2.40", "promotion": "SPRING"}
    order_id = buy(selling, lines=[line], gift=True, programmes=["PRIME"], service_level="NEXT_DAY")
    order = read(selling, order_id)
    assert order["OrderTotal"] == {"CurrencyCode": "GBP", "Amount": "28.80"}
    assert (order["OrderStatus"], order["FulfillmentChannel"]) == ("Unshipped", "MFN")
    assert (order["NumberOfItemsShipped"], order["NumberOfItemsUnshipped"]) == (0, 2)
    assert (order["IsPrime"], order["IsBusinessOrder"]) == (True, False)
    assert (order["ShipmentServiceLevelCategory"], order["ShipServiceLevel"]) == ("NextDay", "UK Next")
    assert (order["PurchaseDate"], order["LatestShipDate"]) == (
        "2026-09-14T09:00:00Z",
        "2026-09-15T09:00:00Z",
    )
    assert order["SalesChannel"] == "Amazon.co.uk"
    item = read(selling, f"{order_id}/orderItems")["OrderItems"][0]
    amounts = {name: item[name]["Amount"] for name in item if "Price" in name or "Tax" in name}
    assert amounts == {
        "ItemPrice": "24.00",
        "ItemTax": "4.00",
        "ShippingPrice": "3.60",
        "ShippingTax": "0.60",
        "ShippingDiscountTax": "0.00",
        "PromotionDiscountTax": "0.40",
    }
    assert item["PromotionDiscount"]["Amount"] == "2.40"
    assert item["PromotionIds"] == ["SPRING"]
    assert item["IsGift"] == "true"
    gift = {"GiftWrapPrice": "3.60", "GiftWrapTax": "0.60"}
    assert {name: item["BuyerInfo"][name]["Amount"] for name in gift} == gift


def test_a_wish_to_cancel_stands_at_its_item(selling: Shop) -> None:
    order_id = buy(selling, "MUG", "CUP")
    wish = {"item": items(selling, order_id)[1], "reason": "Wrong colour"}
    selling.control("POST", f"orders/{order_id}/ask-to-cancel", wish)
    first, second = read(selling, f"{order_id}/orderItems")["OrderItems"]
    assert first["BuyerRequestedCancel"] == {"IsBuyerRequestedCancel": "false"}
    wanted = {"IsBuyerRequestedCancel": "true", "BuyerCancelReason": "Wrong colour"}
    assert second["BuyerRequestedCancel"] == wanted


def test_a_shipped_order_waits_for_its_invoice_in_v0_only(selling: Shop) -> None:
    order_id = buy(selling, "MUG", invoice=True)
    assert confirm(selling, order_id).status_code == 204
    assert read(selling, order_id)["OrderStatus"] == "InvoiceUnconfirmed"
    assert selling.order(order_id)["fulfillment"]["fulfillmentStatus"] == "SHIPPED"
    assert found(selling, OrderStatuses="InvoiceUnconfirmed") == [order_id]
    assert found(selling, OrderStatuses="Shipped") == []
    selling.control("POST", f"orders/{order_id}/invoice")
    assert read(selling, order_id)["OrderStatus"] == "Shipped"


def test_an_order_of_amazons_is_afn_and_hides_its_buyer(selling: Shop) -> None:
    order_id = buy(selling, "BOX", by="amazon", ship_seconds=0)
    order = read(selling, order_id)
    assert (order["OrderStatus"], order["FulfillmentChannel"]) == ("Shipped", "AFN")
    assert not order.keys() & {"BuyerInfo", "LatestShipDate"}
    assert read(selling, f"{order_id}/buyerInfo") == {"AmazonOrderId": order_id}


def test_a_preorder_a_cancelled_and_an_unfulfillable_order_have_their_statuses(selling: Shop) -> None:
    preorder = buy(selling, "MUG", release_seconds=600)
    cancelled = buy(selling, "MUG")
    selling.control("POST", f"orders/{cancelled}/cancel", {})
    given_up = buy(
        selling, lines=[{"sku": "BOX", "quantity": 11}], by="amazon", elsewhere=True, ship_seconds=0
    )
    statuses = [read(selling, each)["OrderStatus"] for each in (preorder, cancelled, given_up)]
    assert statuses == ["PendingAvailability", "Canceled", "Unfulfillable"]
    assert read(selling, given_up)["SalesChannel"] == "Non-Amazon"


def test_a_replacement_names_the_order_it_replaces(selling: Shop) -> None:
    first = buy(selling, "MUG")
    order = read(selling, buy(selling, "MUG", kind="REPLACEMENT", replaces=first))
    assert (order["IsReplacementOrder"], order["ReplacedOrderId"]) == (True, first)


def test_the_items_of_a_long_order_come_in_pages(selling: Shop) -> None:
    order_id = buy(selling, lines=[{"sku": "MUG", "quantity": 1}] * 51)
    path = f"{order_id}/orderItems"
    page = read(selling, path)
    assert len(page["OrderItems"]) == 50
    rest = read(selling, f"{path}?NextToken={page['NextToken']}")
    assert len(rest["OrderItems"]) == 1
    assert "NextToken" not in rest
    other = buy(selling, "MUG")
    wrong = selling.call("GET", f"{V0}/{other}/orderItems?NextToken={page['NextToken']}")
    assert wrong.status_code == 400


def test_a_list_is_chosen_by_status_channel_and_number(selling: Shop) -> None:
    mine, amazons = buy(selling, "MUG"), buy(selling, "BOX", by="amazon")
    onsite = selling.shipment(selling.sold("RUG"))["order_id"]
    assert found(selling) == [mine, amazons, onsite]
    assert found(selling, OrderStatuses="Unshipped") == [mine]
    assert found(selling, OrderStatuses="Pending,Shipped") == [amazons, onsite]
    assert found(selling, FulfillmentChannels="AFN") == [amazons, onsite]
    named = ",".join((onsite, mine, "203-0000000-0000000"))
    assert found(selling, CreatedAfter="", AmazonOrderIds=named) == [mine, onsite]
    assert found(selling, EasyShipShipmentStatuses="PendingPickUp") == []
    assert found(selling, PaymentMethods="COD") == []
    assert found(selling, IsISPU="true") == []
    assert found(selling, SellerOrderId=mine) == [mine]
    assert found(selling, LatestDeliveryDateBefore="2026-09-15T00:00:00Z") == []
    email = read(selling, f"{mine}/buyerInfo")["BuyerEmail"]
    assert found(selling, BuyerEmail=email) == [mine]


def test_a_list_by_last_update_sees_what_changed(selling: Shop) -> None:
    old = buy(selling, "MUG")
    buy(selling, "CUP")
    selling.clock.advance(seconds=600)
    since = selling.inspect("clock")["now"]
    confirm(selling, old)
    assert found(selling, CreatedAfter="", LastUpdatedAfter=since) == [old]


def test_a_next_token_carries_the_question_and_lives_a_day(selling: Shop) -> None:
    bought = [buy(selling, "MUG") for _ in range(5)]
    asked = {"MarketplaceIds": GB, "CreatedAfter": "2026-09-01T00:00:00Z", "MaxResultsPerPage": 2}
    first = selling.call("GET", V0, query_string=asked).json["payload"]
    again = {"MarketplaceIds": GB, "NextToken": first["NextToken"], "MaxResultsPerPage": 2}
    second = selling.call("GET", V0, query_string=again).json["payload"]
    seen = [each["AmazonOrderId"] for page in (first, second) for each in page["Orders"]]
    assert seen == bought[:4]
    assert first["CreatedBefore"] == "2026-09-14T09:00:00.000Z"
    selling.clock.advance(seconds=86_400)
    selling.signed_in()
    assert selling.call("GET", V0, query_string=again).status_code == 400


BAD = {
    "no marketplace": {"MarketplaceIds": ""},
    "no date": {"CreatedAfter": ""},
    "two dates": {"LastUpdatedAfter": "2026-09-01T00:00:00Z"},
    "mixed bounds": {"LastUpdatedBefore": "2026-09-02T00:00:00Z"},
    "backwards": {"CreatedBefore": "2026-08-01T00:00:00Z"},
    "too fresh": {"CreatedBefore": "2026-09-14T08:59:00Z"},
    "an unknown status": {"OrderStatuses": "UNSHIPPED"},
    "too many results": {"MaxResultsPerPage": 101},
    "a status with the seller's number": {"SellerOrderId": "1", "OrderStatuses": "Shipped"},
    "a wrong token": {"NextToken": "xx"},
}


@pytest.mark.parametrize("change", BAD.values(), ids=BAD.keys())
def test_a_question_that_is_not_right_is_refused(shop: Shop, change: dict[str, Any]) -> None:
    asked = {"MarketplaceIds": GB, "CreatedAfter": "2026-09-01T00:00:00Z", **change}
    asked = {name: value for name, value in asked.items() if value}
    answer = shop.call("GET", V0, query_string=asked)
    assert (answer.status_code, answer.json["errors"][0]["code"]) == (400, "InvalidInput")


def test_an_order_of_nobody_is_not_found_and_a_wrong_number_is_refused(shop: Shop) -> None:
    assert shop.call("GET", f"{V0}/203-0000000-0000000").status_code == 404
    assert shop.call("GET", f"{V0}/17").status_code == 400


# store pick-up and regulated orders


def told(shop: Shop, order_id: str, status: str, **more: Any) -> int:
    body = {"marketplaceId": GB, "shipmentStatus": status, **more}
    return shop.call("POST", f"{V0}/{order_id}/shipment", json=body).status_code


def test_an_order_is_picked_up_in_the_store(selling: Shop) -> None:
    order_id = buy(selling, "MUG", programmes=["IN_STORE_PICK_UP"])
    assert told(selling, order_id, "PickedUp") == 400
    assert told(selling, order_id, "ReadyForPickup") == 204
    assert told(selling, order_id, "ReadyForPickup") == 400
    assert read(selling, order_id)["OrderStatus"] == "Unshipped"
    wrong = [{"orderItemId": "1", "quantity": 1}]
    assert told(selling, order_id, "PickedUp", orderItems=wrong) == 400
    assert told(selling, order_id, "PickedUp") == 204
    assert read(selling, order_id)["OrderStatus"] == "Shipped"


def test_a_parcel_order_is_not_picked_up(selling: Shop) -> None:
    assert told(selling, buy(selling, "MUG"), "ReadyForPickup") == 400


def verdict(shop: Shop, order_id: str, **said: Any) -> int:
    body = {"regulatedOrderVerificationStatus": said}
    return shop.call("PATCH", f"{V0}/{order_id}/regulatedInfo", json=body).status_code


def test_a_regulated_order_ships_after_its_approval(selling: Shop) -> None:
    order_id = buy(selling, "MUG", regulated=True)
    assert read(selling, order_id)["HasRegulatedItems"] is True
    state = read(selling, f"{order_id}/regulatedInfo")["RegulatedOrderVerificationStatus"]
    assert (state["Status"], state["RequiresMerchantAction"]) == ("Pending", True)
    assert confirm(selling, order_id).status_code == 400
    assert verdict(selling, order_id, status="Approved") == 400
    assert verdict(selling, order_id, status="Cancelled", externalReviewerId="vet") == 400
    assert verdict(selling, order_id, status="Rejected", externalReviewerId="vet") == 400
    assert verdict(selling, order_id, status="Approved", externalReviewerId="vet") == 204
    assert verdict(selling, order_id, status="Approved", externalReviewerId="vet") == 400
    state = read(selling, f"{order_id}/regulatedInfo")["RegulatedOrderVerificationStatus"]
    assert (state["Status"], state["ExternalReviewerId"]) == ("Approved", "vet")
    assert confirm(selling, order_id).status_code == 204


def test_a_rejected_prescription_names_its_reason(selling: Shop) -> None:
    order_id = buy(selling, "MUG", regulated=True)
    said = {"status": "Rejected", "externalReviewerId": "vet", "rejectionReasonId": "wrong_weight"}
    assert verdict(selling, order_id, **said) == 204
    state = read(selling, f"{order_id}/regulatedInfo")["RegulatedOrderVerificationStatus"]
    assert state["RejectionReason"]["RejectionReasonId"] == "wrong_weight"


def test_an_order_without_regulated_items_has_no_verdict(selling: Shop) -> None:
    order_id = buy(selling, "MUG")
    assert selling.call("GET", f"{V0}/{order_id}/regulatedInfo").status_code == 404
    assert verdict(selling, order_id, status="Approved", externalReviewerId="vet") == 400
