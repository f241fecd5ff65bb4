"""A crowd of buyers: they come at random moments, the same for the same seed, and some change their minds.

Chance is drawn from the seed, the step and the number of the buyer, so nobody else's doing changes it.
"""

from collections.abc import Callable
from datetime import datetime
from random import Random

from msgspec import Struct

from amazon_simulator.world import (
    agenda,
    baskets,
    buying,
    ledger,
    order_commands,
    ordinary,
    returns,
    shelf,
    steps,
)
from amazon_simulator.world import commands as c
from amazon_simulator.world import life_commands as life
from amazon_simulator.world.life_state import Due
from amazon_simulator.world.memory import Memory
from amazon_simulator.world.refusal import not_now
from amazon_simulator.world.state import Order
from amazon_simulator.world.story_acts import has_left, is_open, place, seller_of
from amazon_simulator.world.switches import Baskets

HOUR, DAY = 3_600.0, 86_400.0


class Visit(Struct, frozen=True):
    """One buyer of one step."""

    index: int
    number: int


def _chance(memory: Memory, index: int, number: int) -> Random:
    return Random(f"crowd:{memory.state.seed}:{index}:{number}")


def _step(memory: Memory, index: int) -> steps.Buyers:
    step = memory.state.story[index]
    assert isinstance(step, steps.Buyers)
    return step


def come(memory: Memory, step: steps.Buyers, *, index: int, now: datetime) -> None:
    """The step begins: the first buyer is on the way."""
    _plan_next(memory, step, index=index, number=1, now=now)


def _plan_next(memory: Memory, step: steps.Buyers, *, index: int, number: int, now: datetime) -> None:
    began = memory.state.story_began
    assert began is not None
    wait = _chance(memory, index, -number).expovariate(step.per_hour / HOUR)
    at = agenda.later(memory, now, seconds=wait)
    if (at - began).total_seconds() * memory.state.speed < steps.seconds(step.until):
        agenda.plan(memory, "buyer", str(number), at=at, note=str(index))


def _buyer(memory: Memory, due: Due) -> str:
    index, number = int(due.note), int(due.key)
    step = _step(memory, index)
    _plan_next(memory, step, index=index, number=number + 1, now=due.at)
    chance = _chance(memory, index, number)
    wish = _wish(memory, step, chance)
    takes_basket = memory.state.switches.baskets == Baskets.ON and chance.random() * 100 < step.basket_percent
    if not takes_basket:
        return _order(memory, wish, Visit(index, number), now=due.at)
    sku, units = next(iter(wish.lines.items()))
    filled = life.FillBasket(seller_id=seller_of(memory, step.location), sku=sku, units=units, minutes=30)
    basket = baskets.fill(memory, filled, now=due.at)
    at = agenda.later(memory, due.at, seconds=chance.randint(60, 1_200))
    agenda.plan(memory, "purchase", basket.id, at=at, note=f"{index} {number}")
    return ""


def _wish(memory: Memory, step: steps.Buyers, chance: Random) -> steps.Buy:
    skus = step.skus or _for_sale(memory, step)
    if not skus:
        raise not_now("A buyer came and found nothing for sale.")
    return steps.Buy(
        lines={chance.choice(skus): chance.randint(1, step.most_units)},
        fulfilled_by=step.fulfilled_by,
        location=step.location,
        marketplace=step.marketplace,
        split=chance.random() * 100 < step.split_percent,
        gift=chance.random() * 100 < step.gift_percent,
    )


def _for_sale(memory: Memory, step: steps.Buyers) -> list[str]:
    """What a buyer of this way finds in stock, in the order of the listings."""
    seller_id = seller_of(memory, step.location)
    onsite = step.fulfilled_by in ("", "smartconnect")
    return [
        each.sku
        for each in shelf.of(memory.state, seller_id)
        if each.created is not None
        and each.is_converted == onsite
        and (not onsite or any(_left(lines, each.sku) for lines in memory.state.stock.values()))
    ]


def _left(lines: dict[str, ledger.Stock], sku: str) -> int:
    return ledger.sellable(lines[sku]) if sku in lines else 0


def _order(memory: Memory, wish: steps.Buy, visit: Visit, *, now: datetime) -> str:
    order = place(memory, wish, now)
    _plan_afterthoughts(memory, order, visit, now=now)
    goods = ", ".join(f"{units} x {sku}" for sku, units in wish.lines.items())
    return f"A buyer ordered {goods}: {order.id}."


def _plan_afterthoughts(memory: Memory, order: Order, visit: Visit, *, now: datetime) -> None:
    index, step = visit.index, _step(memory, visit.index)
    chance = _chance(memory, index + 1_000, visit.number)
    if chance.random() * 100 < step.cancel_percent:
        at = agenda.later(memory, now, seconds=chance.uniform(60, 3 * HOUR))
        agenda.plan(memory, "second-thought", order.id, at=at, note=str(index))
    elif chance.random() * 100 < step.return_percent:
        at = agenda.later(memory, now, seconds=chance.uniform(2 * DAY, 6 * DAY))
        agenda.plan(memory, "send-back", order.id, at=at, note=str(index))


def _purchase(memory: Memory, due: Due) -> str:
    """What lay in the basket is bought, or the buyer has left it."""
    if due.key not in memory.state.baskets:
        return ""
    index, number = (int(part) for part in due.note.split())
    basket = baskets.empty(memory, life.EmptyBasket(basket_id=due.key), now=due.at)
    if _chance(memory, index + 2_000, number).random() < 0.25:
        return f"A buyer put {basket.units} x {basket.sku} back."
    step = _step(memory, index)
    wish = steps.Buy(
        lines={basket.sku: basket.units}, location=basket.location_id, fulfilled_by=step.fulfilled_by
    )
    return _order(memory, wish, Visit(index, number), now=due.at)


def _second_thought(memory: Memory, due: Due) -> str:
    order = memory.order(due.key)
    if not is_open(order):
        return ""
    if order.ordinary is not None:
        ordinary.ask_to_cancel(memory, order_commands.AskToCancel(order_id=order.id), now=due.at)
        return f"The buyer of {order.id} asks to cancel."
    buying.cancel_order(memory, c.CancelOrder(order_id=order.id), now=due.at)
    return f"The buyer of {order.id} cancelled."


def _send_back(memory: Memory, due: Due) -> str:
    order = memory.order(due.key)
    if not has_left(memory, order):
        return ""
    back = returns.open_return(memory, life.OpenReturn(shipment_id=order.shipment_ids[0]), now=due.at)
    return f"The buyer of {order.id} sends {back.units} x {back.sku} back."


ACTS: dict[str, Callable[[Memory, Due], str]] = {
    "buyer": _buyer,
    "purchase": _purchase,
    "second-thought": _second_thought,
    "send-back": _send_back,
}
