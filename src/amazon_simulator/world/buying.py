"""Buyers who order, and Amazon turning an order into shipments at a location.

Only a listing that is linked (or sold by the merchant through this interface), has a price and enough
sellable units can be bought, unless it is forced. What happens afterwards is in `shipments`.
"""

from datetime import datetime
from decimal import Decimal

from msgspec import structs

from amazon_simulator.world import agenda, ids, ledger, listings, ordinary, originals, shelf
from amazon_simulator.world.commands import CancelOrder, PlaceMany, PlaceOrder, WantedLine
from amazon_simulator.world.lifecycle import Programme, Status
from amazon_simulator.world.memory import Memory, first_order_status, fulfilled_by
from amazon_simulator.world.order_parts import NOTHING
from amazon_simulator.world.order_terms import check_line, check_terms, line_terms
from amazon_simulator.world.pickups import ship_by
from amazon_simulator.world.refusal import invalid, not_now, unknown
from amazon_simulator.world.shipments import after_cancelling, cancel
from amazon_simulator.world.state import Channel, Line, Listing, Location, Order, Shipment

MOST_AT_ONCE = 1000


def place(memory: Memory, command: PlaceOrder, *, now: datetime) -> list[Order]:
    if not 1 <= command.count <= MOST_AT_ONCE:
        raise invalid(f"Place between 1 and {MOST_AT_ONCE} orders at once, not {command.count}.")
    if not command.lines:
        raise invalid("An order needs at least one line.")
    check_terms(memory.state, command.terms, seller_id=command.seller_id)
    location = _location(memory, command.seller_id, command.location_id, sku=command.lines[0].sku)
    for line in command.lines:
        _check(memory, command, location, line)
    _check_programme(command, location)
    originals.check(memory, command)
    return [_order(memory, command, location, now=now) for _ in range(command.count)]


def _check_programme(command: PlaceOrder, location: Location) -> None:
    if command.programme is None:
        return
    if (command.programme == Programme.SMARTCONNECT) != (location.channel == Channel.FBA):
        raise invalid(
            f"The location {location.id} of the channel {location.channel} has no {command.programme}."
        )


def place_many(memory: Memory, command: PlaceMany, *, now: datetime) -> list[Order]:
    skus = command.skus or [
        listing.sku
        for listing in shelf.of(memory.state, command.seller_id)
        if listing.is_converted and listing.created
    ]
    if not skus:
        raise not_now("No listing is linked yet, so nothing can be bought. Seed or convert some first.")
    location = _location(memory, command.seller_id, command.location_id, sku=skus[0])
    for sku in skus:
        _price(memory, sku, location)
    orders = []
    for number in range(command.count):
        wanted = [WantedLine(sku=skus[number % len(skus)], quantity=1 + number % 3 // 2)]
        if number % 4 == 0 and len(skus) > 1:
            wanted.append(WantedLine(sku=skus[(number + 1) % len(skus)], quantity=1))
        one = PlaceOrder(seller_id=command.seller_id, lines=wanted, is_forced=True)
        orders.append(_order(memory, one, location, now=now))
    return orders


def cancel_order(memory: Memory, command: CancelOrder, *, now: datetime) -> Order:
    order = memory.order(command.order_id)
    if order.ordinary is not None:
        by = "BUYER" if command.kind == "MARKETPLACE_CANCELLED" else "AMAZON"
        ordinary.end(memory, order, by=by, reason=command.reason, now=now)
        return order
    shipments = [memory.shipment(each) for each in order.shipment_ids]
    alive = [each for each in shipments if each.status != Status.CANCELLED]
    if not alive:
        raise not_now(f"The order {order.id} is cancelled already.")
    for shipment in alive:
        after_cancelling(memory, shipment)  # all of them or none
    for shipment in alive:
        cancel(memory, shipment, kind=command.kind, reason=command.reason, now=now)
    return order


def _location(memory: Memory, seller_id: str, location_id: str, *, sku: str) -> Location:
    if location_id:
        location = memory.state.locations.get(location_id)
        if location is None or location.seller_id != seller_id:
            raise unknown("location", location_id)
        return location
    for location in memory.state.locations.values():
        if location.seller_id == seller_id and ledger.find(memory.state, location.id, sku):
            return location
    for location in memory.state.locations.values():
        if location.seller_id == seller_id and location.channel == Channel.FBA:
            return location
    raise not_now(f"The seller {seller_id} has no location to ship from.")


def _check(memory: Memory, command: PlaceOrder, location: Location, line: WantedLine) -> None:
    if line.quantity < 1:
        raise invalid(f"{line.sku}: a quantity of {line.quantity} cannot be ordered.")
    listing = _bought_listing(memory, location.seller_id, line.sku)
    check_line(line, price=_price(memory, line.sku, location))
    if command.is_forced:
        return
    blocked = [issue.message for issue in listing.issues if issue.severity == "ERROR"]
    if blocked:
        raise not_now(f"{line.sku} cannot be bought: {blocked[0]}")
    if location.channel == Channel.FBA and not listing.is_converted:
        raise not_now(f"{line.sku} cannot be bought: it is not converted to Onsite FBA in Seller Central.")
    stock = ledger.find(memory.state, location.id, line.sku)
    left = ledger.sellable(stock) if stock else 0
    wanted = command.count * sum(each.quantity for each in command.lines if each.sku == line.sku)
    if wanted > left:
        raise not_now(f"{line.sku} at {location.id}: {wanted} ordered, {left} sellable.")


def _bought_listing(memory: Memory, seller_id: str, sku: str) -> Listing:
    listing = shelf.find(memory.state, seller_id, sku)
    if listing is None or listing.created is None:
        raise unknown("listing", sku)
    return listing


def _price(memory: Memory, sku: str, location: Location) -> Decimal:
    price = listings.price(_bought_listing(memory, location.seller_id, sku), location.marketplace_id)
    if price is None:
        raise not_now(f"{sku} cannot be bought: it has no price in {location.marketplace_id}.")
    return price


def _order(memory: Memory, command: PlaceOrder, location: Location, *, now: datetime) -> Order:
    state, counters = memory.state, memory.state.counters
    counters.order += 1
    by = fulfilled_by(command.programme or location.programme)
    order = Order(
        id=ids.order_id(state.seed, counters.order),
        number=counters.order,
        seller_id=command.seller_id,
        marketplace_id=location.marketplace_id,
        fulfilled_by=by,
        status=first_order_status(by),
        created=now,
        updated=now,
        terms=command.terms,
    )
    shipments = [
        _shipment(memory, command, location, order=order, wanted=wanted)
        for wanted in _boxes(command.lines, is_split=command.is_split)
    ]
    order.shipment_ids = [each.id for each in shipments]
    memory.add(order, shipments)
    return order


def _boxes(lines: list[WantedLine], *, is_split: bool) -> list[list[WantedLine]]:
    if not is_split:
        return [lines]
    if len(lines) > 1:
        return [[line] for line in lines]
    one = lines[0]
    if one.quantity == 1:
        return [lines]
    half = one.quantity // 2
    return [
        [structs.replace(one, quantity=half)],
        [structs.replace(one, quantity=one.quantity - half, shipping=NOTHING, discount=NOTHING)],
    ]


def _shipment(
    memory: Memory, command: PlaceOrder, location: Location, *, order: Order, wanted: list[WantedLine]
) -> Shipment:
    counters = memory.state.counters
    counters.shipment += 1
    programme = command.programme or location.programme
    is_assigned = programme == Programme.SMARTCONNECT
    lines = [
        _line(memory, command, location, line=line, number=number)
        for number, line in enumerate(wanted, start=1)
    ]
    shipment = Shipment(
        id=ids.shipment_id(memory.state.seed, counters.shipment),
        order_id=order.id,
        location_id=location.id,
        programme=programme,
        status=Status.ACCEPTED if is_assigned else Status.CREATED,
        lines=lines,
        created=order.created,
        updated=order.created,
        ship_by=ship_by(location, ordered=order.created),
        failing_labels=command.failing_labels,
        needs_invoice=command.needs_invoice,
        type=command.type,
        replaces=command.replaces,
        original=originals.of(memory, command, location, lines),
        by_third_party=command.by_third_party,
    )
    _await_stock(memory, shipment)
    return shipment


def _await_stock(memory: Memory, shipment: Shipment) -> None:
    """A CREATED shipment gets its stock by itself where the switch says after how long."""
    seconds = memory.state.switches.assign_seconds
    if shipment.status == Status.CREATED and seconds:
        at = agenda.later(memory, shipment.created, seconds=seconds)
        agenda.plan(memory, "assign", shipment.id, at=at)


def _line(memory: Memory, command: PlaceOrder, location: Location, *, line: WantedLine, number: int) -> Line:
    memory.state.counters.item += 1
    price = _price(memory, line.sku, location)
    return Line(
        id=str(number),
        item_id=ids.order_item_id(memory.state.seed, memory.state.counters.item),
        sku=line.sku,
        asin=_bought_listing(memory, location.seller_id, line.sku).asin,
        quantity=line.quantity,
        price=Decimal(0) if command.type == "REPLACEMENT" else price,
        is_gift=command.is_gift,
        needs_hazmat_label=command.needs_hazmat_label,
        needs_serial=command.needs_serial,
        terms=line_terms(line),
        has_gift_wrap=command.has_gift_wrap,
        has_gift_message=command.has_gift_message,
        needs_origin=command.needs_origin,
        needs_item_value=command.needs_item_value,
        is_multi_piece=command.is_multi_piece,
        marks=command.marks,
    )
