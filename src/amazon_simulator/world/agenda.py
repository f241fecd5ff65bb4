"""What will happen by the clock: a heap of moments in the state, so that a restart forgets none.

Anybody may plan; `settling` lets what is due happen, each thing at its own moment, whoever looks first.
Whoever plans must bear that the plan is obsolete by then and check it.
"""

import heapq
from datetime import datetime, timedelta

from amazon_simulator.world.clock import to_the_millisecond
from amazon_simulator.world.life_state import Due
from amazon_simulator.world.memory import Memory


def plan(memory: Memory, kind: str, key: str, *, at: datetime, note: str = "") -> datetime:
    state = memory.state
    state.counters.agenda += 1
    moment = to_the_millisecond(at)
    heapq.heappush(state.agenda, Due(at=moment, number=state.counters.agenda, kind=kind, key=key, note=note))
    return moment


def later(memory: Memory, now: datetime, *, seconds: float) -> datetime:
    """A delay of Amazon's or of people's from now on; the speed divides it."""
    return to_the_millisecond(now + timedelta(seconds=seconds / memory.state.speed))


def next_due(memory: Memory, *, now: datetime) -> Due | None:
    """Take the next thing that is due, or nothing."""
    agenda = memory.state.agenda
    if not agenda or agenda[0].at > now:
        return None
    return heapq.heappop(agenda)
