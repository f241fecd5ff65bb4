"""Orders API v0, reading one order: whole, its buyer, its address, its items, what is regulated about it.

The list of orders is in `orders_v0_search`, what a seller tells in `order_writes`.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from amazon_simulator.http import order_v0_items, order_v0_shape, paging
from amazon_simulator.http.answers import Answer, ApiError, bad_request, ok
from amazon_simulator.http.call import Call
from amazon_simulator.http.order_v0_shape import Rights
from amazon_simulator.http.order_view import View
from amazon_simulator.world.confirming import REJECTIONS
from amazon_simulator.world.memory import Memory
from amazon_simulator.world.order_parts import Review
from amazon_simulator.world.state import Order

ITEMS_A_PAGE = 50
_ORDER_ID = re.compile(r"[A-Z0-9]{3}-\d{7}-\d{7}")


def own(call: Call, memory: Memory) -> Order:
    """The order of the path; one of another seller is as good as unknown."""
    order_id = call.path["order_id"]
    if not _ORDER_ID.fullmatch(order_id):
        raise bad_request(f"The order id '{order_id}' is not in the 3-7-7 format.")
    order = memory.state.orders.get(order_id)
    if order is None or order.seller_id != call.caller.seller_id:
        raise ApiError(404, "NotFound", f"The order '{order_id}' is not known.")
    return order


@contextmanager
def _looking(call: Call) -> Iterator[tuple[View, Rights]]:
    with call.desk.world.look() as memory:
        order = own(call, memory)
        view = View(memory.state, order, roles=call.caller.roles, now=call.desk.world.now())
        yield view, Rights(call.caller.elements)


def get(call: Call) -> Answer:
    with _looking(call) as (view, rights):
        return ok({"payload": order_v0_shape.order(view, rights)})


def buyer_info(call: Call) -> Answer:
    with _looking(call) as (view, rights):
        shown = {"AmazonOrderId": view.order.id, **order_v0_shape.buyer(view, rights)}
        return ok({"payload": shown})


def address(call: Call) -> Answer:
    with _looking(call) as (view, rights):
        shown: dict[str, Any] = {"AmazonOrderId": view.order.id}
        found = order_v0_shape.address(view, rights)
        if found:
            shown["ShippingAddress"] = found
        if view.terms.company and rights.has("shippingAddress") and view.may_address:
            shown["BuyerCompanyName"] = view.terms.company
        return ok({"payload": shown})


def items(call: Call) -> Answer:
    with _looking(call) as (view, rights):
        page, token = _page(call, view)
        return ok(_list(view, [order_v0_items.item(view, each, rights) for each in page], token))


def items_buyer_info(call: Call) -> Answer:
    with _looking(call) as (view, rights):
        page, token = _page(call, view)
        rows = [
            {"OrderItemId": each.line.item_id, **order_v0_items.buyer(view, each, rights)} for each in page
        ]
        return ok(_list(view, rows, token))


def _page(call: Call, view: View) -> tuple[list[Any], str]:
    now = call.desk.world.now()
    place = paging.read(call.text("NextToken"), arguments=[view.order.id], now=now)
    page = view.items[place.beyond : place.beyond + ITEMS_A_PAGE]
    after = place.beyond + ITEMS_A_PAGE
    if after >= len(view.items):
        return page, ""
    return page, paging.write(paging.Place(after, place.arguments), now=now)


def _list(view: View, rows: list[dict[str, Any]], token: str) -> dict[str, Any]:
    shown = {"AmazonOrderId": view.order.id, "OrderItems": rows}
    return {"payload": shown | ({"NextToken": token} if token else {})}


def regulated_info(call: Call) -> Answer:
    """What the buyer told about the animal is personal: without a restricted token no field is shown."""
    with _looking(call) as (view, rights):
        part = view.order.ordinary
        if part is None or part.review is None:
            raise ApiError(404, "NotFound", f"The order '{view.order.id}' has no regulated item.")
        fields = _fields(view) if rights.has("buyerInfo") else []
        shown = {
            "AmazonOrderId": view.order.id,
            "RequiresDosageLabel": False,
            "RegulatedInformation": {"Fields": fields},
            "RegulatedOrderVerificationStatus": _verdict(part.review),
        }
        return ok({"payload": shown})


def _fields(view: View) -> list[dict[str, str]]:
    told = (("pet_name", "Name", f"Biscuit of {view.buyer().name}"), ("pet_species", "Species", "Dog"))
    return [
        {"FieldId": key, "FieldLabel": label, "FieldType": "Text", "FieldValue": value}
        for key, label, value in told
    ]


def _verdict(review: Review) -> dict[str, Any]:
    reasons = {
        key: {"RejectionReasonId": key, "RejectionReasonDescription": words}
        for key, words in REJECTIONS.items()
    }
    shown: dict[str, Any] = {
        "Status": review.status,
        "RequiresMerchantAction": review.status == "Pending",
        "ValidRejectionReasons": list(reasons.values()),
        "ValidVerificationDetails": [
            {"VerificationDetailType": "prescriptionDetail", "ValidVerificationStatuses": ["Approved"]}
        ],
    }
    if review.rejection:
        shown["RejectionReason"] = reasons[review.rejection]
    if review.reviewed:
        shown["ReviewDate"] = order_v0_shape.date(review.reviewed)
    if review.reviewer:
        shown["ExternalReviewerId"] = review.reviewer
    return shown
