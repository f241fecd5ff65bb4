"""What every handler can reach: the world, the limits, the troubles and the record of calls.

One per running simulator; it holds no rule. `start` is another number each time a kept world is gone on with.
"""

from itertools import count

from amazon_simulator.http.busy import Busy
from amazon_simulator.http.calls import Calls
from amazon_simulator.http.faults import Faults
from amazon_simulator.http.holds import Holds
from amazon_simulator.http.plans import Buckets
from amazon_simulator.world import ids
from amazon_simulator.world.world import World


class Desk:
    """The simulator's parts, put together once."""

    def __init__(self, world: World, *, has_plans: bool, region: str = "eu", start: int = 0) -> None:
        self.world = world
        self.has_plans = has_plans
        self.region = region
        self.secret = f"signed by simulator {world.state.seed}"
        self.buckets = Buckets()
        self.busy = Busy()
        self.holds = Holds()
        self.faults = Faults(seed=world.state.seed)
        self.calls = Calls()
        self._start = start
        self._requests = count(1)  # its next number is one step of the interpreter: safe among threads

    def new_request_id(self) -> str:
        return ids.request_id(self.world.state.seed, self._start, next(self._requests))
