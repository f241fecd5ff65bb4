"""What the steps of a story do: each is one or a few commands, and gives the sentence that is noted.

Orders and returns that a step named are found again by that name.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from amazon_simulator.world import (
    baskets,
    buying,
    carriers,
    fulfilling,
    onsite,
    order_commands,
    ordinary,
    returns,
    seller_central,
    shelf,
    steps,
    stock,
)
from amazon_simulator.world import commands as c
from amazon_simulator.world import life_commands as life
from amazon_simulator.world.lifecycle import Programme, Status
from amazon_simulator.world.marketplaces import MARKETPLACES, find_marketplace
from amazon_simulator.world.memory import Memory
from amazon_simulator.world.order_parts import Terms
from amazon_simulator.world.refusal import invalid, not_now, unknown
from amazon_simulator.world.return_life import ReturnStatus, ReturnSubType, ReturnType
from amazon_simulator.world.settings import set_switches
from amazon_simulator.world.state import Order, Seller, Shipment
from amazon_simulator.world.switches import Switches

PARTIES = {"merchant": "MERCHANT", "amazon": "AMAZON"}
Act = Callable[[Memory, Any, datetime], str]


def seller_of(memory: Memory, location_id: str) -> str:
    if not location_id:
        return shelf.first_seller(memory.state)
    location = memory.state.locations.get(location_id)
    if location is None:
        raise unknown("location", location_id)
    return location.seller_id


def _seller_in(memory: Memory, market: str, *, location_id: str = "") -> Seller:
    """Whose location it is; else the first who sells in that marketplace; else the first of all."""
    state = memory.state
    if market and not location_id:
        wanted = find_marketplace(market).id
        for seller in state.sellers.values():
            if wanted in seller.marketplaces:
                return seller
    return state.sellers[seller_of(memory, location_id)]


def _order(memory: Memory, name: str) -> Order:
    order_id = memory.state.story_names.get(name)
    if order_id is None or order_id not in memory.state.orders:
        raise not_now(f"There is no order of the name '{name}' (yet).")
    return memory.order(order_id)


def _shipments(memory: Memory, name: str) -> list[Shipment]:
    found = [memory.shipment(each) for each in _order(memory, name).shipment_ids]
    if not found:
        raise not_now(f"The order of '{name}' has no shipment.")
    return found


def place(memory: Memory, step: steps.Buy, now: datetime) -> Order:
    lines = [c.WantedLine(sku=sku, quantity=units) for sku, units in step.lines.items()]
    terms = Terms(programmes=tuple(step.programmes)) if step.programmes else None
    if step.fulfilled_by in PARTIES:
        return ordinary.place(memory, _ordinary(memory, step, lines, terms), now=now)[0]
    command = c.PlaceOrder(
        seller_id=seller_of(memory, step.location),
        lines=lines,
        location_id=step.location or _location(memory, step),
        is_split=step.split,
        is_forced=step.force,
        is_gift=step.gift,
        needs_serial=step.serial_numbers,
        needs_hazmat_label=step.hazmat_label,
        needs_invoice=step.invoice,
        failing_labels=step.failing_labels,
        needs_origin=step.cross_border,
        needs_item_value=step.cross_border,
        programme=Programme(step.fulfilled_by) if step.fulfilled_by else None,
        terms=terms,
    )
    return buying.place(memory, command, now=now)[0]


def _ordinary(
    memory: Memory, step: steps.Buy, lines: list[c.WantedLine], terms: Terms | None
) -> order_commands.PlaceOrdinary:
    seller = _seller_in(memory, step.marketplace, location_id=step.location)
    market = find_marketplace(step.marketplace) if step.marketplace else MARKETPLACES[seller.marketplaces[0]]
    return order_commands.PlaceOrdinary(
        seller_id=seller.id,
        marketplace_id=market.id,
        fulfilled_by="MERCHANT" if step.fulfilled_by == "merchant" else "AMAZON",
        lines=lines,
        is_split=step.split,
        is_forced=step.force,
        is_gift=step.gift,
        terms=terms,
    )


def _location(memory: Memory, step: steps.Buy) -> str:
    """The first location of the wanted programme and marketplace; where nothing is wanted, where stock is."""
    if not step.fulfilled_by and not step.marketplace:
        return ""
    market = find_marketplace(step.marketplace).id if step.marketplace else ""
    programme = step.fulfilled_by or Programme.SMARTCONNECT
    for each in memory.state.locations.values():
        if each.programme == programme and market in ("", each.marketplace_id):
            return each.id
    raise not_now(f"There is no location of {programme} in '{step.marketplace or 'any marketplace'}'.")


def _buy(memory: Memory, step: steps.Buy, now: datetime) -> str:
    order = place(memory, step, now)
    if step.name:
        memory.state.story_names[step.name] = order.id
    goods = ", ".join(f"{units} x {sku}" for sku, units in step.lines.items())
    return f"{step.name or 'Somebody'} ordered {goods}: {order.id}."


def _cancel(memory: Memory, step: steps.Cancel, now: datetime) -> str:
    kind = "MARKETPLACE_CANCELLED" if step.by == "buyer" else "SYSTEM_CANCELLED"
    order = _order(memory, step.order)
    buying.cancel_order(memory, c.CancelOrder(order_id=order.id, kind=kind), now=now)
    return f"The order of {step.order} is cancelled."


def _fulfil(memory: Memory, step: steps.Fulfil, now: datetime) -> str:
    for shipment in _shipments(memory, step.order):
        fulfilling.fulfil(memory, life.FulfilShipment(shipment_id=shipment.id, until=step.until), now=now)
    return f"The shop brought the order of {step.order} to {step.until}."


def _deliver(memory: Memory, step: steps.Deliver, now: datetime) -> str:
    for shipment in _shipments(memory, step.order):
        carriers.scan(memory, c.ScanShipment(shipment_id=shipment.id, is_delivery=True), now=now)
    return f"The order of {step.order} is delivered."


def _exchange(memory: Memory, step: steps.Exchange, now: datetime) -> str:
    first = _shipments(memory, step.order)[0]
    is_same = any(line.sku == step.sku for line in first.lines)
    command = life.OpenReturn(
        shipment_id=first.id,
        sub_type=ReturnSubType.REPLACEMENT if is_same else ReturnSubType.EXCHANGE,
        exchange_sku=step.sku,
    )
    back = returns.open_return(memory, command, now=now)
    if step.name:
        memory.state.story_names[step.name] = back.exchange_order_id
    return f"{step.order} gets {step.sku} instead: {back.exchange_order_id}."


def _send_back(memory: Memory, step: steps.SendBack, now: datetime) -> str:
    shipments = _shipments(memory, step.order)
    chosen = [each for each in shipments if not step.sku or any(x.sku == step.sku for x in each.lines)]
    if not chosen:
        raise unknown("SKU of the order", step.sku)
    command = life.OpenReturn(
        shipment_id=chosen[0].id,
        sku=step.sku,
        units=step.units,
        type=ReturnType.REJECT if step.refused_at_the_door else ReturnType.CUSTOMER,
        reason=step.reason,
        has_otp=step.otp,
        is_dropped_off=step.dropped_off,
    )
    back = returns.open_return(memory, command, now=now)
    if step.name:
        memory.state.story_names[step.name] = back.id
    return f"{step.order} sends {back.units} x {back.sku} back: {back.id}."


def _move_back(memory: Memory, step: steps.MoveBack, now: datetime) -> str:
    return_id = memory.state.story_names.get(step.back)
    if return_id is None:
        raise not_now(f"There is no return of the name '{step.back}' (yet).")
    command = life.MoveReturn(
        return_id=return_id, status=ReturnStatus(step.to), units=step.units, location_id=step.location
    )
    returns.move(memory, command, now=now)
    return f"The return {step.back} is {step.to}."


def _lorry(memory: Memory, step: steps.Lorry, now: datetime) -> str:
    taken = carriers.send_lorry(memory, c.SendLorry(location_id=step.location), now=now)
    return f"The lorry at {step.location} took {len(taken)} shipment(s)."


def _miss(memory: Memory, step: steps.Miss, now: datetime) -> str:
    carriers.miss_pickups(memory, life.MissPickups(location_id=step.location, times=step.pickups), now=now)
    return f"The lorry will not come to {step.location} {step.pickups} time(s)."


def _basket(memory: Memory, step: steps.Basket, now: datetime) -> str:
    command = life.FillBasket(
        seller_id=seller_of(memory, step.location),
        sku=step.sku,
        units=step.units,
        minutes=step.minutes,
        location_id=step.location,
    )
    baskets.fill(memory, command, now=now)
    return f"{step.units} x {step.sku} lie in a basket."


def _convert(memory: Memory, step: steps.Convert, now: datetime) -> str:
    for sku in step.skus:
        onsite.convert(memory, c.ConvertListing(sku=sku, hazmat_form=step.hazmat_form or None), now=now)
    return f"Changed to Onsite FBA: {', '.join(step.skus)}."


def _revert(memory: Memory, step: steps.Revert, now: datetime) -> str:
    for sku in step.skus:
        seller_central.revert(memory, life.RevertListing(sku=sku), now=now)
    return f"Changed back to merchant fulfilled: {', '.join(step.skus)}."


def _edit(memory: Memory, step: steps.Edit, now: datetime) -> str:
    command = life.EditListing(
        sku=step.sku,
        price=step.price,
        quantity=step.quantity,
        template=step.template,
        origin=step.origin,
        suppression=step.suppress,
    )
    seller_central.edit(memory, command, now=now)
    return f"{step.sku} was edited in Seller Central."


def _remove(memory: Memory, step: steps.Remove, now: datetime) -> str:
    seller_central.remove(memory, life.RemoveListing(sku=step.sku), now=now)
    return f"{step.sku} was deleted in Seller Central."


def _old_platform(memory: Memory, step: steps.OldPlatform, now: datetime) -> str:
    for sku in step.skus:
        command = life.UseOldPlatform(sku=sku, quantity=step.quantity)
        seller_central.use_old_platform(memory, command, now=now)
    what = "taken off" if step.quantity is None else f"set to {step.quantity} on"
    return f"{', '.join(step.skus)}: {what} the old platform."


def _change_item(memory: Memory, step: steps.ChangeItem, now: datetime) -> str:
    given = {"origin": step.origin, "weight": step.weight, "gate": step.gate, "is_hazmat": step.hazmat}
    changes = {name: value for name, value in given.items() if value is not None}
    seller_central.change_product(memory, life.ChangeProduct(asin=step.asin, changes=changes), now=now)
    return f"The catalogue changed {', '.join(changes)} of {step.asin}."


def _switch(memory: Memory, step: steps.Switch, now: datetime) -> str:
    current = msgspec.to_builtins(memory.state.switches)
    try:
        wanted = msgspec.convert({**current, **step.set}, type=Switches)
    except msgspec.ValidationError as error:
        raise invalid(f"The switches cannot be set so: {error}.") from None
    set_switches(memory, c.SetSwitches(switches=wanted), now=now)
    return "Amazon behaves otherwise from now on: " + ", ".join(f"{k} {v}" for k, v in step.set.items())


def _listed(memory: Memory, step: steps.Listed, now: datetime) -> str:
    seller = _seller_in(memory, step.marketplace)
    market = find_marketplace(step.marketplace).id if step.marketplace else seller.marketplaces[0]
    rows = [
        c.SeedListing(sku=sku, asin=asin, price=step.price, quantity=step.quantity)
        for sku, asin in ([(step.sku, step.asin)] if step.sku else _harmless(memory, step.items))
    ]
    command = c.SeedListings(
        seller_id=seller.id,
        listings=rows,
        marketplace_id=market,
        is_converted=step.as_ == "onsite",
        is_fba=step.as_ == "fba",
    )
    onsite.seed(memory, command, now=now)
    return f"{len(rows)} listing(s) are there, as {step.as_}."


def _harmless(memory: Memory, count: int) -> list[tuple[str, str]]:
    """The first items of the catalogue that anybody may sell, under their model numbers."""
    found = [
        (each.model_number, each.asin)
        for each in memory.state.products.values()
        if not each.gate and not each.is_hazmat and each.model_number
    ]
    return found[:count]


def _tell_stock(memory: Memory, step: steps.TellStock, now: datetime) -> str:
    entries = [
        c.StockEntry(
            location_id=step.location,
            sku=sku,
            is_update=True,
            quantity=units,
            sequence=int(now.timestamp() * 1000),
        )
        for sku, units in step.quantities.items()
    ]
    command = c.TellStock(seller_id=seller_of(memory, step.location), entries=entries)
    answers = stock.tell(memory, command, now=now)
    for answer in answers:
        if answer.verdict != stock.Verdict.DONE:
            raise not_now(f"{answer.entry.sku} at {step.location}: {answer.trouble} {answer.text}")
    return f"The shop told the stock of {len(answers)} SKU(s) at {step.location}."


def is_open(order: Order) -> bool:
    return order.status in ("PENDING", "UNSHIPPED")


def has_left(memory: Memory, order: Order) -> bool:
    gone = (Status.SHIPPED, Status.DELIVERED)
    return any(memory.shipment(each).status in gone for each in order.shipment_ids)


ACTS: dict[type[steps.Step], Act] = {
    steps.Buy: _buy,
    steps.Cancel: _cancel,
    steps.Fulfil: _fulfil,
    steps.Deliver: _deliver,
    steps.Exchange: _exchange,
    steps.SendBack: _send_back,
    steps.MoveBack: _move_back,
    steps.Lorry: _lorry,
    steps.Miss: _miss,
    steps.Basket: _basket,
    steps.Convert: _convert,
    steps.Revert: _revert,
    steps.Edit: _edit,
    steps.Remove: _remove,
    steps.OldPlatform: _old_platform,
    steps.ChangeItem: _change_item,
    steps.Switch: _switch,
    steps.Listed: _listed,
    steps.TellStock: _tell_stock,
}
