"""The adapter against a simulator that answers as roughly as it can: nothing is lost, nothing misread."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from loadbay.orders.ports import SeenShipment
from tests.contracts.stages import SimulatorStage, a_simulator


def everything(stage: SimulatorStage) -> dict[str, SeenShipment]:
    """All accepted shipments, page by page; no entry may be spoiled."""
    found: dict[str, SeenShipment] = {}
    token: str | None = None
    while True:
        asked: dict[str, Any] = {"status": "ACCEPTED", "updated_before": None, "location_id": None}
        since = datetime(2026, 1, 1, tzinfo=UTC)
        page = stage.shipment_source.shipments(**asked, updated_after=since, token=token)
        assert page.spoiled == ()
        found |= {seen.shipment_id: seen for seen in page.shipments}
        token = page.next_token
        if token is None:
            return found


def decisive(seen: SeenShipment) -> Any:
    lines = [(line.line_id, line.sku, line.units, line.charges) for line in seen.lines]
    return seen.order_id, seen.location_id, seen.status, seen.channel_name, seen.currency, seen.units, lines


@pytest.mark.parametrize("level", ["mild", "wild"])
def test_no_shipment_is_lost_or_misread_however_roughly_amazon_writes(level: str):
    with a_simulator() as simulator:
        stage = SimulatorStage(simulator)
        for units in range(1, 41):
            stage.place_order(units=units)
        smooth = everything(stage)
        simulator.control.patch("/simulator/switches", json={"roughness": level})
        rough = everything(stage)
        assert rough.keys() == smooth.keys()
        assert len(rough) == 40
        for shipment_id, seen in rough.items():
            assert decisive(seen) == decisive(smooth[shipment_id])
            assert abs((seen.updated_at - smooth[shipment_id].updated_at).total_seconds()) < 1
            assert stage.shipment_source.shipment(seen.shipment_id).lines == seen.lines
