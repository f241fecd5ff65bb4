"""Baskets: units that buyers took without buying yet, so that Amazon's figure differs from the shop's.

Off until the switch `baskets` is on. A basket is emptied by its buyer, or by the clock when it is too old.
"""

from datetime import datetime

from amazon_simulator.world import agenda, ledger
from amazon_simulator.world.life_commands import EmptyBasket, FillBasket
from amazon_simulator.world.life_state import Basket, Due
from amazon_simulator.world.memory import Memory
from amazon_simulator.world.refusal import invalid, not_now, unknown
from amazon_simulator.world.switches import Baskets

MINUTE = 60.0


def fill(memory: Memory, command: FillBasket, *, now: datetime) -> Basket:
    state = memory.state
    if state.switches.baskets == Baskets.OFF:
        raise not_now("Baskets are off: set the switch baskets to on first.")
    if command.units < 1 or command.minutes <= 0:
        raise invalid("A basket holds at least one unit, for some minutes.")
    location_id = command.location_id or _stocked_at(memory, command)
    stock = ledger.find(state, location_id, command.sku)
    if stock is None:
        raise unknown("stock of SKU", f"{command.sku} at {location_id}")
    if command.units > ledger.sellable(stock):
        raise not_now(f"{command.sku} at {location_id}: {ledger.sellable(stock)} sellable.")
    state.counters.basket += 1
    basket = Basket(
        id=f"basket-{state.counters.basket}",
        location_id=location_id,
        sku=command.sku,
        units=command.units,
        until=agenda.later(memory, now, seconds=command.minutes * MINUTE),
    )
    ledger.hold(stock, command.units)
    state.baskets[basket.id] = basket
    agenda.plan(memory, "basket", basket.id, at=basket.until)
    return basket


def _stocked_at(memory: Memory, command: FillBasket) -> str:
    for location in memory.state.locations.values():
        is_own = location.seller_id == command.seller_id
        if is_own and ledger.find(memory.state, location.id, command.sku) is not None:
            return location.id
    raise unknown("stock of SKU", command.sku)


def empty(memory: Memory, command: EmptyBasket, *, now: datetime) -> Basket:
    basket = memory.state.baskets.pop(command.basket_id, None)
    if basket is None:
        raise unknown("basket", command.basket_id)
    ledger.let_go(ledger.at(memory.state, basket.location_id, basket.sku), basket.units)
    return basket


def empty_all(memory: Memory, *, now: datetime) -> None:
    for basket_id in list(memory.state.baskets):
        empty(memory, EmptyBasket(basket_id=basket_id), now=now)


def basket_is_due(memory: Memory, due: Due) -> None:
    if due.key in memory.state.baskets:
        empty(memory, EmptyBasket(basket_id=due.key), now=due.at)
