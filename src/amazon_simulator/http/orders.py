"""Orders API 2026-01-01: search by creation or by last update, and one order by its number.

The world's indexes walk in order of change; filters by status and fulfiller choose among them.
"""

from collections.abc import Hashable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from amazon_simulator.http import order_shape, paging, roughness
from amazon_simulator.http.answers import Answer, ApiError, bad_request, ok
from amazon_simulator.http.call import Call
from amazon_simulator.http.order_view import View
from amazon_simulator.world.clock import iso
from amazon_simulator.world.memory import Memory
from amazon_simulator.world.state import Order

STATUSES = (
    "PENDING_AVAILABILITY",
    "PENDING",
    "UNSHIPPED",
    "PARTIALLY_SHIPPED",
    "SHIPPED",
    "CANCELLED",
    "UNFULFILLABLE",
)
FULFILLERS = ("MERCHANT", "AMAZON")
LEAST_AGE = timedelta(minutes=2)
_ARGUMENTS = (
    "createdAfter",
    "createdBefore",
    "lastUpdatedAfter",
    "lastUpdatedBefore",
    "fulfillmentStatuses",
    "marketplaceIds",
    "fulfilledBy",
)


class Window:
    """Which time is asked for, from when to when."""

    def __init__(self, call: Call, *, now: datetime) -> None:
        created, updated = call.moment("createdAfter"), call.moment("lastUpdatedAfter")
        if (created is None) == (updated is None):
            raise bad_request("Give exactly one of createdAfter and lastUpdatedAfter.")
        self.by_creation = created is not None
        own, other = ("createdBefore", "lastUpdatedBefore")[:: 1 if self.by_creation else -1]
        if call.text(other):
            raise bad_request(f"{other} cannot be combined with the other After parameter.")
        self.after: datetime = created or updated  # type: ignore[assignment]
        given = call.moment(own)
        if given is not None and (given < self.after or given > now - LEAST_AGE):
            raise bad_request(f"{own} must not lie before its After and must be two minutes old.")
        self.before = given or now


def search(call: Call) -> Answer:
    window = Window(call, now=call.desk.world.now())
    results = call.number("maxResultsPerPage", least=1, most=100, default=100)
    included = call.choices("includedData", order_shape.INCLUDED)
    arguments = [",".join(call.values(name)) for name in _ARGUMENTS]
    place = paging.read(call.text("paginationToken"), arguments=arguments, now=call.desk.world.now())
    now = call.desk.world.now()
    with call.desk.world.look() as memory:
        if roughness.rests(memory.state, place):
            rested = paging.Place(place.beyond, place.arguments, is_rested=True)
            return ok(_page(window, [], paging.write(rested, now=now)))
        found = list(islice(_walk(call, memory, window, beyond=place.beyond), results + 1))
        shown = [
            order_shape.order(View(memory.state, each, roles=call.caller.roles, now=now), included=included)
            for _, each in found[:results]
        ]
    token = ""
    if len(found) > results:
        token = paging.write(paging.Place(found[results - 1][0], place.arguments), now=now)
    return ok(_page(window, shown, token))


def _page(window: Window, shown: list[Any], token: str) -> dict[str, Any]:
    return {
        "orders": shown,
        "pagination": {"nextToken": token} if token else {},
        ("createdBefore" if window.by_creation else "lastUpdatedBefore"): iso(window.before),
    }


def _walk(call: Call, memory: Memory, window: Window, *, beyond: int) -> Iterator[tuple[int, Order]]:
    statuses = call.choices("fulfillmentStatuses", STATUSES) or list(STATUSES)
    markets = call.values("marketplaceIds", most=50)
    fulfillers = call.choices("fulfilledBy", FULFILLERS) or list(FULFILLERS)
    seller = memory.state.sellers[call.caller.seller_id]
    markets = [each for each in seller.marketplaces if not markets or each in markets]
    keys: list[Hashable]
    if window.by_creation:
        log, keys = memory.orders_created, [seller.id]
    else:
        log = memory.orders
        keys = [(seller.id, a, b, c) for a in markets for b in fulfillers for c in statuses]
    for moment, stamp, order_id in log.walk(keys, since=window.after, beyond=beyond):
        if moment > window.before:
            return
        order = memory.state.orders[order_id]
        is_wanted = order.status in statuses and order.fulfilled_by in fulfillers
        if is_wanted and order.marketplace_id in markets:
            yield stamp, order


def get(call: Call) -> Answer:
    included = call.choices("includedData", order_shape.INCLUDED)
    with call.desk.world.look() as memory:
        order = memory.state.orders.get(call.path["order_id"])
        if order is None or order.seller_id != call.caller.seller_id:
            raise ApiError(404, "NotFound", f"The order '{call.path['order_id']}' is not known.")
        view = View(memory.state, order, roles=call.caller.roles, now=call.desk.world.now())
        shown = order_shape.order(view, included=included)
    return ok({"order": shown})
