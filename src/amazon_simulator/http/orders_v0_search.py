"""Orders API v0, the list: by creation or last update, by the numbers themselves, and its many filters.

A token carries the question it was made for, so that the next call may give it alone.
"""

import base64
from collections.abc import Hashable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

import msgspec
from msgspec import Struct

from amazon_simulator.http import order_v0_shape, paging
from amazon_simulator.http.answers import Answer, bad_request, ok
from amazon_simulator.http.call import Call
from amazon_simulator.http.order_v0_shape import CHANNELS, INVOICE_UNCONFIRMED, STATUSES, Rights
from amazon_simulator.http.order_view import View
from amazon_simulator.http.orders import LEAST_AGE
from amazon_simulator.world.clock import iso
from amazon_simulator.world.memory import Memory

EASY_SHIP_STATUSES = (
    "PendingSchedule",
    "PendingPickUp",
    "PendingDropOff",
    "LabelCanceled",
    "PickedUp",
    "DroppedOff",
    "AtOriginFC",
    "AtDestinationFC",
    "Delivered",
    "RejectedByBuyer",
    "Undeliverable",
    "ReturningToSeller",
    "ReturnedToSeller",
    "Lost",
    "OutForDelivery",
    "Damaged",
)
INVOICE_STATUSES = ("NotRequired", "NotFound", "Processing", "Errored", "Accepted")
_NOT_WITH_SELLER_ORDER = (
    "FulfillmentChannels",
    "OrderStatuses",
    "PaymentMethods",
    "LastUpdatedAfter",
    "LastUpdatedBefore",
    "BuyerEmail",
)


class Question(Struct, frozen=True, kw_only=True):
    """What is asked for, without the page."""

    markets: list[str]
    by_creation: bool
    after: datetime | None
    before: datetime
    statuses: list[str]
    channels: list[str]
    payments: list[str]
    easy_ship: list[str]
    invoices: list[str]
    order_ids: list[str]
    email: str = ""
    seller_order_id: str = ""
    supply_source: str = ""
    store: str = ""
    is_store_pickup: bool | None = None
    earliest_after: datetime | None = None
    earliest_before: datetime | None = None
    latest_after: datetime | None = None
    latest_before: datetime | None = None


class Place(Struct, frozen=True, array_like=True):
    beyond: int
    ends: float
    question: Question


def search(call: Call) -> Answer:
    now = call.desk.world.now()
    results = call.number("MaxResultsPerPage", least=1, most=100, default=100)
    markets = call.values("MarketplaceIds", most=50)
    if not markets:
        raise bad_request("The parameter MarketplaceIds is required.")
    token = call.text("NextToken")
    place = _read(token, now=now) if token else Place(0, 0.0, _asked(call, markets, now=now))
    asked = place.question
    with call.desk.world.look() as memory:
        found = list(islice(_walk(call, memory, asked, beyond=place.beyond), results + 1))
        rights = Rights(call.caller.elements)
        shown = [order_v0_shape.order(view, rights) for _, view in found[:results]]
    payload: dict[str, Any] = {"Orders": shown}
    payload["CreatedBefore" if asked.by_creation else "LastUpdatedBefore"] = iso(asked.before)
    if len(found) > results:
        payload["NextToken"] = _write(Place(found[results - 1][0], now.timestamp() + paging.DAY, asked))
    return ok({"payload": payload})


def _write(place: Place) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode()


def _read(token: str, *, now: datetime) -> Place:
    try:
        place = msgspec.json.decode(base64.urlsafe_b64decode(token.encode("ascii", "replace")), type=Place)
    except (ValueError, msgspec.DecodeError):
        raise bad_request("The NextToken is not valid.") from None
    if place.ends <= now.timestamp():
        raise bad_request("The NextToken has expired.")
    return place


def _asked(call: Call, markets: list[str], *, now: datetime) -> Question:
    created, updated = call.moment("CreatedAfter"), call.moment("LastUpdatedAfter")
    order_ids = call.values("AmazonOrderIds", most=50)
    by_creation = updated is None
    _check_dates(call, created, updated, is_named=bool(order_ids))
    own = call.moment("CreatedBefore" if by_creation else "LastUpdatedBefore")
    after = created or updated
    if own is not None and ((after is not None and own < after) or own > now - LEAST_AGE):
        raise bad_request("A Before must not lie before its After and must be two minutes old.")
    if call.text("SellerOrderId"):
        for name in _NOT_WITH_SELLER_ORDER:
            if call.text(name):
                raise bad_request(f"{name} cannot be specified with SellerOrderId.")
    return Question(
        markets=markets,
        by_creation=by_creation,
        after=after,
        before=own or now,
        statuses=call.choices("OrderStatuses", (*STATUSES.values(), INVOICE_UNCONFIRMED)),
        channels=call.choices("FulfillmentChannels", tuple(CHANNELS)),
        payments=call.choices("PaymentMethods", ("COD", "CVS", "Other")),
        easy_ship=call.choices("EasyShipShipmentStatuses", EASY_SHIP_STATUSES),
        invoices=call.choices("ElectronicInvoiceStatuses", INVOICE_STATUSES),
        order_ids=order_ids,
        email=call.text("BuyerEmail"),
        seller_order_id=call.text("SellerOrderId"),
        supply_source=call.text("ActualFulfillmentSupplySourceId"),
        store=call.text("StoreChainStoreId"),
        is_store_pickup=call.is_true("IsISPU"),
        earliest_after=call.moment("EarliestDeliveryDateAfter"),
        earliest_before=call.moment("EarliestDeliveryDateBefore"),
        latest_after=call.moment("LatestDeliveryDateAfter"),
        latest_before=call.moment("LatestDeliveryDateBefore"),
    )


def _check_dates(call: Call, created: datetime | None, updated: datetime | None, *, is_named: bool) -> None:
    if created is None and updated is None and not is_named:
        raise bad_request("CreatedAfter or LastUpdatedAfter is required.")
    if created is not None and (updated is not None or call.text("LastUpdatedBefore")):
        raise bad_request("LastUpdatedAfter and LastUpdatedBefore cannot be set with CreatedAfter.")
    if updated is not None and call.text("CreatedBefore"):
        raise bad_request("CreatedBefore cannot be set with LastUpdatedAfter.")


def _walk(call: Call, memory: Memory, asked: Question, *, beyond: int) -> Iterator[tuple[int, View]]:
    for moment, stamp, order_id in _entries(call, memory, asked, beyond=beyond):
        if moment > asked.before:
            return
        order = memory.state.orders[order_id]
        if order.marketplace_id not in asked.markets or order.seller_id != call.caller.seller_id:
            continue
        view = View(memory.state, order, roles=call.caller.roles, now=asked.before)
        if _is_wanted(asked, view):
            yield stamp, view


def _entries(
    call: Call, memory: Memory, asked: Question, *, beyond: int
) -> Iterator[tuple[datetime, int, str]]:
    if asked.order_ids:
        named = sorted(set(asked.order_ids) & memory.state.orders.keys())
        known = [memory.state.orders[each] for each in named]
        entries = sorted((each.created, each.number, each.id) for each in known)
        return (each for each in entries if each[1] > beyond)
    seller = memory.state.sellers[call.caller.seller_id]
    if asked.by_creation:
        return memory.orders_created.walk([seller.id], since=asked.after, beyond=beyond)
    keys: list[Hashable] = [
        (seller.id, market, by, status)
        for market in asked.markets
        for by in CHANNELS.values()
        for status in STATUSES
    ]
    return memory.orders.walk(keys, since=asked.after, beyond=beyond)


def _is_wanted(asked: Question, view: View) -> bool:
    channel = "AFN" if view.is_amazons else "MFN"
    chosen = (
        (asked.statuses, order_v0_shape.status(view)),
        (asked.channels, channel),
        (asked.payments, "Other"),
        (asked.email and [asked.email], "" if view.is_amazons else view.buyer().email),
        (asked.seller_order_id and [asked.seller_order_id], _seller_order_id(view)),
        (asked.supply_source and [asked.supply_source], ""),
        (asked.store and [asked.store], ""),
    )
    if any(wanted and value not in wanted for wanted, value in chosen):
        return False
    is_store_pickup = "IN_STORE_PICK_UP" in view.terms.programmes
    if asked.is_store_pickup is not None and asked.is_store_pickup != is_store_pickup:
        return False
    return _is_easy_ship_wanted(asked, view) and _is_delivered_in_time(asked, view)


def _seller_order_id(view: View) -> str:
    return view.terms.seller_order_id or view.order.id


def _is_easy_ship_wanted(asked: Question, view: View) -> bool:
    if not asked.easy_ship and not asked.invoices:
        return True
    if not view.is_easy_ship:
        return False
    is_status = not asked.easy_ship or order_v0_shape.easy_ship_status(view) in asked.easy_ship
    return is_status and (not asked.invoices or "NotRequired" in asked.invoices)


def _is_delivered_in_time(asked: Question, view: View) -> bool:
    earliest, latest = view.delivery
    bounds = (
        (asked.earliest_after, earliest, 1),
        (asked.earliest_before, earliest, -1),
        (asked.latest_after, latest, 1),
        (asked.latest_before, latest, -1),
    )
    return all(
        bound is None or (moment >= bound if sign > 0 else moment <= bound) for bound, moment, sign in bounds
    )
