"""Lets everything happen whose moment has come, each at its own moment: listings, carriers, returns, story.

Called before every command and every look; what happens is the same whoever came first.
"""

from collections.abc import Callable
from datetime import datetime

from amazon_simulator.world import (
    agenda,
    baskets,
    carriers,
    crowd,
    listings,
    ordinary,
    returns,
    shipments,
    story,
)
from amazon_simulator.world.life_state import Due
from amazon_simulator.world.memory import Memory

BY_KIND: dict[str, Callable[[Memory, Due], None]] = {
    "assign": shipments.assignment_is_due,
    "basket": baskets.basket_is_due,
    "carry": carriers.carry_is_due,
    "deliver": carriers.delivery_is_due,
    "lorry": carriers.lorry_is_due,
    "return": returns.return_is_due,
    "story": story.step_is_due,
    **dict.fromkeys(crowd.ACTS, story.buyer_is_due),
}


def settle(memory: Memory, *, now: datetime) -> None:
    while (due := agenda.next_due(memory, now=now)) is not None:
        _settle_waiting(memory, now=due.at)
        BY_KIND[due.kind](memory, due)
    _settle_waiting(memory, now=now)


def _settle_waiting(memory: Memory, *, now: datetime) -> None:
    """What keeps its own moments: submissions of listings, and ordinary orders."""
    listings.settle(memory, now=now)
    ordinary.settle(memory, now=now)
