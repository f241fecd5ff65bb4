"""Against a simulator that throttles as Amazon does: the budget keeps to the plan and uses it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from time import perf_counter

import pytest
from django.db import connection

from loadbay.amazon.adapter import AmazonShipmentDesk, AmazonStockDesk
from loadbay.amazon.budget import RateBudget
from loadbay.amazon.caller import Caller
from loadbay.core.clock import SystemClock
from loadbay.core.ids import ShipmentId, Sku
from loadbay.listings.ports import StockToTell
from tests.contracts.stages import Simulator, SimulatorStage, a_simulator

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with a_simulator(has_plans=True, speed=20) as running:
        yield running


def budgeted(stage: SimulatorStage) -> Caller:
    return replace(stage.caller, budget=RateBudget(1, SystemClock()))


def throttled(simulator: Simulator, operation: str) -> tuple[int, int]:
    """How many calls of the operation there were, and how many of them were throttled."""
    calls = simulator.control.get("/simulator/inspect/calls").json()["operations"][operation]
    return calls["requests"], calls["answered"].get("429", 0)


def test_confirmations_keep_to_the_rate_and_use_it(simulator: Simulator):
    stage = SimulatorStage(simulator)
    answer = simulator.post("/simulator/bulk/shipments", {"count": 60, "skus": [stage.linked_sku]})
    assert answer["shipments"] == 60
    found = simulator.control.get("/simulator/inspect/shipments").json()
    desk = AmazonShipmentDesk(budgeted(stage))
    started = perf_counter()
    for row in found[:60]:
        desk.confirm(ShipmentId(row["id"]))
    took = perf_counter() - started
    assert throttled(simulator, "processShipment") == (60, 0)
    assert took < 2 * (60 - 2) / 20


def test_stock_from_several_threads_keeps_to_the_rate(simulator: Simulator):
    stage = SimulatorStage(simulator)
    desk = AmazonStockDesk(budgeted(stage))

    def tell(number: int) -> bool:
        try:
            figures = [StockToTell(Sku(f"S{number}-{n}"), stage.location, 1, 1) for n in range(10)]
            return len(desk.tell(figures)) == 10
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert all(pool.map(tell, range(400)))
    assert throttled(simulator, "batchInventory") == (400, 0)
