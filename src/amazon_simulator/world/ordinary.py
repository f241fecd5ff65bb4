"""Ordinary orders: those that the merchant ships without External Fulfillment, and plain FBA.

Amazon authorises, ships and gives up by its own clock (`settle`); the buyer may cancel or ask for it; the
seller's own steps are in `confirming`. Which step is possible when stands in `order_life`.
"""

import heapq
from datetime import datetime, timedelta
from decimal import Decimal

from amazon_simulator.world import fba, ids, listings, shelf
from amazon_simulator.world.commands import WantedLine
from amazon_simulator.world.memory import Memory
from amazon_simulator.world.order_commands import (
    AskToCancel,
    EndOrder,
    HurryOrder,
    PlaceOrdinary,
    SendInvoice,
)
from amazon_simulator.world.order_life import CANCELLED_BY, OrderStatus, OrderStep, advance
from amazon_simulator.world.order_parts import LineTerms, Review
from amazon_simulator.world.order_terms import check_line, check_terms, line_terms, promise
from amazon_simulator.world.refusal import invalid, not_now, unknown
from amazon_simulator.world.state import Cancellation, Line, Listing, Order, Ordinary

MOST_AT_ONCE = 1000
KEPT_DAYS = 7


def place(memory: Memory, command: PlaceOrdinary, *, now: datetime) -> list[Order]:
    if not 1 <= command.count <= MOST_AT_ONCE:
        raise invalid(f"Place between 1 and {MOST_AT_ONCE} orders at once, not {command.count}.")
    if not command.lines:
        raise invalid("An order needs at least one line.")
    seller = memory.state.sellers.get(command.seller_id)
    if seller is None or command.marketplace_id not in seller.marketplaces:
        raise unknown("marketplace of the seller", command.marketplace_id)
    check_terms(memory.state, command.terms, seller_id=command.seller_id)
    for line in command.lines:
        _check(memory, command, line)
    return [_order(memory, command, now=now) for _ in range(command.count)]


def _check(memory: Memory, command: PlaceOrdinary, line: WantedLine) -> None:
    if line.quantity < 1:
        raise invalid(f"{line.sku}: a quantity of {line.quantity} cannot be ordered.")
    listing = shelf.find(memory.state, command.seller_id, line.sku)
    if listing is None or listing.created is None:
        raise unknown("listing", line.sku)
    price = listings.price(listing, command.marketplace_id)
    if price is None:
        raise not_now(f"{line.sku} cannot be bought: it has no price in {command.marketplace_id}.")
    check_line(line, price=price)
    if command.is_forced or (command.terms is not None and command.terms.is_elsewhere):
        return
    if command.fulfilled_by == "AMAZON":
        stock = fba.find(memory.state, command.seller_id, line.sku)
        left = stock.fulfillable if stock else 0
    else:
        left = merchant_quantity(listing)
    wanted = command.count * sum(each.quantity for each in command.lines if each.sku == line.sku)
    if wanted > left:
        raise not_now(f"{line.sku}: {wanted} ordered, {left} for sale by {command.fulfilled_by}.")


def merchant_quantity(listing: Listing) -> int:
    """What the listing offers under the merchant's own channel."""
    return sum(int(each.get("quantity") or 0) for each in _merchant_offers(listing))


def _merchant_offers(listing: Listing) -> list[dict[str, object]]:
    found = listing.attributes.get("fulfillment_availability", [])
    return [each for each in found if each.get("fulfillment_channel_code") == "DEFAULT"]


def _change_offer(listing: Listing, *, by: int) -> None:
    """Amazon counts the quantity of an offer down when it sells, and up again when the order is cancelled."""
    for offer in _merchant_offers(listing)[:1]:
        offer["quantity"] = max(0, int(str(offer.get("quantity") or 0)) + by)


def _order(memory: Memory, command: PlaceOrdinary, *, now: datetime) -> Order:
    state, counters = memory.state, memory.state.counters
    counters.order += 1
    part = _part(memory, command, now=now)
    order = Order(
        id=ids.order_id(state.seed, counters.order),
        number=counters.order,
        seller_id=command.seller_id,
        marketplace_id=command.marketplace_id,
        fulfilled_by=command.fulfilled_by,
        status=OrderStatus.PENDING_AVAILABILITY if command.release_seconds > 0 else OrderStatus.PENDING,
        created=now,
        updated=now,
        terms=command.terms,
        ordinary=part,
    )
    memory.add(order, [])
    _take_stock(memory, order, sign=1, now=now)
    assert part.due is not None
    heapq.heappush(memory.orders_due, (part.due, order.number, order.id))
    settle(memory, now=now)
    return order


def _part(memory: Memory, command: PlaceOrdinary, *, now: datetime) -> Ordinary:
    is_amazons = command.fulfilled_by == "AMAZON"
    takes = command.ship_seconds if is_amazons else command.pending_seconds
    first = command.release_seconds if command.release_seconds > 0 else takes
    due = now + timedelta(seconds=first / memory.state.speed)
    return Ordinary(
        lines=[_line(memory, command, each) for each in command.lines],
        ship_by=promise(command.terms, ready=due),
        due=due,
        is_split=command.is_split,
        takes_seconds=takes,
        waits_for_invoice=command.needs_invoice,
        review=Review() if command.is_regulated else None,
    )


def _line(memory: Memory, command: PlaceOrdinary, wanted: WantedLine) -> Line:
    listing = memory.state.listings[shelf.key(command.seller_id, wanted.sku)]
    price = listings.price(listing, command.marketplace_id)
    assert price is not None
    is_free = command.terms is not None and command.terms.kind == "REPLACEMENT"
    memory.state.counters.item += 1
    return Line(
        id=str(memory.state.counters.item),
        item_id=ids.order_item_id(memory.state.seed, memory.state.counters.item),
        sku=wanted.sku,
        asin=listing.asin,
        quantity=wanted.quantity,
        price=Decimal(0) if is_free else price,
        is_gift=command.is_gift,
        terms=line_terms(wanted),
    )


def _take_stock(memory: Memory, order: Order, *, sign: int, now: datetime) -> None:
    assert order.ordinary is not None
    for line in order.ordinary.lines:
        left = line.quantity - order.ordinary.shipped.get(line.item_id, 0)
        if order.fulfilled_by == "AMAZON":
            change = fba.reserve if sign > 0 else fba.release
            change(memory.state, order.seller_id, line.sku, units=left, now=now)
            continue
        listing = shelf.find(memory.state, order.seller_id, line.sku)
        if listing is not None:
            _change_offer(listing, by=-sign * left)


def settle(memory: Memory, *, now: datetime) -> None:
    """Let every step of Amazon's own happen whose moment has come, each at its moment."""
    while memory.orders_due and memory.orders_due[0][0] <= now:
        due, _, order_id = heapq.heappop(memory.orders_due)
        order = memory.state.orders[order_id]
        if order.ordinary is not None and order.ordinary.due == due:
            order.ordinary.due = None
            _next(memory, order, order.ordinary, at=due)


def _next(memory: Memory, order: Order, part: Ordinary, *, at: datetime) -> None:
    if order.status == OrderStatus.PENDING_AVAILABILITY:
        memory.move_order(order, _after(order, OrderStep.RELEASE), now=at)
        _later(memory, order, part, at=at, seconds=part.takes_seconds / memory.state.speed)
        part.ship_by = promise(order.terms, ready=part.due or at)
    elif order.fulfilled_by == "AMAZON":
        _amazon_ships(memory, order, part, at=at)
    elif order.status == OrderStatus.PENDING:
        memory.move_order(order, _after(order, OrderStep.AUTHORISE), now=at)
        _later(memory, order, part, at=part.ship_by, seconds=KEPT_DAYS * 86_400)
    elif order.status == OrderStatus.UNSHIPPED:
        end(memory, order, by="AMAZON", reason="NOT_SHIPPED_IN_TIME", now=at)


def _after(order: Order, step: OrderStep) -> OrderStatus:
    return advance(order.fulfilled_by, order.status, step, order_id=order.id)


def _later(memory: Memory, order: Order, part: Ordinary, *, at: datetime, seconds: float) -> None:
    part.due = at + timedelta(seconds=seconds)
    heapq.heappush(memory.orders_due, (part.due, order.number, order.id))


def _amazon_ships(memory: Memory, order: Order, part: Ordinary, *, at: datetime) -> None:
    """All at once, or the first line first; an order from elsewhere that cannot be filled is given up."""
    is_elsewhere = order.terms is not None and order.terms.is_elsewhere
    if is_elsewhere and any(_is_short(memory, order, line) for line in part.lines):
        _take_stock(memory, order, sign=-1, now=at)
        memory.move_order(order, _after(order, OrderStep.GIVE_UP), now=at)
        return
    open_lines = [line for line in part.lines if line.item_id not in part.shipped]
    leaving = open_lines[:1] if part.is_split else open_lines
    for line in leaving:
        part.shipped[line.item_id] = line.quantity
        fba.ship(memory.state, order.seller_id, line.sku, units=line.quantity, now=at)
    if len(leaving) < len(open_lines):
        memory.move_order(order, _after(order, OrderStep.SHIP_PART), now=at)
        _later(memory, order, part, at=at, seconds=part.takes_seconds / memory.state.speed)
    else:
        memory.move_order(order, _after(order, OrderStep.SHIP_ALL), now=at)


def _is_short(memory: Memory, order: Order, line: Line) -> bool:
    """More was sold than lay there: what is reserved exceeds what ever came."""
    stock = fba.find(memory.state, order.seller_id, line.sku)
    return stock is None or stock.short > 0


def end(memory: Memory, order: Order, *, by: str, reason: str, now: datetime) -> None:
    """Cancel the whole order; refused where it is too late."""
    part = order.ordinary
    assert part is not None
    status = _after(order, CANCELLED_BY[by])
    part.cancellation = Cancellation(kind=by, reason=reason, at=now)
    part.due = None
    _take_stock(memory, order, sign=-1, now=now)
    memory.move_order(order, status, now=now)


def end_order(memory: Memory, command: EndOrder, *, now: datetime) -> Order:
    order = memory.order(command.order_id)
    if order.ordinary is None:
        raise not_now(f"The order {order.id} goes through External Fulfillment: cancel it there.")
    end(memory, order, by=command.by, reason=command.reason, now=now)
    return order


def hurry(memory: Memory, command: HurryOrder, *, now: datetime) -> Order:
    """What Amazon would do at its next moment, it does now."""
    order = memory.order(command.order_id)
    part = order.ordinary
    if part is None or part.due is None:
        raise not_now(f"Amazon has nothing to do with the order {order.id}: it is {order.status}.")
    part.due = None
    _next(memory, order, part, at=now)
    return order


def send_invoice(memory: Memory, command: SendInvoice, *, now: datetime) -> Order:
    order = memory.order(command.order_id)
    if order.ordinary is None or not order.ordinary.waits_for_invoice:
        raise not_now(f"The order {order.id} waits for no invoice.")
    order.ordinary.waits_for_invoice = False
    memory.move_order(order, order.status, now=now)
    return order


def ask_to_cancel(memory: Memory, command: AskToCancel, *, now: datetime) -> Order:
    """A buyer asks the merchant to cancel; nothing but the request changes, the seller decides."""
    order = memory.order(command.order_id)
    if order.fulfilled_by != "MERCHANT" or order.status not in (OrderStatus.UNSHIPPED, OrderStatus.PENDING):
        raise not_now(f"A buyer cannot ask for the cancellation of {order.id}: it is {order.status}.")
    lines = memory.lines(order)
    asked = [line for line in lines if command.item_id in ("", line.item_id)]
    if not asked:
        raise unknown("order item", command.item_id)
    for line in asked:
        line.terms = line.terms or LineTerms()
        line.terms.cancel_asked = command.reason
    memory.move_order(order, order.status, now=now)
    return order
