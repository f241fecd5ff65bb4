"""Orders with their items, as Amazon sends them: every amount found, poison named, roughness endured."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from loadbay.amazon.translate import whole_orders
from loadbay.orders import rules
from loadbay.orders.ports import ChargeKind, Requirement, Spoiled, WholeOrder
from tests.amazon.samples import an_order

NUMBER = "203-1234567-7654321"


def money(amount: str, currency: str = "GBP") -> dict[str, str]:
    return {"amount": amount, "currencyCode": currency}


def part(kind: str, amount: str, **finer: str) -> dict[str, Any]:
    shown: dict[str, Any] = {"type": kind, "subtotal": money(amount)}
    details = [{"subtype": name, "value": money(value)} for name, value in finer.items()]
    return shown | ({"detailedBreakdowns": details} if details else {})


def an_item(number: str = "1", **changes: Any) -> dict[str, Any]:
    return {
        "orderItemId": number,
        "quantityOrdered": 2,
        "product": {"sellerSku": "RUG"},
        "proceeds": {"breakdowns": [part("ITEM", "20.00")]},
        "fulfillment": {"quantityFulfilled": 0},
        **changes,
    }


def merchants(*items: Any, **changes: Any) -> dict[str, Any]:
    fulfillment = {
        "fulfillmentStatus": "UNSHIPPED",
        "fulfilledBy": "MERCHANT",
        "fulfillmentServiceLevel": "EXPEDITED",
        "shipByWindow": {"latestDateTime": "2026-03-03T22:59:59.000Z"},
    }
    return an_order(
        **{
            "orderItems": list(items) or [an_item()],
            "fulfillment": fulfillment,
            "proceeds": {"grandTotal": money("20.00")},
            **changes,
        }
    )


def read(order: dict[str, Any]) -> WholeOrder | Spoiled:
    import json  # noqa: PLC0415

    return whole_orders.reread(json.dumps(order).encode())


def good(order: dict[str, Any]) -> WholeOrder:
    found = read(order)
    assert isinstance(found, WholeOrder), found
    return found


def spoiled(order: dict[str, Any]) -> str:
    found = read(order)
    assert isinstance(found, Spoiled)
    assert found.identity == NUMBER
    return found.reason


def test_an_order_is_the_shipment_it_is_staged_as():
    order = good(merchants(programs=["AMAZON_BUSINESS", "PRIME"]))
    seen = order.shipment
    assert (seen.shipment_id, seen.order_id, seen.location_id) == (NUMBER, NUMBER, "")
    assert (seen.status, seen.ship_method, seen.units) == ("UNSHIPPED", "EXPEDITED", 2)
    assert (seen.currency, seen.programs, seen.kind) == ("GBP", ("AMAZON_BUSINESS", "PRIME"), "NEW")
    assert (order.buyer.buyer_name, rules.is_order(seen)) == ("Wilhelmina Hartwell", True)


def test_what_amazon_ships_is_at_amazon():
    fulfillment = {"fulfillmentStatus": "SHIPPED", "fulfilledBy": "AMAZON"}
    assert good(merchants(fulfillment=fulfillment)).shipment.location_id == "AMAZON"


def test_delivery_gift_wrap_discounts_and_tax_are_found_and_add_up():
    breakdowns = [
        part("ITEM", "20.00"),
        part("SHIPPING", "5.00"),
        part("GIFT_WRAP", "3.60"),
        part("DISCOUNT", "3.00", ITEM="2.00", SHIPPING="1.00"),
        part("TAX", "2.56", ITEM="2.00", SHIPPING="0.50", GIFT_WRAP="0.36", DISCOUNT="0.30"),
    ]
    item = an_item(proceeds={"breakdowns": breakdowns})
    tip = {"type": "DELIVERY_TIP", "subtotal": money("1.00")}
    seen = good(merchants(item, proceeds={"grandTotal": money("29.16"), "breakdowns": [tip]})).shipment
    (line,) = seen.lines
    found = {c.kind: (c.net.amount, c.tax.amount, c.discount.amount) for c in line.charges}
    assert found == {
        ChargeKind.PRODUCT: (Decimal("18.00"), Decimal("1.70"), Decimal("2.00")),
        ChargeKind.SHIPPING: (Decimal("4.00"), Decimal("0.50"), Decimal("1.00")),
        ChargeKind.GIFT_WRAP: (Decimal("3.60"), Decimal("0.36"), Decimal("0")),
    }
    totals = rules.totals(seen)
    assert (totals.net, totals.tax, totals.is_balanced) == (Decimal("26.60"), Decimal("2.56"), True)


def test_a_total_that_its_items_do_not_reach_is_not_balanced():
    totals = rules.totals(good(merchants(proceeds={"grandTotal": money("21.00")})).shipment)
    assert (totals.is_balanced, totals.off_by) == (False, Decimal("1.00"))


def test_a_pending_order_has_no_amounts_and_is_no_fault():
    fulfillment = {"fulfillmentStatus": "PENDING", "fulfilledBy": "MERCHANT"}
    seen = good(merchants(an_item(proceeds=None), fulfillment=fulfillment, proceeds=None)).shipment
    assert (seen.currency, seen.total, seen.units) == ("", None, 2)


@pytest.mark.parametrize(
    ("association", "kind"),
    [("REPLACEMENT_ORIGINAL_ID", "REPLACEMENT"), ("EXCHANGE_ORIGINAL_ID", "EXCHANGE"), ("NEW_KIND", "NEW")],
)
def test_a_replacement_and_an_exchange_name_their_original(association: str, kind: str):
    order = merchants(associatedOrders=[{"orderId": "203-0000000-0000001", "associationType": association}])
    seen = good(order).shipment
    assert (seen.kind, bool(seen.replaces)) == (kind, kind != "NEW")


def test_a_wish_to_cancel_serial_numbers_and_units_that_left_are_read():
    item = an_item(
        cancellation={"cancellationRequest": {"requester": "BUYER", "cancelReason": "Too late"}},
        fulfillment={
            "quantityFulfilled": "1",
            "packing": {
                "serialNumberRequirement": {"requirementType": "REQUIRED"},
                "giftOption": {"giftMessage": "With love", "giftWrapLevel": "STANDARD"},
            },
        },
    )
    (line,) = good(merchants(item)).shipment.lines
    assert (line.cancel_asked, line.shipped_units, line.serials) == ("Too late", 1, Requirement.REQUIRED)
    assert (line.gift_wrap, line.has_gift_message) == (True, True)


def test_an_item_of_which_nothing_is_left_is_no_line():
    seen = good(merchants(an_item("1"), an_item("2", quantityOrdered=0))).shipment
    assert [line.line_id for line in seen.lines] == ["1"]


def test_numbers_as_text_unknown_words_and_a_new_status_are_endured():
    item = an_item(orderItemId=17, quantityOrdered="2", surprise={"x": 1})
    fulfillment = {"fulfillmentStatus": "AWAITING_GODOT", "fulfilledBy": "MERCHANT"}
    seen = good(merchants(item, fulfillment=fulfillment, another=[1])).shipment
    assert (seen.status, seen.lines[0].line_id) == ("AWAITING_GODOT", "17")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"orderItems": []}, "an order without items"),
        ({"orderItems": [an_item("1"), an_item("1")]}, "two items with one id"),
        ({"orderItems": [an_item(quantityOrdered=-1)]}, "quantityOrdered -1 is not a count"),
        ({"orderItems": [an_item(product={})]}, "sellerSku is empty or no name"),
        ({"fulfillment": None}, "an order without its fulfillment"),
        ({"fulfillment": {"fulfillmentStatus": "UNSHIPPED", "fulfilledBy": "A_FRIEND"}}, "'A_FRIEND'"),
        ({"salesChannel": {"channelName": "AMAZON"}}, "marketplaceId is empty"),
        ({"proceeds": {"grandTotal": money("20.00", "EUR")}}, "several currencies: EUR, GBP"),
        ({"proceeds": {"grandTotal": money("20.00", "Euro")}}, "is not a currency"),
        ({"orderItems": [an_item(proceeds=None)], "proceeds": None}, "UNSHIPPED without any amount"),
        ({"orderItems": [an_item(proceeds={"breakdowns": [part("ITEM", "NaN")]})]}, "is not an amount"),
    ],
)
def test_what_cannot_be_used_is_spoiled_and_says_why(changes: dict[str, Any], reason: str):
    assert reason in spoiled(merchants(**changes))


def test_the_asin_is_read_and_whether_amazon_collects_the_tax_and_pays_it_itself():
    collected = {"taxCollections": [{"model": "MARKETPLACE_FACILITATOR", "responsibleParty": "Amazon"}]}
    other = {"taxCollections": [{"model": "SOMETHING_NEW"}, {}]}
    ours = an_item("2", tax=other)
    theirs = an_item("1", product={"sellerSku": "RUG", "asin": "B0EXAMPLE1"}, tax=collected)
    first, second, third = good(merchants(theirs, ours, an_item("3", tax=None))).shipment.lines
    assert (first.asin, first.is_tax_collected) == ("B0EXAMPLE1", True)
    assert (second.asin, second.is_tax_collected, third.is_tax_collected) == ("", False, False)
